//! Recorded tracks: every format tells the same, mistakes are named, nothing makes a reader panic, and a recording
//! plays as a scene like any other.

mod fuzz;
mod mistakes;
mod played;

use bevy_math::{Vec2, Vec3};
use flockwork::{
    lab::Lab,
    measures::Observer,
    scene::{Scene, Value},
    sim::{Id, Simulation, Velocity},
    tracks::Recording,
};
use std::{fs, path::Path};

/// The first 200 rows of trial bi_corr_400_b_03 with its comments (MIT licence, see `tests/data/LICENSE-pedpy`).
const EXCERPT: &str = include_str!("../data/bi_corr_excerpt.txt");

/// Three frames of two individuals; the second is lost in the middle.
const SMALL: &str = "id,frame,x/m,y/m\n1,0,0,0\n1,1,1,0\n1,2,2,0\n2,0,5,5\n2,1,,\n2,2,5,7\n";

fn read(text: impl AsRef<[u8]>) -> flockwork::error::Result<Recording> {
    Recording::read(text.as_ref(), "walk.csv")
}

/// The displacements of those present at a step.
fn moved(tracks: &Recording, step: u64) -> Vec<Option<Vec3>> {
    tracks.seen(step).iter().map(|seen| seen.moved).collect()
}

/// A NumPy file, written field by field.
fn npy(descr: &str, fortran: bool, shape: &str, numbers: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({shape}), }}");
    header.push_str(&" ".repeat(63 - (10 + header.len()) % 64));
    header.push('\n');
    let length = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], header.as_bytes(), numbers].concat()
}

fn doubles(numbers: &[f64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn simulation(text: &[u8], ending: &str, changes: &[(&str, &str)]) -> (Simulation, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("walk.{ending}"));
    fs::write(&path, text).unwrap();
    let lab = Lab::new();
    let mut scene = lab.open(path.to_str().unwrap()).unwrap().scene;
    for (path, value) in changes {
        lab.model_of(&scene).set(&mut *scene.model.params, path, &Value::parse(value)).unwrap();
    }
    (Simulation::new(&scene, lab.models(), Some(1)).unwrap(), folder)
}

fn corridor() -> Scene {
    Lab::new().open("corridor").unwrap().scene
}

#[test]
fn the_excerpt_reads_as_it_is() {
    let tracks = read(EXCERPT).unwrap();
    assert_eq!((tracks.rows(), tracks.individuals(), tracks.length()), (200, 2, 168));
    assert_eq!((tracks.rate(), tracks.unit(), tracks.span()), (Some(25.0), Some("cm"), (94.0, 262.0)));
    assert_eq!(tracks.at(0), (vec![1], vec![Vec3::new(-554.56, 309.452, 0.0)]));
    assert_eq!(tracks.at(38).0, [1, 2]);
}

/// The whole recording has, in NumPy, 480 people, frames 94 to 3340, x from −562.465 to 454.517 cm and y from −8.474 to
/// 427.222 cm; the one in the gallery is every second frame of it, to the millimetre.
#[test]
fn the_gallerys_recording_has_the_figures_of_its_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/data/corridor.txt");
    let tracks = Recording::open(&path).unwrap();
    assert_eq!((tracks.rows(), tracks.individuals(), tracks.span()), (60_401, 480, (94.0, 3340.0)));
    assert_eq!((tracks.length(), tracks.frames_per_step(), tracks.rate()), (1623, 2.0, Some(25.0)));
    let (min, max) = tracks.bounds();
    assert!((min.truncate() - Vec2::new(-562.465, -8.474)).abs().max_element() < 6.0, "{min}");
    assert!((max.truncate() - Vec2::new(454.517, 427.222)).abs().max_element() < 6.0, "{max}");
}

