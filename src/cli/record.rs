//! `flockwork record`: a film or a still of any scene, without a display.

use super::{arguments::whole, film, plan::Plan};
use crate::{error::Result, lab::Lab};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `record`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    plan: Plan,
    /// The file to make: a film (.mp4, .gif), numbered pictures (DIR/%05d.png) or a still (.png)
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// A still: the step to show (a saved run, or tracks: the last)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    steps: Option<u64>,
    #[command(flatten)]
    film: film::Options,
}

/// Films a scene, or draws one step of it.
pub fn record(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let opened = options.plan.open(lab)?;
    options.film.record(lab, opened, &options.plan.settings, &options.output, options.steps)?;
    Ok(ExitCode::SUCCESS)
}
