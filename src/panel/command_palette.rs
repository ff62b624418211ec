//! The command palette: commands and scenes by name.

use super::{
    Command, Desk, gallery,
    theme::{CORNER, space},
    widgets,
};
use crate::view::Palette;
use egui::{Align, Align2, Id, Key, Layout, Modal, ScrollArea, Sense, TextEdit, TextStyle, Ui, WidgetInfo, WidgetType, vec2};

#[derive(Clone)]
enum Entry {
    Command(Command),
    Scene(String, String),
}

impl Entry {
    fn text(&self) -> String {
        match self {
            Self::Command(command) => command.text().to_owned(),
            Self::Scene(_, title) => format!("Open {title}"),
        }
    }

    fn icon(&self) -> &'static str {
        match self {
            Self::Command(command) => command.icon(),
            Self::Scene(..) => Command::Gallery.icon(),
        }
    }
}

/// What has every word that is sought.
fn found(desk: &Desk) -> Vec<Entry> {
    let sought = desk.search.to_lowercase();
    let has = |text: String| sought.split_whitespace().all(|word| text.to_lowercase().contains(word));
    let commands = Command::all()
        .filter(|command| *command != Command::Commands && has(format!("{} {}", command.text(), command.tooltip())))
        .map(Entry::Command);
    let scenes = desk.scenes.iter().filter(|(name, scene)| !sought.is_empty() && gallery::matches(&sought, name, scene));
    let title = |name: &str, title: &str| if title.is_empty() { name.to_owned() } else { title.to_owned() };
    let scenes = scenes.map(|(name, scene)| Entry::Scene(name.clone(), title(name, &scene.title)));
    commands.chain(scenes).collect()
}

/// Shows the palette; gives whether to close it.
pub fn show(ui: &Ui, desk: &mut Desk) -> bool {
    let palette = Palette::of(desk.look.theme);
    let mut taken = None;
    let modal = Modal::new(Id::new("commands")).show(ui.ctx(), |ui| {
        let room = ui.ctx().content_rect().size();
        ui.set_width((room.x - 80.0).min(520.0));
        let field = TextEdit::singleline(&mut desk.search)
            .hint_text("Search commands and scenes")
            .desired_width(f32::INFINITY)
            .margin(vec2(8.0, 8.0));
        let field = ui.add(field);
        ui.ctx().accesskit_node_builder(field.id, |node| node.set_label("Search commands and scenes"));
        if !field.has_focus() && !field.lost_focus() {
            field.request_focus();
        }
        if field.changed() {
            desk.chosen = 0;
        }
        let entries = found(desk);
        let moved = ui.input(|input| input.num_presses(Key::ArrowDown) as isize - input.num_presses(Key::ArrowUp) as isize);
        desk.chosen = desk.chosen.saturating_add_signed(moved).min(entries.len().saturating_sub(1));
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            taken = entries.get(desk.chosen).cloned();
        }
        ScrollArea::vertical().max_height((room.y - 200.0).min(420.0)).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, entry) in entries.iter().enumerate() {
                let chosen = at == desk.chosen;
                if row(ui, palette, entry, chosen, chosen && moved != 0) {
                    taken = Some(entry.clone());
                }
            }
            if entries.is_empty() {
                ui.label("Nothing has all these words");
            }
        });
    });
    match taken {
        Some(entry) => {
            desk.overlay = None;
            desk.search.clear();
            match entry {
                Entry::Command(command) => desk.command(command),
                Entry::Scene(name, _) => gallery::open(desk, &name),
            }
            false
        }
        None => modal.should_close(),
    }
}

fn row(ui: &mut Ui, palette: &Palette, entry: &Entry, chosen: bool, reveal: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::click());
    let text = entry.text();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, chosen, &text));
    if reveal {
        response.scroll_to_me(None);
    }
    if chosen || response.hovered() {
        ui.painter().rect_filled(rect, CORNER, palette.raised);
    }
    let left = rect.left_center() + vec2(space::S, 0.0);
    ui.painter().text(left, Align2::LEFT_CENTER, entry.icon(), super::theme::icon(ui, 18.0), palette.accent);
    let body = TextStyle::Body.resolve(ui.style());
    ui.painter().text(left + vec2(30.0, 0.0), Align2::LEFT_CENTER, text, body, palette.ink);
    if let Entry::Command(command) = entry {
        let mut cell = ui.new_child(
            egui::UiBuilder::new().max_rect(rect.shrink2(vec2(space::S, 0.0))).layout(Layout::right_to_left(Align::Center)),
        );
        widgets::key_cap(&mut cell, &command.shortcut());
    }
    response.clicked()
}
