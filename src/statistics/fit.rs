//! Straight lines through points.

/// The straight line y = level + slope x that fits points best in the sense of least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Slope.
    pub slope: f64,
    /// Standard error of the slope, if the points scatter independently. Not a number for two points.
    pub error: f64,
    /// Value at x = 0.
    pub level: f64,
}

impl Fit {
    /// Through points (x, y); nothing where they do not fix a slope.
    pub fn through(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len() as f64;
        let (x_mean, y_mean) = points.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x / count, sy + y / count));
        let (mut xx, mut xy) = (0.0, 0.0);
        for (x, y) in points {
            xx += (x - x_mean) * (x - x_mean);
            xy += (x - x_mean) * (y - y_mean);
        }
        let slope = xy / xx;
        let level = y_mean - slope * x_mean;
        let rest: f64 = points.iter().map(|(x, y)| y - level - slope * x).map(|rest| rest * rest).sum();
        let error = if points.len() > 2 { (rest / (count - 2.0) / xx).sqrt() } else { f64::NAN };
        (xx > 0.0 && slope.is_finite()).then_some(Self { slope, error, level })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn through_a_few_points() {
        let fit = Fit::through(&[(0.0, 1.0), (1.0, 2.0), (2.0, 6.0)]).unwrap();
        // Residuals 0.5, −1, 0.5; Σx² about the mean 2.
        assert!((fit.slope - 2.5).abs() < 1e-12 && (fit.level - 0.5).abs() < 1e-12, "{fit:?}");
        assert!((fit.error - (1.5f64 / 2.0).sqrt()).abs() < 1e-12, "{fit:?}");
        assert_eq!(Fit::through(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(Fit::through(&[]), None);
    }
}
