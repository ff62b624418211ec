//! Share of agents that have gone.

use super::{Fold, Instrument};
use crate::sim::{Agents, Id};

/// The share that has gone.
pub const INSTRUMENT: Instrument = Instrument {
    name: "departed",
    symbol: "q",
    definition: "Share of the agents of the first reading that are no longer there: who have left a room, or the picture of a \
                 recording.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("agents", |_| true),
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// The identities of the first reading, ascending.
fn read(first: &mut Option<Vec<u32>>, agents: &Agents) -> f64 {
    let mut ids: Vec<u32> = agents.column::<Id>().unwrap_or_default().iter().map(|id| id.0).collect();
    ids.sort_unstable();
    let first = first.get_or_insert_with(|| ids.clone());
    let gone = first.iter().filter(|id| ids.binary_search(id).is_err()).count();
    // Of nobody nobody has gone.
    gone as f64 / first.len().max(1) as f64
}
