//! A chart as the panel draws it: in the colours of the theme, with a cursor, and nearer or farther.

use super::{
    graph::{BESIDE, HERE, MARKED, OTHER, THEORY},
    sight::{self, Sight, place},
    words,
};
use crate::{
    chart::{Chart, Layer, Point, Scale, Series},
    colour,
    scene::Theme,
    sim,
    statistics::ends,
    view::Palette,
};
use egui::{
    Align2, Color32, ColorImage, FontId, Id, Rect, RichText, Sense, TextStyle, TextureHandle, TextureOptions, Ui, pos2, vec2,
};
use egui_plot::{
    AxisHints, Bar, BarChart, GridInput, GridMark, Line, LineStyle, MarkerShape, Plot, PlotBounds, PlotImage, PlotPoint,
    PlotPoints, PlotResponse, PlotUi, Points, Polygon, Text, VLine,
};

/// Most cells of a picture of a map along an axis.
const PIXELS: usize = 512;

/// Least height of a plot whose first axis has a label.
const LABELLED: f32 = 120.0;

/// Half the height of a mark with its ring, points.
const LARGEST_MARK: f32 = 6.5;

/// What is to be shown, and how.
pub struct View<'a> {
    /// What tells it from others.
    pub id: &'a str,
    pub chart: &'a Chart,
    pub palette: &'a Palette,
    pub theme: Theme,
    pub height: f32,
    /// What stands behind the last number of the first axis; where it is empty, the axis has its label.
    pub unit: &'a str,
    /// Whether the first axis falls.
    pub falling: bool,
    /// Where the run stands, if not at the end of what is drawn.
    pub here: Option<f64>,
    /// Whether a click leaves the cursor.
    pub pins: bool,
}

/// Shows it.
pub fn show(ui: &mut Ui, view: &View, sight: &mut Sight) -> PlotResponse<()> {
    let View { chart, palette, .. } = view;
    let scales = sight.scales([chart.scale(true), chart.scale(false)]);
    let [x, y] = scales;
    let small = TextStyle::Small.resolve(ui.style());
    let axis = |hints: AxisHints<'static>| hints.tick_label_font(small.clone()).tick_label_color(palette.muted);
    let (unit, log) = (view.unit.to_owned(), [x.log, y.log]);
    let mut along = axis(AxisHints::new_x()).formatter(move |mark: GridMark, _: &_| x_label(&mark, x, &unit));
    // In a low plot it would lie on the numbers; the title tells it too.
    if view.unit.is_empty() && view.height >= LABELLED {
        // A row for the numbers and one for the label.
        along =
            along.label(RichText::new(&chart.x.label).font(small.clone()).color(palette.muted)).min_thickness(small.size * 2.9);
    }
    let mut up = axis(AxisHints::new_y()).min_thickness(small.size * 2.6);
    up = up.formatter(move |mark: GridMark, _: &_| words::number(sight::number(mark.value, log[1])));
    if cells(chart).is_some() {
        up = up.label(RichText::new(&chart.y.label).font(small.clone()).color(palette.muted));
    }
    let picture = picture(ui, view, scales);
    let marked = chart.layers.iter().any(|layer| matches!(layer, Layer::Scatter(_) | Layer::Reference(_)));
    // Marks at the ends of an axis are whole.
    let inside = (view.height - 2.9 * small.size).max(1.0);
    let room = if marked && cells(chart).is_none() { [0.025, (LARGEST_MARK / inside).max(0.025)] } else { [0.0; 2] };
    let bounds = [(x, room[0]), (y, room[1])].map(|(scale, room)| {
        let (low, high) = (place(scale.low, scale.log), place(scale.high, scale.log));
        let room = f64::from(room) * (high - low);
        (low - room, high + room)
    });
    let response = still(Plot::new(view.id))
        .height(view.height)
        .label_formatter(|_| None)
        .x_grid_spacer(move |input| marks(&input, log[0]))
        .y_grid_spacer(move |input| marks(&input, log[1]))
        .grid_color(palette.line)
        .invert_x(view.falling)
        .sense(sight::sense())
        .custom_x_axes(vec![along])
        .custom_y_axes(vec![up])
        .show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([bounds[0].0, bounds[1].0], [bounds[0].1, bounds[1].1]));
            let size = [plot.transform().frame().width(), plot.transform().frame().height()];
            let drawing = Drawing { palette, chart, scales, bounds, size, font: small.clone() };
            if let Some(picture) = picture {
                plot.image(picture);
            }
            view.chart.layers.iter().for_each(|layer| drawing.layer(plot, layer));
            if let Some(here) = view.here {
                plot.vline(VLine::new("here", place(here, x.log)).color(palette.ink).width(1.5));
            }
            if let Some(pin) = sight.pin {
                plot.vline(VLine::new("pin", place(pin[0], x.log)).color(palette.muted).width(1.0));
            }
        });
    sight.handle(ui, &response.response, &response.transform, scales, view.pins);
    cursor(ui, view, &response, scales, sight, small);
    response
}

