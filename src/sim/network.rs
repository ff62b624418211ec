//! Networks in compressed rows: who is linked to whom, by identity.

use super::Chance;
use bevy_ecs::resource::Resource;
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};

/// The form of a network.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// Everyone with everyone.
    #[default]
    Complete,
    /// A ring: each with the nearest on both sides.
    Ring,
    /// A square lattice whose opposite edges are joined: each with four.
    SquareLattice,
    /// A random network of this mean degree (Erdős–Rényi).
    Random,
}

/// An undirected network without loops or double links.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// First entry of each agent in `links`, and their number at the end. Empty where the network is complete.
    starts: Vec<u32>,
    links: Vec<u32>,
    agents: u32,
    /// Sites along a side, where this is a square lattice.
    side: Option<u32>,
    /// Whether agent 0 is a hub that all are linked with.
    hub: bool,
}

impl Network {
    /// Makes a network of `agents` agents. `degree` is the mean number of links of one agent; it counts for rings
    /// (rounded to the nearest even number) and random networks. A square lattice takes the largest square that
    /// fits; agents beyond it have no link.
    pub fn new(topology: Topology, agents: u32, degree: f64, chance: Chance) -> Self {
        match topology {
            Topology::Complete => Self { agents, ..Self::default() },
            Topology::Ring => Self::ring(agents, (degree / 2.0).round() as u32),
            Topology::SquareLattice => Self::lattice(agents),
            Topology::Random => Self::random(agents, degree, chance),
        }
    }

    fn ring(agents: u32, half: u32) -> Self {
        // Beyond half way round the other side is nearer, and at exactly half both sides are the same agent.
        let half = half.min(agents.saturating_sub(1) / 2);
        let pairs = (0..agents).flat_map(|i| (1..=half).map(move |k| (i, (i + k) % agents)));
        Self::from_pairs(agents, pairs, None)
    }

    /// A hub, agent 0, linked with all others, and these on a ring, each linked with the `reach` nearest on both sides.
    pub fn ring_star(agents: u32, reach: u32) -> Self {
        let around = agents.saturating_sub(1);
        let reach = reach.min(around.saturating_sub(1) / 2);
        let spokes = (1..agents).map(|other| (0, other));
        let ring = (0..around).flat_map(|i| (1..=reach).map(move |k| (1 + i, 1 + (i + k) % around)));
        Self { hub: true, ..Self::from_pairs(agents, spokes.chain(ring), None) }
    }

    fn lattice(agents: u32) -> Self {
        let side = agents.isqrt();
        let pairs = (0..side * side).flat_map(|i| {
            let (x, y) = (i % side, i / side);
            [(i, y * side + (x + 1) % side), (i, (y + 1) % side * side + x)]
        });
        Self::from_pairs(agents, pairs, Some(side))
    }

