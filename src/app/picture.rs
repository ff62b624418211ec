//! The picture in the window: the stage draws on the window's own graphics device, into a texture that the panel shows.

use crate::{
    scene::Look,
    sim::Frame,
    view::{Camera, Caption, Gpu, Picture, Stage},
};
use std::sync::Arc;

/// Format of the picture; blending in it is that of linear light, as in stills and films.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;
/// The same bytes as they stand.
const RAW: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Pieces of trails laid at once after a camera move, so that a software driver keeps up with a drag.
const PIECES: usize = 10_000;
/// Further pictures drawn after the last change, in which trails are completed.
const SETTLE: u32 = 12;

/// What the picture is to show.
#[derive(Clone)]
pub struct Shown {
    /// Its size in pixels.
    pub size: [u32; 2],
    /// The frame.
    pub frame: Arc<Frame>,
    /// The look.
    pub look: Look,
    /// The part of the plane that is seen.
    pub camera: Camera,
    /// The agent that is marked.
    pub selected: Option<u32>,
    /// Title and lines.
    pub caption: Caption,
    /// Pixels a point.
    pub pixels_per_point: f32,
}

impl Shown {
    /// Whether it looks the same as another.
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame)
            && self.size == other.size
            && self.look == other.look
            && self.camera == other.camera
            && self.selected == other.selected
            && self.caption == other.caption
            && self.pixels_per_point == other.pixels_per_point
    }
}

/// Draws what is [`Shown`], once each time it changes.
pub struct Easel {
    stage: Stage,
    /// Whether the device can read the picture's bytes as they stand.
    raw: bool,
    canvas: Option<wgpu::Texture>,
    last: Option<Shown>,
    unsettled: u32,
}

impl Easel {
    /// Sets up on a device, of which it is known whether it can read a texture's bytes as they stand.
    pub fn new(device: &wgpu::Device, raw: bool) -> Self {
        let mut stage = Stage::new(device, FORMAT);
        stage.hasten(PIECES);
        Self { stage, raw, canvas: None, last: None, unsettled: 0 }
    }

    /// Draws where there is something new to show, and tells whether there was.
    pub fn draw(&mut self, gpu: &Gpu, shown: &Shown) -> bool {
        if self.last.as_ref().is_some_and(|last| last.is_same(shown)) {
            if self.unsettled == 0 {
                return false;
            }
            self.unsettled -= 1;
        } else {
            self.unsettled = if shown.look.trails > 0 { SETTLE } else { 0 };
        }
        let size = shown.size.map(|side| side.clamp(1, gpu.device.limits().max_texture_dimension_2d));
        let canvas = match self.canvas.take() {
            Some(canvas) if [canvas.width(), canvas.height()] == size => canvas,
            _ => self.canvas(&gpu.device, size),
        };
        let picture = Picture {
            frame: &shown.frame,
            look: &shown.look,
            camera: &shown.camera,
            selected: shown.selected,
            caption: &shown.caption,
            pixels_per_point: shown.pixels_per_point,
        };
        self.stage.draw(&gpu.device, &gpu.queue, &canvas.create_view(&Default::default()), size, &picture);
        self.canvas = Some(canvas);
        self.last = Some(shown.clone());
        true
    }

    fn canvas(&self, device: &wgpu::Device, [width, height]: [u32; 2]) -> wgpu::Texture {
        device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: if self.raw { &[RAW] } else { &[] },
        })
    }

    /// The picture, where there is one, and whether its bytes are decoded as they are read.
    pub fn picture(&self) -> Option<(wgpu::TextureView, bool)> {
        let format = self.raw.then_some(RAW);
        Some((self.canvas.as_ref()?.create_view(&wgpu::TextureViewDescriptor { format, ..Default::default() }), !self.raw))
    }
}
