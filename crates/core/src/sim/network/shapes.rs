//! The links of each form of network, as pairs of agents.

use crate::sim::{Boundary, Chance, Neighbours, Space, maths};
use bevy_math::Vec2;
use std::f64::consts::PI;

/// Pairs of linked agents.
type Pairs = Vec<(u32, u32)>;

/// Each with the `half` next on either side.
pub(super) fn ring(agents: u32, half: u32) -> Pairs {
    // Beyond half way round the other side is nearer, and at exactly half both sides are the same agent.
    let half = half.min(agents.saturating_sub(1) / 2);
    (0..agents).flat_map(|i| (1..=half).map(move |k| (i, (i + k) % agents))).collect()
}

/// Each with the four next to it on a square of `side` × `side` sites whose opposite edges are joined.
pub(super) fn lattice(side: u32) -> Pairs {
    let to_the_right_and_below = |i: u32| {
        let (x, y) = (i % side, i / side);
        [(i, y * side + (x + 1) % side), (i, (y + 1) % side * side + x)]
    };
    (0..side * side).flat_map(to_the_right_and_below).collect()
}

/// Each pair with the same probability. The links are drawn by skipping geometrically over those that are not
/// (Batagelj & Brandes 2005, fig. 2).
pub(super) fn random(agents: u32, degree: f64, chance: Chance) -> Pairs {
    let probability = (degree / f64::from(agents.max(2) - 1)).clamp(0.0, 1.0);
    if probability >= 1.0 {
        return (1..agents).flat_map(|v| (0..v).map(move |w| (v, w))).collect();
    }
    let mut pairs = Vec::new();
    if probability > 0.0 {
        let scale = maths::ln(1.0 - probability);
        let (mut v, mut w, mut draw) = (1u64, -1i64, 0u32);
        while v < u64::from(agents) {
            let skip = maths::ln(1.0 - chance.uniform(draw, 0)) / scale;
            draw += 1;
            w += 1 + skip.min(1e15) as i64;
            while w >= v as i64 && v < u64::from(agents) {
                w -= v as i64;
                v += 1;
            }
            if v < u64::from(agents) {
                pairs.push((v as u32, w as u32));
            }
        }
    }
    pairs
}

/// A ring of which each link, with probability p, leads to anyone instead who is not yet linked (Watts & Strogatz,
/// Nature 393, 440, 1998): lap by lap, the nearest first.
pub(super) fn small_world(agents: u32, half: u32, rewiring: f64, chance: Chance) -> Pairs {
    let mut linked: Vec<Vec<u32>> = vec![Vec::new(); agents as usize];
    for (a, b) in ring(agents, half) {
        linked[a as usize].push(b);
        linked[b as usize].push(a);
    }
    let half = half.min(agents.saturating_sub(1) / 2);
    for lap in 1..=half {
        for agent in 0..agents {
            // Draws of the lap: whether, then to whom, until there is somebody new.
            let draw = |number: u32| (lap << 16) | number.min(0xFFFF);
            let own = linked[agent as usize].len() as u32;
            if chance.uniform(agent, draw(0)) >= rewiring || own + 1 >= agents {
                continue;
            }
            let new = (1..).map(|number| chance.below(agent, draw(number), agents)).take(0xFFFF);
            let fits = |other: &u32| *other != agent && !linked[agent as usize].contains(other);
            let Some(new) = new.into_iter().find(fits) else { continue };
            let old = (agent + lap) % agents;
            linked[agent as usize].retain(|other| *other != old);
            linked[old as usize].retain(|other| *other != agent);
            linked[agent as usize].push(new);
            linked[new as usize].push(agent);
        }
    }
    let pairs = (0..agents).zip(&linked).flat_map(|(agent, others)| others.iter().map(move |other| (agent, *other)));
    pairs.filter(|(a, b)| a < b).collect()
}

/// Agents come one by one and link to `links` others, each chosen with a probability in proportion to the links that it
/// has (Barabási & Albert, Science 286, 509, 1999). The first `links` + 1 are all linked to one another.
pub(super) fn scale_free(agents: u32, links: u32, chance: Chance) -> Pairs {
    let first = links.saturating_add(1).min(agents);
    let mut pairs: Pairs = (1..first).flat_map(|v| (0..v).map(move |w| (v, w))).collect();
    let mut chosen = Vec::new();
    for newcomer in first..agents {
        chosen.clear();
        // An end of a link at random is an agent with a probability in proportion to its links.
        for draw in 0.. {
            if chosen.len() == links as usize {
                break;
            }
            let end = chance.below(newcomer, draw, 2 * pairs.len() as u32);
            let (a, b) = pairs[end as usize / 2];
            let other = if end.is_multiple_of(2) { a } else { b };
            if !chosen.contains(&other) {
                chosen.push(other);
            }
        }
        pairs.extend(chosen.iter().map(|other| (newcomer, *other)));
    }
    pairs
}

