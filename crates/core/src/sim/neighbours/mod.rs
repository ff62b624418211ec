//! The neighbour index: agents sorted into the cells of a grid by counting sort, once a step.
//!
//! Rows themselves are put in cell order, so that the agents of three cells side by side are one contiguous run
//! and the inner loop reads memory forwards.

mod four;
mod grid;
mod nearby;
mod nearest;
mod partners;
mod sort;
#[cfg(test)]
mod tests;

pub use four::{Four, Lanes};
pub use nearby::{Cone, Nearby};
pub use partners::Partners;

use super::{
    space::{Boundary, Space},
    vector::Vector,
};
use bevy_ecs::resource::Resource;
use bevy_math::Vec2;
use grid::Grid;
use nearby::Run;
use rayon::prelude::*;
use sort::Sorted;
use std::ops::Range;

/// Agents per unit of parallel work.
const CHUNK: usize = 256;

/// The index of one step, in the plane or in space. Empty until a model asks for one (`Setup::index`).
#[derive(Resource, Default)]
pub struct Neighbours<V: Vector = Vec2> {
    grid: Grid<V>,
    reach: f32,
    sorted: Sorted,
}

impl<V: Vector> Neighbours<V> {
    /// An index of its own over `positions` (on a torus inside of it, as [`Space::wrap`] leaves them), and the order in which it expects them: entry `s` is the place in
    /// `positions` of what is to stand in row `s`.
    pub fn of(positions: &[V], space: &Space<V>, reach: f32) -> (Self, Vec<u32>) {
        let mut index = Self::default();
        index.build(positions, space, reach);
        let order = index.order().to_vec();
        (index, order)
    }

    /// Sorts agents at `positions` into cells no smaller than `reach`.
    pub(super) fn build(&mut self, positions: &[V], space: &Space<V>, reach: f32) {
        self.reach = reach;
        self.grid = Grid::new(positions, space, reach);
        let grid = self.grid;
        self.sorted.sort(positions.len(), grid.cells(), |row| grid.number(grid.cell_at(positions[row])));
    }

    /// The new order of rows: entry `s` is the row that comes to stand at `s`.
    pub(super) fn order(&self) -> &[u32] {
        &self.sorted.order
    }

    /// How many agents each is compared with in a step, on average: many more than it has neighbours where the reach spans
    /// the space, or where agents stand in a heap.
    pub fn compared(&self) -> f64 {
        let starts = &self.sorted.starts;
        let mut pairs = 0;
        for (cell, bounds) in starts.array_windows().enumerate().filter(|(_, [start, end])| end > start) {
            let [start, end] = bounds.map(u64::from);
            let place = self.grid.place(cell);
            self.runs(place, place[0], |run| pairs += (end - start) * u64::from(run.end - run.first));
        }
        pairs as f64 / self.sorted.order.len().max(1) as f64
    }

    /// The rows of cells of one line, from column `from` to `to`.
    #[inline]
    fn rows(&self, from: usize, to: usize, y: usize, z: usize) -> Range<u32> {
        let starts = &self.sorted.starts;
        starts[self.grid.number([from, y, z])]..starts[self.grid.number([to, y, z]) + 1]
    }

    /// The rows in which those within reach of a place lie, for a model that asks for one agent at a time.
    #[inline]
    pub fn around(&self, place: V) -> Nearby<'_, V> {
        self.near(self.grid.cell_at(place))
    }

    #[inline]
    fn near(&self, cell: [usize; 3]) -> Nearby<'_, V> {
        Nearby { index: self, cell }
    }

    /// Calls `act` for each run of rows near a cell and those after it in its line, up to column `last`.
    #[inline]
    fn runs(&self, [x, y, z]: [usize; 3], last: usize, mut act: impl FnMut(Run<V>)) {
        let columns = self.grid.counts[0];
        let (from, to) = (x.saturating_sub(1), (last + 1).min(columns - 1));
        let (size, round) = (self.grid.space.size.component(0), self.is_round(0));
        let (left, right) = (round && x == 0, round && last + 1 == columns);
        for step_z in if V::DIMENSIONS == 3 { 0..3 } else { 1..2 } {
            let Some((z, shift_z)) = self.beside(2, z, step_z) else { continue };
            for step_y in 0..3 {
                let Some((y, shift_y)) = self.beside(1, y, step_y) else { continue };
                // Cells side by side are one run, save at the seam of a torus. (One call of `act`, so that it is in line.)
                for piece in 0..3 {
                    let (from, to, shift_x) = match piece {
                        0 => (from, to, 0.0),
                        1 if left => (columns - 1, columns - 1, -size),
                        2 if right => (0, 0, size),
                        _ => continue,
                    };
                    let Range { start, end } = self.rows(from, to, y, z);
                    act(Run { first: start, end, shift: V::ZERO.map(|axis, _| [shift_x, shift_y, shift_z][axis]) });
                }
            }
        }
    }

    /// Whether the last cell along an axis is next to the first.
    #[inline]
    fn is_round(&self, axis: usize) -> bool {
        self.grid.space.boundary == Boundary::Periodic && self.grid.counts[axis] > 1
    }

    /// Along an axis, the cell before one (`step` 0), itself (1) and the one after (2), with the shift that brings its
    /// agents near.
    #[inline]
    fn beside(&self, axis: usize, cell: usize, step: usize) -> Option<(usize, f32)> {
        let count = self.grid.counts[axis];
        let size = || self.grid.space.size.component(axis);
        match cell + step {
            0 => self.is_round(axis).then(|| (count - 1, -size())),
            after if after > count => self.is_round(axis).then(|| (0, size())),
            place => Some((place - 1, 0.0)),
        }
    }

    /// The cell in which a row is.
    fn cell_of(&self, row: usize) -> usize {
        self.sorted.starts.partition_point(|start| *start as usize <= row) - 1
    }

    /// Calls `decide(row, nearby, out)` for every agent, in parallel; `out[row]` is its to write.
    ///
    /// # Panics
    /// Where `out` has not one entry a row.
    #[inline]
    pub fn each<T: Send>(&self, out: &mut [T], decide: impl Fn(usize, &Nearby<V>, &mut T) + Sync) {
        let Sorted { order, starts, .. } = &self.sorted;
        assert_eq!(out.len(), order.len(), "one entry a row");
        out.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
            let first = chunk * CHUNK;
            let mut cell = self.cell_of(first);
            let mut nearby = self.near(self.grid.place(cell));
            for (row, out) in (first..).zip(out) {
                if starts[cell + 1] as usize <= row {
                    while starts[cell + 1] as usize <= row {
                        cell += 1;
                    }
                    nearby = self.near(self.grid.place(cell));
                }
                decide(row, &nearby, out);
            }
        });
    }
}