/// A plot that shows what it is told to show: the wheel scrolls the panel, not the plot.
pub fn still(plot: Plot<'_>) -> Plot<'_> {
    plot.show_background(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .show_x(false)
        .show_y(false)
        .x_grid_spacer(|input| marks(&input, false))
        .y_grid_spacer(|input| marks(&input, false))
        .set_margin_fraction(egui::Vec2::ZERO)
}

/// The colour of a hue in a theme.
fn hue(palette: &Palette, number: usize) -> Color32 {
    match number {
        MARKED => palette.danger,
        THEORY => palette.success,
        BESIDE => palette.muted,
        OTHER => palette.second,
        HERE => palette.ink,
        _ if number.is_multiple_of(2) => palette.accent,
        _ => palette.ink,
    }
}

struct Drawing<'a> {
    palette: &'a Palette,
    chart: &'a Chart,
    scales: [Scale; 2],
    bounds: [(f64, f64); 2],
    /// Width and height, points.
    size: [f32; 2],
    font: FontId,
}

impl Drawing<'_> {
    fn at(&self, x: f64, y: f64) -> [f64; 2] {
        [place(x, self.scales[0].log), place(y, self.scales[1].log)]
    }

    fn places(&self, points: &[Point]) -> Vec<[f64; 2]> {
        let places = points.iter().map(|point| self.at(point.x, point.y));
        places.filter(|place| place.iter().all(|part| part.is_finite())).collect()
    }

    fn line(&self, plot: &mut PlotUi, series: &Series, colour: Color32, width: f32, style: LineStyle) {
        let points = PlotPoints::from(self.places(&series.points));
        plot.line(Line::new(&series.name, points).color(colour).width(width).style(style).allow_hover(false));
    }

    fn marks(&self, plot: &mut PlotUi, series: &Series, radius: f32, hollow: bool) {
        let colour = hue(self.palette, series.hue);
        for point in series.points.iter().filter(|point| point.error.is_finite()) {
            let bar = vec![self.at(point.x, point.y - point.error), self.at(point.x, point.y + point.error)];
            plot.line(Line::new("error", bar).color(colour).width(1.5).allow_hover(false));
        }
        let shape = match series.name.as_str() {
            "up" => MarkerShape::Up,
            "down" => MarkerShape::Down,
            _ => MarkerShape::Circle,
        };
        let points = PlotPoints::from(self.places(&series.points));
        plot.points(
            Points::new(&series.name, points).shape(shape).filled(!hollow).color(colour).radius(radius).allow_hover(false),
        );
    }

    fn layer(&self, plot: &mut PlotUi, layer: &Layer) {
        let solid = LineStyle::Solid;
        match layer {
            Layer::Line(series) => self.line(plot, series, hue(self.palette, series.hue), 1.8, solid),
            Layer::Points(series) => {
                self.line(plot, series, hue(self.palette, series.hue).gamma_multiply(0.35), 1.0, solid);
                self.marks(plot, series, 3.0, false);
            }
            Layer::Scatter(series) => {
                let radius = match series.hue {
                    HERE => 5.0,
                    BESIDE => 1.2,
                    _ => 2.5,
                };
                if matches!(series.hue, HERE | BESIDE) {
                    // Seen on a map of any colour.
                    let points = PlotPoints::from(self.places(&series.points));
                    let ring = Points::new("ring", points).color(self.palette.surface).radius(radius + 1.2);
                    plot.points(ring.allow_hover(false));
                }
                self.marks(plot, series, radius, false);
            }
            Layer::Reference(series) => self.marks(plot, &Series { hue: BESIDE, ..series.clone() }, 3.5, true),
            Layer::Theory(series) => self.theory(plot, series),
            Layer::Bars(series, width) => self.bars(plot, series, *width),
            Layer::Rule(name, x) => {
                let line =
                    VLine::new(name, place(*x, self.scales[0].log)).color(self.palette.muted.gamma_multiply(0.6)).width(1.0);
                plot.vline(line.style(LineStyle::Dotted { spacing: 4.0 }).allow_hover(false));
            }
            Layer::Band(name, number, edges) => {
                let side = |end: usize| edges.iter().map(move |edge| self.at(edge[0], edge[end]));
                let around: Vec<[f64; 2]> = side(1).chain(side(2).rev()).collect();
                let colour = hue(self.palette, *number).gamma_multiply(0.2);
                plot.polygon(Polygon::new(name, around).fill_color(colour).width(0.0).allow_hover(false));
            }
            // They were drawn as a picture, beneath all else.
            Layer::Cells { .. } => {}
        }
    }

    /// A level bears its name at one of its ends, over or under it, where it covers least of what is read; a curve is told by
    /// its stroke.
    fn theory(&self, plot: &mut PlotUi, series: &Series) {
        let colour = hue(self.palette, series.hue);
        let length = if series.hue == BESIDE { 3.0 } else { 8.0 };
        self.line(plot, series, colour, 1.5, LineStyle::Dashed { length });
        let [Point { y: first, .. }, Point { y: level, .. }] = series.points[..] else { return };
        if first != level {
            return;
        }
        let level = place(level, self.scales[1].log);
        // As wide as its letters are in most fonts.
        let size = [0.6 * self.font.size * (series.name.len() + 2) as f32, 1.3 * self.font.size];
        let Some((anchor, x)) = self.clearest(level, size) else { return };
        let text = RichText::new(format!(" {} ", series.name)).font(self.font.clone()).color(colour);
        let text = text.background_color(self.palette.surface);
        plot.text(Text::new(format!("{} level", series.name), PlotPoint::new(x, level), text).anchor(anchor));
    }

    /// Where a name of this size in points covers least of the curves: its corner at the level, and the place of that corner.
    fn clearest(&self, level: f64, size: [f32; 2]) -> Option<(Align2, f64)> {
        let [x, y] = self.bounds;
        let [wide, high] =
            [(x, 0), (y, 1)].map(|((low, high), axis)| (high - low) * f64::from(size[axis] / self.size[axis].max(1.0)));
        let ends = [
            (Align2::RIGHT_BOTTOM, x.1, (x.1 - wide, level)),
            (Align2::RIGHT_TOP, x.1, (x.1 - wide, level - high)),
            (Align2::LEFT_BOTTOM, x.0, (x.0, level)),
            (Align2::LEFT_TOP, x.0, (x.0, level - high)),
        ];
        let inside = |(_, _, (_, low)): &(Align2, f64, (f64, f64))| *low >= y.0 && low + high <= y.1;
        let covered = |(_, _, (left, low)): &(Align2, f64, (f64, f64))| {
            let lines =
                self.chart.layers.iter().filter_map(|layer| if let Layer::Line(line) = layer { Some(line) } else { None });
            let points = lines.flat_map(|line| self.places(&line.points));
            points.filter(|[x, y]| (*left..=left + wide).contains(x) && (*low..=low + high).contains(y)).count()
        };
        ends.iter().filter(|end| inside(end)).min_by_key(|end| covered(end)).map(|(anchor, x, _)| (*anchor, *x))
    }

    fn bars(&self, plot: &mut PlotUi, series: &Series, width: f64) {
        let ground = if self.scales[1].log { self.bounds[1].0 } else { 0.0 };
        let bar = |point: &Point| {
            let [from, top] = self.at(point.x - width / 2.0, point.y);
            let [to, _] = self.at(point.x + width / 2.0, point.y);
            let known = from.is_finite() && top.is_finite() && top > ground;
            known.then(|| Bar::new(f64::midpoint(from, to), top - ground).width(0.94 * (to - from)).base_offset(ground))
        };
        let colour = hue(self.palette, series.hue).gamma_multiply(0.75);
        let bars = series.points.iter().filter_map(bar).collect();
        plot.bar_chart(BarChart::new(&series.name, bars).color(colour).allow_hover(false));
    }
}

