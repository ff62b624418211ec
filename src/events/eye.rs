//! An event camera that watches a run, frame by frame.

use super::{Event, Sensor, camera::EventCamera, optics::Optics, pixels::Pixels};
use crate::sim::{Boundary, Frame, Space};
use bevy_math::{Vec2, Vec3};

/// Steps a second of a scene that tells no speed.
const STEPS_PER_SECOND: f64 = 30.0;
/// Most steps of the run between two frames that are taken for one motion.
const LONGEST_STEP: u64 = 32;
/// Most frames drawn in one step.
const MOST_FRAMES: f32 = 1000.0;

/// An event camera at work.
pub struct Eye {
    camera: EventCamera,
    optics: Optics,
    pixels: Pixels,
    steps_per_second: f64,
    last: Option<Frame>,
    /// Time of the last frame, s.
    time: f64,
    places: Vec<Vec3>,
}

impl Eye {
    /// Puts a camera before a run. `speed` is the scene's own, in steps a second; `seed` that of the camera's noise.
    pub fn new(camera: &EventCamera, speed: f32, seed: u64) -> Self {
        let told = [camera.steps_per_second, speed].into_iter().find(|speed| *speed > 0.0).map(f64::from);
        Self {
            optics: Optics::new(camera),
            pixels: Pixels::new(camera, seed),
            camera: camera.clone(),
            steps_per_second: told.unwrap_or(STEPS_PER_SECOND),
            last: None,
            time: 0.0,
            places: Vec::new(),
        }
    }

    /// Columns and rows.
    pub fn sensor(&self) -> Sensor {
        self.pixels.sensor()
    }

    /// Steps of the run in a second of the camera's time.
    pub fn steps_per_second(&self) -> f64 {
        self.steps_per_second
    }

    /// Time of the last frame, µs.
    pub fn time(&self) -> i64 {
        (self.time * 1e6).round() as i64
    }

    /// Watches up to the step of this frame, and appends the events on the way.
    pub fn watch(&mut self, frame: &Frame, events: &mut Vec<Event>) {
        self.watch_closely(frame, events, |_, _| ());
    }

    /// The same; each image that the sensor sees on the way (brightnesses by rows, and time in µs) is handed to `image`.
    pub fn watch_closely(&mut self, frame: &Frame, events: &mut Vec<Event>, mut image: impl FnMut(&[f32], i64)) {
        let Some(last) = self.last.replace(frame.clone()) else {
            self.optics.draw(frame, &frame.positions, &frame.directions);
            return self.expose(events, &mut image);
        };
        if frame.step == last.step {
            return;
        }
        // A jump to another time is a cut: the pixels begin anew, the clock goes on.
        if frame.step < last.step || frame.step - last.step > LONGEST_STEP {
            self.time += 1.0 / self.steps_per_second;
            self.pixels.forget();
            self.optics.draw(frame, &frame.positions, &frame.directions);
            return self.expose(events, &mut image);
        }
        let steps = (frame.step - last.step) as f64;
        let shifts = shifts(&last, frame);
        let begin = self.time;
        let count = self.frames(frame, &shifts);
        for part in 1..=count {
            // Birds that NetLogo moves in five small steps fly on in a straight line as well.
            let left = 1.0 - part as f32 / count as f32;
            self.places.clear();
            self.places.extend(frame.positions.iter().zip(&shifts).map(|(place, shift)| *place - *shift * left));
            self.time = begin + steps / self.steps_per_second * f64::from(part) / f64::from(count);
            self.optics.draw(frame, &self.places, &frame.directions);
            self.expose(events, &mut image);
        }
    }

    /// Where the agents of a frame are on the sensor, in pixels from its upper left corner.
    pub fn on_sensor(&self, frame: &Frame) -> Vec<Vec2> {
        let view = self.optics.view(&frame.extent);
        frame.positions.iter().map(|place| view.to_pixels(*place)).collect()
    }

    /// How fast the images of agents move, in pixels a second, from one frame to the next.
    pub fn flow(&self, then: &Frame, now: &Frame) -> Vec<Vec2> {
        let scale = self.optics.view(&now.extent).scale;
        let rate = self.steps_per_second as f32 / (now.step - then.step).max(1) as f32;
        shifts(then, now).into_iter().map(|shift| Vec2::new(shift.x, -shift.y) * (scale * rate)).collect()
    }

