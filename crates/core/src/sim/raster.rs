//! Space against time: what a channel said at each place of a line, one row of cells a step.

use super::{
    frame::{Axis, Channel, Extent, Grid, Scale},
    simulation::Clock,
    space::Space,
};
use bevy_math::Vec3;
use std::collections::VecDeque;

/// Fewest cells along the line, so that a short road is not a few broad stripes.
const FEWEST: f32 = 240.0;
/// Most cells along the line, what every graphics device can draw.
const MOST: f32 = 4096.0;

/// The line on which agents stand in a picture of space against time: the x axis of their space, or their identities where
/// they have no place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// Number of cells.
    cells: u32,
    /// Coordinates of its ends.
    ends: [f32; 2],
    placed: bool,
    unit: &'static str,
}

impl Line {
    /// The line of agents in this space; `agents` is their number.
    pub fn of(space: &Space<Vec3>, placed: bool, agents: usize) -> Self {
        let (ends, unit) = if placed { ([space.min.x, space.max().x], space.unit) } else { ([0.0, agents.max(1) as f32], "") };
        // A whole number of cells a unit of length, so that cars on a road of cells stand in one each.
        let length = (ends[1] - ends[0]).ceil().clamp(1.0, MOST);
        let each = if placed { (FEWEST / length).ceil().max(1.0) } else { 1.0 };
        Self { cells: (length * each).min(MOST) as u32, ends, placed, unit }
    }

    /// The cell of an agent; nothing where it stands beyond the ends.
    pub fn cell(&self, id: u32, position: Option<Vec3>) -> Option<u32> {
        let along = position.map_or(id as f32, |position| position.x);
        // A whole number of cells a unit of length: who stands on a whole number must not fall into the cell before.
        let cells = (along - self.ends[0]) * (self.cells as f32 / (self.ends[1] - self.ends[0]));
        (0.0..self.cells as f32).contains(&cells).then_some(cells as u32)
    }

    /// Where an agent of the newest row stands in the picture; far outside where it is beyond the ends.
    pub fn place(&self, id: u32, position: Option<Vec3>) -> Vec3 {
        self.cell(id, position).map_or(Vec3::NAN, |cell| Vec3::new(cell as f32 + 0.5, 0.5, 0.0))
    }
}

/// One row: the step, its time, and what the channel said in each cell.
struct Row {
    step: u64,
    time: f64,
    values: Vec<f32>,
}

/// The rows of the last steps, oldest first.
#[derive(Default)]
pub(super) struct Raster {
    line: Option<Line>,
    rows: VecDeque<Row>,
}

impl Raster {
    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// Takes note of a step; `agents` are (identity, position, value) in the order of identity. Of agents in one cell the one
    /// with the smallest identity is seen.
    pub fn note(
        &mut self,
        line: Line,
        clock: Clock,
        most: u32,
        agents: impl DoubleEndedIterator<Item = (u32, Option<Vec3>, f32)>,
    ) {
        match self.rows.back() {
            Some(last) if self.line == Some(line) && last.step == clock.step => {}
            last => {
                if last.is_some_and(|last| last.step + 1 != clock.step) || self.line != Some(line) {
                    self.rows.clear();
                }
                let mut values = vec![f32::NAN; line.cells as usize];
                for (id, position, value) in agents.rev() {
                    if let Some(cell) = line.cell(id, position) {
                        values[cell as usize] = value;
                    }
                }
                self.line = Some(line);
                self.rows.push_back(Row { step: clock.step, time: clock.time, values });
            }
        }
        while self.rows.len() > most as usize {
            self.rows.pop_front();
        }
    }

    /// The rows as a grid of so many lines, the newest at the bottom, and what its sides measure.
    pub fn grid(&self, lines: u32, channel: &Channel, time_unit: &'static str) -> Option<(Grid, Extent, [Axis; 2])> {
        let (line, newest) = (self.line?, self.rows.back()?);
        let mut values: Vec<f32> = self.rows.iter().rev().take(lines as usize).flat_map(|row| &row.values).copied().collect();
        values.resize(line.cells as usize * lines as usize, f32::NAN);
        let channel = Channel { values: values.into(), ..channel.clone() };
        let grid = Grid { width: line.cells, height: lines, channel, sites: true };
        let extent = Extent { max: Vec3::new(line.cells as f32, lines as f32, 0.0), ..Extent::default() };
        let step = if newest.step > 0 { newest.time / newest.step as f64 } else { 1.0 };
        let (name, oldest) = ("time", newest.time - f64::from(lines) * step);
        let [from, to] = line.ends.map(f64::from);
        let across = Axis { name: if line.placed { "x" } else { "agent" }, unit: line.unit, from, to };
        Some((grid, extent, [across, Axis { name, unit: time_unit, from: newest.time, to: oldest }]))
    }
}

/// The channel of a raster whose agents have no colour: whether there is one.
pub(super) fn presence() -> Channel {
    Channel { name: "agents".into(), unit: "", scale: Scale::Magnitude { min: 0.0, max: 1.0 }, values: [].into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Boundary;

    #[test]
    fn a_road_of_cells_has_a_cell_a_car() {
        let road = Space { size: Vec3::new(1000.0, 1.0, 0.0), ..Space::cube(1.0, Boundary::Periodic) };
        let line = Line::of(&road, true, 5);
        assert_eq!(line.cells, 1000);
        assert_eq!(line.cell(0, Some(Vec3::new(999.0, 0.0, 0.0))), Some(999));
        assert_eq!(line.cell(0, Some(Vec3::new(1000.0, 0.0, 0.0))), None);
        assert_eq!(Line::of(&road, false, 64).cells, 64);
        for agents in [64, 100, 513] {
            let line = Line::of(&road, false, agents);
            assert!((0..agents as u32).all(|id| line.cell(id, None) == Some(id)), "{agents}");
        }
        assert!(Line::of(&Space::cube(7.0, Boundary::Open), true, 1).cells >= 240);
    }

    #[test]
    fn the_newest_row_is_at_the_bottom_and_a_leap_begins_anew() {
        let space = Space::cube(1.0, Boundary::Open);
        let line = Line::of(&space, false, 3);
        let mut raster = Raster::default();
        let clock = |step| Clock { seed: 0, step, time: step as f64 };
        for step in 0..3 {
            for _ in 0..2 {
                raster.note(line, clock(step), 2, [(0, None, 0.5), (2, None, step as f32)].into_iter());
            }
        }
        let (grid, extent, axes) = raster.grid(3, &presence(), "").unwrap();
        assert_eq!((grid.width, grid.height, extent.max), (3, 3, Vec3::new(3.0, 3.0, 0.0)));
        let values = &grid.channel.values;
        assert_eq!((values[0], values[2], values[5]), (0.5, 2.0, 1.0));
        assert!(values[1].is_nan() && values[6].is_nan());
        assert_eq!((axes[1].from, axes[1].to), (2.0, -1.0));
        raster.note(line, clock(9), 2, [(0, None, 9.0)].into_iter());
        assert!(raster.grid(3, &presence(), "").unwrap().0.channel.values[3].is_nan());
    }
}
