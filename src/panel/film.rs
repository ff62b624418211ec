//! Films of the run: what is being marked, and what is being made.

use super::{
    Command, Desk, Request,
    theme::{self, space},
    widgets, words,
};
use crate::view::Palette;
use egui::{
    Align2, Area, Color32, Context, Id, Order, Popup, PopupCloseBehavior, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, vec2,
};

/// What a film is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FilmKind {
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Whether the strength and the plots are part of it.
    pub panel: bool,
    /// The ending of its file.
    pub ending: &'static str,
}

impl Default for FilmKind {
    fn default() -> Self {
        Self { size: (1920, 1080), panel: false, ending: "mp4" }
    }
}

/// The sizes that are offered.
const SIZES: [(&str, &str, (u32, u32)); 6] = [
    ("For lectures", "mp4", (1920, 1080)),
    ("Small", "mp4", (1280, 720)),
    ("Large", "mp4", (3840, 2160)),
    ("Square", "mp4", (1080, 1080)),
    ("Tall", "mp4", (1080, 1920)),
    ("GIF", "gif", (640, 360)),
];

/// A film that is being made.
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// Its number.
    pub id: usize,
    /// The name of its file.
    pub name: String,
    /// How much of it is done, of 1.
    pub part: f32,
}

/// The red of recording.
pub fn red(palette: &Palette) -> Color32 {
    theme::mix(palette.danger, Color32::from_rgb(226, 48, 48), 0.75)
}

/// How long the film is that is being marked, as it will be shown.
fn length(desk: &Desk) -> Option<String> {
    let from = desk.marking?;
    let seconds = desk.standing.step.saturating_sub(from) as f32 / desk.scene.speed;
    Some(format!("{}:{:04.1}", (seconds / 60.0) as u32, seconds % 60.0))
}

/// The button that begins and ends to mark a part of the run, with a menu of what the film is to be.
pub fn button(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let side = widgets::ICON;
    let told = length(desk);
    let width = if told.is_some() { side + 50.0 } else { side };
    let (rect, response) = ui.allocate_exact_size(vec2(width, side), Sense::click());
    let on = told.is_some();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, ui.is_enabled(), on, Command::Record.text()));
    widgets::plate(ui, palette, &response, rect, on);
    dot(ui, palette, Rect::from_min_size(rect.min, vec2(side, side)), on);
    if let Some(told) = &told {
        let font = egui::TextStyle::Monospace.resolve(ui.style());
        ui.painter().text(rect.left_center() + vec2(side - 2.0, 0.0), Align2::LEFT_CENTER, told, font, palette.ink);
    }
    if response.clicked() {
        desk.command(Command::Record);
    }
    let menu = Popup::context_menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    menu.show(|ui| kinds(ui, desk));
    response.on_hover_ui(|ui| {
        widgets::command_tooltip(ui, Command::Record);
        let FilmKind { size, ending, .. } = desk.film;
        let kind = format!("{} × {}, {ending}. Right click for other kinds", size.0, size.1);
        ui.label(egui::RichText::new(kind).small().weak());
    });
}

/// The dot of recording: full while it is on.
fn dot(ui: &Ui, palette: &Palette, rect: Rect, on: bool) {
    let centre = rect.center();
    ui.painter().circle_stroke(centre, 8.0, Stroke::new(1.5, if on { red(palette) } else { palette.ink }));
    ui.painter().circle_filled(centre, 5.0, red(palette));
}

fn kinds(ui: &mut Ui, desk: &mut Desk) {
    ui.set_min_width(200.0);
    ui.label(theme::strong("Film"));
    for (name, ending, size) in SIZES {
        let on = desk.film.size == size && desk.film.ending == ending;
        if ui.selectable_label(on, format!("{name}  {} × {}", size.0, size.1)).clicked() {
            desk.film = FilmKind { size, ending, ..desk.film };
        }
    }
    ui.checkbox(&mut desk.film.panel, "With strength and plots");
}

/// The films that are being made, as one part of a bar: how far, and a way to give them up.
pub fn progress(ui: &mut Ui, desk: &mut Desk) {
    if desk.films.is_empty() {
        return;
    }
    let palette = Palette::of(desk.look.theme);
    let part = desk.films.iter().map(|film| film.part).sum::<f32>() / desk.films.len() as f32;
    let (rect, response) = ui.allocate_exact_size(vec2(86.0, widgets::ICON), Sense::click());
    let told = format!("Film {:.0} %", 100.0 * part);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &told));
    widgets::plate(ui, palette, &response, rect, false);
    let small = egui::TextStyle::Small.resolve(ui.style());
    ui.painter().text(rect.center() - vec2(0.0, 5.0), Align2::CENTER_CENTER, &told, small, palette.ink);
    let track = Rect::from_center_size(rect.center() + vec2(0.0, 8.0), vec2(rect.width() - 2.0 * space::S, 3.0));
    ui.painter().rect_filled(track, 1.5, theme::mix(palette.raised, palette.ink, 0.2));
    let done = Rect::from_min_size(track.min, vec2(track.width() * part, track.height()));
    ui.painter().rect_filled(done, 1.5, red(palette));
    Popup::menu(&response).show(|ui| {
        ui.set_min_width(220.0);
        for film in &desk.films {
            ui.horizontal(|ui| {
                ui.label(format!("{}, {:.0} %", film.name, 100.0 * film.part));
                if ui.button("Give up").clicked() {
                    desk.requests.push(Request::CancelFilm(film.id));
                }
            });
        }
    });
    response.on_hover_text("Films that are being made, while you play on");
    ui.ctx().request_repaint_after_secs(0.2);
}

/// Says over a window without bars that a part of the run is being marked.
pub fn sign(ctx: &Context, desk: &Desk) {
    let Some(told) = length(desk) else { return };
    let palette = Palette::of(desk.look.theme);
    let area = Area::new(Id::new("recording")).order(Order::Foreground).anchor(Align2::RIGHT_TOP, vec2(-space::L, space::L));
    area.interactable(false).show(ctx, |ui| {
        ui.horizontal(|ui| {
            let (rect, _) = ui.allocate_exact_size(vec2(20.0, 20.0), Sense::hover());
            dot(ui, palette, rect, true);
            ui.label(egui::RichText::new(words::short(&told)).monospace().color(palette.ink));
        });
    });
}
