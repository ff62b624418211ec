//! Where the agents are as a whole.

use crate::sim::Frame;
use bevy_math::Vec3;
use std::f64::consts::TAU;

/// How much the middle of a torus counts beside the agents, as a share of them: where they are spread evenly they have no
/// centre, and the camera should not run after chance.
const EVEN: f64 = 0.05;

/// The centre of mass of the agents of a frame; on a torus, along each side the mean direction of their places as angles.
/// Nothing where none of them has a place.
pub fn middle(frame: &Frame) -> Option<Vec3> {
    let (extent, side) = (&frame.extent, frame.extent.size());
    let places = || frame.positions.iter().filter(|place| place.is_finite());
    let count = places().count();
    if count == 0 {
        return None;
    }
    let along = |axis: usize| {
        let (min, side) = (f64::from(extent.min[axis]), f64::from(side[axis]));
        let mean = |value: &dyn Fn(f64) -> f64| places().map(|place| value(f64::from(place[axis]))).sum::<f64>() / count as f64;
        if !(extent.periodic && side > 0.0) {
            return mean(&|at| at) as f32;
        }
        let angle = |at: f64| (at - min) / side * TAU;
        let (x, y) = (mean(&|at| angle(at).cos()), mean(&|at| angle(at).sin()));
        (min + side * (y.atan2(x - EVEN) / TAU).rem_euclid(1.0)) as f32
    };
    Some(Vec3::new(along(0), along(1), along(2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Extent;

    fn frame(places: &[Vec3], periodic: bool) -> Frame {
        let extent = Extent { max: Vec3::new(10.0, 10.0, 0.0), periodic, ..Extent::default() };
        Frame { positions: places.into(), extent, ..Frame::default() }
    }

    #[test]
    fn a_group_across_the_edge_of_a_torus_has_its_middle_there() {
        let places = [Vec3::new(9.5, 3.0, 0.0), Vec3::new(0.5, 5.0, 0.0)];
        let torus = middle(&frame(&places, true)).unwrap();
        assert!((torus.x.min(10.0 - torus.x)) < 0.1 && (torus.y - 4.0).abs() < 0.1, "{torus}");
        assert_eq!(middle(&frame(&places, false)), Some(Vec3::new(5.0, 4.0, 0.0)));
    }

    #[test]
    fn agents_all_over_a_torus_leave_its_middle_in_the_middle() {
        let places: Vec<Vec3> = (0..100).map(|n| Vec3::new((n % 10) as f32, (n / 10) as f32, 0.0)).collect();
        assert!(middle(&frame(&places, true)).unwrap().distance(Vec3::new(5.0, 5.0, 0.0)) < 1e-4);
    }

    #[test]
    fn nobody_has_no_middle() {
        assert_eq!(middle(&frame(&[], true)), None);
        assert_eq!(middle(&frame(&[Vec3::NAN], false)), None);
    }
}
