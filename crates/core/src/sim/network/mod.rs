//! Networks in compressed rows: who is linked to whom, by identity.

mod file;
mod shapes;

use super::Chance;
use crate::error::{Error, Result};
use bevy_ecs::resource::Resource;
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};

/// Most links of a network: some 2 GB while it is made.
const MOST_LINKS: f64 = 1e8;

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
    /// A ring of which some links lead to anyone instead (Watts–Strogatz).
    SmallWorld,
    /// Newcomers link to those who have many links already (Barabási–Albert).
    ScaleFree,
    /// Places at random on a torus, the near ones linked.
    Spatial,
    /// The first with all others.
    Star,
    /// From a file: a link a line.
    File,
}

impl Topology {
    /// Whether it has as many links as the mean degree says.
    fn has_degree(self) -> bool {
        matches!(self, Self::Ring | Self::Random | Self::SmallWorld | Self::ScaleFree | Self::Spatial)
    }
}

/// How a network is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wiring {
    /// Its form.
    pub topology: Topology,
    /// The mean number of links of one agent; it counts for rings and small worlds (rounded to an even number), scale-free
    /// networks (the same, at least 2), random and spatial ones.
    pub degree: f64,
    /// The share of a small world's links that lead to anyone, p.
    pub rewiring: f64,
    /// The file of links, where they come from one.
    pub file: String,
}

impl Wiring {
    /// A network of this form and mean degree.
    pub fn new(topology: Topology, degree: f64) -> Self {
        Self { topology, degree, ..Self::default() }
    }
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
    /// Makes a network of `agents` agents. A square lattice takes the largest square that fits, a file the agents that it
    /// names; those beyond have no link.
    ///
    /// # Errors
    /// Where a file of links cannot be read, or names more agents than there are.
    pub fn new(wiring: &Wiring, agents: u32, chance: Chance) -> Result<Self> {
        let degree = wiring.degree.min(f64::from(agents));
        let links = degree * f64::from(agents) / 2.0;
        if wiring.topology.has_degree() && links > MOST_LINKS {
            return Err(Error::usage(format!("{links} links are too many"))
                .path("parameters.degree")
                .allowed(format!("up to {} for {agents} agents", (2.0 * MOST_LINKS / f64::from(agents)).floor())));
        }
        // Links of one agent to one side, or of a newcomer.
        let half = (degree / 2.0).round() as u32;
        let pairs = match wiring.topology {
            Topology::Complete => return Ok(Self { agents, ..Self::default() }),
            Topology::Ring => shapes::ring(agents, half),
            Topology::SquareLattice => {
                let side = agents.isqrt();
                return Ok(Self { side: Some(side), ..Self::of(agents, shapes::lattice(side)) });
            }
            Topology::Random => shapes::random(agents, degree, chance),
            Topology::SmallWorld => shapes::small_world(agents, half, wiring.rewiring, chance),
            Topology::ScaleFree => shapes::scale_free(agents, half.max(1), chance),
            Topology::Spatial => shapes::spatial(agents, degree, chance),
            Topology::Star => return Ok(Self { hub: true, ..Self::of(agents, (1..agents).map(|agent| (0, agent))) }),
            Topology::File => file::read(&wiring.file, agents)?,
        };
        Ok(Self::of(agents, pairs))
    }

    /// A hub, agent 0, linked with all others, and these on a ring, each linked with the `reach` nearest on both sides.
    pub fn ring_star(agents: u32, reach: u32) -> Self {
        let around = agents.saturating_sub(1);
        let reach = reach.min(around.saturating_sub(1) / 2);
        let spokes = (1..agents).map(|other| (0, other));
        let ring = (0..around).flat_map(|i| (1..=reach).map(move |k| (1 + i, 1 + (i + k) % around)));
        Self { hub: true, ..Self::of(agents, spokes.chain(ring)) }
    }

    /// The network of these pairs of agents. Loops are left out, double links count once.
    pub fn of(agents: u32, pairs: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut both: Vec<(u32, u32)> = pairs.into_iter().filter(|(a, b)| a != b).flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        both.sort_unstable();
        both.dedup();
        let mut starts = vec![0; agents as usize + 1];
        for (from, _) in &both {
            starts[*from as usize + 1] += 1;
        }
        for agent in 0..agents as usize {
            starts[agent + 1] += starts[agent];
        }
        Self { starts, links: both.into_iter().map(|(_, to)| to).collect(), agents, side: None, hub: false }
    }

    /// Whether everyone is linked with everyone; then [`links`](Self::links) lists nobody.
    #[inline]
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

    pub(super) fn make(topology: Topology, agents: u32, degree: f64) -> Network {
        let wiring = Wiring { rewiring: 0.3, ..Wiring::new(topology, degree) };
        Network::new(&wiring, agents, Chance::new(1, 0, "network")).unwrap()
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
        let star = make(Topology::Star, 5, 0.0);
        assert_eq!((star.links(0), star.links(3)), ([1, 2, 3, 4].as_slice(), [0].as_slice()));
    }

    #[test]
    fn links_are_mutual_and_never_to_oneself() {
        use Topology::*;
        for topology in [Ring, SquareLattice, Random, SmallWorld, ScaleFree, Spatial, Star] {
            for agents in [0, 1, 2, 3, 4, 5, 7, 50] {
                for degree in [0.0, 1.0, 6.0, 1000.0] {
                    let network = make(topology, agents, degree);
                    for i in 0..agents {
                        for j in network.links(i) {
                            assert!(*j != i && network.links(*j).contains(&i), "{topology:?} {agents} {degree}: {i} {j}");
                        }
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
}
