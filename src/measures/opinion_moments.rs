//! Mean and spread of opinions.

use super::Instrument;
use crate::sim::{Agents, Opinion};

/// The mean opinion.
pub const MEAN: Instrument = Instrument {
    name: "mean_opinion",
    symbol: "⟨x⟩",
    definition: "Mean of the agents' opinions; not defined without agents. Castellano, Fortunato & Loreto, Rev. Mod. Phys. 81, 591 (2009).",
    range: Some((0.0, 1.0)),
    needs: ("opinions", |agents| agents.with(|all: Option<&[Opinion]>| all.is_some())),
    make: || Box::new(|agents: &Agents| of(agents, mean)),
    ..Instrument::PLAIN
};

/// The spread of opinions.
pub const SPREAD: Instrument = Instrument {
    name: "opinion_spread",
    symbol: "σₓ",
    definition: "Standard deviation of the agents' opinions: 0 where all agree, 1/√12 = 0.289 where they are uniform, 1/2 where \
                 half stand at each end; not defined without agents. Castellano, Fortunato & Loreto, Rev. Mod. Phys. 81, 591 (2009).",
    range: Some((0.0, 0.5)),
    make: || Box::new(|agents: &Agents| of(agents, spread)),
    ..MEAN
};

fn of(agents: &Agents, moment: fn(&[Opinion]) -> f64) -> f64 {
    agents.with(|opinions: Option<&[Opinion]>| moment(opinions.unwrap_or_default()))
}

fn mean(opinions: &[Opinion]) -> f64 {
    opinions.iter().map(|opinion| opinion.0).sum::<f64>() / opinions.len() as f64
}

fn spread(opinions: &[Opinion]) -> f64 {
    let mean = mean(opinions);
    let square = opinions.iter().map(|opinion| (opinion.0 - mean) * (opinion.0 - mean)).sum::<f64>();
    (square / opinions.len() as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_opinions() {
        assert_eq!((mean(&[Opinion(0.25); 4]), spread(&[Opinion(0.25); 4])), (0.25, 0.0));
        assert_eq!((mean(&[0.0, 1.0, 1.0, 0.0].map(Opinion)), spread(&[0.0, 1.0, 1.0, 0.0].map(Opinion))), (0.5, 0.5));
        // Evenly over the whole: 1/√12, less by 1/2n² of it at n places.
        let even: Vec<Opinion> = (0..1000).map(|k| Opinion((f64::from(k) + 0.5) / 1000.0)).collect();
        assert!((spread(&even) - 1.0 / 12f64.sqrt()).abs() < 1e-6, "{}", spread(&even));
        assert!(mean(&[]).is_nan() && spread(&[]).is_nan());
    }
}
