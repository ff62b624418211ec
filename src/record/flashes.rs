//! Watches a film for flashes, by the rule of [`Flicker`].

use super::flicker::Flicker;
use crate::{
    error::{Error, Result},
    view::Still,
};

/// Pixels of a part that are looked at, across and down.
const SAMPLES: usize = 8;

/// What has been seen of a film so far.
pub struct Flashes {
    fps: u64,
    frame: u64,
    flicker: Flicker,
    /// Relative luminance that each sRGB byte stands for.
    linear: [f32; 256],
}

impl Flashes {
    /// Before the first frame of a film of so many frames a second.
    pub fn new(fps: u32) -> Self {
        let linear = std::array::from_fn(|byte| {
            let byte = byte as f32 / 255.0;
            if byte <= 0.04045 { byte / 12.92 } else { ((byte + 0.055) / 1.055).powf(2.4) }
        });
        Self { fps: fps.max(1).into(), frame: 0, flicker: Flicker::new(fps), linear }
    }

    /// Looks at the next frame.
    ///
    /// # Errors
    /// Where too much of the picture has flashed too often in the last second.
    pub fn note(&mut self, still: &Still) -> Result<()> {
        let tick = self.frame;
        self.flicker.note(tick, lights(still, &self.linear));
        self.frame += 1;
        let share = self.flicker.share(tick, 2 * Flicker::MOST + 1);
        if share <= Flicker::SHARE {
            return Ok(());
        }
        let seconds = tick as f64 / self.fps as f64;
        let found = format!(
            "{seconds:.1} s into the film, {:.0} % of the picture flash more than {} times a second",
            100.0 * share,
            Flicker::MOST
        );
        Err(Error::usage(found).allowed(format!(
            "at most {:.0} %, for the sake of people with photosensitive epilepsy: fewer steps a second (--slow, --steps-per-frame), \
             or --allow-flashes",
            100.0 * Flicker::SHARE
        )))
    }
}

/// The relative luminance of each part of a picture.
fn lights<'a>(still: &'a Still, linear: &'a [f32; 256]) -> impl Iterator<Item = f32> + 'a {
    let size = [still.width as usize, still.height as usize];
    let [across, down] = Flicker::PARTS;
    (0..across * down).map(move |at| {
        let place = [at % across, at / across];
        // The samples of all parts form one even grid.
        let pixel = |axis: usize, sample: usize| {
            (2 * (place[axis] * SAMPLES + sample) + 1) * size[axis] / (2 * Flicker::PARTS[axis] * SAMPLES)
        };
        let light = |sample: usize| {
            let (x, y) = (pixel(0, sample % SAMPLES), pixel(1, sample / SAMPLES));
            let rgba = &still.rgba[(y * size[0] + x) * 4..];
            let [r, g, b] = [0, 1, 2].map(|part| linear[usize::from(rgba[part])]);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        (0..SAMPLES * SAMPLES).map(light).sum::<f32>() / (SAMPLES * SAMPLES) as f32
    })
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
