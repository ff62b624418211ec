//! The gallery: every scene as a card, by model, to be searched.

use super::{
    Command, Desk, Request,
    card::Card,
    theme::{self, space},
    widgets,
};
use crate::{scene::Scene, view::Palette};
use egui::{Align, Frame, Key, Layout, Margin, Panel, RichText, ScrollArea, TextEdit, Ui};

/// Width of the gallery, which stands in the place of the controls.
pub const WIDTH: f32 = 432.0;

/// Shows the gallery.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let width = WIDTH.min(ui.ctx().content_rect().width() * 0.45);
    let panel = Panel::left("gallery").resizable(false).exact_size(width).frame(Frame::NONE.fill(palette.surface));
    panel.show(ui, |ui| {
        Frame::NONE.inner_margin(Margin::same(space::M as i8)).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new("Gallery").text_style(theme::named(theme::TITLE)));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if widgets::icon_button(ui, palette, egui_phosphor::regular::X, "Close gallery", false).clicked() {
                        desk.command(Command::Gallery);
                    }
                });
            });
            search(ui, desk);
        });
        let scenes = desk.scenes.clone();
        let found: Vec<&(String, Scene)> = scenes.iter().filter(|(name, scene)| matches(&desk.search, name, scene)).collect();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let margin = Margin { left: space::M as i8, right: space::M as i8, top: 0, bottom: space::M as i8 };
            Frame::NONE.inner_margin(margin).show(ui, |ui| cards(ui, desk, palette, &found));
        });
    });
}

fn search(ui: &mut Ui, desk: &mut Desk) {
    let field = TextEdit::singleline(&mut desk.search)
        .hint_text("Search scenes")
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Search scenes"));
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        let scenes = desk.scenes.clone();
        if let Some((name, _)) = scenes.iter().find(|(name, scene)| matches(&desk.search, name, scene)) {
            open(desk, name);
        }
    }
}

/// Whether every word that is sought stands somewhere in a scene.
pub fn matches(sought: &str, name: &str, scene: &Scene) -> bool {
    let all = format!("{name} {} {} {} {}", scene.title, scene.about, scene.model.name, scene.source).to_lowercase();
    sought.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

/// Asks for a scene and closes the gallery.
pub fn open(desk: &mut Desk, name: &str) {
    desk.requests.push(Request::Open(name.to_owned()));
    desk.gallery = false;
    desk.search.clear();
}

fn cards(ui: &mut Ui, desk: &mut Desk, palette: &Palette, found: &[&(String, Scene)]) {
    if found.is_empty() {
        ui.label(RichText::new("No scene has all these words").color(palette.muted));
    }
    let mut from = 0;
    while from < found.len() {
        let model = found[from].1.model.name;
        let until = from + found[from..].iter().take_while(|(_, scene)| scene.model.name == model).count();
        let model = desk.lab.model_of(&found[from].1);
        ui.add_space(space::S);
        ui.label(theme::strong(model.title()));
        let columns = if ui.available_width() > 340.0 { 2 } else { 1 };
        let width = (ui.available_width() - space::M * (columns - 1) as f32) / columns as f32;
        // A model's only scene takes the whole width.
        let wide = until - from == 1;
        for row in found[from..until].chunks(columns) {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::M;
                for (name, scene) in row {
                    let card = Card { name, scene, model, open: desk.name == *name, picture: desk.thumbnails.get(name) };
                    let clicked = if wide { card.show_wide(ui, palette, width) } else { card.show(ui, palette, width) };
                    if clicked {
                        open(desk, name);
                    }
                }
            });
            ui.add_space(space::XS);
        }
        from = until;
    }
}
