//! The card of one scene in the gallery.

use super::{
    theme::{self, CORNER, space},
    words,
};
use crate::{scene::Scene, sim::AnyModel, view::Palette};
use egui::{
    Color32, CornerRadius, Rect, Response, RichText, Sense, Stroke, StrokeKind, TextStyle, TextureHandle, Ui, WidgetInfo,
    WidgetType,
    epaint::RectShape,
    pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Height of a picture as a part of its width.
const ASPECT: f32 = 0.56;
/// Height of the text under a picture.
const TEXT: f32 = 97.0;

/// One scene, to be shown.
pub struct Card<'a> {
    /// Its name.
    pub name: &'a str,
    /// The scene.
    pub scene: &'a Scene,
    /// Its model.
    pub model: &'a dyn AnyModel,
    /// Whether it is the one that is open.
    pub open: bool,
    /// Its picture, once there is one.
    pub picture: Option<&'a TextureHandle>,
}

impl Card<'_> {
    fn title(&self) -> &str {
        if self.scene.title.is_empty() { self.model.title() } else { &self.scene.title }
    }

    /// Shows the picture over the text; gives whether it was clicked.
    pub fn show(&self, ui: &mut Ui, palette: &Palette, width: f32) -> bool {
        let picture = vec2(width, (width * ASPECT).round());
        let (rect, response) = ui.allocate_exact_size(picture + vec2(0.0, TEXT), Sense::click());
        let top = Rect::from_min_size(rect.min, picture);
        let text = Rect::from_min_max(top.left_bottom(), rect.max);
        let round = CornerRadius { sw: 0, se: 0, ..CornerRadius::same(CORNER) };
        self.paint(ui, palette, response, rect, (top, round), text)
    }

    /// Shows the picture beside the text, over the whole width; gives whether it was clicked.
    pub fn show_wide(&self, ui: &mut Ui, palette: &Palette, picture: f32) -> bool {
        let picture = vec2(picture, (picture * ASPECT).round());
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), picture.y), Sense::click());
        let left = Rect::from_min_size(rect.min, picture);
        let text = Rect::from_min_max(left.right_top(), rect.max);
        let round = CornerRadius { ne: 0, se: 0, ..CornerRadius::same(CORNER) };
        self.paint(ui, palette, response, rect, (left, round), text)
    }

    fn paint(
        &self,
        ui: &Ui,
        palette: &Palette,
        response: Response,
        rect: Rect,
        (picture, round): (Rect, CornerRadius),
        text: Rect,
    ) -> bool {
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("Open {}", self.title())));
        if ui.is_rect_visible(rect) {
            let fill = if response.hovered() { theme::mix(palette.raised, palette.ink, 0.08) } else { palette.raised };
            ui.painter().rect_filled(rect, CORNER, fill);
            match self.picture {
                Some(texture) => {
                    // The middle of the picture, in the shape of the card.
                    let size = texture.size_vec2();
                    let part = vec2((size.y / ASPECT / size.x).min(1.0), (size.x * ASPECT / size.y).min(1.0));
                    let seen = Rect::from_center_size(pos2(0.5, 0.5), part);
                    ui.painter().add(RectShape::filled(picture, round, Color32::WHITE).with_texture(texture.id(), seen));
                }
                None => sketch(ui, palette, picture, round, self.name),
            }
            self.write(ui, palette, text.shrink2(vec2(space::S, 6.0)));
            let edge = if response.has_focus() || self.open { palette.accent } else { Color32::TRANSPARENT };
            ui.painter().rect_stroke(rect, CORNER, Stroke::new(2.0, edge), StrokeKind::Inside);
        }
        let clicked = response.clicked();
        response.on_hover_ui(|ui| {
            ui.label(theme::strong(self.title()));
            ui.label(words::short(&self.scene.about));
            ui.label(RichText::new(words::short(&self.scene.source)).small().weak());
        });
        clicked
    }

    fn write(&self, ui: &Ui, palette: &Palette, text: Rect) {
        let painter = ui.painter().with_clip_rect(text.intersect(ui.clip_rect()));
        let strong = theme::named(theme::STRONG).resolve(ui.style());
        let mut title = LayoutJob::simple_singleline(self.title().to_owned(), strong, palette.ink);
        title.wrap = TextWrapping::truncate_at_width(text.width());
        let title = painter.layout_job(title);
        let below = title.size().y + 2.0;
        painter.galley(text.min, title, palette.ink);
        let small = TextStyle::Small.resolve(ui.style());
        let about = if self.scene.about.is_empty() { self.model.source() } else { self.scene.about.clone() };
        let mut about = LayoutJob::simple(words::short(&about), small.clone(), palette.muted, text.width());
        about.wrap.max_rows = ((text.height() - below) / (small.size * 1.25)).max(1.0) as usize;
        painter.galley(text.min + vec2(0.0, below), painter.layout_job(about), palette.muted);
    }
}

/// Stands in for the picture of a scene until there is one: darts that share more or less of one direction.
fn sketch(ui: &Ui, palette: &Palette, rect: Rect, round: CornerRadius, name: &str) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, round, theme::mix(palette.background, palette.accent, 0.05));
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
