//! The second of two runs that are compared: stepped with the first, on its thread, by the same hand.

use crate::{
    error::Result,
    measures::{Memories, Observer, Reading},
    scene::{Action, Against, Difference, Journal, Look, Scene},
    sim::{Checkpoint, Models, Shot, Simulation, Taken},
};

/// A state of a run, and what its instruments remember there.
pub type State = (Checkpoint, Memories);

/// The second run.
pub struct Second {
    difference: Difference,
    pub simulation: Simulation,
    pub observer: Observer,
    shot: Shot,
}

impl Second {
    /// At its start, from the scene and journal of the first.
    ///
    /// # Errors
    /// Where the difference does not fit, or the run cannot be built.
    pub fn new(
        difference: Difference,
        (scene, journal): (&Scene, &Journal),
        (models, threads): (&Models, Option<usize>),
        measures: &[String],
    ) -> Result<Self> {
        let scene = difference.scene(scene, models.find(scene.model.name)?)?;
        let mut simulation = Simulation::new(&scene, models, threads)?;
        simulation.play(&difference.journal(journal))?;
        let observer = Observer::new(measures.iter().map(String::as_str), &simulation)?;
        Ok(Self { difference, simulation, observer, shot: Shot::default() })
    }

    /// What instruments read now, with the time of the step.
    pub fn read(&mut self) -> (f64, Vec<Reading>) {
        (self.simulation.clock().time, self.observer.live(&self.simulation))
    }

    /// Whether an action of the first run fits it, where it is to act here, too.
    ///
    /// # Errors
    /// Where it does not.
    pub fn check(&self, action: &Action) -> Result<()> {
        if self.difference.shares(action) { self.simulation.check(action) } else { Ok(()) }
    }

    /// Does what was done to the first run.
    ///
    /// # Errors
    /// Where it does not fit.
    pub fn act(&mut self, action: &Action) -> Result<()> {
        if self.difference.shares(action) { self.simulation.act(action.clone()) } else { Ok(()) }
    }

    /// Plays the journal of the first run on from a state.
    ///
    /// # Errors
    /// Where an action does not fit.
    pub fn retrace(&mut self, journal: &Journal, (checkpoint, memories): &State) -> Result<()> {
        self.shot = Shot::default();
        self.simulation.retrace(&self.difference.journal(journal), checkpoint)?;
        self.observer.restore(memories);
        Ok(())
    }

    /// Stands in a state.
    pub fn restore(&mut self, (checkpoint, memories): &State) {
        self.simulation.restore(checkpoint);
        self.observer.restore(memories);
        self.shot = Shot::default();
    }

    /// The state in which it stands.
    pub fn state(&mut self) -> State {
        (self.simulation.checkpoint(), self.observer.save())
    }

    /// Remembers what a picture shows of the past.
    pub fn note(&mut self, look: &Look) {
        self.shot.note(&self.simulation, look);
    }

    /// What a frame is made of.
    pub fn take(&mut self, look: &Look) -> Taken {
        self.shot.take(&self.simulation, look)
    }

    /// What is saved of it with the first run.
    pub fn saved(&mut self) -> Against {
        Against { difference: self.difference.clone(), hash: self.simulation.hash() }
    }
}
