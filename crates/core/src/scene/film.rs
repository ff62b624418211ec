//! How a film shows a run: what a film's recipe says beside the run itself.

use serde::{Deserialize, Serialize};

/// What happens where a film has another shape than the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// The world fills the picture, and what does not fit is cut off.
    Crop,
    /// All of the world is seen, with bare ground beside it.
    #[default]
    Bars,
    /// A periodic world goes on beyond its edges.
    Tile,
}

impl Fit {
    /// All, with their names.
    pub const ALL: [(&'static str, Self); 3] = [("crop", Self::Crop), ("bars", Self::Bars), ("tile", Self::Tile)];
}

/// A film of a run: which steps it shows, how fast, and in what frame. Frame n shows step
/// `from + (fade + n) · steps_per_frame / slow`: the frames before that are those into which its end fades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Film {
    /// The step at which it begins.
    pub from: u64,
    /// How many frames show the run.
    pub frames: u64,
    /// Frames per second.
    pub fps: u32,
    /// Steps from one frame to the next.
    pub steps_per_frame: u64,
    /// Frames a step; those between two steps are interpolated. 1: every frame shows a step.
    pub slow: u64,
    /// Frames over which its end fades into its beginning, so that it loops; 0: it does not.
    pub fade: u64,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// What happens where it has another shape than the world.
    pub fit: Fit,
    /// Pixels drawn for each pixel, along each side.
    pub supersample: u32,
    /// Quantiser of MP4, from 0 (exact) to 51: what is lost by coding.
    pub quantiser: u8,
    /// Size of type in per cent of what suits its size.
    pub type_percent: u32,
    /// Whether the plots stand beside the picture.
    pub panel: bool,
    /// Whether the words of the scene's story stand under the picture.
    pub story: bool,
    /// Frames at its end that show a card with title, source and credit.
    pub card: u64,
    /// Who made it, for the card.
    pub credit: String,
}

impl Default for Film {
    fn default() -> Self {
        Self {
            from: 0,
            frames: 1,
            fps: 60,
            steps_per_frame: 1,
            slow: 1,
            fade: 0,
            size: (1920, 1080),
            fit: Fit::Bars,
            supersample: 1,
            quantiser: 22,
            type_percent: 100,
            panel: false,
            story: false,
            card: 0,
            credit: String::new(),
        }
    }
}

impl Film {
    /// The step that a frame shows, the first of those into which its end fades being number 0, and, as a number of `slow`-ths, how far it is on its way to the next.
    pub fn step(&self, frame: u64) -> (u64, u64) {
        let slow = self.slow.max(1);
        let parts = frame * self.steps_per_frame;
        (self.from + parts / slow, parts % slow)
    }

    /// The last step that is needed to draw it.
    pub fn last_step(&self) -> u64 {
        let (step, part) = self.step((self.frames + self.fade).saturating_sub(1));
        step + u64::from(part > 0)
    }

    /// All its frames.
    pub fn length(&self) -> u64 {
        self.frames + self.card
    }

    /// How long it is, in seconds.
    pub fn seconds(&self) -> f64 {
        self.length() as f64 / f64::from(self.fps.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_show_the_steps_that_are_asked_for() {
        let film = Film { from: 10, frames: 5, steps_per_frame: 3, ..Film::default() };
        assert_eq!([0, 1, 4].map(|frame| film.step(frame)), [(10, 0), (13, 0), (22, 0)]);
        assert_eq!(film.last_step(), 22);
        let slow = Film { from: 10, frames: 5, slow: 4, ..Film::default() };
        assert_eq!([0, 1, 4].map(|frame| slow.step(frame)), [(10, 0), (10, 1), (11, 0)]);
        assert_eq!((slow.last_step(), Film { frames: 6, ..slow.clone() }.last_step()), (11, 12));
    }
}
