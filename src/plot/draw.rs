//! A figure as shapes and text, for a page of some size.

use super::{
    figure::{Axis, Figure, Layer, Point, Series},
    scale::{Scale, written},
};
use crate::{
    error::Result,
    panel,
    record::{png as png_of, sheet},
    scene::Theme,
    sim,
    view::{Gpu, Page, Palette, Studio, colour::rgb, sketched},
};
use egui::{Color32, FontId, Galley, Pos2, Rect, Shape, Stroke, pos2, vec2};
use std::sync::Arc;

/// Points of a typographer in an inch.
const INCH: f32 = 72.0;
/// Millimetres in an inch.
const MILLIMETRES: f32 = 25.4;
/// Size of the type.
const TYPE: f32 = 8.0;
/// Thickness of lines.
const LINE: f32 = 1.1;
/// Radius of points.
const DOT: f32 = 2.0;
/// Colours that those who see fewer tell apart (Okabe & Ito, 2008).
const COLOURS: [Color32; 7] = [
    Color32::from_rgb(0x00, 0x72, 0xb2),
    Color32::from_rgb(0xd5, 0x5e, 0x00),
    Color32::from_rgb(0x00, 0x9e, 0x73),
    Color32::from_rgb(0xcc, 0x79, 0xa7),
    Color32::from_rgb(0xe6, 0x9f, 0x00),
    Color32::from_rgb(0x56, 0xb4, 0xe9),
    Color32::from_rgb(0x14, 0x18, 0x1f),
];

/// Lays out a line of text.
type Lay<'a> = dyn FnMut(&str, FontId, Color32) -> Arc<Galley> + 'a;

/// The figure as an SVG this large in millimetres, with the recipe of its table.
pub fn svg(figure: &Figure, millimetres: [f32; 2], recipe: &str) -> String {
    let points = millimetres.map(|side| side / MILLIMETRES * INCH);
    let mut shapes = Vec::new();
    let _ = sketched(points.map(|side| side.ceil() as u32), 1.0, |sketch| {
        let mut lay = |text: &str, font: FontId, colour: Color32| sketch.layout(text, font, colour, f32::INFINITY);
        shapes = draw(figure, points, &mut lay);
    });
    sheet(&shapes, points, millimetres, &figure.title, recipe)
}

/// The figure as a PNG this large in millimetres, with so many pixels an inch.
///
/// # Errors
/// Where there is no driver to draw with.
pub fn png(figure: &Figure, millimetres: [f32; 2], resolution: f32, recipe: &str) -> Result<Vec<u8>> {
    let points = millimetres.map(|side| side / MILLIMETRES * INCH);
    let size = points.map(|side| (side / INCH * resolution).round().max(1.0) as u32);
    let gpu = Gpu::headless()?;
    let mut studio = Studio::new(&gpu, size)?;
    let mut page = Page::new(&gpu.device, Studio::FORMAT);
    panel::prepare(page.context());
    studio.expose_with(|_, gpu, target, size| {
        page.draw(gpu, target, [0, 0, size[0], size[1]], resolution / INCH, 0.0, |ui| {
            let painter = ui.ctx().layer_painter(egui::LayerId::background());
            let mut lay = |text: &str, font: FontId, colour: Color32| painter.layout_no_wrap(text.to_owned(), font, colour);
            painter.extend(draw(figure, points, &mut lay));
        });
    })?;
    png_of(&studio.develop(Vec::new())?, recipe)
}

/// Where numbers lie on the page.
struct Frame {
    rect: Rect,
    x: Scale,
    y: Scale,
}

impl Frame {
    fn at(&self, x: f64, y: f64) -> Pos2 {
        let part = |scale: &Scale, number: f64| scale.part(number).clamp(-0.02, 1.02) as f32;
        pos2(
            egui::lerp(self.rect.x_range().min..=self.rect.x_range().max, part(&self.x, x)),
            egui::lerp(self.rect.bottom()..=self.rect.top(), part(&self.y, y)),
        )
    }

    fn shows(&self, point: &Point) -> bool {
        let fits = |scale: &Scale, number: f64| number.is_finite() && (!scale.log || number > 0.0);
        fits(&self.x, point.x) && fits(&self.y, point.y)
    }
}

