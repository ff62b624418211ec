//! What instruments of positions share: pairs of agents near one another, cells of a bounded space, a few agents for all.

use crate::sim::{Agents, Boundary, Id, Neighbours, Space};
use bevy_math::Vec3;
use rayon::prelude::*;
use std::ops::Range;

/// Agents per unit of parallel work: fixed, so that no sum depends on the number of threads.
const CHUNK: usize = 512;

/// What an instrument of positions in a bounded space needs.
pub const BOUNDED: (&str, fn(&Agents) -> bool) = ("positions in a space that is periodic or walled", |agents| {
    agents.space().boundary != Boundary::Open && agents.with_positions(|positions| positions.is_some())
});

/// Positions in the order of rows; in the plane z = 0.
pub fn positions(agents: &Agents) -> Vec<Vec3> {
    agents.with_positions(|positions| positions.map(|positions| positions.iter().collect())).unwrap_or_default()
}

/// Velocities in the order of rows, or directions of motion where agents have no velocities; nothing where they have neither.
pub fn motions(agents: &Agents) -> Option<Vec<Vec3>> {
    agents
        .with_velocities(|velocities| velocities.map(|velocities| velocities.iter().collect()))
        .or_else(|| agents.directions())
}

/// Number of dimensions of a space.
pub fn dimensions(space: &Space<Vec3>) -> usize {
    if space.is_flat() { 2 } else { 3 }
}

/// Lengths of the sides of a space, along its own dimensions.
pub fn sides(space: &Space<Vec3>) -> Vec<f64> {
    (0..dimensions(space)).map(|axis| space.size[axis].into()).collect()
}

/// Rows of at most so many agents, spread evenly over all identities.
pub fn sample(agents: &Agents, most: usize) -> Vec<usize> {
    let ids = agents.column::<Id>().unwrap_or_default();
    let mut rows: Vec<usize> = (0..ids.len()).collect();
    rows.sort_unstable_by_key(|row| ids[*row]);
    let step = rows.len().div_ceil(most).max(1);
    rows.into_iter().step_by(step).collect()
}

/// Adds up over 0 … `count` − 1 in fixed chunks, in parallel: the same sum on any number of threads.
pub fn add_up<T: Send>(count: usize, part: impl Fn(Range<usize>) -> T + Sync, join: impl FnMut(T, T) -> T) -> Option<T> {
    let starts: Vec<usize> = (0..count).step_by(CHUNK).collect();
    let parts: Vec<T> = starts.into_par_iter().map(|start| part(start..(start + CHUNK).min(count))).collect();
    parts.into_iter().reduce(join)
}

/// Entry by entry the sum of two histograms.
pub fn together(mut a: Vec<f64>, b: Vec<f64>) -> Vec<f64> {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
    a
}

/// Agents sorted so that pairs within a reach are found quickly.
pub struct Pairs {
    index: Neighbours<Vec3>,
    /// Where a sorted agent stood before.
    order: Vec<u32>,
    sorted: Vec<Vec3>,
    reach: f32,
}

impl Pairs {
    /// Of agents at these positions.
    pub fn new(positions: &[Vec3], space: &Space<Vec3>, reach: f32) -> Self {
        let (index, order) = Neighbours::of(positions, space, reach);
        let sorted = order.iter().map(|row| positions[*row as usize]).collect();
        Self { index, order, sorted, reach }
    }

    /// How many agents there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Calls `visit(other, displacement)` for each agent within reach of one, itself left out. `place` and `other` count in
    /// the sorted order; [`row`](Self::row) tells where one stood before.
    pub fn of(&self, place: usize, mut visit: impl FnMut(usize, Vec3)) {
        let from = self.sorted[place];
        self.index.around(from).within(&self.sorted, from, self.reach, |other, displacement| {
            if other != place {
                visit(other, displacement);
            }
        });
    }

    /// Where a sorted agent stood before.
    pub fn row(&self, place: usize) -> usize {
        self.order[place] as usize
    }
}

/// Equal cells over a bounded space.
pub struct Cells {
    /// Agents in each cell.
    pub counts: Vec<u32>,
}

impl Cells {
    /// Counts agents in cells, so many along each axis of the space.
    pub fn count(positions: &[Vec3], space: &Space<Vec3>, across: [usize; 3]) -> Self {
        let across = if space.is_flat() { [across[0], across[1], 1] } else { across };
        let mut counts = vec![0; across.iter().product()];
        for position in positions.iter().filter(|position| position.is_finite()) {
            let share = (*position - space.min) / space.size;
            let cell = |axis: usize| {
                if across[axis] == 1 { 0 } else { ((share[axis] * across[axis] as f32) as usize).min(across[axis] - 1) }
            };
            counts[(cell(2) * across[1] + cell(1)) * across[0] + cell(0)] += 1;
        }
        Self { counts }
    }

    /// Counts agents in cells as nearly square as can be, of which each holds about so many.
    pub fn holding(positions: &[Vec3], space: &Space<Vec3>, agents: f64) -> Self {
        let sides = sides(space);
        let content: f64 = sides.iter().product();
        let cells = (positions.len() as f64 / agents).max(1.0);
        let root = |content: f64| if sides.len() == 2 { content.sqrt() } else { libm::cbrt(content) };
        let side = root(content / cells);
        let mut across = [1; 3];
        across.iter_mut().zip(&sides).for_each(|(across, length)| *across = (length / side).round().max(1.0) as usize);
        Self::count(positions, space, across)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_count_everyone_once() {
        let space = Space::square(4.0, Boundary::Periodic).in_space();
        let positions: Vec<Vec3> = (0..64).map(|at| Vec3::new((at % 8) as f32 * 0.5, (at / 8) as f32 * 0.5, 0.0)).collect();
        let cells = Cells::holding(&positions, &space, 4.0);
        assert_eq!(cells.counts.len(), 16);
        assert!(cells.counts.iter().all(|count| *count == 4));
        assert_eq!(Cells::holding(&[], &space, 4.0).counts, [0]);
    }

    #[test]
    fn pairs_are_those_within_reach_round_the_torus() {
        let space = Space::square(10.0, Boundary::Periodic).in_space();
        let positions = [Vec3::new(0.5, 5.0, 0.0), Vec3::new(9.75, 5.0, 0.0), Vec3::new(5.0, 5.0, 0.0)];
        let pairs = Pairs::new(&positions, &space, 1.0);
        let mut found = Vec::new();
        for place in 0..pairs.len() {
            pairs.of(place, |other, displacement| found.push((pairs.row(place), pairs.row(other), displacement.x)));
        }
        found.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(found, [(0, 1, -0.75), (1, 0, 0.75)]);
    }
}
