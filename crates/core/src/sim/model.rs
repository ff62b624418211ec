//! What a model is: a parameters struct that builds its agents and systems, and carries its published facts.

use super::{scenery::Zone, simulation::Setup, source::Source};
use crate::{
    error::{Error, Result},
    scene::{self, Look, Parameter, Params, Scene, Schema, Value, parameters_of},
};
use bevy_ecs::{component::Mutable, resource::Resource, world::World};
use bevy_reflect::{Reflect, Typed};
use serde::{Serialize, de::DeserializeOwned};
use std::marker::PhantomData;

/// A model. Implement it on the parameters struct; a file of the crate's `models` shows how.
///
/// The struct's documentation is the explanation that people read; its fields are the parameters, and exactly one
/// of them is marked as the interaction [`Strength`](crate::scene::Strength). Recorded tracks alone have none.
pub trait Model: Resource<Mutability = Mutable> + Params + Typed + Default + Clone + Serialize + DeserializeOwned {
    /// Its name in files and on the command line.
    const NAME: &'static str;
    /// What stands above the picture.
    const TITLE: &'static str;
    /// The works that define it, the paper first.
    const SOURCES: &'static [Source];
    /// The instruments that it shows by default; the first is its order parameter.
    const MEASURES: &'static [&'static str];

    /// Registers space, columns and systems, and spawns the agents at their start.
    ///
    /// # Errors
    /// Where the parameters contradict one another, or a file that they name cannot be read.
    fn build(&self, setup: &mut Setup) -> Result<()>;

    /// Its published facts, which `flockwork verify` measures.
    fn facts() -> Vec<Fact>;

    /// The look that suits it.
    fn look() -> Look {
        Look::default()
    }

    /// The zones in which an agent perceives others at these parameters, the innermost first. Pictures draw them about the
    /// selected agent; those in the last one are its live neighbours.
    fn zones(&self) -> Vec<Zone> {
        Vec::new()
    }

    /// What theory says that an instrument reads in the long run at these parameters, where it says anything.
    fn theory(&self, measure: &str) -> Option<f64> {
        let _ = measure;
        None
    }

    /// The critical value of the interaction strength at the other parameters, where theory knows one.
    fn critical(&self) -> Option<f64> {
        None
    }
}

/// A model of whatever type, as the rest of the house sees it.
pub trait AnyModel: Schema {
    /// What stands above the picture.
    fn title(&self) -> &'static str;
    /// The explanation: the documentation of its struct.
    fn explanation(&self) -> String;
    /// The works that define it, the paper first.
    fn sources(&self) -> &'static [Source];
    /// The same in a line.
    fn source(&self) -> String {
        self.sources().iter().map(Source::to_string).collect::<Vec<_>>().join("; ")
    }
    /// Its own instruments, the order parameter first.
    fn measures(&self) -> &'static [&'static str];
    /// Its published facts.
    fn facts(&self) -> Vec<Fact>;
    /// The scene that has its name: the defaults of its paper.
    fn scene(&self) -> Scene;
    /// The zones in which an agent perceives others, the innermost first.
    fn zones(&self, params: &dyn Params) -> Vec<Zone>;
    /// What theory says that an instrument reads in the long run.
    fn theory(&self, params: &dyn Params, measure: &str) -> Option<f64>;
    /// The critical value of the interaction strength.
    fn critical(&self, params: &dyn Params) -> Option<f64>;
    /// Builds it into an empty simulation.
    ///
    /// # Errors
    /// As [`Model::build`].
    fn build(&self, params: &dyn Params, setup: &mut Setup) -> Result<()>;
    /// The parameters as they stand in a simulation's world.
    fn params_in<'w>(&self, world: &'w World) -> &'w dyn Params;
    /// The same, to be changed.
    fn params_in_mut<'w>(&self, world: &'w mut World) -> &'w mut dyn Params;
    /// The same model as a schema.
    fn schema(&'static self) -> &'static dyn Schema;
}

struct Blueprint<M> {
    parameters: Vec<Parameter>,
    model: PhantomData<fn() -> M>,
}

