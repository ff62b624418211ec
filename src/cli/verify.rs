//! `flockwork verify`: the table of published against measured numbers.

use crate::{
    error::{Error, Result},
    events::facts::{self, Finding},
    lab::Lab,
    output::print,
    scene::Value,
    sim::{AnyModel, Expected, Fact},
    verify::{self, Verdict},
};
use clap::Args;
use std::{process::ExitCode, time::Instant};

/// The name under which the event camera is verified, and the side of its sensor.
const CAMERA: &str = "events";
const SIDE: u32 = 128;

/// Arguments of `verify`.
#[derive(Args)]
pub struct Options {
    /// Only this model, or `events`: the event camera
    model: Option<String>,
    /// Measure each fact at another value of a parameter, to see which of them notice that a term is gone (`coupling=0`); may
    /// be given many times
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "model")]
    set: Vec<String>,
}

/// Measures the facts of one model or of all and prints them as they come.
pub fn verify(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let models: Vec<&'static dyn AnyModel> = match &options.model {
        Some(name) if name == CAMERA && options.set.is_empty() => Vec::new(),
        Some(name) => vec![lab.models().find(name)?],
        None => lab.models().iter().collect(),
    };
    let begin = Instant::now();
    let (mut facts, mut outside) = (0, 0);
    for model in models {
        print(&format!("{}: {}\n", model.name(), model.source()))?;
        for verdict in verify::verify(lab, model, changed(model, &options.set)?, line)? {
            facts += 1;
            outside += usize::from(!verdict.holds());
        }
    }
    if options.model.as_ref().is_none_or(|name| name == CAMERA) {
        print("events: the event camera\n")?;
        for finding in facts::measure(SIDE) {
            facts += 1;
            outside += usize::from(!finding.holds());
            let Finding { claim, source, expected, tolerance, measured } = &finding;
            row(finding.holds(), claim, *expected, *measured, source, tolerance)?;
        }
    }
    print(&format!(
        "{facts} facts measured in {:.0} s: {} inside their tolerances, {outside} outside\n",
        begin.elapsed().as_secs_f64(),
        facts - outside
    ))?;
    Ok(if outside == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The facts of a model with these settings in place of their own.
fn changed(model: &'static dyn AnyModel, settings: &[String]) -> Result<Vec<Fact>> {
    let mut facts = model.facts();
    for setting in settings {
        let found = setting.split_once('=').ok_or_else(|| Error::usage("no value").allowed("PATH=VALUE, as in noise=0.5"));
        let parameter = found.and_then(|(path, value)| {
            let parameter = model.parameter(path.trim())?;
            Ok((parameter, parameter.check(&Value::parse(value))?))
        });
        let (parameter, value) = parameter.map_err(|error| error.at(format!("--set {setting}")))?;
        facts = facts.into_iter().map(|fact| fact.at(&parameter.path, &value)).collect();
    }
    Ok(facts)
}

fn line(verdict: &Verdict) -> Result<()> {
    let Verdict { fact, measured, .. } = verdict;
    row(verdict.holds(), fact.claim, fact.expected, *measured, fact.source, fact.tolerance)
}

fn row(holds: bool, claim: &str, expected: Expected, measured: f64, source: &str, tolerance: &str) -> Result<()> {
    let mark = if holds { "ok  " } else { "FAIL" };
    print(&format!(
        "  {mark} {claim}\n       published {expected}   measured {measured:.5}\n       {source} | tolerance: {tolerance}\n"
    ))
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_takes_the_place_of_a_facts_own() {
        let lab = Lab::new();
        let model = lab.models().find("couzin").unwrap();
        let holds = |settings: &[String]| {
            let facts = changed(model, settings).unwrap();
            let fact = facts.iter().find(|fact| fact.claim.starts_with("two within rᵣ")).unwrap();
            fact.expected.holds(verify::measure(&lab, model, fact).unwrap())
        };
        assert!(holds(&[]));
        assert!(!holds(&["repulsion=0".into()]));
        for (setting, part) in [("repulson=0", "nearest: repulsion"), ("repulsion", "PATH=VALUE"), ("repulsion=-1", "0 to 100")]
        {
            let error = changed(model, &[setting.into()]).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains(setting), "{error}");
        }
    }
}
