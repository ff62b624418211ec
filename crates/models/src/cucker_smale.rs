//! Cucker and Smale's flock, and Chazelle's.

use crate::{
    error::Result,
    scene::{self, Decoupled, Group, Log, Look, Restart, Slider, Strength, Symbol},
    sim::{
        Abreast, Body, Expected, Fact, Integrator, Method, Model, Neighbours, Pairs, Position, Reach, Series, Setting, Setup,
        Source, Space, Velocity, Zone, maths, over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::{DVec2, Vec2};
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};
use wide::f32x4;

/// How much a bird heeds another.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Influence {
    /// All others, the less the farther they are (Cucker & Smale 2007).
    #[default]
    Smooth,
    /// Those within the radius alike, and nobody beyond (Chazelle 2014).
    Disc,
}

/// Birds that change their velocity towards those of others, the near ones more than the far. If influence falls slowly
/// enough with distance they always end as one flock, however they began; otherwise a flock that starts too fast falls apart.
///
/// xᵢ′ = vᵢ and vᵢ′ = (K/N) Σⱼ (vⱼ − vᵢ)/(σ² + |xⱼ − xᵢ|²)^β, which conserves the mean velocity; with β ≤ ½ all flock. Integrated
/// by the classical Runge–Kutta method. In Chazelle's reading a bird takes a share K dt of the way to the mean velocity of its
/// neighbours, those within r, once a step; the question is when the network of neighbours changes for the last time.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CuckerSmale {
    /// Coupling of velocities, K.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 10.0), @Symbol("K"), @Strength::Rising, @Decoupled("0"))]
    pub coupling: f64,
    /// How fast influence falls with distance, β.
    #[reflect(@0.0..=10.0f64, @Slider(0.0, 2.0), @Symbol("β"), @Group("Interaction"))]
    pub exponent: f64,
    /// Distance from which on influence falls, σ.
    #[reflect(@0.001..=1000.0f64, @Slider(0.1, 10.0), @Log, @Symbol("σ"), @Group("Interaction"))]
    pub scale: f64,
    /// How much a bird heeds another.
    #[reflect(@Group("Interaction"))]
    pub influence: Influence,
    /// Radius within which birds are neighbours, r: they are linked in the flock network.
    #[reflect(@0.0..=1000.0f32, @Slider(0.1, 10.0), @Symbol("r"), @Group("Interaction"))]
    pub radius: f32,
    /// Largest speed at the start: velocities are strewn over a disc of this radius.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 5.0), @Restart, @Group("Start"))]
    pub speed: f32,
    /// Number of birds, N. With smooth influence each heeds each, so that a step costs N².
    #[reflect(@0..=20_000u32, @Slider(2.0, 1_000.0), @Log, @Symbol("N"), @Restart, @Group("Start"))]
    pub agents: u32,
    /// Side of the box in which they start.
    #[reflect(@0.0..=10_000.0f32, @Slider(0.0, 50.0), @Restart, @Group("Start"))]
    pub size: f32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f64, @Slider(0.001, 0.2), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for CuckerSmale {
    /// Influence that falls slowly enough for all to flock.
    fn default() -> Self {
        Self {
            coupling: 2.0,
            exponent: 0.4,
            scale: 1.0,
            influence: Influence::Smooth,
            radius: 1.5,
            speed: 1.0,
            agents: 150,
            size: 10.0,
            time_step: 0.02,
        }
    }
}

/// The integrator and what it works on, in the order of rows.
#[derive(Resource, Default)]
struct Motion {
    integrator: Integrator<Body<DVec2>>,
    states: Vec<Body<DVec2>>,
    abreast: Abreast,
    /// What the step adds.
    change: Vec<Body<DVec2>>,
}