fn draw(figure: &Figure, [width, height]: [f32; 2], lay: &mut Lay) -> Vec<Shape> {
    let palette = Palette::of(Theme::Light);
    let font = FontId::proportional(TYPE);
    let cells = figure.layers.iter().any(|layer| matches!(layer, Layer::Cells { .. }));
    let (x, y) = (scale(figure, true), scale(figure, false));
    let rows = (height / 30.0) as usize;
    let marks = y.marks(rows.clamp(3, 7));
    let texts: Vec<(f64, Arc<Galley>)> =
        marks.iter().map(|mark| (*mark, lay(&written(*mark, &marks), font.clone(), palette.ink))).collect();
    let widest = texts.iter().map(|(_, text)| text.size().x).fold(0.0, f32::max);
    let label = lay(&figure.y.label, font.clone(), palette.ink);
    let top = TYPE * 0.9 + if figure.y.label.is_empty() { 0.0 } else { label.size().y + 3.0 };
    let right = if cells { 46.0 } else { 10.0 };
    let rect = Rect::from_min_max(pos2(widest + 12.0, top), pos2(width - right, height - 2.9 * TYPE - 4.0));
    let frame = Frame { rect, x, y };
    let mut shapes = vec![Shape::rect_filled(Rect::from_min_size(Pos2::ZERO, vec2(width, height)), 0.0, Color32::WHITE)];
    let hair = Stroke::new(0.5, palette.line);
    for (mark, text) in texts {
        let at = frame.at(x.low, mark);
        if !cells {
            shapes
                .push(Shape::line_segment([at, pos2(rect.right(), at.y)], Stroke::new(0.4, palette.line.gamma_multiply(0.5))));
        }
        shapes.push(Shape::line_segment([at, at - vec2(2.5, 0.0)], Stroke::new(0.6, palette.muted)));
        shapes.push(Shape::galley(at - vec2(text.size().x + 5.0, text.size().y / 2.0), text, palette.ink));
    }
    if !figure.y.label.is_empty() {
        shapes.push(Shape::galley(pos2(4.0, 3.0), label, palette.ink));
    }
    along(&frame, &figure.x, &mut shapes, lay);
    let mut colour = 0;
    let mut legend: Vec<(String, Color32, bool)> = Vec::new();
    for layer in &figure.layers {
        let own = COLOURS[colour % COLOURS.len()];
        match layer {
            Layer::Line(series) => line(&frame, series, Stroke::new(LINE, own), &mut shapes),
            Layer::Points(series) => points(&frame, series, own, colour, &mut shapes),
            Layer::Bars(series, wide) => bars(&frame, series, *wide, own, &mut shapes),
            Layer::Theory(series) => {
                // Of the series before it.
                let of = COLOURS[colour.saturating_sub(1) % COLOURS.len()];
                let points = series
                    .points
                    .iter()
                    .filter(|point| frame.shows(point))
                    .map(|point| frame.at(point.x, point.y))
                    .collect::<Vec<_>>();
                shapes.extend(Shape::dashed_line(&points, Stroke::new(0.9, of.gamma_multiply(0.8)), 4.0, 2.5));
            }
            Layer::Cells { x, y, values, label } => heat(&frame, [x, y], values, label, width, &mut shapes, lay),
        }
        let (name, is_theory) = match layer {
            Layer::Line(series) | Layer::Points(series) | Layer::Bars(series, _) => (&series.name, false),
            Layer::Theory(series) => (&series.name, true),
            Layer::Cells { .. } => continue,
        };
        if is_theory {
            if !legend.iter().any(|(known, ..)| known == name) {
                legend.push((name.clone(), palette.muted, true));
            }
        } else {
            legend.push((name.clone(), own, false));
            colour += 1;
        }
    }
    shapes.push(Shape::line_segment([rect.left_bottom(), rect.right_bottom()], Stroke::new(0.7, palette.muted)));
    shapes.push(Shape::line_segment([rect.left_bottom(), rect.left_top()], Stroke::new(0.7, palette.muted)));
    legend.retain(|(name, ..)| !name.is_empty());
    if legend.len() > 1 {
        key(figure, &frame, &legend, hair, &mut shapes, lay);
    }
    shapes
}

/// The marks, and the label of the first axis.
fn along(frame: &Frame, axis: &Axis, shapes: &mut Vec<Shape>, lay: &mut Lay) {
    let palette = Palette::of(Theme::Light);
    let font = FontId::proportional(TYPE);
    let rect = frame.rect;
    let marks = frame.x.marks((rect.width() / 42.0).clamp(3.0, 9.0) as usize);
    for mark in &marks {
        let at = frame.at(*mark, frame.y.low);
        let at = pos2(at.x, rect.bottom());
        let text = lay(&written(*mark, &marks), font.clone(), palette.ink);
        shapes.push(Shape::line_segment([at, at + vec2(0.0, 2.5)], Stroke::new(0.6, palette.muted)));
        shapes.push(Shape::galley(at + vec2(-text.size().x / 2.0, 4.0), text, palette.ink));
    }
    let text = lay(&axis.label, font, palette.ink);
    shapes.push(Shape::galley(
        pos2(rect.center().x - text.size().x / 2.0, rect.bottom() + 5.0 + 1.35 * TYPE),
        text,
        palette.ink,
    ));
}

