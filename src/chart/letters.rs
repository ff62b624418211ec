//! How wide words are, and the outlines of their letters.

use std::sync::LazyLock;
use ttf_parser::{Face, OutlineBuilder};

/// The typeface of charts, pictures and the window.
pub const INTER: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");

static FACE: LazyLock<Face<'static>> = LazyLock::new(|| Face::parse(INTER, 0).expect("the typeface is whole"));

/// Angle brackets, which the typeface lacks: their width, how far they bend, how low and high they reach, and how thick they are.
const BRACKET: [f32; 5] = [0.36, 0.16, -0.16, 0.86, 0.085];

/// Which way an angle bracket opens: 1 to the right, -1 to the left.
fn bracket(letter: char) -> Option<f32> {
    match letter {
        '⟨' => Some(1.0),
        '⟩' => Some(-1.0),
        _ => None,
    }
}

fn advance(letter: char) -> f32 {
    if bracket(letter).is_some() {
        return BRACKET[0];
    }
    let glyph = FACE.glyph_index(letter).unwrap_or_default();
    f32::from(FACE.glyph_hor_advance(glyph).unwrap_or_default()) / f32::from(FACE.units_per_em())
}

/// How wide a line of text of size 1 is.
pub fn width(text: &str) -> f32 {
    text.chars().map(advance).sum()
}

/// How high its capitals are.
pub fn height() -> f32 {
    f32::from(FACE.capital_height().unwrap_or(1490)) / f32::from(FACE.units_per_em())
}

/// Tells the outlines of a line of text of size 1 that begins at 0, upwards being positive.
pub fn outline(text: &str, out: &mut dyn OutlineBuilder) {
    let mut at = 0.0;
    for letter in text.chars() {
        match bracket(letter) {
            Some(way) => outline_bracket(at, way, out),
            None => {
                FACE.outline_glyph(FACE.glyph_index(letter).unwrap_or_default(), &mut Shifted { at, out });
            }
        }
        at += advance(letter);
    }
}

fn outline_bracket(at: f32, way: f32, out: &mut dyn OutlineBuilder) {
    let [wide, bend, low, high, thick] = BRACKET;
    let middle = at + wide / 2.0;
    let x = |part: f32| middle + way * part;
    let (tip, end) = (-bend / 2.0 - thick / 2.0, bend / 2.0 - thick / 2.0);
    let level = f32::midpoint(low, high);
    out.move_to(x(end), high);
    for (part, y) in [(tip, level), (end, low), (end + thick, low), (tip + thick, level), (end + thick, high)] {
        out.line_to(x(part), y);
    }
    out.close();
}

/// Outlines in units of the typeface, brought to size 1 and to their place in the line.
struct Shifted<'a> {
    at: f32,
    out: &'a mut dyn OutlineBuilder,
}

impl Shifted<'_> {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let unit = f32::from(FACE.units_per_em());
        (self.at + x / unit, y / unit)
    }
}

impl OutlineBuilder for Shifted<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.out.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.out.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.place(x1, y1), self.place(x, y));
        self.out.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.out.curve_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.out.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lab::Lab, measures};

    #[test]
    fn whatever_a_parameter_or_an_instrument_is_called_can_be_written() {
        let lab = Lab::new();
        let parameters = lab.models().iter().flat_map(|model| model.parameters());
        let told = parameters.flat_map(|parameter| [parameter.label(), parameter.symbol.to_owned(), parameter.unit.to_owned()]);
        let symbols = measures::ALL.iter().map(|instrument| instrument.symbol.to_owned());
        let others = ["−0.5 ×10⁻³ 10⁰¹²³⁴⁵⁶⁷⁸⁹ ⟨·⟩".to_owned()];
        for text in told.chain(symbols).chain(others) {
            for letter in text.chars() {
                assert!(bracket(letter).is_some() || FACE.glyph_index(letter).is_some(), "{letter:?} of {text:?}");
            }
        }
        assert!((width("mm") - 2.0 * width("m")).abs() < 1e-6 && (0.6..0.8).contains(&height()));
    }
}
