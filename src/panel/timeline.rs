//! The timeline: how far the run has gone, what was done to it and when, which ways it has taken, and where it stands.

use super::{
    Command, Desk, Request, film,
    theme::{self, space},
    widgets, words,
};
use crate::view::Palette;
use egui::{
    Align, Frame, Layout, Margin, Panel, Pos2, Rangef, Rect, Response, Sense, Stroke, Ui, WidgetInfo, accesskit, lerp, pos2,
};

/// A branch of a run: a way that it has gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fork {
    /// Its name.
    pub id: usize,
    /// The branch that it left, and the last step that both have.
    pub from: Option<(usize, u64)>,
    /// Its last step.
    pub until: u64,
}

/// Where a run stands, and which ways it has gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The step.
    pub step: u64,
    /// The last step of the branch that is played.
    pub until: u64,
    /// The branch that is played.
    pub branch: usize,
    /// All branches, in the order in which they began.
    pub branches: Vec<Fork>,
    /// The step to which it is on its way.
    pub seeking: Option<u64>,
    /// How many requests for a step have reached it.
    pub sought: u64,
    /// Memory that its past takes, in bytes.
    pub bytes: usize,
    /// Checkpoints of which its past consists.
    pub checkpoints: usize,
}

impl Standing {
    /// Whether it has been further than where it stands.
    pub fn is_past(&self) -> bool {
        self.step < self.until
    }
}

/// Height of the timeline of a run that never branched.
const HEIGHT: f32 = 40.0;
/// Height that each branch adds.
const ROW: f32 = 11.0;
/// The most branches that are seen at once.
const ROWS: usize = 6;
/// Radius of the handle.
const HANDLE: f32 = 6.0;

/// Shows the timeline under the picture.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let rows = desk.standing.branches.len().clamp(1, ROWS) - 1;
    let height = HEIGHT + if rows > 0 { ROW * rows as f32 + space::XS } else { 0.0 };
    let frame = Frame::NONE.fill(palette.surface).inner_margin(Margin::symmetric(space::S as i8, 0));
    Panel::bottom("timeline").exact_size(height).resizable(false).frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for command in [Command::ToStart, Command::Back] {
                widgets::command_button(ui, desk, command);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                film::progress(ui, desk);
                widgets::command_button(ui, desk, Command::AsSeen);
                widgets::command_button(ui, desk, Command::ToEnd);
                track(ui, desk, palette);
            });
        });
    });
}

/// The track, over all that is left.
fn track(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::click_and_drag());
    let standing = desk.standing.clone();
    let rows = Rows::of(&standing, rect);
    let here = desk.here();
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), here as f64, "Timeline"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(0.0);
        node.set_max_numeric_value(standing.until as f64);
        node.add_action(accesskit::Action::SetValue);
    });
    react(ui, desk, &response, &rows);
    if ui.is_rect_visible(rect) {
        paint(ui, desk, palette, &rows, response.has_focus());
    }
    response.on_hover_ui_at_pointer(|ui| tip(ui, desk, &rows));
}

/// Where each branch is drawn.
struct Rows {
    /// The span of all steps.
    x: Rangef,
    /// The last step that is shown.
    until: u64,
    /// Branches with their heights, the one that is played first.
    at: Vec<(Fork, f32)>,
}

impl Rows {
    fn of(standing: &Standing, rect: Rect) -> Self {
        let main = Fork { id: standing.branch, from: None, until: standing.until };
        let played = standing.branches.iter().find(|fork| fork.id == standing.branch).copied().unwrap_or(main);
        // The newest ones are shown where there is no room for all.
        let others = standing.branches.iter().rev().filter(|fork| fork.id != standing.branch).take(ROWS - 1);
        let all: Vec<Fork> = std::iter::once(played).chain(others.copied()).collect();
        let middle = if all.len() == 1 { rect.center().y } else { rect.top() + HEIGHT / 2.0 };
        let until = all.iter().map(|fork| fork.until).max().unwrap_or(0).max(1);
        let at = all.iter().enumerate().map(|(row, fork)| {
            let below = if row == 0 { 0.0 } else { HEIGHT / 2.0 + ROW * (row as f32 - 0.5) };
            (*fork, middle + below)
        });
        Self { x: rect.x_range().shrink(HANDLE + 2.0), until, at: at.collect() }
    }

    fn x(&self, step: u64) -> f32 {
        lerp(self.x.min..=self.x.max, step as f32 / self.until as f32)
    }

    fn step(&self, x: f32) -> u64 {
        let part = ((x - self.x.min) / self.x.span().max(1.0)).clamp(0.0, 1.0);
        (f64::from(part) * self.until as f64).round() as u64
    }

    /// The branch under the pointer, where it is not the one that is played.
    fn branch(&self, pointer: Pos2) -> Option<&Fork> {
        let near = self.at[1..].iter().find(|(_, y)| (pointer.y - y).abs() <= ROW / 2.0);
        near.map(|(fork, _)| fork)
    }

    fn of_branch(&self, id: usize) -> Option<f32> {
        self.at.iter().find(|(fork, _)| fork.id == id).map(|(_, y)| *y)
    }
}

