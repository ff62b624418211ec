//! Flockwork without models, window and files: what a run is and what plays it.
//!
//! A [`scene::Scene`] names a model and its parameters, a [`scene::Journal`] lists what was done to it, and a
//! [`sim::Simulation`] plays both. The crate `flockwork` shows all of this under the same names.

pub mod error;
pub mod scene;
pub mod sim;
pub mod tracks;