impl Model for CuckerSmale {
    const NAME: &'static str = "cucker_smale";
    const TITLE: &'static str = "Cucker and Smale's flock";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Cucker, F.", "Smale, S."],
            title: "Emergent behavior in flocks",
            journal: "IEEE Trans. Autom. Control",
            volume: "52",
            pages: "852",
            year: 2007,
            doi: "10.1109/TAC.2007.895842",
            ..Source::NONE
        },
        Source {
            authors: &["Chazelle, B."],
            title: "The convergence of bird flocking",
            journal: "J. ACM",
            volume: "61",
            pages: "21",
            year: 2014,
            doi: "10.1145/2629613",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["polarisation", "velocity_spread", "last_change"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.space(Space::open(1.2 * self.size.max(1.0)));
        setup.roaming();
        setup.time_step("", |model: &Self| model.time_step);
        setup.column::<Position>();
        setup.column::<Velocity>();
        setup.newcomer(|model: &Self, start, agent, place: Vec2| {
            let speed = model.speed * start.unit(agent, 3).sqrt();
            (Position(place), Velocity(speed * start.direction::<Vec2>(agent, 2)))
        });
        setup.strew(self.agents, &Space::open(self.size));
        setup.derived(Motion::default());
        setup.index(|model: &Self, _, _: &Space| model.radius);
        setup.interact(align);
        setup.advance(fly);
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 40, links: scene::Links::Neighbours, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        vec![Zone::round("neighbours", Reach::Within(self.radius))]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// What the next step adds to places and velocities.
fn align(
    model: Res<CuckerSmale>,
    index: Res<Neighbours>,
    mut motion: ResMut<Motion>,
    mut birds: Query<(&Position, &Velocity)>,
) {
    let Some((positions, velocities)) = rows(&mut birds) else { return };
    let Motion { integrator, states, abreast, change } = &mut *motion;
    change.clear();
    match model.influence {
        Influence::Smooth => {
            states.clear();
            states.extend(positions.iter().zip(velocities).map(|(position, velocity)| Body::of(position.0, velocity.0)));
            let added = integrator.step(Method::RungeKutta, model.time_step, states, |states, slopes| {
                write_slopes(&model, states, abreast, slopes);
            });
            change.extend_from_slice(added);
        }
        Influence::Disc => {
            let positions: &[Vec2] = bytemuck::cast_slice(positions);
            // More than the whole way would be no mean.
            let share = (model.coupling * model.time_step).min(1.0);
            change.resize(positions.len(), Body::default());
            index.each(change, |row, nearby, change| {
                let own = velocities[row].0.as_dvec2();
                let (mut sum, mut count) = (DVec2::ZERO, 0.0);
                nearby.within(positions, positions[row], model.radius, |other, _| {
                    sum += velocities[other].0.as_dvec2() - own;
                    count += 1.0;
                });
                change.velocity = share / count * sum;
                change.position = model.time_step * (own + change.velocity);
            });
        }
    }
}

/// x′ and v′ of all, in a given state.
fn write_slopes(model: &CuckerSmale, states: &[Body<DVec2>], abreast: &mut Abreast, slopes: &mut [Body<DVec2>]) {
    let share = model.coupling / states.len() as f64;
    let squared_scale = f32x4::splat((model.scale * model.scale) as f32);
    let exponent = f32x4::splat(-model.exponent as f32);
    let heed = |pairs: &Pairs| {
        let weight = maths::exp4(exponent * maths::ln4(squared_scale + pairs.squared));
        [weight * pairs.velocity[0], weight * pairs.velocity[1]]
    };
    abreast.arrange(states);
    abreast.each(states, slopes, heed, |own, sum| Body { position: own.velocity, velocity: share * sum });
}

/// All fly on.
fn fly(motion: Res<Motion>, mut birds: Query<(&mut Position, &mut Velocity)>) {
    let Some((positions, velocities)) = rows(&mut birds) else { return };
    for ((position, velocity), change) in positions.iter_mut().zip(velocities.iter_mut()).zip(&motion.change) {
        (position.0, velocity.0) = change.after(position.0, velocity.0);
    }
}

fn facts() -> Vec<Fact> {
    let birds = |beta: f64| Setting::new().number("exponent", beta);
    // Two from one place: what separates them stays on one line.
    let two = |beta: f64, coupling: f64, speed: f64| {
        let from_one_place = birds(beta).number("agents", 2.0).number("size", 0.0).number("time_step", 0.05);
        from_one_place.number("coupling", coupling).number("speed", speed)
    };
    let fast =
        |beta: f64| birds(beta).number("agents", 60.0).number("speed", 5.0).number("coupling", 2.0).number("time_step", 0.1);
    let disc = || Setting::new().choice("influence", "disc");
    let fact = Fact {
        claim: "",
        source: "exact: linear, every difference of velocities falls as e^{−Kt}",
        settings: vec![],
        steps: 250,
        discard: 0,
        seeds: 4,
        measures: &["velocity_spread", "nearest_distance"],
        quantity: |runs| over_seeds(&runs[0], |run| -maths::ln(run.last(0) / run.values[0][0]) / 5.0),
        expected: Expected::AtLeast(0.0),
        tolerance: "",
    };
    let pair = Fact {
        source: "Ha & Liu, Commun. Math. Sci. 7, 297 (2009); exact for two",
        tolerance: "rounding of places to 24 bits, which the way of both adds up",
        steps: 2000,
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "β = 0, K = 1: differences of velocities fall as e^{−t}",
            settings: vec![birds(0.0).number("agents", 50.0).number("coupling", 1.0)],
            expected: Expected::Near(1.0, 1e-4),
            tolerance: "rounding of velocities to 24 bits",
            ..fact.clone()
        },
        Fact {
            claim: "disc that holds all, K dt = 0.02: differences fall by 0.98 a step",
            source: "exact: the mean of all is the same for each",
            settings: vec![disc().number("agents", 50.0).number("coupling", 1.0).number("size", 1.0).number("radius", 1000.0)],
            quantity: |runs| over_seeds(&runs[0], |run| maths::exp(maths::ln(run.last(0) / run.values[0][0]) / 250.0)),
            expected: Expected::Near(0.98, 1e-5),
            tolerance: "rounding of velocities to 24 bits",
            ..fact.clone()
        },
        Fact {
            claim: "disc that holds nobody but the bird itself: nobody turns, what is left of the spread after 250 steps",
            source: "exact: a bird is its own only neighbour",
            settings: vec![disc().number("agents", 50.0).number("coupling", 1.0).number("radius", 0.0)],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) / run.values[0][0]),
            expected: Expected::Near(1.0, 1e-12),
            tolerance: "rounding of the instrument's sums",
            ..fact.clone()
        },
        Fact {
            claim: "two, β = 1: v + K arctan r stays what it was, at every step",
            settings: vec![two(1.0, 1.0, 0.6)],
            steps: 600,
            quantity: |runs| worst(&runs[0], |v, r| v + maths::atan2(r, 1.0)),
            expected: Expected::AtMost(1e-4),
            ..pair.clone()
        },
        Fact {
            claim: "two, β = 1, v(0) < Kπ/2: they come to rest at r = tan(v(0)/K)",
            settings: vec![two(1.0, 1.0, 0.6)],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(1) / maths::tan(2.0 * run.values[0][0])),
            expected: Expected::Near(1.0, 0.001),
            ..pair.clone()
        },
        Fact {
            claim: "two, β = ½: they come to rest at r = sinh(v(0)/K), however fast they were",
            settings: vec![two(0.5, 1.0, 2.0)],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(1) / maths::sinh(2.0 * run.values[0][0])),
            expected: Expected::Near(1.0, 0.001),
            ..pair.clone()
        },
        Fact {
            claim: "two, β = 1, v(0) > Kπ/2: they part for ever, at v(0) − Kπ/2",
            settings: vec![two(1.0, 0.1, 1.0)],
            quantity: |runs| {
                over_seeds(&runs[0], |run| 2.0 * run.last(0) - (2.0 * run.values[0][0] - 0.1 * std::f64::consts::FRAC_PI_2))
            },
            expected: Expected::Near(0.0, 0.004),
            tolerance: "K/r, what the rest of the way would take, beyond r = 25",
            ..pair.clone()
        },
        Fact {
            claim: "β = 0.4 < ½: all flock, however fast they were: what is left of the spread of 60 birds at t = 200",
            source: "Cucker & Smale 2007, theorem 2; Ha & Liu 2009",
            settings: vec![fast(0.4)],
            steps: 2000,
            seeds: 2,
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) / run.values[0][0]),
            expected: Expected::AtMost(0.001),
            tolerance: "the theorem has 0",
            ..fact.clone()
        },
        Fact {
            claim: "β = 1.5, as fast: they scatter: 0.914 of the spread is left at t = 200",
            source: "Ha & Liu 2009: beyond β = ½ only slow ones must flock; tests/oracles/bodies.py",
            settings: vec![fast(1.5)],
            steps: 2000,
            seeds: 2,
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) / run.values[0][0]),
            expected: Expected::Near(0.914, 0.026),
            tolerance: "4 standard errors of the difference of means of 8 and 2 runs with the oracle's spread, 0.0083",
            ..fact.clone()
        },
        Fact {
            claim: "disc, 100 birds: the time of the last change of the flock network, latest of 8 runs to t = 40",
            source: "Chazelle 2014: there is a last change; how soon is not said",
            settings: vec![
                disc()
                    .number("agents", 100.0)
                    .number("size", 6.0)
                    .number("speed", 0.5)
                    .number("coupling", 10.0)
                    .number("time_step", 0.1),
            ],
            steps: 400,
            seeds: 8,
            measures: &["last_change"],
            quantity: |runs| runs[0].iter().map(|run| run.last(0)).fold(0.0, f64::max),
            expected: Expected::AtMost(20.0),
            tolerance: "half of each run is quiet",
            ..fact
        },
    ]
}

