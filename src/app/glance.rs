//! A glance at a picture that is about to be seen: how bright its parts are, read back while the next one is prepared.

use crate::{record::Flicker, view::Gpu};

/// Bytes of a row in the buffer, which the device wants to be a multiple of 256.
const ROW: u32 = 256;
/// Steps of the brightness that is read back.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Reads the light of pictures.
pub struct Glance {
    pipeline: wgpu::RenderPipeline,
    parts: wgpu::Texture,
    bytes: wgpu::Buffer,
    /// Whether there is a picture that was looked at and not told of.
    looked: bool,
}

impl Glance {
    /// Sets up on a device.
    pub fn new(device: &wgpu::Device) -> Self {
        let label = Some("glance");
        let source = wgpu::ShaderSource::Wgsl(include_str!("../../assets/shaders/glance.wgsl").into());
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source });
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label,
            layout: None,
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("whole"),
                compilation_options: Default::default(),
                buffers: &[],
            },
            primitive: Default::default(),
            depth_stencil: None,
            multisample: Default::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("glance"),
                compilation_options: Default::default(),
                targets: &[Some(FORMAT.into())],
            }),
            multiview_mask: None,
            cache: None,
        });
        let [width, height] = Flicker::PARTS.map(|side| side as u32);
        let parts = device.create_texture(&wgpu::TextureDescriptor {
            label,
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let bytes = device.create_buffer(&wgpu::BufferDescriptor {
            label,
            size: u64::from(ROW * height),
            usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self { pipeline, parts, bytes, looked: false }
    }

    /// Looks at a picture, through a view that decodes it to linear light.
    pub fn look(&mut self, gpu: &Gpu, picture: &wgpu::TextureView) {
        let Gpu { device, queue, .. } = gpu;
        let label = Some("glance");
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label,
            layout: &self.pipeline.get_bind_group_layout(0),
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(picture) }],
        });
        let view = self.parts.create_view(&Default::default());
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label });
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label,
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store },
                })],
                ..Default::default()
            });
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &group, &[]);
            pass.draw(0..3, 0..1);
        }
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(ROW), rows_per_image: None };
        let buffer = wgpu::TexelCopyBufferInfo { buffer: &self.bytes, layout };
        encoder.copy_texture_to_buffer(self.parts.as_image_copy(), buffer, self.parts.size());
        queue.submit([encoder.finish()]);
        self.looked = true;
    }

    /// The relative luminance of each part of the picture that was last looked at, once; nothing where the device was lost.
    pub fn take(&mut self, gpu: &Gpu) -> Option<Vec<f32>> {
        if !std::mem::take(&mut self.looked) {
            return None;
        }
        let (sender, receiver) = std::sync::mpsc::channel();
        self.bytes.map_async(wgpu::MapMode::Read, .., move |mapped| drop(sender.send(mapped)));
        gpu.device.poll(wgpu::PollType::Wait { submission_index: None, timeout: None }).ok()?;
        receiver.recv().ok()?.ok()?;
        let width = Flicker::PARTS[0];
        let lights = self.bytes.get_mapped_range(..);
        let rows = lights.chunks_exact(ROW as usize).flat_map(|row| row[..4 * width].chunks_exact(4));
        let told = rows.map(|part| f32::from(part[0]) / 255.0).collect();
        drop(lights);
        self.bytes.unmap();
        Some(told)
    }
}
