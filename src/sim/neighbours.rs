//! The neighbour index: agents sorted into the cells of a grid by counting sort, once a step.
//!
//! Rows themselves are put in cell order, so that the agents of three cells side by side are one contiguous run
//! and the inner loop reads memory forwards.

use super::space::{Boundary, Space};
use bevy_ecs::resource::Resource;
use bevy_math::Vec2;
use rayon::prelude::*;
use std::ops::Range;

/// Agents per unit of parallel work where there are no rows of cells to split.
const CHUNK: usize = 256;

/// The index of one step. Empty until a model asks for one (`Setup::index`).
#[derive(Resource, Default)]
pub struct Neighbours {
    space: Space,
    reach: f32,
    columns: usize,
    lines: usize,
    origin: Vec2,
    cell: Vec2,
    /// First row of each cell, and the number of rows at the end.
    starts: Vec<u32>,
    cells: Vec<u32>,
    order: Vec<u32>,
}

/// The rows in which the neighbours of one agent lie: at most nine runs, each with the shift that brings it to the
/// near side of the torus.
pub struct Nearby<'a> {
    runs: [(u32, u32, Vec2); 9],
    count: usize,
    /// In an index of one cell on a torus every pair takes its own short way round.
    wrap: Option<&'a Space>,
}

impl Nearby<'_> {
    /// Calls `visit(row, displacement)` for each agent within `radius` of `from`, the asker itself included.
    #[inline]
    pub fn within(&self, positions: &[Vec2], from: Vec2, radius: f32, mut visit: impl FnMut(usize, Vec2)) {
        let limit = radius * radius;
        if let Some(space) = self.wrap {
            for (row, position) in positions.iter().enumerate() {
                let displacement = space.displacement(from, *position);
                if displacement.length_squared() <= limit {
                    visit(row, displacement);
                }
            }
            return;
        }
        for &(first, end, shift) in &self.runs[..self.count] {
            let offset = shift - from;
            let first = first as usize;
            for (k, position) in positions[first..end as usize].iter().enumerate() {
                let displacement = *position + offset;
                if displacement.length_squared() <= limit {
                    visit(first + k, displacement);
                }
            }
        }
    }
}

impl Neighbours {
    /// An index of its own over `positions`, and the order in which it expects them: entry `s` is the place in
    /// `positions` of what is to stand in row `s`.
    pub fn of(positions: &[Vec2], space: &Space, reach: f32) -> (Self, Vec<u32>) {
        let mut index = Self::default();
        let order = index.build(positions, space, reach).to_vec();
        (index, order)
    }

    /// Sorts agents at `positions` into cells no smaller than `reach` and returns the new order of rows: entry `s`
    /// is the row that comes to stand at `s`.
    pub(super) fn build(&mut self, positions: &[Vec2], space: &Space, reach: f32) -> &[u32] {
        self.space = *space;
        self.reach = reach;
        self.lay_out(positions, reach);
        let cells = self.columns * self.lines;
        self.starts.clear();
        self.starts.resize(cells + 1, 0);
        let (origin, cell, columns, lines) = (self.origin, self.cell, self.columns, self.lines);
        self.cells.clear();
        self.cells.extend(positions.iter().map(|position| cell_of(*position, origin, cell, columns, lines)));
        for cell in &self.cells {
            self.starts[*cell as usize + 1] += 1;
        }
        for cell in 0..cells {
            self.starts[cell + 1] += self.starts[cell];
        }
        let mut next = self.starts.clone();
        self.order.resize(positions.len(), 0);
        for (row, cell) in self.cells.iter().enumerate() {
            let slot = &mut next[*cell as usize];
            self.order[*slot as usize] = row as u32;
            *slot += 1;
        }
        &self.order
    }

    /// Chooses the grid: as many cells as fit `reach`, no more than there are agents, and a single one where
    /// fewer than three fit across a torus.
    fn lay_out(&mut self, positions: &[Vec2], reach: f32) {
        let (origin, size) = match self.space.boundary {
            Boundary::Open => bounds(positions),
            _ => (self.space.min, self.space.size),
        };
        let most = ((positions.len() as f32).sqrt() * 1.5).ceil().max(1.0);
        let fit = |side: f32| {
            let cells = if reach > 0.0 { side / reach } else { most };
            if cells.is_finite() { cells.floor().clamp(1.0, most) as usize } else { 1 }
        };
        (self.columns, self.lines) = (fit(size.x), fit(size.y));
        if self.space.boundary == Boundary::Periodic && (self.columns < 3 || self.lines < 3) {
            (self.columns, self.lines) = (1, 1);
        }
        self.origin = origin;
        self.cell = size / Vec2::new(self.columns as f32, self.lines as f32);
    }

