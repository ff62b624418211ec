//! The contract of fits: known parameters are found, a whole table is left as it is, and mistakes are told.

use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// Runs the program, which must end with this code, and gives what it said on standard error.
fn flockwork(folder: &Path, arguments: &[&str], code: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flockwork"));
    command.args(arguments).current_dir(folder).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let output = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    said
}

const SMALL: [&str; 4] = ["--set", "agents=40", "--set", "size=3.1"];

fn fit<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["fit", "vicsek"], &SMALL[..], &["--particles", "30", "--generations", "3"], more].concat()
}

#[test]
fn a_known_noise_is_found_on_any_number_of_threads_and_drawn() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let run = [&["run", "vicsek"], &SMALL[..], &["--set", "noise=2", "--steps", "300", "-o", "read.csv"]].concat();
    flockwork(folder, &run, 0);
    let to = ["--to", "read.csv", "--free", "noise", "--seed", "5"];
    let said = flockwork(folder, &fit(&[&to[..], &["-o", "one.csv", "--jobs", "1"]].concat()), 0);
    // `  noise  2.03  1.80 to 2.25 rad  0 to 6.28`
    let line = said.lines().find(|line| line.trim_start().starts_with("noise")).expect(&said);
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| words[at].parse::<f64>().expect(line);
    assert!(number(2) < 2.0 && 2.0 < number(4) && number(4) - number(2) < 1.0, "{line}");

    flockwork(folder, &fit(&[&to[..], &["-o", "two.csv", "--jobs", "2"]].concat()), 0);
    let table = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(table("one.csv"), table("two.csv"), "as many runs at once as one likes");
    let said = flockwork(folder, &fit(&[&to[..], &["-o", "one.csv"]].concat()), 0);
    assert!(said.contains("it was whole before"), "{said}");
    flockwork(folder, &["plot", "one.csv", "-o", "one.svg"], 0);
    assert!(table("one.svg").contains(">90 % interval<"));
}

#[test]
fn mistakes_are_told() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::write(folder.join("cm.csv"), "id,frame,x/cm,y/cm\n1,0,0,0\n2,0,50,0\n1,1,9,0\n2,1,50,9\n1,2,19,0\n2,2,50,19\n")
        .unwrap();
    let refused = |more: &[&str], words: &[&str]| {
        let said = flockwork(folder, &fit(&[more, &["-o", "fit.csv"]].concat()), 2);
        words.iter().for_each(|word| assert!(said.contains(word), "{more:?}: {word} is missing in {said}"));
        assert!(!folder.join("fit.csv").exists(), "nothing is left behind");
    };
    refused(&["--steps", "50"], &["what is to be matched is not told"]);
    refused(&["--steps", "50", "--to", "polarizsation=0.8"], &["polarizsation", "polarisation"]);
    refused(&["--steps", "50", "--to", "polarisation=much"], &["'much' is not a number"]);
    refused(&["--steps", "50", "--to", "polarisation=0.8", "--free", "noize"], &["noize", "noise"]);
    refused(
        &["--steps", "50", "--to", "polarisation=0.8", "--free", "noise=2:2"],
        &["--free noise=2:2", "both ends are the same"],
    );
    refused(&["--steps", "50", "--to", "polarisation=0.8", "--free", "kind"], &["kind", "no number"]);
    refused(&["--to", "polarisation=0.8"], &["how many steps"]);
    refused(&["--steps", "50", "--to", "nowhere.csv"], &["nowhere.csv"]);
    let other = ["fit", "pedestrians", "--to", "cm.csv", "--steps", "50", "-o", "fit.csv"];
    let said = flockwork(folder, &other, 2);
    assert!(said.contains("its lengths are in cm") && said.contains("m, as those of pedestrians"), "{said}");
}
