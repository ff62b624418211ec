//! The picture in the window: the stage draws on the window's own graphics device, into a texture that the panel shows.

use super::glance::Glance;
use crate::{
    record::Flicker,
    scene::Look,
    sim::Frame,
    view::{Camera, Caption, Gpu, Picture, Stage, halves},
};
use std::{sync::Arc, time::Instant};

/// Format of the picture; blending in it is that of linear light, as in stills and films.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8UnormSrgb;
/// The same bytes as they stand.
const RAW: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// About how many pieces of trails are laid a picture, so that a software driver keeps up with a drag, and with a run that goes as fast as it can.
const PIECES: usize = 4_000;
/// Beats after the last change until trails are laid in full.
const SETTLE: u32 = 6;

/// What the picture is to show.
#[derive(Clone)]
pub struct Shown {
    /// Its size in pixels.
    pub size: [u32; 2],
    /// The run, or both where two are compared.
    pub sides: Vec<Side>,
    /// The look.
    pub look: Look,
    /// Pixels a point.
    pub pixels_per_point: f32,
    /// Whether it may flash as often as it will.
    pub flashes: bool,
}

/// What is shown of a run.
#[derive(Clone)]
pub struct Side {
    /// The frame.
    pub frame: Arc<Frame>,
    /// The part of the plane that is seen.
    pub camera: Camera,
    /// The agent that is marked.
    pub selected: Option<u32>,
    /// Title and lines.
    pub caption: Caption,
}

impl Shown {
    /// Whether both look the same but for their sides.
    fn is_alike(&self, other: &Self) -> bool {
        self.size == other.size
            && self.sides.len() == other.sides.len()
            && self.look == other.look
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
            selected: side.selected,
            caption: &side.caption,
            pixels_per_point: self.pixels_per_point,
        }
    }
}

impl Side {
    /// Whether it looks the same as another.
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.frame, &other.frame)
            && self.camera == other.camera
            && self.selected == other.selected
            && self.caption == other.caption
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
    glance: Glance,
    /// What was seen of the picture, in ticks of a millisecond since `since`; when it was last looked at.
    flicker: Flicker,
    since: Instant,
    looked: u64,
    /// Whether a picture was held back since this was last asked.
    held: bool,
}

/// Ticks in a second.
const TICKS: u32 = 1000;

impl Easel {
    /// Sets up on a device, of which it is known whether it can read a texture's bytes as they stand.
    pub fn new(device: &wgpu::Device, raw: bool) -> Self {
        Self {
            stages: vec![Stage::new(device, FORMAT)],
            raw,
            canvas: None,
            panes: Vec::new(),
            last: None,
            unsettled: 0,
            glance: Glance::new(device),
            flicker: Flicker::new(TICKS),
            since: Instant::now(),
            looked: 0,
            held: false,
        }
    }

    /// Whether a picture was held back since this was last asked, since it might have been a flash too many.
    pub fn take_held(&mut self) -> bool {
        std::mem::take(&mut self.held)
    }

    /// Whether the next picture may be seen: not where too much of it has flashed as often as it may in the last second, for then
    /// it might be a flash too many.
    fn may_change(&mut self, gpu: &Gpu, tick: u64) -> bool {
        if let Some(lights) = self.glance.take(gpu) {
            self.flicker.note(self.looked, lights);
        }
        self.flicker.share(tick, 2 * Flicker::MOST) <= Flicker::SHARE
    }

    /// Draws where there is something new to show, and tells whether there was.
    pub fn draw(&mut self, gpu: &Gpu, shown: &Shown, now: Instant) -> bool {
        let tick = now.saturating_duration_since(self.since).as_millis() as u64;
        let last = self.last.take().filter(|last| last.is_alike(shown));
        let same = |number: usize| last.as_ref().is_some_and(|last| last.sides[number].is_same(&shown.sides[number]));
        let mut stale: Vec<bool> = (0..shown.sides.len()).map(|number| !same(number)).collect();
        let pieces = if stale.contains(&true) {
            self.unsettled = if shown.look.trails > 0 { SETTLE } else { 0 };
            PIECES
        } else if self.unsettled == 1 {
            self.unsettled = 0;
            stale.fill(true);
            usize::MAX
        } else {
            self.unsettled = self.unsettled.saturating_sub(1);
            self.last = last;
            return false;
        };
        if !self.may_change(gpu, tick) && !shown.flashes {
            // It is tried again, with whatever is to be seen then.
            (self.last, self.held) = (last, true);
            self.unsettled = self.unsettled.max(1);
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
            self.stages[0].hasten(pieces);
            self.stages[0].draw(&gpu.device, &gpu.queue, &view, size, &shown.picture(only));
        } else {
            while self.stages.len() < shown.sides.len() {
                self.stages.push(Stage::new(&gpu.device, FORMAT));
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
                stage.hasten(pieces);
                stage.draw(&gpu.device, &gpu.queue, &view, [*width, *height], &shown.picture(side));
                copy(gpu, pane, &canvas, [*x, *y]);
            }
        }
        self.glance.look(gpu, &canvas.create_view(&Default::default()));
        self.looked = tick;
        self.canvas = Some(canvas);
        self.last = Some(shown.clone());
        true
    }

    fn canvas(&self, device: &wgpu::Device, size: [u32; 2]) -> wgpu::Texture {
        let usage =
            wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
        texture(device, size, usage, if self.raw { &[RAW] } else { &[] })
    }

    /// The picture, where there is one, and whether its bytes are decoded as they are read.
    pub fn picture(&self) -> Option<(wgpu::TextureView, bool)> {
        let format = self.raw.then_some(RAW);
        Some((self.canvas.as_ref()?.create_view(&wgpu::TextureViewDescriptor { format, ..Default::default() }), !self.raw))
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Theme;
    use std::time::Duration;

    /// What is to be shown on a ground of this theme.
    fn shown(theme: Theme, flashes: bool) -> Shown {
        let side = Side { frame: Arc::default(), camera: Camera::default(), selected: None, caption: Caption::default() };
        let look = Look { theme, ..Look::default() };
        Shown { size: [64, 36], sides: vec![side], look, pixels_per_point: 0.1, flashes }
    }

    #[test]
    fn the_window_flashes_three_times_a_second_at_most() {
        let gpu = Gpu::headless().unwrap();
        let turns = |every: u64, flashes: bool| {
            let mut easel = Easel::new(&gpu.device, false);
            let begun = easel.since;
            // Light and dark in turn, for three seconds; when the picture changed.
            let mut seen = None;
            let mut changes = Vec::new();
            for at in (0..3000).step_by(every as usize) {
                let theme = if (at / every).is_multiple_of(2) { Theme::Dark } else { Theme::Light };
                if easel.draw(&gpu, &shown(theme, flashes), begun + Duration::from_millis(at)) && seen != Some(theme) {
                    if seen.is_some() {
                        changes.push(at);
                    }
                    seen = Some(theme);
                }
            }
            let most = changes.iter().map(|from| changes.iter().filter(|at| (*from..from + 1000).contains(at)).count()).max();
            (most.unwrap_or(0), changes.len(), easel.take_held())
        };
        let (most, all, held) = turns(50, false);
        assert!(most == 2 * Flicker::MOST && all >= 12 && held, "{most} in a second, {all} in all");
        let (most, _, held) = turns(50, true);
        assert!(most == 20 && !held, "a person may allow it: {most}");
        let (most, _, held) = turns(200, false);
        assert!(most == 5 && !held, "what flashes seldom is seen as it is: {most}");
    }
}
