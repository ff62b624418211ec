//! Legends: what a colour means. A wheel for angles, a bar for magnitudes, swatches for kinds.

use super::{Palette, colour, mesh::Sketch, overlay};
use crate::{
    scene::Theme,
    sim::{Channel, Scale},
};
use egui::{
    Align2, Color32, Galley, Pos2, Rect, Shape, Stroke,
    epaint::{CircleShape, Mesh},
    pos2, vec2,
};
use std::{f32::consts::TAU, sync::Arc};

/// Outer and inner radius of the wheel, points.
const WHEEL: (f32, f32) = (22.0, 13.0);
/// Size of the bar, points.
const BAR: egui::Vec2 = vec2(132.0, 11.0);
/// Most kinds listed; more are counted.
const MOST_KINDS: usize = 8;
/// Between a row and the next.
const GAP: f32 = 5.0;

/// Draws the legend of a channel, its upper right corner at `corner`, no lower than `floor`; tells what it took, or nothing
/// where there was no room.
pub fn draw(sketch: &mut Sketch, theme: Theme, channel: &Channel, corner: Pos2, floor: f32) -> Option<Rect> {
    let palette = Palette::of(theme);
    let mut name = channel.name.replace('_', " ");
    if !channel.unit.is_empty() && channel.scale != Scale::Angle {
        name = format!("{name} ({})", channel.unit);
    }
    let title = sketch.layout(&name, overlay::semibold(overlay::BODY), palette.ink, 200.0);
    let body = Body::of(sketch, palette, channel);
    // A wheel stands beside its name, so that the legend is a low strip; the others stand under theirs.
    let beside = matches!(body, Body::Wheel(_));
    let size = if beside {
        vec2(title.size().x + 2.0 * GAP + body.size().x, body.size().y.max(title.size().y))
    } else {
        vec2(body.size().x.max(title.size().x), title.size().y + GAP + body.size().y)
    };
    let room = Rect::from_min_max(pos2(sketch.area.left(), corner.y), pos2(corner.x, floor));
    if Align2::RIGHT_TOP.align_size_within_rect(size, room).height() + 20.0 > room.height() {
        return None;
    }
    let plate = overlay::place(sketch, size, Align2::RIGHT_TOP, room, palette);
    let content = overlay::content(plate);
    let (at, rest) = if beside {
        let at = pos2(content.left(), content.center().y - title.size().y / 2.0);
        (at, vec2(title.size().x + 2.0 * GAP, 0.0))
    } else {
        let middle = content.center().x - title.size().x / 2.0;
        let left = if matches!(body, Body::Kinds(_)) { content.left() } else { middle };
        (pos2(left, content.top()), vec2(0.0, title.size().y + GAP))
    };
    overlay::write(sketch, at, title);
    body.draw(sketch, theme, channel, Rect::from_min_max(content.min + rest, content.max));
    Some(plate)
}

/// What stands under the name, its texts laid out.
enum Body {
    /// Right and left.
    Wheel([Arc<Galley>; 2]),
    /// Start and end.
    Bar([Arc<Galley>; 2]),
    /// Names, in order.
    Kinds(Vec<Arc<Galley>>),
}

impl Body {
    fn of(sketch: &mut Sketch, palette: &Palette, channel: &Channel) -> Self {
        let mut text = |text: &str| sketch.layout(text, overlay::body(), palette.ink, 180.0);
        match &channel.scale {
            Scale::Angle => Self::Wheel(["0", "±π"].map(text)),
            Scale::Magnitude { min, max } | Scale::Log { min, max } => Self::Bar([min, max].map(|end| text(&number(*end)))),
            Scale::Category(kinds) => {
                let mut rows: Vec<_> = kinds.iter().take(MOST_KINDS).map(|kind| text(&kind.name)).collect();
                if kinds.len() > MOST_KINDS {
                    rows.push(text(&format!("and {} more", kinds.len() - MOST_KINDS)));
                }
                Self::Kinds(rows)
            }
        }
    }

    fn size(&self) -> egui::Vec2 {
        match self {
            Self::Wheel([right, left]) => {
                let sides = 2.0 * right.size().x.max(left.size().x);
                vec2(2.0 * WHEEL.0 + sides + 2.0 * GAP, 2.0 * WHEEL.0)
            }
            Self::Bar([start, end]) => vec2(BAR.x.max(start.size().x + end.size().x + 2.0 * GAP), BAR.y + 2.0 + start.size().y),
            Self::Kinds(rows) => {
                let width = rows.iter().map(|row| row.size().x).fold(0.0, f32::max);
                vec2(width + 18.0, rows.iter().map(|row| row.size().y + 1.0).sum())
            }
        }
    }

