//! How many agents there are where, for pictures in which no single one can be seen.
//!
//! Agents are counted in the cells of a grid that lies over the whole extent, whatever the camera shows: one frame serves
//! every camera and every size of picture, and who moves the camera waits for nobody. A near view shows smoothed cells,
//! which are as fine as the number of agents allows.

use super::{
    frame::{Channel, Extent, Grid, Scale, round_up},
    vector::Vectors,
};
use crate::scene::{Density, Look};
use bevy_math::Vec2;
use std::sync::Arc;

/// From this number of agents on, a picture may show how dense they are: below, single ones are seen in any case.
const FEW: usize = 10_000;
/// Beyond this number of agents only that is shown, so that they need not be handed over one by one.
const CROWD: usize = 200_000;
/// Agents a cell, where they are spread evenly.
const PER_CELL: f32 = 2.0;
/// Cells along the longer side: fewest, and most.
const CELLS: (f32, f32) = (48.0, 1024.0);
/// The same on the floor of a space, over which agents are at all heights.
const FLOOR_CELLS: (f32, f32) = (16.0, 64.0);
/// The legend begins at this part of the mean density, and ends at this multiple of that in which the mean agent stands; both
/// are rounded up.
const ENDS: (f32, f32) = (0.07, 3.5);

/// What of so many agents a frame carries under this look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    pub agents: bool,
    pub density: bool,
}

impl Carried {
    pub fn of(look: &Look, agents: usize) -> Self {
        let crowd = agents > CROWD;
        match look.density {
            Density::Never => Self { agents: true, density: false },
            Density::Auto => Self { agents: !crowd, density: agents >= FEW },
            Density::Always => Self { agents: !crowd, density: true },
        }
    }
}

/// Agents an area over an extent of the plane, or over the floor of one in space; nothing where it has no area.
pub(super) fn of(extent: &Extent, places: Vectors) -> Option<Grid> {
    let size = extent.size().truncate();
    let area = size.x * size.y;
    let agents = places.len().max(1) as f32;
    if !(area.is_finite() && area > 0.0) {
        return None;
    }
    let (fewest, most) = if extent.is_flat() { CELLS } else { FLOOR_CELLS };
    let longer = (agents / PER_CELL / area).sqrt() * size.max_element();
    let cell = size.max_element() / longer.clamp(fewest, most).round();
    let cells = (size / cell).round().max(Vec2::ONE);
    let (width, height) = (cells.x as usize, cells.y as usize);
    let (min, scale) = (extent.min.truncate(), cells / size);
    let mut counts = vec![0.0f32; width * height];
    let mut count = |place: Vec2| {
        let at = (place - min) * scale;
        // Who stands on the upper edge is within.
        if at.cmpge(Vec2::ZERO).all() && at.cmple(cells).all() {
            let (x, y) = (at.x as u32 as usize, at.y as u32 as usize);
            counts[y.min(height - 1) * width + x.min(width - 1)] += 1.0;
        }
    };
    match places {
        Vectors::Plane(all) => all.iter().for_each(|place| count(*place)),
        Vectors::Space(all) => all.iter().for_each(|place| count(place.truncate())),
    }
    let values = smoothed(&counts, width, extent.periodic, cells.x * cells.y / area);
    let (sum, squares) = values.iter().fold((0.0, 0.0), |(sum, squares), value| {
        let value = f64::from(*value);
        (sum + value, squares + value * value)
    });
    let (mean, crowding) = ((sum / values.len() as f64) as f32, (squares / sum) as f32);
    let scale = if mean > 0.0 {
        Scale::Log { min: round_up(ENDS.0 * mean), max: round_up(ENDS.1 * crowding) }
    } else {
        Scale::Log { min: 0.1, max: 10.0 }
    };
    let area = if extent.unit.is_empty() { "agents per unit area".to_owned() } else { format!("agents / {}²", extent.unit) };
    let name = if extent.is_flat() { area } else { format!("{area} of floor") };
    let channel = Channel { name, unit: "", scale, values };
    Some(Grid { width: width as u32, height: height as u32, channel, sites: false })
}

