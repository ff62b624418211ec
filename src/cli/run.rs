//! `flockwork run`: a run without a window.

use super::plan::Plan;
use crate::{
    error::{Error, Result},
    lab::Lab,
    measures::{self, Observer},
    output::{Output, broken, say},
    scene::Run,
    sim::Simulation,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Arguments of `run`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    plan: Plan,
    /// How many steps to take (a saved run, or tracks: their own length)
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    /// Read this instrument (`flockwork measures`); may be given many times (default: the model's own)
    #[arg(long = "measure", value_name = "NAME")]
    measures: Vec<String>,
    /// Write every K-th step
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    every: u64,
    /// Write the readings to this file instead of standard output
    #[arg(short, long, value_name = "FILE.csv")]
    output: Option<PathBuf>,
    /// Write the state of every agent to this file, in long form
    #[arg(long, value_name = "FILE.csv")]
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
    let names: Vec<&str> = observer.instruments().map(|instrument| instrument.name).collect();
    let mut readings = Table::new(options.output.as_deref(), ["step", "time"].into_iter().chain(names.iter().copied()))?;
    let mut agents = match &options.agents {
        Some(path) => {
            let fields = simulation.export().0;
            Some(Table::new(Some(path), ["step", "time"].into_iter().chain(fields))?)
        }
        None => None,
    };
    let bar = progress(steps);
    let mut late: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    for step in 0..=steps {
        let now = observer.read(&simulation);
        let time = simulation.clock().time;
        if step.is_multiple_of(options.every) {
            readings.row(step, time, &now)?;
            if let Some(agents) = &mut agents {
                write_agents(agents, &mut simulation, step, time)?;
            }
        }
        if step > steps / 2 || steps == 0 {
            late.iter_mut().zip(&now).for_each(|(late, now)| late.push(*now));
        }
        if step < steps {
            simulation.step()?;
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
        scene: opened.scene.clone(),
        journal: simulation.journal(),
    };
    readings.finish()?;
    if let Some(agents) = agents {
        agents.finish()?;
    }
    // A CSV holds no comments, so its recipe lies beside it.
    let recipes = [&options.output, &options.agents].into_iter().flatten().map(|path| path.with_added_extension("flock"));
    for path in recipes {
        Output::save(&path, saved.write().as_bytes())?;
    }
    if let (Some(mut out), Some(path)) = (save, &options.save) {
        out.write_all(saved.write().as_bytes()).map_err(|error| broken(&path.display().to_string(), &error))?;
        out.finish()?;
    }
    report(&opened.name, &saved, &names, &late);
    Ok(ExitCode::SUCCESS)
}

/// Says on standard error what the run was and what its second half read.
fn report(name: &str, run: &Run, names: &[&str], late: &[Vec<f64>]) {
    say(format_args!(
        "{name}: {} steps, seed {}, state hash {:016x}, flockwork {}",
        run.steps, run.scene.seed, run.hash, run.version
    ));
    for (name, late) in names.iter().zip(late) {
        if let Some((mean, spread)) = measures::summary(late.iter().copied()) {
            say(format_args!("  {name} {mean:.4} ± {spread:.4} (mean and spread over the second half)"));
        }
    }
}

/// Each result has a name of its own, with the ending of its kind.
fn check_outputs(options: &Options) -> Result<()> {
    let named = [(&options.output, "csv"), (&options.agents, "csv"), (&options.save, "flock")];
    let named: Vec<(&PathBuf, &str)> = named.into_iter().filter_map(|(path, ending)| Some((path.as_ref()?, ending))).collect();
    for (path, ending) in &named {
        if path.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case(ending)) {
            return Err(Error::usage("this kind of file cannot be written")
                .allowed(format!("a name that ends in .{ending}"))
                .at(path.display()));
        }
        if named.iter().filter(|(other, _)| other == path).count() > 1 {
            return Err(Error::usage("two results cannot have one name").at(path.display()));
        }
    }
    Ok(())
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
    let mut row = vec![0.0; fields.len()];
    for agent in 0..agents {
        for (value, field) in row.iter_mut().zip(&fields) {
            *value = field[agent];
        }
        table.row(step, time, &row)?;
    }
    Ok(())
}

/// A CSV table that begins with step and time.
struct Table {
    out: Output,
    place: String,
    line: Vec<u8>,
}

impl Table {
    fn new<'a>(path: Option<&Path>, header: impl Iterator<Item = &'a str>) -> Result<Self> {
        let place = path.map_or("standard output".into(), |path| path.display().to_string());
        let mut table = Self { out: Output::new(path)?, place, line: Vec::new() };
        let header: Vec<&str> = header.collect();
        writeln!(table.line, "{}", header.join(",")).expect("a vector takes all");
        table.send()?;
        Ok(table)
    }

    /// Numbers are written in the shortest form that reads back to the same bits.
    fn row(&mut self, step: u64, time: f64, values: &[f64]) -> Result<()> {
        let all = |line: &mut Vec<u8>| -> io::Result<()> {
            write!(line, "{step},{time}")?;
            values.iter().try_for_each(|value| write!(line, ",{value}"))?;
            writeln!(line)
        };
        all(&mut self.line).expect("a vector takes all");
        self.send()
    }

    fn send(&mut self) -> Result<()> {
        let sent = self.out.write_all(&self.line);
        self.line.clear();
        sent.map_err(|error| broken(&self.place, &error))
    }

    fn finish(self) -> Result<()> {
        self.out.finish()
    }
}
