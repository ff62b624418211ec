//! Swarmalators: oscillators that swarm, and swarms that synchronise.

use crate::{
    error::Result,
    scene::{Ends, Group, Label, Log, Look, Restart, Slider, Strength, Symbol},
    sim::{
        Expected, Fact, Integrator, Method, Model, Moved, Phase, Position, Series, Setting, Setup, Source, Space, maths,
        over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// Swarmalators per unit of parallel work.
const CHUNK: usize = 16;
/// Partners that are summed side by side; the order of a sum follows from it alone.
const LANES: usize = 8;

/// Agents that move in the plane and carry a phase, each acting on the other: alike phases draw together (J > 0), and
/// near ones synchronise (K > 0) or desynchronise (K < 0). From a random start they settle in one of five states:
/// static sync, static async, static phase wave, splintered phase wave, active phase wave.
///
/// xᵢ′ = (1/N) Σⱼ [ (xⱼ − xᵢ)/|xⱼ − xᵢ| · (1 + J cos(θⱼ − θᵢ)) − (xⱼ − xᵢ)/|xⱼ − xᵢ|² ] and
/// θᵢ′ = (K/N) Σⱼ sin(θⱼ − θᵢ)/|xⱼ − xᵢ|. The order parameter is S = max(S₊, S₋), the correlation of phase
/// with the angle about the centre; r tells synchrony. Integrated by Heun's method.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Swarmalators {
    /// Coupling of phases, K: positive synchronises, negative desynchronises neighbours.
    #[reflect(@-10.0..=10.0f32, @Slider(-1.5, 1.5), @Symbol("K"), @Label("Phase coupling"), @Strength::Rising, @Ends("phases part", "phases meet"))]
    pub k: f32,
    /// How much likeness of phase attracts, J: positive draws like to like, negative like to unlike.
    #[reflect(@-10.0..=10.0f32, @Slider(-1.0, 1.0), @Symbol("J"), @Label("Attraction of like"), @Group("Interaction"))]
    pub j: f32,
    /// Number of swarmalators, N.
    #[reflect(@0..=20_000u32, @Slider(10.0, 2_000.0), @Log, @Symbol("N"), @Restart, @Group("Start"))]
    pub agents: u32,
    /// Side of the box about the origin in which they start.
    #[reflect(@0.01..=100.0f32, @Slider(0.1, 4.0), @Restart, @Group("Start"))]
    pub size: f32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f32, @Slider(0.001, 0.2), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f32,
}

impl Default for Swarmalators {
    /// The active phase wave of O'Keeffe et al. 2017, fig. 2.
    fn default() -> Self {
        Self { k: -0.75, j: 1.0, agents: 300, size: 2.0, time_step: 0.1 }
    }
}

/// Positions and e^{iθ} of [`LANES`] swarmalators side by side; `weight` is 1, or 0 where there is none.
#[derive(Clone, Copy, Default)]
struct Partners {
    x: [f32; LANES],
    y: [f32; LANES],
    cos: [f32; LANES],
    sin: [f32; LANES],
    weight: [f32; LANES],
}

/// Place and phase of one swarmalator, or what changes them: x′ and θ′.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    position: Vec2,
    phase: f64,
}

impl Moved for State {
    fn along(self, slope: Self, time: f64) -> Self {
        Self { position: self.position + time as f32 * slope.position, phase: self.phase + time * slope.phase }
    }
}

/// The integrator and what it works on, in the order of rows.
#[derive(Resource, Default)]
struct Motion {
    integrator: Integrator<State>,
    states: Vec<State>,
    partners: Vec<Partners>,
    /// What the step adds.
    change: Vec<State>,
}

