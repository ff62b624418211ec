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
//!
//! A file may have any number of rows: what does not fit into some megabytes is sorted in a file without a name and played from
//! there (`store.rs`). What stays in memory is a few numbers for each individual while the file is read, and one for every
//! thousand rows after that.
//!
//! Individuals that are not seen on one clock are put on one (`timeline.rs`): a [`Recording`] tells so in its notes.

mod header;
mod npy;
mod store;
mod text;
mod timeline;
mod wide;

use crate::error::{Error, Result};
use bevy_math::Vec3;
use bytemuck::{Pod, Zeroable};
use std::{
    borrow::Cow,
    cmp::Ordering,
    fs::File,
    hash::Hasher,
    io::{self, BufRead, BufReader, Read},
    ops::RangeInclusive,
    path::{Path, PathBuf},
};
use store::{MEMORY, Record, Sorter, Store};
use twox_hash::XxHash3_64;

/// One individual in one frame, as a file tells it.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Row {
    /// Frame number or time.
    when: f64,
    x: f64,
    y: f64,
    /// NaN where the file tells none.
    z: f64,
    id: u32,
    /// Where it stands in a text, for errors.
    line: u32,
}

impl Record for Row {
    fn order(&self, other: &Self) -> Ordering {
        self.when.total_cmp(&other.when).then(self.id.cmp(&other.id)).then(self.line.cmp(&other.line))
    }
}

/// One individual in one step.
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Place {
    step: u64,
    id: u32,
    at: [f32; 3],
}

impl Record for Place {
    fn order(&self, other: &Self) -> Ordering {
        self.step.cmp(&other.step).then(self.id.cmp(&other.id))
    }
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
struct Table {
    rows: Sorter<Row>,
    /// The smallest and the largest z.
    heights: Option<(f64, f64)>,
    count: Count,
    /// Frames per second, where the file tells.
    rate: Option<f64>,
    /// Unit of length, where the file tells.
    unit: Option<&'static str>,
    /// Whether the file holds one individual of several: the others have files of their own beside it.
    alone: bool,
    /// What whoever reads it is told.
    notes: Vec<String>,
}

impl Table {
    fn new(count: Count, unit: Option<&'static str>, memory: usize) -> Self {
        let rows = Sorter::new(memory);
        Self { rows, heights: None, count, rate: None, unit, alone: false, notes: Vec::new() }
    }

    fn push(&mut self, row: Row) -> Result<()> {
        if !row.z.is_nan() {
            let (low, high) = self.heights.unwrap_or((row.z, row.z));
            self.heights = Some((low.min(row.z), high.max(row.z)));
        }
        self.rows.push(row)
    }
}

/// An individual at a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// Its identity.
    pub id: u32,
    /// Where it is.
    pub at: Vec3,
    /// Its displacement per step: half of that from the step before to the step after; from or to this step, where it is
    /// not seen in the other; nothing where in neither.
    pub moved: Option<Vec3>,
}

/// Recorded tracks in the order of time. Step 0 is the first frame in which anyone is seen.
pub struct Recording {
    places: Store<Place>,
    /// The step of every [`BLOCK`]-th place.
    index: Vec<u64>,
    length: u64,
    individuals: usize,
    bounds: (Vec3, Vec3),
    is_flat: bool,
    span: (f64, f64),
    frames_per_step: f64,
    rate: Option<f64>,
    unit: Option<&'static str>,
    notes: Vec<String>,
    content: u64,
}

