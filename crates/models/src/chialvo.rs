//! Chialvo's neurons on a ring with a hub, coupled in pairs and in triangles.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Layout, Log, Look, Restart, Slider, Strength, Symbol},
    sim::{Expected, Fact, Model, Network, Neuron, Series, Setting, Setup, Source, maths, over_seeds, rows},
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_reflect::Reflect;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Neurons per unit of parallel work.
const CHUNK: usize = 256;

/// Neurons on a ring, each linked with the nearest on both sides, and all with a hub in the middle. Each spikes by itself,
/// regularly or in chaos. Weak coupling along the ring leaves each to itself; through the hub they find one rhythm.
///
/// x′ = x² e^{y − x} + k₀ + coupling, y′ = a y − b x + c: x is the activation, y the recovery of a neuron. The coupling is
/// diffusive: (σ/2R) Σ (xⱼ − xᵢ) over the 2R nearest on the ring, μ (x₁ − xᵢ) from the hub, for the hub itself the mean of
/// μ (xⱼ − x₁) over all others, and from the triangles of the network, of which i has Tᵢ, (σ₂/2Tᵢ) Σ (xⱼ + xₖ − 2xᵢ). The
/// order parameter is the mean correlation Γ of the hub with the others. The map is iterated as it stands, in double
/// precision.
///
/// The coupling is the diffusive one of the cited ring–star papers; the weights by number of neighbours, which make it
/// independent of N, are ours.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Chialvo {
    /// Coupling with the hub, μ.
    #[reflect(@-1.0..=1.0f64, @Slider(0.0, 0.4), @Symbol("μ"), @Strength::Rising, @Decoupled("0"))]
    pub hub: f64,
    /// Coupling along the ring, σ.
    #[reflect(@-1.0..=1.0f64, @Slider(0.0, 0.4), @Symbol("σ"), @Group("Coupling"), @Decoupled("0"))]
    pub ring: f64,
    /// Coupling in triangles, σ₂.
    #[reflect(@-1.0..=1.0f64, @Slider(0.0, 0.4), @Symbol("σ₂"), @Group("Coupling"), @Decoupled("0"))]
    pub triads: f64,
    /// How far along the ring neurons are linked, R.
    #[reflect(@1..=100u32, @Slider(1.0, 20.0), @Symbol("R"), @Restart, @Group("Coupling"))]
    pub range: u32,
    /// Decay of recovery, a.
    #[reflect(@0.0..=1.0f64, @Symbol("a"), @Group("Neuron"))]
    pub a: f64,
    /// How much activation takes from recovery, b.
    #[reflect(@0.0..=1.0f64, @Symbol("b"), @Group("Neuron"))]
    pub b: f64,
    /// Drive of recovery, c.
    #[reflect(@0.0..=1.0f64, @Symbol("c"), @Group("Neuron"))]
    pub c: f64,
    /// Drive of activation, k₀.
    #[reflect(@-1.0..=1.0f64, @Slider(0.0, 0.2), @Symbol("k₀"), @Group("Neuron"))]
    pub drive: f64,
    /// Number of neurons with the hub, N.
    #[reflect(@0..=10_000u32, @Slider(4.0, 500.0), @Log, @Symbol("N"), @Restart, @Group("Start"))]
    pub agents: u32,
    /// Width of the interval about ½ in which x and y begin.
    #[reflect(@0.0..=1.0f64, @Restart, @Group("Start"))]
    pub spread: f64,
}

impl Default for Chialvo {
    /// Neurons in chaos, not coupled enough to agree.
    fn default() -> Self {
        Self { hub: 0.1, ring: 0.1, triads: 0.0, range: 10, a: 0.89, b: 0.18, c: 0.28, drive: 0.03, agents: 160, spread: 1.0 }
    }
}

/// The triangles of the network, each at each of its corners, and the activations of the next step, in the order of rows.
#[derive(Resource)]
struct Next {
    /// First entry of each neuron in `triangles`, and their number at the end.
    starts: Vec<u32>,
    /// The other two corners.
    triangles: Vec<[u32; 2]>,
    neurons: Vec<Neuron>,
}

