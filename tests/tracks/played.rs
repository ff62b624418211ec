//! Tracks from the command line: trackers' tables, saved runs that notice other data, individuals with clocks of their own.

use crate::program::{ended, flockwork, refused};
use std::{fs, path::Path};
use tempfile::TempDir;

/// Runs with these arguments, which must succeed, and gives the lines on standard output and what was said.
fn lines(folder: &Path, arguments: &[&str]) -> (Vec<String>, String) {
    let output = flockwork(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    (String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect(), said)
}

/// Two that go along x side by side, three frames long.
const TABLES: [(&str, &str, &str); 4] = [
    ("idtracker.csv", "0.08", "time,x1,y1,x2,y2\n0.00,1,2,3,4\n0.04,2,2,4,4\n0.08,3,2,5,4\n"),
    ("tank_fish0.csv", "2", "frame,missing,X#wcentroid (cm),Y#wcentroid (cm)\n0,0,1,2\n1,0,2,2\n2,0,3,2\n"),
    (
        "sleap.csv",
        "2",
        "track,frame_idx,instance.score,head.x,head.y,head.score\nt0,0,1,1,2,1\nt1,0,1,3,4,1\nt0,1,1,2,2,1\nt1,1,1,4,4,1\nt0,2,1,3,2,1\n\
         t1,2,1,5,4,1\n",
    ),
    (
        "deeplabcut.csv",
        "2",
        "scorer,net,net,net,net,net,net\nindividuals,a,a,a,b,b,b\nbodyparts,nose,nose,nose,nose,nose,nose\n\
         coords,x,y,likelihood,x,y,likelihood\n0,1,2,0.9,3,4,0.9\n1,2,2,0.9,4,4,0.9\n2,3,2,0.9,5,4,0.9\n",
    ),
];

#[test]
fn the_tables_of_trackers_are_run() {
    let folder = TempDir::new().unwrap();
    for (name, _, text) in TABLES {
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::write(
        folder.path().join("tank_fish1.csv"),
        TABLES[1].2.replace(",3,2", ",5,4").replace(",1,2", ",3,4").replace(",2,2", ",4,4"),
    )
    .unwrap();
    for (name, end, _) in TABLES {
        let arguments = ["run", name, "--measure", "polarisation", "--measure", "mean_speed", "--measure", "nearest_distance"];
        let (lines, said) = lines(folder.path(), &arguments);
        assert_eq!(lines[0], "step,time,polarisation,mean_speed,nearest_distance", "{name}");
        assert_eq!(lines.len(), 4, "{name}: {lines:?}");
        assert!(lines[3].starts_with(&format!("2,{end},1,")), "{name}: {lines:?}");
        assert!(said.contains("2 steps"), "{name}: {said}");
    }
}

#[test]
fn the_recipe_of_a_sweep_notices_other_data() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let text = "id,frame,x,y\n1,0,0,0\n1,1,1,0\n1,2,3,0\n1,3,4,0\n";
    fs::write(folder.join("walk.csv"), text).unwrap();
    fs::write(folder.join("other.csv"), text.replace("3,0", "2,0")).unwrap();
    let sweep = |scene: &'static str, vary: &'static str, table: &'static str| {
        let mut arguments = vec!["sweep", scene, "-o", table];
        arguments.extend(if vary.is_empty() { vec![] } else { vec!["--vary", vary, "--measure", "mean_speed"] });
        arguments
    };
    ended(folder, &sweep("walk.csv", "rate=5,10", "rates.csv"), 0);
    ended(folder, &sweep("rates.csv.flock", "", "again.csv"), 0);
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(read("rates.csv"), read("again.csv"));
    // Where files are varied, there is no one content.
    ended(folder, &sweep("walk.csv", "file=walk.csv,other.csv", "files.csv"), 0);
    fs::write(folder.join("walk.csv"), text.replace("1,1,1,0", "1,1,1.5,0")).unwrap();
    let was = ["walk.csv: its content is not what it was", "--set content="];
    refused(folder, &sweep("rates.csv.flock", "", "late.csv"), 1, &was);
    refused(folder, &["run", "rates.csv#1"], 1, &was);
    ended(folder, &sweep("files.csv.flock", "", "late.csv"), 0);
}

