//! Apparent complexity: how well a coarse picture of all agents compresses.

use super::{Instrument, POSITIONS, pairs};
use crate::sim::{Agents, Boundary, Chance, Network, Space};
use bevy_math::Vec3;
use miniz_oxide::deflate::compress_to_vec;

/// Cells along a side.
const CELLS: usize = 64;
/// Cells along a side of what is seen as one.
const COARSE: usize = 8;
/// Effort of the compressor: its most.
const EFFORT: u8 = 9;

const NEEDS: (&str, fn(&Agents) -> bool) =
    ("positions in a space that is periodic or walled, or a lattice with a channel", |agents| {
        let walled = agents.space().boundary != Boundary::Open && (POSITIONS.1)(agents);
        walled || agents.network().and_then(Network::lattice_side).is_some_and(|_| !agents.channels().is_empty())
    });

/// The compressed size.
pub const SIZE: Instrument = Instrument {
    name: "compressed_size",
    symbol: "Z",
    definition: "Deflated size of a picture of all agents, in bytes, over that of the same picture with its cells shuffled: near 1 where they are \
                 strewn at random, towards 0 where they are in order. The picture has 64 × 64 cells in three levels: at most half the \
                 mean density, at least one and a half of it, or between; of a lattice, its own sites by the thirds of their colour's \
                 range. After Carroll, Aaronson & Ouellette, arXiv 1405.6903 (2014).",
    cost: "N + 4096 a reading",
    needs: NEEDS,
    make: || Box::new(|agents: &Agents| picture(agents).map_or(f64::NAN, |picture| picture.relative_size())),
    ..Instrument::PLAIN
};

/// The apparent complexity.
pub const COMPLEXITY: Instrument = Instrument {
    name: "apparent_complexity",
    symbol: "C",
    definition: "Deflated size, in bytes, of the picture of all agents seen coarsely: the mean of every 8 × 8 cells, in three levels. Small where \
                 all is in order and where all is mixed, largest between. Carroll, Aaronson & Ouellette, arXiv 1405.6903 (2014), § 5.",
    make: || Box::new(|agents: &Agents| picture(agents).map_or(f64::NAN, |picture| picture.coarse_size())),
    ..SIZE
};

/// A picture in numbers between 0 and 1, line by line.
struct Picture {
    width: usize,
    values: Vec<f32>,
}

fn picture(agents: &Agents) -> Option<Picture> {
    if let Some(side) = agents.network().and_then(Network::lattice_side) {
        let values = on_lattice(agents, side as usize)?;
        return Some(Picture { width: side as usize, values });
    }
    of_places(&pairs::positions(agents), &agents.space())
}

/// The first channel of each site, over its range.
fn on_lattice(agents: &Agents, side: usize) -> Option<Vec<f32>> {
    let spec = agents.channels().into_iter().next()?;
    let channel = agents.channel(spec.name)?;
    let ids = agents.column::<crate::sim::Id>().unwrap_or_default();
    if side == 0 {
        return None;
    }
    let mut values = vec![0.0; side * side];
    for (id, value) in ids.iter().zip(channel) {
        if let Some(slot) = values.get_mut(id.0 as usize) {
            *slot = value;
        }
    }
    let (low, high) =
        values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    values.iter_mut().for_each(|value| *value = if high > low { (*value - low) / (high - low) } else { 0.0 });
    Some(values)
}

/// Density of each cell, half of the mean being a quarter and one and a half of it three quarters.
fn of_places(positions: &[Vec3], space: &Space<Vec3>) -> Option<Picture> {
    let counts = pairs::Cells::count(positions, space, [CELLS, CELLS, 1]).counts;
    let mean = positions.len() as f32 / counts.len() as f32;
    (mean > 0.0).then(|| Picture { width: CELLS, values: counts.iter().map(|count| 0.5 * *count as f32 / mean).collect() })
}

/// The level of a number, of three.
fn level(value: f32) -> u8 {
    u8::from(value > 0.25) + u8::from(value >= 0.75)
}

impl Picture {
    fn relative_size(&self) -> f64 {
        let levels: Vec<u8> = self.values.iter().copied().map(level).collect();
        let mut order: Vec<u32> = (0..levels.len() as u32).collect();
        Chance::new(0, 0, "shuffle").shuffle(&mut order);
        let shuffled: Vec<u8> = order.iter().map(|cell| levels[*cell as usize]).collect();
        size(&levels) / size(&shuffled)
    }

    fn coarse_size(&self) -> f64 {
        let height = self.values.len() / self.width.max(1);
        let block = |y: usize, x: usize| {
            let cells = (0..COARSE).flat_map(|dy| (0..COARSE).map(move |dx| (y + dy) * self.width + x + dx));
            level(cells.map(|cell| self.values[cell]).sum::<f32>() / (COARSE * COARSE) as f32)
        };
        let starts = |length: usize| (0..=length.saturating_sub(COARSE)).step_by(COARSE);
        if self.width < COARSE || height < COARSE {
            return f64::NAN;
        }
        size(&starts(height).flat_map(|y| starts(self.width).map(move |x| block(y, x))).collect::<Vec<_>>())
    }
}

fn size(bytes: &[u8]) -> f64 {
    compress_to_vec(bytes, EFFORT).len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::series;

    #[test]
    fn chance_does_not_compress_and_order_does() {
        let space = Space::square(64.0, Boundary::Periodic).in_space();
        let mut uniform = series::uniform(81);
        let mut next = || 64.0 * uniform.next().unwrap() as f32;
        let strewn: Vec<Vec3> = (0..4096).map(|_| Vec3::new(next(), next(), 0.0)).collect();
        let strewn = of_places(&strewn, &space).unwrap();
        assert!((strewn.relative_size() - 1.0).abs() < 0.05, "{}", strewn.relative_size());
        let half: Vec<Vec3> = (0..4096).map(|_| Vec3::new(next(), 0.5 * next(), 0.0)).collect();
        let half = of_places(&half, &space).unwrap();
        assert!(half.relative_size() < 0.8, "{}", half.relative_size());
        let stripes = Picture { width: 64, values: (0..4096).map(|cell| (cell / 64 % 2) as f32).collect() };
        assert!(stripes.relative_size() < 0.1, "{}", stripes.relative_size());
        assert!(of_places(&[], &space).is_none());
    }

    #[test]
    fn what_is_half_mixed_is_the_most_complex() {
        // A cup whose upper half is cream; mixed within a border of so many of its 128 lines.
        let mut uniform = series::uniform(82);
        let mut cup = |border: f64| {
            let share = |line: f64| ((line - 64.0) / border.max(1e-9) + 0.5).clamp(0.0, 1.0);
            let values = (0..16_384).map(|cell| f32::from(uniform.next().unwrap() > share((cell / 128) as f64 + 0.5)));
            Picture { width: 128, values: values.collect() }.coarse_size()
        };
        let (apart, half, mixed) = (cup(0.0), cup(80.0), cup(1e9));
        assert!(half > 1.5 * apart && half > 1.5 * mixed, "{apart} {half} {mixed}");
        assert!(Picture { width: 2, values: vec![0.0; 4] }.coarse_size().is_nan());
    }
}
