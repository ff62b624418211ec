//! Attack rate.

use super::{HEALTH, Instrument};
use crate::sim::{Agents, Health};

/// The attack rate.
pub const INSTRUMENT: Instrument = Instrument {
    name: "attack_rate",
    symbol: "z",
    definition: "Share of agents that are or have been infected; at the end of an outbreak its final size; not defined without agents. Kermack & \
                 McKendrick, Proc. R. Soc. A 115, 700 (1927).",
    range: Some((0.0, 1.0)),
    needs: HEALTH,
    make: || Box::new(|agents: &Agents| share(agents, Health::is_attacked)),
    ..Instrument::PLAIN
};

/// Share of agents whose health is so.
pub(super) fn share(agents: &Agents, is_so: fn(Health) -> bool) -> f64 {
    agents.with(|health: Option<&[Health]>| of(health.unwrap_or_default(), is_so))
}

fn of(health: &[Health], is_so: fn(Health) -> bool) -> f64 {
    health.iter().filter(|health| is_so(**health)).count() as f64 / health.len() as f64
}
