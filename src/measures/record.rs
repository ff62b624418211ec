//! What a whole run read, in few numbers.

use super::{Entry, Instrument, Observer, Reading, When};
use crate::statistics::{Discard, Estimate};

/// What an instrument said of a whole run.
#[derive(Clone, Debug, PartialEq)]
pub enum Conclusion {
    /// The mean of its numbers, and the step of the first that it is of; nothing where none was a number.
    Mean(Option<(Estimate, u64)>),
    /// The mean of its numbers at each place; nothing at places where none was a number.
    Means(Vec<(Entry, Option<Estimate>)>),
    /// What it told at the end.
    End(Reading),
}

/// The readings of a run, kept until its end.
pub struct Record {
    columns: Vec<Column>,
}

/// An instrument, and what it read at which step.
type Column = (&'static Instrument, Vec<(u64, Reading)>);

impl Record {
    /// An empty record of what an observer reads.
    pub fn new(observer: &Observer) -> Self {
        Self { columns: observer.instruments().map(|instrument| (instrument, Vec::new())).collect() }
    }

    /// Takes note of the readings of a step.
    pub fn push(&mut self, step: u64, readings: &[Reading]) {
        for ((instrument, column), reading) in self.columns.iter_mut().zip(readings) {
            if instrument.when != When::End {
                column.push((step, reading.clone()));
            }
        }
    }

    /// What each instrument said of the whole run. Means leave out steps before `from`; where that is not given, those of
    /// the [transient](crate::statistics::transient), or at places of a curve or map the first half.
    pub fn conclude(&self, observer: &Observer, from: Option<u64>) -> Vec<Conclusion> {
        let conclude = |((instrument, column), end): (&Column, Reading)| {
            if instrument.when == When::End {
                Conclusion::End(end)
            } else if instrument.is_a_series() {
                Conclusion::Mean(mean(column, from))
            } else {
                Conclusion::Means(means(column, from))
            }
        };
        self.columns.iter().zip(observer.conclude(from)).map(conclude).collect()
    }
}

fn mean(column: &[(u64, Reading)], from: Option<u64>) -> Option<(Estimate, u64)> {
    let known = column.iter().map(|(step, reading)| (*step, reading.number())).filter(|(_, number)| number.is_finite());
    let (steps, numbers): (Vec<u64>, Vec<f64>) = known.unzip();
    let discard = from.map_or(Discard::Automatic, |from| Discard::First(steps.partition_point(|step| *step < from)));
    let estimate = Estimate::of(numbers, discard)?;
    Some((estimate, steps[estimate.discarded]))
}

fn means(column: &[(u64, Reading)], from: Option<u64>) -> Vec<(Entry, Option<Estimate>)> {
    let first = from.map_or(column.len() / 2, |from| column.partition_point(|(step, _)| *step < from));
    let mut entries: Vec<Entry> = column[first..].iter().flat_map(|(_, reading)| reading.entries()).collect();
    // Stable, so that the numbers of one place stay in the order of steps.
    entries.sort_by(|a, b| a.place().partial_cmp(&b.place()).unwrap_or(std::cmp::Ordering::Equal));
    let of_place = |entries: &[Entry]| {
        let estimate = Estimate::of(entries.iter().map(|entry| entry.value), Discard::First(0));
        (Entry { value: f64::NAN, ..entries[0] }, estimate)
    };
    entries.chunk_by(|a, b| a.place() == b.place()).map(of_place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_averaged_after_the_transient_and_curves_place_by_place() {
        let column: Vec<(u64, Reading)> =
            (0..100).map(|at| (10 * at, Reading::Number(if at < 20 { 9.0 } else { (at % 2) as f64 }))).collect();
        let (estimate, from) = mean(&column, None).unwrap();
        assert_eq!((estimate.mean, from), (0.5, 200));
        assert_eq!(mean(&column, Some(500)).unwrap().1, 500);
        assert_eq!(mean(&[(0, Reading::Number(f64::NAN))], None), None);
        let column: Vec<(u64, Reading)> =
            (0..8).map(|at| (at, Reading::Curve(vec![[2.0, at as f64], [1.0, f64::NAN]]))).collect();
        let means = means(&column, None);
        assert_eq!((means[0].0.x, means[0].1), (Some(1.0), None));
        assert_eq!((means[1].0.x, means[1].1.unwrap().mean), (Some(2.0), 5.5));
    }
}
