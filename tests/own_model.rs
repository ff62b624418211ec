//! A model in a stranger's code has all that Flockwork's own have.

#[path = "../examples/own_model.rs"]
#[expect(dead_code, reason = "the example's own entry is not called here")]
mod example;

use example::Walkers;
use flockwork::{cli, lab::Lab, sim::Simulation, verify};
use std::{ffi::OsString, process::ExitCode};

#[test]
fn it_is_listed_opened_run_and_verified_by_its_name() {
    let lab = Lab::new().with::<Walkers>();
    assert!(lab.gallery().iter().any(|(name, _)| name == "walkers"), "the gallery has a scene of its name");
    let scene = lab.open("walkers").unwrap().scene;
    let hashes = [1, 2].map(|threads| {
        let mut run = Simulation::new(&scene, lab.models(), Some(threads)).unwrap();
        (0..50).for_each(|_| run.step().unwrap());
        run.hash()
    });
    assert_eq!(hashes[0], hashes[1]);
    let walkers = lab.models().find("walkers").unwrap();
    let verdicts = verify::verify(&lab, walkers, walkers.facts(), |_| Ok(())).unwrap();
    assert!(!verdicts.is_empty() && verdicts.iter().all(verify::Verdict::holds), "{verdicts:?}");
}

#[test]
fn the_command_line_knows_it() {
    let lab = Lab::new().with::<Walkers>();
    let call = |arguments: &[&str]| {
        let arguments = ["own_model"].iter().chain(arguments).map(OsString::from);
        format!("{:?}", cli::run_with(&lab, arguments.collect::<Vec<_>>()))
    };
    let (good, wrong) = (format!("{:?}", ExitCode::SUCCESS), format!("{:?}", ExitCode::from(2)));
    assert_eq!(call(&["models", "walkers"]), good);
    assert_eq!(call(&["run", "walkers", "--steps", "3", "--set", "coupling=0.5"]), good);
    assert_eq!(call(&["run", "walkers", "--steps", "3", "--set", "coupling=1.5"]), wrong);
    assert_eq!(call(&["verify", "walkers"]), good);
}