/// Edges along both axes, and numbers, of a map.
type Cells<'a> = (&'a [f64], &'a [f64], &'a [f64]);

fn cells(chart: &Chart) -> Option<Cells<'_>> {
    chart.layers.iter().find_map(|layer| match layer {
        Layer::Cells { x, y, values, .. } => Some((x.as_slice(), y.as_slice(), values.as_slice())),
        _ => None,
    })
}

/// The number of the cell at a place of a map.
fn cell_at((x, y, values): Cells, at: [f64; 2]) -> Option<f64> {
    let inside = |edges: &[f64], at: f64| {
        let edge = edges.partition_point(|edge| *edge <= at);
        (1..edges.len()).contains(&edge).then(|| edge - 1)
    };
    values.get(inside(y, at[1])? * (x.len() - 1) + inside(x, at[0])?).copied()
}

/// The picture of a map, drawn anew where its numbers have changed.
fn picture(ui: &Ui, view: &View, scales: [Scale; 2]) -> Option<PlotImage> {
    #[derive(Clone)]
    struct Drawn {
        of: (Vec<u64>, Theme),
        texture: TextureHandle,
    }
    let (x, y, values) = cells(view.chart)?;
    let ends_of = |edges: &[f64], log: bool| (place(edges[0], log), place(edges[edges.len() - 1], log));
    let (across, upwards) = (ends_of(x, scales[0].log), ends_of(y, scales[1].log));
    let numbers = [x, y, values].into_iter().flatten().map(|number| number.to_bits());
    let of = (numbers.chain([scales[0].log.into(), scales[1].log.into()]).collect::<Vec<u64>>(), view.theme);
    let id = Id::new(("map", view.id));
    let known = ui.data(|data| data.get_temp::<Drawn>(id)).filter(|drawn| drawn.of == of);
    let drawn = known.unwrap_or_else(|| {
        let (low, high) = ends(values);
        let scale = sim::Scale::Magnitude { min: 0.0, max: 1.0 };
        let size = [x, y].map(|edges| if even(edges) { (edges.len() - 1).min(PIXELS) } else { PIXELS });
        let mut image = ColorImage::filled(size, Color32::TRANSPARENT);
        for (at, pixel) in image.pixels.iter_mut().enumerate() {
            let (column, row) = (at % size[0], size[1] - 1 - at / size[0]);
            let part = |index: usize, count: usize, (low, high): (f64, f64), log: bool| {
                sight::number(low + (high - low) * (index as f64 + 0.5) / count as f64, log)
            };
            let here = [part(column, size[0], across, scales[0].log), part(row, size[1], upwards, scales[1].log)];
            if let Some(value) = cell_at((x, y, values), here).filter(|value| value.is_finite()) {
                let [r, g, b] = colour::rgb(&scale, ((value - low) / (high - low)) as f32, view.theme);
                *pixel = Color32::from_rgb(r, g, b);
            }
        }
        let texture = ui.ctx().load_texture(view.id, image, TextureOptions::NEAREST);
        Drawn { of, texture }
    });
    let seen = [across, upwards];
    let window = [0, 1].map(|axis| {
        let ends = [scales[axis].low, scales[axis].high].map(|end| place(end, scales[axis].log));
        (seen[axis].0.max(ends[0]), seen[axis].1.min(ends[1]))
    });
    let image = (window.iter().all(|(low, high)| low < high)).then(|| {
        let [x, y] = window;
        let centre = PlotPoint::new(f64::midpoint(x.0, x.1), f64::midpoint(y.0, y.1));
        let size = vec2((x.1 - x.0) as f32, (y.1 - y.0) as f32);
        let uv = part_of([across, upwards], window, view.falling);
        PlotImage::new("map", drawn.texture.id(), centre, size).uv(uv).allow_hover(false)
    });
    ui.data_mut(|data| data.insert_temp(id, drawn));
    image
}

