//! From a data set to what a net reads, and what it should say.

use super::{
    Point, Statistics, Window,
    net::{Input, Target},
    tokens::{NUMBERS, TOKENS},
};
use crate::{
    error::{Error, Result},
    events::{
        dataset::Segment,
        files::{Reader, read_array, read_bytes},
    },
    sim::maths,
};
use rayon::prelude::*;
use std::path::Path;

/// What a net is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Events.
    Events,
    /// Frames at this many in a second (of the 150 there are), with a shutter that is open all the time or for a moment.
    Frames {
        /// Every so many frames.
        every: u32,
        /// Whether the shutter is open all the time.
        blurred: bool,
    },
    /// One frame alone.
    Frame,
}

impl View {
    /// All views by name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("events", Self::Events),
        ("frames-150", Self::Frames { every: 1, blurred: false }),
        ("frames-30", Self::Frames { every: 5, blurred: false }),
        ("frames-30-blurred", Self::Frames { every: 5, blurred: true }),
        ("frame", Self::Frame),
    ];
}

/// One window of a data set.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The run.
    pub run: u64,
    /// What the net reads.
    pub input: Input,
    /// What was counted by hand.
    pub statistics: Statistics,
    /// What it should say.
    pub target: Target,
    /// The truth that a camera does not tell: mean turn in a step (degrees), and order.
    pub oracle: [f64; 2],
}

/// The samples of segments, all of one part of the data set or more.
///
/// # Errors
/// Where a file is missing or damaged.
pub fn load(
    folder: &Path,
    segments: &[&Segment],
    view: View,
    length: f64,
    stride: f64,
    done: impl Fn() + Sync,
) -> Result<Vec<Sample>> {
    let lists: Vec<Vec<Sample>> = segments
        .par_iter()
        .map(|segment| {
            let samples = samples(folder, segment, view, length, stride);
            done();
            samples
        })
        .collect::<Result<_>>()?;
    Ok(lists.into_iter().flatten().collect())
}

/// What is true of a segment.
struct Truths {
    t: Vec<i64>,
    step: Vec<u64>,
    interaction: Vec<f64>,
    order: Vec<f64>,
    turn_rate: Vec<f64>,
    /// For each step the agents' places on the sensor and headings, in the order of identity.
    agents: Vec<Vec<[f32; 3]>>,
}

impl Truths {
    fn read(path: &Path) -> Result<Self> {
        let column = |name: &str| read_array(path, name);
        let whole = |name: &str| Ok::<_, Error>(column(name)?.into_iter().map(|value| value as i64).collect::<Vec<_>>());
        let step: Vec<u64> = whole("step")?.into_iter().map(|step| step as u64).collect();
        let mut agents = vec![Vec::new(); step.len()];
        let (first, steps) = (step.first().copied().unwrap_or(0), whole("agent_step")?);
        let (x, y, heading) = (column("agent_x")?, column("agent_y")?, column("agent_heading")?);
        for (row, at) in steps.iter().enumerate() {
            if let Some(agents) = agents.get_mut((*at as u64 - first) as usize) {
                agents.push([x[row] as f32, y[row] as f32, heading[row] as f32]);
            }
        }
        Ok(Self {
            t: whole("t")?,
            interaction: column("interaction")?,
            order: column("order")?,
            turn_rate: column("turn_rate")?,
            step,
            agents,
        })
    }

    /// The last step that is not later than a time.
    fn at(&self, t: i64) -> usize {
        self.t.partition_point(|time| *time <= t).saturating_sub(1)
    }

    /// log₂(0.1° + mean turn a step) of the agent nearest to a place, over some steps.
    fn turn(&self, x: f32, y: f32, middle: usize, from: usize, to: usize) -> f32 {
        let off = |agent: &[f32; 3]| (agent[0] - x) * (agent[0] - x) + (agent[1] - y) * (agent[1] - y);
        let nearest = self.agents[middle].iter().enumerate().min_by(|a, b| off(a.1).total_cmp(&off(b.1)));
        let Some((agent, _)) = nearest.filter(|(_, agent)| off(agent) < 9.0) else { return f32::NAN };
        let headings: Vec<f64> =
            self.agents[from..=to].iter().filter_map(|agents| agents.get(agent)).map(|agent| f64::from(agent[2])).collect();
        let turns = headings.windows(2).map(|pair| maths::wrap_angle(pair[1] - pair[0]).abs().to_degrees());
        let mean = turns.sum::<f64>() / (headings.len().max(2) - 1) as f64;
        (maths::ln(0.1 + mean) / std::f64::consts::LN_2) as f32
    }
}

