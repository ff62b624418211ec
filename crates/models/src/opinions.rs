//! Opinions under bounded confidence: Hegselmann and Krause's rule and Deffuant's.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Layout, Log, Look, Restart, Slider, Strength, Symbol},
    sim::{
        Chance, Clock, Expected, Fact, Model, Network, Opinion, Series, Setting, Setup, Source, Topology, Wiring, over_seeds,
        rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    schedule::IntoScheduleConfigs,
    system::{Query, Res, ResMut},
};
use bevy_reflect::Reflect;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Agents per unit of parallel work.
const CHUNK: usize = 1024;

/// Who takes up whose opinion.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Two meet by chance, and both go the share μ of the way to the other; N pairs meet in a step, one after the other
    /// (Deffuant et al. 2000).
    #[default]
    Deffuant,
    /// All at once take the mean opinion of those whom they trust, themselves included (Hegselmann & Krause 2002).
    HegselmannKrause,
}

/// People talk only to those whose opinion is near enough to their own. With little confidence a crowd falls into camps that
/// no longer listen to one another; with enough it agrees.
///
/// Opinions xᵢ begin uniform in [0, 1]. Under Deffuant's rule a pair with |xᵢ − xⱼ| < ε changes to xᵢ + μ(xⱼ − xᵢ) and
/// xⱼ + μ(xᵢ − xⱼ), so that the mean opinion is conserved. Under Hegselmann and Krause's xᵢ becomes the mean of all xⱼ with
/// |xᵢ − xⱼ| ≤ ε. On a network only those linked meet. The order parameter is the share of the largest camp.
///
/// Deffuant's update is asynchronous, as the paper has it: a pair sees what the pairs before it have done.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Opinions {
    /// Bound of confidence, ε: opinions further away are ignored.
    #[reflect(@0.0..=1.0f64, @Slider(0.02, 0.6), @Symbol("ε"), @Strength::Rising, @Decoupled("0"))]
    pub bound: f64,
    /// Who takes up whose opinion.
    #[reflect(@Group("Interaction"))]
    pub rule: Rule,
    /// Share of the way to the other that both of a pair go, μ (Deffuant).
    #[reflect(@0.0..=0.5f64, @Symbol("μ"), @Group("Interaction"))]
    pub rate: f64,
    /// Who may talk to whom.
    #[reflect(@Restart, @Group("Network"))]
    pub topology: Topology,
    /// Mean number of links of one agent: on a ring, a small world, a scale-free, a spatial or a random network.
    #[reflect(@0.0..=1000.0f64, @Slider(2.0, 20.0), @Symbol("⟨k⟩"), @Restart, @Group("Network"))]
    pub degree: f64,
    /// Share of a small world's links that lead to anyone, p.
    #[reflect(@0.0..=1.0f64, @Symbol("p"), @Restart, @Group("Network"))]
    pub rewiring: f64,
    /// File of links, one a line, for a network from a file: two agents each, by number or name. Without
    /// a name nobody is linked.
    #[reflect(@Restart, @Group("Network"))]
    pub file: String,
    /// Number of agents, N.
    #[reflect(@0..=1_000_000u32, @Slider(10.0, 20_000.0), @Log, @Symbol("N"), @Restart, @Group("Network"))]
    pub agents: u32,
}

impl Default for Opinions {
    fn default() -> Self {
        Self {
            bound: 0.2,
            rule: Rule::Deffuant,
            rate: 0.5,
            topology: Topology::Complete,
            degree: 6.0,
            rewiring: 0.1,
            file: String::new(),
            agents: 1000,
        }
    }
}

/// Opinions at the end of the step, in the order of rows, and what finds those within the bound: rows sorted by opinion, and
/// the sums of the opinions of the first so many of them.
#[derive(Resource, Default)]
struct Next {
    opinions: Vec<Opinion>,
    order: Vec<u32>,
    sums: Vec<f64>,
}

