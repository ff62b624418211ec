//! What is drawn with lines and letters: the box and the circle, marks, and what the picture says of itself.

use super::{Caption, Palette, Picture, SEMIBOLD, axes, floor, layers::View, legend, mesh::Sketch, relations};
use crate::sim::{Grid, Wall};
use bevy_math::{Vec2, Vec3};
use egui::{
    Align2, Color32, FontFamily, FontId, Galley, Pos2, Rect, Shape, Stroke,
    epaint::{CircleShape, RectShape, StrokeKind, TextShape},
    pos2, vec2,
};
use std::sync::Arc;

/// Sizes of type, in points.
const TITLE: f32 = 17.0;
pub const BODY: f32 = 13.5;
/// Between the edge of the picture and what is written.
const MARGIN: f32 = 10.0;
/// Inside a plate.
const PADDING: egui::Vec2 = vec2(10.0, 8.0);
/// The longest line of a caption, points.
const WIDEST: f32 = 280.0;
/// Width of the bar that tells which of two runs it is, points.
const SIDE: f32 = 4.0;
/// The smallest picture, in points, that has room for writing.
const SMALLEST: egui::Vec2 = vec2(240.0, 180.0);
/// Width of a wall, points.
const WALL: f32 = 2.5;
/// Beyond this many points a circle is as good as a straight line, and is not drawn.
const LARGEST_CIRCLE: f32 = 1e5;

pub fn body() -> FontId {
    FontId::proportional(BODY)
}

pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// Draws all of it; without `ground` the circle is a line alone.
pub fn draw(sketch: &mut Sketch, picture: &Picture, view: &View, pixels_per_point: f32, ground: bool) {
    let palette = Palette::of(picture.look.theme);
    let size = Vec2::from(view.size);
    let map = Map {
        unit: picture.camera.pixels_per_unit(size) / pixels_per_point,
        point: &|place| {
            let pixel = picture.camera.pixel(place, size) / pixels_per_point;
            pos2(pixel.x, pixel.y)
        },
    };
    let in_space = picture.camera.gaze.is_some();
    if in_space {
        floor::draw(sketch, picture, palette, map.point);
    } else {
        space(sketch, picture, palette, &map, ground);
    }
    relations::draw(sketch, picture, palette, map.unit, map.point);
    if in_space {
        names_of_sides(sketch, picture, palette, &map);
    } else {
        walls(sketch, picture, palette, &map);
    }
    marks(sketch, picture, palette, &map, view.radius / pixels_per_point);
    let room = sketch.area.size();
    if picture.look.legend && room.x >= SMALLEST.x && room.y >= SMALLEST.y {
        words(sketch, picture, palette, &map, picture.density(size));
        // Over the plates of what is written, which would cover numbers.
        if let Some([across, up]) = &picture.frame.axes {
            let extent = &picture.frame.extent;
            axes::draw(sketch, palette, [across, up], Rect::from_two_pos((map.point)(extent.min), (map.point)(extent.max)));
        }
    }
}

/// From world units to points.
struct Map<'a> {
    /// Points a world unit.
    unit: f32,
    point: &'a dyn Fn(Vec3) -> Pos2,
}

/// The box and the circle.
fn space(sketch: &mut Sketch, picture: &Picture, palette: &Palette, map: &Map, ground: bool) {
    let extent = &picture.frame.extent;
    // What lies far outside is drawn no farther than just outside.
    let beyond = sketch.area.expand(20.0);
    let shown = Rect::from_two_pos((map.point)(extent.min), (map.point)(extent.max)).intersect(beyond);
    if extent.periodic {
        sketch.world = shown;
    }
    if shown.is_positive() && (extent.periodic || extent.walled) {
        let (width, colour) = if extent.walled { (2.0, palette.muted) } else { (1.0, palette.line) };
        sketch.below(RectShape::stroke(shown, 0.0, Stroke::new(width, colour), StrokeKind::Outside));
    }
    if extent.circle && map.unit < LARGEST_CIRCLE {
        sketch.below(CircleShape {
            center: (map.point)(Vec3::ZERO),
            radius: map.unit,
            fill: if ground { palette.space } else { Color32::TRANSPARENT },
            stroke: Stroke::new(1.5, palette.line),
        });
    }
}

