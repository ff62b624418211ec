//! The interaction strength: the one control that takes a model from disorder to order.

use super::{
    Desk, Level,
    parameter::{self, Change},
    slider::Mark,
    theme::{self, space},
    words,
};
use crate::{
    scene::{Parameter, Strength, Value},
    view::Palette,
};
use egui::{Align, Align2, Layout, RichText, TextStyle, Ui, pos2};

/// How far a key turns it, in hundredths of its slider.
const TURN: f64 = 2.0;

/// Turns the strength towards order (`way` 1) or disorder (−1).
pub fn turn(desk: &mut Desk, way: f64) {
    let model = desk.model;
    let Some(strength) = model.strength() else { return };
    let Some(value) = desk.value(&strength.path).and_then(|value| value.number()) else { return };
    let slider = parameter::slider(strength, "", falls(strength), &[], 0.0);
    desk.set(&strength.path, Value::Number(slider.stepped(value, TURN * way)));
}

/// Whether order grows as the value falls, so that the slider is reversed.
fn falls(strength: &Parameter) -> bool {
    strength.strength == Some(Strength::Falling)
}

/// Shows name, value, slider and what its ends mean: one over the other, or in one row where it is wide.
/// `handle` is the radius of the slider's handle.
pub fn show(ui: &mut Ui, desk: &mut Desk, handle: f32, wide: bool) {
    let palette = Palette::of(desk.look.theme);
    let model = desk.model;
    let Some(strength) = model.strength() else { return };
    let Some(value) = desk.value(&strength.path).and_then(|value| value.number()) else { return };
    let opened = desk.opened_value(&strength.path).unwrap_or_else(|| strength.default.clone());
    let critical = model.critical(&*desk.params()).filter(|critical| critical.is_finite());
    let mut change = None;
    let mut slid = value;
    let mut marks: Vec<Mark> = opened.number().map(|value| Mark { value, strong: false }).into_iter().collect();
    marks.extend(critical.map(|value| Mark { value, strong: true }));
    let label = strength.label();
    let slider = parameter::slider(strength, &label, falls(strength), &marks, handle);
    let track = |ui: &mut Ui, slid: &mut f64| {
        let response = slider.show(ui, palette, slid);
        let span = response.rect.shrink2(egui::vec2(handle, 0.0));
        ends(ui, palette, strength.ends, span, critical.map(|value| (value, slider.part(value) as f32)));
        response
    };
    let (named, response) = if wide {
        ui.horizontal(|ui| {
            let named = name(ui, palette, strength, &opened);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                entry(ui, palette, strength, value, &mut change);
                let response = ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    track(ui, &mut slid)
                });
                (named, response.inner)
            })
            .inner
        })
        .inner
    } else {
        let head = ui.horizontal(|ui| {
            let named = name(ui, palette, strength, &opened);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| entry(ui, palette, strength, value, &mut change));
            named
        });
        (head.inner, track(ui, &mut slid))
    };
    if response.double_clicked() || named.double_clicked() {
        change = Some(Change::Done(opened));
    }
    if let Some(change) = change.or_else(|| parameter::slider_change(&response, slid)) {
        apply(desk, strength, change);
    }
}

/// Name and symbol.
fn name(ui: &mut Ui, palette: &Palette, strength: &Parameter, opened: &Value) -> egui::Response {
    let named = ui.label(RichText::new(strength.label()).heading());
    let symbol = strength.symbol_beside_label();
    if !symbol.is_empty() {
        ui.label(RichText::new(symbol).heading().color(palette.muted));
    }
    let named = ui.interact(named.rect, ui.id().with("strength"), egui::Sense::click());
    named.clone().on_hover_ui(|ui| parameter::tooltip(ui, strength, opened));
    named.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, strength.label()));
    named
}

/// Value and unit, from the right.
fn entry(ui: &mut Ui, palette: &Palette, strength: &Parameter, value: f64, change: &mut Option<Change>) {
    if !strength.unit.is_empty() {
        ui.label(RichText::new(strength.unit).color(palette.muted));
    }
    let size = TextStyle::Heading.resolve(ui.style()).size;
    ui.style_mut().drag_value_text_style = theme::named(theme::VALUE);
    *change = parameter::number_box(ui, strength, value, 4.6 * size);
}

/// What the ends of the slider mean in words, and where the critical value is.
fn ends(ui: &mut Ui, palette: &Palette, meaning: [&str; 2], span: egui::Rect, critical: Option<(f64, f32)>) {
    let font = TextStyle::Small.resolve(ui.style());
    let (rect, _) = ui.allocate_exact_size(egui::vec2(ui.available_width(), font.size * 1.4), egui::Sense::hover());
    let y = rect.center().y;
    let painter = ui.painter();
    let left = painter.text(pos2(rect.left(), y), Align2::LEFT_CENTER, meaning[0], font.clone(), palette.muted);
    let right = painter.text(pos2(rect.right(), y), Align2::RIGHT_CENTER, meaning[1], font.clone(), palette.muted);
    let Some((value, part)) = critical else { return };
    let text = format!("critical {}", words::number(value));
    let galley = painter.layout_no_wrap(text, font, palette.ink);
    let half = galley.size().x / 2.0;
    let (from, to) = (left.right() + space::S + half, right.left() - space::S - half);
    if from <= to {
        let x = egui::lerp(span.x_range().min..=span.x_range().max, part).clamp(from, to);
        painter.galley(pos2(x - half, y - galley.size().y / 2.0), galley, palette.ink);
    }
}

/// Hands a change of a model's parameter on.
pub fn apply(desk: &mut Desk, parameter: &Parameter, change: Change) {
    match change {
        Change::Held(value) if parameter.restart => desk.draft = Some((parameter.path.clone(), value)),
        Change::Held(value) | Change::Done(value) => desk.set(&parameter.path, value),
        Change::Refused(reason) => desk.tell(Level::Error, reason),
    }
}
