//! How fast a run and its twin come apart.

use super::{Instrument, Measure, Memory, Reading, Saved, Seen, When};
use crate::sim::{Agents, Checkpoint, Phase, Simulation, maths};
use std::sync::Arc;

/// Distance to which a twin is brought back after each reading, where positions are kept in 32 bits.
const NEAR: f64 = 1e-4;
/// The same, where there are phases alone.
const NEARER: f64 = 1e-7;
/// Readings until a twin lies in the direction that grows fastest.
const ALIGNED: u64 = 100;
/// By how much an error grows until the prediction is worth nothing: from a millionth to a tenth.
const GROWTH: f64 = 1e5;

/// What an instrument of twins needs.
const SMOOTH: (&str, fn(&Agents) -> bool) = ("phases, headings, velocities or positions", |agents| {
    let phases = agents.with(|phases: Option<&[Phase]>| phases.is_some());
    phases || agents.directions().is_some() || agents.with_positions(|positions| positions.is_some())
});

/// The distance of a twin that is left alone.
pub const DISTANCE: Instrument = Instrument {
    name: "twin_distance",
    symbol: "δ",
    definition: "Distance of the run from a twin that has the same chance and the same journal, and was shifted at the first reading by a \
                 ten-thousandth (where there are phases alone, by a ten-millionth): the root of the mean over agents of the squares of what \
                 differs between phases (radians), positions (sides of the space), headings (unit vectors) and velocities. Straight \
                 on a logarithmic axis as long as the twins part exponentially. As errors grow in Lorenz, Tellus 21, 289 (1969).",
    cost: "a step of the run on one thread, a step",
    needs: SMOOTH,
    when: When::Each,
    make: || Box::new(Twin::new(|twin, run| twin.apart(run))),
    ..Instrument::PLAIN
};

/// The local exponent, whose mean is the largest Lyapunov exponent.
pub const EXPONENT: Instrument = Instrument {
    name: "lyapunov_exponent",
    symbol: "λ",
    definition: "Growth of the distance of a twin with the same chance since the last reading, ln(δ/δ₀)/Δt per unit of time; after each \
                 reading the twin is brought back to the distance δ₀ (10⁻⁴; 10⁻⁷ where there are phases alone) in its direction. Its mean \
                 over a run is the largest Lyapunov exponent for differences of that size, above 0 where the run is \
                 chaotic. Benettin, Galgani & Strelcyn, Phys. Rev. A 14, 2338 (1976). Not defined where twins do not differ.",
    make: || Box::new(Twin::new(|twin, run| twin.renewed(run))),
    ..DISTANCE
};

/// The predictability horizon.
pub const HORIZON: Instrument = Instrument {
    name: "predictability_horizon",
    symbol: "T_p",
    definition: "Time in which an error of a millionth grows to a tenth, ln(10⁵)/λ, with the mean so far of the largest Lyapunov \
                 exponent after the first 100 readings (Lighthill, Proc. R. Soc. A 407, 35, 1986, on the horizon). Not defined where λ is not \
                 above 0: such a run can be predicted as far as one likes.",
    make: || {
        Box::new(Twin::new(|twin, run| {
            twin.renewed(run);
            let mean = twin.pair.sum / twin.pair.count as f64;
            if mean > 0.0 { maths::ln(GROWTH) / mean } else { f64::NAN }
        }))
    },
    ..DISTANCE
};

/// What is remembered of a run's twin.
#[derive(Clone, Default)]
struct Pair {
    /// Where the twin stands; nothing before the first reading.
    state: Option<Arc<Checkpoint>>,
    /// Time of the last reading.
    time: f64,
    /// Readings so far.
    readings: u64,
    /// Sum of the exponents of those that count, and how many these are.
    sum: f64,
    count: u64,
}

impl Memory for Pair {
    fn bytes(&self) -> usize {
        self.state.as_ref().map_or(0, |state| state.bytes())
    }
}

