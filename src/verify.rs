//! Published facts against this build: each is measured afresh, with nothing stored.

use crate::{
    error::Result,
    lab::Lab,
    measures::Observer,
    scene::{Action, Journal, Scene, Stamped, Value},
    sim::{AnyModel, Fact, Series, Setting, Simulation},
};
use rayon::prelude::*;

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

/// Measures a model's facts, one after the other; `done` is called after each.
///
/// # Errors
/// Where a fact names a parameter or an instrument that does not exist, or `done` fails.
pub fn verify(lab: &Lab, model: &'static dyn AnyModel, mut done: impl FnMut(&Verdict) -> Result<()>) -> Result<Vec<Verdict>> {
    let mut verdicts = Vec::new();
    for fact in model.facts() {
        let measured = measure(lab, model, &fact)?;
        verdicts.push(Verdict { model: model.name(), fact, measured });
        done(&verdicts[verdicts.len() - 1])?;
    }
    Ok(verdicts)
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
