//! The program, as its user calls it, without a display.

use std::{
    path::Path,
    process::{Command, Output},
};

/// The program in this folder, to be given arguments.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flockwork"));
    command.current_dir(folder).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}

/// What came of these arguments.
pub fn flockwork(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().expect("the program starts")
}

/// Runs with these arguments, which must end with this code, and gives what was said on standard error.
pub fn ended(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = flockwork(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

/// Runs with these arguments, which must fail with this code and say all `parts`.
pub fn refused(folder: &Path, arguments: &[&str], code: i32, parts: &[&str]) -> String {
    let said = ended(folder, arguments, code);
    assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: '{part}' is not in: {said}");
    }
    said
}
