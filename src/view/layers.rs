//! What the layers share: the uniform that the shaders call `view`, and how a pipeline is made.

use super::{Palette, Picture};
use bevy_math::Vec2;
use bytemuck::{Pod, Zeroable};

/// The uniform `view` of `common.wgsl`, which explains the fields.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub struct View {
    pub centre: [f32; 2],
    pub scale: [f32; 2],
    pub size: [f32; 2],
    pub radius: f32,
    pub half_width: f32,
    pub rim: [f32; 4],
    pub shape: u32,
    pub opacity: f32,
    pub trail_newest: f32,
    pub trail_opacity: f32,
    pub field: [f32; 4],
    pub glow: f32,
    pub spare: [f32; 3],
}

impl View {
    /// Where things stand; what belongs to a layer is left 0 for that layer to fill in.
    pub fn new(picture: &Picture, size: Vec2) -> Self {
        let scale = picture.camera.pixels_per_unit(size) * 2.0 / size;
        let ground = egui::Rgba::from(Palette::of(picture.look.theme).space);
        let extent = &picture.frame.extent;
        Self {
            centre: picture.camera.centre.truncate().into(),
            scale: scale.into(),
            size: size.into(),
            rim: [ground.r(), ground.g(), ground.b(), 0.0],
            field: [extent.min.x, extent.min.y, extent.max.x, extent.max.y],
            glow: picture.look.glow,
            ..Zeroable::zeroed()
        }
    }
}

/// A view of nothing but pixels, for what is drawn by them alone.
pub fn view_of_size(size: [u32; 2]) -> View {
    View { size: size.map(|side| side as f32), ..Zeroable::zeroed() }
}

/// The uniform `view` on the device: its layout (group 0 of every layer), the buffer, and the group that binds it.
pub fn view_uniform(device: &wgpu::Device) -> (wgpu::BindGroupLayout, wgpu::Buffer, wgpu::BindGroup) {
    let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("view"),
        entries: &[wgpu::BindGroupLayoutEntry {
            binding: 0,
            visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Uniform,
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        }],
    });
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("view"),
        size: size_of::<View>() as u64,
        usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("view"),
        layout: &layout,
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
    });
    (layout, buffer, group)
}

/// What every pipeline of a stage is made with.
pub struct Workshop<'a> {
    /// Where it runs.
    pub device: &'a wgpu::Device,
    /// Group 0 of every layer: the uniform `view`.
    pub view_layout: &'a wgpu::BindGroupLayout,
    /// Format of the target.
    pub format: wgpu::TextureFormat,
}

/// One pipeline: a shader's two entries, what it reads, and how it lands on the target.
pub struct Recipe<'a> {
    /// Name for debuggers.
    pub label: &'a str,
    /// The shader, without what all share.
    pub shader: &'a str,
    /// Names of the vertex and fragment entry.
    pub entries: (&'a str, &'a str),
    /// Group 1 and further ones, if any.
    pub groups: &'a [&'a wgpu::BindGroupLayout],
    /// Layout of the vertex buffer, if any.
    pub buffer: Option<wgpu::VertexBufferLayout<'a>>,
    /// How vertices make triangles.
    pub topology: wgpu::PrimitiveTopology,
    /// How a colour joins what is there.
    pub blend: wgpu::BlendState,
    /// Format, where it is not the target's.
    pub format: Option<wgpu::TextureFormat>,
}

impl Workshop<'_> {
    /// Makes a pipeline.
    pub fn pipeline(&self, recipe: &Recipe) -> wgpu::RenderPipeline {
        let label = Some(recipe.label);
        let source = [include_str!("../../assets/shaders/common.wgsl"), recipe.shader].concat();
        let module = self
            .device
            .create_shader_module(wgpu::ShaderModuleDescriptor { label, source: wgpu::ShaderSource::Wgsl(source.into()) });
        let groups: Vec<_> = [self.view_layout].iter().chain(recipe.groups).map(|layout| Some(*layout)).collect();
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &groups,
            ..Default::default()
        });
        let encode = f64::from(u8::from(!self.format.is_srgb()));
        let options = wgpu::PipelineCompilationOptions { constants: &[("ENCODE", encode)], ..Default::default() };
        self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label,
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some(recipe.entries.0),
                compilation_options: options.clone(),
                buffers: recipe.buffer.as_slice(),
            },
            primitive: wgpu::PrimitiveState { topology: recipe.topology, ..Default::default() },
            depth_stencil: None,
            multisample: Default::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some(recipe.entries.1),
                compilation_options: options,
                targets: &[Some(wgpu::ColorTargetState {
                    format: recipe.format.unwrap_or(self.format),
                    blend: Some(recipe.blend),
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        })
    }

    /// The layout of a texture and, where `filtered`, a sampler for it.
    pub fn texture_layout(&self, label: &str, filtered: bool) -> wgpu::BindGroupLayout {
        let entry =
            |binding, ty| wgpu::BindGroupLayoutEntry { binding, visibility: wgpu::ShaderStages::FRAGMENT, ty, count: None };
        let texture = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: filtered },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
        let entries = [entry(0, texture), entry(1, sampler)];
        self.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(label),
            entries: &entries[..1 + usize::from(filtered)],
        })
    }
}

/// Begins a pass onto a target: cleared to a colour, or kept.
pub fn target_pass<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    target: &wgpu::TextureView,
    clear: Option<wgpu::Color>,
) -> wgpu::RenderPass<'a> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("picture"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load: clear.map_or(wgpu::LoadOp::Load, wgpu::LoadOp::Clear), store: wgpu::StoreOp::Store },
        })],
        ..Default::default()
    })
}

/// A vertex buffer that grows as needed.
#[derive(Debug)]
pub struct Column {
    label: &'static str,
    usage: wgpu::BufferUsages,
    buffer: Option<wgpu::Buffer>,
    /// Bytes written last.
    len: u64,
}

impl Column {
    pub fn new(label: &'static str, usage: wgpu::BufferUsages) -> Self {
        Self { label, usage, buffer: None, len: 0 }
    }

    /// Replaces the content. Needs a new buffer only where the content outgrew the old one.
    pub fn write<T: Pod>(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, items: &[T]) {
        let bytes: &[u8] = bytemuck::cast_slice(items);
        self.len = bytes.len() as u64;
        if bytes.is_empty() {
            return;
        }
        let buffer = match &mut self.buffer {
            Some(buffer) if buffer.size() >= self.len => buffer,
            slot => slot.insert(device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(self.label),
                size: self.len.next_power_of_two().min(device.limits().max_buffer_size).max(self.len),
                usage: self.usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })),
        };
        queue.write_buffer(buffer, 0, bytes);
    }

    /// What was written, or nothing where that was empty.
    pub fn filled(&self) -> Option<wgpu::BufferSlice<'_>> {
        (self.len > 0).then(|| self.buffer.as_ref().map(|buffer| buffer.slice(..self.len)))?
    }
}
