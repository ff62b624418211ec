//! Draws what is seen of a run, or of two side by side, at the size of a film.

use super::{
    board::{Areas, Board, Readings},
    compose::Composer,
    reel::{Reel, Seen},
};
use crate::{
    error::Result,
    lab::Lab,
    panel::Card,
    scene::{Difference, Film, Journal, Scene, SideLabel},
    sim::{AnyModel, Extent, Frame},
    view::{Gpu, Palette, Stage, Still, Studio},
};

/// What a picture shows of a run.
#[derive(Clone, Copy)]
pub struct Take<'a> {
    /// The frame.
    pub frame: &'a Frame,
    /// What is to be seen: the extent of the frame, or one as large as that of the run beside it.
    pub extent: Extent,
    /// What is looked at.
    pub seen: &'a Seen,
    /// The model.
    pub model: &'static dyn AnyModel,
    /// The seed of the run.
    pub seed: u64,
}

impl<'a> Take<'a> {
    /// Of the run on a reel.
    pub fn of(reel: &Reel, frame: &'a Frame, seen: &'a Seen) -> Self {
        Self { frame, extent: frame.extent, seen, model: reel.simulation().model(), seed: reel.simulation().scene().seed }
    }
}

/// Draws the pictures of a film one after the other.
pub struct Camerawork {
    film: Film,
    card: Card,
    difference: Option<Difference>,
    /// One run, or two that are compared.
    sides: Vec<Side>,
    studio: Studio,
    board: Option<Board>,
    areas: Areas,
}

/// The picture of one run.
struct Side {
    composer: Composer,
    /// The second run has a stage of its own, so that the trails of both do not take turns on one.
    stage: Option<Stage>,
    /// Where it is drawn where it is not the whole film.
    pane: Option<wgpu::Texture>,
}

impl Side {
    /// Draws it into its place of the target: x, y, width, height.
    fn draw(
        &mut self,
        (first, gpu, target): (&mut Stage, &Gpu, &wgpu::Texture),
        [x, y, width, height]: [u32; 4],
        take: &Take,
        label: Option<(usize, SideLabel)>,
    ) {
        let Gpu { device, queue, .. } = gpu;
        let Self { composer, stage, pane } = self;
        let stage = stage.as_mut().unwrap_or(first);
        let canvas = pane.as_ref().unwrap_or(target).create_view(&Default::default());
        composer.compose(take, label, [width, height], |picture| stage.draw(device, queue, &canvas, [width, height], picture));
        let Some(pane) = pane else { return };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("pane") });
        let place = wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..target.as_image_copy() };
        encoder.copy_texture_to_texture(pane.as_image_copy(), place, pane.size());
        queue.submit([encoder.finish()]);
    }
}

impl Camerawork {
    /// Sets up for a film of a run of a scene, and of the one beside it where there is a difference. `transparent` leaves out
    /// the ground.
    ///
    /// # Errors
    /// Where the device cannot draw pictures of this size.
    pub fn new(
        gpu: &Gpu,
        lab: &Lab,
        (scene, journal, difference): (&Scene, &Journal, Option<&Difference>),
        film: &Film,
        transparent: bool,
    ) -> Result<Self> {
        let pixels = [film.size.0, film.size.1].map(|side| side * film.supersample);
        let mut studio = Studio::new(gpu, pixels)?;
        studio.set_transparent(transparent);
        let card = Card {
            title: lab.title(scene).to_owned(),
            source: scene.source.clone(),
            credit: film.credit.clone(),
            code: lab.code(scene).unwrap_or_default(),
        };
        let composer = || Composer::new(film, &card.title);
        let per_point = composer().pixels_per_point();
        let wanted = film.panel || film.story || film.card > 0;
        let mut board = wanted.then(|| Board::new(gpu, lab, (scene, journal, difference)));
        let words = board.as_mut().filter(|_| film.story).map(|board| board.longest_words(gpu, pixels[0], per_point));
        let areas = Areas::of(pixels, film.panel, words, difference.is_some());
        let sides = areas.pictures.iter().enumerate().map(|(number, [.., width, height])| {
            let stage = (number > 0).then(|| Stage::new(&gpu.device, Studio::FORMAT));
            let pane = ([*width, *height] != pixels).then(|| {
                gpu.device.create_texture(&wgpu::TextureDescriptor {
                    label: Some("pane"),
                    size: wgpu::Extent3d { width: *width, height: *height, depth_or_array_layers: 1 },
                    mip_level_count: 1,
                    sample_count: 1,
                    dimension: wgpu::TextureDimension::D2,
                    format: Studio::FORMAT,
                    usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
                    view_formats: &[],
                })
            });
            Side { composer: composer(), stage, pane }
        });
        let sides = sides.collect();
        Ok(Self { film: film.clone(), card, difference: difference.cloned(), sides, studio, board, areas })
    }