/// The part of a picture of all of a map that a window of it shows; mirrored where the first axis falls, since pictures are drawn
/// from left to right.
fn part_of(whole: [(f64, f64); 2], window: [(f64, f64); 2], falling: bool) -> Rect {
    let part = |axis: usize, at: f64| ((at - whole[axis].0) / (whole[axis].1 - whole[axis].0)) as f32;
    let (mut left, mut right) = (part(0, window[0].0), part(0, window[0].1));
    if falling {
        (left, right) = (right, left);
    }
    Rect { min: pos2(left, 1.0 - part(1, window[1].1)), max: pos2(right, 1.0 - part(1, window[1].0)) }
}

/// Whether cells are all of one width.
fn even(edges: &[f64]) -> bool {
    let width = (edges[edges.len() - 1] - edges[0]) / (edges.len() - 1) as f64;
    edges.windows(2).all(|pair| ((pair[1] - pair[0]) / width - 1.0).abs() < 1e-6)
}

/// The colours of a map from its lowest number to its highest.
pub fn legend(ui: &mut Ui, palette: &Palette, theme: Theme, chart: &Chart) {
    let Some((_, _, values)) = cells(chart) else { return };
    let (low, high) = ends(values);
    let scale = sim::Scale::Magnitude { min: 0.0, max: 1.0 };
    let number = |ui: &mut Ui, number: f64| ui.label(RichText::new(words::number(number)).small().color(palette.muted));
    // From right to left.
    number(ui, high);
    let (rect, _) = ui.allocate_exact_size(vec2(64.0, 8.0), Sense::hover());
    for step in 0..32 {
        let part = |step: usize| egui::lerp(rect.x_range().min..=rect.x_range().max, step as f32 / 32.0);
        let [r, g, b] = colour::rgb(&scale, (step as f32 + 0.5) / 32.0, theme);
        let piece = Rect::from_x_y_ranges(part(step)..=part(step + 1), rect.y_range());
        ui.painter().rect_filled(piece, 0.0, Color32::from_rgb(r, g, b));
    }
    number(ui, low);
}

