//! A run before the event camera.

use super::{Event, Eye, camera::EventCamera};
use crate::{
    error::Result,
    scene::{Density, Look},
    sim::{Frame, Shot, Simulation},
};

/// A run and the event camera that watches it.
pub struct Film {
    run: Simulation,
    eye: Eye,
    shot: Shot,
    look: Look,
    frame: Frame,
}

impl Film {
    /// Puts the camera before a run that stands at the step to be filmed first. The seed of the run is also that of the
    /// camera's noise.
    pub fn new(run: Simulation, camera: &EventCamera) -> Self {
        let look = Look { trails: 0, density: Density::Never, ..run.scene().view.clone() };
        let eye = Eye::new(camera, run.scene().speed, run.clock().seed);
        Self { run, eye, shot: Shot::default(), look, frame: Frame::default() }
    }

    /// Watches up to the step at which the run stands; events on the way are appended, and each image that the sensor sees
    /// is handed to `image`.
    pub fn watch(&mut self, events: &mut Vec<Event>, image: impl FnMut(&[f32], i64)) {
        self.frame = self.shot.frame(&self.run, &self.look);
        self.eye.watch_closely(&self.frame, events, image);
    }

    /// Takes a step of the run.
    ///
    /// # Errors
    /// Where an action of the played journal does not fit the model.
    pub fn step(&mut self) -> Result<()> {
        self.run.step()
    }

    /// The run.
    pub fn run(&self) -> &Simulation {
        &self.run
    }

    /// The run, to be changed by actions.
    pub fn run_mut(&mut self) -> &mut Simulation {
        &mut self.run
    }

    /// The camera.
    pub fn eye(&self) -> &Eye {
        &self.eye
    }

    /// The frame that was watched last.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Ends filming and gives the run back.
    pub fn into_run(self) -> Simulation {
        self.run
    }
}