/// Places from one entry of the index to the next.
const BLOCK: usize = 1024;

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
        let mut hash = XxHash3_64::new();
        let mut table = table_of(path, number, &mut hash)?;
        if table.alone {
            for (path, individual) in beside(path, &stem, number) {
                let other = table_of(&path, individual, &mut hash)?;
                other.rows.sealed()?.each(|row| table.push(row))?;
            }
        }
        timeline::lay_out(table, hash.finish(), &path.display().to_string())
    }

    /// Reads tracks; `place` names them in errors.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn read(reader: impl BufRead, place: &str) -> Result<Self> {
        Self::read_within(MEMORY, reader, place)
    }

    /// The same, with no more than so many bytes of rows in memory.
    fn read_within(memory: usize, reader: impl BufRead, place: &str) -> Result<Self> {
        let mut hash = XxHash3_64::new();
        let table = read_table(memory, reader, place, 0, &mut hash)?;
        timeline::lay_out(table, hash.finish(), place)
    }

    /// Number of the last step: the recording's length.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Number of positions in all.
    pub fn rows(&self) -> usize {
        self.places.len()
    }

    /// Number of individuals in all.
    pub fn individuals(&self) -> usize {
        self.individuals
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
        self.bounds
    }

    /// What was made of the file that whoever reads it should know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Hash (XXH3) of the content of the file, or files.
    pub fn content(&self) -> u64 {
        self.content
    }

    /// The individuals present at a step, ascending, and their positions. After the last step, those of the last.
    pub fn at(&self, step: u64) -> (Vec<u32>, Vec<Vec3>) {
        let step = step.min(self.length);
        self.places_in(step..=step).iter().map(|place| (place.id, Vec3::from_array(place.at))).unzip()
    }

    /// The same, with how each moves.
    pub fn seen(&self, step: u64) -> Vec<Seen> {
        let step = step.min(self.length);
        // The step after the last is no other.
        let places = self.places_in(step.saturating_sub(1)..=(step + 1).min(self.length));
        let (start, end) =
            (places.partition_point(|place| place.step < step), places.partition_point(|place| place.step <= step));
        let (before, now, after) = (&places[..start], &places[start..end], &places[end..]);
        let seek = |places: &[Place], id: u32| {
            let found = places.binary_search_by_key(&id, |place| place.id).ok()?;
            Some(Vec3::from_array(places[found].at))
        };
        let seen = |place: &Place| {
            let at = Vec3::from_array(place.at);
            let moved = match (seek(before, place.id), seek(after, place.id)) {
                (Some(before), Some(after)) => Some((after - before) / 2.0),
                (None, Some(after)) => Some(after - at),
                (Some(before), None) => Some(at - before),
                (None, None) => None,
            };
            Seen { id: place.id, at, moved }
        };
        now.iter().map(seen).collect()
    }

    /// All places of these steps.
    fn places_in(&self, steps: RangeInclusive<u64>) -> Cow<'_, [Place]> {
        let start = self.index.partition_point(|step| step < steps.start()).saturating_sub(1) * BLOCK;
        let end = (self.index.partition_point(|step| step <= steps.end()) * BLOCK).min(self.places.len());
        let all = self.places.read(start..end).expect("a temporary file of one's own can be read");
        let start = all.partition_point(|place| place.step < *steps.start());
        let end = all.partition_point(|place| place.step <= *steps.end());
        match all {
            Cow::Borrowed(all) => Cow::Borrowed(&all[start..end]),
            Cow::Owned(mut all) => {
                all.truncate(end);
                all.drain(..start);
                Cow::Owned(all)
            }
        }
    }
}

/// Reads a file of tracks as a table.
fn table_of(path: &Path, individual: u32, hash: &mut XxHash3_64) -> Result<Table> {
    let place = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&error, &place))?;
    read_table(MEMORY, BufReader::with_capacity(1 << 16, file), &place, individual, hash)
}

fn read_table(memory: usize, reader: impl BufRead, place: &str, individual: u32, hash: &mut XxHash3_64) -> Result<Table> {
    let mut reader = Hashed { reader, hash };
    let head = reader.fill_buf().map_err(|error| unreadable(&error, place))?;
    let table = if head.starts_with(npy::MAGIC) {
        npy::read(memory, &mut reader, place)
    } else {
        text::read(memory, &mut reader, place, individual)
    }?;
    // What stands behind an array belongs to the content, too.
    io::copy(&mut reader, &mut io::sink()).map_err(|error| unreadable(&error, place))?;
    Ok(table)
}

/// A reader that hashes what is read.
struct Hashed<'a, R> {
    reader: R,
    hash: &'a mut XxHash3_64,
}

impl<R: BufRead> BufRead for Hashed<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What was filled is filled still: nothing is read for it.
        if let Ok(bytes) = self.reader.fill_buf() {
            self.hash.write(&bytes[..amount]);
        }
        self.reader.consume(amount);
    }
}

impl<R: BufRead> Read for Hashed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The same file read within so few bytes that all but a few rows are in a file, and within many.
    #[test]
    fn what_is_read_does_not_depend_on_memory() {
        let mut by_name = String::from("id,time,x,y,z\n");
        let mut by_frame = String::from("# framerate: 12.5\nid frame x y\n");
        // Each with a clock of its own.
        let mut apart = by_name.clone();
        // One individual after the other, in no order, numbers before names.
        for (id, name) in ["12", "7", "wren", "tit", "7b"].into_iter().enumerate() {
            for frame in 0..200 {
                let (x, y) = (0.1 * f64::from(frame), id as f64);
                by_name += &format!("{name},{},{x},{y},{}\n", f64::from(frame) * 0.5, f64::from(frame % 7));
                apart += &format!("{name},{},{x},{y},{x}\n", (f64::from(frame) + 0.17 * y) * 0.5);
                by_frame += &format!("{id} {} {x} {y}\n", 2 * (199 - frame) + 3);
            }
        }
        for text in [&by_name, &by_frame, &apart] {
            let [small, large] = [700, MEMORY].map(|memory| Recording::read_within(memory, text.as_bytes(), "a.csv").unwrap());
            assert_eq!((small.rows(), small.individuals(), small.length()), (large.rows(), 5, large.length()));
            assert_eq!((small.bounds(), small.rate(), small.notes()), (large.bounds(), large.rate(), large.notes()));
            assert_eq!(small.content(), large.content());
            for step in 0..=large.length() {
                assert_eq!(small.seen(step), large.seen(step), "{step}");
                assert_eq!(small.at(step), large.at(step), "{step}");
            }
            assert!(large.rows() >= 990 && large.is_flat() != text.contains('z'), "{}", large.rows());
        }
    }
}
