//! Where the transient of a run ends.

use super::mean;

/// Readings that are averaged before the rule looks at them.
const BATCH: usize = 5;

/// The number of first readings that belong to the transient: those without which the standard error of the mean of the
/// rest, computed as if readings were independent, is least (MSER-5: White, Simulation 69, 323, 1997, on means of 5;
/// White, Cobb & Spratt, Winter Simulation Conference 2000). Nothing where that is not in the first half: then the series
/// still drifts, or is too short to tell.
pub fn transient(series: &[f64]) -> Option<usize> {
    let (batches, _) = series.as_chunks::<BATCH>();
    let batches: Vec<f64> = batches.iter().map(|batch| mean(batch)).collect();
    let half = batches.len() / 2;
    if half < 2 {
        return None;
    }
    // Backwards, so that the sum of squares of every tail comes from that of the next shorter one (Welford).
    let mut best = (f64::INFINITY, 0);
    let (mut count, mut tail_mean, mut squares) = (0.0, 0.0, 0.0);
    for (first, value) in batches.iter().enumerate().rev() {
        count += 1.0;
        let away = value - tail_mean;
        tail_mean += away / count;
        squares += away * (value - tail_mean);
        let error = squares / (count * count);
        if first <= half && error <= best.0 {
            best = (error, first);
        }
    }
    (best.1 < half).then_some(best.1 * BATCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn a_rise_is_cut_off_and_a_level_is_kept() {
        let noise = series::autoregressive(0.5, 2000);
        // Rises by 20 standard deviations within the first 300 readings.
        let rise = |at: usize| 20.0 * (at as f64 / 300.0).min(1.0);
        let series: Vec<f64> = noise.iter().enumerate().map(|(at, noise)| rise(at) + noise).collect();
        let end = transient(&series).unwrap();
        assert!((250..400).contains(&end), "{end}");
        assert!(transient(&noise).unwrap() < 200);
    }

    #[test]
    fn what_drifts_to_the_end_has_not_settled() {
        assert_eq!(transient(&(0..1000).map(f64::from).collect::<Vec<_>>()), None);
        assert_eq!(transient(&[1.0; 9]), None);
        assert_eq!(transient(&[1.0; 1000]), Some(0));
    }

    #[test]
    fn as_the_definition_finds_it() {
        let oracle = Oracle::read("statistics");
        for (name, a) in [("0.5", 0.5), ("0.9", 0.9)] {
            let mut series = series::autoregressive(a, 5000);
            series.iter_mut().enumerate().for_each(|(at, value)| *value += 10.0 / (1.0 + at as f64 / 50.0));
            let end = transient(&series).map_or(-1.0, |end| end as f64);
            oracle.agrees(&format!("transient {name}"), end, 0.0);
        }
    }
}
