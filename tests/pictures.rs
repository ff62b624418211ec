//! The picture path: scenes drawn off screen by whatever driver there is, compared with stored images.
//!
//! Drivers round differently, so bytes are not compared. The pictures are averaged over blocks of 8 × 8 pixels, which
//! is about the size of an agent; the mean difference of all blocks must stay under 1 of 255 levels, and no block may
//! differ by more than 40. A missing agent, trail or legend changes a block by more than 60, a wrong colour map all of
//! them. To store the images anew after an intended change of the picture, run this test with FLOCKWORK_BLESS=1 and
//! look at what it wrote.

#![cfg(feature = "window")]

use crate::program::ended;
use flockwork::{record, view::Still};
use std::{env, fs, path::Path};
use tempfile::TempDir;

const BLOCK: usize = 8;

fn blocks(still: &Still) -> Vec<[f64; 3]> {
    let (width, height) = (still.width as usize / BLOCK, still.height as usize / BLOCK);
    let mut blocks = vec![[0.0; 3]; width * height];
    for y in 0..height * BLOCK {
        for x in 0..width * BLOCK {
            let pixel = &still.rgba[(y * still.width as usize + x) * 4..];
            let block = &mut blocks[y / BLOCK * width + x / BLOCK];
            for (sum, byte) in block.iter_mut().zip(pixel) {
                *sum += f64::from(*byte) / (BLOCK * BLOCK) as f64;
            }
        }
    }
    blocks
}

/// Mean and largest difference of two pictures' blocks, in levels of 255.
fn difference(a: &Still, b: &Still) -> (f64, f64) {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let differences: Vec<f64> =
        blocks(a).iter().flatten().zip(blocks(b).iter().flatten()).map(|(a, b)| (a - b).abs()).collect();
    (differences.iter().sum::<f64>() / differences.len() as f64, differences.iter().copied().fold(0.0, f64::max))
}

fn draw(scene: &str, settings: &[&str]) -> Still {
    let folder = TempDir::new().expect("a temporary folder");
    let mut arguments = vec!["record", scene, "-o", "still.png", "--steps", "120", "--size", "640x360"];
    arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
    ended(folder.path(), &arguments, 0);
    record::read_png(&fs::read(folder.path().join("still.png")).expect("a picture was made")).expect("a whole picture")
}

fn looks_as_stored(name: &str, scene: &str, settings: &[&str]) {
    let still = draw(scene, settings);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(format!("{name}.png"));
    if env::var_os("FLOCKWORK_BLESS").is_some() {
        fs::write(&path, record::png(&still, "").expect("a whole picture")).expect("the folder is there");
        return;
    }
    let stored = record::read_png(&fs::read(&path).expect("a stored picture")).expect("a whole picture");
    let (mean, largest) = difference(&still, &stored);
    assert!(mean < 1.0 && largest < 40.0, "{name}: mean difference {mean:.2}, largest {largest:.1} of 255 levels");
}

#[test]
fn flocks_look_as_stored() {
    looks_as_stored("vicsek", "vicsek", &[]);
}

#[test]
fn flocks_on_light_ground_look_as_stored() {
    looks_as_stored("boids-light", "boids", &["view.theme=light"]);
}

#[test]
fn phases_on_the_circle_look_as_stored() {
    looks_as_stored("kuramoto", "kuramoto", &[]);
}

#[test]
fn a_field_of_phases_looks_as_stored() {
    looks_as_stored("kuramoto-lattice", "kuramoto-lattice", &[]);
}

#[test]
fn swarms_look_as_stored() {
    looks_as_stored("swarmalators", "swarmalators", &[]);
}

#[test]
fn the_comparison_sees_what_it_must() {
    let still = draw("vicsek", &[]);
    let bare = draw("vicsek", &["view.legend=false", "view.trails=0"]);
    let (_, largest) = difference(&still, &bare);
    assert!(largest > 40.0, "a legend gone is seen: {largest}");
    let grey = draw("vicsek", &["view.colour=none"]);
    let (mean, largest) = difference(&still, &grey);
    assert!(mean > 1.0 || largest > 40.0, "colours gone are seen: {mean} {largest}");
}

#[test]
fn a_picture_opens_the_run_that_made_it() {
    let folder = TempDir::new().expect("a temporary folder");
    let run = |arguments: &[&str], code| ended(folder.path(), arguments, code);
    run(&["record", "boids", "-o", "a.png", "--steps", "30", "--size", "320x200", "--seed", "9"], 0);
    run(&["replay", "a.png"], 0);
    assert!(run(&["record", "boids", "-o", "a.jpg", "--steps", "3"], 2).contains(".png"));
}
