//! Swarmalators' correlation of angle and phase.

use super::{Instrument, random_walk};
use crate::sim::{Agents, Phase, Position, maths};
use bevy::math::DVec2;

const NEEDS: (&str, fn(&Agents) -> bool) = ("positions and phases", |agents| {
    agents.with(|phases: Option<&[Phase]>| phases.is_some())
        && agents.with(|positions: Option<&[Position]>| positions.is_some())
});

/// S₊.
pub const S_PLUS: Instrument = Instrument {
    name: "s_plus",
    symbol: "S₊",
    definition: "|mean of e^{i(φ+θ)}|, φ the angle at which an agent stands about the centre, θ its phase: 1 where \
                 phase follows place round the swarm. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017), eq. 7.",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: NEEDS,
    make: || Box::new(|agents: &Agents| read(agents, 1.0)),
};

/// S₋.
pub const S_MINUS: Instrument = Instrument {
    name: "s_minus",
    symbol: "S₋",
    definition: "|mean of e^{i(φ−θ)}|, φ the angle at which an agent stands about the centre, θ its phase: 1 where \
                 phase runs against place round the swarm. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017), eq. 7.",
    make: || Box::new(|agents: &Agents| read(agents, -1.0)),
    ..S_PLUS
};

fn read(agents: &Agents, sign: f64) -> f64 {
    agents.with(|positions: Option<&[Position]>| {
        agents.with(|phases: Option<&[Phase]>| {
            let (positions, phases) = (positions.unwrap_or_default(), phases.unwrap_or_default());
            let count = positions.len() as f64;
            let centre = positions.iter().map(|position| position.0.as_dvec2()).sum::<DVec2>() / count;
            let sum: DVec2 = positions
                .iter()
                .zip(phases)
                .map(|(position, phase)| {
                    let arm = position.0.as_dvec2() - centre;
                    let (sin, cos) = maths::sin_cos(maths::atan2(arm.y, arm.x) + sign * phase.0);
                    DVec2::new(cos, sin)
                })
                .sum();
            sum.length() / count
        })
    })
}
