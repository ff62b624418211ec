//! The contract of the command line: what each verb prints, and what each mistake says.

use crate::program::{flockwork, refused};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program prints UTF-8")
}

/// Runs with these arguments, which must succeed, and returns standard output.
fn good(folder: &Path, arguments: &[&str]) -> String {
    let output = flockwork(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Runs with these arguments, which must fail with this code, print nothing to standard output and one line to
/// standard error that holds all `parts`.
fn bad(folder: &Path, arguments: &[&str], code: i32, parts: &[&str]) {
    let output = flockwork(folder, arguments);
    assert_eq!(text(&output.stdout), "", "{arguments:?}");
    let said = refused(folder, arguments, code, parts);
    assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?}: {said}");
    let left: Vec<_> = fs::read_dir(folder).unwrap().filter(|entry| is_partial(entry.as_ref().unwrap())).collect();
    assert!(left.is_empty(), "{arguments:?} left {left:?}");
}

fn is_partial(entry: &fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with(".flockwork-")
}

#[test]
fn what_makes_steps_long_is_told() {
    let folder = TempDir::new().unwrap();
    let steps = |more: &[&str]| {
        let output = flockwork(folder.path(), &[&["run", "vicsek", "--steps", "1", "-o", "a.csv"][..], more].concat());
        String::from_utf8(output.stderr).unwrap()
    };
    let said = steps(&["--set", "agents=12000", "--set", "size=5", "--set", "radius=3"]);
    assert!(said.contains("each of 12000 agents is compared with 12000 others"), "{said}");
    assert!(!steps(&[]).contains("compared"));
}

#[test]
fn a_run_has_a_row_for_the_start_and_for_every_step() {
    let folder = TempDir::new().unwrap();
    let csv = good(folder.path(), &["run", "vicsek", "--steps", "50"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "step,time,polarisation");
    assert_eq!(lines.len(), 52);
    assert!(lines[1].starts_with("0,0,"));
    assert!(lines[51].starts_with("50,50,"));
    let every = good(folder.path(), &["run", "vicsek", "--steps", "50", "--every", "20"]);
    let steps: Vec<&str> = every.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(steps, ["0", "20", "40"]);
    // Numbers read back to the same bits, so the rows that both hold are the same text.
    assert!(every.lines().all(|line| lines.contains(&line)));
}

#[test]
fn what_is_not_a_number_a_step_is_written_in_long_form() {
    let folder = TempDir::new().unwrap();
    let run = |extra: &[&str]| good(folder.path(), &[&["run", "vicsek", "--steps", "60"], extra].concat());
    // An instrument of readings reads the model's first, or the one that is named.
    let wide = run(&["--measure", "polarisation", "--measure", "hold_time", "--measure", "variance:nearest_distance"]);
    assert_eq!(wide.lines().next(), Some("step,time,polarisation,hold_time,variance:nearest_distance"));
    let long = run(&["--measure", "polarisation", "--measure", "binder", "--every", "20", "--discard", "10"]);
    let lines: Vec<&str> = long.lines().collect();
    assert_eq!(lines[0], "step,time,measure,x,y,value,error");
    assert_eq!(lines.len(), 6);
    assert!(lines[4].starts_with("60,60,polarisation,,,0.") && lines[5].starts_with("60,60,binder,,,0."), "{long}");
    // The numbers are those of the wide table.
    let value = |line: &str, field: usize| line.split(',').nth(field).unwrap().to_owned();
    assert_eq!(value(lines[2], 5), value(wide.lines().nth(21).unwrap(), 2));
}

#[test]
fn a_run_ends_with_means_and_their_errors() {
    let folder = TempDir::new().unwrap();
    let output = flockwork(folder.path(), &["run", "vicsek", "--steps", "600", "--measure", "polarisation"]);
    let said = text(&output.stderr);
    assert!(said.contains("  polarisation 0.8") && said.contains(" ± 0.0") && said.contains("mean from step "), "{said}");
    let by_hand = flockwork(folder.path(), &["run", "vicsek", "--steps", "600", "--discard", "333"]);
    assert!(text(&by_hand.stderr).contains("(mean from step 333 on;"), "{}", text(&by_hand.stderr));
}

#[test]
fn what_sees_every_step_does_not_depend_on_how_many_are_written() {
    let folder = TempDir::new().unwrap();
    let run = |every| good(folder.path(), &["run", "boids", "--steps", "40", "--measure", "mean_speed", "--every", every]);
    let all = run("1");
    assert!(run("10").lines().all(|line| all.lines().any(|other| other == line)));
}

#[test]
fn one_thread_and_two_write_the_same_file() {
    let folder = TempDir::new().unwrap();
    for threads in ["1", "2"] {
        let file = format!("{threads}.csv");
        good(
            folder.path(),
            &[
                "run",
                "vicsek",
                "--steps",
                "200",
                "--threads",
                threads,
                "-o",
                &file,
                "--agents",
                &format!("agents{threads}.csv"),
            ],
        );
    }
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("1.csv"), read("2.csv"));
    assert_eq!(read("agents1.csv"), read("agents2.csv"));
    assert_eq!(read("1.csv.flock"), read("2.csv.flock"));
}

#[test]
fn seeds_and_settings_change_the_run_and_its_recipe_says_so() {
    let folder = TempDir::new().unwrap();
    let run = |extra: &[&str]| good(folder.path(), &[&["run", "vicsek", "--steps", "30", "-o", "r.csv"], extra].concat());
    let read = || fs::read_to_string(folder.path().join("r.csv")).unwrap();
    run(&[]);
    let first = read();
    run(&["--seed", "2"]);
    assert_ne!(read(), first);
    run(&["--set", "noise=0.25", "--set", "view.trails=7", "--set", "kind=vectorial"]);
    assert_ne!(read(), first);
    let recipe = fs::read_to_string(folder.path().join("r.csv.flock")).unwrap();
    for part in ["noise:0.25", "trails:7", "kind:vectorial", "seed: 1"] {
        assert!(recipe.contains(part), "{part}: {recipe}");
    }
}

#[test]
fn a_saved_run_replays_and_a_false_one_is_found_out() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("journal.ron"), "(run: [(5, set(path: \"noise\", value: 0.1)), (9, press(tool: attract, layout: natural, at: (3.0, 3.0), radius: 2.0)), (20, release)])").unwrap();
    good(folder.path(), &["run", "vicsek", "--steps", "40", "--journal", "journal.ron", "--save", "run.flock", "-o", "a.csv"]);
    assert!(good(folder.path(), &["replay", "run.flock", "--threads", "2"]).contains("as saved"));
    // A saved run is a scene with a journal: running it gives the same readings.
    good(folder.path(), &["run", "run.flock", "-o", "b.csv"]);
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("a.csv"), read("b.csv"));
    let forged = read("run.flock").replace("noise:2.0", "noise:2.5");
    assert_ne!(forged, read("run.flock"));
    fs::write(folder.path().join("forged.flock"), forged).unwrap();
    bad(folder.path(), &["replay", "forged.flock"], 1, &["forged.flock", "not", "as saved", "version 0.1.0"]);
}

