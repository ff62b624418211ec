//! Parameters that fit, by approximate Bayesian computation: a population that moves to where runs read what was read.
//!
//! Population Monte Carlo (Beaumont, Cornuet, Marin & Robert, Biometrika 96, 983, 2009; Toni et al., J. R. Soc. Interface 6,
//! 187, 2009) in the form that finds its own tolerances (Lenormand, Jabot & Deffuant, Comput. Stat. 28, 2777, 2013). The
//! first generation is drawn from the prior, twice as many as are kept. Those nearest to the readings are kept; their
//! largest distance is the tolerance. Each later generation draws as many again about those kept, by a normal kernel of
//! twice their covariance, weighs each draw by prior over proposal, and keeps the nearest of old and new. It ends when
//! few of a generation come within the tolerance before it.
//!
//! All is done in shares of the prior's ranges: there the prior is even, in the number or in its logarithm.

use super::{axis::Range, fit::Goal, plan::Plan, refine::Wanted};
use crate::{
    error::{Error, Result},
    scene::Value,
    sim::{Chance, maths},
    statistics::{median, variance},
};
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// It ends when no more than this share of a generation comes within the tolerance before it (Lenormand et al.: 0.01 to 0.05).
const FEWEST: f64 = 0.05;
/// The kernel's covariance over that of the population (Beaumont et al. 2009, Section 3).
const WIDENING: f64 = 2.0;
/// What is added to the kernel's variances, so that it has a width whatever the population.
const NARROWEST: f64 = 1e-12;
/// A normal distribution's standard deviation over its median absolute deviation.
const DEVIATIONS: f64 = 1.4826;

/// One draw of the parameters.
#[derive(Clone, Debug)]
struct Particle {
    run: u64,
    /// Its place, in shares of the ranges.
    at: Vec<f64>,
    weight: f64,
    readings: Vec<f64>,
    distance: f64,
}

/// What came of a generation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Generation {
    /// Its number, from 0 on.
    pub number: u64,
    /// Runs so far.
    pub runs: u64,
    /// The largest distance that was kept.
    pub tolerance: f64,
    /// The share of its draws that came within the tolerance before it.
    pub accepted: f64,
    /// Effective sample size of those kept.
    pub effective: f64,
}

/// Where a fit stands.
pub(super) struct Population {
    seed: u64,
    ranges: Vec<Range>,
    targets: Vec<f64>,
    keep: usize,
    last: u64,
    /// What a difference of each reading is divided by, once the first generation is known.
    scales: Vec<f64>,
    kept: Vec<Particle>,
    drawn: Vec<Particle>,
    generations: Vec<Generation>,
}

impl Population {
    /// Before the first run.
    ///
    /// # Errors
    /// Where the plan does not say what is free, or the goal is none.
    pub fn new(plan: &Plan, goal: &Goal) -> Result<Self> {
        goal.check(plan)?;
        Ok(Self {
            seed: plan.scene.seed,
            ranges: plan.axes.iter().filter_map(|axis| axis.span).collect(),
            targets: goal.to.iter().map(|(_, value)| *value).collect(),
            keep: goal.particles as usize,
            last: goal.generations,
            scales: Vec::new(),
            kept: Vec::new(),
            drawn: Vec::new(),
            generations: Vec::new(),
        })
    }

    /// What a run read; not a number where it is not defined there.
    pub fn read(&mut self, run: u64, readings: Vec<f64>) {
        let before = self.generations.last().map_or(0, |last| last.runs);
        if let Some(particle) = run.checked_sub(before).and_then(|place| self.drawn.get_mut(place as usize)) {
            particle.readings = readings;
        }
    }

    /// The runs that are to be made next; none: it is done. All that were wanted before must have been read.
    pub fn next(&mut self) -> Vec<Wanted> {
        if !self.drawn.is_empty() {
            self.select();
        }
        let number = self.generations.len() as u64;
        let done = self.generations.last().is_some_and(|last| number > self.last || last.accepted <= FEWEST);
        let lost = self.generations.last().is_some_and(|last| !last.tolerance.is_finite());
        if done || lost {
            return Vec::new();
        }
        self.drawn = if number == 0 { self.drawn_from_prior() } else { self.drawn_from_kept(number) };
        let value = |(range, at): (&Range, &f64)| Value::Number(range.at(*at));
        let wanted = |particle: &Particle| Wanted {
            run: particle.run,
            // Every run has a seed of its own, also where whole numbers come again.
            repeat: particle.run,
            values: self.ranges.iter().zip(&particle.at).map(value).collect(),
        };
        self.drawn.iter().map(wanted).collect()
    }

