//! Vicsek's self-propelled particles.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, Clock, Expected, Fact, Heading, Id, Model, Neighbours, Position, Reach, Series, Setting, Setup, Source,
        Space, Zone, maths, over_seeds, rows,
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
use std::f32::consts::{PI, TAU};
use wide::f32x4;

/// Particles per unit of parallel work, where they do not look at one another.
const CHUNK: usize = 1 << 12;

/// Where the noise enters.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noise {
    /// An angle, uniform in ±η/2, is added to the mean heading (Vicsek et al. 1995).
    #[default]
    Angular,
    /// A vector of random direction, n·η/2π long for n neighbours, is added to the sum of headings
    /// (Grégoire & Chaté 2004).
    Vectorial,
}

/// Who counts as a neighbour.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Neighbourhood {
    /// All within the radius.
    #[default]
    Metric,
    /// The k nearest, however far (Ballerini et al. 2008).
    Topological,
}

/// With which heading a particle moves.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// With the old one, as in Vicsek et al. 1995.
    #[default]
    Backward,
    /// With the new one, as in Chaté et al. 2008 and most programs since.
    Forward,
}

/// Particles of constant speed take, at each step, the mean heading of their neighbours, themselves included, plus
/// noise. Below a critical noise they agree on one direction although nobody leads; above it each goes its own way.
///
/// θᵢ(t+1) = arg Σⱼ e(θⱼ) + Δᵢ, with Δᵢ uniform in [−η/2, η/2], and xᵢ(t+1) = xᵢ(t) + v e(θᵢ).
/// The order parameter is the polarisation vₐ = |Σ vᵢ| / (N v).
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Vicsek {
    /// Width of the noise, η (Vicsek et al. 1995, eq. 2). At 2π headings are random.
    #[reflect(@0.0..=TAU, @Symbol("η"), @Unit("rad"), @Strength::Falling)]
    pub noise: f32,
    /// Interaction radius, r.
    #[reflect(@0.0..=100.0f32, @Slider(0.1, 5.0), @Symbol("r"), @Group("Interaction"), @Decoupled("0"))]
    pub radius: f32,
    /// Who counts as a neighbour.
    #[reflect(@Group("Interaction"))]
    pub neighbours: Neighbourhood,
    /// Number of nearest neighbours, for topological ones.
    #[reflect(@1..=64u32, @Symbol("k"), @Group("Interaction"))]
    pub nearest: u32,
    /// Where the noise enters.
    #[reflect(@Group("Interaction"))]
    pub kind: Noise,
    /// Distance travelled in one step, v.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 0.5), @Symbol("v"), @Unit("per step"), @Group("Motion"))]
    pub speed: f32,
    /// With which heading a particle moves.
    #[reflect(@Group("Motion"))]
    pub update: Update,
    /// Number of particles, N.
    #[reflect(@0..=4_000_000u32, @Slider(10.0, 20_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Side of the box, L.
    #[reflect(@0.1..=10_000.0f32, @Slider(2.0, 100.0), @Log, @Symbol("L"), @Restart, @Group("Space"))]
    pub size: f32,
    /// What happens at the edge of the box.
    #[reflect(@Restart, @Group("Space"))]
    pub boundary: Boundary,
}

impl Default for Vicsek {
    /// Vicsek et al. 1995, fig. 1 (c).
    fn default() -> Self {
        Self {
            noise: 2.0,
            radius: 1.0,
            neighbours: Neighbourhood::Metric,
            nearest: 7,
            kind: Noise::Angular,
            speed: 0.03,
            update: Update::Backward,
            agents: 300,
            size: 7.0,
            boundary: Boundary::Periodic,
        }
    }
}

/// The headings of the next step, in the order of rows.
#[derive(Resource, Default)]
struct Next(Vec<Vec2>);

