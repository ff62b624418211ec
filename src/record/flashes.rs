//! Watches a film for flashes that could harm people with photosensitive epilepsy.
//!
//! The rule is that of WCAG 2.2 (success criterion 2.3.1, general flash): a flash is a pair of opposing changes of relative
//! luminance by at least a tenth, the darker below 0.8; no more than three in any second, where they fill more than a quarter
//! of the picture.

use crate::{
    error::{Error, Result},
    view::Still,
};
use std::collections::VecDeque;

/// The picture is watched in so many blocks across and down.
const BLOCKS: [usize; 2] = [32, 18];
/// Pixels of a block that are looked at, across and down.
const SAMPLES: usize = 8;
/// The smallest change of relative luminance that counts.
const CHANGE: f32 = 0.1;
/// Two lights that are both this bright do not flash.
const BRIGHT: f32 = 0.8;
/// Most flashes in a second.
const MOST: usize = 3;
/// Part of the picture over which more are too many.
const SHARE: f32 = 0.25;

/// What has been seen of a film so far.
pub struct Flashes {
    fps: u64,
    frame: u64,
    blocks: Vec<Block>,
    /// Relative luminance that each sRGB byte stands for.
    linear: [f32; 256],
}

/// The light of a part of the picture.
#[derive(Clone, Default)]
struct Block {
    /// Darkest and brightest since the last change.
    range: Option<[f32; 2]>,
    rising: Option<bool>,
    /// The frames of the changes in the last second.
    changes: VecDeque<u64>,
}

impl Block {
    fn note(&mut self, frame: u64, light: f32) {
        let [low, high] = self.range.unwrap_or([light; 2]);
        let (up, down) = (light - low >= CHANGE && low < BRIGHT, high - light >= CHANGE && light < BRIGHT);
        let turned = match self.rising {
            None if up => Some(true),
            None | Some(true) if down => Some(false),
            Some(false) if up => Some(true),
            _ => None,
        };
        if turned.is_some() {
            self.rising = turned;
            self.range = Some([light; 2]);
            self.changes.push_back(frame);
        } else {
            self.range = Some([low.min(light), high.max(light)]);
        }
    }
}

impl Flashes {
    /// Before the first frame of a film of so many frames a second.
    pub fn new(fps: u32) -> Self {
        let linear = std::array::from_fn(|byte| {
            let byte = byte as f32 / 255.0;
            if byte <= 0.04045 { byte / 12.92 } else { ((byte + 0.055) / 1.055).powf(2.4) }
        });
        Self { fps: fps.max(1).into(), frame: 0, blocks: vec![Block::default(); BLOCKS[0] * BLOCKS[1]], linear }
    }

    /// Looks at the next frame.
    ///
    /// # Errors
    /// Where too much of the picture has flashed too often in the last second.
    pub fn note(&mut self, still: &Still) -> Result<()> {
        let size = [still.width as usize, still.height as usize];
        for (at, block) in self.blocks.iter_mut().enumerate() {
            let place = [at % BLOCKS[0], at / BLOCKS[0]];
            // The samples of all blocks form one even grid.
            let pixel = |axis: usize, sample: usize| {
                (2 * (place[axis] * SAMPLES + sample) + 1) * size[axis] / (2 * BLOCKS[axis] * SAMPLES)
            };
            let mut light = 0.0;
            for sample in 0..SAMPLES * SAMPLES {
                let (x, y) = (pixel(0, sample % SAMPLES), pixel(1, sample / SAMPLES));
                let rgba = &still.rgba[(y * size[0] + x) * 4..];
                let [r, g, b] = [0, 1, 2].map(|part| self.linear[usize::from(rgba[part])]);
                light += 0.2126 * r + 0.7152 * g + 0.0722 * b;
            }
            block.note(self.frame, light / (SAMPLES * SAMPLES) as f32);
            while block.changes.front().is_some_and(|change| change + self.fps <= self.frame) {
                block.changes.pop_front();
            }
        }
        self.frame += 1;
        let often = self.blocks.iter().filter(|block| block.changes.len() > 2 * MOST).count();
        let share = often as f32 / self.blocks.len() as f32;
        if share <= SHARE {
            return Ok(());
        }
        let seconds = (self.frame - 1) as f64 / self.fps as f64;
        let found = format!(
            "{:.1} s into the film, {:.0} % of the picture flash more than {MOST} times a second",
            seconds,
            100.0 * share
        );
        Err(Error::usage(found).allowed(format!(
            "at most {:.0} %, for the sake of people with photosensitive epilepsy: fewer steps a second (--slow, --steps-per-frame), \
             or --allow-flashes",
            100.0 * SHARE
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time in seconds at which a film of 30 frames a second is refused whose left part flashes: a part of the width,
    /// between two grey levels, so many times a second.
    fn refused(part: f32, levels: [u8; 2], per_second: f32) -> Option<f32> {
        let mut flashes = Flashes::new(30);
        (0..120).find_map(|frame| {
            let lit = (frame as f32 / 30.0 * per_second).fract() >= 0.5;
            let rgba = (0..64 * 36).flat_map(|at| {
                let level = if ((at % 64) as f32) < part * 64.0 { levels[usize::from(lit)] } else { 20 };
                [level, level, level, 255]
            });
            let still = Still { width: 64, height: 36, rgba: rgba.collect() };
            flashes.note(&still).err().map(|error| {
                assert!(error.to_string().contains("--allow-flashes"), "{error}");
                frame as f32 / 30.0
            })
        })
    }

    #[test]
    fn what_flashes_often_over_much_of_the_picture_is_refused_within_a_second() {
        let at = refused(0.5, [10, 200], 5.0).expect("five flashes a second over half of the picture");
        assert!((0.5..=1.0).contains(&at), "{at}");
        assert!(refused(1.0, [10, 250], 15.0).is_some());
    }

    #[test]
    fn what_flashes_seldom_little_or_faintly_is_not() {
        assert_eq!(refused(1.0, [10, 250], 3.0), None, "three a second");
        assert_eq!(refused(0.2, [10, 250], 10.0), None, "a fifth of the picture");
        assert_eq!(refused(1.0, [10, 80], 10.0), None, "a change by less than a tenth");
        assert_eq!(refused(1.0, [235, 255], 10.0), None, "both are bright");
    }
}
