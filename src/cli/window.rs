//! `flockwork [SCENE]`: the window.

use super::plan::Settings;
use crate::{app, error::Result, events::files, lab::Lab, panel::Recording};
use clap::Args;
use std::{path::Path, process::ExitCode};

/// Arguments of the window.
#[derive(Args)]
pub struct Options {
    /// A name in the gallery, a scene file, a saved run, a picture made here, a file of recorded tracks, or a recording of an
    /// event camera (default: the first scene)
    scene: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Opens the window on a scene: the one named, or the first of the gallery, which stands still beside a recording.
pub fn window(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let first = || lab.gallery().swap_remove(0).0;
    let recording = options.scene.as_deref().map(Path::new).filter(|path| files::is_recording(path));
    let scene = options.scene.clone().filter(|_| recording.is_none()).unwrap_or_else(first);
    let opened = options.settings.open(lab, &scene)?;
    let recording = recording.map(Recording::open).transpose()?;
    app::open(lab.clone(), opened, options.settings.threads(), recording)
}
