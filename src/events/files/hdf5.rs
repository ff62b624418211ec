//! HDF5 in the layout of DSEC (Gehrig et al., IEEE Robotics and Automation Letters 6, 2021): lists `events/x`, `y`, `p`, `t`
//! (µs), `ms_to_idx`, which names the first event of each millisecond, and `t_offset`. Lists are contiguous and not compressed.
//! Their lengths stand before them, so they wait in temporary files until they are whole.

use super::{
    Sink, Source, npz,
    tree::{ATTRIBUTE, FILL, GROUP, KIND, LAYOUT, LINK, LINKS, List, MAGIC, NOWHERE, SPACE, Tree},
    truncated,
};
use crate::{
    error::{Error, Result},
    events::{Cause, Event, Sensor},
    output::{Output, broken},
};
use std::{
    fs::File,
    io::{BufWriter, Seek as _, Write as _},
    path::Path,
};

/// Events that are read at once.
const BATCH: u64 = 8192;
/// The sensor of DSEC's recordings, of which their files do not tell.
const DSEC: Sensor = Sensor { width: 640, height: 480 };
/// Names of the lists of events, and bytes of a number.
const LISTS: [(&str, u64); 4] = [("x", 2), ("y", 2), ("p", 1), ("t", 4)];
/// Place of `t`, and of the lists beside the events, among all lists.
const T: usize = 3;
const MS: usize = 4;
const ALL: usize = 6;

/// A file that is being written.
pub struct Writer {
    out: Output,
    place: String,
    sensor: Sensor,
    /// The lists of events and `ms_to_idx`.
    waiting: Vec<BufWriter<File>>,
    events: u64,
    millis: u64,
}

impl Writer {
    pub fn new(path: &Path, sensor: Sensor) -> Result<Self> {
        let file = || tempfile::tempfile().map(BufWriter::new).map_err(|error| broken("a temporary file", &error));
        Ok(Self {
            out: Output::new(Some(path))?,
            place: path.display().to_string(),
            sensor,
            waiting: (0..=MS).map(|_| file()).collect::<Result<_>>()?,
            events: 0,
            millis: 0,
        })
    }

    fn put(&mut self, list: usize, bytes: &[u8]) -> Result<()> {
        self.waiting[list].write_all(bytes).map_err(|error| broken("a temporary file", &error))
    }
}

