//! What a plot shows, as a chart: the panel draws it, and files are made of it.

use super::{
    Desk, History, Window,
    series::{Bucket, Curve, Series},
    sight::{Form, Sight},
    words,
};
use crate::{
    chart::{Axis, Chart, Layer, Point},
    measures::{Instrument, Tells},
    plot::{distinct, edges},
    scene::Params,
    statistics::Bins,
};

/// Most places of a map of curves.
const PLACES: usize = 160;
/// Hues: of what is read, of what stands out, of theory, of where the run stands, and of what is beside.
pub const READ: usize = 0;
pub const MARKED: usize = 1;
pub const THEORY: usize = 2;
pub const HERE: usize = 3;
pub const BESIDE: usize = 6;
/// Of the second of two runs that are compared.
pub const OTHER: usize = 8;

/// A run as a plot shows it: its name, its hue, and what was read of it.
struct Side<'a> {
    name: String,
    hue: usize,
    series: Option<&'a Series>,
    params: Box<dyn Params>,
    agents: usize,
}

/// The run, or both where two are compared.
fn sides<'a>(desk: &'a Desk, instrument: &Instrument) -> Vec<Side<'a>> {
    let side = |name, hue, history: &'a History, params, agents| Side {
        name,
        hue,
        series: history.series(instrument.name),
        params,
        agents,
    };
    let both = desk.labels().zip(desk.beside.as_ref()).zip(desk.params_beside());
    let own = both.as_ref().map_or_else(|| words::label(instrument.name), |(([label, _], _), _)| label.text.clone());
    let mut sides = vec![side(own, READ, &desk.history, desk.params(), desk.frame.agents)];
    if let Some((([_, label], beside), params)) = both {
        sides.push(side(label.text, OTHER, &beside.history, params, beside.frame.agents));
    }
    sides
}

/// The form in which an instrument is drawn: curves of two runs share axes only as they are now.
pub fn form(desk: &Desk, instrument: &Instrument, sight: &Sight) -> Form {
    let curve = matches!(instrument.tells, Tells::Curve(_) | Tells::Map(..));
    if curve && desk.beside.is_some() { Form::Now } else { sight.form }
}

/// The first step that the plots show.
pub fn first_step(desk: &Desk) -> u64 {
    let last = desk.history.last().map_or(0, |(step, _)| step);
    match desk.window {
        Window::Last(steps) => last.saturating_sub(steps),
        Window::All => 0,
    }
}

/// What time is counted in: a unit, or steps.
pub fn unit(desk: &Desk) -> &'static str {
    if desk.frame.time_unit.is_empty() { "steps" } else { desk.frame.time_unit }
}

/// What the readings of an instrument are measured in, or nothing.
pub fn measured_in(desk: &Desk, instrument: &Instrument) -> String {
    instrument.dimension.unit(desk.frame.extent.unit, desk.frame.time_unit)
}

/// Name and symbol, and what it is measured in.
pub fn label(desk: &Desk, instrument: &Instrument) -> String {
    let label = words::label(instrument.name);
    let label = if instrument.symbol == label { label } else { format!("{label} {}", instrument.symbol) };
    let unit = measured_in(desk, instrument);
    if unit.is_empty() { label } else { format!("{label} ({unit})") }
}

/// The chart of an instrument as it is looked at.
pub fn chart(desk: &Desk, instrument: &'static Instrument, sight: &Sight) -> Chart {
    let series = desk.history.series(instrument.name);
    let [log_x, log_y] = sight.log;
    let mut chart = match (instrument.tells, form(desk, instrument, sight)) {
        (Tells::Number, Form::Against(other)) => against(desk, instrument, other),
        (Tells::Number, Form::Spread) => spread(desk, instrument),
        (Tells::Number, _) => in_time(desk, instrument, sight),
        (Tells::Curve(along) | Tells::Map(along, _), Form::Now) => now(desk, instrument, along),
        (Tells::Curve(along) | Tells::Map(along, _), _) => curves_in_time(desk, instrument, series, along),
    };
    let map = matches!(chart.layers.first(), Some(Layer::Cells { .. }));
    (chart.x.log, chart.y.log) = (log_x && !map, log_y && !map);
    for axis in [&mut chart.x, &mut chart.y] {
        // An axis of factors cannot begin at 0.
        axis.range = axis.range.filter(|(low, _)| !axis.log || *low > 0.0);
    }
    chart
}

