//! What agents have to do with one another and with the space about them: their mean motion, and the zones in which the
//! selected one perceives others. Links are bodies of their own.

use super::{Palette, Picture, mesh::Sketch, overlay};
use crate::sim::{Extent, Reach, Zone};
use bevy_math::{Vec2, Vec3};
use egui::{Color32, Pos2, Shape, Stroke, epaint::CircleShape, pos2, vec2};
use std::f32::consts::{PI, TAU};

/// The longest vector, in cells.
pub const LONGEST: f32 = 0.9;
/// The shortest vector that has a head, points.
const SHORTEST: f32 = 3.0;
/// Points beyond which a line or a circle is not drawn.
const FARTHEST: f32 = 1e5;

/// Draws what the frame carries and the look asks for; in space, only what belongs to the selected agent, since the rest lies
/// among the agents. `unit` are points a world unit, `point` is where a place is seen.
pub fn draw(sketch: &mut Sketch, picture: &Picture, palette: &Palette, unit: f32, point: &dyn Fn(Vec3) -> Pos2) {
    if picture.camera.gaze.is_none() {
        flow(sketch, picture, palette, point);
    }
    zones(sketch, picture, palette, unit, point);
}

/// The short way from one place to another.
pub fn way(extent: &Extent, from: Vec3, to: Vec3) -> Vec3 {
    let (way, size) = (to - from, extent.size());
    let short =
        |along: f32, side: f32| if extent.periodic && side > 0.0 { along - side * (along / side).round() } else { along };
    Vec3::new(short(way.x, size.x), short(way.y, size.y), short(way.z, size.z))
}

/// The mean motion in each cell as an arrow from its middle; the longest is as long as a cell.
fn flow(sketch: &mut Sketch, picture: &Picture, palette: &Palette, point: &dyn Fn(Vec3) -> Pos2) {
    let Some(flow) = &picture.frame.flow else { return };
    let [columns, lines, _] = flow.cells;
    let cell = picture.frame.extent.size() / Vec3::from(flow.cells.map(|cells| cells.max(1) as f32));
    let fastest = flow.means.iter().filter(|mean| mean.is_finite()).map(|mean| mean.truncate().length()).fold(0.0, f32::max);
    if fastest <= 0.0 {
        return;
    }
    let scale = LONGEST * cell.truncate().min_element() / fastest;
    for (at, mean) in (0u32..).zip(&*flow.means).filter(|(_, mean)| mean.is_finite()) {
        let place = Vec3::new((at % columns) as f32, (at / columns % lines) as f32, (at / (columns * lines)) as f32);
        let middle = picture.frame.extent.min + (place + 0.5) * cell;
        let half = 0.5 * scale * mean.truncate().extend(0.0);
        arrow(sketch, point(middle - half), point(middle + half), palette.ink.gamma_multiply(0.85));
    }
}

/// An arrow; a dot where it would be too short.
fn arrow(sketch: &mut Sketch, from: Pos2, to: Pos2, colour: Color32) {
    let along = to - from;
    let length = along.length();
    if !(length < FARTHEST && sketch.area.expand(FARTHEST).contains(to)) {
        return;
    }
    if length < SHORTEST {
        sketch.add(CircleShape::filled(from + along / 2.0, 1.0, colour));
        return;
    }
    let (forward, head) = (along / length, (0.4 * length).clamp(SHORTEST, 9.0));
    let (aside, neck) = (vec2(-forward.y, forward.x), to - head * forward);
    sketch.add(Shape::line_segment([from, neck], Stroke::new(1.5, colour)));
    let corners = vec![to, neck + 0.45 * head * aside, neck - 0.45 * head * aside];
    sketch.add(Shape::convex_polygon(corners, colour, Stroke::NONE));
}

