//! Number of clusters.

use super::{Instrument, POSITIONS, nearest_distance};
use crate::sim::{Agents, Neighbours, Space, Vector, Vectors};
use bevy_math::Vec3;

/// The number of clusters.
pub const INSTRUMENT: Instrument = Instrument {
    name: "clusters",
    symbol: "n",
    definition: "Number of groups of agents linked, directly or through others, by distances no longer than the \
                 model's interaction radius; where it has none, than twice the mean nearest-neighbour distance.",
    range: None,
    baseline: None,
    needs: POSITIONS,
    make: || Box::new(read),
};

/// The share of the largest cluster.
pub const LARGEST: Instrument = Instrument {
    name: "largest_cluster",
    symbol: "f",
    definition: "Share of agents that are in the largest group of those linked, directly or through others, by distances no longer \
                 than the model's interaction radius; where it has none, than twice the mean nearest-neighbour distance.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: POSITIONS,
    make: || Box::new(largest),
};

fn read(agents: &Agents) -> f64 {
    sizes_of(agents).len() as f64
}

fn largest(agents: &Agents) -> f64 {
    let sizes = sizes_of(agents);
    sizes.iter().max().map_or(f64::NAN, |largest| f64::from(*largest) / f64::from(sizes.iter().sum::<u32>()))
}

fn sizes_of(agents: &Agents) -> Vec<u32> {
    let reach = agents.reach().unwrap_or_else(|| 2.0 * nearest_distance::read(agents) as f32);
    let space = agents.space();
    agents.with_positions(|positions| match positions {
        Some(Vectors::Plane(positions)) => sizes(positions, &space, reach),
        Some(Vectors::Space(positions)) => sizes(positions, &space, reach),
        None => Vec::new(),
    })
}

/// The sizes of the clusters, in no order that means anything.
fn sizes<V: Vector>(positions: &[V], space: &Space<Vec3>, reach: f32) -> Vec<u32> {
    let (index, order) = Neighbours::of(positions, &Space::of_space(space), reach);
    let sorted: Vec<V> = order.iter().map(|row| positions[*row as usize]).collect();
    let mut links: Vec<Vec<u32>> = vec![Vec::new(); sorted.len()];
    index.each(&mut links, |row, nearby, links| {
        nearby.within(&sorted, sorted[row], reach, |other, _| {
            if other > row {
                links.push(other as u32);
            }
        });
    });
    let mut parents: Vec<u32> = (0..sorted.len() as u32).collect();
    for (row, links) in links.iter().enumerate() {
        for other in links {
            let (a, b) = (root(&mut parents, row as u32), root(&mut parents, *other));
            if a != b {
                parents[a.max(b) as usize] = a.min(b);
            }
        }
    }
    let mut members = vec![0; sorted.len()];
    for agent in 0..sorted.len() as u32 {
        members[root(&mut parents, agent) as usize] += 1;
    }
    members.retain(|members| *members > 0);
    members
}

/// The root of an agent's tree, halving the path to it on the way (union–find).
fn root(parents: &mut [u32], mut agent: u32) -> u32 {
    while parents[agent as usize] != agent {
        let above = parents[parents[agent as usize] as usize];
        parents[agent as usize] = above;
        agent = above;
    }
    agent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Boundary;
    use bevy_math::Vec2;

    #[test]
    fn chains_are_one_cluster_and_the_seam_joins() {
        // A chain of links 1 long across the seam of a torus of side 10, a pair, and one alone.
        let points = [(8.5, 2.0), (9.5, 2.0), (0.5, 2.0), (1.5, 2.0), (5.0, 5.0), (5.0, 5.75), (5.0, 8.0)];
        let plane: Vec<Vec2> = points.iter().map(|point| Vec2::from(*point)).collect();
        let space: Vec<Vec3> = plane.iter().map(|point| point.extend(9.0)).collect();
        let torus = Space::cube(10.0, Boundary::Periodic);
        let flat = Space::square(10.0, Boundary::Periodic).in_space();
        let count = |points: &[Vec2], reach| sizes(points, &flat, reach).len();
        assert_eq!((count(&plane, 1.0), sizes(&space, &torus, 1.0).len()), (3, 3));
        assert_eq!((count(&plane, 0.9), sizes(&space, &torus, 0.9).len()), (6, 6));
        assert_eq!((count(&plane, 3.0), sizes(&space, &torus, 3.0).len()), (2, 2));
        assert_eq!(count(&[], 1.0), 0);
        let mut members = sizes(&plane, &flat, 1.0);
        members.sort_unstable();
        assert_eq!(members, [1, 2, 4]);
    }
}
