//! What one series tells of another.

use rayon::prelude::*;

/// Neighbours of which distances are taken: fewer leave less bias, more leave less scatter.
const NEIGHBOURS: usize = 4;

/// Mutual information of two series, in nats, by the distances of nearest neighbours (Kraskov, Stögbauer & Grassberger, Phys.
/// Rev. E 69, 066138, 2004, eq. 8). Each series is first brought to variance 1. 0 where they are independent; scatter may bring
/// it a little below. Not a number below 10 readings or where one does not vary.
pub fn mutual_information(x: &[f64], y: &[f64]) -> f64 {
    let (Some(x), Some(y)) = (standardised(x), standardised(y)) else { return f64::NAN };
    let count = x.len();
    if count < 10 {
        return f64::NAN;
    }
    let of_point = |point: usize| {
        let apart = |other: usize| ((x[point] - x[other]).abs(), (y[point] - y[other]).abs());
        let reach = nearest(count, point, |other| {
            let (dx, dy) = apart(other);
            dx.max(dy)
        });
        let others = (0..count).filter(|other| *other != point);
        let (nx, ny) =
            others.map(apart).fold((0, 0), |(nx, ny), (dx, dy)| (nx + usize::from(dx < reach), ny + usize::from(dy < reach)));
        digamma(nx + 1) + digamma(ny + 1)
    };
    let sums: Vec<f64> = (0..count).into_par_iter().map(of_point).collect();
    digamma(NEIGHBOURS) + digamma(count) - sums.iter().sum::<f64>() / count as f64
}

/// Transfer entropy from one series to another, in nats a reading: what the past of `from` tells of the next reading of `to`
/// beyond what the past of `to` tells itself, each past being one reading (Schreiber, Phys. Rev. Lett. 85, 461, 2000), by the
/// distances of nearest neighbours (Frenzel & Pompe, Phys. Rev. Lett. 99, 204101, 2007). 0 where it tells nothing; scatter may
/// bring it a little below. Not a number below 10 readings or where one does not vary.
pub fn transfer_entropy(from: &[f64], to: &[f64]) -> f64 {
    let (Some(from), Some(to)) = (standardised(from), standardised(to)) else { return f64::NAN };
    let count = to.len().saturating_sub(1);
    if count < 10 {
        return f64::NAN;
    }
    let (next, past, other_past) = (&to[1..], &to[..count], &from[..count]);
    let of_point = |point: usize| {
        let apart = |other: usize| {
            let along = |series: &[f64]| (series[point] - series[other]).abs();
            (along(next), along(past), along(other_past))
        };
        let reach = nearest(count, point, |other| {
            let (a, b, c) = apart(other);
            a.max(b).max(c)
        });
        let mut counts = [0; 3];
        for (next, past, other) in (0..count).filter(|other| *other != point).map(apart) {
            if past < reach {
                counts[0] += 1;
                counts[1] += usize::from(next < reach);
                counts[2] += usize::from(other < reach);
            }
        }
        digamma(counts[0] + 1) - digamma(counts[1] + 1) - digamma(counts[2] + 1)
    };
    let sums: Vec<f64> = (0..count).into_par_iter().map(of_point).collect();
    digamma(NEIGHBOURS) + sums.iter().sum::<f64>() / count as f64
}

/// A series with mean 0 and variance 1, where it varies.
fn standardised(series: &[f64]) -> Option<Vec<f64>> {
    let (mean, spread) = (super::mean(series), super::variance(series).sqrt());
    (spread > 0.0).then(|| series.iter().map(|value| (value - mean) / spread).collect())
}

/// Distance to the nearest neighbours, of those that a distance is given to.
fn nearest(count: usize, point: usize, distance: impl Fn(usize) -> f64) -> f64 {
    let mut found = [f64::INFINITY; NEIGHBOURS];
    for other in (0..count).filter(|other| *other != point) {
        let distance = distance(other);
        if distance < found[NEIGHBOURS - 1] {
            let place = found.partition_point(|known| *known <= distance);
            found[place..].rotate_right(1);
            found[place] = distance;
        }
    }
    found[NEIGHBOURS - 1]
}

/// ψ(n) of a whole number: −γ + 1 + 1/2 + … + 1/(n − 1).
fn digamma(n: usize) -> f64 {
    const EULER: f64 = 0.577_215_664_901_532_9;
    if n < 64 {
        return (1..n).map(|k| 1.0 / k as f64).sum::<f64>() - EULER;
    }
    // Its asymptotic series, to 1e-14.
    let inverse = 1.0 / n as f64;
    let square = inverse * inverse;
    crate::sim::maths::ln(n as f64) - inverse * (0.5 + inverse * (1.0 / 12.0 - square * (1.0 / 120.0 - square / 252.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::maths};

    #[test]
    fn of_normal_variables_they_are_known() {
        let mut normal = series::normal(11);
        let mut next = || normal.next().unwrap();
        for correlation in [0.0f64, 0.6, 0.9] {
            let x: Vec<f64> = (0..2000).map(|_| next()).collect();
            let y: Vec<f64> = x.iter().map(|x| correlation * x + (1.0 - correlation * correlation).sqrt() * next()).collect();
            let exact = -0.5 * maths::ln(1.0 - correlation * correlation);
            // Kraskov et al., fig. 4: scatter about 1/√N.
            let found = mutual_information(&x, &y);
            assert!((found - exact).abs() < 4.0 / 2000f64.sqrt(), "{correlation}: {found} against {exact}");
        }
        // y ← c x + e: x tells ½ ln(1 + c²) of the next y, y nothing of x.
        let x: Vec<f64> = (0..2000).map(|_| next()).collect();
        let y: Vec<f64> = std::iter::once(0.0).chain(x.iter().map(|x| 0.8 * x + next())).take(2000).collect();
        let (there, back) = (transfer_entropy(&x, &y), transfer_entropy(&y, &x));
        assert!((there - 0.5 * maths::ln(1.64)).abs() < 4.0 / 2000f64.sqrt(), "{there}");
        assert!(back.abs() < 4.0 / 2000f64.sqrt(), "{back}");
    }

    #[test]
    fn as_the_definitions_find_them() {
        let oracle = crate::oracles::Oracle::read("information");
        let mut normal = series::normal(12);
        let x: Vec<f64> = normal.by_ref().take(300).collect();
        let y: Vec<f64> = x.iter().zip(normal).map(|(x, e)| x * x + 0.5 * e).collect();
        oracle.agrees("mutual_information", mutual_information(&x, &y), 1e-9);
        oracle.agrees("transfer_entropy", transfer_entropy(&x, &y), 1e-9);
    }

    #[test]
    fn nothing_is_told_of_what_does_not_vary() {
        assert!(mutual_information(&[1.0; 20], &[1.0; 20]).is_nan() && transfer_entropy(&[1.0, 2.0], &[1.0, 2.0]).is_nan());
        assert!((digamma(63) + 1.0 / 63.0 - digamma(64)).abs() < 1e-13);
    }
}
