//! How often which number is read.

use super::quantile;
use crate::sim::maths;

/// Bins of one width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bins {
    /// Where the first begins.
    pub low: f64,
    /// Width of each.
    pub width: f64,
    /// How many there are.
    pub count: usize,
}

impl Bins {
    /// Bins that hold all these numbers: so many, or as many as the rule of Freedman & Diaconis (Z. Wahrsch. verw. Gebiete 57, 453,
    /// 1981) finds, twice the interquartile range over the cube root of their number wide; at least 8, at most 100.
    pub fn of(numbers: &[f64], wanted: Option<usize>) -> Self {
        let (low, high) = ends(numbers);
        let width = 2.0 * (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / maths::cbrt(numbers.len().max(1) as f64);
        let found = if width > 0.0 { ((high - low) / width).ceil() as usize } else { 20 };
        let count = wanted.unwrap_or(found.clamp(8, 100)).max(1);
        Self { low, width: ((high - low) / count as f64).max(f64::MIN_POSITIVE), count }
    }

    /// The middle of a bin.
    pub fn middle(&self, bin: usize) -> f64 {
        self.low + (bin as f64 + 0.5) * self.width
    }

    /// The density of numbers in each bin: the area under it is 1.
    pub fn densities(&self, numbers: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; self.count];
        numbers.iter().for_each(|number| counts[(((number - self.low) / self.width) as usize).min(self.count - 1)] += 1.0);
        let total = numbers.len().max(1) as f64 * self.width;
        counts.iter().map(|count| count / total).collect()
    }
}

/// The ends of numbers, half a unit from a single one.
pub fn ends(numbers: &[f64]) -> (f64, f64) {
    let finite = numbers.iter().filter(|number| number.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(*number), high.max(*number)));
    match low.partial_cmp(&high) {
        Some(std::cmp::Ordering::Less) => (low, high),
        Some(std::cmp::Ordering::Equal) => (low - 0.5, low + 0.5),
        _ => (0.0, 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_one_and_each_number_lies_in_its_bin() {
        let numbers: Vec<f64> = (0..1000).map(f64::from).collect();
        let bins = Bins::of(&numbers, None);
        // 2 · 499.5 / 10 = 99.9 wide: ten bins over 999.
        assert_eq!((bins.low, bins.count), (0.0, 10));
        let densities = bins.densities(&numbers);
        assert!((densities.iter().sum::<f64>() * bins.width - 1.0).abs() < 1e-12);
        assert!(densities.iter().all(|density| (density - 1.0 / 999.0).abs() < 2e-6), "{densities:?}");
        let two = Bins::of(&[1.0, 1.0, 3.0], Some(2));
        assert_eq!((two.middle(0), two.middle(1)), (1.5, 2.5));
        assert_eq!(two.densities(&[1.0, 1.0, 3.0]), [2.0 / 3.0, 1.0 / 3.0]);
        assert_eq!((ends(&[2.0]), ends(&[]), ends(&[f64::NAN, 1.0, 4.0])), ((1.5, 2.5), (0.0, 1.0), (1.0, 4.0)));
    }
}
