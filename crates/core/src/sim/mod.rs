//! The bench: a simulation is its own ECS world, played headless from a scene and a journal.
//!
//! Same scene, same journal: the same state to the last bit, on any number of threads.

mod abreast;
mod agent;
mod agents;
mod apart;
mod chance;
mod condition;
mod density;
mod flow;
mod frame;
mod ground;
mod hand;
mod integrate;
mod links;
pub mod maths;
mod model;
mod neighbours;
mod network;
mod population;
mod raster;
mod scenery;
mod shot;
mod simulation;
mod source;
mod space;
mod spatial_network;
mod state;
mod taken;
mod twin;
mod vector;

pub use abreast::{Abreast, Pairs};
pub use agent::{ChannelSpec, Column, Frequency, Heading, Id, Phase, Position, Table, ToolUse, Touch, Velocity, rows};
pub use agents::Agents;
pub use chance::Chance;
pub use condition::{Health, Neuron, Opinion, Spin};
pub use frame::{Axis, Channel, Extent, Flow, Frame, Grid, Hue, Kind, Links, Past, Scale};
pub use hand::Hand;
pub use integrate::{Body, Integrator, Method, Moved};
pub use model::{AnyModel, Expected, Fact, Model, Models, Series, Setting, median_over_seeds, over_seeds};
pub use neighbours::{Cone, Four, Lanes, Nearby, Neighbours, Partners};
pub use network::{Network, Topology, Wiring};
pub use scenery::{Field, Fields, Reach, Wall, Walls, Zone};
pub use shot::Shot;
pub use simulation::{Clock, Setup, Simulation, Step};
pub use source::Source;
pub use space::{Boundary, Space};
pub use state::{Checkpoint, Columns};
pub use taken::Taken;
pub use vector::{Vector, Vectors, turn};
