//! Four agents at a time, side by side in the lanes of a processor: several times as fast as one by one, for models whose
//! rule can do without branches.

use super::{CHUNK, Neighbours};
use crate::sim::{space::Boundary, vector::Vector};
use bevy_math::Vec2;
use rayon::prelude::*;
use std::ops::Range;
use wide::f32x4;

/// Vectors from four agents, by component; what a plane lacks is zero.
pub type Lanes = [f32x4; 3];

/// A lane where a bit is set, for each set of lanes.
const NONE: f32 = 0.0;
const ALL: f32 = f32::from_bits(u32::MAX);
/// All lanes but one; and all.
const BUT: [[f32; 4]; 5] =
    [[NONE, ALL, ALL, ALL], [ALL, NONE, ALL, ALL], [ALL, ALL, NONE, ALL], [ALL, ALL, ALL, NONE], [ALL, ALL, ALL, ALL]];

/// Up to four agents in rows that follow one another, and the rows in which the neighbours of any of them lie. Where there
/// are fewer than four the last fills the lanes that are left.
pub struct Four<'a, V: Vector = Vec2> {
    first: usize,
    count: usize,
    at: Lanes,
    index: &'a Neighbours<V>,
    /// The cell of the first, and the column of the cell of the last.
    cell: [usize; 3],
    last: usize,
    /// Whether the torus is so small that displacements must be checked.
    wraps: bool,
}

impl<V: Vector> Four<'_, V> {
    /// The row of the agent in each lane.
    #[inline]
    pub fn rows(&self) -> [usize; 4] {
        let last = self.count - 1;
        [self.first, self.first + last.min(1), self.first + last.min(2), self.first + last]
    }

    /// A value of each of the four, by its row.
    #[inline]
    pub fn each<T>(&self, mut value: impl FnMut(usize) -> T) -> [T; 4] {
        // Written out, since `map` is not always put in line.
        let [a, b, c, d] = self.rows();
        [value(a), value(b), value(c), value(d)]
    }

    /// All lanes but that of the agent in this row, if it is one of them.
    #[inline]
    pub fn but(&self, row: usize) -> f32x4 {
        f32x4::new(BUT[row.wrapping_sub(self.first).min(4)])
    }

    /// Calls `visit(row, displacement, inside)` for each agent that may be near one of the four, these included:
    /// displacements to it from each of them, and the lanes (all bits set) of those that are within `radius` of it.
    #[inline]
    pub fn within(&self, positions: &[V], radius: f32, mut visit: impl FnMut(usize, Lanes, f32x4)) {
        let limit = f32x4::splat(radius * radius);
        self.index.runs(self.cell, self.last, |run| {
            let first = run.first as usize;
            for (k, position) in positions[first..run.end as usize].iter().enumerate() {
                let (displacement, squared) = self.towards(*position, run.shift);
                visit(first + k, displacement, squared.simd_le(limit));
            }
        });
    }

    /// The same with a value of each agent, by row, in place of its row: for rules that ask nothing else of a neighbour.
    #[inline]
    pub fn values_within<T: Copy>(&self, positions: &[V], values: &[T], radius: f32, mut visit: impl FnMut(T, f32x4)) {
        let limit = f32x4::splat(radius * radius);
        self.index.runs(self.cell, self.last, |run| {
            let rows = run.first as usize..run.end as usize;
            for (position, value) in positions[rows.clone()].iter().zip(&values[rows]) {
                visit(*value, self.towards(*position, run.shift).1.simd_le(limit));
            }
        });
    }

    /// Displacements from each of the four to a place, and their squared lengths.
    #[inline]
    fn towards(&self, position: V, shift: V) -> (Lanes, f32x4) {
        let (mut displacement, mut squared) = ([f32x4::ZERO; 3], f32x4::ZERO);
        for (axis, along) in displacement.iter_mut().enumerate().take(V::DIMENSIONS) {
            *along = f32x4::splat(position.component(axis)) - self.at[axis] + f32x4::splat(shift.component(axis));
            if self.wraps {
                *along = self.index.short_way(axis, *along);
            }
            squared += *along * *along;
        }
        (displacement, squared)
    }
}

impl<V: Vector> Neighbours<V> {
    /// The agents in up to four rows that follow one another in a line of cells, as [`each_four`](Self::each_four) hands
    /// them out.
    #[inline]
    pub fn four(&self, positions: &[V], rows: Range<usize>) -> Four<'_, V> {
        let cells = [rows.start, rows.end - 1].map(|row| self.grid.cell_at(positions[row]));
        self.four_in(positions, rows, cells[0], cells[1][0])
    }

    #[inline]
    fn four_in(&self, positions: &[V], rows: Range<usize>, cell: [usize; 3], last: usize) -> Four<'_, V> {
        let mut four = Four {
            first: rows.start,
            count: rows.len(),
            at: [f32x4::ZERO; 3],
            index: self,
            cell,
            last,
            wraps: self.grid.wraps(),
        };
        let at = four.each(|row| positions[row]);
        for axis in 0..V::DIMENSIONS {
            four.at[axis] =
                f32x4::new([at[0].component(axis), at[1].component(axis), at[2].component(axis), at[3].component(axis)]);
        }
        four
    }

    /// Calls `decide(four, out)` for all agents, up to four at a time, in parallel; `out` are the entries of their rows, to
    /// be written. What is found, and in which order, is for each agent the same as by [`each`](Self::each).
    ///
    /// # Panics
    /// Where `positions` or `out` have not one entry a row.
    #[inline]
    pub fn each_four<T: Send>(&self, positions: &[V], out: &mut [T], decide: impl Fn(&Four<V>, &mut [T]) + Sync) {
        let starts = &self.sorted.starts;
        assert_eq!([positions.len(), out.len()], [self.sorted.order.len(); 2], "one entry a row");
        let columns = self.grid.counts[0];
        out.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, mut out)| {
            let mut row = chunk * CHUNK;
            let mut cell = self.cell_of(row);
            while !out.is_empty() {
                while starts[cell + 1] as usize <= row {
                    cell += 1;
                }
                let from = self.grid.place(cell);
                let line_end = starts[cell - from[0] + columns] as usize;
                let count = out.len().min(4).min(line_end - row);
                let mut last = cell;
                while (starts[last + 1] as usize) < row + count {
                    last += 1;
                }
                let four = self.four_in(positions, row..row + count, from, from[0] + last - cell);
                let (own, rest) = out.split_at_mut(count);
                decide(&four, own);
                (row, cell, out) = (row + count, last, rest);
            }
        });
    }

    /// The short way round of displacements along an axis, where the torus has a single cell along it.
    #[inline]
    fn short_way(&self, axis: usize, along: f32x4) -> f32x4 {
        let (space, size) = (&self.grid.space, self.grid.space.size.component(axis));
        if space.boundary != Boundary::Periodic || self.grid.counts[axis] > 1 || size == 0.0 {
            return along;
        }
        let size = f32x4::splat(size);
        let turns = along / size;
        let half = f32x4::splat(0.5);
        along - (turns.simd_ge(half) & size) + (turns.simd_le(-half) & size)
    }
}
