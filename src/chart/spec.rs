//! What a chart shows.

use super::{draw, pixels, scale::Scale};
use crate::{
    error::{Error, Result},
    output::Output,
    table::{Cell, line},
};
use std::path::Path;

/// An axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What it measures, with symbol and unit.
    pub label: String,
    /// Whether equal ways are equal factors.
    pub log: bool,
    /// Its ends, where they are given; otherwise what is drawn fits.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// A linear axis that fits what is drawn.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// The same, logarithmic.
    #[must_use]
    pub fn log(self) -> Self {
        Self { log: true, ..self }
    }

    /// The same with these ends.
    #[must_use]
    pub fn from_to(self, low: f64, high: f64) -> Self {
        Self { range: Some((low, high)), ..self }
    }
}

/// A point, with its standard error where it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Place along the first axis.
    pub x: f64,
    /// Place along the second axis.
    pub y: f64,
    /// Standard error of `y`; not a number where it is not known.
    pub error: f64,
}

impl Point {
    /// A point whose error is not known.
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y, error: f64::NAN }
    }

    /// The same with a standard error.
    #[must_use]
    pub fn give_or_take(self, error: f64) -> Self {
        Self { error, ..self }
    }
}

/// Points that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name in the legend; without one it is not in there.
    pub name: String,
    /// The points, in the order in which a line runs through them.
    pub points: Vec<Point>,
    /// Its colour and mark, counted from 0. What belongs together shares them: points, and the theory of them.
    pub hue: usize,
}

impl Series {
    /// Points with a name and a hue.
    pub fn new(name: impl Into<String>, hue: usize, points: impl IntoIterator<Item = Point>) -> Self {
        Self { name: name.into(), hue, points: points.into_iter().collect() }
    }
}

/// Something that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A line through points.
    Line(Series),
    /// Points with their errors, and a thin line through them.
    Points(Series),
    /// Points without a line between them.
    Scatter(Series),
    /// Published points: hollow marks, drawn where others are drawn over them.
    Reference(Series),
    /// What theory says: a broken line.
    Theory(Series),
    /// The area between two lines: place along the first axis, lower and upper end.
    Band(String, usize, Vec<[f64; 3]>),
    /// Bars from the first axis up, this wide.
    Bars(Series, f64),
    /// A place along the first axis that has a name: an upright line.
    Rule(String, f64),
    /// A number at each cell of a plane.
    Cells {
        /// Edges of the cells along the first axis.
        x: Vec<f64>,
        /// Edges along the second axis.
        y: Vec<f64>,
        /// The numbers in the order of rows from below; not a number where there is none.
        values: Vec<f64>,
        /// What they are.
        label: String,
    },
}

impl Layer {
    /// Its points, where it has any.
    pub(crate) fn series(&self) -> Option<&Series> {
        match self {
            Self::Line(series)
            | Self::Points(series)
            | Self::Scatter(series)
            | Self::Reference(series)
            | Self::Theory(series)
            | Self::Bars(series, _) => Some(series),
            Self::Band(..) | Self::Rule(..) | Self::Cells { .. } => None,
        }
    }

    /// Multiplies its numbers along the second axis, or those of its cells.
    pub(crate) fn multiply(&mut self, times: f64) {
        match self {
            Self::Line(series)
            | Self::Points(series)
            | Self::Scatter(series)
            | Self::Reference(series)
            | Self::Theory(series)
            | Self::Bars(series, _) => {
                series.points.iter_mut().for_each(|point| (point.y, point.error) = (times * point.y, times * point.error));
            }
            Self::Band(_, _, edges) => {
                edges.iter_mut().for_each(|[_, low, high]| (*low, *high) = (times * *low, times * *high))
            }
            Self::Cells { values, .. } => values.iter_mut().for_each(|value| *value *= times),
            Self::Rule(..) => {}
        }
    }

    /// Its name and hue, where it has them.
    pub(crate) fn named(&mut self) -> Option<(&mut String, &mut usize)> {
        match self {
            Self::Line(series)
            | Self::Points(series)
            | Self::Scatter(series)
            | Self::Reference(series)
            | Self::Theory(series)
            | Self::Bars(series, _) => Some((&mut series.name, &mut series.hue)),
            Self::Band(name, hue, _) => Some((name, hue)),
            Self::Rule(..) | Self::Cells { .. } => None,
        }
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Band(_, _, edges) => edges.is_empty(),
            Self::Cells { values, .. } => values.iter().all(|value| value.is_nan()),
            Self::Rule(..) => true,
            _ => self.series().is_none_or(|series| series.points.is_empty()),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Line(_) => "line",
            Self::Points(_) | Self::Scatter(_) => "points",
            Self::Reference(_) => "published",
            Self::Theory(_) => "theory",
            Self::Band(..) => "band",
            Self::Bars(..) => "bars",
            Self::Rule(..) => "rule",
            Self::Cells { .. } => "cells",
        }
    }
}

/// The page that a chart is drawn for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Page {
    /// Width and height in millimetres. Letters have 8 points whatever it is.
    pub millimetres: [f32; 2],
    /// Pixels an inch, where it is drawn in pixels.
    pub resolution: f32,
}

impl Default for Page {
    fn default() -> Self {
        Self { millimetres: [120.0, 80.0], resolution: 300.0 }
    }
}

