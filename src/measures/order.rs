//! Kuramoto's order parameter.

use super::{Instrument, random_walk};
use crate::sim::{Agents, Phase, maths};
use bevy_math::DVec2;

/// The order parameter r.
pub const INSTRUMENT: Instrument = Instrument {
    name: "order",
    symbol: "r",
    definition: "|mean of e^{iθ}| over the agents' phases: 1 where all are in phase, about √(π/4N) where phases are \
                 random. Kuramoto, Lect. Notes Phys. 39, 420 (1975).",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: ("phases", |agents| agents.with(|phases: Option<&[Phase]>| phases.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    agents.with(|phases: Option<&[Phase]>| {
        let phases = phases.unwrap_or_default();
        let sum: DVec2 = phases
            .iter()
            .map(|phase| {
                let (sin, cos) = maths::sin_cos(phase.0);
                DVec2::new(cos, sin)
            })
            .sum();
        sum.length() / phases.len() as f64
    })
}
