//! What a run is: the scene, the journal, and the parameters that both address by path.
//!
//! A run is a function of its [`Scene`] and its [`Journal`]; nothing else may change it.

mod difference;
mod file;
mod film;
mod journal;
mod look;
mod parameter;
mod story;

pub use difference::{Against, Difference, SideLabel};
pub use file::{Model, Run, Scene};
pub use file::{explain, pretty};
pub use film::{Film, Fit};
pub use journal::{Action, Journal, Point, Pointer, Stamped, Tool, ViewAction};
pub use look::{Density, Layout, Links, Look, Middle, Shape, Theme};
pub use parameter::{
    Decoupled, Ends, Group, Kept, Kind, Label, Log, Parameter, Params, Restart, Schema, Slider, Strength, Symbol, Unit, Value,
    Variant, Zero, legible, parameters_of, typographic,
};
pub use story::{Aim, Beat, Ease, Touch, When};
