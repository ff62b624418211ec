//! The event camera: what a sensor would see of a run whose pixels report changes of brightness instead of frames.
//!
//! An [`Eye`] watches frames: it draws agents on a sensor ([`Optics`], on the processor, the same bits everywhere), and
//! lets each pixel decide when to fire ([`Pixels`], the model of v2e). [`files`] writes and reads what comes out.

mod camera;
pub mod dataset;
mod eye;
pub mod facts;
pub mod files;
mod film;
mod labels;
mod optics;
mod pixels;
mod player;
pub mod predictor;
mod surface;
mod watcher;

pub use camera::{EventCamera, Preset, Response, Silhouette, Stamping};
pub use eye::Eye;
pub use film::Film;
pub use labels::{Labels, Truth};
pub use optics::Optics;
pub use pixels::Pixels;
pub use player::{Played, Player};
pub use watcher::{Sight, Watcher};

/// What made an event: truth that only a simulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The agent of this identity.
    Agent(u32),
    /// Shot noise.
    Shot,
    /// The leak of the pixel's memory.
    Leak,
    /// A hot pixel.
    Hot,
    /// Nobody knows: an event of a recording.
    Unknown,
}

impl Cause {
    /// The number that stands for it in files: an identity, or −1 shot noise, −2 leak, −3 hot pixel, −4 unknown.
    pub fn number(self) -> i32 {
        match self {
            Self::Agent(id) => id as i32,
            Self::Shot => -1,
            Self::Leak => -2,
            Self::Hot => -3,
            Self::Unknown => -4,
        }
    }

    /// The cause that a number in a file stands for.
    pub fn of_number(number: i32) -> Self {
        match number {
            0.. => Self::Agent(number as u32),
            -1 => Self::Shot,
            -2 => Self::Leak,
            -3 => Self::Hot,
            _ => Self::Unknown,
        }
    }

    /// Whether it is known that no agent made it.
    pub fn is_noise(self) -> bool {
        !matches!(self, Self::Agent(_) | Self::Unknown)
    }

    /// Whether an agent made it.
    pub fn is_signal(self) -> bool {
        matches!(self, Self::Agent(_))
    }
}

/// One event: a pixel saw its logarithmic brightness change by a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Time, µs.
    pub t: i64,
    /// Column, 0 on the left.
    pub x: u16,
    /// Row, 0 on top.
    pub y: u16,
    /// Brighter (ON), or darker (OFF).
    pub on: bool,
    /// What made it.
    pub cause: Cause,
}

/// Columns and rows of a sensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sensor {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Sensor {
    /// Number of pixels.
    pub fn pixels(self) -> usize {
        usize::from(self.width) * usize::from(self.height)
    }

    /// Place of a pixel in a list of rows.
    pub fn index(self, x: u16, y: u16) -> usize {
        usize::from(y) * usize::from(self.width) + usize::from(x)
    }
}