    /// The names of the instruments that are plotted beside the picture.
    pub fn instruments(&self) -> Vec<String> {
        self.board.as_ref().filter(|_| self.film.panel).map(Board::instruments).unwrap_or_default()
    }

    /// A run begins anew.
    pub fn begin(&mut self) {
        if let Some(board) = &mut self.board {
            board.begin();
        }
    }

    /// Takes note of what instruments read of a run, the first being number 0.
    pub fn note(&mut self, side: usize, readings: &Readings) {
        if let Some(board) = &mut self.board {
            board.note(side, readings);
        }
    }

    /// Draws a frame of each run, to be fetched by [`develop`](Self::develop).
    ///
    /// # Errors
    /// Where two others wait to be fetched.
    pub fn expose(&mut self, takes: &[Take]) -> Result<()> {
        let Self { difference, sides, studio, board, areas, .. } = self;
        let labels = difference.as_ref().zip(takes.first()).map(|(difference, first)| {
            let value =
                |path: &str| first.frame.parameters.iter().find(|(known, _)| known == path).map(|(_, value)| value.clone());
            difference.labels(first.model, first.seed, value)
        });
        // Both are seen at one scale.
        let extents: Vec<Extent> = takes.iter().map(|take| take.frame.extent).collect();
        let takes: Vec<Take> = takes.iter().map(|take| Take { extent: take.extent.as_large_as(&extents), ..*take }).collect();
        let pixels_per_point = sides[0].composer.pixels_per_point();
        let line = Palette::of(takes[0].seen.look.theme).line;
        studio.expose_with(|stage, gpu, target, _| {
            if sides.len() > 1 {
                fill(gpu, target, line);
            }
            for (number, ((side, take), area)) in sides.iter_mut().zip(&takes).zip(&areas.pictures).enumerate() {
                let label = labels.as_ref().map(|labels| (number, labels[number].clone()));
                side.draw((&mut *stage, gpu, target), *area, take, label);
            }
            let Some(board) = board else { return };
            if let Some(area) = areas.plots {
                board.plots(gpu, target, area, pixels_per_point, &takes);
            }
            if let Some(area) = areas.words {
                board.words(gpu, target, area, pixels_per_point, takes[0].seen.told);
            }
        })
    }

    /// Draws the card, to be fetched by [`develop`](Self::develop).
    ///
    /// # Errors
    /// Where two others wait to be fetched.
    pub fn expose_card(&mut self) -> Result<()> {
        let pixels_per_point = self.sides[0].composer.pixels_per_point();
        let Self { board: Some(board), studio, card, .. } = self else { return Ok(()) };
        studio.expose_with(|_, gpu, target, _| board.card(gpu, target, pixels_per_point, card))
    }

    /// Waits until the oldest picture that has not been fetched is drawn.
    ///
    /// # Errors
    /// Where the device was lost.
    pub fn wait(&self) -> Result<()> {
        self.studio.wait()
    }

    /// Fetches the oldest picture that has not been fetched, as large as it was drawn; `rgba` is room to use again.
    ///
    /// # Errors
    /// Where the device was lost.
    pub fn develop(&mut self, rgba: Vec<u8>) -> Result<Still> {
        self.studio.develop(rgba)
    }
}

/// Fills a picture with a colour, of which a line is left between two runs.
fn fill(gpu: &Gpu, target: &wgpu::Texture, colour: egui::Color32) {
    let [r, g, b, a] = egui::Rgba::from(colour).to_array().map(f64::from);
    let view = target.create_view(&Default::default());
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("ground") });
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("ground"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a }), store: wgpu::StoreOp::Store },
        })],
        ..Default::default()
    });
    gpu.queue.submit([encoder.finish()]);
}
