//! What the pixel model must do, as numbers: measured afresh by `flockwork verify events`.

use super::{
    Cause, Event, Pixels,
    camera::{EventCamera, Response},
    optics::NOBODY,
};
use crate::sim::{Expected, maths};

/// One fact, and what was measured.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is claimed, in a line.
    pub claim: &'static str,
    /// Where the number comes from.
    pub source: &'static str,
    /// What it must be.
    pub expected: Expected,
    /// Where the tolerance comes from.
    pub tolerance: &'static str,
    /// What it is.
    pub measured: f64,
}

impl Finding {
    /// Whether the measured number fits.
    pub fn holds(&self) -> bool {
        self.expected.holds(self.measured)
    }
}

const MODEL: &str = "v2e's pixel model (Hu, Liu, Delbruck, CVPR Workshops 2021), by arithmetic";

/// Shows a whole sensor one brightness after another, `step` µs apart; the events.
fn show(camera: &EventCamera, step: i64, levels: impl IntoIterator<Item = f32>) -> (Pixels, Vec<Event>) {
    let mut pixels = Pixels::new(camera, 1);
    let movers = vec![NOBODY; camera.sensor().pixels()];
    let mut events = Vec::new();
    for (frame, level) in levels.into_iter().enumerate() {
        pixels.see(&vec![level; movers.len()], &movers, frame as i64 * step, &mut events);
    }
    (pixels, events)
}

/// One pixel without mismatch.
fn single() -> EventCamera {
    EventCamera { width: 1, height: 1, mismatch: 0.0, ..EventCamera::default() }
}

fn count(camera: &EventCamera, levels: &[f32]) -> (i64, i64) {
    let events = show(camera, 1000, levels.iter().copied()).1;
    let on = events.iter().filter(|event| event.on).count() as i64;
    (on, events.len() as i64 - on)
}

/// Measures all facts on a sensor of this side (128 for the table; tests take less).
pub fn measure(side: u32) -> Vec<Finding> {
    let pixels = f64::from(side * side);
    let fact = |claim, expected, tolerance, measured| Finding { claim, source: MODEL, expected, tolerance, measured };
    let square = |camera: EventCamera| EventCamera { width: side, height: side, ..camera };
    let exact = "a whole number";
    let mut findings = vec![
        fact(
            "F1 steps 80-200, 200-80, 20-255, 100-122, 100-123, 5-15 with 4, −4, 12, 0, 1, 7 events",
            Expected::Near(6.0, 0.0),
            exact,
            steps(),
        ),
        fact("F2 20-255 in 100 steps has 12 ON, as in one step, and back 12 OFF", Expected::Near(12.0, 0.0), exact, ramp()),
        fact(
            "F2 after a hundred returns the pixel remembers what it did at first: excess",
            Expected::Near(0.0, 0.0),
            exact,
            returns(),
        ),
    ];
    for (rate, seconds, expected, claim) in [
        (0.1, 100, 0.0977, "F3 leak of 0.1 Hz over 100 s: rate per pixel, Hz"),
        (1.0, 20, 1.0019, "F3 leak of 1 Hz over 20 s: rate per pixel, Hz"),
    ] {
        let camera = square(EventCamera { leak_rate: rate, leak_jitter: 0.1, leak_spread: 0.1, ..single() });
        let events = show(&camera, 20_000, (0..=50 * seconds).map(|_| 80.0)).1;
        assert!(events.iter().all(|event| event.on && event.cause == Cause::Leak));
        let measured = events.len() as f64 / pixels / f64::from(seconds);
        // The spread of the leak from pixel to pixel is 0.1 decades: 24 % of it.
        let error = 4.0 * (0.24 * f64::from(rate) + 0.5 / f64::from(seconds)) / pixels.sqrt();
        findings.push(fact(claim, Expected::Near(expected, error), "4 standard errors of the mean over pixels", measured));
    }
    for (level, expected, claim) in [
        (0.0, 4.73, "F4 shot noise of 5 Hz at level 0: rate per pixel, Hz"),
        (80.0, 3.64, "F4 at level 80"),
        (200.0, 2.00, "F4 at level 200"),
        (255.0, 1.25, "F4 at level 255"),
    ] {
        let camera = square(EventCamera { shot_rate: 5.0, ..single() });
        let events = show(&camera, 5_000, (0..=2_000).map(|_| level)).1;
        let measured = events.len() as f64 / pixels / 10.0;
        let error = 0.005 + 4.0 * (expected / 10.0 / pixels).sqrt();
        findings.push(fact(claim, Expected::Near(expected, error), "rounding of the number, and 4 Poisson errors", measured));
    }
    let share = 1.082;
    let camera = square(EventCamera { shot_rate: 5.0, mismatch: 0.05, ..single() });
    let events = show(&camera, 5_000, (0..=2_000).map(|_| 80.0)).1;
    let on = events.iter().filter(|event| event.on).count() as f64;
    findings.push(fact(
        "F4 mismatch of 0.05 raises shot noise by 1.082",
        Expected::Near(share, 4.0 * 0.35 / pixels.sqrt() + 4.0 / (36.4 * pixels).sqrt()),
        "4 standard errors of the mean of θ/θ' over pixels, and of the count",
        events.len() as f64 / pixels / 36.36,
    ));
    findings.push(fact(
        "F4 ON over OFF",
        Expected::Near(1.0, 4.0 * 0.7 / pixels.sqrt() + 8.0 / (36.4 * pixels).sqrt()),
        "as above, of two counts",
        on / (events.len() as f64 - on),
    ));
    findings.push(fact(
        "F5 a step 80-200 through a low-pass of 30 Hz reaches 63.2 % after, ms",
        Expected::Near(6.63, 0.12),
        "a frame of a tenth of a ms",
        rise(),
    ));
    findings.push(fact(
        "F5 a flicker 80-200 of 500 Hz through 30 Hz makes no event once settled",
        Expected::Near(0.0, 0.0),
        exact,
        flicker(),
    ));
    let (least, total) = refractory();
    findings.push(fact("F6 refractory time of 1 ms: shortest interval, µs", Expected::AtLeast(1000.0), exact, least));
    findings.push(fact("F6 events put off, not lost: a step 20-255 still has", Expected::Near(12.0, 0.0), exact, total));
    let (pixels_seen, _) = show(&square(EventCamera { mismatch: 0.05, ..single() }), 1000, [80.0]);
    let low = pixels_seen.thresholds().filter(|(on, _)| *on < 0.1).count() as f64 / pixels;
    findings.push(fact(
        "F7 mismatch of 0.05: share of thresholds below 0.1",
        Expected::Near(0.0228, 4.0 * (0.0228 / pixels).sqrt()),
        "4 binomial errors",
        low,
    ));
    findings.push(fact(
        "F7 none below 0.01",
        Expected::AtLeast(0.01),
        exact,
        pixels_seen.thresholds().map(|(on, off)| on.min(off)).fold(1.0, f64::min),
    ));
    findings
}

