//! Kuramoto's order parameter.

use super::{Instrument, random_walk};
use crate::sim::{Agents, Phase, maths};
use bevy_math::DVec2;

/// The order parameter r.
pub const INSTRUMENT: Instrument = Instrument {
    name: "order",
    symbol: "r",
    definition: "|mean of e^{iθ}| over the agents' phases: 1 where all are in phase, about √(π/4N) where phases are \
                 random. Kuramoto, Lect. Notes Phys. 39, 420 (1975).",
    range: Some((0.0, 1.0)),
    baseline: Some(random_walk),
    needs: ("phases", |agents| agents.with(|phases: Option<&[Phase]>| phases.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    agents.with(|phases: Option<&[Phase]>| of(phases.unwrap_or_default()))
}

fn of(phases: &[Phase]) -> f64 {
    let unit = |phase: &Phase| {
        let (sin, cos) = maths::sin_cos(phase.0);
        DVec2::new(cos, sin)
    };
    phases.iter().map(unit).sum::<DVec2>().length() / phases.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI, TAU};

    #[test]
    fn of_a_few_phases() {
        assert!((of(&[Phase(1.0), Phase(1.0 + TAU), Phase(1.0 - 3.0 * TAU)]) - 1.0).abs() < 1e-12);
        assert!(of(&[Phase(0.0), Phase(PI)]) < 1e-12);
        assert!((of(&[Phase(0.0), Phase(FRAC_PI_2)]) - 0.5_f64.sqrt()).abs() < 1e-12);
        // Evenly over an arc of 2a: sin(a)/a, here a = 1.
        let arc: Vec<Phase> = (0..10_000).map(|at| Phase((f64::from(at) + 0.5) / 5_000.0 - 1.0)).collect();
        assert!((of(&arc) - maths::sin_cos(1.0).0).abs() < 1e-8, "{}", of(&arc));
        assert!(of(&[]).is_nan());
    }
}
