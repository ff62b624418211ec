//! Share of oscillators that keep step with their neighbours.

use super::Instrument;
use crate::sim::{Agents, Id, Phase, maths};
use bevy_math::DVec2;

/// Local order from which on an oscillator keeps step.
const COHERENT: f64 = 0.95;

/// The coherent share.
pub const INSTRUMENT: Instrument = Instrument {
    name: "coherent_share",
    symbol: "c",
    definition: "Share of oscillators whose local order |mean of e^{iθ}|, over them and the N/32 next by identity on either \
                 side round the ring, is above 0.95. Abrams & Strogatz, Int. J. Bifurcat. Chaos 16, 21 (2006) tell the two \
                 parts of a chimera by their local order.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("phases", |agents| agents.with(|phases: Option<&[Phase]>| phases.is_some())),
    make: || Box::new(read),
};

fn read(agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    agents.with(|phases: Option<&[Phase]>| {
        let phases = phases.unwrap_or_default();
        let count = phases.len();
        let mut order: Vec<u32> = (0..count as u32).collect();
        order.sort_unstable_by_key(|row| ids[*row as usize]);
        let point = |place: usize| {
            let (sin, cos) = maths::sin_cos(phases[order[place] as usize].0);
            DVec2::new(cos, sin)
        };
        let points: Vec<DVec2> = (0..count).map(point).collect();
        let side = (count / 32).max(1);
        let near = |place: usize| (count + place - side..=count + place + side).map(|other| points[other % count]);
        let local = |place: usize| near(place).sum::<DVec2>().length() / (2 * side + 1) as f64;
        (0..count).filter(|place| local(*place) > COHERENT).count() as f64 / count as f64
    })
}
