//! Runs a plan, many runs at once, each on threads of its own.

use super::{
    fit::Goal,
    plan::{Plan, Shard, Task},
    population::{Generation, Population},
    refine::{Refinement, Wanted},
    row::{self, Outcome},
    rows::{Rows, beside},
};
use crate::{
    error::{Error, Result},
    jobs::on_jobs,
    sim::{AnyModel, Models},
    table::{Cell, Column, Table, fields, line, recipe_of},
};
use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How a plan is run. None of it changes a row.
#[derive(Clone, Debug)]
pub struct Ways {
    /// Runs at once.
    pub jobs: usize,
    /// Threads of each.
    pub threads: usize,
    /// The share of the plan that is run.
    pub shard: Option<Shard>,
    /// The table to make.
    pub table: PathBuf,
    /// The table of series, where the plan keeps them.
    pub series: Option<PathBuf>,
}

/// Who waits for a sweep.
pub trait Watcher: Sync {
    /// So many of the runs, and of the steps, were done before.
    fn begin(&self, runs: u64, steps: u64, done: u64);
    /// So many steps more.
    fn stepped(&self, steps: u64);
    /// A run has ended; with what went wrong in it.
    fn ended(&self, name: &str, error: Option<&Error>);
    /// A generation of a fit has ended.
    fn selected(&self, _: &Generation) {}
}

/// What a sweep came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Summary {
    /// Runs of the table.
    pub runs: u64,
    /// Runs that were run now; the others were there.
    pub now: u64,
    /// Those of them that went wrong.
    pub failed: u64,
    /// Sum of the times of the runs of now.
    pub work: Duration,
    /// Time from beginning to end.
    pub time: Duration,
}

/// Runs what is still to be run of a plan and writes its table. A table that is whole already is left as it is.
///
/// # Errors
/// Where the table, or the rows beside it, cannot be written, or are of another plan.
pub fn sweep(plan: &Plan, models: &Models, ways: &Ways, watcher: &dyn Watcher) -> Result<Summary> {
    let begin = Instant::now();
    let model = models.find(plan.scene.model.name)?;
    let recipe = plan.write(ways.shard);
    if is_whole(ways, &recipe)? {
        return Ok(Summary::default());
    }
    let columns = row::columns(plan, model)?;
    let files = Mutex::new((Files::open(plan, ways, &recipe)?, Summary::default()));
    let crew = Crew { plan, models, model, ways, watcher, files: &files };
    let mut kept = None;
    let runs = match (&plan.fit, plan.refine) {
        (Some(goal), _) => {
            let population = crew.fit(goal, &columns)?;
            kept = Some(population.posterior());
            population.runs()
        }
        (None, Some(error)) => crew.refine(Refinement::new(plan, error)?, &columns)?,
        (None, None) => {
            let runs = plan.order(ways.shard).count() as u64;
            crew.run_all(runs, Box::new(plan.order(ways.shard).map(Waiting::Planned)))?;
            runs
        }
    };
    let (files, summary) = files.into_inner().expect("no worker panics while it writes");
    let mut table = Table::new(Some(&ways.table), columns)?;
    let mut series = ways.series.as_deref().map(|path| Table::new(Some(path), row::series_columns(plan))).transpose()?;
    for (run, weight, distance) in kept.iter().flatten() {
        let row = files.rows.block(*run, 1)?;
        let more = line([Cell::Nothing, Cell::Number(*weight), Cell::Number(*distance)]);
        table.lines(&(row.trim_end().to_owned() + &more))?;
    }
    for run in files.rows.runs().filter(|_| kept.is_none()) {
        table.lines(&files.rows.block(run, 1)?)?;
        if let (Some(series), Some(rows)) = (&mut series, &files.series) {
            series.lines(&rows.block(run, row::series_lines(plan))?)?;
        }
    }
    if let Some(series) = series {
        series.finish(&recipe)?;
    }
    table.finish(&recipe)?;
    files.remove()?;
    Ok(Summary { runs, time: begin.elapsed(), ..summary })
}

/// Whether the tables are there already, made by this very plan.
///
/// # Errors
/// Where one is there that another plan made: hours of runs are not written over.
fn is_whole(ways: &Ways, recipe: &str) -> Result<bool> {
    let mut whole = true;
    for path in [Some(&ways.table), ways.series.as_ref()].into_iter().flatten() {
        let made_by = if path.exists() { recipe_of(path)? } else { None };
        if made_by.as_deref().is_some_and(|other| other != recipe) {
            return Err(Error::usage("it is the table of another plan, or of another version")
                .allowed("the same command as before, another name to write to, or this file removed")
                .at(path.display()));
        }
        whole &= made_by.is_some();
    }
    Ok(whole)
}

/// What is done so far.
struct Files {
    rows: Rows,
    series: Option<Rows>,
    /// When the rows were last known to be on the disk.
    safe: Instant,
}

impl Files {
    fn open(plan: &Plan, ways: &Ways, recipe: &str) -> Result<Self> {
        let rows = Rows::open(beside(&ways.table), recipe, 1)?;
        let lines = row::series_lines(plan);
        let series = ways.series.as_deref().map(|path| Rows::open(beside(path), recipe, lines)).transpose()?;
        Ok(Self { rows, series, safe: Instant::now() })
    }

