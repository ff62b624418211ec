//! Each file opens the run that made it.

use super::*;
use tempfile::TempDir;

#[test]
fn films_and_pictures_open_the_run_that_made_them() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::write(folder.join("journal.ron"), "(run: [(3, set(path: \"noise\", value: 0.5))])").unwrap();
    let scene = "vicsek --seed 9 --journal journal.ron --size 64x48";
    for film in ["a.mp4", "b.gif"] {
        good(folder, &format!("record {scene} -o {film} --to 12"));
    }
    good(folder, &format!("record {scene} -o c.png --steps 12"));
    good(folder, &format!("record {scene} -o d/%d.png --to 12"));
    for file in ["a.mp4", "b.gif", "c.png", "d/12.png"] {
        let replay = run(folder, &format!("replay {file}"));
        let said = String::from_utf8_lossy(&replay.stdout).into_owned();
        assert!(replay.status.success() && said.starts_with("12 steps") && said.contains("as saved"), "{file}: {said}");
        let readings = run(folder, &format!("run {file}"));
        assert_eq!(readings.stdout, run(folder, "run a.mp4").stdout, "{file}");
    }
    // The sequence's pictures hold the run up to each.
    assert!(String::from_utf8_lossy(&run(folder, "replay d/2.png").stdout).starts_with("2 steps"));
}

#[test]
fn a_film_of_a_film_is_the_same_film() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for (file, options) in [
        ("a.mp4", "--from 4 --seconds 0.5 --fps 20 --steps-per-frame 3 --size 64x48"),
        ("b.gif", "--to 9 --slow 2 --size 48x64"),
    ] {
        good(folder, &format!("record vicsek -o {file} {options}"));
        good(folder, &format!("record {file} -o again-{file} --size {}", options.rsplit(' ').next().unwrap()));
        assert!(fs::read(folder.join(file)).unwrap() == fs::read(folder.join(format!("again-{file}"))).unwrap(), "{file}");
    }
}

#[test]
fn a_replay_takes_changes_and_says_so() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    good(folder, "record vicsek -o a.mp4 --to 12 --size 64x48");
    let changed = run(folder, "replay a.mp4 --set noise=0.5 -o b.png --size 64x48");
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
    assert!(String::from_utf8_lossy(&changed.stdout).contains("with changes"));
    let looks = run(folder, "replay a.mp4 --set view.theme=light --threads 2");
    assert!(String::from_utf8_lossy(&looks.stdout).contains("as saved"), "a look changes nothing");
}

#[test]
fn what_was_made_elsewhere_or_is_cut_short_is_said() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    good(folder, "record vicsek -o a.mp4 --to 12 --size 64x48");
    let whole = fs::read(folder.join("a.mp4")).unwrap();
    fs::write(folder.join("short.mp4"), &whole[..whole.len() - 9]).unwrap();
    fs::write(folder.join("other.mp4"), b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08moov").unwrap();
    for (file, part) in [("short.mp4", "not a whole"), ("other.mp4", "holds no run")] {
        let said = run(folder, &format!("replay {file}"));
        let text = String::from_utf8_lossy(&said.stderr).into_owned();
        assert!(said.status.code() == Some(2) && text.contains(part) && text.contains(file), "{text}");
    }
}
