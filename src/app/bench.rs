//! The thread on which a run is stepped: it obeys orders, keeps the run's past, and tells what came of it.

use super::{
    driver::{Event, Known, News, Order},
    keeper::Keeper,
    past::{BUDGET, Past},
    running::Running,
    second::Second,
};
use crate::{
    error::{Error, Result},
    measures::Observer,
    panel::{Offer, Speed, Turn},
    scene::{Difference, Journal, Look, Scene},
    sim::{Models, Shot, Simulation},
};
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

/// Longest time for which orders are left lying, and over which speed is averaged.
const PATIENCE: Duration = Duration::from_millis(200);
/// Steps that may be behind schedule before the schedule is given up, in seconds.
const LATENESS: Duration = Duration::from_millis(100);
/// Longest time for which orders are left lying while the run goes back to a step.
const SLICE: Duration = Duration::from_millis(15);
/// Time between two times that a run is kept: with the time that writing takes, a second is lost at most.
const KEEPING: Duration = Duration::from_millis(800);
/// Time between two pictures of a run on its way to a step.
const GLIMPSE: Duration = Duration::from_millis(250);

/// News stay usable whatever happened to the other side.
pub fn lock(news: &Mutex<News>) -> MutexGuard<'_, News> {
    news.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
pub struct Bench {
    models: Models,
    threads: Option<usize>,
    news: Arc<Mutex<News>>,
    keeper: Option<Arc<Keeper>>,
    /// When the run was last kept.
    kept: Instant,
    run: Option<Running>,
    runs: u64,
    look: Look,
    playing: bool,
    to_step: u64,
    speed: Speed,
    due: Instant,
    /// Orders that are to be obeyed where the run will stand.
    waiting: Vec<Order>,
    /// Whether something changed since the last frame was made.
    changed: bool,
    /// When the last frame was made.
    shown: Instant,
    /// Steps since `counted`, for the display of speed.
    steps: u32,
    counted: Instant,
}

impl Bench {
    /// Without a run yet. Runs are kept while they are played, where there is a keeper.
    pub fn new(models: Models, threads: Option<usize>, keeper: Option<Arc<Keeper>>, news: Arc<Mutex<News>>) -> Self {
        let now = Instant::now();
        Self {
            models,
            threads,
            news,
            keeper,
            kept: now,
            run: None,
            runs: 0,
            look: Look::default(),
            playing: false,
            to_step: 0,
            speed: Speed::PerSecond(60.0),
            due: now,
            waiting: Vec::new(),
            changed: false,
            shown: now,
            steps: 0,
            counted: now,
        }
    }

