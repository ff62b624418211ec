//! The few colours that picture and panel share.

use crate::scene::Theme;
use egui::Color32;

/// The colours of a theme. `ink` and `muted` reach a contrast of 7 : 1 on `background`, `space` and `surface`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Behind everything.
    pub background: Color32,
    /// Inside the box in which agents live.
    pub space: Color32,
    /// A panel.
    pub surface: Color32,
    /// What lies on a panel: fields, buttons, cards.
    pub raised: Color32,
    /// Hair lines and the edges of a box.
    pub line: Color32,
    /// Text.
    pub ink: Color32,
    /// Text of second rank.
    pub muted: Color32,
    /// What can be turned, and what is active.
    pub accent: Color32,
    /// The second of two runs that are compared; the first has the accent.
    pub second: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// An agent without a colour channel.
    pub agent: Color32,
    /// What went wrong.
    pub danger: Color32,
    /// What went right.
    pub success: Color32,
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const DARK: Palette = Palette {
    background: hex(0x0b0e13),
    space: hex(0x11161e),
    surface: hex(0x151a22),
    raised: hex(0x1e2530),
    line: hex(0x353f4e),
    ink: hex(0xeef2f7),
    muted: hex(0xb3bfce),
    accent: hex(0x6cb6ff),
    second: hex(0xffb454),
    on_accent: hex(0x06121f),
    agent: hex(0xc9d6e6),
    danger: hex(0xff8a80),
    success: hex(0x7fd99a),
};

const LIGHT: Palette = Palette {
    background: hex(0xf3f2ee),
    space: hex(0xfdfdfb),
    surface: hex(0xfaf9f6),
    raised: hex(0xeceae4),
    line: hex(0xc3c0b7),
    ink: hex(0x14181f),
    muted: hex(0x434b57),
    accent: hex(0x0a5cc2),
    second: hex(0x9a4a00),
    on_accent: hex(0xffffff),
    agent: hex(0x3c4a5c),
    danger: hex(0xb3261e),
    success: hex(0x1b6e3c),
};

impl Palette {
    /// The colours of this theme.
    pub const fn of(theme: Theme) -> &'static Self {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// The colour of one of two runs that are compared, counted from 0.
    pub const fn side(&self, side: usize) -> Color32 {
        if side == 0 { self.accent } else { self.second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast by WCAG 2.1, from 1 to 21.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |c: Color32| {
            let [r, g, b, _] = egui::Rgba::from(c).to_array();
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_is_readable_from_the_last_row() {
        for theme in [Theme::Dark, Theme::Light] {
            let palette = Palette::of(theme);
            for ground in [palette.background, palette.space, palette.surface, palette.raised] {
                assert!(contrast(palette.ink, ground) >= 7.0, "{theme:?} ink on {ground:?}");
                assert!(contrast(palette.muted, ground) >= 7.0, "{theme:?} muted on {ground:?}");
                assert!(contrast(palette.accent, ground) >= 4.5, "{theme:?} accent on {ground:?}");
                assert!(contrast(palette.second, ground) >= 4.5, "{theme:?} second on {ground:?}");
                assert!(contrast(palette.agent, ground) >= 4.5, "{theme:?} agent on {ground:?}");
            }
            assert!(contrast(palette.on_accent, palette.accent) >= 4.5);
        }
    }
}
