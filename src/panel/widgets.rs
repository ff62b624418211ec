//! The small controls of which the panel is made.

use super::{
    Command, Desk,
    theme::{self, CORNER, space},
};
use crate::view::Palette;
use egui::{
    Align2, CornerRadius, Rect, Response, RichText, Sense, Stroke, StrokeKind, TextStyle, Ui, WidgetInfo, WidgetType, vec2,
};

/// Side of an icon button.
pub const ICON: f32 = 32.0;

/// A button of one icon that gives a command.
pub fn command_button(ui: &mut Ui, desk: &mut Desk, command: Command) -> Response {
    let icon = if command == Command::PlayPause && desk.playing { egui_phosphor::regular::PAUSE } else { command.icon() };
    let icon = match command {
        Command::Theme if desk.look.theme == crate::scene::Theme::Dark => egui_phosphor::regular::SUN,
        _ => icon,
    };
    let response = icon_button(ui, Palette::of(desk.look.theme), icon, command.text(), command.is_on(desk));
    let response = response.on_hover_ui(|ui| command_tooltip(ui, command));
    if response.clicked() {
        desk.command(command);
    }
    response
}

/// What a command does, and its key.
pub fn command_tooltip(ui: &mut Ui, command: Command) {
    tooltip(ui, command, command.text(), command.tooltip());
}

/// The same in other words.
pub fn tooltip(ui: &mut Ui, command: Command, name: &str, does: &str) {
    ui.horizontal(|ui| {
        ui.label(theme::strong(name));
        key_cap(ui, &command.shortcut());
    });
    ui.label(does);
}

/// A key as it looks on a keyboard.
pub fn key_cap(ui: &mut Ui, key: &str) -> Response {
    let text = RichText::new(key).small().monospace();
    egui::Frame::NONE
        .fill(ui.visuals().widgets.inactive.bg_fill)
        .corner_radius(CornerRadius::same(4))
        .inner_margin(egui::Margin::symmetric(5, 1))
        .show(ui, |ui| ui.label(text))
        .response
}

/// A button of one icon.
pub fn icon_button(ui: &mut Ui, palette: &Palette, icon: &str, name: &str, on: bool) -> Response {
    let side = ui.spacing().interact_size.y.max(ICON);
    button_of(ui, palette, icon, name, on, side)
}

/// A button of one icon, as high as a line.
pub fn small_icon_button(ui: &mut Ui, palette: &Palette, icon: &str, name: &str) -> Response {
    let side = ui.spacing().interact_size.y;
    button_of(ui, palette, icon, name, false, side)
}

fn button_of(ui: &mut Ui, palette: &Palette, icon: &str, name: &str, on: bool, side: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, ui.is_enabled(), on, name));
    if ui.is_rect_visible(rect) {
        plate(ui, palette, &response, rect, on);
        let colour = if on { palette.accent } else { palette.ink };
        let size = TextStyle::Heading.resolve(ui.style()).size;
        ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon, theme::icon(ui, size), colour);
    }
    response
}

/// The ground of a button: nothing, unless the pointer, the focus or its state says more.
pub fn plate(ui: &Ui, palette: &Palette, response: &Response, rect: Rect, on: bool) {
    let fill = if response.is_pointer_button_down_on() {
        Some(theme::mix(palette.raised, palette.ink, 0.15))
    } else if response.hovered() {
        Some(theme::mix(palette.raised, palette.ink, 0.06))
    } else if on {
        Some(palette.raised)
    } else {
        None
    };
    if let Some(fill) = fill {
        ui.painter().rect_filled(rect, CORNER, fill);
    }
    focus_ring(ui, palette, response, rect);
}

/// The edge of what has the keyboard's focus.
pub fn focus_ring(ui: &Ui, palette: &Palette, response: &Response, rect: Rect) {
    if response.has_focus() {
        ui.painter().rect_stroke(rect, CORNER, Stroke::new(2.0, palette.accent), StrokeKind::Inside);
    }
}

