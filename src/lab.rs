//! The laboratory: the models and gallery scenes that belong together, and everything a person may name as SCENE.

use crate::{
    error::{Error, Result},
    models, recipe,
    scene::{Journal, Run, Scene, Value},
    sim::{AnyModel, Model, Models},
    story, sweep,
    tracks::is_recording,
};
use std::{
    fs::File,
    io::{self, Read, Seek},
    path::Path,
};

// Every RON file in `scenes/`, with its picture.
include!(concat!(env!("OUT_DIR"), "/gallery.rs"));

/// How many first bytes of a file are looked at to tell what it is.
const HEAD: u64 = 4096;
/// Speed at which recorded tracks open, steps per second: that of most cameras.
const CAMERA_SPEED: f32 = 25.0;

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

    /// The gallery, in its order: the scenes that come with the program, and those of models for which none comes.
    pub fn gallery(&self) -> Vec<(String, Scene)> {
        let schemas = self.models.schemas();
        let mut gallery: Vec<(String, Scene)> = GALLERY
            .iter()
            .map(|(name, text, _)| {
                let scene =
                    Scene::read(text, name, &schemas).unwrap_or_else(|error| panic!("a gallery scene is wrong: {error}"));
                ((*name).to_owned(), scene)
            })
            .collect();
        let bare = self.models.iter().filter(|model| gallery.iter().all(|(_, scene)| scene.model.name != model.name()));
        let bare: Vec<(String, Scene)> = bare.map(|model| (model.name().to_owned(), model.scene())).collect();
        gallery.extend(bare);
        let place = |scene: &Scene| self.models.iter().position(|model| model.name() == scene.model.name);
        // By model in the order of the list; within one the scene of its name first, the rest by name.
        gallery.sort_by_key(|(name, scene)| (place(scene), *name != scene.model.name, name.clone()));
        gallery
    }

    /// The small pictures of gallery scenes, as PNG files, by name.
    pub fn thumbnails(&self) -> impl Iterator<Item = (&'static str, &'static [u8])> {
        GALLERY.iter().filter_map(|(name, _, picture)| Some((*name, (*picture)?)))
    }

    /// Opens whatever a person names: a gallery scene, a model (its defaults), a scene file, a saved run, a picture or
    /// film made here, a row of a sweep (`FILE.csv#17`), a file of recorded tracks, or shared text.
    ///
    /// # Errors
    /// Where it is none of these, cannot be read, or holds a mistake.
    pub fn open(&self, name: &str) -> Result<Opened> {
        let gallery = self.gallery();
        let opened = |scene: Scene, name: &str| Opened { name: name.into(), scene, journal: Journal::default(), run: None };
        if let Some((name, scene)) = gallery.iter().find(|(known, _)| known == name) {
            return Ok(opened(scene.clone(), name));
        }
        if let Ok(model) = self.models.find(name) {
            return Ok(opened(model.scene(), name));
        }
        if name.trim_start().starts_with('(') {
            return self.read(name, "shared text");
        }
        if let Some((table, run)) = sweep::split(name) {
            return self.row(table, run);
        }
        let path = Path::new(name);
        if !path.exists()
            && let Some(scene) = self.of_code(name)
        {
            return scene.map(|(stem, scene)| opened(scene, &stem));
        }
        if !path.exists() {
            let known = gallery.iter().map(|(name, _)| name.as_str());
            return Err(Error::usage(format!("'{name}' is no scene of the gallery and no file"))
                .near(name, known)
                .allowed("what `flockwork scenes` lists, or the name of a file"));
        }
        // A folder is left to the reader's own words; a device might never end.
        if !path.is_file() && !path.is_dir() {
            return Err(Error::failure("not a file").at(name));
        }
        let unreadable = |error: io::Error| Error::failure(format!("cannot be read: {error}")).at(name);
        let mut file = File::open(path).map_err(unreadable)?;
        let mut bytes = Vec::new();
        file.by_ref().take(HEAD).read_to_end(&mut bytes).map_err(unreadable)?;
        if is_recording(path, &bytes) {
            return Ok(opened(self.recording(name)?, &stem(name)));
        }
        if recipe::can_hold(&bytes) {
            let note =
                file.rewind().map_err(unreadable).and_then(|()| recipe::of(&mut file).map_err(|error| error.at(name)))?;
            let made_elsewhere = || Error::usage("it holds no run").allowed("a picture or a film made by Flockwork").at(name);
            return self.read_file(&note.ok_or_else(made_elsewhere)?, name);
        }
        file.read_to_end(&mut bytes).map_err(unreadable)?;
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::usage("not a text file").allowed("a scene or a saved run, as RON text").at(name))?;
        self.read_file(&text, name)
    }

    /// Reads a scene or a saved run that lies in this file. A recording, or a network, that is not where it was is taken
    /// from beside it.
    fn read_file(&self, text: &str, name: &str) -> Result<Opened> {
        let mut opened = self.read(text, name)?;
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        self.take_from(folder, &mut opened.scene)?;
        if let Some(run) = &mut opened.run {
            run.scene = opened.scene.clone();
        }
        Ok(opened)
    }

    /// Names a scene's file by its place in this folder, where it lies there and is not found as it is named.
    fn take_from(&self, folder: &Path, scene: &mut Scene) -> Result<()> {
        let model = self.model_of(scene);
        let Ok(Value::Text(named)) = model.get(&*scene.model.params, "file") else { return Ok(()) };
        let path = Path::new(&named);
        let Some(name) = path.file_name().filter(|_| !path.is_file()) else { return Ok(()) };
        let found = [folder.join(path), folder.join(name)].into_iter().find(|found| found.is_file());
        found.map_or(Ok(()), |found| model.set(&mut *scene.model.params, "file", &Value::Text(found.display().to_string())))
    }

    /// The run that is a row of a sweep's table.
    fn row(&self, table: &Path, run: u64) -> Result<Opened> {
        let (task, plan, hash) = sweep::find(table, run, &self.models)?;
        Ok(Opened {
            name: format!("{}#{run}", stem(&table.to_string_lossy())),
            run: sweep::saved(&task, &plan, hash),
            scene: task.scene,
            journal: plan.journal,
        })
    }

    /// The scene that plays a file of recorded tracks.
    fn recording(&self, file: &str) -> Result<Scene> {
        let model = self.models.find(models::Tracks::NAME)?;
        let mut scene = Scene { title: stem(file), source: file.into(), speed: CAMERA_SPEED, ..model.scene() };
        // Wherever the saved run lies, it finds the file again.
        let path = std::path::absolute(file).map_or_else(|_| file.to_owned(), |path| path.display().to_string());
        model.set(&mut *scene.model.params, "file", &Value::Text(path))?;
        Ok(scene)
    }

    /// Reads a scene or a saved run from text; `place` names it in errors.
    ///
    /// # Errors
    /// Where the text holds a mistake.
    pub fn read(&self, text: &str, place: &str) -> Result<Opened> {
        let schemas = self.models.schemas();
        let stem = stem(place);
        // Some editors put a mark of the byte order before the text.
        let text = text.trim_start_matches('\u{feff}');
        if Run::is_one(text) {
            let run = Run::read(text, place, &schemas)?;
            story::check(&run.scene).map_err(|error| error.under("scene").at(place))?;
            return Ok(Opened { name: stem, scene: run.scene.clone(), journal: run.journal.clone(), run: Some(run) });
        }
        let scene = Scene::read(text, place, &schemas)?;
        story::check(&scene).map_err(|error| error.at(place))?;
        Ok(Opened { name: stem, scene, journal: Journal::default(), run: None })
    }

    /// What stands above the picture of a scene: its title, or that of its model.
    pub fn title<'a>(&self, scene: &'a Scene) -> &'a str {
        if scene.title.is_empty() { self.model_of(scene).title() } else { &scene.title }
    }

    /// The model of a scene.
    ///
    /// # Panics
    /// Where the scene was not read with this laboratory's models.
    pub fn model_of(&self, scene: &Scene) -> &'static dyn AnyModel {
        self.models.find(scene.model.name).expect("scenes are read with the list of models")
    }
}

/// The name of a file without folder and ending.
fn stem(name: &str) -> String {
    Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
