//! Vectors of the plane and of space, so that one code serves agents in both.

use super::maths;
use bevy_math::{Vec2, Vec3};
use bytemuck::Pod;
use std::{
    f32::consts::TAU,
    fmt::Debug,
    ops::{Add, AddAssign, Div, Mul, Neg, Sub},
};

/// A vector of two or three components. Models work in their own dimension; whoever looks on sees [`Vec3`], the plane
/// being z = 0.
pub trait Vector:
    Pod
    + Debug
    + Default
    + PartialEq
    + Send
    + Sync
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Neg<Output = Self>
    + Mul<Output = Self>
    + Mul<f32, Output = Self>
    + Div<Output = Self>
    + std::iter::Sum
{
    /// How many components it has.
    const DIMENSIONS: usize;
    /// All components 0.
    const ZERO: Self;

    /// All components equal.
    fn splat(value: f32) -> Self;
    /// The component along an axis, from 0 on.
    fn component(self, axis: usize) -> f32;
    /// The same vector, each component mapped; the function is told the axis.
    fn map(self, function: impl FnMut(usize, f32) -> f32) -> Self;
    /// Scalar product.
    fn dot(self, other: Self) -> f32;
    /// Each component to the nearest whole number.
    fn round(self) -> Self;
    /// The smaller of each component.
    fn min(self, other: Self) -> Self;
    /// The larger of each component.
    fn max(self, other: Self) -> Self;
    /// Whether all components are finite.
    fn is_finite(self) -> bool;
    /// The unit vector of its direction; zero where it has none.
    fn normalize_or_zero(self) -> Self;
    /// A unit vector at a right angle to this one, which must not be zero.
    fn perpendicular(self) -> Self;
    /// The unit vector that two numbers uniform in [0, 1) make uniform over all directions.
    fn direction(uniform: [f32; 2]) -> Self;
    /// A column of such vectors.
    fn column(vectors: &[Self]) -> Vectors<'_>;
    /// The vector in space: z = 0 where it is one of the plane.
    fn in_space(self) -> Vec3;
    /// The part of a vector in space that has a place here: the plane drops z.
    fn of_space(vector: Vec3) -> Self;

    /// Square of the length.
    #[inline]
    fn length_squared(self) -> f32 {
        self.dot(self)
    }
}

macro_rules! vector {
    ($type:ty, $dimensions:literal, $column:path, $perpendicular:expr, $direction:expr, $in_space:expr, $of_space:expr) => {
        impl Vector for $type {
            const DIMENSIONS: usize = $dimensions;
            const ZERO: Self = <$type>::ZERO;
            #[inline]
            fn splat(value: f32) -> Self {
                <$type>::splat(value)
            }
            #[inline]
            fn component(self, axis: usize) -> f32 {
                self[axis]
            }
            #[inline]
            fn map(mut self, mut function: impl FnMut(usize, f32) -> f32) -> Self {
                for axis in 0..$dimensions {
                    self[axis] = function(axis, self[axis]);
                }
                self
            }
            #[inline]
            fn dot(self, other: Self) -> f32 {
                <$type>::dot(self, other)
            }
            #[inline]
            fn round(self) -> Self {
                <$type>::round(self)
            }
            #[inline]
            fn min(self, other: Self) -> Self {
                <$type>::min(self, other)
            }
            #[inline]
            fn max(self, other: Self) -> Self {
                <$type>::max(self, other)
            }
            #[inline]
            fn is_finite(self) -> bool {
                <$type>::is_finite(self)
            }
            #[inline]
            fn normalize_or_zero(self) -> Self {
                <$type>::normalize_or_zero(self)
            }
            fn perpendicular(self) -> Self {
                $perpendicular(self.normalize_or_zero())
            }
            fn direction(uniform: [f32; 2]) -> Self {
                $direction(uniform)
            }
            fn column(vectors: &[Self]) -> Vectors<'_> {
                $column(vectors)
            }
            #[inline]
            fn in_space(self) -> Vec3 {
                $in_space(self)
            }
            #[inline]
            fn of_space(vector: Vec3) -> Self {
                $of_space(vector)
            }
        }
    };
}

vector!(
    Vec2,
    2,
    Vectors::Plane,
    |unit: Vec2| unit.perp(),
    |[turn, _]: [f32; 2]| maths::unit(turn * TAU),
    |plane: Vec2| plane.extend(0.0),
    |space: Vec3| space.truncate()
);
// Of the unit sphere, slices of equal height have equal area (Archimedes).
vector!(
    Vec3,
    3,
    Vectors::Space,
    |unit: Vec3| unit.any_orthonormal_vector(),
    |[turn, height]: [f32; 2]| {
        let z = 2.0 * height - 1.0;
        (maths::unit(turn * TAU) * (1.0 - z * z).sqrt()).extend(z)
    },
    |space: Vec3| space,
    |space: Vec3| space
);

