//! How far neurons are from firing as one.

use super::{Instrument, NEURONS};
use crate::sim::{Agents, Id, Neuron};

/// The synchronisation error E.
pub const ERROR: Instrument = Instrument {
    name: "sync_error",
    symbol: "E",
    definition: "Mean over neurons of the difference, without sign, of their activation from that of the first, the hub of a \
                 star: 0 where all fire as one.",
    range: None,
    baseline: None,
    needs: NEURONS,
    make: || Box::new(error),
};

/// The mean activation.
pub const ACTIVITY: Instrument = Instrument {
    name: "activity",
    symbol: "⟨x⟩",
    definition: "Mean activation of neurons.",
    make: || Box::new(activity),
    ..ERROR
};

fn error(agents: &Agents) -> f64 {
    agents.with(|ids: Option<&[Id]>| {
        agents.with(|neurons: Option<&[Neuron]>| {
            let (ids, neurons) = (ids.unwrap_or_default(), neurons.unwrap_or_default());
            let first = ids.iter().zip(neurons).min_by_key(|(id, _)| id.0).map_or(f64::NAN, |(_, neuron)| neuron.activation);
            let others = neurons.len().saturating_sub(1);
            neurons.iter().map(|neuron| (neuron.activation - first).abs()).sum::<f64>() / others as f64
        })
    })
}

fn activity(agents: &Agents) -> f64 {
    agents.with(|neurons: Option<&[Neuron]>| {
        let neurons = neurons.unwrap_or_default();
        neurons.iter().map(|neuron| neuron.activation).sum::<f64>() / neurons.len() as f64
    })
}