impl Model for Swarmalators {
    const NAME: &'static str = "swarmalators";
    const TITLE: &'static str = "Swarmalators";
    const SOURCES: &'static [Source] = &[Source {
        authors: &["O'Keeffe, K. P.", "Hong, H.", "Strogatz, S. H."],
        title: "Oscillators that sync and swarm",
        journal: "Nat. Commun.",
        volume: "8",
        pages: "1504",
        year: 2017,
        doi: "10.1038/s41467-017-01190-3",
        ..Source::NONE
    }];
    const MEASURES: &'static [&'static str] = &["s_max", "order", "mean_speed"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        // All five states fit into a square of side 4.
        setup.space(Space::open(self.size.max(4.0)));
        setup.time_step("", |model: &Self| model.time_step.into());
        setup.column::<Phase>();
        setup.column::<Position>();
        setup.newcomer(|_: &Self, start, agent, place: Vec2| (Phase(TAU * (start.uniform(agent, 3) - 0.5)), Position(place)));
        setup.strew(self.agents, &Space::open(self.size));
        setup.derived(Motion::default());
        setup.interact(act);
        setup.advance(advance);
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 16, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// One step of Heun's method.
fn act(model: Res<Swarmalators>, mut motion: ResMut<Motion>, mut agents: Query<(&Position, &Phase)>) {
    let Some((positions, phases)) = rows(&mut agents) else { return };
    let Motion { integrator, states, partners, change } = &mut *motion;
    states.clear();
    states.extend(positions.iter().zip(phases).map(|(position, phase)| State { position: position.0, phase: phase.0 }));
    let added = integrator.step(Method::Heun, model.time_step.into(), states, |states, slopes| {
        arrange(states, partners);
        write_slopes(&model, partners, slopes);
    });
    change.clear();
    change.extend_from_slice(added);
}

/// Puts a state side by side, with one sine and cosine an agent, so that a pair needs none.
fn arrange(states: &[State], partners: &mut Vec<Partners>) {
    partners.clear();
    for (row, State { position, phase }) in states.iter().enumerate() {
        let lane = row % LANES;
        if lane == 0 {
            partners.push(Partners::default());
        }
        let group = &mut partners[row / LANES];
        let (sin, cos) = maths::sin_cos(*phase);
        (group.x[lane], group.y[lane]) = (position.x, position.y);
        (group.cos[lane], group.sin[lane]) = (cos as f32, sin as f32);
        group.weight[lane] = 1.0;
    }
}

/// x′ and θ′ of all, in a given state.
fn write_slopes(model: &Swarmalators, partners: &[Partners], slopes: &mut [State]) {
    let share = 1.0 / slopes.len() as f32;
    slopes.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, slopes)| {
        for (row, slope) in (chunk * CHUNK..).zip(slopes) {
            let (position, phase) = sums(model.j, partners, row);
            *slope = State { position: share * position, phase: (share * model.k * phase).into() };
        }
    });
}

/// The sums over j of both equations, for the swarmalator at `row`. Each lane adds up its partners in order, then the
/// lanes are added in order: the same result on any number of threads.
fn sums(j: f32, partners: &[Partners], row: usize) -> (Vec2, f32) {
    let (own, lane) = (&partners[row / LANES], row % LANES);
    let (x, y, cos, sin) = (own.x[lane], own.y[lane], own.cos[lane], own.sin[lane]);
    let (mut sum_x, mut sum_y, mut sum_phase) = ([0.0f32; LANES], [0.0f32; LANES], [0.0f32; LANES]);
    for other in partners {
        for lane in 0..LANES {
            let (dx, dy) = (other.x[lane] - x, other.y[lane] - y);
            let squared = dx * dx + dy * dy;
            // 1/|xⱼ − xᵢ|, divided first and chosen after, which lets the compiler take lanes together.
            let inverse = other.weight[lane] / squared.max(f32::MIN_POSITIVE).sqrt();
            // Nothing comes from the swarmalator itself, nor from one at its very place.
            let inverse = if squared > 0.0 { inverse } else { 0.0 };
            let cos_ahead = other.cos[lane] * cos + other.sin[lane] * sin;
            let sin_ahead = other.sin[lane] * cos - other.cos[lane] * sin;
            let pull = inverse * (1.0 + j * cos_ahead - inverse);
            sum_x[lane] += dx * pull;
            sum_y[lane] += dy * pull;
            sum_phase[lane] += sin_ahead * inverse;
        }
    }
    let total = |sums: [f32; LANES]| sums.iter().sum::<f32>();
    (Vec2::new(total(sum_x), total(sum_y)), total(sum_phase))
}

/// All move on; phases are kept within one turn.
fn advance(motion: Res<Motion>, mut agents: Query<(&mut Position, &mut Phase)>) {
    let Some((positions, phases)) = rows(&mut agents) else { return };
    for ((position, phase), change) in positions.iter_mut().zip(phases.iter_mut()).zip(&motion.change) {
        position.0 += change.position;
        phase.0 = maths::wrap_angle(phase.0 + change.phase);
    }
}

