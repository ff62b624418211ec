//! What a figure shows.

use crate::table::{Cell, line};

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

/// Points that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// The points, in the order in which a line runs through them.
    pub points: Vec<Point>,
}

/// Something that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A line through points.
    Line(Series),
    /// Points with their errors, and a thin line through them.
    Points(Series),
    /// What theory says: a broken line.
    Theory(Series),
    /// Bars from the first axis up, this wide.
    Bars(Series, f64),
    /// A number at each cell of a plane, in the order of rows from below: edges along both axes, numbers, and what they are.
    Cells {
        /// Edges of the cells along the first axis.
        x: Vec<f64>,
        /// Edges along the second axis.
        y: Vec<f64>,
        /// The numbers; not a number where there is none.
        values: Vec<f64>,
        /// What they are.
        label: String,
    },
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// Its title, for whoever does not see it.
    pub title: String,
    /// The first axis.
    pub x: Axis,
    /// The second axis.
    pub y: Axis,
    /// What is drawn, from the ground up.
    pub layers: Vec<Layer>,
}

impl Figure {
    /// What is drawn, as a table in CSV: series, place along both axes, and the error or the cell's number.
    pub fn csv(&self) -> String {
        let mut text = String::from("series,x,y,error,value\n");
        let known = |number: f64| if number.is_finite() { Cell::Number(number) } else { Cell::Nothing };
        let mut row = |name: &str, numbers: [f64; 4]| {
            text += &line(std::iter::once(Cell::Text(name.into())).chain(numbers.map(known)));
        };
        for layer in &self.layers {
            match layer {
                Layer::Line(series) | Layer::Points(series) | Layer::Theory(series) | Layer::Bars(series, _) => {
                    series.points.iter().for_each(|at| row(&series.name, [at.x, at.y, at.error, f64::NAN]));
                }
                Layer::Cells { x, y, values, label } => {
                    let middle = |edges: &[f64], at: usize| f64::midpoint(edges[at], edges[at + 1]);
                    let columns = x.len() - 1;
                    for (cell, value) in values.iter().enumerate() {
                        row(label, [middle(x, cell % columns), middle(y, cell / columns), f64::NAN, *value]);
                    }
                }
            }
        }
        text
    }
}
