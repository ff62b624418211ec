//! `flockwork fit`: parameters whose runs read what was read.

use super::{
    arguments::whole,
    many::{Many, Progress},
    target::{self, Target, Wish},
};
use crate::{
    error::{Error, Result},
    lab::Lab,
    output::say,
    scene::Parameter,
    sim::{AnyModel, Simulation},
    statistics::{significant, to_place_of},
    sweep::{self, Axis, Design, Generation, Goal, Plan, Posterior, Summary, Values, Watcher, Ways},
    table::Form,
};
use clap::Args;
use std::process::ExitCode;

/// Arguments of `fit`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    many: Many,
    #[command(flatten)]
    search: Search,
}

/// What is looked for, and where.
#[derive(Args)]
struct Search {
    /// What is to be matched: recorded tracks, a table that `flockwork run -o` wrote, a saved run, or NAME=VALUE,...
    #[arg(long, value_name = "TRACKS|READINGS|NAME=VALUE,…")]
    to: Option<String>,
    /// What is free: a parameter over its slider's range (`noise`), or over another (`noise=0.5:2`, `radius=log:0.1:10`); several
    /// with commas, or given many times (default: the interaction strength)
    #[arg(long, value_name = "PATH[=FROM:TO],…", value_delimiter = ',')]
    free: Vec<String>,
    /// Match this: an instrument's mean (`polarisation`), its standard deviation over steps (`polarisation_spread`) or its last
    /// reading (`polarisation_last`); may be given many times (default: means of the table's columns, or of the model's own)
    #[arg(long = "measure", value_name = "NAME")]
    measures: Vec<String>,
    /// Steps of each run (default: as many as the run had that is to be matched)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    steps: Option<u64>,
    /// Leave the first D steps of runs out, of both sides (default: half)
    #[arg(long, value_name = "D", value_parser = whole::<u64>(0..))]
    discard: Option<u64>,
    /// The steps that count of what is to be matched (default: of tracks all, of a run those that are not left out)
    #[arg(long, value_name = "FROM:TO", value_parser = window)]
    window: Option<(u64, u64)>,
    /// Sets of parameters that are kept (default: 200)
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    particles: Option<u64>,
    /// Generations after the first, at most (default: 20)
    #[arg(long, value_name = "G", value_parser = whole::<u64>(0..))]
    generations: Option<u64>,
}

/// Sets of parameters that are kept, where nobody says.
const PARTICLES: u64 = 200;
/// Generations after the first, where nobody says.
const GENERATIONS: u64 = 20;

fn window(text: &str) -> Result<(u64, u64), String> {
    match text.split_once(':').map(|(from, to)| (from.trim().parse(), to.trim().parse())) {
        Some((Ok(from), Ok(to))) if from <= to => Ok((from, to)),
        _ => Err("FROM:TO, two steps, as in 200:1000".into()),
    }
}

/// Looks for the parameters, and tells them.
pub fn fit(lab: &Lab, options: &Options) -> Result<ExitCode> {
    Form::of(&options.many.output)?;
    let plan = plan(lab, options)?;
    let ways = options.many.ways();
    let watcher = Teller(Progress::new());
    let summary = sweep::sweep(&plan, lab.models(), &ways, &watcher)?;
    watcher.0.bar.finish_and_clear();
    let posterior = Posterior::read(&options.many.output, &plan, lab.models())?;
    report(lab.models().find(plan.scene.model.name)?, &plan, &ways, &summary, &posterior)?;
    Ok(ExitCode::SUCCESS)
}

/// The plan that the command describes, or that it names.
fn plan(lab: &Lab, options: &Options) -> Result<Plan> {
    let Options { many, search } = options;
    let Many { scene, settings, .. } = many;
    let text = std::fs::read_to_string(scene).unwrap_or_default();
    if Plan::is_one(&text) {
        let Search { to, free, measures, steps, discard, window, particles, generations } = search;
        many.are_told_by_recipe(&[
            ("--to", to.is_some()),
            ("--free", !free.is_empty()),
            ("--measure", !measures.is_empty()),
            ("--steps, --discard, --window", steps.is_some() || discard.is_some() || window.is_some()),
            ("--particles, --generations", particles.is_some() || generations.is_some()),
        ])?;
        let (plan, _) = Plan::read(&text, scene, lab.models())?;
        return match plan.fit {
            Some(_) => Ok(plan),
            None => Err(Error::usage("it is the plan of a sweep").allowed("`flockwork sweep` with it").at(scene)),
        };
    }
    let opened = settings.of_scene().open(lab, scene)?;
    let model = lab.model_of(&opened.scene);
    let axes = free(search, model)?;
    let to = search.to.as_deref().ok_or_else(|| {
        Error::usage("what is to be matched is not told")
            .allowed("--to with recorded tracks, readings, a saved run or NAME=VALUE")
    })?;
    let first = Simulation::new(&opened.scene, lab.models(), Some(1))?;
    let unit = first.agents().space().unit;
    let wish = Wish { names: &search.measures, discard: search.discard, window: search.window, model, unit };
    let target = Target::of(to, &wish, settings, lab)?;
    let names: Vec<String> = target.readings.iter().map(|(name, _)| name.clone()).collect();
    let goal = Goal {
        to: target.readings,
        particles: search.particles.unwrap_or(PARTICLES),
        generations: search.generations.unwrap_or(GENERATIONS),
    };
    let own = opened.run.as_ref().map(|run| run.steps);
    let steps = search.steps.or(target.steps).or(own);
    let plan = Plan {
        version: env!("CARGO_PKG_VERSION").into(),
        scene: first.scene().clone(),
        journal: opened.journal,
        axes,
        design: Design::Random(goal.most_runs()),
        repeats: 1,
        steps: steps.ok_or_else(|| Error::usage("how many steps a run has is not told").allowed("--steps N"))?,
        discard: search.discard,
        measures: target::instruments(&names)?,
        every: None,
        refine: None,
        fit: Some(goal),
    };
    plan.check(lab.models())?;
    Ok(plan)
}

