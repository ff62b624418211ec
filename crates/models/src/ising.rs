//! Ising's spins, by Metropolis's and Glauber's rules.

use crate::{
    error::Result,
    scene::{Group, Layout, Log, Look, Restart, Slider, Strength, Symbol, Unit},
    sim::{
        Chance, Clock, Expected, Fact, Model, Network, Series, Setting, Setup, Source, Spin, Topology, Wiring, maths,
        over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_reflect::Reflect;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_PI_2, PI, SQRT_2};

/// Spins per unit of parallel work.
const CHUNK: usize = 4096;

/// With which probability a spin flips that would change the energy by ΔE.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// min(1, e^{−ΔE/T}) (Metropolis et al., J. Chem. Phys. 21, 1087, 1953).
    #[default]
    Metropolis,
    /// 1 / (1 + e^{ΔE/T}): the spin forgets how it stood (Glauber, J. Math. Phys. 4, 294, 1963).
    Glauber,
}

/// In which order spins are asked; one step asks N of them.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// All that are not linked with one another at once, class by class: on a lattice first the black sites of a
    /// checkerboard, then the white. Equilibrium is the same. On the way to it Metropolis's rule, which always flips what
    /// costs nothing, makes walls run at low temperatures.
    #[default]
    Checkerboard,
    /// N times one drawn by chance, as the papers have it.
    RandomSite,
}

/// How spins stand at the start.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Up or down by chance: as after a quench from very hot.
    #[default]
    Random,
    /// All up.
    Up,
}

/// Spins that point up or down would rather agree with those they are linked with, and heat makes them disobey. Below a
/// critical temperature one direction wins although neither is preferred; above it there is none.
///
/// The energy is E = −Σ sᵢsⱼ − h Σ sᵢ, the first sum over links (on a complete network each counts 1/N). A spin asked
/// flips with a probability that follows from the change ΔE and the temperature T, in units of the coupling J. The order
/// parameter is the magnetisation |m| = |Σ sᵢ| / N.
///
/// The update is asynchronous, since spins that are linked and flip at once would not approach the equilibrium: within a
/// step each spin sees what the ones before it have done.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ising {
    /// Temperature, T.
    #[reflect(@0.0..=1000.0f64, @Slider(0.5, 5.0), @Symbol("T"), @Unit("J"), @Strength::Falling)]
    pub temperature: f64,
    /// Outer field, h: for positive values up is preferred.
    #[reflect(@-100.0..=100.0f64, @Slider(-1.0, 1.0), @Symbol("h"), @Unit("J"), @Group("Interaction"))]
    pub field: f64,
    /// With which probability a spin flips.
    #[reflect(@Group("Interaction"))]
    pub rule: Rule,
    /// In which order spins are asked.
    #[reflect(@Group("Interaction"))]
    pub update: Update,
    /// Who is linked to whom.
    #[reflect(@Restart, @Group("Network"))]
    pub topology: Topology,
    /// Mean number of links of one spin: on a ring, a small world, a scale-free, a spatial or a random network.
    #[reflect(@0.0..=1000.0f64, @Slider(2.0, 20.0), @Symbol("⟨k⟩"), @Restart, @Group("Network"))]
    pub degree: f64,
    /// Share of a small world's links that lead to anyone, p.
    #[reflect(@0.0..=1.0f64, @Symbol("p"), @Restart, @Group("Network"))]
    pub rewiring: f64,
    /// File of links, one a line, for a network from a file: two spins each, by number or name. Without
    /// a name nobody is linked.
    #[reflect(@Restart, @Group("Network"))]
    pub file: String,
    /// Number of spins, N.
    #[reflect(@0..=4_000_000u32, @Slider(16.0, 262_144.0), @Log, @Symbol("N"), @Restart, @Group("Network"))]
    pub agents: u32,
    /// How spins stand at the start.
    #[reflect(@Restart, @Group("Start"))]
    pub start: Start,
}

impl Default for Ising {
    /// The critical point of the square lattice.
    fn default() -> Self {
        Self {
            temperature: 2.269,
            field: 0.0,
            rule: Rule::Metropolis,
            update: Update::Checkerboard,
            topology: Topology::SquareLattice,
            degree: 4.0,
            rewiring: 0.1,
            file: String::new(),
            agents: 40_000,
            start: Start::Random,
        }
    }
}

