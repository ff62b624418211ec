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
    ..Instrument::PLAIN
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
    of(&directions(agents))
}

fn of(directions: &[DVec3]) -> f64 {
    directions.iter().sum::<DVec3>().length() / directions.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_directions_and_of_a_cap() {
        assert_eq!(of(&[DVec3::Z; 3]), 1.0);
        assert_eq!(of(&[DVec3::X, DVec3::NEG_X, DVec3::Y, DVec3::NEG_Y]), 0.0);
        assert!((of(&[DVec3::X, DVec3::Y, DVec3::Z]) - 1.0 / 3f64.sqrt()).abs() < 1e-12);
        // Evenly over the cap of the sphere with z ≥ 1/2: the mean of z is 3/4 (Archimedes).
        let cap = |k: u32| {
            let z = 0.5 + 0.5 * (f64::from(k) + 0.5) / 10_000.0;
            let (sin, cos) = maths::sin_cos(std::f64::consts::TAU * 0.618_034 * f64::from(k));
            DVec3::new(cos, sin, 0.0) * (1.0 - z * z).sqrt() + DVec3::Z * z
        };
        let told = of(&(0..10_000).map(cap).collect::<Vec<_>>());
        assert!((told - 0.75).abs() < 1e-5, "{told}");
        assert!(of(&[]).is_nan());
    }
}
