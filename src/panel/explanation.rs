//! The explanation: what is seen, how the model works, and what is published about it.

use super::{
    Desk,
    theme::{self, space},
    widgets, words,
};
use crate::view::Palette;
use egui::{Align, Frame, Layout, Margin, RichText, ScrollArea, Ui};
use egui_commonmark::CommonMarkViewer;

/// Shows the explanation over the rest of a panel.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    ScrollArea::vertical().id_salt("explanation").auto_shrink(false).show(ui, |ui| {
        Frame::NONE.inner_margin(Margin::symmetric(space::L as i8, space::M as i8)).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
                    let close = widgets::icon_button(ui, palette, egui_phosphor::regular::X, "Close explanation", false);
                    if close.clicked() {
                        desk.explanation = false;
                    }
                    ui.with_layout(Layout::top_down(Align::Min), |ui| {
                        ui.add(egui::Label::new(RichText::new(desk.title()).text_style(theme::named(theme::TITLE))).wrap());
                    });
                });
            });
            page(ui, desk, palette);
        });
    });
}

fn page(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let model = desk.model;
    if !desk.scene.about.is_empty() {
        ui.label(RichText::new(&desk.scene.about).color(palette.muted));
    }
    if !desk.scene.text.is_empty() {
        CommonMarkViewer::new().show(ui, &mut desk.markdown, &desk.scene.text);
    }
    section(ui, "How it works");
    ui.push_id("model", |ui| CommonMarkViewer::new().show(ui, &mut desk.markdown, &model.explanation()));
    let facts = model.facts();
    if !facts.is_empty() {
        section(ui, "What is published");
        for (at, fact) in facts.iter().enumerate() {
            if at > 0 {
                ui.separator();
            }
            ui.label(fact.claim);
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                ui.label(RichText::new("expected").small().color(palette.muted));
                ui.label(RichText::new(fact.expected.to_string()).monospace());
            });
            ui.label(RichText::new(fact.source).small().color(palette.muted));
        }
    }
    section(ui, "Source");
    let source = if desk.scene.source.is_empty() { model.source() } else { &desk.scene.source };
    ui.label(words::short(source));
}

fn section(ui: &mut Ui, title: &str) {
    ui.add_space(space::M);
    ui.label(RichText::new(title).heading());
}
