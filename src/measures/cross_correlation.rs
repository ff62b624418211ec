//! Correlation of neurons with the first.

use super::{Fold, Instrument, NEURONS};
use crate::sim::{Agents, Id, Neuron};

/// Readings over which older ones fade to 1/e.
const WINDOW: f64 = 300.0;

/// The cross-correlation Γ.
pub const INSTRUMENT: Instrument = Instrument {
    name: "cross_correlation",
    symbol: "Γ",
    definition: "Mean over neurons of the correlation of their activation with that of the first, the hub of a star: \
                 ⟨x̃₁x̃ₘ⟩/√(⟨x̃₁²⟩⟨x̃ₘ²⟩), averages over the readings so far, of which those older than 300 have faded. 1 where all \
                 fire as one.",
    range: Some((-1.0, 1.0)),
    baseline: None,
    needs: NEURONS,
    make: || Box::new(Fold::new(read)),
};

/// Mean, variance and covariance with the first, as they have been lately.
type Moments = (f64, f64, f64);

fn read(memory: &mut (u64, Vec<Moments>), agents: &Agents) -> f64 {
    let (readings, moments) = memory;
    let mut now: Vec<(u32, f64)> = agents.with(|ids: Option<&[Id]>| {
        agents.with(|neurons: Option<&[Neuron]>| {
            let neurons = neurons.unwrap_or_default();
            ids.unwrap_or_default().iter().zip(neurons).map(|(id, neuron)| (id.0, neuron.activation)).collect()
        })
    });
    now.sort_unstable_by_key(|(id, _)| *id);
    if moments.len() != now.len() {
        (*readings, *moments) = (0, vec![(0.0, 0.0, 0.0); now.len()]);
    }
    *readings += 1;
    let weight = f64::max(1.0 / *readings as f64, 1.0 / WINDOW);
    let Some(first) = now.first().zip(moments.first()).map(|((_, x), (mean, ..))| x - mean) else { return f64::NAN };
    for ((_, x), (mean, variance, covariance)) in now.iter().zip(&mut *moments) {
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
