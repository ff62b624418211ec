//! A run that is played on the bench: it is stepped, goes back to steps where it has been, and forks.

use super::{
    bench::lock,
    driver::{Event, Known, News, Readings},
    past::Past,
    second::Second,
};
use crate::{
    error::{Error, Result},
    measures::{Observer, Reading},
    panel::{Fork, Standing},
    scene::{Action, Look, Run, Stamped, ViewAction},
    sim::{Frame, Shot, Simulation, Taken},
    story::{Pace, Teller},
};
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

/// A run, and what it keeps of its past.
pub struct Running {
    pub simulation: Simulation,
    pub observer: Observer,
    pub shot: Shot,
    /// The run beside it, where two are compared.
    pub second: Option<Second>,
    pub past: Past,
    /// The way on which it is.
    pub way: Option<Way>,
    /// How many steps were asked for.
    pub sought: u64,
    /// Tells the scene's story, once it was asked for.
    pub teller: Option<Teller>,
    /// What is known of a saved run until it has come to its end.
    pub known: Option<Known>,
    /// Step and lengths of the journal's tracks when it was last kept.
    pub kept: (u64, usize, usize),
}

/// The way to a step.
pub struct Way {
    pub target: u64,
    /// Whether it stands where the way begins.
    pub set_out: bool,
}

impl Running {
    pub fn now(&self) -> u64 {
        self.simulation.clock().step
    }

    /// Whether it has been further than where it stands.
    pub fn is_past(&self) -> bool {
        self.now() < self.past.now().until
    }

    /// Whether nothing new will happen.
    pub fn has_ended(&self) -> bool {
        self.simulation.length().is_some_and(|length| self.now() >= length)
    }

    pub fn readings(&self, values: Vec<Reading>, beside: Option<(f64, Vec<Reading>)>) -> Readings {
        let clock = self.simulation.clock();
        Readings { step: clock.step, time: clock.time, values, beside }
    }

    /// What instruments read now.
    pub fn read(&mut self) -> Readings {
        let values = self.observer.live(&self.simulation);
        let beside = self.second.as_mut().map(Second::read);
        self.readings(values, beside)
    }

    /// Lets act what the journal has for the step at which it stands.
    pub fn play_actions(&mut self) -> Result<()> {
        self.simulation.play_actions()?;
        self.second.as_mut().map_or(Ok(()), |second| second.simulation.play_actions())
    }

    /// Remembers what a picture shows of the past.
    pub fn note(&mut self, look: &Look) {
        self.shot.note(&self.simulation, look);
        if let Some(second) = &mut self.second {
            second.note(look);
        }
    }

    /// What a frame of it is made of, and one of the run beside it.
    pub fn take(&mut self, look: &Look) -> Vec<Taken> {
        let second = self.second.as_mut().map(|second| second.take(look));
        std::iter::once(self.shot.take(&self.simulation, look)).chain(second).collect()
    }

    /// A frame of it, and of the run beside it.
    pub fn frames(&mut self, look: &Look) -> Vec<Arc<Frame>> {
        self.take(look).into_iter().map(|taken| Arc::new(taken.frame())).collect()
    }

    /// The run so far, to be saved.
    pub fn run(&mut self) -> Run {
        Run { against: self.second.as_mut().map(Second::saved), ..self.simulation.run() }
    }

    /// What was looked at in these steps.
    pub fn seen(&self, steps: std::ops::RangeInclusive<u64>) -> Vec<ViewAction> {
        let track = &self.simulation.whole_journal().view;
        track.iter().filter(|stamped| steps.contains(&stamped.0)).map(|stamped| stamped.1.clone()).collect()
    }

