//! The left side: the interaction strength, then the parameters by group, the look, and the mouse tools.

use super::{
    Command, Desk, look, parameter, strength,
    theme::{CORNER, space},
    widgets,
};
use crate::{scene::Parameter, sim::ToolUse, view::Palette};
use egui::{Align2, CollapsingHeader, Frame, Margin, Panel, ScrollArea, Sense, TextStyle, Ui, WidgetInfo, WidgetType, vec2};

/// Width of the controls.
pub const WIDTH: f32 = 288.0;

/// Shows the controls.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let panel = Panel::left("controls").resizable(false).exact_size(WIDTH).frame(Frame::NONE.fill(palette.surface));
    panel.show(ui, |ui| {
        // Recorded tracks have none.
        if desk.model.strength().is_some() {
            let card = Frame::NONE.fill(palette.surface).inner_margin(Margin::symmetric(space::M as i8, space::M as i8));
            card.show(ui, |ui| strength::show(ui, desk, 12.0, false));
            ui.painter().hline(ui.max_rect().x_range(), ui.cursor().top(), (1.0, palette.line));
        }
        Panel::bottom("tools")
            .resizable(false)
            .show_separator_line(true)
            .frame(tools_frame(palette))
            .show(ui, |ui| tools(ui, desk));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            Frame::NONE.inner_margin(Margin::symmetric(space::M as i8, space::S as i8)).show(ui, |ui| groups(ui, desk));
        });
    });
}

fn tools_frame(palette: &Palette) -> Frame {
    Frame::NONE.fill(palette.surface).inner_margin(Margin::same(space::S as i8))
}

/// The parameters by group, in the order in which groups first occur, then the look.
fn groups(ui: &mut Ui, desk: &mut Desk) {
    let model = desk.model;
    let rest = || model.parameters().iter().filter(|parameter| parameter.strength.is_none() && !parameter.kept);
    let mut names: Vec<&str> = Vec::new();
    for parameter in rest() {
        if !names.contains(&parameter.group) {
            names.push(parameter.group);
        }
    }
    for name in names {
        let title = if name.is_empty() { "Parameters" } else { name };
        group(ui, title, |ui| {
            for parameter in rest().filter(|parameter| parameter.group == name) {
                row(ui, desk, parameter);
            }
        });
    }
    group(ui, "Look", |ui| look::show(ui, desk));
}

fn group(ui: &mut Ui, title: &str, rows: impl FnOnce(&mut Ui)) {
    let heading = CollapsingHeader::new(super::theme::strong(title)).id_salt(title).default_open(true);
    heading.show_unindented(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        rows(ui);
    });
    ui.add_space(space::XS);
}

/// Shows one parameter.
pub fn row(ui: &mut Ui, desk: &mut Desk, parameter: &Parameter) {
    let palette = Palette::of(desk.look.theme);
    let Some(value) = desk.value(&parameter.path) else { return };
    let opened = desk.opened_value(&parameter.path).unwrap_or_else(|| parameter.default.clone());
    if let Some(change) = parameter::show(ui, palette, parameter, &value, &opened) {
        strength::apply(desk, parameter, change);
    }
}

/// The mouse tools, with icon and name; those that add and remove agents where the scene allows it.
fn tools(ui: &mut Ui, desk: &mut Desk) {
    const GAP: f32 = 2.0;
    const MOST: usize = 5;
    let inspect = (Command::Inspect, Command::Inspect.text(), Command::Inspect.tooltip());
    let offered = desk.offer.tools.iter().map(|ToolUse(tool, name, does)| (Command::of_tool(*tool), *name, *does));
    let population: &[Command] = if desk.offer.population { &[Command::Add, Command::Remove] } else { &[] };
    let population = population.iter().map(|command| (*command, command.text(), command.tooltip()));
    let tools: Vec<_> = std::iter::once(inspect).chain(offered).chain(population).collect();
    // As many rows as it takes, none much fuller than the others.
    let most = tools.len().div_ceil(tools.len().div_ceil(MOST));
    let size = vec2((ui.available_width() - GAP * (most as f32 - 1.0)) / most as f32, 46.0);
    ui.spacing_mut().item_spacing = vec2(GAP, GAP);
    for row in tools.chunks(most) {
        ui.horizontal(|ui| {
            for (command, name, does) in row {
                tool(ui, desk, *command, (name, does), size);
            }
        });
    }
}

/// A tool's plate: its icon over its name in this model; what it does there as tooltip.
fn tool(ui: &mut Ui, desk: &mut Desk, command: Command, (name, does): (&str, &str), size: egui::Vec2) {
    let palette = Palette::of(desk.look.theme);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let on = command.is_on(desk);
    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, ui.is_enabled(), on, name));
    widgets::plate(ui, palette, &response, rect, on);
    let colour = if on { palette.accent } else { palette.ink };
    let icon = super::theme::icon(ui, 20.0);
    ui.painter().text(rect.center() - vec2(0.0, 8.0), Align2::CENTER_CENTER, command.icon(), icon, colour);
    let small = TextStyle::Small.resolve(ui.style());
    let ink = if on { palette.ink } else { palette.muted };
    ui.painter().text(rect.center() + vec2(0.0, 13.0), Align2::CENTER_CENTER, name, small, ink);
    if on {
        let line = egui::Rect::from_min_max(rect.left_bottom() - vec2(0.0, 2.0), rect.right_bottom());
        ui.painter().rect_filled(line.shrink2(vec2(f32::from(CORNER), 0.0)), 1.0, palette.accent);
    }
    let clicked = response.clicked();
    response.on_hover_ui(|ui| {
        widgets::tooltip(ui, command, name, does);
        if command != Command::Inspect {
            ui.label(egui::RichText::new("Shift and wheel change how far it reaches").small().weak());
        }
    });
    if clicked {
        desk.command(command);
    }
}
