//! How numbers are spread: histograms and heat maps.

use super::{
    Maker, Table, Wish,
    maker::{axis, blank, words},
    places::{distinct, edges},
    readings, rows,
};
use crate::{
    chart::{Axis, Chart, Layer, Point, Series},
    error::{Error, Result},
    statistics::{Bins, ends},
};

/// Cells along an axis of a heat map of readings.
const CELLS: usize = 40;

/// How often which number is read: a density, so that the bars' area is 1.
pub fn histogram(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Chart> {
    let names = match (wish.y.is_empty(), &wish.x) {
        (false, _) => wish.y.clone(),
        (true, Some(x)) => vec![x.clone()],
        (true, None) => readings(table).into_iter().take(1).collect(),
    };
    let Some(first) = names.first() else { return Err(Error::usage("no column of readings")) };
    let mut chart = blank(maker, first, &names[..1], wish);
    chart.title = chart.title.split(" against ").next().unwrap_or_default().to_owned() + ", how often";
    chart.x.range = None;
    chart.y = Axis { label: "Density".into(), log: wish.log.1, range: None };
    let mut columns: Vec<(&str, Vec<f64>)> = Vec::new();
    for name in &names {
        let column = table.column(name)?;
        let numbers = rows(table, wish)?.map(|row| table.number(row, column)).filter(|number| number.is_finite());
        columns.push((name, numbers.collect()));
    }
    let all: Vec<f64> = columns.iter().flat_map(|(_, numbers)| numbers).copied().collect();
    let bins = Bins::of(&all, wish.bins);
    for (hue, (name, numbers)) in columns.into_iter().enumerate() {
        let densities = bins.densities(&numbers).into_iter().enumerate();
        let points = densities.map(|(bin, density)| Point::new(bins.middle(bin), density));
        chart.layers.push(Layer::Bars(Series::new(words(name), hue, points), bins.width));
    }
    Ok(chart)
}

/// The mean of a third column at each place of two, or how often both are read.
pub fn heat(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Chart> {
    let plan = maker.and_then(Maker::varied);
    let plan = plan.as_ref();
    let named = |given: Option<&String>, at: usize| given.or_else(|| plan.and_then(|(paths, _)| paths.get(at))).cloned();
    let missing =
        |what: &str| Error::usage(format!("a heat map needs two columns: which is --{what}?")).allowed(table.names.join(", "));
    let x = named(wish.x.as_ref(), 0).ok_or_else(|| missing("x"))?;
    let y = named(wish.y.first(), 1).ok_or_else(|| missing("y"))?;
    let z = wish.z.clone().or_else(|| plan.and_then(|(_, read)| read.first()).cloned());
    let mut chart = blank(maker, &x, std::slice::from_ref(&y), wish);
    let (along, up, third) = (table.column(&x)?, table.column(&y)?, z.as_deref().map(|z| table.column(z)).transpose()?);
    let numbers: Vec<[f64; 3]> = rows(table, wish)?
        .map(|row| [table.number(row, along), table.number(row, up), third.map_or(1.0, |third| table.number(row, third))])
        .filter(|numbers| numbers.iter().all(|number| number.is_finite()))
        .collect();
    let cells = |axis: usize| {
        let places = distinct(numbers.iter().map(|numbers| numbers[axis]));
        // What was varied has a cell each; what was read falls into bins.
        let varied = plan.is_some_and(|(paths, _)| paths.contains(if axis == 0 { &x } else { &y }));
        if varied && wish.bins.is_none() {
            return edges(&places);
        }
        let (low, high) = ends(&places);
        let bins = wish.bins.unwrap_or(CELLS);
        (0..=bins).map(|at| low + (high - low) * at as f64 / bins as f64).collect()
    };
    let (columns, lines) = (cells(0), cells(1));
    let (across, down) = (columns.len() - 1, lines.len() - 1);
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
    chart.title = format!("{label}, {}", chart.title);
    (chart.x.range, chart.y.range) = (None, None);
    chart.layers.push(Layer::Cells { x: columns, y: lines, values, label });
    Ok(chart)
}
