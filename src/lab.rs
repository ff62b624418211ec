//! The laboratory: the models and gallery scenes that belong together, and everything a person may name as SCENE.

use crate::{
    error::{Error, Result},
    models,
    scene::{Journal, Run, Scene},
    sim::{AnyModel, Model, Models},
};
use std::path::Path;

// The gallery: every RON file in `scenes/`, as (name, text).
include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// Models and gallery.
#[derive(Clone)]
pub struct Lab {
    models: Models,
}

/// Something that was opened: a scene, and what was done to it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The name under which it was opened.
    pub name: String,
    /// The scene.
    pub scene: Scene,
    /// The journal to be played; empty for a scene.
    pub journal: Journal,
    /// The saved run, where it was one.
    pub run: Option<Run>,
}

impl Opened {
    /// How many steps to take: as asked, or the length of a saved run.
    pub fn steps(&self, asked: Option<u64>) -> Option<u64> {
        asked.or(self.run.as_ref().map(|run| run.steps))
    }
}

impl Default for Lab {
    fn default() -> Self {
        Self::new()
    }
}

impl Lab {
    /// The models and scenes that come with Flockwork.
    pub fn new() -> Self {
        Self { models: models::all() }
    }

    /// Adds a model of one's own. It has a scene of its name, and all verbs know it.
    #[must_use]
    pub fn with<M: Model>(self) -> Self {
        Self { models: self.models.with::<M>() }
    }

    /// The models.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// The gallery, in its order: the scenes that come with the program, then those of models that have none.
    pub fn gallery(&self) -> Vec<(String, Scene)> {
        let schemas = self.models.schemas();
        let mut gallery: Vec<(String, Scene)> = GALLERY
            .iter()
            .map(|(name, text)| {
                let scene =
                    Scene::read(text, name, &schemas).unwrap_or_else(|error| panic!("a gallery scene is wrong: {error}"));
                ((*name).to_owned(), scene)
            })
            .collect();
        let bare = self.models.iter().filter(|model| GALLERY.iter().all(|(name, _)| *name != model.name()));
        let bare: Vec<(String, Scene)> = bare.map(|model| (model.name().to_owned(), model.scene())).collect();
        gallery.extend(bare);
        let place = |scene: &Scene| self.models.iter().position(|model| model.name() == scene.model.name);
        // By model in the order of the list; within one the scene of its name first, the rest by name.
        gallery.sort_by_key(|(name, scene)| (place(scene), *name != scene.model.name, name.clone()));
        gallery
    }

    /// Opens whatever a person names: a gallery scene, a scene file, a saved run, or shared text.
    ///
    /// # Errors
    /// Where it is none of these, cannot be read, or holds a mistake.
    pub fn open(&self, name: &str) -> Result<Opened> {
        let gallery = self.gallery();
        if let Some((name, scene)) = gallery.iter().find(|(known, _)| known == name) {
            return Ok(Opened { name: name.clone(), scene: scene.clone(), journal: Journal::default(), run: None });
        }
        if name.trim_start().starts_with('(') {
            return self.read(name, "shared text");
        }
        let path = Path::new(name);
        if !path.exists() {
            let known = gallery.iter().map(|(name, _)| name.as_str());
            return Err(Error::usage(format!("'{name}' is no scene of the gallery and no file")).names(name, known));
        }
        let bytes = std::fs::read(path).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(name))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::usage("not a text file").allowed("a scene or a saved run, as RON text").at(name))?;
        self.read(&text, name)
    }

    /// Reads a scene or a saved run from text; `place` names it in errors.
    ///
    /// # Errors
    /// Where the text holds a mistake.
    pub fn read(&self, text: &str, place: &str) -> Result<Opened> {
        let schemas = self.models.schemas();
        let stem = Path::new(place).file_stem().map_or(place.to_owned(), |stem| stem.to_string_lossy().into_owned());
        if Run::is_one(text) {
            let run = Run::read(text, place, &schemas)?;
            return Ok(Opened { name: stem, scene: run.scene.clone(), journal: run.journal.clone(), run: Some(run) });
        }
        let scene = Scene::read(text, place, &schemas)?;
        Ok(Opened { name: stem, scene, journal: Journal::default(), run: None })
    }

    /// The model of a scene.
    ///
    /// # Panics
    /// Where the scene was not read with this laboratory's models.
    pub fn model_of(&self, scene: &Scene) -> &'static dyn AnyModel {
        self.models.find(scene.model.name).expect("scenes are read with the list of models")
    }
}
