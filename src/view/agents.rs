//! Agents: one instanced draw, from the frame's columns.

use super::{
    Palette, Picture, colour,
    layers::{Column, Recipe, View, Workshop},
};
use crate::{
    scene::{Density, Shape},
    sim::{Frame, Grid},
};
use bevy_math::Vec2;
use bytemuck::{Pod, Zeroable};

/// Radius of an agent, as part of the mean distance between agents spread over the whole extent.
const RADIUS_IN_SPACING: f32 = 0.35;
/// Smallest and largest radius in pixels at a height of 720, before the look's scale.
const RADII: (f32, f32) = (1.2, 9.0);
/// Below this radius in pixels an agent is a disc, and is drawn at this radius with less opacity.
const SMALLEST_DISC: f32 = 0.7;
/// Below this radius in pixels a heading cannot be seen and an agent is a disc.
const SMALLEST_DART: f32 = 1.6;
/// From this radius in pixels on, agents have a rim in the colour of the ground, which tells overlapping ones apart.
const SMALLEST_RIMMED: f32 = 3.0;

impl<'a> Picture<'a> {
    /// The density that is drawn in place of agents, in a picture of this size in pixels: where they are not there one by
    /// one, where the look asks for it, or where each would be smaller than a pixel. In space it lies on the
    /// [`floor`](Self::floor).
    pub(super) fn density(&self, size: Vec2) -> Option<&'a Grid> {
        let density = self.frame.density.as_ref().filter(|_| self.camera.gaze.is_none())?;
        let tiny = || 2.0 * RADIUS_IN_SPACING * spacing(self, size) * self.look.scale < 1.0;
        (self.frame.ids.is_empty() || self.look.density == Density::Always || tiny()).then_some(density)
    }
}

/// Pixels between neighbours, were agents spread evenly over the whole extent.
fn spacing(picture: &Picture, size: Vec2) -> f32 {
    let Picture { frame, camera, .. } = picture;
    let Vec2 { x: width, y: height } =
        if frame.extent.circle { Vec2::splat(2.0) } else { frame.extent.size().truncate().abs() };
    let count = if frame.ids.is_empty() { frame.agents } else { frame.ids.len() };
    // In half octaves, so that sizes stand still while single agents come and go.
    let count = ((count.max(1) as f32).log2() * 2.0).round() / 2.0;
    (width * height / count.exp2()).sqrt() * camera.pixels_per_unit(size)
}

/// An agent as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
struct Agent {
    position: [f32; 2],
    /// Unit vector in 16-bit parts.
    direction: [i16; 2],
    /// sRGB bytes.
    colour: [u8; 4],
}

/// The size and shape at which agents are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Body {
    /// Pixels.
    pub radius: f32,
    /// Never [`Shape::Auto`] or [`Shape::Dot`].
    pub shape: Shape,
}

impl Body {
    /// What suits the number of agents, the extent, and the size of the picture.
    pub fn of(picture: &Picture, size: Vec2) -> Self {
        let Picture { frame, look, .. } = picture;
        let spacing = spacing(picture, size);
        // A line has no area: its agents are as large as they may be.
        let spacing = if spacing > 0.0 && spacing.is_finite() { spacing } else { f32::INFINITY };
        let point = size.y.min(1.2 * size.x) / 720.0;
        let suited = (RADIUS_IN_SPACING * spacing / point).clamp(RADII.0, RADII.1) * point;
        let dot = if look.shape == Shape::Dot { 1.0 / 3.0 } else { 1.0 };
        let radius = suited * look.scale * dot;
        let shape = match look.shape {
            _ if radius < SMALLEST_DART || frame.directions.len() != frame.ids.len() => Shape::Disc,
            Shape::Auto | Shape::Dart => Shape::Dart,
            Shape::Capsule => Shape::Capsule,
            Shape::Disc | Shape::Dot => Shape::Disc,
        };
        Self { radius, shape }
    }

    /// Fills in its part of the uniform, but for the shape; tells the width of the rim.
    pub fn fill(&self, view: &mut View, size: Vec2) -> f32 {
        view.radius = self.radius.max(SMALLEST_DISC);
        view.opacity = (self.radius / view.radius).powi(2);
        view.rim[3] = if self.radius < SMALLEST_RIMMED { 0.0 } else { (0.2 * self.radius).min(1.5 * size.y / 720.0) };
        view.rim[3]
    }
}

