//! Self-attention particles: what the layers of a Transformer do to tokens.

use crate::{
    error::Result,
    scene::{Group, Log, Look, Restart, Slider, Strength, Symbol},
    sim::{
        ChannelSpec, Column, Expected, Fact, Integrator, Method, Model, Phase, Position, Scale, Series, Setting, Setup, Source,
        Space, maths, over_seeds, rows,
    },
};
use bevy_ecs::{
    component::Component,
    resource::Resource,
    schedule::IntoScheduleConfigs,
    system::{Query, Res, ResMut},
};
use bevy_math::{DVec3, Vec3};
use bevy_reflect::Reflect;
use bytemuck::{Pod, Zeroable};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// Particles per unit of parallel work.
const CHUNK: usize = 16;

/// Where the particles live.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manifold {
    /// On the unit circle.
    #[default]
    Circle,
    /// On the unit sphere.
    Sphere,
}

/// Tokens of a Transformer are points on a sphere, and each layer moves every token towards those that it attends to.
/// Attention sharp enough gathers them into several clusters that last long before they merge; blunt attention into one.
///
/// xᵢ′ = Pᵢ (1/Zᵢ) Σⱼ e^{β xᵢ·xⱼ} xⱼ, Zᵢ = Σⱼ e^{β xᵢ·xⱼ}, in which Pᵢ takes what is tangent to the sphere at xᵢ. On the circle
/// this is θᵢ′ = (1/Zᵢ) Σⱼ e^{β cos(θⱼ − θᵢ)} sin(θⱼ − θᵢ), and at β = 0 Kuramoto's model of like oscillators with K = 1. The
/// order parameter is the length R of the mean of all xᵢ. Integrated by the classical Runge–Kutta method of fourth order.
///
/// Colour may tell how many others a token attends to: e^H, with H the entropy of its weights.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attention {
    /// Sharpness of attention, β: at 0 each attends to all alike.
    #[reflect(@0.0..=10_000.0f64, @Slider(0.0, 100.0), @Symbol("β"), @Strength::Falling)]
    pub sharpness: f64,
    /// Where the particles live.
    #[reflect(@Restart, @Group("Space"))]
    pub manifold: Manifold,
    /// Number of particles, N. Each attends to each, so that a step costs N².
    #[reflect(@0..=5_000u32, @Slider(2.0, 1_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f64, @Slider(0.001, 0.2), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Attention {
    fn default() -> Self {
        Self { sharpness: 64.0, manifold: Manifold::Circle, agents: 128, time_step: 0.1 }
    }
}

/// How many others a particle attends to, e^H.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
struct Attended(f32);

impl Column for Attended {
    const FIELDS: &'static [&'static str] = &["attended"];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "attended", unit: "", scale: Scale::Magnitude { min: 0.0, max: 0.0 } }]
    }
    fn channel(&self, _: usize) -> f32 {
        self.0
    }
}

/// The integrator and what it works on, in the order of rows: points of the circle by their angle, of the sphere in space.
#[derive(Resource, Default)]
struct Motion {
    circle: Integrator<f64>,
    sphere: Integrator<DVec3>,
    points: Vec<DVec3>,
    turned: Vec<f64>,
    moved: Vec<DVec3>,
}

