//! For teaching: large type, the story, the few sliders that the scene names, and the plot of order.

use super::{
    Command, Desk, PictureArea, controls, explanation, picture, plot, present, story, strength,
    theme::{self, TITLE, space},
    timeline, visited, widgets,
};
use crate::view::Palette;
use egui::{Align, Frame, Label, Layout, Margin, Panel, RichText, ScrollArea, TextureId, Ui};

/// How much larger type is than in the panel, for a window of this height.
fn type_scale(height: f32) -> f32 {
    (1.25 * height / 720.0).clamp(1.15, present::type_scale(height).max(1.3))
}

/// Shows the scene for teaching.
pub fn show(ui: &mut Ui, desk: &mut Desk, texture: Option<TextureId>) -> PictureArea {
    let palette = Palette::of(desk.look.theme);
    let window = ui.ctx().content_rect().size();
    let factor = type_scale(window.y);
    let frame = Frame::NONE.fill(palette.surface).inner_margin(Margin::same((space::M * factor) as i8));
    let enlarge = |ui: &mut Ui| {
        theme::enlarge(ui, factor);
        ui.spacing_mut().button_padding *= factor;
    };
    let panel = Panel::left("lesson").exact_size((window.x * 0.3).clamp(300.0, 620.0)).resizable(false).frame(frame);
    panel.show(ui, |ui| {
        enlarge(ui);
        head(ui, desk);
        Panel::bottom("lesson controls").resizable(false).frame(Frame::NONE).show_separator_line(false).show(ui, |ui| {
            ui.add_space(space::S);
            strength::show(ui, desk, 10.0 * factor, false);
            sliders(ui, desk);
        });
        if desk.scene.story.is_empty() { about(ui, desk) } else { story::column(ui, desk) }
    });
    if !desk.plots.is_empty() && desk.plots_open {
        Panel::right("lesson plots").exact_size((window.x * 0.26).clamp(260.0, 560.0)).resizable(false).frame(frame).show(
            ui,
            |ui| {
                enlarge(ui);
                let height = (ui.available_height() - space::L * factor) / 2.0;
                let instrument = desk.plots[0];
                plot::show(ui, desk, instrument, height);
                ui.add_space(space::M * factor);
                visited::show(ui, desk, height);
            },
        );
    }
    timeline::show(ui, desk);
    picture::show(ui, desk, texture, factor)
}

/// Title, and the buttons of the run.
fn head(ui: &mut Ui, desk: &mut Desk) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for command in [Command::Teach, Command::PlayPause, Command::Restart] {
                widgets::command_button(ui, desk, command);
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.add(Label::new(RichText::new(desk.title()).text_style(theme::named(TITLE))).wrap());
            });
        });
    });
}

/// The few parameters that the scene names beside the strength.
fn sliders(ui: &mut Ui, desk: &mut Desk) {
    let named = desk.scene.teach.clone();
    let model = desk.model;
    for parameter in named.iter().filter_map(|path| model.parameter(path).ok()) {
        if parameter.strength.is_none() {
            controls::row(ui, desk, parameter);
        }
    }
}

/// What the scene is about, where it has no story.
fn about(ui: &mut Ui, desk: &mut Desk) {
    ScrollArea::vertical().id_salt("about").auto_shrink(false).show(ui, |ui| {
        explanation::text(ui, desk);
    });
}
