//! Magnetisation.

use super::Instrument;
use crate::sim::{Agents, Spin};

/// The magnetisation |m|.
pub const INSTRUMENT: Instrument = Instrument {
    name: "magnetisation",
    symbol: "|m|",
    definition: "|mean of the spins|: 1 where all point one way, about √(2/πN) where they are random.",
    range: Some((0.0, 1.0)),
    baseline: Some(|agents| (2.0 / (std::f64::consts::PI * agents)).sqrt()),
    needs: ("spins", |agents| agents.with(|spins: Option<&[Spin]>| spins.is_some())),
    make: || Box::new(read),
};

fn read(agents: &Agents) -> f64 {
    agents.with(|spins: Option<&[Spin]>| {
        let spins = spins.unwrap_or_default();
        spins.iter().map(|spin| i64::from(spin.0)).sum::<i64>().abs() as f64 / spins.len() as f64
    })
}
