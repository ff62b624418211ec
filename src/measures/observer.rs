//! Instruments that watch one simulation.

use super::{Instrument, Measure, Reading, Saved, Seen, Tells, When, all_that_fit, find};
use crate::{
    error::{Error, Result},
    sim::Simulation,
};

/// Steps from one curve to the next, live.
const CURVES: u64 = 10;

/// Several instruments that watch one simulation. Those whose readings others take stand before them.
pub struct Observer {
    nodes: Vec<Node>,
    /// The nodes that were asked for, in this order.
    asked: Vec<usize>,
}

struct Node {
    instrument: &'static Instrument,
    /// The nodes whose readings it takes.
    inputs: Vec<usize>,
    measure: Box<dyn Measure>,
    /// What it read last.
    reading: Reading,
}

impl Observer {
    /// Puts instruments before a simulation; no names: the model's own.
    ///
    /// # Errors
    /// Where a name is not an instrument, or the model lacks what the instrument needs.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, simulation: &Simulation) -> Result<Self> {
        let names: Vec<&str> = names.into_iter().collect();
        Self::of(if names.is_empty() { simulation.model().measures().to_vec() } else { names }, simulation)
    }

    /// Puts these instruments before a simulation, and no others.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>, simulation: &Simulation) -> Result<Self> {
        let instruments = names.into_iter().map(find).collect::<Result<Vec<_>>>()?;
        let series: Vec<_> = instruments.iter().copied().filter(|instrument| instrument.is_a_series()).collect();
        let mut observer = Self { nodes: Vec::new(), asked: Vec::new() };
        for instrument in instruments {
            let node = observer.add(instrument, simulation, &series)?;
            observer.asked.push(node);
        }
        Ok(observer)
    }

    /// The node of an instrument, made where there is none yet.
    fn add(
        &mut self,
        instrument: &'static Instrument,
        simulation: &Simulation,
        beside: &[&'static Instrument],
    ) -> Result<usize> {
        if let Some(known) = self.nodes.iter().position(|node| node.instrument.name == instrument.name) {
            return Ok(known);
        }
        let (needs, fits) = instrument.needs;
        if !fits(&simulation.agents()) {
            let model = simulation.model().name();
            let fitting: Vec<&str> = all_that_fit(simulation).map(|other| other.name).collect();
            return Err(Error::usage(format!("'{}' needs {needs}, which {model} does not have", instrument.name))
                .allowed(fitting.join(", ")));
        }
        let inputs = instrument.inputs(simulation, beside)?;
        let inputs = inputs.into_iter().map(|input| self.add(input, simulation, beside)).collect::<Result<_>>()?;
        self.nodes.push(Node { instrument, inputs, measure: (instrument.make)(), reading: Reading::Nothing });
        Ok(self.nodes.len() - 1)
    }

    /// The instruments, in the order of their readings.
    pub fn instruments(&self) -> impl Iterator<Item = &'static Instrument> {
        self.asked.iter().map(|node| self.nodes[*node].instrument)
    }

    /// Puts other instruments before the simulation, and reads those that were not there: the others keep their memory,
    /// and have read this step already. Their readings are nothing.
    ///
    /// # Errors
    /// As [`new`](Self::new); then nothing has changed.
    pub fn change<'a>(&mut self, names: impl IntoIterator<Item = &'a str>, simulation: &Simulation) -> Result<Vec<Reading>> {
        let mut changed = Self::new(names, simulation)?;
        let mut known = Vec::new();
        for node in &mut changed.nodes {
            let there = self.nodes.iter().position(|other| other.instrument.name == node.instrument.name);
            known.push(there.is_some());
            if let Some(there) = there {
                let other = self.nodes.swap_remove(there);
                (node.measure, node.reading) = (other.measure, other.reading);
            }
        }
        *self = changed;
        self.look(simulation, |node| !known[node]);
        let reading = |node: &usize| if known[*node] { Reading::Nothing } else { self.nodes[*node].reading.clone() };
        Ok(self.asked.iter().map(reading).collect())
    }

    /// The readings of the step at which the simulation stands, in the order of [`instruments`](Self::instruments).
    pub fn read(&mut self, simulation: &Simulation) -> Vec<Reading> {
        self.look(simulation, |_| true);
        self.asked.iter().map(|node| self.nodes[*node].reading.clone()).collect()
    }

    /// The same, as numbers: not a number where a reading is none.
    pub fn numbers(&mut self, simulation: &Simulation) -> Vec<f64> {
        self.look(simulation, |_| true);
        self.asked.iter().map(|node| self.nodes[*node].reading.number()).collect()
    }

    /// The readings of the step for somebody who looks on: numbers of every step, curves and maps of every tenth one, nothing of
    /// them between, since most cost more than a step.
    pub fn live(&mut self, simulation: &Simulation) -> Vec<Reading> {
        let now = simulation.clock().step.is_multiple_of(CURVES);
        let told = |node: &Node| now || node.instrument.tells == Tells::Number;
        let wanted: Vec<bool> = self.nodes.iter().map(|node| told(node) || node.instrument.when == When::Each).collect();
        self.look(simulation, |node| wanted[node]);
        let nodes = self.asked.iter().map(|node| &self.nodes[*node]);
        nodes.map(|node| if told(node) { node.reading.clone() } else { Reading::Nothing }).collect()
    }

    /// Lets a step pass of which no readings are wanted: only instruments that have to see every step look at it.
    pub fn pass(&mut self, simulation: &Simulation) {
        let each: Vec<bool> = self.nodes.iter().map(|node| node.instrument.when == When::Each).collect();
        self.look(simulation, |node| each[node]);
    }

    /// Lets the nodes that are wanted read, each after those whose readings it takes.
    fn look(&mut self, simulation: &Simulation, wanted: impl Fn(usize) -> bool) {
        for at in (0..self.nodes.len()).filter(|at| wanted(*at)) {
            let (before, rest) = self.nodes.split_at_mut(at);
            let node = &mut rest[0];
            let taken: Vec<f64> = node.inputs.iter().map(|input| before[*input].reading.number()).collect();
            node.reading = node.measure.read(&Seen { agents: simulation.agents(), simulation, readings: &taken });
        }
    }

    /// What the instruments that tell at the end say of the run so far, in the order of
    /// [`instruments`](Self::instruments); nothing of the others. Those that tell of a settled run leave out steps before
    /// `from`, or the transient where that is not given.
    pub fn conclude(&self, from: Option<u64>) -> Vec<Reading> {
        self.asked.iter().map(|node| self.nodes[*node].measure.conclude(from)).collect()
    }

    /// The memories of all instruments at this step, to be kept beside a checkpoint of the simulation.
    pub fn save(&self) -> Memories {
        Memories(self.nodes.iter().map(|node| (node.instrument.name, node.measure.save())).collect())
    }

    /// Takes on memories that these or other instruments had at some step. An instrument that was not there then
    /// begins with an empty memory.
    pub fn restore(&mut self, memories: &Memories) {
        for node in &mut self.nodes {
            node.measure = (node.instrument.make)();
            if let Some((_, saved)) = memories.0.iter().find(|(name, _)| *name == node.instrument.name) {
                node.measure.restore(saved);
            }
        }
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
