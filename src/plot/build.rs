//! What is to be drawn of a table.

use super::{
    figure::{Axis, Figure, Layer, Point, Series},
    table::Table,
};
use crate::{
    error::{Error, Result},
    lab::Lab,
    measures::{self, summary},
    scene::{Params, Run, Value},
    sim::AnyModel,
    statistics::{Discard, Estimate, quantile},
    sweep::Plan,
};

/// The most points of a line that are drawn, far more than a page can show.
const MOST_POINTS: usize = 4000;
/// Points of a curve of theory.
const SAMPLES: usize = 200;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// Lines of a run; means with errors of a sweep.
    #[default]
    Lines,
    /// How often which number is read.
    Histogram,
    /// A number at each cell of a plane: the mean of the third column, or else how often both others are read.
    Heat,
}

/// What a person asks of a figure.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The kind.
    pub kind: Kind,
    /// The column along the first axis.
    pub x: Option<String>,
    /// Those along the second.
    pub y: Vec<String>,
    /// The column that colours a heat map.
    pub z: Option<String>,
    /// Rows are told apart by these.
    pub by: Vec<String>,
    /// Which axes are logarithmic.
    pub log: (bool, bool),
    /// Rows of earlier steps are left out.
    pub from: f64,
    /// Cells along an axis of a histogram or heat map.
    pub bins: Option<usize>,
    /// Whether what theory says is drawn.
    pub theory: bool,
}

/// What is known of how the table was made.
struct Maker {
    model: &'static dyn AnyModel,
    params: Box<dyn Params>,
    /// What a sweep varied, and what it read.
    plan: Option<(Vec<String>, Vec<String>)>,
    unit: &'static str,
}

impl Maker {
    fn of(table: &Table, lab: &Lab) -> Option<Self> {
        let recipe = table.recipe.as_deref()?;
        let (scene, plan) = if Plan::is_one(recipe) {
            let (plan, _) = Plan::read(recipe, "recipe", lab.models()).ok()?;
            let paths = plan.paths().into_iter().map(str::to_owned).collect();
            (plan.scene, Some((paths, plan.measures)))
        } else {
            (Run::read(recipe, "recipe", &lab.models().schemas()).ok()?.scene, None)
        };
        let simulation = crate::sim::Simulation::new(&scene, lab.models(), Some(1)).ok();
        let unit = simulation.map_or("", |simulation| simulation.time_unit());
        Some(Self { model: lab.model_of(&scene), params: scene.model.params.copy(), plan, unit })
    }

    /// What theory says of a measure where these parameters have these values.
    fn theory(&self, set: &[(&str, Value)], measure: &str) -> Option<f64> {
        let mut params = self.params.copy();
        for (path, value) in set {
            self.model.set(&mut *params, path, value).ok()?;
        }
        self.model.theory(&*params, measure).filter(|level| level.is_finite())
    }
}

/// Makes a figure of a table.
///
/// # Errors
/// Where a column is missing, or there is nothing to draw.
pub fn build(table: &Table, lab: &Lab, wish: &Wish) -> Result<Figure> {
    let maker = Maker::of(table, lab);
    let long = ["measure", "x", "y", "value"].iter().all(|name| table.has(name));
    let figure = match wish.kind {
        Kind::Histogram => histogram(table, maker.as_ref(), wish)?,
        Kind::Heat if !long => heat(table, maker.as_ref(), wish)?,
        _ if long => places(table, maker.as_ref(), wish)?,
        _ if table.has("run") || !wish.by.is_empty() => means(table, maker.as_ref(), wish)?,
        _ => lines(table, maker.as_ref(), wish)?,
    };
    let empty = |layer: &Layer| match layer {
        Layer::Cells { values, .. } => values.iter().all(|value| value.is_nan()),
        Layer::Line(series) | Layer::Points(series) | Layer::Theory(series) | Layer::Bars(series, _) => {
            series.points.is_empty()
        }
    };
    if figure.layers.iter().all(empty) {
        return Err(Error::usage("no numbers to draw in these columns"));
    }
    Ok(figure)
}

