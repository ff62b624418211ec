//! What a model allows beyond its parameters.

use crate::{
    measures::{self, Instrument},
    scene::{Layout, Links},
    sim::{Simulation, ToolUse},
};

/// What the open model allows beyond its parameters.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// Names of the channels that may colour agents.
    pub channels: Vec<&'static str>,
    /// Names of the fields that may be drawn under agents.
    pub fields: Vec<&'static str>,
    /// The instruments that can read it.
    pub instruments: Vec<&'static Instrument>,
    /// Where its agents can stand in the picture.
    pub layouts: Vec<Layout>,
    /// Which links can be drawn.
    pub links: Vec<Links>,
    /// Whether agents have zones in which they perceive others.
    pub zones: bool,
    /// Whether agents may be added and removed.
    pub population: bool,
    /// Whether agents have velocities or headings, whose means can be drawn.
    pub vectors: bool,
    /// The mouse tools that mean something to it.
    pub tools: Vec<ToolUse>,
}

impl Offer {
    /// What this simulation allows.
    pub fn of(simulation: &Simulation) -> Self {
        let agents = simulation.agents();
        let channels: Vec<&'static str> = agents.channels().iter().map(|channel| channel.name).collect();
        let placed = agents.with_positions(|positions| positions.is_some());
        let zones = !simulation.model().zones(simulation.params()).is_empty();
        let lattice = agents.network().is_some_and(|network| network.lattice_side().is_some());
        let layouts = [
            (Layout::Natural, placed),
            (Layout::Circle, channels.contains(&"phase")),
            (Layout::Lattice, lattice),
            (Layout::Ring, !placed && !lattice),
            (Layout::Profile, !placed),
            (Layout::Raster, true),
        ];
        let layouts = layouts.into_iter().filter_map(|(layout, stands)| stands.then_some(layout)).collect();
        let mut links = vec![Links::None];
        links.extend(agents.network().map(|_| Links::Network));
        links.extend(zones.then_some(Links::Neighbours));
        Self {
            channels,
            fields: agents.fields().map(|(spec, _)| spec.name).collect(),
            instruments: measures::all_that_fit(simulation).filter(|instrument| instrument.is_live()).collect(),
            layouts,
            links,
            zones,
            population: simulation.is_open(),
            vectors: placed && agents.directions().is_some(),
            tools: agents.tools(),
        }
    }
}