fn timed(desk: &Desk) -> bool {
    !desk.frame.time_unit.is_empty()
}

fn time_axis(desk: &Desk) -> Axis {
    Axis::new(if timed(desk) { format!("Time ({})", unit(desk)) } else { "Step".into() })
}

/// The chart of a number against time: readings, what theory and chance say, and what was done.
fn in_time(desk: &Desk, instrument: &'static Instrument, sight: &Sight) -> Chart {
    let timed = timed(desk);
    let sides = sides(desk, instrument);
    let from = sides[0].series.zip(sight.zoom).map_or(first_step(desk), |(series, [(low, _), _])| step_at(series, low, timed));
    let x_of = |bucket: &Bucket| if timed { bucket.time } else { bucket.step as f64 };
    let buckets =
        |side: &Side| -> Vec<Bucket> { side.series.map(|series| series.since(from).copied().collect()).unwrap_or_default() };
    let read: Vec<Vec<Bucket>> = sides.iter().map(buckets).collect();
    let (x, y) = bounds(desk, &read, instrument, sight.log[1]);
    let mut layers = Vec::new();
    levels(desk, instrument, &sides, |name, hue, level| {
        let ends = [Point::new(x.0, level), Point::new(x.1, level)];
        layers.push(Layer::Theory(crate::chart::Series::new(name, hue, ends)));
    });
    for mark in desk.history.marks().filter(|mark| mark.until >= from) {
        if let Some(at) = if timed { desk.history.time(mark.step) } else { Some(mark.step as f64) } {
            layers.push(Layer::Rule(mark.text.clone(), at));
        }
    }
    for (side, buckets) in sides.iter().zip(&read) {
        layers.push(Layer::Line(crate::chart::Series::new(&side.name, side.hue, line(buckets, x_of))));
    }
    Chart {
        title: format!("{}: {} against time", desk.title(), words::label(instrument.name).to_lowercase()),
        x: Axis { range: Some(x), ..time_axis(desk) },
        y: Axis { range: y, ..Axis::new(label(desk, instrument)) },
        layers,
    }
}

/// The levels that chance and theory say of each run; where both have the same, it is said once.
fn levels(desk: &Desk, instrument: &Instrument, sides: &[Side], mut each: impl FnMut(&str, usize, f64)) {
    let random = |side: &Side| instrument.baseline.map(|baseline| baseline(side.agents as f64));
    let theory = |side: &Side| desk.model.theory(&*side.params, instrument.name);
    let both = |level: &dyn Fn(&Side) -> Option<f64>| -> Vec<Option<f64>> {
        sides.iter().map(|side| level(side).filter(|level| level.is_finite())).collect()
    };
    for (name, hue, of) in [("random", BESIDE, both(&random)), ("theory", THEORY, both(&theory))] {
        let alike = of.iter().all(|level| *level == of[0]);
        for (side, level) in sides.iter().zip(of).take(if alike { 1 } else { sides.len() }) {
            if let Some(level) = level {
                each(name, if alike { hue } else { side.hue }, level);
            }
        }
    }
}

/// The step of the readings at a place of the axis of time.
fn step_at(series: &Series, place: f64, timed: bool) -> u64 {
    if !timed {
        return place.max(0.0) as u64;
    }
    series.since(0).take_while(|bucket| bucket.time <= place).last().map_or(0, |bucket| bucket.step)
}