    /// The number of runs that were wanted so far.
    pub fn runs(&self) -> u64 {
        let before = self.generations.last().map_or(0, |last| last.runs);
        before + self.drawn.len() as u64
    }

    /// The generations so far.
    pub fn generations(&self) -> &[Generation] {
        &self.generations
    }

    /// Itself, where it came to an end.
    ///
    /// # Errors
    /// Where runs do not read what is to be matched.
    pub fn checked(self) -> Result<Self> {
        match self.generations.last() {
            Some(last) if !last.tolerance.is_finite() => Err(Error::failure(format!(
                "of {} runs with parameters from their ranges more than half do not read what is to be matched",
                last.runs
            ))
            .allowed("instruments that are defined over most of the ranges, and that depend on what is free")),
            _ => Ok(self),
        }
    }

    /// Run, weight and distance of all that are kept, in the order of runs. Weights sum up to 1.
    pub fn posterior(&self) -> Vec<(u64, f64, f64)> {
        let sum: f64 = self.kept.iter().map(|particle| particle.weight).sum();
        let mut kept: Vec<_> =
            self.kept.iter().map(|particle| (particle.run, particle.weight / sum, particle.distance)).collect();
        kept.sort_by_key(|(run, ..)| *run);
        kept
    }

    fn particle(&self, index: usize, at: Vec<f64>, weight: f64) -> Particle {
        let before = self.generations.last().map_or(0, |last| last.runs);
        Particle { run: before + index as u64, at, weight, readings: Vec::new(), distance: f64::INFINITY }
    }

    fn drawn_from_prior(&self) -> Vec<Particle> {
        let chance = Chance::new(self.seed, 0, "fit");
        let place = |index: usize| (0..self.ranges.len()).map(|axis| chance.uniform(index as u32, axis as u32)).collect();
        (0..2 * self.keep).map(|index| self.particle(index, place(index), 1.0)).collect()
    }

    /// Draws about those that are kept, within the prior's ranges.
    fn drawn_from_kept(&self, number: u64) -> Vec<Particle> {
        let kernel = Kernel::about(&self.kept);
        let chance = Chance::new(self.seed, number, "fit");
        // Of each attempt: one draw that chooses, and a pair for each axis.
        let draws = 2 * (self.ranges.len() as u32 + 1);
        let mut attempts = 0u64;
        let mut place = |index: usize| {
            (0..)
                .map(|attempt| {
                    attempts += 1;
                    let first = attempt * draws;
                    let normal = |axis: usize| chance.normal(index as u32, first / 2 + 1 + axis as u32);
                    let normals: Vec<f64> = (0..self.ranges.len()).map(normal).collect();
                    kernel.draw(chance.uniform(index as u32, first), normals)
                })
                .find(|at| at.iter().all(|share| (0.0..=1.0).contains(share)))
                .expect("half of a kernel about a place in a range lies in it")
        };
        let places: Vec<Vec<f64>> = (0..self.keep).map(&mut place).collect();
        // The proposals that lay outside were not made: the density of the others is larger by as much.
        let within = places.len() as f64 / attempts as f64;
        let drawn = places.into_iter().enumerate();
        drawn.map(|(index, at)| self.particle(index, at.clone(), within / kernel.density(&at))).collect()
    }

    /// Keeps the nearest of those kept and those drawn.
    fn select(&mut self) {
        if self.scales.is_empty() {
            self.scales = (0..self.targets.len()).map(|target| self.scale(target)).collect();
        }
        let before = self.kept.iter().map(|particle| particle.distance).fold(f64::NEG_INFINITY, f64::max);
        let mut drawn = std::mem::take(&mut self.drawn);
        let runs = drawn.last().map_or(0, |last| last.run + 1);
        for particle in &mut drawn {
            particle.distance = self.distance(&particle.readings);
        }
        let within = drawn.iter().filter(|particle| particle.distance < before).count();
        let accepted = if self.generations.is_empty() { 1.0 } else { within as f64 / drawn.len() as f64 };
        self.kept.extend(drawn);
        self.kept.sort_by(|a, b| a.distance.total_cmp(&b.distance).then(a.run.cmp(&b.run)));
        self.kept.truncate(self.keep);
        let tolerance = self.kept.last().map_or(f64::INFINITY, |last| last.distance);
        let effective = effective(self.kept.iter().map(|particle| particle.weight));
        let number = self.generations.len() as u64;
        self.generations.push(Generation { number, runs, tolerance, accepted, effective });
    }