/// A chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// Its title, for whoever does not see it.
    pub title: String,
    /// The first axis.
    pub x: Axis,
    /// The second axis.
    pub y: Axis,
    /// What is drawn, from the ground up.
    pub layers: Vec<Layer>,
}

/// Ways to write a chart, by the ending of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Shapes and words.
    Svg,
    /// Pixels.
    Png,
    /// What is drawn, as numbers.
    Csv,
}

impl Form {
    /// The way in which a file of this name is written.
    ///
    /// # Errors
    /// Where its ending is none of `.svg`, `.png`, `.csv`.
    pub fn of(path: &Path) -> Result<Self> {
        match path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            Some("csv") => Ok(Self::Csv),
            _ => Err(Error::usage("this kind of chart cannot be made")
                .allowed("a name that ends in .svg, .png or .csv")
                .at(path.display())),
        }
    }
}

impl Chart {
    /// The text of an SVG, with the recipe of what it shows.
    pub fn svg(&self, page: &Page, recipe: &str) -> String {
        draw::sheet(self, page.millimetres).svg(page.millimetres, &self.title, recipe)
    }

    /// The bytes of a PNG, with the recipe of what it shows.
    ///
    /// # Errors
    /// Where it has too many pixels.
    pub fn png(&self, page: &Page, recipe: &str) -> Result<Vec<u8>> {
        pixels::png(&draw::sheet(self, page.millimetres), page.resolution, recipe)
    }

    /// Writes the file in the way that its name asks for.
    ///
    /// # Errors
    /// Where its ending is unknown, or it cannot be written.
    pub fn save(&self, path: &Path, page: &Page, recipe: &str) -> Result<()> {
        let bytes = match Form::of(path)? {
            Form::Svg => self.svg(page, recipe).into_bytes(),
            Form::Png => self.png(page, recipe)?,
            Form::Csv => self.csv().into_bytes(),
        };
        Output::save(path, &bytes)
    }

    /// What is drawn, as a table: kind and name of the series, place along both axes, error, and a cell's number. The two
    /// ends of a band are rows of their own.
    pub fn csv(&self) -> String {
        let mut text = String::from("kind,series,x,y,error,value\n");
        let known = |number: f64| if number.is_finite() { Cell::Number(number) } else { Cell::Nothing };
        let mut row = |kind: &str, name: &str, numbers: [f64; 4]| {
            text += &line([kind, name].map(|text| Cell::Text(text.into())).into_iter().chain(numbers.map(known)));
        };
        for layer in &self.layers {
            let kind = layer.kind();
            match layer {
                Layer::Band(name, _, edges) => edges.iter().for_each(|[x, low, high]| {
                    row(kind, name, [*x, *low, f64::NAN, f64::NAN]);
                    row(kind, name, [*x, *high, f64::NAN, f64::NAN]);
                }),
                Layer::Rule(name, x) => row(kind, name, [*x, f64::NAN, f64::NAN, f64::NAN]),
                Layer::Cells { x, y, values, label } => {
                    let middle = |edges: &[f64], at: usize| f64::midpoint(edges[at], edges[at + 1]);
                    let columns = x.len() - 1;
                    for (cell, value) in values.iter().enumerate() {
                        row(kind, label, [middle(x, cell % columns), middle(y, cell / columns), f64::NAN, *value]);
                    }
                }
                _ => layer.series().into_iter().for_each(|series| {
                    series.points.iter().for_each(|at| row(kind, &series.name, [at.x, at.y, at.error, f64::NAN]));
                }),
            }
        }
        text
    }

    /// The scale of an axis: its own ends, or what fits all that is drawn.
    pub(crate) fn scale(&self, first: bool) -> Scale {
        let axis = if first { &self.x } else { &self.y };
        match axis.range {
            Some((low, high)) => Scale { low, high, log: axis.log },
            None => self.fitted(first),
        }
    }

    /// What fits all that is drawn.
    pub(crate) fn fitted(&self, first: bool) -> Scale {
        let axis = if first { &self.x } else { &self.y };
        let mut numbers: Vec<f64> = Vec::new();
        for layer in &self.layers {
            match layer {
                Layer::Cells { x, y, .. } => {
                    let edges = if first { x } else { y };
                    let (Some(low), Some(high)) = (edges.first(), edges.last()) else { continue };
                    return Scale { low: *low, high: *high, log: axis.log && *low > 0.0 };
                }
                Layer::Band(_, _, edges) => {
                    numbers.extend(edges.iter().flat_map(|[x, low, high]| if first { [*x; 2] } else { [*low, *high] }));
                }
                Layer::Rule(_, x) => numbers.extend(first.then_some(*x)),
                Layer::Bars(series, width) => {
                    let half = width / 2.0;
                    let both = |point: &Point| if first { [point.x - half, point.x + half] } else { [0.0, point.y] };
                    numbers.extend(series.points.iter().flat_map(both));
                }
                _ => {
                    let ends = |point: &Point| {
                        let error = if point.error.is_finite() { point.error } else { 0.0 };
                        if first { [point.x; 2] } else { [point.y - error, point.y + error] }
                    };
                    numbers.extend(layer.series().into_iter().flat_map(|series| series.points.iter().flat_map(ends)));
                }
            }
        }
        Scale::fit(numbers.into_iter(), axis.log)
    }
}
