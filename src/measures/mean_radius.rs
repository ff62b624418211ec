//! How large a group is.

use super::{Dimension, Instrument, POSITIONS, rotation::from_centre};
use crate::sim::Agents;
use bevy_math::DVec3;

/// The mean radius.
pub const INSTRUMENT: Instrument = Instrument {
    name: "mean_radius",
    symbol: "⟨R⟩",
    dimension: Dimension::Length,
    definition: "Mean distance of agents from the group's centre: the radius of a ring, two thirds of that of a disc. On a torus \
                 the centre is the circular mean of each coordinate. Flockwork's own.",
    range: None,
    baseline: None,
    needs: POSITIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    of(&from_centre(agents))
}

fn of(radials: &[DVec3]) -> f64 {
    radials.iter().map(|radial| radial.length()).sum::<f64>() / radials.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::maths;

    #[test]
    fn of_a_ring_and_of_a_disc() {
        let at = |radius: f64, turn: f64| {
            let (sin, cos) = maths::sin_cos(std::f64::consts::TAU * turn);
            radius * DVec3::new(cos, sin, 0.0)
        };
        let ring: Vec<DVec3> = (0..60).map(|k| at(3.0, f64::from(k) / 60.0)).collect();
        assert!((of(&ring) - 3.0).abs() < 1e-12);
        // Evenly over a disc, by the sunflower's spiral: two thirds of its radius.
        let disc: Vec<DVec3> = (0..10_000).map(|k| at((f64::from(k) + 0.5).sqrt() / 100.0, f64::from(k) * 0.618_034)).collect();
        assert!((of(&disc) - 2.0 / 3.0).abs() < 1e-5, "{}", of(&disc));
        assert!(of(&[]).is_nan());
    }
}
