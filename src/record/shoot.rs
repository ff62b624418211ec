//! Draws what is seen of a run, at the size of a film.

use super::{framing, reel::Seen, tile::Tile};
use crate::{
    error::Result,
    scene::Fit,
    sim::{AnyModel, Frame},
    view::{Caption, Gpu, Picture, Still, Studio, suited_pixels_per_point},
};
use bevy_math::Vec2;

/// What pictures of a film have in common.
#[derive(Clone, Debug)]
pub struct Style {
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Pixels drawn for each pixel of the film, along each side.
    pub supersample: u32,
    /// What happens where the film has another shape than the world.
    pub fit: Fit,
    /// Size of type, relative to what suits the size of the film.
    pub type_scale: f32,
    /// Whether there is no ground, so that a picture can be laid over another.
    pub transparent: bool,
    /// The name of the scene.
    pub title: String,
    /// What the film has to say beside title and parameters.
    pub remarks: Vec<String>,
}

/// Draws the pictures of a film one after the other.
pub struct Camerawork {
    style: Style,
    studio: Studio,
    tile: Tile,
}

impl Camerawork {
    /// Sets up.
    ///
    /// # Errors
    /// Where the device cannot draw pictures of this size.
    pub fn new(gpu: &Gpu, style: Style) -> Result<Self> {
        let mut studio = Studio::new(gpu, style.size.map(|side| side * style.supersample))?;
        studio.set_transparent(style.transparent);
        Ok(Self { style, studio, tile: Tile::default() })
    }

    /// Draws a frame, to be fetched by [`develop`](Self::develop).
    ///
    /// # Errors
    /// Where two others wait to be fetched.
    pub fn expose(&mut self, frame: &Frame, seen: &Seen, model: &dyn AnyModel) -> Result<()> {
        let Style { size, supersample, fit, type_scale, .. } = self.style;
        let pixels = size.map(|side| side * supersample);
        let pixels_per_point = suited_pixels_per_point(pixels) * type_scale;
        let size = Vec2::from(pixels.map(|side| side as f32));
        let camera = framing::camera(seen, &frame.extent, fit, size, pixels_per_point);
        let mut caption = Caption::of(&self.style.title, model, frame);
        caption.lines.extend(self.style.remarks.iter().cloned());
        let goes_on = fit == Fit::Tile;
        let laid = goes_on.then(|| self.tile.lay(frame, &camera, size.x / size.y, seen.selected)).flatten();
        let (frame, selected) = laid.as_ref().map_or((frame, seen.selected), |(frame, selected)| (frame, *selected));
        self.studio.expose(&Picture { frame, look: &seen.look, camera: &camera, selected, caption: &caption, pixels_per_point })
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