#[test]
fn lists_name_all_that_can_be_named() {
    let folder = TempDir::new().unwrap();
    assert!(good(folder.path(), &["scenes"]).lines().any(|line| line.starts_with("vicsek ")));
    assert!(good(folder.path(), &["models"]).contains("Phys. Rev. Lett. 75, 1226 (1995)"));
    let model = good(folder.path(), &["models", "vicsek"]);
    assert!(model.contains("noise = 2") && model.contains("interaction strength"), "{model}");
    assert!(good(folder.path(), &["measures"]).lines().any(|line| line.starts_with("polarisation ")));
    assert!(good(folder.path(), &["measures", "rotation"]).contains("Couzin"));
}

#[test]
fn mistakes_in_arguments_are_named() {
    let folder = TempDir::new().unwrap();
    let bad = |arguments: &[&str], parts: &[&str]| bad(folder.path(), arguments, 2, parts);
    bad(&["run", "vicsec", "--steps", "5"], &["vicsec", "nearest: vicsek"]);
    bad(&["run", "vicsek"], &["--steps"]);
    bad(&["run", "vicsek", "--steps", "5", "--set", "nois=1"], &["--set nois=1", "nearest: noise"]);
    bad(&["run", "vicsek", "--steps", "5", "--set", "noise=7"], &["noise", "7", "0 to 6.28"]);
    bad(&["run", "vicsek", "--steps", "5", "--set", "noise=NaN"], &["noise", "NaN"]);
    bad(&["run", "vicsek", "--steps", "5", "--set", "noise"], &["PATH=VALUE"]);
    bad(&["run", "vicsek", "--steps", "5", "--set", "view.trail=3"], &["view", "nearest: trails"]);
    bad(&["run", "vicsek", "--steps", "5", "--set", "kind=vectoral"], &["kind", "nearest: vectorial"]);
    bad(&["run", "vicsek", "--steps", "5", "--measure", "polarization"], &["nearest: polarisation"]);
    bad(&["run", "vicsek", "--steps", "5", "--measure", "order"], &["order", "phases", "vicsek", "polarisation"]);
    bad(&["run", "vicsek", "--steps", "5", "-o", "a.txt"], &["a.txt", ".csv"]);
    bad(&["run", "vicsek", "--steps", "1e3"], &["1e3", "--steps"]);
    bad(&["run", "vicsek", "--steps", "-3"], &["--steps", "-3", "allowed: a whole number, at least 0"]);
    bad(&["run", "vicsek", "--steps", "5", "--seed", "-1"], &["--seed", "-1", "allowed: a whole number"]);
    bad(
        &["sweep", "vicsek", "--steps", "5", "--repeats", "-1", "-o", "a.csv"],
        &["--repeats", "-1", "allowed: a whole number"],
    );
    bad(&["record", "vicsek", "--seconds", "-2", "-o", "a.mp4"], &["--seconds", "-2"]);
    bad(&["sweep", "vicsek", "--vary", "noise=0:6:9999999", "--steps", "5", "-o", "a.csv"], &["9999999", "from 2 to 1000000"]);
    bad(&["run", "vicsek", "--steps", "5", "--threads", "0"], &["--threads"]);
    bad(&["run", "vicsek", "--steps", "5", "--save", "a.csv"], &["a.csv", ".flock"]);
    bad(&["run", "vicsek", "--steps", "5", "-o", "a.csv", "--agents", "a.csv"], &["a.csv", "one name"]);
    bad(&["run", "vicsek", "--steps", "5", "--rate", "25"], &["--rate 25", "rate"]);
    bad(&["models", "vicsk"], &["nearest: vicsek"]);
    bad(&["measures", "rotatio"], &["nearest: rotation"]);
    bad(&["replay", "vicsek"], &["vicsek", "not a saved run"]);
}

