//! Flockwork: a desktop laboratory for collective dynamics.
//!
//! What you see is a function of a scene and a journal. A [`scene::Scene`] names a model and its parameters, a
//! [`scene::Journal`] lists what was done to it, a [`sim::Simulation`] plays both, and everything else (window,
//! recorder, instruments) consumes the [`sim::Frame`]s and readings that come out.
//!
//! ```
//! use flockwork::{lab::Lab, measures::Observer, scene::{Action, Value}, sim::Simulation};
//!
//! # fn main() -> flockwork::error::Result<()> {
//! let lab = Lab::new();
//! let scene = lab.open("vicsek")?.scene;
//! let mut run = Simulation::new(&scene, lab.models(), None)?;
//! let mut polarisation = Observer::new(["polarisation"], &run)?;
//! run.act(Action::Set { path: "noise".into(), value: Value::Number(0.1) })?;
//! for _ in 0..200 {
//!     run.step()?;
//! }
//! assert!(polarisation.numbers(&run)[0] > 0.9);
//! # Ok(())
//! # }
//! ```
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`scene`] | what a run is: scene, journal, parameters and their paths, files |
//! | [`sim`] | the bench: simulation, state, chance, space, neighbours, network, frames |
//! | [`sweep`] | many runs: plans, shards, tables |
//! | [`table`] | tables as files: CSV, Parquet |
//! | [`chart`] | charts for a page: SVG, PNG and CSV |
//! | [`plot`] | charts of tables |
//! | [`tracks`] | recorded tracks of real agents: reading them from files |
//! | [`models`] | one file a model |
//! | [`measures`] | one file an instrument |
//! | [`statistics`] | of a series of readings: means with their errors, and what a whole series tells |
//! | [`cite`] | how a scene is cited |
//! | [`lab`] | the lists of models, instruments and gallery scenes that belong together |
//! | [`story`] | the telling of a scene's story |
//! | [`colour`] | numbers to colours |
//! | [`view`] | frames to pixels |
//! | [`panel`] | what a person turns, presses and reads: egui, no engine |
//! | [`recipe`] | the run that a picture holds |
//! | [`record`] | pictures to files |
//! | [`app`] | the window |
//! | [`cli`] | the command line |
//! | [`events`] | the event camera, event files, the predictor |
//! | [`verify`] | published facts against measured ones |

#[cfg(feature = "window")]
pub mod app;
pub mod chart;
pub mod cite;
pub mod cli;
mod code;
pub mod colour;
pub mod events;
mod jobs;
pub mod lab;
pub mod measures;
mod output;
#[cfg(feature = "window")]
pub mod panel;
pub mod plot;
pub mod recipe;
#[cfg(feature = "window")]
pub mod record;
pub mod statistics;
pub mod story;
pub mod sweep;
pub mod table;
pub mod verify;
#[cfg(feature = "window")]
pub mod view;

pub use flockwork_core::{error, scene, sim, tracks};
#[doc(inline)]
pub use flockwork_models as models;
#[cfg(test)]
use flockwork_oracles as oracles;
