//! The command line: parse, call, report. Data goes to standard output, all else to standard error.

mod dataset;
mod events;
mod list;
mod plan;
#[cfg(feature = "window")]
mod record;
mod replay;
mod run;
mod train;
mod verify;
#[cfg(feature = "window")]
mod window;

use crate::{
    error::{Blame, Result},
    lab::Lab,
};
use clap::{Parser, Subcommand};
use std::{ffi::OsString, process::ExitCode};

#[derive(Parser)]
#[command(
    name = "flockwork",
    version,
    about = "A desktop laboratory for collective dynamics. Without a verb it opens the window.",
    after_help = "SCENE is a name in the gallery (`flockwork scenes`), a scene file, a saved run, a picture made here, or a \
                  file of recorded tracks.",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[cfg(feature = "window")]
    #[command(flatten)]
    window: window::Options,
}

#[derive(Subcommand)]
enum Verb {
    /// List the gallery, one scene a line
    Scenes,
    /// List the models, or one model's parameters
    Models {
        /// The model
        model: Option<String>,
    },
    /// List the instruments, or one instrument's definition
    Measures {
        /// The instrument
        name: Option<String>,
    },
    /// Run a scene without a window; readings go to standard output as CSV
    Run(Box<run::Options>),
    /// Make a still of any scene, without a display
    #[cfg(feature = "window")]
    Record(record::Options),
    /// Film a scene with the event camera
    Events(Box<events::Options>),
    /// Film many runs of a scene, with all that is true of them, for training
    Dataset(Box<dataset::Options>),
    /// Train a predictor of the interaction strength from a data set
    Train(train::Options),
    /// Play a saved run again and check its final state hash
    Replay(replay::Options),
    /// Measure the published facts: a table, exit code 1 where one falls outside its tolerance
    Verify(verify::Options),
}

/// Runs the program with these models and scenes, on the arguments of the process.
pub fn main(lab: Lab) -> ExitCode {
    run_with(&lab, std::env::args_os())
}

/// Runs the program on these arguments, the first of which is the program's name.
pub fn run_with(lab: &Lab, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() {
                eprintln!("flockwork: {}", in_a_line(&error.to_string()));
            } else {
                // Help and version are no errors; a reader that has gone away is none of ours.
                let _ = error.print();
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match call(lab, arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("flockwork: {error}");
            match error.blame() {
                Blame::Usage => ExitCode::from(2),
                Blame::Failure => ExitCode::FAILURE,
            }
        }
    }
}

/// What the parser of arguments says, without its hints on usage, in one line.
fn in_a_line(message: &str) -> String {
    let lines = message.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:"));
    let telling = lines.filter(|line| !line.is_empty() && !line.starts_with("tip: to pass"));
    let joined = telling.map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect::<Vec<_>>().join("; ");
    joined.replace(":;", ":")
}

fn call(lab: &Lab, arguments: Arguments) -> Result<ExitCode> {
    match arguments.verb {
        #[cfg(feature = "window")]
        None => window::window(lab, &arguments.window),
        #[cfg(not(feature = "window"))]
        None => Err(crate::error::Error::usage("this build has no window").allowed("a verb: `flockwork help` lists them")),
        Some(Verb::Scenes) => list::scenes(lab),
        Some(Verb::Models { model }) => list::models(lab, model.as_deref()),
        Some(Verb::Measures { name }) => list::measures(name.as_deref()),
        Some(Verb::Run(options)) => run::run(lab, &options),
        #[cfg(feature = "window")]
        Some(Verb::Record(options)) => record::record(lab, &options),
        Some(Verb::Events(options)) => events::events(lab, &options),
        Some(Verb::Dataset(options)) => dataset::dataset(lab, &options),
        Some(Verb::Train(options)) => train::train(&options),
        Some(Verb::Replay(options)) => replay::replay(lab, &options),
        Some(Verb::Verify(options)) => verify::verify(lab, &options),
    }
}
