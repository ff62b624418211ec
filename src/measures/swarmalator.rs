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
                 phase follows place round the swarm. Not defined for fewer than two. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 \
                 (2017).",
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
                 phase runs against place round the swarm. Not defined for fewer than two. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017).",
    make: || Box::new(|agents: &Agents| read(agents, -1.0)),
    ..S_PLUS
};

/// S, the larger of both: which of them grows is left to chance.
pub const S_MAX: Instrument = Instrument {
    name: "s_max",
    symbol: "S",
    definition: "max(S₊, S₋): 1 where phase follows place round the swarm, one way or the other; 0 where they have \
                 nothing to do with each other. Not defined for fewer than two. O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017).",
    // Of two independent Rayleigh variables the larger has the mean (2 − 1/√2) times that of one.
    baseline: Some(|agents| (2.0 - std::f64::consts::FRAC_1_SQRT_2) * random_walk(agents)),
    make: || Box::new(|agents: &Agents| read(agents, 1.0).max(read(agents, -1.0))),
    ..S_PLUS
};

fn read(agents: &Agents, sign: f64) -> f64 {
    agents.with(|positions: Option<&[Position]>| {
        agents.with(|phases: Option<&[Phase]>| of(positions.unwrap_or_default(), phases.unwrap_or_default(), sign))
    })
}

fn of(positions: &[Position], phases: &[Phase], sign: f64) -> f64 {
    // One alone is its own centre, about which it stands at no angle.
    if positions.len() < 2 {
        return f64::NAN;
    }
    let count = positions.len() as f64;
    let centre = positions.iter().map(|position| position.0.as_dvec2()).sum::<DVec2>() / count;
    let turned = |(position, phase): (&Position, &Phase)| {
        let arm = position.0.as_dvec2() - centre;
        let (sin, cos) = maths::sin_cos(maths::atan2(arm.y, arm.x) + sign * phase.0);
        DVec2::new(cos, sin)
    };
    positions.iter().zip(phases).map(turned).sum::<DVec2>().length() / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec2;

    #[test]
    fn of_a_ring_whose_phases_run_round_it() {
        let angle = |at: u32| std::f64::consts::TAU * f64::from(at) / 60.0;
        let place = |at: u32| Position(Vec2::new(3.0, -1.0) + 2.0 * maths::unit(angle(at) as f32));
        let ring: Vec<Position> = (0..60).map(place).collect();
        // Phases that follow the place one way, the other, half of it, and twice as fast.
        let read = |times: f64| {
            let phases: Vec<Phase> = (0..60).map(|at| Phase(times * angle(at) + 0.7)).collect();
            (of(&ring, &phases, 1.0), of(&ring, &phases, -1.0))
        };
        let close =
            |(plus, minus): (f64, f64), wanted: (f64, f64)| (plus - wanted.0).abs() < 1e-5 && (minus - wanted.1).abs() < 1e-5;
        assert!(close(read(-1.0), (1.0, 0.0)) && close(read(1.0), (0.0, 1.0)), "{:?} {:?}", read(-1.0), read(1.0));
        assert!(close(read(0.0), (0.0, 0.0)) && close(read(2.0), (0.0, 0.0)));
        assert!(of(&[], &[], 1.0).is_nan() && of(&ring[..1], &[Phase(0.0)], 1.0).is_nan());
    }
}