/// Draws the cursor and what lies there.
fn cursor(ui: &Ui, view: &View, response: &PlotResponse<()>, scales: [Scale; 2], sight: &Sight, font: FontId) {
    let Some(pointer) = response.response.hover_pos().filter(|_| !response.response.dragged()) else { return };
    let frame = *response.transform.frame();
    let value = response.transform.value_from_position(pointer);
    let at = [sight::number(value.x, scales[0].log), sight::number(value.y, scales[1].log)];
    let painter = ui.painter().with_clip_rect(frame);
    painter.vline(pointer.x, frame.y_range(), (1.0, view.palette.muted.gamma_multiply(0.7)));
    let mut lines = vec![told(view, at)];
    if let Some(pin) = sight.pin {
        let (here, there) = (level(view.chart, at), level(view.chart, pin));
        let [dx, dy] = [at[0] - pin[0], here.zip(there).map_or(at[1] - pin[1], |(here, there)| here - there)];
        lines.push(format!("Δ {}, {}", words::number(dx), words::number(dy)));
    }
    sight::readout(ui, view.palette, frame, pointer, font, &lines);
}

/// What is drawn at a place of the first axis, where it is a line along it or a map.
fn level(chart: &Chart, at: [f64; 2]) -> Option<f64> {
    if let Some(cells) = cells(chart) {
        return cell_at(cells, at).filter(|value| value.is_finite());
    }
    let series = chart.layers.iter().find_map(|layer| match layer {
        Layer::Line(series) | Layer::Bars(series, _) if is_along(series) => Some(series),
        _ => None,
    })?;
    let nearest = series.points.iter().min_by(|a, b| (a.x - at[0]).abs().total_cmp(&(b.x - at[0]).abs()))?;
    Some(nearest.y)
}

/// Whether a line never goes back.
fn is_along(series: &Series) -> bool {
    series.points.windows(2).all(|pair| pair[0].x <= pair[1].x)
}

/// Place and number under the cursor.
fn told(view: &View, at: [f64; 2]) -> String {
    let x = format!("{}{}", words::number(at[0]), if view.unit.is_empty() { String::new() } else { format!(" {}", view.unit) });
    match (level(view.chart, at), cells(view.chart).is_some()) {
        (Some(value), true) => format!("{x}, {}: {}", words::number(at[1]), words::number(value)),
        (Some(value), false) => format!("{x}: {}", words::number(value)),
        (None, _) => format!("{x}, {}", words::number(at[1])),
    }
}

/// A mark of the first axis: the last one that has room for it bears the unit.
fn x_label(mark: &GridMark, scale: Scale, unit: &str) -> String {
    let (first, last) = (place(scale.low, scale.log), place(scale.high, scale.log));
    let left = (last - mark.value) / (last - first);
    let next = (last - mark.value - mark.step_size) / (last - first);
    match words::number(sight::number(mark.value, scale.log)) {
        // No room beside the edge, nor beside the 0 of the other axis.
        _ if !(0.04..=0.97).contains(&left) => String::new(),
        text if left >= 0.14 && next < 0.14 && !unit.is_empty() => format!("{text} {unit}"),
        text => text,
    }
}