/// An axis for a column: by the words of its parameter or instrument, where it is one.
fn axis(maker: Option<&Maker>, column: &str, log: bool) -> Axis {
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

fn words(column: &str) -> String {
    let words = column.replace(':', " of ").replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Rows that are late enough.
fn rows<'a>(table: &'a Table, wish: &'a Wish) -> Result<impl Iterator<Item = usize> + Clone + use<'a>> {
    let step = table.column("step").ok();
    if step.is_none() && wish.from > 0.0 {
        table.column("step")?;
    }
    Ok((0..table.rows.len()).filter(move |row| step.is_none_or(|step| table.number(*row, step) >= wish.from)))
}

/// The columns of readings: all that count nothing.
fn readings(table: &Table) -> Vec<String> {
    let counts = ["step", "time", "run", "repeat", "seed", "hash", "error", "agent"];
    table.names.iter().filter(|name| !counts.contains(&name.as_str())).cloned().collect()
}

/// The title, and the labels of both axes.
fn figure(maker: Option<&Maker>, x: &str, y: &[String], wish: &Wish) -> Figure {
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
    Figure { title, x: along, y: up, layers: Vec::new() }
}

/// A run's readings against time, or against one another.
fn lines(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Figure> {
    let timed = table.has("time") && maker.is_some_and(|maker| !maker.unit.is_empty());
    let first = if timed || !table.has("step") { "time" } else { "step" };
    let x = wish.x.clone().unwrap_or_else(|| if table.has(first) { first.into() } else { table.names[0].clone() });
    let y = if wish.y.is_empty() { readings(table).into_iter().filter(|name| *name != x).collect() } else { wish.y.clone() };
    if y.is_empty() {
        return Err(Error::usage("no column of readings").allowed(table.names.join(", ")));
    }
    let mut figure = figure(maker, &x, &y, wish);
    let at = table.column(&x)?;
    let rows = rows(table, wish)?;
    for name in &y {
        let column = table.column(name)?;
        let points = rows.clone().map(|row| Point { x: table.number(row, at), y: table.number(row, column), error: f64::NAN });
        let points: Vec<Point> = points.filter(|point| point.x.is_finite() && point.y.is_finite()).collect();
        let level = maker.filter(|_| wish.theory).and_then(|maker| maker.theory(&[], name));
        let ends = points.first().zip(points.last()).map(|(first, last)| [first.x, last.x]);
        figure.layers.push(Layer::Line(Series { name: words(name), points: thinned(points) }));
        if let (Some(level), Some(ends), true) = (level, ends, ["step", "time"].contains(&x.as_str())) {
            let points = ends.map(|x| Point { x, y: level, error: f64::NAN }).to_vec();
            figure.layers.push(Layer::Theory(Series { name: "theory".into(), points }));
        }
    }
    Ok(figure)
}

/// Of many points the lowest and highest of each piece, so that no spike is lost.
fn thinned(points: Vec<Point>) -> Vec<Point> {
    if points.len() <= MOST_POINTS {
        return points;
    }
    let pieces = points.chunks(points.len().div_ceil(MOST_POINTS / 2));
    let ends = |piece: &[Point]| {
        let by = |way: f64| (0..piece.len()).min_by(|a, b| (way * piece[*a].y).total_cmp(&(way * piece[*b].y))).unwrap_or(0);
        let (low, high) = (by(1.0), by(-1.0));
        let mut both = vec![low.min(high), low.max(high)];
        both.dedup();
        both.into_iter().map(|at| piece[at]).collect::<Vec<_>>()
    };
    pieces.flat_map(ends).collect()
}

/// A sweep's means over repeats, with their errors.
fn means(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Figure> {
    let plan = maker.and_then(|maker| maker.plan.as_ref());
    let (paths, read) = plan.cloned().unwrap_or_default();
    let missing = |what: &str| {
        Error::usage(format!("which column is the {what} axis?"))
            .allowed(format!("--{what} with one of {}", table.names.join(", ")))
    };
    let x = wish.x.clone().or_else(|| paths.first().cloned()).ok_or_else(|| missing("x"))?;
    let y = if wish.y.is_empty() { read.first().cloned().into_iter().collect() } else { wish.y.clone() };
    if y.is_empty() {
        return Err(missing("y"));
    }
    let others: Vec<String> = paths.iter().filter(|path| **path != x).cloned().collect();
    let by = if wish.by.is_empty() { others } else { wish.by.clone() };
    let by: Vec<(String, usize)> =
        by.into_iter().map(|name| table.column(&name).map(|column| (name, column))).collect::<Result<_>>()?;
    let mut figure = figure(maker, &x, &y, wish);
    let at = table.column(&x)?;
    for name in &y {
        let column = table.column(name)?;
        let own_error = table.column(&format!("{name}_error")).ok();
        let mut groups: Vec<(Vec<String>, Vec<[f64; 3]>)> = Vec::new();
        for row in rows(table, wish)? {
            let key: Vec<String> = by.iter().map(|(_, column)| table.rows[row][*column].clone()).collect();
            let numbers = [
                table.number(row, at),
                table.number(row, column),
                own_error.map_or(f64::NAN, |error| table.number(row, error)),
            ];
            match groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, group)) => group.push(numbers),
                None => groups.push((key, vec![numbers])),
            }
        }
        groups.sort_by(|a, b| by_number(&a.0, &b.0));
        for (key, mut group) in groups {
            group.retain(|[x, y, _]| x.is_finite() && y.is_finite());
            group.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let mut label: Vec<String> =
                by.iter().zip(&key).map(|((name, _), value)| format!("{} = {value}", symbol(maker, name))).collect();
            if y.len() > 1 {
                label.insert(0, words(name));
            }
            let points: Vec<Point> = group.chunk_by(|a, b| a[0] == b[0]).map(over_repeats).collect();
            let ends = points.first().zip(points.last()).map(|(first, last)| (first.x, last.x));
            figure.layers.push(Layer::Points(Series { name: label.join(", "), points }));
            if let (Some(maker), Some(ends), true) = (maker, ends, wish.theory) {
                let set: Vec<(&str, Value)> =
                    by.iter().zip(&key).map(|((name, _), value)| (name.as_str(), Value::parse(value))).collect();
                let points = theory(maker, &set, &x, ends, name, wish.log.0);
                if !points.is_empty() {
                    figure.layers.push(Layer::Theory(Series { name: "theory".into(), points }));
                }
            }
        }
    }
    Ok(figure)
}

fn symbol(maker: Option<&Maker>, path: &str) -> String {
    let parameter = maker.and_then(|maker| maker.model.parameter(path).ok());
    parameter.map_or_else(
        || path.to_owned(),
        |parameter| if parameter.symbol.is_empty() { parameter.label().to_lowercase() } else { parameter.symbol.to_owned() },
    )
}

/// The order of legends: by number where both are one.
fn by_number(a: &[String], b: &[String]) -> std::cmp::Ordering {
    let both = a.iter().zip(b).map(|(a, b)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        _ => a.cmp(b),
    });
    both.into_iter().find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}

