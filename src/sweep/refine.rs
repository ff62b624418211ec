//! A plan that looks where it is going: it refines where the order parameter changes fastest, until it is known as well as
//! was wished.
//!
//! It begins with the plan's grid. A setting is repeated until the standard error of its mean, over repeats, is at most
//! half of the wished error. Then every cell of the grid over whose corners the mean differs by more than the wished error
//! is halved along each axis, and so on. What comes next depends on rows alone, so a sweep that was killed comes to the
//! same table.

use super::{
    axis::{Range, Values},
    plan::Plan,
};
use crate::{
    error::{Error, Result},
    measures,
    scene::Value,
};
use std::collections::BTreeMap;

/// How often a cell is halved at most: a jump has no end of it.
const HALVINGS: u32 = 6;
/// Repeats of one setting at most.
const REPEATS: u64 = 64;

/// A run that is still to be made.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wanted {
    pub run: u64,
    pub repeat: u64,
    pub values: Vec<Value>,
}

/// A setting: its place in the finest grid that there may be, and what its runs read.
#[derive(Clone, Debug, Default)]
struct Setting {
    runs: u64,
    readings: Vec<f64>,
}

/// A box between settings: its lowest corner, and the length of its sides.
#[derive(Clone, Debug)]
struct Cell {
    at: Vec<u64>,
    side: u64,
}

/// Where a refining sweep stands.
pub(super) struct Refinement {
    error: f64,
    repeats: u64,
    /// Each axis: its range, and how often the finest spacing goes into it.
    axes: Vec<(Range, u64)>,
    settings: BTreeMap<Vec<u64>, Setting>,
    cells: Vec<Cell>,
    /// The setting of each run.
    runs: Vec<Vec<u64>>,
}

impl Refinement {
    /// Before the first run.
    ///
    /// # Errors
    /// Where the plan cannot be refined.
    pub fn new(plan: &Plan, error: f64) -> Result<Self> {
        let wrong = |what: &str, allowed: &str| Err(Error::usage(what).allowed(allowed).at("--refine"));
        if !error.is_finite() || error <= 0.0 {
            return wrong("no error to stop at", "a number above 0");
        }
        if plan.repeats < 2 {
            return wrong("one run of a setting has no error", "--repeats 2 or more");
        }
        let side = 1 << HALVINGS;
        let axis = |axis: &super::Axis| match (&axis.values, axis.span) {
            (Values::Levels(levels), Some(range)) if !range.whole => Some((range, (levels.len() as u64 - 1) * side)),
            _ => None,
        };
        let axes: Option<Vec<(Range, u64)>> = plan.axes.iter().map(axis).collect();
        let Some(axes) = axes.filter(|axes| (1..=3).contains(&axes.len())) else {
            return wrong(
                "what is varied cannot be halved",
                "one to three --vary PATH=FROM:TO:COUNT of numbers that need not be whole",
            );
        };
        let mut refinement =
            Self { error, repeats: plan.repeats, axes, settings: BTreeMap::new(), cells: Vec::new(), runs: Vec::new() };
        // The grid: settings and cells, the last axis fastest, as the plan counts them.
        refinement.settings_of_grid(side);
        Ok(refinement)
    }

    fn settings_of_grid(&mut self, side: u64) {
        let mut places: Vec<Vec<u64>> = vec![Vec::new()];
        for (_, length) in &self.axes {
            let steps = length / side;
            let with = |place: &Vec<u64>| (0..=steps).map(|at| [place.as_slice(), &[at * side]].concat()).collect::<Vec<_>>();
            places = places.iter().flat_map(with).collect();
        }
        for place in places {
            if place.iter().zip(&self.axes).all(|(at, (_, length))| at < length) {
                self.cells.push(Cell { at: place.clone(), side });
            }
            self.settings.insert(place, Setting::default());
        }
    }

