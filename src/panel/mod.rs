//! The panel: what a person sees of a run, and turns. It is made of `egui` alone.
//!
//! A [`Desk`] holds all that is shown. [`show`] draws it and collects what the person asks for as [`Request`]s; whoever
//! drives the simulation carries them out and tells the desk what came of them: [`Desk::receive`] for frames,
//! [`History::record`] for readings, [`History::mark`] for the journal, [`Desk::open`] and [`Desk::begin`] for runs.
//!
//! Controls are made from the descriptions of parameters alone, so that a model needs no line here.

#![allow(clippy::disallowed_methods, reason = "what the panel computes is seen, never fed back into a run")]

mod card;
mod chart_view;
mod clip;
mod command;
mod command_palette;
mod compare;
mod controls;
mod desk;
mod event_view;
mod explanation;
mod facts;
mod film;
mod gallery;
mod graph;
mod history;
mod inspector;
mod key_list;
mod keyboard;
mod look;
mod offer;
mod parameter;
mod perform;
mod phase_map;
mod picture;
mod plot;
mod plot_menu;
mod plots;
mod present;
mod recording;
mod recovery;
mod request;
mod series;
mod sight;
mod slider;
mod story;
mod strength;
mod teach;
#[cfg(test)]
mod tests;
mod theme;
mod thinned;
mod timeline;
mod toasts;
mod top_bar;
mod visited;
mod widgets;
mod words;

pub use clip::{Card, card, plots, words as story_words};
pub use command::Command;
pub use compare::Beside;
pub use desk::{Desk, Level, Mode, Overlay, Status, Window};
pub use film::{Film, FilmKind};
pub use history::{History, Mark};
pub use offer::Offer;
pub use phase_map::PhaseMap;
pub use picture::PictureArea;
pub use recording::Recording;
pub use recovery::Found;
pub use request::{Request, Speed, Turn};
pub use series::{Bucket, Curve, Series};
pub use story::Told;
pub use timeline::{Fork, Standing};

use crate::{scene::Theme, view::Palette};
use egui::{CentralPanel, Context, Frame, Id, LayerId, TextureId, Ui, UiBuilder};

/// Gives a context the fonts of the panel. Once, before the first [`show`].
pub fn prepare(ctx: &Context) {
    ctx.set_fonts(crate::view::fonts());
}

/// Draws the panel over the whole window, with the picture (a texture of the size that the last call gave) in its
/// place, and collects what the person asks for in [`Desk::requests`].
pub fn show(ctx: &Context, desk: &mut Desk, picture: Option<TextureId>) -> PictureArea {
    dress(ctx, desk);
    let whole = UiBuilder::new().layer_id(LayerId::background()).max_rect(ctx.content_rect());
    let ui = &mut Ui::new(ctx.clone(), Id::new("panel"), whole);
    keyboard::listen(ui, desk);
    let area = match desk.mode {
        Mode::Explore => explore(ui, desk, picture),
        Mode::Teach => teach::show(ui, desk, picture),
        Mode::Present => present::show(ui, desk, picture),
        Mode::Picture => picture::show(ui, desk, picture, 1.0),
    };
    let close = match desk.overlay {
        Some(Overlay::Keys) => key_list::show(ui),
        Some(Overlay::Commands) => command_palette::show(ui, desk),
        Some(Overlay::Compare) => compare::show(ui, desk),
        None => false,
    };
    if close {
        desk.overlay = None;
    }
    if desk.mode != Mode::Explore {
        film::sign(ui.ctx(), desk);
    }
    desk.toasts.show(ui.ctx(), Palette::of(desk.look.theme));
    if let Some(text) = desk.copied.take() {
        ui.ctx().copy_text(text);
    }
    area
}

fn explore(ui: &mut Ui, desk: &mut Desk, texture: Option<TextureId>) -> PictureArea {
    top_bar::show(ui, desk);
    recovery::show(ui, desk);
    if desk.gallery {
        gallery::show(ui, desk);
    } else if ui.ctx().content_rect().width() >= 560.0 {
        controls::show(ui, desk);
    }
    plots::show(ui, desk);
    event_view::show(ui, desk);
    recording::show(ui, desk);
    timeline::show(ui, desk);
    story::strip(ui, desk);
    CentralPanel::default().frame(Frame::NONE).show(ui, |ui| picture::show(ui, desk, texture, 1.0)).inner
}

/// Gives the window its look when the theme or the fonts have changed.
fn dress(ctx: &Context, desk: &mut Desk) {
    let theme: Theme = desk.look.theme;
    let dressed = (theme, theme::has_fonts(ctx));
    if desk.styled != Some(dressed) {
        theme::apply(ctx, theme);
        desk.styled = Some(dressed);
    }
}
