//! The program: Flockwork with the models and scenes that come with it.

use std::process::ExitCode;

fn main() -> ExitCode {
    flockwork::cli::main(flockwork::lab::Lab::new())
}
