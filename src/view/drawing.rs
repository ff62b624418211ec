//! A picture as shapes rather than pixels, for files that keep them.

use super::{Palette, Picture, Solid, agents::Body, bodies, colour, layers::View, mesh::sketched, overlay, trails};
use crate::{scene::Shape as Form, sim::Grid};
use bevy_math::Vec2;
use egui::{Color32, Shape};

/// Parts of a trail that are told apart by their opacity.
const BANDS: usize = 8;

/// An agent: its place and heading in pixels, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Its middle.
    pub at: Vec2,
    /// Unit vector.
    pub heading: Vec2,
    /// Its colour.
    pub colour: [u8; 3],
}

/// A line through some points.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The points, in pixels.
    pub points: Vec<Vec2>,
    /// Its colour.
    pub colour: [u8; 3],
    /// How much of it is seen.
    pub opacity: f32,
}

/// Cells of a field, row 0 at the top.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// Cells in a row, and rows.
    pub size: [u32; 2],
    /// Red, green, blue and opacity of each.
    pub rgba: Vec<u8>,
}

/// A picture as shapes, in this order: background, `below`, ground or cells, solids, `among`, lines, marks, `above`.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Behind everything.
    pub background: Color32,
    /// Inside the world.
    pub ground: Option<Color32>,
    /// Where the world is: its upper left and lower right corner, in pixels.
    pub world: [Vec2; 2],
    /// Whether what lies beyond the world is cut off.
    pub clipped: bool,
    /// The field, over the whole of the world.
    pub cells: Option<Cells>,
    /// How dense agents are, over the whole of the world, where they are not drawn.
    pub density: Option<Cells>,
    /// Trails, the oldest first.
    pub lines: Vec<Line>,
    /// Width of the lines, pixels.
    pub line_width: f32,
    /// The agents of a flat world.
    pub marks: Vec<Mark>,
    /// Links, or all that stands in space, from the back to the front.
    pub solids: Vec<Solid>,
    /// Radius of a mark, its rim, both in pixels, and the share of it that is seen.
    pub radius: f32,
    /// Width of the rim in the colour of the ground.
    pub rim: f32,
    /// How much of a mark is seen.
    pub opacity: f32,
    /// The shape of a mark.
    pub form: Form,
    /// Shapes under the agents, in points.
    pub below: Vec<Shape>,
    /// Shapes over ground and field, in points, cut off as lines and marks are.
    pub among: Vec<Shape>,
    /// Shapes above all, in points.
    pub above: Vec<Shape>,
}

impl Drawing {
    /// The shapes of a picture of this size in pixels.
    pub fn of(picture: &Picture, size: [u32; 2]) -> Self {
        let whole = Vec2::from(size.map(|side| side as f32));
        let palette = Palette::of(picture.look.theme);
        let mut view = View::new(picture, whole);
        let body = Body::of(picture, whole);
        let rim = body.fill(&mut view, whole);
        let [below, among, above] = sketched(size, picture.pixels_per_point, |sketch| {
            overlay::draw(sketch, picture, &view, picture.pixels_per_point, true);
        });
        let frame = picture.frame;
        let extent = &frame.extent;
        let pixel = |place| picture.camera.pixel(place, whole);
        let (a, b) = (pixel(extent.min), pixel(extent.max));
        let density = picture.density(whole);
        let in_space = picture.camera.gaze.is_some();
        let solids = bodies::of(picture, &mut view, usize::MAX);
        let hidden = in_space || density.is_some() || frame.grid.as_ref().is_some_and(|grid| grid.sites);
        let map = frame.colour.as_ref().map(|channel| (colour::Map::of(&channel.scale, picture.look.theme), &channel.values));
        let [r, g, b_, _] = palette.agent.to_array();
        let colour = |row: usize| map.as_ref().and_then(|(map, values)| Some(map.rgb(*values.get(row)?))).unwrap_or([r, g, b_]);
        let marks = frame.positions.iter().enumerate().filter(|(_, place)| place.is_finite() && !hidden);
        let marks = marks.map(|(row, place)| {
            let heading = frame.directions.get(row).map_or(Vec2::X, |way| way.truncate().normalize_or(Vec2::X));
            Mark { at: pixel(*place), heading: Vec2::new(heading.x, -heading.y), colour: colour(row) }
        });
        let (line_width, opacity) = trails::width_and_opacity(&view, picture.look.theme);
        Self {
            background: palette.background,
            ground: (!in_space && (extent.periodic || extent.walled)).then_some(palette.space),
            world: [a.min(b), a.max(b)],
            clipped: extent.periodic && !in_space,
            cells: frame.grid.as_ref().filter(|_| !in_space).map(|grid| cells(picture, grid)),
            density: density.map(|grid| cells(picture, grid)),
            lines: if hidden { Vec::new() } else { lines(picture, opacity, &pixel) },
            line_width,
            marks: marks.collect(),
            solids,
            radius: view.radius,
            rim,
            opacity: view.opacity,
            form: body.shape,
            below,
            among,
            above,
        }
    }
}

