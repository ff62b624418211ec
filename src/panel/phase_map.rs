//! The phase map that fills in while a run is watched: order against the strength, from runs in the background.

use super::{Desk, Level, theme::space, words};
use crate::{
    error::Result,
    scene::{Scene, Value},
    sweep::{Axis, Design, Errand, Found, Plan, Way},
    view::Palette,
};
use egui::Ui;
use egui_plot::{Line, MarkerShape, PlotUi, Points};

/// Values of the strength.
const VALUES: usize = 25;
/// Runs at each.
const RUNS: u64 = 8;
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
    /// Counts errands.
    number: u64,
    /// What the errand under way is about.
    about: Option<String>,
    points: Vec<Found>,
}

impl Default for PhaseMap {
    fn default() -> Self {
        Self { on: false, ramp: false, share: SHARES[1], number: 0, about: None, points: Vec::new() }
    }
}

impl PhaseMap {
    /// What was found so far.
    pub fn points(&self) -> &[Found] {
        &self.points
    }

    /// Takes note of a point, in place of what was known of its value.
    fn note(&mut self, found: Found) {
        if found.number != self.number {
            return;
        }
        match self.points.iter_mut().find(|known| (known.way, known.value) == (found.way, found.value)) {
            Some(known) => *known = found,
            None => self.points.push(found),
        }
    }

    /// The value that was found nearest to another one.
    pub(super) fn nearest(&self, value: f64) -> Option<f64> {
        let values = self.points.iter().map(|found| found.value);
        values.min_by(|a, b| (a - value).abs().total_cmp(&(b - value).abs()))
    }

    /// Draws the points with their errors.
    pub(super) fn draw(&self, plot: &mut PlotUi, palette: &Palette) {
        for (way, shape, name) in [
            (Way::Alone, MarkerShape::Circle, "runs"),
            (Way::Up, MarkerShape::Up, "up"),
            (Way::Down, MarkerShape::Down, "down"),
        ] {
            let colour = if way == Way::Down { palette.danger } else { palette.accent };
            let mut points: Vec<&Found> = self.points.iter().filter(|found| found.way == way).collect();
            points.sort_by(|a, b| a.value.total_cmp(&b.value));
            for found in points.iter().filter(|found| found.error.is_finite()) {
                let bar = vec![[found.value, found.mean - found.error], [found.value, found.mean + found.error]];
                plot.line(Line::new("error", bar).color(colour).width(1.5).allow_hover(false));
            }
            let places: Vec<[f64; 2]> = points.iter().map(|found| [found.value, found.mean]).collect();
            plot.line(Line::new(name, places.clone()).color(colour.gamma_multiply(0.35)).width(1.0).allow_hover(false));
            plot.points(Points::new(name, places).shape(shape).color(colour).radius(3.0));
        }
    }
}

impl Desk {
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
                let strength = self.model.strength().and_then(|strength| self.value(&strength.path));
                let here = strength.and_then(|value| value.number()).unwrap_or(0.0);
                let PhaseMap { number, ramp, share, .. } = self.phase_map;
                Some(Some(Errand { number, plan, here, ramp, share }))
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
        let (order, strength) = (self.plots.first()?, self.model.strength()?);
        let range = strength.slider_range()?;
        let mut scene = Scene { seed: self.seed, ..self.scene.clone() };
        scene.model.params = self.params();
        // Where the strength stands does not matter to the map.
        self.model.set(&mut *scene.model.params, &strength.path, &Value::Number(*range.start())).ok()?;
        let PhaseMap { ramp, share, .. } = self.phase_map;
        let about = format!("{} {} {ramp} {share} {}", order.name, scene.seed, scene.model.params.to_ron());
        let axis = Axis::read(&format!("{}={}:{}:{VALUES}", strength.path, range.start(), range.end()), self.model);
        let plan = axis.map(|axis| Plan {
            version: env!("CARGO_PKG_VERSION").into(),
            scene,
            journal: Default::default(),
            axes: vec![axis],
            design: Design::Grid,
            repeats: RUNS,
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
pub(super) fn menu(ui: &mut Ui, desk: &mut Desk) {
    ui.set_min_width(220.0);
    ui.checkbox(&mut desk.phase_map.on, "Fill in by background runs");
    let ramps = desk.model.strength().is_some_and(|strength| !strength.restart);
    ui.add_enabled(ramps, egui::Checkbox::new(&mut desk.phase_map.ramp, "Lead one run up and down"))
        .on_hover_text("Where it reads something else on the way back, order is remembered (hysteresis)");
    ui.add_space(space::S);
    ui.label("Share of one core");
    ui.horizontal(|ui| {
        for share in SHARES {
            ui.selectable_value(&mut desk.phase_map.share, share, format!("{}\u{2009}%", words::number(100.0 * share)));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::Lab;

    #[test]
    fn an_errand_is_sent_once_and_anew_when_anything_but_the_strength_changes() {
        let lab = Lab::new();
        let scene = lab.open("vicsek").unwrap().scene;
        let mut desk = Desk::new(lab, "vicsek", scene);
        assert!(desk.errand().is_none());
        desk.phase_map.on = true;
        let errand = desk.errand().unwrap().unwrap();
        assert_eq!(
            (errand.plan.runs(), errand.plan.measures.as_slice()),
            (VALUES as u64 * RUNS, &["polarisation".to_owned()][..])
        );
        assert!(desk.errand().is_none());
        let found = |number, value, mean| Found { number, way: Way::Alone, value, mean, error: 0.1, runs: 1 };
        desk.found_out(Ok(found(errand.number, 1.0, 0.5)));
        desk.found_out(Ok(found(errand.number, 1.0, 0.6)));
        desk.found_out(Ok(found(errand.number + 1, 2.0, 0.6)));
        assert_eq!(desk.phase_map.points(), [found(errand.number, 1.0, 0.6)]);
        assert_eq!(desk.phase_map.nearest(4.0), Some(1.0));
        desk.set("noise", Value::Number(3.0));
        assert!(desk.errand().is_none());
        desk.set("radius", Value::Number(2.0));
        assert!(desk.errand().unwrap().is_some() && desk.phase_map.points().is_empty());
        desk.phase_map.on = false;
        assert!(desk.errand().unwrap().is_none() && desk.errand().is_none());
    }
}
