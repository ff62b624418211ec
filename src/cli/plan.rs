//! The arguments that every verb that simulates takes, and the simulation that they describe.

use crate::{
    error::{Error, Result},
    lab::{Lab, Opened},
    scene::{Journal, Look, Run, Scene, Value},
    sim::Simulation,
};
use clap::Args;
use std::path::PathBuf;

/// What every verb that simulates takes.
#[derive(Args)]
pub struct Plan {
    /// A name in the gallery, a scene file, a saved run, or a file of recorded tracks
    pub scene: String,
    /// Set a parameter (`noise=0.5`) or the look (`view.trails=60`); may be given many times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// The seed of all chance
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Threads of the heavy loops; the result does not depend on it (default: one a core)
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Play the journal of this file (a journal or a saved run)
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

impl Plan {
    /// Opens the scene and puts in what was set.
    ///
    /// # Errors
    /// Where the scene, a setting or the journal holds a mistake.
    pub fn open(&self, lab: &Lab) -> Result<Opened> {
        let mut opened = lab.open(&self.scene)?;
        for setting in &self.set {
            set(lab, &mut opened.scene, setting)?;
        }
        if let Some(seed) = self.seed {
            opened.scene.seed = seed;
        }
        if let Some(path) = &self.journal {
            opened.journal = read_journal(lab, path)?;
        }
        Ok(opened)
    }

    /// The simulation at its start, with its journal to be played.
    ///
    /// # Errors
    /// Where the model cannot be built.
    pub fn simulation(&self, lab: &Lab, opened: &Opened) -> Result<Simulation> {
        let mut simulation = Simulation::new(&opened.scene, lab.models(), self.threads.map(usize::from))?;
        simulation.play(&opened.journal)?;
        Ok(simulation)
    }
}

fn set(lab: &Lab, scene: &mut Scene, setting: &str) -> Result<()> {
    let place = || format!("--set {setting}");
    let (path, value) =
        setting.split_once('=').ok_or_else(|| Error::usage("no value").allowed("PATH=VALUE, as in noise=0.5").at(place()))?;
    let (path, value) = (path.trim(), Value::parse(value));
    if let Some(path) = path.strip_prefix("view.") {
        return Look::schema().set(&mut scene.view, path, &value).map_err(|error| error.under("view").at(place()));
    }
    let model = lab.model_of(scene);
    model.set(&mut *scene.model.params, path, &value).map_err(|error| error.at(place()))
}

fn read_journal(lab: &Lab, path: &PathBuf) -> Result<Journal> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(&place))?;
    if Run::is_one(&text) {
        return Ok(Run::read(&text, &place, &lab.models().schemas())?.journal);
    }
    Journal::read(&text, &place)
}
