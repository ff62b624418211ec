//! Two runs side by side: what the desk has of the second, and what tells it from the first.

use super::{
    Desk, History, Level, Request,
    parameter::{self, Change},
    theme::{self, space},
    words,
};
use crate::{
    measures::{Instrument, Reading},
    scene::{Difference, Kind, Parameter, Params, SideLabel, Strength, Value, typographic},
    sim::Frame,
    view::{Camera, Palette},
};
use egui::{ComboBox, DragValue, Id, Modal, RichText, Sense, TextStyle, Ui, vec2};
use std::{collections::BTreeMap, sync::Arc};

/// How far the value that is offered first lies from that of the first run, in hundredths of the slider.
const AWAY: f64 = 40.0;

/// The second of two runs that are compared.
#[derive(Debug)]
pub struct Beside {
    /// How it differs from the first.
    pub difference: Difference,
    /// Its newest frame, of the step of the first's.
    pub frame: Arc<Frame>,
    /// Its readings.
    pub history: History,
    /// Its readings in the branches that are not played.
    branches: BTreeMap<usize, History>,
    /// The part of the plane that its picture shows.
    pub camera: Camera,
}

impl Beside {
    /// The first run has left a branch for a new one after a step, and so has this one.
    pub(super) fn fork(&mut self, left: usize, step: u64) {
        self.branches.insert(left, self.history.clone());
        self.history.cut(step);
    }

    /// Another branch is played.
    pub(super) fn choose(&mut self, left: usize, chosen: usize) {
        let history = self.branches.remove(&chosen).unwrap_or_default();
        self.branches.insert(left, std::mem::replace(&mut self.history, history));
    }
}

impl Desk {
    /// Puts a second run beside the first from its start on, or none.
    pub fn compare(&mut self, difference: Option<Difference>) {
        self.beside = difference.map(|difference| Beside {
            difference,
            frame: Arc::default(),
            history: History::default(),
            branches: BTreeMap::new(),
            camera: Camera::default(),
        });
    }

    /// A new frame of the second run is there.
    pub fn receive_beside(&mut self, frame: Arc<Frame>) {
        if let Some(beside) = &mut self.beside {
            beside.frame = frame;
        }
    }

    /// Takes note of what instruments read of the second run in a step.
    pub fn record_beside(&mut self, step: u64, time: f64, readings: impl IntoIterator<Item = (&'static Instrument, Reading)>) {
        if let Some(beside) = &mut self.beside {
            beside.history.record(step, time, readings);
        }
    }

    /// What is said of each of two runs that are compared.
    pub fn labels(&self) -> Option<[SideLabel; 2]> {
        let beside = self.beside.as_ref()?;
        Some(beside.difference.labels(self.model, self.seed, |path| self.value(path)))
    }

    /// The parameters of the second run.
    pub(super) fn params_beside(&self) -> Option<Box<dyn Params>> {
        let beside = self.beside.as_ref()?;
        let mut params = self.params();
        if let Difference::Parameter(path, value) = &beside.difference {
            // It fitted when the comparison began.
            let _ = self.model.set(&mut *params, path, value);
        }
        Some(params)
    }
}

/// Length of the stroke in a run's colour, and between one run's name and the next.
const STROKE: f32 = 14.0;

/// Shows which colour is which run: in one line where there is room for it, in words or in symbols, else one below the other.
pub fn legend(ui: &mut Ui, desk: &Desk) {
    let Some(labels) = desk.labels() else { return };
    let palette = Palette::of(desk.look.theme);
    let font = theme::named(theme::STRONG).resolve(ui.style());
    let width = |texts: [&str; 2]| -> f32 {
        let long = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), palette.ink).size().x;
        texts.map(|text| STROKE + space::S + long(text)).iter().sum::<f32>() + space::L
    };
    let room = ui.available_width();
    let in_words = width(labels.each_ref().map(|label| label.text.as_str())) <= room;
    let in_symbols = width(labels.each_ref().map(|label| label.short.as_str())) <= room;
    let one = |ui: &mut Ui, side: usize| {
        let (rect, _) = ui.allocate_exact_size(vec2(STROKE, ui.text_style_height(&TextStyle::Body)), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.center().y, (3.0, palette.side(side)));
        ui.add_space(space::S);
        let label = &labels[side];
        let text = if in_symbols && !in_words { &label.short } else { &label.text };
        let shown = ui.label(theme::strong(text.clone()).color(palette.ink));
        if *text != label.text {
            shown.on_hover_text(&label.text);
        }
    };
    if in_words || in_symbols {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            one(ui, 0);
            ui.add_space(space::L);
            one(ui, 1);
        });
    } else {
        for side in [0, 1] {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                one(ui, side);
            });
        }
    }
}

