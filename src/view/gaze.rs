//! From which side a space is looked at: what the camera adds where space has depth.
//!
//! A place of space is seen on a plane through the middle of the extent, as an eye sees it that stands some way off. Camera
//! and layers then treat that plane as they treat the plane of a flat world.

use crate::{scene::Look, sim::Extent};
use bevy_math::{Vec2, Vec3};

/// From the middle to the eye, in half diagonals of the extent: the nearest corner is seen about twice as large as the farthest.
const DISTANCE: f32 = 3.2;
/// What is nearer to the eye than this part of the way to the middle is not seen.
const NEAREST: f32 = 0.2;
/// Points of a circle by which a round body is fitted.
const ROUND: u32 = 48;
/// Radius about the middle of an open space that is kept in view, in half sides.
const OPEN: f32 = 1.1;

/// A direction of view upon a space with depth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaze {
    right: Vec3,
    up: Vec3,
    /// From the middle to the eye.
    towards: Vec3,
    middle: Vec3,
    /// From the middle to the farthest corner.
    reach: f32,
}

/// Where a place of space is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// On the plane through the middle: right, up.
    pub at: Vec2,
    /// How far before that plane the place lies; negative behind it.
    pub depth: f32,
    /// How much larger things look there than on that plane.
    pub scale: f32,
}

impl Gaze {
    /// The gaze of a look at a step, which may lie between two. Nothing where the extent is flat or has no finite size.
    pub fn of(extent: &Extent, look: &Look, step: f64) -> Option<Self> {
        let (middle, reach) = ((extent.min + extent.max) / 2.0, 0.5 * extent.size().length());
        let seen = !extent.is_flat() && middle.is_finite() && reach.is_finite() && reach > 0.0;
        seen.then(|| {
            let yaw = look.yaw_at(step).to_radians() as f32;
            let ((turned, along), (raised, level)) = (yaw.sin_cos(), look.pitch.to_radians().sin_cos());
            let ahead = Vec3::new(-turned, along, 0.0);
            Self {
                right: Vec3::new(along, turned, 0.0),
                up: ahead * raised + Vec3::Z * level,
                towards: Vec3::Z * raised - ahead * level,
                middle,
                reach,
            }
        })
    }

    /// Unit vectors to the right, up, and towards the eye.
    pub fn axes(&self) -> [Vec3; 3] {
        [self.right, self.up, self.towards]
    }

    /// From the middle to the farthest corner of the extent.
    pub fn reach(&self) -> f32 {
        self.reach
    }

    /// Where the eye stands.
    pub fn eye(&self) -> Vec3 {
        self.middle + self.towards * (DISTANCE * self.reach)
    }

    /// Where a place is seen; nothing where it lies behind the eye, right before it, or nowhere.
    pub fn see(&self, place: Vec3) -> Option<Sight> {
        let offset = place - self.middle;
        let (depth, distance) = (offset.dot(self.towards), DISTANCE * self.reach);
        let left = distance - depth;
        (left >= NEAREST * distance && place.is_finite()).then(|| {
            let scale = distance / left;
            Sight { at: Vec2::new(offset.dot(self.right), offset.dot(self.up)) * scale, depth, scale }
        })
    }

    /// The place on the plane through the middle that is seen at a point of it.
    pub fn place(&self, at: Vec2) -> Vec3 {
        self.middle + self.right * at.x + self.up * at.y
    }

