//! One run of a plan, and the row that comes of it.

use super::{
    fit,
    plan::{Plan, Task},
};
use crate::{
    error::{Error, Result},
    jobs::caught,
    measures::{Conclusion, Observer, Reading, Record},
    scene::{Kind as Takes, Value},
    sim::{AnyModel, Models, Simulation},
    table::{Cell, Column, Kind, fields, line},
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

/// What is told of each instrument: mean, its standard error, standard deviation, last reading.
const WORDS: [&str; 4] = ["", "_error", "_spread", "_last"];

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
        columns.extend(WORDS.map(|what| Column::new(format!("{name}{what}"), Kind::Number)));
    }
    columns.extend([Column::new("hash", Kind::Text), Column::new("error", Kind::Text)]);
    if plan.fit.is_some() {
        columns.extend(fit::COLUMNS.map(|name| Column::new(name, Kind::Number)));
    }
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
            cells.resize(cells.len() + WORDS.len() * plan.measures.len() + 1, Cell::Nothing);
            cells.push(Cell::Text(error.to_string()));
            (String::new(), Some(error))
        }
    };
    Outcome { row: line(cells), series, error, time: start.elapsed() }
}

/// What the one run of a plan without axes reads at these columns; not a number where they are not defined.
///
/// # Errors
/// Where the plan cannot be run, or there is no such column.
pub fn measured(plan: &Plan, names: &[String], models: &Models) -> Result<Vec<f64>> {
    plan.check(models)?;
    let model = models.find(plan.scene.model.name)?;
    let task = Task { run: 0, repeat: 0, values: Vec::new(), scene: plan.scene.clone() };
    let goal = fit::Goal { to: names.iter().map(|name| (name.clone(), 0.0)).collect(), particles: 0, generations: 0 };
    let places = goal.places(&columns(plan, model)?)?;
    let outcome = run(plan, models, &task, 1, &|_| ());
    if let Some(error) = outcome.error {
        return Err(error);
    }
    let row = fields(&outcome.row);
    Ok(places.into_iter().map(|place| row[place].parse().unwrap_or(f64::NAN)).collect())
}

/// The cells of a run's readings, and its series.
fn simulate(plan: &Plan, models: &Models, task: &Task, threads: usize, stepped: &dyn Fn(u64)) -> Result<(Vec<Cell>, String)> {
    /// Steps between two words to whoever waits.
    const NEWS: u64 = 256;
    let mut simulation = Simulation::new(&task.scene, models, Some(threads))?;
    simulation.play(&plan.journal)?;
    let mut observer = Observer::new(plan.measures.iter().map(String::as_str), &simulation)?;
    let mut record = Record::new(&observer);
    let mut series = String::new();
    let mut last = Vec::new();
    for step in 0..=plan.steps {
        let readings = observer.read(&simulation);
        last = readings.iter().map(Reading::number).collect();
        if plan.every.is_some_and(|every| step.is_multiple_of(every)) {
            let counts = [Cell::Whole(task.run), Cell::Whole(step), Cell::Number(simulation.clock().time)];
            series += &line(counts.into_iter().chain(last.iter().map(|reading| Cell::Number(*reading))));
        }
        record.push(step, &readings);
        if step < plan.steps {
            simulation.step()?;
        }
        if step > 0 && step.is_multiple_of(NEWS) {
            stepped(NEWS);
        }
    }
    stepped(plan.steps % NEWS);
    let discard = plan.discard.unwrap_or(plan.steps / 2);
    let number = |number: f64| if number.is_nan() { Cell::Nothing } else { Cell::Number(number) };
    let mut cells = Vec::new();
    for (conclusion, last) in record.conclude(&observer, Some(discard)).into_iter().zip(last) {
        let told = match conclusion {
            Conclusion::Mean(Some((estimate, _))) => [estimate.mean, estimate.error, estimate.spread, last],
            Conclusion::End(Reading::Estimate(value, error)) => [value, error, f64::NAN, f64::NAN],
            Conclusion::End(reading) => [reading.number(), f64::NAN, f64::NAN, f64::NAN],
            _ => [f64::NAN, f64::NAN, f64::NAN, last],
        };
        cells.extend(told.map(number));
    }
    cells.push(Cell::Text(format!("{:016x}", simulation.hash())));
    Ok((cells, series))
}
