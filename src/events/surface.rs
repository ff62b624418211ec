//! What is shown of a stream of events: the time surface of the sensor, and how many came lately.

use super::{Event, Sensor};
use crate::sim::maths;
use std::collections::VecDeque;

/// Time constant of the surface, s.
const FADING: f64 = 0.05;
/// Span of a point of the plot of rates, µs, and how many are kept.
const SPAN: i64 = 100_000;
pub const SPANS: usize = 100;

/// A time surface, and rates by tenths of a second.
pub struct Surface {
    sensor: Sensor,
    /// Time of each pixel's last event, µs, the least number for none, and its sign.
    last: Vec<(i64, f32)>,
    rates: VecDeque<[f32; 2]>,
    counts: [u32; 2],
    counted: i64,
}

impl Surface {
    /// Of a sensor that has seen nothing yet.
    pub fn new(sensor: Sensor) -> Self {
        let last = vec![(i64::MIN, 0.0); sensor.pixels()];
        Self { sensor, last, rates: VecDeque::new(), counts: [0; 2], counted: 0 }
    }

    /// Takes events that follow all before, the first of them at a time from 0 on.
    pub fn note(&mut self, events: &[Event]) {
        for event in events {
            self.reach(event.t);
            self.last[self.sensor.index(event.x, event.y)] = (event.t, if event.on { 1.0 } else { -1.0 });
            self.counts[usize::from(event.cause.is_noise())] += 1;
        }
    }

    /// So much time has passed, µs.
    pub fn reach(&mut self, now: i64) {
        // Of a long pause no more is told than is kept.
        let passed = ((now - self.counted) / SPAN).max(0);
        for _ in 0..passed.min(SPANS as i64 + 1) {
            self.rates.push_back(std::mem::take(&mut self.counts).map(|count| count as f32 * (1e6 / SPAN as f32)));
        }
        self.counted += passed * SPAN;
        while self.rates.len() > SPANS {
            self.rates.pop_front();
        }
    }

    /// Columns and rows.
    pub fn size(&self) -> [usize; 2] {
        [self.sensor.width.into(), self.sensor.height.into()]
    }

    /// Of each pixel exp(−age/τ) of its last event at a time (µs), positive where it was ON, negative where it was OFF; rows from the top.
    pub fn shades(&self, now: i64) -> Vec<f32> {
        let shade = |(time, sign): &(i64, f32)| {
            let age = now.saturating_sub(*time) as f64 * 1e-6;
            if age > 10.0 * FADING { 0.0 } else { sign * maths::exp(-age / FADING) as f32 }
        };
        self.last.iter().map(shade).collect()
    }

    /// Events a second that agents made, or nobody knows who, and that noise made, by tenths of a second; the oldest first.
    pub fn rates(&self) -> Vec<[f32; 2]> {
        self.rates.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Cause;

    #[test]
    fn events_fade_and_are_counted_by_tenths_of_a_second() {
        let mut surface = Surface::new(Sensor { width: 3, height: 2 });
        let event = |t: i64, x: u16, on: bool, cause: Cause| Event { t, x, y: 1, on, cause };
        surface.note(&[event(10, 0, true, Cause::Unknown), event(50_000, 1, false, Cause::Agent(3))]);
        surface.note(&[event(60_000, 2, true, Cause::Shot), event(310_000, 2, true, Cause::Unknown)]);
        assert_eq!(surface.rates(), [[20.0, 10.0], [0.0, 0.0], [0.0, 0.0]]);
        let shades = surface.shades(310_000);
        assert_eq!((surface.size(), &shades[..3]), ([3, 2], &[0.0; 3][..]));
        assert!((shades[5] - 1.0).abs() < 1e-6 && (shades[4] + 0.005_517).abs() < 1e-5, "{shades:?}");
        surface.reach(3_600_000_000);
        assert!(surface.rates().len() == SPANS && surface.rates().iter().flatten().all(|rate| *rate == 0.0));
    }
}
