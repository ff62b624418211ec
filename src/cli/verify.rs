//! `flockwork verify`: the table of published against measured numbers.

use crate::{
    error::Result,
    lab::Lab,
    output::print,
    sim::AnyModel,
    verify::{self, Verdict},
};
use clap::Args;
use std::{process::ExitCode, time::Instant};

/// Arguments of `verify`.
#[derive(Args)]
pub struct Options {
    /// Only this model
    model: Option<String>,
}

/// Measures the facts of one model or of all and prints them as they come.
pub fn verify(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let models: Vec<&'static dyn AnyModel> = match &options.model {
        Some(name) => vec![lab.models().find(name)?],
        None => lab.models().iter().collect(),
    };
    let begin = Instant::now();
    let (mut facts, mut outside) = (0, 0);
    for model in models {
        print(&format!("{}: {}\n", model.name(), model.source()))?;
        for verdict in verify::verify(lab, model, line)? {
            facts += 1;
            outside += usize::from(!verdict.holds());
        }
    }
    print(&format!(
        "{facts} facts measured in {:.0} s: {} inside their tolerances, {outside} outside\n",
        begin.elapsed().as_secs_f64(),
        facts - outside
    ))?;
    Ok(if outside == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn line(verdict: &Verdict) -> Result<()> {
    let Verdict { fact, measured, .. } = verdict;
    let mark = if verdict.holds() { "ok  " } else { "FAIL" };
    print(&format!(
        "  {mark} {}\n       published {}   measured {measured:.5}\n       {} | tolerance: {}\n",
        fact.claim, fact.expected, fact.source, fact.tolerance
    ))
    .map(drop)
}
