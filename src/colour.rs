//! Colour as data: a cyclic map for angles, a uniform one for magnitudes, a set of its own for kinds.
//!
//! The first two are chosen so that eight levels stay apart for people with any of the three colour vision
//! deficiencies; the tests of this module measure it.

#![allow(clippy::disallowed_methods, reason = "a colour is seen, never fed back into a run")]

use crate::{scene::Theme, sim::Scale};
use std::sync::LazyLock;

/// Entries of a table: steps from one to the next are below what an eye can tell.
const ENTRIES: usize = 256;

/// sRGB bytes.
type Table = [[u8; 3]; ENTRIES];

/// Kinds that have hues of their own; later ones share them.
const MOST_KINDS: usize = 16;

/// What is no number is shown as this grey.
const UNKNOWN: [u8; 3] = [128, 128, 128];

/// The colours of [`Hue`](crate::sim::Hue), in their order; of Okabe and Ito's black gives way to a grey.
const KINDS: [[u8; 3]; 8] = [
    [230, 159, 0],
    [86, 180, 233],
    [0, 158, 115],
    [240, 228, 66],
    [0, 114, 178],
    [213, 94, 0],
    [204, 121, 167],
    [140, 146, 156],
];

/// How a scale's numbers become colours.
#[derive(Clone, Copy, Debug)]
pub struct Map {
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Angle(&'static Table),
    Magnitude {
        table: &'static Table,
        min: f32,
        per_unit: f32,
        /// Whether by the logarithm.
        log: bool,
    },
    /// The hue of each kind.
    Category([u8; MOST_KINDS]),
}

impl Map {
    /// The map of this scale in this theme.
    pub fn of(scale: &Scale, theme: Theme) -> Self {
        let themed = |dark: &'static LazyLock<Table>, light: &'static LazyLock<Table>| match theme {
            Theme::Dark => &**dark,
            Theme::Light => &**light,
        };
        let kind = match scale {
            Scale::Angle => Kind::Angle(themed(&ANGLES_ON_DARK, &ANGLES_ON_LIGHT)),
            Scale::Magnitude { min, max } => {
                let per_unit = if max > min { 1.0 / (max - min) } else { 0.0 };
                let table = themed(&MAGNITUDES_ON_DARK, &MAGNITUDES_ON_LIGHT);
                Kind::Magnitude { table, min: *min, per_unit, log: false }
            }
            Scale::Log { min, max } => {
                let per_unit = if max > min && *min > 0.0 { 1.0 / (max / min).log2() } else { 0.0 };
                let table = themed(&MAGNITUDES_ON_DARK, &MAGNITUDES_ON_LIGHT);
                Kind::Magnitude { table, min: *min, per_unit, log: true }
            }
            Scale::Category(kinds) => {
                // Kinds without a name go through the hues in their order.
                let mut hues = std::array::from_fn(|kind| (kind % KINDS.len()) as u8);
                hues.iter_mut().zip(kinds).for_each(|(hue, kind)| *hue = kind.hue as u8);
                Kind::Category(hues)
            }
        };
        Self { kind }
    }

    /// The sRGB bytes of a value: a magnitude beyond an end has the end's colour, what is no number a grey.
    pub fn rgb(&self, value: f32) -> [u8; 3] {
        if value.is_nan() {
            return UNKNOWN;
        }
        match self.kind {
            Kind::Angle(table) => {
                let turns = value / std::f32::consts::TAU;
                if turns.is_finite() {
                    table[((turns - turns.floor()) * ENTRIES as f32).round() as usize % ENTRIES]
                } else {
                    UNKNOWN
                }
            }
            Kind::Magnitude { table, min, per_unit, log } => {
                let along = if log { (value / min).log2() } else { value - min };
                // The cast saturates at 0, the clamp at the other end.
                table[((along * per_unit * (ENTRIES - 1) as f32).round() as usize).min(ENTRIES - 1)]
            }
            Kind::Category(hues) if value >= 0.0 => KINDS[usize::from(hues[value as usize % MOST_KINDS])],
            Kind::Category(_) => UNKNOWN,
        }
    }

