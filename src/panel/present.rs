//! The presentation: picture, interaction strength and one plot, to be read from the last row.

use super::{
    Desk, PictureArea, Told, compare, picture, plot, story, strength,
    theme::{self, space},
};
use crate::view::Palette;
use egui::{Frame, Margin, Panel, TextureId, Ui};

/// Smallest type as a part of the window's height.
const SMALLEST: f32 = 1.0 / 36.0;

/// How much larger type is in the presentation than in the panel.
pub fn type_scale(height: f32) -> f32 {
    (height * SMALLEST / theme::SIZES[0]).max(1.0)
}

/// Shows the presentation.
pub fn show(ui: &mut Ui, desk: &mut Desk, texture: Option<TextureId>) -> PictureArea {
    let palette = Palette::of(desk.look.theme);
    let window = ui.ctx().content_rect().size();
    let factor = type_scale(window.y);
    let frame =
        Frame::NONE.fill(palette.surface).inner_margin(Margin::symmetric((space::L * factor) as i8, (space::M * factor) as i8));
    if desk.model.strength().is_some() {
        Panel::bottom("presented strength").frame(frame).resizable(false).show(ui, |ui| {
            theme::enlarge(ui, factor);
            strength::show(ui, desk, 12.0 * factor, true);
        });
    }
    if let Told::At { .. } = desk.told {
        let height = desk.story_height + frame.inner_margin.sum().y;
        Panel::bottom("presented story").exact_size(height).frame(frame).resizable(false).show(ui, |ui| {
            theme::enlarge(ui, factor);
            story::row(ui, desk);
        });
    }
    if let Some(instrument) = desk.plots.first().copied() {
        Panel::right("presented plot").exact_size(window.x * 0.36).frame(frame).resizable(false).show(ui, |ui| {
            theme::enlarge(ui, factor);
            compare::legend(ui, desk);
            let height = ui.available_height();
            plot::show(ui, desk, instrument, height);
        });
    }
    picture::show(ui, desk, texture, factor)
}
