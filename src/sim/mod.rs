//! The bench: a simulation is its own ECS world, played headless from a scene and a journal.
//!
//! Same scene, same journal: the same state to the last bit, on any number of threads.

mod agent;
mod chance;
mod condition;
mod frame;
mod hand;
mod integrate;
pub mod maths;
mod model;
mod neighbours;
mod network;
mod shot;
mod simulation;
mod space;
mod state;
mod vector;

pub use agent::{ChannelSpec, Column, Frequency, Heading, Id, Phase, Position, ToolUse, Touch, Velocity, rows};
pub use chance::Chance;
pub use condition::Spin;
pub use frame::{Channel, Extent, Frame, Grid, Past, Scale};
pub use hand::Hand;
pub use integrate::{Integrator, Method, Moved};
pub use model::{AnyModel, Expected, Fact, Model, Models, Series, Setting, median_over_seeds, over_seeds};
pub use neighbours::{Nearby, Neighbours};
pub use network::{Network, Topology};
pub use shot::Shot;
pub use simulation::{Agents, Clock, Setup, Simulation, Step};
pub use space::{Boundary, Space};
pub use state::{Checkpoint, Columns};
pub use vector::{Vector, Vectors};
