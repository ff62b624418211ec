//! Lists the gallery: every RON file in `scenes/` is embedded, so that adding a scene is adding its file.

use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=scenes");
    let root = env::var("CARGO_MANIFEST_DIR").expect("set by cargo");
    let mut paths: Vec<_> = fs::read_dir(Path::new(&root).join("scenes"))
        .expect("the folder `scenes` is part of the source")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
        .collect();
    paths.sort();
    let mut list = String::from(
        "/// The scenes that come with the program: name, text and small picture.\nconst GALLERY: &[(&str, &str, Option<&[u8]>)] = &[\n",
    );
    for path in &paths {
        let name = path.file_stem().expect("it has an extension").to_string_lossy();
        let picture = path.with_extension("png");
        let bytes =
            if picture.exists() { format!("Some(include_bytes!({:?}))", picture.display().to_string()) } else { "None".into() };
        writeln!(list, "    ({name:?}, include_str!({:?}), {bytes}),", path.display().to_string()).expect("strings take all");
    }
    list.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("set by cargo")).join("gallery.rs");
    fs::write(out, list).expect("the output folder is writable");
}
