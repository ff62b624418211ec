//! Mean distance to the nearest neighbour.

use super::Instrument;
use crate::sim::{Agents, Neighbours, Position, Space};
use bevy_math::{Vec2, Vec3};

/// The nearest-neighbour distance.
pub const INSTRUMENT: Instrument = Instrument {
    name: "nearest_distance",
    symbol: "⟨d⟩",
    definition: "Mean over agents of the distance to the nearest other. Agents strewn at random over the plane have \
                 1/(2√ρ), ρ their density (Clark & Evans, Ecology 35, 445, 1954).",
    needs: ("positions", |agents| agents.with(|positions: Option<&[Position]>| positions.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

/// The plane in which the agents of a flat space live.
pub(super) fn plane(space: Space<Vec3>) -> Space {
    Space { min: space.min.truncate(), size: space.size.truncate(), boundary: space.boundary, unit: space.unit }
}

pub(super) fn read(agents: &Agents) -> f64 {
    agents.with(|positions: Option<&[Position]>| {
        let positions: &[Vec2] = bytemuck::cast_slice(positions.unwrap_or_default());
        let space = plane(agents.space());
        let spacing = (space.size.x * space.size.y / positions.len().max(1) as f32).sqrt();
        let (index, order) = Neighbours::of(positions, &space, spacing);
        let sorted: Vec<Vec2> = order.iter().map(|row| positions[*row as usize]).collect();
        let mut distances = vec![0.0f32; sorted.len()];
        index.each(&mut distances, |row, _, distance| {
            let mut found = Vec::with_capacity(2);
            index.nearest(row, 1, &sorted, &order, &mut found);
            *distance = found.first().map_or(f32::NAN, |(_, displacement)| displacement.length());
        });
        let known = distances.iter().filter(|distance| distance.is_finite());
        known.clone().map(|distance| f64::from(*distance)).sum::<f64>() / known.count() as f64
    })
}
