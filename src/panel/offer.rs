//! What a model allows beyond its parameters.

use crate::{
    measures::{self, Instrument},
    scene::Layout,
    sim::Simulation,
};

/// What the open model allows beyond its parameters.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Names of the channels that may colour agents.
    pub channels: Vec<&'static str>,
    /// The instruments that can read it.
    pub instruments: Vec<&'static Instrument>,
    /// Where its agents can stand in the picture.
    pub layouts: Vec<Layout>,
}

impl Offer {
    /// What this simulation allows.
    pub fn of(simulation: &Simulation) -> Self {
        let agents = simulation.agents();
        let channels: Vec<&'static str> = agents.channels().iter().map(|channel| channel.name).collect();
        let placed = agents.with_positions(|positions| positions.is_some());
        let mut layouts = if placed { vec![Layout::Natural] } else { vec![] };
        if channels.contains(&"phase") {
            layouts.push(Layout::Circle);
            if agents.network().is_some_and(|network| network.lattice_side().is_some()) {
                layouts.push(Layout::Lattice);
            }
        }
        let instruments = measures::all_that_fit(simulation).filter(|instrument| instrument.is_a_series()).collect();
        Self { channels, instruments, layouts }
    }
}
