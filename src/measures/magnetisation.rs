//! Magnetisation.

use super::Instrument;
use crate::sim::{Agents, Spin};

/// The magnetisation |m|.
pub const INSTRUMENT: Instrument = Instrument {
    name: "magnetisation",
    symbol: "|m|",
    definition: "|mean of the spins|: 1 where all point one way, about √(2/πN) where they are random. Newman & \
                 Barkema, Monte Carlo Methods in Statistical Physics (Oxford 1999).",
    range: Some((0.0, 1.0)),
    baseline: Some(|agents| (2.0 / (std::f64::consts::PI * agents)).sqrt()),
    needs: ("spins", |agents| agents.with(|spins: Option<&[Spin]>| spins.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    agents.with(|spins: Option<&[Spin]>| of(spins.unwrap_or_default()))
}

fn of(spins: &[Spin]) -> f64 {
    spins.iter().map(|spin| i64::from(spin.0)).sum::<i64>().abs() as f64 / spins.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_spins() {
        assert_eq!(of(&[Spin(-1); 5]), 1.0);
        assert_eq!(of(&[1, 1, -1, 1].map(Spin)), 0.5);
        assert_eq!(of(&[1, -1].map(Spin)), 0.0);
        assert!(of(&[]).is_nan());
    }
}
