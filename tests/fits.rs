//! The contract of fits: known parameters are found, a whole table is left as it is, and mistakes are told.

use crate::program::{ended, program, refused};
use std::{fs, process::Stdio, thread::sleep, time::Duration};
use tempfile::TempDir;

const SMALL: [&str; 4] = ["--set", "agents=40", "--set", "size=3.1"];

fn fit<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["fit", "vicsek"], &SMALL[..], &["--particles", "30", "--generations", "3"], more].concat()
}

#[test]
fn a_known_noise_is_found_on_any_number_of_threads_and_drawn() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let run = [&["run", "vicsek"], &SMALL[..], &["--set", "noise=2", "--steps", "300", "-o", "read.csv"]].concat();
    ended(folder, &run, 0);
    let to = ["--to", "read.csv", "--free", "noise", "--seed", "5"];
    let said = ended(folder, &fit(&[&to[..], &["-o", "one.csv", "--jobs", "1"]].concat()), 0);
    // `  noise  2.03  1.80 to 2.25 rad  0 to 6.28`
    let line = said.lines().find(|line| line.trim_start().starts_with("noise")).expect(&said);
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| words[at].parse::<f64>().expect(line);
    assert!(number(2) < 2.0 && 2.0 < number(4) && number(4) - number(2) < 1.0, "{line}");

    ended(folder, &fit(&[&to[..], &["-o", "two.csv", "--jobs", "2"]].concat()), 0);
    let table = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(table("one.csv"), table("two.csv"), "as many runs at once as one likes");
    let said = ended(folder, &fit(&[&to[..], &["-o", "one.csv"]].concat()), 0);
    assert!(said.contains("it was whole before"), "{said}");
    ended(folder, &["plot", "one.csv", "-o", "one.svg"], 0);
    assert!(table("one.svg").contains(">90 % interval<"));
}

#[test]
fn a_fit_that_is_killed_goes_on_and_ends_in_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let plan = |file| fit(&["--to", "polarisation=0.6", "--free", "noise", "--steps", "400", "--jobs", "2", "-o", file]);
    ended(folder, &plan("whole.csv"), 0);
    let rows = || fs::metadata(folder.join("a.csv.part")).map_or(0, |part| part.len());
    for time in 0..3 {
        let before = rows();
        let mut child = program(folder).args(plan("a.csv")).stderr(Stdio::null()).spawn().expect("the program starts");
        // It is killed when it has got on a little: in the first generation, or in a later one.
        while rows() < before + 2500 && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        assert!(child.try_wait().unwrap().is_none(), "the fit is too short to be killed a {time}th time");
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.join("a.csv").exists());
    }
    ended(folder, &plan("a.csv"), 0);
    for end in ["", ".flock"] {
        let table = |name: &str| fs::read(folder.join(format!("{name}.csv{end}"))).unwrap();
        assert!(table("a") == table("whole"), "{end}");
    }
    assert!(!folder.join("a.csv.part").exists());
}

#[test]
fn a_recipe_goes_on_as_it_says_is_cited_and_has_no_shards() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let to = ["--to", "polarisation=0.6", "--free", "noise=0.5:5", "--steps", "50", "-o", "a.csv"];
    ended(folder, &fit(&to), 0);
    ended(folder, &["fit", "a.csv.flock", "-o", "b.csv"], 0);
    assert_eq!(fs::read(folder.join("a.csv")).unwrap(), fs::read(folder.join("b.csv")).unwrap());
    for option in ["--particles", "--generations"] {
        let parts = ["--particles, --generations: a.csv.flock tells this itself"];
        refused(folder, &["fit", "a.csv.flock", option, "40", "-o", "c.csv"], 2, &parts);
    }
    refused(folder, &["merge", "a.csv", "-o", "c.csv"], 2, &["a.csv: it is the table of a fit, which has no shards"]);
    let cited = program(folder).args(["cite", "a.csv.flock"]).output().unwrap();
    let cited = String::from_utf8(cited.stdout).unwrap();
    for part in [
        "@article{lenormand2013,",
        "Calibration. Free, with an even prior: noise from 0.5 to 5. They were fitted to polarisation = 0.6 by",
        "30 sets of parameters kept, up to 3 generations",
        "A run has 50 steps, of which the first 25 are left out",
    ] {
        assert!(cited.contains(part), "'{part}' is not in: {cited}");
    }
    assert!(!cited.contains("drawn at random"), "{cited}");
}

#[test]
fn mistakes_are_told() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::write(folder.join("cm.csv"), "id,frame,x/cm,y/cm\n1,0,0,0\n2,0,50,0\n1,1,9,0\n2,1,50,9\n1,2,19,0\n2,2,50,19\n")
        .unwrap();
    let refused = |more: &[&str], words: &[&str]| {
        let said = ended(folder, &fit(&[more, &["-o", "fit.csv"]].concat()), 2);
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
    let said = ended(folder, &other, 2);
    assert!(said.contains("its lengths are in cm") && said.contains("m, as those of pedestrians"), "{said}");
}
