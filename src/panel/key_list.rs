//! All keys at a glance.

use super::{
    command::GROUPS,
    theme::{self, space},
    widgets,
};
use egui::{Id, Modal, RichText, ScrollArea, Ui};

/// Shows the keys; gives whether to close them.
pub fn show(ui: &Ui) -> bool {
    let room = ui.ctx().content_rect().size();
    Modal::new(Id::new("keys"))
        .show(ui.ctx(), |ui| {
            ui.set_width((room.x - 80.0).min(860.0));
            ui.label(RichText::new("Keys").text_style(theme::named(theme::TITLE)));
            ScrollArea::vertical().max_height(room.y - 160.0).min_scrolled_height(room.y - 160.0).show(ui, |ui| {
                let columns = if room.x > 760.0 { 3 } else { 1 };
                ui.columns(columns, |columns| {
                    let count = columns.len();
                    for (at, (title, commands)) in GROUPS.iter().enumerate() {
                        let ui = &mut columns[COLUMN[at].min(count - 1)];
                        ui.spacing_mut().item_spacing.y = space::XS;
                        widgets::heading(ui, title);
                        for command in *commands {
                            ui.horizontal(|ui| {
                                let (rect, _) = ui.allocate_exact_size(egui::vec2(92.0, 22.0), egui::Sense::hover());
                                let mut cell = ui.new_child(
                                    egui::UiBuilder::new()
                                        .max_rect(rect)
                                        .layout(egui::Layout::left_to_right(egui::Align::Center)),
                                );
                                widgets::key_cap(&mut cell, &command.shortcut());
                                ui.label(command.text()).on_hover_text(command.tooltip());
                            });
                        }
                        ui.add_space(space::S);
                    }
                    let ui = &mut columns[0];
                    widgets::heading(ui, "Pointer");
                    for line in [
                        "Wheel zooms to the pointer",
                        "Middle or right drag moves the picture",
                        "Drag turns space, right or Shift drag moves it",
                        "Shift and wheel change a tool's reach",
                        "Double click on a control goes back",
                    ] {
                        ui.label(line);
                    }
                });
            });
        })
        .should_close()
}

/// The column in which each group stands.
const COLUMN: [usize; GROUPS.len()] = [0, 0, 1, 0, 1, 2, 1];
