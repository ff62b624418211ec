//! Several readings as one path: its principal components, and its modes.

use super::{Instrument, Reading, Takes, Tells, Traces, When, Whole};
use crate::statistics;

/// The principal components.
pub const COMPONENTS: Instrument = Instrument {
    name: "principal_components",
    symbol: "λ_k",
    definition: "Share of the variance of several instruments' readings along each principal axis of their path, each brought to variance 1, after \
                 the transient: how many numbers the path needs. Pearson, Philos. Mag. 2, 559 (1901).",
    cost: "T, at the end",
    range: Some((0.0, 1.0)),
    tells: Tells::Curve("component"),
    when: When::End,
    takes: Takes::Many,
    make: || Box::new(Whole::new(|traces, from| components(traces, from).0)),
    ..Instrument::PLAIN
};

/// The principal axes.
pub const AXES: Instrument = Instrument {
    name: "principal_axes",
    symbol: "w_kj",
    definition: "Weight of each of several instruments, counted from 1 in the order in which they are named, in each principal axis of their path. \
                 Pearson, Philos. Mag. 2, 559 (1901).",
    range: Some((-1.0, 1.0)),
    tells: Tells::Map("component", "instrument"),
    make: || Box::new(Whole::new(|traces, from| components(traces, from).1)),
    ..COMPONENTS
};

/// The modes.
pub const MODES: Instrument = Instrument {
    name: "modes",
    symbol: "μ",
    definition: "Modes e^{(growth ± 2πi frequency)t} of the model's order parameter, or of the instrument that is named, by dynamic mode \
                 decomposition of its last 2000 readings after the transient with 32 delays: at each frequency (cycles per time) and growth \
                 rate, the mode's share. Schmid, J. Fluid Mech. 656, 5 (2010); Arbabi & Mezić, SIAM J. Appl. Dyn. Syst. 16, 2096 (2017).",
    range: Some((0.0, 1.0)),
    tells: Tells::Map("frequency", "growth"),
    takes: Takes::Readings(1),
    make: || Box::new(Whole::new(modes)),
    ..COMPONENTS
};

/// Shares and weights; nothing where no reading varies.
fn components(traces: &Traces, from: Option<u64>) -> (Reading, Reading) {
    let first = traces.discard(from);
    let settled: Vec<Vec<f64>> = traces.series.iter().map(|series| series[first..].to_vec()).collect();
    let Some(found) = statistics::principal_components(&settled) else { return Default::default() };
    let shares = found.shares.iter().enumerate().map(|(k, share)| [(k + 1) as f64, *share]).collect();
    let weights = found.axes.iter().enumerate().flat_map(|(k, axis)| {
        axis.iter().enumerate().map(move |(instrument, weight)| [(k + 1) as f64, (instrument + 1) as f64, *weight])
    });
    (Reading::Curve(shares), Reading::Map(weights.collect()))
}

fn modes(traces: &Traces, from: Option<u64>) -> Reading {
    let first = traces.discard(from);
    let times = &traces.times[first..];
    let (Some(start), Some(end)) = (times.first(), times.last()) else { return Reading::Nothing };
    let step = (end - start) / (times.len() as f64 - 1.0);
    let modes = statistics::modes(&[traces.settled(from).to_vec()], step);
    Reading::Map(modes.iter().map(|mode| [mode.frequency, mode.growth, mode.share]).collect())
}
