//! The contract of the event camera on the command line: files, labels, data sets, training, and what each mistake says.

use crate::program::{self, flockwork};
use std::{fs, path::Path};
use tempfile::TempDir;

fn good(folder: &Path, arguments: &[&str]) -> String {
    program::ended(folder, arguments, 0)
}

fn bad(folder: &Path, arguments: &[&str], parts: &[&str]) {
    let output = flockwork(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && !said.contains("panicked"), "{arguments:?}: {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?}: {said}");
    for part in parts {
        assert!(said.contains(part), "{arguments:?}: '{part}' is not in: {said}");
    }
}

#[test]
fn a_film_is_the_same_on_any_number_of_threads_and_its_recipe_lies_beside_it() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let film = |name: &str, threads: &str| {
        let said = good(at, &["events", "boids", "-o", name, "--seconds", "0.5", "--preset", "noisy", "--threads", threads]);
        assert!(said.contains("15 steps, 0.50 s, 128 × 128 px") && said.contains("made by agents"), "{said}");
        fs::read(at.join(name)).unwrap()
    };
    for ending in ["aedat4", "raw", "npz", "csv"] {
        assert!(film(&format!("a.{ending}"), "1") == film(&format!("b.{ending}"), "3"), "{ending}");
        assert!(at.join(format!("a.{ending}.flock")).exists());
    }
    good(at, &["replay", "a.csv.flock"]);
}

#[test]
fn labels_have_a_row_a_step() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    good(at, &["events", "boids", "-o", "a.csv", "--steps", "5", "--labels", "truth.csv", "--set", "interaction=0.5"]);
    let truth = fs::read_to_string(at.join("truth.csv")).unwrap();
    let rows: Vec<&str> = truth.lines().collect();
    assert_eq!((rows[0], rows.len()), ("t,step,interaction,order,turn_rate", 7));
    assert!(rows[1].starts_with("0,0,0.5,") && rows[6].starts_with("166667,5,0.5,"), "{truth}");
    good(at, &["events", "boids", "-o", "a.csv", "--steps", "2", "--labels", "truth.npz", "--images", "images.npz"]);
    good(at, &["events", "kuramoto", "-o", "k.raw", "--steps", "3"]);
    good(at, &["events", "kuramoto-lattice", "-o", "l.raw", "--steps", "3"]);
    good(at, &["events", "vicsek", "-o", "v.raw", "--steps", "3", "--sensor", "64x48"]);
}

#[test]
fn mistakes_are_named() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    bad(at, &["events", "boids", "-o", "a.txt", "--steps", "1"], &["a.txt", ".aedat4, .raw, .npz, .csv"]);
    bad(at, &["events", "boids", "-o", "a.raw"], &["--steps"]);
    bad(at, &["events", "boids", "-o", "a.raw", "--steps", "1", "--preset", "dirty"], &["clean, noisy"]);
    bad(at, &["events", "boids", "-o", "a.raw", "--steps", "1", "--sensor", "0x3"], &["346x260"]);
    bad(at, &["events", "boids", "-o", "a.raw", "--steps", "1", "--set", "camera.leek_rate=1"], &["nearest: leak_rate"]);
    bad(
        at,
        &["events", "boids", "-o", "a.raw", "--steps", "1", "--set", "camera.threshold_on=0"],
        &["camera.threshold_on", "0.01 to 5"],
    );
    bad(at, &["events", "boids", "-o", "a.raw", "--steps", "1", "--labels", "l.txt"], &[".csv or .npz"]);
    bad(at, &["run", "boids", "--steps", "1", "--set", "camera.zoom=2"], &["event camera", "does not use"]);
    bad(at, &["dataset", "corridor", "-o", "d"], &["interaction strength"]);
    bad(at, &["dataset", "boids", "-o", "d", "--horizon", "100"], &["horizon, step 100"]);
    bad(at, &["dataset", "boids", "-o", "d", "--shard", "3/2"], &["I/N"]);
    bad(at, &["train", "nowhere", "-o", "m.safetensors"], &["manifest.json", "flockwork dataset"]);
    assert_eq!(fs::read_dir(at).unwrap().count(), 0);
}

#[test]
fn a_data_set_made_in_parts_is_the_one_made_at_once_and_can_be_trained_on() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let small = ["--runs", "12", "--seconds", "0.6", "--horizon", "60", "--begin", "5:20", "--agents", "10,20"];
    let make = |name: &str, more: &[&str]| {
        good(at, &[["dataset", "boids", "-o", name].as_slice(), small.as_slice(), more].concat());
        fs::read_to_string(at.join(name).join("manifest.csv")).unwrap()
    };
    let whole = make("whole", &[]);
    let half = make("parts", &["--shard", "1/2"]);
    assert_eq!((whole.lines().count(), half.lines().count()), (13, 7));
    assert_eq!(make("parts", &["--shard", "2/2"]), whole);
    // A run that was lost is made again.
    fs::remove_dir_all(at.join("parts/runs/000003")).unwrap();
    assert_eq!(make("parts", &[]), whole);
    for file in ["events-0.npz", "labels-0.npz", "frames-0.npz", "readings.csv"] {
        let read = |name: &str| fs::read(at.join(name).join("runs/000003").join(file)).unwrap();
        assert!(read("whole") == read("parts"), "{file}");
    }
    bad(at, &["dataset", "boids", "-o", "whole", "--runs", "3"], &["plan.json", "another plan"]);
    let said = good(at, &["dataset", "boids", "-o", "none", "--runs", "100", "--dry-run"]);
    assert!(said.contains("100 runs") && !at.join("none").exists(), "{said}");

    for input in ["events", "frames-30-blurred", "frame"] {
        let said = good(at, &["train", "whole", "-o", "m.safetensors", "--window", "0.5", "--epochs", "1", "--input", input]);
        assert!(said.contains(&format!("net: {input}")) && said.contains("oracle: turn and order"), "{said}");
    }
    let said = good(at, &["train", "whole", "--test", "m.safetensors", "--all"]);
    assert!(said.contains("net: events"), "{said}");
    fs::write(at.join("bad.safetensors"), b"hello").unwrap();
    bad(at, &["train", "whole", "--test", "bad.safetensors"], &["bad.safetensors", "not a whole safetensors file"]);
    fs::write(at.join("whole/runs/000000/events-0.npz"), b"PK").unwrap();
    let said = flockwork(at, &["train", "whole", "--test", "m.safetensors", "--all"]);
    assert!(String::from_utf8(said.stderr).unwrap().contains("events-0.npz: not a whole NPZ archive"));
}
