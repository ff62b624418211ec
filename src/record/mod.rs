//! Frames to files: films, numbered pictures and stills.
//!
//! A [`Reel`] plays a run with what was seen of it, a [`Camerawork`] draws it at any size, a [`Sink`] makes a file of the
//! pictures; [`shoot`] joins the three, each beside the others. Of two runs that are compared each has a reel.

#![allow(clippy::disallowed_methods, reason = "what a file shows is seen, never fed back into a run")]

mod board;
mod compose;
mod expect;
mod film;
mod finish;
mod flashes;
mod flicker;
mod framing;
mod gif;
mod h264;
mod kind;
mod mp4;
mod palette;
mod reel;
mod sequence;
mod shoot;
mod sink;
mod slow;
mod still;
mod svg;
mod tile;
mod yuv;

pub use expect::{Expected, expect};
pub use film::{Order, Progress, Report, Times, is_periodic, shoot};
pub use flicker::Flicker;
pub use framing::fit;
pub use kind::Kind;
pub use reel::{Reel, Seen, reels};
pub use shoot::{Camerawork, Take};
pub use sink::Sink;
pub use still::{png, quick_png, read_png};
pub use svg::draw as svg;
pub use tile::{CONTINUED, Tile};
