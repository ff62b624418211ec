//! The driver, ordered about as the window does it.

use super::*;
use crate::{lab::Lab, scene::Value, sim::Simulation};
use std::time::Duration;

/// A driver, and all that it has told.
struct Driven {
    driver: Driver,
    events: Vec<Event>,
    frame: Arc<Frame>,
    standing: Standing,
    errors: Vec<Error>,
    saved: Option<(Box<Run>, Vec<Arc<Frame>>)>,
}

impl Driven {
    fn new(scene: &Scene, journal: Journal, known: Option<Known>) -> Self {
        Self::against(scene, journal, known, None)
    }

    /// With a second run beside it, where there is a difference.
    fn against(scene: &Scene, journal: Journal, known: Option<Known>, against: Option<Difference>) -> Self {
        let driver = Driver::new(Lab::new().models().clone(), Some(1), None).unwrap();
        driver.order(Order::Begin {
            scene: Box::new(scene.clone()),
            journal,
            known: known.map(Box::new),
            measures: vec![],
            against: against.map(Box::new),
        });
        driver.order(Order::Speed(Speed::Fastest));
        let (events, errors) = (vec![], vec![]);
        let mut driven = Self { driver, events, frame: Arc::default(), standing: Standing::default(), errors, saved: None };
        driven.until(|driven| driven.events.iter().any(|event| matches!(event, Event::Offer(_))));
        driven
    }

    fn vicsek() -> Self {
        Self::new(&Lab::new().open("vicsek").unwrap().scene, Journal::default(), None)
    }

