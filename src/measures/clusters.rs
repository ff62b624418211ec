//! Clusters: how many, how large, and which is which from step to step.

use super::{Fold, Instrument, Memory, POSITIONS, Reading, Tells, When, nearest_distance};
use crate::sim::{Agents, Id, Neighbours, Space, Vector, Vectors};
use bevy_math::Vec3;

/// The number of clusters.
pub const INSTRUMENT: Instrument = Instrument {
    name: "clusters",
    symbol: "n",
    definition: "Number of groups of agents linked, directly or through others, by distances no longer than the \
                 model's interaction radius; where it has none, than twice the mean nearest-neighbour distance. Huepe & Aldana, Phys. Rev. \
                 Lett. 92, 168701 (2004).",
    cost: "N n a reading",
    needs: POSITIONS,
    make: || Box::new(|agents: &Agents| sizes(&members(agents)).len() as f64),
    ..Instrument::PLAIN
};

/// The share of agents in the largest cluster.
pub const LARGEST: Instrument = Instrument {
    name: "largest_cluster",
    symbol: "n₁/N",
    definition: "Share of the agents that are in the largest cluster: clusters are groups of agents linked, directly or through others, by \
                 distances no longer than the model's interaction radius; where it has none, than twice the mean nearest-neighbour \
                 distance. Not defined without agents. Huepe & Aldana, Phys. Rev. Lett. 92, 168701 (2004).",
    range: Some((0.0, 1.0)),
    make: || Box::new(|agents: &Agents| largest(&members(agents))),
    ..INSTRUMENT
};

/// The sizes of clusters, each with an identity that it keeps.
pub const TRACKS: Instrument = Instrument {
    name: "cluster_tracks",
    symbol: "n_k",
    definition: "Number of agents of each cluster of two or more, by the cluster's identity. A cluster takes on the identity that most of its \
                 members had in the step before, if it holds more of them than any other cluster does; else it gets a new one. So a \
                 split leaves the old identity to the larger part, and a merger keeps that of the larger. Clusters are groups \
                 linked by distances no longer than the model's interaction radius; where it has none, than twice the mean \
                 nearest-neighbour distance. Flockwork's own rule.",
    tells: Tells::Curve("identity"),
    when: When::Each,
    make: || Box::new(Fold::new(follow)),
    ..INSTRUMENT
};

/// The cluster of each agent, in the order of rows: the smallest number that one of its members has.
fn members(agents: &Agents) -> Vec<u32> {
    let reach = agents.reach().unwrap_or_else(|| 2.0 * nearest_distance::read(agents) as f32);
    let space = agents.space();
    agents.with_positions(|positions| match positions {
        Some(Vectors::Plane(positions)) => of(positions, &space, reach),
        Some(Vectors::Space(positions)) => of(positions, &space, reach),
        None => Vec::new(),
    })
}

fn of<V: Vector>(positions: &[V], space: &Space<Vec3>, reach: f32) -> Vec<u32> {
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
            parents[a.max(b) as usize] = a.min(b);
        }
    }
    let mut clusters = vec![0; positions.len()];
    for (place, row) in order.iter().enumerate() {
        clusters[*row as usize] = root(&mut parents, place as u32);
    }
    clusters
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

/// The number of members of each cluster.
fn sizes(members: &[u32]) -> Vec<usize> {
    let mut sorted = members.to_vec();
    sorted.sort_unstable();
    sorted.chunk_by(|a, b| a == b).map(<[u32]>::len).collect()
}

fn largest(members: &[u32]) -> f64 {
    sizes(members).into_iter().max().map_or(f64::NAN, |size| size as f64 / members.len() as f64)
}

/// The cluster in which each agent was, by the identities of both, and the next identity to be given.
#[derive(Clone, Default)]
struct Tracked {
    last: Vec<(u32, u32)>,
    next: u32,
}

impl Memory for Tracked {
    fn bytes(&self) -> usize {
        self.last.bytes()
    }
}

fn follow(tracked: &mut Tracked, agents: &Agents) -> Reading {
    let ids = agents.column::<Id>().unwrap_or_default();
    let mut now: Vec<(u32, u32)> = ids.iter().map(|id| id.0).zip(members(agents)).collect();
    now.sort_unstable();
    Reading::Curve(tracked.take_on(&now))
}

