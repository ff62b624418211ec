//! The right side: what is known of the selected agent, the explanation, and the plots.

use super::{
    Desk, compare,
    desk::Window,
    explanation, inspector, plot, plot_menu,
    theme::{self, space},
    visited, widgets, words,
};
use crate::{measures::Instrument, view::Palette};
use egui::{Align, Frame, Layout, Margin, Panel, Pos2, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};
use egui_phosphor::regular as icon;

/// Width of the plots when they are first shown.
const WIDTH: f32 = 320.0;
/// Side of the button that opens a plot's menu.
pub const MENU: f32 = 24.0;
/// Width of the explanation.
const READING: f32 = 420.0;

/// Shows whatever of the right side is open.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let window = ui.ctx().content_rect().width();
    if !(desk.plots_open || desk.explanation || desk.selected.is_some()) || window < 700.0 {
        return;
    }
    let reading = desk.explanation;
    let width = if reading { READING.min(window * 0.36) } else { WIDTH.min(window * 0.3) };
    // The explanation has a width of its own, and so a panel of its own.
    let panel = Panel::right(if reading { "reading" } else { "plots" });
    let panel = panel.resizable(true).default_size(width).size_range(240.0..=window * 0.45);
    panel.frame(Frame::NONE.fill(palette.surface)).show(ui, |ui| {
        if desk.selected.is_some() {
            Panel::top("inspector").frame(margins(palette)).show(ui, |ui| inspector::show(ui, desk));
        }
        if reading && desk.plots_open && !desk.plots.is_empty() {
            let height = (ui.available_height() * 0.36).clamp(150.0, 320.0);
            let below = Panel::bottom("plot under the explanation").exact_size(height).frame(margins(palette));
            below.show(ui, |ui| {
                let height = ui.available_height();
                one(ui, desk, 0, height);
            });
        }
        if reading {
            explanation::show(ui, desk);
        } else if desk.plots_open {
            all(ui, desk, palette);
        }
        ui.take_available_space();
    });
}

fn margins(palette: &Palette) -> Frame {
    Frame::NONE.fill(palette.surface).inner_margin(Margin::same(space::M as i8))
}

fn all(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let head = Margin { left: space::M as i8, right: space::M as i8, top: space::S as i8, bottom: 0 };
    Frame::NONE.inner_margin(head).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(theme::strong("Plots"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                add(ui, desk, palette);
                window(ui, desk);
            });
        });
        compare::legend(ui, desk);
    });
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let frame = Frame::NONE.inner_margin(Margin::symmetric(space::M as i8, space::S as i8));
        frame.show(ui, |ui| {
            // One place more: the order parameter against the strength.
            let count = 1.0 + desk.plots.len() as f32;
            let height = ((ui.clip_rect().height() - space::L) / count - space::M).clamp(150.0, 260.0);
            for at in 0..desk.plots.len() {
                one(ui, desk, at, height);
                ui.add_space(space::S);
                if at == 0 {
                    visited::show(ui, desk, height);
                    ui.add_space(space::S);
                }
            }
            if desk.plots.is_empty() {
                ui.label(egui::RichText::new("Add an instrument to see its readings").color(palette.muted));
            }
        });
    });
}

/// The plot at this place of the list, with its menu.
fn one(ui: &mut Ui, desk: &mut Desk, at: usize, height: f32) {
    // The menu of one before may just have removed it.
    let Some(instrument) = desk.plots.get(at).copied() else { return };
    let corner = pos2(ui.max_rect().right(), ui.cursor().top());
    let response = plot::show_beside(ui, desk, instrument, height, MENU);
    response.context_menu(|ui| plot_menu::show(ui, desk, at));
    let name = format!("Menu of {}", instrument.name);
    menu_button(ui, desk, corner, &name, |ui, desk| plot_menu::show(ui, desk, at));
}

/// A button at the upper right corner of a plot that opens a menu beside it.
pub fn menu_button(ui: &mut Ui, desk: &mut Desk, corner: Pos2, name: &str, menu: impl FnOnce(&mut Ui, &mut Desk)) {
    let palette = Palette::of(desk.look.theme);
    let rect = Rect::from_min_size(corner - vec2(MENU, 0.0), vec2(MENU, MENU));
    let mut own = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center)));
    own.spacing_mut().interact_size.y = MENU;
    let response = widgets::small_icon_button(&mut own, palette, icon::DOTS_THREE_VERTICAL, name);
    let popup = egui::Popup::menu(&response).align(egui::RectAlign::LEFT_START);
    popup.close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside).show(|ui| menu(ui, desk));
}

/// Which part of the run is shown.
fn window(ui: &mut Ui, desk: &mut Desk) {
    let name = |window: Window| match window {
        Window::Last(steps) => format!("{} steps", words::whole(steps)),
        Window::All => "All steps".into(),
    };
    let list = egui::ComboBox::from_id_salt("window").width(104.0).selected_text(name(desk.window));
    let response = list.show_ui(ui, |ui| {
        for choice in Window::CHOICES {
            ui.selectable_value(&mut desk.window, choice, name(choice));
        }
    });
    ui.ctx().accesskit_node_builder(response.response.id, |node| node.set_label("Steps shown"));
    response.response.on_hover_text("How much of the run the plots show");
}

/// The menu of instruments that can read the model.
fn add(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let offered: Vec<&'static Instrument> = desk.offer.instruments.clone();
    let response = widgets::icon_button(ui, palette, icon::PLUS, "Add instrument", false).on_hover_text("Add an instrument");
    let menu = egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| {
        ui.set_min_width(180.0);
        // There may be more of them than a window is high.
        let height = 0.8 * ui.ctx().content_rect().height();
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            for instrument in offered {
                let mut on = desk.plots.iter().any(|plotted| plotted.name == instrument.name);
                let label = format!("{}  {}", words::label(instrument.name), instrument.symbol);
                if ui.checkbox(&mut on, label).on_hover_text(words::short(instrument.definition)).changed() {
                    let mut plots = desk.plots.clone();
                    if on {
                        plots.push(instrument);
                    } else {
                        plots.retain(|plotted| plotted.name != instrument.name);
                    }
                    desk.set_plots(plots);
                }
            }
        });
    });
}
