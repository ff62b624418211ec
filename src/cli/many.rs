//! What every verb that makes many runs takes, and how it tells of them.

use super::{arguments::whole, plan::Settings};
use crate::{
    error::{Error, Result},
    sweep::{Watcher, Ways},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    num::NonZeroUsize,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    thread::available_parallelism,
};

/// A scene, the table that comes of it, and how it is made.
#[derive(Args)]
pub struct Many {
    /// A scene, or a recipe: the .flock beside a table
    pub scene: String,
    #[command(flatten)]
    pub settings: Settings,
    /// Runs at once (default: one a core)
    #[arg(long, value_name = "J", value_parser = whole::<u16>(1..=1024))]
    jobs: Option<u16>,
    /// The table to make; what is done so far lies beside it, and the same command goes on with it
    #[arg(short, long, value_name = "FILE.csv|.parquet")]
    pub output: PathBuf,
}

impl Many {
    /// How the runs are made.
    pub fn ways(&self) -> Ways {
        let threads = self.settings.threads().unwrap_or(1);
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Ways {
            jobs: self.jobs.map_or((cores / threads).max(1), usize::from),
            threads,
            shard: None,
            table: self.output.clone(),
            series: None,
        }
    }

    /// Refuses options, each with whether it was given, that a recipe in place of the scene tells itself.
    ///
    /// # Errors
    /// Where one was given.
    pub fn are_told_by_recipe(&self, options: &[(&str, bool)]) -> Result<()> {
        let settings = [("--set, --seed, --rate, --unit, --journal", self.settings.changes())];
        match options.iter().chain(&settings).find(|(_, given)| *given) {
            Some((option, _)) => Err(Error::usage(format!("{} tells this itself", self.scene))
                .allowed("a scene in place of the recipe, or none of these")
                .at(option)),
            None => Ok(()),
        }
    }
}

/// A progress bar on a terminal; elsewhere only what went wrong.
pub struct Progress {
    pub bar: ProgressBar,
    runs: AtomicU64,
    ended: AtomicU64,
}

impl Progress {
    pub fn new() -> Self {
        Self { bar: ProgressBar::new(0), runs: AtomicU64::new(0), ended: AtomicU64::new(0) }
    }

    fn tell(&self) {
        self.bar.set_message(format!("{}/{} runs", self.ended.load(Ordering::Relaxed), self.runs.load(Ordering::Relaxed)));
    }
}

impl Watcher for Progress {
    fn begin(&self, runs: u64, steps: u64, done: u64) {
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {msg}, {per_sec} steps, {eta} left") {
            self.bar.set_style(style);
        }
        self.runs.store(runs, Ordering::Relaxed);
        self.ended.store(done, Ordering::Relaxed);
        self.bar.set_length(runs * steps);
        self.bar.set_position(done * steps);
        self.bar.reset_eta();
        self.tell();
    }

    fn stepped(&self, steps: u64) {
        self.bar.inc(steps);
    }

    fn ended(&self, name: &str, error: Option<&Error>) {
        self.ended.fetch_add(1, Ordering::Relaxed);
        if let Some(error) = error {
            self.bar.suspend(|| eprintln!("flockwork: {name}: {error}"));
        }
        self.tell();
    }
}
