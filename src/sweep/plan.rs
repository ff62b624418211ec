//! The plan of a sweep: which runs there are, each a function of the plan alone.

use super::{
    axis::{Axis, Values, keep, spelled},
    fit::Goal,
    order::interleaved,
    refine::Refinement,
    row, sobol,
};
use crate::{
    error::{Error, Result},
    measures::{self, Observer, Tells},
    scene::{Journal, Scene, Value},
    sim::{AnyModel, Chance, Models, Simulation},
};
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_64;

/// Most runs of one plan.
pub(super) const MOST_RUNS: u64 = 1 << 32;
/// Seeds keep to this many bits, so that every program that reads the table keeps them whole.
const SEED_BITS: u32 = 53;

/// How settings are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Every value of each axis with every value of the others.
    #[default]
    Grid,
    /// So many settings, drawn at random from the axes.
    Random(u64),
    /// So many settings, by Sobol's sequence: they cover the axes evenly, however many are run.
    Sobol(u64),
}

/// A share of a plan's runs: the I-th of N, I from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard(pub u64, pub u64);

/// Many runs of one scene.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The version that made it.
    pub version: String,
    /// What all runs share; its seed is the master seed.
    pub scene: Scene,
    /// What is done to every run.
    pub journal: Journal,
    /// What is varied.
    pub axes: Vec<Axis>,
    /// How settings are chosen from the axes.
    pub design: Design,
    /// Runs of each setting.
    pub repeats: u64,
    /// Steps of each run.
    pub steps: u64,
    /// First steps that are left out of averages; nothing: as the readings themselves tell.
    pub discard: Option<u64>,
    /// The instruments, by name.
    pub measures: Vec<String>,
    /// Series are kept of every so many steps; nothing: not at all.
    pub every: Option<u64>,
    /// The error at which refining stops; nothing: the plan stays as it is.
    pub refine: Option<f64>,
    /// What is looked for, where the plan is a fit.
    pub fit: Option<Goal>,
}

/// One run of a plan.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its number: settings in the order of the plan, repeats of one setting behind one another.
    pub run: u64,
    /// Which repeat of its setting, from 0 on.
    pub repeat: u64,
    /// The values of what is varied, in the order of [`Plan::paths`].
    pub values: Vec<Value>,
    /// The scene, with these values and a seed of its own.
    pub scene: Scene,
}

impl Plan {
    /// Checks that the plan can be run.
    ///
    /// # Errors
    /// Where axes and design do not fit, a path comes twice, or an instrument does not fit the model.
    pub fn check(&self, models: &Models) -> Result<()> {
        let model = models.find(self.scene.model.name)?;
        let paths = self.paths();
        if let Some((_, twice)) = paths.iter().enumerate().find(|(at, path)| paths[..*at].contains(path)) {
            return Err(Error::usage("varied twice").path(*twice));
        }
        for axis in &self.axes {
            match (&axis.values, self.design) {
                (Values::Range(_), Design::Grid) => {
                    return Err(Error::usage("a grid needs to know how many values")
                        .allowed("FROM:TO:COUNT, or --design random, --design sobol")
                        .at(format!("--vary {}", axis.text)));
                }
                (Values::Levels(_), Design::Sobol(_)) if axis.levels().is_some_and(|levels| levels.len() > 1 << 16) => {
                    return Err(Error::usage("too many values for a point of the sequence").at(format!("--vary {}", axis.text)));
                }
                _ => {}
            }
        }
        if matches!(self.design, Design::Sobol(_)) && self.axes.len() > sobol::DIMENSIONS {
            return Err(Error::usage(format!("{} axes", self.axes.len()))
                .allowed(format!("up to {} of a Sobol design", sobol::DIMENSIONS)));
        }
        match self.settings().and_then(|settings| settings.checked_mul(self.repeats)) {
            Some(1..=MOST_RUNS) => {}
            Some(0) => return Err(Error::usage("a plan without runs").allowed("at least one point and one repeat")),
            _ => return Err(Error::usage("too many runs").allowed(format!("up to {MOST_RUNS} in one plan"))),
        }
        if let Some(discard) = self.discard.filter(|discard| *discard > self.steps) {
            return Err(Error::usage(format!("all {} steps would be left out", self.steps))
                .allowed(format!("up to {}", self.steps))
                .at(format!("--discard {discard}")));
        }
        if let Some(error) = self.refine {
            Refinement::new(self, error)?;
        }
        if let Some(goal) = &self.fit {
            goal.check(self)?;
            goal.places(&row::columns(self, model)?)?;
        }
        let first = self.task(model, 0)?;
        let mut simulation = Simulation::new(&first.scene, models, Some(1))?;
        simulation.play(&self.journal)?;
        let observer = Observer::new(self.measures.iter().map(String::as_str), &simulation)?;
        match observer.instruments().find(|instrument| instrument.tells != Tells::Number) {
            Some(other) => {
                Err(Error::usage(format!("'{}' tells more than a number, which a row has no place for", other.name))
                    .at("--measure"))
            }
            None => Ok(()),
        }
    }

    /// The paths that are varied, in the order of the axes.
    pub fn paths(&self) -> Vec<&str> {
        self.axes.iter().flat_map(|axis| axis.paths.iter().map(String::as_str)).collect()
    }

