//! One run of a plan, and the row that comes of it.

use super::plan::{Plan, Task};
use crate::{
    error::{Error, Result},
    jobs::caught,
    measures::{self, Observer},
    scene::{Kind as Takes, Value},
    sim::{AnyModel, Models, Simulation},
    table::{Cell, Column, Kind, line},
};
use std::time::{Duration, Instant};

/// What came of a run.
pub(super) struct Outcome {
    /// Its row, as a line of CSV.
    pub row: String,
    /// Its series as lines of CSV, where they are kept and the run went well.
    pub series: String,
    /// What went wrong.
    pub error: Option<Error>,
    /// How long it took.
    pub time: Duration,
}

/// The columns of a plan's table.
pub fn columns(plan: &Plan, model: &dyn AnyModel) -> Result<Vec<Column>> {
    let mut columns =
        vec![Column::new("run", Kind::Whole), Column::new("repeat", Kind::Whole), Column::new("seed", Kind::Whole)];
    for path in plan.paths() {
        let kind = match model.parameter(path)?.kind {
            Takes::Number { whole: true, .. } => Kind::Whole,
            Takes::Number { .. } => Kind::Number,
            Takes::Switch => Kind::Switch,
            Takes::Choice(_) | Takes::Text => Kind::Text,
        };
        columns.push(Column::new(path, kind));
    }
    for name in &plan.measures {
        columns.extend(["", "_spread", "_last"].map(|what| Column::new(format!("{name}{what}"), Kind::Number)));
    }
    columns.extend([Column::new("hash", Kind::Text), Column::new("error", Kind::Text)]);
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].iter().any(|other| other.name == column.name) {
            return Err(Error::usage(format!("two columns of the table would be called '{}'", column.name)));
        }
    }
    Ok(columns)
}

/// The columns of a plan's series.
pub fn series_columns(plan: &Plan) -> Vec<Column> {
    let counts = ["run", "step"].map(|name| Column::new(name, Kind::Whole));
    let numbers = ["time"].into_iter().chain(plan.measures.iter().map(String::as_str));
    counts.into_iter().chain(numbers.map(|name| Column::new(name, Kind::Number))).collect()
}

/// Lines of a run's series.
pub(super) fn series_lines(plan: &Plan) -> u64 {
    plan.every.map_or(0, |every| plan.steps / every + 1)
}

/// A row's own part: run, repeat, seed and the values of what is varied.
pub(super) fn identity(task: &Task) -> Vec<Cell> {
    let counts = [task.run, task.repeat, task.scene.seed].map(Cell::Whole);
    counts.into_iter().chain(task.values.iter().map(cell)).collect()
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Switch(on) => Cell::Switch(*on),
        Value::Number(number) => Cell::Number(*number),
        Value::Text(text) => Cell::Text(text.clone()),
    }
}

/// Runs a task. What goes wrong in it, even a panic of the model, ends up in its row.
pub(super) fn run(plan: &Plan, models: &Models, task: &Task, threads: usize, stepped: &dyn Fn(u64)) -> Outcome {
    let start = Instant::now();
    let result = caught(|| simulate(plan, models, task, threads, stepped));
    let mut cells = identity(task);
    let (series, error) = match result {
        Ok((readings, series)) => {
            cells.extend(readings);
            cells.push(Cell::Nothing);
            (series, None)
        }
        Err(error) => {
            cells.resize(cells.len() + 3 * plan.measures.len() + 1, Cell::Nothing);
            cells.push(Cell::Text(error.to_string()));
            (String::new(), Some(error))
        }
    };
    Outcome { row: line(cells), series, error, time: start.elapsed() }
}

/// The cells of a run's readings, and its series.
fn simulate(plan: &Plan, models: &Models, task: &Task, threads: usize, stepped: &dyn Fn(u64)) -> Result<(Vec<Cell>, String)> {
    /// Steps between two words to whoever waits.
    const NEWS: u64 = 256;
    let mut simulation = Simulation::new(&task.scene, models, Some(threads))?;
    simulation.play(&plan.journal)?;
    let mut observer = Observer::new(plan.measures.iter().map(String::as_str), &simulation)?;
    let mut kept = vec![Vec::with_capacity(plan.steps as usize + 1); plan.measures.len()];
    let mut series = String::new();
    for step in 0..=plan.steps {
        let readings = observer.read(&simulation);
        if plan.every.is_some_and(|every| step.is_multiple_of(every)) {
            let counts = [Cell::Whole(task.run), Cell::Whole(step), Cell::Number(simulation.clock().time)];
            series += &line(counts.into_iter().chain(readings.iter().map(|reading| Cell::Number(*reading))));
        }
        kept.iter_mut().zip(readings).for_each(|(kept, reading)| kept.push(reading));
        if step < plan.steps {
            simulation.step()?;
        }
        if step > 0 && step.is_multiple_of(NEWS) {
            stepped(NEWS);
        }
    }
    stepped(plan.steps % NEWS);
    let discard = plan.discard.unwrap_or(plan.steps / 2) as usize;
    let number = |number: Option<f64>| number.filter(|number| !number.is_nan()).map_or(Cell::Nothing, Cell::Number);
    let mut cells = Vec::new();
    for readings in kept {
        let summary = measures::summary(readings[discard..].iter().copied());
        cells.extend([
            number(summary.map(|(mean, _)| mean)),
            number(summary.map(|(_, spread)| spread)),
            number(readings.last().copied()),
        ]);
    }
    cells.push(Cell::Text(format!("{:016x}", simulation.hash())));
    Ok((cells, series))
}