impl Model for Opinions {
    const NAME: &'static str = "opinions";
    const TITLE: &'static str = "Bounded confidence";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Deffuant, G.", "Neau, D.", "Amblard, F.", "Weisbuch, G."],
            title: "Mixing beliefs among interacting agents",
            journal: "Adv. Complex Syst.",
            volume: "3",
            pages: "87",
            year: 2000,
            doi: "10.1142/S0219525900000078",
            ..Source::NONE
        },
        Source {
            authors: &["Hegselmann, R.", "Krause, U."],
            title: "Opinion dynamics and bounded confidence: models, analysis and simulation",
            journal: "J. Artif. Soc. Soc. Simul.",
            volume: "5",
            number: "3",
            pages: "2",
            year: 2002,
            url: "https://www.jasss.org/5/3/2.html",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["consensus", "opinion_clusters"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.column::<Opinion>();
        let wiring = Wiring { topology: self.topology, degree: self.degree, rewiring: self.rewiring, file: self.file.clone() };
        setup.derived(Network::new(&wiring, self.agents, setup.chance("network"))?);
        setup.derived(Next::default());
        let start = setup.chance("start");
        setup.spawn((0..self.agents).map(|agent| (Opinion(start.uniform(agent, 0)),)));
        setup.interact(average);
        setup.advance((take_average, meet).chain());
        Ok(())
    }

    fn look() -> Look {
        Look { layout: Layout::Profile, scale: 0.5, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    /// The bound above which one camp takes nearly all, where everyone may talk to everyone.
    fn critical(&self) -> Option<f64> {
        (self.topology == Topology::Complete).then_some(match self.rule {
            // Ben-Naim, Krapivsky & Redner, Physica D 183, 190 (2003): two camps beyond a half range of 1.871 bounds.
            Rule::Deffuant => 0.5 / 1.871,
            // Fortunato, Int. J. Mod. Phys. C 16, 259 (2005), where the degree grows with N.
            Rule::HegselmannKrause => 0.2,
        })
    }
}

/// Hegselmann and Krause's rule: the mean opinion of those within the bound.
fn average(model: Res<Opinions>, network: Res<Network>, mut next: ResMut<Next>, mut agents: Query<&Opinion>) {
    let Some(opinions) = rows(&mut agents).filter(|_| model.rule == Rule::HegselmannKrause) else { return };
    let Next { opinions: after, order, sums } = &mut *next;
    after.clear();
    after.extend_from_slice(opinions);
    if network.is_complete() {
        return average_of_all(model.bound, opinions, after, order, sums);
    }
    // Without a neighbour index rows keep the order of identity, so the network's identities are rows.
    after.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, after)| {
        for (row, after) in (chunk * CHUNK..).zip(after) {
            let own = opinions[row].0;
            let linked = network.links(row as u32).iter().map(|other| opinions[*other as usize].0);
            let (sum, count) = linked
                .filter(|other| (other - own).abs() <= model.bound)
                .fold((own, 1.0), |(sum, count), other| (sum + other, count + 1.0));
            after.0 = sum / count;
        }
    });
}

/// The same among everyone, in O(N log N): of the sorted opinions those within the bound are one run.
fn average_of_all(bound: f64, opinions: &[Opinion], after: &mut [Opinion], order: &mut Vec<u32>, sums: &mut Vec<f64>) {
    order.clear();
    order.extend(0..opinions.len() as u32);
    let opinion = |row: u32| opinions[row as usize].0;
    order.sort_unstable_by(|a, b| opinion(*a).total_cmp(&opinion(*b)).then(a.cmp(b)));
    sums.clear();
    sums.push(0.0);
    let mut sum = 0.0;
    sums.extend(order.iter().map(|row| {
        sum += opinion(*row);
        sum
    }));
    let (mut first, mut end) = (0, 0);
    for row in &*order {
        let own = opinion(*row);
        while own - opinion(order[first]) > bound {
            first += 1;
        }
        while end < order.len() && opinion(order[end]) - own <= bound {
            end += 1;
        }
        after[*row as usize].0 = (sums[end] - sums[first]) / (end - first) as f64;
    }
}

fn take_average(model: Res<Opinions>, next: Res<Next>, mut agents: Query<&mut Opinion>) {
    if let Some(opinions) = rows(&mut agents).filter(|_| model.rule == Rule::HegselmannKrause) {
        opinions.copy_from_slice(&next.opinions);
    }
}

