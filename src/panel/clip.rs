//! What of the panel goes into films: the interaction strength as it was turned, and the plots; and the card at their end.

use super::{
    Desk, compare, dress, plot, story, strength,
    theme::{self, space},
};
use crate::view::Palette;
use egui::{Align, CentralPanel, Context, Frame, Id, LayerId, Layout, Margin, RichText, Ui, UiBuilder};

/// How much larger the words of a story are than type in the panel.
const WORDS: f32 = 1.4;
/// Longest line of words in points.
const LINE: f32 = 960.0;
/// Fewest points of height in which a plot can be read.
const LOWEST: f32 = 110.0;

/// Shows the strength and as many plots as there is room for, one below the other, or side by side where it is wide.
pub fn plots(ctx: &Context, desk: &mut Desk) {
    let ui = &mut page(ctx, desk);
    let palette = Palette::of(desk.look.theme);
    let frame = Frame::NONE.fill(palette.surface).inner_margin(Margin::same(space::L as i8));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        let wide = ui.available_width() > 1.6 * ui.available_height();
        strength::show(ui, desk, 9.0, wide);
        ui.add_space(space::M);
        if desk.beside.is_some() {
            compare::legend(ui, desk);
            ui.add_space(space::M);
        }
        let room = ui.available_size();
        let shown = desk.plots.clone();
        if wide {
            let count = shown.len().min(2);
            ui.columns(count.max(1), |columns| {
                for (ui, instrument) in columns.iter_mut().zip(shown) {
                    plot::show(ui, desk, instrument, room.y);
                }
            });
            return;
        }
        let count = shown.len().min((room.y / LOWEST) as usize).clamp(1, 3);
        let height = (room.y - space::M * count as f32) / count as f32;
        for instrument in shown.into_iter().take(count) {
            plot::show(ui, desk, instrument, height);
            ui.add_space(space::M);
        }
    });
}

/// Shows what the story says now, over a page of any width; gives the height that it takes.
pub fn words(ctx: &Context, desk: &mut Desk) -> f32 {
    let ui = &mut page(ctx, desk);
    let palette = Palette::of(desk.look.theme);
    let margin = Margin::symmetric(space::XL as i8, space::L as i8);
    let frame = Frame::NONE.fill(story::ground(palette)).inner_margin(margin);
    let shown = CentralPanel::default().frame(frame).show(ui, |ui| {
        theme::enlarge(ui, WORDS);
        ui.set_max_width(LINE.min(ui.available_width()));
        // The panel itself is as high as the page.
        ui.vertical(|ui| story::words(ui, desk, palette)).response.rect.height()
    });
    shown.inner + margin.sum().y
}

/// The whole page, in the panel's look.
fn page(ctx: &Context, desk: &mut Desk) -> Ui {
    dress(ctx, desk);
    Ui::new(ctx.clone(), Id::new("film"), UiBuilder::new().layer_id(LayerId::background()).max_rect(ctx.content_rect()))
}

/// What stands at the end of a film.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// The title of the scene.
    pub title: String,
    /// Its published source.
    pub source: String,
    /// Who made the film.
    pub credit: String,
    /// What reopens the scene.
    pub code: String,
}

/// Shows a card over the whole page.
pub fn card(ctx: &Context, desk: &mut Desk, card: &Card) {
    let ui = &mut page(ctx, desk);
    let palette = Palette::of(desk.look.theme);
    let size = ui.ctx().content_rect().size();
    let side = size.x.min(size.y) * 0.08;
    let frame = Frame::NONE.fill(palette.background).inner_margin(Margin::same(side as i8));
    CentralPanel::default().frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.add_space(size.y * 0.24);
            ui.label(RichText::new(&card.title).text_style(theme::named(theme::DISPLAY)).color(palette.ink));
            ui.add_space(space::L);
            for (text, colour) in [(&card.source, palette.muted), (&card.credit, palette.ink)] {
                if !text.is_empty() {
                    ui.label(RichText::new(text).heading().color(colour));
                    ui.add_space(space::M);
                }
            }
            if !card.code.is_empty() {
                ui.add_space(space::XL);
                ui.label(RichText::new("Open it in Flockwork").color(palette.muted));
                ui.label(RichText::new(format!("flockwork {}", card.code)).monospace().size(18.0).color(palette.accent));
            }
        });
    });
}
