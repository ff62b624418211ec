//! Files that the window writes: pictures and scenes, beside those that are there, never over them.

use super::picture::Shown;
use crate::{
    chart::{Chart, Form, Page},
    error::{Error, Result},
    output::Output,
    record,
    scene::{Run, Scene},
    table::recipe_beside,
    view::{Gpu, Picture, Studio, suited_pixels_per_point},
};
use std::path::{Path, PathBuf};

/// Draws what is shown once more, at the window's size, and writes it as a PNG that holds its run. Returns its name.
///
/// # Errors
/// Where nothing can draw, or the folder cannot be written to.
pub fn save_still(name: &str, run: &Run, shown: &Shown) -> Result<String> {
    let picture = Picture {
        frame: &shown.frame,
        look: &shown.look,
        camera: &shown.camera,
        selected: shown.selected,
        caption: &shown.caption,
        pixels_per_point: suited_pixels_per_point(shown.size).max(shown.pixels_per_point),
    };
    let still = Studio::new(&Gpu::headless()?, shown.size)?.shoot(&picture)?;
    let bytes = record::png(&still, &run.write())?;
    save(&format!("{name}-{}", shown.frame.step), "png", &bytes)
}

/// Writes a run. Returns its name.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn save_run(name: &str, run: &Run) -> Result<String> {
    save(&format!("{name}-{}", run.steps), "flock", run.write().as_bytes())
}

/// A chart of a run that is to be saved.
pub struct SavedChart {
    /// What it is of.
    pub name: String,
    /// The chart.
    pub chart: Chart,
    /// What it shows, as CSV.
    pub table: String,
    /// The kind of file.
    pub form: Form,
}

/// Writes a chart with its run: in the picture, or beside the table. Returns its name.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn save_chart(scene: &str, run: &Run, saved: &SavedChart) -> Result<String> {
    let stem = format!("{scene}-{}-{}", saved.name, run.steps);
    let (page, recipe) = (Page::default(), run.write());
    match saved.form {
        Form::Svg => save(&stem, "svg", saved.chart.svg(&page, &recipe).as_bytes()),
        Form::Png => save(&stem, "png", &saved.chart.png(&page, &recipe)?),
        Form::Csv => {
            let path = save(&stem, "csv", saved.table.as_bytes())?;
            Output::save(&recipe_beside(Path::new(&path)), recipe.as_bytes())?;
            Ok(path)
        }
    }
}

/// Writes a scene. Returns its name.
///
/// # Errors
/// Where the folder cannot be written to.
pub fn save_scene(name: &str, scene: &Scene) -> Result<String> {
    save(name, "ron", scene.write().as_bytes())
}

/// Writes under a name that is still free.
fn save(stem: &str, extension: &str, bytes: &[u8]) -> Result<String> {
    let path = free(stem, extension)?;
    Output::save(&path, bytes)?;
    Ok(std::path::absolute(&path).unwrap_or(path).display().to_string())
}

/// A name that is still free.
///
/// # Errors
/// Where too many files have such a name.
pub fn free(stem: &str, extension: &str) -> Result<PathBuf> {
    let free = |number: u32| {
        let path =
            PathBuf::from(if number == 1 { format!("{stem}.{extension}") } else { format!("{stem}-{number}.{extension}") });
        (!path.exists()).then_some(path)
    };
    (1..10_000).find_map(free).ok_or_else(|| Error::failure("too many files of this name").at(stem))
}
