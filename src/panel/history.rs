//! What the instruments read so far: bounded in memory however long a run, and quick to draw.

use crate::{
    measures::{Instrument, summary},
    scene::{Action, Stamped},
};
use std::collections::VecDeque;

/// Buckets that a level keeps.
const CAPACITY: usize = 1024;
/// Marks that are kept.
const MARKS: usize = 2048;

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
}

impl Series {
    fn new(instrument: &'static Instrument, first: u64) -> Self {
        Self { instrument, first, last: None, levels: vec![VecDeque::new()] }
    }

    /// Takes note of a step that was not read before.
    fn push(&mut self, step: u64, time: f64, value: f64) {
        if self.last.is_some_and(|last| last >= step) {
            return;
        }
        self.last = Some(step);
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

    /// Forgets the readings after a step. Where detail is no longer kept, up to a bucket before it goes too.
    fn cut(&mut self, step: u64) {
        self.last = self.last.map(|last| last.min(step));
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
    fn time(&self, step: u64) -> Option<f64> {
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

/// A step at which somebody did something to the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The step.
    pub step: u64,
    /// The last step of what was done: that of `step`, or later for a slider that was dragged.
    pub until: u64,
    /// What was done.
    pub text: String,
    /// The parameter that was set, if it was that.
    path: Option<String>,
}

/// The readings of all instruments, and what was done.
#[derive(Clone, Debug, Default)]
pub struct History {
    series: Vec<Series>,
    marks: VecDeque<Mark>,
    last: Option<(u64, f64)>,
}

/// Two settings of one parameter not further apart than this many steps are one drag of its slider.
const DRAG: u64 = 90;

impl History {
    /// Takes note of one step. Readings of an instrument begin when it is first named.
    pub fn record(&mut self, step: u64, time: f64, readings: impl IntoIterator<Item = (&'static Instrument, f64)>) {
        if self.last.is_none_or(|(last, _)| last < step) {
            self.last = Some((step, time));
        }
        for (instrument, value) in readings {
            let known = self.series.iter().position(|series| series.instrument.name == instrument.name);
            let at = known.unwrap_or_else(|| {
                self.series.push(Series::new(instrument, step));
                self.series.len() - 1
            });
            self.series[at].push(step, time, value);
        }
    }

    /// Takes note of what was done to the run.
    pub fn mark(&mut self, step: u64, action: &Action) {
        let (path, text) = match action {
            Action::Set { path, value } => (Some(path.clone()), format!("{path} = {value}")),
            Action::Press { tool, .. } => (None, format!("{tool:?}").to_lowercase()),
            Action::Add { count, .. } => (None, format!("+ {count} agents")),
            Action::Remove { .. } => (None, "remove".to_owned()),
            Action::Drag { .. } | Action::Release => {
                if let Some(last) = self.marks.back_mut() {
                    last.until = step;
                }
                return;
            }
        };
        if let Some(last) = self.marks.back_mut()
            && path.is_some()
            && last.path == path
            && step <= last.until + DRAG
        {
            last.until = step;
            last.text = text;
            return;
        }
        self.marks.push_back(Mark { step, until: step, text, path });
        if self.marks.len() > MARKS {
            self.marks.pop_front();
        }
    }

    /// Takes note anew of all that was done, or is to be played.
    pub fn mark_all(&mut self, journal: &[Stamped<Action>]) {
        self.marks.clear();
        journal.iter().for_each(|Stamped(step, action)| self.mark(*step, action));
    }

    /// Forgets what was read after a step.
    pub fn cut(&mut self, step: u64) {
        if let Some((last, time)) = self.last
            && last > step
        {
            self.last = Some((step, self.time(step).unwrap_or(time)));
        }
        self.series.iter_mut().for_each(|series| series.cut(step));
    }

    /// Time of a step that was read; nothing where it was not.
    pub fn time(&self, step: u64) -> Option<f64> {
        let known = self.last.is_some_and(|(last, _)| step <= last);
        self.series.iter().filter(|_| known).find_map(|series| series.time(step))
    }

    /// The last step, of those up to one, at which something was done.
    pub fn last_mark(&self, step: u64) -> Option<u64> {
        self.marks.iter().filter(|mark| mark.step < step).map(|mark| mark.until.min(step)).max()
    }

    /// Forgets all: a new run begins.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The readings of an instrument, once there are any.
    pub fn series(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|series| series.instrument.name == name)
    }

    /// What was done, oldest first.
    pub fn marks(&self) -> impl Iterator<Item = &Mark> {
        self.marks.iter()
    }

    /// The newest step and its time.
    pub fn last(&self) -> Option<(u64, f64)> {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{measures, scene::Value};

    fn polarisation() -> &'static Instrument {
        measures::find("polarisation").unwrap()
    }

    #[test]
    fn a_long_run_stays_small_and_loses_no_extreme() {
        let mut history = History::default();
        for step in 0..1_000_000u64 {
            let value = if step == 123_456 { 9.0 } else { (step % 2) as f64 };
            history.record(step, step as f64 * 0.1, [(polarisation(), value)]);
        }
        let series = history.series("polarisation").unwrap();
        assert!(series.levels.iter().map(VecDeque::len).sum::<usize>() < 12 * CAPACITY);
        let all: Vec<_> = series.since(0).collect();
        assert_eq!(all.iter().map(|bucket| bucket.steps).sum::<u64>(), 1_000_000);
        assert!(all.len() <= CAPACITY && all.len() > CAPACITY / 3);
        assert_eq!(all.iter().map(|bucket| bucket.max).fold(0.0, f64::max), 9.0);
        assert_eq!((all[0].step, all[0].time), (0, 0.0));
        let newest: Vec<_> = series.since(999_900).collect();
        assert_eq!(newest.len(), 100);
        let (mean, spread) = series.summary(0).unwrap();
        assert!((mean - 0.5).abs() < 1e-4 && (spread - 0.5).abs() < 1e-4, "{mean} {spread}");
    }

    #[test]
    fn what_is_no_number_leaves_a_gap() {
        let mut history = History::default();
        for (step, value) in [1.0, f64::NAN, f64::INFINITY, 3.0].into_iter().enumerate() {
            history.record(step as u64, step as f64, [(polarisation(), value)]);
        }
        let series = history.series("polarisation").unwrap();
        assert_eq!(series.summary(0), Some((2.0, 1.0)));
        assert_eq!(series.last(), Some(3.0));
        assert!(series.since(1).next().unwrap().mean().is_nan());
        assert!(history.series("rotation").is_none());
    }

    #[test]
    fn a_cut_forgets_what_came_after_and_goes_on_from_there() {
        let record = |history: &mut History, steps: std::ops::Range<u64>, value: f64| {
            for step in steps {
                history.record(step, step as f64 * 0.5, [(polarisation(), value)]);
            }
        };
        let covered = |history: &History| -> (u64, f64) {
            let all: Vec<_> = history.series("polarisation").unwrap().since(0).collect();
            (all.iter().map(|bucket| bucket.steps).sum(), all.iter().map(|bucket| bucket.max).fold(0.0, f64::max))
        };
        for cut in [5_000, 99_999, 99_000, 70_001, 3] {
            let mut history = History::default();
            record(&mut history, 0..cut + 1, 1.0);
            let whole = covered(&history).0;
            record(&mut history, cut + 1..100_000, 2.0);
            history.cut(cut);
            assert_eq!(history.last(), Some((cut, cut as f64 * 0.5)));
            let (kept, highest) = covered(&history);
            assert!(
                (highest == 1.0 || kept == 0) && kept <= whole && whole - kept < 256,
                "{cut}: {kept} of {whole}, {highest}"
            );
            // What comes again is known, what comes anew is not.
            record(&mut history, cut..cut + 2_000, 3.0);
            assert_eq!(covered(&history).0, kept + 1_999, "{cut}");
            let series = history.series("polarisation").unwrap();
            assert_eq!((series.at(cut + 1_900), series.last()), (Some(3.0), Some(3.0)));
            assert!(history.time(cut + 7).is_some_and(|time| (time - (cut + 7) as f64 * 0.5).abs() < 1e-9));
        }
    }

    #[test]
    fn a_drag_of_a_slider_is_one_mark() {
        let mut history = History::default();
        let set = |path: &str, value: f64| Action::Set { path: path.into(), value: Value::Number(value) };
        for step in 10..40 {
            history.mark(step, &set("noise", step as f64));
        }
        history.mark(41, &set("radius", 1.0));
        history.mark(5000, &set("radius", 2.0));
        let marks: Vec<_> = history.marks().map(|mark| (mark.step, mark.until, mark.text.as_str())).collect();
        assert_eq!(marks, [(10, 39, "noise = 39"), (41, 41, "radius = 1"), (5000, 5000, "radius = 2")]);
    }
}