/// What is drawn of the buckets: each lowest and highest reading in the order in which a line needs them.
fn line(buckets: &[Bucket], x_of: impl Fn(&Bucket) -> f64) -> Vec<Point> {
    let mut points = Vec::with_capacity(2 * buckets.len());
    for (at, bucket) in buckets.iter().enumerate() {
        let x = x_of(bucket);
        if bucket.steps == 1 || bucket.min == bucket.max {
            points.push(Point::new(x, bucket.mean()));
        } else {
            let rises = at % 2 == 0;
            let (first, second) = if rises { (bucket.min, bucket.max) } else { (bucket.max, bucket.min) };
            points.extend([Point::new(x, first), Point::new(x, second)]);
        }
    }
    points.retain(|point| point.x.is_finite() && point.y.is_finite());
    points
}

/// The ends of both axes: the instrument's own range upwards, or what fits the readings; nothing where that is found out from
/// what is drawn.
fn bounds(desk: &Desk, read: &[Vec<Bucket>], instrument: &Instrument, log: bool) -> ((f64, f64), Option<(f64, f64)>) {
    let firsts = read.iter().filter_map(|buckets| buckets.first());
    let first = firsts.map(|bucket| (bucket.step, bucket.time)).min_by(|a, b| a.1.total_cmp(&b.1));
    let x = span(desk, first);
    let buckets = || read.iter().flatten();
    if log {
        return (x, None);
    }
    let y = instrument.range.map(|(low, high)| (low, high + 0.02 * (high - low))).unwrap_or_else(|| {
        let finite = |number: &f64| number.is_finite();
        let low = buckets().map(|bucket| bucket.min).filter(finite).fold(f64::INFINITY, f64::min);
        let high = buckets().map(|bucket| bucket.max).filter(finite).fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            return (0.0, 1.0);
        }
        let room = (0.1 * (high - low)).max(1e-9 + 1e-3 * high.abs());
        // Close to 0 the axis begins there.
        let low = if low >= 0.0 && low < 0.5 * high { 0.0 } else { low - room };
        (low, high + room)
    });
    (x, Some(y))
}

/// The ends of the axis of time, from the first of what is shown on.
fn span(desk: &Desk, first: Option<(u64, f64)>) -> (f64, f64) {
    let timed = timed(desk);
    let end = |history: &History| history.last().map_or(0.0, |(step, time)| if timed { time } else { step as f64 });
    let last = end(&desk.history).max(desk.beside.as_ref().map_or(0.0, |beside| end(&beside.history)));
    let first = if timed { first.map_or(0.0, |(_, time)| time) } else { first_step(desk) as f64 };
    let first = if first.is_finite() { first } else { 0.0 };
    // A run that has just begun draws from the left into a hundred empty steps.
    let step = if timed && desk.frame.step > 0 { desk.frame.time / desk.frame.step as f64 } else { 1.0 };
    (first, last.max(first + 100.0 * if step > 0.0 { step } else { 1.0 }))
}

/// One instrument against another: the way that the run took, and where it stands.
fn against(desk: &Desk, instrument: &'static Instrument, other: &'static Instrument) -> Chart {
    let (from, here) = (first_step(desk), desk.here());
    let read = |side: &Side| side.series.map(|series| series.one_by_one(from)).unwrap_or_default();
    let mut layers = Vec::new();
    for (first, second) in sides(desk, other).iter().zip(&sides(desk, instrument)) {
        let way = both(&read(first), &read(second));
        let now = way.iter().rev().find(|(step, _)| *step <= here).map(|(_, point)| *point);
        let name = if desk.beside.is_some() { second.name.as_str() } else { "the run" };
        let way = way.into_iter().map(|(_, point)| point);
        layers.push(Layer::Line(crate::chart::Series::new(name, second.hue, way)));
        let hue = if second.hue == READ { HERE } else { OTHER };
        layers.push(Layer::Scatter(crate::chart::Series::new("now", hue, now)));
    }
    let (along, up) = (words::label(other.name), words::label(instrument.name));
    let range = |instrument: &Instrument| instrument.range.map(|(low, high)| (low, high + 0.02 * (high - low)));
    Chart {
        title: format!("{}: {} against {}", desk.title(), up.to_lowercase(), along.to_lowercase()),
        x: Axis { range: range(other), ..Axis::new(label(desk, other)) },
        y: Axis { range: range(instrument), ..Axis::new(label(desk, instrument)) },
        layers,
    }
}