/// The names of the sides of a box, each beyond the middle of the edge that is nearest below.
fn names_of_sides(sketch: &mut Sketch, picture: &Picture, palette: &Palette, map: &Map) {
    let extent = &picture.frame.extent;
    let Some(gaze) = picture.camera.gaze.filter(|_| extent.periodic || extent.walled) else { return };
    let (middle, towards) = ((extent.min + extent.max) / 2.0, gaze.axes()[2]);
    // The lower corner towards the eye, and the one at which the upright edge is seen outside of all others.
    let near = Vec3::select(towards.cmpgt(Vec3::ZERO), extent.max, extent.min).with_z(extent.min.z);
    let right = gaze.axes()[0];
    let outer = Vec3::select(right.cmplt(Vec3::ZERO), extent.max, extent.min);
    for (name, at) in [
        ("x", Vec3::new(middle.x, near.y, extent.min.z)),
        ("y", Vec3::new(near.x, middle.y, extent.min.z)),
        ("z", outer.with_z(middle.z)),
    ] {
        let at = middle + 1.06 * (at - middle);
        let name = sketch.layout(name, body(), palette.muted, f32::INFINITY);
        let at = (map.point)(at) - name.size() / 2.0;
        if sketch.area.expand(LARGEST_CIRCLE).contains(at) {
            write(sketch, at, name);
        }
    }
}

/// Walls and obstacles. They lie over the ground and the field, and so over agents that touch them.
fn walls(sketch: &mut Sketch, picture: &Picture, palette: &Palette, map: &Map) {
    let near = sketch.area.expand(2.0 * LARGEST_CIRCLE);
    for wall in &*picture.frame.walls {
        match *wall {
            Wall::Segment { from, to } => {
                let ends = [from, to].map(map.point);
                if ends.iter().all(|end| near.contains(*end)) {
                    sketch.add(Shape::line_segment(ends, Stroke::new(WALL, palette.muted)));
                }
            }
            Wall::Disc { centre, radius } => {
                let (center, radius) = ((map.point)(centre), radius * map.unit);
                if radius < LARGEST_CIRCLE && near.contains(center) {
                    let (fill, stroke) = (palette.line, Stroke::new(WALL, palette.muted));
                    sketch.add(CircleShape { center, radius, fill, stroke });
                }
            }
        }
    }
}

/// The selected agent and the tool that is held down.
fn marks(sketch: &mut Sketch, picture: &Picture, palette: &Palette, map: &Map, radius: f32) {
    let frame = picture.frame;
    let selected = picture.selected.and_then(|id| frame.ids.binary_search(&id).ok()).and_then(|row| frame.positions.get(row));
    if let Some(place) = selected.filter(|place| place.is_finite()) {
        let (centre, radius) = ((map.point)(*place), (1.3 * radius + 4.0).max(8.0));
        sketch.add(CircleShape::stroke(centre, radius, Stroke::new(4.0, palette.background.gamma_multiply(0.7))));
        sketch.add(CircleShape::stroke(centre, radius, Stroke::new(2.0, palette.ink)));
    }
    if let Some((place, reach)) =
        frame.hand.filter(|(place, reach)| place.is_finite() && (0.0..LARGEST_CIRCLE).contains(&(reach * map.unit)))
    {
        sketch.add(CircleShape {
            center: (map.point)(place),
            radius: reach * map.unit,
            fill: palette.accent.gamma_multiply(0.04),
            stroke: Stroke::new(1.5, palette.accent),
        });
    }
}

/// Title and lines, legends, scale bar, step and time: one corner each.
fn words(sketch: &mut Sketch, picture: &Picture, palette: &Palette, map: &Map, density: Option<&Grid>) {
    let frame = picture.frame;
    let inside = sketch.area.shrink(MARGIN);
    let clock = clock(sketch, picture, palette, inside);
    let bar =
        (!frame.extent.circle && frame.axes.is_none()).then(|| scale_bar(sketch, picture, palette, map, inside)).flatten();
    let floor = [clock, bar].into_iter().flatten().map(|rect| rect.top()).fold(inside.bottom(), f32::min) - MARGIN;
    let mut corner = inside.right_top();
    let mut left = inside.right();
    let grid = frame.grid.as_ref().map(|grid| &grid.channel);
    let agents = frame.colour.as_ref().filter(|channel| {
        density.is_none()
            && !frame.ids.is_empty()
            && grid.is_none_or(|grid| (&grid.name, &grid.scale) != (&channel.name, &channel.scale))
    });
    let laid = picture.floor().and(frame.density.as_ref());
    for channel in [agents, density.or(laid).map(|grid| &grid.channel), grid].into_iter().flatten() {
        let Some(plate) = legend::draw(sketch, picture.look.theme, channel, corner, floor) else { continue };
        left = left.min(plate.left());
        corner.y = plate.bottom() + 8.0;
    }
    caption(sketch, picture, palette, Rect::from_min_max(inside.min, pos2(left - MARGIN, floor)));
}

