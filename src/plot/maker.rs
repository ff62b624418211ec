//! What the recipe of a table tells of its columns: names, symbols, units, theory.

use super::{Table, Wish};
use crate::{
    chart::{Axis, Chart},
    lab::Lab,
    measures,
    scene::{Params, Run, Value},
    sim::{AnyModel, Simulation},
    sweep::Plan,
};
use std::collections::BTreeMap;

/// What is known of how the table was made.
pub struct Maker {
    model: &'static dyn AnyModel,
    params: Box<dyn Params>,
    /// The plan of a sweep.
    pub plan: Option<Plan>,
    /// The unit of time.
    pub unit: &'static str,
}

impl Maker {
    pub fn of(table: &Table, lab: &Lab) -> Option<Self> {
        let recipe = table.recipe.as_deref()?;
        let (scene, plan) = if Plan::is_one(recipe) {
            let (plan, _) = Plan::read(recipe, "recipe", lab.models()).ok()?;
            (plan.scene.clone(), Some(plan))
        } else {
            (Run::read(recipe, "recipe", &lab.models().schemas()).ok()?.scene, None)
        };
        let simulation = Simulation::new(&scene, lab.models(), Some(1)).ok();
        let unit = simulation.map_or("", |simulation| simulation.time_unit());
        Some(Self { model: lab.model_of(&scene), params: scene.model.params.copy(), plan, unit })
    }

    /// What a sweep varied, and what it read.
    pub fn varied(&self) -> Option<(Vec<String>, Vec<String>)> {
        let plan = self.plan.as_ref()?;
        Some((plan.paths().into_iter().map(str::to_owned).collect(), plan.measures.clone()))
    }

    /// The series of a sweep with the columns of what was varied; nothing of any other table.
    pub fn joined(&self, table: &Table) -> Option<Table> {
        let plan = self.plan.as_ref().filter(|_| table.has("step"))?;
        let run = table.column("run").ok()?;
        let mut known: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut joined = table.empty();
        joined.names.clone_from(&table.names);
        joined.names.extend(plan.paths().into_iter().map(str::to_owned));
        for row in &table.rows {
            if !known.contains_key(&row[run]) {
                let task = plan.task(self.model, row[run].parse().ok()?).ok()?;
                known.insert(row[run].clone(), task.values.iter().map(ToString::to_string).collect());
            }
            joined.rows.push(row.iter().chain(&known[&row[run]]).cloned().collect());
        }
        Some(joined)
    }

    /// What theory says of a measure where these parameters have these values.
    pub fn theory(&self, set: &[(&str, Value)], measure: &str) -> Option<f64> {
        let mut params = self.params.copy();
        for (path, value) in set {
            self.model.set(&mut *params, path, value).ok()?;
        }
        self.model.theory(&*params, measure).filter(|level| level.is_finite())
    }

    /// Where the model changes from one kind of order to another along this axis, and the symbol of that place; nothing
    /// where theory does not know.
    pub fn critical(&self, set: &[(&str, Value)], x: &str) -> Option<(String, f64)> {
        let strength = self.model.strength().filter(|strength| strength.path == x)?;
        let mut params = self.params.copy();
        for (path, value) in set {
            self.model.set(&mut *params, path, value).ok()?;
        }
        let place = self.model.critical(&*params).filter(|place| place.is_finite())?;
        let symbol = if strength.symbol.is_empty() { "critical".into() } else { format!("{}c", strength.symbol) };
        Some((symbol, place))
    }

    /// The symbol of a parameter, or its name.
    pub fn symbol(&self, path: &str) -> Option<String> {
        let parameter = self.model.parameter(path).ok()?;
        Some(if parameter.symbol.is_empty() { parameter.label().to_lowercase() } else { parameter.symbol.to_owned() })
    }
}

/// An axis for a column: by the words of its parameter or instrument, where it is one.
pub fn axis(maker: Option<&Maker>, column: &str, log: bool) -> Axis {
    let beside = |label: String, more: &str| if more.is_empty() || more == label { label } else { format!("{label} {more}") };
    if let Some(parameter) = maker.and_then(|maker| maker.model.parameter(column).ok()) {
        let label = beside(parameter.label(), parameter.symbol_beside_label());
        let label = if parameter.unit.is_empty() { label } else { format!("{label} ({})", parameter.unit) };
        return Axis { label, log, range: None };
    }
    if let Ok(instrument) = measures::find(column) {
        let label = beside(words(column), instrument.symbol);
        return Axis { label, log, range: instrument.range.filter(|(low, _)| !log || *low > 0.0) };
    }
    let unit = maker.map_or("", |maker| maker.unit);
    let label = if column == "time" && !unit.is_empty() { format!("Time ({unit})") } else { words(column) };
    Axis { label, log, range: None }
}

/// A name in words.
pub fn words(column: &str) -> String {
    let words = column.replace(':', " of ").replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A chart without layers: its title, and the labels of both axes.
pub fn blank(maker: Option<&Maker>, x: &str, y: &[String], wish: &Wish) -> Chart {
    let (along, mut up) = (axis(maker, x, wish.log.0), axis(maker, &y[0], wish.log.1));
    if y.len() > 1 {
        let both = y.iter().map(|name| axis(maker, name, false).range).collect::<Option<Vec<_>>>();
        up.label = String::new();
        up.range = both.map(|ranges| {
            ranges
                .into_iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), range| (low.min(range.0), high.max(range.1)))
        });
    }
    let of = maker.map_or_else(String::new, |maker| format!("{}: ", maker.model.title()));
    let title = format!("{of}{} against {}", y.join(", "), x);
    Chart { title, x: along, y: up, layers: Vec::new() }
}

/// Keeps the range that an instrument has where what is drawn takes much of it; elsewhere what is drawn fits.
pub fn settle(chart: &mut Chart) {
    for first in [true, false] {
        let fitted = chart.fitted(first);
        let axis = if first { &mut chart.x } else { &mut chart.y };
        axis.range = axis.range.filter(|(low, high)| !axis.log && fitted.high - fitted.low > 0.35 * (high - low));
        // Lines at an end are seen whole.
        axis.range = axis.range.map(|(low, high)| (low, high + 0.02 * (high - low)));
    }
}
