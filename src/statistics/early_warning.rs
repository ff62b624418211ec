//! Early-warning signals: what a system says of a transition before it comes.

use super::{autocorrelation, kendall, mean};
use crate::sim::{Chance, maths};

/// A number that changes as a system recovers ever more slowly from what disturbs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indicator {
    /// The variance rises.
    Variance,
    /// The correlation of one reading with the next rises.
    Autocorrelation,
    /// The skewness moves away from 0.
    Skewness,
}

/// Share of the series over which the trend that is taken away is smoothed: the quartiles of the kernel lie a quarter of it
/// away.
const BANDWIDTH: f64 = 0.2;
/// Share of the series that an indicator looks at.
const WINDOW: f64 = 0.5;
/// Surrogates.
const SURROGATES: u32 = 200;
/// Fewest readings of which an indicator says anything.
const FEWEST: usize = 40;

impl Indicator {
    /// Its value over each window of so many readings, the first window first.
    pub fn rolling(self, series: &[f64], window: usize) -> Vec<f64> {
        // Sums of powers and products up to each reading: a window is the difference of two.
        let mut sums = vec![[0.0; 4]];
        for (at, x) in series.iter().enumerate() {
            let with_next = series.get(at + 1).map_or(0.0, |next| x * next);
            let [one, two, three, next] = sums[at];
            sums.push([one + x, two + x * x, three + x * x * x, next + with_next]);
        }
        let between = |from: usize, to: usize, power: usize| sums[to][power] - sums[from][power];
        let count = window as f64;
        let one = |from: usize| {
            let to = from + window;
            let (mean, square) = (between(from, to, 0) / count, between(from, to, 1) / count);
            let spread = square - mean * mean;
            match self {
                Self::Variance => spread * count / (count - 1.0),
                Self::Skewness => {
                    let third = between(from, to, 2) / count - 3.0 * mean * square + 2.0 * mean * mean * mean;
                    third / (spread * spread.sqrt()) * (count * (count - 1.0)).sqrt() / (count - 2.0)
                }
                Self::Autocorrelation => {
                    // Pearson's correlation of all but the last with all but the first.
                    let pairs = count - 1.0;
                    let (first, last) = (between(from, to - 1, 0) / pairs, between(from + 1, to, 0) / pairs);
                    let spread_first = between(from, to - 1, 1) / pairs - first * first;
                    let spread_last = between(from + 1, to, 1) / pairs - last * last;
                    (between(from, to - 1, 3) / pairs - first * last) / (spread_first * spread_last).sqrt()
                }
            }
        };
        if window < 4 || series.len() < window { Vec::new() } else { (0..=series.len() - window).map(one).collect() }
    }

    /// Whether the indicator rises along a series: Kendall's τ against time, 1 where it only rises, −1 where it only falls, over
    /// windows of half its length, of what remains after a Gaussian smooth of a fifth of its length is taken away (Dakos et
    /// al., PLoS ONE 7, e41010, 2012). Not a number where the series is shorter than 40 readings or does not vary.
    pub fn trend(self, series: &[f64]) -> f64 {
        if series.len() < FEWEST {
            return f64::NAN;
        }
        kendall(&self.rolling(&rest(series), window(series)))
    }

    /// How easily the indicator would rise so by chance: the share of autoregressive surrogates of first order, with the same
    /// variance and memory and no trend, whose τ is at least as large (Dakos et al., PNAS 105, 14308, 2008).
    pub fn chance(self, series: &[f64]) -> f64 {
        let tau = self.trend(series);
        if !tau.is_finite() {
            return f64::NAN;
        }
        let rest = rest(series);
        let memory = autocorrelation(&rest, 1).clamp(-0.999, 0.999);
        let width = (1.0 - memory * memory).sqrt();
        let chance = Chance::new(0, 0, "surrogates");
        // The scale of a series does not change a τ.
        let surrogate = |number: u32| {
            let mut x = chance.normal(number, 0);
            let next = |at: usize| {
                x = memory * x + width * chance.normal(number, at as u32 + 1);
                x
            };
            (0..series.len()).map(next).collect()
        };
        let as_large = (0..SURROGATES).filter(|number| {
            let surrogate: Vec<f64> = surrogate(*number);
            kendall(&self.rolling(&surrogate, window(series))) >= tau
        });
        (as_large.count() as f64 + 1.0) / (f64::from(SURROGATES) + 1.0)
    }
}

