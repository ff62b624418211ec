//! Curves and maps of a run, place by place: means over the steps, with errors.

use super::{
    Maker, Table, Wish,
    maker::{axis, blank, words},
};
use crate::{
    chart::{Axis, Chart, Layer, Point, Series},
    error::{Error, Result},
    measures::{self, Tells},
    statistics::{Discard, Estimate},
};

/// The columns of a table in long form.
struct Columns {
    step: usize,
    time: usize,
    measure: usize,
    x: usize,
    y: usize,
    value: usize,
    error: usize,
}

impl Columns {
    fn of(table: &Table) -> Result<Self> {
        let [step, time, measure, x, y, value, error] =
            ["step", "time", "measure", "x", "y", "value", "error"].map(|name| table.column(name));
        Ok(Self { step: step?, time: time?, measure: measure?, x: x?, y: y?, value: value?, error: error? })
    }
}

/// A curve, line or map for each measure.
pub fn draw(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Chart> {
    let columns = Columns::of(table)?;
    let mut names: Vec<&str> = Vec::new();
    for row in &table.rows {
        let name = row[columns.measure].as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if let Some(other) = wish.y.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Error::usage(format!("no measure '{other}' in the table")).names(other, names));
    }
    let wanted: Vec<String> =
        if wish.y.is_empty() { names.first().map(|name| (*name).to_owned()).into_iter().collect() } else { wish.y.clone() };
    if wanted.is_empty() {
        return Err(Error::usage("a table without rows"));
    }
    let (first, second) = match measures::find(&wanted[0]).map(|instrument| instrument.tells) {
        Ok(Tells::Curve(first)) => (first, ""),
        Ok(Tells::Map(first, second)) => (first, second),
        _ if maker.is_some_and(|maker| !maker.unit.is_empty()) => ("time", ""),
        _ => ("step", ""),
    };
    let mut chart = blank(maker, first, &wanted, wish);
    for (hue, name) in wanted.iter().enumerate() {
        let of_it: Vec<usize> = (0..table.rows.len()).filter(|row| table.rows[*row][columns.measure] == *name).collect();
        if of_it.iter().all(|row| table.rows[*row][columns.x].is_empty()) {
            let at = if first == "time" { columns.time } else { columns.step };
            let points = of_it.iter().map(|row| Point::new(table.number(*row, at), table.number(*row, columns.value)));
            let points = points.filter(|point| point.y.is_finite());
            chart.layers.push(Layer::Line(Series::new(words(name), hue, points)));
            continue;
        }
        let means = means(table, &columns, &of_it, wish.from);
        if second.is_empty() {
            let points = means.iter().map(|[x, _, y, error]| Point { x: *x, y: *y, error: *error });
            chart.layers.push(Layer::Points(Series::new(words(name), hue, points)));
        } else {
            chart.y = Axis::new(words(second));
            chart.layers = vec![map(&means, axis(maker, name, false).label)];
        }
    }
    Ok(chart)
}

/// Place along both axes, mean over the steps, and error, of each place of a measure. Without a first step the first half is
/// left out; of what is told at the end of a run alone, nothing is.
fn means(table: &Table, columns: &Columns, rows: &[usize], from: f64) -> Vec<[f64; 4]> {
    let step = |row: usize| table.number(row, columns.step);
    let last = (0..table.rows.len()).map(step).fold(0.0, f64::max);
    let from = if from > 0.0 { from } else { last / 2.0 };
    let end = rows.iter().all(|row| step(*row) == last);
    let mut entries: Vec<[f64; 4]> = rows
        .iter()
        .filter(|row| end || step(**row) >= from)
        .map(|row| [columns.x, columns.y, columns.value, columns.error].map(|column| table.number(*row, column)))
        .collect();
    // Stable, so that the numbers of one place stay in the order of steps.
    entries.sort_by(|a, b| a[1].total_cmp(&b[1]).then(a[0].total_cmp(&b[0])));
    let mean = |entries: &[[f64; 4]]| {
        let estimate = Estimate::of(entries.iter().map(|entry| entry[2]), Discard::First(0))?;
        let error = if entries.len() == 1 { entries[0][3] } else { estimate.error };
        Some([entries[0][0], entries[0][1], estimate.mean, error])
    };
    let same = |a: &[f64; 4], b: &[f64; 4]| a[0] == b[0] && (a[1] == b[1] || (a[1].is_nan() && b[1].is_nan()));
    entries.chunk_by(same).filter_map(mean).collect()
}

fn map(means: &[[f64; 4]], label: String) -> Layer {
    let (columns, rows) = (distinct(means.iter().map(|mean| mean[0])), distinct(means.iter().map(|mean| mean[1])));
    let mut values = vec![f64::NAN; columns.len() * rows.len()];
    let place = |all: &[f64], at: f64| all.partition_point(|other| *other < at);
    for [x, y, value, _] in means.iter().filter(|mean| mean[0].is_finite() && mean[1].is_finite()) {
        values[place(&rows, *y) * columns.len() + place(&columns, *x)] = *value;
    }
    Layer::Cells { x: edges(&columns), y: edges(&rows), values, label }
}

/// All numbers, in order, each once.
pub fn distinct(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut all: Vec<f64> = numbers.filter(|number| number.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// The edges of cells around these places, half way between them.
pub fn edges(places: &[f64]) -> Vec<f64> {
    let [Some(first), Some(last)] = [places.first(), places.last()] else { return vec![0.0] };
    let (before, after) = match places {
        [.., before, last] => ((places[1] - first) / 2.0, (last - before) / 2.0),
        _ => (0.5, 0.5),
    };
    let between = places.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    std::iter::once(first - before).chain(between).chain([last + after]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_reach_half_way_to_their_neighbours() {
        assert_eq!(edges(&[0.0, 1.0, 3.0]), [-0.5, 0.5, 2.0, 4.0]);
        assert_eq!(edges(&[2.0]), [1.5, 2.5]);
        assert_eq!(edges(&[]), [0.0]);
        let Layer::Cells { x, y, values, .. } = map(&[[0.0, 5.0, 0.1, 0.0], [1.0, 7.0, 0.2, 0.0]], String::new()) else {
            panic!()
        };
        assert_eq!((x.len(), y.len()), (3, 3));
        assert!(values[0] == 0.1 && values[3] == 0.2 && values[1].is_nan() && values[2].is_nan());
    }
}
