//! Polarisation.

use super::{DIRECTIONS, Instrument, random_walk};
use crate::sim::Agents;
use bevy_math::{DVec3, Vec3};

/// The polarisation φ.
pub const INSTRUMENT: Instrument = Instrument {
    name: "polarisation",
    symbol: "φ",
    definition: "|mean of the agents' directions of motion|: 1 where all go one way, about √(π/4N) where directions \
                 are random. Who stands, or whose motion is not known, has no direction and does not count; not defined where nobody \
                 has one. Vicsek et al., Phys. Rev. Lett. 75, 1226 (1995), eq. 3.",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: DIRECTIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    of(&agents.known_directions())
}

fn of(directions: &[Vec3]) -> f64 {
    directions.iter().map(|direction| direction.as_dvec3()).sum::<DVec3>().length() / directions.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::maths};

    #[test]
    fn of_a_few_directions_and_of_many_at_random() {
        assert_eq!(of(&[Vec3::X, Vec3::X]), 1.0);
        assert_eq!(of(&[Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y]), 0.0);
        assert!((of(&[Vec3::X, Vec3::Y]) - std::f64::consts::FRAC_1_SQRT_2).abs() < 1e-12);
        assert!(of(&[]).is_nan());
        // 400 draws of 100 random directions: √(π/400) = 0.0886, whose spread 0.0463 is known to 0.0023 then; bound 4 of it.
        let mut uniform = series::uniform(81);
        let mut draw = || {
            let directions: Vec<Vec3> =
                (0..100).map(|_| maths::unit((std::f64::consts::TAU * uniform.next().unwrap()) as f32).extend(0.0)).collect();
            of(&directions)
        };
        let mean = (0..400).map(|_| draw()).sum::<f64>() / 400.0;
        assert!((mean - random_walk(100.0)).abs() < 0.0093, "{mean}");
    }
}