fn typed<M: Model>(params: &dyn Params) -> &M {
    let any: &dyn Reflect = params.as_reflect();
    any.downcast_ref().expect("parameters are of the model that read them")
}

impl<M: Model> Schema for Blueprint<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }
    fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }
    fn defaults(&self) -> Box<dyn Params> {
        Box::new(M::default())
    }
    fn read(&self, text: &str) -> ron::error::SpannedResult<Box<dyn Params>> {
        ron::from_str::<M>(text).map(|params| Box::new(params) as Box<dyn Params>)
    }
}

impl<M: Model> AnyModel for Blueprint<M> {
    fn title(&self) -> &'static str {
        M::TITLE
    }
    fn explanation(&self) -> String {
        let docs = M::type_info().docs().unwrap_or_default();
        docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }
    fn sources(&self) -> &'static [Source] {
        M::SOURCES
    }
    fn measures(&self) -> &'static [&'static str] {
        M::MEASURES
    }
    fn facts(&self) -> Vec<Fact> {
        M::facts()
    }
    fn scene(&self) -> Scene {
        Scene {
            title: M::TITLE.into(),
            about: String::new(),
            source: self.source(),
            text: String::new(),
            model: scene::Model { name: M::NAME, params: self.defaults() },
            seed: 1,
            speed: 60.0,
            view: M::look(),
            plots: Vec::new(),
            teach: Vec::new(),
            story: Vec::new(),
        }
    }
    fn zones(&self, params: &dyn Params) -> Vec<Zone> {
        typed::<M>(params).zones()
    }
    fn theory(&self, params: &dyn Params, measure: &str) -> Option<f64> {
        typed::<M>(params).theory(measure)
    }
    fn critical(&self, params: &dyn Params) -> Option<f64> {
        typed::<M>(params).critical()
    }
    fn build(&self, params: &dyn Params, setup: &mut Setup) -> Result<()> {
        let params = typed::<M>(params);
        setup.insert_params(params.clone());
        params.build(setup)
    }
    fn params_in<'w>(&self, world: &'w World) -> &'w dyn Params {
        world.resource::<M>()
    }
    fn params_in_mut<'w>(&self, world: &'w mut World) -> &'w mut dyn Params {
        world.resource_mut::<M>().into_inner()
    }
    fn schema(&'static self) -> &'static dyn Schema {
        self
    }
}

/// The list of models that scenes may name.
#[derive(Clone, Default)]
pub struct Models(Vec<&'static dyn AnyModel>);

impl Models {
    /// Adds a model. It lives as long as the program.
    #[must_use]
    pub fn with<M: Model>(mut self) -> Self {
        let parameters = parameters_of::<M>();
        self.0.push(Box::leak(Box::new(Blueprint::<M> { parameters, model: PhantomData })));
        self
    }

    /// All of them, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &'static dyn AnyModel> {
        self.0.iter().copied()
    }

    /// All of them as schemas.
    pub fn schemas(&self) -> Vec<&'static dyn Schema> {
        self.iter().map(AnyModel::schema).collect()
    }

    /// The model of this name.
    ///
    /// # Errors
    /// Names the valid names and the nearest.
    pub fn find(&self, name: &str) -> Result<&'static dyn AnyModel> {
        self.iter()
            .find(|model| model.name() == name)
            .ok_or_else(|| Error::usage(format!("no model '{name}'")).names(name, self.iter().map(|model| model.name())))
    }
}

/// Parameters that a fact changes from the model's defaults: those at the start, and those that it changes at a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Setting(pub Vec<(&'static str, Value)>, pub Vec<(u64, &'static str, Value)>);

impl Setting {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes a number.
    #[must_use]
    pub fn number(mut self, path: &'static str, number: f64) -> Self {
        self.0.push((path, Value::Number(number)));
        self
    }

    /// Changes a number at a step, as a hand at the panel would. Steps ascend.
    #[must_use]
    pub fn turned(mut self, step: u64, path: &'static str, number: f64) -> Self {
        self.1.push((step, path, Value::Number(number)));
        self
    }