    /// How much of a value is seen: all, but of what lies below the start of a logarithmic scale, and nothing of 0.
    pub fn opacity(&self, value: f32) -> f32 {
        match self.kind {
            Kind::Magnitude { min, log: true, .. } => (value / min).clamp(0.0, 1.0),
            _ => 1.0,
        }
    }

    /// The same, opaque.
    pub fn rgba(&self, value: f32) -> [u8; 4] {
        let [r, g, b] = self.rgb(value);
        [r, g, b, 255]
    }
}

/// The sRGB bytes that stand for a value of this scale in this theme: what pictures, legends and plots use.
pub fn rgb(scale: &Scale, value: f32, theme: Theme) -> [u8; 3] {
    Map::of(scale, theme).rgb(value)
}

static ANGLES_ON_DARK: LazyLock<Table> = LazyLock::new(|| {
    wheel([
        [0.6972, -0.1714, 0.1018, 0.0154, -0.0181],
        [0.0326, 0.1214, 0.0178, -0.0149, 0.0196],
        [0.0087, 0.0192, 0.1524, 0.0035, -0.0217],
    ])
});
static ANGLES_ON_LIGHT: LazyLock<Table> = LazyLock::new(|| {
    wheel([
        [0.5650, -0.0905, 0.1656, -0.0112, 0.0011],
        [0.0589, 0.1061, -0.0553, -0.0063, 0.0286],
        [0.0056, 0.0963, 0.0950, -0.0157, -0.0172],
    ])
});
static MAGNITUDES_ON_DARK: LazyLock<Table> = LazyLock::new(|| {
    ramp([
        [0.310, 0.125, -0.057],
        [0.405, 0.026, -0.100],
        [0.510, -0.050, -0.075],
        [0.607, -0.080, -0.043],
        [0.708, -0.111, -0.009],
        [0.788, -0.075, 0.048],
        [0.861, -0.074, 0.102],
        [0.934, -0.097, 0.051],
    ])
});
static MAGNITUDES_ON_LIGHT: LazyLock<Table> = LazyLock::new(|| {
    ramp([
        [0.880, -0.154, 0.091],
        [0.799, -0.112, 0.142],
        [0.709, -0.115, 0.090],
        [0.607, -0.097, 0.012],
        [0.516, -0.065, -0.074],
        [0.423, -0.018, -0.127],
        [0.311, 0.025, -0.152],
        [0.208, 0.062, -0.088],
    ])
});

/// A closed curve in Oklab (Ottosson 2020): for L, a and b the mean and the first two harmonics, cosine and sine each.
/// Hue goes round once, and lightness goes up and down a quarter turn out of step with both hue axes: whoever sees one hue
/// axis only still sees a loop rather than a line.
fn wheel(harmonics: [[f32; 5]; 3]) -> Table {
    std::array::from_fn(|n| {
        let (sin, cos) = (n as f32 / ENTRIES as f32 * std::f32::consts::TAU).sin_cos();
        let (sin2, cos2) = (2.0 * sin * cos, cos * cos - sin * sin);
        let [l, a, b] = harmonics.map(|h| h[0] + h[1] * cos + h[2] * sin + h[3] * cos2 + h[4] * sin2);
        srgb(l, a, b)
    })
}

/// A smooth curve (Catmull–Rom) through eight colours in Oklab, which are the levels that people tell apart. Lightness only
/// rises (on dark ground) or only falls (on light ground), so that more always stands out more.
fn ramp(levels: [[f32; 3]; 8]) -> Table {
    let last = levels.len() - 1;
    std::array::from_fn(|n| {
        let along = n as f32 / (ENTRIES - 1) as f32 * last as f32;
        let at = (along as usize).min(last - 1);
        let t = along - at as f32;
        let [l, a, b] = [0, 1, 2].map(|part| {
            let level = |n: usize| levels[n][part];
            let (from, to) = (level(at), level(at + 1));
            // Beyond the ends the curve goes on straight.
            let before = if at == 0 { 2.0 * from - to } else { level(at - 1) };
            let after = if at + 1 == last { 2.0 * to - from } else { level(at + 2) };
            let (a, b) = ((to - before) / 2.0, (after - from) / 2.0);
            let (rest, turn) = (to - from, a + b);
            from + t * (a + t * (3.0 * rest - a - turn + t * (turn - 2.0 * rest)))
        });
        srgb(l, a, b)
    })
}

/// sRGB bytes of a colour in Oklab.
fn srgb(l: f32, a: f32, b: f32) -> [u8; 3] {
    let [r, g, b, _] = colorgrad::Color::from_oklaba(l, a, b, 1.0).to_rgba8();
    [r, g, b]
}

#[cfg(test)]
#[path = "colour_vision.rs"]
mod vision;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Hue;
    use std::f32::consts::{PI, TAU};