/// What is free, and over which range.
fn free(search: &Search, model: &dyn AnyModel) -> Result<Vec<Axis>> {
    if search.free.is_empty() {
        let none = || Error::usage(format!("{} has no interaction strength: what is free is not told", model.name()));
        return Ok(vec![of_slider(model.strength().ok_or_else(|| none().allowed("--free PATH"))?, model)?]);
    }
    let axis = |text: &String| {
        let axis = match text.split_once('=') {
            None => model.parameter(text.trim()).and_then(|parameter| of_slider(parameter, model)),
            // The two dots of mathematics serve as well as the colon of --vary.
            Some(_) => Axis::parse(&text.replace("..", ":"), model),
        };
        let axis = axis.and_then(|axis| match (&axis.values, axis.span) {
            (Values::Range(_), Some(range)) if range.from < range.to => Ok(axis),
            (Values::Range(range), _) => {
                Err(Error::usage(format!("{}:{} is empty", range.from, range.to)).allowed("FROM below TO"))
            }
            _ => Err(Error::usage("what is free has a range").allowed("PATH, PATH=FROM:TO or PATH=log:FROM:TO")),
        });
        axis.map_err(|error| error.at(format!("--free {text}")))
    };
    search.free.iter().map(axis).collect()
}

/// A parameter over the range of its slider.
fn of_slider(parameter: &Parameter, model: &dyn AnyModel) -> Result<Axis> {
    let range = parameter.slider_range().ok_or_else(|| {
        let numbers = model.parameters().iter().filter(|parameter| parameter.slider_range().is_some());
        Error::usage(format!("'{}' is no number", parameter.path)).names("", numbers.map(|parameter| parameter.path.as_str()))
    })?;
    let log = if parameter.log && *range.start() > 0.0 { "log:" } else { "" };
    Axis::parse(&format!("{}={log}{}:{}", parameter.path, range.start(), range.end()), model)
}

/// Says on standard error what came of it.
fn report(model: &dyn AnyModel, plan: &Plan, ways: &Ways, summary: &Summary, posterior: &Posterior) -> Result<()> {
    let place = ways.table.display();
    if summary.now == 0 {
        say(format_args!("{place}: it was whole before"));
    } else {
        say(format_args!(
            "{place}: the {} nearest of {} runs of {} steps of {}, master seed {}, flockwork {}; {:.2} s",
            posterior.weights.len(),
            summary.runs,
            plan.steps,
            plan.scene.model.name,
            plan.scene.seed,
            plan.version,
            summary.time.as_secs_f64()
        ));
    }
    let mut rows = vec![["", "mean", "90 % interval", "looked for in"].map(str::to_owned)];
    for ((path, values), axis) in posterior.parameters.iter().zip(&plan.axes) {
        let told = posterior.tell(values);
        let (low, high) = told.interval;
        let show = |number: f64| to_place_of(number, told.spread);
        let range = axis.span.map_or_else(String::new, |range| {
            format!("{} to {}{}", range.from, range.to, if range.log { ", even in its logarithm" } else { "" })
        });
        let unit = model.parameter(path)?.unit;
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        rows.push([path.clone(), show(told.mean), format!("{} to {}{unit}", show(low), show(high)), range]);
    }
    table(&rows);
    let mut rows = vec![["", "wanted", "read", "spread"].map(str::to_owned)];
    for (name, wanted, values) in &posterior.readings {
        let told = posterior.tell(values);
        let show = |number: f64| to_place_of(number, told.spread);
        rows.push([name.clone(), show(*wanted), show(told.mean), show(told.spread)]);
    }
    table(&rows);
    say(format_args!(
        "  effective sample size {:.0} of {}; largest distance {} of what readings spread over the ranges",
        posterior.effective(),
        posterior.weights.len(),
        significant(posterior.tolerance, 2)
    ));
    Ok(())
}

/// Columns side by side, the first to the left and the others to the right.
fn table(rows: &[[String; 4]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    for [name, rest @ ..] in rows {
        let [first, others @ ..] = widths;
        let rest = rest.iter().zip(others).map(|(cell, width)| format!("  {cell:>width$}")).collect::<String>();
        say(format_args!("  {name:<first$}{rest}"));
    }
}

/// A progress bar, and a line a generation.
struct Teller(Progress);

impl Watcher for Teller {
    fn begin(&self, runs: u64, steps: u64, done: u64) {
        self.0.begin(runs, steps, done);
    }

    fn stepped(&self, steps: u64) {
        self.0.stepped(steps);
    }

    fn ended(&self, name: &str, error: Option<&Error>) {
        self.0.ended(name, error);
    }

    fn selected(&self, last: &Generation) {
        let Generation { number, runs, tolerance, accepted, effective } = last;
        self.0.bar.suspend(|| {
            say(format_args!(
                "generation {number}: {runs} runs, distance up to {}, {:.0} % came nearer, effective sample size {effective:.0}",
                significant(*tolerance, 3),
                100.0 * accepted
            ));
        });
    }
}
