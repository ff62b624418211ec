//! The thread on which a run is stepped: it obeys orders, keeps the run's past, and tells what came of it.

use super::{
    driver::{Event, Known, News, Order, Readings},
    keeper::Keeper,
    past::{BUDGET, Past},
};
use crate::{
    error::{Error, Result},
    measures::{Observer, Reading},
    panel::{Fork, Offer, Speed, Standing, Turn},
    scene::{Action, Journal, Look, Scene, Stamped, ViewAction},
    sim::{Models, Shot, Simulation},
    story::{Pace, Teller},
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

/// A run, and what it keeps of its past.
struct Running {
    simulation: Simulation,
    observer: Observer,
    shot: Shot,
    past: Past,
    /// The way on which it is.
    way: Option<Way>,
    /// How many steps were asked for.
    sought: u64,
    /// Tells the scene's story, once it was asked for.
    teller: Option<Teller>,
    /// What is known of a saved run until it has come to its end.
    known: Option<Known>,
    /// Step and lengths of the journal's tracks when it was last kept.
    kept: (u64, usize, usize),
}

/// The way to a step.
struct Way {
    target: u64,
    /// Whether it stands where the way begins.
    set_out: bool,
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
            Order::Begin { scene, journal, known, measures } => return self.begin(&scene, &journal, known, &measures),
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
                    let values = run.observer.change(names.iter().map(String::as_str), &run.simulation)?;
                    tell(Event::Measures(run.observer.instruments().collect()));
                    tell(Event::Readings(run.readings(values)));
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
                    let saved = Box::new(run.simulation.run());
                    let frame = Arc::new(run.shot.frame(&run.simulation, &self.look));
                    lock(&news).saved.push((saved, frame));
                }
            }
        }
        Ok(())
    }

    fn begin(&mut self, scene: &Scene, journal: &Journal, known: Option<Known>, measures: &[String]) -> Result<()> {
        self.run = None;
        self.runs += 1;
        self.to_step = 0;
        self.waiting.clear();
        *lock(&self.news) = News { run: self.runs, ..News::default() };
        let mut simulation = Simulation::new(scene, &self.models, self.threads)?;
        simulation.play(journal)?;
        let mut observer = Observer::new(measures.iter().map(String::as_str), &simulation)?;
        self.look = scene.view.clone();
        let first = observer.live(&simulation);
        let steps = known.as_ref().map_or(0, |known| known.steps);
        let past = Past::new(steps.max(simulation.length().unwrap_or(0)), BUDGET);
        let mut run = Running {
            simulation,
            observer,
            shot: Shot::default(),
            past,
            way: None,
            sought: 0,
            teller: None,
            known,
            kept: (0, 0, 0),
        };
        run.keep();
        run.simulation.play_actions()?;
        run.shot.note(&run.simulation, &self.look);
        let mut events = vec![
            Event::Offer(Offer::of(&run.simulation)),
            Event::Measures(run.observer.instruments().collect()),
            Event::Readings(run.readings(first)),
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
            }
            Err(error) => {
                lock(&self.news).errors.push(error);
                self.hold(false);
                return;
            }
        }
        run.shot.note(&run.simulation, &self.look);
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
                        run.shot.note(&run.simulation, &self.look);
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
        if let Err(error) = run.simulation.play_actions() {
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
        keeper.keep(Box::new(run.simulation.run()));
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
            news.taken.is_none()
        };
        // On its way the run is shown now and then.
        let wanted = self.changed || (at_once && run.way.is_none());
        if wanted && (stale || at_once) {
            (self.changed, self.shown) = (false, Instant::now());
            let taken = run.shot.take(&run.simulation, &self.look);
            lock(&self.news).taken = Some(taken);
        }
    }
}

impl Running {
    fn now(&self) -> u64 {
        self.simulation.clock().step
    }

    /// Whether it has been further than where it stands.
    fn is_past(&self) -> bool {
        self.now() < self.past.now().until
    }

