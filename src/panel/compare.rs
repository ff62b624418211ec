//! Two runs side by side: what the desk has of the second, and what tells it from the first.

use super::{Desk, History, desk::Fitted, theme::{self, space}};
use crate::{
    measures::{Instrument, Reading},
    scene::{Difference, Params},
    sim::Frame,
    view::{Camera, Palette},
};
use egui::{RichText, Sense, Ui, vec2};
use std::sync::Arc;

/// The second of two runs that are compared.
#[derive(Debug)]
pub struct Beside {
    /// How it differs from the first.
    pub difference: Difference,
    /// Its newest frame, of the step of the first's.
    pub frame: Arc<Frame>,
    /// Its readings.
    pub history: History,
    /// The part of the plane that its picture shows.
    pub camera: Camera,
    /// What the camera was fitted to.
    pub(super) fit: Option<Fitted>,
}

impl Desk {
    /// Puts a second run beside the first from its start on, or none.
    pub fn compare(&mut self, difference: Option<Difference>) {
        self.beside = difference.map(|difference| Beside {
            difference,
            frame: Arc::default(),
            history: History::default(),
            camera: Camera::default(),
            fit: None,
        });
    }

    /// A new frame of the second run is there.
    pub fn receive_beside(&mut self, frame: Arc<Frame>) {
        if let Some(beside) = &mut self.beside {
            beside.frame = frame;
        }
    }

    /// Takes note of what instruments read of the second run in a step.
    pub fn record_beside(
        &mut self,
        step: u64,
        time: f64,
        readings: impl IntoIterator<Item = (&'static Instrument, Reading)>,
    ) {
        if let Some(beside) = &mut self.beside {
            beside.history.record(step, time, readings);
        }
    }

    /// What is said of each of two runs that are compared.
    pub fn labels(&self) -> Option<[String; 2]> {
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

/// Shows which colour is which run.
pub fn legend(ui: &mut Ui, desk: &Desk) {
    let Some(labels) = desk.labels() else { return };
    let palette = Palette::of(desk.look.theme);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (side, label) in labels.into_iter().enumerate() {
            let (rect, _) = ui.allocate_exact_size(vec2(14.0, ui.text_style_height(&egui::TextStyle::Body)), Sense::hover());
            ui.painter().hline(rect.x_range(), rect.center().y, (3.0, palette.side(side)));
            ui.label(theme::strong(label).color(palette.ink));
            ui.add_space(space::S);
        }
    });
}

/// What an instrument read last of each run, in their colours.
pub fn readings(ui: &mut Ui, desk: &Desk, instrument: &Instrument) {
    let Some(beside) = &desk.beside else { return };
    let palette = Palette::of(desk.look.theme);
    let here = desk.here();
    // From the right.
    for (side, history) in [&desk.history, &beside.history].into_iter().enumerate().rev() {
        let now = history.series(instrument.name).and_then(|series| series.at(here));
        let text = now.map_or_else(|| "–".into(), |now| format!("{now:.3}"));
        ui.label(RichText::new(text).monospace().color(palette.side(side)));
        ui.add_space(space::XS);
    }
}
