//! Flashes that could harm people with photosensitive epilepsy.
//!
//! The rule is that of WCAG 2.2 (success criterion 2.3.1, general flash): a flash is a pair of opposing changes of relative
//! luminance by at least a tenth, the darker below 0.8; no more than three in any second, where they fill more than a quarter
//! of the picture.

use std::collections::VecDeque;

/// The smallest change of relative luminance that counts.
const CHANGE: f32 = 0.1;
/// Two lights that are both this bright do not flash.
const BRIGHT: f32 = 0.8;

/// What has been seen of a picture that changes, at times that are counted in ticks.
pub struct Flicker {
    /// Ticks in a second.
    second: u64,
    parts: Vec<Part>,
}

/// The light of a part of the picture.
#[derive(Clone, Default)]
struct Part {
    /// Darkest and brightest since the last change.
    range: Option<[f32; 2]>,
    rising: Option<bool>,
    /// The ticks of the changes in the last second.
    changes: VecDeque<u64>,
}

impl Part {
    fn note(&mut self, tick: u64, light: f32) {
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
            self.changes.push_back(tick);
        } else {
            self.range = Some([low.min(light), high.max(light)]);
        }
    }
}

impl Flicker {
    /// The picture is watched in so many parts across and down.
    pub const PARTS: [usize; 2] = [32, 18];
    /// Most flashes in a second.
    pub const MOST: usize = 3;
    /// Part of the picture over which more are too many.
    pub const SHARE: f32 = 0.25;

    /// Before the first picture, at so many ticks a second.
    pub fn new(second: u32) -> Self {
        let [across, down] = Self::PARTS;
        Self { second: second.max(1).into(), parts: vec![Part::default(); across * down] }
    }

    /// Takes note of the relative luminance of each part, rows from the top.
    pub fn note(&mut self, tick: u64, lights: impl IntoIterator<Item = f32>) {
        self.parts.iter_mut().zip(lights).for_each(|(part, light)| part.note(tick, light));
    }

    /// The share of the picture that has changed at least so often in the second up to a tick.
    pub fn share(&mut self, tick: u64, changes: usize) -> f32 {
        let second = self.second;
        let often = self.parts.iter_mut().filter_map(|part| {
            while part.changes.front().is_some_and(|change| change + second <= tick) {
                part.changes.pop_front();
            }
            (part.changes.len() >= changes).then_some(())
        });
        often.count() as f32 / Self::PARTS.iter().product::<usize>() as f32
    }
}