    /// Whether nothing new will happen.
    fn has_ended(&self) -> bool {
        self.simulation.length().is_some_and(|length| self.now() >= length)
    }

    fn readings(&self, values: Vec<Reading>) -> Readings {
        let clock = self.simulation.clock();
        Readings { step: clock.step, time: clock.time, values }
    }

    /// What was looked at in these steps.
    fn seen(&self, steps: std::ops::RangeInclusive<u64>) -> Vec<ViewAction> {
        let track = &self.simulation.whole_journal().view;
        track.iter().filter(|stamped| steps.contains(&stamped.0)).map(|stamped| stamped.1.clone()).collect()
    }

    /// Where it stands, and which ways it has gone.
    fn standing(&self) -> Standing {
        let branches = self.past.branches().iter();
        Standing {
            step: self.now(),
            until: self.past.now().until,
            branch: self.past.now().id,
            branches: branches.map(|branch| Fork { id: branch.id, from: branch.from, until: branch.until }).collect(),
            seeking: self.way.as_ref().map(|way| way.target),
            sought: self.sought,
            bytes: self.past.bytes(),
            checkpoints: self.past.len(),
        }
    }

    /// Takes a step, tells what the instruments read, and gives the step at which it stands then.
    fn advance(&mut self, news: &Mutex<News>) -> Result<u64> {
        let begun = Instant::now();
        self.simulation.step()?;
        let values = self.observer.live(&self.simulation);
        let readings = self.readings(values);
        let now = readings.step;
        let branch = self.past.now_mut();
        branch.until = branch.until.max(now);
        if self.past.worked(begun.elapsed()) && !self.past.has(now) {
            self.keep();
        }
        let other = self.compare(now)?;
        if let Some(teller) = &mut self.teller {
            teller.note(&self.simulation);
        }
        let mut news = lock(news);
        news.events.push(Event::Readings(readings));
        news.errors.extend(other);
        Ok(now)
    }

    /// Compares the end of a saved run with what is known of it, once; gives what is to be said where they differ.
    fn compare(&mut self, step: u64) -> Result<Option<Error>> {
        let Some(known) = self.known.take_if(|known| known.steps <= step) else { return Ok(None) };
        if known.steps < step || self.past.now().from.is_some() {
            return Ok(None);
        }
        self.simulation.play_actions()?;
        let hash = self.simulation.hash();
        let other = || {
            Error::failure(format!(
                "at step {step} the state hash is {hash:016x}, not {:016x} as saved: the run was made by version {}, this is {}",
                known.hash,
                known.version,
                env!("CARGO_PKG_VERSION")
            ))
        };
        Ok((hash != known.hash).then(other))
    }

    /// Keeps the state in which it stands.
    fn keep(&mut self) {
        let begun = Instant::now();
        let (checkpoint, memories) = (self.simulation.checkpoint(), self.observer.save());
        self.past.keep(self.now(), checkpoint, memories, begun.elapsed());
    }

    /// Seeks a step of the branch that is played.
    fn go_to(&mut self, step: u64) {
        let target = step.min(self.past.now().until);
        if self.way.is_none() && target == self.now() {
            return;
        }
        self.keep_end();
        self.way = Some(Way { target, set_out: false });
    }

    /// Comes again to where it stands, so that what hangs on earlier steps is right.
    fn go_again(&mut self) {
        let target = self.way.as_ref().map_or(self.now(), |way| way.target);
        self.keep_end();
        self.way = Some(Way { target, set_out: false });
    }

    /// Keeps the end of what has been, where it stands there, so that there is a quick way back.
    fn keep_end(&mut self) {
        if !self.is_past() {
            self.keep();
        }
    }

    /// Stands where the way to a step is shortest, early enough for its reach; gives the step.
    fn set_out(&mut self, reach: u64) -> Option<u64> {
        let now = self.now();
        let way = self.way.as_mut()?;
        if std::mem::replace(&mut way.set_out, true) {
            return Some(way.target);
        }
        let target = way.target;
        let from = target.saturating_sub(reach);
        let saved = self.past.before(from)?;
        // What lies between on the way onwards is taken in passing.
        if now > from || now < saved.step {
            self.simulation.restore(&saved.checkpoint);
            self.observer.restore(&saved.memories);
            self.shot = Shot::default();
        }
        Some(target)
    }

