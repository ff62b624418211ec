//! One parameter as a control, made from its description alone.

use super::{
    slider::{Mark, Slider},
    theme::space,
    widgets, words,
};
use crate::{
    error::Error,
    scene::{Kind, Parameter, Value},
    view::Palette,
};
use egui::{Align, DragValue, Layout, Response, RichText, TextStyle, Ui, vec2};
use std::cell::RefCell;

/// What a person did to a control.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It has this value while it is held.
    Held(Value),
    /// It was let go at this value.
    Done(Value),
    /// What was typed is not allowed, for this reason; the value stays.
    Refused(String),
}

/// Width of the box in which a number stands.
const NUMBER: f32 = 68.0;

/// Shows a parameter with its value and the one to which a double click returns.
pub fn show(ui: &mut Ui, palette: &Palette, parameter: &Parameter, value: &Value, opened: &Value) -> Option<Change> {
    ui.push_id(&parameter.path, |ui| match (&parameter.kind, value) {
        (Kind::Number { .. }, Value::Number(number)) => number_row(ui, palette, parameter, *number, opened),
        (Kind::Switch, Value::Switch(on)) => switch_row(ui, palette, parameter, *on, opened),
        (Kind::Choice(variants), Value::Text(chosen)) => {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
            let tip = |at: usize| words::short(&variants[at].doc);
            choice_row(ui, palette, parameter, &names, chosen, tip, opened)
        }
        (Kind::Text, Value::Text(text)) => text_row(ui, palette, parameter, text, opened),
        // The description and the value come from the same struct.
        _ => None,
    })
    .inner
}

/// The name of a parameter, with symbol and unit, or with what its number stands for. Its response has the explanation.
pub fn name(ui: &mut Ui, palette: &Palette, parameter: &Parameter, value: Option<f64>, opened: &Value) -> Response {
    let scope = ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let label = ui.label(parameter.label());
        let unit = if value == Some(0.0) && !parameter.zero.is_empty() { parameter.zero } else { parameter.unit };
        let said = match (parameter.symbol_beside_label(), unit) {
            ("", "") => String::new(),
            (symbol, "") => symbol.to_owned(),
            ("", unit) => unit.to_owned(),
            (symbol, unit) => format!("{symbol}, {unit}"),
        };
        if !said.is_empty() {
            ui.label(RichText::new(said).small().color(palette.muted));
        }
        if parameter.restart {
            let badge = super::theme::icon_text(egui_phosphor::regular::ARROW_CLOCKWISE)
                .size(super::theme::SIZES[0])
                .color(palette.muted);
            ui.label(badge).on_hover_text("A change restarts the run");
        }
        label
    });
    let whole = ui.interact(scope.response.rect, ui.id().with("name"), egui::Sense::click());
    whole.clone().on_hover_ui(|ui| tooltip(ui, parameter, opened));
    // The label names the control; the area around it answers to a double click.
    whole.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, parameter.label()));
    whole
}

/// What a parameter is: its documentation, symbol, unit, range and default.
pub fn tooltip(ui: &mut Ui, parameter: &Parameter, opened: &Value) {
    ui.label(words::short(&parameter.doc));
    let mut facts = Vec::new();
    if !parameter.symbol.is_empty() {
        facts.push(format!("Symbol {}", parameter.symbol));
    }
    if !parameter.unit.is_empty() {
        facts.push(format!("Unit {}", parameter.unit));
    }
    if let Kind::Number { min, max, whole } = parameter.kind {
        let whole = if whole { ", whole" } else { "" };
        facts.push(format!("From {} to {}{whole}", words::number(min), words::number(max)));
    }
    facts.push(format!("Default {}", words::value(&parameter.default)));
    if *opened != parameter.default {
        facts.push(format!("Opened at {}", words::value(opened)));
    }
    facts.push("Double-click to go back".into());
    if parameter.restart {
        facts.push("A change restarts the run".into());
    }
    facts.push(format!("Path {}", parameter.path));
    ui.label(RichText::new(facts.join(" · ")).small().weak());
}

/// The slider of a number, reversed where asked for.
pub fn slider<'a>(parameter: &Parameter, name: &'a str, reversed: bool, marks: &'a [Mark], handle: f32) -> Slider<'a> {
    let range = parameter.slider_range().unwrap_or(0.0..=1.0);
    let (mut left, mut right) = (*range.start(), *range.end());
    if reversed {
        std::mem::swap(&mut left, &mut right);
    }
    let whole = matches!(parameter.kind, Kind::Number { whole: true, .. });
    Slider { name, left, right, log: parameter.log, whole, marks, handle }
}

/// The box in which a number is written, to be dragged or clicked and typed into.
pub fn number_box(ui: &mut Ui, parameter: &Parameter, value: f64, width: f32) -> Option<Change> {
    let Kind::Number { min, max, whole } = parameter.kind else { return None };
    let mut edited = value;
    let refused = RefCell::new(None);
    let allowed = |text: &str| {
        let typed = words::parse_number(text);
        let number = typed.ok_or_else(|| Error::usage(format!("'{}' is not a number", text.trim())).path(&parameter.path));
        match number.and_then(|number| parameter.check(&Value::Number(number)).map(|_| number)) {
            Ok(number) => Some(number),
            Err(error) => {
                refused.replace(Some(error.to_string()));
                None
            }
        }
    };
    let range = parameter.slider_range().unwrap_or(min..=max);
    let speed = if parameter.log { (value.abs() / 100.0).max(1e-6) } else { (range.end() - range.start()) / 400.0 };
    let entry = DragValue::new(&mut edited)
        .range(min..=max)
        .speed(if whole { speed.max(0.25) } else { speed })
        .custom_formatter(|value, _| words::number(value))
        .custom_parser(allowed)
        .update_while_editing(false);
    let height = ui.text_style_height(&TextStyle::Monospace).max(ui.spacing().interact_size.y - 4.0);
    let response = ui.add_sized(vec2(width, height), entry);
    let label = format!("{} value", parameter.label());
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(label));
    if let Some(reason) = refused.into_inner() {
        return Some(Change::Refused(reason));
    }
    let edited = if whole { edited.round() } else { edited };
    if response.drag_stopped() {
        return Some(Change::Done(Value::Number(edited)));
    }
    if !response.changed() {
        return None;
    }
    let value = Value::Number(edited);
    Some(if response.dragged() { Change::Held(value) } else { Change::Done(value) })
}