impl Model for Chialvo {
    const NAME: &'static str = "chialvo";
    const TITLE: &'static str = "Chialvo's neurons";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Chialvo, D. R."],
            title: "Generic excitable dynamics on a two-dimensional map",
            journal: "Chaos Solitons Fractals",
            volume: "5",
            pages: "461",
            year: 1995,
            doi: "10.1016/0960-0779(93)E0056-H",
            ..Source::NONE
        },
        Source {
            authors: &["Muni, S. S.", "Fatoyinbo, H. O.", "Ghosh, I."],
            title: "Dynamical effects of electromagnetic flux on Chialvo neuron map: nodal and network behaviors",
            journal: "Int. J. Bifurcat. Chaos",
            volume: "32",
            pages: "2230020",
            year: 2022,
            doi: "10.1142/S0218127422300208",
            ..Source::NONE
        },
        Source {
            authors: &["Nair, A. S.", "Ghosh, I.", "Fatoyinbo, H. O.", "Muni, S. S."],
            title: "On the higher-order smallest ring-star network of Chialvo neurons under diffusive couplings",
            year: 2024,
            url: "https://arxiv.org/abs/2405.06000",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["cross_correlation", "sync_error"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.column::<Neuron>();
        let network = Network::ring_star(self.agents, self.range);
        let mut starts = vec![0];
        let mut triangles = Vec::new();
        for agent in 0..self.agents {
            triangles.extend(network.triangles(agent));
            starts.push(triangles.len() as u32);
        }
        setup.derived(network);
        setup.derived(Next { starts, triangles, neurons: Vec::new() });
        let start = setup.chance("start");
        setup.spawn((0..self.agents).map(|agent| {
            let [activation, recovery] = [0, 1].map(|draw| 0.5 + self.spread * (start.uniform(agent, draw) - 0.5));
            (Neuron { activation, recovery },)
        }));
        setup.interact(fire);
        setup.advance(become_next);
        Ok(())
    }

    fn look() -> Look {
        Look { layout: Layout::Raster, rows: 100, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

impl Chialvo {
    /// The next state of a neuron, given what its coupling adds to the activation.
    fn next(&self, neuron: Neuron, coupling: f64) -> Neuron {
        let Neuron { activation: x, recovery: y } = neuron;
        Neuron { activation: x * x * maths::exp(y - x) + self.drive + coupling, recovery: self.a * y - self.b * x + self.c }
    }
}

/// All fire at once. Without a neighbour index rows keep the order of identity, so the network's identities are rows.
fn fire(model: Res<Chialvo>, network: Res<Network>, mut next: ResMut<Next>, mut agents: Query<&Neuron>) {
    let Some(neurons) = rows(&mut agents) else { return };
    let Next { starts, triangles, neurons: after } = &mut *next;
    let x = |agent: u32| neurons[agent as usize].activation;
    let towards = |others: &[u32], own: f64| others.iter().map(|other| x(*other) - own).sum::<f64>();
    after.clear();
    after.extend_from_slice(neurons);
    let (starts, triangles): (&[u32], &[[u32; 2]]) = (starts, triangles);
    after.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, after)| {
        for (row, after) in (chunk * CHUNK..).zip(after) {
            let own = neurons[row].activation;
            let links = network.links(row as u32);
            let mut coupling = match links {
                [] => 0.0,
                all if row == 0 => model.hub * towards(all, own) / all.len() as f64,
                // The hub comes first.
                [_] => model.hub * (x(0) - own),
                [_, ring @ ..] => model.hub * (x(0) - own) + model.ring * towards(ring, own) / ring.len() as f64,
            };
            let corners = &triangles[starts[row] as usize..starts[row + 1] as usize];
            if !corners.is_empty() {
                let sum: f64 = corners.iter().map(|[j, k]| x(*j) + x(*k) - 2.0 * own).sum();
                coupling += model.triads * sum / (2 * corners.len()) as f64;
            }
            *after = model.next(neurons[row], coupling);
        }
    });
}

fn become_next(next: Res<Next>, mut agents: Query<&mut Neuron>) {
    if let Some(neurons) = rows(&mut agents) {
        neurons.copy_from_slice(&next.neurons);
    }
}

fn facts() -> Vec<Fact> {
    let neuron =
        |a: f64, b: f64, drive: f64| Setting::new().number("a", a).number("b", b).number("drive", drive).number("agents", 1.0);
    let star = |ring: f64, hub: f64, triads: f64| {
        Setting::new().number("ring", ring).number("hub", hub).number("triads", triads).number("agents", 50.0)
    };
    let mean: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let fact = Fact {
        claim: "",
        source: "tests/oracles/chialvo.py: the same rule in an independent program",
        settings: vec![],
        steps: 6000,
        discard: 4500,
        seeds: 4,
        measures: &["cross_correlation"],
        quantity: mean,
        expected: Expected::AtLeast(0.0),
        tolerance: "4 standard errors of the difference of two means of 4 runs each with the oracle's spread",
    };
    let alone = Fact {
        source: "Gottwald & Melbourne, SIAM J. Appl. Dyn. Syst. 8, 129 (2009): 0–1 test; tests/oracles/chialvo.py",
        steps: 4000,
        discard: 1000,
        seeds: 1,
        measures: &["activity"],
        quantity: |runs| over_seeds(&runs[0], chaos),
        tolerance: "the test tells 0 from 1",
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "one neuron, (a, b, c, k₀) = (0.6, 0.6, 0.28, 0.05): at rest at x = x² e^{y−x} + k₀, y = (c − b x)/(1 − a)",
            source: "exact: x = 0.055377002, tests/oracles/chialvo.py",
            settings: vec![neuron(0.6, 0.6, 0.05)],
            steps: 300,
            discard: 200,
            measures: &["activity"],
            expected: Expected::Near(0.055_377_002, 1e-9),
            tolerance: "digits given",
            ..fact.clone()
        },
        Fact {
            claim: "one neuron, b = 0.18, k₀ = 0.03: chaos, K = 1",
            settings: vec![neuron(0.89, 0.18, 0.03)],
            expected: Expected::AtLeast(0.9),
            ..alone.clone()
        },
        Fact {
            claim: "one neuron, b = 0.18, k₀ = 0.06: regular, K = 0",
            settings: vec![neuron(0.89, 0.18, 0.06)],
            expected: Expected::AtMost(0.1),
            ..alone
        },
        Fact {
            claim: "like starts, whatever the coupling: alike for ever",
            source: "exact: couplings vanish where all are alike",
            settings: vec![star(0.13, 0.07, 0.11).number("spread", 0.0)],
            steps: 2000,
            discard: 0,
            seeds: 1,
            measures: &["sync_error"],
            expected: Expected::Near(0.0, 0.0),
            tolerance: "none: to the last bit",
            ..fact.clone()
        },
        Fact {
            claim: "ring and star, N = 50, uncoupled: Γ = 0",
            settings: vec![star(0.0, 0.0, 0.0)],
            expected: Expected::Near(0.0, 0.04),
            tolerance: "4 standard errors of 4 runs with a spread of 0.02",
            ..fact.clone()
        },
        Fact {
            claim: "σ = μ = 0.05: Γ = 0.29",
            settings: vec![star(0.05, 0.05, 0.0)],
            expected: Expected::Near(0.287, 0.088),
            ..fact.clone()
        },
        Fact {
            claim: "σ = μ = 0.05: mean error 0.48",
            settings: vec![star(0.05, 0.05, 0.0)],
            measures: &["sync_error"],
            expected: Expected::Near(0.479, 0.029),
            ..fact.clone()
        },
        Fact {
            claim: "σ = μ = 0.2: all fire as one",
            settings: vec![star(0.2, 0.2, 0.0)],
            measures: &["sync_error"],
            expected: Expected::AtMost(1e-9),
            tolerance: "rounding, while the common motion is chaotic",
            ..fact.clone()
        },
        Fact {
            claim: "ring alone, σ = 0.3: the hub knows nothing of it, Γ = 0",
            settings: vec![star(0.3, 0.0, 0.0)],
            expected: Expected::Near(0.0, 0.04),
            tolerance: "4 standard errors of 4 runs with a spread of 0.02",
            ..fact.clone()
        },
        Fact {
            claim: "triangles alone, σ₂ = 0.3: Γ = 0.64",
            settings: vec![star(0.0, 0.0, 0.3)],
            expected: Expected::Near(0.6405, 0.0017),
            ..fact.clone()
        },
        Fact {
            claim: "triangles alone, σ₂ = 0.3: mean error 0.277",
            settings: vec![star(0.0, 0.0, 0.3)],
            measures: &["sync_error"],
            expected: Expected::Near(0.2765, 0.0017),
            ..fact.clone()
        },
        Fact {
            claim: "the smallest ring–star, N = 4, triangles alone, σ₂ = 0.1: all fire as one",
            settings: vec![star(0.0, 0.0, 0.1).number("agents", 4.0)],
            measures: &["sync_error"],
            expected: Expected::AtMost(1e-9),
            tolerance: "rounding, while the common motion is chaotic",
            ..fact
        },
    ]
}