/// Places at random on a torus of side 1, linked where they are nearer than the distance at which an agent has `degree`
/// others about it on average.
pub(super) fn spatial(agents: u32, degree: f64, chance: Chance) -> Pairs {
    let torus = Space::square(1.0, Boundary::Periodic);
    let places: Vec<Vec2> = (0..agents).map(|agent| torus.anywhere(chance, agent)).collect();
    let radius = (degree / (PI * f64::from(agents.max(2) - 1))).sqrt() as f32;
    let (index, order) = Neighbours::of(&places, &torus, radius);
    let sorted: Vec<Vec2> = order.iter().map(|agent| places[*agent as usize]).collect();
    let mut links: Vec<Vec<u32>> = vec![Vec::new(); sorted.len()];
    index.each(&mut links, |row, nearby, links| {
        nearby.within(&sorted, sorted[row], radius, |other, _| {
            if other > row && radius > 0.0 {
                links.push(order[other]);
            }
        });
    });
    let pairs = order.iter().zip(&links).flat_map(|(agent, others)| others.iter().map(|other| (*agent, *other)));
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use crate::sim::{Chance, Network, Topology, Wiring};

    fn mean_degree(network: &Network) -> f64 {
        let agents = network.agents();
        (0..agents).map(|i| network.links(i).len()).sum::<usize>() as f64 / f64::from(agents)
    }

    fn make(topology: Topology, agents: u32, degree: f64, rewiring: f64) -> Network {
        let wiring = Wiring { rewiring, ..Wiring::new(topology, degree) };
        Network::new(&wiring, agents, Chance::new(1, 0, "network")).unwrap()
    }

    /// Mean over agents of the share of pairs of their neighbours that are linked.
    fn clustering(network: &Network) -> f64 {
        let of = |agent: u32| {
            let links = network.links(agent);
            let pairs = links.len() * (links.len() - 1) / 2;
            let closed =
                links.iter().enumerate().flat_map(|(k, a)| links[..k].iter().filter(|b| network.links(*a).contains(b)));
            closed.count() as f64 / pairs as f64
        };
        (0..network.agents()).map(of).sum::<f64>() / f64::from(network.agents())
    }

    /// Mean distance from the first agent, counted in links.
    fn distance(network: &Network) -> f64 {
        let mut distances = vec![u32::MAX; network.agents() as usize];
        distances[0] = 0;
        let mut queue = std::collections::VecDeque::from([0]);
        while let Some(agent) = queue.pop_front() {
            for other in network.links(agent) {
                if distances[*other as usize] == u32::MAX {
                    distances[*other as usize] = distances[agent as usize] + 1;
                    queue.push_back(*other);
                }
            }
        }
        distances.iter().map(|distance| f64::from(*distance)).sum::<f64>() / distances.len() as f64
    }

    #[test]
    fn random_and_spatial_networks_have_their_mean_degree() {
        // Mean degree of N = 2000: standard deviation √(2·8/2000) ≈ 0.09; bound 4 of them.
        for topology in [Topology::Random, Topology::Spatial] {
            let mean = mean_degree(&make(topology, 2000, 8.0, 0.0));
            assert!((mean - 8.0).abs() < 0.36, "{topology:?}: {mean}");
        }
        // Of neighbours in space, 1 − 3√3/4π are neighbours (Dall & Christensen, Phys. Rev. E 66, 016121, 2002).
        let clustering = clustering(&make(Topology::Spatial, 4000, 20.0, 0.0));
        assert!((clustering - 0.5865).abs() < 0.01, "{clustering}");
    }

    #[test]
    fn a_small_world_is_clustered_and_yet_small() {
        let (agents, degree) = (2000, 10.0);
        let ring = make(Topology::SmallWorld, agents, degree, 0.0);
        assert_eq!(ring, make(Topology::Ring, agents, degree, 0.0));
        // Of a ring 3 (K − 2) / 4 (K − 1) of the pairs of neighbours are linked; after rewiring (1 − p)³ of that (Barrat &
        // Weigt, Eur. Phys. J. B 13, 547, 2000).
        assert!((clustering(&ring) - 2.0 / 3.0).abs() < 1e-9);
        let small = make(Topology::SmallWorld, agents, degree, 0.1);
        assert_eq!(mean_degree(&small), degree);
        assert!((clustering(&small) - 2.0 / 3.0 * 0.729).abs() < 0.02, "{}", clustering(&small));
        // From N / 2K = 100 steps to a few.
        assert!((distance(&ring) - 100.45).abs() < 0.1 && distance(&small) < 7.0, "{} {}", distance(&ring), distance(&small));
        let random = make(Topology::SmallWorld, agents, degree, 1.0);
        assert!(clustering(&random) < 0.02 && mean_degree(&random) == degree, "{}", clustering(&random));
    }

    #[test]
    fn a_scale_free_network_has_its_distribution_of_degrees() {
        let (agents, links) = (20_000u32, 3usize);
        let network = make(Topology::ScaleFree, agents, 2.0 * links as f64, 0.0);
        assert!((mean_degree(&network) - 6.0).abs() < 0.01);
        let share = |test: &dyn Fn(usize) -> bool| {
            (0..agents).filter(|agent| test(network.links(*agent).len())).count() as f64 / f64::from(agents)
        };
        // P(k) = 2 m (m + 1) / k (k + 1) (k + 2) (Dorogovtsev, Mendes, Samukhin, Phys. Rev. Lett. 85, 4633, 2000), so that
        // m (m + 1) / k (k + 1) have at least k links. Binomial errors are below 0.0035; bounds are 4 of them.
        assert!((share(&|degree| degree == 3) - 0.4).abs() < 0.014);
        assert!((share(&|degree| degree >= 10) - 12.0 / 110.0).abs() < 0.009);
        assert!((share(&|degree| degree >= 40) - 12.0 / 1640.0).abs() < 0.0024);
    }
}
