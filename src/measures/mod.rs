//! The instruments, one file each. To add one: write its file, and add its line to [`ALL`].
//!
//! An instrument is a fold over steps: it reads agents, never changes them, and may keep a memory of its own, which is
//! saved with the run's checkpoints.

mod attack_rate;
mod clumping;
mod clusters;
mod coherent_share;
mod consensus;
mod cross_correlation;
mod direction_clusters;
mod eastward;
mod energy;
mod flash_share;
mod fold;
mod last_change;
mod magnetisation;
mod mean_radius;
mod mean_speed;
mod milling;
mod msd;
mod nearest_distance;
mod opinion_moments;
mod order;
mod persistence;
mod polarisation;
mod prevalence;
mod resultant;
mod rotation;
mod swarmalator;
mod sync_error;
mod velocity_spread;

pub use fold::{Fold, Memory, Saved};

use crate::{
    error::{Error, Result},
    sim::{Agents, Health, Neuron, Simulation},
};

/// All instruments.
pub const ALL: &[Instrument] = &[
    polarisation::INSTRUMENT,
    rotation::INSTRUMENT,
    milling::INSTRUMENT,
    mean_radius::INSTRUMENT,
    eastward::INSTRUMENT,
    persistence::INSTRUMENT,
    order::INSTRUMENT,
    swarmalator::S_PLUS,
    swarmalator::S_MINUS,
    swarmalator::S_MAX,
    mean_speed::INSTRUMENT,
    nearest_distance::INSTRUMENT,
    velocity_spread::INSTRUMENT,
    last_change::INSTRUMENT,
    clusters::INSTRUMENT,
    clusters::LARGEST,
    clumping::INSTRUMENT,
    msd::INSTRUMENT,
    coherent_share::INSTRUMENT,
    cross_correlation::INSTRUMENT,
    sync_error::ERROR,
    sync_error::ACTIVITY,
    flash_share::INSTRUMENT,
    resultant::INSTRUMENT,
    direction_clusters::INSTRUMENT,
    magnetisation::INSTRUMENT,
    energy::INSTRUMENT,
    attack_rate::INSTRUMENT,
    prevalence::INSTRUMENT,
    consensus::CONSENSUS,
    consensus::CLUSTERS,
    opinion_moments::MEAN,
    opinion_moments::SPREAD,
];

/// What an instrument is.
#[derive(Clone, Copy, Debug)]
pub struct Instrument {
    /// Its name, the same everywhere.
    pub name: &'static str,
    /// Its symbol in plots.
    pub symbol: &'static str,
    /// Its definition, in a sentence or two, with the source.
    pub definition: &'static str,
    /// Lowest and highest value, where it has them: the axis of its plot.
    pub range: Option<(f64, f64)>,
    /// What it reads of N agents without any order, where that is known.
    pub baseline: Option<fn(f64) -> f64>,
    /// What it needs of a model, in words and as a test.
    pub needs: (&'static str, fn(&Agents) -> bool),
    /// Makes one with an empty memory.
    pub make: fn() -> Box<dyn Measure>,
}

/// An instrument at work: a function of the agents, or a [`Fold`] where it has a memory.
pub trait Measure: Send {
    /// The reading of this step. Not a number where there is nothing to read.
    fn read(&mut self, agents: &Agents) -> f64;
    /// Its memory.
    fn save(&self) -> Saved;
    /// Takes on the memory that [`save`](Self::save) gave.
    fn restore(&mut self, saved: &Saved);
}

/// An instrument without memory is a function.
impl<F: Fn(&Agents) -> f64 + Send> Measure for F {
    fn read(&mut self, agents: &Agents) -> f64 {
        self(agents)
    }

    fn save(&self) -> Saved {
        Saved::nothing()
    }

    fn restore(&mut self, _: &Saved) {}
}

/// The instrument of this name.
///
/// # Errors
/// Names the valid names and the nearest.
pub fn find(name: &str) -> Result<&'static Instrument> {
    ALL.iter().find(|instrument| instrument.name == name).ok_or_else(|| {
        Error::usage(format!("no instrument '{name}'")).names(name, ALL.iter().map(|instrument| instrument.name))
    })
}

/// Several instruments that watch one simulation.
pub struct Observer {
    instruments: Vec<(&'static Instrument, Box<dyn Measure>)>,
}

impl Observer {
    /// Puts instruments before a simulation; no names: the model's own.
    ///
    /// # Errors
    /// Where a name is not an instrument, or the model lacks what the instrument needs.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, simulation: &Simulation) -> Result<Self> {
        let mut names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() {
            names.extend(simulation.model().measures());
        }
        let agents = simulation.agents();
        let instruments = names.into_iter().map(|name| {
            let instrument = find(name)?;
            let (needs, fits) = instrument.needs;
            if !fits(&agents) {
                let model = simulation.model().name();
                let fitting = ALL.iter().filter(|other| (other.needs.1)(&agents)).map(|other| other.name);
                return Err(Error::usage(format!("'{name}' needs {needs}, which {model} does not have"))
                    .allowed(fitting.collect::<Vec<_>>().join(", ")));
            }
            Ok((instrument, (instrument.make)()))
        });
        Ok(Self { instruments: instruments.collect::<Result<_>>()? })
    }

    /// The instruments, in the order of their readings.
    pub fn instruments(&self) -> impl Iterator<Item = &'static Instrument> {
        self.instruments.iter().map(|(instrument, _)| *instrument)
    }

    /// Puts other instruments before the simulation, and reads those that were not there: the others keep their memory,
    /// and have read this step already.
    ///
    /// # Errors
    /// As [`new`](Self::new); then nothing has changed.
    pub fn change<'a>(&mut self, names: impl IntoIterator<Item = &'a str>, simulation: &Simulation) -> Result<Vec<f64>> {
        let memories = self.save();
        let known = |name: &str| memories.0.iter().any(|(known, _)| *known == name);
        *self = Self::new(names, simulation)?;
        self.restore(&memories);
        let agents = simulation.agents();
        let read = |(instrument, measure): &mut (&'static Instrument, Box<dyn Measure>)| {
            if known(instrument.name) { f64::NAN } else { measure.read(&agents) }
        };
        Ok(self.instruments.iter_mut().map(read).collect())
    }

    /// The memories of all instruments at this step, to be kept beside a checkpoint of the simulation.
    pub fn save(&self) -> Memories {
        Memories(self.instruments.iter().map(|(instrument, measure)| (instrument.name, measure.save())).collect())
    }

    /// Takes on memories that these or other instruments had at some step. An instrument that was not there then
    /// begins with an empty memory.
    pub fn restore(&mut self, memories: &Memories) {
        for (instrument, measure) in &mut self.instruments {
            *measure = (instrument.make)();
            if let Some((_, saved)) = memories.0.iter().find(|(name, _)| *name == instrument.name) {
                measure.restore(saved);
            }
        }
    }

    /// The readings of the step at which the simulation stands.
    pub fn read(&mut self, simulation: &Simulation) -> Vec<f64> {
        let agents = simulation.agents();
        self.instruments.iter_mut().map(|(_, measure)| measure.read(&agents)).collect()
    }
}

/// What the instruments of an [`Observer`] remembered at one step.
pub struct Memories(Vec<(&'static str, Saved)>);

impl Memories {
    /// How many bytes they take.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|(_, saved)| saved.bytes()).sum()
    }
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
