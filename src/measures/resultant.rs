//! Length of the mean direction.

use super::{Instrument, random_walk};
use crate::sim::{Agents, Phase, Vectors, maths};
use bevy_math::DVec3;

/// What an instrument of directions from the origin needs.
pub(super) const NEEDS: (&str, fn(&Agents) -> bool) = ("phases or positions", |agents| {
    agents.with(|phases: Option<&[Phase]>| phases.is_some()) || agents.with_positions(|positions| positions.is_some())
});

/// The mean resultant length R.
pub const INSTRUMENT: Instrument = Instrument {
    name: "resultant",
    symbol: "R",
    definition: "Length of the mean of the unit vectors at the agents' phases or, where they have none, towards their places as \
                 seen from the origin: 1 where all are at one point of the circle or sphere. Mardia & Jupp, Directional \
                 Statistics (Wiley, 2000).",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: NEEDS,
    make: || Box::new(read),
};

/// Directions of all agents, as unit vectors, in the order of rows.
pub(super) fn directions(agents: &Agents) -> Vec<DVec3> {
    let of_phase = |phase: &Phase| {
        let (sin, cos) = maths::sin_cos(phase.0);
        DVec3::new(cos, sin, 0.0)
    };
    let of_positions = |positions: Vectors| positions.iter().map(|place| place.as_dvec3().normalize_or_zero()).collect();
    agents
        .with(|phases: Option<&[Phase]>| phases.map(|phases| phases.iter().map(of_phase).collect()))
        .or_else(|| agents.with_positions(|positions| positions.map(of_positions)))
        .unwrap_or_default()
}

fn read(agents: &Agents) -> f64 {
    let directions = directions(agents);
    directions.iter().sum::<DVec3>().length() / directions.len() as f64
}
