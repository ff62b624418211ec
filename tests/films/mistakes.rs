//! What cannot be made is said before anything is drawn.

use super::*;
use tempfile::TempDir;

#[test]
fn what_does_not_fit_is_said_in_one_line_and_nothing_is_made() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let bad = |arguments: &str, parts: &[&str]| {
        let output = run(folder, &format!("record {arguments}"));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{arguments}: {said}");
        for part in parts {
            assert!(said.contains(part), "{arguments}: '{part}' is not in: {said}");
        }
        assert!(names(folder).is_empty(), "{arguments} left {:?}", names(folder));
    };
    bad("vicsek -o a.avi --seconds 1", &["a.avi", ".mp4", ".gif", ".png", "%05d"]);
    bad("vicsek -o a.mp4", &["--seconds", "--to"]);
    bad("vicsek -o a.png", &["--steps"]);
    bad("vicsek -o a.mp4 --seconds 1 --size 641x359", &["641×359", "even", "642x360"]);
    bad("vicsek -o a.mp4 --seconds 1 --size 7680x4320", &["3840x2160", "%05d.png"]);
    bad("vicsek -o a/%d.png --seconds 1 --size 9000x100", &["7680x4320"]);
    bad("vicsek -o a.gif --seconds 1 --size 1920x1080", &["1280"]);
    bad("vicsek -o a.gif --seconds 1 --fps 60 --size 64x64", &["50"]);
    bad("vicsek -o a.mp4 --seconds 1 --steps 5", &["--steps", "stills"]);
    bad("vicsek -o a.png --seconds 1 --steps 5", &["one step"]);
    bad("vicsek -o a.mp4 --from 9 --to 5", &["step 9", "step 5"]);
    bad("vicsek -o a.mp4 --seconds 1 --against nois=3", &["--against nois=3", "nearest: noise"]);
    bad("vicsek -o a.mp4 --seconds 1 --against noise", &["PATH=VALUE", "seed=S"]);
    bad("vicsek -o a.mp4 --seconds 1 --against seed=3 --seed 3", &["both would be the same"]);
    bad("vicsek -o a.svg --steps 5 --against noise=3", &["a.svg", "one run"]);
    bad("vicsek -o a.mp4 --seconds 0", &["seconds", "36000"]);
    bad("vicsek -o a.mp4 --seconds 1 --fps 0", &["fps"]);
    bad("vicsek -o a.mp4 --seconds 1 --transparent", &["opacity", ".png"]);
    bad("vicsek -o a.mp4 --seconds 1 --size 640", &["WIDTHxHEIGHT"]);
    bad("boids -o a.mp4 --seconds 1 --preset lectur", &["lectur", "lecture"]);
    bad("corridor -o a.mp4 --seconds 1 --fit tile", &["periodic", "bars"]);
}
