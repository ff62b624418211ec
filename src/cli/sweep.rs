//! `flockwork sweep`: many runs, and a row of readings for each.

use super::{
    arguments::whole,
    many::{Many, Progress},
    plan::steps_of,
};
use crate::{
    error::{Error, Result},
    lab::{Lab, Opened},
    output::Output,
    scene::Kind,
    sim::Simulation,
    sweep::{self, Axis, Design, Plan, Shard, Summary, Ways},
    table::{Form, recipe_beside},
};
use clap::{Args, ValueEnum};
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `sweep`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    many: Many,
    #[command(flatten)]
    study: Study,
    /// Run the I-th of N shares of the plan only; `flockwork merge` joins them
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<Shard>,
    /// Run nothing: write the plan and a job-array script for Slurm, of so many shards (default: up to 100)
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, conflicts_with = "shard",
          value_parser = whole::<u64>(1..=1_000_000))]
    slurm: Option<Option<u64>>,
    /// Keep the readings of every step of every run in this file, in long form
    #[arg(long, value_name = "FILE.csv|.parquet")]
    series: Option<PathBuf>,
}

/// What a plan says: which runs, and what is read of them.
#[derive(Args)]
pub struct Study {
    /// Vary a parameter (`noise=0:6:13`, `radius=log:0.1:10:5`, `update=forward,backward`), or several in step
    /// (`agents/size=40/3.1,100/5`); may be given many times (default: the interaction strength)
    #[arg(long, value_name = "PATH=VALUES")]
    vary: Vec<String>,
    /// How settings are chosen: all of the grid, or --points at random or by Sobol's sequence from PATH=FROM:TO
    #[arg(long, value_enum, default_value_t)]
    design: DesignName,
    /// Settings of a random or Sobol design
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    points: Option<u64>,
    /// Runs of each setting, each with a seed of its own
    #[arg(long, value_name = "R", default_value_t = 1, value_parser = whole::<u64>(1..))]
    repeats: u64,
    /// Steps of each run (a saved run, or tracks: their own length)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    steps: Option<u64>,
    /// Leave the first D steps out of means (default: half)
    #[arg(long, value_name = "D", value_parser = whole::<u64>(0..))]
    discard: Option<u64>,
    /// Read this instrument (`flockwork measures`); may be given many times (default: the model's own)
    #[arg(long = "measure", value_name = "NAME")]
    measures: Vec<String>,
    /// Refine the grid where the first instrument's mean changes fastest, until it changes by no more than ERROR from
    /// setting to setting and is known to half of that
    #[arg(long, value_name = "ERROR", conflicts_with_all = ["shard", "slurm", "points"])]
    refine: Option<f64>,
    /// Series: keep every K-th step (default: every step)
    #[arg(long, value_name = "K", requires = "series", value_parser = whole::<u64>(1..))]
    every: Option<u64>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DesignName {
    #[default]
    Grid,
    Random,
    Sobol,
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').map(|(part, parts)| (part.parse(), parts.parse()));
    match parts {
        Some((Ok(part), Ok(parts))) if (1..=parts).contains(&part) => Ok(Shard(part, parts)),
        _ => Err("I/N, from 1/N to N/N, as in 3/16".into()),
    }
}

/// Runs a plan, or writes the script with which Slurm runs it.
pub fn sweep(lab: &Lab, options: &Options) -> Result<ExitCode> {
    for path in [Some(&options.many.output), options.series.as_ref()].into_iter().flatten() {
        Form::of(path)?;
    }
    if options.series.as_ref() == Some(&options.many.output) {
        return Err(Error::usage("two results cannot have one name").at(options.many.output.display()));
    }
    if options.shard.is_some() && Form::of(&options.many.output)? != Form::Csv {
        return Err(Error::usage("a shard is a CSV: shards are joined by `flockwork merge`, into .parquet if you like")
            .allowed("a name that ends in .csv")
            .at(options.many.output.display()));
    }
    let plan = plan(lab, options)?;
    if let Some(parts) = options.slurm {
        return write_script(&plan, parts, options);
    }
    let ways = Ways { shard: options.shard, series: options.series.clone(), ..options.many.ways() };
    let progress = Progress::new();
    let summary = sweep::sweep(&plan, lab.models(), &ways, &progress)?;
    progress.bar.finish_and_clear();
    report(&plan, &ways, &summary);
    Ok(if summary.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The plan that the command describes, or that it names.
fn plan(lab: &Lab, options: &Options) -> Result<Plan> {
    let text = std::fs::read_to_string(&options.many.scene).unwrap_or_default();
    if !Plan::is_one(&text) {
        let opened = options.many.settings.open(lab, &options.many.scene)?;
        return options.study.plan(lab, &opened, options.series.is_some());
    }
    let study = &options.study;
    options.many.are_told_by_recipe(&[
        ("--vary", !study.vary.is_empty()),
        ("--design", study.design != DesignName::Grid),
        ("--points", study.points.is_some()),
        ("--repeats", study.repeats != 1),
        ("--steps", study.steps.is_some()),
        ("--discard", study.discard.is_some()),
        ("--measure", !study.measures.is_empty()),
        ("--refine", study.refine.is_some()),
    ])?;
    let (mut plan, shard) = Plan::read(&text, &options.many.scene, lab.models())?;
    if plan.fit.is_some() {
        return Err(Error::usage("it is the recipe of a fit").allowed("`flockwork fit` with it").at(&options.many.scene));
    }
    if let Some(Shard(part, parts)) = shard {
        return Err(Error::usage(format!("it is the recipe of shard {part}/{parts}"))
            .allowed("a whole plan")
            .at(&options.many.scene));
    }
    plan.every = options.series.as_ref().map(|_| study.every.or(plan.every).unwrap_or(1));
    Ok(plan)
}

impl Study {
    /// The plan over an opened scene.
    ///
    /// # Errors
    /// Where it cannot be run.
    fn plan(&self, lab: &Lab, opened: &Opened, series: bool) -> Result<Plan> {
        let model = lab.model_of(&opened.scene);
        let axes = match &self.vary[..] {
            [] => vec![Axis::of_strength(model)?],
            asked => asked.iter().map(|axis| Axis::read(axis, model)).collect::<Result<_>>()?,
        };
        let design = match (self.design, self.points) {
            (DesignName::Grid, None) => Design::Grid,
            (DesignName::Random, Some(points)) => Design::Random(points),
            (DesignName::Sobol, Some(points)) => Design::Sobol(points),
            (DesignName::Grid, Some(points)) => {
                return Err(Error::usage("a grid has its own number of points")
                    .allowed("--design random or --design sobol with it")
                    .at(format!("--points {points}")));
            }
            (_, None) => return Err(Error::usage("how many points to choose is not told").allowed("--points N")),
        };
        let first = Simulation::new(&opened.scene, lab.models(), Some(1))?;
        let length = first.length();
        // The hash of recorded tracks goes into the recipe, as it goes into a saved run; where a text is varied, runs may be of
        // different files.
        let text = |path: &String| model.parameter(path).is_ok_and(|parameter| matches!(parameter.kind, Kind::Text));
        let texts = axes.iter().flat_map(|axis: &Axis| &axis.paths).any(text);
        let plan = Plan {
            version: env!("CARGO_PKG_VERSION").into(),
            scene: if texts { opened.scene.clone() } else { first.scene().clone() },
            journal: opened.journal.clone(),
            axes,
            design,
            repeats: self.repeats,
            steps: steps_of(opened, self.steps, length)?,
            discard: self.discard,
            measures: sweep::instruments(&self.measures, model)?,
            every: series.then(|| self.every.unwrap_or(1)),
            refine: self.refine,
            fit: None,
        };
        plan.check(lab.models())?;
        Ok(plan)
    }
}

/// Writes the plan and the script beside the table that they will make.
fn write_script(plan: &Plan, parts: Option<u64>, options: &Options) -> Result<ExitCode> {
    /// Shards where nobody asks for a number.
    const PARTS: u64 = 100;
    if options.series.is_some() {
        return Err(Error::usage("series of shards are not joined").allowed("--series without --slurm"));
    }
    let parts = parts.unwrap_or(PARTS).min(plan.runs());
    let (recipe, script) = (recipe_beside(&options.many.output), options.many.output.with_added_extension("sh"));
    let program = std::env::current_exe().unwrap_or_else(|_| "flockwork".into());
    Output::save(&recipe, plan.write(None).as_bytes())?;
    Output::save(&script, sweep::script(plan, parts, &options.many.output, &recipe, &program).as_bytes())?;
    eprintln!("{}: {} runs in {parts} shards; its head says how to submit it", script.display(), plan.runs());
    Ok(ExitCode::SUCCESS)
}

/// Says on standard error what the sweep was.
fn report(plan: &Plan, ways: &Ways, summary: &Summary) {
    let Summary { runs, now, failed, work, time } = summary;
    let place = ways.table.display();
    if *now == 0 {
        eprintln!("{place}: all of its runs were done before");
        return;
    }
    let before = if now < runs { format!(", {} of them before", runs - now) } else { String::new() };
    let failures = if *failed > 0 { format!("; {failed} went wrong") } else { String::new() };
    eprintln!(
        "{place}: {runs} runs of {} steps of {}{before}, master seed {}, flockwork {}{failures}",
        plan.steps, plan.scene.model.name, plan.scene.seed, plan.version
    );
    eprintln!(
        "  {:.2} s for {:.2} s of runs, {} at once",
        time.as_secs_f64(),
        work.as_secs_f64(),
        ways.jobs.min(*now as usize)
    );
}
