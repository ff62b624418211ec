//! The plane or space in which agents move, and what happens at its edge.

use super::{
    chance::Chance,
    vector::{Vector, Vectors},
};
use bevy_ecs::resource::Resource;
use bevy_math::{Vec2, Vec3};
use bevy_reflect::Reflect;
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

/// A rectangle of the plane, or a box of space, and its boundary.
///
/// Whoever looks on from outside of a model sees a `Space<Vec3>`, which has no depth where the model lives in the plane.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Space<V: Vector = Vec2> {
    /// Corner with the smallest coordinates.
    pub min: V,
    /// Lengths of the sides. In an open space: of what a picture shows at first.
    pub size: V,
    /// What happens at the edge.
    pub boundary: Boundary,
    /// Unit of length, or nothing.
    pub unit: &'static str,
}

impl<V: Vector> Default for Space<V> {
    /// Open, of side 1.
    fn default() -> Self {
        Self { min: V::ZERO, size: V::splat(1.0), boundary: Boundary::Open, unit: "" }
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
}

impl Space<Vec3> {
    /// The cube of this side with a corner at the origin.
    pub fn cube(side: f32, boundary: Boundary) -> Self {
        Self { min: Vec3::ZERO, size: Vec3::splat(side), boundary, unit: "" }
    }

    /// Open space of which a picture shows, at first, the cube of this side about the origin.
    pub fn open_cube(side: f32) -> Self {
        Self { min: Vec3::splat(-side / 2.0), size: Vec3::splat(side), boundary: Boundary::Open, unit: "" }
    }

    /// Whether it is a plane.
    pub fn is_flat(&self) -> bool {
        self.size.z == 0.0
    }

    /// Area of a plane, volume of space.
    pub fn content(&self) -> f32 {
        self.size.x * self.size.y * if self.is_flat() { 1.0 } else { self.size.z }
    }
}

impl<V: Vector> Space<V> {
    /// Corner with the largest coordinates.
    pub fn max(&self) -> V {
        self.min + self.size
    }

    /// The same as a model sees it that was seen from outside.
    pub fn of_space(space: &Space<Vec3>) -> Self {
        Self { min: V::of_space(space.min), size: V::of_space(space.size), boundary: space.boundary, unit: space.unit }
    }

    /// The same as it is seen from outside of the model.
    pub fn in_space(&self) -> Space<Vec3> {
        Space { min: self.min.in_space(), size: self.size.in_space(), boundary: self.boundary, unit: self.unit }
    }

    /// A place for an agent, uniform over the box (its draws 0 to 2).
    pub fn anywhere(&self, chance: Chance, agent: u32) -> V {
        let place = self.min + self.size.map(|axis, side| side * chance.unit(agent, axis as u32));
        if self.boundary == Boundary::Periodic { self.wrap(place) } else { place }
    }

    /// From `a` to `b`, the short way round where edges are joined.
    #[inline]
    pub fn displacement(&self, a: V, b: V) -> V {
        let d = b - a;
        match self.boundary {
            Boundary::Periodic => d.map(|axis, along| short_way(along, self.size.component(axis))),
            _ => d,
        }
    }

    /// Brings a position and a direction back inside: round the torus, or reflected by the walls.
    #[inline]
    pub fn confine(&self, position: V, direction: V) -> (V, V) {
        match self.boundary {
            Boundary::Open => (position, direction),
            Boundary::Periodic => (self.wrap(position), direction),
            Boundary::Walled => {
                let max = self.max();
                let mut direction = direction;
                let position = position.map(|axis, x| {
                    let (x, turned) = reflect(x, self.min.component(axis), max.component(axis));
                    if turned {
                        direction = direction.map(|other, along| if other == axis { -along } else { along });
                    }
                    x
                });
                (position, direction)
            }
        }
    }