/// What fits all that is drawn; the axis's own range, where what is drawn takes much of it.
fn scale(figure: &Figure, first: bool) -> Scale {
    let axis = if first { &figure.x } else { &figure.y };
    let mut numbers: Vec<f64> = Vec::new();
    for layer in &figure.layers {
        match layer {
            Layer::Cells { x, y, .. } => {
                let edges = if first { x } else { y };
                return Scale { low: edges[0], high: edges[edges.len() - 1], log: false };
            }
            Layer::Bars(series, width) => {
                let half = width / 2.0;
                let both = |point: &Point| if first { [point.x - half, point.x + half] } else { [0.0, point.y] };
                numbers.extend(series.points.iter().flat_map(both));
            }
            Layer::Line(series) | Layer::Points(series) | Layer::Theory(series) => {
                let ends = |point: &Point| {
                    let error = if point.error.is_finite() { point.error } else { 0.0 };
                    if first { [point.x; 2] } else { [point.y - error, point.y + error] }
                };
                numbers.extend(series.points.iter().flat_map(ends));
            }
        }
    }
    let fitted = Scale::fit(numbers.into_iter(), axis.log);
    match axis.range {
        Some((low, high)) if !axis.log && fitted.high - fitted.low > 0.35 * (high - low) => {
            // Lines at an end are seen whole.
            Scale { low, high: high + 0.02 * (high - low), log: false }
        }
        _ => fitted,
    }
}

fn line(frame: &Frame, series: &Series, stroke: Stroke, shapes: &mut Vec<Shape>) {
    let points = series.points.iter().filter(|point| frame.shows(point)).map(|point| frame.at(point.x, point.y)).collect();
    shapes.push(Shape::line(points, stroke));
}

fn points(frame: &Frame, series: &Series, colour: Color32, kind: usize, shapes: &mut Vec<Shape>) {
    line(frame, series, Stroke::new(0.6, colour.gamma_multiply(0.6)), shapes);
    for point in series.points.iter().filter(|point| frame.shows(point)) {
        let at = frame.at(point.x, point.y);
        if point.error.is_finite() {
            let ends = [point.y - point.error, point.y + point.error]
                .map(|y| frame.at(point.x, if frame.y.log { y.max(frame.y.low) } else { y }));
            shapes.push(Shape::line_segment(ends, Stroke::new(0.8, colour)));
            for end in ends {
                shapes.push(Shape::line_segment([end - vec2(1.6, 0.0), end + vec2(1.6, 0.0)], Stroke::new(0.8, colour)));
            }
        }
        shapes.push(dot(at, kind, colour));
    }
}

/// Series differ in shape too.
fn dot(at: Pos2, kind: usize, colour: Color32) -> Shape {
    let around = |corners: &[(f32, f32)]| corners.iter().map(|(x, y)| at + DOT * vec2(*x, *y)).collect::<Vec<_>>();
    match kind % 4 {
        1 => Shape::convex_polygon(around(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]), colour, Stroke::NONE),
        2 => Shape::convex_polygon(around(&[(0.0, -1.25), (1.15, 0.85), (-1.15, 0.85)]), colour, Stroke::NONE),
        3 => Shape::convex_polygon(around(&[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]), colour, Stroke::NONE),
        _ => Shape::circle_filled(at, DOT, colour),
    }
}

fn bars(frame: &Frame, series: &Series, width: f64, colour: Color32, shapes: &mut Vec<Shape>) {
    let ground = if frame.y.log { frame.y.low } else { 0.0 };
    for point in series.points.iter().filter(|point| point.y > ground) {
        let bar = Rect::from_two_pos(frame.at(point.x - width / 2.0, ground), frame.at(point.x + width / 2.0, point.y));
        shapes.push(Shape::rect_filled(bar.shrink2(vec2(0.2, 0.0)), 0.0, colour.gamma_multiply(0.55)));
    }
}

