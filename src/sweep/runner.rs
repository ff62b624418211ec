//! Runs a plan, many runs at once, each on threads of its own.

use super::{
    plan::{Plan, Shard, Task},
    row::{self, Outcome},
    rows::{Rows, beside},
};
use crate::{
    error::{Error, Result},
    jobs::on_jobs,
    sim::{AnyModel, Models},
    table::{Table, recipe_of},
};
use std::{
    path::PathBuf,
    sync::{
        Mutex,
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
    let runs = plan.order(ways.shard).count() as u64;
    if is_whole(ways, &recipe)? {
        return Ok(Summary { runs, ..Summary::default() });
    }
    let columns = row::columns(plan, model)?;
    let files = Files::open(plan, ways, &recipe)?;
    let done = files.rows.count();
    watcher.begin(runs, plan.steps, done);
    let mut summary = Summary { runs, ..Summary::default() };
    let files = Mutex::new((files, &mut summary));
    run_all(plan, models, model, ways, watcher, &files)?;
    let (files, _) = files.into_inner().expect("no worker panics while it writes");
    let mut table = Table::new(Some(&ways.table), columns)?;
    let mut series = ways.series.as_deref().map(|path| Table::new(Some(path), row::series_columns(plan))).transpose()?;
    let mut order: Vec<u64> = plan.order(ways.shard).collect();
    order.sort_unstable();
    for run in order {
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
    summary.time = begin.elapsed();
    Ok(summary)
}

/// Whether the tables are there already, made by this very plan.
fn is_whole(ways: &Ways, recipe: &str) -> Result<bool> {
    for path in [Some(&ways.table), ways.series.as_ref()].into_iter().flatten() {
        if !path.exists() || recipe_of(path)?.as_deref() != Some(recipe) {
            return Ok(false);
        }
    }
    Ok(true)
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
        let rows = Rows::open(beside(&ways.table), recipe, plan.runs(), 1)?;
        let lines = row::series_lines(plan);
        let series = ways.series.as_deref().map(|path| Rows::open(beside(path), recipe, plan.runs(), lines)).transpose()?;
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

/// Runs all that is not there yet. Where a row cannot be written, all stop.
fn run_all(
    plan: &Plan,
    models: &Models,
    model: &'static dyn AnyModel,
    ways: &Ways,
    watcher: &dyn Watcher,
    files: &Mutex<(Files, &mut Summary)>,
) -> Result<()> {
    let waiting = Mutex::new(plan.order(ways.shard));
    let stop = AtomicBool::new(false);
    let next = || -> Option<u64> {
        let mut waiting = waiting.lock().expect("the order of runs does not panic");
        let files = files.lock().expect("no worker panics while it writes");
        waiting.find(|run| !files.0.rows.has(*run))
    };
    let work = || -> Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let Some(run) = next() else { break };
            let task = plan.task(model, run)?;
            let outcome = row::run(plan, models, &task, ways.threads, &|steps| watcher.stepped(steps));
            let mut files = files.lock().expect("no worker panics while it writes");
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