/// A ground on which writing is legible whatever lies under it.
pub fn plate(sketch: &mut Sketch, rect: Rect, palette: &Palette) {
    let fill = Color32::from_rgba_unmultiplied(palette.background.r(), palette.background.g(), palette.background.b(), 224);
    sketch.add(RectShape::filled(rect, 7.0, fill));
}

/// Puts a plate for a content of this size into a corner of `inside`, and tells where the content goes.
pub fn place(sketch: &mut Sketch, content: egui::Vec2, corner: Align2, inside: Rect, palette: &Palette) -> Rect {
    let rect = corner.align_size_within_rect(content + 2.0 * PADDING, inside);
    plate(sketch, rect, palette);
    rect
}

/// The part of a plate that holds its content.
pub fn content(plate: Rect) -> Rect {
    plate.shrink2(PADDING)
}

/// A text, its upper left corner at `at`.
pub fn write(sketch: &mut Sketch, at: Pos2, galley: Arc<Galley>) {
    sketch.add(TextShape::new(at, galley, Color32::PLACEHOLDER));
}

/// The title and as many lines as there is room for.
fn caption(sketch: &mut Sketch, picture: &Picture, palette: &Palette, room: Rect) {
    let width = (room.width() - 2.0 * PADDING.x).min(WIDEST);
    if width < 80.0 {
        return;
    }
    let Caption { title, short, facts, remarks, .. } = picture.caption;
    let mut rows: Vec<Arc<Galley>> = Vec::new();
    if !title.is_empty() {
        let mut row = sketch.layout(title, semibold(TITLE), palette.ink, width);
        if row.rows.len() > 1 && !short.is_empty() {
            row = sketch.layout(short, semibold(TITLE), palette.ink, width);
        }
        rows.push(row);
    }
    let fits = |sketch: &mut Sketch, line: &str| sketch.layout(line, body(), palette.muted, f32::INFINITY).size().x <= width;
    let lines = gathered(facts, |line| fits(sketch, line));
    rows.extend(lines.iter().chain(remarks).map(|line| sketch.layout(line, body(), palette.muted, width)));
    let most = room.height() - 2.0 * PADDING.y;
    let mut size = egui::Vec2::ZERO;
    let fitting = rows.iter().take_while(|row| {
        let fits = size.y + row.size().y <= most;
        if fits {
            size = vec2(size.x.max(row.size().x), size.y + row.size().y + 2.0);
        }
        fits
    });
    let fitting = fitting.count();
    if fitting == 0 {
        return;
    }
    size.y -= 2.0;
    let plate = place(sketch, size, Align2::LEFT_TOP, room, palette);
    let mut at = content(plate).min;
    if let Some(side) = picture.caption.side {
        let bar = Rect::from_min_max(plate.min, pos2(plate.left() + SIDE, plate.bottom()));
        sketch.add(RectShape::filled(bar, 0.0, palette.side(side)));
    }
    for row in rows.drain(..fitting) {
        let height = row.size().y;
        write(sketch, at, row);
        at.y += height + 2.0;
    }
}

/// Facts put into lines, as many to each as fit.
fn gathered(facts: &[String], mut fits: impl FnMut(&str) -> bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for fact in facts {
        let longer = lines.last().map(|line| format!("{line}  ·  {fact}")).filter(|line| fits(line));
        match (longer, lines.last_mut()) {
            (Some(longer), Some(line)) => *line = longer,
            _ => lines.push(fact.clone()),
        }
    }
    lines
}

