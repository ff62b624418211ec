//! The event camera beside the window: it watches frames on a thread of its own, keeps an image of what it saw, and asks the
//! predictor. Whoever shows frames never waits for it.

use super::{
    Event, Eye, Sensor,
    camera::EventCamera,
    predictor::{Filling, Net, Point, Prediction},
    surface::{SPANS, Surface},
};
use crate::{
    error::{Error, Result},
    sim::Frame,
};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread::JoinHandle,
    time::Instant,
};

/// Frames that may wait; what comes while so many wait is left out, and the camera sees a longer step.
const WAITING: usize = 8;
/// Time between two predictions, µs.
const PACE: i64 = 100_000;

/// What the watcher saw lately.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// Columns and rows.
    pub size: [usize; 2],
    /// Time surface of each pixel, rows from the top: exp(−age/τ) of the last event, positive where it was ON, negative where
    /// it was OFF.
    pub surface: Vec<f32>,
    /// Time of the camera, s.
    pub time: f64,
    /// Events a second that agents made, and that noise made, by tenths of a second; the oldest first.
    pub rates: Vec<[f32; 2]>,
    /// Predictions: step, time of the camera (s), and what was said; the oldest first.
    pub predictions: Vec<(u64, f64, Prediction)>,
    /// For each prediction the time from the last event of its window until it was there to be shown, ms.
    pub latencies: Vec<f64>,
    /// Frames that were left out.
    pub missed: u64,
}

/// A camera that watches on a thread of its own. Dropping it ends the thread.
pub struct Watcher {
    frames: Option<SyncSender<Arc<Frame>>>,
    sight: Arc<Mutex<Sight>>,
    thread: Option<JoinHandle<()>>,
    missed: u64,
}