    /// Works until the window drops its handle.
    pub fn work(mut self, inbox: &Receiver<Order>) {
        loop {
            let seeking = self.run.as_ref().is_some_and(|run| run.way.is_some());
            let moving = self.run.is_some() && (self.playing || self.to_step > 0);
            let wait = match (seeking, moving) {
                (true, _) => Duration::ZERO,
                (false, true) => self.due.saturating_duration_since(Instant::now()),
                (false, false) => PATIENCE,
            };
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
                    if seeking {
                        self.seek();
                    } else if moving {
                        self.step();
                    }
                    self.publish(false);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.keep();
                    return;
                }
            }
        }
    }

    fn obey(&mut self, order: Order) {
        let on_its_way = self.run.as_ref().is_some_and(|run| run.way.is_some());
        let there = matches!(
            order,
            Order::Act(_)
                | Order::View(_)
                | Order::Step(_)
                | Order::Measure(_)
                | Order::Branch(_)
                | Order::Story(_)
                | Order::Save
        );
        if on_its_way && (there || (!self.waiting.is_empty() && !matches!(order, Order::Begin { .. }))) {
            self.waiting.push(order);
            return;
        }
        if let Err(error) = self.carry_out(order) {
            lock(&self.news).errors.push(error);
        }
    }

    fn carry_out(&mut self, order: Order) -> Result<()> {
        let news = Arc::clone(&self.news);
        let tell = |event: Event| lock(&news).events.push(event);
        match order {
            Order::Begin { scene, journal, known, measures, against } => {
                return self.begin(&scene, &journal, known.map(|known| *known), (&measures, against.map(|against| *against)));
            }
            Order::Alone => {
                if let Some(run) = &mut self.run {
                    run.second = None;
                }
            }
            Order::Play(on) => {
                (self.playing, self.to_step, self.due) = (on, 0, Instant::now());
                if let Some(run) = &mut self.run
                    && on
                    && run.has_ended()
                {
                    run.go_to(0);
                }
            }
            Order::Step(steps) => (self.playing, self.to_step, self.due) = (false, self.to_step + steps, Instant::now()),
            Order::Speed(speed) => (self.speed, self.due) = (speed, Instant::now()),
            Order::Look(look) => {
                let redraw = look.reach() > 0
                    && (look.reach() > self.look.reach() || look.layout != self.look.layout || look.colour != self.look.colour);
                self.look = look;
                if let Some(run) = self.run.as_mut().filter(|_| redraw && !self.playing) {
                    run.go_again();
                }
            }
            Order::Act(action) => {
                if let Some(run) = &mut self.run {
                    run.act(action, tell)?;
                }
            }
            Order::View(action) => {
                if let Some(run) = self.run.as_mut().filter(|run| !run.is_past()) {
                    run.simulation.look(action);
                }
            }
            Order::Measure(names) => {
                if let Some(run) = &mut self.run {
                    let names = || names.iter().map(String::as_str);
                    let values = run.observer.change(names(), &run.simulation)?;
                    let beside = run.second.as_mut().map(|second| {
                        let values = second.observer.change(names(), &second.simulation)?;
                        Ok::<_, Error>((second.simulation.clock().time, values))
                    });
                    tell(Event::Measures(run.observer.instruments().collect()));
                    tell(Event::Readings(run.readings(values, beside.transpose()?)));
                }
            }
            Order::Seek(step) => {
                self.keep();
                self.to_step = 0;
                if let Some(run) = &mut self.run {
                    run.sought += 1;
                    run.go_to(step);
                }
            }
            Order::Branch(id) => {
                self.keep();
                self.to_step = 0;
                if let Some(run) = &mut self.run {
                    run.choose(id, tell)?;
                }
            }
            Order::Story(turn) => {
                self.keep();
                self.to_step = 0;
                if let Some(run) = &mut self.run {
                    let there = match turn {
                        Turn::On => run.story_on(tell)?,
                        Turn::Back => run.story_back(),
                    };
                    if !there {
                        self.waiting.push(Order::Story(turn));
                    }
                }
            }
            Order::Save => {
                if let Some(run) = &mut self.run {
                    let saved = (Box::new(run.run()), run.frames(&self.look));
                    lock(&news).saved.push(saved);
                }
            }
        }
        Ok(())
    }

    fn begin(
        &mut self,
        scene: &Scene,
        journal: &Journal,
        known: Option<Known>,
        (measures, against): (&[String], Option<Difference>),
    ) -> Result<()> {
        self.run = None;
        self.runs += 1;
        self.to_step = 0;
        self.waiting.clear();
        *lock(&self.news) = News { run: self.runs, ..News::default() };
        let mut simulation = Simulation::new(scene, &self.models, self.threads)?;
        simulation.play(journal)?;
        let observer = Observer::new(measures.iter().map(String::as_str), &simulation)?;
        let second = against.map(|difference| {
            // What was found when the first was built is the same in the second.
            let scene = simulation.scene().clone();
            Second::new(difference, (&scene, journal), (&self.models, self.threads), measures)
        });
        self.look = scene.view.clone();
        let steps = known.as_ref().map_or(0, |known| known.steps);
        let past = Past::new(steps.max(simulation.length().unwrap_or(0)), BUDGET);
        let mut run = Running {
            simulation,
            observer,
            shot: Shot::default(),
            second: second.transpose()?,
            past,
            way: None,
            sought: 0,
            teller: None,
            known,
            kept: (0, 0, 0),
        };
        let first = run.read();
        run.keep();
        run.play_actions()?;
        run.note(&self.look);
        let mut events = vec![
            Event::Offer(Offer::of(&run.simulation)),
            Event::Measures(run.observer.instruments().collect()),
            Event::Readings(first),
            Event::Journal(run.simulation.whole_journal().run.clone()),
            Event::Seen { whole: true, actions: run.seen(0..=0) },
        ];
        events.extend(run.simulation.notes().iter().cloned().map(Event::Noted));
        *lock(&self.news) = News { run: self.runs, events, ..News::default() };
        self.run = Some(run);
        Ok(())
    }

    /// Takes one step in its time.
    fn step(&mut self) {
        let Some(run) = &mut self.run else { return };
        if run.has_ended() {
            self.hold(true);
            return;
        }
        let replayed = run.is_past();
        let told = if replayed { Ok(()) } else { run.tell(|event| lock(&self.news).events.push(event)) };
        let done = told.and_then(|()| run.advance(&self.news));
        self.changed = true;
        self.steps += 1;
        self.to_step = self.to_step.saturating_sub(1);
        match done {
            Ok(now) => {
                let actions = if replayed { run.seen(now..=now) } else { vec![] };
                if !actions.is_empty() {
                    lock(&self.news).events.push(Event::Seen { whole: false, actions });
                }
                // How many are within reach of each is known from the first step on.
                if now == 1 && !replayed {
                    lock(&self.news).events.extend(run.simulation.agents().burden().map(Event::Noted));
                }
            }
            Err(error) => {
                lock(&self.news).errors.push(error);
                self.hold(false);
                return;
            }
        }
        run.note(&self.look);
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

    /// The run stands still by itself.
    fn hold(&mut self, ended: bool) {
        (self.playing, self.to_step) = (false, 0);
        lock(&self.news).events.push(Event::Held { ended });
    }

    /// Goes some of the way to the step that is sought.
    fn seek(&mut self) {
        let Some(run) = &mut self.run else { return };
        let begun = Instant::now();
        let reach = self.look.reach();
        let Some(target) = run.set_out(reach) else { return };
        let mut arrived = run.now() >= target;
        while !arrived && begun.elapsed() < SLICE {
            match run.advance(&self.news) {
                Ok(now) => {
                    if now + reach >= target {
                        run.note(&self.look);
                    }
                    arrived = now >= target;
                }
                Err(error) => {
                    lock(&self.news).errors.push(error);
                    arrived = true;
                }
            }
        }
        self.changed = arrived || self.shown.elapsed() > GLIMPSE;
        if !arrived {
            return;
        }
        run.way = None;
        if let Err(error) = run.play_actions() {
            lock(&self.news).errors.push(error);
        }
        let actions = run.seen(0..=run.now());
        lock(&self.news).events.push(Event::Seen { whole: true, actions });
        self.due = Instant::now();
        for order in std::mem::take(&mut self.waiting) {
            self.obey(order);
        }
    }

    /// Has the run kept, where it stands at its end and there is more of it than was kept.
    fn keep(&mut self) {
        let (Some(keeper), Some(run)) = (&self.keeper, &mut self.run) else { return };
        let journal = run.simulation.whole_journal();
        let now = (run.now(), journal.run.len(), journal.view.len());
        if run.is_past() || run.way.is_some() || now.0 == 0 || now == run.kept {
            return;
        }
        run.kept = now;
        self.kept = Instant::now();
        keeper.keep(Box::new(run.run()));
        if let Some(error) = keeper.error() {
            lock(&self.news).errors.push(error);
        }
    }

    /// Makes a frame where there is something new to show and the last one was taken, or at once after an order.
    fn publish(&mut self, at_once: bool) {
        if self.kept.elapsed() > KEEPING {
            self.keep();
        }
        let elapsed = self.counted.elapsed();
        let rate = (elapsed > PATIENCE).then(|| self.steps as f32 / elapsed.as_secs_f32());
        if rate.is_some() {
            (self.steps, self.counted) = (0, Instant::now());
        }
        let Some(run) = &mut self.run else { return };
        let stale = {
            let mut news = lock(&self.news);
            news.steps_per_second = rate.unwrap_or(news.steps_per_second);
            news.standing = Some(run.standing());
            news.taken.is_empty()
        };
        // On its way the run is shown now and then.
        let wanted = self.changed || (at_once && run.way.is_none());
        if wanted && (stale || at_once) {
            (self.changed, self.shown) = (false, Instant::now());
            let taken = run.take(&self.look);
            lock(&self.news).taken = taken;
        }
    }
}
