//! What an instrument is.

use super::{Measure, find};
use crate::{
    error::{Error, Result},
    sim::{Agents, Simulation},
};

/// What an instrument is: the same live beside the picture and without a window.
#[derive(Clone, Copy, Debug)]
pub struct Instrument {
    /// Its name, the same everywhere.
    pub name: &'static str,
    /// Its symbol in plots.
    pub symbol: &'static str,
    /// Its definition, in a sentence or two, with the source.
    pub definition: &'static str,
    /// How its cost grows with the number N of agents, n of neighbours of each and T of readings.
    pub cost: &'static str,
    /// Lowest and highest value, where it has them: the axis of its plot.
    pub range: Option<(f64, f64)>,
    /// What it reads of N agents without any order, where that is known.
    pub baseline: Option<fn(f64) -> f64>,
    /// What its readings are measured in.
    pub dimension: Dimension,
    /// What it needs of a model, in words and as a test.
    pub needs: (&'static str, fn(&Agents) -> bool),
    /// What its readings are.
    pub tells: Tells,
    /// At which steps it looks, and at which it tells.
    pub when: When,
    /// How many readings of other instruments it takes: it reads these, not agents.
    pub takes: Takes,
    /// The instruments whose readings it takes, where they are named (`variance:polarisation`).
    pub of: &'static [&'static Instrument],
    /// Makes one with an empty memory.
    pub make: fn() -> Box<dyn Measure>,
}

/// In what readings are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Pure numbers, or what has units of its own.
    Pure,
    /// Lengths.
    Length,
    /// Lengths a unit of time.
    Speed,
    /// Squares of lengths.
    Area,
}

impl Dimension {
    /// The unit, where lengths and times have these; nothing where one that it needs has none.
    pub fn unit(self, length: &str, time: &str) -> String {
        match self {
            _ if length.is_empty() => String::new(),
            Self::Length => length.to_owned(),
            Self::Area => format!("{length}²"),
            Self::Speed if !time.is_empty() => format!("{length}/{time}"),
            Self::Pure | Self::Speed => String::new(),
        }
    }
}

/// What the readings of an instrument are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// A number.
    Number,
    /// A number at each place along this axis.
    Curve(&'static str),
    /// A number at each place of a plane with these axes.
    Map(&'static str, &'static str),
}

/// At which steps an instrument looks and tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A reading tells of its step alone (or, over readings, of those taken): it may be taken every so many steps.
    Sampled,
    /// It has to see every step, whether or not its reading is wanted.
    Each,
    /// It tells once, at the end of a run.
    End,
}

/// How many readings of other instruments an instrument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// None: it reads agents.
    Nothing,
    /// So many.
    Readings(usize),
    /// As many as there are.
    Many,
}

impl Instrument {
    /// An instrument of agents that tells a number of each step, to be completed with name, symbol, definition and what
    /// makes it.
    pub const PLAIN: Self = Self {
        name: "",
        symbol: "",
        definition: "",
        cost: "N a reading",
        range: None,
        baseline: None,
        dimension: Dimension::Pure,
        needs: ("agents", |_| true),
        tells: Tells::Number,
        when: When::Sampled,
        takes: Takes::Nothing,
        of: &[],
        make: || Box::new(|_: &Agents| f64::NAN),
    };

    /// Whether it can be put before a simulation.
    pub fn fits(&self, simulation: &Simulation) -> bool {
        (self.needs.1)(&simulation.agents()) && self.inputs(simulation, &[]).is_ok()
    }

    /// Whether its readings are numbers, one a step.
    pub fn is_a_series(&self) -> bool {
        self.tells == Tells::Number && self.when != When::End
    }

    /// Whether it tells something while a run goes on that can be drawn against time: numbers, or curves.
    pub fn is_live(&self) -> bool {
        self.when != When::End && !matches!(self.tells, Tells::Map(..))
    }

    /// The instruments whose readings it takes before this simulation: those that are named, or else the first of the model's
    /// own; where it takes many, of all that are asked for beside it.
    pub(super) fn inputs(&self, simulation: &Simulation, beside: &[&'static Self]) -> Result<Vec<&'static Self>> {
        let fits = |input: &&'static Self| input.is_a_series() && input.takes == Takes::Nothing;
        let own = || simulation.model().measures().iter().filter_map(|name| find(name).ok()).filter(fits);
        let inputs: Vec<&'static Self> = match self.takes {
            _ if !self.of.is_empty() => self.of.to_vec(),
            Takes::Nothing => Vec::new(),
            Takes::Readings(count) => own().take(count).collect(),
            Takes::Many if beside.is_empty() => own().collect(),
            Takes::Many => beside.to_vec(),
        };
        let wanted = match self.takes {
            Takes::Nothing => 0,
            Takes::Readings(count) => count,
            Takes::Many => 2,
        };
        if inputs.len() < wanted {
            let example = ["polarisation", "rotation"].into_iter().chain(["mean_speed"; 9]).take(wanted);
            let example: Vec<&str> = std::iter::once(self.name).chain(example).collect();
            return Err(Error::usage(format!("'{}' takes the readings of {wanted} instruments", self.name))
                .allowed(format!("their names, as in '{}'", example.join(":"))));
        }
        match inputs.iter().find(|input| !input.is_a_series()) {
            Some(input) => {
                Err(Error::usage(format!("'{}' takes numbers, one a step, which '{}' does not tell", self.name, input.name)))
            }
            None => Ok(inputs),
        }
    }
}
