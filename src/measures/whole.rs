//! Instruments that tell of a whole run, at its end.

use super::{Measure, Memory, Reading, Saved, Seen};
use crate::{sim::Agents, statistics::transient};

/// All that was read of one or several instruments, at the steps at which all of them told a number.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    /// Step of each reading.
    pub steps: Vec<u64>,
    /// Time of each reading.
    pub times: Vec<f64>,
    /// The readings, a series an instrument.
    pub series: Vec<Vec<f64>>,
    /// Number of agents at the last reading.
    pub agents: usize,
}

impl Traces {
    /// The readings of the first instrument.
    pub fn first(&self) -> &[f64] {
        self.series.first().map_or(&[], Vec::as_slice)
    }

    /// The number of first readings to leave out: those of steps before `from`; where that is not given, the
    /// [transient] of the first instrument, or the first half where that still drifts.
    pub fn discard(&self, from: Option<u64>) -> usize {
        match from {
            Some(from) => self.steps.partition_point(|step| *step < from),
            None => transient(self.first()).unwrap_or(self.steps.len() / 2),
        }
    }

    /// The readings of the first instrument without those.
    pub fn settled(&self, from: Option<u64>) -> &[f64] {
        &self.first()[self.discard(from)..]
    }

    fn push(&mut self, agents: &Agents, readings: &[f64]) {
        self.agents = agents.count();
        // A row with a gap would shift series against one another.
        if readings.iter().any(|reading| !reading.is_finite()) {
            return;
        }
        self.series.resize_with(readings.len(), Vec::new);
        self.steps.push(agents.clock().step);
        self.times.push(agents.clock().time);
        self.series.iter_mut().zip(readings).for_each(|(series, reading)| series.push(*reading));
    }
}

impl Memory for Traces {
    fn bytes(&self) -> usize {
        self.steps.bytes() + self.times.bytes() + self.series.iter().map(Vec::bytes).sum::<usize>()
    }
}

/// An instrument that tells, at the end, of all that others read. It is told the step from which on the run counts, where a
/// person gave one.
pub struct Whole<R> {
    traces: Traces,
    tell: fn(&Traces, Option<u64>) -> R,
}

impl<R> Whole<R> {
    /// Before the first reading.
    pub fn new(tell: fn(&Traces, Option<u64>) -> R) -> Self {
        Self { traces: Traces::default(), tell }
    }
}

impl<R: Into<Reading>> Measure for Whole<R> {
    fn read(&mut self, seen: &Seen) -> Reading {
        self.traces.push(&seen.agents, seen.readings);
        Reading::Nothing
    }

    fn conclude(&self, from: Option<u64>) -> Reading {
        (self.tell)(&self.traces, from).into()
    }

    fn save(&self) -> Saved {
        Saved::new(&self.traces)
    }

    fn restore(&mut self, saved: &Saved) {
        self.traces = saved.memory();
    }
}
