//! Files that a build embeds: lists of them, so that adding a scene, a figure or a recording is adding its file.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The files of a folder with one of these endings, by name.
pub fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the folder is part of the source")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)))
        .collect();
    paths.sort();
    paths
}

/// A file, below the folder of the crate that is built or beside it, as an expression that holds wherever that folder lies:
/// what is built may be shared by several checkouts.
pub fn place(path: &Path) -> String {
    let folder = env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
    let inside = path.strip_prefix(folder).expect("all files are named from this folder on");
    format!("concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?})", format!("/{}", inside.display()))
}
