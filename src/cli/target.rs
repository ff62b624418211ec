//! What a fit is to match: numbers, the readings of a run, or recorded tracks.

use super::plan::Settings;
use crate::{
    error::{Error, Result},
    lab::{Lab, Opened},
    measures::{self, Instrument},
    models::Tracks,
    output::say,
    scene::Journal,
    sim::{AnyModel, Model as _, Simulation},
    statistics::{Discard, Estimate},
    sweep::{Design, Plan, measured},
    table::{Form, fields, read_lines},
};
use std::path::Path;

/// What was read, and how long the run was that read it.
pub struct Target {
    /// The readings, by the names of their columns in a sweep's table.
    pub readings: Vec<(String, f64)>,
    /// Steps of the run, where it was one.
    pub steps: Option<u64>,
}

/// What is to be read of it.
pub struct Wish<'a> {
    /// These, by the names of their columns in a sweep's table; none: all that a file of readings has, or the model's own.
    pub names: &'a [String],
    /// The first steps that do not count, of a run of the model.
    pub discard: Option<u64>,
    /// The steps that count, where somebody says.
    pub window: Option<(u64, u64)>,
    /// The model that is fitted.
    pub model: &'a dyn AnyModel,
    /// Its unit of length, or nothing.
    pub unit: &'static str,
}

/// The endings of columns that tell something else of an instrument than its mean.
const ENDINGS: [&str; 2] = ["_spread", "_last"];

/// The instrument of a column.
///
/// # Errors
/// Where there is none.
pub fn instrument(name: &str) -> Result<&'static Instrument> {
    let plain = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).filter(|_| measures::find(name).is_err());
    measures::find(plain.unwrap_or(name))
}

impl Target {
    /// Reads or measures what stands behind `--to`.
    ///
    /// # Errors
    /// Where it cannot be read, or does not tell what is wished for.
    pub fn of(to: &str, wish: &Wish, settings: &Settings, lab: &Lab) -> Result<Self> {
        let target = match pairs(to) {
            Some(readings) => Self { readings: readings?, steps: None },
            None if is_readings(Path::new(to)) => Self::read(Path::new(to), wish)?,
            None => Self::measure(&settings.open_beside(lab, to)?, wish, lab)?,
        };
        match target.readings.iter().find(|(_, value)| !value.is_finite()) {
            Some((name, _)) => {
                Err(Error::usage(format!("'{name}' is not defined there")).allowed("instruments that are").at(to))
            }
            None => Ok(target),
        }
    }

    /// A table that `flockwork run` wrote.
    fn read(path: &Path, wish: &Wish) -> Result<Self> {
        let place = path.display();
        let mut lines = read_lines(path)?;
        let header = fields(&lines.next().transpose()?.unwrap_or_default());
        if header.iter().any(|name| name == "measure") {
            return Err(Error::usage("its rows are numbers of curves, maps or whole runs")
                .allowed("a table with a column an instrument, each a number a step")
                .at(place));
        }
        let known = &header[2..];
        let names = if wish.names.is_empty() { known } else { wish.names };
        let columns = names.iter().map(|name| {
            let instrument = instrument(name).map_err(|error| error.at(place.to_string()))?;
            known.iter().position(|column| column == instrument.name).map(|column| column + 2).ok_or_else(|| {
                let known = known.iter().map(String::as_str);
                Error::usage(format!("it has no column '{}'", instrument.name))
                    .names(instrument.name, known)
                    .at(place.to_string())
            })
        });
        let columns: Vec<usize> = columns.collect::<Result<_>>()?;
        let mut rows: Vec<(u64, Vec<f64>)> = Vec::new();
        for (line, row) in lines.enumerate() {
            let row = fields(&row?);
            let here = |column: usize, allowed: &str| {
                let found = row.get(column).map_or("nothing".into(), |found| format!("'{found}'"));
                Error::usage(format!("{}: {found} does not fit", header[column]))
                    .allowed(allowed)
                    .at(format!("{place}:{}", line + 2))
            };
            let step = row[0].parse().map_err(|_| here(0, "a whole number"))?;
            let number = |column: &usize| match row.get(*column).map(String::as_str) {
                Some("") => Ok(f64::NAN),
                field => field.and_then(|field| field.parse().ok()).ok_or_else(|| here(*column, "a number")),
            };
            rows.push((step, columns.iter().map(number).collect::<Result<_>>()?));
        }
        let steps = rows.last().map_or(0, |(step, _)| *step);
        let (from, to) = wish.window.unwrap_or((wish.discard.unwrap_or(steps / 2), steps));
        let rows: Vec<Vec<f64>> = rows.into_iter().filter(|(step, _)| (from..=to).contains(step)).map(|(_, row)| row).collect();
        if rows.is_empty() {
            return Err(Error::usage(format!("it has no step from {from} to {to}"))
                .allowed(format!("steps up to {steps}"))
                .at(place));
        }
        let told = |(column, name): (usize, &String)| {
            let values = rows.iter().map(|row| row[column]);
            let estimate = Estimate::of(values.clone(), Discard::First(0));
            let told = estimate.map_or(f64::NAN, |estimate| match name.strip_prefix(instrument_of(name)) {
                Some("_spread") => estimate.spread,
                Some("_last") => values.clone().next_back().unwrap_or(f64::NAN),
                _ => estimate.mean,
            });
            (name.clone(), told)
        };
        Ok(Self { readings: names.iter().enumerate().map(told).collect(), steps: Some(steps) })
    }

