//! Messages that stay for a moment.

use super::theme::{self, space};
use crate::view::Palette;
use egui::{Align2, Area, Context, CornerRadius, Frame, Id, Margin, Order, Stroke, vec2};
use egui_phosphor::regular as icon;

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something worth knowing.
    Info,
    /// Something was done.
    Success,
    /// Something could not be done.
    Error,
}

impl Level {
    /// How long it is shown, in seconds; what went wrong must be read.
    fn seconds(self) -> f32 {
        match self {
            Self::Info | Self::Success => 4.0,
            Self::Error => 12.0,
        }
    }
}

struct Toast {
    level: Level,
    text: String,
    left: f32,
}

/// The messages that are shown.
#[derive(Default)]
pub struct Toasts(Vec<Toast>);

/// They leave the timeline free, in points.
const ABOVE: f32 = 48.0;
/// Messages shown at once.
const MOST: usize = 4;

impl Toasts {
    pub fn add(&mut self, level: Level, text: String) {
        self.0.retain(|toast| toast.text != text);
        self.0.push(Toast { level, text, left: level.seconds() });
        if self.0.len() > MOST {
            self.0.remove(0);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (Level, &str)> {
        self.0.iter().map(|toast| (toast.level, toast.text.as_str()))
    }

    /// Shows them above the lower edge, a click dismisses one.
    pub fn show(&mut self, ctx: &Context, palette: &Palette) {
        if self.0.is_empty() {
            return;
        }
        let past = ctx.input(|input| input.stable_dt.min(0.1));
        let area =
            Area::new(Id::new("messages")).order(Order::Tooltip).anchor(Align2::CENTER_BOTTOM, vec2(0.0, -(space::XL + ABOVE)));
        area.show(ctx, |ui| {
            ui.set_max_width(ui.ctx().content_rect().width().min(640.0));
            ui.with_layout(egui::Layout::top_down(egui::Align::Center), |ui| {
                self.0.retain_mut(|toast| {
                    let (sign, colour) = match toast.level {
                        Level::Info => (icon::INFO, palette.accent),
                        Level::Success => (icon::CHECK_CIRCLE, palette.success),
                        Level::Error => (icon::WARNING_CIRCLE, palette.danger),
                    };
                    let frame = Frame::NONE
                        .fill(palette.raised)
                        .stroke(Stroke::new(1.0, palette.line))
                        .corner_radius(CornerRadius::same(theme::CORNER))
                        .shadow(ui.visuals().popup_shadow)
                        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8));
                    let shown = frame.show(ui, |ui| {
                        ui.horizontal(|ui| {
                            ui.label(theme::icon_text(sign).color(colour).size(theme::SIZES[2]));
                            ui.label(&toast.text);
                        });
                    });
                    let response = shown.response.interact(egui::Sense::click());
                    if !response.hovered() {
                        toast.left -= past;
                    }
                    toast.left > 0.0 && !response.clicked()
                });
            });
        });
        ctx.request_repaint_after_secs(0.1);
    }
}
