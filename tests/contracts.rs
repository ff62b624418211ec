//! The contracts: all tests of the house as seen from outside, in one program, since each further one would be linked
//! with the whole house anew. A new file in this folder gets its line here.

mod command_line;
mod decoupling;
mod determinism;
mod events;
mod films;
mod fits;
mod frames;
mod gallery;
mod hostile;
mod measures;
mod metamorphic;
mod own_model;
mod pictures;
mod plots;
mod program;
mod runs;
mod scene_files;
mod stories;
mod sweep;
mod tracks;

#[test]
fn every_file_of_this_folder_is_part_of_this_program() {
    let entries = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).expect("the folder of this file");
    for path in entries.map(|entry| entry.expect("an entry of the folder").path()) {
        let is_module = path.extension().is_some_and(|extension| extension == "rs") || path.join("mod.rs").exists();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let line = format!("\nmod {name};\n");
        assert!(!is_module || name == "contracts" || include_str!("contracts.rs").contains(&line), "no line for {name}");
        assert!(!path.join("main.rs").exists(), "{name}/main.rs would be a program of its own: call it mod.rs");
    }
}
