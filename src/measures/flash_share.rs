//! Share of oscillators that flash.

use super::{Fold, Instrument};
use crate::sim::{Agents, Id, Phase};
use std::f64::consts::PI;

/// The share that flashes.
pub const INSTRUMENT: Instrument = Instrument {
    name: "flash_share",
    symbol: "s",
    definition: "Share of oscillators whose phase has passed 2π since the last reading, for one that moves forwards and is read \
                 more often than twice a turn: how large the flash is. Not a number at the first reading.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("phases", |agents| agents.with(|phases: Option<&[Phase]>| phases.is_some())),
    make: || Box::new(Fold::new(read)),
};

/// Phases at the last reading, in the order of identity.
type Last = Option<Vec<(u32, f64)>>;

fn read(last: &mut Last, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let phases = agents.column::<Phase>().unwrap_or_default();
    let mut now: Vec<(u32, f64)> = ids.iter().zip(phases).map(|(id, phase)| (id.0, phase.0)).collect();
    now.sort_unstable_by_key(|(id, _)| *id);
    let share = last.as_ref().map_or(f64::NAN, |before| {
        let mut before = before.iter().peekable();
        let passed = now.iter().filter(|(id, now)| {
            while before.next_if(|(other, _)| other < id).is_some() {}
            before.next_if(|(other, _)| other == id).is_some_and(|(_, then)| then - now > PI)
        });
        passed.count() as f64 / now.len() as f64
    });
    *last = Some(now);
    share
}