fn react(ui: &Ui, desk: &mut Desk, response: &Response, rows: &Rows) {
    let asked = ui.input(|input| {
        let mut values = input.accesskit_action_requests(response.id, accesskit::Action::SetValue);
        values.find_map(|request| match request.data {
            Some(accesskit::ActionData::NumericValue(step)) => Some(step.max(0.0) as u64),
            _ => None,
        })
    });
    if let Some(step) = asked {
        desk.seek(step);
    }
    let Some(pointer) = response.interact_pointer_pos() else {
        if std::mem::take(&mut desk.scrubbing) && desk.playing {
            desk.requests.push(Request::Play(true));
        }
        return;
    };
    if !desk.scrubbing
        && !response.dragged()
        && let Some(fork) = rows.branch(pointer)
    {
        if response.clicked() {
            let step = rows.step(pointer.x).clamp(fork.from.map_or(0, |(_, step)| step), fork.until);
            desk.requests.push(Request::Branch(fork.id));
            desk.requests.push(Request::Seek(step));
        }
        return;
    }
    if !response.is_pointer_button_down_on() {
        return;
    }
    // The run holds while the hand is on it, and goes on from where it was left.
    if !std::mem::replace(&mut desk.scrubbing, true) && desk.playing {
        desk.requests.push(Request::Play(false));
    }
    let step = rows.step(pointer.x).min(desk.standing.until);
    if step != desk.here() {
        desk.seek(step);
    }
}

fn paint(ui: &Ui, desk: &Desk, palette: &Palette, rows: &Rows, focused: bool) {
    let painter = ui.painter();
    let hair = theme::mix(palette.raised, palette.ink, 0.2);
    for (fork, y) in &rows.at[1..] {
        let (from, parent) = fork.from.map_or((0, None), |(parent, step)| (step, rows.of_branch(parent)));
        let stroke = Stroke::new(3.0, hair);
        let start = rows.x(from);
        if let Some(above) = parent {
            painter.line_segment([pos2(start, above), pos2(start, *y)], Stroke::new(1.5, hair));
        }
        painter.line_segment([pos2(start, *y), pos2(rows.x(fork.until).max(start + 3.0), *y)], stroke);
    }
    let (played, y) = rows.at[0];
    if let Some((parent, step)) = played.from
        && let Some(below) = rows.of_branch(parent)
    {
        painter.line_segment([pos2(rows.x(step), y), pos2(rows.x(step), below)], Stroke::new(1.5, hair));
    }
    let here = desk.here();
    let line = |from: f32, to: f32, colour| painter.line_segment([pos2(from, y), pos2(to, y)], Stroke::new(4.0, colour));
    line(rows.x.min, rows.x.max, theme::mix(palette.raised, palette.ink, 0.08));
    line(rows.x.min, rows.x(desk.standing.until), hair);
    line(rows.x.min, rows.x(here), palette.accent.gamma_multiply(0.8));
    if let Some(from) = desk.marking {
        line(rows.x(from.min(here)), rows.x(here), film::red(palette));
    }
    for mark in desk.history.marks() {
        let (from, to) = (rows.x(mark.step), rows.x(mark.until));
        let span = Rect::from_x_y_ranges(from..=to, y - 7.0..=y - 5.0);
        painter.rect_filled(span, 0.0, palette.muted);
        painter.rect_filled(Rect::from_x_y_ranges(from - 1.0..=from + 1.0, y - 10.0..=y - 4.0), 0.0, palette.ink);
    }
    if let Some(step) = desk.bookmark {
        let at = pos2(rows.x(step), y + 10.0);
        painter.text(
            at,
            egui::Align2::CENTER_CENTER,
            egui_phosphor::regular::BOOKMARK_SIMPLE,
            theme::icon(ui, 12.0),
            palette.accent,
        );
    }
    let centre = pos2(rows.x(here), y);
    painter.circle(centre, HANDLE, palette.ink, Stroke::new(2.0, palette.surface));
    if focused {
        painter.circle_stroke(centre, HANDLE + 3.0, Stroke::new(2.0, palette.accent));
    }
}

fn tip(ui: &mut Ui, desk: &Desk, rows: &Rows) {
    let Some(pointer) = ui.input(|input| input.pointer.hover_pos()) else { return };
    let standing = &desk.standing;
    let step = rows.step(pointer.x);
    if let Some(fork) = rows.branch(pointer) {
        let (_, from) = fork.from.unwrap_or_default();
        ui.label(theme::strong(format!("Branch {}", fork.id + 1)));
        ui.label(format!("From step {} to {}", words::whole(from), words::whole(fork.until)));
        if let Some(first) = desk.first_of(fork.id, from) {
            ui.label(format!("Begins with {first}"));
        }
        ui.label(egui::RichText::new("Click to play this one").small().weak());
        return;
    }
    ui.label(theme::strong(format!("Step {}", words::whole(step.min(standing.until)))));
    let width = (rows.until as f32 * 4.0 / rows.x.span().max(1.0)).ceil() as u64;
    for mark in desk.history.marks().filter(|mark| mark.step <= step + width && mark.until + width >= step).take(6) {
        let span = if mark.until > mark.step { format!(" to {}", words::whole(mark.until)) } else { String::new() };
        ui.label(format!("{}{span}: {}", words::whole(mark.step), mark.text));
    }
    let kept = format!("The past takes {} in {} checkpoints", words::bytes(standing.bytes as u64), standing.checkpoints);
    ui.label(egui::RichText::new(kept).small().weak());
}
