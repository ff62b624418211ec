//! `flockwork replay`: a saved run once more, and whether it ends in the same state.

#[cfg(feature = "window")]
use super::film;
use super::plan::Plan;
use crate::{
    error::{Error, Result},
    lab::{Lab, Opened},
    output::print,
    scene::{Against, Run},
};
use clap::Args;
use std::process::ExitCode;

/// Arguments of `replay`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    plan: Plan,
    /// Film it, too (.mp4, .gif, DIR/%05d.png), or draw its last step (.png)
    #[cfg(feature = "window")]
    #[arg(short, long, value_name = "OUT")]
    output: Option<std::path::PathBuf>,
    #[cfg(feature = "window")]
    #[command(flatten)]
    film: film::Options,
}

/// Plays a saved run; where nothing of it was changed its final hash must be the same.
pub fn replay(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let opened = options.plan.open(lab)?;
    let no_run = || Error::usage("not a saved run").allowed("a file made by `flockwork run --save`, a film, a picture");
    let run = opened.run.clone().ok_or_else(|| no_run().at(&options.plan.scene))?;
    #[cfg(feature = "window")]
    if let Some(output) = &options.output {
        let report = options.film.record(lab, opened.clone(), &options.plan.settings, output, None)?;
        if report.run.steps == run.steps {
            let second = report.run.against.map(|against| against.hash);
            return told(options, &run, report.run.hash, second);
        }
    }
    let hash = played(lab, options, &opened, run.steps)?;
    let second = run.against.as_ref().map(|Against { difference, .. }| {
        let scene = difference.scene(&opened.scene, lab.model_of(&opened.scene))?;
        let beside = Opened { scene, journal: difference.journal(&opened.journal), ..opened.clone() };
        played(lab, options, &beside, run.steps)
    });
    told(options, &run, hash, second.transpose()?)
}

/// The state hash after so many steps.
fn played(lab: &Lab, options: &Options, opened: &Opened, steps: u64) -> Result<u64> {
    let (mut simulation, steps) = options.plan.simulation(lab, opened, Some(steps))?;
    for _ in 0..steps {
        simulation.step()?;
    }
    simulation.play_actions()?;
    Ok(simulation.hash())
}

/// Says whether the end is as saved, and that of the run beside it where there is one.
fn told(options: &Options, run: &Run, hash: u64, second: Option<u64>) -> Result<ExitCode> {
    let steps = run.steps;
    let beside = run.against.as_ref().zip(second);
    let named = |against: &Against| format!(" of the run beside it ({})", against.difference);
    let hashes = |first: u64, second: Option<u64>| match (&run.against, second) {
        (Some(against), Some(second)) => format!("{first:016x}, and {second:016x}{}", named(against)),
        _ => format!("{first:016x}"),
    };
    if options.plan.settings.changes_run() {
        return print(&format!(
            "{steps} steps played with changes: state hash {} (saved: {:016x})\n",
            hashes(hash, second),
            run.hash
        ));
    }
    let second_differs = beside.filter(|(against, second)| against.hash != *second);
    if hash == run.hash && second_differs.is_none() {
        return print(&format!("{steps} steps replayed: state hash {}, as saved\n", hashes(hash, second)));
    }
    let (whose, found, saved) = match second_differs {
        Some((against, second)) if hash == run.hash => (named(against), second, against.hash),
        _ => (String::new(), hash, run.hash),
    };
    Err(Error::failure(format!(
        "after {steps} steps the state hash{whose} is {found:016x}, not {saved:016x} as saved; the run was made by version {}, \
         this is {}",
        run.version,
        env!("CARGO_PKG_VERSION")
    ))
    .at(&options.plan.scene))
}
