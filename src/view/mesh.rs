//! Lines, areas and letters: tessellated by epaint, drawn here.

use super::{
    fonts,
    layers::{Column, Recipe, Workshop},
};
use bytemuck::{Pod, Zeroable};
use egui::{
    Color32, FontId, Galley, Rect, Shape, TextureId,
    epaint::{ClippedPrimitive, ClippedShape, ImageData, ImageDelta, Primitive, Tessellator, TextOptions, text::Fonts},
};
use std::sync::Arc;

/// Largest side of the texture of letters, pixels.
const LETTERS: u32 = 4096;

/// A corner as the shader reads it: pixels, texture coordinates, premultiplied sRGB bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Corner {
    position: [f32; 2],
    uv: [f32; 2],
    colour: [u8; 4],
}

/// Lays out text and collects shapes, in points.
pub struct Sketch<'a> {
    fonts: &'a mut Fonts,
    pixels_per_point: f32,
    /// The whole picture.
    pub area: Rect,
    below: Vec<Shape>,
    above: Vec<Shape>,
}

impl Sketch<'_> {
    /// Adds a shape under field, trails and agents.
    pub fn below(&mut self, shape: impl Into<Shape>) {
        self.below.push(shape.into());
    }

    /// Adds a shape over all else.
    pub fn add(&mut self, shape: impl Into<Shape>) {
        self.above.push(shape.into());
    }

    /// A text on one line, or on more where it is wider than `width` points.
    pub fn layout(&mut self, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
        self.fonts.with_pixels_per_point(self.pixels_per_point).layout(text.to_owned(), font, colour, width)
    }

    /// Points a pixel: the finest line.
    pub fn pixel(&self) -> f32 {
        self.pixels_per_point.recip()
    }
}

/// The layer of lines, areas and letters.
pub struct Mesh {
    pipeline: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    fonts: Fonts,
    letters: Option<(wgpu::Texture, wgpu::BindGroup)>,
    corners: Column,
    indices: Column,
    /// Indices of what lies below the agents, and of all.
    counts: [u32; 2],
}

impl Mesh {
    pub fn new(workshop: &Workshop) -> Self {
        let layout = workshop.texture_layout("letters", true);
        let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4];
        let pipeline = workshop.pipeline(&Recipe {
            label: "lines and letters",
            shader: include_str!("../../assets/shaders/mesh.wgsl"),
            entries: ("vertex", "fragment"),
            group: Some(&layout),
            buffer: Some(wgpu::VertexBufferLayout {
                array_stride: size_of::<Corner>() as u64,
                step_mode: wgpu::VertexStepMode::Vertex,
                attributes: &attributes,
            }),
            topology: wgpu::PrimitiveTopology::TriangleList,
            blend: wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
            format: None,
        });
        let sampler = workshop.device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("letters"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        let side = workshop.device.limits().max_texture_dimension_2d.min(LETTERS) as usize;
        let options = TextOptions { max_texture_side: side, ..Default::default() };
        Self {
            pipeline,
            layout,
            sampler,
            fonts: Fonts::new(options, fonts()),
            letters: None,
            corners: Column::new("corners", wgpu::BufferUsages::VERTEX),
            indices: Column::new("indices", wgpu::BufferUsages::INDEX),
            counts: [0; 2],
        }
    }

    /// Brings to the device what `draw` sketches on a picture of this size in pixels.
    pub fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        size: [u32; 2],
        pixels_per_point: f32,
        draw: impl FnOnce(&mut Sketch),
    ) {
        self.fonts.begin_pass(*self.fonts.options());
        let area = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0] as f32, size[1] as f32) / pixels_per_point);
        let mut sketch = Sketch { fonts: &mut self.fonts, pixels_per_point, area, below: Vec::new(), above: Vec::new() };
        draw(&mut sketch);
        let Sketch { below, above, .. } = sketch;
        let (mut corners, mut indices) = (Vec::new(), Vec::new());
        self.counts = [below, above].map(|shapes| {
            let shapes = shapes.into_iter().map(|shape| ClippedShape { clip_rect: area, shape }).collect();
            let atlas = self.fonts.texture_atlas();
            let mut tessellator = Tessellator::new(pixels_per_point, Default::default(), atlas.size(), atlas.prepared_discs());
            append(&tessellator.tessellate_shapes(shapes), pixels_per_point, &mut corners, &mut indices);
            indices.len() as u32
        });
        if let Some(delta) = self.fonts.font_image_delta() {
            self.update_letters(device, queue, &delta);
        }
        self.corners.write(device, queue, &corners);
        self.indices.write(device, queue, &indices);
    }

    /// Copies new letters, or all of them where the texture grew.
    fn update_letters(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size.map(|side| side as u32);
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        if delta.pos.is_none() && self.letters.as_ref().is_none_or(|(texture, _)| texture.size() != size) {
            self.letters = Some(self.make_letters(device, size));
        }
        let Some((texture, _)) = &self.letters else { return };
        let [x, y] = delta.pos.unwrap_or_default().map(|place| place as u32);
        queue.write_texture(
            wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..texture.as_image_copy() },
            bytemuck::cast_slice(&image.pixels.iter().map(Color32::to_array).collect::<Vec<_>>()),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
            size,
        );
    }

    fn make_letters(&self, device: &wgpu::Device, size: wgpu::Extent3d) -> (wgpu::Texture, wgpu::BindGroup) {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("letters"),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("letters"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&self.sampler) },
            ],
        });
        (texture, group)
    }

    pub fn draw_below(&self, pass: &mut wgpu::RenderPass) {
        self.draw(pass, 0..self.counts[0]);
    }

    pub fn draw_above(&self, pass: &mut wgpu::RenderPass) {
        self.draw(pass, self.counts[0]..self.counts[1]);
    }

    fn draw(&self, pass: &mut wgpu::RenderPass, range: std::ops::Range<u32>) {
        if let (Some((_, group)), Some(corners), Some(indices)) = (&self.letters, self.corners.filled(), self.indices.filled())
        {
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(1, group, &[]);
            pass.set_vertex_buffer(0, corners);
            pass.set_index_buffer(indices, wgpu::IndexFormat::Uint32);
            pass.draw_indexed(range, 0, 0..1);
        }
    }
}

/// Appends all meshes, in pixels. A sketch clips nothing, and its only texture is that of the letters.
fn append(primitives: &[ClippedPrimitive], pixels_per_point: f32, corners: &mut Vec<Corner>, indices: &mut Vec<u32>) {
    for primitive in primitives {
        let Primitive::Mesh(mesh) = &primitive.primitive else { continue };
        debug_assert_eq!(mesh.texture_id, TextureId::default());
        let first = corners.len() as u32;
        indices.extend(mesh.indices.iter().map(|index| first + index));
        corners.extend(mesh.vertices.iter().map(|vertex| Corner {
            position: (vertex.pos * pixels_per_point).into(),
            uv: vertex.uv.into(),
            colour: vertex.color.to_array(),
        }));
    }
}
