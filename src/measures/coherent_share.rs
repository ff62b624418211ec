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
                 side round the ring, is above 0.95. Not defined for fewer than three. Abrams & Strogatz, Int. J. Bifurcat. Chaos 16, 21 (2006) tell the two \
                 parts of a chimera by their local order.",
    range: Some((0.0, 1.0)),
    needs: ("phases", |agents| agents.with(|phases: Option<&[Phase]>| phases.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
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
        share(&(0..count).map(point).collect::<Vec<_>>())
    })
}

/// Of oscillators in the order of the ring; not a number where each would be its own neighbour.
fn share(points: &[DVec2]) -> f64 {
    let count = points.len();
    if count < 3 {
        return f64::NAN;
    }
    let side = (count / 32).max(1);
    let near = |place: usize| (count + place - side..=count + place + side).map(|other| points[other % count]);
    let local = |place: usize| near(place).sum::<DVec2>().length() / (2 * side + 1) as f64;
    (0..count).filter(|place| local(*place) > COHERENT).count() as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_stands_between_those_alike_keeps_step() {
        let at = |phase: f64| {
            let (sin, cos) = maths::sin_cos(phase);
            DVec2::new(cos, sin)
        };
        // 64 round the ring, windows of five: 40 in step and 24 against their neighbours. Two at either end of those in step see
        // others: |3 + 2 · (1 − 1)| / 5 of the second, and less of the first.
        let ring: Vec<DVec2> = (0..64).map(|k| at(if k < 40 { 1.0 } else { std::f64::consts::PI * f64::from(k) })).collect();
        assert_eq!(share(&ring), 36.0 / 64.0);
        // A twist of a quarter turn from one to the next: |1 + 2 cos(π/2)|/3 of three.
        assert_eq!(share(&(0..8).map(|k| at(std::f64::consts::FRAC_PI_2 * f64::from(k))).collect::<Vec<_>>()), 0.0);
        // Of 0.3 rad: |1 + 2 cos 0.3|/3 = 0.970, but where the first meets the last.
        assert_eq!(share(&(0..12).map(|k| at(0.3 * f64::from(k))).collect::<Vec<_>>()), 10.0 / 12.0);
        assert!(share(&ring[..2]).is_nan() && share(&[]).is_nan());
    }
}
