//! The phase map that fills in while a run is watched: order against one parameter or two, from runs in the background.

use super::{
    Desk, Level,
    graph::{BESIDE, MARKED, READ},
    sight,
    theme::space,
    words,
};
use crate::{
    chart::{Layer, Point, Scale, Series},
    error::Result,
    plot::{distinct, edges},
    scene::{Kind, Parameter, Scene, Value},
    sweep::{Axis, Design, Errand, Found, Plan, Way},
    view::Palette,
};
use egui::{RichText, Ui};

/// Values of one parameter.
const VALUES: usize = 25;
/// Values of the first of two, and of the second: one more than a power of two, so that each grid halves the one before.
const GRID: [usize; 2] = [17, 9];
/// Runs at each value, and at each cell of two.
const RUNS: u64 = 8;
const RUNS_OF_TWO: u64 = 4;
/// Steps of each run, and of each value of a ramp.
const STEPS: u64 = 1000;
const RAMP_STEPS: u64 = 400;
/// Shares of one core that are offered.
const SHARES: [f64; 4] = [0.1, 0.25, 0.5, 1.0];

/// What background runs found so far.
#[derive(Clone, Debug)]
pub struct PhaseMap {
    /// Whether they are wanted.
    pub on: bool,
    /// Whether one run is led up and down instead.
    pub ramp: bool,
    /// The share of one core that they may take.
    pub share: f64,
    /// The parameter along the first axis; none: the interaction strength.
    pub along: Option<String>,
    /// The parameter along the second axis; none: the order itself.
    pub up: Option<String>,
    /// Whether its choices are shown.
    pub open: bool,
    /// Counts errands.
    number: u64,
    /// What the errand under way is about.
    about: Option<String>,
    /// Values along both axes of the errand under way, whether these are logarithmic, and how many runs it has.
    axes: [Vec<f64>; 2],
    logs: [bool; 2],
    runs: u64,
    points: Vec<Found>,
}

impl Default for PhaseMap {
    fn default() -> Self {
        Self {
            on: false,
            ramp: false,
            share: SHARES[1],
            along: None,
            up: None,
            open: false,
            number: 0,
            about: None,
            axes: Default::default(),
            logs: [false; 2],
            runs: 0,
            points: Vec::new(),
        }
    }
}

impl PhaseMap {
    /// What was found so far.
    pub fn points(&self) -> &[Found] {
        &self.points
    }

    /// Another scene has other parameters.
    pub(super) fn forget_axes(&mut self) {
        (self.along, self.up) = (None, None);
    }

    /// Takes note of a point, in place of what was known there.
    fn note(&mut self, found: Found) {
        if found.number != self.number {
            return;
        }
        let place = |found: &Found| (found.way, found.value, found.second);
        match self.points.iter_mut().find(|known| place(known) == place(&found)) {
            Some(known) => *known = found,
            None => self.points.push(found),
        }
    }

    /// The place that was found nearest to another one; where there are two axes, in parts of each.
    pub(super) fn nearest(&self, [x, y]: [f64; 2]) -> Option<(f64, Option<f64>)> {
        let part = |axis: usize, at: f64| {
            let (first, last) = self.axes[axis].first().zip(self.axes[axis].last()).unwrap_or((&0.0, &1.0));
            Scale { low: *first, high: *last, log: self.logs[axis] }.part(at)
        };
        let away = |found: &Found| {
            let dx = part(0, found.value) - part(0, x);
            let dy = found.second.map_or(0.0, |second| part(1, second) - part(1, y));
            dx * dx + dy * dy
        };
        let nearest = self.points.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        Some((nearest.value, nearest.second))
    }

    /// The points with their errors.
    pub(super) fn curves(&self) -> Vec<Layer> {
        let of = |(way, name, hue): (Way, &str, usize)| {
            let mut points: Vec<&Found> = self.points.iter().filter(|found| found.way == way).collect();
            points.sort_by(|a, b| a.value.total_cmp(&b.value));
            let points = points.iter().map(|found| Point::new(found.value, found.mean).give_or_take(found.error));
            Layer::Points(Series::new(name, hue, points))
        };
        let ways = [(Way::Alone, "runs", READ), (Way::Up, "up", READ), (Way::Down, "down", MARKED)];
        ways.into_iter().map(of).filter(|layer| !layer.is_empty()).collect()
    }

