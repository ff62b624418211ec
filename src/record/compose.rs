//! What a picture of a film shows and says.

use super::{
    framing,
    shoot::Take,
    tile::{CONTINUED, Tile},
};
use crate::{
    scene::{Film, Fit, SideLabel},
    view::{Caption, Picture, suited_pixels_per_point},
};
use bevy_math::Vec2;

/// Puts the pictures of a film together.
pub struct Composer {
    film: Film,
    title: String,
    tile: Tile,
}

impl Composer {
    /// For a film of a scene of this title.
    pub fn new(film: &Film, title: &str) -> Self {
        Self { film: film.clone(), title: title.to_owned(), tile: Tile::default() }
    }

    /// Pixels a point of type: those that suit the whole film, as large as it is drawn.
    pub fn pixels_per_point(&self) -> f32 {
        let pixels = [self.film.size.0, self.film.size.1].map(|side| side * self.film.supersample);
        suited_pixels_per_point(pixels) * self.film.type_percent as f32 / 100.0
    }

    /// Hands the picture of a frame, of this size in pixels, to `act`. Where two runs are compared, `side` is the number of the
    /// run and what is said of it.
    pub fn compose<R>(
        &mut self,
        Take { frame, seen, model, extent, .. }: &Take,
        side: Option<(usize, SideLabel)>,
        size: [u32; 2],
        act: impl FnOnce(&Picture) -> R,
    ) -> R {
        let pixels_per_point = self.pixels_per_point();
        let size = Vec2::from(size.map(|side| side as f32));
        let camera = framing::camera(seen, (frame, extent), self.film.fit, size, pixels_per_point);
        let mut caption = Caption::of(&self.title, *model, frame);
        if let Some((side, label)) = side {
            caption = caption.beside(side, label);
        }
        caption.remarks.extend(self.remarks());
        let tiled = self.film.fit == Fit::Tile;
        // Whoever is followed near an edge is not left beside an empty half.
        let goes_on = tiled || (seen.followed(frame).is_some() && Tile::is_needed(frame, &camera, size.x / size.y));
        let laid = goes_on.then(|| self.tile.lay(frame, &camera, size.x / size.y, seen.selected)).flatten();
        if laid.is_some() && !tiled {
            caption.remarks.insert(0, CONTINUED.to_owned());
        }
        let (frame, selected) = laid.as_ref().map_or((*frame, seen.selected), |(frame, selected)| (frame, *selected));
        let (look, camera, caption) = (&seen.look, &camera, &caption);
        act(&Picture { frame, look, camera, selected, caption, pixels_per_point })
    }

    /// What the film says of itself where it shows the run otherwise than it went.
    fn remarks(&self) -> impl Iterator<Item = String> {
        let Film { fit, slow, fade, fps, .. } = self.film;
        let on = (fit == Fit::Tile).then(|| CONTINUED.to_owned());
        let slow = (slow > 1).then(|| format!("{slow} frames a step, interpolated"));
        let fade = (fade > 0).then(|| format!("cross-fade of {:.1} s", fade as f64 / f64::from(fps)));
        on.into_iter().chain(slow).chain(fade)
    }
}