/// The classes of spins that may be asked at once, and which of one class flip.
#[derive(Resource)]
struct Classes {
    classes: Vec<Vec<u32>>,
    flips: Vec<bool>,
}

impl Model for Ising {
    const NAME: &'static str = "ising";
    const TITLE: &'static str = "Ising's spins";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Ising, E."],
            title: "Beitrag zur Theorie des Ferromagnetismus",
            journal: "Z. Phys.",
            volume: "31",
            pages: "253",
            year: 1925,
            doi: "10.1007/BF02980577",
            ..Source::NONE
        },
        Source {
            authors: &["Onsager, L."],
            title: "Crystal statistics. I. A two-dimensional model with an order-disorder transition",
            journal: "Phys. Rev.",
            volume: "65",
            pages: "117",
            year: 1944,
            doi: "10.1103/PhysRev.65.117",
            ..Source::NONE
        },
        Source {
            authors: &["Metropolis, N.", "Rosenbluth, A. W.", "Rosenbluth, M. N.", "Teller, A. H.", "Teller, E."],
            title: "Equation of state calculations by fast computing machines",
            journal: "J. Chem. Phys.",
            volume: "21",
            pages: "1087",
            year: 1953,
            doi: "10.1063/1.1699114",
            ..Source::NONE
        },
        Source {
            authors: &["Glauber, R. J."],
            title: "Time-dependent statistics of the Ising model",
            journal: "J. Math. Phys.",
            volume: "4",
            pages: "294",
            year: 1963,
            doi: "10.1063/1.1703954",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["magnetisation", "energy"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.column::<Spin>();
        let wiring = Wiring { topology: self.topology, degree: self.degree, rewiring: self.rewiring, file: self.file.clone() };
        let network = Network::new(&wiring, self.agents, setup.chance("network"))?;
        let classes = if network.is_complete() { Vec::new() } else { network.independent_classes() };
        setup.derived(Classes { classes, flips: Vec::new() });
        setup.derived(network);
        let start = setup.chance("start");
        let up = |agent| self.start == Start::Up || start.bits(agent, 0) & 1 == 0;
        setup.spawn((0..self.agents).map(|agent| (Spin(if up(agent) { 1 } else { -1 }),)));
        setup.advance(sweep);
        Ok(())
    }

    fn look() -> Look {
        Look { layout: Layout::Lattice, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    /// Of infinitely many spins in equilibrium.
    fn theory(&self, measure: &str) -> Option<f64> {
        match (measure, self.topology) {
            ("magnetisation", Topology::SquareLattice) if self.field == 0.0 => Some(yang(self.temperature)),
            ("magnetisation", Topology::Complete) => Some(self.mean_field()),
            ("magnetisation", Topology::Ring) if self.is_chain() => {
                // Ising 1925: sinh(h/T) / √(sinh²(h/T) + e^{−4/T}), nothing without a field at any temperature.
                let sinh = maths::sinh(self.field.abs() / self.temperature);
                let square = sinh * sinh;
                Some(if square.is_finite() { (square / (square + maths::exp(-4.0 / self.temperature))).sqrt() } else { 1.0 })
            }
            ("energy", Topology::SquareLattice) if self.field == 0.0 => Some(onsager(self.temperature)),
            ("energy", Topology::Ring) if self.is_chain() && self.field == 0.0 => Some(-maths::tanh(1.0 / self.temperature)),
            _ => None,
        }
    }

    /// 2 / ln(1 + √2) on the square lattice, 1 on a complete network.
    fn critical(&self) -> Option<f64> {
        match self.topology {
            _ if self.field != 0.0 => None,
            Topology::SquareLattice => Some(2.0 / maths::ln(1.0 + SQRT_2)),
            Topology::Complete => Some(1.0),
            _ => None,
        }
    }
}

impl Ising {
    /// Whether the ring links each spin with the next alone.
    fn is_chain(&self) -> bool {
        (self.degree / 2.0).round() == 1.0 && self.temperature > 0.0
    }

    /// The m that solves m = tanh((m + |h|)/T), the largest.
    fn mean_field(&self) -> f64 {
        let (temperature, field) = (self.temperature, self.field.abs());
        if field == 0.0 && temperature >= 1.0 {
            return 0.0;
        }
        maths::rising_zero(|m| m - maths::tanh((m + field) / temperature), 1e-9, 1.0)
    }

    /// Whether a spin flips that would change the energy by `cost`.
    fn flips(&self, cost: f64, chance: f64) -> bool {
        // At T = 0 what costs nothing is still undecided.
        let weight = if cost == 0.0 { 1.0 } else { maths::exp(-cost / self.temperature) };
        match self.rule {
            Rule::Metropolis => chance < weight,
            Rule::Glauber => weight == f64::INFINITY || chance < weight / (1.0 + weight),
        }
    }
}

/// The spontaneous magnetisation of the square lattice (Yang, Phys. Rev. 85, 808, 1952).
fn yang(temperature: f64) -> f64 {
    let sinh = maths::sinh(2.0 / temperature);
    if sinh > 1.0 { (1.0 - 1.0 / (sinh * sinh * sinh * sinh)).sqrt().sqrt().sqrt() } else { 0.0 }
}

/// The energy per spin of the square lattice (Onsager 1944):
/// −coth(2/T) [1 + (2/π)(2 tanh²(2/T) − 1) K], K the complete elliptic integral of modulus 2 sinh(2/T)/cosh²(2/T).
fn onsager(temperature: f64) -> f64 {
    let tanh = maths::tanh(2.0 / temperature);
    // Both the factor and the complementary modulus; where it is 0, at the critical point, the product vanishes.
    let factor = 2.0 * tanh * tanh - 1.0;
    let elliptic = if factor == 0.0 { 0.0 } else { FRAC_PI_2 / arithmetic_geometric_mean(1.0, factor.abs()) };
    -(1.0 + 2.0 / PI * factor * elliptic) / tanh
}

fn arithmetic_geometric_mean(mut a: f64, mut b: f64) -> f64 {
    while (a - b).abs() > 1e-15 * a {
        (a, b) = (f64::midpoint(a, b), (a * b).sqrt());
    }
    a
}

/// Asks N spins, each of which flips or not. Rows keep the order of identity, so the network's identities are rows.
fn sweep(
    model: Res<Ising>,
    clock: Res<Clock>,
    network: Res<Network>,
    mut classes: ResMut<Classes>,
    mut agents: Query<&mut Spin>,
) {
    let Some(spins) = rows(&mut agents) else { return };
    let chance = clock.chance("sweep");
    if network.is_complete() {
        return sweep_complete(&model, chance, spins);
    }
    let cost = |spins: &[Spin], site: u32| {
        let around: i32 = network.links(site).iter().map(|other| i32::from(spins[*other as usize].0)).sum();
        2.0 * f64::from(spins[site as usize].0) * (f64::from(around) + model.field)
    };
    match model.update {
        Update::Checkerboard => {
            let Classes { classes, flips } = &mut *classes;
            for class in classes {
                flips.resize(class.len(), false);
                let spins = &mut *spins;
                let parts = flips.par_chunks_mut(CHUNK).zip(class.par_chunks(CHUNK));
                parts.for_each(|(flips, sites)| {
                    for (flip, site) in flips.iter_mut().zip(sites) {
                        *flip = model.flips(cost(spins, *site), chance.uniform(*site, 0));
                    }
                });
                for (site, _) in class.iter().zip(&*flips).filter(|(_, flip)| **flip) {
                    spins[*site as usize].0 *= -1;
                }
            }
        }
        Update::RandomSite => {
            let sites = spins.len() as u32;
            for draw in 0..sites {
                let site = chance.below(draw, 0, sites);
                if model.flips(cost(spins, site), chance.uniform(draw, 1)) {
                    spins[site as usize].0 *= -1;
                }
            }
        }
    }
}

/// On a complete network all classes are single spins: one after the other is asked, or one drawn by chance, and the sum
/// of all tells each its cost.
fn sweep_complete(model: &Ising, chance: Chance, spins: &mut [Spin]) {
    let sites = spins.len() as u32;
    let mut sum: i64 = spins.iter().map(|spin| i64::from(spin.0)).sum();
    for draw in 0..sites {
        let site = match model.update {
            Update::Checkerboard => draw,
            Update::RandomSite => chance.below(draw, 0, sites),
        };
        let spin = &mut spins[site as usize].0;
        let around = (sum - i64::from(*spin)) as f64 / f64::from(sites);
        if model.flips(2.0 * f64::from(*spin) * (around + model.field), chance.uniform(draw, 1)) {
            *spin *= -1;
            sum += 2 * i64::from(*spin);
        }
    }
}

fn facts() -> Vec<Fact> {
    let at = |temperature: f64| Setting::new().number("temperature", temperature).choice("start", "up");
    let lattice = |temperature: f64| at(temperature).number("agents", 4096.0);
    let small = |rule: &str, update: &str| at(2.5).number("agents", 16.0).choice("rule", rule).choice("update", update);
    let ring = |temperature: f64| {
        let ring = at(temperature).choice("topology", "ring").number("degree", 2.0).number("agents", 1e4);
        ring.choice("rule", "glauber").choice("update", "random_site")
    };
    let fact = Fact {
        claim: "",
        source: "exact: all 65 536 states of 16 spins, tests/oracles/ising.py",
        settings: vec![],
        steps: 20_000,
        discard: 100,
        seeds: 4,
        measures: &["magnetisation"],
        quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)),
        expected: Expected::Near(0.7647, 0.008),
        tolerance: "4 standard errors: spread 0.27, 80 000 sweeps that remember 4",
    };
    let energy = Fact {
        measures: &["energy"],
        expected: Expected::Near(-1.3791, 0.014),
        tolerance: "4 standard errors: spread 0.5, 80 000 sweeps that remember 4",
        ..fact.clone()
    };
    let onsager = Fact {
        source: "Onsager 1944, Yang 1952: |m| = [1 − sinh⁻⁴(2/T)]^{1/8}",
        steps: 2500,
        discard: 500,
        seeds: 3,
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "4 × 4, T = 2.5, Metropolis, checkerboard: |m| = 0.7647",
            settings: vec![small("metropolis", "checkerboard")],
            ..fact.clone()
        },
        Fact {
            claim: "4 × 4, T = 2.5, Metropolis, checkerboard: e = −1.3791",
            settings: vec![small("metropolis", "checkerboard")],
            ..energy.clone()
        },
        Fact {
            claim: "4 × 4, T = 2.5, Metropolis, random site: e = −1.3791",
            settings: vec![small("metropolis", "random_site")],
            ..energy.clone()
        },
        Fact {
            claim: "4 × 4, T = 2.5, Glauber, checkerboard: |m| = 0.7647",
            settings: vec![small("glauber", "checkerboard")],
            ..fact.clone()
        },
        Fact {
            claim: "4 × 4, T = 2.5, Glauber, random site: |m| = 0.7647",
            settings: vec![small("glauber", "random_site")],
            ..fact.clone()
        },
        Fact {
            claim: "64 × 64, T = 1.8: |m| = 0.9569",
            settings: vec![lattice(1.8)],
            expected: Expected::Near(0.9569, 0.002),
            tolerance: "an independent program differs by 0.0002, with a spread of 0.0001",
            ..onsager.clone()
        },
        Fact {
            claim: "64 × 64, T = 2: |m| = 0.9113",
            settings: vec![lattice(2.0)],
            expected: Expected::Near(0.9113, 0.003),
            tolerance: "an independent program differs by 0.0003, with a spread of 0.0004",
            ..onsager.clone()
        },
        Fact {
            claim: "64 × 64, T = 2.2: |m| = 0.7848",
            settings: vec![lattice(2.2)],
            expected: Expected::Near(0.7848, 0.015),
            tolerance: "an independent program differs by 0.0007, with a spread of 0.0033",
            ..onsager.clone()
        },
        Fact {
            claim: "64 × 64, T = 3: e = −0.8173",
            source: "Onsager 1944, eq. 116",
            settings: vec![lattice(3.0)],
            measures: &["energy"],
            expected: Expected::Near(-0.8173, 0.004),
            tolerance: "4 standard errors: spread 0.018, 6000 sweeps that remember 15",
            ..onsager.clone()
        },
        Fact {
            claim: "ring, Glauber, T = 2: m(2) = e^{−2(1 − tanh 1)} = 0.6208",
            source: "Glauber 1963, eq. 35: m decays at the rate 1 − tanh(2/T)",
            settings: vec![ring(2.0)],
            steps: 2,
            discard: 2,
            seeds: 8,
            expected: Expected::Near(0.6208, 0.015),
            tolerance: "4 standard errors: spread of m about 1.1/√N",
            ..fact.clone()
        },
        Fact {
            claim: "ring, Glauber, T = 1: e = −tanh 1 = −0.7616",
            source: "Ising 1925",
            settings: vec![ring(1.0).choice("start", "random")],
            measures: &["energy"],
            steps: 300,
            discard: 100,
            expected: Expected::Near(-0.7616, 0.004),
            tolerance: "4 standard errors: spread 0.0065, 800 sweeps that remember 10",
            ..fact.clone()
        },
        Fact {
            claim: "ring, Glauber, T = 2, h = 0.5: m = sinh(h/T)/√(sinh²(h/T) + e^{−4/T}) = 0.5661",
            source: "Ising 1925",
            settings: vec![ring(2.0).number("field", 0.5)],
            steps: 300,
            discard: 100,
            seeds: 8,
            expected: Expected::Near(0.5661, 0.004),
            tolerance: "4 standard errors: spread 0.0125, 1600 sweeps that remember 8",
            ..fact.clone()
        },
        Fact {
            claim: "complete network, T = 0.8: m = tanh(m/T) = 0.7104",
            source: "exact for N → ∞ (Curie & Weiss)",
            settings: vec![at(0.8).choice("topology", "complete").number("agents", 1e4)],
            steps: 500,
            discard: 100,
            expected: Expected::Near(0.7104, 0.005),
            tolerance: "4 standard errors: spread 0.01, 1600 sweeps that remember 10",
            ..fact.clone()
        },
        Fact {
            claim: "Glauber, quench to T = 0.5: the energy above the ground state falls as t^{−1/2}",
            source: "Allen & Cahn, Acta Metall. 27, 1085 (1979): domains grow as t^{1/2}",
            settings: vec![at(0.5).choice("start", "random").choice("rule", "glauber").number("agents", 262_144.0)],
            measures: &["energy"],
            steps: 160,
            discard: 0,
            seeds: 2,
            quantity: |runs| {
                let excess = |run: &Series, step: usize| run.values[0][step] + 2.0;
                over_seeds(&runs[0], |run| maths::ln(excess(run, 10) / excess(run, 160)) / maths::ln(16.0))
            },
            expected: Expected::Near(0.5, 0.05),
            tolerance: "early times and the lattice change the exponent by up to a tenth",
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theory_agrees_with_the_oracle() {
        let at = |temperature, topology| Ising { temperature, topology, degree: 2.0, ..Ising::default() };
        let theory = |measure, temperature, topology| at(temperature, topology).theory(measure).unwrap();
        // tests/oracles/ising.txt
        for (temperature, magnetisation, energy) in
            [(1.8, 0.956_857, -1.859_304), (2.2, 0.784_755, -1.546_489), (3.0, 0.0, -0.817_310)]
        {
            assert!((theory("magnetisation", temperature, Topology::SquareLattice) - magnetisation).abs() < 1e-6);
            assert!((theory("energy", temperature, Topology::SquareLattice) - energy).abs() < 1e-6);
        }
        let critical = at(1.0, Topology::SquareLattice).critical().unwrap();
        assert!((critical - 2.269_185).abs() < 1e-6);
        assert!((theory("energy", critical, Topology::SquareLattice) + SQRT_2).abs() < 1e-6);
        assert!((theory("magnetisation", 0.8, Topology::Complete) - 0.710_412).abs() < 1e-6);
        assert!((theory("energy", 1.0, Topology::Ring) + 0.761_594).abs() < 1e-6);
        for topology in [Topology::SquareLattice, Topology::Complete] {
            assert_eq!(theory("magnetisation", 1e-3, topology), 1.0, "{topology:?}");
        }
        assert_eq!(theory("magnetisation", 1.0, Topology::Ring), 0.0);
        assert_eq!(theory("energy", 1e-3, Topology::SquareLattice), -2.0);
    }

    #[test]
    fn flips_keep_detailed_balance() {
        // Both rules: p(ΔE) / p(−ΔE) = e^{−ΔE/T}, the share of chances that let a spin flip being the probability.
        for rule in [Rule::Metropolis, Rule::Glauber] {
            let model = Ising { temperature: 1.7, rule, ..Ising::default() };
            let share = |cost| (0..100_000).filter(|n| model.flips(cost, f64::from(*n) / 1e5)).count() as f64 / 1e5;
            for cost in [0.5, 4.0] {
                assert!((share(cost) / share(-cost) - maths::exp(-cost / 1.7)).abs() < 1e-4, "{rule:?} {cost}");
            }
            let cold = Ising { temperature: 0.0, rule, ..Ising::default() };
            assert!(cold.flips(-4.0, 0.99) && !cold.flips(4.0, 0.0) && cold.flips(0.0, 0.49), "{rule:?}");
        }
    }
}
