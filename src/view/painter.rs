//! The panel to pixels: what egui has tessellated, and its textures.

use super::layers::{Column, target_pass};
use bytemuck::{Pod, Zeroable};
use egui::{
    ClippedPrimitive, ColorImage, ImageData, Rect, TextureFilter, TextureId, TextureOptions, TexturesDelta,
    epaint::{ImageDelta, Primitive},
};
use std::{collections::BTreeMap, ops::Range};

/// The texture under whose name the panel shows the picture.
pub const PICTURE: TextureId = TextureId::User(0);

/// What egui has put into its textures so far: a graphics device that is lost takes its own with it.
#[derive(Default)]
pub struct Images(BTreeMap<TextureId, (ColorImage, TextureOptions)>);

impl Images {
    /// Takes over what has changed.
    pub fn apply(&mut self, delta: &TexturesDelta) {
        for (id, changes) in sorted(delta) {
            for ImageDelta { image: ImageData::Color(image), options, pos } in changes {
                match (pos, self.0.get_mut(&id)) {
                    (Some(corner), Some((whole, _))) => patch(whole, image, *corner),
                    _ => drop(self.0.insert(id, ((**image).clone(), *options))),
                }
            }
        }
    }

    /// Forgets what is no longer used.
    pub fn free(&mut self, delta: &TexturesDelta) {
        self.0.retain(|id, _| !delta.free.contains(id));
    }
}

fn patch(whole: &mut ColorImage, part: &ColorImage, [left, top]: [usize; 2]) {
    let width = whole.width();
    for (row, pixels) in part.pixels.chunks_exact(part.width().max(1)).enumerate() {
        let first = (top + row) * width + left;
        if let Some(there) = whole.pixels.get_mut(first..first + pixels.len()) {
            there.copy_from_slice(pixels);
        }
    }
}

/// The changed textures in the order of their names.
fn sorted(delta: &TexturesDelta) -> Vec<(TextureId, &[ImageDelta])> {
    #[allow(clippy::iter_over_hash_type, reason = "put in order just below")]
    let mut changes: Vec<_> = delta.set.iter().map(|(id, changes)| (*id, changes.as_slice())).collect();
    changes.sort_unstable_by_key(|change| change.0);
    changes
}

/// A corner as the shader reads it: points, texture coordinates, premultiplied sRGB bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
struct Corner {
    position: [f32; 2],
    uv: [f32; 2],
    colour: [u8; 4],
}

/// Paints the panel onto targets of one format.
pub struct Painter {
    /// For textures whose bytes are read as they stand, and for those that are decoded as they are read.
    pipelines: [wgpu::RenderPipeline; 2],
    size: wgpu::Buffer,
    size_group: wgpu::BindGroup,
    layout: wgpu::BindGroupLayout,
    samplers: [wgpu::Sampler; 2],
    textures: BTreeMap<TextureId, Image>,
    corners: Column,
    indices: Column,
}

/// A texture as it is painted.
struct Image {
    /// The texture, where it is the painter's own.
    texture: Option<wgpu::Texture>,
    group: wgpu::BindGroup,
    /// Whether its bytes are decoded as they are read.
    decoded: bool,
}

/// Triangles of one texture, within a part of the window.
struct Piece {
    clip: Rect,
    texture: TextureId,
    indices: Range<u32>,
}

