//! What lies on the floor of a space that is seen from above: a field, or how many agents there are over each part of it.

use super::{Palette, Picture, mesh::Sketch};
use crate::{colour, sim::Grid};
use bevy_math::Vec3;
use egui::{Color32, Mesh, Pos2, Rect, Shape};

/// Most cells along a side that are drawn; of more, one in so many.
const MOST: u32 = 96;
/// How much of its colour the floor has, so that agents stand out from it.
const STRENGTH: f32 = 0.6;

impl<'a> Picture<'a> {
    /// What lies on the floor. From below it would lie before all else, and is not drawn.
    pub(super) fn floor(&self) -> Option<&'a Grid> {
        let above = self.camera.gaze.is_some_and(|gaze| gaze.axes()[2].z > 0.0);
        self.frame.density.as_ref().or(self.frame.grid.as_ref()).filter(|_| above)
    }
}

/// Draws it under all else; `point` is where a place is seen, in points.
pub fn draw(sketch: &mut Sketch, picture: &Picture, palette: &Palette, point: &dyn Fn(Vec3) -> Pos2) {
    let Some(grid) = picture.floor() else { return };
    let extent = &picture.frame.extent;
    let (side, map) = (extent.size(), colour::Map::of(&grid.channel.scale, picture.look.theme));
    let step = grid.width.max(grid.height).div_ceil(MOST).max(1);
    let near = Rect::from_center_size(sketch.area.center(), 20.0 * sketch.area.size());
    let mut mesh = Mesh::default();
    for row in (0..grid.height).step_by(step as usize) {
        for column in (0..grid.width).step_by(step as usize) {
            let value = grid.channel.values.get((row * grid.width + column) as usize).copied().unwrap_or(f32::NAN);
            let [left, right] = [column, (column + step).min(grid.width)].map(|x| x as f32 / grid.width as f32);
            let [front, back] = [row, (row + step).min(grid.height)].map(|y| y as f32 / grid.height as f32);
            let corners = [[left, front], [right, front], [right, back], [left, back]];
            let corners = corners.map(|[x, y]| point(extent.min + Vec3::new(x * side.x, y * side.y, 0.0)));
            if value.is_nan() || !corners.iter().all(|corner| near.contains(*corner)) {
                continue;
            }
            let first = mesh.vertices.len() as u32;
            let colour = mixed(palette.background, map.rgb(value));
            corners.iter().for_each(|corner| mesh.colored_vertex(*corner, colour));
            mesh.add_triangle(first, first + 1, first + 2);
            mesh.add_triangle(first, first + 2, first + 3);
        }
    }
    sketch.below(Shape::mesh(mesh));
}

fn mixed(ground: Color32, [r, g, b]: [u8; 3]) -> Color32 {
    let mix = |ground: u8, colour: u8| (f32::from(ground) + STRENGTH * (f32::from(colour) - f32::from(ground))).round() as u8;
    Color32::from_rgb(mix(ground.r(), r), mix(ground.g(), g), mix(ground.b(), b))
}
