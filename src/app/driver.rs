//! The driver: a simulation that steps on its own thread and hands over its newest frame.
//!
//! Neither side waits for the other. The window leaves orders and takes news; a frame is made only when the last one
//! was taken, so a slow window costs no steps and a slow model never holds up the panel.

use super::{
    bench::{Bench, lock},
    keeper::Keeper,
};
use crate::{
    error::{Error, Result},
    measures::{Instrument, Reading},
    panel::{Offer, Speed, Standing, Turn},
    scene::{Action, Difference, Journal, Look, Run, Scene, Stamped, ViewAction},
    sim::{Frame, Models, Taken},
};
use std::{
    sync::{
        Arc, Mutex,
        mpsc::{self, Sender},
    },
    thread::JoinHandle,
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
        /// What is known of the end of a saved run.
        known: Option<Box<Known>>,
        /// The instruments to read; none: the model's own.
        measures: Vec<String>,
        /// How a second run differs that is to be played beside it.
        against: Option<Box<Difference>>,
    },
    /// Let go of the second run.
    Alone,
    /// Do something to the run, now. In the past it begins a branch.
    Act(Action),
    /// Note what is being looked at; not in the past, where it was something else.
    View(ViewAction),
    /// Make frames with this look from now on.
    Look(Look),
    /// Put these instruments before the run from now on.
    Measure(Vec<String>),
    /// Run or stand still.
    Play(bool),
    /// Take so many steps, then stand still.
    Step(u64),
    /// Stand at this step, as far as the run has been or is known to go.
    Seek(u64),
    /// Play this branch.
    Branch(usize),
    /// Go on or back in the scene's story.
    Story(Turn),
    /// Change speed.
    Speed(Speed),
    /// Hand over the run so far, to be saved.
    Save,
}

/// What is known of the end of a saved run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its last step.
    pub steps: u64,
    /// The state hash after that.
    pub hash: u64,
    /// That of the run beside it, where two were compared.
    pub beside: Option<u64>,
    /// The version that made it.
    pub version: String,
}

/// The readings of one step, in the order of the instruments.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    /// The step.
    pub step: u64,
    /// Time of the step.
    pub time: f64,
    /// What each instrument read.
    pub values: Vec<Reading>,
    /// Of the second of two runs, time and what each instrument read.
    pub beside: Option<(f64, Vec<Reading>)>,
}

/// Something that happened to the run.
#[derive(Clone, Debug)]
pub enum Event {
    /// It has begun, and this is what its model allows.
    Offer(Offer),
    /// What whoever watches it should know of it.
    Noted(String),
    /// Readings are of these instruments from now on.
    Measures(Vec<&'static Instrument>),
    /// A step was read, once or once more.
    Readings(Readings),
    /// All that was done, or is to be played, in the branch that is played now.
    Journal(Vec<Stamped<Action>>),
    /// Something was done to it.
    Acted(Stamped<Action>),
    /// A new branch has left the one that was played.
    Forked {
        /// The branch that was left.
        left: usize,
        /// The last step that both have.
        step: u64,
        /// A branch that was forgotten for it.
        forgotten: Option<usize>,
    },
    /// Another branch is played from now on.
    Chosen {
        /// The branch that was left.
        left: usize,
        /// The one that is played.
        chosen: usize,
    },
    /// What was looked at, as the journal says: all of it up to this step, or since the last step.
    Seen {
        /// Whether it is all from the start.
        whole: bool,
        /// What was done.
        actions: Vec<ViewAction>,
    },
    /// It stands still by itself.
    Held {
        /// Whether because nothing new will happen; else because something went wrong.
        ended: bool,
    },
}

/// What has happened since news were last taken.
#[derive(Debug, Default)]
pub struct News {
    /// Counts the runs begun, so that what belongs to an earlier one can be told apart.
    pub run: u64,
    /// The newest frame, if there is a new one.
    pub frame: Option<Arc<Frame>>,
    /// The frame of the same step of the second of two runs.
    pub beside: Option<Arc<Frame>>,
    /// What these frames are made of, by whoever takes the news.
    pub(super) taken: Vec<Taken>,
    /// What happened since, in its order.
    pub events: Vec<Event>,
    /// Where the run stands now.
    pub standing: Option<Standing>,
    /// Steps per second, lately.
    pub steps_per_second: f32,
    /// What went wrong since.
    pub errors: Vec<Error>,
    /// The run each time that it was asked for, and the frame of its last step: of both, where two are compared.
    pub saved: Vec<(Box<Run>, Vec<Arc<Frame>>)>,
}

/// The handle by which a window drives a simulation. Dropping it ends the thread.
pub struct Driver {
    orders: Option<Sender<Order>>,
    news: Arc<Mutex<News>>,
    thread: Option<JoinHandle<()>>,
}

impl Driver {
    /// Starts the thread, without a run yet. `threads` is the number of threads of the heavy loops; runs are kept while
    /// they are played, where there is a keeper.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(models: Models, threads: Option<usize>, keeper: Option<Arc<Keeper>>) -> Result<Self> {
        let (orders, inbox) = mpsc::channel();
        let news = Arc::new(Mutex::new(News::default()));
        let shared = Arc::clone(&news);
        let thread = std::thread::Builder::new()
            .name("simulation".into())
            .spawn(move || Bench::new(models, threads, keeper, shared).work(&inbox))
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
        let mut news = {
            let mut news = lock(&self.news);
            let next = News { run: news.run, steps_per_second: news.steps_per_second, ..News::default() };
            std::mem::replace(&mut *news, next)
        };
        let mut frames = news.taken.drain(..).map(|taken| Arc::new(taken.frame()));
        (news.frame, news.beside) = (frames.next(), frames.next());
        drop(frames);
        news
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

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