    /// Recorded tracks, or a run of a model, measured as a sweep measures its runs.
    fn measure(opened: &Opened, wish: &Wish, lab: &Lab) -> Result<Self> {
        let simulation = Simulation::new(&opened.scene, lab.models(), None)?;
        simulation.notes().iter().for_each(say);
        let recorded = opened.scene.model.name == Tracks::NAME;
        let unit = simulation.agents().space().unit;
        if unit != wish.unit && !wish.unit.is_empty() {
            return Err(Error::usage(format!("its lengths are in {unit}"))
                .allowed(format!("{}, as those of {}", wish.unit, wish.model.name()))
                .at(&opened.name));
        }
        let length = opened.run.as_ref().map(|run| run.steps).or(simulation.length());
        let length = length.ok_or_else(|| {
            Error::usage("it has no end")
                .allowed("recorded tracks, a saved run, a table that `flockwork run` wrote, or NAME=VALUE")
                .at(&opened.name)
        })?;
        let (from, to) = match (wish.window, recorded) {
            (Some(window), _) => window,
            (None, true) => (0, length),
            (None, false) => (wish.discard.unwrap_or(length / 2), length),
        };
        if from > to || to > length {
            return Err(Error::usage(format!("it has no steps from {from} to {to}"))
                .allowed(format!("steps up to {length}"))
                .at(&opened.name));
        }
        let own: Vec<String> = wish.model.measures().iter().map(|name| (*name).to_owned()).collect();
        let names = if wish.names.is_empty() { &own } else { wish.names };
        let plan = Plan {
            version: env!("CARGO_PKG_VERSION").into(),
            scene: opened.scene.clone(),
            journal: if recorded { Journal::default() } else { opened.journal.clone() },
            axes: Vec::new(),
            design: Design::Grid,
            repeats: 1,
            steps: to,
            discard: Some(from),
            measures: instruments(names)?,
            every: None,
            refine: None,
            fit: None,
        };
        let readings = measured(&plan, names, lab.models()).map_err(|error| error.at(&opened.name))?;
        Ok(Self { readings: names.iter().cloned().zip(readings).collect(), steps: (!recorded).then_some(length) })
    }
}

fn instrument_of(name: &str) -> &str {
    instrument(name).map_or(name, |instrument| instrument.name)
}

/// The instruments that columns are of, each once.
///
/// # Errors
/// Where a column is of none.
pub fn instruments(names: &[String]) -> Result<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let name = instrument(name)?.name;
        if !found.iter().any(|other| other == name) {
            found.push(name.into());
        }
    }
    Ok(found)
}

/// `NAME=VALUE,…`; nothing where the text has another form.
fn pairs(text: &str) -> Option<Result<Vec<(String, f64)>>> {
    if Path::new(text).exists() || !text.split(',').all(|part| part.contains('=')) {
        return None;
    }
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let (name, value) = (name.trim(), value.trim());
        let wrong = |error: Error| error.at(format!("--to {text}"));
        instrument(name).map_err(wrong)?;
        let value =
            value.parse().map_err(|_| Error::usage(format!("'{value}' is not a number")).allowed("NAME=NUMBER").path(name));
        Ok((name.to_owned(), value.map_err(wrong)?))
    };
    Some(text.split(',').map(pair).collect())
}

/// Whether a file is a table of readings: its columns are step, time, and then no agents.
fn is_readings(path: &Path) -> bool {
    let header = Form::of(path).ok().and_then(|_| read_lines(path).ok()?.next()?.ok()).map(|header| fields(&header));
    header.is_some_and(|names| names.len() > 2 && names[..2] == ["step", "time"] && !names.iter().any(|name| name == "id"))
}
