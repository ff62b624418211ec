//! Where pictures go, one after the other.

use crate::{error::Result, view::Still};

/// Takes the pictures of a film, in their order, and makes a file of them.
pub trait Sink: Send {
    /// Takes the next picture, and the run up to it where the sink keeps one for each.
    ///
    /// # Errors
    /// Where the picture does not fit or cannot be written; nothing is left under the final name then.
    fn frame(&mut self, still: &Still, run: Option<&str>) -> Result<()>;

    /// Makes what was taken last. `run` is the recipe of the whole.
    ///
    /// # Errors
    /// As [`frame`](Self::frame).
    fn finish(self: Box<Self>, run: &str) -> Result<u64>;
}
