//! Statistics of a series of readings: means with their errors, and what a whole series tells of its dynamics.
//!
//! Everything here is a pure function of numbers. Readings of a run follow one another and so resemble one another:
//! nothing here takes them for independent unless it says so.

mod autocorrelation;
mod blocking;
mod chaos;
mod early_warning;
mod estimate;
mod fit;
mod histogram;
mod information;
mod irreversibility;
mod jackknife;
mod kendall;
mod linear;
mod moments;
mod plateau;
mod transient;

pub use autocorrelation::{autocorrelation, correlation_time};
pub use blocking::{Level, levels, standard_error};
pub use chaos::{sample_entropy, zero_one};
pub use early_warning::{Indicator, smooth, without_line};
pub use estimate::{Discard, Estimate, significant, to_place_of, with_error};
pub use fit::Fit;
pub use histogram::{Bins, ends};
pub use information::{mutual_information, transfer_entropy};
pub use irreversibility::entropy_production;
pub use jackknife::jackknife;
pub use kendall::kendall;
pub use linear::{Mode, Principal, modes, principal_components};
pub use moments::{mean, median, quantile, skewness, variance};
pub use plateau::settles;
pub use transient::transient;
