//! What the instruments read so far: bounded in memory however long a run, and quick to draw.

use super::Series;
use crate::{
    measures::{Instrument, Reading},
    scene::{Action, Stamped},
};
use std::collections::VecDeque;

/// Marks that are kept.
const MARKS: usize = 2048;

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
    pub fn record<R: Into<Reading>>(
        &mut self,
        step: u64,
        time: f64,
        readings: impl IntoIterator<Item = (&'static Instrument, R)>,
    ) {
        if self.last.is_none_or(|(last, _)| last < step) {
            self.last = Some((step, time));
        }
        for (instrument, reading) in readings {
            let known = self.series.iter().position(|series| series.instrument.name == instrument.name);
            let at = known.unwrap_or_else(|| {
                self.series.push(Series::new(instrument, step));
                self.series.len() - 1
            });
            self.series[at].push(step, time, reading.into());
        }
    }

    /// Takes note of what was done to the run.
    pub fn mark(&mut self, step: u64, action: &Action) {
        let (path, text) = match action {
            Action::Set { path, value } => (Some(path.clone()), format!("{path} = {}", value.shown())),
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

    /// Forgets what an instrument read: it begins anew.
    pub fn forget(&mut self, name: &str) {
        self.series.retain(|series| series.instrument.name != name);
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
    use crate::{measures, panel::series::CAPACITY, scene::Value};

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
        assert!(series.buckets() < 12 * CAPACITY);
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
