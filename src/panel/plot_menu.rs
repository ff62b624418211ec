//! The menu of a plot: in what form, along which axes, and into which file.

use super::{
    Desk, Level, Request, graph,
    sight::{Form, Sight},
    words,
};
use crate::{
    chart::{self, Chart},
    measures::{Instrument, Tells},
};
use egui::Ui;

/// Shows it for the plot at this place of the list.
pub fn show(ui: &mut Ui, desk: &mut Desk, at: usize) {
    ui.set_min_width(190.0);
    let Some(instrument) = desk.plots.get(at).copied() else { return };
    let mut sight = desk.sights.remove(instrument.name).unwrap_or_default();
    forms(ui, desk, instrument, &mut sight);
    ui.separator();
    let chart = graph::chart(desk, instrument, &sight);
    axes(ui, &chart, &mut sight);
    desk.sights.insert(instrument.name, sight.clone());
    ui.separator();
    let series = desk.history.series(instrument.name).filter(|_| instrument.is_a_series());
    let table = match (sight.form, series) {
        (Form::Time, Some(series)) if desk.beside.is_none() => series.csv(graph::first_step(desk)),
        _ => chart.csv(),
    };
    if ui.button("Copy as CSV").clicked() {
        desk.copied = Some(table.clone());
        desk.tell(Level::Success, format!("Readings of {} copied", words::label(instrument.name).to_lowercase()));
    }
    files(ui, desk, instrument.name, || chart.clone(), &table, &sight);
    ui.separator();
    let mut plots = desk.plots.clone();
    if at > 0 && ui.button("Move to top").clicked() {
        let moved = plots.remove(at);
        plots.insert(0, moved);
        desk.set_plots(plots);
    } else if ui.button("Remove").clicked() {
        plots.remove(at);
        desk.set_plots(plots);
    }
}

/// In what form it is shown.
fn forms(ui: &mut Ui, desk: &Desk, instrument: &'static Instrument, sight: &mut Sight) {
    let form = sight.form;
    let mut choice = |ui: &mut Ui, chosen: bool, form: Form, name: &str| {
        if ui.selectable_label(chosen, name).clicked() && !chosen {
            sight.turn(form);
        }
    };
    if instrument.tells != Tells::Number {
        choice(ui, !matches!(form, Form::Now), Form::Time, "In time, as colours");
        choice(ui, matches!(form, Form::Now), Form::Now, "As it is now");
        return;
    }
    choice(ui, matches!(form, Form::Time), Form::Time, "Against time");
    choice(ui, matches!(form, Form::Spread), Form::Spread, "Histogram");
    for other in desk.plots.iter().filter(|other| other.name != instrument.name && other.is_a_series()) {
        let chosen = matches!(form, Form::Against(known) if known.name == other.name);
        choice(ui, chosen, Form::Against(other), &format!("Against {}", words::label(other.name).to_lowercase()));
    }
}

/// Which axes are logarithmic, and how near it is looked at.
fn axes(ui: &mut Ui, chart: &Chart, sight: &mut Sight) {
    let map = matches!(chart.layers.first(), Some(chart::Layer::Cells { .. }));
    ui.add_enabled_ui(!map, |ui| {
        for (log, name) in sight.log.iter_mut().zip(["Logarithmic across", "Logarithmic upwards"]) {
            if ui.checkbox(log, name).changed() {
                sight.zoom = None;
            }
        }
    });
    let whole = ui.add_enabled(sight.zoom.is_some(), egui::Button::new("Show all"));
    if whole
        .on_hover_text("Drag over the plot, or turn the wheel with Ctrl down, to look nearer; a double click shows all")
        .clicked()
    {
        (sight.zoom, sight.pin) = (None, None);
    }
}

/// Into which files it can be saved.
pub fn files(ui: &mut Ui, desk: &mut Desk, name: &str, chart: impl Fn() -> Chart, table: &str, sight: &Sight) {
    for (form, text) in
        [(chart::Form::Png, "Save as PNG"), (chart::Form::Svg, "Save as SVG"), (chart::Form::Csv, "Save as CSV")]
    {
        if ui.button(text).clicked() {
            let mut chart = chart();
            if let Some([x, y]) = sight.zoom {
                (chart.x.range, chart.y.range) = (Some(x), Some(y));
            }
            let table = table.to_owned();
            desk.requests.push(Request::SaveChart { name: name.replace(':', "-"), chart: Box::new(chart), table, form });
        }
    }
}
