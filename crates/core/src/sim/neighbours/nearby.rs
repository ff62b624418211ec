//! The neighbourhood of one agent: the rows to look at, and who among them counts.

use super::Neighbours;
use crate::sim::{maths, vector::Vector};
use bevy_math::Vec2;
use std::f32::consts::PI;

/// Rows that follow one another, and the shift that brings them to the near side of the torus.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run<V> {
    pub first: u32,
    pub end: u32,
    pub shift: V,
}

/// The rows in which the neighbours of one agent lie.
pub struct Nearby<'a, V: Vector = Vec2> {
    pub(super) index: &'a Neighbours<V>,
    pub(super) cell: [usize; 3],
}

impl<V: Vector> Nearby<'_, V> {
    /// Calls `visit(row, displacement)` for each agent within `radius` of `from`, the asker itself included. With an
    /// infinite reach of the index and an infinite radius these are all agents.
    #[inline]
    pub fn within(&self, positions: &[V], from: V, radius: f32, mut visit: impl FnMut(usize, V)) {
        let limit = radius * radius;
        let (space, wraps) = (&self.index.grid.space, self.index.grid.wraps());
        self.index.runs(self.cell, self.cell[0], |run| {
            let first = run.first as usize;
            let positions = positions[first..run.end as usize].iter().enumerate();
            if wraps {
                // Along an axis with a single cell every pair takes its own short way round.
                for (k, position) in positions {
                    let displacement = space.displacement(from, *position);
                    if displacement.length_squared() <= limit {
                        visit(first + k, displacement);
                    }
                }
            } else {
                for (k, position) in positions {
                    let displacement = *position - from + run.shift;
                    if displacement.length_squared() <= limit {
                        visit(first + k, displacement);
                    }
                }
            }
        });
    }

    /// The same for those within `radius` that an agent at `from` sees.
    #[inline]
    pub fn in_sight(&self, positions: &[V], from: V, radius: f32, sight: &Cone<V>, mut visit: impl FnMut(usize, V)) {
        self.within(positions, from, radius, |row, displacement| {
            if sight.holds(displacement) {
                visit(row, displacement);
            }
        });
    }
}

/// The cone of vision of an agent: what lies within an angle of where it looks. A blind angle behind it is what is left.
#[derive(Clone, Copy, Debug)]
pub struct Cone<V: Vector = Vec2> {
    along: V,
    /// Cosine of the angle between the axis and the edge.
    cos: f32,
}

impl<V: Vector> Cone<V> {
    /// The cone of an agent that looks along a unit vector and sees `angle` from edge to edge, in radians. At 2π it sees
    /// all; so does one that has no direction (`along` is zero).
    pub fn new(along: V, angle: f32) -> Self {
        let all = angle >= 2.0 * PI || along == V::ZERO;
        // Below any cosine, so that rounding hides nobody behind.
        Self { along, cos: if all { -2.0 } else { maths::sin_cos(0.5 * angle.max(0.0)).1 } }
    }

    /// Whether what is displaced so from the agent is seen. At its own place all is.
    #[inline]
    pub fn holds(&self, displacement: V) -> bool {
        self.along.dot(displacement) >= self.cos * displacement.length_squared().sqrt()
    }
}