impl Model for Vicsek {
    const NAME: &'static str = "vicsek";
    const TITLE: &'static str = "Vicsek's flock";
    const SOURCES: &'static [Source] = &[Source {
        authors: &["Vicsek, T.", "Czirók, A.", "Ben-Jacob, E.", "Cohen, I.", "Shochet, O."],
        title: "Novel type of phase transition in a system of self-driven particles",
        journal: "Phys. Rev. Lett.",
        volume: "75",
        pages: "1226",
        year: 1995,
        doi: "10.1103/PhysRevLett.75.1226",
        ..Source::NONE
    }];
    const MEASURES: &'static [&'static str] = &["polarisation"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space::square(self.size, self.boundary);
        setup.space(space);
        setup.column::<Position>();
        setup.column::<Heading>();
        setup.newcomer(|_: &Self, start, agent, place: Vec2| (Position(place), Heading(start.direction::<Vec2>(agent, 2))));
        setup.strew(self.agents, &space);
        setup.derived(Next::default());
        setup.index(|model: &Self, agents, space: &Space| match model.neighbours {
            Neighbourhood::Metric => model.radius,
            // A fifth more than the radius that holds k others on average makes the search for the k nearest short.
            Neighbourhood::Topological => {
                1.2 * (space.size.x * space.size.y * model.nearest as f32 / (PI * agents.max(1) as f32)).sqrt()
            }
        });
        setup.interact(choose_headings);
        setup.advance(travel);
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 30, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        let reach = match self.neighbours {
            Neighbourhood::Metric => Reach::Within(self.radius),
            Neighbourhood::Topological => Reach::Nearest(self.nearest),
        };
        vec![Zone::round("neighbours", reach)]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    fn theory(&self, measure: &str) -> Option<f64> {
        // All-to-all, angular noise: ⟨vₐ²⟩ = 1/N + (1 − 1/N) [sin(η/2)/(η/2)]². In space the same number without
        // 1/N is the small-noise bound, which holds only where everybody sees everybody.
        let sees_all = self.neighbours == Neighbourhood::Metric && self.radius >= self.size * std::f32::consts::FRAC_1_SQRT_2;
        (measure == "polarisation" && sees_all && self.kind == Noise::Angular)
            .then(|| all_to_all(self.noise.into(), self.agents).sqrt())
    }
}

/// ⟨vₐ²⟩ of N particles that all see one another.
fn all_to_all(noise: f64, agents: u32) -> f64 {
    let half = noise / 2.0;
    let mean = if half == 0.0 { 1.0 } else { maths::sin_cos(half).0 / half };
    let share = 1.0 / f64::from(agents.max(1));
    share + (1.0 - share) * mean * mean
}

/// Eq. 2: each particle's next heading, from the headings of this step.
fn choose_headings(
    model: Res<Vicsek>,
    clock: Res<Clock>,
    index: Res<Neighbours>,
    mut next: ResMut<Next>,
    mut agents: Query<(&Id, &Position, &Heading)>,
) {
    let Some((ids, positions, headings)) = rows(&mut agents) else { return };
    let positions: &[Vec2] = bytemuck::cast_slice(positions);
    let headings: &[Vec2] = bytemuck::cast_slice(headings);
    let identities: &[u32] = bytemuck::cast_slice(ids);
    let noise = clock.chance("noise");
    next.0.resize(ids.len(), Vec2::ZERO);
    // The next headings of four particles, from the sums of their neighbours' headings and the numbers of these, the
    // particles themselves included.
    let follow = |ids: [u32; 4], sum: [f32x4; 2], count: f32x4| {
        let chance = noise.unit4(ids, 0) - f32x4::splat(0.5);
        match model.kind {
            Noise::Angular => {
                let [cos, sin] = maths::unit4(sum);
                let (noise_sin, noise_cos) = maths::sin_cos4(chance * f32x4::splat(model.noise));
                maths::unit4([cos * noise_cos - sin * noise_sin, sin * noise_cos + cos * noise_sin])
            }
            Noise::Vectorial => {
                let (noise_sin, noise_cos) = maths::sin_cos4(chance * f32x4::splat(TAU));
                let length = count * f32x4::splat(model.noise / TAU);
                maths::unit4([sum[0] + noise_cos * length, sum[1] + noise_sin * length])
            }
        }
    };
    match model.neighbours {
        Neighbourhood::Metric => index.each_four(positions, &mut next.0, |four, next| {
            let (mut cos, mut sin, mut count) = (f32x4::ZERO, f32x4::ZERO, f32x4::ZERO);
            let mut add = |heading: Vec2, inside: f32x4| {
                cos += inside & f32x4::splat(heading.x);
                sin += inside & f32x4::splat(heading.y);
            };
            match model.kind {
                Noise::Angular => four.values_within(positions, headings, model.radius, add),
                Noise::Vectorial => four.values_within(positions, headings, model.radius, |heading, inside| {
                    add(heading, inside);
                    count += inside & f32x4::ONE;
                }),
            }
            let [x, y] = follow(four.each(|row| identities[row]), [cos, sin], count);
            let (x, y) = (x.to_array(), y.to_array());
            for (lane, next) in next.iter_mut().enumerate() {
                *next = Vec2::new(x[lane], y[lane]);
            }
        }),
        Neighbourhood::Topological => {
            index.each_nearest(model.nearest as usize, positions, identities, &mut next.0, |row, found, next| {
                let sum = headings[row] + found.iter().map(|(other, _)| headings[*other as usize]).sum::<Vec2>();
                let count = f32x4::splat(1.0 + found.len() as f32);
                let [x, y] = follow([identities[row]; 4], [f32x4::splat(sum.x), f32x4::splat(sum.y)], count);
                *next = Vec2::new(x.to_array()[0], y.to_array()[0]);
            });
        }
    }
}

