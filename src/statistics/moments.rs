//! Moments and quantiles.

/// Mean; not a number where there is nothing.
pub fn mean(series: &[f64]) -> f64 {
    series.iter().sum::<f64>() / series.len() as f64
}

/// Variance about the mean, divided by the number of values.
pub fn variance(series: &[f64]) -> f64 {
    let mean = mean(series);
    series.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / series.len() as f64
}

/// Skewness: the third moment about the mean over the 3/2th power of the second. Not a number where nothing varies.
pub fn skewness(series: &[f64]) -> f64 {
    let mean = mean(series);
    let third = series.iter().map(|value| (value - mean) * (value - mean) * (value - mean)).sum::<f64>() / series.len() as f64;
    let variance = variance(series);
    third / (variance * variance.sqrt())
}

/// Median.
pub fn median(series: &[f64]) -> f64 {
    quantile(series, 0.5)
}

/// The value below which this share of the series lies, straight between neighbours in rank (type 7 of Hyndman & Fan, Am.
/// Stat. 50, 361, 1996). Not a number where there is nothing.
pub fn quantile(series: &[f64], share: f64) -> f64 {
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let (low, rest) = (sorted[at as usize], at.fract());
    // A neighbour of weight 0 may be infinite.
    if rest == 0.0 { low } else { low + rest * (sorted[at as usize + 1] - low) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_numbers() {
        let series = [1.0, 2.0, 4.0, 9.0];
        assert_eq!((mean(&series), variance(&series)), (4.0, 9.5));
        // (−27 − 8 + 0 + 125)/4 over 9.5^{3/2}.
        assert!((skewness(&series) - 22.5 / (9.5 * 9.5f64.sqrt())).abs() < 1e-12);
        assert_eq!((median(&series), quantile(&series, 0.25), quantile(&series, 1.0)), (3.0, 1.75, 9.0));
        assert!(mean(&[]).is_nan() && median(&[]).is_nan() && skewness(&[1.0, 1.0]).is_nan());
    }
}
