//! The type of picture and panel.

use crate::chart::INTER;
use egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

/// Name of the family for headings and for what is emphasised.
pub const SEMIBOLD: &str = "semibold";

/// Name of the family with the icons. They stand behind the other families too, where a letter of Inter's own may hide
/// one: Inter and Phosphor share some code points for private use.
pub const ICONS: &str = "icons";

/// Inter for text, egui's own fonts behind it for what Inter lacks, and the Phosphor icons. Families:
/// `Proportional`, `Monospace`, and [`SEMIBOLD`] and [`ICONS`] by name.
pub fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let monospace = fonts.families.get(&FontFamily::Monospace).cloned().unwrap_or_default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    };
    add("inter", INTER);
    add("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf"));
    add("phosphor", egui_phosphor::Variant::Regular.font_bytes());
    // Icons come after a font with letters, since they map a to z to empty glyphs. The monospaced family knows the most
    // mathematics and ends with egui's symbols, so it stands behind all.
    let family = |first: &[&str]| first.iter().map(|name| (*name).to_owned()).chain(monospace.iter().cloned()).collect();
    fonts.families.insert(FontFamily::Proportional, family(&["inter", "phosphor"]));
    fonts.families.insert(FontFamily::Name(SEMIBOLD.into()), family(&["inter-semibold", "inter", "phosphor"]));
    fonts.families.insert(FontFamily::Name(ICONS.into()), vec!["phosphor".into(), "inter".into()]);
    let mut digits = monospace.clone();
    digits.splice(
        digits.len().min(1)..,
        ["inter".to_owned(), "phosphor".to_owned()].into_iter().chain(monospace.iter().skip(1).cloned()),
    );
    fonts.families.insert(FontFamily::Monospace, digits);
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{FontId, epaint::text::Fonts};

    /// Where the glyph of a letter lies in the texture of letters.
    fn glyph(fonts: &mut Fonts, family: &FontFamily, letter: char) -> Option<[u16; 4]> {
        let id = FontId::new(14.0, family.clone());
        let galley = fonts.with_pixels_per_point(1.0).layout_no_wrap(letter.to_string(), id, egui::Color32::WHITE);
        let uv = galley.rows.first()?.glyphs.first()?.uv_rect;
        Some([uv.min[0], uv.min[1], uv.max[0], uv.max[1]])
    }

    #[test]
    fn symbols_of_the_field_have_glyphs() {
        let mut fonts = Fonts::new(Default::default(), fonts());
        for family in [FontFamily::Proportional, FontFamily::Monospace, FontFamily::Name(SEMIBOLD.into())] {
            let missing = glyph(&mut fonts, &family, '\u{10FFFE}');
            assert!(missing.is_some());
            let icons = [egui_phosphor::regular::PLAY, egui_phosphor::regular::PAUSE, egui_phosphor::regular::BIRD];
            for letter in "aZ09ηθφωρσπλμξΔΣ⟨⟩∞≤≥√±−×·°₀₁₂ₖₙᵢᵥ²³⁶⁻½→←↑↓…–—".chars().chain(icons.concat().chars())
            {
                assert_ne!(glyph(&mut fonts, &family, letter), missing, "{family:?} lacks {letter:?}");
            }
        }
    }
}
