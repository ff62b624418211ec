//! The bar on top: which scene, how it runs, where it stands, and what to do with it.

use super::{Command, Desk, Speed, desk::Level, film, perform, theme::space, widgets, words};
use crate::view::Palette;
use egui::{Align, Align2, Frame, Layout, Margin, Panel, Sense, TextStyle, Ui, WidgetInfo, WidgetType, vec2};
use egui_phosphor::regular as icon;

/// Height of the bar.
pub const HEIGHT: f32 = 52.0;

/// Shows the bar.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let frame = Frame::NONE.fill(palette.surface).inner_margin(Margin::symmetric(space::S as i8, 0));
    Panel::top("top bar").exact_size(HEIGHT).frame(frame).show(ui, |ui| {
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            scene(ui, desk, palette);
            gap(ui, palette);
            for command in [Command::Restart, Command::PlayPause, Command::Step] {
                widgets::command_button(ui, desk, command);
            }
            ui.add_space(space::XS);
            speed(ui, desk, palette);
            gap(ui, palette);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                let buttons = [
                    Command::Commands,
                    Command::Theme,
                    Command::Plots,
                    Command::Explanation,
                    Command::Present,
                    Command::CopyScene,
                    Command::Still,
                ];
                for command in buttons {
                    widgets::command_button(ui, desk, command);
                }
                film::button(ui, desk);
                gap(ui, palette);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| numbers(ui, desk, palette));
            });
        });
    });
}

/// A hair line between groups of the bar.
fn gap(ui: &mut Ui, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(2.0 * space::S + 1.0, 28.0), Sense::hover());
    ui.painter().vline(rect.center().x, rect.y_range(), (1.0, palette.line));
}

/// The name of the scene, which opens the gallery.
fn scene(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    // In a window of some width the longest title of the gallery is not cut.
    let width = match ui.ctx().content_rect().width() {
        ..1100.0 => 150.0,
        ..1400.0 => 204.0,
        _ => 288.0,
    };
    let (rect, response) = ui.allocate_exact_size(vec2(width, 40.0), Sense::click());
    let title = desk.title().to_owned();
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, desk.gallery, format!("Gallery, open {title}")));
    widgets::plate(ui, palette, &response, rect, desk.gallery);
    let painter = ui.painter_at(rect);
    let icon_at = rect.left_center() + vec2(space::S, 0.0);
    painter.text(icon_at, Align2::LEFT_CENTER, icon::SQUARES_FOUR, super::theme::icon(ui, 20.0), palette.accent);
    let caret = rect.right_center() - vec2(space::S, 0.0);
    painter.text(caret, Align2::RIGHT_CENTER, icon::CARET_DOWN, super::theme::icon(ui, 14.0), palette.muted);
    let text_width = rect.width() - 36.0 - 26.0;
    let line = |text: &str, style: TextStyle, colour| {
        let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), style.resolve(ui.style()), colour);
        job.wrap = egui::text::TextWrapping::truncate_at_width(text_width);
        ui.painter().layout_job(job)
    };
    let name = line(&title, super::theme::named(super::theme::STRONG), palette.ink);
    let model = line(desk.model.title(), TextStyle::Small, palette.muted);
    let same = title == desk.model.title();
    let x = rect.left() + 36.0;
    let y = if same { rect.center().y - name.size().y / 2.0 } else { rect.center().y - name.size().y + 2.0 };
    painter.galley(egui::pos2(x, y), name, palette.ink);
    if !same {
        painter.galley(egui::pos2(x, rect.center().y + 1.0), model, palette.muted);
    }
    if response.clicked() {
        desk.command(Command::Gallery);
    }
    response.on_hover_ui(|ui| {
        ui.label(super::theme::strong(&title));
        if !desk.scene.about.is_empty() {
            ui.label(words::short(&desk.scene.about));
        }
        widgets::command_tooltip(ui, Command::Gallery);
    });
}

