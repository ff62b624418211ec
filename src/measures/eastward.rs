//! How far all go one given way.

use super::{DIRECTIONS, Instrument};
use crate::sim::Agents;
use bevy_math::Vec3;

/// The mean component of motion along x.
pub const INSTRUMENT: Instrument = Instrument {
    name: "eastward",
    symbol: "⟨cos θ⟩",
    definition: "Mean over agents of the x component of the direction of motion: 1 where all go along +x, −1 where all go \
                 against it, about 0 where directions are random. Who stands does not count; not defined where nobody moves. As the \
                 accuracy of a group's direction: Couzin, Krause, Franks & Levin, Nature 433, 513 (2005).",
    range: Some((-1.0, 1.0)),
    baseline: Some(|_| 0.0),
    needs: DIRECTIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    of(&agents.known_directions())
}

fn of(directions: &[Vec3]) -> f64 {
    directions.iter().map(|direction| f64::from(direction.x)).sum::<f64>() / directions.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_directions() {
        assert_eq!(of(&[Vec3::X, Vec3::X]), 1.0);
        assert_eq!(of(&[Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::Z]), 0.0);
        // 3/5, 4/5 and −1 along x.
        assert!((of(&[Vec3::new(0.6, 0.8, 0.0), Vec3::new(0.8, 0.0, 0.6), Vec3::NEG_X]) - 0.4 / 3.0).abs() < 1e-7);
        assert!(of(&[]).is_nan());
    }
}
