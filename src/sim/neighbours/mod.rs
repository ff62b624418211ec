//! The neighbour index: agents sorted into the cells of a grid by counting sort, once a step.
//!
//! Rows themselves are put in cell order, so that the agents of three cells side by side are one contiguous run
//! and the inner loop reads memory forwards.

mod grid;
mod nearby;
mod nearest;
mod sort;
#[cfg(test)]
mod tests;

pub use nearby::{Cone, Nearby};

use super::{space::Space, vector::Vector};
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
        self.near_cell(self.grid.cell_at(place))
    }

    /// The runs of rows near a cell.
    fn near_cell(&self, [x, y, z]: [usize; 3]) -> Nearby<'_, V> {
        let space = &self.grid.space;
        let mut nearby = Nearby::new(self.grid.wraps().then_some(space));
        let mut push = |rows: Range<u32>, shift: [f32; 3]| {
            if !rows.is_empty() {
                nearby.push(Run { first: rows.start, end: rows.end, shift: V::ZERO.map(|axis, _| shift[axis]) });
            }
        };
        for (z, shift_z) in self.beside(2, z).into_iter().flatten() {
            for (y, shift_y) in self.beside(1, y).into_iter().flatten() {
                // Cells side by side are one run, save at the seam of a torus.
                let [left, _, right] = self.beside(0, x);
                let inside = |beside: Option<(usize, f32)>| beside.is_some_and(|(_, shift)| shift == 0.0);
                let (from, to) = (x - usize::from(inside(left)), x + usize::from(inside(right)));
                push(self.rows(from, to, y, z), [0.0, shift_y, shift_z]);
                for (x, shift_x) in [left, right].into_iter().flatten().filter(|(_, shift)| *shift != 0.0) {
                    push(self.rows(x, x, y, z), [shift_x, shift_y, shift_z]);
                }
            }
        }
        nearby
    }

    /// Along an axis, the cells before, at and after one, each with the shift that brings its agents near.
    fn beside(&self, axis: usize, cell: usize) -> [Option<(usize, f32)>; 3] {
        let count = self.grid.counts[axis];
        let round = self.grid.space.boundary == super::Boundary::Periodic && count > 1;
        let size = || self.grid.space.size.component(axis);
        let before = if cell > 0 { Some((cell - 1, 0.0)) } else { round.then(|| (count - 1, -size())) };
        let after = if cell + 1 < count { Some((cell + 1, 0.0)) } else { round.then(|| (0, size())) };
        [before, Some((cell, 0.0)), after]
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
            let mut cell = starts.partition_point(|start| *start as usize <= first) - 1;
            let mut nearby = self.near_cell(self.grid.place(cell));
            for (row, out) in (first..).zip(out) {
                if starts[cell + 1] as usize <= row {
                    while starts[cell + 1] as usize <= row {
                        cell += 1;
                    }
                    nearby = self.near_cell(self.grid.place(cell));
                }
                decide(row, &nearby, out);
            }
        });
    }
}
