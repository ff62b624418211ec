//! `flockwork run`: a run without a window.

use super::{
    arguments::whole,
    plan::Plan,
    readings::{self, Readings},
};
use crate::{
    error::{Error, Result},
    lab::Lab,
    measures::{Conclusion, Observer, Reading, Record},
    output::{Output, broken, say},
    scene::Run,
    sim::Simulation,
    statistics::{significant, with_error},
    table::{Cell, Column, Form, Kind, Table},
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::{io::Write as _, path::PathBuf, process::ExitCode};

/// Arguments of `run`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    plan: Plan,
    /// How many steps to take (a saved run, or tracks: their own length)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    steps: Option<u64>,
    /// Read this instrument (`flockwork measures`); may be given many times (default: the model's own)
    #[arg(long = "measure", value_name = "NAME")]
    measures: Vec<String>,
    /// Read and write every K-th step
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = whole::<u64>(1..))]
    every: u64,
    /// Leave the first D steps out of the means that are told at the end (default: as long as readings drift)
    #[arg(long, value_name = "D", value_parser = whole::<u64>(0..))]
    discard: Option<u64>,
    /// Write the readings to this file instead of standard output
    #[arg(short, long, value_name = "FILE.csv|.parquet")]
    output: Option<PathBuf>,
    /// Write the state of every agent to this file, in long form
    #[arg(long, value_name = "FILE.csv|.parquet")]
    agents: Option<PathBuf>,
    /// Save scene, journal and final state hash to this file
    #[arg(long, value_name = "RUN.flock")]
    save: Option<PathBuf>,
}

/// Runs a scene and writes its readings.
pub fn run(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let opened = options.plan.open(lab)?;
    let (mut simulation, steps) = options.plan.simulation(lab, &opened, options.steps)?;
    check_outputs(options)?;
    if let Some(length) = simulation.length().filter(|length| steps > *length) {
        say(format_args!("{}: the tracks end at step {length}; beyond it nobody moves", opened.name));
    }
    let save = options.save.as_deref().map(|path| Output::new(Some(path))).transpose()?;
    let mut observer = Observer::new(options.measures.iter().map(String::as_str), &simulation)?;
    let mut written = Readings::new(options.output.as_deref(), observer.instruments().collect())?;
    let mut record = Record::new(&observer);
    let mut agents = match &options.agents {
        Some(path) => {
            let fields = simulation.export().0;
            Some(readings::table(Some(path), fields.into_iter().map(|field| Column::new(field, Kind::Number)))?)
        }
        None => None,
    };
    let bar = progress(steps);
    for step in 0..=steps {
        let time = simulation.clock().time;
        if step.is_multiple_of(options.every) {
            let now = observer.read(&simulation);
            written.write(step, time, &now)?;
            record.push(step, &now);
            if let Some(agents) = &mut agents {
                write_agents(agents, &mut simulation, step, time)?;
            }
        } else {
            observer.pass(&simulation);
        }
        if step < steps {
            simulation.step()?;
            if step == 0 {
                simulation.agents().burden().iter().for_each(say);
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let hash = simulation.hash();
    let saved = Run {
        version: env!("CARGO_PKG_VERSION").into(),
        steps,
        hash,
        film: None,
        against: None,
        scene: simulation.scene().clone(),
        journal: simulation.journal(),
    };
    let recipe = saved.write();
    written.finish(steps, simulation.clock().time, &observer.conclude(options.discard), &recipe)?;
    if let Some(agents) = agents {
        agents.finish(&recipe)?;
    }
    if let (Some(mut out), Some(path)) = (save, &options.save) {
        out.write_all(recipe.as_bytes()).map_err(|error| broken(&path.display().to_string(), &error))?;
        out.finish()?;
    }
    say(format_args!(
        "{}: {steps} steps, seed {}, state hash {hash:016x}, flockwork {}",
        opened.name, saved.scene.seed, saved.version
    ));
    for (instrument, conclusion) in observer.instruments().zip(record.conclude(&observer, options.discard)) {
        if let Some(told) = told(&conclusion, options.every) {
            say(format_args!("  {} {told}", instrument.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What an instrument said of the whole run, in a line. No mean goes without its error.
fn told(conclusion: &Conclusion, every: u64) -> Option<String> {
    match conclusion {
        Conclusion::Mean(None) => Some("is not defined here".into()),
        Conclusion::Mean(Some((estimate, from))) => {
            let memory = estimate.correlation_time * every as f64;
            // Shorter is no memory, and of few readings may come out below zero.
            let memory = if memory >= 0.5 { format!(", correlation time {memory:.0} steps") } else { String::new() };
            let doubt = match (estimate.settled, estimate.error.is_finite()) {
                (false, _) => "; still drifting",
                (true, false) => "; too short to tell the error",
                _ => "",
            };
            let spread = if estimate.spread > 0.0 { significant(estimate.spread, 2) } else { "0".into() };
            Some(format!("{estimate} (mean from step {from} on; spread {spread}{memory}{doubt})"))
        }
        Conclusion::End(reading) if reading.number().is_finite() => match reading {
            Reading::Estimate(value, error) => {
                let doubt = if error.is_finite() { "" } else { " (too short to tell the error)" };
                Some(with_error(*value, *error) + doubt)
            }
            reading => Some(significant(reading.number(), 4)),
        },
        Conclusion::End(Reading::Number(_) | Reading::Estimate(..)) => Some("is not defined here".into()),
        _ => None,
    }
}

/// Each result has a name of its own, with the ending of its kind.
fn check_outputs(options: &Options) -> Result<()> {
    let tables: Vec<&PathBuf> = [&options.output, &options.agents].into_iter().flatten().collect();
    tables.iter().try_for_each(|path| Form::of(path).map(|_| ()))?;
    if let Some(path) = &options.save
        && path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("flock"))
    {
        return Err(Error::usage("this kind of file cannot be written")
            .allowed("a name that ends in .flock")
            .at(path.display()));
    }
    let named: Vec<&PathBuf> = tables.into_iter().chain(&options.save).collect();
    match named.iter().enumerate().find(|(at, path)| named[..*at].contains(path)) {
        Some((_, path)) => Err(Error::usage("two results cannot have one name").at(path.display())),
        None => Ok(()),
    }
}

/// A progress bar on a terminal; nothing elsewhere.
pub(super) fn progress(steps: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} steps, {per_sec}, {eta} left");
    let bar = ProgressBar::new(steps);
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}

fn write_agents(table: &mut Table, simulation: &mut Simulation, step: u64, time: f64) -> Result<()> {
    let (_, fields) = simulation.export();
    let agents = fields.first().map_or(0, Vec::len);
    (0..agents)
        .try_for_each(|agent| table.row(readings::row(step, time, fields.iter().map(|field| Cell::Number(field[agent])))))
}