/// What an instrument read last of each run, in their colours.
pub fn readings(ui: &mut Ui, desk: &Desk, instrument: &Instrument) {
    let Some(beside) = &desk.beside else { return };
    let palette = Palette::of(desk.look.theme);
    let here = desk.here();
    // From the right.
    for (side, history) in [&desk.history, &beside.history].into_iter().enumerate().rev() {
        let now = history.series(instrument.name).and_then(|series| series.at(here));
        let text = now.map_or_else(|| "–".into(), |now| typographic(&format!("{now:.3}")));
        ui.label(RichText::new(text).monospace().color(palette.side(side)));
        ui.add_space(space::XS);
    }
}

/// Asks for the difference; gives whether to close.
pub fn show(ui: &Ui, desk: &mut Desk) -> bool {
    let mut draft = desk.comparing.take().unwrap_or_else(|| first(desk));
    let (mut begin, mut cancel, mut refused) = (false, false, None);
    let modal = Modal::new(Id::new("compare")).show(ui.ctx(), |ui| {
        ui.set_width((ui.ctx().content_rect().width() - 80.0).min(380.0));
        ui.label(theme::strong("Compare"));
        ui.label("Both runs begin anew, side by side, and what you do is done to both. The second differs in one thing:");
        ui.add_space(space::S);
        choice(ui, desk, &mut draft);
        ui.add_space(space::S);
        refused = value(ui, desk, &mut draft);
        ui.add_space(space::M);
        ui.horizontal(|ui| {
            begin = ui.button("Compare them").clicked();
            cancel = ui.button("Cancel").clicked();
        });
    });
    if let Some(reason) = refused {
        desk.tell(Level::Error, reason);
    }
    if begin {
        match draft.scene(&desk.current_scene(), desk.model) {
            Ok(_) => {
                desk.requests.push(Request::Compare(draft));
                return true;
            }
            Err(error) => desk.tell(Level::Error, error.to_string()),
        }
    }
    desk.comparing = Some(draft);
    cancel || modal.should_close()
}

/// What is offered first: another interaction strength, or another seed.
fn first(desk: &Desk) -> Difference {
    desk.model.strength().map_or(Difference::Seed(desk.seed + 1), |strength| of(desk, strength))
}

/// A difference in this parameter.
fn of(desk: &Desk, parameter: &Parameter) -> Difference {
    let value = desk.value(&parameter.path).unwrap_or_else(|| parameter.default.clone());
    let other = match (&parameter.kind, &value) {
        (Kind::Number { .. }, Value::Number(number)) => {
            let falls = parameter.strength == Some(Strength::Falling);
            let slider = parameter::slider(parameter, "", falls, &[], 0.0);
            let way = if slider.part(*number) < 0.5 { AWAY } else { -AWAY };
            let away = slider.stepped(*number, way);
            // A round number near there.
            Value::Number(egui::emath::smart_aim::best_in_range_f64(0.96 * away, 1.04 * away))
        }
        (_, Value::Switch(on)) => Value::Switch(!on),
        (Kind::Choice(variants), Value::Text(chosen)) => {
            let other = variants.iter().find(|variant| variant.name != *chosen);
            other.map_or_else(|| value.clone(), |variant| Value::Text(variant.name.clone()))
        }
        _ => value.clone(),
    };
    Difference::Parameter(parameter.path.clone(), other)
}

/// In what they differ.
fn choice(ui: &mut Ui, desk: &Desk, draft: &mut Difference) {
    let named = match draft {
        Difference::Seed(_) => "Seed".to_owned(),
        Difference::Parameter(path, _) => desk.model.parameter(path).map_or_else(|_| path.clone(), Parameter::label),
    };
    let list = ComboBox::from_id_salt("difference").width(ui.available_width()).selected_text(named);
    let response = list.show_ui(ui, |ui| {
        if ui.selectable_label(matches!(draft, Difference::Seed(_)), "Seed").clicked() {
            *draft = Difference::Seed(desk.seed + 1);
        }
        for parameter in desk.model.parameters().iter().filter(|parameter| !matches!(parameter.kind, Kind::Text)) {
            let on = matches!(draft, Difference::Parameter(path, _) if *path == parameter.path);
            let entry = ui.selectable_label(on, parameter.label()).on_hover_text(words::short(&parameter.doc));
            if entry.clicked() && !on {
                *draft = of(desk, parameter);
            }
        }
    });
    ui.ctx().accesskit_node_builder(response.response.id, |node| node.set_label("Difference"));
}

/// The value of the second run; gives why what was typed is refused.
fn value(ui: &mut Ui, desk: &Desk, draft: &mut Difference) -> Option<String> {
    let palette = Palette::of(desk.look.theme);
    match draft {
        Difference::Seed(seed) => {
            ui.horizontal(|ui| {
                ui.label("Seed of the second run");
                let response = ui.add(DragValue::new(seed).speed(0.1));
                ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Seed of the second run"));
            });
        }
        Difference::Parameter(path, value) => {
            let parameter = desk.model.parameter(path).ok()?;
            let opened = desk.opened_value(path).unwrap_or_else(|| parameter.default.clone());
            match parameter::show(ui, palette, parameter, value, &opened) {
                Some(Change::Held(new) | Change::Done(new)) => *value = new,
                Some(Change::Refused(reason)) => return Some(reason),
                None => {}
            }
        }
    }
    None
}
