//! What can be counted of a window by hand.

use super::Window;
use crate::sim::maths;
use bevy_math::{DVec2, Vec2};

/// Sides of the blocks in which events are counted, px.
const BLOCKS: [usize; 3] = [4, 8, 16];
/// Side of the blocks whose dipoles tell a direction of motion, px.
const DIPOLE: usize = 8;
/// Fewest events of each sign that make a dipole.
const FEWEST: f64 = 4.0;
/// Columns and rows of the scaled sensor that are looked at.
const SIDE: usize = 128;

/// Numbers of a window, all of them finite.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Statistics {
    /// Logarithm of the number of events a second.
    pub rate: f64,
    /// Share of ON events.
    pub on: f64,
    /// Logarithms of the Fano factors of the counts in blocks.
    pub fano: [f64; 3],
    /// |mean unit dipole| from darker to brighter: the order that optical flow shows.
    pub order: f64,
    /// Mean angle by which the dipole of a block turns from one third of the window to the next, rad.
    pub turning: f64,
    /// Angle by which the mean dipole turns from the first to the last third, rad.
    pub common_turning: f64,
}

impl Statistics {
    /// The numbers as a list.
    pub fn list(&self) -> [f64; 8] {
        let [a, b, c] = self.fano;
        [self.rate, self.on, a, b, c, self.order, self.turning, self.common_turning]
    }

    /// Counts.
    pub fn of(window: &Window) -> Self {
        let weights = |sign: f32| window.points.iter().map(|point| f64::from((sign * point.weight).max(0.0))).sum::<f64>();
        let (on, off) = (weights(1.0), weights(-1.0));
        let thirds = [0, 1, 2].map(|third| dipoles(window, third));
        let mut order = (DVec2::ZERO, 0.0);
        for unit in thirds.iter().flatten().filter(|dipole| **dipole != DVec2::ZERO) {
            order = (order.0 + *unit, order.1 + 1.0);
        }
        let mut turning = (0.0, 0.0);
        for (then, now) in thirds.windows(2).flat_map(|pair| pair[0].iter().zip(&pair[1])) {
            if *then != DVec2::ZERO && *now != DVec2::ZERO {
                turning = (turning.0 + between(*then, *now).abs(), turning.1 + 1.0);
            }
        }
        let mean = |third: usize| thirds[third].iter().sum::<DVec2>();
        let share = |(sum, count): (f64, f64)| if count > 0.0 { sum / count } else { 0.0 };
        Self {
            rate: maths::ln(1.0 + (on + off) / f64::from(window.length).max(1e-6)),
            on: (1.0 + on) / (2.0 + on + off),
            fano: BLOCKS.map(|side| maths::ln(1.0 + fano(window, side))),
            order: share((order.0.length(), order.1)),
            turning: share(turning),
            common_turning: between(mean(0), mean(2)).abs(),
        }
    }
}

fn between(from: DVec2, to: DVec2) -> f64 {
    if from == DVec2::ZERO || to == DVec2::ZERO { 0.0 } else { maths::atan2(from.perp_dot(to), from.dot(to)) }
}

/// Variance over mean of the counts in blocks.
fn fano(window: &Window, side: usize) -> f64 {
    let across = SIDE / side;
    let mut counts = vec![0.0; across * across];
    for point in &window.points {
        let (x, y) = (point.x as usize / side, point.y as usize / side);
        if x < across && y < across {
            counts[y * across + x] += f64::from(point.weight.abs());
        }
    }
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let variance = counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>() / counts.len() as f64;
    if mean > 0.0 { variance / mean } else { 0.0 }
}

/// The unit vector from the middle of what became darker to that of what became brighter, in each block in a third of the
/// window; zero where there is too little of either.
fn dipoles(window: &Window, third: usize) -> Vec<DVec2> {
    let across = SIDE / DIPOLE;
    let mut sums = vec![[(DVec2::ZERO, 0.0); 2]; across * across];
    let length = window.length / 3.0;
    for point in window.points.iter().filter(|point| ((point.t / length) as usize).min(2) == third) {
        let (x, y) = (point.x as usize / DIPOLE, point.y as usize / DIPOLE);
        if x < across && y < across {
            let sum = &mut sums[y * across + x][usize::from(point.weight > 0.0)];
            let weight = f64::from(point.weight.abs());
            *sum = (sum.0 + Vec2::new(point.x, point.y).as_dvec2() * weight, sum.1 + weight);
        }
    }
    let dipole = |[off, on]: &[(DVec2, f64); 2]| {
        if off.1 < FEWEST || on.1 < FEWEST { DVec2::ZERO } else { (on.0 / on.1 - off.0 / off.1).normalize_or_zero() }
    };
    sums.iter().map(dipole).collect()
}