    /// Where it stands, and which ways it has gone.
    pub fn standing(&self) -> Standing {
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
    pub fn advance(&mut self, news: &Mutex<News>) -> Result<u64> {
        let begun = Instant::now();
        self.simulation.step()?;
        if let Some(second) = &mut self.second {
            second.simulation.step()?;
        }
        let readings = self.read();
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
    pub fn compare(&mut self, step: u64) -> Result<Option<Error>> {
        let Some(known) = self.known.take_if(|known| known.steps <= step) else { return Ok(None) };
        if known.steps < step || self.past.now().from.is_some() {
            return Ok(None);
        }
        self.play_actions()?;
        let hash = self.simulation.hash();
        let beside = self.second.as_mut().map(|second| second.simulation.hash());
        let pairs = [("", Some(hash), Some(known.hash)), (" of the second run", beside, known.beside)];
        let differs = pairs.into_iter().find_map(|(whose, found, saved)| {
            let (found, saved) = found.zip(saved)?;
            (found != saved).then_some((whose, found, saved))
        });
        Ok(differs.map(|(whose, found, saved)| {
            Error::failure(format!(
                "at step {step} the state hash{whose} is {found:016x}, not {saved:016x} as saved: the run was made by version {}, \
                 this is {}",
                known.version,
                env!("CARGO_PKG_VERSION")
            ))
        }))
    }

    /// Keeps the state in which it stands.
    pub fn keep(&mut self) {
        let begun = Instant::now();
        let mut states = vec![(self.simulation.checkpoint(), self.observer.save())];
        states.extend(self.second.as_mut().map(Second::state));
        self.past.keep(self.now(), states, begun.elapsed());
    }

    /// Seeks a step of the branch that is played.
    pub fn go_to(&mut self, step: u64) {
        let target = step.min(self.past.now().until);
        if self.way.is_none() && target == self.now() {
            return;
        }
        self.keep_end();
        self.way = Some(Way { target, set_out: false });
    }

    /// Comes again to where it stands, so that what hangs on earlier steps is right.
    pub fn go_again(&mut self) {
        let target = self.way.as_ref().map_or(self.now(), |way| way.target);
        self.keep_end();
        self.way = Some(Way { target, set_out: false });
    }

    /// Keeps the end of what has been, where it stands there, so that there is a quick way back.
    pub fn keep_end(&mut self) {
        if !self.is_past() {
            self.keep();
        }
    }

    /// Stands where the way to a step is shortest, early enough for its reach; gives the step.
    pub fn set_out(&mut self, reach: u64) -> Option<u64> {
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
            let (checkpoint, memories) = &saved.states[0];
            self.simulation.restore(checkpoint);
            self.observer.restore(memories);
            self.shot = Shot::default();
            if let Some((second, state)) = self.second.as_mut().zip(saved.states.get(1)) {
                second.restore(state);
            }
        }
        Some(target)
    }

    /// Does something to the run. In the past it leaves the branch that is played and begins one of its own.
    pub fn act(&mut self, action: Action, tell: impl Fn(Event)) -> Result<()> {
        self.simulation.check(&action)?;
        self.second.as_ref().map_or(Ok(()), |second| second.check(&action))?;
        let step = self.now();
        if self.is_past() {
            let held = self.simulation.agents().hand().down.is_some();
            if matches!(action, Action::Drag { .. } | Action::Release) && !held {
                return Ok(());
            }
            let left = self.past.now().id;
            let forgotten = self.past.fork(step, self.simulation.whole_journal().clone());
            self.simulation.branch();
            if let Some(second) = &mut self.second {
                second.simulation.branch();
            }
            self.keep();
            // The story goes on from what was told in this branch.
            if self.teller.is_some() {
                self.teller = Some(Teller::new(&self.simulation, Pace::Key)?);
            }
            tell(Event::Forked { left, step, forgotten });
            tell(Event::Journal(self.simulation.whole_journal().run.clone()));
        }
        self.simulation.act(action.clone())?;
        self.second.as_mut().map_or(Ok(()), |second| second.act(&action))?;
        tell(Event::Acted(Stamped(step, action)));
        Ok(())
    }

    /// Plays another branch: at the same step, where it has it, else at its end.
    pub fn choose(&mut self, id: usize, tell: impl Fn(Event)) -> Result<()> {
        self.keep_end();
        let (step, left) = (self.now(), self.past.now().id);
        if !self.past.choose(id, self.simulation.whole_journal().clone()) {
            return Ok(());
        }
        let target = step.min(self.past.now().until);
        let journal = self.past.now().journal.clone();
        if let Some(saved) = self.past.before(target) {
            let (checkpoint, memories) = &saved.states[0];
            self.simulation.retrace(&journal, checkpoint)?;
            self.observer.restore(memories);
            if let Some((second, state)) = self.second.as_mut().zip(saved.states.get(1)) {
                second.retrace(&journal, state)?;
            }
        }
        self.shot = Shot::default();
        self.teller = None;
        self.way = Some(Way { target, set_out: false });
        tell(Event::Chosen { left, chosen: id });
        tell(Event::Journal(journal.run));
        Ok(())
    }

    /// Lets the story do what it does at this step.
    pub fn tell(&mut self, tell: impl Fn(Event)) -> Result<()> {
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
    pub fn story_on(&mut self, tell: impl Fn(Event)) -> Result<bool> {
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
    pub fn story_back(&mut self) -> bool {
        let now = self.now();
        let told: Vec<u64> = self.beats().filter(|step| *step <= now).collect();
        let before = told.len().checked_sub(2).map_or(0, |before| told[before]);
        self.go_to(before);
        true
    }

    /// The steps at which the story came to a beat in this branch.
    pub fn beats(&self) -> impl Iterator<Item = u64> {
        let track = &self.simulation.whole_journal().view;
        track.iter().filter(|stamped| matches!(stamped.1, ViewAction::Beat { .. })).map(|stamped| stamped.0)
    }
}
