//! Rotation (milling).

use super::{DIRECTIONS, Instrument, directions};
use crate::sim::{Agents, Boundary, Position, maths};
use bevy::math::{DVec2, Vec2};
use std::f64::consts::TAU;

/// The rotation m.
pub const INSTRUMENT: Instrument = Instrument {
    name: "rotation",
    symbol: "m",
    definition: "|mean of r̂ × v̂|, r̂ the direction from the group's centre to the agent, v̂ its direction of motion: 1 \
                 where all circle the centre one way. On a torus the centre is the circular mean of each \
                 coordinate. Couzin et al., J. Theor. Biol. 218, 1 (2002).",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("positions, and headings or velocities", |agents| {
        (DIRECTIONS.1)(agents) && agents.with(|positions: Option<&[Position]>| positions.is_some())
    }),
    make: || Box::new(read),
};

fn read(agents: &Agents) -> f64 {
    let directions = directions(agents).unwrap_or_default();
    let space = agents.space();
    agents.with(|positions: Option<&[Position]>| {
        let positions = positions.unwrap_or_default();
        let centre = centre(positions, (space.boundary == Boundary::Periodic).then_some((space.min, space.size)));
        let spins = positions.iter().zip(&directions).map(|(position, direction)| {
            let radial = space.displacement(centre, position.0).as_dvec2().normalize_or_zero();
            radial.perp_dot(*direction)
        });
        spins.sum::<f64>().abs() / positions.len() as f64
    })
}

/// Mean position; on a torus (corner and size given) the circular mean of each coordinate.
fn centre(positions: &[Position], torus: Option<(Vec2, Vec2)>) -> Vec2 {
    let Some((min, size)) = torus else {
        let sum: DVec2 = positions.iter().map(|position| position.0.as_dvec2()).sum();
        return (sum / positions.len().max(1) as f64).as_vec2();
    };
    let (mut cos, mut sin) = (DVec2::ZERO, DVec2::ZERO);
    for position in positions {
        let angle = ((position.0 - min) / size).as_dvec2() * TAU;
        let (x, y) = (maths::sin_cos(angle.x), maths::sin_cos(angle.y));
        cos += DVec2::new(x.1, y.1);
        sin += DVec2::new(x.0, y.0);
    }
    let angle = DVec2::new(maths::atan2(sin.x, cos.x), maths::atan2(sin.y, cos.y)) / TAU;
    min + size * (angle - angle.floor()).as_vec2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_centre_of_a_group_across_the_seam_is_on_the_seam() {
        let positions = [Position(Vec2::new(9.5, 5.0)), Position(Vec2::new(0.5, 5.0))];
        let centre = centre(&positions, Some((Vec2::ZERO, Vec2::splat(10.0))));
        assert!(centre.x < 1e-3 || centre.x > 9.999, "{centre}");
        assert!((centre.y - 5.0).abs() < 1e-3);
    }
}
