//! One instrument: its name, what it reads, and its chart.

use super::{
    Desk,
    chart_view::{self, View},
    compare, graph,
    sight::{Form, Sight},
    theme::{self, space},
    words,
};
use crate::{
    chart::{Chart, Layer},
    measures::{Instrument, Tells},
    scene::typographic,
    view::Palette,
};
use egui::{Align, Layout, Response, RichText, Ui};

/// Shows an instrument over the whole width, with a line of title.
pub fn show(ui: &mut Ui, desk: &mut Desk, instrument: &'static Instrument, height: f32) -> Response {
    show_beside(ui, desk, instrument, height, 0.0)
}

/// The same with so much room at the end of the title.
pub fn show_beside(ui: &mut Ui, desk: &mut Desk, instrument: &'static Instrument, height: f32, room: f32) -> Response {
    let palette = Palette::of(desk.look.theme);
    let mut sight = desk.sights.remove(instrument.name).unwrap_or_default();
    if let Form::Against(other) = sight.form
        && !desk.plots.iter().any(|plotted| plotted.name == other.name)
    {
        sight.turn(Form::Time);
    }
    let chart = graph::chart(desk, instrument, &sight);
    let top = ui.cursor().top();
    let title = title(ui, desk, palette, instrument, &sight, &chart, room);
    let height = (height - (ui.cursor().top() - top)).max(60.0);
    let in_time = matches!(sight.form, Form::Time);
    let view = View {
        id: instrument.name,
        chart: &chart,
        palette,
        theme: desk.look.theme,
        height,
        unit: if in_time { graph::unit(desk) } else { "" },
        falling: false,
        here: here(desk).filter(|_| in_time && desk.standing.is_past()),
        pins: true,
    };
    let plot = chart_view::show(ui, &view, &mut sight).response;
    desk.sights.insert(instrument.name, sight);
    let series = desk.history.series(instrument.name);
    let told = series.and_then(|series| series.at(desk.here())).map_or_else(|| "no readings".into(), words::number);
    plot.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Image, true, format!("Plot of {}, now {told}", instrument.name))
    });
    title.union(plot)
}

/// Where the run stands along the axis of time.
fn here(desk: &Desk) -> Option<f64> {
    let step = desk.here();
    if desk.frame.time_unit.is_empty() { Some(step as f64) } else { desk.history.time(step) }
}

/// Name and symbol, and mean and standard deviation (σ) over what is shown, since something was last done to the run: before
/// and after a change are two things.
fn title(
    ui: &mut Ui,
    desk: &Desk,
    palette: &Palette,
    instrument: &Instrument,
    sight: &Sight,
    chart: &Chart,
    room: f32,
) -> Response {
    let from = graph::first_step(desk);
    let changed = desk.history.last().and_then(|(step, _)| desk.history.last_mark(step)).filter(|step| *step > from);
    let since = changed.unwrap_or(from);
    let numbers = instrument.tells == Tells::Number;
    let summary = desk.history.series(instrument.name).and_then(|series| series.summary(since));
    let name = words::label(instrument.name);
    let (name, beside) = match graph::form(desk, instrument, sight) {
        Form::Against(other) => (format!("{name} against {}", words::label(other.name).to_lowercase()), ""),
        Form::Spread => (format!("{name}, how often"), ""),
        Form::Now => (format!("{name} now"), instrument.symbol),
        Form::Time => (name, instrument.symbol),
    };
    let unit = graph::measured_in(desk, instrument);
    let comma = if beside.is_empty() || unit.is_empty() { "" } else { ", " };
    let beside = if matches!(sight.form, Form::Against(_)) { String::new() } else { format!("{beside}{comma}{unit}") };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let tip = |ui: &mut Ui| {
            ui.label(theme::strong(words::label(instrument.name)));
            ui.label(words::short(instrument.definition));
        };
        ui.add(egui::Label::new(theme::strong(name)).sense(egui::Sense::click())).on_hover_ui(tip);
        ui.label(RichText::new(beside).color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(room);
            if matches!(chart.layers.first(), Some(Layer::Cells { .. })) {
                chart_view::legend(ui, palette, desk.look.theme, chart);
            } else if numbers && desk.beside.is_some() {
                compare::readings(ui, desk, instrument);
            } else if numbers && !matches!(sight.form, Form::Against(_)) {
                let text = summary.map_or_else(
                    || "no readings yet".into(),
                    |(mean, spread)| {
                        // Four figures of the mean are enough, and leave room for what is measured.
                        let decimals = if mean.abs() < 10.0 {
                            3
                        } else if mean.abs() < 100.0 {
                            2
                        } else {
                            1
                        };
                        typographic(&format!("{mean:.decimals$}, σ {spread:.decimals$}"))
                    },
                );
                let label = ui.label(RichText::new(text).monospace().color(palette.ink));
                let over = match changed {
                    Some(step) => format!("since the last change, at step {}", words::whole(step)),
                    None => "of what is shown".into(),
                };
                label.on_hover_text(format!("Mean and standard deviation {over}"));
            }
        });
    })
    .response
}
