//! Errors of what is not a mean.

use super::mean;

/// The value of a function of a series, and its standard error, by leaving out one block of neighbours at a time (Quenouille,
/// Biometrika 43, 353, 1956; blocks as in Künsch, Ann. Stat. 17, 1217, 1989). Blocks of `length` must be longer than the
/// series remembers; readings beyond the last whole block count for the value alone. The error is not a number where there are
/// fewer than two blocks.
pub fn jackknife(series: &[f64], length: usize, function: impl Fn(&[f64]) -> f64) -> (f64, f64) {
    let length = length.max(1);
    let blocks = series.len() / length;
    let without = |block: usize| {
        let rest = [&series[..block * length], &series[(block + 1) * length..blocks * length]].concat();
        function(&rest)
    };
    let values: Vec<f64> = if blocks < 2 { Vec::new() } else { (0..blocks).map(without).collect() };
    let centre = mean(&values);
    let squares: f64 = values.iter().map(|value| (value - centre) * (value - centre)).sum();
    (function(series), ((blocks as f64 - 1.0) / blocks as f64 * squares).sqrt() * if blocks < 2 { f64::NAN } else { 1.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oracles::series,
        statistics::{standard_error, variance},
    };

    #[test]
    fn of_a_mean_it_is_the_error_of_the_mean() {
        let series = series::autoregressive(0.5, 1 << 12);
        let level = standard_error(&series).unwrap();
        let (value, error) = jackknife(&series, level.length, mean);
        assert_eq!(value, mean(&series));
        assert!((error / level.error - 1.0).abs() < 1e-9, "{error} {}", level.error);
    }

    #[test]
    fn of_a_variance_it_is_that_of_the_normal_distribution() {
        // Independent normal values: the error of their variance is √(2/n), known from m = 64 blocks to within 1/√(2m) of it.
        let series = series::autoregressive(0.0, 1 << 14);
        let (value, error) = jackknife(&series, 256, variance);
        assert!((value - 1.0).abs() < 4.0 * error);
        assert!((error / (2.0 / series.len() as f64).sqrt() - 1.0).abs() < 4.0 / 128f64.sqrt(), "{error}");
        assert!(jackknife(&series[..3], 2, mean).1.is_nan());
    }
}
