//! A sweep's means over repeats, with their errors, and theory: of its runs, or of its series at each time.

use super::{
    Maker, Table, Wish,
    maker::{blank, words},
    rows,
};
use crate::{
    chart::{Chart, Layer, Point, Series},
    error::{Error, Result},
    measures::summary,
    scene::Value,
};

/// Points of a curve of theory.
const SAMPLES: usize = 200;

/// Rows that differ in nothing but the first axis and the repeat: the values of what tells them from others, and place, reading
/// and error of each.
type Group = (Vec<String>, Vec<[f64; 3]>);

/// Points for each column, and for each value of what else was varied.
pub fn draw(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Chart> {
    let (paths, read) = maker.and_then(Maker::varied).unwrap_or_default();
    let missing = |what: &str| {
        Error::usage(format!("which column is the {what} axis?"))
            .allowed(format!("--{what} with one of {}", table.names.join(", ")))
    };
    let timed = maker.is_some_and(|maker| !maker.unit.is_empty());
    let in_time = table.has("step").then(|| if timed { "time" } else { "step" }.to_owned());
    let x = wish.x.clone().or(in_time).or_else(|| paths.first().cloned()).ok_or_else(|| missing("x"))?;
    let y = if wish.y.is_empty() { read.first().cloned().into_iter().collect() } else { wish.y.clone() };
    if y.is_empty() {
        return Err(missing("y"));
    }
    let others: Vec<String> = paths.iter().filter(|path| **path != x).cloned().collect();
    let by = if wish.by.is_empty() { others } else { wish.by.clone() };
    let by: Vec<(String, usize)> =
        by.into_iter().map(|name| table.column(&name).map(|column| (name, column))).collect::<Result<_>>()?;
    let mut chart = blank(maker, &x, &y, wish);
    let at = table.column(&x)?;
    let mut hue = 0;
    for name in &y {
        for (key, mut group) in groups(table, wish, at, name, &by)? {
            group.retain(|[x, y, _]| x.is_finite() && y.is_finite());
            group.sort_by(|a, b| a[0].total_cmp(&b[0]));
            let symbol = |path: &str| maker.and_then(|maker| maker.symbol(path)).unwrap_or_else(|| path.to_owned());
            let mut label: Vec<String> =
                by.iter().zip(&key).map(|((path, _), value)| format!("{} = {value}", symbol(path))).collect();
            if y.len() > 1 {
                label.insert(0, words(name));
            }
            let points: Vec<Point> = group.chunk_by(|a, b| a[0] == b[0]).map(over_repeats).collect();
            let ends = points.first().zip(points.last()).map(|(first, last)| (first.x, last.x));
            let name_of_points = if label.is_empty() && wish.theory { words(name) } else { label.join(", ") };
            let measured = Layer::Points(Series::new(name_of_points, hue, points));
            if let (Some(maker), Some(ends), true) = (maker, ends, wish.theory) {
                let set: Vec<(&str, Value)> =
                    by.iter().zip(&key).map(|((path, _), value)| (path.as_str(), Value::parse(value))).collect();
                let curve = theory(maker, &set, &x, ends, name, wish.log.0);
                if !curve.is_empty() {
                    chart.layers.push(Layer::Theory(Series::new("theory", hue, curve)));
                }
                let rule = maker.critical(&set, &x).filter(|(_, place)| (ends.0..=ends.1).contains(place));
                if let Some((symbol, place)) = rule.filter(|_| hue == 0) {
                    chart.layers.push(Layer::Rule(symbol, place));
                }
            }
            chart.layers.push(measured);
            hue += 1;
        }
    }
    Ok(chart)
}

fn groups(table: &Table, wish: &Wish, at: usize, name: &str, by: &[(String, usize)]) -> Result<Vec<Group>> {
    let column = table.column(name)?;
    let own_error = table.column(&format!("{name}_error")).ok();
    let mut groups: Vec<Group> = Vec::new();
    for row in rows(table, wish)? {
        let key: Vec<String> = by.iter().map(|(_, column)| table.rows[row][*column].clone()).collect();
        let numbers =
            [table.number(row, at), table.number(row, column), own_error.map_or(f64::NAN, |error| table.number(row, error))];
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(numbers),
            None => groups.push((key, vec![numbers])),
        }
    }
    groups.sort_by(|a, b| by_number(&a.0, &b.0));
    Ok(groups)
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
        maker.theory(&set, measure).map(|y| Point::new(x_value, y))
    };
    (0..SAMPLES).map(at).filter_map(level).collect()
}
