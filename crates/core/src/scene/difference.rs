//! Two runs side by side: the one thing in which the second differs from the first.

use super::{Action, Journal, Scene, Schema, Stamped, Value, typographic};
use crate::error::{Error, Result};
use std::fmt;

/// How the second of two runs that are compared differs from the first. All else of scene and journal is the same.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The seed of all chance.
    Seed(u64),
    /// The value of the parameter of this path, whatever is set in the first.
    Parameter(String, Value),
}

/// The second run of a comparison, as it is saved with the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// How it differs.
    pub difference: Difference,
    /// Its state hash after the last step.
    pub hash: u64,
}

/// What is said of a run beside another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideLabel {
    /// As in "Noise η = 0.5".
    pub text: String,
    /// The same where there is little room, as in "η = 0.5".
    pub short: String,
}

impl Difference {
    /// Reads `PATH=VALUE` or `seed=S`.
    ///
    /// # Errors
    /// Where the text is neither.
    pub fn read(text: &str) -> Result<Self> {
        let allowed = "PATH=VALUE, as in noise=3, or seed=S";
        let (path, value) = text.split_once('=').ok_or_else(|| Error::usage("no value").allowed(allowed))?;
        match path.trim() {
            "seed" => {
                let whole = |_| Error::usage(format!("'{value}' is no seed")).allowed("a whole number");
                value.trim().parse().map(Self::Seed).map_err(whole)
            }
            path if path.starts_with("view.") => {
                let look = format!("'{path}' is a part of the look, and both are seen alike");
                Err(Error::usage(look).allowed("a parameter of the model, or seed"))
            }
            path => Ok(Self::Parameter(path.to_owned(), Value::parse(value))),
        }
    }

    /// The scene of the second run.
    ///
    /// # Errors
    /// Where the value does not fit, or is that of the scene: then both would be the same.
    pub fn scene(&self, scene: &Scene, model: &dyn Schema) -> Result<Scene> {
        let mut other = scene.clone();
        let same = match self {
            Self::Seed(seed) => {
                other.seed = *seed;
                scene.seed == *seed
            }
            Self::Parameter(path, value) => {
                model.set(&mut *other.model.params, path, value)?;
                model.get(&*other.model.params, path)? == model.get(&*scene.model.params, path)?
            }
        };
        if same {
            return Err(Error::usage(format!("the scene has {self} itself: both would be the same")).allowed("another value"));
        }
        Ok(other)
    }

    /// The journal of the second run.
    #[must_use]
    pub fn journal(&self, journal: &Journal) -> Journal {
        let run = journal.run.iter().filter(|Stamped(_, action)| self.shares(action)).cloned().collect();
        Journal { run, view: journal.view.clone() }
    }

    /// Whether what is done to the first run is done to the second, too.
    pub fn shares(&self, action: &Action) -> bool {
        !matches!((self, action), (Self::Parameter(path, _), Action::Set { path: set, .. }) if path == set)
    }

    /// What is said of each run beside the other; the first has this `seed`, and its parameters these values.
    pub fn labels(&self, model: &dyn Schema, seed: u64, value: impl FnOnce(&str) -> Option<Value>) -> [SideLabel; 2] {
        let alike = |text: String| SideLabel { short: text.clone(), text };
        match self {
            Self::Seed(other) => [seed, *other].map(|seed| alike(format!("Seed {seed}"))),
            Self::Parameter(path, other) => {
                let Ok(parameter) = model.parameter(path) else { return [path.clone(), self.to_string()].map(alike) };
                let text = format!("{} {}", parameter.label(), parameter.symbol_beside_label()).trim_end().to_owned();
                let short = if parameter.symbol.is_empty() { text.clone() } else { parameter.symbol.to_owned() };
                let named = SideLabel { text, short };
                let first = value(path);
                // Who compares 1 and 1.000001 wants to see it.
                let near = first.as_ref().is_some_and(|first| first.number().is_some() && first.shown() == other.shown());
                let say = |value: &Value| {
                    let value = if near { typographic(&value.brief()) } else { value.shown() };
                    let after = |name: &str| format!("{name} = {value} {}", parameter.unit).trim_end().to_owned();
                    SideLabel { text: after(&named.text), short: after(&named.short) }
                };
                [first.as_ref().map_or_else(|| named.clone(), say), say(other)]
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seed(seed) => write!(f, "seed={seed}"),
            Self::Parameter(path, value) => write!(f, "{path}={}", value.brief()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_share_what_is_done_but_for_what_is_compared() {
        let set = |path: &str| Action::Set { path: path.into(), value: Value::Number(1.0) };
        let run = vec![Stamped(1, set("noise")), Stamped(2, set("radius")), Stamped(3, Action::Release)];
        let journal = Journal { run: run.clone(), view: Vec::new() };
        let other = Difference::Parameter("noise".into(), Value::Number(3.0)).journal(&journal);
        assert_eq!(other.run, run[1..]);
        assert_eq!(Difference::Seed(3).journal(&journal), journal);
    }
}
