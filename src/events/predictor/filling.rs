//! A window that fills: what is seen is worked out as it comes, so that little is left to be done at the end.

use super::{
    Point, Tokens, Window,
    net::{COUNTED, GLOBALS, Input},
    statistics::Tally,
    turning::Turning,
};
use crate::sim::maths;

/// A window that fills, point by point. What it reads in the end is the same however it was filled.
pub struct Filling {
    tally: Tally,
    turning: Turning,
    /// Points from which patches are cut, until that is done.
    window: Window,
    tokens: Option<Tokens>,
}

impl Filling {
    /// An empty window of a length, s.
    pub fn new(length: f32) -> Self {
        Self {
            tally: Tally::new(length),
            turning: Turning::new(length),
            window: Window { length, points: Vec::new() },
            tokens: None,
        }
    }

    /// Takes points, in the order of time, none earlier than those before.
    pub fn add(&mut self, points: impl IntoIterator<Item = Point>) {
        for point in points {
            self.tally.add(&point);
            self.turning.add(&point);
            if self.tokens.is_none() {
                // Patches lie about the middle: what comes after them is known to be none of theirs.
                if Tokens::suffice(point.t, self.window.length) {
                    self.tokens = Some(Tokens::of(&self.window));
                } else {
                    self.window.points.push(point);
                }
            }
        }
    }

    /// All points until a time, s, have come: what can be worked out of them is, before the next ones come.
    pub fn until(&mut self, time: f32) {
        if self.tokens.is_none() && Tokens::suffice(time, self.window.length) {
            self.tokens = Some(Tokens::of(&self.window));
        }
        self.turning.until(time);
    }

    /// What a net reads, once all points have come.
    pub fn finish(self) -> Input {
        let tokens = self.tokens.unwrap_or_else(|| Tokens::of(&self.window));
        let mut globals = [0.0; GLOBALS];
        for (to, number) in globals.iter_mut().zip(self.tally.finish().list()) {
            *to = number as f32;
        }
        globals[COUNTED..COUNTED + 2].copy_from_slice(&[tokens.order(), maths::ln(1.0 + tokens.len() as f32)]);
        globals[COUNTED + 2..].copy_from_slice(&self.turning.finish());
        Input { tokens, globals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{events::Sensor, events::predictor::Net, sim::Chance};

    /// Spots that wander, in a sensor wider than high, with rows to be scaled, as points.
    fn window(length: f32) -> Window {
        let sensor = Sensor { width: 200, height: 150 };
        let chance = Chance::new(7, 0, "filling");
        let frames: Vec<(i64, Vec<u8>)> = (0..=(150.0 * length) as i64)
            .map(|frame| {
                let mut levels = vec![80u8; sensor.pixels()];
                for spot in 0..40u32 {
                    let place = |axis: u32, side: u16| {
                        let speed = 80.0 * chance.uniform(spot, axis) - 40.0;
                        let at = f64::from(side) * chance.uniform(spot, 2 + axis) + speed * frame as f64 / 150.0;
                        at.rem_euclid(f64::from(side))
                    };
                    let (x, y) = (place(0, sensor.width), place(1, sensor.height));
                    for (pixel, level) in levels.iter_mut().enumerate() {
                        let off = [(pixel % 200) as f64 + 0.5 - x, (pixel / 200) as f64 + 0.5 - y];
                        let bright = 80.0 + 120.0 * (2.2 - (off[0] * off[0] + off[1] * off[1]).sqrt()).clamp(0.0, 1.0);
                        *level = (*level).max(bright as u8);
                    }
                }
                (frame * 1_000_000 / 150, levels)
            })
            .collect();
        let length = (length * 1e6) as i64;
        Window::of_frames(frames.iter().map(|(time, levels)| (*time, levels.as_slice())), sensor, length, length)
    }

    #[test]
    fn it_is_the_same_however_it_is_filled() {
        for length in [0.2, 1.0] {
            let window = window(length);
            assert!(window.points.len() > 1000 && window.points.iter().any(|point| point.x > 140.0));
            let whole = Input::of(&window);
            assert_eq!(whole.tokens, Tokens::of(&window));
            let mut filling = Filling::new(window.length);
            for points in window.points.chunks(97) {
                filling.add(points.iter().copied());
                // Frames are as far apart as changes of them: nothing more comes at the time of the last point.
                let last = points[points.len() - 1].t;
                filling.until(last - 1e-4);
            }
            assert_eq!(filling.finish(), whole);
            assert!(Net::new(1).predict(&whole).strength.0.is_finite());
        }
    }
}