/// The largest change of a quantity of two birds, a function of the speed at which they part and their distance.
fn worst(runs: &[Series], quantity: fn(f64, f64) -> f64) -> f64 {
    let changes = runs.iter().flat_map(|run| {
        let at = move |step: usize| quantity(2.0 * run.values[0][step], run.values[1][step]);
        (0..run.values[0].len()).map(move |step| (at(step) - at(0)).abs())
    });
    changes.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oracles::{Oracle, scattered, walk},
        sim::Simulation,
    };

    /// A run of some birds, and what it finds of their velocities, step by step.
    fn velocities(setting: &Setting, steps: usize) -> Vec<Vec<DVec2>> {
        let models = crate::all();
        let model = models.find(CuckerSmale::NAME).unwrap();
        let mut scene = model.scene();
        for (path, value) in &setting.0 {
            model.set(&mut *scene.model.params, path, value).unwrap();
        }
        let mut run = Simulation::new(&scene, &models, Some(1)).unwrap();
        let mut all = Vec::new();
        for _ in 0..=steps {
            all.push(run.agents().column::<Velocity>().unwrap().iter().map(|velocity| velocity.0.as_dvec2()).collect());
            run.step().unwrap();
        }
        all
    }

    #[test]
    fn a_flock_goes_where_rebound_takes_it() {
        let oracle = Oracle::read("bodies");
        let steep = Setting::new().number("coupling", 3.0).number("exponent", 1.5).number("scale", 0.5);
        for (name, seed, setting, side) in [("heed", 82, Setting::new(), 5.0), ("heed steeply", 83, steep, 3.0)] {
            // Places are rounded to 24 bits at each step.
            oracle.agree(name, &walk::<Vec2>(CuckerSmale::NAME, &setting, &scattered(seed, 12, 2, side), 150), 1e-5);
        }
    }

    #[test]
    fn smooth_influence_conserves_the_mean_velocity() {
        let all = velocities(&Setting::new().number("exponent", 1.3).number("agents", 37.0), 200);
        let mean = |velocities: &Vec<DVec2>| velocities.iter().sum::<DVec2>() / velocities.len() as f64;
        assert!(mean(&all[0]).distance(mean(&all[200])) < 1e-6);
        assert!(all[0].iter().zip(&all[200]).any(|(a, b)| a.distance(*b) > 0.1), "they do turn");
    }

    #[test]
    fn a_mean_of_neighbours_never_leaves_the_hull_of_velocities() {
        let all = velocities(&Setting::new().choice("influence", "disc").number("radius", 3.0), 200);
        for k in 0..16 {
            let along = maths::unit(k as f32 * std::f32::consts::PI / 8.0).as_dvec2();
            let support = |velocities: &Vec<DVec2>| velocities.iter().map(|v| v.dot(along)).fold(f64::MIN, f64::max);
            let supports: Vec<f64> = all.iter().map(support).collect();
            assert!(supports.windows(2).all(|pair| pair[1] <= pair[0] + 1e-6), "{supports:?}");
            assert!(supports[200] < 0.9 * supports[0]);
        }
    }
}
