//! Runs that earlier versions saved go on opening.

use flockwork::{lab::Lab, sim::Simulation};
use std::{fs, path::Path};

#[test]
fn every_run_of_an_earlier_version_opens_and_plays_to_its_end() {
    let lab = Lab::new();
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs");
    let mut opened = 0;
    for version in fs::read_dir(runs).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        for path in fs::read_dir(&version).unwrap().map(|entry| entry.unwrap().path()) {
            let place = path.display().to_string();
            let run = lab.open(&place).unwrap_or_else(|error| panic!("{error}")).run.expect("a saved run");
            assert_eq!(Some(run.version.as_str()), version.file_name().and_then(|name| name.to_str()), "{place}");
            let mut again = Simulation::new(&run.scene, lab.models(), Some(2)).unwrap();
            again.play(&run.journal).unwrap();
            while again.clock().step < run.steps {
                again.step().unwrap_or_else(|error| panic!("{place}: {error}"));
            }
            again.play_actions().unwrap();
            assert_eq!(again.journal().run, run.journal.run, "{place}");
            opened += 1;
        }
    }
    assert!(opened >= 5, "{opened} runs");
}
