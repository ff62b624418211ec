//! `flockwork cite`: how a scene is cited, and its methods.

use super::plan::Settings;
use crate::{cite, error::Result, lab::Lab, output::print, sweep::Plan};
use clap::Args;
use std::process::ExitCode;

/// Arguments of `cite`.
#[derive(Args)]
pub struct Options {
    /// A scene, or the plan of a sweep: the .flock beside its table
    scene: String,
    #[command(flatten)]
    settings: Settings,
}

/// Prints BibTeX and the methods in the order of the ODD protocol.
pub fn cite(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let text = std::fs::read_to_string(&options.scene).unwrap_or_default();
    if Plan::is_one(&text) {
        let (plan, _) = Plan::read(&text, &options.scene, lab.models())?;
        return print(&cite::cite(&plan.scene, plan.journal.run.len(), Some(&plan), lab.models())?);
    }
    let opened = options.settings.open(lab, &options.scene)?;
    print(&cite::cite(&opened.scene, opened.journal.run.len(), None, lab.models())?)
}