impl Model for Attention {
    const NAME: &'static str = "attention";
    const TITLE: &'static str = "Self-attention";
    const SOURCES: &'static [Source] = &[Source {
        authors: &["Geshkovski, B.", "Letrouit, C.", "Polyanskiy, Y.", "Rigollet, P."],
        title: "A mathematical perspective on Transformers",
        journal: "Bull. Amer. Math. Soc.",
        volume: "62",
        pages: "427",
        year: 2025,
        doi: "10.1090/bull/1863",
        ..Source::NONE
    }];
    const MEASURES: &'static [&'static str] = &["resultant", "direction_clusters"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.time_step("", |model: &Self| model.time_step);
        setup.derived(Motion::default());
        let start = setup.chance("start");
        match self.manifold {
            Manifold::Circle => {
                setup.column::<Phase>();
                setup.column::<Attended>();
                // Identities go round the circle, so that pictures by identity show who joins whom.
                let mut angles: Vec<f64> = (0..self.agents).map(|agent| TAU * (start.uniform(agent, 0) - 0.5)).collect();
                angles.sort_unstable_by(f64::total_cmp);
                setup.spawn(angles.into_iter().map(|angle| (Phase(angle), Attended::default())));
                setup.interact(attract_on_circle);
                setup.advance((turn, attend_on_circle).chain());
            }
            Manifold::Sphere => {
                setup.space(Space::<Vec3>::open_cube(2.4));
                setup.column::<Attended>();
                setup.column::<Position<Vec3>>();
                let place = |agent| Position(start.direction::<Vec3>(agent, 0));
                setup.spawn((0..self.agents).map(|agent| (Attended::default(), place(agent))));
                setup.interact(attract_on_sphere);
                setup.advance((advance, attend_on_sphere).chain());
            }
        }
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 20, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// The sums over j of all particles at once: for each point the mean of xⱼ by its weights, and e^H.
fn means(sharpness: f64, points: &[DVec3], mut write: impl FnMut(usize, DVec3, f64)) {
    let sums: Vec<(DVec3, f64)> =
        points.par_chunks(CHUNK).flat_map_iter(|chunk| chunk.iter().map(|own| mean(sharpness, points, *own))).collect();
    for (row, (mean, attended)) in sums.into_iter().enumerate() {
        write(row, mean, attended);
    }
}

/// (1/Z) Σⱼ e^{β x·xⱼ} xⱼ, and e^H.
fn mean(sharpness: f64, points: &[DVec3], own: DVec3) -> (DVec3, f64) {
    let (mut sum, mut weights, mut exponents) = (DVec3::ZERO, 0.0, 0.0);
    for other in points {
        // Of the largest exponent, β, so that no weight overflows.
        let exponent = sharpness * (own.dot(*other) - 1.0);
        let weight = maths::exp(exponent);
        sum += weight * *other;
        weights += weight;
        exponents += weight * exponent;
    }
    // H = ln Z − (1/Z) Σⱼ β x·xⱼ e^{β x·xⱼ}.
    (sum / weights, maths::exp(maths::ln(weights) - exponents / weights))
}

fn write_points(angles: &[f64], points: &mut Vec<DVec3>) {
    points.clear();
    points.extend(angles.iter().map(|angle| {
        let (sin, cos) = maths::sin_cos(*angle);
        DVec3::new(cos, sin, 0.0)
    }));
}

fn attract_on_circle(model: Res<Attention>, mut motion: ResMut<Motion>, mut agents: Query<&Phase>) {
    let Some(phases) = rows(&mut agents) else { return };
    let Motion { circle, points, turned, .. } = &mut *motion;
    let states: &[f64] = bytemuck::cast_slice::<Phase, f64>(phases);
    let added = circle.step(Method::RungeKutta, model.time_step, states, |angles, slopes| {
        write_points(angles, points);
        // What is tangent points along (−sin θ, cos θ).
        means(model.sharpness, points, |row, mean, _| slopes[row] = points[row].x * mean.y - points[row].y * mean.x);
    });
    turned.clear();
    turned.extend_from_slice(added);
}

fn turn(motion: Res<Motion>, mut agents: Query<&mut Phase>) {
    let Some(phases) = rows(&mut agents) else { return };
    for (phase, change) in phases.iter_mut().zip(&motion.turned) {
        phase.0 = maths::wrap_angle(phase.0 + change);
    }
}

fn attend_on_circle(model: Res<Attention>, mut motion: ResMut<Motion>, mut agents: Query<(&Phase, &mut Attended)>) {
    let Some((phases, all)) = rows(&mut agents) else { return };
    write_points(bytemuck::cast_slice::<Phase, f64>(phases), &mut motion.points);
    means(model.sharpness, &motion.points, |row, _, attended| all[row].0 = attended as f32);
}

/// The points of the sphere, which a rounding or the hand may have left.
fn on_sphere(positions: &[Position<Vec3>]) -> impl Iterator<Item = DVec3> {
    positions.iter().map(|position| position.0.as_dvec3().try_normalize().unwrap_or(DVec3::X))
}

fn attract_on_sphere(model: Res<Attention>, mut motion: ResMut<Motion>, mut agents: Query<&Position<Vec3>>) {
    let Some(positions) = rows(&mut agents) else { return };
    let Motion { sphere, points, moved, .. } = &mut *motion;
    points.clear();
    points.extend(on_sphere(positions));
    let added = sphere.step(Method::RungeKutta, model.time_step, points, |points, slopes| {
        means(model.sharpness, points, |row, mean, _| slopes[row] = mean - points[row] * points[row].dot(mean));
    });
    moved.clear();
    moved.extend(points.iter().zip(added).map(|(point, change)| *point + *change));
}

fn advance(motion: Res<Motion>, mut agents: Query<&mut Position<Vec3>>) {
    let Some(positions) = rows(&mut agents) else { return };
    for (position, moved) in positions.iter_mut().zip(&motion.moved) {
        position.0 = moved.normalize().as_vec3();
    }
}

fn attend_on_sphere(model: Res<Attention>, mut motion: ResMut<Motion>, mut agents: Query<(&Position<Vec3>, &mut Attended)>) {
    let Some((positions, all)) = rows(&mut agents) else { return };
    motion.points.clear();
    motion.points.extend(on_sphere(positions));
    means(model.sharpness, &motion.points, |row, _, attended| all[row].0 = attended as f32);
}

fn facts() -> Vec<Fact> {
    let at = |sharpness: f64| Setting::new().number("sharpness", sharpness);
    let two = |sharpness: f64| at(sharpness).number("agents", 2.0).number("time_step", 0.005);
    let fact = Fact {
        claim: "",
        source: "exact: Δ′ = −2 sin Δ / (1 + e^{β(1 − cos Δ)}), tests/oracles/attention.py",
        settings: vec![],
        steps: 4000,
        discard: 0,
        seeds: 12,
        measures: &["resultant"],
        quantity: passage,
        expected: Expected::AtLeast(0.0),
        tolerance: "a step of 0.005 at either end",
    };
    let clusters = Fact {
        source: "Geshkovski et al. 2025: long-lived clusters, about √β of them; tests/oracles/attention.py",
        steps: 300,
        seeds: 8,
        measures: &["direction_clusters"],
        quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
        tolerance: "4 standard errors of 8 runs with the oracle's spread",
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "two on the circle, β = 2: R from 0.6 to 0.95 in 3.937",
            settings: vec![two(2.0)],
            expected: Expected::Near(3.9366, 0.006),
            ..fact.clone()
        },
        Fact {
            claim: "two on the sphere, β = 2: R from 0.6 to 0.95 in 3.937, as on the circle",
            settings: vec![two(2.0).choice("manifold", "sphere")],
            expected: Expected::Near(3.9366, 0.006),
            ..fact.clone()
        },
        Fact {
            claim: "two on the circle, β = 0: R from 0.6 to 0.95 in 1.400, as Kuramoto's oscillators with K = 1",
            settings: vec![two(0.0)],
            expected: Expected::Near(1.4003, 0.006),
            ..fact.clone()
        },
        Fact {
            claim: "near consensus, circle, N = 32, β = 1: 1 − R falls as e^{−2t}",
            source: "exact: all weights are 1/N there, so that each deviation decays as e^{−t}, whatever β",
            settings: vec![at(1.0).number("agents", 32.0).number("time_step", 0.05)],
            steps: 1500,
            seeds: 4,
            quantity: |runs| over_seeds(&runs[0], decay),
            expected: Expected::Near(2.0, 0.001),
            tolerance: "terms of second order, below 10⁻⁴ there, and the rounding of positions in space",
            ..fact.clone()
        },
        Fact {
            claim: "near consensus, sphere, N = 32, β = 0.5: 1 − R falls as e^{−2t}",
            source: "exact: all weights are 1/N there, so that each deviation decays as e^{−t}, whatever β",
            settings: vec![at(0.5).number("agents", 32.0).number("time_step", 0.05).choice("manifold", "sphere")],
            steps: 1500,
            seeds: 4,
            quantity: |runs| over_seeds(&runs[0], decay),
            expected: Expected::Near(2.0, 0.001),
            tolerance: "terms of second order, below 10⁻⁴ there, and the rounding of positions in space",
            ..fact.clone()
        },
        Fact {
            claim: "circle, N = 128, β = 16, t = 30: 4.5 clusters (√β = 4)",
            settings: vec![at(16.0)],
            expected: Expected::Near(4.5, 0.86),
            ..clusters.clone()
        },
        Fact {
            claim: "circle, N = 128, β = 64, t = 30: 9 clusters (√β = 8)",
            settings: vec![at(64.0)],
            expected: Expected::Near(8.95, 1.26),
            ..clusters.clone()
        },
        Fact {
            claim: "circle, N = 128, β = 100, t = 30: 10.6 clusters (√β = 10)",
            settings: vec![at(100.0)],
            expected: Expected::Near(10.55, 1.42),
            ..clusters
        },
        Fact {
            claim: "sphere, N = 64, β = 1: all meet in one point",
            source: "Geshkovski et al. 2025: from almost every start, at any β, in three dimensions or more",
            // The sharper attention is, the longer clusters last: by e^{β(1 − cos Δ)} for two that are Δ apart.
            settings: vec![at(1.0).number("agents", 64.0).choice("manifold", "sphere")],
            steps: 3000,
            seeds: 3,
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
            expected: Expected::AtLeast(0.9999),
            tolerance: "what is left at t = 300",
            ..fact
        },
    ]
}

