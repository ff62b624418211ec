//! What a camera saw in a short time, as points in time and on the sensor.

use crate::{
    events::{Event, Sensor},
    sim::maths,
};
use std::sync::LazyLock;

/// Rows of the sensor to which all others are scaled.
pub(super) const ROWS: f32 = 128.0;
/// Change of the logarithm of brightness that counts as 1, and the least that counts at all.
const THRESHOLD: f32 = 0.2;

/// One thing that was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Time since the window began, s.
    pub t: f32,
    /// Column, on a sensor of 128 rows.
    pub x: f32,
    /// Row.
    pub y: f32,
    /// How much brighter, or, below zero, darker: 1 an event.
    pub weight: f32,
}

impl Point {
    /// An event in a window that begins at a time, µs.
    pub(crate) fn of(event: &Event, sensor: Sensor, begin: i64) -> Self {
        let scale = ROWS / f32::from(sensor.height);
        Self {
            t: (event.t - begin) as f32 * 1e-6,
            x: (f32::from(event.x) + 0.5) * scale,
            y: (f32::from(event.y) + 0.5) * scale,
            weight: if event.on { 1.0 } else { -1.0 },
        }
    }
}

/// What was seen in a short time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Window {
    /// Its length, s.
    pub length: f32,
    /// What was seen, in the order of time.
    pub points: Vec<Point>,
}

/// Natural logarithms of the levels of 8 bit, linear below 20 as in the pixels.
static LOGARITHMS: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|level| {
        let level = level as f32;
        if level <= 20.0 { level * (maths::ln(20.0f32) / 20.0) } else { maths::ln(level) }
    })
});

impl Window {
    /// The events of the `length` µs that end at `end`, of events in the order of time.
    pub fn of_events(events: &[Event], sensor: Sensor, end: i64, length: i64) -> Self {
        let from = events.partition_point(|event| event.t <= end - length);
        let to = events.partition_point(|event| event.t <= end);
        let points = events[from..to].iter().map(|event| Point::of(event, sensor, end - length));
        Self { length: length as f32 * 1e-6, points: points.collect() }
    }

    /// The changes between frames (time in µs and levels by rows) in the `length` µs that end at `end`.
    pub fn of_frames<'a>(frames: impl IntoIterator<Item = (i64, &'a [u8])>, sensor: Sensor, end: i64, length: i64) -> Self {
        let scale = ROWS / f32::from(sensor.height);
        let width = usize::from(sensor.width);
        let mut window = Self { length: length as f32 * 1e-6, points: Vec::new() };
        let mut last: Option<&[u8]> = None;
        for (time, levels) in frames {
            if let Some(last) = last.replace(levels).filter(|_| time > end - length && time <= end) {
                let t = (time - (end - length)) as f32 * 1e-6;
                for (pixel, (now, before)) in levels.iter().zip(last).enumerate().filter(|(_, (now, before))| now != before) {
                    let weight = (LOGARITHMS[usize::from(*now)] - LOGARITHMS[usize::from(*before)]) / THRESHOLD;
                    if weight.abs() >= 1.0 {
                        let (x, y) = ((pixel % width) as f32 + 0.5, (pixel / width) as f32 + 0.5);
                        window.points.push(Point { t, x: x * scale, y: y * scale, weight });
                    }
                }
            }
        }
        window
    }

    /// One frame alone: what stands out from its most frequent level, in the middle of the window.
    pub fn of_frame(levels: &[u8], sensor: Sensor, length: i64) -> Self {
        let mut counts = [0u32; 256];
        levels.iter().for_each(|level| counts[usize::from(*level)] += 1);
        let background = (0..256).max_by_key(|level| counts[*level]).unwrap_or(0);
        let plain = vec![background as u8; levels.len()];
        let mut window = Self::of_frames([(0, plain.as_slice()), (length / 2, levels)], sensor, length, length);
        window.length = length as f32 * 1e-6;
        window
    }
}
