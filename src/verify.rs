//! Published facts against this build: each is measured afresh, with nothing stored.

use crate::{
    error::Result,
    lab::Lab,
    measures::Observer,
    scene::{Action, Journal, Scene, Stamped, Value},
    sim::{AnyModel, Fact, Series, Setting, Simulation},
};
use rayon::prelude::*;
use std::{
    num::NonZero,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver},
    },
};

/// A fact and what was measured.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The model's name.
    pub model: &'static str,
    /// The fact.
    pub fact: Fact,
    /// The quantity, measured.
    pub measured: f64,
}

impl Verdict {
    /// Whether the measured quantity lies inside its tolerance.
    pub fn holds(&self) -> bool {
        self.fact.expected.holds(self.measured)
    }
}

/// Measures facts of a model, one after the other; `done` is called after each.
///
/// # Errors
/// Where a fact names a parameter or an instrument that does not exist, or `done` fails.
pub fn verify(
    lab: &Lab,
    model: &'static dyn AnyModel,
    facts: Vec<Fact>,
    mut done: impl FnMut(&Verdict) -> Result<()>,
) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for fact in facts {
        let measured = measure(lab, model, &fact)?;
        verdicts.push(Verdict { model: model.name(), fact, measured });
        done(&verdicts[verdicts.len() - 1])?;
    }
    Ok(verdicts)
}

/// Facts of a model that are being measured beside everything else, one after the other, on threads of their own. Dropped, it
/// measures no further one.
pub struct Inquiry {
    measured: Receiver<Result<f64>>,
    given_up: Arc<AtomicBool>,
}

impl Inquiry {
    /// Begins with the first fact. One core is left to others, where there are several.
    pub fn begin(lab: &Lab, model: &'static dyn AnyModel) -> Self {
        let (sender, measured) = mpsc::channel();
        let given_up = Arc::new(AtomicBool::new(false));
        let (lab, stop) = (lab.clone(), given_up.clone());
        std::thread::spawn(move || {
            let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(cores.saturating_sub(1).max(1)).build();
            for fact in model.facts() {
                let work = || measure(&lab, model, &fact);
                let result = pool.as_ref().map_or_else(|_| work(), |pool| pool.install(work));
                if stop.load(Ordering::Relaxed) || sender.send(result).is_err() {
                    return;
                }
            }
        });
        Self { measured, given_up }
    }

    /// What was measured since it was last asked, in the order of the facts.
    pub fn take(&self) -> impl Iterator<Item = Result<f64>> {
        self.measured.try_iter()
    }
}

impl Drop for Inquiry {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

/// Runs a fact's settings and seeds, many at once, each on one thread.
///
/// # Errors
/// Where the fact names a parameter or an instrument that does not exist.
pub fn measure(lab: &Lab, model: &'static dyn AnyModel, fact: &Fact) -> Result<f64> {
    let runs: Vec<(&Setting, u64)> =
        fact.settings.iter().flat_map(|setting| (1..=fact.seeds).map(move |seed| (setting, seed))).collect();
    let series: Vec<Series> =
        runs.par_iter().map(|(setting, seed)| series(lab, model, fact, setting, *seed)).collect::<Result<_>>()?;
    let by_setting: Vec<Vec<Series>> = series.chunks(fact.seeds as usize).map(<[Series]>::to_vec).collect();
    Ok((fact.quantity)(&by_setting))
}

fn series(lab: &Lab, model: &'static dyn AnyModel, fact: &Fact, setting: &Setting, seed: u64) -> Result<Series> {
    let mut scene = Scene { seed, ..model.scene() };
    for (path, value) in &setting.0 {
        model.set(&mut *scene.model.params, path, value)?;
    }
    let mut simulation = Simulation::new(&scene, lab.models(), Some(1))?;
    let turned = |(step, path, value): &(u64, &str, Value)| {
        Stamped(*step, Action::Set { path: (*path).to_owned(), value: value.clone() })
    };
    simulation.play(&Journal { run: setting.1.iter().map(turned).collect(), view: Vec::new() })?;
    let mut observer = Observer::new(fact.measures.iter().copied(), &simulation)?;
    let mut values = vec![Vec::with_capacity(fact.steps as usize + 1); fact.measures.len()];
    for step in 0..=fact.steps {
        for (values, reading) in values.iter_mut().zip(observer.numbers(&simulation)) {
            values.push(reading);
        }
        if step < fact.steps {
            simulation.step()?;
        }
    }
    Ok(Series { values, discard: fact.discard as usize })
}