impl Tracked {
    /// Takes on the clusters of a step, given as (agent, cluster) in the order of agents, and tells the size of each cluster of
    /// two or more by its identity.
    fn take_on(&mut self, now: &[(u32, u32)]) -> Vec<[f64; 2]> {
        // How many members of each cluster had each identity: the largest such groups choose first.
        let mut before = self.last.iter().peekable();
        let mut shared: Vec<(u32, u32)> = Vec::new();
        for (agent, cluster) in now {
            while before.next_if(|(other, _)| other < agent).is_some() {}
            if let Some((_, identity)) = before.next_if(|(other, _)| other == agent) {
                shared.push((*cluster, *identity));
            }
        }
        shared.sort_unstable();
        let mut groups: Vec<(usize, u32, u32)> =
            shared.chunk_by(|a, b| a == b).map(|group| (group.len(), group[0].1, group[0].0)).collect();
        // Equal groups: the older identity first.
        groups.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut clusters: Vec<u32> = now.iter().map(|(_, cluster)| *cluster).collect();
        clusters.sort_unstable();
        // Each cluster with its size and the identity that it takes on.
        let mut known: Vec<(u32, usize, Option<u32>)> =
            clusters.chunk_by(|a, b| a == b).map(|members| (members[0], members.len(), None)).collect();
        let mut taken: Vec<u32> = Vec::new();
        for (_, identity, cluster) in groups {
            let place = known.partition_point(|(other, ..)| *other < cluster);
            if known[place].2.is_none() && !taken.contains(&identity) {
                known[place].2 = Some(identity);
                taken.push(identity);
            }
        }
        for (_, size, identity) in &mut known {
            if *size > 1 && identity.is_none() {
                *identity = Some(self.next);
                self.next += 1;
            }
        }
        let identity_of = |cluster: u32| known[known.partition_point(|(other, ..)| *other < cluster)].2;
        self.last = now.iter().filter_map(|(agent, cluster)| Some((*agent, identity_of(*cluster)?))).collect();
        let mut sizes: Vec<[f64; 2]> = known
            .iter()
            .filter(|(_, size, _)| *size > 1)
            .filter_map(|(_, size, identity)| Some([f64::from((*identity)?), *size as f64]))
            .collect();
        sizes.sort_by(|a, b| a[0].total_cmp(&b[0]));
        sizes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Boundary;
    use bevy_math::Vec2;

    fn count<V: Vector>(positions: &[V], space: &Space<Vec3>, reach: f32) -> usize {
        sizes(&of(positions, space, reach)).len()
    }

    #[test]
    fn chains_are_one_cluster_and_the_seam_joins() {
        // A chain of links 1 long across the seam of a torus of side 10, a pair, and one alone.
        let points = [(8.5, 2.0), (9.5, 2.0), (0.5, 2.0), (1.5, 2.0), (5.0, 5.0), (5.0, 5.75), (5.0, 8.0)];
        let plane: Vec<Vec2> = points.iter().map(|point| Vec2::from(*point)).collect();
        let space: Vec<Vec3> = plane.iter().map(|point| point.extend(9.0)).collect();
        let torus = Space::cube(10.0, Boundary::Periodic);
        let flat = Space::square(10.0, Boundary::Periodic).in_space();
        assert_eq!((count(&plane, &flat, 1.0), count(&space, &torus, 1.0)), (3, 3));
        assert_eq!((count(&plane, &flat, 0.9), count(&space, &torus, 0.9)), (6, 6));
        assert_eq!((count(&plane, &flat, 3.0), count(&space, &torus, 3.0)), (2, 2));
        assert_eq!(count::<Vec2>(&[], &flat, 1.0), 0);
        assert!((largest(&of(&plane, &flat, 1.0)) - 4.0 / 7.0).abs() < 1e-12);
        assert!(largest(&[]).is_nan());
    }

    #[test]
    fn identities_outlive_splits_and_mergers() {
        let mut tracked = Tracked::default();
        let mut see = |clusters: &[u32]| {
            let now: Vec<(u32, u32)> = (0..).zip(clusters.iter().copied()).collect();
            tracked.take_on(&now)
        };
        // Agents 0 … 4 and 5 … 7, and one alone.
        assert_eq!(see(&[0, 0, 0, 0, 0, 5, 5, 5, 8]), [[0.0, 5.0], [1.0, 3.0]]);
        // Other names for the same clusters.
        assert_eq!(see(&[7, 7, 7, 7, 7, 2, 2, 2, 3]), [[0.0, 5.0], [1.0, 3.0]]);
        // The first splits: its larger part keeps the name.
        assert_eq!(see(&[0, 0, 1, 1, 1, 5, 5, 5, 8]), [[0.0, 3.0], [1.0, 3.0], [2.0, 2.0]]);
        // All come together: of two equal ones the older.
        assert_eq!(see(&[0; 9]), [[0.0, 9.0]]);
        // They part again: what was forgotten does not come back.
        assert_eq!(see(&[0, 0, 0, 0, 1, 1, 1, 8, 9]), [[0.0, 4.0], [3.0, 3.0]]);
    }
}
