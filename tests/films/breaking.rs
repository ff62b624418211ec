//! What is left when the making of a film breaks off: a whole file, or none.

use super::{mp4::Film, *};
use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Kills a recording after some time. Tells whether it had ended by then.
fn killed(folder: &Path, arguments: &str, after: Duration) -> bool {
    let mut command = program(folder);
    let mut child = command.args(arguments.split_whitespace()).stderr(Stdio::null()).spawn().expect("the program starts");
    sleep(after);
    let ended = child.try_wait().expect("a child").is_some();
    child.kill().expect("a child");
    child.wait().expect("a child");
    ended
}

#[test]
fn a_killed_recording_leaves_a_whole_film_or_none() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let arguments = "record vicsek -o film.mp4 --seconds 3 --size 320x180";
    let started = Instant::now();
    good(folder, arguments);
    let whole = started.elapsed();
    fs::remove_file(folder.join("film.mp4")).unwrap();
    for moment in 0..10u32 {
        // Spread over the whole time by the golden ratio, the last ones near its end.
        let part = (f64::from(moment) * 0.618).fract() * 0.9 + f64::from(moment) * 0.015;
        killed(folder, arguments, whole.mul_f64(part));
        match fs::read(folder.join("film.mp4")) {
            Ok(bytes) => {
                assert_eq!(Film::read(bytes).frames(), 90);
                fs::remove_file(folder.join("film.mp4")).unwrap();
            }
            Err(_) if cfg!(target_os = "linux") => assert!(names(folder).is_empty(), "{:?}", names(folder)),
            Err(_) => {}
        }
    }
}

#[test]
fn a_killed_recording_leaves_whole_pictures() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    killed(folder, "record vicsek -o f/%03d.png --seconds 30 --size 320x180", Duration::from_millis(1500));
    let names = names(&folder.join("f"));
    for name in &names {
        picture(&folder.join("f").join(name));
    }
    let recorded = names.len();
    assert!(names.last().is_none_or(|last| *last == format!("{:03}.png", recorded - 1)), "{names:?}");
}

#[test]
fn an_old_film_stays_until_the_new_one_is_whole() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    fs::write(folder.join("film.mp4"), "old").unwrap();
    assert!(!killed(folder, "record vicsek -o film.mp4 --seconds 60 --size 640x360", Duration::from_millis(1200)));
    assert_eq!(fs::read(folder.join("film.mp4")).unwrap(), b"old");
}

/// Files may have this many blocks of 512 or 1024 bytes, as on a disk that is nearly full.
fn on_a_small_disk(folder: &Path, blocks: u32, arguments: &str) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {arguments}");
    Command::new("sh")
        .args(["-c", &script, env!("CARGO_BIN_EXE_flockwork")])
        .current_dir(folder)
        .output()
        .expect("there is a shell")
}

#[test]
fn a_full_disk_is_said_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    for (file, blocks) in [("film.mp4", 16), ("film.gif", 16), ("still.png", 2)] {
        let length = if file == "still.png" { "--steps 5 --size 640x360" } else { "--seconds 1 --size 320x180" };
        let output = on_a_small_disk(folder, blocks, &format!("record vicsek -o {file} {length}"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("there is no room for it"), "{said}");
        assert!(!said.contains("panicked"), "{said}");
        assert!(names(folder).is_empty(), "{:?}", names(folder));
    }
}

#[test]
fn a_film_is_finished_though_nobody_listens() {
    let folder = TempDir::new().unwrap();
    let mut command = program(folder.path());
    command.args("record vicsek -o film.mp4 --seconds 1 --size 64x64 --progress".split(' '));
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stderr.take());
    assert!(child.wait().expect("a child").success());
    assert_eq!(Film::read(fs::read(folder.path().join("film.mp4")).unwrap()).frames(), 30);
}

#[test]
fn progress_is_told_in_lines_for_programs() {
    let folder = TempDir::new().unwrap();
    let said = good(folder.path(), "record vicsek -o film.mp4 --from 2 --to 5 --size 64x64 --progress");
    // Drivers may have something to say before.
    let lines: Vec<&str> = said.lines().skip_while(|line| !line.starts_with("film.mp4")).collect();
    assert!(lines[0].contains("4 frames"), "what to expect comes first: {said}");
    assert_eq!(lines[1..], ["step 1/2", "step 2/2", "frame 1/4", "frame 2/4", "frame 3/4", "frame 4/4", "done film.mp4"]);
}
