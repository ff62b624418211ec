//! Chimeras: like oscillators, alike coupled, of which some keep step and some do not.

use crate::{
    error::Result,
    scene::{Group, Layout, Log, Look, Restart, Slider, Strength, Symbol, Unit},
    sim::{Chance, Expected, Fact, Integrator, Method, Model, Phase, Series, Setting, Setup, Source, maths, over_seeds, rows},
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::DVec2;
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// Who is coupled with whom, and how strongly.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// On a ring, with the kernel (1 + A cos x)/2π at the angular distance x (Abrams & Strogatz 2004).
    #[default]
    CosineRing,
    /// On a ring of length 1, with the kernel (κ/2) e^{−κd} at the distance d (Kuramoto & Battogtokh 2002).
    ExponentialRing,
    /// In two populations, with the strength (1 + A)/2 within and (1 − A)/2 between them (Abrams, Mirollo, Strogatz & Wiley
    /// 2008).
    TwoPopulations,
}

/// How phases are at the start.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// On a ring in step but for a hump of chance, θ = 6 e^{−30(x − ½)²} u with u uniform in ±½; of two populations one in
    /// step, the other spread by a Poisson kernel with r = 0.6.
    #[default]
    Seeded,
    /// At random.
    Random,
}

/// Oscillators that are all alike and all coupled alike can break into two parts: one keeps step, the other runs wild, and
/// neither wins. It happens where the coupling reaches far but not everywhere, and lags by nearly a quarter of a turn.
///
/// θᵢ′ = Σⱼ Gᵢⱼ sin(θⱼ − θᵢ − α), as seen by one who turns with the common frequency. α below π/2 attracts, above it repels;
/// chimeras live just below. The order parameter is r = |Σ e^{iθ}| / N. Integrated by the classical Runge–Kutta method of
/// fourth order; the sums of each kernel cost O(N).
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chimeras {
    /// Lag of the coupling, α.
    #[reflect(@0.0..=PI, @Slider(1.0, 1.8), @Symbol("α"), @Unit("rad"), @Strength::Falling)]
    pub lag: f64,
    /// Who is coupled with whom.
    #[reflect(@Restart, @Group("Interaction"))]
    pub form: Form,
    /// How much more the near are coupled than the far, or a population within itself than with the other, A.
    #[reflect(@0.0..=1.0f64, @Symbol("A"), @Group("Interaction"))]
    pub contrast: f64,
    /// How fast the exponential kernel falls, κ.
    #[reflect(@0.01..=100.0f64, @Slider(0.5, 20.0), @Symbol("κ"), @Group("Interaction"))]
    pub decay: f64,
    /// Number of oscillators, N.
    #[reflect(@0..=1_000_000u32, @Slider(10.0, 4_000.0), @Log, @Symbol("N"), @Restart, @Group("Start"))]
    pub agents: u32,
    /// How phases are at the start.
    #[reflect(@Restart, @Group("Start"))]
    pub start: Start,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f64, @Slider(0.001, 0.2), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Chimeras {
    /// Abrams & Strogatz 2004, fig. 2.
    fn default() -> Self {
        Self {
            lag: FRAC_PI_2 - 0.18,
            form: Form::CosineRing,
            contrast: 0.995,
            decay: 4.0,
            agents: 256,
            start: Start::Seeded,
            time_step: 0.05,
        }
    }
}

/// The integrator, and e^{iθ} and the field of all at its stage, in the order of rows.
#[derive(Resource, Default)]
struct Motion {
    integrator: Integrator<f64>,
    points: Vec<DVec2>,
    field: Vec<DVec2>,
    /// What the step adds to θ.
    change: Vec<f64>,
}

impl Model for Chimeras {
    const NAME: &'static str = "chimeras";
    const TITLE: &'static str = "Chimeras";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Kuramoto, Y.", "Battogtokh, D."],
            title: "Coexistence of coherence and incoherence in nonlocally coupled phase oscillators",
            journal: "Nonlin. Phenom. Complex Syst.",
            volume: "5",
            pages: "380",
            year: 2002,
            url: "https://arxiv.org/abs/cond-mat/0210694",
            ..Source::NONE
        },
        Source {
            authors: &["Abrams, D. M.", "Strogatz, S. H."],
            title: "Chimera states for coupled oscillators",
            journal: "Phys. Rev. Lett.",
            volume: "93",
            pages: "174102",
            year: 2004,
            doi: "10.1103/PhysRevLett.93.174102",
            ..Source::NONE
        },
        Source {
            authors: &["Abrams, D. M.", "Mirollo, R.", "Strogatz, S. H.", "Wiley, D. A."],
            title: "Solvable model for chimera states of coupled oscillators",
            journal: "Phys. Rev. Lett.",
            volume: "101",
            pages: "084103",
            year: 2008,
            doi: "10.1103/PhysRevLett.101.084103",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["order", "coherent_share"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.time_step("", |model: &Self| model.time_step);
        setup.column::<Phase>();
        setup.derived(Motion::default());
        let start = setup.chance("start");
        setup.spawn((0..self.agents).map(|agent| (Phase(self.first_phase(agent, start)),)));
        setup.interact(couple);
        setup.advance(turn);
        Ok(())
    }

    fn look() -> Look {
        Look { layout: Layout::Profile, scale: 0.5, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    /// Up to this lag the state in which all keep step is stable: near it phases decay at rates in proportion to cos α.
    fn critical(&self) -> Option<f64> {
        Some(FRAC_PI_2)
    }
}

impl Chimeras {
    /// How many belong to the first of two populations.
    fn first_population(&self, agents: usize) -> usize {
        agents / 2
    }

    fn first_phase(&self, agent: u32, start: Chance) -> f64 {
        let uniform = start.uniform(agent, 0);
        match (self.start, self.form) {
            (Start::Random, _) => TAU * (uniform - 0.5),
            (Start::Seeded, Form::TwoPopulations) => {
                let first = self.first_population(self.agents as usize) as u32;
                if agent < first {
                    return 0.0;
                }
                // The quantiles of Poisson's kernel about 0.1 ahead of the first population.
                let quantile = (f64::from(agent - first) + 0.5) / f64::from(self.agents - first);
                let narrow = (1.0 - 0.6) / (1.0 + 0.6);
                0.1 + 2.0 * maths::atan2(narrow * maths::tan(PI * (quantile - 0.5)), 1.0)
            }
            (Start::Seeded, _) => {
                let x = f64::from(agent) / f64::from(self.agents) - 0.5;
                6.0 * maths::exp(-30.0 * x * x) * (uniform - 0.5)
            }
        }
    }

    /// Σⱼ Gᵢⱼ e^{iθⱼ} for all i.
    fn write_field(&self, points: &[DVec2], field: &mut Vec<DVec2>) {
        let count = points.len();
        field.clear();
        match self.form {
            Form::TwoPopulations => {
                let (first, second) = points.split_at(self.first_population(count));
                let mean = |points: &[DVec2]| points.iter().sum::<DVec2>() / points.len().max(1) as f64;
                let (first, second, others) = (mean(first), mean(second), first.len());
                let (within, between) = ((1.0 + self.contrast) / 2.0, (1.0 - self.contrast) / 2.0);
                field.resize(others, within * first + between * second);
                field.resize(count, within * second + between * first);
            }
            Form::CosineRing => {
                // Three Fourier modes: (1/N) Σ (1 + A cos(xᵢ − xⱼ)) e^{iθⱼ}, x the angle on the ring.
                let along = |site: usize| maths::sin_cos(TAU * site as f64 / count as f64);
                let (mut all, mut sines, mut cosines) = (DVec2::ZERO, DVec2::ZERO, DVec2::ZERO);
                for (site, point) in points.iter().enumerate() {
                    let (sin, cos) = along(site);
                    (all, sines, cosines) = (all + *point, sines + *point * sin, cosines + *point * cos);
                }
                let share = 1.0 / count as f64;
                field.extend((0..count).map(|site| {
                    let (sin, cos) = along(site);
                    (all + self.contrast * (cos * cosines + sin * sines)) * share
                }));
            }
            Form::ExponentialRing => self.write_exponential_field(points, field),
        }
    }

    /// (κ/2N) Σⱼ e^{−κ|i − j|/N} e^{iθⱼ}, the short way round: of the sums over both sides each follows from that of the
    /// neighbour by one that comes and one that goes.
    fn write_exponential_field(&self, points: &[DVec2], field: &mut Vec<DVec2>) {
        let count = points.len();
        let fall = |steps: usize| maths::exp(-self.decay * steps as f64 / count as f64);
        // On a ring of even length the opposite one counts once.
        let (ahead, behind) = (count / 2, count.saturating_sub(1) / 2);
        let q = fall(1);
        let side = |reach: usize, other: &dyn Fn(usize) -> usize| -> DVec2 {
            (1..=reach).map(|steps| fall(steps) * points[other(steps)]).sum()
        };
        field.extend_from_slice(points);
        let mut sum = side(ahead, &|steps| (count - 1 + steps) % count);
        for site in (0..count).rev() {
            field[site] += sum;
            sum = q * (points[site] + sum) - q * fall(ahead) * points[(site + ahead) % count];
        }
        let mut sum = side(behind, &|steps| (count - steps) % count);
        for site in 0..count {
            field[site] += sum;
            sum = q * (points[site] + sum) - q * fall(behind) * points[(site + count - behind) % count];
        }
        for field in field {
            *field *= 0.5 * self.decay / count as f64;
        }
    }
}

/// One step of θᵢ′ = Im(e^{−iα} hᵢ e^{−iθᵢ}), hᵢ the field.
fn couple(model: Res<Chimeras>, mut motion: ResMut<Motion>, mut agents: Query<&Phase>) {
    let Some(phases) = rows(&mut agents) else { return };
    let Motion { integrator, points, field, change } = &mut *motion;
    let (sin, cos) = maths::sin_cos(model.lag);
    let late = DVec2::new(cos, -sin);
    let states: &[f64] = bytemuck::cast_slice::<Phase, f64>(phases);
    let added = integrator.step(Method::RungeKutta, model.time_step, states, |phases, slopes| {
        points.clear();
        points.extend(phases.iter().map(|phase| {
            let (sin, cos) = maths::sin_cos(*phase);
            DVec2::new(cos, sin)
        }));
        model.write_field(points, field);
        for ((slope, point), field) in slopes.iter_mut().zip(&*points).zip(&*field) {
            *slope = point.perp_dot(late.rotate(*field));
        }
    });
    change.clear();
    change.extend_from_slice(added);
}

fn turn(motion: Res<Motion>, mut agents: Query<&mut Phase>) {
    let Some(phases) = rows(&mut agents) else { return };
    for (phase, change) in phases.iter_mut().zip(&motion.change) {
        phase.0 = maths::wrap_angle(phase.0 + change);
    }
}

fn facts() -> Vec<Fact> {
    let two = |contrast: f64| {
        let two = Setting::new().choice("form", "two_populations").number("lag", FRAC_PI_2 - 0.1);
        two.number("contrast", contrast).number("agents", 128.0)
    };
    let ring = |contrast: f64, late: f64| Setting::new().number("contrast", contrast).number("lag", FRAC_PI_2 - late);
    let battogtokh = || Setting::new().choice("form", "exponential_ring").number("lag", 1.457);
    let mean: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let fact = Fact {
        claim: "",
        source: "exact for N → ∞: Abrams, Mirollo, Strogatz & Wiley 2008, eq. 12; tests/oracles/chimeras.py",
        settings: vec![],
        steps: 40_000,
        discard: 20_000,
        seeds: 1,
        measures: &["order"],
        quantity: mean,
        expected: Expected::AtLeast(0.0),
        tolerance: "the integrator's, and the Poisson kernel's of 64 oscillators",
    };
    let share = Fact {
        measures: &["coherent_share"],
        steps: 10_000,
        discard: 5000,
        seeds: 4,
        tolerance: "4 standard errors of the difference of two means of 4 runs each with the oracle's spread",
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "two populations, A = 0.2, β = 0.1: a chimera at rest, |Z| = 0.860",
            settings: vec![two(0.2)],
            expected: Expected::Near(0.85995, 0.0005),
            ..fact.clone()
        },
        Fact {
            claim: "two populations, A = 0.35: it breathes, |Z| falls to 0.553",
            settings: vec![two(0.35)],
            quantity: |runs| over_seeds(&runs[0], |run| extremes(run).0),
            expected: Expected::Near(0.5526, 0.002),
            ..fact.clone()
        },
        Fact {
            claim: "two populations, A = 0.35: it breathes, |Z| rises to 0.958",
            settings: vec![two(0.35)],
            quantity: |runs| over_seeds(&runs[0], |run| extremes(run).1),
            expected: Expected::Near(0.9578, 0.002),
            ..fact.clone()
        },
        Fact {
            claim: "two populations, A = 0.4: no chimera, all keep step",
            source: "Abrams, Mirollo, Strogatz & Wiley 2008, fig. 4: chimeras end in a homoclinic bifurcation before",
            settings: vec![two(0.4)],
            expected: Expected::AtLeast(0.9999),
            tolerance: "what is left after 1000 units of time",
            ..fact.clone()
        },
        Fact {
            claim: "all with all (A = 0), random start, α = 1: r from 0.1 to 0.9 in 6.045 / cos 1 = 11.19",
            source: "exact for N → ∞: r′ = cos α · r (1 − r²)/2 (Ott & Antonsen, Chaos 18, 037113, 2008)",
            settings: vec![ring(0.0, FRAC_PI_2 - 1.0).choice("start", "random").number("agents", 1e4)],
            steps: 700,
            discard: 0,
            seeds: 8,
            quantity: |runs| over_seeds(&runs[0], |run| 0.05 * (run.first(0, 0.9) - run.first(0, 0.1))),
            expected: Expected::Near(11.188, 0.22),
            tolerance: "2 %: a step of 0.05, and 1/√N in the higher moments of random phases",
            ..fact.clone()
        },
        Fact {
            claim: "ring, A = 0.9, β = 0.1, N = 256: 0.23 of all keep step with their neighbours",
            source: "Abrams & Strogatz 2004: kernel and start; tests/oracles/chimeras.py by direct summation",
            settings: vec![ring(0.9, 0.1)],
            expected: Expected::Near(0.2273, 0.0042),
            ..share.clone()
        },
        Fact {
            claim: "ring, A = 0.9, β = 0.1, N = 256: r = 0.634",
            source: "Abrams & Strogatz 2004: kernel and start; tests/oracles/chimeras.py by direct summation",
            settings: vec![ring(0.9, 0.1)],
            measures: &["order"],
            expected: Expected::Near(0.6345, 0.0028),
            ..share.clone()
        },
        Fact {
            claim: "exponential ring, κ = 4, α = 1.457, N = 256: 0.285 of all keep step with their neighbours",
            source: "Kuramoto & Battogtokh 2002: kernel, lag and start; tests/oracles/chimeras.py by direct summation",
            settings: vec![battogtokh()],
            expected: Expected::Near(0.2845, 0.0094),
            ..share.clone()
        },
        Fact {
            claim: "exponential ring, κ = 4, α = 1.457, N = 256: r = 0.704",
            source: "Kuramoto & Battogtokh 2002: kernel, lag and start; tests/oracles/chimeras.py by direct summation",
            settings: vec![battogtokh()],
            measures: &["order"],
            expected: Expected::Near(0.704, 0.0052),
            ..share
        },
    ]
}

/// Least and largest reading after the discarded steps.
fn extremes(run: &Series) -> (f64, f64) {
    let kept = &run.values[0][run.discard..];
    kept.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (value.min(least), value.max(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_order_n_are_the_sums_over_all_pairs() {
        for count in [1, 2, 3, 4, 7, 64] {
            let points: Vec<DVec2> = (0..count)
                .map(|site| {
                    let (sin, cos) = maths::sin_cos(Chance::new(1, 0, "test").uniform(site, 0) * TAU);
                    DVec2::new(cos, sin)
                })
                .collect();
            for form in [Form::CosineRing, Form::ExponentialRing, Form::TwoPopulations] {
                let model = Chimeras { form, contrast: 0.7, ..Chimeras::default() };
                let mut field = Vec::new();
                model.write_field(&points, &mut field);
                let n = f64::from(count);
                let first = count / 2;
                let kernel = |a: u32, b: u32| {
                    let apart = f64::from(a.abs_diff(b).min(count - a.abs_diff(b))) / n;
                    match form {
                        Form::CosineRing => (1.0 + 0.7 * maths::sin_cos(TAU * apart).1) / n,
                        Form::ExponentialRing => 2.0 * maths::exp(-4.0 * apart) / n,
                        Form::TwoPopulations => {
                            let size = f64::from(if b < first { first } else { count - first });
                            if (a < first) == (b < first) { 0.85 / size } else { 0.15 / size }
                        }
                    }
                };
                for a in 0..count {
                    let expected: DVec2 = (0..count).map(|b| kernel(a, b) * points[b as usize]).sum();
                    assert!(field[a as usize].distance(expected) < 1e-12, "{form:?} {count} {a}");
                }
            }
        }
    }

    #[test]
    fn in_step_all_turn_at_minus_the_sine_of_the_lag() {
        let model = Chimeras { lag: 0.7, ..Chimeras::default() };
        let mut field = Vec::new();
        let point = DVec2::new(0.6, 0.8);
        model.write_field(&[point; 10], &mut field);
        let (sin, cos) = maths::sin_cos(0.7);
        let slope = point.perp_dot(DVec2::new(cos, -sin).rotate(field[3]));
        assert!((slope + sin).abs() < 1e-12, "{slope}");
    }
}