fn steps() -> f64 {
    let pairs = [(80.0, 200.0, 4), (200.0, 80.0, -4), (20.0, 255.0, 12), (100.0, 122.0, 0), (100.0, 123.0, 1), (5.0, 15.0, 7)];
    let right = |(from, to, events): &&(f32, f32, i64)| {
        let (on, off) = count(&single(), &[*from, *to]);
        on - off == *events && on * off == 0
    };
    pairs.iter().filter(right).count() as f64
}

fn ramp() -> f64 {
    let slope = maths::ln(255.0f64 / 20.0) / 100.0;
    let up: Vec<f32> = (0..=100).map(|step| (20.0 * maths::exp(slope * f64::from(step))) as f32).collect();
    let back: Vec<f32> = up.iter().chain(up.iter().rev()).copied().collect();
    let (on, off) = count(&single(), &up);
    let (on_again, off_again) = count(&single(), &back);
    let one_step = count(&single(), &[20.0, 255.0]);
    if (on, off) == one_step && on_again == on && off_again == on { on as f64 } else { f64::NAN }
}

fn returns() -> f64 {
    let levels = (0..=200).map(|step| if step % 2 == 0 { 80.0 } else { 200.0 });
    let (pixels, events) = show(&single(), 1000, levels);
    let on = events.iter().filter(|event| event.on).count();
    if 2 * on == events.len() { pixels.excesses().map(f64::abs).fold(0.0, f64::max) } else { f64::NAN }
}

fn rise() -> f64 {
    let camera = EventCamera { cutoff: 30.0, threshold_on: 0.01, response: Response::Exact, ..single() };
    let levels = std::iter::once(80.0).chain(std::iter::repeat_n(200.0, 1000));
    let (_, events) = show(&camera, 100, levels);
    let share = 0.632 * maths::ln(200.0f64 / 80.0) / 0.01;
    let (before, after) = (events[share as usize - 1].t as f64, events[share as usize].t as f64);
    (before + (after - before) * share.fract()) / 1000.0
}

fn flicker() -> f64 {
    let camera = EventCamera { cutoff: 30.0, ..single() };
    let (_, events) = show(&camera, 1000, (0..2000).map(|frame| if frame % 2 == 0 { 80.0 } else { 200.0 }));
    events.iter().filter(|event| event.t > 1_000_000).count() as f64
}

fn refractory() -> (f64, f64) {
    let camera = EventCamera { refractory: 0.001, ..single() };
    let levels = std::iter::once(20.0).chain(std::iter::repeat_n(255.0, 60));
    let (_, events) = show(&camera, 333, levels);
    let least = events.windows(2).map(|pair| pair[1].t - pair[0].t).min().unwrap_or(0);
    (least as f64, events.len() as f64)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_seven_facts_hold() {
        let wrong: Vec<_> = super::measure(32).into_iter().filter(|finding| !finding.holds()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
