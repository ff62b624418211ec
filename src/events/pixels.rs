//! The pixels of the sensor: when each fires. The model of v2e (Hu, Liu, Delbruck, "v2e: From Video Frames to Realistic
//! DVS Events", CVPR Workshops 2021), written anew.
//!
//! Logarithms of brightness are whole numbers of 10⁻¹²: thresholds that are added and taken away again leave nothing,
//! and every machine counts the same.

use super::{
    Cause, Event, Sensor,
    camera::{EventCamera, Response, Stamping},
    optics::NOBODY,
};
use crate::sim::{Chance, maths};
use rayon::prelude::*;
use std::f64::consts::{LN_10, TAU};

/// Units in a natural logarithm of 1.
const UNIT: f64 = 1e12;
/// Level below which the response is linear.
const LINEAR: f64 = 20.0;
/// Smallest threshold.
const LEAST: f64 = 0.01;
/// Share of the shot noise that is left at level 255.
const BRIGHT_SHOT: f64 = 0.25;
/// Slowest and fastest hot pixel, Hz.
const HOT: [f64; 2] = [10.0, 1000.0];
/// Pixels that one thread takes at a time.
const CHUNK: usize = 4096;

/// One pixel.
#[derive(Clone)]
struct Pixel {
    on: i64,
    off: i64,
    /// Brightness at the last frame.
    level: f32,
    /// Its logarithm after the low-pass, and the same as a whole number.
    low: f64,
    log: i64,
    /// The logarithm less what the pixel remembers.
    excess: i64,
    /// The part of the excess that comes from the leak.
    leaked: i64,
    /// Leak in a second.
    leak: f64,
    /// Time of the last event, µs.
    fired: i64,
    /// Where the excess stood before this frame.
    start: i64,
}

/// The pixels of a sensor, and what they remember.
pub struct Pixels {
    camera: EventCamera,
    sensor: Sensor,
    seed: u64,
    frame: u64,
    time: Option<i64>,
    pixels: Vec<Pixel>,
    /// Hot pixels: which, the rate in Hz, the time of the next event in µs, and how many events it had.
    hot: Vec<(u32, f64, f64, u32)>,
}

/// Logarithm of a brightness, linear below level 20.
fn lin_log(level: f32) -> f64 {
    let level = f64::from(level);
    if level <= LINEAR { level * (maths::ln(LINEAR) / LINEAR) } else { maths::ln(level) }
}

fn units(logarithm: f64) -> i64 {
    (logarithm * UNIT).round() as i64
}

/// Brightness relative to full light, from a fourteenth to 1: it sets the speed of a pixel.
fn relative(level: f32) -> f64 {
    (f64::from(level) + 20.0) / 275.0
}

/// Mean 0, variance 1, near enough to normal: the sum of four draws.
fn rough_normal(bits: u64) -> f64 {
    let sum: u64 = (0..4).map(|part| (bits >> (16 * part)) & 0xFFFF).sum();
    (sum as f64 / 65536.0 - 2.0 + 2.0 / 65536.0) * 3.0f64.sqrt()
}

impl Pixels {
    /// Pixels that have seen nothing yet.
    pub fn new(camera: &EventCamera, seed: u64) -> Self {
        let sensor = camera.sensor();
        Self { camera: camera.clone(), sensor, seed, frame: 0, time: None, pixels: Vec::new(), hot: Vec::new() }
    }

    /// Columns and rows.
    pub fn sensor(&self) -> Sensor {
        self.sensor
    }

    /// Forgets what was seen: the next frame is a first one.
    pub fn forget(&mut self) {
        self.time = None;
    }

    /// The thresholds of each pixel, ON and OFF; none before the first frame.
    pub fn thresholds(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.pixels.iter().map(|pixel| (pixel.on as f64 / UNIT, pixel.off as f64 / UNIT))
    }