#[test]
fn every_format_tells_the_same() {
    let nan = f64::NAN;
    let small = read(SMALL).unwrap();
    let same = [
        SMALL.replace(',', "\t"),
        SMALL.replace(',', ";"),
        SMALL.replace(',', " , ").replace('\n', "\r\n"),
        SMALL.replace(",,", ",NaN,nan"),
        format!("\u{feff}{SMALL}"),
        "# made by hand\nY [m],X [m],note,AGENT,Frame,z\n0,0,a,1,0,9\n0,1,,1,1,\n0,2,,1,2,\n5,5,,2,0,\n7,5,,2,2,".into(),
        "# id frame x/m y/m z/m\n1 0 0 0 1.7\n1 1 1 0 1.7\n1  2  2  0 1.7\n2 0 5 5 1.7\n2 2 5 7 1.7\n".into(),
        "id;frame;x_m;y_m\n1;0;0,0;0\n1;1;1,0;0\n1;2;2,0;0\n2;0;5,0;5\n2;2;5,0;7,0\n".into(),
    ];
    for text in same {
        let other = read(&text).unwrap();
        assert_eq!((other.rate(), other.unit(), other.length()), (small.rate(), small.unit(), small.length()), "{text}");
        (0..=2).for_each(|step| assert_eq!(other.seen(step), small.seen(step), "{text}"));
    }
    let by_c = [0.0, 0.0, 5.0, 5.0, 1.0, 0.0, nan, nan, 2.0, 0.0, 5.0, 7.0];
    let by_fortran = [0.0, 1.0, 2.0, 5.0, nan, 5.0, 0.0, 0.0, 0.0, 5.0, nan, 7.0];
    let singles: Vec<u8> = by_c.iter().flat_map(|number| (*number as f32).to_le_bytes()).collect();
    for file in [
        npy("<f8", false, "3, 2, 2", &doubles(&by_c)),
        npy("<f8", true, "3, 2, 2", &doubles(&by_fortran)),
        npy("<f4", false, "3, 2, 2", &singles),
    ] {
        let array = Recording::read(&file[..], "walk.npy").unwrap();
        assert_eq!((array.rate(), array.unit(), array.length()), (None, None, 2));
        for step in 0..=2 {
            assert_eq!(array.at(step).1, small.at(step).1);
            assert_eq!(moved(&array, step), moved(&small, step));
        }
    }
}

#[test]
fn times_and_comments_tell_the_rate() {
    let rate = |text: &str| read(text).unwrap().rate();
    assert_eq!(rate("id,t,x,y\n1,0,0,0\n1,0.033,1,0\n1,0.067,2,0\n1,0.1,3,0\n1,0.2,4,0\n"), Some(30.0));
    assert_eq!(rate("id,time [ms],x,y\n1,400,0,0\n1,440,1,0\n1,520,1,0\n"), Some(25.0));
    assert_eq!(rate("id,frame,time/s,x,y\n1,10,0.4,0,0\n1,20,0.8,0,0\n"), Some(25.0));
    assert_eq!(rate("id,frame,timestamp,x,y\n1,10,400,0,0\n1,20,800,0,0\n"), None);
    assert_eq!(rate("id,t,x,y\n1,5,0,0\n1,10,1,0\n"), None);
    let gap = read("id,t,x,y\n1,0,0,0\n1,0.5,1,0\n1,1,1,0\n1,3,1,0\n").unwrap();
    assert_eq!((gap.length(), gap.at(4).0.len(), gap.at(6).0.len()), (6, 0, 1));
}

#[test]
fn velocities_are_central_where_both_neighbours_are_seen() {
    let tracks = read("id,frame,x,y\n1,0,0,0\n1,1,1,0\n1,2,4,0\n1,4,9,0\n1,6,9,9\n1,7,9,8\n").unwrap();
    let moved: Vec<_> = (0..=7).map(|step| moved(&tracks, step).first().copied()).collect();
    let expected = [
        Some(Some(Vec3::new(1.0, 0.0, 0.0))),
        Some(Some(Vec3::new(2.0, 0.0, 0.0))),
        Some(Some(Vec3::new(3.0, 0.0, 0.0))),
        None,
        // Seen in neither of its neighbours.
        Some(None),
        None,
        Some(Some(Vec3::new(0.0, -1.0, 0.0))),
        Some(Some(Vec3::new(0.0, -1.0, 0.0))),
    ];
    assert_eq!(moved, expected);
}

