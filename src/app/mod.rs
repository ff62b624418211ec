//! The window: joins a simulation on its own thread to view and panel.

mod driver;

pub use driver::{Driver, News, Order, Readings, Speed};