/// A run's twin, and what is told of it.
struct Twin {
    pair: Pair,
    run: Option<Simulation>,
    tell: fn(&mut Self, &Simulation) -> f64,
}

impl Twin {
    fn new(tell: fn(&mut Self, &Simulation) -> f64) -> Self {
        Self { pair: Pair::default(), run: None, tell }
    }

    fn apart(&self, run: &Simulation) -> f64 {
        self.run.as_ref().map_or(f64::NAN, |twin| twin.apart(run))
    }

    /// The exponent since the last reading; the twin is brought back.
    fn renewed(&mut self, run: &Simulation) -> f64 {
        let near = near(run);
        let apart = self.apart(run);
        let Some(twin) = &mut self.run else { return f64::NAN };
        if !(apart > 0.0 && apart.is_finite()) {
            twin.nudge(near);
            return f64::NAN;
        }
        let time = run.clock().time;
        let exponent = maths::ln(apart / near) / (time - self.pair.time);
        twin.bring_near(run, near / apart);
        // The first reading only sets the distance.
        self.pair.readings += 1;
        if self.pair.readings > ALIGNED && exponent.is_finite() {
            self.pair.sum += exponent;
            self.pair.count += 1;
        }
        if self.pair.readings > 1 { exponent } else { f64::NAN }
    }

    /// The twin, at the step of the run; nothing where it cannot be made.
    fn follow(&mut self, run: &Simulation) -> Option<()> {
        let twin = match &mut self.run {
            Some(twin) => twin,
            none => {
                let mut twin = run.twin().ok()?;
                match &self.pair.state {
                    Some(state) => twin.restore(state),
                    None => twin.nudge(near(run)),
                }
                none.insert(twin)
            }
        };
        twin.follow(run).ok()
    }
}

fn near(run: &Simulation) -> f64 {
    let places = run.agents().with_positions(|positions| positions.is_some()) || run.agents().directions().is_some();
    if places { NEAR } else { NEARER }
}

impl Measure for Twin {
    fn read(&mut self, seen: &Seen) -> Reading {
        let run = seen.simulation;
        let told = self.follow(run).map_or(f64::NAN, |()| (self.tell)(self, run));
        self.pair.time = run.clock().time;
        told.into()
    }

    fn save(&self) -> Saved {
        let state = self.run.as_ref().map(|twin| Arc::new(twin.state()));
        Saved::new(&Pair { state: state.or_else(|| self.pair.state.clone()), ..self.pair.clone() })
    }

    fn restore(&mut self, saved: &Saved) {
        (self.pair, self.run) = (saved.memory(), None);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        error::Result,
        lab::Lab,
        measures::Observer,
        scene::{Scene, Strength, Value},
        sim::{Fact, Model, Phase, Setup, Simulation, Source, maths},
        statistics::mean,
    };
    use bevy_ecs::{
        resource::Resource,
        system::{Query, Res},
    };
    use bevy_reflect::Reflect;
    use serde::{Deserialize, Serialize};
    use std::f64::consts::TAU;

    /// The readings of a run.
    fn readings(name: &str, set: &[(&str, &str)], steps: u64, measures: &[&str]) -> Vec<Vec<f64>> {
        let lab = Lab::new();
        let mut scene: Scene = lab.open(name).unwrap().scene;
        let model = lab.model_of(&scene);
        for (path, value) in set {
            model.set(&mut *scene.model.params, path, &Value::parse(value)).unwrap();
        }
        readings_of(&lab, &scene, steps, measures)
    }

    fn readings_of(lab: &Lab, scene: &Scene, steps: u64, measures: &[&str]) -> Vec<Vec<f64>> {
        let mut run = Simulation::new(scene, lab.models(), Some(1)).unwrap();
        let mut observer = Observer::new(measures.iter().copied(), &run).unwrap();
        (0..=steps)
            .map(|step| {
                if step > 0 {
                    run.step().unwrap();
                }
                observer.numbers(&run)
            })
            .collect()
    }

