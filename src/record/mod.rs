//! Frames to files.

mod still;

pub use still::{png, png_note, read_png};

/// Keyword of the note in a picture that holds the run that made it.
pub const NOTE: &str = "flockwork";
