//! How long a direction lasts.

use super::{DIRECTIONS, Fold, Instrument};
use crate::sim::{Agents, Id};
use bevy_math::Vec3;

/// The correlation of directions with the first ones.
pub const INSTRUMENT: Instrument = Instrument {
    name: "persistence",
    symbol: "⟨e(t)·e(0)⟩",
    definition: "Mean over agents of the scalar product of the direction of motion now and at the first reading: 1 at first, \
                 0 once directions are forgotten. Agents not seen then are left out. Fürth, Z. Phys. 2, 244 \
                 (1920), on motion that persists.",
    range: Some((-1.0, 1.0)),
    baseline: Some(|_| 0.0),
    needs: DIRECTIONS,
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// Directions at the first reading, in the order of identity.
type First = Option<Vec<(u32, Vec3)>>;

fn read(first: &mut First, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let mut seen: Vec<(u32, Vec3)> =
        ids.iter().zip(agents.directions().unwrap_or_default()).map(|(id, direction)| (id.0, direction)).collect();
    // So that the sum does not follow the rows.
    seen.sort_unstable_by_key(|(id, _)| *id);
    // Who stands, or whose motion is not known, has no direction.
    seen.retain(|(_, direction)| *direction != Vec3::ZERO);
    let mut before = first.get_or_insert_with(|| seen.clone()).iter().peekable();
    let products: Vec<f64> = seen
        .iter()
        .filter_map(|(id, now)| {
            while before.next_if(|(other, _)| other < id).is_some() {}
            let (_, then) = before.next_if(|(other, _)| other == id)?;
            Some(f64::from(then.dot(*now)))
        })
        .collect();
    products.iter().sum::<f64>() / products.len() as f64
}
