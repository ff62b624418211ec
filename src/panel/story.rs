//! The story of a scene: what is said now, and the buttons that go on and back.

use super::{
    Command, Desk,
    theme::{self, space},
    widgets,
};
use crate::{
    scene::{Beat, ViewAction},
    view::Palette,
};
use egui::{Align, Color32, Frame, Label, Layout, Margin, Panel, RichText, ScrollArea, Sense, Ui, UiBuilder, vec2};
use egui_commonmark::CommonMarkViewer;
use egui_phosphor::regular as icon;

/// Where the story is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Told {
    /// It has not begun.
    #[default]
    Before,
    /// At this beat; of a question, before or after the answer.
    At {
        /// The beat, counted from 0.
        beat: usize,
        /// Whether the answer is told.
        revealed: bool,
    },
    /// It has ended.
    Over,
}

impl Told {
    /// What an action of the view track says of it, if anything.
    #[must_use]
    pub fn of(action: &ViewAction) -> Option<Self> {
        match *action {
            ViewAction::Beat { beat: Some(beat), revealed } => Some(Self::At { beat: beat as usize, revealed }),
            ViewAction::Beat { beat: None, .. } => Some(Self::Over),
            _ => None,
        }
    }
}

/// Shows the story in a strip under the picture.
pub fn strip(ui: &mut Ui, desk: &mut Desk) {
    if desk.scene.story.is_empty() || !desk.story_open {
        return;
    }
    let palette = Palette::of(desk.look.theme);
    let margin = Margin::symmetric(space::L as i8, space::S as i8);
    let frame = Frame::NONE.fill(ground(palette)).inner_margin(margin);
    let height = desk.story_height + frame.inner_margin.sum().y;
    Panel::bottom("story").exact_size(height).resizable(false).frame(frame).show(ui, |ui| row(ui, desk));
}

/// Shows the story in a row: what is said, and the buttons at its end.
pub fn row(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let tells = matches!(desk.told, Told::At { .. });
        if !tells && widgets::icon_button(ui, palette, icon::X, "Close story", false).clicked() {
            desk.story_open = false;
        }
        buttons(ui, desk, palette);
        // The panel is as high as the words were when they were last shown.
        let size = vec2(ui.available_width(), ui.available_height());
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        let mut text = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
        words(&mut text, desk, palette);
        let height = text.min_rect().height().max(text.spacing().interact_size.y + 2.0 * space::XS).ceil();
        if height != desk.story_height {
            desk.story_height = height;
            ui.ctx().request_discard("the story has another height");
        }
    });
}

/// Shows the story over all that is left of a column.
pub fn column(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    Panel::bottom("story buttons").resizable(false).frame(Frame::NONE).show_separator_line(false).show(ui, |ui| {
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| buttons(ui, desk, palette));
        });
    });
    ScrollArea::vertical().id_salt("story").auto_shrink(false).show(ui, |ui| words(ui, desk, palette));
}

/// What words stand on.
pub fn ground(palette: &Palette) -> Color32 {
    theme::mix(palette.surface, palette.accent, 0.06)
}

/// What is said now.
pub fn words(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let count = desk.scene.story.len();
    let small = |ui: &mut Ui, text: String| ui.label(RichText::new(text).small().color(palette.muted));
    let Told::At { beat, revealed } = desk.told else {
        let text = if desk.told == Told::Over { "The story has ended".into() } else { format!("A story in {count} parts") };
        ui.horizontal(|ui| {
            ui.label(theme::icon_text(icon::CHALKBOARD_TEACHER).color(palette.accent));
            ui.add(Label::new(text).wrap());
        });
        return;
    };
    let Some(now) = desk.scene.story.get(beat) else { return };
    let asks = !now.ask.is_empty() && !revealed;
    let kind = match (now.ask.is_empty(), asks) {
        (true, _) => "",
        (false, true) => " · what do you think?",
        (false, false) => " · the answer",
    };
    small(ui, format!("{} of {count}{kind}", beat + 1));
    let text = Beat::text(now, revealed).to_owned();
    // There is one weight of type in a paragraph: what is emphasised has the colour of what is active.
    ui.visuals_mut().widgets.active.fg_stroke.color = palette.accent;
    // Lines of a list are as close as those of a paragraph.
    ui.spacing_mut().interact_size.y = ui.text_style_height(&egui::TextStyle::Body);
    ui.push_id(("beat", beat, revealed), |ui| CommonMarkViewer::new().show(ui, &mut desk.markdown, &text));
}

/// Back and on, from the right.
fn buttons(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let last = desk.scene.story.len().saturating_sub(1);
    let on = match desk.told {
        Told::Before => "Begin",
        Told::Over => "Again",
        Told::At { revealed: false, .. } => "Answer",
        Told::At { beat, .. } if beat == last => "End",
        Told::At { .. } => "Next",
    };
    let text = RichText::new(on).text_style(theme::named(theme::STRONG)).color(palette.on_accent);
    let next = ui.add(egui::Button::new(text).fill(palette.accent));
    if next.on_hover_ui(|ui| widgets::command_tooltip(ui, Command::NextBeat)).clicked() {
        desk.command(Command::NextBeat);
    }
    if desk.told != Told::Before
        && ui.button("Back").on_hover_ui(|ui| widgets::command_tooltip(ui, Command::LastBeat)).clicked()
    {
        desk.command(Command::LastBeat);
    }
}
