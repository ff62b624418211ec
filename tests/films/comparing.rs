//! Two runs side by side: a scene, and the same with one difference.

use super::{mp4::Film, *};
use flockwork::recipe;
use tempfile::TempDir;

/// A part of a picture: x, y, width, height.
fn part(still: &Still, [x, y, width, height]: [u32; 4]) -> Still {
    let row = |y: u32| still.rgba[((y * still.width + x) * 4) as usize..][..(width * 4) as usize].iter().copied();
    Still { width, height, rgba: (y..y + height).flat_map(row).collect() }
}

fn still(folder: &Path, arguments: &str) -> Still {
    good(folder, &format!("record vicsek -o still.png --steps 20 --set view.legend=false {arguments}"));
    picture(&folder.join("still.png"))
}

fn largest_difference(a: &Still, b: &Still) -> u8 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    a.rgba.iter().zip(&b.rgba).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn each_half_is_the_picture_of_a_lone_run() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    // So wide that lines are as thick in the half as in the whole.
    let [noise, seed] = ["noise=3", "seed=8"].map(|other| still(folder, &format!("--size 1202x240 --against {other}")));
    let lone = |arguments: &str| still(folder, &format!("--size 600x240 {arguments}"));
    let [first, by_noise, by_seed] = [lone(""), lone("--set noise=3"), lone("--seed 8")];
    let halves = [[0, 0, 600, 240], [602, 0, 600, 240]];
    for (both, second) in [(&noise, &by_noise), (&seed, &by_seed)] {
        assert_eq!((both.width, both.height), (1202, 240));
        let [left, right] = halves.map(|half| part(both, half));
        assert!(largest_difference(&left, &first) <= 1 && largest_difference(&right, second) <= 1);
        assert!(difference(&left, &right) > 1.0, "{}", difference(&left, &right));
        assert!(both.rgba.chunks(4).all(|pixel| pixel[3] == 255), "the line between them is opaque");
    }
    // A tall picture has one below the other.
    let tall = still(folder, "--size 240x1202 --against noise=3 --fit bars");
    let above = part(&tall, [0, 0, 240, 600]);
    assert!(largest_difference(&above, &still(folder, "--size 240x600 --fit bars")) <= 1);
}

#[test]
fn a_comparison_is_recorded_opened_and_replayed_as_one() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let hand = "(5, press(tool: attract, layout: natural, at: (3.0, 3.0), radius: 2.0)), (9, release)";
    fs::write(folder.join("both.ron"), format!("(run: [(3, set(path: \"noise\", value: 0.5)), {hand}])")).unwrap();
    fs::write(folder.join("second.ron"), format!("(run: [{hand}])")).unwrap();
    let options = "--to 12 --fps 10 --steps-per-frame 1 --size 640x360 --panel";
    good(folder, &format!("record vicsek -o a.mp4 --journal both.ron --against noise=3 {options}"));
    let made = Film::read(fs::read(folder.join("a.mp4")).unwrap());
    assert_eq!((made.frames(), made.size), (13, [640, 360]));
    let pictures = made.pictures();
    let halves = [[0, 0, 222, 360], [224, 0, 224, 360]].map(|half| part(&pictures[12], half));
    assert!(halves.iter().all(|half| half.rgba.chunks(4).any(|pixel| pixel[1] > 150)), "agents in both");
    // What is done by hand is done to both, and what is compared stays as it is in the second.
    good(folder, "run vicsek --set noise=3 --journal second.ron --steps 12 --save second.flock -o second.csv");
    let hash = |text: &str| text.split_once("hash: \"").unwrap().1.split('"').next().unwrap().to_owned();
    let recipe = recipe::of(&mut fs::File::open(folder.join("a.mp4")).unwrap()).unwrap().unwrap();
    let against = recipe.split_once("against: ").unwrap().1;
    assert!(against.contains("set: \"noise=3\""), "{recipe}");
    assert_eq!(hash(against), hash(&fs::read_to_string(folder.join("second.flock")).unwrap()));
    let replay = run(folder, "replay a.mp4");
    let said = String::from_utf8_lossy(&replay.stdout).into_owned();
    assert!(said.contains("12 steps replayed") && said.contains("beside it (noise=3), as saved"), "{said}");
    good(folder, "record a.mp4 -o again.mp4");
    assert!(fs::read(folder.join("a.mp4")).unwrap() == fs::read(folder.join("again.mp4")).unwrap(), "it opens as it was");
    // Another end of the second run is found out.
    good(folder, "record vicsek -o still.png --steps 4 --size 64x48 --against seed=8");
    let recipe = recipe::of(&mut fs::File::open(folder.join("still.png")).unwrap()).unwrap().unwrap();
    let right = hash(recipe.split_once("against: ").unwrap().1);
    fs::write(folder.join("wrong.flock"), recipe.replace(&right, "0123456789abcdef")).unwrap();
    let wrong = run(folder, "replay wrong.flock");
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(wrong.status.code() == Some(1) && said.contains("beside it (seed=8)") && said.contains(&right), "{said}");
}

#[test]
fn a_story_is_told_of_two_runs() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let options = "--to 12 --fps 10 --steps-per-frame 1 --size 640x480";
    good(folder, &format!("record vicsek --story -o told.mp4 --against seed=8 {options}"));
    good(folder, &format!("record vicsek --story -o lone.mp4 {options}"));
    let [told, lone] = ["told.mp4", "lone.mp4"].map(|name| Film::read(fs::read(folder.join(name)).unwrap()).pictures());
    assert_eq!(told.len(), 13);
    // The words stand under both as they stand under one, and the halves above them share the line.
    let below = [0, 440, 640, 40];
    assert!(difference(&part(&told[12], below), &part(&lone[12], below)) < 1.0);
    let [left, right] = [[0, 0, 222, 300], [226, 0, 222, 300]].map(|half| part(&told[12], half));
    assert!(difference(&left, &right) > 1.0, "each has its own run");
    let replay = run(folder, "replay told.mp4");
    let said = String::from_utf8_lossy(&replay.stdout).into_owned();
    assert!(said.contains("beside it (seed=8), as saved"), "{said}");
}
