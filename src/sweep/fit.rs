//! A fit: what is looked for, and what came of it.

use super::{axis::Values, plan::Plan, population::effective, row};
use crate::{
    error::{Error, Result},
    sim::Models,
    table::{Cell, Column, fields, read_lines},
};
use serde::{Deserialize, Serialize};
use std::{ops::RangeInclusive, path::Path};

/// Numbers of parameter sets that may be kept.
pub const PARTICLES: RangeInclusive<u64> = 20..=100_000;
/// Generations after the first.
pub const GENERATIONS: RangeInclusive<u64> = 1..=1000;
/// The columns of a fit's table behind those of a sweep's.
pub(super) const COLUMNS: [&str; 2] = ["weight", "distance"];

/// What a fit looks for: parameters whose runs read these numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The readings to match, by the names of their columns in a sweep's table: `polarisation` is the mean of a run,
    /// `polarisation_spread` its standard deviation, `polarisation_last` the last reading.
    pub to: Vec<(String, f64)>,
    /// Sets of parameters that are kept.
    pub particles: u64,
    /// Generations after the first, at most.
    pub generations: u64,
}

impl Goal {
    /// The most runs that a fit makes.
    pub fn most_runs(&self) -> u64 {
        self.particles.saturating_mul(self.generations.saturating_add(2))
    }

    /// Checks that a plan can look for it.
    ///
    /// # Errors
    /// Where nothing is free, what is free is no range, or a number is out of its range.
    pub fn check(&self, plan: &Plan) -> Result<()> {
        if let Some(axis) = plan.axes.iter().find(|axis| !matches!(axis.values, Values::Range(_))) {
            return Err(Error::usage("what is free has a range")
                .allowed("PATH, or PATH=FROM:TO")
                .at(format!("--free {}", axis.text)));
        }
        if plan.axes.is_empty() || self.to.is_empty() {
            return Err(
                Error::usage("nothing is free, or nothing is to be matched").allowed("--free PATH, and --to what was read")
            );
        }
        for (what, number, range) in [("particles", self.particles, PARTICLES), ("generations", self.generations, GENERATIONS)]
        {
            if !range.contains(&number) {
                let allowed = format!("{} to {}", range.start(), range.end());
                return Err(Error::usage(format!("{number} is out of range")).allowed(allowed).at(format!("--{what}")));
            }
        }
        for (at, (name, value)) in self.to.iter().enumerate() {
            if !value.is_finite() {
                return Err(Error::usage(format!("{value} cannot be matched")).allowed("a number").path(name));
            }
            if self.to[..at].iter().any(|(other, _)| other == name) {
                return Err(Error::usage("is to be matched twice").path(name));
            }
        }
        Ok(())
    }

    /// Where the readings to be matched stand in a row with these columns.
    ///
    /// # Errors
    /// Where a row has no such reading.
    pub(super) fn places(&self, columns: &[Column]) -> Result<Vec<usize>> {
        let place = |(name, _): &(String, f64)| {
            let found = columns.iter().position(|column| column.name == *name);
            let names = columns.iter().map(|column| column.name.as_str());
            found.ok_or_else(|| Error::usage(format!("no run reads '{name}'")).names(name, names))
        };
        self.to.iter().map(place).collect()
    }
}

/// The weighted sets of parameters that a fit kept, and what their runs read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Posterior {
    /// Each set's weight; their sum is 1.
    pub weights: Vec<f64>,
    /// Each free parameter's path, and its value in each set.
    pub parameters: Vec<(String, Vec<f64>)>,
    /// The name of each reading, what it was to be, and what it is in each set.
    pub readings: Vec<(String, f64, Vec<f64>)>,
    /// The largest distance.
    pub tolerance: f64,
}

/// A weighted sample in few numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub spread: f64,
    /// The values below which lie 5 % and 95 % of the weight.
    pub interval: (f64, f64),
}