    const THEMES: [Theme; 2] = [Theme::Dark, Theme::Light];

    fn nearest_pair(colours: &[[u8; 3]]) -> f64 {
        vision::VISIONS.iter().map(|(_, simulate)| vision::nearest_pair(colours, simulate)).fold(f64::INFINITY, f64::min)
    }

    #[test]
    fn eight_headings_stay_apart_for_everyone() {
        for theme in THEMES {
            for turn in 0..32 {
                let headings: Vec<_> =
                    (0..8).map(|n| rgb(&Scale::Angle, (turn as f32 / 32.0 + n as f32) * TAU / 8.0, theme)).collect();
                let distance = nearest_pair(&headings);
                assert!(distance >= 10.0, "{theme:?}, turned by {turn}/32 of a step: {distance:.2}");
            }
        }
    }

    #[test]
    fn eight_magnitudes_stay_apart_for_everyone() {
        for theme in THEMES {
            let levels: Vec<_> = (0..8).map(|n| rgb(&Scale::Magnitude { min: 0.0, max: 7.0 }, n as f32, theme)).collect();
            let distance = nearest_pair(&levels);
            assert!(distance >= 10.0, "{theme:?}: {distance:.2}");
        }
    }

    #[test]
    fn lightness_of_magnitudes_only_rises_or_only_falls() {
        for theme in THEMES {
            let lightness: Vec<_> = (0..32)
                .map(|n| vision::lab(rgb(&Scale::Magnitude { min: 0.0, max: 31.0 }, n as f32, theme), &vision::NORMAL)[0])
                .collect();
            let rising = lightness.windows(2).filter(|pair| pair[1] > pair[0]).count();
            assert!(rising == 31 || rising == 0, "{theme:?}: {lightness:?}");
        }
    }

    #[test]
    fn the_angle_map_is_cyclic_without_a_seam() {
        for theme in THEMES {
            assert_eq!(rgb(&Scale::Angle, -PI, theme), rgb(&Scale::Angle, PI, theme));
            let near = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 12);
            for n in 0..256 {
                let at = |n: i32| rgb(&Scale::Angle, n as f32 * TAU / 256.0, theme);
                assert!(near(at(n), at(n + 1)), "{n}");
            }
        }
    }

    #[test]
    fn values_beyond_the_ends_and_no_numbers_have_colours() {
        let scale = Scale::Magnitude { min: 1.0, max: 2.0 };
        assert_eq!(rgb(&scale, -5.0, Theme::Dark), rgb(&scale, 1.0, Theme::Dark));
        assert_eq!(rgb(&scale, f32::INFINITY, Theme::Dark), rgb(&scale, 2.0, Theme::Dark));
        for scale in [scale, Scale::Angle, Scale::Category(vec![])] {
            assert_eq!(rgb(&scale, f32::NAN, Theme::Dark), UNKNOWN);
        }
        assert_eq!(rgb(&Scale::Angle, f32::INFINITY, Theme::Dark), UNKNOWN);
        assert_eq!(rgb(&Scale::Magnitude { min: 1.0, max: 1.0 }, 1.0, Theme::Dark), MAGNITUDES_ON_DARK[0]);
        assert_eq!(rgb(&Scale::Category(vec![]), 9.0, Theme::Dark), KINDS[1]);
        let kinds = Scale::kinds(&[("a", Hue::Grey), ("b", Hue::Orange)]);
        let seen = [0.0, 1.0, -1.0].map(|kind| rgb(&kinds, kind, Theme::Light));
        assert_eq!(seen, [KINDS[7], KINDS[0], UNKNOWN]);
    }
}
