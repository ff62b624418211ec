//! What can be counted of a window by hand.

use super::{Point, Window};
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

    /// Counts all of a window.
    pub fn of(window: &Window) -> Self {
        let mut tally = Tally::new(window.length);
        window.points.iter().for_each(|point| tally.add(point));
        tally.finish()
    }
}

/// The sum of the places of what became brighter or darker in a block, each times its weight, and that of the weights.
type Sum = (DVec2, f64);

/// What is counted while points come.
pub(super) struct Tally {
    length: f32,
    /// Weights of what became darker, and brighter.
    weights: [f64; 2],
    /// Darker and brighter in each block, in thirds of the window.
    thirds: [Vec<[Sum; 2]>; 3],
    /// Counts in blocks.
    blocks: [Vec<f64>; 3],
}

impl Tally {
    /// For a window of a length, s.
    pub fn new(length: f32) -> Self {
        let blocks = |side: usize| (SIDE / side) * (SIDE / side);
        Self {
            length,
            weights: [0.0; 2],
            thirds: std::array::from_fn(|_| vec![Default::default(); blocks(DIPOLE)]),
            blocks: BLOCKS.map(|side| vec![0.0; blocks(side)]),
        }
    }

    /// Takes a point.
    pub fn add(&mut self, point: &Point) {
        let weight = f64::from(point.weight.abs());
        let brighter = usize::from(point.weight > 0.0);
        self.weights[brighter] += weight;
        let (x, y) = (point.x as usize, point.y as usize);
        if x >= SIDE || y >= SIDE {
            return;
        }
        let block = |side: usize| y / side * (SIDE / side) + x / side;
        for (side, counts) in BLOCKS.into_iter().zip(&mut self.blocks) {
            counts[block(side)] += weight;
        }
        let third = ((point.t / (self.length / 3.0)) as usize).min(2);
        let sum = &mut self.thirds[third][block(DIPOLE)][brighter];
        *sum = (sum.0 + Vec2::new(point.x, point.y).as_dvec2() * weight, sum.1 + weight);
    }

    /// The numbers, once all points have come.
    pub fn finish(self) -> Statistics {
        let [off, on] = self.weights;
        let thirds = self.thirds.map(|sums| sums.iter().map(dipole).collect::<Vec<DVec2>>());
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
        Statistics {
            rate: maths::ln(1.0 + (on + off) / f64::from(self.length).max(1e-6)),
            on: (1.0 + on) / (2.0 + on + off),
            fano: self.blocks.map(|counts| maths::ln(1.0 + fano(&counts))),
            order: share((order.0.length(), order.1)),
            turning: share(turning),
            common_turning: between(mean(0), mean(2)).abs(),
        }
    }
}

fn between(from: DVec2, to: DVec2) -> f64 {
    if from == DVec2::ZERO || to == DVec2::ZERO { 0.0 } else { maths::atan2(from.perp_dot(to), from.dot(to)) }
}

/// Variance over mean of counts.
fn fano(counts: &[f64]) -> f64 {
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let variance = counts.iter().map(|count| (count - mean) * (count - mean)).sum::<f64>() / counts.len() as f64;
    if mean > 0.0 { variance / mean } else { 0.0 }
}

/// The unit vector from the middle of what became darker to that of what became brighter; zero where there is too little of
/// either.
fn dipole([off, on]: &[Sum; 2]) -> DVec2 {
    if off.1 < FEWEST || on.1 < FEWEST { DVec2::ZERO } else { (on.0 / on.1 - off.0 / off.1).normalize_or_zero() }
}
