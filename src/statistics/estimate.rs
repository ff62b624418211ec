//! A mean with its error.

use super::{correlation_time, mean, standard_error, transient, variance};
use std::fmt;

/// Which first readings of a run a mean leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Discard {
    /// The [`transient`].
    #[default]
    Automatic,
    /// So many readings.
    First(usize),
}

/// The mean of a run's readings after its transient, with its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Its standard error by [blocking](standard_error). Not a number where the run is too short to tell.
    pub error: f64,
    /// Standard deviation of the readings.
    pub spread: f64,
    /// [Integrated autocorrelation time](correlation_time), in readings.
    pub correlation_time: f64,
    /// First readings left out.
    pub discarded: usize,
    /// Readings that the mean is of. Those that are no numbers do not count.
    pub readings: usize,
    /// Whether the readings stopped drifting. Where they did not, the first half is left out.
    pub settled: bool,
}

impl Estimate {
    /// Of the readings of a run; nothing where none of them is a number.
    pub fn of(readings: impl IntoIterator<Item = f64>, discard: Discard) -> Option<Self> {
        let readings: Vec<f64> = readings.into_iter().filter(|reading| reading.is_finite()).collect();
        let found = match discard {
            Discard::Automatic => transient(&readings),
            Discard::First(count) => Some(count),
        };
        let discarded = found.unwrap_or(readings.len() / 2).min(readings.len());
        let kept = &readings[discarded..];
        (!kept.is_empty()).then(|| Self {
            mean: mean(kept),
            error: standard_error(kept).map_or(f64::NAN, |level| level.error),
            spread: variance(kept).sqrt(),
            correlation_time: correlation_time(kept),
            discarded,
            readings: kept.len(),
            settled: found.is_some(),
        })
    }
}

impl fmt::Display for Estimate {
    /// The mean and its error, as [`with_error`] writes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&with_error(self.mean, self.error))
    }
}

/// A number and its error, as in `0.8312 ± 0.0021`: two digits of the error, and the number to the same place. An error that
/// is no number is not known: `0.831 ± ?`.
pub fn with_error(number: f64, error: f64) -> String {
    if !error.is_finite() {
        return format!("{} ± ?", significant(number, 3));
    }
    if error == 0.0 {
        return format!("{number} ± 0");
    }
    format!("{} ± {}", to_place_of(number, error), to_place_of(error, error))
}

/// A number to the place of the second digit of its error.
pub fn to_place_of(number: f64, error: f64) -> String {
    if !error.is_finite() || error == 0.0 {
        return number.to_string();
    }
    let places = places(error, 2);
    format!("{number:.places$}")
}

/// A number to so many significant digits, as people write it: `0.0312`, `1250`, `3e-9`.
pub fn significant(number: f64, digits: usize) -> String {
    let size = number.abs();
    if size >= 1e7 || (size > 0.0 && size < 1e-4) {
        return format!("{number:.*e}", digits.saturating_sub(1));
    }
    format!("{number:.*}", places(number, digits))
}

/// Decimal places that show so many digits of a number.
fn places(number: f64, digits: usize) -> usize {
    // Written with an exponent, digits are rounded as they will be shown.
    let written = format!("{:.*e}", digits.saturating_sub(1), number.abs());
    let exponent: i64 = written.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    usize::try_from(digits as i64 - 1 - exponent).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::maths};

    #[test]
    fn of_a_run_that_rises_and_then_stays() {
        let noise = series::autoregressive(0.8, 4000);
        let rise = |at: usize| 5.0 * (1.0 - maths::exp(-(at as f64) / 40.0));
        let readings = noise.iter().enumerate().map(|(at, noise)| rise(at) + 0.1 * noise);
        let readings: Vec<f64> = [f64::NAN].into_iter().chain(readings).collect();
        let estimate = Estimate::of(readings.iter().copied(), Discard::Automatic).unwrap();
        assert!(estimate.settled && estimate.discarded >= 100, "{estimate:?}");
        assert!((estimate.correlation_time - 9.0).abs() < 4.0, "{estimate:?}");
        let by_hand = Estimate::of(readings.iter().copied(), Discard::First(2000)).unwrap();
        assert_eq!((by_hand.discarded, by_hand.readings), (2000, 2000));
        assert!(Estimate::of([f64::NAN], Discard::Automatic).is_none());
        assert!(Estimate::of([1.0; 5], Discard::First(9)).is_none());
    }

    #[test]
    fn the_mean_of_many_runs_lies_within_its_error_as_often_as_it_should() {
        // 200 runs: within one error in 68 % of them, with a standard deviation of 3.3 %; blocking makes errors a little too
        // small for runs so short. Bound: 60 to 80 %.
        let runs = series::autoregressive(0.8, 200 * 1024);
        let within = runs.chunks(1024).filter(|run| {
            let estimate = Estimate::of(run.iter().copied(), Discard::First(0)).unwrap();
            estimate.mean.abs() < estimate.error
        });
        let share = within.count() as f64 / 200.0;
        assert!((0.60..0.80).contains(&share), "{share}");
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let written = [0.031_24, 1249.6, 0.0, 3.21e-9, 9.996, -2.5].map(|number| significant(number, 3));
        assert_eq!(written, ["0.0312", "1250", "0.00", "3.21e-9", "10.0", "-2.50"]);
    }

    #[test]
    fn a_mean_is_written_to_the_place_of_its_error() {
        assert_eq!(with_error(0.831_234, 0.002_14), "0.8312 ± 0.0021");
        assert_eq!(with_error(0.831_234, 0.099_9), "0.83 ± 0.10");
        assert_eq!(with_error(1234.5, 2.34), "1234.5 ± 2.3");
        assert_eq!(with_error(1234.5, 56.7), "1234 ± 57");
        assert_eq!(with_error(0.5, f64::NAN), "0.500 ± ?");
        assert_eq!(with_error(3.0, 0.0), "3 ± 0");
    }
}
