//! Whether a series rises.

/// Kendall's τ of a series against its own order, as τ-b where values are equal: 1 where it only rises, −1 where it only falls
/// (Kendall, Biometrika 30, 81, 1938; 33, 239, 1945). Not a number where nothing rises or falls.
pub fn kendall(series: &[f64]) -> f64 {
    let count = series.len() as f64;
    let pairs = count * (count - 1.0) / 2.0;
    let mut sorted = series.to_vec();
    let falls = inversions(&mut sorted, &mut Vec::new()) as f64;
    let equal: f64 = sorted.chunk_by(|a, b| a == b).map(|same| same.len() as f64 * (same.len() as f64 - 1.0) / 2.0).sum();
    let unequal = pairs - equal;
    (unequal - 2.0 * falls) / (pairs * unequal).sqrt()
}

/// Sorts, and counts the pairs that stood the wrong way round (Knight, J. Am. Stat. Assoc. 61, 436, 1966).
fn inversions(series: &mut [f64], merged: &mut Vec<f64>) -> u64 {
    if series.len() < 2 {
        return 0;
    }
    let (low, high) = series.split_at_mut(series.len() / 2);
    let mut count = inversions(low, merged) + inversions(high, merged);
    merged.clear();
    let (mut left, mut right) = (0, 0);
    while left < low.len() || right < high.len() {
        if right == high.len() || (left < low.len() && low[left] <= high[right]) {
            merged.push(low[left]);
            left += 1;
        } else {
            merged.push(high[right]);
            right += 1;
            count += (low.len() - left) as u64;
        }
    }
    series.copy_from_slice(merged);
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn of_a_few_numbers() {
        assert_eq!((kendall(&[1.0, 2.0, 3.0]), kendall(&[3.0, 2.0, 1.0])), (1.0, -1.0));
        // One pair of three is the wrong way round.
        assert!((kendall(&[1.0, 3.0, 2.0]) - 1.0 / 3.0).abs() < 1e-12);
        assert!(kendall(&[1.0, 1.0]).is_nan() && kendall(&[]).is_nan());
    }

    #[test]
    fn as_scipy_finds_it() {
        let oracle = Oracle::read("statistics");
        let rough: Vec<f64> = series::autoregressive(0.9, 500).iter().map(|x| (2.0 * x).round()).collect();
        oracle.agrees("kendall", kendall(&rough), 1e-12);
    }
}