/// The layer of agents.
pub struct Agents {
    pipeline: wgpu::RenderPipeline,
    column: Column,
    instances: Vec<Agent>,
    /// Corners of an instance: one triangle is half the work of two for a software driver.
    corners: u32,
}

impl Agents {
    pub fn new(workshop: &Workshop) -> Self {
        let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Snorm16x2, 2 => Unorm8x4];
        let pipeline = workshop.pipeline(&Recipe {
            label: "agents",
            shader: include_str!("../../assets/shaders/agents.wgsl"),
            entries: ("vertex", "fragment"),
            groups: &[],
            buffer: Some(wgpu::VertexBufferLayout {
                array_stride: size_of::<Agent>() as u64,
                step_mode: wgpu::VertexStepMode::Instance,
                attributes: &attributes,
            }),
            topology: wgpu::PrimitiveTopology::TriangleList,
            blend: wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
            format: None,
        });
        Self { pipeline, column: Column::new("agents", wgpu::BufferUsages::VERTEX), instances: Vec::new(), corners: 3 }
    }

    /// Brings the frame's columns to the device and its part of the uniform into `view`.
    pub fn prepare(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, picture: &Picture, view: &mut View) {
        let size = Vec2::from(view.size);
        let body = Body::of(picture, size);
        body.fill(view, size);
        view.shape = match body.shape {
            Shape::Dart => 1,
            Shape::Capsule => 2,
            _ => 0,
        };
        self.corners = if body.shape == Shape::Capsule { 6 } else { 3 };
        let reach = 1.3 * (view.radius + view.rim[3]) / picture.camera.pixels_per_unit(size);
        self.fill(picture, view, reach);
        self.column.write(device, queue, &self.instances);
    }

    /// Lists agents; in a periodic box those within `reach` of an edge appear beyond the opposite one too, where
    /// the part that crossed the edge comes in again.
    fn fill(&mut self, picture: &Picture, view: &View, reach: f32) {
        let Frame { ids, positions, directions, extent, .. } = picture.frame;
        self.instances.clear();
        if picture.density(Vec2::from(view.size)).is_some() {
            return;
        }
        let colours = colours(picture);
        let headed = directions.len() == ids.len();
        let (min, max, side) = (extent.min.truncate(), extent.max.truncate(), extent.size().truncate());
        for (row, position) in positions.iter().map(|position| position.truncate()).enumerate().take(ids.len()) {
            if !position.is_finite() {
                continue;
            }
            let direction = if headed { directions[row].truncate().normalize_or(Vec2::X) } else { Vec2::X };
            let direction = (direction * f32::from(i16::MAX)).as_i16vec2().into();
            let mut add =
                |position: Vec2| self.instances.push(Agent { position: position.into(), direction, colour: colours(row) });
            add(position);
            if extent.periodic {
                let shift = Vec2::select(
                    position.cmplt(min + reach),
                    side,
                    Vec2::select(position.cmpgt(max - reach), -side, Vec2::ZERO),
                );
                if shift.x != 0.0 {
                    add(position + Vec2::new(shift.x, 0.0));
                }
                if shift.y != 0.0 {
                    add(position + Vec2::new(0.0, shift.y));
                }
                if shift.x != 0.0 && shift.y != 0.0 {
                    add(position + shift);
                }
            }
        }
    }

    pub fn draw(&self, pass: &mut wgpu::RenderPass) {
        if let Some(column) = self.column.filled() {
            pass.set_pipeline(&self.pipeline);
            pass.set_vertex_buffer(0, column);
            pass.draw(0..self.corners, 0..self.instances.len() as u32);
        }
    }
}

/// The colour of the agent in each row.
pub fn colours<'a>(picture: &'a Picture) -> impl Fn(usize) -> [u8; 4] + 'a {
    let theme = picture.look.theme;
    let plain = Palette::of(theme).agent.to_array();
    let channel = picture.frame.colour.as_ref().map(|channel| (colour::Map::of(&channel.scale, theme), &channel.values));
    move |row| match &channel {
        Some((map, values)) => values.get(row).map_or(plain, |value| map.rgba(*value)),
        None => plain,
    }
}