    /// The reach for which it was built.
    pub fn reach(&self) -> f32 {
        self.reach
    }

    /// Whether pairs have to be compared one by one, because the reach spans the space.
    pub fn is_all_pairs(&self) -> bool {
        self.columns * self.lines == 1
    }

    fn cell_range(&self, column: usize, line: usize) -> Range<u32> {
        let cell = line * self.columns + column;
        self.starts[cell]..self.starts[cell + 1]
    }

    /// The runs of rows near a cell.
    fn nearby(&self, column: usize, line: usize) -> Nearby<'_> {
        let periodic = self.space.boundary == Boundary::Periodic;
        let mut nearby = Nearby { runs: [(0, 0, Vec2::ZERO); 9], count: 0, wrap: None };
        if periodic && self.is_all_pairs() {
            nearby.wrap = Some(&self.space);
            return nearby;
        }
        let mut push = |range: Range<u32>, shift: Vec2| {
            if !range.is_empty() {
                nearby.runs[nearby.count] = (range.start, range.end, shift);
                nearby.count += 1;
            }
        };
        let (columns, lines) = (self.columns as isize, self.lines as isize);
        for dy in -1..=1 {
            let y = line as isize + dy;
            let (y, shift_y) = match (periodic, y) {
                (false, y) if y < 0 || y >= lines => continue,
                (true, -1) => (lines - 1, -self.space.size.y),
                (true, y) if y == lines => (0, self.space.size.y),
                (_, y) => (y, 0.0),
            };
            let y = y as usize;
            let (left, right) = (column as isize - 1, column as isize + 1);
            let (from, to) = (left.max(0) as usize, right.min(columns - 1) as usize);
            push(self.cell_range(from, y).start..self.cell_range(to, y).end, Vec2::new(0.0, shift_y));
            if periodic && left < 0 {
                push(self.cell_range(self.columns - 1, y), Vec2::new(-self.space.size.x, shift_y));
            }
            if periodic && right >= columns {
                push(self.cell_range(0, y), Vec2::new(self.space.size.x, shift_y));
            }
        }
        nearby
    }

    /// The rows in which the neighbours of the agent at `row` lie, for a model that asks for one agent at a time.
    pub fn near(&self, row: usize) -> Nearby<'_> {
        let cell = self.starts.partition_point(|start| *start as usize <= row) - 1;
        self.nearby(cell % self.columns, cell / self.columns)
    }

    /// Calls `decide(row, nearby, out)` for every agent, in parallel; `out[row]` is its to write.
    ///
    /// # Panics
    /// Where `out` has not one entry a row.
    pub fn each<T: Send>(&self, out: &mut [T], decide: impl Fn(usize, &Nearby, &mut T) + Sync) {
        assert_eq!(out.len(), self.order.len(), "one entry a row");
        if self.lines <= 1 {
            // One line of cells or none: split by agents instead.
            out.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, out)| {
                for (k, out) in out.iter_mut().enumerate() {
                    let row = chunk * CHUNK + k;
                    decide(row, &self.near(row), out);
                }
            });
            return;
        }
        let mut lines = Vec::with_capacity(self.lines);
        let mut rest = out;
        for line in 0..self.lines {
            let (first, end) = (self.starts[line * self.columns], self.starts[(line + 1) * self.columns]);
            let (part, later) = rest.split_at_mut((end - first) as usize);
            lines.push((line, first as usize, part));
            rest = later;
        }
        lines.into_par_iter().for_each(|(line, first, out)| {
            for column in 0..self.columns {
                let nearby = self.nearby(column, line);
                for row in self.cell_range(column, line) {
                    let row = row as usize;
                    decide(row, &nearby, &mut out[row - first]);
                }
            }
        });
    }

    /// Writes the `k` agents nearest to the one at `row`, itself left out, as (row, displacement) into `found`,
    /// nearest first; equal distances go by identity (`ids`). Fewer where there are fewer.
    pub fn nearest(&self, row: usize, k: usize, positions: &[Vec2], ids: &[u32], found: &mut Vec<(u32, Vec2)>) {
        found.clear();
        let from = positions[row];
        let key = |entry: &(u32, Vec2)| (entry.1.length_squared(), ids[entry.0 as usize]);
        let offer = |found: &mut Vec<(u32, Vec2)>, candidate: usize, displacement: Vec2| {
            if candidate == row || k == 0 {
                return;
            }
            let entry = (candidate as u32, displacement);
            if found.len() == k {
                if key(&entry) >= key(&found[k - 1]) {
                    return;
                }
                found.pop();
            }
            let at = found.partition_point(|other| key(other) <= key(&entry));
            found.insert(at, entry);
        };
        let cell = cell_of(from, self.origin, self.cell, self.columns, self.lines) as usize;
        let (column, line) = ((cell % self.columns) as isize, (cell / self.columns) as isize);
        let (columns, lines) = (self.columns as isize, self.lines as isize);
        let periodic = self.space.boundary == Boundary::Periodic;
        // Rings of cells about the agent's own, until no agent outside them can be nearer than the k-th found.
        let last = if periodic { (columns.min(lines) - 1) / 2 } else { columns.max(lines) };
        for ring in 0..=last {
            for dy in -ring..=ring {
                let edge = dy.abs() == ring;
                let mut dx = -ring;
                while dx <= ring {
                    let (x, y) = (column + dx, line + dy);
                    dx += if edge || ring == 0 { 1 } else { 2 * ring };
                    let (x, y) = if periodic {
                        (x.rem_euclid(columns), y.rem_euclid(lines))
                    } else if x < 0 || y < 0 || x >= columns || y >= lines {
                        continue;
                    } else {
                        (x, y)
                    };
                    for candidate in self.cell_range(x as usize, y as usize) {
                        let candidate = candidate as usize;
                        offer(found, candidate, self.space.displacement(from, positions[candidate]));
                    }
                }
            }
            let covered = ring as f32 * self.cell.min_element();
            if found_enough(found, k, covered) {
                return;
            }
        }
        if periodic {
            // The rings did not cover the torus: compare with everyone.
            found.clear();
            let mut all: Vec<(u32, Vec2)> = (0..positions.len())
                .filter(|candidate| *candidate != row)
                .map(|candidate| (candidate as u32, self.space.displacement(from, positions[candidate])))
                .collect();
            all.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
            found.extend(all.into_iter().take(k));
        }
    }
}

