//! The readings of one instrument, bounded in memory however long a run, and quick to draw.

use super::thinned::Thinned;
use crate::measures::{Instrument, Reading, summary};
use std::collections::VecDeque;

/// Buckets that a level keeps.
pub const CAPACITY: usize = 1024;
/// Readings of evenly spaced steps that are kept one by one.
const SAMPLES: usize = 4096;
/// Curves that are kept.
const CURVES: usize = 400;

/// A number at each place along an axis, at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Time of its step.
    pub time: f64,
    /// Place and number.
    pub points: Vec<[f64; 2]>,
}

/// The readings of a few successive steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// Its first step.
    pub step: u64,
    /// Time of that step.
    pub time: f64,
    /// How many steps it holds.
    pub steps: u64,
    /// Lowest reading; not a number where there is none.
    pub min: f64,
    /// Highest reading.
    pub max: f64,
    sum: f64,
    squares: f64,
    count: u64,
}

impl Bucket {
    fn new(step: u64, time: f64, value: f64) -> Self {
        let some = value.is_finite();
        let (value, sum) = if some { (value, value) } else { (f64::NAN, 0.0) };
        Self { step, time, steps: 1, min: value, max: value, sum, squares: sum * sum, count: some.into() }
    }

    fn join(&mut self, other: &Self) {
        self.steps += other.steps;
        // `min` and `max` of floats leave out what is not a number.
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
        self.squares += other.squares;
        self.count += other.count;
    }

    /// Mean of its readings; not a number where there is none.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }
}

/// The readings of one instrument, in levels: the first keeps the newest steps one by one, each further level
/// reaches twice as far back with half the detail.
#[derive(Clone, Debug)]
pub struct Series {
    /// The instrument.
    pub instrument: &'static Instrument,
    /// The first step that was read.
    first: u64,
    /// The last step that was read.
    last: Option<u64>,
    levels: Vec<VecDeque<Bucket>>,
    /// Readings that are numbers, one by one.
    samples: Thinned<f64>,
    curves: Thinned<Curve>,
    /// The newest curve, whether or not it is among those that are kept.
    newest: Option<(u64, Curve)>,
}

impl Series {
    /// Of an instrument that was first read at this step.
    pub(super) fn new(instrument: &'static Instrument, first: u64) -> Self {
        Self {
            instrument,
            first,
            last: None,
            levels: vec![VecDeque::new()],
            samples: Thinned::new(SAMPLES),
            curves: Thinned::new(CURVES),
            newest: None,
        }
    }

    /// The first step that was read.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Takes note of a step that was not read before.
    pub(super) fn push(&mut self, step: u64, time: f64, reading: Reading) {
        if self.last.is_some_and(|last| last >= step) {
            return;
        }
        self.last = Some(step);
        let value = reading.number();
        if value.is_finite() {
            self.samples.push(step, value);
        }
        if let Reading::Curve(points) = reading {
            let curve = Curve { time, points };
            self.curves.push(step, curve.clone());
            self.newest = Some((step, curve));
        }
        let bucket = Bucket::new(step, time, value);
        // A level beyond the first is begun when the one below it is full, and so misses nothing.
        let mut width = 1;
        for level in 0..self.levels.len() {
            match self.levels[level].back_mut() {
                Some(last) if last.steps < width => last.join(&bucket),
                _ => self.levels[level].push_back(bucket),
            }
            width *= 2;
        }
        if self.levels.last().is_some_and(|level| level.len() >= CAPACITY) {
            let finest = self.levels.last().expect("there is a first level");
            let coarser = finest.iter().fold(VecDeque::new(), |mut coarser: VecDeque<Bucket>, bucket| {
                match coarser.back_mut() {
                    Some(last) if last.steps < width => last.join(bucket),
                    _ => coarser.push_back(*bucket),
                }
                coarser
            });
            self.levels.push(coarser);
        }
        for level in &mut self.levels {
            while level.len() > CAPACITY {
                level.pop_front();
            }
        }
    }

    /// The readings from step `from` on, in as much detail as is kept.
    pub fn since(&self, from: u64) -> impl DoubleEndedIterator<Item = &Bucket> + Clone {
        let from = from.max(self.first);
        let reaches = |level: &&VecDeque<Bucket>| level.front().is_some_and(|bucket| bucket.step <= from);
        let level = self.levels.iter().find(reaches).or(self.levels.last()).expect("there is a first level");
        let start = level.partition_point(|bucket| bucket.step + bucket.steps <= from);
        level.range(start..)
    }

