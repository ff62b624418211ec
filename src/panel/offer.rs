//! What a model allows beyond its parameters.

use crate::{
    measures::{self, Instrument},
    scene::Layout,
    sim::{Agents, ToolUse},
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
    /// The mouse tools that mean something to it.
    pub tools: Vec<ToolUse>,
}

impl Offer {
    /// What these agents allow.
    pub fn of(agents: &Agents) -> Self {
        let channels: Vec<&'static str> = agents.channels().iter().map(|channel| channel.name).collect();
        let placed = agents.with_positions(|positions| positions.is_some());
        let lattice = agents.network().is_some_and(|network| network.lattice_side().is_some());
        let layouts = [
            (Layout::Natural, placed),
            (Layout::Circle, channels.contains(&"phase")),
            (Layout::Lattice, lattice),
            (Layout::Ring, !placed && !lattice),
        ];
        let layouts = layouts.into_iter().filter_map(|(layout, stands)| stands.then_some(layout)).collect();
        let instruments = measures::ALL.iter().filter(|instrument| (instrument.needs.1)(agents)).collect();
        Self { channels, instruments, layouts, tools: agents.tools() }
    }
}