    /// What a run read; not a number where it went wrong.
    pub fn read(&mut self, run: u64, reading: f64) {
        if let Some(setting) = self.runs.get(run as usize).and_then(|place| self.settings.get_mut(place))
            && reading.is_finite()
        {
            setting.readings.push(reading);
        }
    }

    /// The runs that are to be made next; none: it is done. All that were wanted before must have been read.
    pub fn next(&mut self) -> Vec<Wanted> {
        let wanted = self.repeated();
        if !wanted.is_empty() {
            return wanted;
        }
        loop {
            let cells = std::mem::take(&mut self.cells);
            let (rough, smooth): (Vec<Cell>, Vec<Cell>) = cells.into_iter().partition(|cell| self.is_rough(cell));
            self.cells = smooth;
            let mut wanted = Vec::new();
            for Cell { at, side } in &rough {
                let side = side / 2;
                for place in corners(at, side, 3) {
                    if !self.settings.contains_key(&place) {
                        self.settings.insert(place.clone(), Setting::default());
                        self.want(&place, self.repeats, &mut wanted);
                    }
                }
                self.cells.extend(corners(at, side, 2).into_iter().map(|at| Cell { at, side }));
            }
            // Halves of a cell between settings that neighbours brought may be rough without any new setting.
            if rough.is_empty() || !wanted.is_empty() {
                return wanted;
            }
        }
    }

    /// Further repeats of settings that are not known well enough; at first, of all.
    fn repeated(&mut self) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        let places: Vec<Vec<u64>> = self.settings.keys().cloned().collect();
        for place in &places {
            let Setting { runs, readings } = &self.settings[place];
            // Where nearly all went wrong, more would too.
            let known = error_of(readings) <= self.error / 2.0 || readings.len() < 2;
            let more = match *runs {
                0 => self.repeats,
                _ if known => 0,
                runs => runs.min(REPEATS.saturating_sub(runs)),
            };
            self.want(place, more, &mut wanted);
        }
        wanted
    }

    fn want(&mut self, place: &[u64], more: u64, wanted: &mut Vec<Wanted>) {
        let values: Vec<Value> = place
            .iter()
            .zip(&self.axes)
            .map(|(at, (range, length))| Value::Number(range.at(*at as f64 / *length as f64)))
            .collect();
        let setting = self.settings.get_mut(place).expect("it was entered before");
        for repeat in setting.runs..setting.runs + more {
            wanted.push(Wanted { run: self.runs.len() as u64, repeat, values: values.clone() });
            self.runs.push(place.to_vec());
        }
        setting.runs += more;
    }

    /// Whether the means at a cell's corners differ by more than the wished error.
    fn is_rough(&self, cell: &Cell) -> bool {
        let means = corners(&cell.at, cell.side, 2).into_iter().map(|place| mean(&self.settings[&place].readings));
        let known: Vec<f64> = means.filter(|mean| mean.is_finite()).collect();
        let (low, high) =
            known.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mean| (low.min(*mean), high.max(*mean)));
        cell.side > 1 && high - low > self.error
    }

    /// The number of runs that were wanted so far.
    pub fn runs(&self) -> u64 {
        self.runs.len() as u64
    }
}

/// Standard error of a mean over independent readings.
fn error_of(readings: &[f64]) -> f64 {
    let (_, spread) = measures::summary(readings.iter().copied()).unwrap_or((f64::NAN, f64::NAN));
    spread / (readings.len() as f64 - 1.0).sqrt()
}

/// Their mean; not a number where there are none.
fn mean(readings: &[f64]) -> f64 {
    measures::summary(readings.iter().copied()).map_or(f64::NAN, |(mean, _)| mean)
}

