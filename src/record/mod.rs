//! Frames to files.

mod still;

pub use still::{png, read_png};
