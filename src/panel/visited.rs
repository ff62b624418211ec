//! Order against interaction strength: what was seen so far at each strength, beside what theory says.

use super::{Desk, phase_map, plot, theme, widgets, words};
use crate::{
    measures::Instrument,
    scene::{Parameter, Params, Strength, Value},
    sim::{AnyModel, Frame},
    view::Palette,
};
use egui::{Align, Layout, RichText, TextStyle, Ui};
use egui_phosphor::regular as icon;
use egui_plot::{AxisHints, GridMark, Line, Plot, PlotBounds, Points, VLine};

/// Parts into which the range of the strength is divided.
const BINS: usize = 60;
/// Readings over which a bin forgets the older ones.
const MEMORY: f64 = 240.0;
/// Steps for which a strength must have stood before its readings count: what was only passed through is no point.
const SETTLED: u64 = 100;
/// Points of the curve of theory.
const SAMPLES: usize = 120;

/// What an order parameter read at each strength, as long as nothing else was changed.
#[derive(Clone, Debug, Default)]
pub struct Visited {
    /// The values of all other parameters, and the instrument.
    about: Option<(Vec<(String, Value)>, &'static str)>,
    /// Mean reading of each part of the range, and how many readings are in it.
    bins: Vec<(f64, f64)>,
    /// What theory says, as points.
    theory: Vec<[f64; 2]>,
    /// Where the run stands.
    here: Option<[f64; 2]>,
    /// The step from which on readings are still to be noted: what comes again on the way from the past was noted the first time.
    step: u64,
    /// The strength, and the step since which it has stood.
    stood: Option<(f64, u64)>,
}

impl Visited {
    /// A run, or a branch of one, of which the readings from a step on were not noted yet.
    pub fn go_on_from(&mut self, step: u64) {
        (self.step, self.stood) = (step, None);
    }

    /// Takes note of the readings of the steps up to a frame.
    pub fn note(
        &mut self,
        model: &'static dyn AnyModel,
        params: &dyn Params,
        frame: &Frame,
        desk: &super::History,
        order: &'static Instrument,
    ) {
        let Some((strength, range)) = model.strength().and_then(|strength| Some((strength, strength.slider_range()?))) else {
            return;
        };
        let is_strength = |path: &str| path == strength.path;
        let Some(value) = frame.parameters.iter().find(|(path, _)| is_strength(path)).and_then(|(_, value)| value.number())
        else {
            return;
        };
        let others = || frame.parameters.iter().filter(|(path, _)| !is_strength(path));
        let known = self.about.as_ref().is_some_and(|(known, name)| *name == order.name && known.iter().eq(others()));
        if !known {
            *self = Self {
                about: Some((others().cloned().collect(), order.name)),
                bins: vec![(0.0, 0.0); BINS],
                step: self.step,
                ..Self::default()
            };
            self.theory = theory(model, params, &strength.path, range.clone(), order.name);
        }
        let since = match self.stood {
            Some((stood, since)) if stood == value => since,
            _ => frame.step,
        };
        self.stood = Some((value, since));
        let Some(series) = desk.series(order.name) else { return };
        let readings = series.since(self.step).filter(|bucket| bucket.step <= frame.step).map(super::Bucket::mean);
        let (sum, count) =
            readings.filter(|mean| mean.is_finite()).fold((0.0, 0.0), |(sum, count), mean| (sum + mean, count + 1.0));
        self.step = self.step.max(frame.step + 1);
        if count == 0.0 {
            let level = series.since(frame.step).next().map(super::Bucket::mean).filter(|level| level.is_finite());
            self.here = level.map(|level| [value, level]);
            return;
        }
        self.here = Some([value, sum / count]);
        if frame.step < since + SETTLED {
            return;
        }
        let part = (value - range.start()) / (range.end() - range.start());
        let (mean, weight) = &mut self.bins[((part * BINS as f64) as usize).min(BINS - 1)];
        *weight = (*weight + count).min(MEMORY);
        *mean += (sum / count - *mean) * (count / *weight).min(1.0);
        self.here = Some([value, *mean]);
    }