/// The zones about the selected agent, each with its name.
fn zones(sketch: &mut Sketch, picture: &Picture, palette: &Palette, unit: f32, point: &dyn Fn(Vec3) -> Pos2) {
    let frame = picture.frame;
    let row = picture.selected.filter(|_| picture.look.zones).and_then(|id| frame.ids.binary_search(&id).ok());
    let Some((row, place)) = row.and_then(|row| Some((row, *frame.positions.get(row)?))) else { return };
    let ahead = frame.directions.get(row).copied().unwrap_or(Vec3::X);
    let heading = ahead.truncate().normalize_or(Vec2::X);
    for zone in &*frame.zones {
        let radius = unit * radius(zone, frame.positions.iter().map(|other| way(&frame.extent, place, *other).length()));
        if !(radius > 0.0 && radius < FARTHEST) {
            continue;
        }
        let centre = point(place);
        let stroke = Stroke::new(1.0, palette.accent.gamma_multiply(0.8));
        let fill = palette.accent.gamma_multiply(0.05);
        if zone.half_angle >= PI || picture.camera.gaze.is_some() {
            // A ball before the eye would veil what is in it.
            let fill = if picture.camera.gaze.is_some() { Color32::TRANSPARENT } else { fill };
            sketch.among(CircleShape { center: centre, radius, fill, stroke });
            if zone.half_angle < PI {
                // The edge of the blind cone on the ball.
                let ahead = ahead.normalize_or(Vec3::X);
                let (aside, across) = ahead.any_orthonormal_pair();
                let (sin, cos) = zone.half_angle.sin_cos();
                let reach = radius / unit;
                let rim = (0..48u32).map(|step| {
                    let (up, along) = (TAU * step as f32 / 48.0).sin_cos();
                    point(place + reach * (cos * ahead + sin * (along * aside + up * across)))
                });
                sketch.among(Shape::closed_line(rim.collect(), stroke));
            }
        } else {
            // On the screen y goes down.
            let middle = (-heading.y).atan2(heading.x);
            let steps = (32.0 * zone.half_angle / PI).ceil().max(2.0);
            let at = |part: f32| {
                let (sin, cos) = (middle + (2.0 * part - 1.0) * zone.half_angle).sin_cos();
                centre + radius * vec2(cos, sin)
            };
            let rim = (0..=steps as u32).map(|step| at(step as f32 / steps));
            sketch.among(Shape::closed_line(std::iter::once(centre).chain(rim).collect(), stroke));
        }
        let name = sketch.layout(&zone.name.replace('_', " "), overlay::body(), palette.accent, f32::INFINITY);
        // Names of nested zones stand round the agent, each on its rim.
        let angle = -TAU / 8.0;
        let at = centre + radius * vec2(angle.cos(), angle.sin());
        overlay::write(sketch, pos2(at.x + 4.0, at.y - name.size().y), name);
    }
}

/// How far a zone reaches, given how far all agents are, the selected one among them.
fn radius(zone: &Zone, distances: impl Iterator<Item = f32>) -> f32 {
    match zone.reach {
        Reach::Within(radius) => radius,
        Reach::Nearest(count) => {
            let mut distances: Vec<f32> = distances.filter(|distance| distance.is_finite()).collect();
            let last = (count as usize).min(distances.len().saturating_sub(1));
            if distances.is_empty() { 0.0 } else { *distances.select_nth_unstable_by(last, f32::total_cmp).1 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_goes_round_the_torus() {
        let extent = Extent { max: Vec3::new(10.0, 4.0, 0.0), periodic: true, ..Extent::default() };
        let (from, to) = (Vec3::new(9.0, 1.0, 0.0), Vec3::new(1.0, 2.0, 0.0));
        assert_eq!(way(&extent, from, to), Vec3::new(2.0, 1.0, 0.0));
        assert_eq!(way(&Extent { periodic: false, ..extent }, from, to), Vec3::new(-8.0, 1.0, 0.0));
    }

    #[test]
    fn a_zone_of_the_nearest_ends_at_the_last_of_them() {
        let zone = Zone::round("neighbours", Reach::Nearest(2));
        assert_eq!(radius(&zone, [0.0, 5.0, 1.0, 3.0].into_iter()), 3.0);
        assert_eq!(radius(&zone, [0.0].into_iter()), 0.0);
        assert_eq!(radius(&Zone::round("neighbours", Reach::Within(0.5)), [0.0].into_iter()), 0.5);
    }
}
