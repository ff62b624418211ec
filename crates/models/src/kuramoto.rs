//! Kuramoto's coupled phase oscillators, all with all or on a network.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Layout, Log, Look, Restart, Slider, Strength, Symbol, Unit},
    sim::{
        Chance, Clock, Expected, Fact, Frequency, Id, Integrator, Method, Model, Network, Phase, Series, Setting, Setup,
        Source, Topology, Wiring, maths, over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::{DVec2, Vec2};
use bevy_reflect::Reflect;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_PI_2, PI, SQRT_2, TAU};
use wide::f64x2;

/// Oscillators per unit of parallel work. Sums go unit by unit, in order, whatever the number of threads.
const CHUNK: usize = 1024;

/// How natural frequencies are distributed, about a mean of 0 (the frame turns with the mean).
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// g(ω) = γ / π(ω² + γ²), of half width γ; the one that Kuramoto solved.
    #[default]
    Lorentzian,
    /// Normal, of standard deviation σ.
    Gaussian,
    /// Uniform in ±γ: synchrony sets in with a jump.
    Uniform,
    /// All alike.
    Identical,
}

/// How the oscillators' frequencies are taken from the distribution.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// At the N quantiles (i + ½)/N, dealt out by chance: the sample is the distribution itself, as near as N allows.
    #[default]
    Quantile,
    /// Drawn independently.
    Random,
}

/// Oscillators, each with a frequency of its own, pull one another's phases together. Below a critical coupling they
/// run as if alone; above it a group locks to one rhythm, and grows with the coupling.
///
/// Where everyone is linked with everyone, θᵢ′ = ωᵢ + (K/N) Σⱼ sin(θⱼ − θᵢ) + √(2D) ξᵢ; on any other network
/// θᵢ′ = ωᵢ + K Σⱼ Aᵢⱼ sin(θⱼ − θᵢ) + √(2D) ξᵢ, with Aᵢⱼ = 1 where i and j are linked, else 0, and ξ white noise. The
/// order parameter is r = |Σ e^{iθ}| / N. Phases are integrated by the classical Runge–Kutta method of fourth order,
/// the noise by Strang's splitting.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Kuramoto {
    /// Coupling, K: of all with all, or along each link of a network.
    #[reflect(@-1000.0..=1000.0f64, @Slider(0.0, 6.0), @Symbol("K"), @Strength::Rising, @Decoupled("0"))]
    pub coupling: f64,
    /// How natural frequencies are distributed, g(ω).
    #[reflect(@Symbol("g"), @Restart, @Group("Frequencies"))]
    pub frequencies: Distribution,
    /// Width of the distribution: half width γ, or the Gaussian's standard deviation σ.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 2.0), @Symbol("γ"), @Unit("rad per unit of time"), @Group("Frequencies"))]
    pub width: f64,
    /// How frequencies are taken from the distribution.
    #[reflect(@Restart, @Group("Frequencies"))]
    pub spacing: Spacing,
    /// Strength of the noise, D (Sakaguchi 1988): phases alone spread by 2Dt.
    #[reflect(@0.0..=100.0f64, @Slider(0.0, 2.0), @Symbol("D"), @Unit("rad² per unit of time"), @Group("Frequencies"))]
    pub noise: f64,
    /// Who is linked to whom, A.
    #[reflect(@Symbol("A"), @Restart, @Group("Network"))]
    pub topology: Topology,
    /// Mean number of links of one oscillator: on a ring, a small world, a scale-free, a spatial or a random network.
    #[reflect(@0.0..=1000.0f64, @Slider(2.0, 20.0), @Symbol("⟨k⟩"), @Restart, @Group("Network"))]
    pub degree: f64,
    /// Share of a small world's links that lead to anyone, p.
    #[reflect(@0.0..=1.0f64, @Symbol("p"), @Restart, @Group("Network"))]
    pub rewiring: f64,
    /// File of links, one a line, for a network from a file: two oscillators each, by number or name. Without
    /// a name nobody is linked.
    #[reflect(@Restart, @Group("Network"))]
    pub file: String,
    /// Number of oscillators, N.
    #[reflect(@0..=4_000_000u32, @Slider(10.0, 100_000.0), @Log, @Symbol("N"), @Restart, @Group("Network"))]
    pub agents: u32,
    /// Phases at the start are uniform within ± this; at π they are random.
    #[reflect(@0.0..=PI, @Unit("rad"), @Restart, @Group("Start"))]
    pub spread: f64,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f64, @Slider(0.001, 0.2), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Kuramoto {
    fn default() -> Self {
        Self {
            coupling: 3.0,
            frequencies: Distribution::Lorentzian,
            width: 1.0,
            spacing: Spacing::Quantile,
            noise: 0.0,
            topology: Topology::Complete,
            degree: 4.0,
            rewiring: 0.1,
            file: String::new(),
            agents: 1000,
            spread: PI,
            time_step: 0.05,
        }
    }
}