    /// The number of settings; nothing where it is past counting.
    fn settings(&self) -> Option<u64> {
        match self.design {
            Design::Grid => self.sizes().iter().try_fold(1u64, |product, size| product.checked_mul(*size as u64)),
            Design::Random(points) | Design::Sobol(points) => Some(points),
        }
    }

    fn sizes(&self) -> Vec<usize> {
        self.axes.iter().map(|axis| axis.levels().map_or(0, <[_]>::len)).collect()
    }

    /// The number of runs.
    pub fn runs(&self) -> u64 {
        self.settings().unwrap_or(0) * self.repeats
    }

    /// The numbers of a shard's runs, or of all, in the order in which they are run: coarse first, and every setting once
    /// before any comes again.
    pub fn order(&self, shard: Option<Shard>) -> impl Iterator<Item = u64> + Send + use<> {
        let (repeats, settings) = (self.repeats, self.settings().unwrap_or(0));
        let (grid, sizes) = (self.design == Design::Grid, self.sizes());
        let all = (0..repeats).flat_map(move |repeat| {
            let order: Box<dyn Iterator<Item = u64> + Send> =
                if grid { Box::new(interleaved(&sizes)) } else { Box::new(0..settings) };
            order.map(move |setting| setting * repeats + repeat)
        });
        let Shard(part, parts) = shard.unwrap_or(Shard(1, 1));
        all.enumerate().filter(move |(place, _)| *place as u64 % parts == part - 1).map(|(_, run)| run)
    }

    /// The values of a setting.
    fn values(&self, setting: u64) -> Vec<Value> {
        let points = |share: &dyn Fn(&Axis) -> f64| self.axes.iter().flat_map(|axis| axis.at(share(axis))).collect();
        match self.design {
            Design::Grid => {
                let mut rest = setting;
                let mut chosen: Vec<&[Value]> = Vec::with_capacity(self.axes.len());
                for axis in self.axes.iter().rev() {
                    let levels = axis.levels().unwrap_or_default();
                    chosen.push(&levels[(rest % levels.len() as u64) as usize]);
                    rest /= levels.len() as u64;
                }
                chosen.into_iter().rev().flatten().cloned().collect()
            }
            // An axis is known by its path: the order of the axes changes no setting.
            Design::Random(_) => points(&|axis| Chance::new(self.scene.seed, setting, &axis.paths.join("/")).uniform(0, 0)),
            Design::Sobol(_) => {
                let mut sorted: Vec<&Axis> = self.axes.iter().collect();
                sorted.sort_by(|a, b| a.paths.cmp(&b.paths));
                let dimension = |axis: &Axis| sorted.iter().position(|other| other.paths == axis.paths).unwrap_or(0);
                points(&|axis| sobol::coordinate(setting, dimension(axis)))
            }
        }
    }

    /// A run of the plan.
    ///
    /// # Errors
    /// Where a value does not fit the model.
    pub fn task(&self, model: &dyn AnyModel, run: u64) -> Result<Task> {
        let (setting, repeat) = (run / self.repeats, run % self.repeats);
        self.task_of(model, run, repeat, &self.values(setting))
    }

    /// The run with these values.
    ///
    /// # Errors
    /// Where a value does not fit the model.
    pub fn task_of(&self, model: &dyn AnyModel, run: u64, repeat: u64, values: &[Value]) -> Result<Task> {
        let mut scene = self.scene.clone();
        let params = &mut *scene.model.params;
        let values = self
            .paths()
            .into_iter()
            .zip(values)
            .map(|(path, value)| keep(model, params, path, value))
            .collect::<Result<_>>()?;
        scene.seed = derived_seed(self.scene.seed, model.name(), &scene.model.params.to_ron(), repeat);
        Ok(Task { run, repeat, values, scene })
    }
}

impl Task {
    /// Which run it is, in words.
    pub fn name(&self, plan: &Plan) -> String {
        let settings = plan.paths().into_iter().zip(&self.values).map(|(path, value)| format!("{path}={value}, "));
        format!("run {} ({}repeat {}, seed {})", self.run, settings.collect::<String>(), self.repeat, self.scene.seed)
    }

    /// Its values in a line.
    pub fn spelled(&self) -> String {
        spelled(&self.values)
    }
}

/// The seed of a repeat: a hash of the master seed, of all parameters and of the repeat. So a run is the same in every
/// plan that has it, in whatever order the plan has its axes and values.
fn derived_seed(master: u64, model: &str, params: &str, repeat: u64) -> u64 {
    let known = format!("{model} {params} {repeat}");
    XxHash3_64::oneshot_with_seed(master, known.as_bytes()) >> (u64::BITS - SEED_BITS)
}

/// The names of the instruments that a plan reads: those asked for, or the model's own.
///
/// # Errors
/// Where there is no such instrument, or one is named twice.
pub fn instruments(asked: &[String], model: &dyn AnyModel) -> Result<Vec<String>> {
    if asked.is_empty() {
        return Ok(model.measures().iter().map(|name| (*name).to_owned()).collect());
    }
    for (at, name) in asked.iter().enumerate() {
        measures::find(name)?;
        if asked[..at].contains(name) {
            return Err(Error::usage(format!("'{name}' is measured twice")).allowed("each instrument once").at("--measure"));
        }
    }
    Ok(asked.to_vec())
}
