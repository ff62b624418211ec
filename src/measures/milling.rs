//! Milling, either way round.

use super::{Instrument, rotation::from_centre};
use crate::sim::Agents;
use bevy_math::DVec3;

/// The absolute angular momentum.
pub const INSTRUMENT: Instrument = Instrument {
    name: "milling",
    symbol: "M",
    definition: "Σ|r × v| / Σ|r||v|, r from the group's centre to the agent, v its velocity: 1 where all circle the centre, be it \
                 one way or both; about 2/π where directions are random in the plane. Not defined where nobody moves about a centre, nor for one alone. D'Orsogna et al., Phys. Rev. Lett. 96, \
                 104302 (2006).",
    range: Some((0.0, 1.0)),
    baseline: Some(|_| std::f64::consts::FRAC_2_PI),
    needs: ("positions and velocities", |agents| agents.with_velocities(|velocities| velocities.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let radials = from_centre(agents);
    // One alone is its own centre, but for rounding.
    if radials.len() < 2 {
        return f64::NAN;
    }
    agents.with_velocities(|velocities| {
        let Some(velocities) = velocities else { return f64::NAN };
        // Of recorded agents one may not be known.
        milling(radials.into_iter().zip(velocities.iter().map(|velocity| velocity.as_dvec3())).filter(|(_, v)| v.is_finite()))
    })
}

/// Not a number where nothing moves, or all is at the centre.
fn milling(agents: impl Iterator<Item = (DVec3, DVec3)>) -> f64 {
    let add = |(spin, most): (f64, f64), (radial, velocity): (DVec3, DVec3)| {
        (spin + radial.cross(velocity).length(), most + radial.length() * velocity.length())
    };
    let (spin, most) = agents.fold((0.0, 0.0), add);
    if most > 0.0 { spin / most } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_round_are_milling_and_straight_out_is_not() {
        let mill = [(DVec3::X, 2.0 * DVec3::Y), (-DVec3::X, DVec3::Y), (3.0 * DVec3::Y, DVec3::X)];
        assert_eq!(milling(mill.into_iter()), 1.0);
        assert_eq!(milling(mill.map(|(radial, _)| (radial, radial)).into_iter()), 0.0);
        assert!(milling([(DVec3::ZERO, DVec3::X)].into_iter()).is_nan() && milling(std::iter::empty()).is_nan());
    }
}
