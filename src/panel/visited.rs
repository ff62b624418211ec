//! Order against one parameter: what was seen so far at each of its values, beside what theory says and what is published.

use super::{
    Desk, History,
    chart_view::{self, View},
    graph::{HERE, READ, THEORY, label},
    phase_map, plot_menu,
    plots::{MENU, menu_button},
    sight,
    theme::{self, space},
    widgets, words,
};
use crate::{
    chart::{Axis, Chart, Layer, Point, Scale, Series},
    lab::Lab,
    measures::Instrument,
    plot,
    scene::{Parameter, Params, Strength, Value},
    sim::{AnyModel, Frame},
    view::Palette,
};
use egui::{Align, Layout, RichText, Ui, pos2};
use egui_phosphor::regular as icon;

/// Parts into which the range of the parameter is divided.
const BINS: usize = 60;
/// Readings over which a bin forgets the older ones.
const MEMORY: f64 = 240.0;
/// Steps for which a value must have stood before its readings count: what was only passed through is no point.
const SETTLED: u64 = 100;
/// Points of a curve of theory.
const SAMPLES: usize = 120;

/// A parameter, the values of all others, and the name of an instrument.
type About = (String, Vec<(String, Value)>, &'static str);

/// What an order parameter read at each value of a parameter, as long as nothing else was changed.
#[derive(Clone, Debug, Default)]
pub struct Visited {
    /// What it is about.
    about: Option<About>,
    /// Mean reading of each part of the range, and how many readings are in it.
    bins: Vec<(f64, f64)>,
    /// What theory says, as points.
    theory: Vec<Point>,
    /// What is published.
    published: Vec<Series>,
    /// Where the run stands.
    here: Option<Point>,
    /// The step from which on readings are still to be noted: what comes again on the way from the past was noted the first time.
    step: u64,
    /// The value, and the step since which it has stood.
    stood: Option<(f64, u64)>,
}

/// The range of a parameter's slider.
fn scale(along: &Parameter) -> Option<Scale> {
    let range = along.slider_range()?;
    let log = along.log && *range.start() > 0.0;
    Some(Scale { low: *range.start(), high: *range.end(), log })
}

/// The value at a part of a range.
fn value_at(scale: &Scale, part: f64) -> f64 {
    let [low, high] = [scale.low, scale.high].map(|end| sight::place(end, scale.log));
    sight::number(low + (high - low) * part, scale.log)
}

impl Visited {
    /// A run, or a branch of one, of which the readings from a step on were not noted yet.
    pub fn go_on_from(&mut self, step: u64) {
        (self.step, self.stood) = (step, None);
    }

    /// Takes note of the readings of the steps up to a frame.
    pub fn note(
        &mut self,
        lab: &Lab,
        (model, params): (&'static dyn AnyModel, &dyn Params),
        along: &Parameter,
        frame: &Frame,
        history: &History,
        order: &'static Instrument,
    ) {
        let Some(scale) = scale(along) else { return };
        let is_it = |path: &str| path == along.path;
        let Some(value) = frame.parameters.iter().find(|(path, _)| is_it(path)).and_then(|(_, value)| value.number()) else {
            return;
        };
        let others = || frame.parameters.iter().filter(|(path, _)| !is_it(path));
        let known = self
            .about
            .as_ref()
            .is_some_and(|(path, known, name)| is_it(path) && *name == order.name && known.iter().eq(others()));
        if !known {
            let alike = self.about.as_ref().is_some_and(|(path, _, name)| is_it(path) && *name == order.name);
            let published = std::mem::take(&mut self.published);
            *self = Self {
                about: Some((along.path.clone(), others().cloned().collect(), order.name)),
                bins: vec![(0.0, 0.0); BINS],
                step: self.step,
                theory: theory(model, params, &along.path, &scale, order.name),
                published: if alike { published } else { plot::published(lab, model.name(), &along.path, order.name) },
                ..Self::default()
            };
        }
        let since = match self.stood {
            Some((stood, since)) if stood == value => since,
            _ => frame.step,
        };
        self.stood = Some((value, since));
        let Some(series) = history.series(order.name) else { return };
        let readings = series.since(self.step).filter(|bucket| bucket.step <= frame.step).map(super::Bucket::mean);
        let (sum, count) =
            readings.filter(|mean| mean.is_finite()).fold((0.0, 0.0), |(sum, count), mean| (sum + mean, count + 1.0));
        self.step = self.step.max(frame.step + 1);
        if count == 0.0 {
            let level = series.since(frame.step).next().map(super::Bucket::mean).filter(|level| level.is_finite());
            self.here = level.map(|level| Point::new(value, level));
            return;
        }
        self.here = Some(Point::new(value, sum / count));
        if frame.step < since + SETTLED {
            return;
        }
        let part = scale.part(value).clamp(0.0, 1.0);
        let (mean, weight) = &mut self.bins[((part * BINS as f64) as usize).min(BINS - 1)];
        *weight = (*weight + count).min(MEMORY);
        *mean += (sum / count - *mean) * (count / *weight).min(1.0);
        self.here = Some(Point::new(value, *mean));
    }

    /// Another scene has another past.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    fn points(&self, scale: &Scale) -> Vec<Point> {
        let seen = self.bins.iter().enumerate().filter(|(_, (_, weight))| *weight > 0.0);
        seen.map(|(bin, (mean, _))| Point::new(value_at(scale, (bin as f64 + 0.5) / BINS as f64), *mean)).collect()
    }
}

fn theory(model: &'static dyn AnyModel, params: &dyn Params, path: &str, scale: &Scale, measure: &str) -> Vec<Point> {
    let mut params = params.copy();
    let level = |sample: usize| {
        let value = value_at(scale, sample as f64 / (SAMPLES - 1) as f64);
        model.set(&mut *params, path, &Value::Number(value)).ok()?;
        model.theory(&*params, measure).filter(|level| level.is_finite()).map(|level| Point::new(value, level))
    };
    (0..SAMPLES).filter_map(level).collect()
}

/// Where order begins, over the plane of two parameters of which one is the strength.
fn border(desk: &Desk, [along, up]: [&Parameter; 2], scales: [Scale; 2]) -> Vec<Point> {
    let Some(strength) = desk.model.strength() else { return Vec::new() };
    let (other, scale, across) = match strength.path == along.path {
        true => (up, scales[1], true),
        false if strength.path == up.path => (along, scales[0], false),
        false => return Vec::new(),
    };
    let mut params = desk.params();
    let place = |sample: usize| {
        let value = value_at(&scale, sample as f64 / (SAMPLES - 1) as f64);
        desk.model.set(&mut *params, &other.path, &Value::Number(value)).ok()?;
        let critical = desk.model.critical(&*params).filter(|critical| critical.is_finite())?;
        Some(if across { Point::new(critical, value) } else { Point::new(value, critical) })
    };
    (0..SAMPLES).filter_map(place).collect()
}

/// A label in the midst of a title: a symbol keeps its case.
fn within(parameter: &Parameter) -> String {
    let label = parameter.label();
    if label == parameter.symbol { label } else { label.to_lowercase() }
}

/// The label of an axis.
fn axis(parameter: &Parameter, scale: &Scale) -> Axis {
    let label = format!("{} {}", parameter.label(), parameter.symbol_beside_label());
    let unit = if parameter.unit.is_empty() { String::new() } else { format!(" ({})", parameter.unit) };
    Axis { label: label.trim_end().to_owned() + &unit, log: scale.log, range: Some((scale.low, scale.high)) }
}

/// The chart: order against one parameter, or over the plane of two.
fn chart(desk: &Desk, order: &'static Instrument, along: &Parameter, scale: Scale) -> Chart {
    let up = desk.upwards().filter(|up| up.path != along.path && desk.phase_map.is_of_two());
    if let Some((up, upwards)) = up.and_then(|up| Some((up, self::scale(up)?))) {
        let mut layers = desk.phase_map.cells(label(desk, order));
        // The edges of cells lie a little beyond the range.
        let cells = !layers.is_empty();
        let fits = |axis: Axis| if cells { Axis { range: None, ..axis } } else { axis };
        let border = border(desk, [along, up], [scale, upwards]);
        layers.push(Layer::Theory(Series::new("critical", THEORY, border)));
        let number = |parameter: &Parameter| desk.value(&parameter.path).and_then(|value| value.number());
        let here = number(along).zip(number(up)).map(|(x, y)| Point::new(x, y));
        layers.push(Layer::Scatter(Series::new("you are here", HERE, here)));
        let title = format!("{} over {} and {}", words::label(order.name), within(along), within(up));
        return Chart { title, x: fits(self::axis(along, &scale)), y: fits(self::axis(up, &upwards)), layers };
    }
    let visited = &desk.visited;
    let mut layers: Vec<Layer> = visited.published.iter().cloned().map(Layer::Reference).collect();
    let is_strength = desk.model.strength().is_some_and(|strength| strength.path == along.path);
    let critical = desk.model.critical(&*desk.params()).filter(|critical| critical.is_finite() && is_strength);
    layers.extend(critical.map(|critical| Layer::Rule("critical".into(), critical)));
    layers.push(Layer::Theory(Series::new("theory", THEORY, visited.theory.clone())));
    layers.extend(desk.phase_map.curves());
    layers.push(Layer::Scatter(Series::new("visited", READ, visited.points(&scale))));
    layers.push(Layer::Scatter(Series::new("you are here", HERE, visited.here)));
    let highest = layers.iter().filter_map(Layer::series).flat_map(|series| &series.points).map(|point| point.y);
    let highest = highest.fold(0.0, f64::max);
    let (low, high) = order.range.unwrap_or((0.0, if highest > 0.0 { 1.1 * highest } else { 1.0 }));
    Chart {
        title: format!("{} against {}", words::label(order.name), within(along)),
        x: self::axis(along, &scale),
        y: Axis { range: Some((low, high)), ..Axis::new(label(desk, order)) },
        layers,
    }
}

/// Shows the order parameter against the chosen parameter, or over two.
pub fn show(ui: &mut Ui, desk: &mut Desk, height: f32) {
    let palette = Palette::of(desk.look.theme);
    let (Some(order), Some(along)) = (desk.order(), desk.along()) else { return };
    let Some(scale) = scale(along) else { return };
    let chart = chart(desk, order, along, scale);
    let top = ui.cursor().top();
    title(ui, desk, palette, &chart);
    if desk.phase_map.open {
        phase_map::choices(ui, desk, palette);
    }
    let map = matches!(chart.layers.first(), Some(Layer::Cells { .. }));
    let height = if desk.phase_map.open || map { height.max(190.0) } else { height - (ui.cursor().top() - top) };
    let mut sight = desk.sights.remove(NAME).unwrap_or_default();
    let view = View {
        id: NAME,
        chart: &chart,
        palette,
        theme: desk.look.theme,
        height: height.max(60.0),
        unit: "",
        falling: along.strength == Some(Strength::Falling),
        here: None,
        pins: false,
    };
    let response = chart_view::show(ui, &view, &mut sight);
    desk.sights.insert(NAME, sight);
    let place = response.response.interact_pointer_pos();
    if let Some(place) = place.filter(|_| response.response.clicked() && !desk.phase_map.points().is_empty()) {
        let at = response.transform.value_from_position(place);
        let [x, y] = [(at.x, chart.x.log), (at.y, chart.y.log)].map(|(at, log)| sight::number(at, log));
        if let Some((first, second)) = desk.phase_map.nearest([x, y]) {
            let up = desk.upwards().map(|up| up.path.clone());
            desk.jump(&[(Some(along.path.clone()), Some(first)), (up, second)]);
        }
    }
    let here = desk.visited.here.filter(|_| !map);
    let told = here.map_or_else(String::new, |here| format!(", {} at {}", words::number(here.y), words::number(here.x)));
    let said = chart.title + &told;
    response.response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, &said));
}