    /// The series first: a row that is there tells that its run is done.
    fn write(&mut self, task: &Task, outcome: &Outcome) -> Result<()> {
        /// Longest time for which a crash of the machine may lose what is done.
        const UNSAFE: Duration = Duration::from_secs(10);
        if let Some(series) = self.series.as_mut().filter(|_| !outcome.series.is_empty()) {
            series.append(task.run, &outcome.series)?;
        }
        self.rows.append(task.run, &outcome.row)?;
        if self.safe.elapsed() > UNSAFE {
            if let Some(series) = &self.series {
                series.keep()?;
            }
            self.rows.keep()?;
            self.safe = Instant::now();
        }
        Ok(())
    }

    fn remove(self) -> Result<()> {
        if let Some(series) = self.series {
            series.remove()?;
        }
        self.rows.remove()
    }
}

/// A run that may be still to be made.
enum Waiting {
    /// The plan tells which.
    Planned(u64),
    /// It came of refining.
    Refined(Wanted),
}

/// Who runs a plan, and with what.
struct Crew<'a> {
    plan: &'a Plan,
    models: &'a Models,
    model: &'static dyn AnyModel,
    ways: &'a Ways,
    watcher: &'a dyn Watcher,
    files: &'a Mutex<(Files, Summary)>,
}

impl Crew<'_> {
    fn files(&self) -> MutexGuard<'_, (Files, Summary)> {
        self.files.lock().expect("no worker panics while it writes")
    }

    /// Runs all that is not there yet; in the end there are so many `runs`. Where a row cannot be written, all stop.
    fn run_all(&self, runs: u64, waiting: Box<dyn Iterator<Item = Waiting> + Send>) -> Result<()> {
        let Self { plan, models, model, ways, watcher, .. } = *self;
        watcher.begin(runs, plan.steps, self.files().0.rows.count());
        let waiting = Mutex::new(waiting);
        let stop = AtomicBool::new(false);
        let next = || {
            let mut waiting = waiting.lock().expect("the order of runs does not panic");
            let files = self.files();
            waiting.find(|waiting| match waiting {
                Waiting::Planned(run) | Waiting::Refined(Wanted { run, .. }) => !files.0.rows.has(*run),
            })
        };
        let work = || -> Result<()> {
            while !stop.load(Ordering::Relaxed) {
                let task = match next() {
                    None => break,
                    Some(Waiting::Planned(run)) => plan.task(model, run)?,
                    Some(Waiting::Refined(Wanted { run, repeat, values })) => plan.task_of(model, run, repeat, &values)?,
                };
                let outcome = row::run(plan, models, &task, ways.threads, &|steps| watcher.stepped(steps));
                let mut files = self.files();
                files.0.write(&task, &outcome)?;
                let summary = &mut files.1;
                summary.now += 1;
                summary.failed += u64::from(outcome.error.is_some());
                summary.work += outcome.time;
                drop(files);
                watcher.ended(&task.name(plan), outcome.error.as_ref());
            }
            Ok(())
        };
        on_jobs(ways.jobs, || {
            let result = work();
            if result.is_err() {
                stop.store(true, Ordering::Relaxed);
            }
            result
        })
    }

    /// Runs what a refinement wants until it wants no more. Gives the number of runs.
    fn refine(&self, mut refinement: Refinement, columns: &[Column]) -> Result<u64> {
        let order = &self.plan.measures[0];
        let place = columns.iter().position(|column| column.name == *order).expect("each instrument has a column");
        loop {
            let wanted = refinement.next();
            if wanted.is_empty() {
                return Ok(refinement.runs());
            }
            let runs: Vec<u64> = wanted.iter().map(|wanted| wanted.run).collect();
            self.run_all(refinement.runs(), Box::new(wanted.into_iter().map(Waiting::Refined)))?;
            for run in runs {
                let row = self.files().0.rows.block(run, 1)?;
                let reading = fields(&row).get(place).and_then(|field| field.parse().ok()).unwrap_or(f64::NAN);
                refinement.read(run, reading);
            }
        }
    }

    /// Runs one generation of a fit after the other.
    fn fit(&self, goal: &Goal, columns: &[Column]) -> Result<Population> {
        let mut population = Population::new(self.plan, goal)?;
        let places = goal.places(columns)?;
        loop {
            let wanted = population.next();
            if let Some(last) = population.generations().last() {
                self.watcher.selected(last);
            }
            if wanted.is_empty() {
                return population.checked();
            }
            let runs: Vec<u64> = wanted.iter().map(|wanted| wanted.run).collect();
            self.run_all(population.runs(), Box::new(wanted.into_iter().map(Waiting::Refined)))?;
            for run in runs {
                let row = fields(&self.files().0.rows.block(run, 1)?);
                let reading = |place: &usize| row.get(*place).and_then(|field| field.parse().ok()).unwrap_or(f64::NAN);
                population.read(run, places.iter().map(reading).collect());
            }
        }
    }
}
