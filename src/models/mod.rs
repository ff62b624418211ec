//! The models, one file each. To add one: write its file, and add its line to [`all`].

mod agentpy_boids;
mod boids;
mod kuramoto;
mod swarmalators;
mod tracks;
mod vicsek;

use crate::sim::Models;

pub use agentpy_boids::AgentpyBoids;
pub use boids::Boids;
pub use kuramoto::Kuramoto;
pub use swarmalators::Swarmalators;
pub use tracks::Tracks;
pub use vicsek::Vicsek;

/// The list of models, in the order of the gallery.
pub fn all() -> Models {
    Models::default()
        .with::<Vicsek>()
        .with::<Boids>()
        .with::<AgentpyBoids>()
        .with::<Kuramoto>()
        .with::<Swarmalators>()
        .with::<Tracks>()
}