impl Watcher {
    /// Puts a camera before a run whose scene has this speed. Without a net nothing is predicted.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(camera: &EventCamera, speed: f32, seed: u64, net: Option<Arc<Net>>) -> Result<Self> {
        let (frames, inbox) = mpsc::sync_channel(WAITING);
        let sight = Arc::new(Mutex::new(Sight::default()));
        let mut work = Work::new(camera, speed, seed, net, Arc::clone(&sight));
        let thread = std::thread::Builder::new()
            .name("event camera".into())
            .spawn(move || work.watch(&inbox))
            .map_err(|error| Error::failure(format!("the event camera's thread could not be started: {error}")))?;
        Ok(Self { frames: Some(frames), sight, thread: Some(thread), missed: 0 })
    }

    /// Shows it a frame; one that it has no time for is left out.
    pub fn show(&mut self, frame: Arc<Frame>) {
        if let Some(Err(TrySendError::Full(_))) = self.frames.as_ref().map(|frames| frames.try_send(frame)) {
            self.missed += 1;
        }
    }

    /// What it saw lately.
    pub fn sight(&self) -> Sight {
        let mut sight = self.sight.lock().unwrap_or_else(PoisonError::into_inner).clone();
        sight.missed = self.missed;
        sight
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.frames = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's side.
struct Work {
    eye: Eye,
    sensor: Sensor,
    net: Option<Arc<Net>>,
    /// Length of a window, µs.
    window: i64,
    sight: Arc<Mutex<Sight>>,
    /// Events of the last window.
    events: VecDeque<Event>,
    surface: Surface,
    /// When the next window ends, µs, whatever the times of frames.
    due: i64,
    filling: Option<Filling>,
}

impl Work {
    fn new(camera: &EventCamera, speed: f32, seed: u64, net: Option<Arc<Net>>, sight: Arc<Mutex<Sight>>) -> Self {
        let eye = Eye::new(camera, speed, seed);
        let sensor = eye.sensor();
        let window = net.as_ref().map_or(0, |net| (net.window * 1e6).round() as i64);
        Self {
            eye,
            sensor,
            window,
            net,
            sight,
            events: VecDeque::new(),
            surface: Surface::new(sensor),
            due: window,
            filling: None,
        }
    }

    fn watch(&mut self, inbox: &Receiver<Arc<Frame>>) {
        let mut events = Vec::new();
        while let Ok(frame) = inbox.recv() {
            events.clear();
            self.eye.watch(&frame, &mut events);
            let seen = Instant::now();
            self.fill(&events);
            self.predict(frame.step, seen);
            // Whoever waits for a prediction has it by now.
            self.note(&events);
            self.tell();
            self.prepare();
        }
    }

    /// Adds events to the window that fills, where they are in it.
    fn fill(&mut self, events: &[Event]) {
        let (begin, end, sensor) = (self.due - self.window, self.due, self.sensor);
        if let Some(filling) = &mut self.filling {
            let within = events.iter().filter(|event| event.t > begin && event.t <= end);
            filling.add(within.map(|event| Point::of(event, sensor, begin)));
        }
        self.events.extend(events);
    }

    /// Begins the next window with the events that are there already, and works out what can be by now.
    fn prepare(&mut self) {
        if self.net.is_none() {
            return;
        }
        let (begin, sensor) = (self.due - self.window, self.sensor);
        let filling = self.filling.get_or_insert_with(|| {
            let mut filling = Filling::new(self.window as f32 * 1e-6);
            let first = self.events.partition_point(|event| event.t <= begin);
            filling.add(self.events.range(first..).map(|event| Point::of(event, sensor, begin)));
            filling
        });
        filling.until((self.eye.time() - begin) as f32 * 1e-6);
    }

    fn note(&mut self, events: &[Event]) {
        let now = self.eye.time();
        self.surface.note(events);
        self.surface.reach(now);
        let old = self.events.partition_point(|event| event.t <= now - self.window);
        self.events.drain(..old);
    }

    fn predict(&mut self, step: u64, seen: Instant) {
        let (now, end) = (self.eye.time(), self.due);
        if now < end {
            return;
        }
        let Some((net, filling)) = self.net.as_ref().zip(self.filling.take()) else { return };
        let said = net.predict(&filling.finish());
        // Frames may be further apart than predictions: what was not predicted in time is left out.
        self.due += PACE * ((now - end) / PACE + 1);
        let since = (now - end) as f64 * 1e-6 * self.eye.steps_per_second();
        let step = step.saturating_sub(since.round() as u64);
        let mut sight = self.sight();
        if sight.predictions.len() == SPANS {
            sight.predictions.remove(0);
            sight.latencies.remove(0);
        }
        sight.predictions.push((step, end as f64 * 1e-6, said));
        sight.latencies.push(seen.elapsed().as_secs_f64() * 1e3);
    }

    fn sight(&self) -> MutexGuard<'_, Sight> {
        self.sight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self) {
        let now = self.eye.time();
        let surface = self.surface.shades(now);
        let mut sight = self.sight();
        sight.size = self.surface.size();
        sight.surface = surface;
        sight.time = now as f64 * 1e-6;
        sight.rates = self.surface.rates();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::Lab,
        scene::Look,
        sim::{Shot, Simulation},
    };
    use std::time::Duration;

    #[test]
    fn it_sees_and_predicts_without_being_waited_for() {
        let lab = Lab::new();
        let scene = lab.open("boids").unwrap().scene;
        let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        let mut watcher = Watcher::new(&EventCamera::default(), 30.0, 1, Some(Arc::new(Net::new(1)))).unwrap();
        let mut shot = Shot::default();
        let begin = Instant::now();
        // Until it has predicted; a slow machine gets a minute.
        while watcher.sight().predictions.is_empty() && begin.elapsed() < Duration::from_secs(60) {
            watcher.show(Arc::new(shot.frame(&run, &Look::default())));
            run.step().unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
        let sight = watcher.sight();
        assert!(sight.latencies.len() == sight.predictions.len() && sight.time >= 0.5, "{}", sight.time);
        assert_eq!((sight.size, sight.surface.len()), ([128, 128], 128 * 128));
        assert!(sight.surface.iter().any(|shade| *shade > 0.5) && sight.surface.iter().any(|shade| *shade < -0.5));
        assert!(sight.rates.iter().any(|[signal, noise]| *signal > 1000.0 && *noise == 0.0));
    }
}
