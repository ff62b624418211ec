//! The models, one file each. To add one: write its file, and add its line to [`all`].

mod tracks;
mod vicsek;

use crate::sim::Models;

pub use tracks::Tracks;
pub use vicsek::Vicsek;

/// The list of models, in the order of the gallery.
pub fn all() -> Models {
    Models::default().with::<Vicsek>().with::<Tracks>()
}
