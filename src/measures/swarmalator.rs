//! Swarmalators' correlation of angle and phase.

use super::{Instrument, random_walk};
use crate::sim::{Agents, Phase, Position, maths};
use bevy_math::DVec2;

const NEEDS: (&str, fn(&Agents) -> bool) = ("positions and phases", |agents| {
    agents.with(|phases: Option<&[Phase]>| phases.is_some())
        && agents.with(|positions: Option<&[Position]>| positions.is_some())
});

/// S₊.
pub const S_PLUS: Instrument = Instrument {
    name: "s_plus",
    symbol: "S₊",
    definition: "|mean of e^{i(φ+θ)}|, φ the angle at which an agent stands about the centre, θ its phase: 1 where \
                 phase follows place round the swarm. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017).",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: NEEDS,
    make: || Box::new(|agents: &Agents| read(agents, 1.0)),
    ..Instrument::PLAIN
};

/// S₋.
pub const S_MINUS: Instrument = Instrument {
    name: "s_minus",
    symbol: "S₋",
    definition: "|mean of e^{i(φ−θ)}|, φ the angle at which an agent stands about the centre, θ its phase: 1 where \
                 phase runs against place round the swarm. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017).",
    make: || Box::new(|agents: &Agents| read(agents, -1.0)),
    ..S_PLUS
};

/// S, the larger of both: which of them grows is left to chance.
pub const S_MAX: Instrument = Instrument {
    name: "s_max",
    symbol: "S",
    definition: "max(S₊, S₋): 1 where phase follows place round the swarm, one way or the other; 0 where they have \
                 nothing to do with each other. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017).",
    // Of two independent Rayleigh variables the larger has the mean (2 − 1/√2) times that of one.
    baseline: Some(|agents| (2.0 - std::f64::consts::FRAC_1_SQRT_2) * random_walk(agents)),
    make: || Box::new(|agents: &Agents| read(agents, 1.0).max(read(agents, -1.0))),
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