#[test]
fn mistakes_in_files_are_named_with_their_place() {
    let folder = TempDir::new().unwrap();
    let scene = |content: &[u8], code: i32, parts: &[&str]| {
        fs::write(folder.path().join("a.ron"), content).unwrap();
        bad(folder.path(), &["run", "a.ron", "--steps", "5"], code, &[&["a.ron"], parts].concat());
    };
    scene(b"", 2, &["empty"]);
    scene(b"(\n  model: \"vicsek\",\n  sed: 3,\n)", 2, &["a.ron:3:", "sed", "nearest: seed"]);
    scene(b"(\n  model: \"vicsec\",\n)", 2, &["model", "vicsec", "nearest: vicsek"]);
    scene(
        b"(\n  model: \"vicsek\",\n  parameters: (\n    nois: 1.0,\n  ),\n)",
        2,
        &["a.ron:4:", "parameters", "nois", "nearest: noise"],
    );
    scene(
        b"(\n  model: \"vicsek\",\n  parameters: (\n    noise: 9.0,\n  ),\n)",
        2,
        &["a.ron:4:5", "parameters.noise", "9", "0 to 6.28"],
    );
    scene(b"(model: \"vicsek\", parameters: (noise: NaN))", 2, &["parameters.noise", "NaN"]);
    scene(b"(model: \"vicsek\", parameters: (noise: 1e999))", 2, &["parameters.noise", "inf"]);
    scene(b"(model: \"vicsek\", parameters: (kind: vectoral))", 2, &["vectoral", "nearest: vectorial"]);
    scene(b"(model: \"vicsek\", view: (trails: 401))", 2, &["view.trails", "401", "0 to 400"]);
    scene(b"(model: \"vicsek\", speed: -1.0)", 2, &["speed", "-1"]);
    scene(b"(model: \"vicsek\", parameters: (noise: 0.5", 2, &["a.ron:1:"]);
    scene(&[0xff, 0xfe, 0x00, 0x9f, 0x10], 2, &["not"]);
    bad(folder.path(), &["run", ".", "--steps", "5"], 1, &["cannot be read"]);
    fs::write(folder.path().join("j.ron"), "(run: [(5, release), (3, release)])").unwrap();
    bad(folder.path(), &["run", "vicsek", "--steps", "5", "--journal", "j.ron"], 2, &["j.ron", "ascending"]);
    fs::write(folder.path().join("k.ron"), "(run: [(2, set(path: \"nois\", value: 1.0))])").unwrap();
    bad(folder.path(), &["run", "vicsek", "--steps", "5", "--journal", "k.ron"], 2, &["journal, step 2", "nearest: noise"]);
    bad(folder.path(), &["run", "vicsek", "--steps", "5", "--journal", "none.ron"], 1, &["none.ron", "cannot be read"]);
}

