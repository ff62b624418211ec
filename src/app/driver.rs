//! The driver: a simulation that steps on its own thread and hands over its newest frame.
//!
//! Neither side waits for the other. The window leaves orders and takes news; a frame is made only when the last one
//! was taken, so a slow window costs no steps and a slow model never holds up the panel.

use crate::{
    error::{Error, Result},
    measures::{Instrument, Observer},
    panel::{Offer, Speed},
    scene::{Action, Journal, Look, Run, Scene, Stamped, ViewAction},
    sim::{Frame, Models, Shot, Simulation},
};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// What the window asks of the driver.
#[derive(Clone, Debug)]
pub enum Order {
    /// Begin a run: a scene from its start, with a journal to be played.
    Begin {
        /// The scene.
        scene: Box<Scene>,
        /// What is to be played.
        journal: Journal,
        /// The instruments to read; none: the model's own.
        measures: Vec<String>,
    },
    /// Do something to the run, now.
    Act(Action),
    /// Note what is being looked at.
    View(ViewAction),
    /// Make frames with this look from now on.
    Look(Look),
    /// Put these instruments before the run from now on.
    Measure(Vec<String>),
    /// Run or stand still.
    Play(bool),
    /// Take so many steps, then stand still.
    Step(u64),
    /// Change speed.
    Speed(Speed),
    /// Hand over the run so far, to be saved.
    Save,
}

/// The readings of one step, in the order of the instruments.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// The step.
    pub step: u64,
    /// Time of the step.
    pub time: f64,
    /// A value an instrument.
    pub values: Vec<f64>,
}

/// What has happened since news were last taken.
#[derive(Debug, Default)]
pub struct News {
    /// Counts the runs begun, so that what belongs to an earlier one can be told apart.
    pub run: u64,
    /// The newest frame, if there is a new one.
    pub frame: Option<Arc<Frame>>,
    /// Readings of every step since.
    pub readings: Vec<Readings>,
    /// Instruments whose readings these are.
    pub measures: Vec<&'static Instrument>,
    /// Actions that acted since, with their steps, and the time of each.
    pub acted: Vec<(Stamped<Action>, f64)>,
    /// What the model allows, where a run has begun since.
    pub offer: Option<Offer>,
    /// Steps per second, lately.
    pub steps_per_second: f32,
    /// What went wrong since.
    pub errors: Vec<Error>,
    /// The run, where it was asked for, and the frame of its last step.
    pub saved: Option<(Box<Run>, Arc<Frame>)>,
}

/// The handle by which a window drives a simulation. Dropping it ends the thread.
pub struct Driver {
    orders: Option<Sender<Order>>,
    news: Arc<Mutex<News>>,
    thread: Option<JoinHandle<()>>,
}

