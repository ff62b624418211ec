//! How far neurons are from firing as one.

use super::{Instrument, NEURONS};
use crate::sim::{Agents, Id, Neuron};

/// The synchronisation error E.
pub const ERROR: Instrument = Instrument {
    name: "sync_error",
    symbol: "E",
    definition: "Mean over neurons of the difference, without sign, of their activation from that of the first, the hub of a \
                 star: 0 where all fire as one. Not defined for fewer than two. \
                 Muni, Fatoyinbo & Ghosh, Int. J. Bifurcat. Chaos 32, 2230020 (2022).",
    needs: NEURONS,
    make: || Box::new(error),
    ..Instrument::PLAIN
};

/// The mean activation.
pub const ACTIVITY: Instrument = Instrument {
    name: "activity",
    symbol: "⟨x⟩",
    definition: "Mean activation of neurons; not defined without any. \
                 Chialvo, Chaos Solitons Fractals 5, 461 (1995).",
    make: || Box::new(activity),
    ..ERROR
};

fn error(agents: &Agents) -> f64 {
    agents.with(|ids: Option<&[Id]>| {
        agents.with(|neurons: Option<&[Neuron]>| apart(ids.unwrap_or_default(), neurons.unwrap_or_default()))
    })
}

fn apart(ids: &[Id], neurons: &[Neuron]) -> f64 {
    let first = ids.iter().zip(neurons).min_by_key(|(id, _)| id.0).map_or(f64::NAN, |(_, neuron)| neuron.activation);
    let others = neurons.len().saturating_sub(1);
    neurons.iter().map(|neuron| (neuron.activation - first).abs()).sum::<f64>() / others as f64
}

fn activity(agents: &Agents) -> f64 {
    agents.with(|neurons: Option<&[Neuron]>| mean(neurons.unwrap_or_default()))
}

fn mean(neurons: &[Neuron]) -> f64 {
    neurons.iter().map(|neuron| neuron.activation).sum::<f64>() / neurons.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_neurons() {
        let neurons = [1.0, 0.5, 2.5, 0.0].map(|activation| Neuron { activation, recovery: 9.0 });
        // The first by identity has 2.5.
        let ids = [3, 7, 1, 9].map(Id);
        assert_eq!((apart(&ids, &neurons), mean(&neurons)), ((1.5 + 2.0 + 2.5) / 3.0, 1.0));
        assert_eq!(apart(&ids[..2], &[neurons[0]; 2]), 0.0);
        assert!(apart(&ids[..1], &neurons[..1]).is_nan() && apart(&[], &[]).is_nan() && mean(&[]).is_nan());
    }
}