impl Sink for Writer {
    fn write(&mut self, events: &[Event]) -> Result<()> {
        for Event { t, x, y, on, .. } in events {
            let time = u32::try_from(*t).map_err(|_| {
                Error::failure(format!("an event at {t} µs is too late for DSEC's layout"))
                    .allowed("71 minutes")
                    .at(&self.place)
            })?;
            while self.millis * 1000 <= u64::from(time) {
                self.put(MS, &self.events.to_le_bytes())?;
                self.millis += 1;
            }
            self.put(0, &x.to_le_bytes())?;
            self.put(1, &y.to_le_bytes())?;
            self.put(2, &[u8::from(*on)])?;
            self.put(T, &time.to_le_bytes())?;
            self.events += 1;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let Self { mut out, place, sensor, waiting, events, millis } = *self;
        let failed = |error: std::io::Error| broken(&place, &error);
        let lengths: [u64; ALL] = std::array::from_fn(|list| match list {
            MS => 8 * millis,
            5 => 8,
            list => events * LISTS[list].1,
        });
        // Everything that describes has a size of its own, whatever addresses stand in it.
        let begin = describe(sensor, events, millis, &[0; ALL]).1;
        let mut places = [0; ALL];
        let mut end = begin;
        for (place, length) in places.iter_mut().zip(lengths) {
            *place = end;
            end += u64::next_multiple_of(length, 8);
        }
        let (mut bytes, _) = describe(sensor, events, millis, &places);
        bytes[28..36].copy_from_slice(&end.to_le_bytes());
        let sum = checksum(&bytes[..44]);
        bytes[44..48].copy_from_slice(&sum.to_le_bytes());
        out.write_all(&bytes).map_err(failed)?;
        for (waiting, length) in waiting.into_iter().zip(lengths) {
            let mut file = waiting.into_inner().map_err(|error| failed(error.into_error()))?;
            file.rewind().and_then(|()| std::io::copy(&mut file, &mut out)).map_err(failed)?;
            let padding = length.next_multiple_of(8) - length;
            out.write_all(&[0; 8][..padding as usize]).map_err(failed)?;
        }
        // The offset of the times is zero.
        out.write_all(&[0; 8]).map_err(failed)?;
        out.finish()
    }
}

/// All that stands before the lists, and how long it is: superblock (to be sealed), root, the group of events, lists.
fn describe(sensor: Sensor, events: u64, millis: u64, places: &[u64; ALL]) -> (Vec<u8>, u64) {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([2, 8, 8, 0]);
    bytes.extend(0u64.to_le_bytes());
    bytes.extend(NOWHERE.to_le_bytes());
    bytes.resize(48, 0);
    let mut lists = Vec::new();
    for (list, (_, wide)) in LISTS.iter().enumerate() {
        lists.push(place(&mut bytes, &header(&list_of(&[events], *wide, false, places[list]))));
    }
    let ms = place(&mut bytes, &header(&list_of(&[millis], 8, false, places[MS])));
    let offset = place(&mut bytes, &header(&list_of(&[], 8, true, places[5])));
    let mut group: Vec<(u16, Vec<u8>)> = plain_group();
    group.extend(LISTS.iter().zip(&lists).map(|((name, _), at)| link(name, *at)));
    group.push(attribute("width", sensor.width));
    group.push(attribute("height", sensor.height));
    let group = place(&mut bytes, &header(&group));
    let mut root = plain_group();
    root.extend([link("events", group), link("ms_to_idx", ms), link("t_offset", offset)]);
    let root = place(&mut bytes, &header(&root));
    bytes[36..44].copy_from_slice(&root.to_le_bytes());
    let length = bytes.len() as u64;
    (bytes, length)
}

/// Appends a block; where it lies.
fn place(bytes: &mut Vec<u8>, block: &[u8]) -> u64 {
    let at = bytes.len() as u64;
    bytes.extend(block);
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    at
}

/// What describes one thing: an object header, version 2, of these messages.
fn header(messages: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let size: usize = messages.iter().map(|(_, body)| 4 + body.len()).sum();
    let mut bytes = b"OHDR\x02\x02".to_vec();
    bytes.extend((size as u32).to_le_bytes());
    for (kind, body) in messages {
        bytes.push(*kind as u8);
        bytes.extend((body.len() as u16).to_le_bytes());
        bytes.push(0);
        bytes.extend(body);
    }
    bytes.extend(checksum(&bytes).to_le_bytes());
    bytes
}

/// A group whose links stand in its own messages.
fn plain_group() -> Vec<(u16, Vec<u8>)> {
    vec![(LINKS, [[0; 2].as_slice(), &NOWHERE.to_le_bytes(), &NOWHERE.to_le_bytes()].concat()), (GROUP, vec![0, 0])]
}

fn link(name: &str, at: u64) -> (u16, Vec<u8>) {
    (LINK, [&[1, 0, name.len() as u8], name.as_bytes(), &at.to_le_bytes()].concat())
}

/// The kind of whole numbers of so many bytes, little end first.
fn kind(bytes: u64, signed: bool) -> Vec<u8> {
    let mut kind = vec![0x10, if signed { 8 } else { 0 }, 0, 0];
    kind.extend((bytes as u32).to_le_bytes());
    kind.extend([0, 0]);
    kind.extend((8 * bytes as u16).to_le_bytes());
    kind
}

fn space(sides: &[u64]) -> Vec<u8> {
    let mut space = vec![2, sides.len() as u8, 0, u8::from(!sides.is_empty())];
    space.extend(sides.iter().flat_map(|side| side.to_le_bytes()));
    space
}

/// A contiguous list, or, without sides, one number.
fn list_of(sides: &[u64], bytes: u64, signed: bool, at: u64) -> Vec<(u16, Vec<u8>)> {
    let length = bytes * sides.iter().product::<u64>();
    let at = if length == 0 { NOWHERE } else { at };
    let layout = [[3, 1].as_slice(), &at.to_le_bytes(), &length.to_le_bytes()].concat();
    // Room is made late, and filled where somebody asks for it.
    vec![(SPACE, space(sides)), (KIND, kind(bytes, signed)), (FILL, vec![3, 0x0A]), (LAYOUT, layout)]
}

fn attribute(name: &str, value: u16) -> (u16, Vec<u8>) {
    let (kind, space) = (kind(2, false), space(&[]));
    let mut body = vec![3, 0];
    for size in [name.len() + 1, kind.len(), space.len()] {
        body.extend((size as u16).to_le_bytes());
    }
    body.push(0);
    body.extend(name.as_bytes());
    body.push(0);
    body.extend([kind, space, value.to_le_bytes().to_vec()].concat());
    (ATTRIBUTE, body)
}

/// The checksum of HDF5: `lookup3` (Jenkins 2006), from 0.
fn checksum(bytes: &[u8]) -> u32 {
    let start = 0xdead_beef_u32.wrapping_add(bytes.len() as u32);
    let (mut a, mut b, mut c) = (start, start, start);
    let mut chunks = bytes.chunks(12).peekable();
    while let Some(chunk) = chunks.next() {
        let mut padded = [0; 12];
        padded[..chunk.len()].copy_from_slice(chunk);
        let word = |at: usize| u32::from_le_bytes(padded[at..at + 4].try_into().expect("four bytes"));
        a = a.wrapping_add(word(0));
        b = b.wrapping_add(word(4));
        c = c.wrapping_add(word(8));
        if chunks.peek().is_some() {
            let mix = |x: &mut u32, y: u32, z: &mut u32, turn: u32| {
                *x = x.wrapping_sub(*z) ^ z.rotate_left(turn);
                *z = z.wrapping_add(y);
            };
            mix(&mut a, b, &mut c, 4);
            mix(&mut b, c, &mut a, 6);
            mix(&mut c, a, &mut b, 8);
            mix(&mut a, b, &mut c, 16);
            mix(&mut b, c, &mut a, 19);
            mix(&mut c, a, &mut b, 4);
        } else {
            let last = |x: &mut u32, y: u32, turn: u32| *x = (*x ^ y).wrapping_sub(y.rotate_left(turn));
            last(&mut c, b, 14);
            last(&mut a, c, 11);
            last(&mut b, a, 25);
            last(&mut c, b, 16);
            last(&mut a, c, 4);
            last(&mut b, a, 14);
            last(&mut c, b, 24);
        }
    }
    c
}

/// A file that is being read.
pub struct Reader {
    tree: Tree,
    lists: [List; 4],
    sensor: Sensor,
    at: u64,
}

impl Reader {
    pub fn new(file: File) -> Result<Self> {
        let mut tree = Tree::open(file)?;
        let mut lists = Vec::new();
        for (name, _) in LISTS {
            let path = format!("events/{name}");
            let found = tree.find(&path)?;
            let at = found.ok_or_else(|| Error::failure(format!("there is no list '{path}'")).allowed("DSEC's layout"))?;
            lists.push(tree.list(at, &path)?);
        }
        let lists: [List; 4] = lists.try_into().expect("four names");
        if lists.iter().any(|list| list.length != lists[0].length) {
            return Err(Error::failure("its lists are not of one length"));
        }
        let group = tree.find("events")?.expect("its lists were found");
        let side =
            |tree: &mut Tree, name: &str| Ok::<_, Error>(tree.attribute(group, name)?.and_then(|side| side.try_into().ok()));
        let sensor = match (side(&mut tree, "width")?, side(&mut tree, "height")?) {
            (Some(width), Some(height)) => Sensor { width, height },
            _ => DSEC,
        };
        Ok(Self { tree, lists, sensor, at: 0 })
    }
}

impl Source for Reader {
    fn sensor(&self) -> Option<Sensor> {
        Some(self.sensor)
    }

    fn next(&mut self) -> Result<Vec<Event>> {
        let count = BATCH.min(self.lists[0].length - self.at);
        if count == 0 {
            return Ok(Vec::new());
        }
        let mut columns = Vec::new();
        for List { at, bytes, signed, .. } in self.lists {
            let wide = bytes as u64;
            let begin = at.checked_add(self.at * wide).ok_or_else(truncated)?;
            let list = self.tree.read(begin, count * wide)?;
            let letter = if signed { 'i' } else { 'u' };
            columns.push(list.chunks_exact(bytes).map(|number| npz::whole(letter, number)).collect::<Vec<i64>>());
        }
        self.at += count;
        let side = |number: i64| u16::try_from(number).map_err(|_| Error::failure("a pixel lies outside of any sensor"));
        let event = |row: usize| {
            let [x, y, p, t] = [0, 1, 2, T].map(|list| columns[list][row]);
            Ok(Event { t, x: side(x)?, y: side(y)?, on: p > 0, cause: Cause::Unknown })
        };
        (0..count as usize).map(event).collect()
    }
}