impl Driver {
    /// Starts the thread, without a run yet. `threads` is the number of threads of the heavy loops.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(models: Models, threads: Option<usize>) -> Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let news = Arc::new(Mutex::new(News::default()));
        let shared = Arc::clone(&news);
        let thread = std::thread::Builder::new()
            .name("simulation".into())
            .spawn(move || Bench::new(models, threads, shared).work(&inbox))
            .map_err(|error| Error::failure(format!("the simulation's thread could not be started: {error}")))?;
        Ok(Self { orders: Some(orders), news, thread: Some(thread) })
    }

    /// Leaves an order.
    pub fn order(&self, order: Order) {
        // A thread that has ended has left its error in the news; there is nobody to take the order.
        let _ = self.orders.as_ref().map(|orders| orders.send(order));
    }

    /// Takes what is new.
    pub fn take(&self) -> News {
        let mut news = lock(&self.news);
        let run = news.run;
        let next = News { run, measures: news.measures.clone(), steps_per_second: news.steps_per_second, ..News::default() };
        std::mem::replace(&mut news, next)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// News stay usable whatever happened to the other side.
fn lock(news: &Mutex<News>) -> MutexGuard<'_, News> {
    news.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
struct Bench {
    models: Models,
    threads: Option<usize>,
    news: Arc<Mutex<News>>,
    run: Option<Running>,
    runs: u64,
    look: Look,
    playing: bool,
    to_step: u64,
    speed: Speed,
    due: Instant,
    /// Whether something changed since the last frame was made.
    changed: bool,
    /// Steps since `counted`, for the display of speed.
    steps: u32,
    counted: Instant,
}

struct Running {
    simulation: Simulation,
    observer: Observer,
    shot: Shot,
    /// Entries of the journal already told of.
    told: usize,
}

/// Longest time for which orders are left lying, and over which speed is averaged.
const PATIENCE: Duration = Duration::from_millis(200);
/// Steps that may be behind schedule before the schedule is given up, in seconds.
const LATENESS: Duration = Duration::from_millis(100);

impl Bench {
    fn new(models: Models, threads: Option<usize>, news: Arc<Mutex<News>>) -> Self {
        let now = Instant::now();
        Self {
            models,
            threads,
            news,
            run: None,
            runs: 0,
            look: Look::default(),
            playing: false,
            to_step: 0,
            speed: Speed::PerSecond(60.0),
            due: now,
            changed: false,
            steps: 0,
            counted: now,
        }
    }

    /// Works until the window drops its handle.
    fn work(mut self, inbox: &Receiver<Order>) {
        loop {
            let moving = self.run.is_some() && (self.playing || self.to_step > 0);
            let wait = if moving { self.due.saturating_duration_since(Instant::now()) } else { PATIENCE };
            match inbox.recv_timeout(wait) {
                Ok(order) => {
                    self.obey(order);
                    // All that lies there belongs to the same moment: it acts at the same step.
                    for order in inbox.try_iter() {
                        self.obey(order);
                    }
                    self.publish(true);
                }
                Err(RecvTimeoutError::Timeout) => {
                    if moving {
                        self.step();
                    }
                    self.publish(false);
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn obey(&mut self, order: Order) {
        let done = match order {
            Order::Begin { scene, journal, measures } => self.begin(&scene, &journal, &measures),
            Order::Act(action) => self.run.as_mut().map_or(Ok(()), |run| run.simulation.act(action)),
            Order::View(action) => {
                if let Some(run) = &mut self.run {
                    run.simulation.look(action);
                }
                Ok(())
            }
            Order::Look(look) => {
                self.look = look;
                Ok(())
            }
            Order::Measure(names) => self.measure(&names),
            Order::Play(on) => {
                (self.playing, self.to_step, self.due) = (on, 0, Instant::now());
                Ok(())
            }
            Order::Step(steps) => {
                (self.playing, self.to_step, self.due) = (false, self.to_step + steps, Instant::now());
                Ok(())
            }
            Order::Speed(speed) => {
                (self.speed, self.due) = (speed, Instant::now());
                Ok(())
            }
            Order::Save => {
                self.save();
                Ok(())
            }
        };
        if let Err(error) = done {
            lock(&self.news).errors.push(error);
        }
    }

    fn begin(&mut self, scene: &Scene, journal: &Journal, measures: &[String]) -> Result<()> {
        self.run = None;
        self.runs += 1;
        self.to_step = 0;
        *lock(&self.news) = News { run: self.runs, ..News::default() };
        let mut simulation = Simulation::new(scene, &self.models, self.threads)?;
        simulation.play(journal)?;
        let observer = Observer::new(measures.iter().map(String::as_str), &simulation)?;
        self.look = scene.view.clone();
        let measures = observer.instruments().collect();
        let offer = Some(Offer::of(&simulation));
        let mut run = Running { simulation, observer, shot: Shot::default(), told: 0 };
        let first = run.read();
        run.shot.note(&run.simulation, &self.look);
        *lock(&self.news) = News { run: self.runs, measures, offer, readings: vec![first], ..News::default() };
        self.run = Some(run);
        Ok(())
    }

    fn measure(&mut self, names: &[String]) -> Result<()> {
        let Some(run) = &mut self.run else { return Ok(()) };
        run.observer = Observer::new(names.iter().map(String::as_str), &run.simulation)?;
        let first = run.read();
        let mut news = lock(&self.news);
        news.measures = run.observer.instruments().collect();
        news.readings = vec![first];
        Ok(())
    }

    fn save(&mut self) {
        let Some(run) = &mut self.run else { return };
        let saved = Run {
            version: env!("CARGO_PKG_VERSION").into(),
            steps: run.simulation.clock().step,
            hash: run.simulation.hash(),
            scene: run.simulation.scene().clone(),
            journal: run.simulation.journal(),
        };
        let frame = Arc::new(run.shot.frame(&run.simulation, &self.look));
        lock(&self.news).saved = Some((Box::new(saved), frame));
    }

    fn step(&mut self) {
        let Some(run) = &mut self.run else { return };
        if let Err(error) = run.simulation.step() {
            self.playing = false;
            self.to_step = 0;
            lock(&self.news).errors.push(error);
            return;
        }
        run.shot.note(&run.simulation, &self.look);
        let readings = run.read();
        lock(&self.news).readings.push(readings);
        self.to_step = self.to_step.saturating_sub(1);
        self.changed = true;
        self.steps += 1;
        let now = Instant::now();
        match self.speed {
            Speed::Fastest => self.due = now,
            Speed::PerSecond(rate) => {
                self.due += Duration::from_secs_f32(1.0 / rate.max(0.01));
                if now.saturating_duration_since(self.due) > LATENESS {
                    self.due = now;
                }
            }
        }
    }

    /// Makes a frame where there is something new to show and the last one was taken, or at once after an order.
    fn publish(&mut self, at_once: bool) {
        let elapsed = self.counted.elapsed();
        let rate = (elapsed > PATIENCE).then(|| self.steps as f32 / elapsed.as_secs_f32());
        if rate.is_some() {
            (self.steps, self.counted) = (0, Instant::now());
        }
        let Some(run) = &mut self.run else { return };
        let stale = {
            let mut news = lock(&self.news);
            news.steps_per_second = rate.unwrap_or(news.steps_per_second);
            let acted = run.simulation.acted();
            let (acted, told) = (&acted[run.told.min(acted.len())..], acted.len());
            let time = run.simulation.clock().time;
            news.acted.extend(acted.iter().map(|acted| (acted.clone(), time)));
            run.told = told;
            news.frame.is_none()
        };
        if at_once || (stale && self.changed) {
            self.changed = false;
            let frame = Arc::new(run.shot.frame(&run.simulation, &self.look));
            lock(&self.news).frame = Some(frame);
        }
    }
}

impl Running {
    fn read(&mut self) -> Readings {
        let clock = self.simulation.clock();
        Readings { step: clock.step, time: clock.time, values: self.observer.read(&self.simulation) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lab::Lab, scene::Value};

    fn until(driver: &Driver, mut enough: impl FnMut(&News) -> bool) -> bool {
        (0..500).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            enough(&driver.take())
        })
    }

    fn driver_of(scene: &Scene) -> Driver {
        let driver = Driver::new(Lab::new().models().clone(), Some(1)).unwrap();
        driver.order(Order::Begin { scene: Box::new(scene.clone()), journal: Journal::default(), measures: vec![] });
        driver
    }

    #[test]
    fn what_the_driver_plays_a_headless_run_replays() {
        let lab = Lab::new();
        let scene = lab.open("vicsek").unwrap().scene;
        let driver = driver_of(&scene);
        driver.order(Order::Speed(Speed::Fastest));
        driver.order(Order::Play(true));
        assert!(until(&driver, |news| news.readings.iter().any(|reading| reading.step > 20)));
        driver.order(Order::Act(Action::Set { path: "noise".into(), value: Value::Number(0.5) }));
        assert!(until(&driver, |news| news.readings.len() > 5));
        driver.order(Order::Play(false));
        driver.order(Order::Save);
        let mut saved = None;
        assert!(until(&driver, |news| {
            saved.clone_from(&news.saved);
            saved.is_some()
        }));
        let (saved, frame) = saved.unwrap();
        assert_eq!(frame.step, saved.steps);
        assert_eq!(saved.journal.run.len(), 1);
        let mut again = Simulation::new(&saved.scene, lab.models(), Some(2)).unwrap();
        again.play(&saved.journal).unwrap();
        for _ in 0..saved.steps {
            again.step().unwrap();
        }
        assert_eq!(again.hash(), saved.hash);
    }

    #[test]
    fn a_paused_run_answers_an_action_with_a_new_frame() {
        let scene = Lab::new().open("vicsek").unwrap().scene;
        let driver = driver_of(&scene);
        assert!(until(&driver, |news| news.frame.is_some()));
        driver.order(Order::Act(Action::Set { path: "noise".into(), value: Value::Number(1.5) }));
        let noise = |frame: &Frame| frame.parameters.iter().find(|(path, _)| path == "noise").map(|(_, value)| value.clone());
        assert!(until(&driver, |news| {
            news.frame.as_ref().is_some_and(|frame| frame.step == 0 && noise(frame) == Some(Value::Number(1.5)))
        }));
    }

    #[test]
    fn a_wrong_action_is_an_error_in_the_news() {
        let scene = Lab::new().open("vicsek").unwrap().scene;
        let driver = driver_of(&scene);
        driver.order(Order::Act(Action::Set { path: "nois".into(), value: Value::Number(1.5) }));
        assert!(until(&driver, |news| !news.errors.is_empty()));
    }

    #[test]
    fn asked_steps_are_taken_and_no_more() {
        let scene = Lab::new().open("vicsek").unwrap().scene;
        let driver = driver_of(&scene);
        driver.order(Order::Step(3));
        assert!(until(&driver, |news| news.frame.as_ref().is_some_and(|frame| frame.step == 3)));
        std::thread::sleep(Duration::from_millis(100));
        driver.order(Order::Look(scene.view.clone()));
        assert!(until(&driver, |news| news.frame.as_ref().is_some_and(|frame| frame.step == 3)));
    }
}
