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
    draw_seen(scene, settings, "640x360", "")
}

/// The same at this size, with this view track of the journal.
fn draw_seen(scene: &str, settings: &[&str], size: &str, view: &str) -> Still {
    let folder = TempDir::new().expect("a temporary folder");
    let mut arguments = vec!["record", scene, "-o", "still.png", "--steps", "120", "--size", size];
    arguments.extend(settings.iter().flat_map(|setting| ["--set", setting]));
    if !view.is_empty() {
        fs::write(folder.path().join("seen.journal"), format!("(run: [], view: [{view}])")).expect("a temporary folder");
        arguments.extend(["--journal", "seen.journal"]);
    }
    ended(folder.path(), &arguments, 0);
    record::read_png(&fs::read(folder.path().join("still.png")).expect("a picture was made")).expect("a whole picture")
}

fn looks_as_stored(name: &str, scene: &str, settings: &[&str]) {
    is_as_stored(name, &draw(scene, settings));
}

/// A small picture, with this view track of the journal.
fn small_looks_as_stored(name: &str, scene: &str, settings: &[&str], view: &str) {
    is_as_stored(name, &draw_seen(scene, settings, "400x300", view));
}

fn is_as_stored(name: &str, still: &Still) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pictures").join(format!("{name}.png"));
    if env::var_os("FLOCKWORK_BLESS").is_some() {
        fs::write(&path, record::png(still, "").expect("a whole picture")).expect("the folder is there");
        return;
    }
    let stored = record::read_png(&fs::read(&path).expect("a stored picture")).expect("a whole picture");
    let (mean, largest) = difference(still, &stored);
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
fn links_look_as_stored() {
    small_looks_as_stored("links", "cucker_smale", &["agents=40", "view.trails=0"], "");
}

#[test]
fn vectors_look_as_stored() {
    small_looks_as_stored("vectors", "vicsek", &["view.vectors=true", "view.trails=0", "agents=1200", "noise=0.3"], "");
}

#[test]
fn walls_look_as_stored() {
    small_looks_as_stored("walls", "bottleneck", &[], "");
}

#[test]
fn zones_look_as_stored() {
    small_looks_as_stored(
        "zones",
        "couzin-school",
        &["view.trails=0", "agents=60"],
        "(0, select(agent: Some(7))), (0, follow(on: true))",
    );
}

#[test]
fn space_against_time_looks_as_stored() {
    small_looks_as_stored("raster", "chimera-time", &["view.rows=120"], "");
}

#[test]
fn densities_look_as_stored() {
    small_looks_as_stored("density", "vicsek", &["view.density=always", "agents=4000", "size=20", "noise=0.3"], "");
}

#[test]
fn a_school_in_space_looks_as_stored() {
    small_looks_as_stored("space", "couzin", &["agents=60"], "(3, camera(centre: (0.0, 0.0, 2.0), height: 22.0))");
}

#[test]
fn a_sphere_in_space_looks_as_stored() {
    small_looks_as_stored("sphere-light", "attention-sphere", &["view.theme=light", "view.yaw=-60", "view.pitch=40"], "");
}

#[test]
fn glowing_agents_look_as_stored() {
    small_looks_as_stored("glow", "fireflies", &["view.glow=1"], "");
}

#[test]
fn space_is_seen_from_where_the_journal_says() {
    let front = draw_seen("couzin", &[], "400x300", "");
    let turned = draw_seen("couzin", &["view.yaw=75", "view.pitch=-10"], "400x300", "");
    assert!(difference(&front, &turned).1 > 40.0, "another side of it is seen");
    let told = "(3, look(path: \"pitch\", value: -10.0)), (5, look(path: \"yaw\", value: 75.0))";
    assert_eq!(draw_seen("couzin", &[], "400x300", told), turned, "the journal turns it to the same side");
    // 45 degrees in 120 steps.
    let gone_round = draw_seen("couzin", &["view.orbit=0.375", "view.pitch=-10"], "400x300", "");
    assert_eq!(gone_round, turned, "the eye goes round by itself");
    let flat = draw_seen("vicsek", &["view.yaw=75", "view.pitch=-10"], "400x300", "");
    assert_eq!(flat, draw_seen("vicsek", &[], "400x300", ""), "a plane has no other side");
}

#[test]
fn glow_is_for_dark_ground() {
    let dark = |glow: &str| draw_seen("fireflies", &[glow], "400x300", "");
    assert!(difference(&dark("view.glow=1"), &dark("view.glow=0")).0 > 0.3, "light is shed");
    let light = |glow: &str| draw_seen("fireflies", &["view.theme=light", glow], "400x300", "");
    assert_eq!(light("view.glow=1"), light("view.glow=0"));
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
