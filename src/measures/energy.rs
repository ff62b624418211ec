//! Energy of spins.

use super::Instrument;
use crate::sim::{Agents, Id, Spin};

/// The energy per spin.
pub const INSTRUMENT: Instrument = Instrument {
    name: "energy",
    symbol: "e",
    definition: "−Σ sᵢsⱼ / N over the links of a network of spins, without what an outer field adds; on a complete network \
                 each link counts 1/N. On a square lattice −2 where all agree, 0 where spins are random.",
    range: None,
    baseline: None,
    needs: ("spins on a network", |agents| agents.with(|spins: Option<&[Spin]>| spins.is_some()) && agents.network().is_some()),
    make: || Box::new(read),
};

fn read(agents: &Agents) -> f64 {
    let Some(network) = agents.network() else { return f64::NAN };
    agents.with(|spins: Option<&[Spin]>| {
        agents.with(|ids: Option<&[Id]>| {
            let (spins, ids) = (spins.unwrap_or_default(), ids.unwrap_or_default());
            let count = spins.len() as f64;
            if network.is_complete() {
                let sum = spins.iter().map(|spin| f64::from(spin.0)).sum::<f64>();
                return -(sum * sum - count) / (2.0 * count * count);
            }
            // Spins have no place in space, so that rows stay in the order of identity.
            let both_ways = ids.iter().zip(spins).map(|(id, spin)| {
                let around: i64 = network.links(id.0).iter().map(|other| i64::from(spins[*other as usize].0)).sum();
                i64::from(spin.0) * around
            });
            -0.5 * both_ways.sum::<i64>() as f64 / count
        })
    })
}