    #[test]
    fn free_oscillators_do_not_part() {
        // Without coupling all differences stay what they are: λ = 0 exactly.
        let told = readings("kuramoto", &[("agents", "50"), ("coupling", "0")], 100, &["lyapunov_exponent", "twin_distance"]);
        assert!(told[0][0].is_nan() && told[1..].iter().all(|told| told[0].abs() < 1e-6));
        assert!(told.iter().all(|now| (now[1] / told[0][1] - 1.0).abs() < 1e-6));
    }

    #[test]
    fn locked_oscillators_keep_the_freedom_to_turn_as_one() {
        // Of a locked state all exponents are below 0 but that of the common phase, which is 0.
        let told = readings(
            "kuramoto",
            &[("agents", "50"), ("coupling", "8"), ("frequencies", "uniform")],
            2000,
            &["lyapunov_exponent"],
        );
        let late: Vec<f64> = told[1000..].iter().map(|told| told[0]).collect();
        assert!(mean(&late).abs() < 1e-3, "{}", mean(&late));
    }

    /// A model whose twins part at a known rate: phases go to twice what they are, and a little on, in every half unit of
    /// time. The difference of two doubles each time: λ = ln 2 / 0.5 exactly.
    #[derive(Resource, Reflect, Clone, Debug, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Doubling {
        /// By how much a phase grows.
        #[reflect(@0.0..=4.0f64, @Strength::Rising)]
        factor: f64,
    }

    impl Default for Doubling {
        fn default() -> Self {
            Self { factor: 2.0 }
        }
    }

    impl Model for Doubling {
        const NAME: &'static str = "doubling";
        const TITLE: &'static str = "Doubling";
        const SOURCES: &'static [Source] = &[Source { title: "Rényi 1957", ..Source::NONE }];
        const MEASURES: &'static [&'static str] = &["order"];

        fn build(&self, setup: &mut Setup) -> Result<()> {
            setup.column::<Phase>();
            setup.spawn((0..20).map(|at| Phase(0.3 * f64::from(at))));
            setup.time_step("s", |_: &Self| 0.5);
            setup.advance(|model: Res<Self>, mut phases: Query<&mut Phase>| {
                phases.iter_mut().for_each(|mut phase| phase.0 = (model.factor * phase.0 + 0.1).rem_euclid(TAU));
            });
            Ok(())
        }

        fn facts() -> Vec<Fact> {
            Vec::new()
        }
    }

    #[test]
    fn where_differences_double_the_exponent_is_that_of_the_doubling_and_the_horizon_follows() {
        let lab = Lab::new().with::<Doubling>();
        let measures = ["lyapunov_exponent", "twin_distance", "predictability_horizon"];
        let read = |factor: f64| {
            let mut scene = lab.open("doubling").unwrap().scene;
            lab.model_of(&scene).set(&mut *scene.model.params, "factor", &Value::Number(factor)).unwrap();
            readings_of(&lab, &scene, 150, &measures)
        };
        let told = read(2.0);
        let rate = maths::ln(2.0) / 0.5;
        assert!(told[0][0].is_nan() && told[1..].iter().all(|told| (told[0] / rate - 1.0).abs() < 1e-6), "{:?}", told[1]);
        // A twin that is left alone doubles its distance, until it is as far as a circle allows.
        let first = told[0][1];
        for (step, now) in told.iter().enumerate().take(20) {
            let grown = first * (1_u64 << step) as f64;
            assert!((now[1] / grown - 1.0).abs() < 1e-6, "{step}: {} {grown}", now[1]);
        }
        assert!(told[60..].iter().all(|now| (0.5..4.0).contains(&now[1])));
        let horizon = maths::ln(1e5) / rate;
        assert!(told[..100].iter().all(|now| now[2].is_nan()) && (told[150][2] / horizon - 1.0).abs() < 1e-6);
        // Where differences halve, the exponent is below 0, and one can see as far as one likes.
        let told = read(0.5);
        assert!((told[50][0] / rate + 1.0).abs() < 1e-6 && told.iter().all(|now| now[2].is_nan()), "{:?}", told[50]);
    }
}
