//! Runs in the background that fill in a map of order against one parameter or two while somebody watches one run.
//!
//! They take no more of one core than they are allowed, so that the run that is watched, and its picture, go on. What they
//! find depends on the plan alone: each point is a mean over runs with the seeds that a sweep of the same plan would take.

use super::plan::{Plan, Task};
use crate::{
    error::{Error, Result},
    jobs::caught,
    measures::{Observer, summary},
    scene::{Action, Value},
    sim::{Models, Simulation},
    statistics::{Discard, Estimate},
};
use std::{
    collections::BTreeMap,
    sync::mpsc::{self, Receiver, Sender, TryRecvError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Longest work between two pauses.
const SLICE: Duration = Duration::from_millis(4);
/// Longest pause, so that a new errand is heard soon.
const PAUSE: Duration = Duration::from_millis(200);

/// What is to be found out.
#[derive(Clone, Debug)]
pub struct Errand {
    /// Counts errands, so that what belongs to an earlier one can be told apart.
    pub number: u64,
    /// A grid of one axis or two, and the instrument that is read first.
    pub plan: Plan,
    /// Where the run that is watched stands along each axis: points are filled in around it.
    pub here: Vec<f64>,
    /// Whether one run is led up and down the one axis instead: where it reads something else on the way back, order is
    /// remembered (hysteresis).
    pub ramp: bool,
    /// The share of one core that may be taken, above 0, at most 1.
    pub share: f64,
}

/// On which way a point was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// By runs of its own.
    Alone,
    /// By a run that came from lower values.
    Up,
    /// By a run that came from higher ones.
    Down,
}

/// A point of the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The errand.
    pub number: u64,
    /// How it was found.
    pub way: Way,
    /// The value of the first parameter.
    pub value: f64,
    /// That of the second, where there are two.
    pub second: Option<f64>,
    /// The mean.
    pub mean: f64,
    /// Its standard error; not a number where it is not known.
    pub error: f64,
    /// Runs that it is of.
    pub runs: usize,
}

/// A thread that runs errands. Dropping it ends the thread at its next pause.
pub struct Scout {
    errands: Option<Sender<Option<Errand>>>,
    found: Receiver<Result<Found>>,
    thread: Option<JoinHandle<()>>,
}

impl Scout {
    /// Starts the thread, without an errand.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(models: Models) -> Result<Self> {
        let (errands, inbox) = mpsc::channel();
        let (outbox, found) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("scout".into())
            .spawn(move || {
                Work { models, inbox, outbox, allowed: Instant::now(), worked: Duration::ZERO }.go();
            })
            .map_err(|error| Error::failure(format!("the thread of background runs could not be started: {error}")))?;
        Ok(Self { errands: Some(errands), found, thread: Some(thread) })
    }

    /// Gives another errand, or none: what was under way is given up.
    pub fn send(&self, errand: Option<Errand>) {
        if let Some(errands) = &self.errands {
            let _ = errands.send(errand);
        }
    }

    /// What was found since.
    pub fn take(&self) -> impl Iterator<Item = Result<Found>> {
        self.found.try_iter()
    }
}