    /// The spread of a reading over the prior: 1.48 of its median absolute deviation, which a few wild runs do not move, or
    /// its standard deviation where half of them read the same.
    fn scale(&self, target: usize) -> f64 {
        let readings = self.drawn.iter().filter_map(|particle| particle.readings.get(target).copied());
        let readings: Vec<f64> = readings.filter(|reading| reading.is_finite()).collect();
        let middle = median(&readings);
        let off: Vec<f64> = readings.iter().map(|reading| (reading - middle).abs()).collect();
        let robust = DEVIATIONS * median(&off);
        if robust > 0.0 { robust } else { variance(&readings).sqrt() }
    }

    /// Root of the mean square of the differences, each in its own spread. A reading that is the same all over the prior
    /// tells nothing.
    fn distance(&self, readings: &[f64]) -> f64 {
        let telling = readings.iter().zip(&self.targets).zip(&self.scales).filter(|(_, scale)| **scale > 0.0);
        let squares: Vec<f64> = telling
            .map(|((reading, target), scale)| {
                let off = (reading - target) / scale;
                off * off
            })
            .collect();
        let distance = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
        let whole = readings.len() == self.targets.len() && readings.iter().all(|reading| reading.is_finite());
        if whole && distance.is_finite() { distance } else { f64::INFINITY }
    }
}

/// Effective size of a weighted sample: (Σw)²/Σw² (Kish 1965).
pub fn effective(weights: impl Iterator<Item = f64> + Clone) -> f64 {
    let sum: f64 = weights.clone().sum();
    sum * sum / weights.map(|weight| weight * weight).sum::<f64>()
}

/// A mixture of normal distributions about a population.
struct Kernel<'a> {
    population: &'a [Particle],
    sum: f64,
    covariance: Cholesky<f64, Dyn>,
    /// One over the density at the middle of one of them.
    volume: f64,
}

impl<'a> Kernel<'a> {
    fn about(population: &'a [Particle]) -> Self {
        let axes = population.first().map_or(0, |particle| particle.at.len());
        let sum: f64 = population.iter().map(|particle| particle.weight).sum();
        let mean = |of: &dyn Fn(&[f64]) -> f64| {
            population.iter().map(|particle| particle.weight * of(&particle.at)).sum::<f64>() / sum
        };
        let means: Vec<f64> = (0..axes).map(|axis| mean(&|at| at[axis])).collect();
        let covariance = DMatrix::from_fn(axes, axes, |i, j| {
            let own = if i == j { NARROWEST } else { 0.0 };
            own + WIDENING * mean(&|at| (at[i] - means[i]) * (at[j] - means[j]))
        });
        let covariance = Cholesky::new(covariance).expect("a covariance with something added to each variance is positive");
        let root: f64 = covariance.l_dirty().diagonal().iter().product();
        let volume = root * (0..axes).map(|_| std::f64::consts::TAU.sqrt()).product::<f64>();
        Self { population, sum, covariance, volume }
    }

    /// A draw about one of the population, which `choice` in [0, 1) chooses by weight.
    fn draw(&self, choice: f64, normals: Vec<f64>) -> Vec<f64> {
        let mut left = choice * self.sum;
        let chosen = self.population.iter().find(|particle| {
            left -= particle.weight;
            left < 0.0
        });
        let chosen = chosen.or(self.population.last()).expect("a population that is drawn from has somebody");
        let moved = self.covariance.l() * DVector::from_vec(normals);
        chosen.at.iter().zip(&moved).map(|(at, moved)| at + moved).collect()
    }

    /// Its density at a place.
    fn density(&self, at: &[f64]) -> f64 {
        let about = |particle: &Particle| {
            let off = DVector::from_iterator(at.len(), at.iter().zip(&particle.at).map(|(a, b)| a - b));
            let distance = off.dot(&self.covariance.solve(&off));
            particle.weight * maths::exp(-0.5 * distance)
        };
        self.population.iter().map(about).sum::<f64>() / (self.sum * self.volume)
    }
}