/// The mean of each cell and its eight neighbours, the nearer counting more (1 2 1 along each side), times a factor.
fn smoothed(cells: &[f32], width: usize, periodic: bool, factor: f32) -> Arc<[f32]> {
    let mix = |before: f32, here: f32, after: f32| 0.25 * before + 0.5 * here + 0.25 * after;
    let mut along = Vec::with_capacity(cells.len());
    let mut padded = Vec::with_capacity(width + 2);
    for row in cells.chunks_exact(width) {
        // What would go out of a space that does not close stays in.
        let (before, after) = if periodic { (row[width - 1], row[0]) } else { (row[0], row[width - 1]) };
        padded.clear();
        padded.push(before);
        padded.extend_from_slice(row);
        padded.push(after);
        along.extend(padded.windows(3).map(|near| mix(near[0], near[1], near[2])));
    }
    let rows: Vec<&[f32]> = along.chunks_exact(width).collect();
    let last = rows.len() - 1;
    let mut all = Vec::with_capacity(cells.len());
    for (y, here) in rows.iter().enumerate() {
        let (first, end) = if periodic { (last, 0) } else { (0, last) };
        let before = rows[if y == 0 { first } else { y - 1 }];
        let after = rows[if y == last { end } else { y + 1 }];
        let columns = before.iter().zip(*here).zip(after);
        all.extend(columns.map(|((before, here), after)| mix(*before, *here, *after) * factor));
    }
    all.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec3;

    fn extent(width: f32, height: f32, periodic: bool) -> Extent {
        Extent { max: Vec3::new(width, height, 0.0), periodic, unit: "m", ..Extent::default() }
    }

    #[test]
    fn every_agent_counts_once() {
        let places: Vec<Vec2> =
            (0..30_000).map(|n| Vec2::new((n as f32 * 0.618_034).fract() * 20.0, (n as f32 + 0.5) / 3000.0)).collect();
        for periodic in [true, false] {
            let grid = of(&extent(20.0, 10.0, periodic), Vectors::Plane(&places)).unwrap();
            assert!(grid.width.abs_diff(2 * grid.height) <= 1);
            let cell = 200.0 / (grid.width * grid.height) as f64;
            let sum: f64 = grid.channel.values.iter().map(|value| f64::from(*value) * cell).sum();
            assert!((sum / 3e4 - 1.0).abs() < 1e-4, "{sum}");
            assert_eq!(grid.channel.name, "agents / m²");
            // 150 a square metre, evenly.
            assert_eq!(grid.channel.scale, Scale::Log { min: 20.0, max: 1000.0 });
        }
    }

    #[test]
    fn agents_at_the_edge_are_within_and_others_are_not() {
        let at = [Vec2::ZERO, Vec2::ONE, Vec2::new(1.5, 0.5), Vec2::new(-0.1, 0.5), Vec2::NAN];
        let grid = of(&extent(1.0, 1.0, false), Vectors::Plane(&at)).unwrap();
        let cells = (grid.width * grid.height) as f32;
        let sum: f32 = grid.channel.values.iter().sum();
        assert!((sum / cells - 2.0).abs() < 1e-4);
        // Round the torus they are in corners that touch.
        let grid = of(&extent(1.0, 1.0, true), Vectors::Plane(&at[..1])).unwrap();
        let last = *grid.channel.values.last().unwrap();
        assert!((last / cells - 0.0625).abs() < 1e-6, "{last}");
        assert!(of(&extent(0.0, 1.0, false), Vectors::Plane(&at)).is_none());
        // Over the floor of a space all heights count.
        let places = [Vec3::new(0.1, 0.1, 0.2), Vec3::new(0.1, 0.1, 0.9), Vec3::new(0.9, 0.9, 0.5)];
        let grid = of(&Extent { max: Vec3::ONE, ..Extent::default() }, Vectors::Space(&places)).unwrap();
        let cells = (grid.width * grid.height) as f32;
        assert!((grid.channel.values.iter().sum::<f32>() / cells - 3.0).abs() < 1e-4);
        assert_eq!(grid.channel.name, "agents per unit area of floor");
        assert!(of(&extent(1.0, 1.0, true), Vectors::Plane(&[])).is_some());
    }

    #[test]
    fn a_crowd_is_handed_over_as_a_density() {
        let carried = |density, agents| Carried::of(&Look { density, ..Look::default() }, agents);
        let (both, one) = (Carried { agents: true, density: true }, Carried { agents: false, density: true });
        assert_eq!(carried(Density::Auto, 1_000_000), one);
        assert_eq!(carried(Density::Auto, 50_000), both);
        assert_eq!(carried(Density::Auto, 1000), Carried { agents: true, density: false });
        assert_eq!((carried(Density::Always, 10), carried(Density::Always, 1_000_000)), (both, one));
        assert!(carried(Density::Never, 1_000_000).agents);
    }
}
