//! How large a group is.

use super::{Instrument, POSITIONS, rotation::from_centre};
use crate::sim::Agents;

/// The mean radius.
pub const INSTRUMENT: Instrument = Instrument {
    name: "mean_radius",
    symbol: "⟨R⟩",
    definition: "Mean distance of agents from the group's centre: the radius of a ring, two thirds of that of a disc. On a torus \
                 the centre is the circular mean of each coordinate.",
    range: None,
    baseline: None,
    needs: POSITIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let radials = from_centre(agents);
    radials.iter().map(|radial| radial.length()).sum::<f64>() / radials.len() as f64
}