impl Drop for Scout {
    fn drop(&mut self) {
        self.errands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Why work stopped.
enum Stop {
    /// There is something else to do, or nothing.
    Other(Option<Box<Errand>>),
    /// Nobody waits any more.
    End,
    /// A run went wrong.
    Wrong(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Wrong(error)
    }
}

struct Work {
    models: Models,
    inbox: Receiver<Option<Errand>>,
    outbox: Sender<Result<Found>>,
    allowed: Instant,
    worked: Duration,
}

impl Work {
    fn go(mut self) {
        let mut errand = None;
        loop {
            let stop = match errand.take() {
                None => match self.inbox.recv() {
                    Ok(next) => Stop::Other(next.map(Box::new)),
                    Err(_) => Stop::End,
                },
                Some(errand) => match self.run(&errand) {
                    Err(stop) => stop,
                    Ok(()) => Stop::Other(None),
                },
            };
            match stop {
                Stop::Other(next) => errand = next.map(|next| *next),
                Stop::Wrong(error) => drop(self.outbox.send(Err(error))),
                Stop::End => return,
            }
        }
    }

    fn run(&mut self, errand: &Errand) -> Result<(), Stop> {
        let model = self.models.find(errand.plan.scene.model.name)?;
        let mut tasks: Vec<Task> = (0..errand.plan.runs()).map(|run| errand.plan.task(model, run)).collect::<Result<_>>()?;
        let value = |task: &Task| task.values[0].number().unwrap_or(f64::NAN);
        if errand.ramp {
            tasks.retain(|task| task.repeat == 0);
            tasks.sort_by(|a, b| value(a).total_cmp(&value(b)));
            return self.ramp(errand, &tasks);
        }
        let turns = turns(&errand.plan, &tasks, &errand.here);
        let mut known: BTreeMap<u64, Vec<Estimate>> = BTreeMap::new();
        let mut wrong = None;
        for task in turns.into_iter().map(|at| &tasks[at]) {
            let begun = caught(|| Simulation::new(&task.scene, &self.models, Some(1)));
            let begun = begun.and_then(|run| self.observer(errand, &run).map(|observer| (run, observer)));
            let (mut simulation, mut observer) = match begun {
                Ok(begun) => begun,
                // Two parameters may not go together everywhere: the place stays empty.
                Err(error) => {
                    wrong.get_or_insert(error);
                    continue;
                }
            };
            let mut readings = vec![observer.numbers(&simulation)[0]];
            for _ in 0..errand.plan.steps {
                self.step(errand, &mut simulation)?;
                readings.push(observer.numbers(&simulation)[0]);
            }
            let Some(estimate) = Estimate::of(readings, Discard::Automatic) else { continue };
            let all = known.entry(task.run / errand.plan.repeats).or_default();
            all.push(estimate);
            let second = task.values.get(1).and_then(Value::number);
            self.tell(errand, (Way::Alone, value(task), second), all);
        }
        match wrong.filter(|_| known.is_empty()) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Leads one run through all values, and back. At each it reads the second half of its steps.
    fn ramp(&mut self, errand: &Errand, tasks: &[Task]) -> Result<(), Stop> {
        let Some(first) = tasks.first() else { return Ok(()) };
        let path = errand.plan.paths()[0].to_owned();
        let mut simulation = caught(|| Simulation::new(&first.scene, &self.models, Some(1)))?;
        let mut observer = self.observer(errand, &simulation)?;
        let up = tasks.iter().map(|task| (Way::Up, task));
        for (way, task) in up.chain(tasks.iter().rev().map(|task| (Way::Down, task))) {
            let Some(value) = task.values[0].number() else { continue };
            simulation.act(Action::Set { path: path.clone(), value: Value::Number(value) })?;
            let mut readings = Vec::new();
            for step in 0..errand.plan.steps {
                self.step(errand, &mut simulation)?;
                let reading = observer.numbers(&simulation)[0];
                if step >= errand.plan.steps / 2 {
                    readings.push(reading);
                }
            }
            if let Some(estimate) = Estimate::of(readings, Discard::First(0)) {
                self.tell(errand, (way, value, None), &[estimate]);
            }
        }
        Ok(())
    }

    fn observer(&self, errand: &Errand, simulation: &Simulation) -> Result<Observer> {
        Observer::new(errand.plan.measures.iter().take(1).map(String::as_str), simulation)
    }

    /// A step, and where it is time the pause that leaves others their share; stops where another errand came.
    fn step(&mut self, errand: &Errand, simulation: &mut Simulation) -> Result<(), Stop> {
        let begun = Instant::now();
        caught(|| simulation.step())?;
        self.worked += begun.elapsed();
        if self.worked < SLICE {
            return Ok(());
        }
        let share = errand.share.clamp(0.01, 1.0);
        let pause = self.worked.mul_f64((1.0 - share) / share);
        self.allowed = Instant::now() + pause;
        self.worked = Duration::ZERO;
        loop {
            match self.inbox.try_recv() {
                Ok(other) => return Err(Stop::Other(other.map(Box::new))),
                Err(TryRecvError::Disconnected) => return Err(Stop::End),
                Err(TryRecvError::Empty) => {}
            }
            let left = self.allowed.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(PAUSE));
        }
    }

    /// Tells of a place what its runs found: their mean, and the error between them, or of a single one its own.
    fn tell(&self, errand: &Errand, (way, value, second): (Way, f64, Option<f64>), runs: &[Estimate]) {
        let Some((mean, spread)) = summary(runs.iter().map(|run| run.mean)) else { return };
        let error = if runs.len() > 1 { spread / (runs.len() as f64 - 1.0).sqrt() } else { runs[0].error };
        let _ = self.outbox.send(Ok(Found { number: errand.number, way, value, second, mean, error, runs: runs.len() }));
    }
}

/// In which order runs are taken: every place once before any comes again; of one axis the nearest first, of two the coarse
/// grid before those between, and of each the nearest first.
fn turns(plan: &Plan, tasks: &[Task], here: &[f64]) -> Vec<usize> {
    let place = |task: &Task| -> (u32, f64) {
        let (mut fine, mut away) = (1, 0.0);
        for ((axis, value), here) in plan.axes.iter().zip(&task.values).zip(here) {
            let levels = axis.levels().unwrap_or_default();
            let at = levels.iter().position(|level| level.first() == Some(value)).unwrap_or(0);
            let coarsest = (levels.len() - 1).max(1).ilog2();
            fine = fine.max(coarsest.saturating_sub(at.trailing_zeros()));
            let share = |number: f64| axis.span.map_or(number, |span| span.share(number));
            let apart = share(value.number().unwrap_or(f64::NAN)) - share(*here);
            away += apart * apart;
        }
        (if plan.axes.len() > 1 { fine } else { 0 }, away)
    };
    let places: Vec<(u32, f64)> = tasks.iter().map(place).collect();
    let mut turns: Vec<usize> = (0..tasks.len()).collect();
    let rank = |at: usize| (tasks[at].repeat, places[at].0);
    turns.sort_by(|a, b| rank(*a).cmp(&rank(*b)).then(places[*a].1.total_cmp(&places[*b].1)));
    turns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::Lab,
        sweep::{Axis, Design},
    };

    fn errand(lab: &Lab, number: u64, ramp: bool) -> Errand {
        let mut scene = lab.open("vicsek").unwrap().scene;
        let model = lab.model_of(&scene);
        for (path, value) in [("agents", 60.0), ("size", 4.0)] {
            model.set(&mut *scene.model.params, path, &Value::Number(value)).unwrap();
        }
        let plan = Plan {
            version: String::new(),
            axes: vec![Axis::read("noise=0,1.5,3,4.5,6", model).unwrap()],
            scene,
            journal: Default::default(),
            design: Design::Grid,
            repeats: 2,
            steps: 200,
            discard: None,
            measures: vec!["polarisation".into()],
            every: None,
            refine: None,
            fit: None,
        };
        Errand { number, plan, here: vec![3.1], ramp, share: 1.0 }
    }

    fn found(scout: &Scout, wanted: usize) -> Vec<Found> {
        let mut all = Vec::new();
        // As long as it takes on a machine that is busy with other tests.
        for _ in 0..60_000 {
            all.extend(scout.take().map(Result::unwrap));
            if all.len() >= wanted {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        all
    }

    #[test]
    fn points_fill_in_around_where_the_run_stands_and_come_again_with_smaller_doubt() {
        let lab = Lab::new();
        let scout = Scout::new(lab.models().clone()).unwrap();
        scout.send(Some(errand(&lab, 1, false)));
        let all = found(&scout, 10);
        let values: Vec<f64> = all[..5].iter().map(|found| found.value).collect();
        assert_eq!(values, [3.0, 4.5, 1.5, 6.0, 0.0]);
        assert!(all[..5].iter().all(|found| found.runs == 1) && all[5..].iter().all(|found| found.runs == 2));
        let at = |value: f64| all[5..].iter().find(|found| found.value == value).unwrap().mean;
        assert!(at(0.0) > 0.95 && at(6.0) < 0.4, "{} {}", at(0.0), at(6.0));
        // The same errand finds the same.
        scout.send(Some(errand(&lab, 2, false)));
        let again = found(&scout, 10);
        assert!(all.iter().zip(&again).all(|(a, b)| (a.value, a.mean) == (b.value, b.mean) && b.number == 2));
    }

    #[test]
    fn a_map_of_two_parameters_fills_in_from_coarse_to_fine() {
        let lab = Lab::new();
        let mut errand = errand(&lab, 1, false);
        let model = lab.models().find("vicsek").unwrap();
        errand.plan.axes = ["noise=0:6:5", "radius=0.5:1.5:3"].map(|axis| Axis::read(axis, model).unwrap()).into();
        errand.plan.steps = 20;
        errand.here = vec![6.0, 1.5];
        let scout = Scout::new(lab.models().clone()).unwrap();
        scout.send(Some(errand));
        let all = found(&scout, 30);
        let places: Vec<(f64, f64)> = all.iter().map(|found| (found.value, found.second.unwrap())).collect();
        // The coarse grid first, from where the run stands on; then the rest; then all again.
        assert_eq!(places[0], (6.0, 1.5));
        assert!(places[..9].iter().all(|(noise, _)| [0.0, 3.0, 6.0].contains(noise)), "{places:?}");
        assert!(places[9..15].iter().all(|(noise, _)| [1.5, 4.5].contains(noise)), "{places:?}");
        assert_eq!((places[8], places[9]), ((0.0, 0.5), (4.5, 1.5)));
        assert!(all[..15].iter().all(|found| found.runs == 1) && all[15..].iter().all(|found| found.runs == 2));
        let mut first = places[..15].to_vec();
        first.sort_by(|a, b| a.partial_cmp(b).unwrap());
        first.dedup();
        assert_eq!(first.len(), 15);
    }

    #[test]
    fn where_no_run_can_begin_the_reason_is_told() {
        let lab = Lab::new();
        let scout = Scout::new(lab.models().clone()).unwrap();
        let mut errand = errand(&lab, 1, false);
        errand.plan.measures = vec!["order".into()];
        scout.send(Some(errand));
        let told = (0..2000).find_map(|_| {
            std::thread::sleep(Duration::from_millis(5));
            scout.take().next()
        });
        assert!(told.unwrap().unwrap_err().to_string().contains("'order' needs"));
    }

    #[test]
    fn a_ramp_goes_up_and_comes_back_and_another_errand_ends_it() {
        let lab = Lab::new();
        let scout = Scout::new(lab.models().clone()).unwrap();
        scout.send(Some(errand(&lab, 1, true)));
        let all = found(&scout, 10);
        let ways: Vec<(Way, f64)> = all.iter().map(|found| (found.way, found.value)).collect();
        let values = [0.0, 1.5, 3.0, 4.5, 6.0];
        let up = values.into_iter().map(|value| (Way::Up, value));
        assert_eq!(ways, up.chain(values.into_iter().rev().map(|value| (Way::Down, value))).collect::<Vec<_>>());
        scout.send(Some(Errand { share: 0.01, ..errand(&lab, 2, false) }));
        scout.send(Some(errand(&lab, 3, false)));
        assert!(found(&scout, 10).iter().filter(|found| found.number == 3).count() >= 9);
    }
}
