//! Whether a run is regular or chaotic, from its readings alone.

use super::{Instrument, Takes, Traces, When, Whole};
use crate::statistics::{sample_entropy, zero_one};

/// Readings that are looked at: the last ones.
const MOST: usize = 4000;

/// K of the 0–1 test.
pub const ZERO_ONE: Instrument = Instrument {
    name: "zero_one",
    symbol: "K",
    definition: "The 0–1 test for chaos over the last 4000 readings after the transient: near 0 where they are regular, near 1 \
                 where they are chaotic; noise too reads near 1. Readings of a smooth flow, taken often, look regular: take \
                 every so many steps. Gottwald & Melbourne, SIAM J. Appl. Dyn. Syst. 8, 129 (2009).",
    cost: "10 T², at the end",
    range: Some((0.0, 1.0)),
    when: When::End,
    takes: Takes::Readings(1),
    make: || Box::new(Whole::new(|traces, from| zero_one(last(traces, from)))),
    ..Instrument::PLAIN
};

/// The sample entropy.
pub const SAMPLE_ENTROPY: Instrument = Instrument {
    name: "sample_entropy",
    symbol: "SampEn",
    definition: "−ln of the chance that two stretches of 2 readings that agree to 0.2 standard deviations agree in the next \
                 reading too, over the last 4000 readings after the transient: 0 where the next always follows, 2.185 for \
                 independent normal readings. Richman & Moorman, Am. J. Physiol. 278, H2039 (2000).",
    cost: "T², at the end",
    range: None,
    make: || Box::new(Whole::new(|traces, from| sample_entropy(last(traces, from)))),
    ..ZERO_ONE
};

fn last(traces: &Traces, from: Option<u64>) -> &[f64] {
    let settled = traces.settled(from);
    &settled[settled.len().saturating_sub(MOST)..]
}
