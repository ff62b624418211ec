//! Lists the recordings that come with the program: every file of tracks in `scenes/data/` is embedded.

#[path = "../../build/list.rs"]
mod list;

use list::{files, place};
use std::{env, fmt::Write as _, fs, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=../../build");
    println!("cargo::rerun-if-changed=../../scenes/data");
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    let mut list = String::from("const RECORDINGS: &[(&str, &[u8])] = &[\n");
    for path in files(&here.join("../../scenes/data"), &["csv", "tsv", "txt", "npy"]) {
        let name = path.file_name().expect("it has an extension").to_string_lossy();
        writeln!(list, "    ({name:?}, include_bytes!({})),", place(&path)).expect("strings take all");
    }
    list.push_str("];\n");
    fs::write(out.join("recordings.rs"), list).expect("the output folder is writable");
}
