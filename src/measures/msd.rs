//! Mean squared displacement.

use super::{Fold, Instrument, POSITIONS};
use crate::sim::{Agents, Id, Vectors};
use bevy_math::{DVec3, Vec3};

/// The mean squared displacement.
pub const INSTRUMENT: Instrument = Instrument {
    name: "msd",
    symbol: "⟨Δx²⟩",
    definition: "Mean over agents of the squared distance from where they were at the first reading; round a torus the way that they \
                 went, if no step is longer than half of it. Agents not seen at every reading are left out.",
    range: None,
    baseline: None,
    needs: POSITIONS,
    make: || Box::new(Fold::new(read)),
};

/// Of each agent seen so far, in the order of identity: where it was last, and how far it had come.
type Ways = Option<Vec<(u32, Vec3, DVec3)>>;

fn read(ways: &mut Ways, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let space = agents.space();
    let mut seen: Vec<(u32, Vec3)> = agents.with_positions(|positions| {
        let positions = positions.map(Vectors::iter).into_iter().flatten();
        ids.iter().zip(positions).map(|(id, position)| (id.0, position)).collect()
    });
    seen.sort_unstable_by_key(|(id, _)| *id);
    let ways = ways.get_or_insert_with(|| seen.iter().map(|(id, place)| (*id, *place, DVec3::ZERO)).collect());
    let mut now = seen.iter().peekable();
    ways.retain_mut(|(id, last, way)| {
        while now.next_if(|(other, _)| other < id).is_some() {}
        let Some((_, place)) = now.next_if(|(other, _)| other == id) else { return false };
        *way += space.displacement(*last, *place).as_dvec3();
        *last = *place;
        true
    });
    ways.iter().map(|(_, _, way)| way.length_squared()).sum::<f64>() / ways.len() as f64
}