    fn expose(&mut self, events: &mut Vec<Event>, image: &mut impl FnMut(&[f32], i64)) {
        let time = self.time();
        self.pixels.see(self.optics.brightnesses(), self.optics.movers(), time, events);
        image(self.optics.brightnesses(), time);
    }

    /// How many frames to draw on the way: so many that nobody shifts by more than the largest shift.
    fn frames(&self, frame: &Frame, shifts: &[Vec3]) -> u32 {
        if self.camera.frames_per_step > 0 {
            return self.camera.frames_per_step;
        }
        let largest = shifts.iter().map(|shift| shift.truncate().length_squared()).fold(0.0, f32::max).sqrt();
        let pixels = largest * self.optics.view(&frame.extent).scale;
        // A hair's breadth above a whole number is rounding, not motion.
        (pixels / self.camera.largest_shift - 1e-3).ceil().clamp(1.0, MOST_FRAMES) as u32
    }
}

/// By how much each agent of `now` has moved since `then`, the short way round; new ones have not.
fn shifts(then: &Frame, now: &Frame) -> Vec<Vec3> {
    let extent = &now.extent;
    let boundary = if extent.periodic { Boundary::Periodic } else { Boundary::Open };
    let space = Space { min: extent.min, size: extent.size(), boundary, unit: "" };
    let mut before = then.ids.iter().zip(then.positions.iter()).peekable();
    let shift = |(id, place): (&u32, &Vec3)| {
        while before.next_if(|(other, _)| *other < id).is_some() {}
        before.next_if(|(other, _)| *other == id).map_or(Vec3::ZERO, |(_, from)| space.displacement(*from, *place))
    };
    now.ids.iter().zip(now.positions.iter()).map(shift).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        events::Cause,
        lab::Lab,
        scene::Look,
        sim::{Shot, Simulation},
    };

    fn film(camera: &EventCamera, threads: usize, steps: u64) -> Vec<Event> {
        let lab = Lab::new();
        let opened = lab.open("boids").unwrap();
        let look = Look { trails: 0, ..opened.scene.view.clone() };
        let mut run = Simulation::new(&opened.scene, lab.models(), Some(threads)).unwrap();
        let mut eye = Eye::new(camera, opened.scene.speed, 1);
        let mut shot = Shot::default();
        let mut events = Vec::new();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for _ in 0..=steps {
            let frame = shot.frame(&run, &look);
            pool.install(|| eye.watch(&frame, &mut events));
            run.step().unwrap();
        }
        events
    }

    #[test]
    fn the_same_events_on_any_number_of_threads() {
        let camera = EventCamera { hot_share: 0.001, ..EventCamera::preset(super::super::Preset::Noisy) };
        let one = film(&camera, 1, 10);
        assert!(one.len() > 10_000, "{}", one.len());
        assert_eq!(one, film(&camera, 2, 10));
        assert_eq!(one, film(&camera, 3, 10));
        assert!(one.is_sorted_by_key(|event| event.t));
        for cause in [Cause::Shot, Cause::Hot] {
            assert!(one.iter().any(|event| event.cause == cause), "{cause:?}");
        }
    }

    #[test]
    fn boids_at_their_speed_get_five_frames_a_step_and_few_thresholds_a_frame() {
        let camera = EventCamera::default();
        let events = film(&camera, 1, 10);
        // Five frames in a thirtieth of a second.
        let mut times: Vec<i64> = Vec::new();
        let eye = Eye::new(&camera, 30.0, 1);
        assert_eq!(eye.frames(&Frame { extent: extent(), ..Frame::default() }, &[Vec3::X]), 5);
        // All causes of a clean camera are agents.
        assert!(events.iter().all(|event| event.cause.is_signal()));
        times.extend(events.iter().map(|event| event.t));
        assert!(*times.last().unwrap() <= 333_334);
    }

    fn extent() -> crate::sim::Extent {
        crate::sim::Extent { max: Vec3::new(71.0, 71.0, 0.0), periodic: true, ..Default::default() }
    }
}
