//! The window's graphics device and surface. Where they are lost (sleep, another driver, a projector plugged in) they are opened
//! anew, and nothing else notices.

use super::picture::{Easel, Shown};
use crate::{
    error::{Error, Result},
    view::{Gpu, Images, Painter, backends},
};
use bevy::window::RawHandleWrapper;
use egui::{ClippedPrimitive, TexturesDelta, epaint::Primitive};
use std::{
    hash::Hasher as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use twox_hash::XxHash3_64;

/// Time between two attempts to open a device.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the window is and hangs on.
pub struct Place<'a> {
    /// The window.
    pub window: &'a RawHandleWrapper,
    /// The connection to the display.
    pub display: &'a (dyn Fn() -> Box<dyn wgpu::wgt::WgpuHasDisplayHandle> + 'a),
    /// Size in pixels.
    pub size: [u32; 2],
}

/// What egui wants to be seen.
pub struct Panel<'a> {
    /// Its triangles.
    pub primitives: &'a [ClippedPrimitive],
    /// What has changed in its textures.
    pub textures: &'a TexturesDelta,
    /// Pixels a point.
    pub pixels_per_point: f32,
}

/// The screen of the window.
pub struct Screen {
    open: Option<Open>,
    images: Images,
    tried: Option<Instant>,
    /// Whether it has ever been open.
    was_open: bool,
    /// After this time the device is given up once, to see what comes of it.
    lose_after: Option<Duration>,
}

/// A device that shows on the window.
struct Open {
    gpu: Gpu,
    surface: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
    lost: Arc<AtomicBool>,
    easel: Easel,
    painter: Painter,
    /// What the panel looked like that is seen now.
    seen: u64,
    /// Whether a picture was drawn that is not seen yet.
    unseen: bool,
    since: Instant,
}

impl Screen {
    /// A screen that is not open yet.
    pub fn new() -> Self {
        let seconds = std::env::var("FLOCKWORK_LOSE_DEVICE_AFTER").ok().and_then(|seconds| seconds.parse().ok());
        Self {
            open: None,
            images: Images::default(),
            tried: None,
            was_open: false,
            lose_after: seconds.map(Duration::from_secs_f32),
        }
    }

    /// Whether a picture was held back since this was last asked, since it might have been a flash too many.
    pub fn take_held(&mut self) -> bool {
        self.open.as_mut().is_some_and(|open| open.easel.take_held())
    }

    /// Shows panel and picture where they look otherwise than before. Tells whether they did.
    ///
    /// # Errors
    /// Where no device could be opened, and none ever was. One that was lost is opened anew as soon as there is one.
    pub fn show(&mut self, place: &Place, panel: &Panel, shown: Option<&Shown>) -> Result<bool> {
        self.images.apply(panel.textures);
        if let Some(open) = &mut self.open {
            open.painter.update(&open.gpu.device, &open.gpu.queue, panel.textures);
        } else if self.tried.is_none_or(|tried| tried.elapsed() >= PATIENCE) {
            self.tried = Some(Instant::now());
            match Open::new(place, &self.images) {
                Ok(open) => {
                    self.open = Some(open);
                    self.was_open = true;
                }
                Err(error) if !self.was_open => return Err(error),
                Err(_) => {}
            }
        }
        let fresh = self.open.as_mut().is_some_and(|open| open.show(place.size, panel, shown));
        self.images.free(panel.textures);
        if let Some(open) = &mut self.open {
            open.painter.free(panel.textures);
            if self.lose_after.is_some_and(|after| open.since.elapsed() >= after) {
                self.lose_after = None;
                open.gpu.device.destroy();
            }
            if open.lost.load(Ordering::Relaxed) {
                eprintln!(
                    "flockwork: the graphics device was lost; the run goes on, and the picture comes back with the next device"
                );
                self.open = None;
            }
        }
        Ok(fresh)
    }
}