    /// The readings from step `from` on that are numbers, one by one: of all steps, or of evenly spaced ones where not all are
    /// kept.
    pub fn one_by_one(&self, from: u64) -> Vec<(u64, f64)> {
        let from = from.max(self.first);
        let newest = &self.levels[0];
        if newest.front().is_some_and(|bucket| bucket.step <= from) {
            let all = newest.iter().filter(|bucket| bucket.step >= from).map(|bucket| (bucket.step, bucket.mean()));
            return all.filter(|(_, value)| value.is_finite()).collect();
        }
        self.samples.since(from).map(|(step, value)| (*step, *value)).collect()
    }

    /// The curves from step `from` on that are kept, of evenly spaced steps.
    pub fn curves(&self, from: u64) -> impl Iterator<Item = &(u64, Curve)> + Clone {
        self.curves.since(from)
    }

    /// The newest curve of those up to a step.
    pub fn curve_at(&self, step: u64) -> Option<&Curve> {
        let newest = self.newest.as_ref().filter(|(at, _)| *at <= step).map(|(_, curve)| curve);
        newest.or_else(|| self.curves.since(0).take_while(|(at, _)| *at <= step).last().map(|(_, curve)| curve))
    }

    /// How many buckets it takes.
    #[cfg(test)]
    pub(super) fn buckets(&self) -> usize {
        self.levels.iter().map(VecDeque::len).sum()
    }

    /// Forgets the readings after a step. Where detail is no longer kept, up to a bucket before it goes too.
    pub(super) fn cut(&mut self, step: u64) {
        self.last = self.last.map(|last| last.min(step));
        self.samples.cut(step);
        self.curves.cut(step);
        self.newest = self.newest.take().filter(|(at, _)| *at <= step);
        for level in 0..self.levels.len() {
            let kept = self.levels[level].partition_point(|bucket| bucket.step + bucket.steps <= step + 1);
            let straddling = self.levels[level].get(kept).filter(|bucket| bucket.step <= step).map(|bucket| bucket.step);
            self.levels[level].truncate(kept);
            // A bucket that reaches over the step is made again of those below it.
            if let (Some(from), Some(below)) = (straddling, level.checked_sub(1)) {
                let finer = self.levels[below].partition_point(|bucket| bucket.step < from);
                let mut parts = self.levels[below].range(finer..).copied();
                if let Some(mut whole) = parts.next().filter(|first| first.step == from) {
                    parts.for_each(|part| whole.join(&part));
                    self.levels[level].push_back(whole);
                }
            }
        }
    }

    /// Time of a step among those that were read.
    pub(super) fn time(&self, step: u64) -> Option<f64> {
        let level = self.levels.iter().find(|level| level.front().is_some_and(|bucket| bucket.step <= step))?;
        let after = level.partition_point(|bucket| bucket.step <= step);
        let (before, after) = (level.get(after - 1)?, level.get(after));
        let Some(after) = after else { return Some(before.time) };
        let part = (step - before.step) as f64 / (after.step - before.step) as f64;
        Some(before.time + part * (after.time - before.time))
    }

    /// Mean and standard deviation of the readings from step `from` on.
    pub fn summary(&self, from: u64) -> Option<(f64, f64)> {
        let window = self.since(from);
        if window.clone().all(|bucket| bucket.steps == 1) {
            return summary(window.map(Bucket::mean));
        }
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0);
        for bucket in window {
            sum += bucket.sum;
            squares += bucket.squares;
            count += bucket.count;
        }
        let count = (count > 0).then_some(count as f64)?;
        let mean = sum / count;
        Some((mean, (squares / count - mean * mean).max(0.0).sqrt()))
    }

    /// The newest reading that is a number.
    pub fn last(&self) -> Option<f64> {
        self.at(u64::MAX)
    }

    /// The newest reading that is a number, of those up to a step.
    pub fn at(&self, step: u64) -> Option<f64> {
        let finite = |level: &VecDeque<Bucket>| {
            let until = level.partition_point(|bucket| bucket.step <= step);
            level.range(..until).rev().map(Bucket::mean).find(|mean| mean.is_finite())
        };
        self.levels.iter().find_map(finite)
    }

    /// The readings from step `from` on as CSV: one row a step, or a few steps where detail is no longer kept.
    pub fn csv(&self, from: u64) -> String {
        let mut text = format!("step,time,{}\n", self.instrument.name);
        for bucket in self.since(from) {
            text += &format!("{},{},{}\n", bucket.step, bucket.time, bucket.mean());
        }
        text
    }
}