    /// The same point of the torus, inside: lower edges included, upper ones not.
    #[inline]
    pub fn wrap(&self, position: V) -> V {
        position.map(|axis, x| {
            let (min, size) = (self.min.component(axis), self.size.component(axis));
            let x = x - min;
            // The common case costs no division; a plane in space has no depth to go round.
            let x = if (0.0..size).contains(&x) || size == 0.0 { x } else { x - size * (x / size).floor() };
            min + if x >= size { 0.0 } else { x }
        })
    }
}

/// The short way round of a displacement along an axis whose ends are joined.
#[inline]
fn short_way(along: f32, size: f32) -> f32 {
    // The common cases cost no division; a plane in space has no way round along z.
    let (there, back) = (along - size, along + size);
    if along.abs() < 0.5 * size || size == 0.0 {
        along
    } else if (-0.5 * size..0.5 * size).contains(&there) {
        there
    } else if back > -0.5 * size && back <= 0.5 * size {
        back
    } else {
        along - size * (along / size).round()
    }
}

/// Says that agents roam over an open space: pictures go with them.
#[derive(Resource)]
pub(super) struct Roaming;

/// Agents that are looked at to tell where a roaming group is.
const SAMPLE: usize = 1024;
/// Agents about which others are counted, to tell where most of a scattered group are.
const CANDIDATES: usize = 64;
/// Sides of what is shown of a roaming group, in those that the space has, at most.
const MOST_SIDES: f32 = 2.5;

/// The part of an open space about a roaming group: centred on it, and as large as the space says or, where the group is
/// larger, as the group. A few that stray do not move it; of a group that has come apart it shows where most are. Nothing
/// where there is nobody.
pub(super) fn about(group: Vectors, space: &Space<Vec3>) -> Option<Space<Vec3>> {
    let step = group.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<Vec3> = group.iter().step_by(step).filter(|place| place.is_finite()).collect();
    let (centre, scale) = middle(&sample, space.size)?;
    if scale <= MOST_SIDES {
        return Some(around(centre, scale, space));
    }
    let reach = 0.5 * MOST_SIDES * space.size;
    let near = |at: Vec3| sample.iter().copied().filter(move |other| (*other - at).abs().cmple(reach).all());
    // The first of a few that has the most about it.
    let few = sample.iter().step_by(sample.len().div_ceil(CANDIDATES));
    let crowds = few.map(|at| near(*at).collect::<Vec<Vec3>>());
    let crowd = crowds.reduce(|most, crowd| if crowd.len() > most.len() { crowd } else { most })?;
    let (centre, scale) = middle(&crowd, space.size)?;
    Some(around(centre, scale.min(MOST_SIDES), space))
}

fn around(centre: Vec3, scale: f32, space: &Space<Vec3>) -> Space<Vec3> {
    let size = space.size * scale;
    Space { min: centre - 0.5 * size, size, ..*space }
}

/// The middle of some places, a twentieth at either end of each axis left out, and the share of `size` that the others need,
/// 1 at least.
fn middle(places: &[Vec3], size: Vec3) -> Option<(Vec3, f32)> {
    let strays = places.len() / 20;
    let (mut centre, mut scale) = (Vec3::ZERO, 1.0f32);
    for axis in 0..3 {
        let mut along: Vec<f32> = places.iter().map(|place| place[axis]).collect();
        along.sort_unstable_by(f32::total_cmp);
        let most = along.get(strays..along.len() - strays).filter(|most| !most.is_empty())?;
        centre[axis] = (most.iter().map(|x| f64::from(*x)).sum::<f64>() / most.len() as f64) as f32;
        let reach = (most[most.len() - 1] - centre[axis]).max(centre[axis] - most[0]);
        // A tenth beyond those that are neither first nor last.
        scale = scale.max(2.2 * reach / size[axis].max(f32::MIN_POSITIVE));
    }
    Some((centre, scale))
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
        for (along, short) in [(4.9, 4.9), (5.0, -5.0), (-5.0, 5.0), (14.0, 4.0), (-15.0, 5.0), (32.0, 2.0), (-26.0, 4.0)] {
            assert_eq!(torus.displacement(Vec2::ZERO, Vec2::new(along, 0.0)).x, short, "{along}");
        }
        let cube = Space::cube(10.0, Boundary::Periodic);
        assert_eq!(cube.displacement(Vec3::new(9.0, 1.0, 4.0), Vec3::new(1.0, 9.0, 0.0)), Vec3::new(2.0, -2.0, -4.0));
    }

    #[test]
    fn a_plane_seen_in_space_is_the_same_plane() {
        let plane = Space::square(10.0, Boundary::Periodic);
        let seen = plane.in_space();
        assert!(seen.is_flat() && !Space::cube(1.0, Boundary::Open).is_flat());
        for (a, b) in [(Vec2::new(9.0, 1.0), Vec2::new(1.0, 9.0)), (Vec2::ZERO, Vec2::new(12.0, -3.0))] {
            assert_eq!(seen.displacement(a.in_space(), b.in_space()), plane.displacement(a, b).in_space());
            assert_eq!(seen.wrap(b.in_space()), plane.wrap(b).in_space());
        }
        assert_eq!(seen.content(), 100.0);
    }

    #[test]
    fn what_is_shown_goes_with_the_group_and_grows_with_it() {
        let space = Space::open(10.0).in_space();
        let group = |at: Vec2, side: f32| (0..100).map(move |k| at + side * Vec2::new((k % 10) as f32, (k / 10) as f32) / 9.0);
        let shown = |group: &[Vec2]| about(Vectors::Plane(group), &space).unwrap();
        let mut small: Vec<Vec2> = group(Vec2::splat(99.0), 2.0).collect();
        assert!(shown(&small).min.distance(Vec3::new(95.0, 95.0, 0.0)) < 1e-4 && shown(&small).size == space.size);
        small[7] = Vec2::splat(-1e9);
        assert!(shown(&small).min.distance(Vec3::new(95.0, 95.0, 0.0)) < 0.2, "a stray");
        let large: Vec<Vec2> = group(Vec2::ZERO, 20.0).collect();
        assert!((shown(&large).size.x - 22.0).abs() < 1e-3 && shown(&large).is_flat(), "{:?}", shown(&large));
        let apart: Vec<Vec2> = group(Vec2::ZERO, 2.0).take(40).chain(group(Vec2::splat(1e4), 2.0).skip(40)).collect();
        let seen = shown(&apart);
        assert!(seen.size == space.size && (seen.min.x - 1e4).abs() < 10.0, "where most are: {seen:?}");
        assert!(shown(&group(Vec2::ZERO, 1e6).collect::<Vec<_>>()).size.x <= 25.0);
        assert!(about(Vectors::Plane(&[]), &space).is_none() && about(Vectors::Plane(&[Vec2::NAN]), &space).is_none());
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
        let cell = Space::cube(10.0, Boundary::Walled);
        let (position, direction) = cell.confine(Vec3::new(1.0, 5.0, -0.5), Vec3::new(0.8, 0.0, -0.6));
        assert_eq!((position, direction), (Vec3::new(1.0, 5.0, 0.5), Vec3::new(0.8, 0.0, 0.6)));
    }
}
