//! Glow: bright agents, trails and fields shed light about them. The picture is drawn into a texture of its own; what is
//! bright in it is halved in size again and again in 16-bit floating-point light, and laid over it.

use super::{
    Picture,
    layers::{Recipe, Workshop, target_pass},
};
use crate::scene::Theme;

/// Format of the light.
const LIGHT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba16Float;
/// Height of the smallest texture in pixels, so that light reaches as far in a picture of any size.
const SMALLEST: f32 = 20.0;
/// How often the picture is halved at once, so that a software driver keeps up; and at most.
const FIRST: u32 = 2;
const MOST: u32 = 8;

/// The layer of glow.
pub struct Glow {
    gather: wgpu::RenderPipeline,
    narrow: wgpu::RenderPipeline,
    widen: wgpu::RenderPipeline,
    show: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    sampler: wgpu::Sampler,
    format: wgpu::TextureFormat,
    /// The picture, and the light from a quarter of its size down.
    canvases: Option<(Canvas, Vec<Canvas>)>,
}

struct Canvas {
    size: [u32; 2],
    view: wgpu::TextureView,
    group: wgpu::BindGroup,
}

/// Whether a picture glows: light is shed on dark ground alone.
pub fn glows(picture: &Picture) -> bool {
    picture.look.glow > 0.0 && picture.look.theme == Theme::Dark
}

impl Glow {
    pub fn new(workshop: &Workshop) -> Self {
        let layout = workshop.texture_layout("glow", true);
        let recipe = |label, entry, format, blend, groups| Recipe {
            label,
            shader: include_str!("../../assets/shaders/glow.wgsl"),
            entries: ("whole", entry),
            groups,
            buffer: None,
            topology: wgpu::PrimitiveTopology::TriangleList,
            blend,
            format,
        };
        let add = wgpu::BlendComponent {
            src_factor: wgpu::BlendFactor::One,
            dst_factor: wgpu::BlendFactor::One,
            operation: wgpu::BlendOperation::Add,
        };
        let replace = wgpu::BlendState::REPLACE;
        let one: &[&wgpu::BindGroupLayout] = &[&layout];
        let two: &[&wgpu::BindGroupLayout] = &[&layout, &layout];
        let added = wgpu::BlendState { color: add, alpha: add };
        Self {
            gather: workshop.pipeline(&recipe("gather light", "gather", Some(LIGHT), replace, one)),
            narrow: workshop.pipeline(&recipe("narrow light", "narrow", Some(LIGHT), replace, one)),
            widen: workshop.pipeline(&recipe("widen light", "widen", Some(LIGHT), added, one)),
            show: workshop.pipeline(&recipe("show light", "show", None, replace, two)),
            sampler: workshop.device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("glow"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
            layout,
            format: workshop.format,
            canvases: None,
        }
    }

    /// The texture into which a picture of this size is to be drawn that glows.
    pub fn canvas(&mut self, device: &wgpu::Device, size: [u32; 2]) -> wgpu::TextureView {
        if self.canvases.as_ref().is_none_or(|(canvas, _)| canvas.size != size) {
            let halvings = (size[1] as f32 / SMALLEST).log2().round().clamp(FIRST as f32, MOST as f32) as u32;
            let light = (FIRST..=halvings).map(|n| self.make(device, size.map(|side| (side >> n).max(1)), LIGHT)).collect();
            self.canvases = Some((self.make(device, size, self.format), light));
        }
        self.canvases.as_ref().expect("it was made").0.view.clone()
    }

    fn make(&self, device: &wgpu::Device, size: [u32; 2], format: wgpu::TextureFormat) -> Canvas {
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("glow"),
            size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("glow"),
            layout: &self.layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
                wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&self.sampler) },
            ],
        });
        Canvas { size, view, group }
    }

    /// Lays the picture that was drawn into the [`canvas`](Self::canvas) onto a target with the light it sheds, `group` being
    /// the uniform `view`.
    pub fn shed(&self, encoder: &mut wgpu::CommandEncoder, group: &wgpu::BindGroup, target: &wgpu::TextureView) {
        let Some((canvas, light)) = &self.canvases else { return };
        let mut pass_on = |pipeline, from: &[&Canvas], to: &wgpu::TextureView, kept: bool| {
            let mut pass = target_pass(encoder, to, (!kept).then_some(wgpu::Color::TRANSPARENT));
            pass.set_pipeline(pipeline);
            pass.set_bind_group(0, group, &[]);
            for (canvas, at) in from.iter().zip(1..) {
                pass.set_bind_group(at, &canvas.group, &[]);
            }
            pass.draw(0..3, 0..1);
        };
        pass_on(&self.gather, &[canvas], &light[0].view, false);
        for pair in light.windows(2) {
            pass_on(&self.narrow, &[&pair[0]], &pair[1].view, false);
        }
        for pair in light.windows(2).rev() {
            pass_on(&self.widen, &[&pair[1]], &pair[0].view, true);
        }
        pass_on(&self.show, &[canvas, &light[0]], target, false);
    }
}
