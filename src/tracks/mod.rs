//! Recorded tracks of real agents: reading them from files.
//!
//! | file | what tells it | rate and unit |
//! | --- | --- | --- |
//! | CSV, TSV, or columns split by semicolons or blanks | a line of column names, in any order | a column of times; units in the names (`x/m`, `x_cm`, `time [ms]`) |
//! | PeTrack or JuPedSim text | comments with `#` | `# framerate: 25 fps`, `x/cm` in the comments |
//! | idtracker.ai, TRex, SLEAP, DeepLabCut | the first line of the table that each writes (`wide.rs`) | idtracker.ai: a column of times; all: pixels, TRex as it says |
//! | NumPy `.npy`, frames × individuals × 2 or 3, `f4` or `f8` | its first bytes | neither |
//!
//! Tracks with a `z` are tracks in space; where it never changes, or nothing but PeTrack's heights of heads tells it, they are tracks
//! in the plane. Frames may be missing, individuals come and go; an empty or NaN coordinate is an individual lost.

mod header;
mod npy;
mod text;
mod timeline;
mod wide;

use crate::error::{Error, Result};
use bevy_math::Vec3;
use std::{
    fs::File,
    io::{BufRead, BufReader},
    ops::Range,
    path::{Path, PathBuf},
};

/// One individual in one frame, as a file tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    id: u32,
    /// Where it stands in a text, for errors.
    line: u32,
    /// Frame number or time.
    when: f64,
    x: f64,
    y: f64,
    /// NaN where the file tells none.
    z: f64,
}

/// What a column of frames or times counts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Count {
    /// Frames.
    Frames,
    /// Units of time, each of so many seconds.
    Seconds(f64),
    /// It is called a time, in no unit: seconds, or frames where all its values are whole.
    Untold,
}

/// What a file holds, before it is put in the order of time.
#[derive(Clone, Debug, PartialEq)]
struct Table {
    rows: Vec<Row>,
    count: Count,
    /// Frames per second, where the file tells.
    rate: Option<f64>,
    /// Unit of length, where the file tells.
    unit: Option<&'static str>,
    /// Whether the file holds one individual of several: the others have files of their own beside it.
    alone: bool,
}

/// The present individuals of one frame. Frames without any are not stored.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Present {
    step: u64,
    /// The first of its rows; they end where those of the next begin.
    first: usize,
}

/// Recorded tracks in the order of time. Step 0 is the first frame in which anyone is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    present: Vec<Present>,
    /// Ascending within a frame.
    ids: Vec<u32>,
    /// In the plane all z are zero.
    positions: Vec<Vec3>,
    is_flat: bool,
    span: (f64, f64),
    frames_per_step: f64,
    rate: Option<f64>,
    unit: Option<&'static str>,
}

/// Largest coordinate, either way: squares and products of lengths stay finite in single precision.
const FARTHEST: f64 = 1e12;

/// Endings of files that are taken for tracks, whatever is in them.
const ENDINGS: [&str; 5] = ["csv", "tsv", "txt", "dat", "npy"];

impl Recording {
    /// Reads a file of tracks.
    ///
    /// # Errors
    /// Where it cannot be read, or holds a mistake: with line and column name, what was found and what is allowed.
    pub fn open(path: &Path) -> Result<Self> {
        let (stem, number) = numbered(path).unwrap_or_default();
        let mut table = table_of(path, number)?;
        if table.alone {
            for (path, individual) in beside(path, &stem, number) {
                table.rows.extend(table_of(&path, individual)?.rows);
            }
        }
        timeline::lay_out(table, &path.display().to_string())
    }

