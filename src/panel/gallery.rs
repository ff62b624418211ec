//! The gallery: every scene as a card, by model, to be searched.

use super::{
    Command, Desk, Request,
    theme::{self, CORNER, space},
    widgets, words,
};
use crate::view::Palette;
use crate::{scene::Scene, sim::AnyModel};
use egui::{
    Align, Color32, Frame, Key, Layout, Margin, Panel, Rect, RichText, ScrollArea, Sense, Stroke, TextEdit, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Width of the gallery, which stands in the place of the controls.
pub const WIDTH: f32 = 432.0;

/// Shows the gallery.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let width = WIDTH.min(ui.ctx().content_rect().width() * 0.45);
    let panel = Panel::left("gallery").resizable(false).exact_size(width).frame(Frame::NONE.fill(palette.surface));
    panel.show(ui, |ui| {
        Frame::NONE.inner_margin(Margin::same(space::M as i8)).show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(RichText::new("Gallery").text_style(theme::named(theme::TITLE)));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if widgets::icon_button(ui, palette, egui_phosphor::regular::X, "Close gallery", false).clicked() {
                        desk.command(Command::Gallery);
                    }
                });
            });
            search(ui, desk);
        });
        let scenes = desk.scenes.clone();
        let found: Vec<&(String, Scene)> = scenes.iter().filter(|(name, scene)| matches(&desk.search, name, scene)).collect();
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let margin = Margin { left: space::M as i8, right: space::M as i8, top: 0, bottom: space::M as i8 };
            Frame::NONE.inner_margin(margin).show(ui, |ui| cards(ui, desk, palette, &found));
        });
    });
}

fn search(ui: &mut Ui, desk: &mut Desk) {
    let field = TextEdit::singleline(&mut desk.search)
        .hint_text("Search scenes")
        .desired_width(f32::INFINITY)
        .margin(Margin::symmetric(8, 6));
    let response = ui.add(field);
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Search scenes"));
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        let scenes = desk.scenes.clone();
        if let Some((name, _)) = scenes.iter().find(|(name, scene)| matches(&desk.search, name, scene)) {
            open(desk, name);
        }
    }
}

/// Whether every word that is sought stands somewhere in a scene.
pub fn matches(sought: &str, name: &str, scene: &Scene) -> bool {
    let all = format!("{name} {} {} {} {}", scene.title, scene.about, scene.model.name, scene.source).to_lowercase();
    sought.to_lowercase().split_whitespace().all(|word| all.contains(word))
}

/// Asks for a scene and closes the gallery.
pub fn open(desk: &mut Desk, name: &str) {
    desk.requests.push(Request::Open(name.to_owned()));
    desk.gallery = false;
    desk.search.clear();
}

fn cards(ui: &mut Ui, desk: &mut Desk, palette: &Palette, found: &[&(String, Scene)]) {
    if found.is_empty() {
        ui.label(RichText::new("No scene has all these words").color(palette.muted));
    }
    let mut from = 0;
    while from < found.len() {
        let model = found[from].1.model.name;
        let until = from + found[from..].iter().take_while(|(_, scene)| scene.model.name == model).count();
        let model = desk.lab.model_of(&found[from].1);
        ui.add_space(space::S);
        ui.label(theme::strong(model.title()));
        let columns = if ui.available_width() > 340.0 { 2 } else { 1 };
        let width = (ui.available_width() - space::M * (columns - 1) as f32) / columns as f32;
        for row in found[from..until].chunks(columns) {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::M;
                for (name, scene) in row {
                    card(ui, desk, palette, name, scene, model, width);
                }
            });
            ui.add_space(space::XS);
        }
        from = until;
    }
}

fn card(ui: &mut Ui, desk: &mut Desk, palette: &Palette, name: &str, scene: &Scene, model: &dyn AnyModel, width: f32) {
    let title = if scene.title.is_empty() { model.title() } else { &scene.title };
    let picture = (width * 0.56).round();
    let (rect, response) = ui.allocate_exact_size(vec2(width, picture + 90.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Open {title}")));
    if ui.is_rect_visible(rect) {
        let here = desk.name == name;
        let fill = if response.hovered() { theme::mix(palette.raised, palette.ink, 0.08) } else { palette.raised };
        ui.painter().rect_filled(rect, CORNER, fill);
        let top = Rect::from_min_size(rect.min, vec2(width, picture));
        match desk.thumbnails.get(name) {
            Some(texture) => {
                let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                let mut shape = egui::epaint::RectShape::filled(top, CORNER, Color32::WHITE);
                shape = shape.with_texture(texture.id(), whole);
                ui.painter().add(shape);
            }
            None => sketch(ui, palette, top, name),
        }
        let text = Rect::from_min_max(top.left_bottom(), rect.max).shrink2(vec2(space::S, 6.0));
        let painter = ui.painter().with_clip_rect(text.intersect(ui.clip_rect()));
        let name_style = theme::named(theme::STRONG).resolve(ui.style());
        let mut job = egui::text::LayoutJob::simple_singleline(title.to_owned(), name_style, palette.ink);
        job.wrap = egui::text::TextWrapping::truncate_at_width(text.width());
        let galley = painter.layout_job(job);
        let below = galley.size().y;
        painter.galley(text.min, galley, palette.ink);
        let small = egui::TextStyle::Small.resolve(ui.style());
        let about = words::short(if scene.about.is_empty() { model.source() } else { &scene.about }).to_owned();
        let mut job = egui::text::LayoutJob::simple(about, small, palette.muted, text.width());
        job.wrap.max_rows = 3;
        let galley = painter.layout_job(job);
        painter.galley(text.min + vec2(0.0, below + 2.0), galley, palette.muted);
        let edge = if response.has_focus() || here { palette.accent } else { Color32::TRANSPARENT };
        ui.painter().rect_stroke(rect, CORNER, Stroke::new(2.0, edge), egui::StrokeKind::Inside);
    }
    let clicked = response.clicked();
    response.on_hover_ui(|ui| {
        ui.label(theme::strong(title));
        ui.label(words::short(&scene.about));
        ui.label(RichText::new(words::short(&scene.source)).small().weak());
    });
    if clicked {
        open(desk, name);
    }
}

/// Stands in for the picture of a scene until there is one: darts that share more or less of one direction.
fn sketch(ui: &Ui, palette: &Palette, rect: Rect, name: &str) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CORNER, theme::mix(palette.background, palette.accent, 0.05));
    let draw = |stream: u32, of: u32| {
        let mut hasher = DefaultHasher::new();
        (name, stream, of).hash(&mut hasher);
        (hasher.finish() >> 40) as f32 / (1u64 << 24) as f32
    };
    let (course, spread) = (draw(0, 0) * std::f32::consts::TAU, 0.3 + 2.2 * draw(1, 0));
    for dart in 0..56 {
        let at =
            pos2(egui::lerp(rect.left()..=rect.right(), draw(2, dart)), egui::lerp(rect.top()..=rect.bottom(), draw(3, dart)));
        let angle = course + spread * (draw(4, dart) + draw(5, dart) - 1.0);
        let along = egui::Vec2::angled(angle) * 6.0;
        let across = along.rot90() * 0.42;
        let colour = theme::mix(palette.muted, palette.accent, draw(6, dart)).gamma_multiply(0.8);
        let shape = vec![at + along, at - along * 0.7 + across, at - along * 0.35, at - along * 0.7 - across];
        painter.add(egui::Shape::convex_polygon(shape, colour, Stroke::NONE));
    }
}
