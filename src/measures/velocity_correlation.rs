//! Correlation of velocity fluctuations, and its length.

use super::{DIRECTIONS, Dimension, Instrument, POSITIONS, Reading, Tells, pairs};
use crate::sim::{Agents, Boundary, Space};
use bevy_math::{DVec3, Vec3};

/// Shells.
const BINS: usize = 50;
/// Agents that are paired with one another: beyond, so many for all.
const MOST: usize = 4000;

const NEEDS: (&str, fn(&Agents) -> bool) =
    ("positions, and velocities or headings", |agents| (POSITIONS.1)(agents) && (DIRECTIONS.1)(agents));

/// The correlation C(r).
pub const INSTRUMENT: Instrument = Instrument {
    name: "velocity_correlation",
    symbol: "C(r)",
    definition: "C(r): mean of u·u′ over pairs of agents at distance r, over the mean of u·u, u an agent's velocity less the mean velocity \
                 (without velocities, headings count): 1 at r = 0; it must cross 0, since fluctuations add up to nothing; of few pairs it may go beyond ±1. In 50 \
                 shells up to half the shortest side of a torus, else half the extent of the group. Of more than 4000 agents so \
                 many, evenly by identity, stand for all. Cavagna et al., PNAS 107, 11865 (2010).",
    cost: "min(N, 4000)² a reading",
    needs: NEEDS,
    tells: Tells::Curve("r"),
    make: || Box::new(|agents: &Agents| Reading::Curve(read(agents))),
    ..Instrument::PLAIN
};

/// The correlation length ξ.
pub const LENGTH: Instrument = Instrument {
    name: "correlation_length",
    symbol: "ξ",
    dimension: Dimension::Length,
    definition: "Distance at which the correlation of velocity fluctuations first falls to 0, straight between shells: the size of \
                 domains that fluctuate together; in flocks of birds it grows with the flock. Not defined where it falls to 0 \
                 nowhere. Cavagna et al., PNAS 107, 11865 (2010).",
    tells: Tells::Number,
    make: || Box::new(|agents: &Agents| first_zero(&read(agents))),
    ..INSTRUMENT
};

fn read(agents: &Agents) -> Vec<[f64; 2]> {
    let (positions, motions) = (pairs::positions(agents), pairs::motions(agents).unwrap_or_default());
    let mut rows = pairs::sample(agents, MOST);
    // Of recorded agents one may not be known.
    rows.retain(|row| motions[*row].is_finite());
    let of_rows = |values: &[Vec3]| rows.iter().map(|row| values[*row]).collect::<Vec<_>>();
    of(&of_rows(&positions), &of_rows(&motions), &agents.space())
}

/// C at the middle of each shell in which there are pairs; nothing where no velocity differs from another.
fn of(positions: &[Vec3], motions: &[Vec3], space: &Space<Vec3>) -> Vec<[f64; 2]> {
    let mean = motions.iter().map(|motion| motion.as_dvec3()).sum::<DVec3>() / motions.len().max(1) as f64;
    let apart: Vec<DVec3> = motions.iter().map(|motion| motion.as_dvec3() - mean).collect();
    let square = apart.iter().map(|motion| motion.length_squared()).sum::<f64>() / apart.len().max(1) as f64;
    let far = if space.boundary == Boundary::Periodic {
        0.5 * pairs::sides(space).into_iter().fold(f64::INFINITY, f64::min)
    } else {
        let (low, high) =
            positions.iter().fold((Vec3::INFINITY, Vec3::NEG_INFINITY), |(low, high), at| (low.min(*at), high.max(*at)));
        0.5 * (high - low).as_dvec3().length()
    };
    if square <= 0.0 || !(far.is_finite() && far > 0.0) {
        return Vec::new();
    }
    let width = far / BINS as f64;
    let part = |rows: std::ops::Range<usize>| {
        // Products, then numbers of pairs.
        let mut bins = vec![0.0; 2 * BINS];
        for row in rows {
            for other in row + 1..positions.len() {
                let distance = space.displacement(positions[row], positions[other]).as_dvec3().length();
                let bin = (distance / width) as usize;
                if bin < BINS {
                    bins[bin] += apart[row].dot(apart[other]);
                    bins[BINS + bin] += 1.0;
                }
            }
        }
        bins
    };
    let bins = pairs::add_up(positions.len(), part, pairs::together).unwrap_or_default();
    let (products, counts) = bins.split_at(BINS);
    let with_pairs = products.iter().zip(counts).enumerate().filter(|(_, (_, count))| **count > 0.0);
    with_pairs.map(|(bin, (product, count))| [(bin as f64 + 0.5) * width, product / count / square]).collect()
}

fn first_zero(curve: &[[f64; 2]]) -> f64 {
    let at_zero = [[0.0, 1.0]];
    let points: Vec<[f64; 2]> = at_zero.iter().chain(curve).copied().collect();
    let crossing = points.windows(2).find(|pair| pair[1][1] <= 0.0);
    crossing.map_or(f64::NAN, |pair| {
        let ([x, y], [x_next, y_next]) = (pair[0], pair[1]);
        x + (x_next - x) * y / (y - y_next)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn as_numpy_finds_it() {
        let oracle = Oracle::read("order");
        let (mut uniform, mut normal) = (series::uniform(31), series::normal(32));
        let positions: Vec<Vec3> =
            (0..300).map(|_| 10.0 * Vec3::new(uniform.next().unwrap() as f32, uniform.next().unwrap() as f32, 0.0)).collect();
        let wave = |at: &Vec3| crate::sim::maths::sin_cos(std::f32::consts::TAU * at.x / 10.0);
        let motions: Vec<Vec3> = positions
            .iter()
            .map(|at| Vec3::new(1.0 + wave(at).0, wave(at).1, 0.0) + 0.3 * normal.next().unwrap() as f32 * Vec3::X)
            .collect();
        let curve = of(&positions, &motions, &Space::square(10.0, Boundary::Periodic).in_space());
        oracle.agree("velocity_correlation", &curve.iter().map(|[_, c]| *c).collect::<Vec<_>>(), 1e-4);
        oracle.agrees("correlation_length", first_zero(&curve), 1e-3);
    }

    #[test]
    fn it_crosses_zero_between_two_opposite_halves_and_is_nothing_where_all_agree() {
        let space = Space::square(8.0, Boundary::Open).in_space();
        let positions: Vec<Vec3> = (0..8).map(|at| Vec3::new(at as f32, 0.0, 0.0)).collect();
        let halves: Vec<Vec3> = (0..8).map(|at| if at < 4 { Vec3::X } else { Vec3::NEG_X }).collect();
        let curve = of(&positions, &halves, &space);
        // At distance 1 six pairs of seven agree; at 3 three pairs of five do not.
        assert!((curve[0][1] - 5.0 / 7.0).abs() < 1e-12, "{curve:?}");
        assert!((curve[2][1] + 1.0 / 5.0).abs() < 1e-12, "{curve:?}");
        assert!((2.0..3.1).contains(&first_zero(&curve)), "{curve:?}");
        assert_eq!(of(&positions, &[Vec3::X; 8], &space), Vec::<[f64; 2]>::new());
        assert!(first_zero(&[]).is_nan());
    }
}
