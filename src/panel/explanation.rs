//! The explanation: what is seen, how the model works, and what is published about it.

use super::{
    Desk, facts,
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

/// What the scene says of itself.
pub fn text(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    if !desk.scene.about.is_empty() {
        ui.label(RichText::new(&desk.scene.about).color(palette.muted));
    }
    // Lines of a list are as close as those of a paragraph.
    ui.spacing_mut().interact_size.y = ui.text_style_height(&egui::TextStyle::Body);
    for (at, (title, text)) in sections(&desk.scene.text).into_iter().enumerate() {
        if !title.is_empty() {
            section(ui, title);
        }
        ui.push_id(at, |ui| CommonMarkViewer::new().show(ui, &mut desk.markdown, &text));
    }
}

fn page(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let model = desk.model;
    text(ui, desk);
    section(ui, "The model");
    ui.push_id("model", |ui| CommonMarkViewer::new().show(ui, &mut desk.markdown, &model.explanation()));
    if !model.facts().is_empty() {
        section(ui, "What is published");
        facts::show(ui, desk, palette);
    }
    section(ui, "Source");
    let source = if desk.scene.source.is_empty() { model.source() } else { desk.scene.source.clone() };
    ui.label(words::short(&source));
}

/// The parts of a text, each with its heading, so that headings look like the panel's own.
fn sections(text: &str) -> Vec<(&str, String)> {
    let mut parts = vec![("", String::new())];
    for line in text.trim().lines() {
        match line.strip_prefix("# ").or_else(|| line.strip_prefix("## ")) {
            Some(title) => parts.push((title.trim(), String::new())),
            None => {
                let (_, text) = parts.last_mut().expect("there is a first part");
                *text += line;
                text.push('\n');
            }
        }
    }
    parts.retain(|(title, text)| !(title.is_empty() && text.trim().is_empty()));
    parts
}

fn section(ui: &mut Ui, title: &str) {
    ui.add_space(space::M);
    ui.label(RichText::new(title).heading());
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn a_text_falls_into_parts_at_its_headings() {
        let parts = sections("Before\n\n## What is it\nA flock.\n\n# Things to try\n- Turn it\n");
        assert_eq!(parts[0], ("", "Before\n\n".into()));
        assert_eq!(parts[1], ("What is it", "A flock.\n\n".into()));
        assert_eq!(parts[2], ("Things to try", "- Turn it\n".into()));
        assert!(sections("").is_empty());
    }
}