/// Deffuant's rule: pair after pair.
fn meet(model: Res<Opinions>, clock: Res<Clock>, network: Res<Network>, mut agents: Query<&mut Opinion>) {
    let Some(opinions) = rows(&mut agents).filter(|opinions| model.rule == Rule::Deffuant && opinions.len() > 1) else {
        return;
    };
    let chance = clock.chance("meetings");
    for draw in 0..opinions.len() as u32 {
        let Some((one, other)) = pair(&network, chance, draw) else { continue };
        let (a, b) = (opinions[one as usize].0, opinions[other as usize].0);
        if (a - b).abs() < model.bound {
            let part = model.rate * (b - a);
            opinions[one as usize].0 = a + part;
            opinions[other as usize].0 = b - part;
        }
    }
}

/// Two who meet: one by chance, and one of those whom it may talk to. Nobody where it has none.
fn pair(network: &Network, chance: Chance, draw: u32) -> Option<(u32, u32)> {
    let agents = network.agents();
    let one = chance.below(draw, 0, agents);
    if network.is_complete() {
        let other = chance.below(draw, 1, agents - 1);
        return Some((one, other + u32::from(other >= one)));
    }
    let links = network.links(one);
    let number = chance.below(draw, 1, links.len() as u32) as usize;
    links.get(number).map(|other| (one, *other))
}

