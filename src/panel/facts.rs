//! A model's facts: what is published, and what this build measures, for anyone to see.

use super::{Desk, theme::space};
use crate::{sim::Fact, verify::Inquiry, view::Palette};
use egui::{RichText, Ui};
use std::time::Duration;

/// How often to look for what was measured meanwhile.
const LOOK: Duration = Duration::from_millis(100);

/// What was measured of the facts of one model, in their order.
#[derive(Default)]
pub struct Facts {
    of: &'static str,
    measured: Vec<Result<f64, String>>,
    inquiry: Option<Inquiry>,
}

impl Facts {
    /// Takes what was measured meanwhile. Of another model than before nothing is known.
    fn keep_up(&mut self, model: &'static str, count: usize) {
        if self.of != model {
            *self = Self { of: model, ..Self::default() };
        }
        if let Some(inquiry) = &self.inquiry {
            self.measured.extend(inquiry.take().map(|measured| measured.map_err(|error| error.to_string())));
            if self.measured.len() >= count {
                self.inquiry = None;
            }
        }
    }
}

/// Shows the facts of the open model, and measures them where that is asked for.
pub fn show(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let model = desk.model;
    let facts = model.facts();
    desk.facts.keep_up(model.name(), facts.len());
    ui.horizontal_wrapped(|ui| {
        let known = desk.facts.measured.len();
        if desk.facts.inquiry.is_some() {
            if ui.button("Stop").clicked() {
                desk.facts.inquiry = None;
            }
            ui.label(RichText::new(format!("measuring {} of {}", known + 1, facts.len())).color(palette.muted));
            ui.ctx().request_repaint_after(LOOK);
        } else {
            let name = if known == 0 { "Measure now" } else { "Measure again" };
            let button = ui.button(name).on_hover_text("Run the simulations of every fact, beside the one that is shown");
            if button.clicked() {
                desk.facts.measured.clear();
                desk.facts.inquiry = Some(Inquiry::begin(&desk.lab, model));
            }
        }
    });
    for (at, fact) in facts.iter().enumerate() {
        if at > 0 {
            ui.separator();
        }
        row(ui, palette, fact, desk.facts.measured.get(at));
    }
}

fn row(ui: &mut Ui, palette: &Palette, fact: &Fact, measured: Option<&Result<f64, String>>) {
    ui.label(fact.claim);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let caption = |text: &str| RichText::new(text).small().color(palette.muted);
        ui.label(caption("expected"));
        ui.label(RichText::new(fact.expected.to_string()).monospace());
        match measured {
            None => {}
            Some(Err(error)) => {
                ui.label(RichText::new(error).small().color(palette.danger));
            }
            Some(Ok(measured)) => {
                let (colour, icon) = if fact.expected.holds(*measured) {
                    (palette.success, egui_phosphor::regular::CHECK)
                } else {
                    (palette.danger, egui_phosphor::regular::X)
                };
                ui.label(caption("measured"));
                ui.label(RichText::new(format!("{measured:.5}")).monospace().color(colour));
                ui.label(RichText::new(icon).color(colour));
            }
        }
    })
    .response
    .on_hover_text(format!("Tolerance: {}", fact.tolerance));
    ui.label(RichText::new(fact.source).small().color(palette.muted));
}