#[test]
fn an_unwritable_output_leaves_what_was_there() {
    let folder = TempDir::new().unwrap();
    bad(
        folder.path(),
        &["run", "vicsek", "--steps", "5", "-o", "no/such/folder/a.csv"],
        1,
        &["no/such/folder/a.csv: cannot", "No such file"],
    );
    // A table that is under way stands under another name, which nobody asked for.
    let sweep = ["sweep", "vicsek", "--vary", "noise=1:2:2", "--steps", "5", "-o", "no/such/folder/a.csv"];
    bad(folder.path(), &sweep, 1, &["no/such/folder/a.csv: cannot", "No such file"]);
    fs::create_dir(folder.path().join("b.csv")).unwrap();
    bad(folder.path(), &["run", "vicsek", "--steps", "5", "-o", "b.csv"], 1, &["b.csv", "folder"]);
    // A run that fails half way does not touch the result of an earlier one.
    fs::write(folder.path().join("old.csv"), "old").unwrap();
    fs::write(folder.path().join("k.ron"), "(run: [(2, set(path: \"nois\", value: 1.0))])").unwrap();
    bad(folder.path(), &["run", "vicsek", "--steps", "5", "--journal", "k.ron", "-o", "old.csv"], 2, &["nois"]);
    assert_eq!(fs::read_to_string(folder.path().join("old.csv")).unwrap(), "old");
}

#[cfg(unix)]
#[test]
fn links_are_followed_and_pipes_left_alone() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("target.flock"), "old").unwrap();
    std::os::unix::fs::symlink("target.flock", folder.path().join("link.flock")).unwrap();
    good(folder.path(), &["run", "vicsek", "--steps", "3", "--save", "link.flock"]);
    assert!(folder.path().join("link.flock").is_symlink(), "a link stays one");
    assert!(good(folder.path(), &["replay", "target.flock"]).contains("as saved"));
    let pipe = folder.path().join("pipe.csv");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo is there");
    assert!(made.success());
    bad(folder.path(), &["run", "vicsek", "--steps", "3", "-o", "pipe.csv"], 1, &["pipe.csv", "device or a pipe"]);
    bad(folder.path(), &["run", "/dev/zero", "--steps", "3"], 1, &["/dev/zero", "not a file"]);
}

#[test]
fn a_later_output_that_cannot_be_written_is_found_before_anything_is() {
    let folder = TempDir::new().unwrap();
    bad(folder.path(), &["run", "vicsek", "--steps", "3", "-o", "a.csv", "--save", "none/a.flock"], 1, &["none/a.flock"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
