//! The error of a mean of readings that resemble one another.

use super::mean;

/// The error of the mean as seen at one length of blocks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Readings in a block.
    pub length: usize,
    /// Number of blocks.
    pub blocks: usize,
    /// The standard error of the mean, taking blocks as independent.
    pub error: f64,
}

/// The levels of blocking: neighbours are averaged in pairs again and again; an odd one at the end is left out
/// (Flyvbjerg & Petersen, J. Chem. Phys. 91, 461, 1989).
pub fn levels(series: &[f64]) -> Vec<Level> {
    let mut blocks = series.to_vec();
    let mut levels = Vec::new();
    let mut length = 1;
    while blocks.len() >= 2 {
        let (count, mean) = (blocks.len() as f64, mean(&blocks));
        let squares = blocks.iter().map(|block| (block - mean) * (block - mean)).sum::<f64>();
        levels.push(Level { length, blocks: blocks.len(), error: (squares / (count - 1.0) / count).sqrt() });
        let (pairs, _) = blocks.as_chunks::<2>();
        blocks = pairs.iter().map(|[a, b]| f64::midpoint(*a, *b)).collect();
        length *= 2;
    }
    levels
}

/// The standard error of the mean of a series: that of the shortest blocks, of length B, with B³ > 2n (e(B)/e(1))⁴, n the
/// number of readings and e(B) the error at that length (Wolff, Comput. Phys. Commun. 156, 143, 2004, eq. 47; Lee et al.,
/// Phys. Rev. E 83, 066706, 2011). Nothing where no length is long enough: the series is too short to tell.
pub fn standard_error(series: &[f64]) -> Option<Level> {
    let levels = levels(series);
    let first = levels.first()?;
    if first.error == 0.0 {
        return Some(*first);
    }
    let long_enough = |level: &&Level| {
        let (length, grown) = (level.length as f64, level.error / first.error);
        length * length * length > 2.0 * series.len() as f64 * (grown * grown) * (grown * grown)
    };
    levels.iter().find(long_enough).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn of_an_autoregressive_process() {
        // Unit variance: the error of the mean of n readings is √(g/n), g = (1 + a)/(1 − a). That of an error from m blocks is
        // 1/√(2m) of it.
        for a in [0.0, 0.5, 0.9, 0.99] {
            let series = series::autoregressive(a, 1 << 16);
            let level = standard_error(&series).unwrap();
            let exact = ((1.0 + a) / (1.0 - a) / series.len() as f64).sqrt();
            let tolerance = 4.0 / (2.0 * level.blocks as f64).sqrt() + 0.05;
            assert!((level.error / exact - 1.0).abs() < tolerance, "{a}: {} against {exact}", level.error);
        }
    }

    #[test]
    fn as_pyblock_finds_it() {
        let oracle = Oracle::read("statistics");
        for (name, a) in [("0.5", 0.5), ("0.9", 0.9)] {
            let level = standard_error(&series::autoregressive(a, 5000)).unwrap();
            oracle.agrees(&format!("blocking error {name}"), level.error, 1e-12);
            oracle.agrees(&format!("blocking length {name}"), level.length as f64, 0.0);
        }
    }

    #[test]
    fn a_series_too_short_to_tell_has_no_error() {
        assert_eq!(standard_error(&[]), None);
        assert_eq!(standard_error(&[1.0]), None);
        // A straight rise looks the worse the longer the blocks.
        assert_eq!(standard_error(&(0..50).map(f64::from).collect::<Vec<_>>()), None);
        assert_eq!(standard_error(&[3.0; 8]).unwrap().error, 0.0);
    }
}
