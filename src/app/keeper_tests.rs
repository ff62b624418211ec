//! Runs that are kept, left behind and offered back.

use super::*;
use crate::{
    app::driver::{Driver, Order},
    lab::Lab,
    panel::Speed,
    scene::{Action, Journal, Value},
    sim::Simulation,
};
use std::{
    process::{Command, Stdio},
    time::Instant,
};

/// Where a child keeps its run.
const STATE: &str = "FLOCKWORK_TEST_STATE";

fn some_run(steps: u64) -> Box<Run> {
    let lab = Lab::new();
    let mut run = Simulation::new(&lab.open("vicsek").unwrap().scene, lab.models(), Some(1)).unwrap();
    for _ in 0..steps {
        run.step().unwrap();
    }
    Box::new(run.run())
}

/// Waits until something is so.
fn until(so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "it never came about");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_closed_window_leaves_its_run_as_the_last_one_and_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    assert!(left_behind(folder.path()).is_none() && last_run(folder.path()).is_none());
    let keeper = Keeper::new(folder.path()).unwrap();
    for steps in 1..5 {
        keeper.keep(some_run(steps));
    }
    drop(keeper);
    assert!(left_behind(folder.path()).is_none());
    let last = last_run(folder.path()).expect("there was a run");
    let run = Lab::new().open(&last.to_string_lossy()).unwrap().run.unwrap();
    assert_eq!(run.steps, 4, "the newest is kept");
}

#[test]
fn the_run_of_a_living_window_is_no_ones_but_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = [(); 2].map(|()| Keeper::new(folder.path()).unwrap());
    first.keep(some_run(1));
    second.keep(some_run(2));
    until(|| Slot::all(folder.path()).count() == 2);
    assert!(left_behind(folder.path()).is_none());
}

#[test]
fn a_run_that_was_left_behind_is_gone_on_with_or_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run-1.flock");
    fs::write(&path, some_run(3).write()).unwrap();
    let left = left_behind(folder.path()).expect("nobody lives who owns it");
    assert_eq!(left.path(), path);
    let keeper = Keeper::new(folder.path()).unwrap();
    keeper.adopt(&left);
    assert!(left_behind(folder.path()).is_none(), "it is owned again");
    keeper.keep(some_run(7));
    drop(keeper);
    assert!(!path.exists() && last_run(folder.path()).is_some());
    fs::write(&path, some_run(3).write()).unwrap();
    left_behind(folder.path()).unwrap().discard();
    assert!(left_behind(folder.path()).is_none());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Keeper::new(&file.join("state")).err().unwrap().to_string();
    assert!(error.contains("file/state") && error.contains("cannot be kept"), "{error}");
}

/// Plays with an unquiet hand until it is killed: the other half of the test below, which starts it.
#[test]
#[ignore = "never ends by itself"]
fn plays_until_it_is_killed() {
    let Some(folder) = env::var_os(STATE) else { return };
    let keeper = Arc::new(Keeper::new(Path::new(&folder)).unwrap());
    let lab = Lab::new();
    let driver = Driver::new(lab.models().clone(), Some(1), Some(keeper)).unwrap();
    let scene = Box::new(lab.open("vicsek").unwrap().scene);
    driver.order(Order::Begin { scene, journal: Journal::default(), known: None, measures: vec![], against: None });
    driver.order(Order::Speed(Speed::PerSecond(300.0)));
    driver.order(Order::Play(true));
    for turn in 0.. {
        let value = Value::Number(2.0 + f64::from(turn % 20) / 10.0);
        driver.order(Order::Act(Action::Set { path: "noise".into(), value }));
        std::thread::sleep(Duration::from_millis(20));
        driver.take();
    }
}

#[test]
fn what_a_killed_window_leaves_opens_and_replays_to_its_hash() {
    let lab = Lab::new();
    let folders: Vec<_> = (0..10).map(|_| tempfile::tempdir().unwrap()).collect();
    let begin = |folder: &tempfile::TempDir| {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "app::keeper::tests::plays_until_it_is_killed", "--ignored"]).env(STATE, folder.path());
        child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut children: Vec<_> = folders.iter().map(begin).collect();
    for (number, (folder, child)) in folders.iter().zip(&mut children).enumerate() {
        until(|| folder.path().join("run-1.flock").exists());
        // At another moment of the second in which it is kept again.
        std::thread::sleep(Duration::from_millis(97 * number as u64 % 400));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = left_behind(folder.path()).expect("it was left behind");
        let run = lab.open(&left.path().to_string_lossy()).unwrap().run.unwrap();
        assert!(run.steps > 0 && !run.journal.run.is_empty(), "{} steps", run.steps);
        let mut again = Simulation::new(&run.scene, lab.models(), Some(1)).unwrap();
        again.play(&run.journal).unwrap();
        for _ in 0..run.steps {
            again.step().unwrap();
        }
        again.play_actions().unwrap();
        assert_eq!(again.hash(), run.hash, "killed {number}");
    }
}
