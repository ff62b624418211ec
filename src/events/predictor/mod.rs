//! From what a camera saw to the interaction strength and the time to convergence.
//!
//! A [`Window`] holds what was seen in a short time, as points: events, or changes between frames. [`Statistics`] are
//! made of it by hand, [`Tokens`] are patches of it that a small [`Net`] reads. [`learn`] fits both.

pub mod data;
pub mod learn;
mod net;
mod ridge;
mod statistics;
mod tokens;
mod window;

pub use net::{Input, Net, Prediction};
pub use ridge::Ridge;
pub use statistics::Statistics;
pub use tokens::Tokens;
pub use window::{Point, Window};