    /// Chooses a variant.
    #[must_use]
    pub fn choice(mut self, path: &'static str, name: &str) -> Self {
        self.0.push((path, Value::Text(name.into())));
        self
    }
}

impl Fact {
    /// The same measured at another value of a parameter, whatever the fact itself says of it: what would it notice of a rule
    /// without this term?
    #[must_use]
    pub fn at(mut self, path: &'static str, value: &Value) -> Self {
        for Setting(start, turned) in &mut self.settings {
            start.push((path, value.clone()));
            turned.retain(|(_, other, _)| *other != path);
        }
        self
    }
}

/// The readings of one run: a value a step for each instrument of the fact, from step 0 on.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// One vector an instrument, in the order of [`Fact::measures`].
    pub values: Vec<Vec<f64>>,
    /// The number of first steps that averages leave out.
    pub discard: usize,
}

impl Series {
    /// Mean of an instrument after the discarded steps.
    pub fn mean(&self, measure: usize) -> f64 {
        self.mean_of(measure, |value| value)
    }

    /// Mean of a function of an instrument after the discarded steps.
    pub fn mean_of(&self, measure: usize, function: impl Fn(f64) -> f64) -> f64 {
        let kept = &self.values[measure][self.discard.min(self.values[measure].len())..];
        kept.iter().map(|value| function(*value)).sum::<f64>() / kept.len() as f64
    }

    /// First step at which an instrument reaches a level; infinite where it never does.
    pub fn first(&self, measure: usize, level: f64) -> f64 {
        self.values[measure].iter().position(|value| *value >= level).map_or(f64::INFINITY, |step| step as f64)
    }

    /// The last reading.
    pub fn last(&self, measure: usize) -> f64 {
        *self.values[measure].last().expect("a run has at least its start")
    }
}

/// What a fact expects of its quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// This value, give or take.
    Near(f64, f64),
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Expected {
    /// Whether a measured quantity fits.
    pub fn holds(self, measured: f64) -> bool {
        match self {
            Self::Near(value, tolerance) => (measured - value).abs() <= tolerance,
            Self::AtLeast(bound) => measured >= bound,
            Self::AtMost(bound) => measured <= bound,
        }
    }
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Near(value, tolerance) => write!(f, "{value} ± {tolerance}"),
            Self::AtLeast(bound) => write!(f, "≥ {bound}"),
            Self::AtMost(bound) => write!(f, "≤ {bound}"),
        }
    }
}

/// A published number, and how to measure it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What is claimed, in a line.
    pub claim: &'static str,
    /// Where it is published, with equation or figure.
    pub source: &'static str,
    /// The settings that are run, each with every seed.
    pub settings: Vec<Setting>,
    /// Steps of a run.
    pub steps: u64,
    /// First steps that averages leave out.
    pub discard: u64,
    /// Number of seeds, from 1 on.
    pub seeds: u64,
    /// The instruments that are read.
    pub measures: &'static [&'static str],
    /// The quantity: from the runs of each setting (outer) and seed (inner) to a number.
    pub quantity: fn(&[Vec<Series>]) -> f64,
    /// What it must be, and within what.
    pub expected: Expected,
    /// Where the tolerance comes from.
    pub tolerance: &'static str,
}

/// Mean over the seeds of one setting of a number read off each run.
pub fn over_seeds(runs: &[Series], number: impl Fn(&Series) -> f64) -> f64 {
    runs.iter().map(number).sum::<f64>() / runs.len() as f64
}

/// Median over the seeds of one setting of a number read off each run.
pub fn median_over_seeds(runs: &[Series], number: impl Fn(&Series) -> f64) -> f64 {
    let mut numbers: Vec<f64> = runs.iter().map(number).collect();
    numbers.sort_by(f64::total_cmp);
    let (low, high) = ((numbers.len() - 1) / 2, numbers.len() / 2);
    if numbers[low] == numbers[high] { numbers[low] } else { f64::midpoint(numbers[low], numbers[high]) }
}
