//! The neighbour index: agents sorted into the cells of a grid by counting sort, once a step.
//!
//! Rows themselves are put in cell order, so that the agents of three cells side by side are one contiguous run
//! and the inner loop reads memory forwards.

mod four;
mod grid;
mod nearby;
mod nearest;
mod sort;
#[cfg(test)]
mod tests;

pub use four::{Four, Lanes};
pub use nearby::{Cone, Nearby};

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
        let order = index.build(positions, space, reach).to_vec();
        (index, order)
    }

    /// Sorts agents at `positions` into cells no smaller than `reach` and returns the new order of rows: entry `s`
    /// is the row that comes to stand at `s`.
    pub(super) fn build(&mut self, positions: &[V], space: &Space<V>, reach: f32) -> &[u32] {
        self.reach = reach;
        self.grid = Grid::new(positions, space, reach);
        let grid = self.grid;
        self.sorted.sort(positions.len(), grid.cells(), |row| grid.number(grid.cell_at(positions[row])));
        &self.sorted.order
    }

    /// The reach for which it was built.
    pub fn reach(&self) -> f32 {
        self.reach
    }

    /// The rows of cells of one line, from column `from` to `to`.
    fn rows(&self, from: usize, to: usize, y: usize, z: usize) -> Range<u32> {
        let starts = &self.sorted.starts;
        starts[self.grid.number([from, y, z])]..starts[self.grid.number([to, y, z]) + 1]
    }

    /// The rows in which those within reach of a place lie, for a model that asks for one agent at a time.
    pub fn around(&self, place: V) -> Nearby<'_, V> {
        self.near(self.grid.cell_at(place))
    }

    fn near(&self, cell: [usize; 3]) -> Nearby<'_, V> {
        Nearby { index: self, cell }
    }

    /// Calls `act` for each run of rows near a cell and those after it in its line, up to column `last`.
    #[inline]
    fn runs(&self, [x, y, z]: [usize; 3], last: usize, mut act: impl FnMut(Run<V>)) {
        // Cells side by side are one run, save at the seam of a torus.
        let columns = self.grid.counts[0];
        let (from, to) = (x.saturating_sub(1), (last + 1).min(columns - 1));
        let seam = self.round(0).then(|| self.grid.space.size.component(0));
        let (left, right) = (seam.filter(|_| x == 0), seam.filter(|_| last + 1 == columns));
        for (z, shift_z) in self.beside(2, z).into_iter().flatten() {
            for (y, shift_y) in self.beside(1, y).into_iter().flatten() {
                let mut run = |from: usize, to: usize, shift_x: f32| {
                    let Range { start, end } = self.rows(from, to, y, z);
                    let shift = V::ZERO.map(|axis, _| [shift_x, shift_y, shift_z][axis]);
                    act(Run { first: start, end, shift });
                };
                run(from, to, 0.0);
                if let Some(size) = left {
                    run(columns - 1, columns - 1, -size);
                }
                if let Some(size) = right {
                    run(0, 0, size);
                }
            }
        }
    }

    /// Whether the last cell along an axis is next to the first.
    #[inline]
    fn round(&self, axis: usize) -> bool {
        self.grid.space.boundary == Boundary::Periodic && self.grid.counts[axis] > 1
    }

    /// Along an axis, the cells before, at and after one, each with the shift that brings its agents near.
    #[inline]
    fn beside(&self, axis: usize, cell: usize) -> [Option<(usize, f32)>; 3] {
        if axis >= V::DIMENSIONS {
            return [None, Some((0, 0.0)), None];
        }
        let (count, round) = (self.grid.counts[axis], self.round(axis));
        let size = self.grid.space.size.component(axis);
        let before = if cell > 0 { Some((cell - 1, 0.0)) } else { round.then_some((count - 1, -size)) };
        let after = if cell + 1 < count { Some((cell + 1, 0.0)) } else { round.then_some((0, size)) };
        [before, Some((cell, 0.0)), after]
    }

    /// The cell in which a row is.
    fn cell_of(&self, row: usize) -> usize {
        self.sorted.starts.partition_point(|start| *start as usize <= row) - 1
    }

    /// Calls `decide(row, nearby, out)` for every agent, in parallel; `out[row]` is its to write.
    ///
    /// # Panics
    /// Where `out` has not one entry a row.
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
