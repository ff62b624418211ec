//! What the sides of a picture measure where that is not length: ticks, numbers, names and units.

use super::{Palette, legend, mesh::Sketch, overlay};
use crate::sim::Axis;
use egui::{Rect, Shape, Stroke, pos2, vec2};

/// Length of a tick, and from a tick to its number, points.
const TICK: f32 = 4.0;
const GAP: f32 = 3.0;
/// Ticks of an axis, about.
const TICKS: f32 = 5.0;

/// Draws both axes of a picture whose world is seen in this rectangle: the first below it, the second on its left.
pub fn draw(sketch: &mut Sketch, palette: &Palette, [across, up]: [&Axis; 2], world: Rect) {
    let seen = sketch.area;
    let (stroke, below, left) = (Stroke::new(1.0, palette.muted), world.bottom() + TICK, world.left() - TICK);
    let text = |sketch: &mut Sketch, text: &str, colour| sketch.layout(text, overlay::body(), colour, f32::INFINITY);
    for (part, number) in ticks(across) {
        let x = world.left() + part * world.width();
        let number = text(sketch, &number, palette.muted);
        if seen.contains(pos2(x, below)) {
            sketch.add(Shape::line_segment([pos2(x, world.bottom()), pos2(x, below)], stroke));
            overlay::write(sketch, pos2(x - number.size().x / 2.0, below + 1.0), number);
        }
    }
    let mut widest = 0.0f32;
    for (part, number) in ticks(up) {
        let y = world.bottom() - part * world.height();
        let number = text(sketch, &number, palette.muted);
        if seen.contains(pos2(left, y)) {
            widest = widest.max(number.size().x);
            sketch.add(Shape::line_segment([pos2(left, y), pos2(world.left(), y)], stroke));
            overlay::write(sketch, pos2(left - GAP - number.size().x, y - number.size().y / 2.0), number);
        }
    }
    let below_name = text(sketch, &name(across, "→"), palette.ink);
    let line = below_name.size().y;
    overlay::write(sketch, pos2(world.center().x - below_name.size().x / 2.0, below + line), below_name);
    // Beside the numbers.
    let left_name = text(sketch, &name(up, "↑"), palette.ink);
    let at = pos2(left - 2.0 * GAP - widest, world.center().y) - vec2(left_name.size().x + GAP, line / 2.0);
    overlay::write(sketch, at, left_name);
}

/// The name with its unit, and the way in which it grows: `forwards`, or the other.
fn name(axis: &Axis, forwards: &str) -> String {
    let unit = if axis.unit.is_empty() { String::new() } else { format!(" ({})", axis.unit) };
    let way = match (axis.to > axis.from, forwards) {
        (false, "↑") => "↓",
        (false, _) => "←",
        (true, forwards) => forwards,
    };
    format!("{}{unit} {way}", axis.name.replace('_', " "))
}

/// Where an axis has ticks, from 0 at its smallest coordinate to 1, with their numbers. Before a run begins there is no time.
fn ticks(axis: &Axis) -> Vec<(f32, String)> {
    let span = axis.to - axis.from;
    let Some(step) = overlay::round_length((span.abs() as f32) / TICKS).map(f64::from) else { return Vec::new() };
    let (low, high) = (axis.from.min(axis.to), axis.from.max(axis.to));
    let low = if axis.name == "time" { low.max(0.0) } else { low };
    let first = (low / step - 1e-4).ceil();
    let values = (0..64).map(|n| (first + f64::from(n)) * step).take_while(|value| *value <= high + 1e-4 * step);
    values.map(|value| (((value - axis.from) / span) as f32, legend::number(value as f32))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(name: &'static str, from: f64, to: f64) -> Axis {
        Axis { name, unit: "s", from, to }
    }

    #[test]
    fn ticks_are_round_and_lie_where_they_say() {
        let even = [0, 2, 4, 6, 8, 10].map(|n| (n as f32 / 10.0, n.to_string()));
        assert_eq!(ticks(&axis("x", 0.0, 10.0)), even);
        // Time runs downwards, and not before the run.
        let down = [(0.3, "0"), (0.1, "20")].map(|(at, number)| (at, number.to_owned()));
        assert_eq!(ticks(&axis("time", 30.0, -70.0)), down);
        assert!(ticks(&axis("x", 1.0, 1.0)).is_empty());
        assert!(ticks(&axis("x", 0.0, f64::NAN)).is_empty());
        assert_eq!(name(&axis("time", 30.0, 0.0), "↑"), "time (s) ↓");
        assert_eq!(name(&axis("x", 0.0, 1.0), "→"), "x (s) →");
    }
}
