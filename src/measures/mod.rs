//! The instruments, one file each. To add one: write its file, and add its line to [`ALL`].
//!
//! An instrument is a fold over steps: it reads agents, or the readings of other instruments, never changes them, and may
//! keep a memory of its own, which is saved with the run's checkpoints. Its readings are numbers, curves or maps, of each step
//! or of a whole run; there is one mechanism for all, live beside the picture and without a window.

mod attack_rate;
mod chaos;
mod clumping;
mod clusters;
mod coherent_share;
mod complexity;
mod concentration;
mod connectivity;
mod consensus;
mod convergence;
mod cross_correlation;
mod degrees;
mod density;
mod departed;
mod direction_clusters;
mod displacement;
mod early_warning;
mod eastward;
mod energy;
mod flash_share;
mod fluctuations;
mod fold;
mod heading_entropy;
mod hexatic;
mod information;
mod instrument;
mod lanes;
mod last_change;
mod local_order;
mod magnetisation;
mod mean_radius;
mod mean_speed;
mod milling;
mod modes;
mod nearest_distance;
mod nematic;
mod number_fluctuations;
mod observer;
mod opinion_moments;
mod order;
mod pair_correlation;
mod pairs;
mod persistence;
mod polarisation;
mod prevalence;
mod reading;
mod record;
mod resultant;
mod rotation;
mod structure_factor;
mod swarmalator;
mod sync_error;
mod twins;
mod velocity_correlation;
mod velocity_spread;
mod voids;
mod whole;

pub use fold::{Fold, Follow, Memory, Saved};
pub use instrument::{Dimension, Instrument, Takes, Tells, When};
pub use observer::{Memories, Observer};
pub use reading::{Entry, Reading};
pub use record::{Conclusion, Record};
pub use whole::{Traces, Whole};

use crate::{
    error::{Error, Result},
    sim::{Agents, Health, Neuron, Simulation},
};
use std::sync::{Mutex, PoisonError};

/// All instruments.
pub const ALL: &[Instrument] = &[
    polarisation::INSTRUMENT,
    rotation::INSTRUMENT,
    milling::INSTRUMENT,
    mean_radius::INSTRUMENT,
    eastward::INSTRUMENT,
    persistence::INSTRUMENT,
    order::INSTRUMENT,
    local_order::PHASES,
    local_order::DIRECTIONS_NEARBY,
    swarmalator::S_PLUS,
    swarmalator::S_MINUS,
    swarmalator::S_MAX,
    nematic::INSTRUMENT,
    hexatic::INSTRUMENT,
    hexatic::LOCAL,
    heading_entropy::INSTRUMENT,
    mean_speed::INSTRUMENT,
    displacement::INSTRUMENT,
    nearest_distance::INSTRUMENT,
    pair_correlation::INSTRUMENT,
    structure_factor::INSTRUMENT,
    velocity_correlation::INSTRUMENT,
    velocity_correlation::LENGTH,
    number_fluctuations::INSTRUMENT,
    number_fluctuations::EXPONENT,
    density::DENSITY,
    density::HISTOGRAM,
    density::ENTROPY,
    complexity::SIZE,
    complexity::COMPLEXITY,
    velocity_spread::INSTRUMENT,
    last_change::INSTRUMENT,
    clusters::INSTRUMENT,
    clusters::LARGEST,
    clusters::TRACKS,
    degrees::MEAN,
    degrees::PARADOX,
    degrees::DISTRIBUTION,
    connectivity::INSTRUMENT,
    twins::DISTANCE,
    twins::EXPONENT,
    twins::HORIZON,
    convergence::HOLD_TIME,
    convergence::CONVERGENCE_TIME,
    fluctuations::SUSCEPTIBILITY,
    fluctuations::BINDER,
    early_warning::VARIANCE,
    early_warning::AUTOCORRELATION,
    early_warning::SKEWNESS,
    early_warning::VARIANCE_TREND,
    early_warning::VARIANCE_CHANCE,
    early_warning::AUTOCORRELATION_TREND,
    early_warning::AUTOCORRELATION_CHANCE,
    early_warning::SKEWNESS_TREND,
    early_warning::SKEWNESS_CHANCE,
    chaos::ZERO_ONE,
    chaos::SAMPLE_ENTROPY,
    displacement::EXPONENT,
    information::MUTUAL_INFORMATION,
    information::TRANSFER_ENTROPY,
    information::ENTROPY_PRODUCTION,
    modes::COMPONENTS,
    modes::AXES,
    modes::MODES,
    clumping::INSTRUMENT,
    coherent_share::INSTRUMENT,
    cross_correlation::INSTRUMENT,
    sync_error::ERROR,
    sync_error::ACTIVITY,
    flash_share::INSTRUMENT,
    resultant::INSTRUMENT,
    direction_clusters::INSTRUMENT,
    voids::INSTRUMENT,
    concentration::CONCENTRATION,
    concentration::MEAN,
    lanes::INSTRUMENT,
    departed::INSTRUMENT,
    magnetisation::INSTRUMENT,
    energy::INSTRUMENT,
    attack_rate::INSTRUMENT,
    prevalence::INSTRUMENT,
    consensus::CONSENSUS,
    consensus::CLUSTERS,
    opinion_moments::MEAN,
    opinion_moments::SPREAD,
];

/// What an instrument sees at a step.
pub struct Seen<'a> {
    /// The agents.
    pub agents: Agents<'a>,
    /// The run.
    pub simulation: &'a Simulation,
    /// The readings that it takes of other instruments.
    pub readings: &'a [f64],
}

