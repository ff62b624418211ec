//! `flockwork replay`: a saved run once more, and whether it ends in the same state.

use crate::{
    error::{Error, Result},
    lab::Lab,
    output::print,
    sim::Simulation,
};
use clap::Args;
use std::process::ExitCode;

/// Arguments of `replay`.
#[derive(Args)]
pub struct Options {
    /// The saved run
    run: String,
    /// Threads of the heavy loops; the result does not depend on it (default: one a core)
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// Plays a saved run and checks its final hash.
pub fn replay(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let opened = lab.open(&options.run)?;
    let run = opened
        .run
        .as_ref()
        .ok_or_else(|| Error::usage("not a saved run").allowed("a file made by `flockwork run --save`").at(&options.run))?;
    let mut simulation = Simulation::new(&opened.scene, lab.models(), options.threads.map(usize::from))?;
    simulation.play(&opened.journal)?;
    for _ in 0..run.steps {
        simulation.step()?;
    }
    simulation.play_actions()?;
    let hash = simulation.hash();
    if hash == run.hash {
        return print(&format!("{} steps replayed: state hash {hash:016x}, as saved\n", run.steps));
    }
    Err(Error::failure(format!(
        "after {} steps the state hash is {hash:016x}, not {:016x} as saved; the run was made by version {}, this is {}",
        run.steps,
        run.hash,
        run.version,
        env!("CARGO_PKG_VERSION")
    ))
    .at(&options.run))
}
