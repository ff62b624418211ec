//! The grid of cells into which agents are sorted.

use crate::sim::{
    space::{Boundary, Space},
    vector::Vector,
};
use std::ops::RangeInclusive;

/// Cells for each agent at most, so that a short reach in a large space costs no memory.
const CELLS_PER_AGENT: usize = 2;
/// Agents that are looked at to tell where an open space is inhabited.
const SAMPLE: usize = 1024;

/// Cells over a space, no smaller than the reach of an agent, so that all within its reach are in its own and the
/// cells next to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid<V: Vector> {
    pub space: Space<V>,
    /// Cells along each axis; one where there is no such axis.
    pub counts: [usize; 3],
    origin: V,
    /// Lengths of a cell. In double precision, in which no agent falls into the next cell by rounding.
    sides: [f64; 3],
}

impl<V: Vector> Default for Grid<V> {
    fn default() -> Self {
        Self { space: Space::default(), counts: [1; 3], origin: V::ZERO, sides: [1.0; 3] }
    }
}

impl<V: Vector> Grid<V> {
    /// The grid for agents at these positions.
    pub fn new(positions: &[V], space: &Space<V>, reach: f32) -> Self {
        let (origin, size) = match space.boundary {
            Boundary::Open => inhabited(positions),
            _ => (space.min, space.size),
        };
        let periodic = space.boundary == Boundary::Periodic;
        let most = CELLS_PER_AGENT * positions.len().max(1);
        let longest = (0..V::DIMENSIONS).fold(0.0, |longest: f64, axis| longest.max(size.component(axis).into()));
        let mut side = f64::from(reach).max(longest / most as f64);
        let mut counts = [1; 3];
        loop {
            for (axis, count) in counts.iter_mut().enumerate().take(V::DIMENSIONS) {
                let cells = f64::from(size.component(axis)) / side;
                let cells = if cells.is_finite() { (cells as usize).clamp(1, most) } else { 1 };
                // With fewer than three on a torus a cell would be next to another twice.
                *count = if periodic && cells < 3 { 1 } else { cells };
            }
            if counts.iter().product::<usize>() <= most {
                break;
            }
            side *= 1.1;
        }
        let mut sides = [1.0; 3];
        for axis in 0..V::DIMENSIONS {
            sides[axis] = f64::from(size.component(axis)) / counts[axis] as f64;
        }
        Self { space: *space, counts, origin, sides }
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.counts.iter().product()
    }

    /// The number of a cell: cells side by side in x follow one another.
    #[inline]
    pub fn number(&self, [x, y, z]: [usize; 3]) -> usize {
        (z * self.counts[1] + y) * self.counts[0] + x
    }

    /// Where a cell is.
    #[inline]
    pub fn place(&self, cell: usize) -> [usize; 3] {
        let line = cell / self.counts[0];
        [cell % self.counts[0], line % self.counts[1], line / self.counts[1]]
    }

    /// The cell at a position. What is outside of the grid belongs to the cell of the edge that is nearest, so that
    /// agents near one another are never more than a cell apart.
    #[inline]
    pub fn cell_at(&self, position: V) -> [usize; 3] {
        let mut cell = [0; 3];
        for (axis, cell) in cell.iter_mut().enumerate().take(V::DIMENSIONS) {
            let along = f64::from(position.component(axis)) - f64::from(self.origin.component(axis));
            // The cast takes what is no number to 0.
            *cell = ((along / self.sides[axis]) as i32).clamp(0, self.counts[axis] as i32 - 1) as usize;
        }
        cell
    }

    /// Whether it is periodic along an axis with a single cell: then a pair there has to find its short way round.
    pub fn wraps(&self) -> bool {
        let periodic = self.space.boundary == Boundary::Periodic;
        periodic && (0..V::DIMENSIONS).any(|axis| self.counts[axis] == 1 && self.space.size.component(axis) > 0.0)
    }

    /// How far the cells of an axis lie from one of them, each once and the short way round.
    pub fn offsets(&self, axis: usize, from: usize) -> RangeInclusive<isize> {
        let (count, from) = (self.counts[axis] as isize, from as isize);
        if self.space.boundary == Boundary::Periodic { -((count - 1) / 2)..=count / 2 } else { -from..=count - 1 - from }
    }

    /// Length of a cell along an axis.
    pub fn side(&self, axis: usize) -> f64 {
        self.sides[axis]
    }
}

/// Corner and size of the part of an open space where nearly all agents are: a few that have strayed far do not make
/// the cells of all others coarse.
fn inhabited<V: Vector>(positions: &[V]) -> (V, V) {
    let step = positions.len().div_ceil(SAMPLE).max(1);
    let mut min = V::ZERO;
    let mut size = V::ZERO;
    let mut sample: Vec<f32> = Vec::with_capacity(SAMPLE);
    for axis in 0..V::DIMENSIONS {
        sample.clear();
        let all = positions.iter().step_by(step).map(|position| position.component(axis));
        sample.extend(all.filter(|coordinate| coordinate.is_finite()));
        sample.sort_unstable_by(f32::total_cmp);
        let (Some(first), Some(last)) = (sample.first(), sample.last()) else { continue };
        // One in fifty at either end may be a stray; half of the width between them is added on either side.
        let (low, high) = (sample[sample.len() / 50], sample[sample.len() - 1 - sample.len() / 50]);
        let spare = 0.5 * (high - low);
        let (low, high) = if high > low { (first.max(low - spare), last.min(high + spare)) } else { (*first, *last) };
        min = min.map(|other, value| if other == axis { low } else { value });
        size = size.map(|other, value| if other == axis { high - low } else { value });
    }
    (min, size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::{Vec2, Vec3};

    #[test]
    fn cells_are_no_smaller_than_the_reach_and_no_more_than_twice_the_agents() {
        for reach in [0.0, 1e-30, 0.3, 1.0, 7.0, 1e9, f32::INFINITY] {
            for agents in [0, 1, 10, 1000] {
                for boundary in [Boundary::Periodic, Boundary::Walled] {
                    let space = Space { size: Vec3::new(30.0, 7.0, 0.5), ..Space::cube(1.0, boundary) };
                    let grid = Grid::new(&vec![Vec3::ONE; agents], &space, reach);
                    assert!(grid.cells() <= (2 * agents).max(2), "{grid:?}");
                    assert!((0..3).all(|axis| grid.counts[axis] == 1 || grid.side(axis) >= reach.into()), "{grid:?}");
                }
            }
        }
    }

    #[test]
    fn an_agent_at_the_edge_of_a_cell_belongs_to_the_upper_one() {
        // 8/3 has no exact reciprocal, yet 0.375 k is at the edge of cell k.
        let grid = Grid::new(&[Vec2::ZERO; 64], &Space::square(3.0, Boundary::Walled), 0.375);
        assert_eq!(grid.counts, [8, 8, 1]);
        for k in 0..8usize {
            assert_eq!(grid.cell_at(Vec2::splat(0.375 * k as f32)), [k, k, 0]);
        }
    }

    #[test]
    fn strays_do_not_coarsen_an_open_grid() {
        let mut positions: Vec<Vec2> = (0..1000).map(|k| Vec2::new((k % 32) as f32, (k / 32) as f32)).collect();
        positions[500] = Vec2::splat(1e9);
        let grid = Grid::new(&positions, &Space::open(1.0), 1.0);
        assert!(grid.counts[0] > 25 && grid.counts[1] > 25, "{grid:?}");
    }
}