/// The readings of the steps at which there are both, as points.
fn both(first: &[(u64, f64)], second: &[(u64, f64)]) -> Vec<(u64, Point)> {
    let mut rest = second.iter().peekable();
    let mut points = Vec::new();
    for (step, x) in first {
        while rest.next_if(|(other, _)| other < step).is_some() {}
        if let Some((_, y)) = rest.next_if(|(other, _)| other == step) {
            points.push((*step, Point::new(*x, *y)));
        }
    }
    points
}

/// How often which number is read.
fn spread(desk: &Desk, instrument: &Instrument) -> Chart {
    let from = first_step(desk);
    let layers = sides(desk, instrument).into_iter().map(|side| {
        let readings: Vec<f64> = side
            .series
            .map(|series| series.one_by_one(from).into_iter().map(|(_, reading)| reading).collect())
            .unwrap_or_default();
        let bins = Bins::of(&readings, None);
        let densities = if readings.is_empty() { Vec::new() } else { bins.densities(&readings) };
        let bars = densities.into_iter().enumerate().map(|(bin, density)| Point::new(bins.middle(bin), density));
        Layer::Bars(crate::chart::Series::new(&side.name, side.hue, bars), bins.width)
    });
    Chart {
        title: format!("{}, how often", words::label(instrument.name)),
        x: Axis::new(label(desk, instrument)),
        y: Axis::new("Density"),
        layers: layers.collect(),
    }
}

/// A curve as it is now.
fn now(desk: &Desk, instrument: &Instrument, along: &str) -> Chart {
    let layers = sides(desk, instrument).into_iter().map(|side| {
        let curve = side.series.and_then(|series| series.curve_at(desk.here()));
        let points = curve.map(|curve| curve.points.as_slice()).unwrap_or_default();
        let points = points.iter().filter(|[x, y]| x.is_finite() && y.is_finite()).map(|[x, y]| Point::new(*x, *y));
        Layer::Line(crate::chart::Series::new(&side.name, side.hue, points))
    });
    let layers = layers.collect();
    Chart {
        title: format!("{}: {} now", desk.title(), words::label(instrument.name).to_lowercase()),
        x: Axis::new(along),
        y: Axis::new(label(desk, instrument)),
        layers,
    }
}

/// Curves as colours, time against place.
fn curves_in_time(desk: &Desk, instrument: &Instrument, series: Option<&Series>, along: &str) -> Chart {
    let timed = timed(desk);
    let curves: Vec<(f64, &Curve)> = series.map_or_else(Vec::new, |series| {
        let at = |step: u64, curve: &Curve| if timed { curve.time } else { step as f64 };
        series.curves(first_step(desk)).map(|(step, curve)| (at(*step, curve), curve)).collect()
    });
    let name = words::label(instrument.name);
    Chart {
        title: format!("{}: {} in time", desk.title(), name.to_lowercase()),
        x: time_axis(desk),
        y: Axis::new(along),
        layers: cells(&curves, label(desk, instrument)).into_iter().collect(),
    }
}

