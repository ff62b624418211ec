//! Frames to files: films, numbered pictures and stills.
//!
//! A [`Reel`] plays a run with what was seen of it, a [`Camerawork`] draws it at any size, a [`Sink`] makes a file of the
//! pictures; [`shoot`] joins the three, each beside the others.

mod film;
mod finish;
mod framing;
mod h264;
mod mp4;
mod reel;
mod sequence;
mod shoot;
mod sink;
mod slow;
mod still;
mod tile;
mod yuv;

pub use film::{Order, Progress, Report, Times, shoot};
pub use framing::fit;
pub use reel::{Reel, Seen};
pub use shoot::{Camerawork, Style};
pub use sink::Sink;
pub use still::{png, read_png};
