//! Share of oscillators that flash.

use super::{Fold, Instrument};
use crate::sim::{Agents, Id, Phase};
use std::f64::consts::PI;

/// The share that flashes.
pub const INSTRUMENT: Instrument = Instrument {
    name: "flash_share",
    symbol: "s",
    definition: "Share of oscillators whose phase has passed 2π since the last reading, for one that moves forwards and is read \
                 more often than twice a turn: how large the flash is. Not a number at the first reading. Flockwork's own.",
    range: Some((0.0, 1.0)),
    needs: ("phases", |agents| agents.with(|phases: Option<&[Phase]>| phases.is_some())),
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// Phases at the last reading, in the order of identity.
type Last = Option<Vec<(u32, f64)>>;

fn read(last: &mut Last, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let phases = agents.column::<Phase>().unwrap_or_default();
    let mut now: Vec<(u32, f64)> = ids.iter().zip(phases).map(|(id, phase)| (id.0, phase.0)).collect();
    now.sort_unstable_by_key(|(id, _)| *id);
    share(last, now)
}

fn share(last: &mut Last, now: Vec<(u32, f64)>) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_phase_that_begins_anew_has_flashed() {
        let mut last = None;
        assert!(share(&mut last, vec![(1, 6.0), (4, 0.5), (6, 3.0), (8, 6.2)]).is_nan());
        // The first and the last pass 2π; one has gone, and one who comes has no phase before.
        assert_eq!(share(&mut last, vec![(1, 0.1), (4, 0.9), (8, 0.0), (9, 0.2)]), 0.5);
        assert_eq!(share(&mut last, vec![(1, 0.2), (4, 1.0), (8, 0.1), (9, 0.3)]), 0.0);
        assert!(share(&mut last, vec![]).is_nan());
    }
}