/// What a smooth of the series leaves of it.
fn rest(series: &[f64]) -> Vec<f64> {
    let smoothed = smooth(series, BANDWIDTH * series.len() as f64 * 0.25 / 0.675);
    series.iter().zip(smoothed).map(|(reading, smooth)| reading - smooth).collect()
}

fn window(series: &[f64]) -> usize {
    (WINDOW * series.len() as f64) as usize
}

/// A series smoothed by a Gaussian of this width, cut off at four widths; beyond its ends the series goes on in its mirror
/// image.
pub fn smooth(series: &[f64], width: f64) -> Vec<f64> {
    let reach = (4.0 * width + 0.5) as isize;
    let kernel: Vec<f64> = (-reach..=reach).map(|at| maths::exp(-0.5 * (at * at) as f64 / (width * width))).collect();
    let whole: f64 = kernel.iter().sum();
    let last = series.len() as isize;
    let mirrored = |at: isize| {
        let at = at.rem_euclid(2 * last);
        series[if at < last { at } else { 2 * last - 1 - at } as usize]
    };
    let around = |at: isize| {
        let sum = kernel.iter().zip(-reach..=reach).map(|(weight, away)| weight * mirrored(at + away)).sum::<f64>();
        sum / whole
    };
    (0..last).map(around).collect()
}

/// What remains of a series after the straight line that fits it best is taken away.
pub fn without_line(series: &[f64]) -> Vec<f64> {
    let middle = (series.len() as f64 - 1.0) / 2.0;
    let level = mean(series);
    let (mut with_time, mut time) = (0.0, 0.0);
    for (at, reading) in series.iter().enumerate() {
        let away = at as f64 - middle;
        with_time += away * reading;
        time += away * away;
    }
    let slope = if time > 0.0 { with_time / time } else { 0.0 };
    series.iter().enumerate().map(|(at, reading)| reading - level - slope * (at as f64 - middle)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    /// A process whose memory rises from 0.2 to 0.95, so that it becomes critical at the end.
    fn ramp(length: usize) -> Vec<f64> {
        let mut noise = series::normal(3);
        let mut x = 0.0;
        (0..length)
            .map(|at| {
                x = (0.2 + 0.75 * at as f64 / length as f64) * x + noise.next().unwrap();
                x
            })
            .collect()
    }

    #[test]
    fn as_ewstools_finds_them() {
        let oracle = Oracle::read("early_warning");
        let series = ramp(600);
        let smoothed = smooth(&series, 0.2 * 600.0 * 0.25 / 0.675);
        oracle.agree("smooth", &[0, 1, 299, 599].map(|at| smoothed[at]), 1e-12);
        let rest = rest(&series);
        for (name, indicator) in
            [("variance", Indicator::Variance), ("ac1", Indicator::Autocorrelation), ("skew", Indicator::Skewness)]
        {
            let rolling = indicator.rolling(&rest, 300);
            assert_eq!(rolling.len(), 301);
            oracle.agree(name, &[0, 150, 300].map(|at| rolling[at]), 1e-9);
            oracle.agrees(&format!("{name} tau"), kendall(&rolling), 1e-9);
        }
    }

    #[test]
    fn a_ramp_is_told_from_a_steady_process() {
        for indicator in [Indicator::Autocorrelation, Indicator::Variance] {
            let (trend, chance) = (indicator.trend(&ramp(600)), indicator.chance(&ramp(600)));
            assert!(trend > 0.7 && chance < 0.05, "{indicator:?}: {trend} {chance}");
        }
        // Of steady processes a share of 5 % falls below 0.05: of 60, 3 with a standard deviation of 1.7; bound 4 of them.
        let steady = series::autoregressive(0.5, 60 * 200);
        let alarms = steady.chunks(200).filter(|series| Indicator::Variance.chance(series) <= 0.05).count();
        assert!(alarms <= 9, "{alarms} false alarms");
        assert!(Indicator::Variance.trend(&[1.0; 100]).is_nan() && Indicator::Variance.chance(&[1.0; 9]).is_nan());
    }

    #[test]
    fn a_line_leaves_nothing() {
        let line: Vec<f64> = (0..50).map(|at| 3.0 - 0.5 * f64::from(at)).collect();
        assert!(without_line(&line).iter().all(|rest| rest.abs() < 1e-12));
        assert_eq!(without_line(&[2.0]), [0.0]);
        assert_eq!(smooth(&[1.0; 20], 3.0).iter().filter(|value| (*value - 1.0).abs() > 1e-12).count(), 0);
    }
}