impl Posterior {
    /// Reads the table that a fit of this plan wrote.
    ///
    /// # Errors
    /// Where it cannot be read, or is not of this plan.
    pub fn read(path: &Path, plan: &Plan, models: &Models) -> Result<Self> {
        let goal = plan.fit.as_ref().ok_or_else(|| Error::usage("its plan is no fit").at(path.display()))?;
        let columns = row::columns(plan, models.find(plan.scene.model.name)?)?;
        let mut lines = read_lines(path)?;
        super::find::check_header(lines.next().transpose()?.as_deref(), &columns).map_err(|error| error.at(path.display()))?;
        let mut table: Vec<Vec<f64>> = vec![Vec::new(); columns.len()];
        for line in lines {
            for ((field, column), numbers) in fields(&line?).iter().zip(&columns).zip(&mut table) {
                numbers.push(match Cell::read(field, column.kind) {
                    Some(Cell::Whole(number)) => number as f64,
                    Some(Cell::Number(number)) => number,
                    _ => f64::NAN,
                });
            }
        }
        let column = |name: &str| {
            let place = columns.iter().position(|column| column.name == name).expect("a plan's columns are in its table");
            table[place].clone()
        };
        let [weight, distance] = COLUMNS;
        Ok(Self {
            weights: column(weight),
            parameters: plan.paths().into_iter().map(|path| (path.to_owned(), column(path))).collect(),
            readings: goal.to.iter().map(|(name, value)| (name.clone(), *value, column(name))).collect(),
            tolerance: column(distance).into_iter().fold(0.0, f64::max),
        })
    }

    /// A column in few numbers.
    pub fn tell(&self, values: &[f64]) -> Told {
        told(values, &self.weights)
    }

    /// Effective sample size.
    pub fn effective(&self) -> f64 {
        effective(self.weights.iter().copied())
    }
}

/// A weighted sample in few numbers.
pub fn told(values: &[f64], weights: &[f64]) -> Told {
    let mean_of = |of: &dyn Fn(f64) -> f64| {
        weights.iter().zip(values).map(|(weight, value)| weight * of(*value)).sum::<f64>() / weights.iter().sum::<f64>()
    };
    let mean = mean_of(&|value| value);
    let spread = mean_of(&|value| (value - mean) * (value - mean)).sqrt();
    let mut sorted: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let below = |share: f64| weighted_quantile(&sorted, share);
    Told { mean, spread, interval: (below(0.05), below(0.95)) }
}

/// The value below which this share of the weight lies, straight between the middles of neighbouring weights.
fn weighted_quantile(sorted: &[(f64, f64)], share: f64) -> f64 {
    let whole: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let wanted = share * whole;
    let mut before = 0.0;
    let mut last: Option<(f64, f64)> = None;
    for (value, weight) in sorted {
        let middle = before + weight / 2.0;
        if middle >= wanted {
            return match last {
                Some((low, at)) if middle > at => low + (value - low) * (wanted - at) / (middle - at),
                _ => *value,
            };
        }
        last = Some((*value, middle));
        before += weight;
    }
    last.map_or(f64::NAN, |(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weighted_sample_is_told_as_the_sample_that_it_stands_for() {
        let of = |weights: &[f64], values: &[f64]| Posterior { weights: weights.to_vec(), ..Posterior::default() }.tell(values);
        let even = of(&[0.01; 100], &(0..100).map(f64::from).collect::<Vec<_>>());
        assert!(
            (even.mean - 49.5).abs() < 1e-9 && (even.interval.0 - 4.5).abs() < 1e-9 && (even.interval.1 - 94.5).abs() < 1e-9
        );
        // Uniform over 100: variance (100² − 1)/12.
        assert!((even.spread - (9999.0f64 / 12.0).sqrt()).abs() < 1e-9);
        // A weight of nothing is nobody.
        let heavy = of(&[0.0, 1.0, 0.0], &[-9.0, 2.0, 7.0]);
        assert!((heavy.mean - 2.0).abs() < 1e-12 && heavy.spread.abs() < 1e-12);
        let half = of(&[0.5, 0.25, 0.25], &[1.0, 2.0, 3.0]);
        assert!((half.mean - 1.75).abs() < 1e-12 && half.interval.0 == 1.0 && half.interval.1 == 3.0, "{half:?}");
        let wide = Posterior { weights: vec![0.5, 0.25, 0.25], ..Posterior::default() };
        assert!((wide.effective() - 1.0 / (0.25 + 2.0 / 16.0)).abs() < 1e-12);
    }
}
