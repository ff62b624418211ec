//! Readings of a run, against time or against one another.

use super::{
    Maker, Table, Wish,
    maker::{blank, words},
    readings, rows,
};
use crate::{
    chart::{Chart, Layer, Point, Series},
    error::{Error, Result},
};

/// The most points of a line that are drawn, far more than a page can show.
const MOST_POINTS: usize = 4000;

/// A line for each column.
pub fn draw(table: &Table, maker: Option<&Maker>, wish: &Wish) -> Result<Chart> {
    let timed = table.has("time") && maker.is_some_and(|maker| !maker.unit.is_empty());
    let first = if timed || !table.has("step") { "time" } else { "step" };
    let x = wish.x.clone().unwrap_or_else(|| if table.has(first) { first.into() } else { table.names[0].clone() });
    let y = if wish.y.is_empty() { readings(table).into_iter().filter(|name| *name != x).collect() } else { wish.y.clone() };
    if y.is_empty() {
        return Err(Error::usage("no column of readings").allowed(table.names.join(", ")));
    }
    let mut chart = blank(maker, &x, &y, wish);
    let at = table.column(&x)?;
    let rows = rows(table, wish)?;
    for (hue, name) in y.iter().enumerate() {
        let column = table.column(name)?;
        let points = rows.clone().map(|row| Point::new(table.number(row, at), table.number(row, column)));
        let points: Vec<Point> = points.filter(|point| point.x.is_finite() && point.y.is_finite()).collect();
        let level = maker.filter(|_| wish.theory).and_then(|maker| maker.theory(&[], name));
        let ends = points.first().zip(points.last()).map(|(first, last)| [first.x, last.x]);
        let in_time = ["step", "time"].contains(&x.as_str());
        let points = if in_time { thinned(points) } else { points };
        chart.layers.push(Layer::Line(Series::new(words(name), hue, points)));
        if let (Some(level), Some(ends), true) = (level, ends, in_time) {
            chart.layers.push(Layer::Theory(Series::new("theory", hue, ends.map(|x| Point::new(x, level)))));
        }
    }
    Ok(chart)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_thinned_keeps_its_spikes() {
        let mut points: Vec<Point> = (0..20_000).map(|at| Point::new(f64::from(at), 0.0)).collect();
        points[12_345].y = 7.0;
        points[16_001].y = -3.0;
        let thin = thinned(points);
        assert!(thin.len() <= MOST_POINTS + 2 && thin.windows(2).all(|pair| pair[0].x < pair[1].x));
        assert!(thin.iter().any(|point| (point.x, point.y) == (12_345.0, 7.0)));
        assert!(thin.iter().any(|point| (point.x, point.y) == (16_001.0, -3.0)));
    }
}