#[test]
fn a_recording_plays_as_it_was_and_then_holds() {
    let (mut simulation, _folder) = simulation(SMALL.as_bytes(), "csv", &[("rate", "10")]);
    assert_eq!(simulation.length(), Some(2));
    assert_eq!((simulation.time_unit(), simulation.agents().space().unit), ("s", "m"));
    let present = |simulation: &Simulation| simulation.agents().column::<Id>().unwrap();
    assert_eq!(present(&simulation), [Id(1), Id(2)]);
    simulation.step().unwrap();
    assert_eq!(present(&simulation), [Id(1)]);
    assert_eq!(simulation.agents().column::<Velocity>().unwrap(), [Velocity(Vec2::new(10.0, 0.0))]);
    simulation.step().unwrap();
    assert_eq!(present(&simulation), [Id(1), Id(2)]);
    let (at_end, states) = (simulation.hash(), simulation.agents().column::<Velocity>().unwrap());
    // Seen in neither of the frames about this one, the second has no known velocity.
    assert!(states[0] == Velocity(Vec2::new(10.0, 0.0)) && states[1].0.is_nan());
    simulation.step().unwrap();
    let Velocity(held) = simulation.agents().column::<Velocity>().unwrap()[0];
    assert_eq!((simulation.agents().count(), held), (2, Vec2::new(10.0, 0.0)));
    assert_ne!(simulation.hash(), at_end, "time goes on");
    assert_eq!(simulation.clock().time, 0.3);
}

/// Three frames of two individuals in space; the second has no z in the middle.
const IN_SPACE: &str = "id,frame,x/m,y/m,z/m\n1,0,0,0,1\n1,1,1,0,3\n1,2,2,0,5\n2,0,5,5,0\n2,1,5,6,\n2,2,5,7,4\n";

#[test]
fn tracks_with_a_z_are_in_space() {
    let (mut simulation, _folder) = simulation(IN_SPACE.as_bytes(), "csv", &[("rate", "10")]);
    let space = simulation.agents().space();
    assert!(!space.is_flat());
    let margin = 0.05 * 7.0;
    assert!((space.min - Vec3::splat(-margin)).abs().max_element() < 1e-6, "{space:?}");
    assert!((space.max() - Vec3::new(5.0, 7.0, 5.0) - margin).abs().max_element() < 1e-5, "{space:?}");
    let mut observer = Observer::new(["mean_speed", "nearest_distance"], &simulation).unwrap();
    assert!((observer.read(&simulation)[1].number() - 51f64.sqrt()).abs() < 1e-5);
    simulation.step().unwrap();
    assert_eq!(simulation.agents().column::<Id>().unwrap(), [Id(1)]);
    assert_eq!(simulation.agents().column::<Velocity<Vec3>>().unwrap(), [Velocity(Vec3::new(10.0, 0.0, 20.0))]);
    assert!((observer.read(&simulation)[0].number() - 500f64.sqrt()).abs() < 1e-4);
}

#[test]
fn arrays_of_three_coordinates_are_in_space_in_either_order() {
    let by_c = [0.0, 0.0, 1.0, 5.0, 5.0, 0.0, 1.0, 0.0, 3.0, 5.0, 6.0, f64::NAN, 2.0, 0.0, 5.0, 5.0, 7.0, 4.0];
    let by_fortran: Vec<f64> = (0..18).map(|at| by_c[(at % 3 * 2 + at / 3 % 2) * 3 + at / 6]).collect();
    let table = read(IN_SPACE).unwrap();
    for file in [npy("<f8", false, "3, 2, 3", &doubles(&by_c)), npy("<f8", true, "3, 2, 3", &doubles(&by_fortran))] {
        let array = Recording::read(&file[..], "walk.npy").unwrap();
        assert!(!array.is_flat() && !table.is_flat());
        for step in 0..=2 {
            assert_eq!(array.at(step).1, table.at(step).1);
            assert_eq!(moved(&array, step), moved(&table, step));
        }
    }
}

#[test]
fn a_z_that_never_changes_and_heights_of_heads_are_in_the_plane() {
    let plane = read("id,frame,x,y,z\n1,0,0,0,2\n1,1,1,0,2\n").unwrap();
    assert!(plane.is_flat());
    assert_eq!(plane.at(1).1, [Vec3::X]);
    let rows = "1 0 0 0 1.7\n1 1 1 0 1.8\n";
    assert!(!read(format!("# id frame x/m y/m z/m\n{rows}")).unwrap().is_flat());
    assert!(read(format!("# PeTrack project: a.pet\n# id frame x/m y/m z/m\n{rows}")).unwrap().is_flat());
    assert!(read(format!("# PeTrack project: a.pet\n{rows}")).unwrap().is_flat());
}

