//! Nematic order: whether axes agree, whichever way agents go along them.

use super::{DIRECTIONS, Instrument};
use crate::sim::Agents;
use bevy_math::{DMat3, DVec3};

/// The nematic order S.
pub const INSTRUMENT: Instrument = Instrument {
    name: "nematic",
    symbol: "S",
    definition: "How far the axes of motion agree, whichever way agents go along them: in the plane |mean of e^{2iθ}|; in space the \
                 largest eigenvalue of the mean of (3v̂v̂ − 1)/2. 1 where all axes are parallel; in the plane about √(π/4N) where \
                 they are random. De Gennes & Prost, The Physics of Liquid Crystals, 2nd ed. (Oxford 1993), § 2.1.",
    range: Some((0.0, 1.0)),
    needs: DIRECTIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let directions: Vec<DVec3> = agents.known_directions().iter().map(|direction| direction.as_dvec3()).collect();
    if agents.space().is_flat() { in_plane(&directions) } else { in_space(&directions) }
}

fn in_plane(directions: &[DVec3]) -> f64 {
    // (x + iy)² turns twice as fast.
    let sum = directions.iter().map(|v| DVec3::new(v.x * v.x - v.y * v.y, 2.0 * v.x * v.y, 0.0)).sum::<DVec3>();
    sum.length() / directions.len() as f64
}

fn in_space(directions: &[DVec3]) -> f64 {
    let sum = directions.iter().fold(DMat3::ZERO, |sum, v| sum + DMat3::from_cols(*v * v.x, *v * v.y, *v * v.z));
    // The trace of unit vectors is 1, but for rounding.
    let mean = sum * (1.0 / directions.len() as f64);
    let tensor = mean * 1.5 - DMat3::IDENTITY * (0.5 * (mean.x_axis.x + mean.y_axis.y + mean.z_axis.z));
    largest_eigenvalue(&tensor)
}

/// Of a symmetric matrix without trace: the largest root of λ³ − pλ − q, by Newton's method from above.
fn largest_eigenvalue(matrix: &DMat3) -> f64 {
    let square = *matrix * *matrix;
    let p = 0.5 * (square.x_axis.x + square.y_axis.y + square.z_axis.z);
    let q = matrix.determinant();
    // All roots lie below 2√(p/3), above which the cubic is convex.
    let mut root = 2.0 * (p / 3.0).sqrt();
    loop {
        let slope = 3.0 * root * root - p;
        let next = root - (root * root * root - p * root - q) / slope;
        if slope.is_nan() || slope <= 0.0 || next.is_nan() || next >= root {
            return root;
        }
        root = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn as_freud_finds_it() {
        let oracle = Oracle::read("order");
        let mut normal = series::normal(8);
        let mut next = || normal.next().unwrap();
        let drawn: Vec<DVec3> = (0..200).map(|_| DVec3::new(next(), next(), 2.0 * next()).normalize()).collect();
        // freud works in single precision.
        oracle.agrees("nematic in space", in_space(&drawn), 1e-5);
    }

    #[test]
    fn of_a_few_directions() {
        assert!((in_plane(&[DVec3::X, -DVec3::X]) - 1.0).abs() < 1e-12);
        assert!(in_plane(&[DVec3::X, DVec3::Y]) < 1e-12);
        assert!((in_space(&[DVec3::Z, -DVec3::Z]) - 1.0).abs() < 1e-12);
        assert!(in_space(&[DVec3::X, DVec3::Y, DVec3::Z]).abs() < 1e-7);
        // Spread evenly over a plane of space: eigenvalues 1/4, 1/4, −1/2.
        assert!((in_space(&[DVec3::X, DVec3::Y]) - 0.25).abs() < 1e-7);
        assert!(in_plane(&[]).is_nan());
    }
}
