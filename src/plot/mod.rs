//! Figures of tables: what a run or a sweep wrote, drawn for a page. No window and no engine.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `table` | a table's columns, and the recipe that made it |
//! | `build` | what is to be drawn of a table: lines with errors, histograms, heat maps, theory |
//! | `figure` | what is drawn: axes and layers |
//! | `scale` | axes, their marks, linear and logarithmic |
//! | `draw` | a figure as shapes and text, and so as SVG and PNG |

mod build;
mod draw;
mod figure;
mod scale;
mod table;

pub use build::{Kind, Wish, build};
pub use draw::{png, svg};
pub use figure::{Axis, Figure, Layer, Point, Series};
pub use table::Table;
