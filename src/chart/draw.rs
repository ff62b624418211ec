//! A chart as shapes and words on a sheet.

use super::{
    key, letters,
    scale::{Scale, written},
    sheet::{Anchor, Area, Ink, Place, Shape, Sheet, Stroke},
    spec::{Chart, Layer, Point, Series},
};
use crate::{colour::rgb, scene::Theme, sim, statistics::ends};

/// Points of a typographer in a millimetre.
const POINTS: f32 = 72.0 / 25.4;
/// Size of the type.
pub const TYPE: f32 = 8.0;
/// Thickness of lines.
pub const LINE: f32 = 1.1;
/// Radius of marks.
const DOT: f32 = 2.0;
/// Length of the dashes of theory, and of the gaps between them.
pub const DASHES: [f32; 2] = [4.0, 2.5];

/// Text.
pub const INK: Ink = Ink::new([0x14, 0x18, 0x1f]);
/// Axes.
pub const MUTED: Ink = Ink::new([0x43, 0x4b, 0x57]);
/// Hair lines.
pub const HAIR: Ink = Ink::new([0xc3, 0xc0, 0xb7]);
/// Colours that those who see fewer tell apart (Okabe & Ito, 2008).
const HUES: [Ink; 7] = [
    Ink::new([0x00, 0x72, 0xb2]),
    Ink::new([0xd5, 0x5e, 0x00]),
    Ink::new([0x00, 0x9e, 0x73]),
    Ink::new([0xcc, 0x79, 0xa7]),
    Ink::new([0xe6, 0x9f, 0x00]),
    Ink::new([0x56, 0xb4, 0xe9]),
    Ink::new([0x14, 0x18, 0x1f]),
];

/// The colour of a hue.
pub fn hue(number: usize) -> Ink {
    HUES[number % HUES.len()]
}

/// Where numbers lie on the sheet.
pub struct Frame {
    pub area: Area,
    pub x: Scale,
    pub y: Scale,
}

impl Frame {
    pub fn at(&self, x: f64, y: f64) -> Place {
        // Far out is out; a renderer need not know how far.
        let part = |scale: &Scale, number: f64| scale.part(number).clamp(-10.0, 11.0) as f32;
        [self.area.min[0] + self.area.width() * part(&self.x, x), self.area.max[1] - self.area.height() * part(&self.y, y)]
    }

    /// Whether a point has a place.
    fn knows(&self, point: &Point) -> bool {
        let fits = |scale: &Scale, number: f64| number.is_finite() && (!scale.log || number > 0.0);
        fits(&self.x, point.x) && fits(&self.y, point.y)
    }

    /// The places of the points that have one.
    pub fn places(&self, points: &[Point]) -> Vec<Place> {
        points.iter().filter(|point| self.knows(point)).map(|point| self.at(point.x, point.y)).collect()
    }
}

/// A line of text.
pub fn words(at: Place, text: &str, anchor: Anchor) -> Shape {
    Shape::Words { at, text: text.to_owned(), size: TYPE, anchor, turned: false, ink: INK }
}

fn turned(at: Place, text: &str) -> Shape {
    Shape::Words { at, text: text.to_owned(), size: TYPE, anchor: Anchor::Middle, turned: true, ink: INK }
}

/// The sheet of a chart, so many millimetres large.
pub fn sheet(chart: &Chart, millimetres: [f32; 2]) -> Sheet {
    let size = millimetres.map(|side| side * POINTS);
    let entries = key::entries(chart);
    let inside = frame(chart, size, 0.0);
    // The legend stands beside the chart where it would cover what is drawn.
    let (frame, corner) = match key::corner(chart, &inside, &entries) {
        Some(corner) => (inside, corner),
        None => {
            let room = key::size(&entries)[0] + 6.0;
            let frame = frame(chart, size, room);
            let corner = [size[0] - room, frame.area.min[1]];
            (frame, corner)
        }
    };
    let mut shapes = vec![Shape::area(Area { min: [0.0; 2], max: size }.corners(), Ink::new([255; 3]))];
    axes(chart, &frame, &mut shapes);
    chart.layers.iter().for_each(|layer| draw(&frame, layer, size, &mut shapes));
    let Area { min, max } = frame.area;
    shapes.push(Shape::line([min, [min[0], max[1]], max], Stroke::new(0.7, MUTED)));
    key::draw(&entries, corner, &mut shapes);
    Sheet { size, shapes }
}

/// How many marks fit an axis.
fn marks(scale: &Scale, length: f32, room: f32) -> Vec<f64> {
    scale.marks((length / room).clamp(2.0, 9.0) as usize)
}