    fn random(agents: u32, degree: f64, chance: Chance) -> Self {
        // The number of links is drawn over distinct pairs by skipping geometrically (Batagelj & Brandes 2005, fig. 2).
        let probability = (degree / f64::from(agents.max(2) - 1)).clamp(0.0, 1.0);
        let mut pairs = Vec::new();
        if probability >= 1.0 {
            pairs.extend((1..agents).flat_map(|v| (0..v).map(move |w| (v, w))));
        } else if probability > 0.0 {
            let scale = super::maths::ln(1.0 - probability);
            let (mut v, mut w, mut draw) = (1u64, -1i64, 0u32);
            while v < u64::from(agents) {
                let skip = super::maths::ln(1.0 - chance.uniform(draw, 0)) / scale;
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
        Self::from_pairs(agents, pairs.into_iter(), None)
    }

    pub(super) fn from_pairs(agents: u32, pairs: impl Iterator<Item = (u32, u32)>, side: Option<u32>) -> Self {
        let mut both: Vec<(u32, u32)> = pairs.filter(|(a, b)| a != b).flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        both.sort_unstable();
        both.dedup();
        let mut starts = vec![0; agents as usize + 1];
        for (from, _) in &both {
            starts[*from as usize + 1] += 1;
        }
        for agent in 0..agents as usize {
            starts[agent + 1] += starts[agent];
        }
        Self { starts, links: both.into_iter().map(|(_, to)| to).collect(), agents, side, hub: false }
    }

    /// Whether everyone is linked with everyone; then [`links`](Self::links) lists nobody.
    pub fn is_complete(&self) -> bool {
        self.starts.is_empty()
    }

    /// Number of agents.
    pub fn agents(&self) -> u32 {
        self.agents
    }

    /// Those linked to an agent, by identity, ascending.
    #[inline]
    pub fn links(&self, agent: u32) -> &[u32] {
        match self.starts.get(agent as usize..agent as usize + 2) {
            Some(&[first, end]) => &self.links[first as usize..end as usize],
            _ => &[],
        }
    }

    /// Number of links.
    pub fn link_count(&self) -> usize {
        let agents = self.agents as usize;
        if self.is_complete() { agents * agents.saturating_sub(1) / 2 } else { self.links.len() / 2 }
    }

    /// The agents in classes of which no two members are linked, so that all of a class may be updated at once; each
    /// goes to the first class that has room. On a square lattice of even side these are the two colours of a
    /// checkerboard. A complete network has no such classes.
    pub fn independent_classes(&self) -> Vec<Vec<u32>> {
        let mut class_of = vec![u32::MAX; self.agents as usize];
        let mut classes: Vec<Vec<u32>> = Vec::new();
        let mut taken = Vec::new();
        for agent in 0..self.agents {
            taken.clear();
            taken.resize(classes.len() + 1, false);
            for other in self.links(agent) {
                if let Some(taken) = taken.get_mut(class_of[*other as usize] as usize) {
                    *taken = true;
                }
            }
            let class = taken.iter().position(|taken| !taken).expect("one more than there are");
            if class == classes.len() {
                classes.push(Vec::new());
            }
            classes[class].push(agent);
            class_of[agent as usize] = class as u32;
        }
        classes
    }

    /// The triangles that an agent is a corner of, each by its other two corners.
    pub fn triangles(&self, agent: u32) -> impl Iterator<Item = [u32; 2]> {
        let links = self.links(agent);
        let later = |at: usize| links[at + 1..].iter();
        links.iter().enumerate().flat_map(move |(at, one)| {
            let linked = self.links(*one);
            later(at).filter(|other| linked.binary_search(other).is_ok()).map(|other| [*one, *other])
        })
    }

    /// Whether agent 0 is a hub, to be drawn in the middle of a ring of the others.
    pub fn has_hub(&self) -> bool {
        self.hub
    }

    /// Sites along a side, where this is a square lattice; agent i stands at column i mod side, line i / side.
    pub fn lattice_side(&self) -> Option<u32> {
        self.side
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(topology: Topology, agents: u32, degree: f64) -> Network {
        Network::new(topology, agents, degree, Chance::new(1, 0, "network"))
    }

    #[test]
    fn degrees_are_those_of_the_topology() {
        let ring = make(Topology::Ring, 20, 4.0);
        assert_eq!(ring.links(0), [1, 2, 18, 19]);
        let lattice = make(Topology::SquareLattice, 16, 0.0);
        assert_eq!(lattice.links(0), [1, 3, 4, 12]);
        assert!((0..16).all(|i| lattice.links(i).len() == 4));
        assert_eq!(lattice.lattice_side(), Some(4));
        assert!(make(Topology::Complete, 5, 0.0).is_complete());
    }

    #[test]
    fn links_are_mutual_and_never_to_oneself() {
        for topology in [Topology::Ring, Topology::SquareLattice, Topology::Random] {
            for agents in [0, 1, 2, 3, 4, 5, 50] {
                let network = make(topology, agents, 6.0);
                for i in 0..agents {
                    for j in network.links(i) {
                        assert!(*j != i && network.links(*j).contains(&i), "{topology:?} {agents}: {i} {j}");
                    }
                }
            }
        }
    }

    #[test]
    fn no_two_of_a_class_are_linked_and_a_lattice_is_a_checkerboard() {
        for (topology, agents) in [(Topology::Ring, 7), (Topology::SquareLattice, 25), (Topology::Random, 300)] {
            let network = make(topology, agents, 6.0);
            let classes = network.independent_classes();
            assert_eq!(classes.iter().map(Vec::len).sum::<usize>(), agents as usize);
            for class in &classes {
                assert!(
                    class.iter().all(|i| network.links(*i).iter().all(|j| class.binary_search(j).is_err())),
                    "{topology:?}"
                );
            }
        }
        let checkerboard = make(Topology::SquareLattice, 36, 0.0).independent_classes();
        assert_eq!(checkerboard.len(), 2);
        assert!(checkerboard[0].iter().all(|i| (i % 6 + i / 6) % 2 == 0));
        assert_eq!(make(Topology::SquareLattice, 36, 0.0).link_count(), 72);
    }

    #[test]
    fn a_ring_star_has_a_hub_and_its_triangles() {
        let star = Network::ring_star(7, 1);
        assert_eq!((star.links(0), star.links(1)), (&[1, 2, 3, 4, 5, 6][..], &[0, 2, 6][..]));
        assert_eq!(star.triangles(1).collect::<Vec<_>>(), [[0, 2], [0, 6]]);
        assert_eq!(star.triangles(0).count(), 6);
        // The smallest, of four, is complete: each is a corner of three triangles.
        let smallest = Network::ring_star(4, 1);
        assert!((0..4).all(|agent| smallest.triangles(agent).count() == 3 && smallest.links(agent).len() == 3));
        assert_eq!((Network::ring_star(0, 1).link_count(), Network::ring_star(2, 5).link_count()), (0, 1));
    }

    #[test]
    fn a_random_network_has_its_mean_degree() {
        // Mean degree of N = 2000: standard deviation √(2·8/2000) ≈ 0.09; bound 4 of them.
        let network = make(Topology::Random, 2000, 8.0);
        let mean = (0..2000).map(|i| network.links(i).len()).sum::<usize>() as f64 / 2000.0;
        assert!((mean - 8.0).abs() < 0.36, "{mean}");
    }
}