fn facts() -> Vec<Fact> {
    let state = |j: f64, k: f64| vec![Setting::new().number("j", j).number("k", k)];
    let s: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    // Tolerances are 4σ√(1/2 + 1/8), σ the spread of the oracle's runs from seed to seed.
    let fact = Fact {
        claim: "",
        source: "O'Keeffe, Hong, Strogatz 2017, fig. 2; tests/oracles/swarmalators.py",
        settings: vec![],
        steps: 2000,
        discard: 1500,
        seeds: 2,
        measures: &["s_max"],
        quantity: s,
        expected: Expected::AtLeast(0.0),
        tolerance: "4 standard errors of the difference of means of 2 and 8 runs with the oracle's spread",
    };
    let order = Fact { measures: &["order"], ..fact.clone() };
    let speed = Fact { measures: &["mean_speed"], ..fact.clone() };
    let near = Expected::Near;
    vec![
        Fact {
            claim: "static sync (J, K) = (0.1, 1): S = 0.001",
            settings: state(0.1, 1.0),
            expected: near(0.000_92, 0.002_03),
            ..fact.clone()
        },
        Fact {
            claim: "static sync: r = 1",
            settings: state(0.1, 1.0),
            expected: near(1.0, 1e-6),
            tolerance: "sums over others are rounded to 24 bits; the oracle has 1 to 15 digits",
            ..order.clone()
        },
        Fact {
            claim: "static async (0.1, −1): S = 0.004",
            settings: state(0.1, -1.0),
            expected: near(0.003_67, 0.003_71),
            ..fact.clone()
        },
        Fact {
            claim: "static async: r = 0.0006",
            settings: state(0.1, -1.0),
            expected: near(0.0006, 0.000_94),
            ..order.clone()
        },
        Fact {
            claim: "static phase wave (1, 0): S = 0.998",
            settings: state(1.0, 0.0),
            expected: near(0.998_04, 0.002_86),
            ..fact.clone()
        },
        Fact {
            claim: "static phase wave: mean speed 0",
            settings: state(1.0, 0.0),
            expected: Expected::AtMost(0.001),
            tolerance: "between the 0.0001 of static states and the 0.0115 of the splintered one in the table",
            ..speed.clone()
        },
        Fact {
            claim: "splintered phase wave (1, −0.1): S = 0.993",
            settings: state(1.0, -0.1),
            expected: near(0.993_13, 0.002_69),
            ..fact.clone()
        },
        Fact {
            claim: "splintered phase wave: r = 0.001",
            settings: state(1.0, -0.1),
            expected: near(0.000_96, 0.001_53),
            ..order.clone()
        },
        Fact {
            claim: "active phase wave (1, −0.75): S = 0.781",
            settings: state(1.0, -0.75),
            expected: near(0.7807, 0.0130),
            ..fact.clone()
        },
        Fact {
            claim: "active phase wave: r = 0.008",
            settings: state(1.0, -0.75),
            expected: near(0.007_82, 0.002_28),
            ..order
        },
        Fact {
            claim: "mean speed, active over splintered: 13.5",
            settings: [state(1.0, -0.75), state(1.0, -0.1)].concat(),
            quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)) / over_seeds(&runs[1], |run| run.mean(0)),
            // 0.1557 ± 0.0017 over 0.0115 ± 0.0023, one of which spreads by a hundredth and the other by a fifth.
            expected: near(13.53, 2.77),
            ..speed
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{self, Oracle, scattered, walked};

    #[test]
    fn steps_are_those_of_an_independent_program() {
        let oracle = Oracle::read("swarmalators");
        for (seed, (j, k)) in (101..).zip([(1.0, -0.75), (0.1, 1.0)]) {
            let setting = Setting::new().number("j", j).number("k", k);
            let run = walked::<Vec2>(Swarmalators::NAME, &setting, &scattered(seed, 40, 2, 2.0), 20, |_| ());
            // Places, and sums over the others, are rounded to 24 bits.
            oracle.agree(&format!("places at J = {j}"), &oracles::places::<Vec2>(&run), 1e-5);
            oracle.agree(&format!("phases at J = {j}"), &oracles::phases(&run), 1e-5);
        }
    }
}
