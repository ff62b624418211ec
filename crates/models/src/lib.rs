//! The models of Flockwork, one file each. To add one: write its file, and add its line to [`all`].

mod active;
mod agentpy_boids;
mod attention;
mod boids;
mod chialvo;
mod chimeras;
mod couzin;
mod cucker_smale;
mod dorsogna;
mod epidemic;
mod fireflies;
mod ising;
mod kuramoto;
mod opinions;
#[cfg(test)]
mod oracles;
mod particle_life;
mod pedestrians;
mod physarum;
mod swarmalators;
mod tracks;
mod vicsek;

use flockwork_core::{error, scene, sim};
use sim::Models;

pub use active::Active;
pub use agentpy_boids::AgentpyBoids;
pub use attention::Attention;
pub use boids::Boids;
pub use chialvo::Chialvo;
pub use chimeras::Chimeras;
pub use couzin::Couzin;
pub use cucker_smale::CuckerSmale;
pub use dorsogna::Dorsogna;
pub use epidemic::Epidemic;
pub use fireflies::Fireflies;
pub use ising::Ising;
pub use kuramoto::Kuramoto;
pub use opinions::Opinions;
pub use particle_life::ParticleLife;
pub use pedestrians::Pedestrians;
pub use physarum::Physarum;
pub use swarmalators::Swarmalators;
pub use tracks::Tracks;
pub use vicsek::Vicsek;

/// The list of models, in the order of the gallery.
pub fn all() -> Models {
    Models::default()
        .with::<Vicsek>()
        .with::<Boids>()
        .with::<AgentpyBoids>()
        .with::<Couzin>()
        .with::<CuckerSmale>()
        .with::<Dorsogna>()
        .with::<Active>()
        .with::<Kuramoto>()
        .with::<Swarmalators>()
        .with::<Chimeras>()
        .with::<Fireflies>()
        .with::<Attention>()
        .with::<Chialvo>()
        .with::<Ising>()
        .with::<Epidemic>()
        .with::<Opinions>()
        .with::<Pedestrians>()
        .with::<Physarum>()
        .with::<ParticleLife>()
        .with::<Tracks>()
}