/// Width of the scale of a map, and of the word that names a curve of theory, points.
const MAP_KEY: f32 = 150.0;
const THEORY_KEY: f32 = 48.0;

/// What the chart is called where sights are kept.
const NAME: &str = "order";

/// The title, the button of the map, and the menu. Where they do not fit beside a long title, what colours and lines mean
/// stands under it.
fn title(ui: &mut Ui, desk: &mut Desk, palette: &Palette, chart: &Chart) {
    let corner = pos2(ui.max_rect().right(), ui.cursor().top() + (widgets::ICON - MENU) / 2.0);
    let theory = |layer: &Layer| matches!(layer, Layer::Theory(series) if !series.points.is_empty());
    let (theory, map) = (chart.layers.iter().any(theory), matches!(chart.layers.first(), Some(Layer::Cells { .. })));
    let key = |ui: &mut Ui| {
        chart_view::legend(ui, palette, desk.look.theme, chart);
        if theory {
            ui.label(RichText::new("theory").small().color(palette.success));
        }
    };
    let strong = theme::named(theme::STRONG).resolve(ui.style());
    let width = ui.painter().layout_no_wrap(chart.title.clone(), strong, palette.ink).size().x;
    let meanings = MAP_KEY * f32::from(map) + THEORY_KEY * f32::from(theory);
    let below = meanings > 0.0 && width + meanings > ui.available_width() - MENU - widgets::ICON - space::M;
    let mut turned = false;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(MENU);
            let on = desk.phase_map.on || desk.phase_map.open;
            let response = widgets::icon_button(ui, palette, icon::CHART_SCATTER, "Phase map", on);
            turned = response.on_hover_text("Fill in the map by runs in the background").clicked();
            if !below {
                key(ui);
            }
            let published = chart.layers.iter().filter_map(|layer| match layer {
                Layer::Reference(series) => Some(series.name.as_str()),
                _ => None,
            });
            let published = published.collect::<Vec<_>>().join(", ");
            let hollow = if published.is_empty() { String::new() } else { format!("; hollow: published ({published})") };
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let label = egui::Label::new(theme::strong(chart.title.clone())).wrap();
                ui.add(label).on_hover_text(format!(
                    "The mean reading at each value that was visited, and what theory says where it says anything{hollow}"
                ));
            });
        });
    });
    if below {
        ui.horizontal(|ui| ui.with_layout(Layout::right_to_left(Align::Center), key));
    }
    desk.phase_map.open ^= turned;
    menu_button(ui, desk, corner, "Menu of order", |ui, desk| {
        let sight = desk.sights.get(NAME).cloned().unwrap_or_default();
        let table = chart.csv();
        plot_menu::files(ui, desk, NAME, || chart.clone(), &table, &sight);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures;

    #[test]
    fn readings_are_noted_once_though_the_run_is_ahead_of_its_picture_or_goes_through_its_past() {
        let lab = Lab::new();
        let model = lab.models().find("vicsek").unwrap();
        let order = measures::find("polarisation").unwrap();
        let frame =
            |step: u64| Frame { step, parameters: [("noise".to_owned(), Value::Number(1.0))].into(), ..Frame::default() };
        let (mut visited, mut history, params) = (Visited::default(), History::default(), model.defaults());
        let along = model.strength().unwrap();
        let weight = |visited: &Visited| visited.bins.iter().map(|(_, weight)| weight).sum::<f64>();
        history.record(0, 0.0, [(order, 0.0)]);
        visited.note(&lab, (model, &*params), along, &frame(0), &history, order);
        (1..=SETTLED + 30).for_each(|step| history.record(step, 0.0, [(order, 0.5)]));
        visited.note(&lab, (model, &*params), along, &frame(SETTLED - 1), &history, order);
        visited.note(&lab, (model, &*params), along, &frame(SETTLED + 9), &history, order);
        assert_eq!(weight(&visited), 10.0);
        for step in [3, SETTLED + 9] {
            visited.note(&lab, (model, &*params), along, &frame(step), &history, order);
            let here = visited.here.unwrap();
            assert_eq!((weight(&visited), here.x, here.y), (10.0, 1.0, 0.5));
        }
        visited.go_on_from(0);
        history = History::default();
        (0..=SETTLED + 30).for_each(|step| history.record(step, 0.0, [(order, 0.25)]));
        visited.note(&lab, (model, &*params), along, &frame(0), &history, order);
        visited.note(&lab, (model, &*params), along, &frame(SETTLED), &history, order);
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
        let along = model.strength().unwrap();
        // Two strengths that stood long enough, and one that was passed through.
        let (settled, later, passing) = (SETTLED, 2 * SETTLED + 1, 2 * SETTLED + 2);
        for (step, noise) in [(0, 1.0), (settled, 1.0), (settled + 1, 5.0), (later, 5.0), (passing, 3.0)] {
            history.record(step, step as f64, [(order, 1.0 / noise)]);
            visited.note(&lab, (model, &*params), along, &frame(step, noise, 1.0), &history, order);
        }
        let scale = scale(along).unwrap();
        let points = visited.points(&scale);
        assert_eq!(points.len(), 2);
        assert!((points[0].x - 1.0).abs() < 0.1 && points[0].y == 1.0 && points[1].y == 0.2, "{points:?}");
        let here = visited.here.unwrap();
        assert_eq!((here.x, here.y), (3.0, 1.0 / 3.0));
        history.record(passing + 1, 0.0, [(order, 0.5)]);
        visited.note(&lab, (model, &*params), along, &frame(passing + 1, 5.0, 2.0), &history, order);
        assert_eq!(visited.points(&scale).len(), 0);
        // What is published of the same axes stays beside.
        let names: Vec<&str> = visited.published.iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["N = 40", "N = 100", "N = 400"]);
    }
}