/// The 0–1 test for chaos of every third reading after the discarded ones: the median, over 100 angles, of the correlation
/// of a walk's mean square displacement with time.
fn chaos(run: &Series) -> f64 {
    let series: Vec<f64> = run.values[0][run.discard..].iter().step_by(3).copied().collect();
    let (count, lags) = (series.len(), series.len() / 10);
    let mean = series.iter().sum::<f64>() / count as f64;
    let mut found: Vec<f64> = (0..100)
        .map(|k| {
            let angle = std::f64::consts::PI * (0.2 + 0.6 * (f64::from(k) + 0.5) / 100.0);
            let (mut p, mut q, mut walk) = (0.0, 0.0, Vec::with_capacity(count));
            for (n, x) in (1..).zip(&series) {
                let (sin, cos) = maths::sin_cos(angle * f64::from(n));
                (p, q) = (p + x * cos, q + x * sin);
                walk.push((p, q));
            }
            let (_, whole) = maths::sin_cos(angle);
            let displacement = |lag: usize| {
                let square = |n: usize| {
                    let (dp, dq) = (walk[n + lag].0 - walk[n].0, walk[n + lag].1 - walk[n].1);
                    dp * dp + dq * dq
                };
                let (_, part) = maths::sin_cos(angle * lag as f64);
                let sum: f64 = (0..count - lags).map(square).sum();
                sum / (count - lags) as f64 - mean * mean * (1.0 - part) / (1.0 - whole)
            };
            let displacements: Vec<f64> = (1..=lags).map(displacement).collect();
            correlation(&displacements)
        })
        .collect();
    found.sort_by(f64::total_cmp);
    f64::midpoint(found[49], found[50])
}

