//! `flockwork [SCENE]`: the window.

use super::plan::Settings;
use crate::{app, error::Result, lab::Lab};
use clap::Args;
use std::process::ExitCode;

/// Arguments of the window.
#[derive(Args)]
pub struct Options {
    /// A name in the gallery, a scene file, a saved run, a picture made here, or a file of recorded tracks (default: the
    /// first scene)
    scene: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Opens the window on a scene: the one named, or the first of the gallery.
pub fn window(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let first = || lab.gallery().swap_remove(0).0;
    let opened = options.settings.open(lab, &options.scene.clone().unwrap_or_else(first))?;
    app::open(lab.clone(), opened, options.settings.threads())
}
