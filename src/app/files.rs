//! Files that the window writes: pictures and scenes, beside those that are there, never over them.

use super::picture::Shown;
use crate::{
    chart::{Chart, Form, Page},
    error::{Error, Result},
    output::Output,
    record,
    scene::{Run, Scene},
    table::recipe_beside,
    view::{Gpu, Picture, Still, Studio, suited_pixels_per_point},
};
use std::path::{Path, PathBuf};

/// Draws what is shown once more, at the window's size, and writes it as a PNG that holds its run. Returns its name.
///
/// # Errors
/// Where nothing can draw, or the folder cannot be written to.
pub fn save_still(name: &str, run: &Run, shown: &Shown) -> Result<String> {
    let (gpu, [width, height]) = (Gpu::headless()?, shown.size);
    let mut still = Still { width, height, rgba: [0, 0, 0, 255].repeat(width as usize * height as usize) };
    for (side, [x, y, width, height]) in shown.sides.iter().zip(shown.places(shown.size)) {
        let pixels_per_point = suited_pixels_per_point(shown.size).max(shown.pixels_per_point);
        let picture = Picture { pixels_per_point, ..shown.picture(side) };
        let part = Studio::new(&gpu, [width, height])?.shoot(&picture)?;
        for (row, from) in part.rgba.chunks_exact(width as usize * 4).enumerate() {
            let at = ((y as usize + row) * still.width as usize + x as usize) * 4;
            still.rgba[at..at + from.len()].copy_from_slice(from);
        }
    }
    let bytes = record::png(&still, &run.write())?;
    save(&format!("{name}-{}", run.steps), "png", &bytes)
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