/// Cells in colours, and the legend of these.
fn heat(frame: &Frame, [x, y]: [&[f64]; 2], values: &[f64], label: &str, width: f32, shapes: &mut Vec<Shape>, lay: &mut Lay) {
    let palette = Palette::of(Theme::Light);
    let known = values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let (low, high) = if low < high { (low, high) } else { (low - 0.5, low + 0.5) };
    let scale = sim::Scale::Magnitude { min: 0.0, max: 1.0 };
    let colour = |value: f64| {
        let [r, g, b] = rgb(&scale, ((value - low) / (high - low)) as f32, Theme::Light);
        Color32::from_rgb(r, g, b)
    };
    let columns = x.len() - 1;
    for (cell, value) in values.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        let (column, row) = (cell % columns, cell / columns);
        let place = Rect::from_two_pos(frame.at(x[column], y[row]), frame.at(x[column + 1], y[row + 1]));
        shapes.push(Shape::rect_filled(place.expand(0.1), 0.0, colour(*value)));
    }
    let bar = Rect::from_min_max(
        pos2(frame.rect.right() + 7.0, frame.rect.top()),
        pos2(frame.rect.right() + 14.0, frame.rect.bottom()),
    );
    const STEPS: usize = 48;
    for step in 0..STEPS {
        let part = |step: usize| egui::lerp(bar.bottom()..=bar.top(), step as f32 / STEPS as f32);
        let piece = Rect::from_two_pos(pos2(bar.left(), part(step)), pos2(bar.right(), part(step + 1)));
        shapes.push(Shape::rect_filled(
            piece.expand(0.1),
            0.0,
            colour(low + (high - low) * (step as f64 + 0.5) / STEPS as f64),
        ));
    }
    let legend = Scale { low, high, log: false };
    let marks = legend.marks(4);
    for mark in &marks {
        let at = pos2(bar.right() + 3.0, egui::lerp(bar.bottom()..=bar.top(), legend.part(*mark) as f32));
        let text = lay(&written(*mark, &marks), FontId::proportional(TYPE), palette.ink);
        shapes.push(Shape::galley(at - vec2(0.0, text.size().y / 2.0), text, palette.ink));
    }
    let text = lay(label, FontId::proportional(TYPE), palette.ink);
    shapes.push(Shape::galley(pos2(width - 4.0 - text.size().x, 3.0), text, palette.ink));
}

/// The legend, in the corner where least is drawn.
fn key(
    figure: &Figure,
    frame: &Frame,
    entries: &[(String, Color32, bool)],
    hair: Stroke,
    shapes: &mut Vec<Shape>,
    lay: &mut Lay,
) {
    let palette = Palette::of(Theme::Light);
    let texts: Vec<Arc<Galley>> =
        entries.iter().map(|(name, ..)| lay(name, FontId::proportional(TYPE - 0.5), palette.ink)).collect();
    let row = TYPE * 1.45;
    let size = vec2(texts.iter().map(|text| text.size().x).fold(0.0, f32::max) + 22.0, row * entries.len() as f32 + 5.0);
    let inner = frame.rect.shrink(4.0);
    let corners = [
        pos2(inner.right() - size.x, inner.top()),
        inner.min,
        pos2(inner.right() - size.x, inner.bottom() - size.y),
        pos2(inner.left(), inner.bottom() - size.y),
    ];
    let hits = |corner: &Pos2| {
        let place = Rect::from_min_size(*corner, size).expand(3.0);
        let series = figure.layers.iter().flat_map(|layer| match layer {
            Layer::Line(series) | Layer::Points(series) | Layer::Theory(series) | Layer::Bars(series, _) => {
                series.points.as_slice()
            }
            Layer::Cells { .. } => &[],
        });
        series.filter(|point| frame.shows(point) && place.contains(frame.at(point.x, point.y))).count()
    };
    let corner = corners.into_iter().min_by_key(hits).expect("there are corners");
    let place = Rect::from_min_size(corner, size);
    shapes.push(Shape::rect_filled(place, 2.0, Color32::from_white_alpha(225)));
    shapes.push(Shape::rect_stroke(place, 2.0, hair, egui::StrokeKind::Inside));
    let mut kind = 0;
    for (at, ((_, colour, broken), text)) in entries.iter().zip(texts).enumerate() {
        let y = place.top() + 2.5 + row * (at as f32 + 0.5);
        let ends = [pos2(place.left() + 4.0, y), pos2(place.left() + 15.0, y)];
        if *broken {
            shapes.extend(Shape::dashed_line(&ends, Stroke::new(0.9, *colour), 3.0, 2.0));
        } else {
            shapes.push(Shape::line_segment(ends, Stroke::new(LINE, *colour)));
            if figure.layers.iter().any(|layer| matches!(layer, Layer::Points(_))) {
                shapes.push(dot(pos2(place.left() + 9.5, y), kind, *colour));
            }
            kind += 1;
        }
        shapes.push(Shape::galley(pos2(place.left() + 18.0, y - text.size().y / 2.0), text, palette.ink));
    }
}