impl Painter {
    /// Sets up for targets of this format, with the textures that there are.
    pub fn new(device: &wgpu::Device, queue: &wgpu::Queue, format: wgpu::TextureFormat, images: &Images) -> Self {
        let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
        let uniform = wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Uniform,
            has_dynamic_offset: false,
            min_binding_size: None,
        };
        let size_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("panel size"),
            entries: &[entry(0, wgpu::ShaderStages::VERTEX, uniform)],
        });
        let texture = wgpu::BindingType::Texture {
            sample_type: wgpu::TextureSampleType::Float { filterable: true },
            view_dimension: wgpu::TextureViewDimension::D2,
            multisampled: false,
        };
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("panel texture"),
            entries: &[
                entry(0, wgpu::ShaderStages::FRAGMENT, texture),
                entry(1, wgpu::ShaderStages::FRAGMENT, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering)),
            ],
        });
        let size = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("panel size"),
            size: 16,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let size_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("panel size"),
            layout: &size_layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: size.as_entire_binding() }],
        });
        let samplers = [wgpu::FilterMode::Nearest, wgpu::FilterMode::Linear].map(|filter| {
            device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("panel texture"),
                mag_filter: filter,
                min_filter: filter,
                ..Default::default()
            })
        });
        let mut painter = Self {
            pipelines: [false, true].map(|decoded| pipeline(device, format, decoded, &[Some(&size_layout), Some(&layout)])),
            size,
            size_group,
            layout,
            samplers,
            textures: BTreeMap::new(),
            corners: Column::new("panel corners", wgpu::BufferUsages::VERTEX),
            indices: Column::new("panel indices", wgpu::BufferUsages::INDEX),
        };
        for (id, (image, options)) in &images.0 {
            painter.set(device, queue, *id, image, *options);
        }
        painter
    }

    /// Brings what has changed in egui's textures to the device.
    pub fn update(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, delta: &TexturesDelta) {
        for (id, changes) in sorted(delta) {
            for ImageDelta { image: ImageData::Color(image), options, pos } in changes {
                match (pos, self.textures.get(&id)) {
                    (Some([x, y]), Some(Image { texture: Some(texture), .. })) => {
                        upload(queue, texture, image, [*x as u32, *y as u32])
                    }
                    _ => self.set(device, queue, id, image, *options),
                }
            }
        }
    }

    /// Lets go of the textures that egui no longer uses. After they were painted for the last time.
    pub fn free(&mut self, delta: &TexturesDelta) {
        self.textures.retain(|id, _| !delta.free.contains(id));
    }

    fn set(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, id: TextureId, image: &ColorImage, options: TextureOptions) {
        let largest = device.limits().max_texture_dimension_2d;
        let [width, height] = image.size.map(|side| side as u32);
        if width == 0 || height == 0 || width > largest || height > largest {
            return;
        }
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("panel texture"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        upload(queue, &texture, image, [0, 0]);
        let smooth = usize::from(options.magnification == TextureFilter::Linear);
        let group = self.group(device, &texture.create_view(&Default::default()), smooth);
        self.textures.insert(id, Image { texture: Some(texture), group, decoded: false });
    }

    /// Shows this under the name [`PICTURE`], pixel by pixel; `decoded` tells whether its bytes are decoded as they are read.
    pub fn set_picture(&mut self, device: &wgpu::Device, picture: &wgpu::TextureView, decoded: bool) {
        let group = self.group(device, picture, 0);
        self.textures.insert(PICTURE, Image { texture: None, group, decoded });
    }

    fn group(&self, device: &wgpu::Device, view: &wgpu::TextureView, sampler: usize) -> wgpu::BindGroup {
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("panel texture"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(view) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&self.samplers[sampler]) },
            ],
        })
    }

    /// Paints the whole of a target of this size in pixels.
    pub fn paint(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        target: &wgpu::TextureView,
        size: [u32; 2],
        pixels_per_point: f32,
        primitives: &[ClippedPrimitive],
    ) {
        let [width, height] = size.map(|side| side as f32 / pixels_per_point);
        queue.write_buffer(&self.size, 0, bytemuck::bytes_of(&[width, height, 0.0, 0.0]));
        let (mut corners, mut indices, mut pieces) = (Vec::new(), Vec::new(), Vec::new());
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let (first, start) = (corners.len() as u32, indices.len() as u32);
            let corner = |vertex: &egui::epaint::Vertex| Corner {
                position: vertex.pos.into(),
                uv: vertex.uv.into(),
                colour: vertex.color.to_array(),
            };
            corners.extend(mesh.vertices.iter().map(corner));
            indices.extend(mesh.indices.iter().map(|index| first + index));
            pieces.push(Piece { clip: *clip_rect, texture: mesh.texture_id, indices: start..indices.len() as u32 });
        }
        self.corners.write(device, queue, &corners);
        self.indices.write(device, queue, &indices);
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("panel") });
        {
            let mut pass = target_pass(&mut encoder, target, Some(wgpu::Color::BLACK));
            if let (Some(corners), Some(indices)) = (self.corners.filled(), self.indices.filled()) {
                pass.set_bind_group(0, &self.size_group, &[]);
                pass.set_vertex_buffer(0, corners);
                pass.set_index_buffer(indices, wgpu::IndexFormat::Uint32);
                for piece in pieces {
                    let Some([x, y, width, height]) = scissor(piece.clip, size, pixels_per_point) else { continue };
                    let Some(image) = self.textures.get(&piece.texture) else { continue };
                    pass.set_pipeline(&self.pipelines[usize::from(image.decoded)]);
                    pass.set_scissor_rect(x, y, width, height);
                    pass.set_bind_group(1, &image.group, &[]);
                    pass.draw_indexed(piece.indices, 0, 0..1);
                }
            }
        }
        queue.submit([encoder.finish()]);
    }
}

fn pipeline(
    device: &wgpu::Device,
    format: wgpu::TextureFormat,
    decoded: bool,
    groups: &[Option<&wgpu::BindGroupLayout>],
) -> wgpu::RenderPipeline {
    let label = Some("panel");
    let module = device.create_shader_module(wgpu::include_wgsl!("../../assets/shaders/panel.wgsl"));
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label,
        bind_group_layouts: groups,
        ..Default::default()
    });
    let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4];
    let [decode, encode] = [format.is_srgb(), decoded].map(|so| f64::from(u8::from(so)));
    let constants = [("DECODE", decode), ("ENCODE", encode)];
    let options = wgpu::PipelineCompilationOptions { constants: &constants, ..Default::default() };
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label,
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("vertex"),
            compilation_options: options.clone(),
            buffers: &[wgpu::VertexBufferLayout {
                array_stride: size_of::<Corner>() as u64,
                step_mode: wgpu::VertexStepMode::Vertex,
                attributes: &attributes,
            }],
        },
        primitive: Default::default(),
        depth_stencil: None,
        multisample: Default::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("fragment"),
            compilation_options: options,
            targets: &[Some(wgpu::ColorTargetState {
                format,
                blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

fn upload(queue: &wgpu::Queue, texture: &wgpu::Texture, image: &ColorImage, [x, y]: [u32; 2]) {
    let [width, height] = image.size.map(|side| side as u32);
    if width == 0 || height == 0 || x + width > texture.width() || y + height > texture.height() {
        return;
    }
    queue.write_texture(
        wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..texture.as_image_copy() },
        image.as_raw(),
        wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None },
        wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
    );
}

/// The pixels (x, y, width, height) of a part of the window; nothing where there are none.
fn scissor(clip: Rect, size: [u32; 2], pixels_per_point: f32) -> Option<[u32; 4]> {
    // The cast saturates at 0.
    let pixel = |points: f32, most: u32| ((points * pixels_per_point).round() as u32).min(most);
    let (left, right) = (pixel(clip.left(), size[0]), pixel(clip.right(), size[0]));
    let (top, bottom) = (pixel(clip.top(), size[1]), pixel(clip.bottom(), size[1]));
    (right > left && bottom > top).then(|| [left, top, right - left, bottom - top])
}
