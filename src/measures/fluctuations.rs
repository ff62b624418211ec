//! How an order parameter fluctuates, where a run has settled.

use super::{Instrument, Reading, Takes, Traces, When, Whole};
use crate::statistics::{jackknife, mean, standard_error, variance};

/// The susceptibility.
pub const SUSCEPTIBILITY: Instrument = Instrument {
    name: "susceptibility",
    symbol: "χ",
    definition: "N(⟨φ²⟩ − ⟨φ⟩²), N the number of agents, φ the order parameter, over the run after its transient; the error \
                 by leaving out one block of readings at a time (jackknife). Largest where order sets in: Chaté, Ginelli, \
                 Grégoire & Raynaud, Phys. Rev. E 77, 046113 (2008).",
    cost: "T, at the end",
    when: When::End,
    takes: Takes::Readings(1),
    make: || Box::new(Whole::new(susceptibility)),
    ..Instrument::PLAIN
};

/// Binder's cumulant.
pub const BINDER: Instrument = Instrument {
    name: "binder",
    symbol: "G",
    definition: "1 − ⟨φ⁴⟩/(3⟨φ²⟩²), φ the order parameter, over the run after its transient; the error by leaving out one \
                 block of readings at a time (jackknife). 2/3 where order is full; where there is none, 1/3 in the plane \
                 and 4/9 in space; curves of several sizes cross where order sets in smoothly, and dip below where it \
                 jumps. Binder, Z. Phys. B 43, 119 (1981).",
    make: || Box::new(Whole::new(binder)),
    ..SUSCEPTIBILITY
};

fn susceptibility(traces: &Traces, from: Option<u64>) -> Reading {
    let agents = traces.agents as f64;
    with_error(traces.settled(from), |series| agents * variance(series))
}

fn binder(traces: &Traces, from: Option<u64>) -> Reading {
    with_error(traces.settled(from), |series| {
        let squares: Vec<f64> = series.iter().map(|value| value * value).collect();
        let square = mean(&squares);
        let fourth = squares.iter().map(|square| square * square).sum::<f64>() / squares.len() as f64;
        1.0 - fourth / (3.0 * square * square)
    })
}

/// A function of a series and its error. Blocks are as long as it takes to make them independent; where the series is too
/// short to tell, the error is not a number.
fn with_error(series: &[f64], function: impl Fn(&[f64]) -> f64) -> Reading {
    let Some(level) = standard_error(series) else { return Reading::Estimate(function(series), f64::NAN) };
    // More blocks than this would only repeat the work.
    let length = level.length.max(series.len() / 256);
    let (value, error) = jackknife(series, length, function);
    Reading::Estimate(value, error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::series;

    fn traces(series: Vec<f64>, agents: usize) -> Traces {
        let steps = 0..series.len() as u64;
        Traces { steps: steps.clone().collect(), times: steps.map(|step| step as f64).collect(), series: vec![series], agents }
    }

    fn close(reading: &Reading, exact: f64) {
        let Reading::Estimate(value, error) = reading else { panic!("{reading:?}") };
        assert!((value - exact).abs() < 4.0 * error && *error < 0.1, "{value} ± {error} against {exact}");
    }

    #[test]
    fn of_a_normal_variable() {
        // Mean 3, variance 1/100, 100 agents.
        let series: Vec<f64> = series::autoregressive(0.7, 20_000).iter().map(|x| 3.0 + 0.1 * x).collect();
        close(&susceptibility(&traces(series, 100), Some(0)), 1.0);
        // Without order: the length of a vector of n components has ⟨φ⁴⟩/⟨φ²⟩² = (κ + n − 1)/n, κ = ⟨x⁴⟩ = 3 of normal ones; of
        // sums of twelve uniform ones 2.9.
        for components in [2, 3] {
            let n = f64::from(components);
            let exact = 1.0 - (2.9 + n - 1.0) / (3.0 * n);
            let mut normal = series::normal(5);
            let lengths =
                std::iter::repeat_with(|| (0..components).map(|_| normal.next().unwrap()).map(|x| x * x).sum::<f64>());
            close(&binder(&traces(lengths.take(20_000).map(f64::sqrt).collect(), 1), Some(0)), exact);
        }
        let Reading::Estimate(full, _) = binder(&traces(vec![1.0; 100], 1), None) else { panic!() };
        assert!((full - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_run_without_readings_has_none() {
        assert!(susceptibility(&Traces::default(), None).number().is_nan());
    }
}