/// The integrator, and e^{iθ} of all at its stage, in the order of rows.
#[derive(Resource, Default)]
struct Motion {
    integrator: Integrator<f64>,
    points: Vec<DVec2>,
    /// What the step adds to θ.
    change: Vec<f64>,
}

impl Model for Kuramoto {
    const NAME: &'static str = "kuramoto";
    const TITLE: &'static str = "Kuramoto's oscillators";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Kuramoto, Y."],
            title: "Self-entrainment of a population of coupled non-linear oscillators",
            journal: "Lect. Notes Phys.",
            volume: "39",
            pages: "420",
            year: 1975,
            doi: "10.1007/BFb0013365",
            ..Source::NONE
        },
        Source {
            authors: &["Strogatz, S. H."],
            title: "From Kuramoto to Crawford: exploring the onset of synchronization in populations of coupled oscillators",
            journal: "Physica D",
            volume: "143",
            pages: "1",
            year: 2000,
            doi: "10.1016/S0167-2789(00)00094-4",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["order"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.time_step("", |model: &Self| model.time_step);
        setup.column::<Phase>();
        setup.column::<Frequency>();
        let wiring = Wiring { topology: self.topology, degree: self.degree, rewiring: self.rewiring, file: self.file.clone() };
        setup.derived(Network::new(&wiring, self.agents, setup.chance("network"))?);
        let start = setup.chance("start");
        let frequencies = self.standard_frequencies(setup.chance("frequencies"));
        setup.spawn(frequencies.into_iter().zip(0..).map(|(frequency, agent)| {
            let phase = self.spread * (2.0 * start.uniform(agent, 0) - 1.0);
            (Phase(phase), Frequency(frequency))
        }));
        if self.topology == Topology::Complete {
            // A network is made for those who are there at the start.
            setup.newcomer(|model: &Self, start, agent, on_circle: Vec2| {
                let phase = maths::atan2(on_circle.y, on_circle.x).into();
                let frequency = model.frequencies.quantile(start.uniform(agent, 3).max(f64::EPSILON / 4.0));
                (Phase(phase), Frequency(frequency))
            });
        }
        setup.derived(Motion::default());
        setup.interact(couple);
        setup.advance(turn);
        Ok(())
    }

    fn look() -> Look {
        Look { layout: Layout::Circle, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    /// The r of infinitely many oscillators, all coupled with all.
    fn theory(&self, measure: &str) -> Option<f64> {
        let complete = measure == "order" && self.topology == Topology::Complete;
        complete.then(|| self.stationary_order()).flatten()
    }

    /// The coupling at which incoherence of infinitely many oscillators, all coupled with all, becomes unstable:
    /// 2 / Kc = ∫ g(ω) D / (D² + ω²) dω (Strogatz & Mirollo, J. Stat. Phys. 63, 613, 1991); without noise it is
    /// Kc = 2 / π g(0).
    fn critical(&self) -> Option<f64> {
        let (width, noise) = (self.width, self.noise);
        (self.topology == Topology::Complete).then(|| match self.frequencies {
            Distribution::Lorentzian => 2.0 * (width + noise),
            Distribution::Identical => 2.0 * noise,
            _ if width == 0.0 => 2.0 * noise,
            Distribution::Gaussian => {
                let ratio = noise / (width * SQRT_2);
                width * (8.0 / PI).sqrt() / maths::scaled_erfc(ratio)
            }
            Distribution::Uniform => 2.0 * width / maths::atan2(width, noise),
        })
    }
}

impl Kuramoto {
    /// The natural frequencies at width 1, by identity.
    fn standard_frequencies(&self, chance: Chance) -> Vec<f64> {
        let mut place: Vec<u32> = (0..self.agents).collect();
        // Dealt out by chance, so that neighbours on a network are no likelier to be alike.
        chance.shuffle(&mut place);
        let probability = |(agent, place): (u32, &u32)| match self.spacing {
            Spacing::Quantile => (f64::from(*place) + 0.5) / f64::from(self.agents),
            Spacing::Random => chance.uniform(agent, 1).max(f64::EPSILON / 4.0),
        };
        (0..).zip(&place).map(probability).map(|probability| self.frequencies.quantile(probability)).collect()
    }

    /// The r that solves 1 = K ∫ cos²φ g(K r sin φ) dφ over |φ| ≤ π/2, or of identical oscillators under noise the r that
    /// solves r = I₁(Kr/D) / I₀(Kr/D); 0 where nothing does. Noise and frequencies together have no closed form.
    fn stationary_order(&self) -> Option<f64> {
        let (coupling, width, noise) = (self.coupling, self.width, self.noise);
        let alike = width == 0.0 || self.frequencies == Distribution::Identical;
        if coupling <= 0.0 || self.critical().is_none_or(|critical| coupling < critical) {
            return Some(0.0);
        }
        if noise > 0.0 {
            // Phases are distributed by von Mises' law, e^{(Kr/D) cos θ}.
            return alike.then(|| maths::rising_zero(|r| r - maths::bessel_ratio(coupling * r / noise), 1e-9, 1.0));
        }
        Some(self.locked_order())
    }

    /// [`stationary_order`](Self::stationary_order) without noise, at or above the critical coupling.
    fn locked_order(&self) -> f64 {
        let (coupling, width) = (self.coupling, self.width);
        match self.frequencies {
            _ if width == 0.0 => 1.0,
            Distribution::Identical => 1.0,
            Distribution::Lorentzian => (1.0 - 2.0 * width / coupling).sqrt(),
            Distribution::Uniform => {
                // All are locked, at |φ| ≤ φ₀ with γ = K r sin φ₀; the integral is (φ₀ + sin φ₀ cos φ₀) / γ.
                let locked = |edge: f64| {
                    let (sin, cos) = maths::sin_cos(edge);
                    edge + sin * cos
                };
                let edge = maths::rising_zero(|edge| locked(edge) - 2.0 * width / coupling, 0.0, FRAC_PI_2);
                width / (coupling * maths::sin_cos(edge).0)
            }
            Distribution::Gaussian => {
                let density = |frequency: f64| {
                    let standard = frequency / width;
                    maths::exp(-0.5 * standard * standard) / (width * TAU.sqrt())
                };
                // Beyond 9 σ nothing is left of the density. Up to there, or to π/2, the integrand is smooth and ends
                // level, so that the midpoint rule converges exponentially.
                let integral = |amplitude: f64| {
                    let edge = (9.0 * width / amplitude).min(1.0);
                    let (edge, points) = (maths::atan2(edge, (1.0 - edge * edge).sqrt()), 256);
                    let step = 2.0 * edge / f64::from(points);
                    let term = |k| {
                        let (sin, cos) = maths::sin_cos((f64::from(k) + 0.5) * step - edge);
                        cos * cos * density(amplitude * sin)
                    };
                    (0..points).map(term).sum::<f64>() * step
                };
                maths::rising_zero(|r| 1.0 - coupling * integral(coupling * r), 0.0, 1.0)
            }
        }
    }
}

impl Distribution {
    /// The frequency below which a share `p` of the distribution of width 1 lies.
    fn quantile(self, p: f64) -> f64 {
        match self {
            Self::Lorentzian => maths::tan(PI * (p - 0.5)),
            Self::Gaussian => maths::normal_quantile(p),
            Self::Uniform => 2.0 * p - 1.0,
            Self::Identical => 0.0,
        }
    }
}

/// One step of θᵢ′ = ωᵢ + Im(K hᵢ e^{−iθᵢ}), in which the field h is the mean of e^{iθ} over all where all are coupled
/// with all (so that a step costs O(N)), and the sum over the linked elsewhere.
fn couple(
    model: Res<Kuramoto>,
    clock: Res<Clock>,
    network: Res<Network>,
    mut motion: ResMut<Motion>,
    mut agents: Query<(&Id, &Phase, &Frequency)>,
) {
    let Some((ids, phases, frequencies)) = rows(&mut agents) else { return };
    let Motion { integrator, points, change } = &mut *motion;
    let slope = |phases: &[f64], slopes: &mut [f64]| {
        let mean = unit_vectors(phases, points) / phases.len() as f64;
        let points = &*points;
        let chunks = slopes.par_chunks_mut(CHUNK).zip(frequencies.par_chunks(CHUNK)).enumerate();
        chunks.for_each(|(chunk, (slopes, frequencies))| {
            // Without a neighbour index rows keep the order of identity, so the network's identities are rows.
            for (row, (slope, frequency)) in (chunk * CHUNK..).zip(slopes.iter_mut().zip(frequencies)) {
                let field = if network.is_complete() {
                    mean
                } else {
                    network.links(row as u32).iter().map(|other| points[*other as usize]).sum()
                };
                *slope = model.width * frequency.0 + model.coupling * points[row].perp_dot(field);
            }
        });
    };
    let states: &[f64] = bytemuck::cast_slice::<Phase, f64>(phases);
    let (method, dt) = (Method::RungeKutta, model.time_step);
    let added = if model.noise == 0.0 {
        integrator.step(method, dt, states, slope)
    } else {
        let (chance, spread) = (clock.chance("noise"), (model.noise * dt).sqrt());
        integrator.step_under_noise(method, dt, states, slope, |row, half| spread * chance.normal(ids[row].0, half))
    };
    change.clear();
    change.extend_from_slice(added);
}

/// Writes e^{iθ} of all and returns its sum, chunk by chunk, whatever the number of threads.
fn unit_vectors(phases: &[f64], points: &mut Vec<DVec2>) -> DVec2 {
    points.resize(phases.len(), DVec2::ZERO);
    let chunks = points.par_chunks_mut(CHUNK).zip(phases.par_chunks(CHUNK));
    let sums = chunks.map(|(points, phases)| {
        points.iter_mut().zip(phases).for_each(|(point, phase)| point.x = *phase);
        to_circle(points)
    });
    let sums: Vec<DVec2> = sums.collect();
    sums.iter().sum()
}

/// Turns angles, given as x, into the points of the unit circle there, and adds these up.
fn to_circle(angles: &mut [DVec2]) -> DVec2 {
    let (mut sum_cos, mut sum_sin) = (f64x2::ZERO, f64x2::ZERO);
    let mut pairs = angles.chunks_exact_mut(2);
    for pair in &mut pairs {
        let (sin, cos) = maths::sin_cos2(f64x2::new([pair[0].x, pair[1].x]));
        (sum_cos, sum_sin) = (sum_cos + cos, sum_sin + sin);
        let ([sin_0, sin_1], [cos_0, cos_1]) = (sin.to_array(), cos.to_array());
        (pair[0], pair[1]) = (DVec2::new(cos_0, sin_0), DVec2::new(cos_1, sin_1));
    }
    let mut sum = DVec2::new(sum_cos.reduce_add(), sum_sin.reduce_add());
    for last in pairs.into_remainder() {
        let (sin, cos) = maths::sin_cos2(f64x2::splat(last.x));
        *last = DVec2::new(cos.to_array()[0], sin.to_array()[0]);
        sum += *last;
    }
    sum
}

/// Phases move on, and are kept within one turn.
fn turn(motion: Res<Motion>, mut agents: Query<&mut Phase>) {
    let Some(phases) = rows(&mut agents) else { return };
    let oscillators = (phases, &motion.change).into_par_iter().with_min_len(CHUNK);
    oscillators.for_each(|(phase, change)| phase.0 = maths::wrap_angle(phase.0 + change));
}

fn facts() -> Vec<Fact> {
    let number = |path, value| Setting::new().number(path, value);
    let many = |coupling: f64| number("coupling", coupling).number("agents", 1e4);
    let uniform = |coupling: f64| number("coupling", coupling).number("agents", 4000.0).choice("frequencies", "uniform");
    let identical = |coupling: f64| number("coupling", coupling).choice("frequencies", "identical");
    let fact = Fact {
        claim: "",
        source: "Kuramoto 1975: r = √(1 − Kc/K), Kc = 2γ",
        settings: vec![],
        steps: 1200,
        discard: 600,
        seeds: 2,
        measures: &["order"],
        quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)),
        expected: Expected::AtLeast(0.0),
        tolerance: "an independent program differs by 0.0005",
    };
    vec![
        Fact {
            claim: "Lorentzian, N = 10⁴, K = 3: r = √(1/3) = 0.577",
            settings: vec![many(3.0)],
            expected: Expected::Near(0.5774, 0.002),
            ..fact.clone()
        },
        Fact {
            claim: "Lorentzian, N = 10⁴, K = 2.5: r = √(1/5) = 0.447",
            settings: vec![many(2.5)],
            expected: Expected::Near(0.4472, 0.002),
            ..fact.clone()
        },
        Fact {
            claim: "Lorentzian, random ω, N = 10⁴, K = 1 < Kc: r = √(π/4N) / √(1 − K/Kc) = 0.0125",
            source: "fluctuations of independent phases, enhanced by the coupling; tests/oracles/kuramoto.py",
            settings: vec![many(1.0).choice("spacing", "random")],
            seeds: 4,
            expected: Expected::Near(0.0125, 0.0032),
            tolerance: "4 standard errors of 4 runs with spread 0.0016",
            ..fact.clone()
        },
        Fact {
            claim: "Gaussian, N = 10⁴, K = 2: r = 0.715",
            source: "Kuramoto 1975: 1 = K ∫ cos²φ g(K r sin φ) dφ",
            settings: vec![many(2.0).choice("frequencies", "gaussian")],
            expected: Expected::Near(0.7152, 0.002),
            ..fact.clone()
        },
        Fact {
            claim: "identical, noise D = 1, N = 10⁴, K = 4: r = I₁(4r)/I₀(4r) = 0.8315",
            source: "exact for N → ∞: phases are distributed by von Mises' law",
            settings: vec![identical(4.0).number("noise", 1.0).number("agents", 1e4).number("time_step", 0.02)],
            expected: Expected::Near(0.8315, 0.002),
            tolerance: "4 standard errors: spread 0.003, 24 units of time; an independent program has 0.8314",
            ..fact.clone()
        },
        Fact {
            claim: "Lorentzian, noise D = 0.5, N = 10⁴, K = 2.5, below Kc = 2(γ + D) = 3: r < 0.05",
            source: "Strogatz & Mirollo, J. Stat. Phys. 63, 613 (1991)",
            settings: vec![many(2.5).number("noise", 0.5)],
            expected: Expected::AtMost(0.05),
            tolerance: "an independent program has 0.02 to 0.03; without noise r would be 0.447",
            ..fact.clone()
        },
        Fact {
            claim: "Lorentzian, noise D = 0.5, N = 10⁴, K = 4, above Kc = 3: r = 0.549",
            source: "tests/oracles/kuramoto.py: the same rule in an independent program",
            settings: vec![many(4.0).number("noise", 0.5)],
            expected: Expected::Near(0.5493, 0.0038),
            tolerance: "4 standard errors of the difference of means of 4 and 2 runs with the oracle's spread, 0.0011",
            ..fact.clone()
        },
        Fact {
            claim: "uniform, N = 4000, K = 1.26, below 4γ/π = 1.273: r < 0.1",
            source: "Pazó, Phys. Rev. E 72, 046211 (2005)",
            settings: vec![uniform(1.26)],
            steps: 6000,
            discard: 4000,
            expected: Expected::AtMost(0.1),
            tolerance: "an independent program has 0.03",
            ..fact.clone()
        },
        Fact {
            claim: "uniform, N = 4000, K = 1.29, above 4γ/π = 1.273: r > 0.78",
            source: "Pazó, Phys. Rev. E 72, 046211 (2005): jump to π/4",
            settings: vec![uniform(1.29)],
            steps: 6000,
            discard: 4000,
            expected: Expected::AtLeast(0.78),
            tolerance: "an independent program has 0.815",
            ..fact.clone()
        },
        Fact {
            claim: "identical, N = 10⁴, K = 1: from r = 0.1 to 0.9 in ln(99 · 81/19) = 6.045",
            source: "exact for N → ∞: r′ = (K/2) r (1 − r²) (Ott & Antonsen, Chaos 18, 037113, 2008)",
            settings: vec![identical(1.0).number("agents", 1e4)],
            steps: 400,
            discard: 0,
            seeds: 8,
            quantity: |runs| over_seeds(&runs[0], |run| 0.05 * (run.first(0, 0.9) - run.first(0, 0.1))),
            expected: Expected::Near(6.045, 0.12),
            tolerance: "2 %: one step of 0.05, and 1/√N in the higher moments of random phases",
            ..fact.clone()
        },
        Fact {
            claim: "identical, ring, N = 20, K = 1: 1 − r falls as e^{−2λ₂t}, λ₂ = 2 − 2 cos(2π/20) = 0.0979",
            source: "exact: slowest mode of the linearised dynamics",
            settings: vec![
                identical(1.0).choice("topology", "ring").number("degree", 2.0).number("agents", 20.0).number("spread", 0.5),
            ],
            quantity: |runs| {
                let rate = |run: &Series| {
                    let (early, late) = (run.values[0][800], run.values[0][1200]);
                    maths::ln((1.0 - early) / (1.0 - late)) / (2.0 * 20.0)
                };
                over_seeds(&runs[0], rate)
            },
            expected: Expected::Near(0.097_887, 0.0001),
            tolerance: "0.1 %: higher modes and terms have died out by t = 40",
            ..fact
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oracles::{Oracle, phases, scattered, series, walked},
        sim::{AnyModel, Models, Simulation},
    };

    fn model() -> &'static dyn AnyModel {
        Models::default().with::<Kuramoto>().find("kuramoto").unwrap()
    }

    fn run(params: Kuramoto, time: f64) -> (Vec<f64>, Vec<f64>) {
        let steps = (time / params.time_step).round() as u64;
        let mut scene = model().scene();
        scene.model.params = Box::new(params);
        let mut simulation = Simulation::new(&scene, &Models::default().with::<Kuramoto>(), Some(1)).unwrap();
        let phases = |simulation: &Simulation| -> Vec<f64> {
            simulation.agents().column::<Phase>().unwrap().iter().map(|phase| phase.0).collect()
        };
        let start = phases(&simulation);
        for _ in 0..steps {
            simulation.step().unwrap();
        }
        assert!((simulation.clock().time - time).abs() < 1e-9);
        (start, phases(&simulation))
    }

    #[test]
    fn the_method_is_of_fourth_order() {
        // Two identical oscillators: Δ′ = −K sin Δ, so tan(Δ/2) = tan(Δ₀/2) e^{−Kt}.
        let error = |time_step| {
            let params = Kuramoto {
                agents: 2,
                coupling: 1.0,
                frequencies: Distribution::Identical,
                spread: 1.5,
                time_step,
                ..Kuramoto::default()
            };
            let (start, end) = run(params, 2.0);
            let half = |phases: &[f64]| maths::tan((phases[1] - phases[0]) / 2.0);
            (half(&end) - half(&start) * maths::exp(-2.0)).abs()
        };
        let order = maths::ln(error(0.2) / error(0.1)) / maths::ln(2.0);
        assert!((order - 4.0).abs() < 0.2, "{order}");
    }

    #[test]
    fn the_sum_of_phases_turns_with_the_sum_of_frequencies() {
        // Couplings cancel in pairs on every network; quantiles of an even distribution sum to zero.
        use Topology::*;
        for topology in [Complete, Ring, SquareLattice, Random, SmallWorld, ScaleFree, Spatial, Star] {
            let params = Kuramoto { topology, agents: 49, spread: 0.3, width: 0.1, coupling: 0.5, ..Kuramoto::default() };
            let (start, end) = run(Kuramoto { frequencies: Distribution::Gaussian, ..params }, 1.0);
            let drift: f64 = end.iter().zip(&start).map(|(end, start)| end - start).sum();
            assert!(drift.abs() < 1e-10, "{topology:?}: {drift}");
        }
    }

    #[test]
    fn theory_agrees_with_itself_at_its_known_points() {
        let at = |frequencies, coupling| Kuramoto { frequencies, coupling, ..Kuramoto::default() };
        let order = |frequencies, coupling| at(frequencies, coupling).theory("order").unwrap();
        for (frequencies, critical) in [
            (Distribution::Lorentzian, 2.0),
            (Distribution::Gaussian, 1.595_769),
            (Distribution::Uniform, 1.273_240),
            (Distribution::Identical, 0.0),
        ] {
            assert!((at(frequencies, 1.0).critical().unwrap() - critical).abs() < 1e-6, "{frequencies:?}");
            assert!(order(frequencies, critical - 1e-5) == 0.0 && order(frequencies, 900.0) > 0.99, "{frequencies:?}");
        }
        assert!((order(Distribution::Gaussian, 2.0) - 0.7152).abs() < 1e-4);
        assert!((order(Distribution::Gaussian, 3.0) - 0.9252).abs() < 1e-4);
        assert!(order(Distribution::Gaussian, 1.5959) < 0.02);
        // The jump of uniform frequencies leads to π/4.
        assert!((order(Distribution::Uniform, 1.273_240) - PI / 4.0).abs() < 1e-3);
        // Noise delays the onset by as much as a Lorentzian of its width, and by less where frequencies leave gaps.
        let noisy = |frequencies, width| Kuramoto { frequencies, width, noise: 1.0, coupling: 4.0, ..Kuramoto::default() };
        for (frequencies, critical) in [
            (Distribution::Lorentzian, 4.0),
            (Distribution::Gaussian, 3.050_271),
            (Distribution::Uniform, 8.0 / PI),
            (Distribution::Identical, 2.0),
        ] {
            let model = noisy(frequencies, 1.0);
            assert!((model.critical().unwrap() - critical).abs() < 1e-6, "{frequencies:?}: {:?}", model.critical());
            assert!((noisy(frequencies, 0.0).critical().unwrap() - 2.0).abs() < 1e-12, "{frequencies:?}");
            assert!((noisy(frequencies, 0.0).theory("order").unwrap() - 0.831_5).abs() < 1e-4, "{frequencies:?}");
        }
        assert_eq!(noisy(Distribution::Gaussian, 1.0).theory("order"), None);
        assert_eq!(Kuramoto { topology: Topology::Ring, ..Kuramoto::default() }.theory("order"), None);
    }

    #[test]
    fn phases_are_those_that_scipy_finds() {
        let oracle = Oracle::read("kuramoto");
        let start = scattered(111, 40, 2, 1.0);
        let frequencies: Vec<f64> = series::normal(112).take(40).collect();
        let fine = Setting::new().number("time_step", 0.002);
        let ring = fine.clone().choice("topology", "ring").number("degree", 4.0).number("coupling", 1.5);
        for (name, setting) in [("all with all", fine.number("coupling", 3.0)), ("a ring", ring)] {
            let run = walked::<Vec2>(Kuramoto::NAME, &setting, &start, 1000, |run| {
                run.change(|ids, all: &mut [Frequency]| {
                    ids.iter().zip(all).for_each(|(id, one)| one.0 = frequencies[id.0 as usize]);
                });
            });
            // 2 s⁵ dt⁴/120 of the method at slopes s of some 5: 10⁻⁹.
            oracle.agree(&format!("phases of {name}"), &phases(&run), 5e-9);
        }
    }
}