impl Open {
    fn new(place: &Place, images: &Images) -> Result<Self> {
        let mut refused = None;
        for backends in backends()? {
            match Self::with(backends, place, images) {
                Ok(open) => return Ok(open),
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.unwrap_or_else(|| Error::failure("no graphics driver can draw on this display")))
    }

    fn with(backends: wgpu::Backends, place: &Place, images: &Images) -> Result<Self> {
        let refused = |reason: String| Error::failure(format!("no graphics driver can draw on this display: {reason}"));
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
            backends,
            ..wgpu::InstanceDescriptor::new_with_display_handle((place.display)())
        });
        let surface = instance.create_surface(handle(place.window)).map_err(|error| refused(error.to_string()))?;
        let (adapter, gpu) = Gpu::on(&instance, Some(&surface))?;
        let lost = Arc::new(AtomicBool::new(false));
        let note = Arc::clone(&lost);
        gpu.device.set_device_lost_callback(move |_, _| note.store(true, Ordering::Relaxed));
        // Whatever goes wrong on the device, it is better opened anew than left half working.
        let note = Arc::clone(&lost);
        gpu.device.on_uncaptured_error(Arc::new(move |error| {
            if !note.swap(true, Ordering::Relaxed) {
                eprintln!("flockwork: {error}");
            }
        }));
        let can = surface.get_capabilities(&adapter);
        let plain = [wgpu::TextureFormat::Bgra8Unorm, wgpu::TextureFormat::Rgba8Unorm];
        let format = plain.into_iter().find(|format| can.formats.contains(format)).or_else(|| can.formats.first().copied());
        let format = format.ok_or_else(|| refused(format!("'{}' offers no format", gpu.adapter)))?;
        let config = wgpu::SurfaceConfiguration {
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            format,
            width: 0,
            height: 0,
            present_mode: wgpu::PresentMode::AutoVsync,
            desired_maximum_frame_latency: 2,
            alpha_mode: wgpu::CompositeAlphaMode::Auto,
            view_formats: vec![],
        };
        let raw = adapter.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::VIEW_FORMATS);
        let easel = Easel::new(&gpu.device, raw);
        let painter = Painter::new(&gpu.device, &gpu.queue, format, images);
        Ok(Self { gpu, surface, config, lost, easel, painter, seen: 0, unseen: false, since: Instant::now() })
    }

    /// Shows what looks otherwise than before; tells whether something did.
    fn show(&mut self, size: [u32; 2], panel: &Panel, shown: Option<&Shown>) -> bool {
        let limit = self.gpu.device.limits().max_texture_dimension_2d;
        let [width, height] = size.map(|side| side.min(limit));
        if width == 0 || height == 0 {
            return false;
        }
        let look = look_of(panel, [width, height]);
        let redrawn = shown.is_some_and(|shown| self.easel.draw(&self.gpu, shown, Instant::now()));
        self.unseen |= redrawn || !panel.textures.is_empty();
        if !self.unseen && look == self.seen {
            return false;
        }
        if redrawn && let Some((picture, decoded)) = self.easel.picture() {
            self.painter.set_picture(&self.gpu.device, &picture, decoded);
        }
        if [self.config.width, self.config.height] != [width, height] {
            (self.config.width, self.config.height) = (width, height);
            self.surface.configure(&self.gpu.device, &self.config);
        }
        use wgpu::CurrentSurfaceTexture::{Lost, Occluded, Outdated, Suboptimal, Success, Timeout, Validation};
        let texture = match self.surface.get_current_texture() {
            Success(texture) | Suboptimal(texture) => texture,
            Timeout | Occluded => return false,
            Outdated => {
                self.config.width = 0;
                return false;
            }
            Lost | Validation => {
                self.lost.store(true, Ordering::Relaxed);
                return false;
            }
        };
        let view = texture.texture.create_view(&Default::default());
        let Gpu { device, queue, .. } = &self.gpu;
        self.painter.paint(device, queue, &view, [width, height], panel.pixels_per_point, panel.primitives);
        texture.present();
        (self.seen, self.unseen) = (look, false);
        true
    }
}

/// What the panel looks like, in a number.
fn look_of(panel: &Panel, size: [u32; 2]) -> u64 {
    let mut hash = XxHash3_64::with_seed(1);
    hash.write(bytemuck::bytes_of(&size));
    hash.write(&panel.pixels_per_point.to_ne_bytes());
    for ClippedPrimitive { clip_rect, primitive } in panel.primitives {
        let Primitive::Mesh(mesh) = primitive else { continue };
        hash.write(bytemuck::bytes_of(clip_rect));
        hash.write(bytemuck::cast_slice(&mesh.vertices));
        hash.write(bytemuck::cast_slice(&mesh.indices));
    }
    hash.finish()
}

/// The window as something that a surface can be made for.
#[expect(unsafe_code, reason = "the engine hands over its window in no other way")]
fn handle(window: &RawHandleWrapper) -> impl Into<wgpu::SurfaceTarget<'static>> {
    // SAFETY: surfaces are made, and used, on the main thread alone, and the handle keeps the window alive.
    unsafe { window.get_handle() }
}
