//! Mean and spread of opinions.

use super::Instrument;
use crate::sim::{Agents, Opinion};

/// The mean opinion.
pub const MEAN: Instrument = Instrument {
    name: "mean_opinion",
    symbol: "⟨x⟩",
    definition: "Mean of the agents' opinions.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("opinions", |agents| agents.with(|all: Option<&[Opinion]>| all.is_some())),
    make: || Box::new(mean),
};

/// The spread of opinions.
pub const SPREAD: Instrument = Instrument {
    name: "opinion_spread",
    symbol: "σₓ",
    definition: "Standard deviation of the agents' opinions: 0 where all agree, 1/√12 = 0.289 where they are uniform, 1/2 where \
                 half stand at each end.",
    range: Some((0.0, 0.5)),
    make: || Box::new(spread),
    ..MEAN
};

fn average(agents: &Agents, number: impl Fn(f64) -> f64) -> f64 {
    agents.with(|opinions: Option<&[Opinion]>| {
        let opinions = opinions.unwrap_or_default();
        opinions.iter().map(|opinion| number(opinion.0)).sum::<f64>() / opinions.len() as f64
    })
}

fn mean(agents: &Agents) -> f64 {
    average(agents, |opinion| opinion)
}

fn spread(agents: &Agents) -> f64 {
    let mean = mean(agents);
    average(agents, |opinion| (opinion - mean) * (opinion - mean)).sqrt()
}