    /// The cells of two parameters, and a dot where runs were: a cell that none was in yet has the colour of the nearest that
    /// one was in.
    pub(super) fn cells(&self, label: String) -> Vec<Layer> {
        let [across, upwards] = &self.axes;
        let index = |axis: &[f64], at: f64| axis.iter().position(|known| *known == at);
        let known = |found: &Found| Some([index(across, found.value)?, index(upwards, found.second?)?]);
        let known: Vec<([usize; 2], f64)> = self.points.iter().filter_map(|found| Some((known(found)?, found.mean))).collect();
        if known.is_empty() {
            return Vec::new();
        }
        let values = filled(&known, [across.len(), upwards.len()]);
        let dots = self.points.iter().filter_map(|found| Some(Point::new(found.value, found.second?)));
        vec![
            Layer::Cells { x: around(across, self.logs[0]), y: around(upwards, self.logs[1]), values, label },
            Layer::Scatter(Series::new("", BESIDE, dots)),
        ]
    }

    /// Whether the map of two parameters is what is shown.
    pub(super) fn is_of_two(&self) -> bool {
        self.up.is_some() && !self.axes[1].is_empty()
    }
}

/// The edges of cells around values, half way between them along their axis.
fn around(values: &[f64], log: bool) -> Vec<f64> {
    let places: Vec<f64> = values.iter().map(|value| sight::place(*value, log)).collect();
    edges(&places).into_iter().map(|edge| sight::number(edge, log)).collect()
}

/// The number of each cell: its own, or that of the nearest that is known, measured in parts of each axis.
fn filled(known: &[([usize; 2], f64)], [columns, rows]: [usize; 2]) -> Vec<f64> {
    let parts = [columns, rows].map(|count| (count.max(2) - 1) as f64);
    let away = |cell: [usize; 2], other: [usize; 2]| -> f64 {
        (0..2).map(|axis| ((cell[axis] as f64 - other[axis] as f64) / parts[axis]).powi(2)).sum()
    };
    let nearest = |cell: [usize; 2]| {
        let by = |a: &&([usize; 2], f64), b: &&([usize; 2], f64)| away(cell, a.0).total_cmp(&away(cell, b.0));
        known.iter().min_by(by).map_or(f64::NAN, |(_, value)| *value)
    };
    (0..columns * rows).map(|at| nearest([at % columns, at / columns])).collect()
}

/// So many values of a parameter over the range of its slider, as `--vary` takes them; nothing where it is no number.
fn axis(parameter: &Parameter, count: usize) -> Option<String> {
    let range = parameter.slider_range()?;
    let Kind::Number { whole, .. } = parameter.kind else { return None };
    let (low, high) = (*range.start(), *range.end());
    let log = if parameter.log && low > 0.0 { "log:" } else { "" };
    // Whole numbers that are few come once each.
    let count = if whole { count.min((high - low) as usize + 1) } else { count };
    (high > low && count > 1).then(|| format!("{}={log}{low}:{high}:{count}", parameter.path))
}