/// Places `side` apart, so many along each axis, from a lowest one on.
fn corners(at: &[u64], side: u64, many: u64) -> Vec<Vec<u64>> {
    at.iter().fold(vec![Vec::new()], |places: Vec<Vec<u64>>, at| {
        let with =
            |place: &Vec<u64>| (0..many).map(|step| [place.as_slice(), &[at + step * side]].concat()).collect::<Vec<_>>();
        places.iter().flat_map(with).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        models,
        sim::{Chance, maths},
        sweep::{Axis, Design},
    };

    fn plan(vary: &[&str], repeats: u64) -> Plan {
        let models = models::all();
        let model = models.find("vicsek").unwrap();
        Plan {
            version: String::new(),
            scene: model.scene(),
            journal: Default::default(),
            axes: vary.iter().map(|axis| Axis::read(axis, model).unwrap()).collect(),
            design: Design::Grid,
            repeats,
            steps: 1,
            discard: None,
            measures: vec!["polarisation".into()],
            every: None,
            refine: Some(0.1),
            fit: None,
        }
    }

    /// Refines with readings of a function, and gives what was run.
    fn refined(plan: &Plan, error: f64, reading: impl Fn(&[f64], u64) -> f64) -> (Refinement, Vec<Wanted>) {
        let mut refinement = Refinement::new(plan, error).unwrap();
        let mut all = Vec::new();
        loop {
            let wanted = refinement.next();
            if wanted.is_empty() {
                return (refinement, all);
            }
            for run in &wanted {
                let values: Vec<f64> = run.values.iter().map(|value| value.number().unwrap()).collect();
                refinement.read(run.run, reading(&values, run.run));
            }
            all.extend(wanted);
        }
    }

    #[test]
    fn a_step_is_looked_at_closely_and_a_plain_is_not() {
        let step = |x: f64| 1.0 / (1.0 + maths::exp((x - 3.3) / 0.08));
        let noise = |run: u64| 0.01 * Chance::new(run, 0, "test").normal(0, 0);
        let (refinement, runs) = refined(&plan(&["noise=0:6:7"], 2), 0.1, |at, run| step(at[0]) + noise(run));
        let near = runs.iter().filter(|run| (run.values[0].number().unwrap() - 3.3).abs() < 0.5).count();
        assert!(runs.len() < 90 && near > runs.len() / 2, "{near} of {}", runs.len());
        assert!(runs.iter().enumerate().all(|(at, run)| run.run == at as u64) && refinement.runs() == runs.len() as u64);
        // Neighbours differ by no more than was wished.
        let mut settings: Vec<(f64, f64)> =
            refinement.settings.iter().map(|(at, setting)| (at[0] as f64, mean(&setting.readings))).collect();
        settings.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(settings.array_windows().all(|[a, b]| (a.1 - b.1).abs() <= 0.1));
        assert!(refinement.settings.values().all(|setting| error_of(&setting.readings) <= 0.05));
    }

    #[test]
    fn a_plane_is_refined_along_its_edge_and_a_jump_has_an_end() {
        let jump = |at: &[f64]| f64::from(u8::from(at[0] < 2.0 + at[1]));
        let (refinement, runs) = refined(&plan(&["noise=0:6:4", "radius=0:3:4"], 2), 0.1, |at, _| jump(at));
        let finest = refinement.cells.iter().map(|cell| cell.side).min().unwrap();
        assert_eq!(finest, 1);
        assert!(runs.len() < 2 * 193 * 193 / 10, "{}", runs.len());
        // A setting that nobody can know better is given up.
        let (_, runs) = refined(&plan(&["noise=0:6:2"], 2), 0.001, |_, run| (run % 2) as f64);
        assert!(runs.iter().all(|run| run.repeat < REPEATS));
    }

    #[test]
    fn what_cannot_be_refined_is_named() {
        let error = |plan: &Plan, error: f64| Refinement::new(plan, error).err().unwrap().to_string();
        assert!(error(&plan(&["noise=0:6:7"], 1), 0.1).contains("--repeats 2 or more"));
        assert!(error(&plan(&["noise=0,1,2"], 2), 0.1).contains("cannot be halved"));
        assert!(error(&plan(&["agents=10:100:3"], 2), 0.1).contains("cannot be halved"));
        assert!(error(&plan(&["noise=0:6:7"], 2), 0.0).contains("no error to stop at"));
    }
}
