//! Charts for a page: points with errors, lines, bands, bars and maps between two axes, as SVG, PNG and CSV. No window, no
//! graphics device.
//!
//! ```
//! use flockwork::chart::{Axis, Chart, Layer, Page, Point, Series};
//!
//! # fn main() -> flockwork::error::Result<()> {
//! let measured = vec![Point::new(1.0, 0.2).give_or_take(0.05), Point::new(3.0, 0.6).give_or_take(0.02)];
//! let chart = Chart {
//!     title: "Order against coupling".into(),
//!     x: Axis::new("Coupling K"),
//!     y: Axis::new("Order r").from_to(0.0, 1.0),
//!     layers: vec![
//!         Layer::Theory(Series::new("theory", 0, (0..50).map(|at| Point::new(at as f64 / 10.0, 0.5)))),
//!         Layer::Points(Series::new("measured", 0, measured)),
//!     ],
//! };
//! let svg = chart.svg(&Page::default(), "");
//! assert!(svg.contains("Order against coupling"));
//! # Ok(())
//! # }
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | `spec` | what a chart shows: axes and layers |
//! | `scale` | axes: places and marks, linear and logarithmic |
//! | `draw` | a chart as shapes and words on a sheet |
//! | `key` | the legend |
//! | `sheet` | shapes and words, and these as SVG |
//! | `pixels` | the same as pixels: PNG |
//! | `letters` | how wide words are, and their outlines |

#![allow(clippy::disallowed_methods, reason = "what a chart shows is seen, never fed back into a run")]

mod draw;
mod key;
mod letters;
mod pixels;
mod scale;
mod sheet;
mod spec;

pub use letters::INTER;
#[cfg(feature = "window")]
pub(crate) use scale::Scale;
pub use spec::{Axis, Chart, Form, Layer, Page, Point, Series};