impl Desk {
    /// The parameter along the first axis of the map.
    pub(super) fn along(&self) -> Option<&'static Parameter> {
        let model = self.model;
        let chosen = self.phase_map.along.as_deref().and_then(|path| model.parameter(path).ok());
        chosen.or_else(|| model.strength())
    }

    /// The parameter along the second axis, where there is one.
    pub(super) fn upwards(&self) -> Option<&'static Parameter> {
        let model = self.model;
        self.phase_map.up.as_deref().and_then(|path| model.parameter(path).ok())
    }

    /// What background runs are to find out from now on, where that has changed: an errand, or nothing more.
    pub fn errand(&mut self) -> Option<Option<Errand>> {
        let wanted = if self.phase_map.on { self.wanted() } else { None };
        let about = wanted.as_ref().map(|(about, _)| about.clone());
        if about == self.phase_map.about {
            return None;
        }
        self.phase_map.about = about;
        self.phase_map.number += 1;
        self.phase_map.points.clear();
        let Some((_, plan)) = wanted else { return Some(None) };
        match plan {
            Ok(plan) => {
                let number = |path: &str| self.value(path).and_then(|value| value.number()).unwrap_or(0.0);
                let here = plan.paths().into_iter().map(number).collect();
                let values = |axis: &Axis| {
                    let levels = axis.levels().unwrap_or_default();
                    distinct(levels.iter().filter_map(|level| level.first()?.number()))
                };
                let axes = [0, 1].map(|at| plan.axes.get(at).map(values).unwrap_or_default());
                let log = |at: usize| plan.axes.get(at).and_then(|axis| axis.span).is_some_and(|span| span.log);
                (self.phase_map.axes, self.phase_map.logs, self.phase_map.runs) = (axes, [log(0), log(1)], plan.runs());
                let PhaseMap { number, ramp, share, .. } = self.phase_map;
                Some(Some(Errand { number, ramp: ramp && plan.axes.len() == 1, plan, here, share }))
            }
            Err(error) => {
                self.phase_map.on = false;
                self.tell(Level::Error, error.to_string());
                Some(None)
            }
        }
    }

    /// Background runs have found this.
    pub fn found_out(&mut self, found: Result<Found>) {
        match found {
            Ok(found) => self.phase_map.note(found),
            Err(error) => {
                self.phase_map.on = false;
                self.tell(Level::Error, error.to_string());
            }
        }
    }

    /// What the background runs are about, and their plan.
    fn wanted(&self) -> Option<(String, Result<Plan>)> {
        let (order, along) = (self.order()?, self.along()?);
        let up = self.upwards().filter(|up| up.path != along.path);
        let mut scene = Scene { seed: self.seed, ..self.scene.clone() };
        scene.model.params = self.params();
        // Where these stand does not matter to the map.
        for parameter in [Some(along), up].into_iter().flatten() {
            let start = *parameter.slider_range()?.start();
            self.model.set(&mut *scene.model.params, &parameter.path, &Value::Number(start)).ok()?;
        }
        let axes = match up {
            None => vec![axis(along, VALUES)?],
            Some(up) => vec![axis(along, GRID[0])?, axis(up, GRID[1])?],
        };
        let PhaseMap { ramp, share, .. } = self.phase_map;
        let ramp = ramp && up.is_none() && !along.restart;
        let about = format!("{} {} {axes:?} {ramp} {share} {}", order.name, scene.seed, scene.model.params.to_ron());
        let axes = axes.iter().map(|axis| Axis::read(axis, self.model)).collect::<Result<Vec<_>>>();
        let plan = axes.map(|axes| Plan {
            version: env!("CARGO_PKG_VERSION").into(),
            scene,
            journal: Default::default(),
            axes,
            design: Design::Grid,
            repeats: if up.is_some() { RUNS_OF_TWO } else { RUNS },
            steps: if ramp { RAMP_STEPS } else { STEPS },
            discard: None,
            measures: vec![order.name.to_owned()],
            every: None,
            refine: None,
            fit: None,
        });
        Some((about, plan))
    }
}

/// The choices of the map.
pub(super) fn choices(ui: &mut Ui, desk: &mut Desk, palette: &Palette) {
    let map = &mut desk.phase_map;
    ui.checkbox(&mut map.on, "Fill in by background runs");
    let Some(along) = desk.along() else { return };
    let up = desk.upwards().filter(|up| up.path != along.path);
    let offered = || desk.model.parameters().iter().filter(|parameter| axis(parameter, 2).is_some());
    let (mut first, mut second) = (along.path.clone(), up.map(|up| up.path.clone()));
    ui.horizontal(|ui| {
        ui.label("Across");
        chooser(ui, "Parameter across", along.label(), |ui| {
            for parameter in offered() {
                ui.selectable_value(&mut first, parameter.path.clone(), parameter.label());
            }
        });
    });
    ui.horizontal(|ui| {
        ui.label("Upwards");
        chooser(ui, "Parameter upwards", up.map_or_else(|| "Order".into(), Parameter::label), |ui| {
            ui.selectable_value(&mut second, None, "Order");
            for parameter in offered().filter(|parameter| parameter.path != first) {
                ui.selectable_value(&mut second, Some(parameter.path.clone()), parameter.label());
            }
        });
    });
    let ramps = up.is_none() && !along.restart;
    let is_strength = desk.model.strength().is_some_and(|strength| strength.path == first);
    let map = &mut desk.phase_map;
    (map.along, map.up) = ((!is_strength).then_some(first), second);
    ui.add_enabled(ramps, egui::Checkbox::new(&mut map.ramp, "Lead one run up and down"))
        .on_hover_text("Where it reads something else on the way back, order is remembered (hysteresis)");
    ui.horizontal(|ui| {
        ui.label("Share of one core");
        for share in SHARES {
            ui.selectable_value(&mut map.share, share, format!("{}\u{2009}%", words::number(100.0 * share)));
        }
    });
    if map.on && !(map.ramp && ramps) {
        let done: usize = map.points.iter().map(|found| found.runs).sum();
        ui.label(RichText::new(format!("{done} of {} runs", map.runs)).small().color(palette.muted));
    }
    ui.add_space(space::XS);
}