/// What a slider's response says about its value.
pub fn slider_change(response: &Response, value: f64) -> Option<Change> {
    let value = Value::Number(value);
    if response.drag_stopped() || response.clicked() {
        Some(Change::Done(value))
    } else if response.changed() {
        Some(if response.is_pointer_button_down_on() { Change::Held(value) } else { Change::Done(value) })
    } else {
        None
    }
}

fn number_row(ui: &mut Ui, palette: &Palette, parameter: &Parameter, value: f64, opened: &Value) -> Option<Change> {
    let mut change = None;
    ui.spacing_mut().item_spacing.y = 0.0;
    let named = ui
        .horizontal(|ui| {
            let named = name(ui, palette, parameter, Some(value), opened);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                change = number_box(ui, parameter, value, NUMBER);
            });
            named
        })
        .inner;
    let marks: Vec<Mark> = opened.number().map(|value| Mark { value, strong: false }).into_iter().collect();
    let label = parameter.label();
    let mut slid = value;
    let response = slider(parameter, &label, false, &marks, 7.0).show(ui, palette, &mut slid);
    ui.add_space(space::XS);
    if response.double_clicked() || named.double_clicked() {
        return Some(Change::Done(opened.clone()));
    }
    change.or_else(|| slider_change(&response, slid))
}

fn switch_row(ui: &mut Ui, palette: &Palette, parameter: &Parameter, on: bool, opened: &Value) -> Option<Change> {
    ui.horizontal(|ui| {
        let named = name(ui, palette, parameter, None, opened);
        let turned = ui
            .with_layout(Layout::right_to_left(Align::Center), |ui| {
                let mut turned = on;
                widgets::switch(ui, palette, &parameter.label(), &mut turned);
                turned
            })
            .inner;
        if named.double_clicked() {
            return Some(Change::Done(opened.clone()));
        }
        (turned != on).then_some(Change::Done(Value::Switch(turned)))
    })
    .inner
}

/// A choice among names: side by side where they fit, else in a list.
pub fn choice_row(
    ui: &mut Ui,
    palette: &Palette,
    parameter: &Parameter,
    names: &[&str],
    chosen: &str,
    tip: impl Fn(usize) -> String,
    opened: &Value,
) -> Option<Change> {
    let labels: Vec<String> = names.iter().map(|name| words::label(name)).collect();
    let at = names.iter().position(|name| *name == chosen);
    let mut clicked = None;
    let row = ui.horizontal(|ui| {
        let named = name(ui, palette, parameter, None, opened);
        let width: f32 = labels.iter().map(|label| widgets::segment_width(ui, label)).sum();
        let beside = width <= ui.available_width();
        if beside {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                clicked = widgets::segments(ui, palette, &parameter.label(), &labels, at, &tip);
            });
        } else if labels.len() > 3 {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                clicked = combo(ui, parameter, &labels, at, &tip);
            });
        }
        (named, beside || labels.len() > 3)
    });
    let (named, done) = row.inner;
    if !done {
        ui.horizontal(|ui| clicked = widgets::segments(ui, palette, &parameter.label(), &labels, at, &tip));
    }
    ui.add_space(space::XS);
    if named.double_clicked() {
        return Some(Change::Done(opened.clone()));
    }
    clicked.filter(|clicked| Some(*clicked) != at).map(|at| Change::Done(Value::Text(names[at].to_owned())))
}

fn combo(
    ui: &mut Ui,
    parameter: &Parameter,
    labels: &[String],
    at: Option<usize>,
    tip: impl Fn(usize) -> String,
) -> Option<usize> {
    let mut clicked = None;
    let shown = at.map_or("", |at| labels[at].as_str());
    let list = egui::ComboBox::from_id_salt("choice").selected_text(shown).width(ui.available_width().min(150.0)).truncate();
    let response = list.show_ui(ui, |ui| {
        for (number, label) in labels.iter().enumerate() {
            let entry = ui.selectable_label(at == Some(number), label);
            let doc = tip(number);
            let entry = if doc.is_empty() { entry } else { entry.on_hover_text(doc) };
            if entry.clicked() {
                clicked = Some(number);
            }
        }
    });
    ui.ctx().accesskit_node_builder(response.response.id, |node| node.set_label(parameter.label()));
    clicked
}

fn text_row(ui: &mut Ui, palette: &Palette, parameter: &Parameter, text: &str, opened: &Value) -> Option<Change> {
    let named = ui.horizontal(|ui| name(ui, palette, parameter, None, opened)).inner;
    let id = ui.id().with("text");
    let mut typed = ui.data(|data| data.get_temp::<String>(id)).unwrap_or_else(|| text.to_owned());
    let response = ui.add(egui::TextEdit::singleline(&mut typed).desired_width(f32::INFINITY));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(parameter.label()));
    // A path is longer than the field.
    let response = response.on_hover_text(&typed);
    if response.has_focus() {
        ui.data_mut(|data| data.insert_temp(id, typed.clone()));
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        return (typed != text).then_some(Change::Done(Value::Text(typed)));
    }
    named.double_clicked().then(|| Change::Done(opened.clone()))
}
