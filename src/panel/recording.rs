//! A recording of an event camera, played beside the run.

use super::{
    Desk, event_view,
    theme::{self, space},
    widgets, words,
};
use crate::{
    error::Result,
    events::{Played, Player},
    view::Palette,
};
use egui::{Align, Layout, Margin, Panel, RichText, ScrollArea, Slider, TextureHandle, Ui};
use egui_phosphor::regular as icon;
use std::path::Path;

/// Width of the panel.
const WIDTH: f32 = 520.0;
/// Speeds at which it may be played, over that of the recording.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.001..=100.0;

/// A recording, and its image.
pub struct Recording {
    player: Player,
    name: String,
    speed: f64,
    texture: Option<TextureHandle>,
}

impl Recording {
    /// Opens a recording and plays it.
    ///
    /// # Errors
    /// Where it is none, or cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { player: Player::open(path)?, name, speed: 1.0, texture: None })
    }
}

/// Shows the recording's panel, where there is one.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let theme = desk.look.theme;
    let palette = Palette::of(theme);
    let Some(recording) = &mut desk.recording else { return };
    let played = recording.player.played();
    event_view::paint(ui, &mut recording.texture, &played.sight, theme);
    let mut closed = false;
    let panel = Panel::right("recording").resizable(true).default_size(WIDTH).size_range(280.0..=1600.0);
    let frame = egui::Frame::NONE.fill(palette.surface).inner_margin(Margin::same(space::M as i8));
    panel.frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(theme::strong(&recording.name));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                closed = widgets::icon_button(ui, palette, icon::X, "Close the recording", false).clicked();
                event_view::key(ui);
            });
        });
        // The controls have their place below, in a low window too.
        let tallest = 0.66 * ui.available_height();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if let Some(texture) = &recording.texture {
                event_view::image(ui, texture, &played.sight, tallest);
            }
            controls(ui, recording, &played, palette);
            event_view::rates(ui, &played.sight, ["events", "noise"], palette);
        });
    });
    if closed {
        desk.recording = None;
    }
}

/// Play, hold, begin again, speed; where it stands, and why it goes no further.
fn controls(ui: &mut Ui, recording: &mut Recording, played: &Played, palette: &Palette) {
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, palette, icon::ARROW_COUNTER_CLOCKWISE, "From the beginning", false).clicked() {
            recording.player.rewind();
        }
        let (sign, name) =
            if played.playing { (icon::PAUSE, "Hold the recording") } else { (icon::PLAY, "Play the recording") };
        if widgets::icon_button(ui, palette, sign, name, false).clicked() {
            recording.player.set_playing(!played.playing);
        }
        let slider = Slider::new(&mut recording.speed, SPEEDS).logarithmic(true).suffix(" ×").max_decimals(3);
        ui.spacing_mut().slider_width = (ui.available_width() - 90.0).clamp(40.0, 160.0);
        if ui.add(slider).on_hover_text("Speed, over that of the recording").changed() {
            recording.player.set_speed(recording.speed);
        }
    });
    let [width, height] = played.sight.size;
    let state = if played.ended && played.error.is_none() { ", its end" } else { "" };
    let events = words::whole(played.events);
    let told = format!("{:.3} s{state} · {events} events · {width} × {height} pixels", played.sight.time);
    ui.label(RichText::new(told).small().color(palette.muted));
    if let Some(error) = &played.error {
        ui.label(RichText::new(error.to_string()).color(palette.danger));
    }
    ui.add_space(space::XS);
}