/// Whether the `k` found so far are nearer than anything beyond `covered`.
fn found_enough(found: &[(u32, Vec2)], k: usize, covered: f32) -> bool {
    found.len() == k && found.last().is_none_or(|(_, displacement)| displacement.length_squared() <= covered * covered)
}

#[inline]
fn cell_of(position: Vec2, origin: Vec2, cell: Vec2, columns: usize, lines: usize) -> u32 {
    let at = (position - origin) / cell;
    // Casts saturate, so positions outside (or not a number) fall into the cells of the edge.
    let (column, line) = ((at.x as usize).min(columns - 1), (at.y as usize).min(lines - 1));
    (line * columns + column) as u32
}

fn bounds(positions: &[Vec2]) -> (Vec2, Vec2) {
    let finite = positions.iter().copied().filter(|position| position.is_finite());
    let (min, max) = finite.fold((Vec2::INFINITY, Vec2::NEG_INFINITY), |(min, max), p| (min.min(p), max.max(p)));
    if min.x > max.x { (Vec2::ZERO, Vec2::ONE) } else { (min, (max - min).max(Vec2::splat(f32::MIN_POSITIVE))) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn arrange(points: &[(f32, f32)], space: &Space, reach: f32) -> (Neighbours, Vec<Vec2>, Vec<u32>) {
        let points: Vec<Vec2> = points.iter().map(|(x, y)| Vec2::new(*x, *y)).collect();
        let (index, order) = Neighbours::of(&points, space, reach);
        let sorted = order.iter().map(|row| points[*row as usize]).collect();
        (index, sorted, order)
    }

    /// For each agent, the identities within reach, in ascending order.
    fn by_index(index: &Neighbours, positions: &[Vec2], ids: &[u32], reach: f32) -> Vec<Vec<u32>> {
        let mut out = vec![Vec::new(); positions.len()];
        index.each(&mut out, |row, nearby, out: &mut Vec<u32>| {
            nearby.within(positions, positions[row], reach, |other, _| out.push(ids[other]));
            let mut alone = Vec::new();
            index.near(row).within(positions, positions[row], reach, |other, _| alone.push(ids[other]));
            assert_eq!(*out, alone, "a row by itself has the same neighbours, in the same order");
            out.sort_unstable();
        });
        out
    }

    fn by_force(space: &Space, positions: &[Vec2], ids: &[u32], reach: f32) -> Vec<Vec<u32>> {
        // A tie at the very edge of the reach may round either way; callers choose positions on a coarse grid.
        let near = |a: &Vec2, b: &Vec2| space.displacement(*a, *b).length_squared() <= reach * reach;
        let row = |a| {
            let mut found: Vec<u32> = positions.iter().zip(ids).filter(|(b, _)| near(a, b)).map(|(_, id)| *id).collect();
            found.sort_unstable();
            found
        };
        positions.iter().map(row).collect()
    }

    fn spaces() -> impl Strategy<Value = Space> {
        let boundary = prop_oneof![Just(Boundary::Periodic), Just(Boundary::Walled), Just(Boundary::Open)];
        // Sides that are whole eighths keep displacements on the torus exact.
        (boundary, 1u32..20).prop_map(|(boundary, side)| Space::square(side as f32, boundary))
    }

    /// Points on a grid of 1/64, so that distances are exact and index and brute force must agree to the last pair.
    fn points() -> impl Strategy<Value = Vec<(f32, f32)>> {
        proptest::collection::vec((0u32..1280, 0u32..1280), 0..120)
            .prop_map(|points| points.into_iter().map(|(x, y)| (x as f32 / 64.0, y as f32 / 64.0)).collect())
    }

    proptest! {
        #[test]
        fn the_index_finds_what_brute_force_finds(space in spaces(), points in points(), eighths in 0u32..100) {
            let reach = eighths as f32 / 8.0;
            let inside: Vec<(f32, f32)> = points.iter().map(|(x, y)| (x % space.size.x, y % space.size.y)).collect();
            let (index, positions, ids) = arrange(&inside, &space, reach);
            prop_assert_eq!(by_index(&index, &positions, &ids, reach), by_force(&space, &positions, &ids, reach));
        }

        #[test]
        fn the_k_nearest_are_the_k_nearest(space in spaces(), points in points(), k in 0usize..9) {
            let inside: Vec<(f32, f32)> = points.iter().map(|(x, y)| (x % space.size.x, y % space.size.y)).collect();
            let (index, positions, ids) = arrange(&inside, &space, 1.0);
            let mut found = Vec::new();
            for row in 0..positions.len() {
                index.nearest(row, k, &positions, &ids, &mut found);
                let mut all: Vec<(f32, u32)> = (0..positions.len()).filter(|other| *other != row)
                    .map(|other| (space.displacement(positions[row], positions[other]).length_squared(), ids[other])).collect();
                all.sort_by(|a, b| a.partial_cmp(b).unwrap());
                all.truncate(k);
                let found: Vec<(f32, u32)> = found.iter().map(|(row, d)| (d.length_squared(), ids[*row as usize])).collect();
                prop_assert_eq!(found, all);
            }
        }
    }

    #[test]
    fn hostile_positions_do_no_harm() {
        let torus = Space::square(5.0, Boundary::Periodic);
        let open = Space::open(5.0);
        for points in
            [vec![], vec![(1.0, 1.0)], vec![(1.0, 1.0); 50], vec![(5.0, 5.0), (0.0, 0.0)], vec![(f32::NAN, 1.0), (1.0, 1.0)]]
        {
            for reach in [0.0, 1.0, 100.0, f32::INFINITY] {
                for space in [&torus, &open] {
                    let (index, positions, ids) = arrange(&points, space, reach);
                    let _ = by_index(&index, &positions, &ids, reach);
                }
            }
        }
    }
}
