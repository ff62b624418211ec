//! The contract of the event camera on the command line: files, labels, data sets, training, and what each mistake says.

use crate::program::{self, flockwork};
use std::{fs, path::Path};
use tempfile::TempDir;

const FORMATS: [&str; 5] = ["aedat4", "raw", "h5", "npz", "csv"];

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
    for ending in FORMATS {
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
    bad(at, &["events", "boids", "-o", "a.txt", "--steps", "1"], &["a.txt", ".aedat4, .raw, .h5, .npz, .csv"]);
    bad(at, &["none.raw"], &["none.raw", "cannot be read"]);
    fs::write(at.join("foreign.aedat4"), "#!AER-DAT2.0").unwrap();
    bad(at, &["foreign.aedat4"], &["foreign.aedat4", "not an AEDAT4 file", "#!AER-DAT4.0"]);
    fs::remove_file(at.join("foreign.aedat4")).unwrap();
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
    let model = fs::read(at.join("m.safetensors")).unwrap();
    let tell = |bytes: &[u8], what: &str| {
        fs::write(at.join("bad.safetensors"), bytes).unwrap();
        bad(at, &["train", "whole", "--test", "bad.safetensors"], &["bad.safetensors", what]);
    };
    tell(b"hello", "not a whole safetensors file");
    tell(b"", "not a whole safetensors file");
    tell(&model[..model.len() - 9], "not a whole safetensors file");
    tell(&model[..1000], "not a whole safetensors file");
    tell(&[model.as_slice(), b"more"].concat(), "not a whole safetensors file");
    // A model of somebody else.
    let header = br#"{"layer.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
    tell(&[&(header.len() as u64).to_le_bytes(), header.as_slice(), &[0; 4]].concat(), "no tensor 'patch.0.weight'");
    let mut wild = model.clone();
    let end = wild.len() - 4;
    wild[end..].copy_from_slice(&f32::INFINITY.to_le_bytes());
    tell(&wild, "what is no number");
    // A window longer than the films of this data set.
    bad(at, &["train", "whole", "--test", "m.safetensors", "--window", "0.9"], &["no test window of 0.9 s"]);
    fs::write(at.join("whole/runs/000000/events-0.npz"), b"PK").unwrap();
    let said = flockwork(at, &["train", "whole", "--test", "m.safetensors", "--all"]);
    assert!(String::from_utf8(said.stderr).unwrap().contains("events-0.npz: not a whole NPZ archive"));
}

#[test]
fn recordings_go_from_format_to_format_and_back() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    good(at, &["events", "boids", "-o", "a.csv", "--steps", "6", "--preset", "noisy", "--sensor", "90x70"]);
    let plain = |name: &str| -> Vec<String> {
        let text = fs::read_to_string(at.join(name)).unwrap();
        text.lines().skip(1).map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect()
    };
    let mut last = "a.csv".to_owned();
    for ending in FORMATS {
        let next = format!("b.{ending}");
        let said = good(at, &["convert", &last, &next, "--sensor", "90x70"]);
        assert!(said.contains("90 × 70 px") && said.contains(&format!("{} events", plain("a.csv").len())), "{said}");
        last = next;
    }
    assert!(plain("a.csv") == plain("b.csv"));
    // Only text does not tell the sensor.
    for ending in ["aedat4", "raw", "h5", "npz"] {
        assert!(good(at, &["convert", &format!("b.{ending}"), "c.csv"]).contains("90 × 70 px"), "{ending}");
    }
    fs::write(at.join("late.csv"), "t,x,y,p\n1700000000000000,3,4,1\n1700000000000005,3,4,0\n").unwrap();
    bad(at, &["convert", "late.csv", "late.raw"], &["late.raw", "71 minutes"]);
    good(at, &["convert", "late.csv", "late.raw", "--zero"]);
    good(at, &["convert", "late.raw", "zero.csv"]);
    assert_eq!(fs::read_to_string(at.join("zero.csv")).unwrap(), "t,x,y,p,cause\n0,3,4,1,-4\n5,3,4,0,-4\n");
}

#[test]
fn recordings_that_are_cut_foreign_or_wrong_are_named() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let tell = |name: &str, bytes: &[u8], parts: &[&str]| {
        fs::write(at.join(name), bytes).unwrap();
        bad(at, &["convert", name, "out.npz"], &[[name].as_slice(), parts].concat());
        assert!(!at.join("out.npz").exists(), "{name}");
    };
    for ending in FORMATS {
        good(at, &["events", "boids", "-o", &format!("whole.{ending}"), "--steps", "6"]);
        let bytes = fs::read(at.join(format!("whole.{ending}"))).unwrap();
        let cut = |at: usize, what: &str| tell(&format!("cut.{ending}"), &bytes[..at], &[what]);
        match ending {
            "npz" => cut(bytes.len() / 2, "not a whole NPZ archive"),
            // Half a word; a cut between two words is a shorter recording, as a cut text is.
            "raw" => cut(bytes.len() - 1, "the file ends in the middle"),
            "csv" => {}
            _ => cut(bytes.len() / 2, "the file ends in the middle"),
        }
        tell(&format!("head.{ending}"), &bytes[..5], &[]);
        tell(&format!("none.{ending}"), b"", &[]);
        tell(&format!("foreign.{ending}"), &[0xFF; 5000], &[]);
        // Of another format.
        for other in FORMATS.into_iter().filter(|other| *other != ending) {
            tell(&format!("{ending}-as.{other}"), &bytes, &[]);
        }
    }
    let late = b"t,x,y,p\n5,2,3,1\n4,2,3,1\n";
    tell("late.csv", late, &["4 \u{b5}s follows one at 5"]);
    tell("negative.csv", b"t,x,y,p\n-5,2,3,1\n", &["follows one at 0"]);
    // A sensor smaller than what it saw.
    let raw = fs::read(at.join("whole.raw")).unwrap();
    let small: Vec<u8> = String::from_utf8_lossy(&raw[..100]).replace("128", "028").into_bytes();
    tell("small.raw", &[&small[..100], &raw[100..]].concat(), &["lies outside of the sensor", "28 by 28"]);
    bad(at, &["convert", "whole.npz", "out.csv", "--sensor", "20x20"], &["out.csv", "20 by 20"]);
    bad(at, &["convert", "whole.npz", "whole.npz"], &["over itself"]);
    bad(at, &["convert", "nowhere.npz", "out.csv"], &["nowhere.npz", "cannot be read"]);
}

#[test]
fn a_film_that_is_killed_leaves_nothing_or_events_under_its_name() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    for (number, ending) in FORMATS.into_iter().enumerate() {
        for after in [20, 90, 210 + 40 * number as u64] {
            let name = format!("a.{ending}");
            let arguments = ["events", "boids", "-o", &name, "--seconds", "100000", "--set", "agents=50"];
            let mut film = program::program(at).args(arguments).stderr(std::process::Stdio::null()).spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(after));
            assert!(film.try_wait().unwrap().is_none(), "{ending}: the film is too short to be killed");
            // SIGKILL.
            film.kill().unwrap();
            film.wait().unwrap();
            if at.join(&name).exists() {
                good(at, &["convert", &name, "read.npz"]);
            }
        }
    }
}
