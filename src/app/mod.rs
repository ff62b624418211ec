//! The window: joins a simulation on its own thread to view and panel.

mod bench;
mod driver;
mod files;
mod past;
mod picture;
mod probe;
mod screen;
mod window;

pub use driver::{Driver, Event, News, Order, Readings};
pub use window::open;
