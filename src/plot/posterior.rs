//! What a fit found: how probable parameters are.

use super::{
    Table, Wish,
    maker::{Maker, axis, blank},
};
use crate::{
    chart::{Axis, Chart, Layer, Point, Series},
    error::Result,
    sweep::{Plan, effective, told},
};

/// Cells along an axis, fewest and most, unless somebody asks for others: about the root of how many samples the weights are
/// worth.
const CELLS: (f64, f64) = (6.0, 24.0);

/// One parameter: its density beside the even one that it began with, with the interval that holds 90 %. Two: a map.
pub fn draw(table: &Table, maker: &Maker, plan: &Plan, wish: &Wish) -> Result<Chart> {
    let paths = plan.paths();
    let x = wish.x.clone().unwrap_or_else(|| paths[0].to_owned());
    let y = wish.y.first().cloned().or_else(|| paths.iter().find(|path| **path != x).map(|path| (*path).to_owned()));
    let weight = table.column("weight")?;
    let weights: Vec<f64> = (0..table.rows.len()).map(|row| table.number(row, weight)).collect();
    let column = |name: &str| -> Result<Vec<f64>> {
        let column = table.column(name)?;
        Ok((0..table.rows.len()).map(|row| table.number(row, column)).collect())
    };
    let along = column(&x)?;
    let worth = effective(weights.iter().copied()).sqrt();
    let bins = wish.bins.unwrap_or(worth.clamp(CELLS.0, CELLS.1) as usize);
    let Some(y) = y.filter(|_| !wish.y.is_empty() || wish.x.is_none()) else {
        let mut chart = blank(Some(maker), &x, &["density".into()], wish);
        chart.title = format!("How probable the {x} is");
        chart.y = Axis::new("Probability density");
        let told = told(&along, &weights);
        let edges = edges(&along, bins);
        let width = edges[1] - edges[0];
        let shares = shares(&along, &weights, &edges).into_iter().map(|share| share / width);
        let bars: Vec<Point> = shares.enumerate().map(|(at, share)| Point::new(edges[at] + width / 2.0, share)).collect();
        let most = bars.iter().map(|bar| bar.y).fold(0.0, f64::max);
        let (low, high) = told.interval;
        chart.layers = vec![
            Layer::Band("90 % interval".into(), 1, vec![[low, 0.0, most], [high, 0.0, most]]),
            Layer::Bars(Series::new("found", 0, bars), width),
        ];
        let span = plan.axes.iter().find(|axis| axis.paths.contains(&x)).and_then(|axis| axis.span.as_ref());
        if let Some(span) = span.filter(|span| !span.log) {
            let even = 1.0 / (span.to - span.from);
            let ends = [edges[0], edges[bins]].map(|at| Point::new(at, even));
            chart.layers.push(Layer::Theory(Series::new("before", 2, ends)));
        }
        chart.layers.push(Layer::Rule("mean".into(), told.mean));
        return Ok(chart);
    };
    let up = column(&y)?;
    let mut chart = blank(Some(maker), &x, std::slice::from_ref(&y), wish);
    chart.title = format!("How probable {x} and {y} are");
    (chart.x, chart.y) = (axis(Some(maker), &x, false), axis(Some(maker), &y, false));
    let (columns, lines) = (edges(&along, bins), edges(&up, bins));
    let mut values = vec![f64::NAN; bins * bins];
    for ((x, y), weight) in along.iter().zip(&up).zip(&weights) {
        let cell = &mut values[cell(&lines, *y) * bins + cell(&columns, *x)];
        *cell = if cell.is_nan() { *weight } else { *cell + weight };
    }
    chart.layers.push(Layer::Cells { x: columns, y: lines, values, label: "Probability".into() });
    Ok(chart)
}

/// Edges of so many cells of one width about these numbers.
fn edges(numbers: &[f64], bins: usize) -> Vec<f64> {
    let (low, high) = numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(*at), high.max(*at)));
    let (low, high) = if high > low { (low, high) } else { (low - 0.5, low + 0.5) };
    (0..=bins).map(|at| low + (high - low) * at as f64 / bins as f64).collect()
}

/// The cell in which a number lies.
fn cell(edges: &[f64], at: f64) -> usize {
    edges.partition_point(|edge| *edge <= at).clamp(1, edges.len() - 1) - 1
}

/// The share of the weight in each cell.
fn shares(numbers: &[f64], weights: &[f64], edges: &[f64]) -> Vec<f64> {
    let whole: f64 = weights.iter().sum();
    let mut shares = vec![0.0; edges.len() - 1];
    numbers.iter().zip(weights).for_each(|(at, weight)| shares[cell(edges, *at)] += weight / whole);
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_all_of_the_weight() {
        let numbers = [0.0, 1.0, 2.0, 4.0];
        let edges = edges(&numbers, 4);
        assert_eq!(edges, [0.0, 1.0, 2.0, 3.0, 4.0]);
        // The last edge is within.
        assert_eq!(shares(&numbers, &[1.0, 1.0, 0.0, 2.0], &edges), [0.25, 0.25, 0.0, 0.5]);
        assert_eq!(super::edges(&[3.0], 2), [2.5, 3.0, 3.5]);
    }
}
