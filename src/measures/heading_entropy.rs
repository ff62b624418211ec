//! Entropy of directions.

use super::{DIRECTIONS, Instrument, density::shannon};
use crate::sim::{Agents, maths};
use bevy_math::Vec3;
use std::f32::consts::TAU;

/// Sectors of the circle.
const SECTORS: usize = 36;

/// The entropy of directions.
pub const INSTRUMENT: Instrument = Instrument {
    name: "heading_entropy",
    symbol: "H_θ",
    definition: "Shannon's entropy of the shares of agents whose direction of motion lies in each of 36 equal sectors of the plane, over that \
                 of equal shares: 0 where all go one way, near 1 where they go all ways (with N agents some 18/N/ln 36 less). Agents \
                 at rest do not count. Shannon, Bell Syst. Tech. J. 27, 379 (1948).",
    range: Some((0.0, 1.0)),
    needs: ("headings or velocities in the plane", |agents| (DIRECTIONS.1)(agents) && agents.space().is_flat()),
    make: || Box::new(|agents: &Agents| of(&agents.directions().unwrap_or_default())),
    ..Instrument::PLAIN
};

fn of(directions: &[Vec3]) -> f64 {
    let mut counts = [0u32; SECTORS];
    for direction in directions.iter().filter(|direction| **direction != Vec3::ZERO) {
        let turns = maths::atan2(direction.y, direction.x) / TAU;
        counts[((turns - turns.floor()) * SECTORS as f32) as usize % SECTORS] += 1;
    }
    shannon(&counts) / maths::ln(SECTORS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_way_and_of_all_ways() {
        assert_eq!(of(&[Vec3::X; 9]), 0.0);
        let all: Vec<Vec3> = (0..360).map(|degree| maths::unit((degree as f32 + 0.5).to_radians()).extend(0.0)).collect();
        assert!((of(&all) - 1.0).abs() < 1e-12);
        // Two of 36 sectors: ln 2/ln 36.
        assert!((of(&[Vec3::X, Vec3::NEG_X]) - 0.193_426).abs() < 1e-5);
        assert!(of(&[Vec3::ZERO]).is_nan());
    }
}
