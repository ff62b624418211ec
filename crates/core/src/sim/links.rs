//! Who is linked to whom, for pictures: the links of a network, and agents that perceive one another now.

use super::{
    frame::Links,
    neighbours::Neighbours,
    network::Network,
    scenery::{Reach, Zone},
    space::Space,
};
use bevy_math::Vec3;

/// Most links in a frame: more would be a grey mass.
const MOST: usize = 200_000;
/// Most agents whose nearest neighbours are sought among all.
const MOST_BY_FORCE: usize = 4000;

/// Pairs of rows with their weights.
type Pairs = Vec<([u32; 2], f32)>;

/// The links of a network between agents with these identities (ascending).
pub(super) fn of_network(network: &Network, ids: &[u32]) -> Links {
    let row_of = |id: u32| match ids.get(id as usize) {
        Some(at) if *at == id => Some(id),
        _ => ids.binary_search(&id).ok().map(|row| row as u32),
    };
    let mut pairs = Pairs::new();
    if network.is_complete() {
        let agents = ids.len() as u32;
        if ids.len() * ids.len() / 2 <= MOST {
            pairs.extend((0..agents).flat_map(|a| (a + 1..agents).map(move |b| ([a, b], 1.0))));
        }
    } else {
        for (row, id) in (0..).zip(ids) {
            let later = network.links(*id).iter().filter(|other| **other > *id);
            pairs.extend(later.filter_map(|other| row_of(*other)).map(|other| ([row, other], 1.0)));
        }
    }
    links("network", pairs)
}

/// The pairs of which at least one perceives the other within a zone; positions and directions (or none) by row.
pub(super) fn of_neighbours(zone: &Zone, space: &Space<Vec3>, positions: &[Vec3], directions: &[Vec3]) -> Links {
    let sees = |from: usize, displacement: Vec3| {
        let cone = zone.half_angle < std::f32::consts::PI && directions.len() == positions.len();
        !cone || directions[from].angle_between(displacement) <= zone.half_angle
    };
    let mut pairs = Pairs::new();
    let mut note = |a: usize, b: usize, weight: f32| {
        pairs.push(([a.min(b) as u32, a.max(b) as u32], weight.clamp(0.0, 1.0)));
    };
    match zone.reach {
        Reach::Within(reach) if reach > 0.0 => {
            let (index, order) = Neighbours::of(positions, space, reach);
            let sorted: Vec<Vec3> = order.iter().map(|row| positions[*row as usize]).collect();
            for (at, position) in sorted.iter().enumerate() {
                let row = order[at] as usize;
                index.around(*position).within(&sorted, *position, reach, |other, displacement| {
                    if other != at && sees(row, displacement) {
                        note(row, order[other] as usize, 1.0 - displacement.length() / reach);
                    }
                });
            }
        }
        Reach::Within(_) => {}
        Reach::Nearest(_) if positions.len() > MOST_BY_FORCE => {}
        Reach::Nearest(count) => {
            for (row, from) in positions.iter().enumerate() {
                let seen = positions.iter().enumerate().filter(|(other, _)| *other != row).map(|(other, to)| {
                    let displacement = space.displacement(*from, *to);
                    (displacement.length_squared(), other, displacement)
                });
                let mut seen: Vec<_> = seen.filter(|(.., displacement)| sees(row, *displacement)).collect();
                let count = (count as usize).min(seen.len());
                if count < seen.len() {
                    seen.select_nth_unstable_by(count, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                }
                for (_, other, _) in &seen[..count] {
                    note(row, *other, 1.0);
                }
            }
        }
    }
    links("neighbours", pairs)
}

/// Each pair once, with its greatest weight; one in so many where there are too many.
fn links(name: &'static str, mut pairs: Pairs) -> Links {
    pairs.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    pairs.dedup_by_key(|pair| pair.0);
    let every = pairs.len().div_ceil(MOST).max(1);
    let kept = || pairs.iter().step_by(every);
    Links {
        name,
        every: every as u32,
        pairs: kept().map(|pair| pair.0).collect(),
        weights: kept().map(|pair| pair.1).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Boundary, Chance, Wiring};
    use std::f32::consts::FRAC_PI_2;

    #[test]
    fn links_of_a_network_are_pairs_of_rows_once_each() {
        let ring = Network::of(5, (0..5).map(|agent| (agent, (agent + 1) % 5)));
        assert_eq!(*of_network(&ring, &[0, 1, 2, 3, 4]).pairs, [[0, 1], [0, 4], [1, 2], [2, 3], [3, 4]]);
        // Agent 2 is gone: rows are no longer identities.
        assert_eq!(*of_network(&ring, &[0, 1, 3, 4]).pairs, [[0, 1], [0, 3], [2, 3]]);
        let complete = Network::new(&Wiring::default(), 4, Chance::new(1, 0, "network")).unwrap();
        assert_eq!(of_network(&complete, &[0, 1, 2, 3]).pairs.len(), 6);
    }

    #[test]
    fn neighbours_are_found_across_the_edge_in_the_plane_and_in_space() {
        let zone = Zone::round("vision", Reach::Within(2.0));
        let places = [Vec3::new(0.5, 5.0, 0.0), Vec3::new(9.5, 5.0, 0.0), Vec3::new(5.0, 5.0, 0.0), Vec3::new(5.0, 6.0, 0.0)];
        for space in [Space::square(10.0, Boundary::Periodic).in_space(), Space::cube(10.0, Boundary::Periodic)] {
            let links = of_neighbours(&zone, &space, &places, &[]);
            assert_eq!(*links.pairs, [[0, 1], [2, 3]]);
            assert!((links.weights[0] - 0.5).abs() < 1e-5);
        }
        let walled = Space::square(10.0, Boundary::Walled).in_space();
        assert_eq!(*of_neighbours(&zone, &walled, &places, &[]).pairs, [[2, 3]]);
        let one = Zone::round("neighbours", Reach::Nearest(1));
        assert_eq!(*of_neighbours(&one, &walled, &places, &[]).pairs, [[0, 2], [1, 2], [2, 3]]);
    }

    #[test]
    fn what_is_behind_is_not_seen() {
        let ahead = Zone { half_angle: FRAC_PI_2, ..Zone::round("vision", Reach::Within(2.0)) };
        let space = Space::square(10.0, Boundary::Open).in_space();
        let places = [Vec3::ZERO, Vec3::X];
        assert!(of_neighbours(&ahead, &space, &places, &[Vec3::NEG_X, Vec3::X]).pairs.is_empty());
        assert_eq!(of_neighbours(&ahead, &space, &places, &[Vec3::X, Vec3::X]).pairs.len(), 1);
    }
}
