//! The models, one file each. To add one: write its file, and add its line to [`all`].

mod boids;
mod epidemic;
mod ising;
mod kuramoto;
mod opinions;
mod swarmalators;
mod tracks;
mod vicsek;

use crate::sim::Models;

pub use boids::Boids;
pub use epidemic::Epidemic;
pub use ising::Ising;
pub use kuramoto::Kuramoto;
pub use opinions::Opinions;
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
        .with::<Epidemic>()
        .with::<Opinions>()
        .with::<Tracks>()
}