    /// Does something to the run. In the past it leaves the branch that is played and begins one of its own.
    fn act(&mut self, action: Action, tell: impl Fn(Event)) -> Result<()> {
        self.simulation.check(&action)?;
        let step = self.now();
        if self.is_past() {
            let held = self.simulation.agents().hand().down.is_some();
            if matches!(action, Action::Drag { .. } | Action::Release) && !held {
                return Ok(());
            }
            let left = self.past.now().id;
            let forgotten = self.past.fork(step, self.simulation.whole_journal().clone());
            self.simulation.branch();
            self.keep();
            // The story goes on from what was told in this branch.
            if self.teller.is_some() {
                self.teller = Some(Teller::new(&self.simulation, Pace::Key)?);
            }
            tell(Event::Forked { left, step, forgotten });
            tell(Event::Journal(self.simulation.whole_journal().run.clone()));
        }
        self.simulation.act(action.clone())?;
        tell(Event::Acted(Stamped(step, action)));
        Ok(())
    }

    /// Plays another branch: at the same step, where it has it, else at its end.
    fn choose(&mut self, id: usize, tell: impl Fn(Event)) -> Result<()> {
        self.keep_end();
        let (step, left) = (self.now(), self.past.now().id);
        if !self.past.choose(id, self.simulation.whole_journal().clone()) {
            return Ok(());
        }
        let target = step.min(self.past.now().until);
        let journal = self.past.now().journal.clone();
        if let Some(saved) = self.past.before(target) {
            self.simulation.retrace(&journal, &saved.checkpoint)?;
            self.observer.restore(&saved.memories);
        }
        self.shot = Shot::default();
        self.teller = None;
        self.way = Some(Way { target, set_out: false });
        tell(Event::Chosen { left, chosen: id });
        tell(Event::Journal(journal.run));
        Ok(())
    }

    /// Lets the story do what it does at this step.
    fn tell(&mut self, tell: impl Fn(Event)) -> Result<()> {
        let Some(teller) = &mut self.teller else { return Ok(()) };
        let told = teller.tell(&self.simulation)?;
        for action in told.actions {
            self.act(action, &tell)?;
        }
        for action in &told.views {
            self.simulation.look(action.clone());
        }
        if !told.views.is_empty() {
            tell(Event::Seen { whole: false, actions: told.views });
        }
        Ok(())
    }

    /// Begins the story, or goes on in it: in the past to what was told next, at the end to what has not been told yet.
    /// Gives whether the run stands where that is done.
    fn story_on(&mut self, tell: impl Fn(Event)) -> Result<bool> {
        if self.is_past() {
            let now = self.now();
            let next = self.beats().find(|step| *step > now);
            match next {
                Some(step) => self.go_to(step),
                None => {
                    self.go_to(u64::MAX);
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        match &mut self.teller {
            Some(teller) => teller.press(),
            None => {
                let mut teller = Teller::new(&self.simulation, Pace::Key)?;
                if self.beats().next().is_some() {
                    teller.press();
                }
                self.teller = Some(teller);
            }
        }
        self.tell(tell)?;
        Ok(true)
    }

    /// Goes back to where the beat before was told.
    fn story_back(&mut self) -> bool {
        let now = self.now();
        let told: Vec<u64> = self.beats().filter(|step| *step <= now).collect();
        let before = told.len().checked_sub(2).map_or(0, |before| told[before]);
        self.go_to(before);
        true
    }

    /// The steps at which the story came to a beat in this branch.
    fn beats(&self) -> impl Iterator<Item = u64> {
        let track = &self.simulation.whole_journal().view;
        track.iter().filter(|stamped| matches!(stamped.1, ViewAction::Beat { .. })).map(|stamped| stamped.0)
    }
}
