//! D'Orsogna's self-propelled particles in a Morse potential: mills, rings, clumps, and escape.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Slider, Strength, Symbol},
    sim::{
        Abreast, Body, Expected, Fact, Integrator, Method, Model, Pairs, Position, Series, Setting, Setup, Source, Space,
        Velocity, maths, over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::{DVec2, Vec2};
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};
use std::f32::consts::TAU;
use wide::f32x4;

/// How the particles start.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Strewn over the box, slow, in random directions.
    #[default]
    Scattered,
    /// Evenly on the circle in the box, all going round it one way at their natural speed.
    Ring,
}

/// Particles that drive themselves to one speed and act on one another from afar: they attract over a long range and repel
/// over a short one. Too little attraction, and they escape; enough, and they mill round an empty middle, all one way or
/// half of them each way, as rings, as clumps or as a flock.
///
/// xᵢ′ = vᵢ and vᵢ′ = (α − β|vᵢ|²) vᵢ − ∇ᵢ Σⱼ [Cᵣ e^{−r/lᵣ} − Cₐ e^{−r/lₐ}], r the distance from i to j, for masses of 1. With more
/// repulsion than attraction in all, Cᵣlᵣ² > Cₐlₐ², the potential is H-stable and nothing holds the swarm together. The order
/// parameter is M = Σ|r × v| / Σ|r||v|, r from the centre. Integrated by the classical Runge–Kutta method.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dorsogna {
    /// Strength of attraction, Cₐ.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 2.0), @Symbol("Cₐ"), @Strength::Rising, @Decoupled("0"))]
    pub attraction: f64,
    /// Strength of repulsion, Cᵣ.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 4.0), @Symbol("Cᵣ"), @Group("Interaction"), @Decoupled("0"))]
    pub repulsion: f64,
    /// Range of attraction, lₐ.
    #[reflect(@0.01..=1000.0f64, @Slider(0.1, 5.0), @Symbol("lₐ"), @Group("Interaction"))]
    pub attraction_range: f64,
    /// Range of repulsion, lᵣ.
    #[reflect(@0.01..=1000.0f64, @Slider(0.1, 5.0), @Symbol("lᵣ"), @Group("Interaction"))]
    pub repulsion_range: f64,
    /// Propulsion, α.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 5.0), @Symbol("α"), @Group("Motion"))]
    pub propulsion: f64,
    /// Friction, β. A free particle comes to the speed √(α/β).
    #[reflect(@0.001..=1000.0f64, @Slider(0.1, 5.0), @Symbol("β"), @Group("Motion"))]
    pub friction: f64,
    /// How the particles start.
    #[reflect(@Restart, @Group("Start"))]
    pub start: Start,
    /// Number of particles, N. Each acts on each, so that a step costs N².
    #[reflect(@0..=10_000u32, @Slider(2.0, 1_000.0), @Log, @Symbol("N"), @Restart, @Group("Start"))]
    pub agents: u32,
    /// Side of the box about the origin in which they start.
    #[reflect(@0.01..=1000.0f32, @Slider(0.5, 20.0), @Log, @Restart, @Group("Start"))]
    pub size: f32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=0.2f64, @Slider(0.001, 0.1), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Dorsogna {
    /// A mill of the catastrophic regime of D'Orsogna et al. 2006.
    fn default() -> Self {
        Self {
            attraction: 0.5,
            repulsion: 1.0,
            attraction_range: 2.0,
            repulsion_range: 0.5,
            propulsion: 1.6,
            friction: 0.5,
            start: Start::Scattered,
            agents: 200,
            size: 4.0,
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

impl Dorsogna {
    /// The speed of a free particle, √(α/β).
    fn natural_speed(&self) -> f32 {
        (self.propulsion / self.friction).sqrt() as f32
    }
}

impl Model for Dorsogna {
    const NAME: &'static str = "dorsogna";
    const TITLE: &'static str = "D'Orsogna's swarm";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["D'Orsogna, M. R.", "Chuang, Y. L.", "Bertozzi, A. L.", "Chayes, L. S."],
            title: "Self-propelled particles with soft-core interactions: patterns, stability, and collapse",
            journal: "Phys. Rev. Lett.",
            volume: "96",
            pages: "104302",
            year: 2006,
            doi: "10.1103/PhysRevLett.96.104302",
            ..Source::NONE
        },
        Source {
            authors: &["Levine, H.", "Rappel, W.-J.", "Cohen, I."],
            title: "Self-organization in systems of self-propelled particles",
            journal: "Phys. Rev. E",
            volume: "63",
            pages: "017101",
            year: 2000,
            doi: "10.1103/PhysRevE.63.017101",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["milling", "rotation", "mean_radius"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.space(Space::open(1.5 * self.size));
        setup.roaming();
        setup.time_step("", |model: &Self| model.time_step);
        setup.column::<Position>();
        setup.column::<Velocity>();
        setup.newcomer(|model: &Self, start, agent, place: Vec2| {
            let speed = 0.5 * model.natural_speed() * start.unit(agent, 3).sqrt();
            (Position(place), Velocity(speed * start.direction::<Vec2>(agent, 2)))
        });
        match self.start {
            Start::Scattered => setup.strew(self.agents, &Space::open(self.size)),
            Start::Ring => {
                let ring = (0..self.agents).map(|agent| {
                    let outward = maths::unit(TAU * agent as f32 / self.agents as f32);
                    (Position(0.5 * self.size * outward), Velocity(self.natural_speed() * outward.perp()))
                });
                setup.spawn(ring.collect::<Vec<_>>());
            }
        }
        setup.derived(Motion::default());
        setup.interact(act);
        setup.advance(advance);
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 40, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    fn critical(&self) -> Option<f64> {
        // ∫ U d²r = 2π (Cᵣlᵣ² − Cₐlₐ²) changes its sign.
        let ranges = self.repulsion_range / self.attraction_range;
        Some(self.repulsion * ranges * ranges)
    }
}

/// What the next step adds to places and velocities.
fn act(model: Res<Dorsogna>, mut motion: ResMut<Motion>, mut particles: Query<(&Position, &Velocity)>) {
    let Some((positions, velocities)) = rows(&mut particles) else { return };
    let Motion { integrator, states, abreast, change } = &mut *motion;
    states.clear();
    states.extend(positions.iter().zip(velocities).map(|(position, velocity)| Body::of(position.0, velocity.0)));
    let added = integrator
        .step(Method::RungeKutta, model.time_step, states, |states, slopes| write_slopes(&model, states, abreast, slopes));
    change.clear();
    change.extend_from_slice(added);
}

/// x′ and v′ of all, in a given state.
fn write_slopes(model: &Dorsogna, states: &[Body<DVec2>], abreast: &mut Abreast, slopes: &mut [Body<DVec2>]) {
    let [near, far] = [model.repulsion_range, model.attraction_range].map(|range| f32x4::splat(-1.0 / range as f32));
    let (repulsion, attraction) = (f32x4::splat(model.repulsion as f32) * near, f32x4::splat(model.attraction as f32) * far);
    // U′/r of a pair: what draws one to the other, or drives it away.
    let pull = |pairs: &Pairs| {
        let distance = pairs.squared.sqrt();
        let force = repulsion * maths::exp4(near * distance) - attraction * maths::exp4(far * distance);
        // Nothing comes from the particle itself, nor from one at its very place.
        let force = (force / distance.fast_max(f32x4::splat(f32::MIN_POSITIVE))) & distance.simd_gt(f32x4::ZERO);
        [force * pairs.place[0], force * pairs.place[1]]
    };
    abreast.arrange(states);
    abreast.each(states, slopes, pull, |own, force| {
        let drive = model.propulsion - model.friction * own.velocity.length_squared();
        Body { position: own.velocity, velocity: drive * own.velocity + force }
    });
}

/// All move on.
fn advance(motion: Res<Motion>, mut particles: Query<(&mut Position, &mut Velocity)>) {
    let Some((positions, velocities)) = rows(&mut particles) else { return };
    for ((position, velocity), change) in positions.iter_mut().zip(velocities.iter_mut()).zip(&motion.change) {
        (position.0, velocity.0) = change.after(position.0, velocity.0);
    }
}

fn facts() -> Vec<Fact> {
    let morse = |repulsion: f64, attraction: f64, repulsion_range: f64, attraction_range: f64| {
        let strengths = Setting::new().number("repulsion", repulsion).number("attraction", attraction);
        strengths.number("repulsion_range", repulsion_range).number("attraction_range", attraction_range)
    };
    let free = || morse(0.0, 0.0, 1.0, 1.0).number("agents", 1.0);
    let ring = |agents: f64, radius: f64| {
        morse(0.6, 1.0, 0.5, 1.0).choice("start", "ring").number("agents", agents).number("size", 2.0 * radius)
    };
    let scattered = |setting: Setting| setting.number("agents", 100.0);
    let mean: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let fact = Fact {
        claim: "",
        source: "exact: v² = (α/β)/(1 + (α/(βv₀²) − 1) e^{−2αt})",
        settings: vec![],
        steps: 5000,
        discard: 4000,
        seeds: 2,
        measures: &["mean_speed"],
        quantity: mean,
        expected: Expected::AtLeast(0.0),
        tolerance: "",
    };
    let balance = Fact {
        source: "exact: α/β = R Σₖ U′(2R sin(πk/N)) sin(πk/N); tests/oracles/dorsogna.py",
        measures: &["mean_radius"],
        seeds: 1,
        ..fact.clone()
    };
    let milling =
        Fact { source: "D'Orsogna et al. 2006, fig. 1; tests/oracles/dorsogna.py", measures: &["milling"], ..fact.clone() };
    vec![
        Fact {
            claim: "free: α/(βv²) − 1 falls as e^{−2αt}, at 2α = 3.2",
            settings: vec![free()],
            steps: 60,
            discard: 0,
            seeds: 8,
            quantity: |runs| {
                let lag = |speed: f64| maths::ln(3.2 / (speed * speed) - 1.0);
                over_seeds(&runs[0], |run| (lag(run.values[0][10]) - lag(run.values[0][60])) / (50.0 * 0.02))
            },
            expected: Expected::Near(3.2, 0.01),
            tolerance: "speeds are read from steps of 0.02, and rounded to 24 bits",
            ..fact.clone()
        },
        Fact {
            claim: "free: speed √(α/β) = 1.78885",
            settings: vec![free()],
            steps: 1000,
            discard: 900,
            expected: Expected::Near(1.788_85, 2e-4),
            tolerance: "rounding of places to 24 bits over steps of 0.02",
            ..fact.clone()
        },
        Fact {
            claim: "two that circle each other, α/β = 0.1: from a circle a tenth too wide to one of radius 0.4837",
            settings: vec![ring(2.0, 1.1 * 0.4837).number("propulsion", 0.5).number("friction", 5.0)],
            expected: Expected::Near(0.4837, 0.001),
            tolerance: "0.2 %: what is left of the way at t = 80",
            ..balance.clone()
        },
        Fact {
            claim: "a mill of 40, Cᵣ = 0.6, lᵣ = 0.5: mean radius 0.6834, that of the ring in balance",
            settings: vec![ring(40.0, 0.6834)],
            expected: Expected::Near(0.6834, 0.0137),
            tolerance: "2 %: the ring becomes a band",
            ..balance.clone()
        },
        Fact {
            claim: "the same mill: speed √(α/β) = 1.7889",
            settings: vec![ring(40.0, 0.6834)],
            expected: Expected::Near(1.7889, 0.009),
            tolerance: "0.5 %: the ring becomes a band",
            measures: &["mean_speed"],
            ..balance.clone()
        },
        Fact {
            claim: "Cᵣ = 1, lᵣ = 0.5, Cₐ = 0.5, lₐ = 2, 100 at random: they mill, M > 0.9",
            settings: vec![scattered(morse(1.0, 0.5, 0.5, 2.0))],
            expected: Expected::AtLeast(0.9),
            tolerance: "the oracle has 0.96 and 0.98",
            ..milling.clone()
        },
        Fact {
            claim: "the same: mean radius 1.70",
            settings: vec![scattered(morse(1.0, 0.5, 0.5, 2.0))],
            measures: &["mean_radius"],
            expected: Expected::Near(1.70, 0.048),
            tolerance: "4 standard errors of the difference of two means of 2 runs with the oracle's spread, 0.012",
            ..milling.clone()
        },
        Fact {
            claim: "Cᵣ = 0.6, lᵣ = 0.5, Cₐ = lₐ = 1: a double ring of mean radius 0.327",
            settings: vec![scattered(morse(0.6, 1.0, 0.5, 1.0))],
            measures: &["mean_radius"],
            expected: Expected::Near(0.327, 0.0113),
            tolerance: "4 standard errors of the difference of two means of 2 runs with the oracle's spread, 0.0028",
            ..milling.clone()
        },
        Fact {
            claim: "Cᵣlᵣ² > Cₐlₐ², H-stable: they escape, mean radius over √(α/β) t",
            settings: vec![scattered(morse(2.0, 1.0, 0.9, 1.0))],
            measures: &["mean_radius"],
            discard: 0,
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) / (1.788_85 * 100.0)),
            expected: Expected::Near(1.0, 0.03),
            tolerance: "the time in which they come up to speed",
            ..milling
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, scattered, walk};

    #[test]
    fn a_swarm_goes_where_rebound_takes_it() {
        // In short steps: the pull has an edge where two pass through each other, at which steps of 0.02 are off by 2·10⁻³.
        let morse = Setting::new().number("repulsion", 0.6).number("attraction", 1.0).number("attraction_range", 1.0);
        let morse = morse.number("time_step", 0.001);
        let places = walk::<Vec2>(Dorsogna::NAME, &morse, &scattered(81, 12, 2, 2.0), 3000);
        // Places are rounded to 24 bits at each step; what differs grows as they pass one another.
        Oracle::read("bodies").agree("morse", &places, 1e-4);
    }
}
