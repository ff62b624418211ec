//! `flockwork figure`: a paper's figure, made again from a shipped plan.

use super::arguments::whole;
use crate::{
    chart::Form,
    error::{Error, Result},
    lab::Lab,
    output::{Output, print, say},
    plot::{Figure, figures},
};
use clap::Args;
use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

/// Arguments of `figure`.
#[derive(Args)]
pub struct Options {
    /// A figure, or a file that describes one (.ron); without it, what figures there are
    name: Option<String>,
    /// The figure to make; its tables lie beside it, and the same command goes on with them
    #[arg(short, long, value_name = "OUT.svg|.png|.csv", requires = "name")]
    output: Option<PathBuf>,
    /// Do not make it: tell the commands that do
    #[arg(long, conflicts_with = "output", requires = "name")]
    commands: bool,
    /// Pixels an inch of a PNG
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = whole::<u16>(36..=1200))]
    dpi: u16,
}

/// Makes a figure, or lists them.
pub fn run(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let Some(name) = &options.name else { return list() };
    let figure = Figure::find(name)?;
    let Some(output) = &options.output else {
        if !options.commands {
            return Err(Error::usage("which file to make is not told").allowed("-o OUT.svg, or --commands"));
        }
        let stem = PathBuf::from(name).with_extension("svg");
        let commands = figure.commands(&stem).into_iter().map(|words| format!("flockwork {}\n", words.join(" ")));
        return print(&commands.collect::<String>());
    };
    Form::of(output)?;
    for (path, text) in figure.files(output) {
        Output::save(&path, text.as_bytes())?;
    }
    for words in figure.commands(output) {
        say(format_args!("flockwork {}", words.join(" ")));
        if super::perform(lab, &words)? != ExitCode::SUCCESS {
            return Err(Error::failure("not all of its runs went well").at(words.join(" ")));
        }
    }
    let chart = figure.chart(output, lab)?;
    chart.save(output, &figure.page(options.dpi.into()), &recipe(name, &figure, output))?;
    Ok(ExitCode::SUCCESS)
}

/// What made it, in words: version, paper and commands.
fn recipe(name: &str, figure: &Figure, output: &std::path::Path) -> String {
    let commands = figure.commands(output).into_iter().map(|words| format!("flockwork {}\n", words.join(" ")));
    let head = format!("flockwork {}, figure {name}: {}\n{}\n", env!("CARGO_PKG_VERSION"), figure.title, figure.paper);
    std::iter::once(head).chain(commands).collect()
}

fn list() -> Result<ExitCode> {
    let width = figures().iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, source) in figures() {
        let figure = Figure::read(source, name)?;
        let paper = if figure.paper.is_empty() { String::new() } else { format!(" ({})", figure.paper) };
        let _ = writeln!(text, "{name:width$}  {}{paper}", figure.title);
    }
    print(&text)
}
