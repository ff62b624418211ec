//! Many series as one path: its principal axes, and the modes by which it moves on.

use super::{mean, variance};
use nalgebra::{DMatrix, SymmetricEigen, linalg::SVD};

/// The principal components of several series, each first brought to variance 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Principal {
    /// Share of the variance along each axis, the largest first.
    pub shares: Vec<f64>,
    /// The axes: a weight a series. The largest weight is positive.
    pub axes: Vec<Vec<f64>>,
}

/// The principal components of several series of equal length, those that do not vary left at 0 (Pearson, Philos. Mag. 2, 559,
/// 1901). Nothing where none varies.
pub fn principal_components(series: &[Vec<f64>]) -> Option<Principal> {
    let count = series.first()?.len();
    let standard: Vec<Vec<f64>> = series
        .iter()
        .map(|series| {
            let (mean, spread) = (mean(series), variance(series).sqrt());
            series.iter().map(|value| if spread > 0.0 { (value - mean) / spread } else { 0.0 }).collect()
        })
        .collect();
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / count as f64;
    let correlations = DMatrix::from_fn(series.len(), series.len(), |i, j| product(&standard[i], &standard[j]));
    let eigen = SymmetricEigen::new(correlations);
    let whole: f64 = eigen.eigenvalues.iter().sum();
    if whole.is_nan() || whole <= 0.0 {
        return None;
    }
    let mut order: Vec<usize> = (0..series.len()).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let axis = |column: &usize| {
        let axis = eigen.eigenvectors.column(*column);
        let largest = axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
        axis.iter().map(|weight| weight * largest.signum()).collect()
    };
    Some(Principal {
        shares: order.iter().map(|column| (eigen.eigenvalues[*column] / whole).max(0.0)).collect(),
        axes: order.iter().map(axis).collect(),
    })
}

/// A mode of motion: e^{(growth ± 2πi frequency) t}.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mode {
    /// Cycles per unit of time; 0 for a mode that does not swing.
    pub frequency: f64,
    /// Growth rate per unit of time; negative where it decays.
    pub growth: f64,
    /// Its share of the motion at the start.
    pub share: f64,
}

/// Readings that lie in one delayed state.
const DELAYS: usize = 32;
/// States that are looked at: the last ones.
const STATES: usize = 2000;
/// Modes weaker than this share of the strongest singular value are noise of rounding.
const ROUNDING: f64 = 1e-10;

/// The modes of several series read at equal steps of time: dynamic mode decomposition (Schmid, J. Fluid Mech. 656, 5, 2010;
/// Tu et al., J. Comput. Dyn. 1, 391, 2014) of their last readings, each less its mean and over its standard deviation, stacked
/// with their delays (Arbabi & Mezić, SIAM J. Appl. Dyn. Syst. 16, 2096, 2017), at the rank beyond which singular values are
/// those of noise (Gavish & Donoho, IEEE Trans. Inf. Theory 60, 5040, 2014). A pair that swings both ways is one mode; the
/// strongest comes first. Nothing where there are too few readings or nothing varies.
pub fn modes(series: &[Vec<f64>], step: f64) -> Vec<Mode> {
    let standard: Vec<Vec<f64>> =
        series.iter().filter(|series| variance(series) > 0.0).map(|series| standardised(series)).collect();
    let Some(length) = standard.first().map(Vec::len) else { return Vec::new() };
    let delays = DELAYS.min(length / 4);
    let columns = (length + 1).saturating_sub(delays);
    if delays < 2 || columns < 4 {
        return Vec::new();
    }
    let first = columns.saturating_sub(STATES);
    let rows = standard.len() * delays;
    let state = |row: usize, column: usize| standard[row / delays][first + column + row % delays];
    let columns = columns - first - 1;
    let (now, next) =
        (DMatrix::from_fn(rows, columns, state), DMatrix::from_fn(rows, columns, |row, column| state(row, column + 1)));
    let svd = SVD::new(now, true, true);
    let (Some(u), Some(v_t)) = (&svd.u, &svd.v_t) else { return Vec::new() };
    let values = &svd.singular_values;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    let sorted: Vec<f64> = order.iter().map(|at| values[*at]).collect();
    let least = (noise_floor(rows, columns) * super::median(&sorted)).max(ROUNDING * sorted[0]);
    let kept: Vec<usize> = order.into_iter().filter(|at| values[*at] > least).collect();
    let rank = kept.len();
    if rank == 0 {
        return Vec::new();
    }
    let u = DMatrix::from_fn(rows, rank, |row, column| u[(row, kept[column])]);
    let v_over_s = DMatrix::from_fn(columns, rank, |row, column| v_t[(kept[column], row)] / values[kept[column]]);
    let operator = u.transpose() * next * v_over_s;
    let start = u.transpose() * DMatrix::from_fn(rows, 1, |row, _| state(row, 0));
    spectrum(&operator, &start, step)
}