fn facts() -> Vec<Fact> {
    let deffuant = |bound: f64| Setting::new().number("bound", bound);
    let krause = |bound: f64| deffuant(bound).choice("rule", "hegselmann_krause");
    let random = |bound: f64| deffuant(bound).choice("topology", "random").number("degree", 10.0);
    let last: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.last(0));
    let fact = Fact {
        claim: "",
        source: "tests/oracles/opinions.py: 400 runs of an independent program; Deffuant et al. 2000: about 1/(2ε)",
        settings: vec![],
        steps: 200,
        discard: 0,
        seeds: 20,
        measures: &["opinion_clusters"],
        quantity: last,
        expected: Expected::AtLeast(0.0),
        tolerance: "4 standard errors of 20 runs with the oracle's spread",
    };
    vec![
        Fact {
            claim: "Deffuant, ε = 0.3: one camp",
            settings: vec![deffuant(0.3)],
            expected: Expected::Near(1.012, 0.1),
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant, ε = 0.25: two camps",
            settings: vec![deffuant(0.25)],
            expected: Expected::Near(1.965, 0.165),
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant, ε = 0.15: three camps",
            settings: vec![deffuant(0.15)],
            expected: Expected::Near(2.96, 0.19),
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant, ε = 0.1: four or five camps",
            settings: vec![deffuant(0.1)],
            expected: Expected::Near(4.48, 0.46),
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant: the mean opinion is conserved",
            source: "exact: what one gains the other loses",
            settings: vec![deffuant(0.2).number("rate", 0.3)],
            measures: &["mean_opinion"],
            quantity: |runs| over_seeds(&runs[0], |run| (run.last(0) - run.values[0][0]).abs()),
            expected: Expected::AtMost(1e-12),
            tolerance: "rounding",
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant, two agents, μ = 0.3: their distance shrinks by (1 − 2μ)² a step",
            source: "exact",
            settings: vec![deffuant(1.0).number("rate", 0.3).number("agents", 2.0)],
            steps: 4,
            measures: &["opinion_spread"],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) / run.values[0][0]),
            // 0.4⁸
            expected: Expected::Near(6.5536e-4, 1e-12),
            tolerance: "rounding",
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant on a random network, ⟨k⟩ = 10, ε = 0.55: all agree",
            source: "Fortunato, Int. J. Mod. Phys. C 15, 1301 (2004): on any network all agree above ε = 1/2",
            settings: vec![random(0.55)],
            steps: 1000,
            measures: &["consensus"],
            expected: Expected::AtLeast(0.999),
            tolerance: "one agent without a link, in one of ten runs",
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant on a random network, ⟨k⟩ = 10, ε = 0.4: some stay apart",
            source: "Fortunato, Int. J. Mod. Phys. C 15, 1301 (2004): on any network all agree above ε = 1/2",
            settings: vec![random(0.4)],
            steps: 1000,
            measures: &["consensus"],
            expected: Expected::AtMost(0.998),
            tolerance: "two agents apart in each run",
            ..fact.clone()
        },
        Fact {
            claim: "Deffuant, nobody linked to anybody, ε = 1: nobody changes, what is left of the spread",
            source: "exact: only those linked meet",
            settings: vec![random(1.0).number("degree", 0.0)],
            steps: 20,
            measures: &["opinion_spread"],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) / run.values[0][0]),
            expected: Expected::Near(1.0, 0.0),
            tolerance: "none",
            ..fact.clone()
        },
        Fact {
            claim: "Hegselmann–Krause, ε = 0.25: one camp in each run",
            source: "Fortunato, Int. J. Mod. Phys. C 16, 259 (2005): consensus above ε = 0.2",
            settings: vec![krause(0.25)],
            quantity: |runs| runs[0].iter().map(|run| run.last(0)).fold(0.0, f64::max),
            expected: Expected::AtMost(1.0),
            tolerance: "none; in 100 of 100 runs of tests/oracles/opinions.py",
            ..fact.clone()
        },
        Fact {
            claim: "Hegselmann–Krause, ε = 0.18: two camps or more in each run",
            source: "Fortunato, Int. J. Mod. Phys. C 16, 259 (2005): consensus above ε = 0.2",
            settings: vec![krause(0.18)],
            quantity: |runs| runs[0].iter().map(|run| run.last(0)).fold(f64::INFINITY, f64::min),
            expected: Expected::AtLeast(2.0),
            tolerance: "none; in 100 of 100 runs of tests/oracles/opinions.py",
            ..fact.clone()
        },
        Fact {
            claim: "Hegselmann–Krause, ε = 0.15: camps form in finite time, and then nothing moves",
            source: "Dittmer, Nonlinear Anal. 47, 4615 (2001): convergence in finite time",
            // Most are at rest within ten steps; one in twenty, whose camps are just within sight of one another, takes 200.
            settings: vec![krause(0.15)],
            steps: 1000,
            measures: &["opinion_spread"],
            quantity: |runs| over_seeds(&runs[0], |run| (run.last(0) - run.values[0][500]).abs()),
            expected: Expected::AtMost(1e-12),
            tolerance: "rounding",
            ..fact.clone()
        },
        Fact {
            claim: "Hegselmann–Krause, ε = 1: all agree after one step, on the mean",
            source: "exact",
            settings: vec![krause(1.0)],
            steps: 1,
            measures: &["opinion_spread", "mean_opinion"],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0) + (run.last(1) - run.values[1][0]).abs()),
            expected: Expected::AtMost(1e-12),
            tolerance: "rounding",
            ..fact
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sorted_way_finds_those_whom_the_plain_way_finds() {
        let chance = Chance::new(4, 0, "start");
        // On a grid of 1/64, so that the edge of the bound is met exactly.
        let opinions: Vec<Opinion> = (0..200).map(|agent| Opinion((chance.uniform(agent, 0) * 64.0).round() / 64.0)).collect();
        for bound in [0.0, 0.125, 0.3, 1.0] {
            let (mut after, mut order, mut sums) = (opinions.clone(), Vec::new(), Vec::new());
            average_of_all(bound, &opinions, &mut after, &mut order, &mut sums);
            for (own, after) in opinions.iter().zip(after) {
                let near: Vec<f64> =
                    opinions.iter().map(|other| other.0).filter(|other| (other - own.0).abs() <= bound).collect();
                assert!((near.iter().sum::<f64>() / near.len() as f64 - after.0).abs() < 1e-12, "{bound}");
            }
        }
    }

    #[test]
    fn pairs_are_of_two_and_without_favourites() {
        let mut met = [[0u32; 4]; 4];
        let network = Network::new(&Wiring::default(), 4, Chance::new(1, 0, "network")).unwrap();
        for draw in 0..12_000 {
            let (one, other) = pair(&network, Chance::new(1, 0, "meetings"), draw).unwrap();
            met[one as usize][other as usize] += 1;
        }
        for (one, row) in met.iter().enumerate() {
            for (other, count) in row.iter().enumerate() {
                // Binomial(12 000, 1/12): standard deviation 30; bound 4 of them.
                let expected = if one == other { 0 } else { 1000 };
                assert!(count.abs_diff(expected) <= 120 && (one != other || *count == 0), "{met:?}");
            }
        }
    }
}
