//! Triangles with textures, as egui makes them: brought to the device and drawn.

use super::layers::{Column, Recipe, Workshop};
use bytemuck::{Pod, Zeroable};
use egui::{
    Color32, TextureId,
    epaint::{ClippedPrimitive, ImageData, ImageDelta, Primitive},
};
use std::{collections::BTreeMap, ops::Range};

/// A corner as the shader reads it: pixels, texture coordinates, premultiplied sRGB bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Corner {
    position: [f32; 2],
    uv: [f32; 2],
    colour: [u8; 4],
}

/// What is drawn at once: with one texture, within one rectangle (x, y, width, height in pixels).
struct Stroke {
    texture: TextureId,
    clip: [u32; 4],
    indices: Range<u32>,
}

/// Triangles, drawn in the order in which they were added.
pub struct Brush {
    pipeline: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    textures: BTreeMap<TextureId, (wgpu::Texture, wgpu::BindGroup)>,
    corners: Column,
    indices: Column,
    next: (Vec<Corner>, Vec<u32>),
    strokes: Vec<Stroke>,
}

impl Brush {
    pub fn new(workshop: &Workshop) -> Self {
        let layout = workshop.texture_layout("letters", true);
        let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4];
        let pipeline = workshop.pipeline(&Recipe {
            label: "lines and letters",
            shader: include_str!("../../assets/shaders/mesh.wgsl"),
            entries: ("vertex", "fragment"),
            groups: &[&layout],
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
        Self {
            pipeline,
            layout,
            sampler,
            textures: BTreeMap::new(),
            corners: Column::new("corners", wgpu::BufferUsages::VERTEX),
            indices: Column::new("indices", wgpu::BufferUsages::INDEX),
            next: Default::default(),
            strokes: Vec::new(),
        }
    }

    /// Changes a texture, or a part of it, or makes it.
    pub fn texture(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size.map(|side| side as u32);
        let size = wgpu::Extent3d { width, height, depth_or_array_layers: 1 };
        if delta.pos.is_none() && self.textures.get(&id).is_none_or(|(texture, _)| texture.size() != size) {
            let made = self.make(device, size);
            self.textures.insert(id, made);
        }
        let Some((texture, _)) = self.textures.get(&id) else { return };
        let [x, y] = delta.pos.unwrap_or_default().map(|place| place as u32);
        queue.write_texture(
            wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..texture.as_image_copy() },
            bytemuck::cast_slice(&image.pixels.iter().map(Color32::to_array).collect::<Vec<_>>()),
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
            size,
        );
    }

    fn make(&self, device: &wgpu::Device, size: wgpu::Extent3d) -> (wgpu::Texture, wgpu::BindGroup) {
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

    /// Forgets what was drawn last.
    pub fn begin(&mut self) {
        self.next.0.clear();
        self.next.1.clear();
        self.strokes.clear();
    }

    /// Adds what lies within the rectangle of `size` pixels whose upper left corner is at pixel `origin`; tells how many
    /// strokes there are then.
    pub fn add(&mut self, primitives: &[ClippedPrimitive], pixels_per_point: f32, origin: [u32; 2], size: [u32; 2]) -> usize {
        let (corners, indices) = &mut self.next;
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let edge = |point: f32, side: u32| ((point * pixels_per_point).round().max(0.0) as u32).min(side);
            let [left, right] = [clip_rect.min.x, clip_rect.max.x].map(|x| edge(x, size[0]));
            let [top, bottom] = [clip_rect.min.y, clip_rect.max.y].map(|y| edge(y, size[1]));
            if right <= left || bottom <= top {
                continue;
            }
            let (first, start) = (corners.len() as u32, indices.len() as u32);
            indices.extend(mesh.indices.iter().map(|index| first + index));
            let shift = egui::vec2(origin[0] as f32, origin[1] as f32);
            corners.extend(mesh.vertices.iter().map(|vertex| Corner {
                position: (vertex.pos * pixels_per_point + shift).into(),
                uv: vertex.uv.into(),
                colour: vertex.color.to_array(),
            }));
            let clip = [origin[0] + left, origin[1] + top, right - left, bottom - top];
            self.strokes.push(Stroke { texture: mesh.texture_id, clip, indices: start..indices.len() as u32 });
        }
        self.strokes.len()
    }

    /// Brings what was added to the device.
    pub fn send(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) {
        self.corners.write(device, queue, &self.next.0);
        self.indices.write(device, queue, &self.next.1);
    }

    /// Draws some of the strokes onto a target of this size.
    pub fn draw(&self, pass: &mut wgpu::RenderPass, strokes: Range<usize>, size: [u32; 2]) {
        let (Some(corners), Some(indices)) = (self.corners.filled(), self.indices.filled()) else { return };
        pass.set_pipeline(&self.pipeline);
        pass.set_vertex_buffer(0, corners);
        pass.set_index_buffer(indices, wgpu::IndexFormat::Uint32);
        for stroke in &self.strokes[strokes] {
            let Some((_, group)) = self.textures.get(&stroke.texture) else { continue };
            let [x, y, width, height] = stroke.clip;
            pass.set_scissor_rect(x, y, width.min(size[0].saturating_sub(x)), height.min(size[1].saturating_sub(y)));
            pass.set_bind_group(1, group, &[]);
            pass.draw_indexed(stroke.indices.clone(), 0, 0..1);
        }
        pass.set_scissor_rect(0, 0, size[0], size[1]);
    }
}
