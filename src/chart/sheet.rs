//! Shapes and words on a sheet, in points of 1/72 inch from its upper left corner, and these as SVG.

use super::letters;
use crate::recipe::{SVG_ELEMENT, escaped};
use std::fmt::Write as _;

/// A place on the sheet.
pub type Place = [f32; 2];

/// A colour, and how much of it covers what lies beneath.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// sRGB bytes.
    pub rgb: [u8; 3],
    /// From 0 to 1.
    pub cover: f32,
}

impl Ink {
    pub const fn new(rgb: [u8; 3]) -> Self {
        Self { rgb, cover: 1.0 }
    }

    /// The same colour, thinner.
    pub fn thin(self, cover: f32) -> Self {
        Self { cover: self.cover * cover, ..self }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    pub width: f32,
    pub ink: Ink,
    /// Lengths of dashes and of the gaps between them.
    pub dashes: Option<[f32; 2]>,
}

impl Stroke {
    pub fn new(width: f32, ink: Ink) -> Self {
        Self { width, ink, dashes: None }
    }
}

/// Where a text stands from its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// Something on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line, or an area.
    Path { points: Vec<Place>, closed: bool, fill: Option<Ink>, stroke: Option<Stroke> },
    /// A disc.
    Disc { at: Place, radius: f32, fill: Option<Ink>, stroke: Option<Stroke> },
    /// A line of text, whose base line begins, has its middle or ends at a place. One that is turned runs upwards.
    Words { at: Place, text: String, size: f32, anchor: Anchor, turned: bool, ink: Ink },
    /// Shapes of which only what lies in a rectangle is seen.
    Within(Area, Vec<Shape>),
}

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    pub min: Place,
    pub max: Place,
}

impl Area {
    pub fn width(&self) -> f32 {
        self.max[0] - self.min[0]
    }

    pub fn height(&self) -> f32 {
        self.max[1] - self.min[1]
    }

    pub fn contains(&self, [x, y]: Place) -> bool {
        (self.min[0]..=self.max[0]).contains(&x) && (self.min[1]..=self.max[1]).contains(&y)
    }

    /// Larger by so much on every side.
    pub fn grown(&self, by: f32) -> Self {
        Self { min: self.min.map(|side| side - by), max: self.max.map(|side| side + by) }
    }

    /// Its corners, one after the other.
    pub fn corners(&self) -> Vec<Place> {
        let Self { min, max } = self;
        vec![*min, [max[0], min[1]], *max, [min[0], max[1]]]
    }
}

impl Shape {
    pub fn line(points: impl Into<Vec<Place>>, stroke: Stroke) -> Self {
        Self::Path { points: points.into(), closed: false, fill: None, stroke: Some(stroke) }
    }

    pub fn area(points: impl Into<Vec<Place>>, fill: Ink) -> Self {
        Self::Path { points: points.into(), closed: true, fill: Some(fill), stroke: None }
    }
}

/// A sheet with what is drawn on it, from the ground up.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub size: [f32; 2],
    pub shapes: Vec<Shape>,
}

impl Sheet {
    /// The text of an SVG that is so many millimetres large.
    pub fn svg(&self, millimetres: [f32; 2], title: &str, recipe: &str) -> String {
        let [width, height] = self.size;
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width:.2} {height:.2}\">\n\
             <title>{}</title>\n",
            millimetres[0],
            millimetres[1],
            escaped(title)
        );
        if !recipe.is_empty() {
            text += &format!("{}{}{}\n", SVG_ELEMENT.0, escaped(recipe), SVG_ELEMENT.1);
        }
        let mut clips = 0;
        self.shapes.iter().for_each(|shape| put(&mut text, shape, &mut clips));
        text + "</svg>\n"
    }
}

fn paint(name: &str, ink: Option<Ink>) -> String {
    let Some(Ink { rgb: [r, g, b], cover }) = ink else { return format!("{name}=\"none\"") };
    let opacity = if cover < 1.0 { format!(" {name}-opacity=\"{cover:.3}\"") } else { String::new() };
    format!("{name}=\"#{r:02x}{g:02x}{b:02x}\"{opacity}")
}

fn pen(stroke: Option<Stroke>) -> String {
    let Some(Stroke { width, ink, dashes }) = stroke else { return String::new() };
    let dashes = dashes.map_or_else(String::new, |[dash, gap]| format!(" stroke-dasharray=\"{dash} {gap}\""));
    format!(" {} stroke-width=\"{width:.2}\" stroke-linejoin=\"round\"{dashes}", paint("stroke", Some(ink)))
}

/// Appends a shape. Areas that are clipped are counted: each has a name of its own.
fn put(out: &mut String, shape: &Shape, clips: &mut usize) {
    let written = match shape {
        Shape::Path { points, closed, fill, stroke } => {
            let points: Vec<String> = points.iter().map(|[x, y]| format!("{x:.2},{y:.2}")).collect();
            let name = if *closed { "polygon" } else { "polyline" };
            writeln!(out, "<{name} points=\"{}\" {}{}/>", points.join(" "), paint("fill", *fill), pen(*stroke))
        }
        Shape::Disc { at: [x, y], radius, fill, stroke } => {
            writeln!(out, "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius:.2}\" {}{}/>", paint("fill", *fill), pen(*stroke))
        }
        Shape::Words { at: [x, y], text, size, anchor, turned, ink } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let turned = if *turned { format!(" transform=\"rotate(-90 {x:.2} {y:.2})\"") } else { String::new() };
            // Where the typeface is another one, the text is as long as it was all the same.
            writeln!(
                out,
                "<text x=\"{x:.2}\" y=\"{y:.2}\" font-family=\"Inter, Helvetica, Arial, sans-serif\" font-size=\"{size:.2}\" \
                 text-anchor=\"{anchor}\" textLength=\"{:.2}\" lengthAdjust=\"spacingAndGlyphs\" {}{turned}>{}</text>",
                size * letters::width(text),
                paint("fill", Some(*ink)),
                escaped(text)
            )
        }
        Shape::Within(area, shapes) => {
            *clips += 1;
            let own = *clips;
            let [x, y] = area.min;
            let clip = writeln!(
                out,
                "<clipPath id=\"clip{own}\"><rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{:.2}\" height=\"{:.2}\"/></clipPath>\n\
                 <g clip-path=\"url(#clip{own})\">",
                area.width(),
                area.height()
            );
            shapes.iter().for_each(|shape| put(out, shape, clips));
            clip.and_then(|()| writeln!(out, "</g>"))
        }
    };
    written.expect("strings take all");
}