/// Correlation of numbers with their places.
fn correlation(numbers: &[f64]) -> f64 {
    let count = numbers.len() as f64;
    let (middle, mean) = ((count - 1.0) / 2.0, numbers.iter().sum::<f64>() / count);
    let (mut both, mut places, mut values) = (0.0, 0.0, 0.0);
    for (place, number) in numbers.iter().enumerate() {
        let (dx, dy) = (place as f64 - middle, number - mean);
        (both, places, values) = (both + dx * dy, places + dx * dx, values + dy * dy);
    }
    both / (places * values).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_for_chaos_tells_the_logistic_map_apart() {
        // Gottwald & Melbourne 2009: regular at r = 3.55, chaotic at r = 3.97.
        let series = |r: f64| {
            let mut x = 0.3;
            let mut next = || {
                x = r * x * (1.0 - x);
                x
            };
            Series { values: vec![(0..4000).map(|_| next()).collect()], discard: 1000 }
        };
        assert!(chaos(&series(3.55)).abs() < 0.1 && chaos(&series(3.97)) > 0.9);
    }

    #[test]
    fn the_fixed_point_stays() {
        let model = Chialvo { a: 0.6, b: 0.6, drive: 0.05, ..Chialvo::default() };
        let recovery = |x: f64| (model.c - model.b * x) / (1.0 - model.a);
        let x = maths::rising_zero(|x| x - x * x * maths::exp(recovery(x) - x) - model.drive, 0.0, 0.3);
        let rest = Neuron { activation: x, recovery: recovery(x) };
        let after = model.next(rest, 0.0);
        assert!((after.activation - x).abs() < 1e-12 && (after.recovery - rest.recovery).abs() < 1e-12);
    }
}
