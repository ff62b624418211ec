//! The arguments that every verb that simulates takes, and the simulation that they describe.

use super::arguments::whole;
use crate::{
    error::{Error, Result},
    events::EventCamera,
    lab::{Lab, Opened},
    output::say,
    scene::{Journal, Look, Run, Scene, Value},
    sim::Simulation,
};
use clap::Args;
use std::path::PathBuf;

/// A scene, and what to change of it.
#[derive(Args)]
pub struct Plan {
    /// A name in the gallery, a scene file, a saved run, a picture made here, or a file of recorded tracks
    pub scene: String,
    #[command(flatten)]
    pub settings: Settings,
}

/// What every verb that simulates takes beside the scene.
#[derive(Args, Clone)]
pub struct Settings {
    /// Set a parameter (`noise=0.5`) or the look (`view.trails=60`); may be given many times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The seed of all chance
    #[arg(long, value_name = "S", value_parser = whole::<u64>(0..))]
    seed: Option<u64>,
    /// Threads of the heavy loops; the result does not depend on it (default: one a core)
    #[arg(long, value_name = "T", value_parser = whole::<u16>(1..=1024))]
    threads: Option<u16>,
    /// Recorded tracks: frames per second, where the file does not tell
    #[arg(long, value_name = "HZ")]
    rate: Option<String>,
    /// Recorded tracks: unit of length (m, cm, px, …), where the file does not tell
    #[arg(long)]
    unit: Option<String>,
    /// Play the journal of this file (a journal or a saved run)
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
}

/// What was set of the event camera: the path without `camera.`, the value, and the place for errors.
struct CameraSetting {
    path: String,
    value: Value,
    place: String,
}

impl Plan {
    /// Opens the scene and puts in what was set.
    ///
    /// # Errors
    /// Where the scene, a setting or the journal holds a mistake.
    pub fn open(&self, lab: &Lab) -> Result<Opened> {
        self.settings.open(lab, &self.scene)
    }

    /// Opens the scene and puts in what was set, also of the event camera (`camera.…`).
    ///
    /// # Errors
    /// Where the scene, a setting or the journal holds a mistake.
    pub fn open_filmed(&self, lab: &Lab, camera: &mut EventCamera) -> Result<Opened> {
        let (opened, settings) = self.settings.open_with(lab, &self.scene)?;
        for CameraSetting { path, value, place } in settings {
            EventCamera::schema().set(camera, &path, &value).map_err(|error| error.under("camera").at(place))?;
        }
        Ok(opened)
    }

    /// The simulation at its start, with its journal to be played, and how many steps to take: as `asked`, or the length
    /// of the saved run or of the tracks.
    ///
    /// # Errors
    /// Where the model cannot be built, or nobody tells the number of steps.
    pub fn simulation(&self, lab: &Lab, opened: &Opened, asked: Option<u64>) -> Result<(Simulation, u64)> {
        let mut simulation = Simulation::new(&opened.scene, lab.models(), self.settings.threads())?;
        simulation.notes().iter().for_each(say);
        simulation.play(&opened.journal)?;
        let steps = steps_of(opened, asked, simulation.length())?;
        Ok((simulation, steps))
    }
}

/// How many steps to take: as asked, or as the saved run or the tracks (their `length`) have.
///
/// # Errors
/// Where nobody tells.
pub fn steps_of(opened: &Opened, asked: Option<u64>, length: Option<u64>) -> Result<u64> {
    let own = opened.run.as_ref().map(|run| run.steps).or(length);
    asked.or(own).ok_or_else(|| Error::usage("how many steps to take is not told").allowed("--steps N"))
}

impl Settings {
    /// Opens the scene of this name and puts in what was set.
    ///
    /// # Errors
    /// Where the scene, a setting or the journal holds a mistake.
    pub fn open(&self, lab: &Lab, scene: &str) -> Result<Opened> {
        let (opened, camera) = self.open_with(lab, scene)?;
        match camera.first() {
            Some(CameraSetting { path, place, .. }) => {
                let message = format!("'camera.{path}' is a parameter of the event camera, which this verb does not use");
                Err(Error::usage(message).at(place))
            }
            None => Ok(opened),
        }
    }

