//! A run that an earlier window left behind, offered back.

use super::{
    Desk, Request,
    theme::{self, space},
    words,
};
use crate::view::Palette;
use egui::{Align, Frame, Layout, Margin, Panel, RichText, Ui};
use std::time::Duration;

/// A run that an earlier window left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What stood above its picture.
    pub title: String,
    /// How many steps it has.
    pub steps: u64,
    /// How long ago it was left.
    pub since: Duration,
}

/// Offers it in a bar under the top one.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let Some(found) = desk.found.clone() else { return };
    let palette = Palette::of(desk.look.theme);
    let margin = Margin::symmetric(space::L as i8, space::S as i8);
    let frame = Frame::NONE.fill(theme::mix(palette.surface, palette.accent, 0.12)).inner_margin(margin);
    let mut answer = None;
    Panel::top("recovery").resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(theme::icon_text(egui_phosphor::regular::CLOCK_COUNTER_CLOCKWISE).color(palette.accent));
            ui.label(theme::strong(&found.title));
            let told = format!("was not closed {}, at step {}", words::ago(found.since), words::whole(found.steps));
            ui.label(RichText::new(told).color(palette.ink));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if ui.button("Forget it").clicked() {
                    answer = Some(false);
                }
                if ui.button("Go on with it").clicked() {
                    answer = Some(true);
                }
            });
        });
    });
    if let Some(wanted) = answer {
        desk.requests.push(Request::Recover(wanted));
    }
}