/// Eq. 1: each particle moves, then takes its next heading (backward), or the other way about (forward).
fn travel(model: Res<Vicsek>, space: Res<Space>, next: Res<Next>, mut agents: Query<(&mut Position, &mut Heading)>) {
    let Some((positions, headings)) = rows(&mut agents) else { return };
    let particles = (positions, headings, &next.0);
    particles.into_par_iter().with_min_len(CHUNK).for_each(|(position, heading, next)| {
        let along = match model.update {
            Update::Backward => heading.0,
            Update::Forward => *next,
        };
        let moved = position.0 + model.speed * along;
        let (inside, reflected) = space.confine(moved, *next);
        position.0 = inside;
        heading.0 = reflected;
    });
}

fn facts() -> Vec<Fact> {
    let vicsek = Setting::new;
    let all_see_all = |agents: f64, noise: f64| {
        vicsek().number("size", 3.0).number("radius", 10.0).number("agents", agents).number("noise", noise)
    };
    let figure_2 =
        |agents: f64, size: f64, noise: f64| vicsek().number("agents", agents).number("size", size).number("noise", noise);
    let vectorial = |eta: f64| {
        vicsek()
            .choice("kind", "vectorial")
            .choice("update", "forward")
            .number("noise", eta * f64::from(TAU))
            .number("speed", 0.5)
    };
    let in_space = |eta: f64| vectorial(eta).number("agents", 2048.0).number("size", 32.0);
    let mean_field = |eta: f64| vectorial(eta).number("agents", 1000.0).number("size", 1.0).number("radius", 10.0);
    let mean: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let mean_square: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean_of(0, |v| v * v));
    let fact = Fact {
        claim: "",
        source: "",
        settings: vec![],
        steps: 4000,
        discard: 1,
        seeds: 5,
        measures: &["polarisation"],
        quantity: mean_square,
        expected: Expected::AtLeast(0.0),
        tolerance: "",
    };
    vec![
        Fact {
            claim: "all see all, N = 40, η = 3: ⟨vₐ²⟩ = 1/N + (1 − 1/N)[sin(η/2)/(η/2)]²",
            source: "exact: headings are independent given the mean one",
            settings: vec![all_see_all(40.0, 3.0)],
            expected: Expected::Near(0.4562, 0.0025),
            tolerance: "0.5 %, about 2.5 standard errors of 5 runs",
            ..fact.clone()
        },
        Fact {
            claim: "N = 400, η = 2π: ⟨vₐ²⟩ = 1/N",
            source: "exact: headings are independent and uniform",
            settings: vec![figure_2(400.0, 10.0, f64::from(TAU))],
            steps: 2000,
            expected: Expected::Near(0.0025, 0.0001),
            tolerance: "4 standard errors: 1/N · 1/√(10⁴ draws)",
            ..fact.clone()
        },
        Fact {
            claim: "fig. 2 (a), N = 40, η = 1: vₐ = 0.957",
            source: "Vicsek et al. 1995, fig. 2 (a); tests/oracles/vicsek_steps.py",
            settings: vec![figure_2(40.0, 3.1, 1.0)],
            steps: 8000,
            discard: 4000,
            quantity: mean,
            expected: Expected::Near(0.9572, 0.0007),
            tolerance: "4 standard errors of the difference of two means of 5 runs with the oracle's spread, 0.00027",
            ..fact.clone()
        },
        Fact {
            claim: "fig. 2 (a), N = 100, η = 2: vₐ = 0.824",
            source: "Vicsek et al. 1995, fig. 2 (a); tests/oracles/vicsek_steps.py",
            settings: vec![figure_2(100.0, 5.0, 2.0)],
            steps: 8000,
            discard: 4000,
            quantity: mean,
            expected: Expected::Near(0.8235, 0.0064),
            tolerance: "4 standard errors of the difference of two means of 5 runs with the oracle's spread, 0.0025",
            ..fact.clone()
        },
        Fact {
            claim: "fig. 2 (a), N = 400, η = 3: vₐ = 0.555",
            source: "Vicsek et al. 1995, fig. 2 (a); tests/oracles/vicsek_steps.py",
            settings: vec![figure_2(400.0, 10.0, 3.0)],
            steps: 5000,
            discard: 2500,
            quantity: mean,
            expected: Expected::Near(0.555, 0.03),
            tolerance: "reading of the figure; one run in an independent program has a spread of 0.028",
            ..fact.clone()
        },
        Fact {
            claim: "update order, N = 100, v = 0.5, η = 4: backward exceeds forward by 0.051",
            source: "difference of definition between Vicsek et al. 1995 and Chaté et al. 2008; tests/oracles/vicsek_steps.py",
            settings: vec![
                figure_2(100.0, 5.0, 4.0).number("speed", 0.5),
                figure_2(100.0, 5.0, 4.0).number("speed", 0.5).choice("update", "forward"),
            ],
            steps: 8000,
            discard: 4000,
            quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)) - over_seeds(&runs[1], |run| run.mean(0)),
            expected: Expected::Near(0.0509, 0.011),
            tolerance: "4 standard errors of the difference of two such differences of means of 5 runs, spreads 0.0012 and 0.0041",
            ..fact.clone()
        },
        // Given the order φ of a step, the next is the length of a mean of N independent headings, whose parts along and across
        // have means F and 0 and variances s∥/N and s⊥/N. About the fixed point φ₀ = 0.93997 of g(φ) = F(2πφ/η), where g′ = 0.1342,
        // g″ = −0.459, s∥ = 0.00186 and s⊥ = 0.1146, the mean is φ₀ + (s⊥/2φ₀N + g″v/2)/(1 − g′) = 0.94004 with the
        // variance v = s∥/N(1 − g′²) = 0.00138²; means of 200 steps that remember by g′ have the standard error
        // √(v (1 + g′)/200 (1 − g′)) = 0.00011.
        Fact {
            claim: "vectorial noise, all see all, η/2π = 0.45, N = 1000: φ = 0.9400",
            source: "exact up to 1/N: φ = F(2πφ/η), F(x) = mean of (x + cos ξ)/|x + e^{iξ}|",
            settings: vec![mean_field(0.45)],
            steps: 200,
            discard: 100,
            seeds: 2,
            quantity: mean,
            expected: Expected::Near(0.940_04, 0.000_45),
            tolerance: "4 standard errors of 2 × 100 steps, 0.00011",
            ..fact.clone()
        },
        // In disorder g is the straight line g′φ with g′ = 1/(2 · 0.6) = 0.833: each part of the mean vector is a normal memory of
        // variance (1/2N)/(1 − g′²), the mean length √(π/4N)/√(1 − g′²) = 0.0507. Lengths spread by 0.0265 and remember by g′²,
        // so that the mean of 200 has the standard error 0.0265 √((1 + g′²)/200 (1 − g′²)) = 0.0044.
        Fact {
            claim: "vectorial noise, all see all, η/2π = 0.60, N = 1000: disorder lasts, φ = 0.051, though order (0.866) would too",
            source: "exact up to 1/N: disorder is unstable only below 0.5, order ends at 0.6715 with a jump",
            settings: vec![mean_field(0.60)],
            steps: 200,
            discard: 100,
            seeds: 2,
            quantity: mean,
            expected: Expected::Near(0.0507, 0.0176),
            tolerance: "4 standard errors of 2 × 100 steps, 0.0044",
            ..fact.clone()
        },
        Fact {
            claim: "vectorial noise, ρ = 2, v = 0.5, L = 32, η/2π = 0.58: ordered",
            source: "Chaté et al., Phys. Rev. E 77, 046113 (2008): discontinuous onset",
            settings: vec![in_space(0.58)],
            steps: 4000,
            discard: 2000,
            seeds: 1,
            quantity: mean,
            expected: Expected::AtLeast(0.7),
            tolerance: "an independent program gives 0.78",
            ..fact.clone()
        },
        Fact {
            claim: "vectorial noise, ρ = 2, v = 0.5, L = 32, η/2π = 0.64: disordered",
            source: "Chaté et al., Phys. Rev. E 77, 046113 (2008): discontinuous onset",
            settings: vec![in_space(0.64)],
            steps: 4000,
            discard: 2000,
            seeds: 1,
            quantity: mean,
            expected: Expected::AtMost(0.2),
            tolerance: "an independent program gives 0.09 at 0.62",
            ..fact
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, scattered, walk};

    #[test]
    fn without_noise_steps_are_those_of_pyvicsek() {
        let oracle = Oracle::read("vicsek_steps");
        for (seed, side) in [(71, 5.0), (72, 12.0)] {
            let still = Setting::new().number("noise", 0.0).number("speed", 0.3).number("size", side);
            let places = walk::<Vec2>(Vicsek::NAME, &still.choice("update", "forward"), &scattered(seed, 100, 2, side), 20);
            // Places are rounded to 24 bits at each step.
            oracle.agree(&format!("side {side}"), &places, 1e-5);
        }
    }
}
