//! What a model allows beyond its parameters.

use crate::{
    measures::{self, Instrument},
    scene::{Layout, Links},
    sim::Simulation,
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
    /// Whether agents have velocities or headings, whose means can be drawn.
    pub vectors: bool,
}

impl Offer {
    /// What this simulation allows.
    pub fn of(simulation: &Simulation) -> Self {
        let agents = simulation.agents();
        let channels: Vec<&'static str> = agents.channels().iter().map(|channel| channel.name).collect();
        let placed = agents.with_positions(|positions| positions.is_some());
        let zones = !simulation.model().zones(simulation.params()).is_empty();
        let mut layouts = if placed { vec![Layout::Natural] } else { vec![] };
        if channels.contains(&"phase") {
            layouts.push(Layout::Circle);
            if agents.network().is_some_and(|network| network.lattice_side().is_some()) {
                layouts.push(Layout::Lattice);
            }
        }
        layouts.push(Layout::Raster);
        let mut links = vec![Links::None];
        links.extend(agents.network().map(|_| Links::Network));
        links.extend(zones.then_some(Links::Neighbours));
        Self {
            channels,
            fields: agents.fields().map(|(spec, _)| spec.name).collect(),
            instruments: measures::ALL.iter().filter(|instrument| (instrument.needs.1)(&agents)).collect(),
            layouts,
            links,
            zones,
            vectors: placed && agents.directions().is_some(),
        }
    }
}
