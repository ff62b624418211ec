//! From what a camera saw to the interaction strength and the time to convergence.
//!
//! A [`Window`] holds what was seen in a short time, as points: events, or changes between frames. [`Statistics`] are
//! made of it by hand, `turning` follows what moves in it, [`Tokens`] are patches of it; a small [`Net`] reads all of these, gathered by a
//! [`Filling`] while events come. [`learn`] fits both.

pub mod data;
mod filling;
pub mod learn;
mod net;
mod ridge;
mod spots;
mod statistics;
mod tokens;
mod turning;
mod window;

pub use filling::Filling;
pub use net::{Input, LONGEST, Net, Prediction};
pub use ridge::Ridge;
pub use statistics::Statistics;
pub use tokens::Tokens;
pub use window::{Point, Window};