fn chooser(ui: &mut Ui, name: &str, chosen: String, list: impl FnOnce(&mut Ui)) {
    let response = egui::ComboBox::from_id_salt(name).width(150.0).selected_text(chosen).show_ui(ui, list).response;
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Lab;

    fn desk(name: &str) -> Desk {
        let lab = Lab::new();
        let scene = lab.open(name).unwrap().scene;
        Desk::new(lab, name, scene)
    }

    fn found(number: u64, value: f64, second: Option<f64>, mean: f64) -> Found {
        Found { number, way: Way::Alone, value, second, mean, error: 0.1, runs: 1 }
    }

    #[test]
    fn an_errand_is_sent_once_and_anew_when_anything_but_the_strength_changes() {
        let mut desk = desk("vicsek");
        assert!(desk.errand().is_none());
        desk.phase_map.on = true;
        let errand = desk.errand().unwrap().unwrap();
        assert_eq!(
            (errand.plan.runs(), errand.plan.measures.as_slice()),
            (VALUES as u64 * RUNS, &["polarisation".to_owned()][..])
        );
        assert!(desk.errand().is_none());
        desk.found_out(Ok(found(errand.number, 1.0, None, 0.5)));
        desk.found_out(Ok(found(errand.number, 1.0, None, 0.6)));
        desk.found_out(Ok(found(errand.number + 1, 2.0, None, 0.6)));
        assert_eq!(desk.phase_map.points(), [found(errand.number, 1.0, None, 0.6)]);
        assert_eq!(desk.phase_map.nearest([4.0, 0.0]), Some((1.0, None)));
        desk.set("noise", Value::Number(3.0));
        assert!(desk.errand().is_none());
        desk.set("radius", Value::Number(2.0));
        assert!(desk.errand().unwrap().is_some() && desk.phase_map.points().is_empty());
        desk.phase_map.on = false;
        assert!(desk.errand().unwrap().is_none() && desk.errand().is_none());
    }

    #[test]
    fn a_map_of_two_parameters_has_a_colour_everywhere_as_soon_as_one_run_has_ended() {
        let mut desk = desk("vicsek");
        (desk.phase_map.on, desk.phase_map.up) = (true, Some("radius".into()));
        let errand = desk.errand().unwrap().unwrap();
        assert_eq!(errand.plan.paths(), ["noise", "radius"]);
        assert_eq!((errand.plan.runs(), errand.here.len()), ((GRID[0] * GRID[1]) as u64 * RUNS_OF_TWO, 2));
        assert!(desk.phase_map.cells(String::new()).is_empty());
        // Neither parameter's place matters to the map.
        desk.set("radius", Value::Number(1.5));
        assert!(desk.errand().is_none());
        let [across, up] = desk.phase_map.axes.clone();
        desk.found_out(Ok(found(errand.number, across[0], Some(up[0]), 1.0)));
        desk.found_out(Ok(found(errand.number, across[16], Some(up[8]), 0.0)));
        let layers = desk.phase_map.cells(String::new());
        let Layer::Cells { values, .. } = &layers[0] else { panic!() };
        assert_eq!((values.len(), values[0], values[17 * 8 + 16], values[2], values[17 * 8 + 13]), (153, 1.0, 0.0, 1.0, 0.0));
        assert_eq!(desk.phase_map.nearest([0.9 * across[16], up[8]]), Some((across[16], Some(up[8]))));
    }

    #[test]
    fn whole_numbers_come_once_each_and_what_moves_in_decades_in_ratios() {
        let lab = Lab::new();
        let model = lab.models().find("boids").unwrap();
        let text = |path: &str, count| axis(model.parameter(path).unwrap(), count);
        assert_eq!(text("agents", 9).as_deref(), Some("agents=log:1:10000:9"));
        assert_eq!(text("update", 9), None);
        let edges = around(&[1.0, 10.0, 100.0], true);
        assert!(edges.iter().zip([-0.5, 0.5, 1.5, 2.5]).all(|(edge, power)| (edge.log10() - power).abs() < 1e-12), "{edges:?}");
        let few = Parameter { slider: Some((1.0, 4.0)), log: false, ..model.parameter("agents").unwrap().clone() };
        assert_eq!(axis(&few, 9).as_deref(), Some("agents=1:4:4"));
    }

    #[test]
    fn a_cell_has_the_colour_of_the_nearest_that_is_known() {
        let values = filled(&[([0, 0], 1.0), ([4, 2], 2.0)], [5, 3]);
        assert_eq!(values, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 2.0, 2.0, 2.0, 2.0]);
        assert!(filled(&[], [1, 1])[0].is_nan());
    }
}