/// The cells of curves that were read at these places of the first axis; nothing where there are none.
fn cells(curves: &[(f64, &Curve)], label: String) -> Option<Layer> {
    let first = curves.iter().find(|(_, curve)| !curve.points.is_empty())?;
    let places = |curve: &Curve| curve.points.iter().map(|[x, _]| *x).collect::<Vec<_>>();
    let own = places(first.1);
    let alike = curves.iter().all(|(_, curve)| curve.points.iter().map(|[x, _]| x).eq(&own));
    let all = if alike { own } else { distinct(curves.iter().flat_map(|(_, curve)| places(curve))) };
    let (low, high) = (*all.first()?, *all.last()?);
    let up = match all.len() <= PLACES {
        true => edges(&all),
        // Places that are many fall into cells of one height.
        false => (0..=PLACES).map(|at| low + (high - low) * at as f64 / PLACES as f64).collect(),
    };
    let along = edges(&curves.iter().map(|(x, _)| *x).collect::<Vec<_>>());
    let (columns, rows) = (along.len() - 1, up.len() - 1);
    let mut sums = vec![(0.0, 0.0); columns * rows];
    for (column, (_, curve)) in curves.iter().enumerate() {
        for [place, value] in curve.points.iter().filter(|[place, value]| place.is_finite() && value.is_finite()) {
            let row = up.partition_point(|edge| edge <= place).clamp(1, rows) - 1;
            let (sum, count) = &mut sums[row * columns + column];
            (*sum, *count) = (*sum + value, *count + 1.0);
        }
    }
    let values = sums.into_iter().map(|(sum, count)| if count > 0.0 { sum / count } else { f64::NAN }).collect();
    Some(Layer::Cells { x: along, y: up, values, label })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portrait_is_of_the_steps_at_which_there_are_both() {
        let points = both(&[(1, 0.1), (2, 0.2), (4, 0.4), (5, 0.5)], &[(2, 2.0), (3, 3.0), (5, 5.0), (6, 6.0)]);
        let told: Vec<_> = points.iter().map(|(step, point)| (*step, point.x, point.y)).collect();
        assert_eq!(told, [(2, 0.2, 2.0), (5, 0.5, 5.0)]);
    }

    #[test]
    fn curves_that_differ_in_length_share_the_places_of_a_map() {
        let curve = |points: &[[f64; 2]]| Curve { time: 0.0, points: points.to_vec() };
        let (short, long) = (curve(&[[0.0, 1.0], [1.0, 2.0]]), curve(&[[0.0, 3.0], [1.0, f64::NAN], [2.0, 5.0]]));
        let Some(Layer::Cells { x, y, values, .. }) = cells(&[(0.0, &short), (10.0, &long)], String::new()) else { panic!() };
        assert_eq!((x, y), (vec![-5.0, 5.0, 15.0], vec![-0.5, 0.5, 1.5, 2.5]));
        assert_eq!((&values[..3], values[5]), (&[1.0, 3.0, 2.0][..], 5.0));
        assert!(values[3].is_nan() && values[4].is_nan());
        // Very many places are brought together.
        let many = curve(&(0..1000).map(|at| [f64::from(at), 1.0]).collect::<Vec<_>>());
        let Some(Layer::Cells { y, values, .. }) = cells(&[(0.0, &many), (1.0, &short)], String::new()) else { panic!() };
        assert_eq!((y.len(), values[0]), (PLACES + 1, 1.0));
        assert!(cells(&[], String::new()).is_none());
    }

    #[test]
    fn a_bucket_of_many_steps_is_drawn_from_its_lowest_to_its_highest() {
        let mut series = Series::new(crate::measures::find("polarisation").unwrap(), 0);
        (0..4000u64).for_each(|step| series.push(step, 0.0, ((step % 2) as f64).into()));
        let buckets: Vec<Bucket> = series.since(0).copied().collect();
        let points = line(&buckets, |bucket| bucket.step as f64);
        assert_eq!(points.len(), 2 * buckets.len());
        assert_eq!(points[..4].iter().map(|point| point.y).collect::<Vec<_>>(), [0.0, 1.0, 1.0, 0.0]);
    }
}
