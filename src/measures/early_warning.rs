//! Early-warning signals of a transition: live over the last readings, and their trend over a whole run.

use super::{Follow, Instrument, Takes, Traces, When, Whole};
use crate::statistics::{Indicator, without_line};
use std::collections::VecDeque;

/// Readings over which an indicator looks.
const WINDOW: usize = 400;

/// The variance of the last readings.
pub const VARIANCE: Instrument = Instrument {
    name: "variance",
    symbol: "σ²",
    definition: "Variance of the last 400 readings, less the straight line through them. It rises where a system comes near a \
                 transition, since it recovers ever more slowly. Scheffer et al., Nature 461, 53 (2009).",
    cost: "400 a reading",
    takes: Takes::Readings(1),
    make: || Box::new(Follow::new(|last, _, readings| indicate(last, readings, Indicator::Variance))),
    ..Instrument::PLAIN
};

/// The memory of the last readings.
pub const AUTOCORRELATION: Instrument = Instrument {
    name: "autocorrelation",
    symbol: "ρ₁",
    definition: "Correlation of each of the last 400 readings with the next, less the straight line through them: towards 1 \
                 where a system comes near a transition, since it recovers ever more slowly. Scheffer et al., Nature 461, 53 \
                 (2009).",
    range: Some((-1.0, 1.0)),
    make: || Box::new(Follow::new(|last, _, readings| indicate(last, readings, Indicator::Autocorrelation))),
    ..VARIANCE
};

/// The skewness of the last readings.
pub const SKEWNESS: Instrument = Instrument {
    name: "skewness",
    symbol: "γ₁",
    definition: "Skewness of the last 400 readings, less the straight line through them: away from 0 where a system leans \
                 towards another state. Guttal & Jayaprakash, Ecol. Lett. 11, 450 (2008).",
    make: || Box::new(Follow::new(|last, _, readings| indicate(last, readings, Indicator::Skewness))),
    ..VARIANCE
};

/// Whether the variance rose.
pub const VARIANCE_TREND: Instrument = Instrument {
    name: "variance_trend",
    symbol: "τ(σ²)",
    definition: "Kendall's τ of the variance against time: over windows of half the run, of what remains after a Gaussian smooth \
                 of a fifth of the run is taken away. 1 where it only rose. Dakos et al., PLoS ONE 7, e41010 (2012).",
    cost: "T, at the end",
    range: Some((-1.0, 1.0)),
    when: When::End,
    takes: Takes::Readings(1),
    make: || Box::new(Whole::new(|traces, from| Indicator::Variance.trend(of(traces, from)))),
    ..Instrument::PLAIN
};

/// How easily the variance would rise so by chance.
pub const VARIANCE_CHANCE: Instrument = Instrument {
    name: "variance_chance",
    symbol: "p(σ²)",
    definition: "Share of 200 autoregressive surrogates of first order, with the same variance and memory and no trend, whose \
                 Kendall's τ of the variance is at least that of the run: the chance of a false alarm. Dakos et al., PNAS 105, \
                 14308 (2008).",
    cost: "200 T ln T, at the end",
    range: Some((0.0, 1.0)),
    make: || Box::new(Whole::new(|traces, from| Indicator::Variance.chance(of(traces, from)))),
    ..VARIANCE_TREND
};

/// Whether the memory grew.
pub const AUTOCORRELATION_TREND: Instrument = Instrument {
    name: "autocorrelation_trend",
    symbol: "τ(ρ₁)",
    definition: "Kendall's τ, against time, of the correlation of a reading with the next: over windows of half the run, of what \
                 remains after a Gaussian smooth of a fifth of the run is taken away. 1 where it only rose. Dakos et al., \
                 PLoS ONE 7, e41010 (2012).",
    make: || Box::new(Whole::new(|traces, from| Indicator::Autocorrelation.trend(of(traces, from)))),
    ..VARIANCE_TREND
};

/// How easily the memory would grow so by chance.
pub const AUTOCORRELATION_CHANCE: Instrument = Instrument {
    name: "autocorrelation_chance",
    symbol: "p(ρ₁)",
    definition: "Share of 200 autoregressive surrogates of first order, with the same variance and memory and no trend, whose \
                 Kendall's τ of the correlation of a reading with the next is at least that of the run: the chance of a false \
                 alarm. Dakos et al., PNAS 105, 14308 (2008).",
    make: || Box::new(Whole::new(|traces, from| Indicator::Autocorrelation.chance(of(traces, from)))),
    ..VARIANCE_CHANCE
};

/// Whether the skewness rose.
pub const SKEWNESS_TREND: Instrument = Instrument {
    name: "skewness_trend",
    symbol: "τ(γ₁)",
    definition: "Kendall's τ of the skewness against time: over windows of half the run, of what remains after a Gaussian smooth \
                 of a fifth of the run is taken away. 1 where it only rose, −1 where it only fell. Dakos et al., PLoS ONE 7, \
                 e41010 (2012).",
    make: || Box::new(Whole::new(|traces, from| Indicator::Skewness.trend(of(traces, from)))),
    ..VARIANCE_TREND
};

/// How easily the skewness would rise so by chance.
pub const SKEWNESS_CHANCE: Instrument = Instrument {
    name: "skewness_chance",
    symbol: "p(γ₁)",
    definition: "Share of 200 autoregressive surrogates of first order, with the same variance and memory and no trend, whose \
                 Kendall's τ of the skewness is at least that of the run. Dakos et al., PNAS 105, 14308 (2008).",
    make: || Box::new(Whole::new(|traces, from| Indicator::Skewness.chance(of(traces, from)))),
    ..VARIANCE_CHANCE
};

/// An indicator of the last readings; not a number before there are as many as it looks at.
fn indicate(last: &mut VecDeque<f64>, readings: &[f64], indicator: Indicator) -> f64 {
    let Some(reading) = readings.first().filter(|reading| reading.is_finite()) else { return f64::NAN };
    last.push_back(*reading);
    if last.len() > WINDOW {
        last.pop_front();
    }
    if last.len() < WINDOW {
        return f64::NAN;
    }
    indicator.rolling(&without_line(last.make_contiguous()), WINDOW)[0]
}

/// The readings that a trend is of: a transition is what the run is about, so that no transient is left out.
fn of(traces: &Traces, from: Option<u64>) -> &[f64] {
    &traces.first()[from.map_or(0, |from| traces.discard(Some(from)))..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::series;

    #[test]
    fn live_indicators_are_those_of_the_last_readings() {
        // Memory 0.5, variance 1, and a drift that counts for nothing; errors over 400 readings: 0.04 and 0.11; bounds 4 of them.
        let series: Vec<f64> = series::autoregressive(0.5, 1000).iter().enumerate().map(|(at, x)| x + at as f64).collect();
        let read = |indicator| {
            let mut last = VecDeque::new();
            series.iter().map(|x| indicate(&mut last, &[*x], indicator)).collect::<Vec<_>>()
        };
        let (variance, memory) = (read(Indicator::Variance), read(Indicator::Autocorrelation));
        assert!(variance[..WINDOW - 1].iter().all(|told| told.is_nan()));
        assert!((variance[999] - 1.0).abs() < 0.44 && (memory[999] - 0.5).abs() < 0.16, "{} {}", variance[999], memory[999]);
    }
}