    /// By how much each pixel's logarithm exceeds what the pixel remembers.
    pub fn excesses(&self) -> impl Iterator<Item = f64> + '_ {
        self.pixels.iter().map(|pixel| pixel.excess as f64 / UNIT)
    }

    /// The first frame: every pixel remembers what it sees, and none fires.
    fn begin(&mut self, levels: &[f32], time: i64) {
        let camera = &self.camera;
        let chance = Chance::new(self.seed, 0, "event camera: pixels");
        let threshold = |nominal: f32, pixel: u32, draw: u32| {
            units((f64::from(nominal) + f64::from(camera.mismatch) * chance.normal(pixel, draw)).max(LEAST))
        };
        let make = |(pixel, level): (usize, &f32)| {
            let pixel = pixel as u32;
            let on = threshold(camera.threshold_on, pixel, 0);
            let low = lin_log(*level);
            let spread = maths::exp(LN_10 * f64::from(camera.leak_spread) * chance.normal(pixel, 2));
            Pixel {
                on,
                off: threshold(camera.threshold_off, pixel, 1),
                level: *level,
                low,
                log: units(low),
                excess: 0,
                leaked: 0,
                leak: f64::from(camera.leak_rate) * spread * on as f64,
                fired: i64::MIN / 2,
                start: 0,
            }
        };
        self.pixels = levels.par_iter().enumerate().map(make).collect();
        let share = f64::from(camera.hot_share);
        let decades = maths::ln(HOT[1] / HOT[0]);
        let heat = |pixel: u32| {
            let rate = HOT[0] * maths::exp(decades * chance.uniform(pixel, 9));
            (pixel, rate, time as f64 + self.gap(pixel, rate, 0), 1)
        };
        self.hot =
            (0..levels.len() as u32).filter(|pixel| share > 0.0 && chance.uniform(*pixel, 8) < share).map(heat).collect();
    }

    /// Time between two events of a hot pixel, µs.
    fn gap(&self, pixel: u32, rate: f64, count: u32) -> f64 {
        let chance = Chance::new(self.seed, 0, "event camera: hot pixels");
        -maths::ln(1.0 - chance.uniform(pixel, count)) / rate * 1e6
    }

    /// Shows the next frame, at a time in µs that is later than the last. `movers` tells which agent last changed each
    /// pixel. The events are appended in the order of time, those of one time by rows.
    ///
    /// # Panics
    /// Where the frame has not as many pixels as the sensor, or comes before the last one.
    pub fn see(&mut self, levels: &[f32], movers: &[u32], time: i64, events: &mut Vec<Event>) {
        assert_eq!(levels.len(), self.sensor.pixels(), "a frame has the pixels of the sensor");
        let Some(last) = self.time.replace(time) else { return self.begin(levels, time) };
        assert!(time > last, "frames come in the order of time");
        self.frame += 1;
        let span = Span { begin: last, length: time - last, frame: self.frame, seed: self.seed };
        let camera = &self.camera;
        // With a perfect pixel a brightness that stands still can make no event.
        let may_rest = camera.leak_rate == 0.0 && camera.shot_rate == 0.0 && camera.cutoff == 0.0 && camera.refractory == 0.0;
        let most = self
            .pixels
            .par_chunks_mut(CHUNK)
            .zip(levels.par_chunks(CHUNK))
            .enumerate()
            .map(|(chunk, (pixels, levels))| expose(camera, pixels, levels, chunk * CHUNK, span))
            .reduce(|| 0, i64::max);
        let first = events.len();
        let width = usize::from(self.sensor.width);
        let fired: Vec<Vec<Event>> = self
            .pixels
            .par_chunks_mut(CHUNK)
            .enumerate()
            .map(|(chunk, pixels)| {
                let mut events = Vec::new();
                for (index, pixel) in pixels.iter_mut().enumerate() {
                    let index = chunk * CHUNK + index;
                    if may_rest && pixel.excess == pixel.start {
                        continue;
                    }
                    let at = ((index % width) as u16, (index / width) as u16);
                    fire(camera, pixel, at, movers[index], most, span, &mut events);
                    shoot(camera, pixel, at, index as u32, span, &mut events);
                }
                events
            })
            .collect();
        events.extend(fired.into_iter().flatten());
        self.heat(time, events);
        events[first..].sort_by_key(|event| (event.t, event.y, event.x));
    }

    /// The events of hot pixels up to a time.
    fn heat(&mut self, time: i64, events: &mut Vec<Event>) {
        let mut hot = std::mem::take(&mut self.hot);
        let width = u32::from(self.sensor.width);
        for (pixel, rate, next, count) in &mut hot {
            while *next <= time as f64 {
                let (x, y) = ((*pixel % width) as u16, (*pixel / width) as u16);
                events.push(Event { t: *next as i64, x, y, on: true, cause: Cause::Hot });
                *next += self.gap(*pixel, *rate, *count);
                *count += 1;
            }
        }
        self.hot = hot;
    }
}

/// The time between two frames, in µs, and the draws that belong to it.
#[derive(Clone, Copy)]
struct Span {
    begin: i64,
    length: i64,
    frame: u64,
    seed: u64,
}

impl Span {
    fn seconds(self) -> f64 {
        self.length as f64 * 1e-6
    }

    fn chance(self, stream: &str) -> Chance {
        Chance::new(self.seed, self.frame, stream)
    }
}

