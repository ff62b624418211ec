//! Correlation of neurons with the first.

use super::{Fold, Instrument, NEURONS, When};
use crate::sim::{Agents, Id, Neuron};

/// Readings over which older ones fade to 1/e.
const WINDOW: f64 = 300.0;

/// The cross-correlation Γ.
pub const INSTRUMENT: Instrument = Instrument {
    name: "cross_correlation",
    symbol: "Γ",
    definition: "Mean over neurons of the correlation of their activation with that of the first, the hub of a star: \
                 ⟨x̃₁x̃ₘ⟩/√(⟨x̃₁²⟩⟨x̃ₘ²⟩), averages over the readings so far, of which those older than 300 have faded. 1 where all \
                 fire as one. Not defined where nobody or only the first varies. Muni, Fatoyinbo & Ghosh, \
                 Int. J. Bifurcat. Chaos 32, 2230020 (2022).",
    range: Some((-1.0, 1.0)),
    needs: NEURONS,
    when: When::Each,
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// Mean, variance and covariance with the first, as they have been lately.
type Moments = (f64, f64, f64);

fn read(memory: &mut (u64, Vec<Moments>), agents: &Agents) -> f64 {
    let mut now: Vec<(u32, f64)> = agents.with(|ids: Option<&[Id]>| {
        agents.with(|neurons: Option<&[Neuron]>| {
            let neurons = neurons.unwrap_or_default();
            ids.unwrap_or_default().iter().zip(neurons).map(|(id, neuron)| (id.0, neuron.activation)).collect()
        })
    });
    now.sort_unstable_by_key(|(id, _)| *id);
    correlation(memory, &now.into_iter().map(|(_, activation)| activation).collect::<Vec<_>>())
}

/// Takes note of the activations of a reading, in the order of identity.
fn correlation((readings, moments): &mut (u64, Vec<Moments>), now: &[f64]) -> f64 {
    if moments.len() != now.len() {
        (*readings, *moments) = (0, vec![(0.0, 0.0, 0.0); now.len()]);
    }
    *readings += 1;
    let weight = f64::max(1.0 / *readings as f64, 1.0 / WINDOW);
    let Some(first) = now.first().zip(moments.first()).map(|(x, (mean, ..))| x - mean) else { return f64::NAN };
    for (x, (mean, variance, covariance)) in now.iter().zip(&mut *moments) {
        let off = x - *mean;
        *mean += weight * off;
        *variance = (1.0 - weight) * (*variance + weight * off * off);
        *covariance = (1.0 - weight) * (*covariance + weight * off * first);
    }
    let own = moments[0].1;
    let found = moments[1..].iter().map(|(_, variance, covariance)| covariance / (own * variance).sqrt());
    let found: Vec<f64> = found.filter(|correlation| correlation.is_finite()).collect();
    found.iter().sum::<f64>() / found.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::maths};

    #[test]
    fn of_waves_it_is_the_cosine_of_their_angle_and_of_chance_nothing() {
        let mut memory = (0, Vec::new());
        let mut told = f64::NAN;
        for step in 0..6000 {
            let wave = |ahead: f64| maths::sin_cos(0.7 * f64::from(step) + ahead).1;
            told = correlation(&mut memory, &[wave(0.0), 3.0 + 2.0 * wave(1.0), -wave(0.0)]);
        }
        // cos 1 and −1; what a window of 300 keeps of a wave of 0.7 rad a reading is 1/(2 · 0.7 · 300).
        let exact = 0.5 * (maths::sin_cos(1.0).1 - 1.0);
        assert!((told - exact).abs() < 0.005, "{told} {exact}");
        // A window of 300 is as good as 600 independent readings: 4/√600 about ρ = 0.6.
        let (mut memory, mut normal) = ((0, Vec::new()), series::normal(7));
        for _ in 0..3000 {
            let (x, y) = (normal.next().unwrap(), normal.next().unwrap());
            told = correlation(&mut memory, &[x, 0.6 * x + 0.8 * y]);
        }
        assert!((told - 0.6).abs() < 0.16 * (1.0 - 0.36), "{told}");
        // A neuron more begins anew; one that rests, or one alone, has no correlation.
        assert!(correlation(&mut memory, &[1.0, 2.0, 3.0]).is_nan());
        assert!(correlation(&mut (0, Vec::new()), &[1.0]).is_nan() && correlation(&mut (0, Vec::new()), &[]).is_nan());
    }
}
