//! How long a series remembers.

use super::{mean, variance};

/// Correlation of a series with itself so many readings later, divided by its variance: 1 at lag 0. The estimator divides
/// by the whole number of readings, so that it shrinks towards the end. Not a number where nothing varies.
pub fn autocorrelation(series: &[f64], lag: usize) -> f64 {
    let (mean, variance) = (mean(series), variance(series));
    let later = series.get(lag..).unwrap_or_default();
    let sum: f64 = series.iter().zip(later).map(|(now, then)| (now - mean) * (then - mean)).sum();
    sum / series.len() as f64 / variance
}

/// Readings over which the window stretches, in units of the time that it finds.
const WINDOW: f64 = 5.0;

/// Integrated autocorrelation time g = 1 + 2 Σ ρ(k), in readings: so many of them are worth one independent reading; 1
/// where they are independent. The sum ends at the first k ≥ 5 g(k), beyond which it gathers more noise than memory
/// (Sokal, in Functional Integration, Plenum 1997, p. 131; Madras & Sokal, J. Stat. Phys. 50, 109, 1988, app. C). Not a
/// number where nothing varies.
pub fn correlation_time(series: &[f64]) -> f64 {
    let mean = mean(series);
    let moved: Vec<f64> = series.iter().map(|value| value - mean).collect();
    let at = |lag: usize| moved.iter().zip(&moved[lag..]).map(|(now, then)| now * then).sum::<f64>();
    let whole = at(0);
    let mut time = 1.0;
    for lag in 1..moved.len() {
        time += 2.0 * at(lag) / whole;
        if lag as f64 >= WINDOW * time {
            break;
        }
    }
    if whole > 0.0 { time } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn of_an_autoregressive_process() {
        // x ← a x + e has ρ(k) = a^k and g = (1 + a)/(1 − a); the error of g over n readings is g √(2(2W+1)/n), W its window.
        for a in [0.0, 0.5, 0.9] {
            let series = series::autoregressive(a, 1 << 16);
            let exact = (1.0 + a) / (1.0 - a);
            let time = correlation_time(&series);
            let error = exact * (2.0 * (10.0 * exact + 1.0) / series.len() as f64).sqrt();
            assert!((time - exact).abs() < 4.0 * error, "{a}: {time} against {exact} ± {error}");
            assert!((autocorrelation(&series, 1) - a).abs() < 0.02, "{a}");
        }
    }

    #[test]
    fn as_emcee_finds_it() {
        let oracle = Oracle::read("statistics");
        for (name, a) in [("0.5", 0.5), ("0.9", 0.9)] {
            let series = series::autoregressive(a, 5000);
            oracle.agrees(&format!("correlation_time {name}"), correlation_time(&series), 1e-9);
        }
    }

    #[test]
    fn nothing_that_varies_is_no_number() {
        assert!(correlation_time(&[2.0; 10]).is_nan() && correlation_time(&[]).is_nan());
        assert!(autocorrelation(&[2.0; 10], 1).is_nan());
    }
}