/// A vector of the same length, turned towards another by what `angle` makes of the angle between the two.
pub fn turn<V: Vector>(vector: V, target: V, angle: impl FnOnce(f32) -> f32) -> V {
    if target == V::ZERO || vector == V::ZERO {
        return vector;
    }
    let (along, towards) = (vector.normalize_or_zero(), target.normalize_or_zero());
    let ahead = along.dot(towards);
    let aside = towards - along * ahead;
    // Towards the very opposite there are many ways, and one will do. So near it what is left aside is rounding.
    let least = if ahead < 0.0 { 1e-9 } else { 1e-12 };
    let aside = if aside.length_squared() > least { aside.normalize_or_zero() } else { along.perpendicular() };
    // Rounding may take it to the wrong side of the opposite: no angle is below 0.
    let (sin, cos) = maths::sin_cos(angle(maths::atan2(towards.dot(aside).max(0.0), ahead)));
    (along * cos + aside * sin) * vector.length_squared().sqrt()
}

/// A column of vectors, of whichever dimension the model has.
#[derive(Clone, Copy, Debug)]
pub enum Vectors<'a> {
    /// Of the plane.
    Plane(&'a [Vec2]),
    /// Of space.
    Space(&'a [Vec3]),
}

impl<'a> Vectors<'a> {
    /// How many.
    pub fn len(self) -> usize {
        match self {
            Self::Plane(vectors) => vectors.len(),
            Self::Space(vectors) => vectors.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The vector in a row, in space.
    #[inline]
    pub fn get(self, row: usize) -> Vec3 {
        match self {
            Self::Plane(vectors) => vectors[row].in_space(),
            Self::Space(vectors) => vectors[row],
        }
    }

    /// Those in these rows, in space.
    pub fn at_rows<C: FromIterator<Vec3>>(self, rows: &[u32]) -> C {
        match self {
            Self::Plane(vectors) => rows.iter().map(|row| vectors[*row as usize].in_space()).collect(),
            Self::Space(vectors) => rows.iter().map(|row| vectors[*row as usize]).collect(),
        }
    }

    /// All of them in space, in the order of rows.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Vec3> + Clone + 'a {
        (0..self.len()).map(move |row| self.get(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_turns_as_far_as_it_is_told_and_keeps_its_length() {
        let turned = turn(Vec2::new(2.0, 0.0), Vec2::new(0.0, 5.0), |angle| 0.5 * angle);
        assert!(turned.distance(Vec2::splat(2f32.sqrt())) < 1e-5, "{turned}");
        let turned = turn(Vec3::X, Vec3::Z, |angle| angle.min(7.0));
        assert!(turned.distance(Vec3::Z) < 1e-5, "{turned}");
        let back = turn(Vec3::Y, -Vec3::Y, |angle| angle);
        assert!(back.distance(-Vec3::Y) < 1e-5, "{back}");
        assert_eq!(turn(Vec2::X, Vec2::ZERO, |angle| angle), Vec2::X);
    }

    #[test]
    fn a_turn_keeps_its_limit_towards_what_is_nearly_behind() {
        fn check<V: Vector>(along: V, aside: V) {
            for k in 0..60 {
                // From 0.03 to 3·10⁻⁸ short of half a turn; at the least that counts, 3·10⁻⁵, rounding is 0.3 % of it.
                let (sin, cos) = maths::sin_cos(0.03 * maths::exp(-0.23 * k as f32));
                let turned = turn(along, along * -cos + aside * sin, |angle| angle.min(0.4));
                assert!((turned.dot(along) - maths::sin_cos(0.4f32).1).abs() < 5e-3, "{along:?} {k}: {turned:?}");
            }
        }
        for k in 0..200 {
            let along = maths::unit(0.031 * k as f32);
            check(along, along.perp());
            check(along.extend(0.0), Vec3::Z);
            check(Vec3::new(0.6 * along.x, 0.6 * along.y, 0.8), Vec3::new(-along.y, along.x, 0.0));
        }
    }

    #[test]
    fn directions_have_unit_length_and_no_favourites() {
        fn check<V: Vector>() {
            let grid = (0..64).flat_map(|a| (0..64).map(move |b| [a, b].map(|n| (n as f32 + 0.5) / 64.0)));
            let directions: Vec<V> = grid.map(V::direction).collect();
            assert!(directions.iter().all(|direction| (direction.length_squared() - 1.0).abs() < 1e-5));
            for axis in 0..V::DIMENSIONS {
                let squares =
                    directions.iter().map(|direction| direction.component(axis) * direction.component(axis)).sum::<f32>();
                let share = squares / directions.len() as f32;
                assert!((share - 1.0 / V::DIMENSIONS as f32).abs() < 1e-3, "{axis}: {share}");
            }
        }
        check::<Vec2>();
        check::<Vec3>();
    }
}
