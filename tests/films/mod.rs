//! The contract of films: what a file holds, which steps it shows, and what is left when its making breaks off.
//!
//! Films are read by an H.264 decoder and by a reader of MP4 of their own, independent of what wrote them.

#![cfg(feature = "window")]

#[cfg(unix)]
mod breaking;
mod comparing;
mod mistakes;
mod mp4;
mod recipes;
mod showing;

use crate::program::program;
use flockwork::{record, view::Still};
use std::{fs, path::Path, process::Output};

fn run(folder: &Path, arguments: &str) -> Output {
    program(folder).args(arguments.split_whitespace()).output().expect("the program starts")
}

/// Runs with these arguments, which must succeed, and returns what was said on standard error.
fn good(folder: &Path, arguments: &str) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments}: {said}");
    said
}

fn picture(path: &Path) -> Still {
    record::read_png(&fs::read(path).expect("a picture was made")).expect("a whole picture")
}

/// Mean difference of luminance, in levels of 255: films keep it for every pixel, colour for every fourth.
fn difference(a: &Still, b: &Still) -> f64 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let luminance = |pixel: &[u8]| {
        let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(f64::from);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let pixels = a.rgba.chunks(4).zip(b.rgba.chunks(4));
    pixels.map(|(a, b)| (luminance(a) - luminance(b)).abs()).sum::<f64>() / f64::from(a.width * a.height)
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