/// A number with a caption over it, of a fixed width so that nothing moves when it changes.
pub fn readout(ui: &mut Ui, palette: &Palette, caption: &str, value: &str, width: f32) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(width, 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{caption} {value}")));
    if ui.is_rect_visible(rect) {
        let painter = ui.painter();
        let small = TextStyle::Small.resolve(ui.style());
        painter.text(rect.left_top() + vec2(0.0, 1.0), Align2::LEFT_TOP, caption, small, palette.muted);
        let mono = TextStyle::Monospace.resolve(ui.style());
        painter.text(rect.left_bottom() - vec2(0.0, 1.0), Align2::LEFT_BOTTOM, value, mono, palette.ink);
    }
    response
}

/// A few choices side by side. Gives the one that was clicked; `name` is that of the whole.
pub fn segments(
    ui: &mut Ui,
    palette: &Palette,
    name: &str,
    labels: &[String],
    chosen: Option<usize>,
    tips: impl Fn(usize) -> String,
) -> Option<usize> {
    let font = TextStyle::Body.resolve(ui.style());
    let mut clicked = None;
    let height = ui.spacing().interact_size.y;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let widths: Vec<f32> = labels.iter().map(|label| segment_width(ui, label)).collect();
        let spare = (ui.available_width() - widths.iter().sum::<f32>()).max(0.0) / labels.len().max(1) as f32;
        let fills = ui.layout().main_dir() == egui::Direction::LeftToRight;
        let spare = if fills { spare } else { 0.0 };
        // In a layout from right to left the last comes first.
        let order: Vec<usize> = if fills { (0..labels.len()).collect() } else { (0..labels.len()).rev().collect() };
        let ground = ui.painter().add(egui::Shape::Noop);
        let mut all = Rect::NOTHING;
        for at in order {
            let (rect, response) = ui.allocate_exact_size(vec2(widths[at] + spare, height), Sense::click());
            all |= rect;
            let on = chosen == Some(at);
            let said = format!("{name} {}", labels[at]);
            response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, ui.is_enabled(), on, &said));
            let inner = rect.shrink(2.0);
            let (fill, text) = match (on, response.hovered()) {
                (true, _) => (palette.accent, palette.on_accent),
                (false, true) => (theme::mix(palette.raised, palette.ink, 0.12), palette.ink),
                (false, false) => (egui::Color32::TRANSPARENT, palette.ink),
            };
            ui.painter().rect_filled(inner, CORNER - 2, fill);
            ui.painter().text(rect.center(), Align2::CENTER_CENTER, &labels[at], font.clone(), text);
            focus_ring(ui, palette, &response, rect);
            let tip = tips(at);
            let response = if tip.is_empty() { response } else { response.on_hover_text(tip) };
            if response.clicked() {
                clicked = Some(at);
            }
        }
        ui.painter().set(ground, egui::Shape::rect_filled(all, CORNER, palette.raised));
    });
    clicked
}

/// Width of one choice.
pub fn segment_width(ui: &Ui, label: &str) -> f32 {
    let font = TextStyle::Body.resolve(ui.style());
    ui.painter().layout_no_wrap(label.to_owned(), font, egui::Color32::WHITE).size().x + 2.0 * space::S
}

/// A switch. Has changed when it was turned.
pub fn switch(ui: &mut Ui, palette: &Palette, name: &str, on: &mut bool) -> Response {
    let (rect, mut response) = ui.allocate_exact_size(vec2(38.0, ui.spacing().interact_size.y), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let state = *on;
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, ui.is_enabled(), state, name));
    let track = Rect::from_center_size(rect.center(), vec2(36.0, 20.0));
    let way = ui.ctx().animate_bool_responsive(response.id, state);
    let off = theme::mix(palette.raised, palette.ink, if response.hovered() { 0.3 } else { 0.2 });
    ui.painter().rect_filled(track, 10.0, theme::mix(off, palette.accent, way));
    let middle = egui::pos2(egui::lerp(track.left() + 10.0..=track.right() - 10.0, way), track.center().y);
    ui.painter().circle_filled(middle, 7.5, if state { palette.on_accent } else { palette.ink });
    if response.has_focus() {
        ui.painter().rect_stroke(track.expand(2.0), 12.0, Stroke::new(2.0, palette.accent), StrokeKind::Middle);
    }
    response
}

/// The heading of a section.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    ui.add_space(space::XS);
    ui.label(theme::strong(text))
}