    /// Listens until something is so.
    fn until(&mut self, enough: impl Fn(&Self) -> bool) {
        for _ in 0..2000 {
            let news = self.driver.take();
            self.events.extend(news.events);
            self.errors.extend(news.errors);
            self.frame = news.frame.unwrap_or_else(|| Arc::clone(&self.frame));
            self.standing = news.standing.unwrap_or_else(|| self.standing.clone());
            self.saved = news.saved.into_iter().next_back().or(self.saved.take());
            if enough(self) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("it never came about: {:?} {:?}", self.standing, self.errors);
    }

    /// Takes steps and holds.
    fn steps(&mut self, steps: u64) {
        let target = self.standing.step + steps;
        self.driver.order(Order::Step(steps));
        self.until(|driven| driven.standing.step == target);
    }

    fn set(&self, path: &str, value: f64) {
        self.driver.order(Order::Act(Action::Set { path: path.into(), value: Value::Number(value) }));
    }

    /// Goes to a step and stands there.
    fn seek(&mut self, step: u64) {
        let sought = self.standing.sought + 1;
        self.driver.order(Order::Seek(step));
        self.until(|driven| driven.standing.sought == sought && driven.standing.seeking.is_none());
        let step = step.min(self.standing.until);
        assert_eq!(self.standing.step, step);
        self.until(|driven| driven.frame.step == step);
    }

    fn choose(&mut self, branch: usize) {
        self.driver.order(Order::Branch(branch));
        self.until(|driven| driven.standing.branch == branch && driven.standing.seeking.is_none());
    }

    /// The run so far.
    fn save(&mut self) -> Run {
        self.saved = None;
        self.driver.order(Order::Save);
        self.until(|driven| driven.saved.is_some());
        let (run, frames) = self.saved.take().unwrap();
        assert!(frames.iter().all(|frame| frame.step == run.steps));
        *run
    }

    /// The readings that were told, in the order of telling.
    fn readings(&self) -> impl Iterator<Item = &Readings> {
        self.events.iter().filter_map(|event| if let Event::Readings(readings) = event { Some(readings) } else { None })
    }
}

/// The state hash that a headless run of the same scene and journal reaches.
fn headless(run: &Run) -> u64 {
    headless_of(&run.scene, &run.journal, run.steps)
}

fn headless_of(scene: &Scene, journal: &Journal, steps: u64) -> u64 {
    let mut again = Simulation::new(scene, Lab::new().models(), Some(2)).unwrap();
    again.play(journal).unwrap();
    for _ in 0..steps {
        again.step().unwrap();
    }
    again.play_actions().unwrap();
    again.hash()
}

#[test]
fn two_runs_are_stepped_together_by_one_hand() {
    let lab = Lab::new();
    let scene = lab.open("vicsek").unwrap().scene;
    for text in ["noise=3", "seed=8"] {
        let difference = Difference::read(text).unwrap();
        let mut driven = Driven::against(&scene, Journal::default(), None, Some(difference.clone()));
        // Both end as they would alone, whatever was done, and wherever it was gone back to.
        let both = |driven: &mut Driven| {
            let run = driven.save();
            assert_eq!(headless(&run), run.hash, "{text}");
            let against = run.against.clone().expect("there are two");
            let other = difference.scene(&run.scene, lab.model_of(&run.scene)).unwrap();
            let second = headless_of(&other, &difference.journal(&run.journal), run.steps);
            assert_eq!((against.difference, against.hash), (difference.clone(), second), "{text}");
            run
        };
        driven.steps(20);
        driven.set("noise", 1.5);
        driven.set("radius", 0.8);
        driven.steps(20);
        let first = both(&mut driven);
        let told = driven.readings().filter(|readings| readings.beside.is_some()).count();
        assert!(told >= 41 && driven.readings().all(|readings| readings.beside.is_some()), "{told}");
        driven.seek(10);
        both(&mut driven);
        driven.set("radius", 1.2);
        driven.steps(10);
        let branched = both(&mut driven);
        assert!(branched.hash != first.hash);
        driven.choose(0);
        driven.seek(40);
        let again = both(&mut driven);
        assert_eq!((again.hash, &again.against), (first.hash, &first.against));
        // A saved comparison is held against both hashes.
        let (hash, beside) = (again.hash, again.against.map(|against| against.hash));
        let known = Known { steps: again.steps, hash, beside, version: "0.0.7".into() };
        let wrong = Known { beside: Some(1), ..known.clone() };
        for (known, errors) in [(known, 0), (wrong, 1)] {
            let mut replayed = Driven::against(&scene, again.journal.clone(), Some(known), Some(difference.clone()));
            replayed.steps(40);
            replayed.steps(1);
            assert_eq!(replayed.errors.len(), errors, "{:?}", replayed.errors);
        }
        driven.driver.order(Order::Alone);
        driven.steps(3);
        assert_eq!(driven.save().against, None);
    }
}

#[test]
fn what_the_driver_plays_a_headless_run_replays() {
    let mut driven = Driven::vicsek();
    driven.driver.order(Order::Play(true));
    driven.until(|driven| driven.standing.step > 20);
    driven.set("noise", 0.5);
    let now = driven.standing.step;
    driven.until(|driven| driven.standing.step > now + 5);
    driven.driver.order(Order::Play(false));
    let saved = driven.save();
    assert_eq!(saved.journal.run.len(), 1);
    assert_eq!(headless(&saved), saved.hash);
}

#[test]
fn a_paused_run_answers_an_action_with_a_new_frame() {
    let mut driven = Driven::vicsek();
    driven.set("noise", 1.5);
    let noise = |frame: &Frame| frame.parameters.iter().find(|(path, _)| path == "noise").map(|(_, value)| value.clone());
    driven.until(|driven| driven.frame.step == 0 && noise(&driven.frame) == Some(Value::Number(1.5)));
}

#[test]
fn a_wrong_action_is_an_error_in_the_news_and_begins_no_branch() {
    let mut driven = Driven::vicsek();
    driven.steps(10);
    driven.seek(5);
    driven.set("nois", 1.5);
    driven.until(|driven| !driven.errors.is_empty());
    assert_eq!((driven.standing.until, driven.standing.branches.len()), (10, 1));
}

#[test]
fn asked_steps_are_taken_and_no_more() {
    let mut driven = Driven::vicsek();
    driven.steps(3);
    std::thread::sleep(Duration::from_millis(100));
    driven.driver.order(Order::Look(Look::default()));
    driven.until(|driven| driven.frame.step == 3);
}

#[test]
fn every_step_of_the_past_comes_back_with_its_readings() {
    let mut driven = Driven::vicsek();
    // An instrument with a memory, and one without.
    driven.driver.order(Order::Measure(vec!["mean_speed".into(), "polarisation".into()]));
    let press = Action::Press {
        tool: crate::scene::Tool::Scramble,
        layout: crate::scene::Layout::Natural,
        at: crate::scene::Pointer::on_plane(bevy_math::Vec2::splat(3.0)),
        radius: 2.0,
    };
    let mut known = vec![];
    for step in 0..400 {
        match step {
            100 => driven.set("noise", 0.3),
            200 => driven.driver.order(Order::Act(press.clone())),
            210 => driven.driver.order(Order::Act(Action::Release)),
            _ => {}
        }
        if step % 37 == 0 {
            known.push(driven.save());
        }
        driven.steps(1);
    }
    driven.set("noise", 2.5);
    let end = driven.save();
    let first: Vec<Readings> = driven.readings().cloned().collect();
    driven.events.clear();
    for run in [&known[3], &known[9], &known[0], &known[5], &known[6]] {
        driven.seek(run.steps);
        assert_eq!(driven.save().hash, run.hash, "step {}", run.steps);
        driven.steps(1);
    }
    driven.seek(u64::MAX);
    assert_eq!(driven.save().write(), end.write(), "the end is as it was, with what was done there");
    let compared = driven.readings().filter(|again| again.step > 1).map(|again| {
        let before = first.iter().rev().find(|before| before.step == again.step).unwrap();
        assert_eq!(again, before);
    });
    assert!(compared.count() >= 5);
    assert_eq!(driven.standing.branches.len(), 1);
}

#[test]
fn who_changes_the_past_begins_a_branch_and_both_can_be_played() {
    let mut driven = Driven::vicsek();
    driven.steps(50);
    driven.set("noise", 0.2);
    driven.steps(250);
    let first = driven.save();
    driven.seek(120);
    driven.set("noise", 5.0);
    driven.set("radius", 2.0);
    driven.until(|driven| driven.standing.branch == 1);
    assert_eq!(driven.standing.until, 120, "a branch goes no further than it has been");
    driven.steps(100);
    let second = driven.save();
    assert_eq!(second.journal.run.len(), 3);
    assert_eq!(headless(&second), second.hash);
    driven.choose(0);
    assert_eq!((driven.standing.step, driven.standing.until), (220, 300), "at the same step of the other one");
    driven.seek(300);
    assert_eq!(driven.save().write(), first.write());
    // A branch of the branch, before and after the step at which it began.
    driven.choose(1);
    assert_eq!(driven.standing.step, 220, "where it has not been so far, at its end");
    assert_eq!(driven.save().write(), second.write());
    driven.seek(60);
    driven.seek(150);
    driven.set("noise", 1.0);
    driven.steps(10);
    let third = driven.save();
    assert_eq!(headless(&third), third.hash);
    assert_eq!(
        driven.standing.branches.iter().map(|fork| fork.from).collect::<Vec<_>>(),
        [None, Some((0, 120)), Some((1, 150))]
    );
    driven.choose(1);
    driven.seek(220);
    assert_eq!(driven.save().write(), second.write());
}

#[test]
fn what_lies_ahead_of_an_opened_run_can_be_sought_and_is_known() {
    let mut driven = Driven::vicsek();
    driven.steps(40);
    driven.set("noise", 0.2);
    driven.steps(60);
    let run = driven.save();
    let known = Known { steps: run.steps, hash: run.hash, beside: None, version: run.version.clone() };
    let mut opened = Driven::new(&run.scene, run.journal.clone(), Some(known.clone()));
    let journal = opened.events.iter().find_map(|event| if let Event::Journal(journal) = event { Some(journal) } else { None });
    assert_eq!(journal, Some(&run.journal.run), "what will be done is known from the start");
    opened.until(|opened| opened.standing.until == 100);
    opened.seek(100);
    assert_eq!(opened.save().write(), run.write());
    assert_eq!(opened.errors, []);
    // Where it ends otherwise, that is said, with the version that made it.
    let known = Known { hash: run.hash + 1, version: "0.0.7".into(), ..known };
    let mut other = Driven::new(&run.scene, run.journal.clone(), Some(known));
    other.steps(100);
    other.until(|other| !other.errors.is_empty());
    assert!(other.errors[0].to_string().contains("0.0.7"), "{:?}", other.errors);
}

#[test]
fn a_recording_ends_and_plays_again_from_its_start() {
    let mut driven = Driven::new(&Lab::new().open("corridor").unwrap().scene, Journal::default(), None);
    driven.until(|driven| driven.standing.until > 10);
    let length = driven.standing.until;
    driven.seek(length - 3);
    driven.driver.order(Order::Play(true));
    driven.until(|driven| driven.events.iter().any(|event| matches!(event, Event::Held { ended: true })));
    assert_eq!(driven.standing.step, length);
    driven.driver.order(Order::Play(true));
    driven.until(|driven| driven.standing.step < length);
}

#[test]
fn orders_behind_a_step_that_is_sought_wait_until_it_stands_there() {
    let mut driven = Driven::vicsek();
    driven.steps(300);
    driven.driver.order(Order::Seek(20));
    driven.set("noise", 4.0);
    driven.until(|driven| driven.standing.branches.len() == 2 && driven.standing.seeking.is_none());
    assert_eq!(driven.save().journal.run[0].0, 20);
}