#[test]
fn where_nothing_tells_units_are_frames_and_units() {
    let numbers = doubles(&[0.0, 0.0, 1.0, 1.0]);
    let (array, _folder) = simulation(&npy("<f8", false, "2, 1, 2", &numbers), "npy", &[]);
    assert_eq!((array.time_unit(), array.agents().space().unit), ("frames", "units"));
    let (array, _folder) = simulation(&npy("<f8", false, "2, 1, 2", &numbers), "npy", &[("rate", "50"), ("unit", "px")]);
    assert_eq!((array.time_unit(), array.agents().space().unit), ("s", "px"));
}

#[test]
fn instruments_read_frames_without_anyone() {
    let (mut simulation, _folder) = simulation(b"id,frame,x,y\n4000000000,0,0,0\n7,2,1,1\n7,3,2,1\n", "csv", &[]);
    simulation.step().unwrap();
    assert_eq!(simulation.agents().column::<Id>().unwrap(), []);
    let names = ["polarisation", "rotation", "mean_speed", "nearest_distance", "clusters"];
    let mut observer = Observer::new(names, &simulation).unwrap();
    for _ in 0..3 {
        assert_eq!(observer.read(&simulation).len(), 5);
        simulation.step().unwrap();
    }
}

#[test]
fn the_corridor_is_the_same_on_any_threads_and_restores_anywhere() {
    let (lab, scene) = (Lab::new(), corridor());
    let mut one = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
    let mut two = Simulation::new(&scene, lab.models(), Some(2)).unwrap();
    assert_eq!(one.length(), Some(1623));
    let mut kept = Vec::new();
    for step in 0..=1640u64 {
        assert_eq!(one.hash(), two.hash(), "step {step}");
        if step % 400 == 0 {
            kept.push((one.checkpoint(), one.hash(), one.export()));
        }
        one.step().unwrap();
        two.step().unwrap();
    }
    // Each was taken with another number of people present than there are now.
    for (checkpoint, hash, export) in kept {
        two.restore(&checkpoint);
        assert_eq!((two.hash(), two.export()), (hash, export));
        let mut again = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        again.restore(&checkpoint);
        for _ in 0..100 {
            again.step().unwrap();
            two.step().unwrap();
            assert_eq!(again.hash(), two.hash());
        }
    }
}

/// Polarisation, mean speed (cm/s), nearest distance (cm) and density (cm⁻², over the box of all seen so far) at step 800, from
/// a separate program in Python.
const AT_800: [f64; 4] = [0.11792148054542344, 99.59244329129109, 73.7715608872815, 9.315066859823892e-05];

#[test]
fn readings_are_those_of_an_independent_program() {
    let (lab, scene) = (Lab::new(), corridor());
    let mut simulation = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
    let mut observer = Observer::new(["polarisation", "mean_speed", "nearest_distance", "density"], &simulation).unwrap();
    for _ in 0..800 {
        observer.read(&simulation);
        simulation.step().unwrap();
    }
    let readings = observer.numbers(&simulation);
    for (reading, expected) in readings.iter().zip(AT_800) {
        assert!((reading - expected).abs() < 1e-4 * expected, "{readings:?}");
    }
    assert_eq!(simulation.agents().space().unit, "cm");
    assert!((simulation.clock().time - 64.0).abs() < 1e-9);
}

#[test]
fn a_file_is_taken_for_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Lab::new().open(path.to_str().unwrap())
    };
    let model = |name: &str, text: &[u8]| open(name, text).unwrap().scene.model.name;
    assert_eq!(model("walk.csv", SMALL.as_bytes()), "tracks");
    assert_eq!(model("walk", SMALL.as_bytes()), "tracks");
    assert_eq!(model("walk.trajectories", EXCERPT.as_bytes()), "tracks");
    assert_eq!(model("walk", &npy("<f8", false, "2, 1, 2", &doubles(&[0.0; 4]))), "tracks");
    assert_eq!(model("scene.txt", b"(model: \"vicsek\")"), "vicsek");
    assert_eq!(model("scene.csv", b"// shared\n(model: \"vicsek\")"), "vicsek");
    assert!(open("scene.ron", b"").unwrap_err().to_string().contains("the file is empty"));
    assert!(open("scene.ron", &[0, 200, 1]).unwrap_err().to_string().contains("not a text file"));
    let opened = open("two people.csv", SMALL.as_bytes()).unwrap();
    assert_eq!((opened.name.as_str(), opened.scene.title.as_str()), ("two people", "two people"));
    let lab = Lab::new();
    assert!(Scene::read(&opened.scene.write(), "a.ron", &lab.models().schemas()).is_ok());
    assert_eq!(lab.open("tracks").unwrap().scene.model.name, "tracks");
    assert!(lab.gallery().iter().all(|(name, _)| name != "tracks"));
}

