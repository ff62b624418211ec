//! A row of a sweep's table, made a run again.

use super::{
    plan::{Plan, Task},
    row,
};
use crate::{
    error::{Error, Result},
    scene::{Run, Value},
    sim::{AnyModel, Models},
    table::{Cell, Column, fields, read_lines, recipe_of},
};
use std::path::Path;

/// The file and the number in `FILE#N`, where such a file exists.
pub fn split(name: &str) -> Option<(&Path, u64)> {
    let (file, run) = name.rsplit_once('#')?;
    let path = Path::new(file);
    Some((path, run.parse().ok()?)).filter(|_| path.is_file())
}

/// The run that is a row of a table: its scene, its journal, how many steps it has and what came of it.
///
/// # Errors
/// Where the table has no recipe or no such row, or the row is not what the recipe makes.
pub fn find(path: &Path, run: u64, models: &Models) -> Result<(Task, Plan, Option<u64>)> {
    let place = path.display().to_string();
    let recipe = recipe_of(path)?.ok_or_else(|| {
        Error::usage("no recipe lies beside it")
            .allowed("a table made by `flockwork sweep`, with its .flock beside it")
            .at(&place)
    })?;
    if !Plan::is_one(&recipe) {
        return Err(Error::usage("its rows are steps of one run").allowed("a table made by `flockwork sweep`").at(&place));
    }
    let (plan, _) = Plan::read(&recipe, &place, models)?;
    let model = models.find(plan.scene.model.name)?;
    let columns = row::columns(&plan, model)?;
    let wanted = format!("{run},");
    let mut lines = read_lines(path)?;
    check_header(lines.next().transpose()?.as_deref(), &columns).map_err(|error| error.at(&place))?;
    for line in lines {
        let line = line?;
        if line.starts_with(&wanted) {
            let (task, hash) = read_row(&line, &plan, model, &columns).map_err(|error| error.at(format!("{place}#{run}")))?;
            return Ok((task, plan, hash));
        }
    }
    let allowed = match plan.fit {
        None => format!("a number from 0 to {}", plan.runs() - 1),
        Some(_) => "the number of a run that the fit kept".into(),
    };
    Err(Error::usage(format!("it has no run {run}")).allowed(allowed).at(place))
}

/// The saved run that a row stands for; nothing where it went wrong.
pub fn saved(task: &Task, plan: &Plan, hash: Option<u64>) -> Option<Run> {
    hash.map(|hash| Run {
        version: plan.version.clone(),
        steps: plan.steps,
        hash,
        film: None,
        against: None,
        scene: task.scene.clone(),
        journal: plan.journal.clone(),
    })
}

/// Whether a table begins with the columns that its recipe makes.
pub(super) fn check_header(line: Option<&str>, columns: &[Column]) -> Result<()> {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let found = line.map(fields).unwrap_or_default();
    if found == names {
        return Ok(());
    }
    Err(Error::usage(format!("its columns are not those of its recipe: '{}'", found.join(", "))).allowed(names.join(", ")))
}

/// The run that a row says it is, and its state hash. What it says of itself is checked: the seed follows from the rest.
pub(super) fn read_row(line: &str, plan: &Plan, model: &dyn AnyModel, columns: &[Column]) -> Result<(Task, Option<u64>)> {
    let found = fields(line);
    if found.len() != columns.len() {
        return Err(Error::usage(format!("{} fields", found.len())).allowed(format!("{} fields", columns.len())));
    }
    let cells: Option<Vec<Cell>> = found.iter().zip(columns).map(|(field, column)| Cell::read(field, column.kind)).collect();
    let foreign = || Error::usage("this row is not of the plan").allowed("rows as `flockwork sweep` writes them");
    let cells = cells.ok_or_else(foreign)?;
    let [Cell::Whole(run), Cell::Whole(repeat), Cell::Whole(seed), rest @ ..] = &cells[..] else { return Err(foreign()) };
    let values = rest.iter().take(plan.paths().len()).map(|cell| match cell {
        Cell::Whole(number) => Some(Value::Number(*number as f64)),
        Cell::Number(number) => Some(Value::Number(*number)),
        Cell::Switch(on) => Some(Value::Switch(*on)),
        Cell::Text(text) => Some(Value::Text(text.clone())),
        Cell::Nothing => None,
    });
    let values = values.collect::<Option<Vec<Value>>>().ok_or_else(foreign)?;
    let task = plan.task_of(model, *run, *repeat, &values)?;
    if task.scene.seed != *seed {
        return Err(Error::usage(format!("the plan gives this run the seed {}, not {seed}", task.scene.seed)));
    }
    let place = columns.iter().rposition(|column| column.name == "hash");
    let Some(Cell::Text(hash)) = place.map(|place| &cells[place]) else { return Ok((task, None)) };
    let hash = u64::from_str_radix(hash, 16)
        .map_err(|_| Error::usage(format!("'{hash}' is no state hash")).allowed("16 hexadecimal digits"))?;
    Ok((task, Some(hash)))
}
