//! Rotation (milling).

use super::{DIRECTIONS, Instrument, POSITIONS};
use crate::sim::{Agents, Boundary, Vectors, maths};
use bevy_math::{DVec3, Vec3};
use std::f64::consts::TAU;

/// The rotation m.
pub const INSTRUMENT: Instrument = Instrument {
    name: "rotation",
    symbol: "m",
    definition: "|mean of r̂ × v̂|, r̂ the direction from the group's centre to the agent, v̂ its direction of motion, of all \
                 that have one: 1 where all circle the centre one way. On a torus the centre is the circular mean of each \
                 coordinate. Not defined where nobody moves, nor for one alone. Couzin et al., J. Theor. Biol. 218, 1 (2002).",
    range: Some((0.0, 1.0)),
    needs: ("positions, and headings or velocities", |agents| (DIRECTIONS.1)(agents) && (POSITIONS.1)(agents)),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    of(&from_centre(agents), &agents.directions().unwrap_or_default())
}

fn of(radials: &[DVec3], directions: &[Vec3]) -> f64 {
    // One alone is its own centre: it stands on no side of it.
    if radials.len() < 2 {
        return f64::NAN;
    }
    // Who stands, or whose motion is not known, has no direction.
    let moving = radials.iter().zip(directions).filter(|(_, direction)| **direction != Vec3::ZERO);
    let spins = moving.clone().map(|(radial, direction)| radial.normalize_or_zero().cross(direction.as_dvec3()));
    spins.sum::<DVec3>().length() / moving.count() as f64
}

/// From the group's centre to each agent, in the order of rows.
pub(super) fn from_centre(agents: &Agents) -> Vec<DVec3> {
    let space = agents.space();
    agents.with_positions(|positions| {
        let Some(positions) = positions else { return Vec::new() };
        let centre = centre(positions, (space.boundary == Boundary::Periodic).then_some((space.min, space.size)));
        positions.iter().map(|position| space.displacement(centre, position).as_dvec3()).collect()
    })
}

/// Mean position; on a torus (corner and size given) the circular mean of each coordinate.
fn centre(positions: Vectors, torus: Option<(Vec3, Vec3)>) -> Vec3 {
    let Some((min, size)) = torus else {
        let sum: DVec3 = positions.iter().map(Vec3::as_dvec3).sum();
        return (sum / positions.len().max(1) as f64).as_vec3();
    };
    let (mut cos, mut sin) = (DVec3::ZERO, DVec3::ZERO);
    for position in positions.iter() {
        // Along the missing depth of a plane all stand at the same angle.
        let angle = ((position - min) / size.max(Vec3::splat(f32::MIN_POSITIVE))).as_dvec3() * TAU;
        let turn = [angle.x, angle.y, angle.z].map(maths::sin_cos);
        cos += DVec3::from(turn.map(|(_, cos)| cos));
        sin += DVec3::from(turn.map(|(sin, _)| sin));
    }
    let mean = |axis: usize| maths::atan2(sin[axis], cos[axis]) / TAU;
    let angle = DVec3::new(mean(0), mean(1), mean(2));
    min + size * (angle - angle.floor()).as_vec3()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec2;

    #[test]
    fn a_mill_is_one_and_neither_what_flies_apart_nor_two_that_turn_against_each_other() {
        let radials = [DVec3::X, 2.0 * DVec3::Y, -3.0 * DVec3::X, -DVec3::Y];
        assert_eq!(of(&radials, &[Vec3::Y, Vec3::NEG_X, Vec3::NEG_Y, Vec3::X]), 1.0);
        assert_eq!(of(&radials, &radials.map(|radial| radial.normalize().as_vec3())), 0.0);
        assert_eq!(of(&radials, &[Vec3::Y, Vec3::X, Vec3::NEG_Y, Vec3::NEG_X]), 0.0);
        // At half a right angle to the way round: sin 45°.
        let slanted = [Vec3::ONE, Vec3::new(-1.0, 1.0, 0.0)].map(|way| way.with_z(0.0).normalize());
        assert!((of(&radials[..2], &slanted) - std::f64::consts::FRAC_1_SQRT_2).abs() < 1e-7);
        assert!(of(&radials, &[Vec3::ZERO; 4]).is_nan() && of(&[], &[]).is_nan());
        assert!(of(&[DVec3::X], &[Vec3::Y]).is_nan());
    }

    #[test]
    fn the_centre_of_a_group_across_the_seam_is_on_the_seam() {
        let positions = [Vec2::new(9.5, 5.0), Vec2::new(0.5, 5.0)];
        let centre = centre(Vectors::Plane(&positions), Some((Vec3::ZERO, Vec3::new(10.0, 10.0, 0.0))));
        assert!(centre.x < 1e-3 || centre.x > 9.999, "{centre}");
        assert!((centre.y - 5.0).abs() < 1e-3 && centre.z == 0.0);
    }
}
