//! The models, one file each. To add one: write its file, and add its line to [`all`].

mod boids;
mod ising;
mod kuramoto;
mod swarmalators;
mod tracks;
mod vicsek;

use crate::sim::Models;

pub use boids::Boids;
pub use ising::Ising;
pub use kuramoto::Kuramoto;
pub use swarmalators::Swarmalators;
pub use tracks::Tracks;
pub use vicsek::Vicsek;

/// The list of models, in the order of the gallery.
pub fn all() -> Models {
    Models::default()
        .with::<Vicsek>()
        .with::<Boids>()
        .with::<Kuramoto>()
        .with::<Swarmalators>()
        .with::<Ising>()
        .with::<Tracks>()
}
