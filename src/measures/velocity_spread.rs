//! Spread of velocities.

use super::{Dimension, Instrument};
use crate::sim::Agents;
use bevy_math::{DVec3, Vec3};

/// The spread of velocities.
pub const INSTRUMENT: Instrument = Instrument {
    name: "velocity_spread",
    symbol: "√Γ",
    dimension: Dimension::Speed,
    definition: "Root of the mean square of velocities less their mean: 0 where all have one velocity. Cucker & Smale, IEEE \
                 Trans. Autom. Control 52, 852 (2007).",
    range: None,
    baseline: None,
    needs: ("velocities", |agents| agents.with_velocities(|velocities| velocities.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    agents.with_velocities(|velocities| velocities.map_or(f64::NAN, |velocities| of(&velocities.iter().collect::<Vec<_>>())))
}

fn of(velocities: &[Vec3]) -> f64 {
    // Of recorded agents one may not be known.
    let known = || velocities.iter().filter(|velocity| velocity.is_finite()).map(|velocity| velocity.as_dvec3());
    let share = 1.0 / known().count() as f64;
    let mean = share * known().sum::<DVec3>();
    (share * known().map(|velocity| velocity.distance_squared(mean)).sum::<f64>()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_velocities() {
        assert_eq!(of(&[Vec3::new(3.0, 1.0, 0.0); 3]), 0.0);
        assert_eq!(of(&[Vec3::new(4.0, 5.0, 0.0), Vec3::NAN, Vec3::new(-2.0, -3.0, 0.0)]), 5.0);
        assert!(of(&[]).is_nan() && of(&[Vec3::NAN]).is_nan());
    }
}