fn standardised(series: &[f64]) -> Vec<f64> {
    let (mean, spread) = (mean(series), variance(series).sqrt());
    series.iter().map(|value| (value - mean) / spread).collect()
}

/// The singular value above which a matrix of this shape holds more than white noise, over the median one (Gavish & Donoho's
/// approximation of ω(β)).
fn noise_floor(rows: usize, columns: usize) -> f64 {
    let beta = (rows.min(columns) as f64) / (rows.max(columns) as f64);
    ((0.56 * beta - 0.95) * beta + 1.82) * beta + 1.43
}

/// Eigenvalues of an operator as modes, with the shares that a state has of them.
fn spectrum(operator: &DMatrix<f64>, start: &DMatrix<f64>, step: f64) -> Vec<Mode> {
    use crate::sim::maths;
    use nalgebra::Complex;
    use std::f64::consts::TAU;
    let rank = operator.nrows();
    let values = operator.complex_eigenvalues();
    let complex = operator.map(|value| Complex::new(value, 0.0));
    let mut modes = Vec::new();
    for value in values.iter().filter(|value| value.im >= -1e-12) {
        // The eigenvector to an eigenvalue λ, and the left one, span the null spaces of A − λ and its transpose; the share of the
        // start is its length along the mode.
        let shifted = &complex - DMatrix::from_diagonal_element(rank, rank, *value);
        let null = |matrix: DMatrix<Complex<f64>>| {
            let svd = SVD::new(matrix, false, true);
            let least = svd.singular_values.imin();
            svd.v_t.map(|v_t| v_t.row(least).map(|entry| entry.conj()).transpose())
        };
        let (Some(right), Some(left)) = (null(shifted.clone()), null(shifted.adjoint())) else { continue };
        let scale = left.dotc(&right);
        let along = left.dotc(&start.map(|value| Complex::new(value, 0.0)).column(0).into_owned());
        let both = if value.im > 1e-12 { 2.0 } else { 1.0 };
        let share = both * along.norm() / scale.norm().max(f64::MIN_POSITIVE);
        let size = value.norm_sqr().sqrt();
        let growth = maths::ln(size) / step;
        modes.push(Mode { frequency: maths::atan2(value.im, value.re).abs() / TAU / step, growth, share });
    }
    let whole: f64 = modes.iter().map(|mode| mode.share).sum();
    modes.iter_mut().for_each(|mode| mode.share /= whole);
    modes.sort_by(|a, b| b.share.total_cmp(&a.share));
    modes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oracles::{Oracle, series},
        sim::maths,
    };
    use std::f64::consts::TAU;

    #[test]
    fn a_damped_swing_is_found_to_a_millionth() {
        let swing = |growth: f64, frequency: f64, at: usize| {
            let time = 0.1 * at as f64;
            maths::exp(growth * time) * maths::sin_cos(TAU * frequency * time).1
        };
        let path: Vec<f64> = (0..400).map(|at| 2.0 * swing(-0.02, 0.7, at) + swing(-0.1, 0.25, at)).collect();
        let found = modes(&[path], 0.1);
        // The mean that is taken away is a mode of its own, which does not change.
        for (frequency, growth) in [(0.7, -0.02), (0.25, -0.1)] {
            let near = |mode: &&Mode| (mode.frequency - frequency).abs() < 1e-6 && (mode.growth - growth).abs() < 1e-6;
            assert_eq!(found.iter().filter(near).count(), 1, "{frequency} {growth}: {found:?}");
        }
        assert!((found[0].frequency - 0.7).abs() < 1e-6, "the strongest first: {found:?}");
        assert_eq!(modes(&[vec![1.0; 50]], 1.0), []);
        assert_eq!(modes(&[vec![1.0, 2.0]], 1.0), []);
    }

    #[test]
    fn a_swing_is_found_in_noise() {
        let path: Vec<f64> =
            series::normal(2).take(1000).enumerate().map(|(at, e)| maths::sin_cos(0.3 * at as f64).0 + 0.3 * e).collect();
        let found = modes(&[path], 1.0);
        assert!((found[0].frequency - 0.3 / TAU).abs() < 1e-3 && found[0].growth.abs() < 0.01, "{found:?}");
    }

    #[test]
    fn as_numpy_finds_them() {
        let oracle = Oracle::read("linear");
        let mut normal = series::normal(6);
        let mut row = |count: usize| normal.by_ref().take(count).collect::<Vec<f64>>();
        let (a, b, c) = (row(500), row(500), row(500));
        let mixed: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + 0.5 * b).collect();
        let found = principal_components(&[a, mixed, c, vec![3.0; 500]]).unwrap();
        oracle.agree("shares", &found.shares, 1e-9);
        oracle.agree("first axis", &found.axes[0], 1e-9);
        assert_eq!(principal_components(&[vec![1.0; 5]]), None);
    }
}
