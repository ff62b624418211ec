//! Each mistake in a file gets one error: place, column, what was found, what is allowed.

use super::{doubles, npy, read};
use flockwork::tracks::Recording;
use std::path::Path;

fn error(text: impl AsRef<[u8]>) -> String {
    read(text).err().expect("it holds a mistake").to_string()
}

#[test]
fn each_mistake_is_named() {
    for (text, expected) in [
        ("", "walk.csv: no row in it; allowed: a line of column names, then a row a line"),
        ("id,frame,x,y\n", "walk.csv: no row with a position; allowed: at least two frames"),
        ("id,frame,x,y\n1,0,,\n", "walk.csv: no row with a position; allowed: at least two frames"),
        ("id,frame,x,y\n1,7,0,0\n2,7,1,1\n", "walk.csv: one frame only (7); allowed: at least two frames"),
        (
            "id,frame,x,y\n1,0,0,0\n1,1,left,0\n",
            "walk.csv:3: x: 'left' is not a number; allowed: a number, or nothing where the individual is lost",
        ),
        (
            "id,frame,x,y\n1,0,0,0\n1,1,0,inf\n",
            "walk.csv:3: y: an infinite coordinate; allowed: a finite number, or NaN where the individual is lost",
        ),
        (
            "id,frame,x,y\n1,0,0,1e999\n",
            "walk.csv:2: y: an infinite coordinate; allowed: a finite number, or NaN where the individual is lost",
        ),
        ("id,frame,x,y\n1,0,0,1e20\n", "walk.csv:2: y: 100000000000000000000 is too far off; allowed: −1e12 to 1e12"),
        ("id,frame,x,y\n1,0.5,0,0\n", "walk.csv:2: frame: '0.5' is not a frame number; allowed: a whole number"),
        ("id,frame,x,y\n1,first,0,0\n", "walk.csv:2: frame: 'first' is not a frame number; allowed: a whole number"),
        ("id,time,x,y\n1,12:30,0,0\n", "walk.csv:2: time: '12:30' is not a time; allowed: a finite number"),
        (
            "id,frame,x,y\n1.5,0,0,0\n",
            "walk.csv:2: id: '1.5' is no identity; allowed: a whole number from 0 to 4294967295, or a name",
        ),
        (
            "id,frame,x,y\n4294967296,0,0,0\n",
            "walk.csv:2: id: '4294967296' is no identity; allowed: a whole number from 0 to 4294967295, or a name",
        ),
        ("id,frame,x,y\n,0,0,0\n", "walk.csv:2: id: no individual; allowed: a whole number from 0 on, or a name"),
        (
            "id,frame,x,y,x\n1,0,0,0,5\n",
            "walk.csv:1: more than one column is called 'x'; allowed: one column each of individuals, of frames or times, of x, of y and of z",
        ),
        ("id,frame,x,y\n1,0,0\n", "walk.csv:2: y: 3 fields only; allowed: a field for each name"),
        ("id,frame,x,y\n1,0,0,5,0,5\n", "walk.csv:2: 6 fields; allowed: 4 fields"),
        (
            "id,frame,x,y\n1,0,0,0\n1,1,0,0\n1,0,2,2\n",
            "walk.csv:4: individual 1 at 0 again, first in line 2; allowed: one row for each individual and frame",
        ),
        (
            "# framerate: -25 fps\nid,frame,x,y\n1,0,0,0\n1,1,1,0\n",
            "walk.csv:1: '-25' is no frame rate; allowed: a number above 0, up to 1e6, of frames per second",
        ),
        (
            "id,time/s,x,y\n1,0,0,0\n2,1,0,0\n3,2.4,0,0\n",
            "walk.csv: its times lie on no one clock, and no individual is seen twice; allowed: times that are an even step apart, or individuals between whose positions can be interpolated",
        ),
        (
            "1,0,0,0\n1,1,0,0\n",
            "walk.csv:1: no line of column names before the first row; allowed: names such as id, frame, x, y",
        ),
        (
            "id,frame,x,y\n1,0,5600000.1,0\n1,1,5600000.4,0\n",
            "walk.csv: coordinates up to 5600000.5 that span only 0.3; allowed: coordinates counted from a point near the tracks",
        ),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    assert!(
        error("id,frame,u,v\n1,0,0,0\n")
            .starts_with("walk.csv:1: no column of x among the names 'id, frame, u, v'; allowed: x, pos_x")
    );
    assert_eq!(
        error(b"\x7fELF\0\0\0"),
        "walk.csv:1: not text; allowed: tracks as CSV, TSV or PeTrack text in UTF-8, or as .npy"
    );
    assert!(error(b"id,frame,x,y\n\xff\xfe,1,2,3\n").starts_with("walk.csv:2: not text in UTF-8"));
    assert!(error("x".repeat(100_000)).starts_with("walk.csv:1: a line longer than 65536 bytes"));
    let missing = Recording::open(Path::new("no/such/walk.csv")).err().unwrap();
    assert!(missing.to_string().starts_with("no/such/walk.csv: cannot be read: "), "{missing}");
}

#[test]
fn each_mistake_of_an_array_is_named() {
    let numbers = doubles(&[1.0; 12]);
    for (file, expected) in [
        (
            npy("<f8", false, "3, 2, 2", &numbers[..40]),
            "walk.csv: it ends after 5 of 12 numbers; allowed: an array of frames × individuals × 2 or 3",
        ),
        (
            npy("<f8", false, "1, 3, 4", &numbers),
            "walk.csv: it has the shape [1, 3, 4]; allowed: an array of frames × individuals × 2 or 3",
        ),
        (
            npy("<f8", false, "12,", &numbers),
            "walk.csv: it has the shape [12]; allowed: an array of frames × individuals × 2 or 3",
        ),
        (
            npy("<f8", false, "99999999, 0, 2", &[]),
            "walk.csv: it is empty: its shape is [99999999, 0, 2]; allowed: an array of frames × individuals × 2 or 3",
        ),
        (npy("<i8", false, "3, 2, 2", &numbers), "walk.csv: it holds '<i8'; allowed: f4 or f8: plain numbers"),
        (npy("|O", false, "3, 2, 2", &numbers), "walk.csv: it holds '|O'; allowed: f4 or f8: plain numbers"),
        (npy("<f8", false, "1, 6, 2", &numbers), "walk.csv: one frame only (0); allowed: at least two frames"),
        (
            npy("<f8", false, "3, 2, 2", &doubles(&[f64::INFINITY; 12])),
            "walk.csv: [0, 0, 0]: an infinite coordinate; allowed: a finite number, or NaN where the individual is lost",
        ),
        (
            npy("<f8", false, "3, 2, 2", &doubles(&[f64::NAN; 12])),
            "walk.csv: no row with a position; allowed: at least two frames",
        ),
    ] {
        assert_eq!(error(file), expected);
    }
    for shape in ["999999999999, 999999999999, 2", "((((((((((((((((((1", "-1, 2, 2", "2.5, 2, 2"] {
        assert!(error(npy("<f8", false, shape, &numbers)).starts_with("walk.csv: its header is no NumPy header"), "{shape}");
    }
    assert!(error(b"\x93NUMPY").starts_with("walk.csv: its header is no NumPy header"));
}