fn samples(folder: &Path, segment: &Segment, view: View, length: f64, stride: f64) -> Result<Vec<Sample>> {
    let truths = Truths::read(&folder.join(&segment.labels))?;
    let mut reader = Reader::open(&folder.join(&segment.events))?;
    let sensor = reader.sensor();
    let events = if view == View::Events { reader.rest()? } else { Vec::new() };
    let frames = if view == View::Events { None } else { Some(Frames::read(&folder.join(&segment.frames), view)?) };
    let micros = |seconds: f64| (seconds * 1e6).round() as i64;
    let (length, stride) = (micros(length), micros(stride).max(1));
    let last = truths.t.last().copied().unwrap_or(0);
    let count = if last >= length { (last - length) / stride + 1 } else { 0 };
    let sample = |number: i64| {
        let end = length + number * stride;
        let window = match &frames {
            None => Window::of_events(&events, sensor, end, length),
            Some(frames) => frames.window(sensor, end, length),
        };
        let (from, to) = (truths.at(end - length), truths.at(end));
        let middle_time = end - length / 2;
        let middle = truths.at(middle_time);
        let input = Input::of(&window);
        let scale = 128.0 / f32::from(sensor.height);
        let turn = |centre: &u32| {
            let Point { x, y, .. } = window.points[*centre as usize];
            truths.turn(x / scale, y / scale, middle, from, to)
        };
        let turns = input.tokens.centres.iter().map(turn).collect();
        let step = truths.step[to];
        let left = segment.convergence_step.and_then(|when| when.checked_sub(step)).filter(|left| *left > 0);
        let rates: Vec<f64> = truths.turn_rate[from..=to].iter().copied().filter(|rate| rate.is_finite()).collect();
        Sample {
            run: segment.run,
            statistics: Statistics::of(&window),
            target: Target {
                strength: (maths::ln(truths.interaction[to]) / std::f64::consts::LN_2) as f32,
                remaining: left.map(|left| maths::ln(1.0 + left as f32)),
                converges: segment.converges,
                turns,
            },
            input,
            oracle: [rates.iter().sum::<f64>() / rates.len().max(1) as f64, truths.order[to]],
        }
    };
    debug_assert!(NUMBERS <= usize::from(u16::MAX) && TOKENS > 0);
    Ok((0..count).map(sample).collect())
}

/// Frames of a segment as one view shows them.
struct Frames {
    view: View,
    times: Vec<i64>,
    levels: Vec<u8>,
    pixels: usize,
}

impl Frames {
    fn read(path: &Path, view: View) -> Result<Self> {
        let (shape, levels) = read_bytes(path, "frames")?;
        let times = read_array(path, "t")?.into_iter().map(|time| time as i64).collect();
        let pixels = shape.iter().skip(1).product::<u64>() as usize;
        let all = Self { view: View::Frame, times, levels, pixels };
        let View::Frames { every, blurred } = view else { return Ok(all) };
        let mut kept = Self { view, times: Vec::new(), levels: Vec::new(), pixels };
        for last in (0..all.times.len()).step_by(every as usize) {
            let first = if blurred { (last + 1).saturating_sub(every as usize) } else { last };
            let open = &all.levels[first * pixels..(last + 1) * pixels];
            let count = (last - first + 1) as u32;
            let mean = |pixel: usize| {
                (open[pixel..].iter().step_by(pixels).map(|level| u32::from(*level)).sum::<u32>() + count / 2) / count
            };
            kept.levels.extend((0..pixels).map(|pixel| mean(pixel) as u8));
            kept.times.push(all.times[last]);
        }
        Ok(kept)
    }

    fn window(&self, sensor: crate::events::Sensor, end: i64, length: i64) -> Window {
        let frame = |at: usize| &self.levels[at * self.pixels..(at + 1) * self.pixels];
        if self.view == View::Frame {
            let at = self.times.partition_point(|time| *time <= end).saturating_sub(1);
            return Window::of_frame(frame(at), sensor, length);
        }
        // The frame before the first is needed for its change.
        let first = self.times.partition_point(|time| *time <= end - length).saturating_sub(1);
        let last = self.times.partition_point(|time| *time <= end);
        Window::of_frames((first..last).map(|at| (self.times[at], frame(at))), sensor, end, length)
    }
}