    fn draw(self, sketch: &mut Sketch, theme: Theme, channel: &Channel, area: Rect) {
        let map = colour::Map::of(&channel.scale, theme);
        let opaque = |value: f32| {
            let [r, g, b] = map.rgb(value);
            Color32::from_rgb(r, g, b)
        };
        match self {
            Self::Wheel(labels) => {
                let centre = area.center();
                sketch.add(wheel(centre, sketch.pixel(), opaque));
                for (label, way) in labels.into_iter().zip([vec2(1.0, 0.0), vec2(-1.0, 0.0)]) {
                    let half = label.size() / 2.0;
                    overlay::write(sketch, centre + way * (WHEEL.0 + GAP + half.x) - half, label);
                }
            }
            Self::Bar([start, end]) => {
                let bar = Rect::from_min_size(area.min, vec2(area.width(), BAR.y));
                let below = bar.bottom() + 2.0;
                match channel.scale {
                    Scale::Magnitude { min, max } => sketch.add(ramp(bar, |t| opaque(min + (max - min) * t))),
                    Scale::Log { min, max } => {
                        sketch.add(ramp(bar, |t| opaque(min * (max / min).powf(t))));
                        for at in decades(min, max) {
                            let x = bar.left() + bar.width() * at;
                            let tick = Stroke::new(1.0, Palette::of(theme).ink);
                            sketch.add(Shape::line_segment([pos2(x, bar.bottom() - 4.0), pos2(x, bar.bottom())], tick));
                        }
                    }
                    Scale::Angle | Scale::Category(_) => {}
                }
                let right = area.right() - end.size().x;
                overlay::write(sketch, pos2(area.left(), below), start);
                overlay::write(sketch, pos2(right, below), end);
            }
            Self::Kinds(rows) => {
                let mut at = area.min;
                for (kind, row) in rows.into_iter().enumerate() {
                    let height = row.size().y;
                    if kind < MOST_KINDS {
                        sketch.add(CircleShape::filled(at + vec2(5.5, height / 2.0), 5.0, opaque(kind as f32)));
                    }
                    overlay::write(sketch, at + vec2(18.0, 0.0), row);
                    at.y += height + 1.0;
                }
            }
        }
    }
}

/// A ring of all angles, 0 to the right, counted against the clock; its edges fade over a pixel.
fn wheel(centre: Pos2, pixel: f32, colour: impl Fn(f32) -> Color32) -> Mesh {
    const PARTS: u32 = 128;
    let mut mesh = Mesh::default();
    for part in 0..=PARTS {
        let angle = part as f32 / PARTS as f32 * TAU;
        let (way, colour) = (vec2(angle.cos(), -angle.sin()), colour(angle));
        for (radius, colour) in [
            (WHEEL.1 - pixel, Color32::TRANSPARENT),
            (WHEEL.1, colour),
            (WHEEL.0, colour),
            (WHEEL.0 + pixel, Color32::TRANSPARENT),
        ] {
            mesh.colored_vertex(centre + way * radius, colour);
        }
        if part < PARTS {
            for ring in 4 * part..4 * part + 3 {
                mesh.add_triangle(ring, ring + 1, ring + 4);
                mesh.add_triangle(ring + 1, ring + 5, ring + 4);
            }
        }
    }
    mesh
}

/// Where powers of ten lie between two numbers, 0 to 1 by the logarithm.
fn decades(min: f32, max: f32) -> impl Iterator<Item = f32> {
    let (low, span) = (min.log10(), (max / min).log10());
    let first = (low + 1e-3).ceil();
    (0..10).map(move |n| (first + n as f32 - low) / span).take_while(|at| *at < 0.999)
}

/// A bar from left (0) to right (1).
fn ramp(bar: Rect, colour: impl Fn(f32) -> Color32) -> Mesh {
    const PARTS: u32 = 64;
    let mut mesh = Mesh::default();
    for part in 0..=PARTS {
        let t = part as f32 / PARTS as f32;
        let x = bar.left() + bar.width() * t;
        mesh.colored_vertex(pos2(x, bar.top()), colour(t));
        mesh.colored_vertex(pos2(x, bar.bottom()), colour(t));
        if part < PARTS {
            mesh.add_triangle(2 * part, 2 * part + 1, 2 * part + 2);
            mesh.add_triangle(2 * part + 1, 2 * part + 3, 2 * part + 2);
        }
    }
    mesh
}

/// A number in few figures: 0.25, 3, −1.5, 2.5×10⁶.
pub fn number(value: f32) -> String {
    let size = value.abs();
    let plain = if !value.is_finite() || size == 0.0 {
        value.to_string()
    } else if (1e-3..1e5).contains(&size) {
        let digits = (2.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
        let text = format!("{value:.digits$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        let power = size.log10().floor();
        let raised: String = format!("{power}").chars().map(superscript).collect();
        format!("{}×10{raised}", number(value / 10f32.powf(power)))
    };
    plain.replace('-', "−").replace("inf", "∞")
}

fn superscript(figure: char) -> char {
    match figure {
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '-' => '⁻',
        figure => figure.to_digit(10).and_then(|n| char::from_u32(0x2070 + n)).unwrap_or(figure),
    }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_short_and_typographic() {
        for (value, text) in [
            (0.0, "0"),
            (0.25, "0.25"),
            (-1.5, "−1.5"),
            (3.0, "3"),
            (100.0, "100"),
            (1234.0, "1234"),
            (0.1, "0.1"),
            (2.5e6, "2.5×10⁶"),
            (-2e-7, "−2×10⁻⁷"),
            (f32::INFINITY, "∞"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