    /// Reads tracks; `place` names them in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(mut reader: impl BufRead, place: &str) -> Result<Self> {
        timeline::lay_out(read_table(&mut reader, place, 0)?, place)
    }

    /// Number of the last step: the recording's length.
    pub fn length(&self) -> u64 {
        self.present.last().map_or(0, |last| last.step)
    }

    /// Number of positions in all.
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    /// Number of individuals in all.
    pub fn individuals(&self) -> usize {
        let mut ids = self.ids.clone();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    /// The first and the last frame number, or time, as the file has them.
    pub fn span(&self) -> (f64, f64) {
        self.span
    }

    /// Frames per second, where the file tells.
    pub fn rate(&self) -> Option<f64> {
        self.rate
    }

    /// How many frames, as the file numbers them, one step takes: a file may hold every fifth frame only.
    pub fn frames_per_step(&self) -> f64 {
        self.frames_per_step
    }

    /// Unit of length, where the file tells.
    pub fn unit(&self) -> Option<&'static str> {
        self.unit
    }

    /// Whether all are in the plane: z is zero.
    pub fn is_flat(&self) -> bool {
        self.is_flat
    }

    /// The corners with the smallest and the largest coordinates of all positions.
    pub fn bounds(&self) -> (Vec3, Vec3) {
        let start = (Vec3::INFINITY, Vec3::NEG_INFINITY);
        self.positions.iter().fold(start, |(min, max), position| (min.min(*position), max.max(*position)))
    }

    /// The individuals present at a step, ascending, and their positions. After the last step, those of the last.
    pub fn at(&self, step: u64) -> (&[u32], &[Vec3]) {
        let rows = self.rows_at(step.min(self.length()));
        (&self.ids[rows.clone()], &self.positions[rows])
    }

    /// Displacements per step of those present at a step, in their order: half of that from the step before to the
    /// step after; from one of them only, where the individual is not seen in the other; zero where in neither.
    pub fn displacements(&self, step: u64) -> Vec<Vec3> {
        let step = step.min(self.length());
        let (ids, positions) = self.at(step);
        // The step after the last is no other.
        let after = if step < self.length() { self.at(step + 1) } else { (&[][..], &[][..]) };
        let before = step.checked_sub(1).map_or((&[][..], &[][..]), |before| self.at(before));
        let seek = |(ids, positions): (&[u32], &[Vec3]), id: &u32| Some(positions[ids.binary_search(id).ok()?]);
        let displacement = |(id, here): (&u32, &Vec3)| match (seek(before, id), seek(after, id)) {
            (Some(before), Some(after)) => (after - before) / 2.0,
            (None, Some(after)) => after - *here,
            (Some(before), None) => *here - before,
            (None, None) => Vec3::ZERO,
        };
        ids.iter().zip(positions).map(displacement).collect()
    }

    fn rows_at(&self, step: u64) -> Range<usize> {
        match self.present.binary_search_by_key(&step, |present| present.step) {
            Ok(at) => self.present[at].first..self.present.get(at + 1).map_or(self.ids.len(), |next| next.first),
            Err(_) => 0..0,
        }
    }
}

/// Reads a file of tracks as a table.
fn table_of(path: &Path, individual: u32) -> Result<Table> {
    let place = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&error, &place))?;
    read_table(&mut BufReader::new(file), &place, individual)
}

fn read_table(reader: &mut impl BufRead, place: &str, individual: u32) -> Result<Table> {
    let head = reader.fill_buf().map_err(|error| unreadable(&error, place))?;
    if head.starts_with(npy::MAGIC) { npy::read(reader, place) } else { text::read(reader, place, individual) }
}

/// A file's name without ending up to the number at its end, and that number: `tank_fish3.csv` is number 3 of `tank_fish`.
fn numbered(path: &Path) -> Option<(String, u32)> {
    let stem = path.file_stem()?.to_str()?;
    let name = stem.trim_end_matches(|letter: char| letter.is_ascii_digit());
    Some((name.to_owned(), stem[name.len()..].parse().ok()?))
}

/// The files beside this one whose names differ from its in the number alone, in the order of their numbers.
fn beside(path: &Path, stem: &str, number: u32) -> Vec<(PathBuf, u32)> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let alike = entries.filter(|other| other.extension() == path.extension());
    let mut others: Vec<(PathBuf, u32)> = alike
        .filter_map(|other| {
            let (name, individual) = numbered(&other)?;
            (name == stem && individual != number).then_some((other, individual))
        })
        .collect();
    others.sort_by_key(|(_, individual)| *individual);
    others
}

/// Whether a file is to be read as tracks rather than as a scene, judged by its first bytes and then by its name.
pub fn is_recording(path: &Path, head: &[u8]) -> bool {
    if head.starts_with(npy::MAGIC) {
        return true;
    }
    let head = String::from_utf8_lossy(head);
    let text = head.trim_start_matches('\u{feff}').trim_start();
    if ["(", "//", "/*", "#!["].iter().any(|scene| text.starts_with(scene)) {
        return false;
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
        || text.starts_with('#')
        || text.lines().next().is_some_and(text::has_names)
}

fn unreadable(error: &std::io::Error, place: &str) -> Error {
    Error::failure(format!("cannot be read: {error}")).at(place)
}

/// A coordinate as a file gives it: NaN is an individual lost.
fn checked(coordinate: f64) -> Result<f64> {
    if coordinate.is_infinite() {
        return Err(Error::usage("an infinite coordinate").allowed("a finite number, or NaN where the individual is lost"));
    }
    if coordinate.abs() > FARTHEST {
        return Err(Error::usage(format!("{coordinate} is too far off")).allowed(format!("−{FARTHEST:e} to {FARTHEST:e}")));
    }
    Ok(coordinate)
}
