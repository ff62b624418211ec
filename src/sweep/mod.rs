//! Many runs of one scene: which there are, running them, and the table that comes of them.
//!
//! A [`Plan`] says which runs there are. Each is a function of the plan alone: its seed is a hash of the master seed, of
//! all its parameters and of the number of the repeat, so that neither the order of the plan nor who runs it changes a
//! row. So shards of a plan can be run anywhere and joined, a sweep that was killed goes on where it was, and any row can
//! be opened as the run that it is.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `axis` | what is varied, and over which values |
//! | `plan` | designs, runs, seeds, shards |
//! | `order` | in which order a grid is run |
//! | `sobol` | Sobol's sequence |
//! | `refine` | plans that look where they are going |
//! | `fit`, `population` | plans that look for parameters that fit |
//! | `file` | plans as RON: the recipe of a table |
//! | `row` | one run, and its row |
//! | `rows` | the rows so far, beside the table that is to be made |
//! | `runner` | many runs at once |
//! | `scout` | runs in the background, for the map that fills in beside one that is watched |
//! | `find` | a row, made a run again |
//! | `merge` | shards, joined |
//! | `slurm` | the script for a cluster |

mod axis;
mod file;
mod find;
mod fit;
mod merge;
mod order;
mod plan;
mod population;
mod refine;
mod row;
mod rows;
mod runner;
mod scout;
mod slurm;
mod sobol;

pub use axis::{Axis, Range, Values};
pub use find::{find, saved, split};
pub use fit::{GENERATIONS, Goal, PARTICLES, Posterior, Told, told};
pub use merge::merge;
pub use plan::{Design, Plan, Shard, Task, instruments};
pub use population::{Generation, effective};
pub use row::{columns, measured, series_columns};
pub use runner::{Summary, Watcher, Ways, sweep};
pub use scout::{Errand, Found, Scout, Way};
pub use slurm::script;
