//! Polarisation.

use super::{DIRECTIONS, Instrument, random_walk};
use crate::sim::Agents;
use bevy_math::DVec3;

/// The polarisation φ.
pub const INSTRUMENT: Instrument = Instrument {
    name: "polarisation",
    symbol: "φ",
    definition: "|mean of the agents' directions of motion|: 1 where all go one way, about √(π/4N) where directions \
                 are random. Who stands, or whose motion is not known, has no direction and does not count. Vicsek et al., Phys. Rev. Lett. 75, 1226 (1995), eq. 3.",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: DIRECTIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let directions = agents.known_directions();
    directions.iter().map(|direction| direction.as_dvec3()).sum::<DVec3>().length() / directions.len() as f64
}
