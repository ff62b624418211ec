//! The picture in the window: the stage draws on the window's own graphics device, into a texture that the panel shows.

use crate::{
    scene::Look,
    sim::Frame,
    view::{Camera, Caption, Gpu, Picture, Stage, halves},
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
    /// The run, or both where two are compared.
    pub sides: Vec<Side>,
    /// The look.
    pub look: Look,
    /// The agent that is marked.
    pub selected: Option<u32>,
    /// Pixels a point.
    pub pixels_per_point: f32,
}

/// What is shown of a run.
#[derive(Clone)]
pub struct Side {
    /// The frame.
    pub frame: Arc<Frame>,
    /// The part of the plane that is seen.
    pub camera: Camera,
    /// Title and lines.
    pub caption: Caption,
}

impl Shown {
    /// Whether both look the same but for their sides.
    fn is_alike(&self, other: &Self) -> bool {
        self.size == other.size
            && self.sides.len() == other.sides.len()
            && self.look == other.look
            && self.selected == other.selected
            && self.pixels_per_point == other.pixels_per_point
    }

    /// Where each side is drawn in a picture of this size: x, y, width, height in pixels.
    pub fn places(&self, size: [u32; 2]) -> Vec<[u32; 4]> {
        halves(size, self.sides.len() > 1)
    }

    /// The picture of a side.
    pub fn picture<'a>(&'a self, side: &'a Side) -> Picture<'a> {
        Picture {
            frame: &side.frame,
            look: &self.look,
            camera: &side.camera,
            selected: self.selected,
            caption: &side.caption,
            pixels_per_point: self.pixels_per_point,
        }
    }
}

impl Side {
    /// Whether it looks the same as another.
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame) && self.camera == other.camera && self.caption == other.caption
    }
}

/// Draws what is [`Shown`], once each time it changes.
pub struct Easel {
    /// A stage for each side.
    stages: Vec<Stage>,
    /// Whether the device can read the picture's bytes as they stand.
    raw: bool,
    canvas: Option<wgpu::Texture>,
    /// Where sides are drawn that are not the whole picture.
    panes: Vec<wgpu::Texture>,
    last: Option<Shown>,
    unsettled: u32,
}

impl Easel {
    /// Sets up on a device, of which it is known whether it can read a texture's bytes as they stand.
    pub fn new(device: &wgpu::Device, raw: bool) -> Self {
        Self { stages: vec![stage(device)], raw, canvas: None, panes: Vec::new(), last: None, unsettled: 0 }
    }

    /// Draws where there is something new to show, and tells whether there was.
    pub fn draw(&mut self, gpu: &Gpu, shown: &Shown) -> bool {
        let last = self.last.take().filter(|last| last.is_alike(shown));
        let same = |number: usize| last.as_ref().is_some_and(|last| last.sides[number].is_same(&shown.sides[number]));
        let mut stale: Vec<bool> = (0..shown.sides.len()).map(|number| !same(number)).collect();
        if stale.contains(&true) {
            self.unsettled = if shown.look.trails > 0 { SETTLE } else { 0 };
        } else if self.unsettled > 0 {
            self.unsettled -= 1;
            stale.fill(true);
        } else {
            self.last = last;
            return false;
        }
        let size = shown.size.map(|side| side.clamp(1, gpu.device.limits().max_texture_dimension_2d));
        let places = shown.places(size);
        let fits = |texture: &wgpu::Texture, size: [u32; 2]| [texture.width(), texture.height()] == size;
        let mut canvas = match self.canvas.take() {
            Some(canvas) if fits(&canvas, size) => canvas,
            _ => self.canvas(&gpu.device, size),
        };
        if let [only] = &shown.sides[..] {
            self.panes.clear();
            self.stages.truncate(1);
            let view = canvas.create_view(&Default::default());
            self.stages[0].draw(&gpu.device, &gpu.queue, &view, size, &shown.picture(only));
        } else {
            while self.stages.len() < shown.sides.len() {
                self.stages.push(stage(&gpu.device));
            }
            if self.panes.len() != places.len()
                || self.panes.iter().zip(&places).any(|(pane, [.., width, height])| !fits(pane, [*width, *height]))
            {
                self.panes = places.iter().map(|[.., width, height]| pane(&gpu.device, [*width, *height])).collect();
                // What was between them before is seen no more.
                canvas = self.canvas(&gpu.device, size);
                stale.fill(true);
            }
            let sides = shown.sides.iter().zip(&mut self.stages).zip(self.panes.iter().zip(&places)).zip(stale);
            for (((side, stage), (pane, [x, y, width, height])), _) in sides.filter(|(_, stale)| *stale) {
                let view = pane.create_view(&Default::default());
                stage.draw(&gpu.device, &gpu.queue, &view, [*width, *height], &shown.picture(side));
                copy(gpu, pane, &canvas, [*x, *y]);
            }
        }
        self.canvas = Some(canvas);
        self.last = Some(shown.clone());
        true
    }

    fn canvas(&self, device: &wgpu::Device, size: [u32; 2]) -> wgpu::Texture {
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
        texture(device, size, usage, if self.raw { &[RAW] } else { &[] })
    }

    /// The picture, where there is one, and whether its bytes are decoded as they are read.
    pub fn picture(&self) -> Option<(wgpu::TextureView, bool)> {
        let format = self.raw.then_some(RAW);
        Some((self.canvas.as_ref()?.create_view(&wgpu::TextureViewDescriptor { format, ..Default::default() }), !self.raw))
    }
}

fn stage(device: &wgpu::Device) -> Stage {
    let mut stage = Stage::new(device, FORMAT);
    stage.hasten(PIECES);
    stage
}

fn pane(device: &wgpu::Device, size: [u32; 2]) -> wgpu::Texture {
    texture(device, size, wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC, &[])
}

fn texture(
    device: &wgpu::Device,
    [width, height]: [u32; 2],
    usage: wgpu::TextureUsages,
    view_formats: &[wgpu::TextureFormat],
) -> wgpu::Texture {
    device.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: FORMAT,
        usage,
        view_formats,
    })
}

/// Copies a pane to its place of the canvas.
fn copy(gpu: &Gpu, pane: &wgpu::Texture, canvas: &wgpu::Texture, [x, y]: [u32; 2]) {
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("pane") });
    let place = wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..canvas.as_image_copy() };
    encoder.copy_texture_to_texture(pane.as_image_copy(), place, pane.size());
    gpu.queue.submit([encoder.finish()]);
}
