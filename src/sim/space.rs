//! The plane in which agents move, and what happens at its edge.

use bevy::{ecs::resource::Resource, math::Vec2, reflect::Reflect};
use serde::{Deserialize, Serialize};

/// What happens at the edge.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// Opposite edges are joined (a torus).
    #[default]
    Periodic,
    /// Walls reflect.
    Walled,
    /// No edge: agents may go anywhere.
    Open,
}

/// A rectangle of the plane from the origin on, and its boundary.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Space {
    /// Lower left corner.
    pub min: Vec2,
    /// Width and height. In an open space: of what a picture shows at first.
    pub size: Vec2,
    /// What happens at the edge.
    pub boundary: Boundary,
    /// Unit of length, or nothing.
    pub unit: &'static str,
}

impl Default for Space {
    fn default() -> Self {
        Self::square(1.0, Boundary::Open)
    }
}

impl Space {
    /// The square of this side with a corner at the origin.
    pub fn square(side: f32, boundary: Boundary) -> Self {
        Self { min: Vec2::ZERO, size: Vec2::splat(side), boundary, unit: "" }
    }

    /// An open plane of which a picture shows, at first, the square of this side about the origin.
    pub fn open(side: f32) -> Self {
        Self { min: Vec2::splat(-side / 2.0), size: Vec2::splat(side), boundary: Boundary::Open, unit: "" }
    }

    /// Upper right corner.
    pub fn max(&self) -> Vec2 {
        self.min + self.size
    }

    /// From `a` to `b`, the short way round where edges are joined.
    #[inline]
    pub fn displacement(&self, a: Vec2, b: Vec2) -> Vec2 {
        let d = b - a;
        match self.boundary {
            Boundary::Periodic => d - self.size * (d / self.size).round(),
            _ => d,
        }
    }

    /// Brings a position and a direction back inside: round the torus, or reflected by the walls.
    #[inline]
    pub fn confine(&self, position: Vec2, direction: Vec2) -> (Vec2, Vec2) {
        match self.boundary {
            Boundary::Open => (position, direction),
            Boundary::Periodic => (self.wrap(position), direction),
            Boundary::Walled => {
                let (x, turned_x) = reflect(position.x, self.min.x, self.max().x);
                let (y, turned_y) = reflect(position.y, self.min.y, self.max().y);
                let flip = |turned: bool| if turned { -1.0 } else { 1.0 };
                (Vec2::new(x, y), direction * Vec2::new(flip(turned_x), flip(turned_y)))
            }
        }
    }

    /// The same point of the torus, inside: lower edges included, upper ones not.
    #[inline]
    pub fn wrap(&self, position: Vec2) -> Vec2 {
        let wrap = |x: f32, min: f32, size: f32| {
            let x = x - min;
            // The common case costs no division.
            let x = if (0.0..size).contains(&x) { x } else { x - size * (x / size).floor() };
            min + if x >= size { 0.0 } else { x }
        };
        Vec2::new(wrap(position.x, self.min.x, self.size.x), wrap(position.y, self.min.y, self.size.y))
    }
}

fn reflect(x: f32, min: f32, max: f32) -> (f32, bool) {
    if x < min {
        ((2.0 * min - x).min(max), true)
    } else if x > max {
        ((2.0 * max - x).max(min), true)
    } else {
        (x, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_torus_has_a_short_way_round() {
        let torus = Space::square(10.0, Boundary::Periodic);
        assert_eq!(torus.displacement(Vec2::new(9.0, 1.0), Vec2::new(1.0, 9.0)), Vec2::new(2.0, -2.0));
        assert_eq!(Space::square(10.0, Boundary::Walled).displacement(Vec2::new(9.0, 0.0), Vec2::X), Vec2::new(-8.0, 0.0));
    }

    #[test]
    fn wrapping_stays_inside_even_at_the_edge() {
        let torus = Space::square(7.0, Boundary::Periodic);
        for x in [-1e-9f32, 7.0, 7.0 - f32::EPSILON, -7.0, 1e6, -0.0, 14.0] {
            let wrapped = torus.wrap(Vec2::splat(x)).x;
            assert!((0.0..7.0).contains(&wrapped), "{x} -> {wrapped}");
        }
    }

    #[test]
    fn walls_reflect_position_and_direction() {
        let room = Space::square(10.0, Boundary::Walled);
        let (position, direction) = room.confine(Vec2::new(10.5, 5.0), Vec2::new(0.8, 0.6));
        assert_eq!((position, direction), (Vec2::new(9.5, 5.0), Vec2::new(-0.8, 0.6)));
    }
}
