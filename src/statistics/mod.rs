//! Statistics of a series of readings: means with their errors, and what a whole series tells of its dynamics.
//!
//! Everything here is a pure function of numbers. Readings of a run follow one another and so resemble one another:
//! nothing here takes them for independent unless it says so.

mod autocorrelation;
mod blocking;
mod estimate;
mod jackknife;
mod moments;
mod transient;

pub use autocorrelation::{autocorrelation, correlation_time};
pub use blocking::{Level, levels, standard_error};
pub use estimate::{Discard, Estimate};
pub use jackknife::jackknife;
pub use moments::{mean, median, quantile, skewness, variance};
pub use transient::transient;
