//! Ridge regression on standardised numbers, their squares and products.

/// A fitted regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    means: Vec<f64>,
    scales: Vec<f64>,
    /// Weights of the expanded numbers; the last is the constant.
    weights: Vec<f64>,
    quadratic: bool,
}

impl Ridge {
    /// Fits targets to rows of numbers; `penalty` is added to the diagonal.
    pub fn fit(rows: &[Vec<f64>], targets: &[f64], penalty: f64, quadratic: bool) -> Self {
        let numbers = rows.first().map_or(0, Vec::len);
        let count = rows.len().max(1) as f64;
        let mean = |column: usize| rows.iter().map(|row| row[column]).sum::<f64>() / count;
        let means: Vec<f64> = (0..numbers).map(mean).collect();
        let spread = |column: usize| {
            let variance =
                rows.iter().map(|row| (row[column] - means[column]) * (row[column] - means[column])).sum::<f64>() / count;
            if variance > 1e-18 { variance.sqrt() } else { 1.0 }
        };
        let scales = (0..numbers).map(spread).collect();
        let mut ridge = Self { means, scales, weights: Vec::new(), quadratic };
        let expanded: Vec<Vec<f64>> = rows.iter().map(|row| ridge.expand(row)).collect();
        let size = ridge.expand(&vec![0.0; numbers]).len();
        let mut matrix = vec![vec![0.0; size + 1]; size];
        for (row, target) in expanded.iter().zip(targets) {
            for i in 0..size {
                for j in 0..size {
                    matrix[i][j] += row[i] * row[j];
                }
                matrix[i][size] += row[i] * target;
            }
        }
        // The constant, the last, is not held back.
        (0..size - 1).for_each(|i| matrix[i][i] += penalty);
        ridge.weights = solve(matrix);
        ridge
    }

    fn expand(&self, row: &[f64]) -> Vec<f64> {
        let standard: Vec<f64> =
            row.iter().zip(&self.means).zip(&self.scales).map(|((value, mean), scale)| (value - mean) / scale).collect();
        let mut all = standard.clone();
        if self.quadratic {
            for i in 0..standard.len() {
                all.extend((i..standard.len()).map(|j| standard[i] * standard[j]));
            }
        }
        all.push(1.0);
        all
    }

    /// The regression's value.
    pub fn predict(&self, row: &[f64]) -> f64 {
        self.expand(row).iter().zip(&self.weights).map(|(value, weight)| value * weight).sum()
    }
}

/// Solves a linear system whose last column is the right side (Gauss's elimination with pivots).
fn solve(mut matrix: Vec<Vec<f64>>) -> Vec<f64> {
    let size = matrix.len();
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()));
        matrix.swap(column, pivot.unwrap_or(column));
        let top = matrix[column].clone();
        if top[column].abs() < 1e-12 {
            continue;
        }
        for row in matrix.iter_mut().skip(column + 1) {
            let factor = row[column] / top[column];
            row.iter_mut().zip(&top).skip(column).for_each(|(value, top)| *value -= factor * top);
        }
    }
    let mut solution = vec![0.0; size];
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row][column] * solution[column]).sum();
        if matrix[row][row].abs() >= 1e-12 {
            solution[row] = (matrix[row][size] - known) / matrix[row][row];
        }
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parabola_is_found() {
        let rows: Vec<Vec<f64>> = (0..50).map(|n| vec![f64::from(n) * 0.1, f64::from(n * 7 % 11)]).collect();
        let truth = |row: &[f64]| 2.0 + row[0] * row[0] - 0.5 * row[0] * row[1];
        let targets: Vec<f64> = rows.iter().map(|row| truth(row)).collect();
        let ridge = Ridge::fit(&rows, &targets, 1e-9, true);
        assert!(rows.iter().all(|row| (ridge.predict(row) - truth(row)).abs() < 1e-6));
    }
}