/// The speed as a slider, and the button for no limit.
fn speed(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let (low, high) = Speed::RANGE;
    let fastest = desk.speed == Speed::Fastest;
    let shown = match desk.speed {
        Speed::PerSecond(speed) => f64::from(speed),
        Speed::Fastest => f64::from(high),
    };
    let slider = super::slider::Slider {
        name: "Speed",
        left: low.into(),
        right: high.into(),
        log: true,
        whole: false,
        marks: &[],
        handle: 7.0,
    };
    let mut slid = shown;
    let (rect, _) = ui.allocate_exact_size(vec2(104.0, 40.0), Sense::hover());
    let mut below = ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(Layout::top_down(Align::Min)));
    below.spacing_mut().item_spacing.y = 0.0;
    below.add_space(1.0);
    let small = TextStyle::Small.resolve(ui.style());
    let text = if fastest { "No limit".to_owned() } else { format!("{} steps/s", words::number(shown)) };
    ui.painter().text(rect.left_top() + vec2(7.0, 3.0), Align2::LEFT_TOP, text, small, palette.muted);
    below.add_space(18.0);
    let response = slider.show(&mut below, palette, &mut slid).on_hover_text("Speed, steps per second");
    if response.double_clicked() {
        perform::speed(desk, Speed::PerSecond(desk.scene.speed));
    } else if response.changed() {
        perform::speed(desk, Speed::PerSecond(slid as f32));
    }
    widgets::command_button(ui, desk, Command::Fastest);
}

/// Where the run stands and how the machine keeps up. What does not fit is left out, the least telling first.
fn numbers(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let frame = desk.frame.clone();
    let time = if frame.time_unit.is_empty() { "Time".to_owned() } else { format!("Time, {}", frame.time_unit) };
    let rate = |rate: f32| if rate >= 100.0 { words::whole(rate as u64) } else { format!("{rate:.0}") };
    let mut shown = vec![
        (0, "Step", words::whole(frame.step), 72.0, "How many steps the run has taken".into()),
        (1, "Agents", words::whole(frame.agents as u64), 66.0, "How many agents there are".into()),
        (3, "Steps/s", rate(desk.status.steps_per_second), 52.0, "Steps of the run in the last second".into()),
        (4, "Frames/s", rate(desk.status.frames_per_second), 54.0, "Pictures on the screen in the last second".into()),
    ];
    if let Some(bytes) = desk.status.memory {
        let tip = format!(
            "Memory that the program takes; the past of the run has {} of it",
            words::bytes(desk.standing.bytes as u64)
        );
        shown.push((5, "Memory", words::bytes(bytes), 52.0, tip));
    }
    // Where a step is the unit of time, the step says it all.
    if frame.time != frame.step as f64 {
        let digits = if frame.time < 1000.0 { 2 } else { 0 };
        shown.insert(1, (2, time.as_str(), format!("{:.digits$}", frame.time), 60.0, "Time in the model".into()));
    }
    // A caption of many letters has the width that it needs.
    let small = TextStyle::Small.resolve(ui.style());
    for (_, caption, _, width, _) in &mut shown {
        *width = f32::max(*width, ui.painter().layout_no_wrap((*caption).to_owned(), small.clone(), palette.muted).size().x);
    }
    const SEED: f32 = 44.0 + widgets::ICON;
    let mut left = ui.available_width() - SEED;
    let mut order: Vec<usize> = (0..shown.len()).collect();
    order.sort_by_key(|at| shown[*at].0);
    let mut fits = vec![false; shown.len()];
    for at in order {
        left -= shown[at].3 + space::S;
        fits[at] = left >= 0.0;
    }
    ui.spacing_mut().item_spacing.x = space::S;
    for (at, (_, caption, value, width, tip)) in shown.iter().enumerate() {
        if fits[at] {
            widgets::readout(ui, palette, caption, value, *width).on_hover_text(tip);
        }
    }
    if ui.available_width() >= SEED {
        ui.spacing_mut().item_spacing.x = 0.0;
        let seed = desk.seed.to_string();
        let response = widgets::readout(ui, palette, "Seed", &seed, 44.0).on_hover_text("Seed of all chance. Click to copy");
        if response.clicked() {
            desk.copied = Some(seed);
            desk.tell(Level::Success, "Seed copied");
        }
        widgets::command_button(ui, desk, Command::NewSeed);
    }
}
