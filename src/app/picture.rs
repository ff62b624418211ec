//! The picture in the window: the stage draws on the window's own graphics device, into an image that the panel shows.

use crate::{
    scene::Look,
    sim::Frame,
    view::{Camera, Caption, Picture, Stage},
};
use bevy::{
    app::{App, Plugin},
    asset::{Assets, Handle, RenderAssetUsages},
    ecs::{
        resource::Resource,
        schedule::IntoScheduleConfigs,
        system::{Local, Res},
    },
    image::Image,
    render::{
        RenderApp,
        extract_resource::{ExtractResource, ExtractResourcePlugin},
        render_asset::RenderAssets,
        render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages},
        renderer::{RenderDevice, RenderGraph, RenderGraphSystems, RenderQueue},
        texture::GpuImage,
    },
};
use std::sync::Arc;

/// Format of the image; blending in it is that of linear light.
const FORMAT: TextureFormat = TextureFormat::Rgba8UnormSrgb;

/// Pieces of trails laid at once after a camera move, so that a software driver keeps up with a drag.
const PIECES: usize = 10_000;
/// Further pictures drawn after the last change, in which trails are completed.
const SETTLE: u32 = 12;

/// What the image is to show.
#[derive(Resource, Clone, ExtractResource)]
pub struct Shown {
    /// The image.
    pub target: Handle<Image>,
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
            && self.target == other.target
            && self.size == other.size
            && self.look == other.look
            && self.camera == other.camera
            && self.selected == other.selected
            && self.caption == other.caption
            && self.pixels_per_point == other.pixels_per_point
    }
}

/// Makes an image of this size for the stage to draw into.
pub fn canvas(images: &mut Assets<Image>, size: [u32; 2]) -> Handle<Image> {
    let extent = Extent3d { width: size[0].max(1), height: size[1].max(1), depth_or_array_layers: 1 };
    let clear = [0, 0, 0, 0];
    let mut image = Image::new_fill(extent, TextureDimension::D2, &clear, FORMAT, RenderAssetUsages::default());
    image.texture_descriptor.usage |= TextureUsages::RENDER_ATTACHMENT;
    images.add(image)
}

/// Draws what is [`Shown`], once each time it changes.
pub struct PicturePlugin;

impl Plugin for PicturePlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(ExtractResourcePlugin::<Shown>::default());
        if let Some(render) = app.get_sub_app_mut(RenderApp) {
            render.add_systems(RenderGraph, draw.in_set(RenderGraphSystems::Begin));
        }
    }
}

fn draw(
    shown: Option<Res<Shown>>,
    images: Res<RenderAssets<GpuImage>>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    mut stage: Local<Option<Stage>>,
    mut last: Local<Option<Shown>>,
    mut unsettled: Local<u32>,
) {
    let Some(shown) = shown else { return };
    if last.as_ref().is_some_and(|last| last.is_same(&shown)) {
        if *unsettled == 0 {
            return;
        }
        *unsettled -= 1;
    } else {
        *unsettled = if shown.look.trails > 0 { SETTLE } else { 0 };
    }
    // A new image reaches the device an update late; until then the old picture stays.
    let Some(image) = images.get(&shown.target) else { return };
    let stage = stage.get_or_insert_with(|| {
        let mut stage = Stage::new(device.wgpu_device(), FORMAT);
        stage.hasten(PIECES);
        stage
    });
    let picture = Picture {
        frame: &shown.frame,
        look: &shown.look,
        camera: &shown.camera,
        selected: shown.selected,
        caption: &shown.caption,
        pixels_per_point: shown.pixels_per_point,
    };
    stage.draw(device.wgpu_device(), &queue, &image.texture_view, shown.size, &picture);
    *last = Some(shown.clone());
}