#[test]
fn a_saved_run_notices_other_data_and_finds_its_tracks_beside_it() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let text = "id,frame,x,y\n1,0,0,0\n1,1,1,0\n1,2,3,0\n1,3,4,0\n";
    fs::create_dir_all(folder.join("saved/deep")).unwrap();
    fs::create_dir(folder.join("moved")).unwrap();
    fs::write(folder.join("walk.csv"), text).unwrap();
    lines(folder, &["run", "walk.csv", "--save", "saved/deep/walk.flock", "-o", "saved/read.csv"]);
    // From any folder.
    for (place, run) in
        [("", "saved/deep/walk.flock"), ("saved", "deep/walk.flock"), ("saved/deep", "walk.flock"), ("saved", "read.csv.flock")]
    {
        ended(&folder.join(place), &["replay", run], 0);
    }
    // Only the middle is another one: the end of the run is the same.
    fs::write(folder.join("walk.csv"), text.replace("1,1,1,0", "1,1,1.5,0")).unwrap();
    refused(folder, &["replay", "saved/deep/walk.flock"], 1, &["walk.csv: its content is not what it was", "--set content="]);
    lines(folder, &["run", "saved/deep/walk.flock", "--set", "content="]);
    // Both in another folder.
    fs::write(folder.join("moved/walk.csv"), text).unwrap();
    fs::rename(folder.join("saved/deep/walk.flock"), folder.join("moved/walk.flock")).unwrap();
    fs::remove_file(folder.join("walk.csv")).unwrap();
    ended(folder, &["replay", "moved/walk.flock"], 0);
    fs::remove_file(folder.join("moved/walk.csv")).unwrap();
    refused(folder, &["replay", "moved/walk.flock"], 1, &["walk.csv: cannot be read"]);
}

#[test]
fn clocks_of_ones_own_and_a_rate_that_is_none_are_told() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let walk = |clock: f64| (0..20).map(move |tick| (f64::from(tick) + clock) * 0.2);
    let rows =
        [(1, 0.0), (2, 0.4)].map(|(id, clock)| walk(clock).map(|t| format!("{id},{t},{},{id}\n", 3.0 * t)).collect::<String>());
    fs::write(folder.join("own.csv"), format!("id,time/s,x/m,y/m\n{}", rows.concat())).unwrap();
    let (lines_of, said) = lines(folder, &["run", "own.csv", "--measure", "mean_speed", "--measure", "polarisation"]);
    assert!(
        said.contains("own.csv: individuals are not seen on one clock: each is put on one of a step every 0.2 s"),
        "{said}"
    );
    let speed: f64 = lines_of[5].split(',').nth(2).unwrap().parse().unwrap();
    assert!((speed - 3.0).abs() < 1e-4, "{lines_of:?}");
    let text = "id frame x/m y/m\n1 0 0 0\n1 1 1 0\n1 2 2 0\n";
    fs::write(folder.join("word.txt"), format!("# framerate: unknown\n# {text}")).unwrap();
    assert!(lines(folder, &["run", "word.txt"]).1.contains("line 1 tells the frame rate as 'unknown'"));
    fs::write(folder.join("none.txt"), format!("# framerate: -25\n# {text}")).unwrap();
    refused(folder, &["run", "none.txt"], 2, &["none.txt:1: '-25' is no frame rate; allowed: a number above 0"]);
}

#[test]
fn who_stands_or_is_seen_once_does_not_count_as_going_nowhere() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    // One goes, one stands, one is seen once, in the middle.
    let text = "id,frame,x,y\n1,0,0,0\n1,1,1,0\n1,2,2,0\n2,0,5,5\n2,1,5,5\n2,2,5,5\n3,1,9,9\n";
    fs::write(folder.join("few.csv"), text).unwrap();
    let (lines, _) =
        lines(folder, &["run", "few.csv", "--measure", "polarisation", "--measure", "rotation", "--agents", "agents.csv"]);
    assert!(lines[1..].iter().all(|line| line.split(',').nth(2) == Some("1")), "{lines:?}");
    let agents = fs::read_to_string(folder.join("agents.csv")).unwrap();
    assert!(agents.contains("\n1,1,3,9,9,NaN,NaN\n") && agents.contains("\n1,1,2,5,5,0,0\n"), "{agents}");
}
