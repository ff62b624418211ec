//! Prevalence.

use super::{HEALTH, Instrument, attack_rate::share};
use crate::sim::{Agents, Health};

/// The prevalence.
pub const INSTRUMENT: Instrument = Instrument {
    name: "prevalence",
    symbol: "i",
    definition: "Share of agents that are infectious now; not defined without agents. Kermack & McKendrick, Proc. R. Soc. A 115, 700 (1927).",
    range: Some((0.0, 1.0)),
    needs: HEALTH,
    make: || Box::new(|agents: &Agents| share(agents, |health| health == Health::INFECTIOUS)),
    ..Instrument::PLAIN
};
