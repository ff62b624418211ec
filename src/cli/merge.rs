//! `flockwork merge`: the shards of one plan, joined.

use crate::{error::Result, lab::Lab, sweep, table::Form};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `merge`.
#[derive(Args)]
pub struct Options {
    /// The shards' tables, each with its recipe beside it
    #[arg(required = true, value_name = "SHARD.csv")]
    shards: Vec<PathBuf>,
    /// The table to make
    #[arg(short, long, value_name = "FILE.csv|.parquet")]
    output: PathBuf,
}

/// Joins shards into the table that one process would have made.
pub fn merge(lab: &Lab, options: &Options) -> Result<ExitCode> {
    Form::of(&options.output)?;
    let runs = sweep::merge(&options.shards, &options.output, lab.models())?;
    eprintln!("{}: {runs} runs from {} shards", options.output.display(), options.shards.len());
    Ok(ExitCode::SUCCESS)
}
