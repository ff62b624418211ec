//! Bodies in pixels, drawn at once in the order in which they are listed.
//!
//! All are of one kind: the hull of two discs, or a line with blunt ends. An agent with a heading is the hull of two balls, which
//! from any side looks like the hull of two discs.

use super::{
    Picture, bodies,
    layers::{Column, Recipe, View, Workshop},
};
use bytemuck::{Pod, Zeroable};

/// A body in pixels, y downwards: the hull of a disc at `a` and one at `b`, or a line with blunt ends.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct Solid {
    /// Middle of one disc, or one end of a line.
    pub a: [f32; 2],
    /// Middle of the other, or the other end.
    pub b: [f32; 2],
    /// Radius at `a` and at `b`; negative: half the width of a line with blunt ends.
    pub radii: [f32; 2],
    /// sRGB bytes and opacity.
    pub colour: [u8; 4],
    /// Width of the rim in the colour of the ground.
    pub rim: f32,
}

/// The layer of bodies.
pub struct Solids {
    pipeline: wgpu::RenderPipeline,
    column: Column,
    count: u32,
    /// How many pieces of trails are drawn; where there are more, some steps make one piece.
    pub haste: usize,
}

impl Solids {
    pub fn new(workshop: &Workshop) -> Self {
        let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Float32x2, 3 => Unorm8x4, 4 => Float32];
        let pipeline = workshop.pipeline(&Recipe {
            label: "solids",
            shader: include_str!("../../assets/shaders/solids.wgsl"),
            entries: ("vertex", "fragment"),
            groups: &[],
            buffer: Some(wgpu::VertexBufferLayout {
                array_stride: size_of::<Solid>() as u64,
                step_mode: wgpu::VertexStepMode::Instance,
                attributes: &attributes,
            }),
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            blend: wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
            format: None,
        });
        Self { pipeline, column: Column::new("solids", wgpu::BufferUsages::VERTEX), count: 0, haste: usize::MAX }
    }

    /// Brings the bodies of a picture to the device.
    pub fn prepare(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, picture: &Picture, view: &mut View) {
        let solids = bodies::of(picture, view, self.haste);
        self.count = solids.len() as u32;
        self.column.write(device, queue, &solids);
    }

    pub fn draw(&self, pass: &mut wgpu::RenderPass) {
        if let Some(column) = self.column.filled() {
            pass.set_pipeline(&self.pipeline);
            pass.set_vertex_buffer(0, column);
            pass.draw(0..4, 0..self.count);
        }
    }
}

impl Solid {
    /// How much of it is seen, from 0 to 1.
    pub fn opacity(&self) -> f32 {
        f32::from(self.colour[3]) / 255.0
    }
}
