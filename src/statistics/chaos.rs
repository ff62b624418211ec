//! Whether a series is regular or chaotic.

use super::{mean, median, variance};
use crate::sim::maths;
use rayon::prelude::*;
use std::f64::consts::PI;

/// Frequencies that the 0–1 test tries.
const FREQUENCIES: usize = 100;

/// K of the 0–1 test: near 0 where a series is regular, near 1 where it is chaotic. For each of 100 frequencies c between π/5
/// and 4π/5 the series drives a point of the plane; K_c is the correlation of its mean square displacement, less the part
/// that oscillates, with time, up to a tenth of the series; K is their median (Gottwald & Melbourne, SIAM J. Appl. Dyn. Syst.
/// 8, 129, 2009). A smooth flow read too often looks regular. Not a number below 100 readings or where nothing varies.
pub fn zero_one(series: &[f64]) -> f64 {
    let last = series.len() / 10;
    if last < 10 || variance(series) <= 0.0 {
        return f64::NAN;
    }
    let level = mean(series);
    let correlation = |frequency: usize| {
        // Strewn evenly and without common measure (golden ratio).
        let share = (frequency as f64 + 1.0) * 0.618_033_988_749_894_9;
        let c = PI / 5.0 + 3.0 * PI / 5.0 * (share - share.floor());
        let (mut p, mut q) = (0.0, 0.0);
        let path: Vec<[f64; 2]> = series
            .iter()
            .enumerate()
            .map(|(at, value)| {
                let (sin, cos) = maths::sin_cos(c * (at as f64 + 1.0));
                p += value * cos;
                q += value * sin;
                [p, q]
            })
            .collect();
        let starts = series.len() - last;
        let spread = |after: usize| {
            let moved = path[..starts].iter().zip(&path[after..]).map(|(a, b)| {
                let (x, y) = (b[0] - a[0], b[1] - a[1]);
                x * x + y * y
            });
            let oscillation = (1.0 - maths::sin_cos(after as f64 * c).1) / (1.0 - maths::sin_cos(c).1);
            moved.sum::<f64>() / starts as f64 - level * level * oscillation
        };
        rises(&(1..=last).map(spread).collect::<Vec<_>>())
    };
    let all: Vec<f64> = (0..FREQUENCIES).into_par_iter().map(correlation).collect();
    median(&all)
}

/// Correlation of a series with its own order.
fn rises(series: &[f64]) -> f64 {
    let (level, middle) = (mean(series), (series.len() as f64 - 1.0) / 2.0);
    let (mut with_time, mut time, mut own) = (0.0, 0.0, 0.0);
    for (at, value) in series.iter().enumerate() {
        let (t, v) = (at as f64 - middle, value - level);
        with_time += t * v;
        time += t * t;
        own += v * v;
    }
    with_time / (time * own).sqrt()
}

/// Sample entropy −ln(A/B): B counts pairs of stretches of 2 readings that nowhere differ by more than 0.2 standard deviations,
/// A those that agree for one reading more; no stretch is paired with itself (Richman & Moorman, Am. J. Physiol. 278, H2039,
/// 2000). 0 where the next reading always follows, ln(1/erf(0.1)) = 2.185 for independent normal readings. Not a number where
/// no stretches agree.
pub fn sample_entropy(series: &[f64]) -> f64 {
    const STRETCH: usize = 2;
    let count = series.len().saturating_sub(STRETCH);
    let tolerance = 0.2 * variance(series).sqrt();
    let agree = |a: f64, b: f64| (a - b).abs() <= tolerance;
    let of_stretch = |first: usize| {
        let mut pairs = [0u64; 2];
        for other in first + 1..count {
            if (0..STRETCH).all(|k| agree(series[first + k], series[other + k])) {
                pairs[0] += 1;
                pairs[1] += u64::from(agree(series[first + STRETCH], series[other + STRETCH]));
            }
        }
        pairs
    };
    // Whole numbers add up to the same sum in any order.
    let add = |a: [u64; 2], b: [u64; 2]| [a[0] + b[0], a[1] + b[1]];
    let [short, long] = (0..count).into_par_iter().map(of_stretch).reduce(|| [0; 2], add);
    let entropy = -maths::ln(long as f64 / short as f64);
    if entropy.is_finite() { entropy + 0.0 } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn the_logistic_map_is_told_apart() {
        let oracle = Oracle::read("chaos");
        for (name, r, bounds) in [("3.55", 3.55, -0.05..0.05), ("3.9", 3.9, 0.9..1.1), ("4.0", 4.0, 0.9..1.1)] {
            let series = series::logistic(r, 1000);
            let k = zero_one(&series);
            assert!(bounds.contains(&k), "{r}: {k}");
            // The path adds up the series' own rounding, and the map at 3.9 and 4 has none: the bits are the same.
            oracle.agree(&format!("zero_one {name}"), &[k + 1.0], 1e-6);
            oracle.agree(&format!("sample_entropy {name}"), &[sample_entropy(&series) + 1.0], 1e-12);
        }
    }

    #[test]
    fn sample_entropy_of_independent_readings() {
        // Spread over series of 2000: 0.010; bound 4 of them. The sum of twelve uniform numbers is normal to 0.005 here.
        let series: Vec<f64> = series::normal(1).take(2000).collect();
        assert!((sample_entropy(&series) - 2.185).abs() < 0.045, "{}", sample_entropy(&series));
        assert_eq!(sample_entropy(&[1.0; 50]), 0.0);
        assert!(sample_entropy(&[1.0, 2.0]).is_nan());
    }

    #[test]
    fn nothing_is_said_of_what_is_short_or_still() {
        assert!(zero_one(&[1.0; 1000]).is_nan() && zero_one(&series::logistic(4.0, 90)).is_nan());
    }
}