/// Where the axes lie on a sheet, with so much room for a legend at the right.
fn frame(chart: &Chart, [width, height]: [f32; 2], room: f32) -> Frame {
    let cells = chart.layers.iter().find_map(|layer| match layer {
        Layer::Cells { values, .. } => Some(ends(values)),
        _ => None,
    });
    let (x, y) = (chart.scale(true), chart.scale(false));
    let widest = |scale: &Scale, length: f32| {
        let marks = marks(scale, length, 30.0);
        marks.iter().map(|mark| TYPE * letters::width(&written(*mark, &marks))).fold(0.0, f32::max)
    };
    let label = |text: &str| if text.is_empty() { 0.0 } else { 1.55 * TYPE };
    let left = 3.0 + label(&chart.y.label) + widest(&y, height - 40.0) + 7.0;
    let right = match cells {
        Some((low, high)) => 28.0 + widest(&Scale { low, high, log: false }, height - 40.0) + label("z"),
        None => 12.0,
    };
    let bottom = 3.0 + label(&chart.x.label) + 1.55 * TYPE;
    let area = Area { min: [left, 8.0], max: [(width - right - room).max(left + 10.0), (height - bottom).max(18.0)] };
    Frame { area, x, y }
}

/// Marks and labels.
fn axes(chart: &Chart, frame: &Frame, shapes: &mut Vec<Shape>) {
    let Area { min, max } = frame.area;
    let cells = chart.layers.iter().any(|layer| matches!(layer, Layer::Cells { .. }));
    let tick = Stroke::new(0.6, MUTED);
    let up = marks(&frame.y, frame.area.height(), 30.0);
    let mut widest: f32 = 0.0;
    for mark in &up {
        let [_, y] = frame.at(frame.x.low, *mark);
        if !cells {
            shapes.push(Shape::line([[min[0], y], [max[0], y]], Stroke::new(0.4, HAIR.thin(0.5))));
        }
        shapes.push(Shape::line([[min[0], y], [min[0] - 2.5, y]], tick));
        let text = written(*mark, &up);
        widest = widest.max(TYPE * letters::width(&text));
        shapes.push(words([min[0] - 5.0, y + TYPE * letters::height() / 2.0], &text, Anchor::End));
    }
    let along = marks(&frame.x, frame.area.width(), 42.0);
    for mark in &along {
        let [x, _] = frame.at(*mark, frame.y.low);
        shapes.push(Shape::line([[x, max[1]], [x, max[1] + 2.5]], tick));
        shapes.push(words([x, max[1] + 4.5 + TYPE * letters::height()], &written(*mark, &along), Anchor::Middle));
    }
    let fine = Stroke::new(0.4, MUTED);
    for mark in frame.x.between(&along) {
        let [x, _] = frame.at(mark, frame.y.low);
        shapes.push(Shape::line([[x, max[1]], [x, max[1] + 1.5]], fine));
    }
    for mark in frame.y.between(&up) {
        let [_, y] = frame.at(frame.x.low, mark);
        shapes.push(Shape::line([[min[0], y], [min[0] - 1.5, y]], fine));
    }
    let middle = |axis: usize| f32::midpoint(min[axis], max[axis]);
    shapes.push(words([middle(0), max[1] + 5.0 + 2.4 * TYPE], &chart.x.label, Anchor::Middle));
    shapes.push(turned([min[0] - 9.0 - widest, middle(1)], &chart.y.label));
}

fn draw(frame: &Frame, layer: &Layer, size: [f32; 2], shapes: &mut Vec<Shape>) {
    let within = |shape: Shape| Shape::Within(frame.area, vec![shape]);
    let line = |series: &Series, stroke: Stroke| within(Shape::line(frame.places(&series.points), stroke));
    match layer {
        Layer::Line(series) => shapes.push(line(series, Stroke::new(LINE, hue(series.hue)))),
        Layer::Points(series) => {
            shapes.push(line(series, Stroke::new(0.6, hue(series.hue).thin(0.6))));
            marked(frame, series, false, shapes);
        }
        Layer::Scatter(series) => marked(frame, series, false, shapes),
        Layer::Reference(series) => marked(frame, series, true, shapes),
        Layer::Theory(series) => {
            shapes.push(line(series, Stroke { dashes: Some(DASHES), ..Stroke::new(0.9, hue(series.hue).thin(0.85)) }));
        }
        Layer::Band(_, number, edges) => {
            let known = |y: f64| if frame.y.log { y.max(frame.y.low) } else { y };
            let side = |end: usize| edges.iter().map(move |edge| frame.at(edge[0], known(edge[end])));
            let around: Vec<Place> = side(1).chain(side(2).rev()).collect();
            shapes.push(within(Shape::area(around, hue(*number).thin(0.2))));
        }
        Layer::Bars(series, width) => {
            let ground = if frame.y.log { frame.y.low } else { 0.0 };
            let bars = series.points.iter().filter(|point| point.y > ground).map(|point| {
                let (from, to) = (frame.at(point.x - width / 2.0, point.y), frame.at(point.x + width / 2.0, ground));
                Shape::area(
                    Area { min: [from[0] + 0.2, from[1]], max: [to[0] - 0.2, to[1]] }.corners(),
                    hue(series.hue).thin(0.55),
                )
            });
            shapes.push(Shape::Within(frame.area, bars.collect()));
        }
        Layer::Rule(name, x) => {
            let [x, _] = frame.at(*x, frame.y.low);
            let Area { min, max } = frame.area;
            let stroke = Stroke { dashes: Some([1.5, 1.5]), ..Stroke::new(0.8, MUTED) };
            shapes.push(within(Shape::line([[x, min[1]], [x, max[1]]], stroke)));
            if frame.area.contains([x, min[1]]) {
                let beside =
                    if x + 4.0 + TYPE * letters::width(name) < max[0] { (3.0, Anchor::Start) } else { (-3.0, Anchor::End) };
                shapes.push(words([x + beside.0, min[1] + TYPE * letters::height()], name, beside.1));
            }
        }
        Layer::Cells { x, y, values, label } => heat(frame, [x, y], values, label, size, shapes),
    }
}

