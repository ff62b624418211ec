//! Mean squared displacement, and the exponent with which it grows.

use super::{Dimension, Fold, Instrument, Memory, POSITIONS, Takes, Traces, When, Whole, pairs};
use crate::{
    sim::{Agents, Id, maths},
    statistics::Fit,
};
use bevy_math::{DVec3, Vec3};

/// The mean squared displacement.
pub const INSTRUMENT: Instrument = Instrument {
    name: "displacement",
    symbol: "MSD",
    dimension: Dimension::Area,
    definition: "Mean over agents of the square of the way from where each was first seen to where it is now, following it round a torus: \
                 ∝ t² for straight flight, ∝ t for diffusion, bounded where agents are caught. Agents that were not there at the \
                 first reading do not count. Einstein, Ann. Phys. 322, 549 (1905).",
    needs: POSITIONS,
    when: When::Each,
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// The exponent with which it grows.
pub const EXPONENT: Instrument = Instrument {
    name: "displacement_exponent",
    symbol: "α_MSD",
    definition: "α of MSD ∝ t^α over the last decade of the run, by least squares through the logarithms at 20 times spread evenly over its \
                 logarithm: 2 for straight flight, 1 for diffusion, 0 where agents are caught. Give it the displacement: \
                 displacement_exponent:displacement. Metzler & Klafter, Phys. Rep. 339, 1 (2000).",
    cost: "T, at the end",
    needs: ("agents", |_| true),
    when: When::End,
    takes: Takes::Readings(1),
    dimension: Dimension::Pure,
    make: || Box::new(Whole::new(exponent)),
    ..INSTRUMENT
};

/// Where agents were last, and how far each has come, in the order of identity.
#[derive(Clone, Default)]
struct Ways {
    begun: bool,
    ways: Vec<(u32, Vec3, DVec3)>,
}

impl Memory for Ways {
    fn bytes(&self) -> usize {
        self.ways.bytes()
    }
}

fn read(ways: &mut Ways, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let mut now: Vec<(u32, Vec3)> = ids.iter().map(|id| id.0).zip(pairs::positions(agents)).collect();
    now.sort_unstable_by_key(|(id, _)| *id);
    if !ways.begun {
        *ways = Ways { begun: true, ways: now.iter().map(|(id, at)| (*id, *at, DVec3::ZERO)).collect() };
    }
    let space = agents.space();
    let mut now = now.into_iter().peekable();
    // Who has gone is forgotten, so that nobody who comes back jumps.
    ways.ways.retain_mut(|(id, last, way)| {
        while now.next_if(|(other, _)| other < id).is_some() {}
        let Some((_, at)) = now.next_if(|(other, _)| other == id) else { return false };
        *way += space.displacement(*last, at).as_dvec3();
        *last = at;
        true
    });
    ways.ways.iter().map(|(_, _, way)| way.length_squared()).sum::<f64>() / ways.ways.len() as f64
}

/// Times of the fit.
const TIMES: usize = 20;

fn exponent(traces: &Traces, _: Option<u64>) -> f64 {
    let (Some(start), Some(end)) = (traces.times.first(), traces.times.last()) else { return f64::NAN };
    let at = |k: usize| {
        let time = (end - start) * maths::exp(-std::f64::consts::LN_10 * (1.0 - (k as f64 + 1.0) / TIMES as f64));
        let place = traces.times.partition_point(|other| other - start < time);
        let place = place.min(traces.times.len() - 1);
        (traces.times[place] - start, traces.first()[place])
    };
    let mut points: Vec<(f64, f64)> = (0..TIMES).map(at).filter(|(time, square)| *time > 0.0 && *square > 0.0).collect();
    points.dedup();
    let points: Vec<(f64, f64)> = points.into_iter().map(|(time, square)| (maths::ln(time), maths::ln(square))).collect();
    Fit::through(&points).map_or(f64::NAN, |fit| fit.slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponents_are_those_of_the_laws() {
        for power in [0.5, 1.0, 2.0] {
            let times: Vec<f64> = (0..=500).map(|at| 3.0 + 0.2 * f64::from(at)).collect();
            let square = |time: &f64| if *time > 3.0 { 4.0 * maths::exp(power * maths::ln(time - 3.0)) } else { 0.0 };
            let series = vec![times.iter().map(square).collect()];
            let traces = Traces { steps: (0..=500).collect(), times, series, agents: 1 };
            assert!((exponent(&traces, None) - power).abs() < 1e-9, "{power}");
        }
        assert!(exponent(&Traces::default(), None).is_nan());
    }
}
