//! Lists what comes with the program: every RON file in `scenes/` and `figures/` and every recording in `scenes/data/` is
//! embedded, so that adding a scene or a figure is adding its files.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-changed=scenes");
    let scenes = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("set by cargo")).join("scenes");
    let out = PathBuf::from(env::var("OUT_DIR").expect("set by cargo"));
    let mut list = String::from(
        "/// The scenes that come with the program: name, text and small picture.\nconst GALLERY: &[(&str, &str, Option<&[u8]>)] = &[\n",
    );
    for path in files(&scenes, &["ron"]) {
        let name = path.file_stem().expect("it has an extension").to_string_lossy();
        let picture = path.with_extension("png");
        let bytes = if picture.exists() { format!("Some(include_bytes!({}))", place(&picture)) } else { "None".into() };
        writeln!(list, "    ({name:?}, include_str!({}), {bytes}),", place(&path)).expect("strings take all");
    }
    list.push_str("];\n");
    fs::write(out.join("gallery.rs"), list).expect("the output folder is writable");
    println!("cargo::rerun-if-changed=figures");
    let mut list =
        String::from("/// The figures that come with the program: name and text.\nconst FIGURES: &[(&str, &str)] = &[\n");
    for path in files(&scenes.with_file_name("figures"), &["ron"]) {
        let name = path.file_stem().expect("it has an extension").to_string_lossy();
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string()).expect("strings take all");
    }
    list.push_str("];\n");
    fs::write(out.join("figures.rs"), list).expect("the output folder is writable");
    let mut list = String::from("const RECORDINGS: &[(&str, &[u8])] = &[\n");
    for path in files(&scenes.join("data"), &["csv", "tsv", "txt", "npy"]) {
        let name = path.file_name().expect("it has an extension").to_string_lossy();
        writeln!(list, "    ({name:?}, include_bytes!({})),", place(&path)).expect("strings take all");
    }
    list.push_str("];\n");
    fs::write(out.join("recordings.rs"), list).expect("the output folder is writable");
}

/// A file of this folder as an expression that holds wherever the folder lies: what is built may be shared by several
/// checkouts.
fn place(path: &Path) -> String {
    let folder = env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
    let inside = path.strip_prefix(folder).expect("all files are of this folder");
    format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})", format!("/{}", inside.display()))
}

/// The files of a folder with one of these endings, by name.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is part of the source")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)))
        .collect();
    paths.sort();
    paths
}
