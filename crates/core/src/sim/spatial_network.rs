//! Random spatial networks: nearer agents are likelier to be linked.

use super::{
    Chance, maths,
    network::Network,
    space::{Boundary, Space},
};
use bevy_math::Vec2;
use rayon::prelude::*;

impl Network {
    /// A network in which agents at a distance d are linked with probability `likelihood(d)`, independently of all else.
    /// It must not rise with d. Agent i stands at `positions[i]`.
    ///
    /// Of two cells of a grid all pairs are at least as far apart as the cells, so that far fewer than all pairs have to
    /// be looked at: pairs are skipped geometrically by the likelihood of that distance, and those met are kept with
    /// what is left of theirs (Bringmann, Keusch & Lengler, Theor. Comput. Sci. 760, 35, 2019).
    pub fn spatial(positions: &[Vec2], space: &Space, likelihood: impl Fn(f32) -> f64 + Sync, chance: Chance) -> Self {
        let agents = positions.len() as u32;
        // Near cells cost N²/side² pairs, far ones side⁴: about as many of each.
        let side = (1.3 * maths::cbrt(f64::from(agents))).clamp(1.0, 128.0) as u32;
        let cell = space.size / side as f32;
        let at = |position: Vec2| {
            let at = ((position - space.min) / cell).floor().clamp(Vec2::ZERO, Vec2::splat((side - 1) as f32));
            at.y as u32 * side + at.x as u32
        };
        let cells = side * side;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); cells as usize];
        for (agent, position) in (0..agents).zip(positions) {
            members[at(*position) as usize].push(agent);
        }
        let gap = |a: u32, b: u32, width: f32| {
            let apart = a.abs_diff(b);
            let apart = if space.boundary == Boundary::Periodic { apart.min(side - apart) } else { apart };
            width * apart.saturating_sub(1) as f32
        };
        let pairs: Vec<Vec<(u32, u32)>> = (0..cells)
            .into_par_iter()
            .map(|first| {
                let mut pairs = Vec::new();
                for second in first..cells {
                    let apart = Vec2::new(gap(first % side, second % side, cell.x), gap(first / side, second / side, cell.y));
                    let (a, b) = (&members[first as usize], &members[second as usize]);
                    let most = likelihood(apart.length()).min(1.0);
                    let all = if first == second { a.len() * a.len().saturating_sub(1) / 2 } else { a.len() * b.len() };
                    visit(all, most, chance, first * cells + second, |pair, rest| {
                        let (i, j) = if first == second { triangle(pair) } else { (pair / b.len(), pair % b.len()) };
                        let distance = space.displacement(positions[a[i] as usize], positions[b[j] as usize]).length();
                        if rest * most < likelihood(distance) {
                            pairs.push((a[i], b[j]));
                        }
                    });
                }
                pairs
            })
            .collect();
        Self::of(agents, pairs.into_iter().flatten())
    }
}

/// Visits each of `count` things with probability `likelihood`, and hands over another number uniform in [0, 1).
fn visit(count: usize, likelihood: f64, chance: Chance, stream: u32, mut act: impl FnMut(usize, f64)) {
    if likelihood <= 0.0 {
        return;
    }
    let scale = maths::ln_1p(-likelihood);
    let (mut next, mut draw) = (0usize, 0);
    loop {
        // Infinitely small where each is visited.
        let skip = if scale == f64::NEG_INFINITY { 0.0 } else { maths::ln(1.0 - chance.uniform(stream, draw)) / scale };
        next = next.saturating_add(skip.min(1e15) as usize);
        if next >= count {
            return;
        }
        act(next, chance.uniform(stream, draw + 1));
        next += 1;
        draw += 2;
    }
}

/// The pair (i, j), i > j, of this number: (1, 0), (2, 0), (2, 1), (3, 0), …
fn triangle(number: usize) -> (usize, usize) {
    let mut i = ((1.0 + (1.0 + 8.0 * number as f64).sqrt()) / 2.0) as usize;
    while i * (i - 1) / 2 > number {
        i -= 1;
    }
    while i * (i + 1) / 2 <= number {
        i += 1;
    }
    (i, number - i * (i - 1) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(agents: u32, side: f32) -> Vec<Vec2> {
        let chance = Chance::new(5, 0, "start");
        (0..agents).map(|agent| Vec2::new(chance.unit(agent, 0), chance.unit(agent, 1)) * side).collect()
    }

    #[test]
    fn all_within_a_radius_are_linked_and_no_others() {
        for boundary in [Boundary::Periodic, Boundary::Walled] {
            let (positions, space) = (scattered(300, 10.0), Space::square(10.0, boundary));
            let disc = |distance: f32| f64::from(u8::from(distance <= 1.3));
            let network = Network::spatial(&positions, &space, disc, Chance::new(1, 0, "network"));
            for a in 0..300 {
                let near =
                    |b: &u32| *b != a && space.displacement(positions[a as usize], positions[*b as usize]).length() <= 1.3;
                let expected: Vec<u32> = (0..300).filter(near).collect();
                assert_eq!(network.links(a), expected, "{boundary:?} {a}");
            }
        }
    }

    #[test]
    fn links_are_as_likely_as_asked_at_each_distance() {
        let (positions, space) = (scattered(1500, 30.0), Space::square(30.0, Boundary::Periodic));
        let likelihood = |distance: f32| f64::from(1.0 / (1.0 + distance * distance));
        let network = Network::spatial(&positions, &space, likelihood, Chance::new(2, 0, "network"));
        // Expected and found links in rings of distance; the number of links of a ring is a sum of independent draws.
        let mut rings = [(0.0, 0.0, 0.0); 15];
        for a in 0..1500usize {
            for b in 0..a {
                let distance = space.displacement(positions[a], positions[b]).length();
                let (expected, variance, found) = &mut rings[(distance as usize).min(14)];
                let p = likelihood(distance);
                *expected += p;
                *variance += p * (1.0 - p);
                *found += f64::from(u8::from(network.links(a as u32).binary_search(&(b as u32)).is_ok()));
            }
        }
        for (distance, (expected, variance, found)) in rings.into_iter().enumerate() {
            let sigmas: f64 = (found - expected) / f64::sqrt(variance);
            assert!(sigmas.abs() < 4.0, "{distance}: {found} of {expected}");
        }
    }

    #[test]
    fn few_agents_and_pairs_do_no_harm() {
        for agents in [0, 1, 2, 3] {
            let (positions, space) = (scattered(agents, 1.0), Space::square(1.0, Boundary::Periodic));
            for likelihood in [0.0, 0.5, 1.0] {
                let network = Network::spatial(&positions, &space, |_| likelihood, Chance::new(1, 0, "network"));
                assert!(likelihood != 1.0 || network.link_count() == (agents * agents.saturating_sub(1) / 2) as usize);
                assert!(likelihood != 0.0 || network.link_count() == 0);
            }
        }
        let numbered: Vec<(usize, usize)> = (0..6).map(triangle).collect();
        assert_eq!(numbered, [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]);
    }
}
