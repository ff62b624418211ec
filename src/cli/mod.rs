//! The command line: parse, call, report. Data goes to standard output, all else to standard error.

mod arguments;
mod cite;
mod convert;
mod dataset;
mod events;
mod figure;
#[cfg(feature = "window")]
mod film;
mod fit;
mod list;
mod many;
mod merge;
mod plan;
mod plot;
mod readings;
#[cfg(feature = "window")]
mod record;
mod replay;
mod run;
mod sweep;
mod target;
#[cfg(feature = "window")]
mod teller;
mod train;
mod verify;
#[cfg(feature = "window")]
mod window;

use crate::{
    error::{Blame, Result},
    lab::Lab,
    output::say,
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
    /// Film any scene, or make a still of it, without a display
    #[cfg(feature = "window")]
    Record(record::Options),
    /// Film a scene with the event camera
    Events(Box<events::Options>),
    /// Write a recording of an event camera in another format
    Convert(convert::Options),
    /// Film many runs of a scene, with all that is true of them, for training
    Dataset(Box<dataset::Options>),
    /// Train a predictor of the interaction strength from a data set
    Train(train::Options),
    /// Play a saved run again, check its final state hash, and film it where asked
    Replay(replay::Options),
    /// Run a scene many times, varied: a table with a row a run, resumed where it was when it is killed
    Sweep(Box<sweep::Options>),
    /// A chart of a table that `run` or `sweep` wrote, for a page: SVG, PNG, or its numbers
    Plot(Box<plot::Options>),
    /// A paper's figure, made again from a shipped plan; without a name, what figures there are
    Figure(figure::Options),
    /// Join the shards of a sweep
    Merge(merge::Options),
    /// Find the parameters whose runs read what was read, of recorded tracks or of a run
    Fit(Box<fit::Options>),
    /// BibTeX and methods of a scene, or of a sweep's plan, in the order of the ODD protocol
    Cite(cite::Options),
    /// Measure the published facts: a table, exit code 1 where one falls outside its tolerance
    Verify(verify::Options),
}

/// Runs the program with these models and scenes, on the arguments of the process.
pub fn main(lab: Lab) -> ExitCode {
    #[cfg(all(target_os = "linux", feature = "window"))]
    hush_mesa();
    run_with(&lab, std::env::args_os())
}

/// Where no folder for sockets is named, a layer of Mesa that looks for a Wayland display complains about it on standard
/// error, once for each device that is opened. A program that starts anew without that layer is silent.
#[cfg(all(target_os = "linux", feature = "window"))]
fn hush_mesa() {
    use std::{env, os::unix::process::CommandExt as _, process::Command};
    const OFF: &str = "NODEVICE_SELECT";
    let missing = env::var_os("XDG_RUNTIME_DIR").is_none_or(|folder| folder.is_empty());
    if let (true, None, Ok(program)) = (missing, env::var_os(OFF), env::current_exe()) {
        // It comes back only where it cannot start, and then the complaint is the lesser evil.
        let _ = Command::new(program).args(env::args_os().skip(1)).env(OFF, "1").exec();
    }
}

/// Runs the program on these arguments, the first of which is the program's name.
pub fn run_with(lab: &Lab, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match arguments::parsed(&words) {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() {
                say(format_args!("flockwork: {}", arguments::refusal(&error, &words)));
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
            say(format_args!("flockwork: {error}"));
            match error.blame() {
                Blame::Usage => ExitCode::from(2),
                Blame::Failure => ExitCode::FAILURE,
            }
        }
    }
}

/// Does what these words say, as if they were given behind the program's name.
fn perform(lab: &Lab, words: &[String]) -> Result<ExitCode> {
    let words: Vec<OsString> =
        std::iter::once("flockwork").chain(words.iter().map(String::as_str)).map(OsString::from).collect();
    let arguments = arguments::parsed(&words).map_err(|error| arguments::refusal(&error, &words))?;
    call(lab, arguments)
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
        Some(Verb::Convert(options)) => convert::convert(&options),
        Some(Verb::Dataset(options)) => dataset::dataset(lab, &options),
        Some(Verb::Train(options)) => train::train(&options),
        Some(Verb::Replay(options)) => replay::replay(lab, &options),
        Some(Verb::Sweep(options)) => sweep::sweep(lab, &options),
        Some(Verb::Plot(options)) => plot::run(lab, &options),
        Some(Verb::Figure(options)) => figure::run(lab, &options),
        Some(Verb::Merge(options)) => merge::merge(lab, &options),
        Some(Verb::Fit(options)) => fit::fit(lab, &options),
        Some(Verb::Cite(options)) => cite::cite(lab, &options),
        Some(Verb::Verify(options)) => verify::verify(lab, &options),
    }
}