/// Marks with their errors; hollow ones for what is published.
fn marked(frame: &Frame, series: &Series, hollow: bool, shapes: &mut Vec<Shape>) {
    let own = hue(series.hue);
    for point in series.points.iter().filter(|point| frame.knows(point)) {
        let at = frame.at(point.x, point.y);
        if !frame.area.grown(0.5).contains(at) {
            continue;
        }
        if point.error.is_finite() {
            let end = |y: f64| {
                let y = if frame.y.log { y.max(frame.y.low) } else { y };
                [at[0], frame.at(point.x, y)[1].clamp(frame.area.min[1], frame.area.max[1])]
            };
            let ends = [end(point.y - point.error), end(point.y + point.error)];
            shapes.push(Shape::line(ends, Stroke::new(0.8, own)));
            for [x, y] in ends {
                shapes.push(Shape::line([[x - 1.6, y], [x + 1.6, y]], Stroke::new(0.8, own)));
            }
        }
        shapes.push(mark(at, series.hue, hollow));
    }
}

/// Hues differ in shape too.
pub fn mark(at: Place, number: usize, hollow: bool) -> Shape {
    let (size, own) = (if hollow { 1.35 * DOT } else { DOT }, hue(number));
    let (fill, stroke) = if hollow { (Some(Ink::new([255; 3])), Some(Stroke::new(0.8, own))) } else { (Some(own), None) };
    let around = |corners: &[(f32, f32)]| Shape::Path {
        points: corners.iter().map(|(x, y)| [at[0] + size * x, at[1] + size * y]).collect(),
        closed: true,
        fill,
        stroke,
    };
    match number % 4 {
        1 => around(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        2 => around(&[(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)]),
        3 => around(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        _ => Shape::Disc { at, radius: size, fill, stroke },
    }
}

/// Cells in colours, and the legend of these.
fn heat(frame: &Frame, [x, y]: [&[f64]; 2], values: &[f64], label: &str, size: [f32; 2], shapes: &mut Vec<Shape>) {
    let (low, high) = ends(values);
    let scale = sim::Scale::Magnitude { min: 0.0, max: 1.0 };
    let colour = |value: f64| Ink::new(rgb(&scale, ((value - low) / (high - low)) as f32, Theme::Light));
    let columns = x.len() - 1;
    let cell = |(cell, value): (usize, &f64)| {
        let (column, row) = (cell % columns, cell / columns);
        let (low, high) = (frame.at(x[column], y[row + 1]), frame.at(x[column + 1], y[row]));
        // A little larger, so that no seams are seen between them.
        Shape::area(Area { min: low, max: high }.grown(0.15).corners(), colour(*value))
    };
    let cells = values.iter().enumerate().filter(|(_, value)| value.is_finite()).map(cell).collect();
    shapes.push(Shape::Within(frame.area, cells));
    let Area { min, max } = frame.area;
    let bar = Area { min: [max[0] + 7.0, min[1]], max: [max[0] + 14.0, max[1]] };
    const STEPS: usize = 64;
    let steps = (0..STEPS).map(|step| {
        let part = |step: usize| bar.max[1] - bar.height() * step as f32 / STEPS as f32;
        let piece = Area { min: [bar.min[0], part(step + 1)], max: [bar.max[0], part(step)] };
        Shape::area(piece.grown(0.15).corners(), colour(low + (high - low) * (step as f64 + 0.5) / STEPS as f64))
    });
    shapes.push(Shape::Within(bar, steps.collect()));
    let legend = Scale { low, high, log: false };
    let all = marks(&legend, bar.height(), 30.0);
    for mark in &all {
        let y = bar.max[1] - bar.height() * legend.part(*mark) as f32;
        shapes.push(Shape::line([[bar.max[0], y], [bar.max[0] + 2.0, y]], Stroke::new(0.6, MUTED)));
        shapes.push(words([bar.max[0] + 4.0, y + TYPE * letters::height() / 2.0], &written(*mark, &all), Anchor::Start));
    }
    shapes.push(turned([size[0] - 4.5, f32::midpoint(min[1], max[1])], label));
}