    fn points(&self, range: &std::ops::RangeInclusive<f64>) -> Vec<[f64; 2]> {
        let width = (range.end() - range.start()) / BINS as f64;
        let seen = self.bins.iter().enumerate().filter(|(_, (_, weight))| *weight > 0.0);
        seen.map(|(bin, (mean, _))| [range.start() + (bin as f64 + 0.5) * width, *mean]).collect()
    }
}

fn theory(
    model: &'static dyn AnyModel,
    params: &dyn Params,
    path: &str,
    range: std::ops::RangeInclusive<f64>,
    measure: &str,
) -> Vec<[f64; 2]> {
    let mut params = params.copy();
    let at = |sample: usize| range.start() + (range.end() - range.start()) * sample as f64 / (SAMPLES - 1) as f64;
    let level = |value: f64| {
        model.set(&mut *params, path, &Value::Number(value)).ok()?;
        model.theory(&*params, measure).filter(|level| level.is_finite()).map(|level| [value, level])
    };
    (0..SAMPLES).map(at).filter_map(level).collect()
}

/// The title of the plot: a symbol keeps its case.
fn title(order: &Instrument, strength: &Parameter) -> String {
    let label = strength.label();
    let label = if label == strength.symbol { label } else { label.to_lowercase() };
    format!("{} against {label}", words::label(order.name))
}

/// Shows the order parameter against the strength.
pub fn show(ui: &mut Ui, desk: &mut Desk, height: f32) {
    let palette = Palette::of(desk.look.theme);
    let model = desk.model;
    let (Some(order), Some(strength)) = (desk.plots.first().copied(), model.strength()) else { return };
    let Some(range) = strength.slider_range() else { return };
    let top = ui.cursor().top();
    ui.horizontal(|ui| {
        ui.label(theme::strong(title(order, strength)))
            .on_hover_text("The mean reading at each strength that was visited, and what theory says where it says anything");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let on = desk.phase_map.on;
            let response = widgets::icon_button(ui, palette, icon::CHART_SCATTER, "Phase map", on)
                .on_hover_text("Fill in the map by runs in the background");
            let menu = egui::Popup::menu(&response).close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
            menu.show(|ui| phase_map::menu(ui, desk));
            if !desk.visited.theory.is_empty() {
                ui.label(RichText::new("theory").small().color(palette.success));
            }
        });
    });
    let small = TextStyle::Small.resolve(ui.style());
    let axis = |hints: AxisHints<'static>| hints.tick_label_font(small.clone()).tick_label_color(palette.muted);
    let label = |mark: GridMark, _: &std::ops::RangeInclusive<f64>| words::number(mark.value);
    let points = desk.visited.points(&range);
    let highest = points.iter().chain(&desk.visited.theory).map(|point| point[1]).fold(0.0, f64::max);
    let (low, high) = order.range.unwrap_or((0.0, if highest > 0.0 { 1.1 * highest } else { 1.0 }));
    let response = plot::still(Plot::new("visited"))
        .height((height - (ui.cursor().top() - top)).max(60.0))
        .grid_color(palette.line)
        .invert_x(strength.strength == Some(Strength::Falling))
        .custom_x_axes(vec![axis(AxisHints::new_x()).formatter(label)])
        .custom_y_axes(vec![axis(AxisHints::new_y()).min_thickness(small.size * 2.6).formatter(label)])
        .show(ui, |plot| {
            let (width, rise) = (0.02 * (range.end() - range.start()), 0.03 * (high - low));
            // A little more than the range, so that the marks at its ends are whole.
            let ends = ([*range.start() - width, low - rise], [*range.end() + width, high + rise]);
            plot.set_plot_bounds(PlotBounds::from_min_max(ends.0, ends.1));
            if let Some(critical) = desk.model.critical(&*desk.params()).filter(|critical| critical.is_finite()) {
                plot.vline(VLine::new("critical", critical).color(palette.muted).width(1.0));
            }
            plot.line(Line::new("theory", desk.visited.theory.clone()).color(palette.success).width(1.5));
            desk.phase_map.draw(plot, palette);
            plot.points(Points::new("visited", points).color(palette.accent).radius(2.5));
            if let Some(here) = desk.visited.here {
                plot.points(Points::new("here", vec![here]).color(palette.ink).radius(5.0));
            }
        });
    let clicked = response.response.interact(egui::Sense::click()).clicked();
    let place = response.response.interact_pointer_pos().filter(|_| clicked && desk.phase_map.on);
    if let Some(place) = place
        && let Some(value) = desk.phase_map.nearest(response.transform.value_from_position(place).x)
    {
        desk.set(&strength.path, Value::Number(value));
    }
    let told = desk
        .visited
        .here
        .map_or_else(String::new, |[value, level]| format!(", {} at {}", words::number(level), words::number(value)));
    let said = title(order, strength) + &told;
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, &said));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lab::Lab, measures, panel::History};

    #[test]
    fn readings_are_noted_once_though_the_run_is_ahead_of_its_picture_or_goes_through_its_past() {
        let lab = Lab::new();
        let model = lab.models().find("vicsek").unwrap();
        let order = measures::find("polarisation").unwrap();
        let frame = |step: u64| Frame { step, parameters: [("noise".to_owned(), Value::Number(1.0))].into(), ..Frame::default() };
        let (mut visited, mut history, params) = (Visited::default(), History::default(), model.defaults());
        let weight = |visited: &Visited| visited.bins.iter().map(|(_, weight)| weight).sum::<f64>();
        history.record(0, 0.0, [(order, 0.0)]);
        visited.note(model, &*params, &frame(0), &history, order);
        (1..=SETTLED + 30).for_each(|step| history.record(step, 0.0, [(order, 0.5)]));
        visited.note(model, &*params, &frame(SETTLED - 1), &history, order);
        visited.note(model, &*params, &frame(SETTLED + 9), &history, order);
        assert_eq!(weight(&visited), 10.0);
        for step in [3, SETTLED + 9] {
            visited.note(model, &*params, &frame(step), &history, order);
            assert_eq!((weight(&visited), visited.here), (10.0, Some([1.0, 0.5])));
        }
        visited.go_on_from(0);
        history = History::default();
        (0..=SETTLED + 30).for_each(|step| history.record(step, 0.0, [(order, 0.25)]));
        visited.note(model, &*params, &frame(0), &history, order);
        visited.note(model, &*params, &frame(SETTLED), &history, order);
        assert_eq!(weight(&visited), 10.0 + SETTLED as f64, "another run adds to what was seen");
    }

    #[test]
    fn a_change_of_anything_but_the_strength_forgets_what_was_seen() {
        let lab = Lab::new();
        let model = lab.models().find("vicsek").unwrap();
        let order = measures::find("polarisation").unwrap();
        let frame = |step: u64, noise: f64, radius: f64| Frame {
            step,
            parameters: [("noise".to_owned(), Value::Number(noise)), ("radius".to_owned(), Value::Number(radius))].into(),
            ..Frame::default()
        };
        let (mut visited, mut history, params) = (Visited::default(), History::default(), model.defaults());
        // Two strengths that stood long enough, and one that was passed through.
        let (settled, later, passing) = (SETTLED, 2 * SETTLED + 1, 2 * SETTLED + 2);
        for (step, noise) in [(0, 1.0), (settled, 1.0), (settled + 1, 5.0), (later, 5.0), (passing, 3.0)] {
            history.record(step, step as f64, [(order, 1.0 / noise)]);
            visited.note(model, &*params, &frame(step, noise, 1.0), &history, order);
        }
        let range = model.strength().unwrap().slider_range().unwrap();
        let points = visited.points(&range);
        assert_eq!(points.len(), 2);
        assert!((points[0][0] - 1.0).abs() < 0.1 && points[0][1] == 1.0 && points[1][1] == 0.2, "{points:?}");
        assert_eq!(visited.here, Some([3.0, 1.0 / 3.0]));
        history.record(passing + 1, 0.0, [(order, 0.5)]);
        visited.note(model, &*params, &frame(passing + 1, 5.0, 2.0), &history, order);
        assert_eq!(visited.points(&range).len(), 0);
    }
}