/// Low-pass and leak: brings each pixel's excess up to this frame. Returns the largest number of events of a pixel.
fn expose(camera: &EventCamera, pixels: &mut [Pixel], levels: &[f32], first: usize, span: Span) -> i64 {
    let jitter = span.chance("event camera: leak");
    let seconds = span.seconds();
    // Most pixels see the same background: their logarithm and response are worked out once.
    let (mut known, mut log, mut share) = (f32::NAN, 0.0, 1.0);
    let mut most = 0;
    for (index, (pixel, level)) in pixels.iter_mut().zip(levels).enumerate() {
        pixel.start = pixel.excess;
        if *level != known {
            (known, log) = (*level, lin_log(*level));
            if camera.cutoff > 0.0 {
                let turns = relative(*level) * seconds * TAU * f64::from(camera.cutoff);
                share = match camera.response {
                    Response::Exact => 1.0 - maths::exp(-turns),
                    Response::Euler => turns.min(1.0),
                };
            }
        }
        if *level != pixel.level || camera.cutoff > 0.0 {
            pixel.level = *level;
            pixel.low = if share < 1.0 { pixel.low + share * (log - pixel.low) } else { log };
            let log = units(pixel.low);
            pixel.excess += log - pixel.log;
            pixel.log = log;
        }
        if pixel.leak > 0.0 {
            let fluctuation = rough_normal(jitter.bits((first + index) as u32, 0)) * f64::from(camera.leak_jitter);
            let leak = (pixel.leak * (1.0 - fluctuation) * seconds).round() as i64;
            pixel.excess += leak;
            pixel.leaked += leak;
        }
        if pixel.excess >= pixel.on {
            most = most.max(pixel.excess / pixel.on);
        } else if -pixel.excess >= pixel.off {
            most = most.max(-pixel.excess / pixel.off);
        }
    }
    most
}

/// The events of a pixel's excess; what is left of it stays for later. `most` is the largest number of any pixel.
fn fire(camera: &EventCamera, pixel: &mut Pixel, at: (u16, u16), mover: u32, most: i64, span: Span, events: &mut Vec<Event>) {
    let on = pixel.excess > 0;
    let (threshold, excess, start) =
        if on { (pixel.on, pixel.excess, pixel.start) } else { (pixel.off, -pixel.excess, -pixel.start) };
    if excess < threshold {
        return;
    }
    let refractory = (f64::from(camera.refractory) * 1e6).round() as i64;
    let leaked = if on { pixel.leaked } else { -pixel.leaked };
    for k in 1..=excess / threshold {
        let t = match camera.stamping {
            Stamping::V2e => {
                let t = span.begin + span.length * k / most;
                if refractory * most > span.length && t - pixel.fired <= refractory {
                    continue;
                }
                t
            }
            Stamping::Linear => {
                // Fired late because the pixel was blind, an event comes as soon as it sees again.
                let part = ((k * threshold - start) as f64 / (excess - start) as f64).clamp(0.0, 1.0);
                let crossed = span.begin + (part * span.length as f64) as i64;
                let t = crossed.max(pixel.fired + refractory);
                if t > span.begin + span.length {
                    break;
                }
                t
            }
        };
        // What the leak alone brought half way and more to the first threshold, no agent did.
        let leak = k == 1 && 2 * leaked > threshold;
        let cause = if leak || mover == NOBODY { Cause::Leak } else { Cause::Agent(mover) };
        events.push(Event { t, x: at.0, y: at.1, on, cause });
        pixel.excess -= if on { threshold } else { -threshold };
        pixel.fired = t;
        pixel.leaked = 0;
    }
}

/// Shot noise: at most one event a frame, after which the pixel remembers what it sees.
fn shoot(camera: &EventCamera, pixel: &mut Pixel, at: (u16, u16), index: u32, span: Span, events: &mut Vec<Event>) {
    if camera.shot_rate == 0.0 {
        return;
    }
    let rate = f64::from(camera.shot_rate) / 2.0 * (1.0 - (1.0 - BRIGHT_SHOT) * relative(pixel.level));
    let chance = |nominal: f32, threshold: i64| rate * span.seconds() * f64::from(nominal) * UNIT / threshold as f64;
    let (on, off) = (chance(camera.threshold_on, pixel.on), chance(camera.threshold_off, pixel.off));
    let draw = span.chance("event camera: shot noise").uniform(index, 0);
    let (on, part) = if draw < off {
        (false, draw / off)
    } else if draw > 1.0 - on {
        (true, (1.0 - draw) / on)
    } else {
        return;
    };
    let t = match camera.stamping {
        Stamping::V2e => span.begin + span.length,
        Stamping::Linear => span.begin + 1 + (part * (span.length - 1) as f64) as i64,
    };
    events.push(Event { t, x: at.0, y: at.1, on, cause: Cause::Shot });
    (pixel.excess, pixel.leaked, pixel.fired) = (0, 0, t.max(pixel.fired));
}
