//! The window: joins a simulation on its own thread to view and panel.

mod driver;
mod files;
mod picture;
mod probe;
mod screen;
mod window;

pub use driver::{Driver, News, Order, Readings};
pub use window::open;