/// The mean of runs that differ in their seed alone, with the standard error of their spread; of one run with its own.
fn over_repeats(group: &[[f64; 3]]) -> Point {
    let count = group.len() as f64;
    let (mean, spread) = summary(group.iter().map(|[_, y, _]| *y)).unwrap_or((f64::NAN, f64::NAN));
    let error = if group.len() > 1 { spread / (count - 1.0).sqrt() } else { group[0][2] };
    Point { x: group[0][0], y: mean, error }
}

fn theory(maker: &Maker, set: &[(&str, Value)], x: &str, (low, high): (f64, f64), measure: &str, log: bool) -> Vec<Point> {
    let at = |sample: usize| {
        let part = sample as f64 / (SAMPLES - 1) as f64;
        if log && low > 0.0 { low * (high / low).powf(part) } else { low + part * (high - low) }
    };
    let level = |x_value: f64| {
        let set: Vec<(&str, Value)> = set.iter().cloned().chain([(x, Value::Number(x_value))]).collect();
        maker.theory(&set, measure).map(|y| Point { x: x_value, y, error: f64::NAN })
    };
    (0..SAMPLES).map(at).filter_map(level).collect()
}

/// Curves and maps, place by place: means over the steps, with errors.
fn places(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Figure> {
    let [step, time, measure, x, y, value, error] =
        ["step", "time", "measure", "x", "y", "value", "error"].map(|name| table.column(name));
    let (step, time, measure, x, y, value, error) = (step?, time?, measure?, x?, y?, value?, error?);
    let last = (0..table.rows.len()).map(|row| table.number(row, step)).fold(0.0, f64::max);
    let from = if wish.from > 0.0 { wish.from } else { last / 2.0 };
    let mut names: Vec<String> = table.rows.iter().map(|row| row[measure].clone()).collect();
    names.dedup();
    let mut seen: Vec<String> = Vec::new();
    names.retain(|name| {
        !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    if let Some(other) = wish.y.iter().find(|name| !names.contains(name)) {
        return Err(Error::usage(format!("no measure '{other}' in the table")).names(other, names.iter().map(String::as_str)));
    }
    let wanted = if wish.y.is_empty() { names[..names.len().min(1)].to_vec() } else { wish.y.clone() };
    if wanted.is_empty() {
        return Err(Error::usage("a table without rows"));
    }
    let along = measures::find(&wanted[0]).map(|instrument| instrument.tells);
    let (first, second) = match along {
        Ok(measures::Tells::Curve(first)) => (first, ""),
        Ok(measures::Tells::Map(first, second)) => (first, second),
        _ => ("step", ""),
    };
    let mut figure = figure(maker, "step", &wanted, wish);
    figure.title = figure.title.replace("against step", &format!("against {first}"));
    figure.x.label = words(first);
    for name in &wanted {
        let of_it = || (0..table.rows.len()).filter(|row| table.rows[*row][measure] == *name);
        let is_series = of_it().all(|row| table.rows[row][x].is_empty());
        if is_series {
            let points = of_it().map(|row| Point {
                x: table.number(row, if maker.is_some_and(|maker| !maker.unit.is_empty()) { time } else { step }),
                y: table.number(row, value),
                error: table.number(row, error),
            });
            figure
                .layers
                .push(Layer::Line(Series { name: words(name), points: points.filter(|point| point.y.is_finite()).collect() }));
            continue;
        }
        let end = of_it().all(|row| table.number(row, step) == last);
        let mut entries: Vec<[f64; 4]> = of_it()
            .filter(|row| end || table.number(*row, step) >= from)
            .map(|row| [x, y, value, error].map(|column| table.number(row, column)))
            .collect();
        let place = |entry: &[f64; 4]| (entry[1], entry[0]);
        // Stable, so that the numbers of one place stay in the order of steps.
        entries.sort_by(|a, b| place(a).0.total_cmp(&place(b).0).then(a[0].total_cmp(&b[0])));
        let mean = |entries: &[[f64; 4]]| {
            let estimate = Estimate::of(entries.iter().map(|entry| entry[2]), Discard::First(0));
            let own = if entries.len() == 1 { entries[0][3] } else { f64::NAN };
            estimate.map(|estimate| {
                [entries[0][0], entries[0][1], estimate.mean, if own.is_finite() { own } else { estimate.error }]
            })
        };
        let same = |a: &[f64; 4], b: &[f64; 4]| a[0] == b[0] && (a[1] == b[1] || (a[1].is_nan() && b[1].is_nan()));
        let means: Vec<[f64; 4]> = entries.chunk_by(same).filter_map(mean).collect();
        if second.is_empty() {
            let points = means.iter().map(|[x, _, y, error]| Point { x: *x, y: *y, error: *error }).collect();
            figure.layers.push(Layer::Points(Series { name: words(name), points }));
        } else {
            let (columns, rows) = (distinct(means.iter().map(|mean| mean[0])), distinct(means.iter().map(|mean| mean[1])));
            let mut values = vec![f64::NAN; columns.len() * rows.len()];
            for [x, y, value, _] in &means {
                let place = |all: &[f64], at: f64| all.partition_point(|other| *other < at);
                values[place(&rows, *y) * columns.len() + place(&columns, *x)] = *value;
            }
            figure.y = Axis { label: words(second), log: false, range: None };
            figure.layers =
                vec![Layer::Cells { x: edges(&columns), y: edges(&rows), values, label: axis(maker, name, false).label }];
        }
    }
    Ok(figure)
}

fn distinct(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut all: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// The edges of cells around these places.
fn edges(places: &[f64]) -> Vec<f64> {
    let half = |at: usize| {
        if places.len() < 2 { 0.5 } else { (places[at.min(places.len() - 2) + 1] - places[at.min(places.len() - 2)]) / 2.0 }
    };
    let first = places.first().map(|place| place - half(0));
    first
        .into_iter()
        .chain(
            (0..places.len()).map(|at| {
                if at + 1 < places.len() { f64::midpoint(places[at], places[at + 1]) } else { places[at] + half(at) }
            }),
        )
        .collect()
}

/// How often which number is read: a density, so that the bars' area is 1.
fn histogram(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Figure> {
    let names = match (wish.y.is_empty(), &wish.x) {
        (false, _) => wish.y.clone(),
        (true, Some(x)) => vec![x.clone()],
        (true, None) => readings(table).into_iter().take(1).collect(),
    };
    let Some(first) = names.first() else { return Err(Error::usage("no column of readings")) };
    let mut figure = figure(maker, first, &names[..1], wish);
    figure.title = figure.title.split(" against ").next().unwrap_or_default().to_owned() + ", how often";
    figure.x.range = None;
    figure.y = Axis { label: "Density".into(), log: wish.log.1, range: None };
    let mut columns: Vec<(String, Vec<f64>)> = Vec::new();
    for name in &names {
        let column = table.column(name)?;
        let numbers: Vec<f64> =
            rows(table, wish)?.map(|row| table.number(row, column)).filter(|number| number.is_finite()).collect();
        columns.push((name.clone(), numbers));
    }
    let all: Vec<f64> = columns.iter().flat_map(|(_, numbers)| numbers).copied().collect();
    let (low, high) = ends(&all);
    // The rule of Freedman & Diaconis.
    let width = 2.0 * (quantile(&all, 0.75) - quantile(&all, 0.25)) / (all.len().max(1) as f64).cbrt();
    let found = if width > 0.0 { ((high - low) / width).ceil() as usize } else { 20 };
    let bins = wish.bins.unwrap_or(found.clamp(8, 100));
    let width = ((high - low) / bins as f64).max(f64::MIN_POSITIVE);
    for (name, numbers) in columns {
        let mut counts = vec![0.0; bins];
        numbers.iter().for_each(|number| counts[(((number - low) / width) as usize).min(bins - 1)] += 1.0);
        let density = |(bin, count): (usize, &f64)| Point {
            x: low + (bin as f64 + 0.5) * width,
            y: count / (numbers.len() as f64 * width),
            error: f64::NAN,
        };
        let points = counts.iter().enumerate().map(density).collect();
        figure.layers.push(Layer::Bars(Series { name: words(&name), points }, width));
    }
    Ok(figure)
}

fn ends(numbers: &[f64]) -> (f64, f64) {
    let (low, high) =
        numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| (low.min(*number), high.max(*number)));
    if low < high { (low, high) } else { (low - 0.5, low + 0.5) }
}

/// The mean of a third column at each place of two, or how often both are read.
fn heat(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Figure> {
    let plan = maker.and_then(|maker| maker.plan.as_ref());
    let named = |given: Option<&String>, at: usize| given.or_else(|| plan.and_then(|(paths, _)| paths.get(at))).cloned();
    let missing =
        |what: &str| Error::usage(format!("a heat map needs two columns: which is --{what}?")).allowed(table.names.join(", "));
    let x = named(wish.x.as_ref(), 0).ok_or_else(|| missing("x"))?;
    let y = named(wish.y.first(), 1).ok_or_else(|| missing("y"))?;
    let z = wish.z.clone().or_else(|| plan.and_then(|(_, read)| read.first()).cloned());
    let mut figure = figure(maker, &x, std::slice::from_ref(&y), wish);
    let (along, up, third) = (table.column(&x)?, table.column(&y)?, z.as_deref().map(|z| table.column(z)).transpose()?);
    let numbers: Vec<[f64; 3]> = rows(table, wish)?
        .map(|row| [table.number(row, along), table.number(row, up), third.map_or(1.0, |third| table.number(row, third))])
        .filter(|numbers| numbers.iter().all(|number| number.is_finite()))
        .collect();
    let cells = |axis: usize| {
        let places = distinct(numbers.iter().map(|numbers| numbers[axis]));
        // What was varied has a cell each; what was read falls into bins.
        if wish.bins.is_none() && places.len() <= 64 && places.len() * 2 <= numbers.len().max(2)
            || third.is_some() && wish.bins.is_none() && places.len() <= 256
        {
            return edges(&places);
        }
        let (low, high) = ends(&places);
        let bins = wish.bins.unwrap_or(40);
        (0..=bins).map(|at| low + (high - low) * at as f64 / bins as f64).collect()
    };
    let (columns, lines) = (cells(0), cells(1));
    let (across, down) = (columns.len().saturating_sub(1), lines.len().saturating_sub(1));
    let mut sums = vec![(0.0, 0.0); across * down];
    for [x, y, z] in &numbers {
        let place = |edges: &[f64], at: f64| edges.partition_point(|edge| *edge <= at).clamp(1, edges.len() - 1) - 1;
        let (sum, count) = &mut sums[place(&lines, *y) * across + place(&columns, *x)];
        (*sum, *count) = (*sum + z, *count + 1.0);
    }
    let value = |(sum, count): &(f64, f64)| match (third, *count > 0.0) {
        (Some(_), true) => sum / count,
        (None, true) => *count,
        _ => f64::NAN,
    };
    let values = sums.iter().map(value).collect();
    let label = z.map_or("Readings".into(), |z| axis(maker, &z, false).label);
    figure.title = format!("{label}, {}", figure.title);
    (figure.x.range, figure.y.range) = (None, None);
    figure.layers.push(Layer::Cells { x: columns, y: lines, values, label });
    Ok(figure)
}