    /// Where the extent is seen, whatever side it is looked at from: its lower left and upper right corner. A box is kept in
    /// view as it turns; of an open space, the ball about its middle.
    pub fn bounds(&self, extent: &Extent) -> (Vec2, Vec2) {
        let half = 0.5 * extent.size().abs();
        let (mut min, mut max) = (Vec2::INFINITY, Vec2::NEG_INFINITY);
        if !(extent.periodic || extent.walled) {
            // The outline of a ball before an eye is a circle, wider than the ball.
            let (radius, distance) = (OPEN * half.max_element(), DISTANCE * self.reach);
            let outline = radius / (1.0 - (radius / distance).powi(2)).sqrt();
            return (Vec2::splat(-outline), Vec2::splat(outline));
        }
        let radius = half.truncate().length();
        for n in 0..2 * ROUND {
            let around = Vec2::from_angle(std::f32::consts::TAU * (n / 2) as f32 / ROUND as f32) * radius;
            let height = if n % 2 == 0 { -half.z } else { half.z };
            // Round the middle all yaws are alike: the circle is taken from the side that is seen.
            let corner = self.right * around.x + Vec3::Z.cross(self.right) * around.y + Vec3::Z * height;
            if let Some(sight) = self.see(self.middle + corner) {
                (min, max) = (min.min(sight.at), max.max(sight.at));
            }
        }
        (min, max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube() -> Extent {
        Extent { min: Vec3::splat(-1.0), max: Vec3::ONE, periodic: true, ..Extent::default() }
    }

    fn gaze(yaw: f32, pitch: f32) -> Gaze {
        Gaze::of(&cube(), &Look { yaw, pitch, ..Look::default() }, 0.0).unwrap()
    }

    #[test]
    fn from_above_the_floor_is_seen_as_a_map() {
        let gaze = gaze(0.0, 90.0);
        let sight = gaze.see(Vec3::new(0.5, -0.25, 0.0)).unwrap();
        assert!(sight.at.distance(Vec2::new(0.5, -0.25)) < 1e-6 && sight.depth.abs() < 1e-6 && sight.scale == 1.0);
    }

    #[test]
    fn from_the_front_z_points_up_and_y_goes_away() {
        let gaze = gaze(0.0, 0.0);
        let [near, far, high] = [Vec3::NEG_Y, Vec3::Y, Vec3::Z].map(|place| gaze.see(place).unwrap());
        assert!(near.depth > far.depth && near.scale > 1.0 && far.scale < 1.0);
        assert!(high.at.y > 0.9 && high.at.x.abs() < 1e-6);
        let [right, up, towards] = gaze.axes();
        assert!(right.cross(up).distance(towards) < 1e-6, "right, up and towards the eye are right-handed");
    }

    #[test]
    fn the_box_turns_within_its_bounds() {
        for pitch in [-90.0, -30.0, 0.0, 25.0, 80.0] {
            let whole = gaze(0.0, pitch).bounds(&cube());
            for yaw in [-170.0, -45.0, 10.0, 45.0, 100.0] {
                let gaze = gaze(yaw, pitch);
                let turned = gaze.bounds(&cube());
                assert!(turned.0.distance(whole.0) < 1e-3 && turned.1.distance(whole.1) < 1e-3, "{yaw} {pitch}");
                for corner in 0..8 {
                    let at = Vec3::from([0, 1, 2].map(|axis| if corner >> axis & 1 == 0 { -1.0 } else { 1.0 }));
                    let at = gaze.see(at).unwrap().at;
                    // A circle of points is a little smaller than the circle.
                    assert!(at.cmpge(whole.0 - 0.02).all() && at.cmple(whole.1 + 0.02).all(), "{yaw} {pitch} {at}");
                }
            }
        }
    }

    #[test]
    fn what_is_behind_the_eye_is_not_seen() {
        let gaze = gaze(30.0, 20.0);
        assert!(gaze.see(gaze.eye()).is_none() && gaze.see(gaze.eye() * 2.0).is_none() && gaze.see(Vec3::NAN).is_none());
        assert!(gaze.see(-gaze.eye() * 50.0).is_some());
    }

    #[test]
    fn a_plane_has_no_gaze() {
        for extent in
            [Extent::default(), Extent { min: Vec3::NAN, ..cube() }, Extent { max: Vec3::splat(f32::INFINITY), ..cube() }]
        {
            assert!(Gaze::of(&extent, &Look::default(), 0.0).is_none());
        }
    }
}
