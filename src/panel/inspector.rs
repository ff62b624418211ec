//! What is known of the selected agent.

use super::{
    Command, Desk, picture,
    theme::{self, space},
    widgets, words,
};
use crate::{scene::typographic, sim::Scale, view::Palette};
use egui::{Align, Grid, Layout, RichText, Ui};

/// Shows the selected agent.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let Some(agent) = desk.selected else { return };
    ui.horizontal(|ui| {
        ui.label(theme::strong(format!("Agent {agent}")));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = widgets::icon_button(ui, palette, Command::Unselect.icon(), "Unselect", false);
            if close.on_hover_text("Unselect").clicked() {
                desk.select(None);
            }
            widgets::command_button(ui, desk, Command::Follow);
        });
    });
    let Some(row) = picture::row_of(desk, agent) else {
        ui.label(RichText::new("No longer there").color(palette.muted));
        return;
    };
    let frame = &desk.frame;
    let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(" {unit}") };
    let degrees = |angle: f32| typographic(&format!("{:.1}°", angle.to_degrees()));
    let at = frame.positions[row];
    let place = if frame.extent.is_flat() {
        format!("{:.3}, {:.3}", at.x, at.y)
    } else {
        format!("{:.3}, {:.3}, {:.3}", at.x, at.y, at.z)
    };
    let mut facts = vec![("Position".to_owned(), typographic(&place) + &unit(frame.extent.unit))];
    if let Some(direction) = frame.directions.get(row) {
        facts.push(("Heading".into(), degrees(direction.y.atan2(direction.x))));
    }
    if let Some(colour) = &frame.colour
        && let Some(value) = colour.values.get(row)
    {
        let said = match &colour.scale {
            Scale::Angle => degrees(*value),
            Scale::Magnitude { .. } | Scale::Log { .. } => format!("{}{}", words::number(f64::from(*value)), unit(colour.unit)),
            Scale::Category(kinds) => kinds.get(*value as usize).map_or_else(|| "–".into(), |kind| kind.name.clone()),
        };
        let name = words::label(&colour.name);
        if !facts.iter().any(|(known, _)| *known == name) {
            facts.push((name, said));
        }
    }
    Grid::new("agent").num_columns(2).spacing([space::L, space::XS]).show(ui, |ui| {
        for (name, value) in facts {
            ui.label(RichText::new(name).color(palette.muted));
            ui.label(RichText::new(value).monospace());
            ui.end_row();
        }
    });
}
