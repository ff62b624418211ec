//! The window: joins a simulation on its own thread to view and panel.

mod bench;
mod beyond;
mod driver;
mod files;
mod film;
mod glance;
mod keeper;
mod keys;
mod opening;
mod past;
mod picture;
mod probe;
mod running;
mod screen;
mod second;
mod window;

pub use driver::{Driver, Event, Known, News, Order, Readings};
pub use keeper::Keeper;
pub use window::open;
