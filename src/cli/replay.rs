//! `flockwork replay`: a saved run once more, and whether it ends in the same state.

#[cfg(feature = "window")]
use super::film;
use super::plan::Plan;
use crate::{
    error::{Error, Result},
    lab::Lab,
    output::print,
    scene::Run,
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
            return told(options, &run, report.run.hash);
        }
    }
    let (mut simulation, steps) = options.plan.simulation(lab, &opened, Some(run.steps))?;
    for _ in 0..steps {
        simulation.step()?;
    }
    simulation.play_actions()?;
    told(options, &run, simulation.hash())
}

/// Says whether the end is as saved.
fn told(options: &Options, run: &Run, hash: u64) -> Result<ExitCode> {
    let steps = run.steps;
    if options.plan.settings.changes_run() {
        return print(&format!("{steps} steps played with changes: state hash {hash:016x} (saved: {:016x})\n", run.hash));
    }
    if hash == run.hash {
        return print(&format!("{steps} steps replayed: state hash {hash:016x}, as saved\n"));
    }
    Err(Error::failure(format!(
        "after {steps} steps the state hash is {hash:016x}, not {:016x} as saved; the run was made by version {}, this is {}",
        run.hash,
        run.version,
        env!("CARGO_PKG_VERSION")
    ))
    .at(&options.plan.scene))
}