/// The cells of a grid in their colours.
fn cells(picture: &Picture, grid: &Grid) -> Cells {
    let map = colour::Map::of(&grid.channel.scale, picture.look.theme);
    let rows = grid.channel.values.chunks(grid.width.max(1) as usize).rev();
    let seen = |value: f32| {
        let [r, g, b] = map.rgb(value);
        if value.is_nan() { [0; 4] } else { [r, g, b, (map.opacity(value) * 255.0).round() as u8] }
    };
    Cells { size: [grid.width, grid.height], rgba: rows.flatten().flat_map(|value| seen(*value)).collect() }
}

/// The trails of a picture: a line for each agent and each band of age, broken where it crosses an edge of the torus.
fn lines(picture: &Picture, opacity: f32, pixel: &impl Fn(bevy_math::Vec3) -> Vec2) -> Vec<Line> {
    let (frame, steps) = (picture.frame, picture.look.trails as usize);
    let count = frame.trail.len().saturating_sub(1).min(steps);
    let mut all = Vec::new();
    for band in 0..BANDS {
        // From the oldest to the newest; neighbouring bands share a step.
        let [from, to] = [band, band + 1].map(|edge| frame.trail.len() - 1 - count + count * edge / BANDS);
        if frame.trail.is_empty() || from == to {
            continue;
        }
        let age = (frame.trail.len() - 1) as f32 - (from + to) as f32 / 2.0;
        let left = (1.0 - age / steps as f32).clamp(0.0, 1.0);
        for id in frame.ids.iter() {
            let places = frame.trail[from..=to].iter().filter_map(|past| {
                let row = past.ids.binary_search(id).ok()?;
                Some((past.positions[row], past.values.get(row).copied())).filter(|(place, _)| place.is_finite())
            });
            let places: Vec<_> = places.collect();
            let middle = places.get(places.len() / 2).and_then(|(_, value)| *value);
            let colour = match (&frame.colour, middle) {
                (Some(channel), Some(value)) => colour::Map::of(&channel.scale, picture.look.theme).rgb(value),
                _ => {
                    let [r, g, b, _] = Palette::of(picture.look.theme).agent.to_array();
                    [r, g, b]
                }
            };
            let mut points: Vec<Vec2> = places.first().map(|(place, _)| pixel(*place)).into_iter().collect();
            let mut end = |points: &mut Vec<Vec2>| {
                let points = std::mem::take(points);
                if points.len() > 1 {
                    all.push(Line { points, colour, opacity: left * left.sqrt() * opacity });
                }
            };
            for pair in places.windows(2) {
                let (start, way) = (pair[0].0, pair[1].0 - pair[0].0);
                let side = frame.extent.size();
                let leap = (way / side).round();
                let leap = if frame.extent.periodic && leap.truncate().is_finite() { leap.truncate() } else { Vec2::ZERO };
                let way = way - (leap * side.truncate()).extend(0.0);
                points.push(pixel(start + way));
                if leap != Vec2::ZERO {
                    end(&mut points);
                    points.extend([pixel(pair[1].0 - way), pixel(pair[1].0)]);
                }
            }
            end(&mut points);
        }
    }
    all
}
