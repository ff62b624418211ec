//! Draws what is seen of a run, at the size of a film.

use super::{
    board::{Areas, Board, Readings},
    compose::Composer,
    reel::Seen,
};
use crate::{
    error::Result,
    lab::Lab,
    panel::Card,
    scene::{Film, Journal, Scene},
    sim::{AnyModel, Frame},
    view::{Gpu, Still, Studio},
};

/// Draws the pictures of a film one after the other.
pub struct Camerawork {
    film: Film,
    card: Card,
    composer: Composer,
    studio: Studio,
    board: Option<Board>,
    areas: Areas,
    /// Where the picture is drawn that stands beside plots or words.
    pane: Option<wgpu::Texture>,
}

impl Camerawork {
    /// Sets up for a film of a run of a scene. `transparent` leaves out the ground.
    ///
    /// # Errors
    /// Where the device cannot draw pictures of this size.
    pub fn new(gpu: &Gpu, lab: &Lab, (scene, journal): (&Scene, &Journal), film: &Film, transparent: bool) -> Result<Self> {
        let pixels = [film.size.0, film.size.1].map(|side| side * film.supersample);
        let mut studio = Studio::new(gpu, pixels)?;
        studio.set_transparent(transparent);
        let card = Card {
            title: lab.title(scene).to_owned(),
            source: scene.source.clone(),
            credit: film.credit.clone(),
            code: lab.code(scene).unwrap_or_default(),
        };
        let composer = Composer::new(film, &card.title);
        let mut board = (film.panel || film.story || film.card > 0).then(|| Board::new(gpu, lab, scene, journal));
        let per_point = composer.pixels_per_point();
        let words = board.as_mut().filter(|_| film.story).map(|board| board.longest_words(gpu, pixels[0], per_point));
        let areas = Areas::of(pixels, film.panel, words);
        let [.., width, height] = areas.picture;
        let pane = ([width, height] != pixels).then(|| {
            gpu.device.create_texture(&wgpu::TextureDescriptor {
                label: Some("pane"),
                size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: Studio::FORMAT,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
                view_formats: &[],
            })
        });
        Ok(Self { film: film.clone(), card, composer, studio, board, areas, pane })
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

    /// Takes note of what instruments read.
    pub fn note(&mut self, readings: &Readings) {
        if let Some(board) = &mut self.board {
            board.note(readings);
        }
    }

    /// Draws a frame, to be fetched by [`develop`](Self::develop).
    ///
    /// # Errors
    /// Where two others wait to be fetched.
    pub fn expose(&mut self, frame: &Frame, seen: &Seen, model: &dyn AnyModel) -> Result<()> {
        let Self { film, composer, studio, board, areas, pane, .. } = self;
        let pixels = [film.size.0, film.size.1].map(|side| side * film.supersample);
        let (Some(pane), Some(board)) = (pane, board) else {
            return composer.compose(frame, seen, model, pixels, |picture| studio.expose(picture));
        };
        let Areas { picture: [.., width, height], plots, words } = *areas;
        composer.compose(frame, seen, model, [width, height], |picture| {
            studio.expose_with(|stage, gpu, target, _| {
                let Gpu { device, queue, .. } = gpu;
                stage.draw(device, queue, &pane.create_view(&Default::default()), [width, height], picture);
                let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("pane") });
                encoder.copy_texture_to_texture(pane.as_image_copy(), target.as_image_copy(), pane.size());
                queue.submit([encoder.finish()]);
                if let Some(area) = plots {
                    board.plots(gpu, target, area, picture.pixels_per_point, (frame, seen));
                }
                if let Some(area) = words {
                    board.words(gpu, target, area, picture.pixels_per_point, seen.told);
                }
            })
        })
    }

    /// Draws the card, to be fetched by [`develop`](Self::develop).
    ///
    /// # Errors
    /// Where two others wait to be fetched.
    pub fn expose_card(&mut self) -> Result<()> {
        let pixels_per_point = self.composer.pixels_per_point();
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