/// About four marks, at 1, 2 or 5 times a power of ten; of a logarithmic axis at round numbers of it.
fn marks(input: &GridInput, log: bool) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    if !(low.is_finite() && high > low) {
        return Vec::new();
    }
    let scale = Scale { low: sight::number(low, log), high: sight::number(high, log), log };
    let marks: Vec<f64> = scale.marks(4).into_iter().take(50).map(|mark| place(mark, log)).collect();
    let step_size = marks.windows(2).map(|pair| pair[1] - pair[0]).fold(high - low, f64::min);
    marks.into_iter().map(|value| GridMark { value, step_size }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Axis;

    #[test]
    fn the_cell_under_the_pointer_is_told_and_nothing_outside() {
        let (x, y, values) = ([0.0, 1.0, 2.0], [0.0, 10.0, 20.0, 30.0], [1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN]);
        let at = |place| cell_at((&x, &y, &values), place);
        assert_eq!((at([0.5, 5.0]), at([1.5, 15.0]), at([2.5, 5.0]), at([-0.1, 5.0])), (Some(1.0), Some(4.0), None, None));
        assert!(even(&y) && !even(&[0.0, 1.0, 3.0]));
        let chart = Chart {
            layers: vec![Layer::Cells { x: x.into(), y: y.into(), values: values.into(), label: String::new() }],
            ..Chart::default()
        };
        assert_eq!(level(&chart, [1.5, 15.0]), Some(4.0));
        assert_eq!(level(&chart, [1.5, 25.0]), None);
    }

    #[test]
    fn the_name_of_a_level_keeps_off_the_curve() {
        let palette = Palette::of(Theme::Dark);
        let anchor = |points: &[(f64, f64)], level: f64| {
            let points = points.iter().map(|(x, y)| Point::new(*x, *y));
            let chart = Chart { layers: vec![Layer::Line(Series::new("a", 0, points))], ..Chart::default() };
            let scale = Scale { low: 0.0, high: 1.0, log: false };
            let scales = [Scale { high: 100.0, ..scale }, scale];
            let drawing = Drawing {
                palette,
                chart: &chart,
                scales,
                bounds: [(0.0, 100.0), (0.0, 1.0)],
                size: [250.0, 100.0],
                font: FontId::proportional(12.0),
            };
            drawing.clearest(level, [50.0, 16.0]).map(|(anchor, _)| anchor)
        };
        let over = [(10.0, 0.9), (90.0, 0.6), (95.0, 0.6)];
        assert_eq!(anchor(&over, 0.2), Some(Align2::RIGHT_BOTTOM));
        assert_eq!(anchor(&over, 0.5), Some(Align2::RIGHT_TOP), "the curve runs over the level");
        let about = [(10.0, 0.9), (90.0, 0.6), (95.0, 0.4)];
        assert_eq!(anchor(&about, 0.5), Some(Align2::LEFT_BOTTOM), "the curve crosses it at the right end");
        // Close to the lower edge there is no room under it.
        assert_eq!(anchor(&[(90.0, 0.1)], 0.05), Some(Align2::LEFT_BOTTOM));
    }

    #[test]
    fn a_window_of_a_map_shows_its_part_of_the_picture() {
        let whole = [(0.0, 10.0), (0.0, 4.0)];
        // Rows of pictures are counted from above.
        let uv = part_of(whole, [(5.0, 10.0), (0.0, 1.0)], false);
        assert_eq!((uv.min, uv.max), (pos2(0.5, 0.75), pos2(1.0, 1.0)));
        let uv = part_of(whole, [(5.0, 10.0), (0.0, 4.0)], true);
        assert_eq!((uv.min, uv.max), (pos2(1.0, 0.0), pos2(0.5, 1.0)));
    }

    #[test]
    fn of_a_line_the_nearest_reading_is_told_and_of_a_portrait_the_place() {
        let line = |points: &[(f64, f64)]| Chart {
            x: Axis::new("x"),
            layers: vec![Layer::Line(Series::new("a", 0, points.iter().map(|(x, y)| Point::new(*x, *y))))],
            ..Chart::default()
        };
        assert_eq!(level(&line(&[(0.0, 1.0), (1.0, 2.0), (2.0, 9.0)]), [1.4, 0.0]), Some(2.0));
        assert_eq!(level(&line(&[(0.0, 1.0), (2.0, 2.0), (1.0, 9.0)]), [1.4, 0.0]), None);
    }
}