/// Rate at which 1 − R falls from 10⁻⁴, where it is exponential, to 10⁻⁷; 0.05 a step. Not a number where it does not get there.
fn decay(run: &Series) -> f64 {
    let rest = |level: f64| {
        let step = run.first(0, 1.0 - level);
        (step, run.values[0].get(step as usize).map_or(f64::NAN, |r| 1.0 - r))
    };
    let ((from, before), (to, after)) = (rest(1e-4), rest(1e-7));
    maths::ln(before / after) / (0.05 * (to - from))
}

/// Time from R = 0.6 to R = 0.95 of two that began further apart; 0.005 a step.
fn passage(runs: &[Vec<Series>]) -> f64 {
    let apart: Vec<&Series> = runs[0].iter().filter(|run| run.values[0][0] < 0.6 && run.first(0, 0.95).is_finite()).collect();
    apart.iter().map(|run| 0.005 * (run.first(0, 0.95) - run.first(0, 0.6))).sum::<f64>() / apart.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Models, Simulation};

    fn scene(model: Attention) -> crate::scene::Scene {
        let mut scene = Models::default().with::<Attention>().find("attention").unwrap().scene();
        scene.model.params = Box::new(model);
        scene
    }

    fn points(simulation: &Simulation) -> Vec<DVec3> {
        let agents = simulation.agents();
        if let Some(phases) = agents.column::<Phase>() {
            let mut points = Vec::new();
            write_points(&phases.iter().map(|phase| phase.0).collect::<Vec<f64>>(), &mut points);
            return points;
        }
        on_sphere(&agents.column::<Position<Vec3>>().unwrap()).collect()
    }

    /// (1/2βN²) Σ e^{β(xᵢ·xⱼ − 1)}, which the dynamics climbs (Geshkovski et al. 2025, sec. 3.4).
    fn energy(sharpness: f64, points: &[DVec3]) -> f64 {
        let pairs = points.iter().flat_map(|a| points.iter().map(move |b| maths::exp(sharpness * (a.dot(*b) - 1.0))));
        pairs.sum::<f64>() / (2.0 * sharpness * (points.len() * points.len()) as f64)
    }

    #[test]
    fn the_energy_never_falls_and_points_stay_on_the_sphere() {
        for manifold in [Manifold::Circle, Manifold::Sphere] {
            let model = Attention { sharpness: 9.0, manifold, agents: 40, time_step: 0.1 };
            let scene = scene(model);
            let mut simulation = Simulation::new(&scene, &Models::default().with::<Attention>(), Some(1)).unwrap();
            let mut before = energy(9.0, &points(&simulation));
            for _ in 0..200 {
                simulation.step().unwrap();
                let points = points(&simulation);
                assert!(points.iter().all(|point| (point.length() - 1.0).abs() < 1e-12));
                let after = energy(9.0, &points);
                // Positions in space are rounded to 10⁻⁷.
                assert!(after >= before - 1e-8, "{manifold:?}: {before} {after}");
                before = after;
            }
        }
    }

    #[test]
    fn entropy_counts_those_attended_to() {
        let apart = [DVec3::X, DVec3::X, DVec3::NEG_X, DVec3::Y];
        let (_, all) = mean(0.0, &apart, DVec3::X);
        let (centre, two) = mean(1000.0, &apart, DVec3::X);
        assert!((all - 4.0).abs() < 1e-12 && (two - 2.0).abs() < 1e-12 && centre.distance(DVec3::X) < 1e-12, "{all} {two}");
    }
}
