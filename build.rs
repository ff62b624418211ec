//! Lists what comes with the program: every RON file in `scenes/` and `figures/` is embedded.

#[path = "build/list.rs"]
mod list;

use list::{files, place};
use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=scenes");
    println!("cargo::rerun-if-changed=figures");
    let here = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    let name = |path: &Path| path.file_stem().expect("it has an extension").to_string_lossy().into_owned();
    let mut list = String::from(
        "/// The scenes that come with the program: name, text and small picture.\nconst GALLERY: &[(&str, &str, Option<&[u8]>)] = &[\n",
    );
    for path in files(&here.join("scenes"), &["ron"]) {
        let picture = path.with_extension("png");
        let bytes = if picture.exists() { format!("Some(include_bytes!({}))", place(&picture)) } else { "None".into() };
        writeln!(list, "    ({:?}, include_str!({}), {bytes}),", name(&path), place(&path)).expect("strings take all");
    }
    list.push_str("];\n");
    fs::write(out.join("gallery.rs"), list).expect("the output folder is writable");
    let mut list =
        String::from("/// The figures that come with the program: name and text.\nconst FIGURES: &[(&str, &str)] = &[\n");
    for path in files(&here.join("figures"), &["ron"]) {
        writeln!(list, "    ({:?}, include_str!({})),", name(&path), place(&path)).expect("strings take all");
    }
    list.push_str("];\n");
    fs::write(out.join("figures.rs"), list).expect("the output folder is writable");
}