#[test]
fn a_recording_that_is_not_there_is_named() {
    let (lab, mut scene) = (Lab::new(), corridor());
    let mut failure = |file: &str| {
        lab.model_of(&scene).set(&mut *scene.model.params, "file", &Value::Text(file.into())).unwrap();
        Simulation::new(&scene, lab.models(), Some(1)).err().unwrap().to_string()
    };
    assert_eq!(
        failure("gallery:coridor.txt"),
        "parameters.file: no recording 'coridor.txt' comes with Flockwork; nearest: corridor.txt; allowed: corridor.txt"
    );
    assert!(failure("nowhere.csv").starts_with("nowhere.csv: cannot be read: "));
    assert_eq!(failure(""), "parameters.file: no file is named; allowed: a file of recorded tracks");
}

/// The tables of trackers, with three frames of two individuals each: who is where, in which unit and at which rate.
#[test]
fn the_tables_of_trackers_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("idtracker.csv", "time,x1,y1,x2,y2\n0.00,1,2,3,4\n0.04,1.5,2.5,nan,nan\n0.08,2,3,3,5\n"),
        (
            "tidy.csv",
            "frame,time,individual,x,y,probability\n0,0.00,0,1,2,1\n0,0.00,1,3,4,1\n1,0.04,0,1.5,2.5,1\n1,0.04,1,nan,nan,nan\n\
             2,0.08,0,2,3,1\n2,0.08,1,3,5,1\n",
        ),
        ("tank_fish0.csv", "frame,missing,X#wcentroid (cm),Y#wcentroid (cm)\n0,0,1,2\n1,0,1.5,2.5\n2,0,2,3\n"),
        ("tank_fish1.csv", "frame,missing,X#wcentroid (cm),Y#wcentroid (cm)\n0,0,3,4\n1,1,inf,inf\n2,0,3,5\n"),
        (
            "sleap.csv",
            "track,frame_idx,instance.score,head.x,head.y,head.score,tail.x,tail.y,tail.score\nt0,0,1,1,1,1,1,3,1\nt1,0,1,3,4,1,,,\n\
             t0,1,1,1.5,2.5,1,1.5,2.5,1\nt0,2,1,2,3,1,,,\nt1,2,1,3,5,1,,,\n",
        ),
        (
            "deeplabcut.csv",
            "scorer,net,net,net,net,net,net\nindividuals,a,a,a,b,b,b\nbodyparts,nose,nose,nose,nose,nose,nose\n\
             coords,x,y,likelihood,x,y,likelihood\n0,1,2,0.9,3,4,0.9\n1,1.5,2.5,0.9,9,9,0.1\n2,2,3,0.9,3,5,0.9\n",
        ),
    ];
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    for (name, rate, unit) in [
        ("idtracker.csv", Some(25.0), Some("px")),
        ("tidy.csv", Some(25.0), None),
        ("tank_fish0.csv", None, Some("cm")),
        ("tank_fish1.csv", None, Some("cm")),
        ("sleap.csv", None, Some("px")),
        ("deeplabcut.csv", None, Some("px")),
    ] {
        let path = folder.path().join(name);
        let tracks = Recording::open(&path).unwrap();
        assert_eq!((tracks.rows(), tracks.individuals(), tracks.length()), (5, 2, 2), "{name}");
        assert_eq!((tracks.rate(), tracks.unit()), (rate, unit), "{name}");
        assert_eq!(tracks.at(0).1, [Vec3::new(1.0, 2.0, 0.0), Vec3::new(3.0, 4.0, 0.0)], "{name}");
        assert_eq!(tracks.at(1).1, [Vec3::new(1.5, 2.5, 0.0)], "{name}");
        assert_eq!(tracks.at(2).1, [Vec3::new(2.0, 3.0, 0.0), Vec3::new(3.0, 5.0, 0.0)], "{name}");
        assert!(Lab::new().open(path.to_str().unwrap()).unwrap().scene.model.name == "tracks", "{name}");
    }
}