/// An instrument at work: a function of the agents, a [`Fold`] with a memory, or a [`Follow`] or [`Whole`] over readings.
pub trait Measure: Send {
    /// The reading of this step.
    fn read(&mut self, seen: &Seen) -> Reading;
    /// What it says of all steps so far, where it tells at the end. Steps before `from` are a transient; where that is not
    /// given, it finds out by itself.
    fn conclude(&self, from: Option<u64>) -> Reading {
        let _ = from;
        Reading::Nothing
    }
    /// Its memory.
    fn save(&self) -> Saved;
    /// Takes on the memory that [`save`](Self::save) gave.
    fn restore(&mut self, saved: &Saved);
}

/// An instrument without memory is a function.
impl<F: Fn(&Agents) -> R + Send, R: Into<Reading>> Measure for F {
    fn read(&mut self, seen: &Seen) -> Reading {
        self(&seen.agents).into()
    }

    fn save(&self) -> Saved {
        Saved::nothing()
    }

    fn restore(&mut self, _: &Saved) {}
}

/// What separates an instrument from those whose readings it takes.
const OF: char = ':';

/// Instruments whose inputs were named, made when they are first asked for.
static COMPOSED: Mutex<Vec<&'static Instrument>> = Mutex::new(Vec::new());

/// The instrument of this name. One that takes readings of others may have their names behind its own, as in
/// `variance:polarisation`.
///
/// # Errors
/// Names the valid names and the nearest.
pub fn find(name: &str) -> Result<&'static Instrument> {
    let parts: Vec<&str> = name.split(OF).collect();
    let (instrument, rest) = compose(&parts)?;
    match rest.first() {
        None => Ok(instrument),
        Some(_) => Err(Error::usage(format!("'{name}' has too many names"))
            .allowed("an instrument of readings, and before whose readings it takes, as in 'variance:polarisation'")),
    }
}

/// The instrument that these names begin with, and the names that it leaves.
fn compose<'a>(parts: &'a [&'a str]) -> Result<(&'static Instrument, &'a [&'a str])> {
    let (name, mut rest) = parts.split_first().map_or(("", parts), |(name, rest)| (*name, rest));
    let base = ALL.iter().find(|instrument| instrument.name == name).ok_or_else(|| {
        Error::usage(format!("no instrument '{name}'")).names(name, ALL.iter().map(|instrument| instrument.name))
    })?;
    let mut inputs = Vec::new();
    let most = match base.takes {
        Takes::Nothing => 0,
        Takes::Readings(count) => count,
        Takes::Many => usize::MAX,
    };
    while !rest.is_empty() && inputs.len() < most {
        let (input, left) = compose(rest)?;
        inputs.push(input);
        rest = left;
    }
    if inputs.is_empty() {
        return Ok((base, rest));
    }
    let of = |tell: fn(&Instrument) -> &'static str| inputs.iter().map(|input| tell(input)).collect::<Vec<_>>();
    let name = [&[base.name], of(|input| input.name).as_slice()].concat().join(&OF.to_string());
    let mut composed = COMPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = composed.iter().find(|known| known.name == name) {
        return Ok((known, rest));
    }
    let symbol = format!("{}({})", base.symbol, of(|input| input.symbol).join(", "));
    // Few are ever named, and each is kept for good, as all others are.
    let (name, symbol): (&'static str, &'static str) = (name.leak(), symbol.leak());
    let instrument: &'static Instrument = Box::leak(Box::new(Instrument { name, symbol, of: inputs.leak(), ..*base }));
    composed.push(instrument);
    Ok((instrument, rest))
}

/// All instruments that can be put before a simulation.
pub fn all_that_fit(simulation: &Simulation) -> impl Iterator<Item = &'static Instrument> {
    ALL.iter().filter(|instrument| instrument.fits(simulation))
}

/// Mean and spread (standard deviation) of the readings of a window, those that are no numbers left out.
pub fn summary(readings: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    let finite = readings.filter(|reading| reading.is_finite());
    let count = finite.clone().count() as f64;
    if count == 0.0 {
        return None;
    }
    let mean = finite.clone().sum::<f64>() / count;
    let variance = finite.map(|reading| (reading - mean) * (reading - mean)).sum::<f64>() / count;
    Some((mean, variance.sqrt()))
}

/// What an instrument of directions needs.
const DIRECTIONS: (&str, fn(&Agents) -> bool) = ("headings or velocities", |agents| agents.directions().is_some());

/// What an instrument of epidemics needs.
const HEALTH: (&str, fn(&Agents) -> bool) = ("states of health", |agents| agents.with(|all: Option<&[Health]>| all.is_some()));

/// What an instrument of neurons needs.
const NEURONS: (&str, fn(&Agents) -> bool) = ("neurons", |agents| agents.with(|all: Option<&[Neuron]>| all.is_some()));

/// What an instrument of fields needs.
const FIELDS: (&str, fn(&Agents) -> bool) = ("a field", |agents| agents.fields().next().is_some());

/// What an instrument of positions needs.
const POSITIONS: (&str, fn(&Agents) -> bool) = ("positions", |agents| agents.with_positions(|positions| positions.is_some()));

/// |mean of N independent unit vectors of the plane|, on average: √(π/4N) (Rayleigh).
fn random_walk(agents: f64) -> f64 {
    (std::f64::consts::PI / (4.0 * agents)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_leaves_out_what_is_no_number() {
        assert_eq!(summary([1.0, f64::NAN, 3.0].into_iter()), Some((2.0, 1.0)));
        assert_eq!(summary([f64::NAN].into_iter()), None);
    }
}