    /// Opens recorded tracks, or a run, beside the scene: of all settings only rate and unit are for these.
    ///
    /// # Errors
    /// Where they hold a mistake.
    pub fn open_beside(&self, lab: &Lab, tracks: &str) -> Result<Opened> {
        let mut opened = lab.open(tracks)?;
        for (name, value) in [("rate", &self.rate), ("unit", &self.unit)] {
            if let Some(value) = value {
                let place = format!("--{name} {value}");
                if lab.model_of(&opened.scene).parameter(name).is_err() {
                    return Err(Error::usage(format!(
                        "'{tracks}' is no file of recorded tracks, and only these take a {name}"
                    ))
                    .at(place));
                }
                set(lab, &mut opened.scene, &format!("{name}={value}"), &place)?;
            }
        }
        Ok(opened)
    }

    /// These settings without rate and unit.
    #[must_use]
    pub fn of_scene(&self) -> Self {
        Self { rate: None, unit: None, ..self.clone() }
    }

    /// The same, with what was set of the event camera: path without `camera.`, value, place.
    fn open_with(&self, lab: &Lab, scene: &str) -> Result<(Opened, Vec<CameraSetting>)> {
        let mut camera = Vec::new();
        let mut opened = self.open_beside(lab, scene)?;
        for setting in &self.set {
            let place = format!("--set {setting}");
            match setting.trim_start().strip_prefix("camera.").and_then(|setting| setting.split_once('=')) {
                Some((path, value)) => {
                    let (path, value) = (path.trim().to_owned(), Value::parse(value));
                    camera.push(CameraSetting { path, value, place });
                }
                None => set(lab, &mut opened.scene, setting, &place)?,
            }
        }
        if let Some(seed) = self.seed {
            opened.scene.seed = seed;
        }
        if let Some(path) = &self.journal {
            opened.journal = read_journal(lab, path)?;
        }
        Ok((opened, camera))
    }

    /// Whether a parameter or a part of the look was set.
    #[cfg(feature = "window")]
    pub fn sets(&self, path: &str) -> bool {
        self.set.iter().any(|setting| setting.split('=').next().is_some_and(|name| name.trim() == path))
    }

    /// Whether anything was set that changes the run.
    pub fn changes_run(&self) -> bool {
        let looks = |setting: &String| setting.trim_start().starts_with("view.");
        !self.set.iter().all(looks)
            || self.seed.is_some()
            || self.journal.is_some()
            || self.rate.is_some()
            || self.unit.is_some()
    }

    /// Whether they change the scene that is opened.
    pub fn changes(&self) -> bool {
        let Self { set, seed, threads: _, rate, unit, journal } = self;
        !set.is_empty() || seed.is_some() || rate.is_some() || unit.is_some() || journal.is_some()
    }

    /// Threads of the heavy loops; nothing: one a core.
    pub fn threads(&self) -> Option<usize> {
        self.threads.map(usize::from)
    }
}

/// Puts a setting (`PATH=VALUE`) into a scene; `place` names it in errors.
fn set(lab: &Lab, scene: &mut Scene, setting: &str, place: &str) -> Result<()> {
    let (path, value) =
        setting.split_once('=').ok_or_else(|| Error::usage("no value").allowed("PATH=VALUE, as in noise=0.5").at(place))?;
    let (path, value) = (path.trim(), Value::parse(value));
    if let Some(path) = path.strip_prefix("view.") {
        return Look::schema().set(&mut scene.view, path, &value).map_err(|error| error.under("view").at(place));
    }
    let model = lab.model_of(scene);
    model.set(&mut *scene.model.params, path, &value).map_err(|error| error.at(place))
}

fn read_journal(lab: &Lab, path: &PathBuf) -> Result<Journal> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(&place))?;
    if Run::is_one(&text) {
        return Ok(Run::read(&text, &place, &lab.models().schemas())?.journal);
    }
    Journal::read(&text, &place)
}
