//! How far all go one given way.

use super::{DIRECTIONS, Instrument};
use crate::sim::Agents;

/// The mean component of motion along x.
pub const INSTRUMENT: Instrument = Instrument {
    name: "eastward",
    symbol: "⟨cos θ⟩",
    definition: "Mean over agents of the x component of the direction of motion: 1 where all go along +x, −1 where all go \
                 against it, about 0 where directions are random.",
    range: Some((-1.0, 1.0)),
    baseline: Some(|_| 0.0),
    needs: DIRECTIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let directions = agents.known_directions();
    directions.iter().map(|direction| f64::from(direction.x)).sum::<f64>() / directions.len() as f64
}