/// Step and time, in figures of equal width so that they stand still while they count.
fn clock(sketch: &mut Sketch, picture: &Picture, palette: &Palette, inside: Rect) -> Option<Rect> {
    let frame = picture.frame;
    let mut text = format!("step {}", grouped(frame.step));
    if !frame.time_unit.is_empty() || frame.time != frame.step as f64 {
        let step = frame.time / frame.step.max(1) as f64;
        let digits = if step > 0.0 && step < 1.0 { (-step.log10()).ceil().min(4.0) as usize } else { 0 };
        text += &format!("    t = {:.digits$} {}", frame.time, frame.time_unit);
    }
    let figure = sketch.layout("0", body(), palette.ink, f32::INFINITY).size().x;
    let mut width = 0.0;
    let mut letters = Vec::new();
    for word in text.trim_end().split_inclusive(|_: char| true) {
        let galley = sketch.layout(word, body(), palette.ink, f32::INFINITY);
        let own = galley.size().x;
        let advance = if word.starts_with(|letter: char| letter.is_ascii_digit()) { figure } else { own };
        letters.push((width + (advance - own) / 2.0, galley));
        width += advance;
    }
    let height = letters.first()?.1.size().y;
    let plate = place(sketch, vec2(width, height), Align2::RIGHT_BOTTOM, inside, palette);
    for (x, galley) in letters {
        write(sketch, content(plate).min + vec2(x, 0.0), galley);
    }
    Some(plate)
}

/// A bar of a round length, about a sixth of the picture's width.
fn scale_bar(sketch: &mut Sketch, picture: &Picture, palette: &Palette, map: &Map, inside: Rect) -> Option<Rect> {
    let length = round_length(inside.width() / 6.0 / map.unit)?;
    // What is nearer looks larger.
    let depth = if picture.camera.gaze.is_some() { " at mid-depth" } else { "" };
    let label = sketch.layout(
        format!("{} {}{depth}", legend::number(length), picture.frame.extent.unit).trim(),
        body(),
        palette.ink,
        f32::INFINITY,
    );
    let (bar, tick) = (length * map.unit, 4.0);
    let size = vec2(bar.max(label.size().x), label.size().y + 2.0 * tick);
    let plate = place(sketch, size, Align2::LEFT_BOTTOM, inside, palette);
    let area = content(plate);
    let (left, right, y) = (area.left(), area.left() + bar, area.bottom() - tick);
    let stroke = Stroke::new(2.0, palette.ink);
    for [from, to] in [
        [pos2(left, y), pos2(right, y)],
        [pos2(left, y - tick), pos2(left, y + tick)],
        [pos2(right, y - tick), pos2(right, y + tick)],
    ] {
        sketch.add(egui::Shape::line_segment([from, to], stroke));
    }
    let middle = if bar > label.size().x { left + (bar - label.size().x) / 2.0 } else { left };
    write(sketch, pos2(middle, area.top() - 1.0), label);
    Some(plate)
}

/// The largest of 1, 2 and 5 times a power of ten that is no longer than `most`.
pub fn round_length(most: f32) -> Option<f32> {
    let power = most.log10().floor();
    let unit = 10f32.powf(power);
    let length = [5.0, 2.0, 1.0].into_iter().map(|n| n * unit).find(|length| *length <= most * 1.0001)?;
    (length.is_normal() && power.is_finite()).then_some(length)
}

/// 12 345 with thin spaces.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) && digits.len() > 4 {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_bars_have_round_lengths() {
        for (most, length) in [(1.0, 1.0), (1.9, 1.0), (2.5, 2.0), (7.0, 5.0), (0.013, 0.01), (999.0, 500.0)] {
            let found = round_length(most).unwrap();
            assert!((found / length - 1.0).abs() < 1e-5, "{most}: {found}");
        }
        for most in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            assert_eq!(round_length(most), None, "{most}");
        }
    }

    #[test]
    fn facts_break_between_lines_and_never_within() {
        let facts = ["K = −0.5", "N = 300", "L = 7"].map(str::to_owned);
        let lines = |most: usize| gathered(&facts, |line| line.chars().count() <= most);
        assert_eq!(lines(100), ["K = −0.5  ·  N = 300  ·  L = 7"]);
        assert_eq!(lines(20), ["K = −0.5  ·  N = 300", "L = 7"]);
        assert_eq!(lines(3), facts);
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(
            [0, 999, 1234, 12345, 1234567].map(grouped),
            ["0", "999", "1234", "12\u{2009}345", "1\u{2009}234\u{2009}567"]
        );
    }
}
