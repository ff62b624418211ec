//! An MP4 file with one track of H.264: the ISO base media file format (ISO/IEC 14496-12, -14, -15).
//!
//! The description (`moov`) stands before the pictures, so that a browser shows a film while it loads. It is written last,
//! into room that is left for it: the number of frames is known beforehand, and with it how large it can grow.

use crate::recipe;
use std::io::{self, Seek, SeekFrom, Write};

/// Units of time in a frame: a film of any whole number of frames per second then has a whole number of units a second.
const TICKS: u32 = 100;

/// What a film is, and what it says of itself.
#[derive(Clone, Debug)]
pub struct Header {
    /// Pixels in a row.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// Frames per second.
    pub fps: u32,
    /// The most frames there will be.
    pub frames: u32,
    /// Its title.
    pub title: String,
    /// What it shows, in a line.
    pub comment: String,
    /// The program that made it.
    pub tool: String,
}

/// Writes a film frame by frame.
pub struct Writer<W> {
    out: W,
    header: Header,
    /// Bytes kept free for the description.
    room: u64,
    start: u64,
    sizes: Vec<u32>,
    /// Frames that need no other, counted from 1.
    keys: Vec<u32>,
    /// What a decoder must know first: sequence and picture parameter set.
    sets: [Vec<u8>; 2],
}

impl<W: Write + Seek> Writer<W> {
    /// Begins a film. `run` has the length of the recipe that [`finish`](Self::finish) will be given.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(mut out: W, header: Header, run: &str) -> io::Result<Self> {
        // As large as it may get: every frame is a key frame, both parameter sets are long.
        let most: Vec<u32> = (1..=header.frames).collect();
        let sets = [vec![0; 256], vec![0; 256]];
        let room = describe(&header, run, &most, &most, &sets, 0).len() as u64 + 8;
        let file = brand();
        out.write_all(&file)?;
        out.write_all(&free(room))?;
        let start = file.len() as u64 + room;
        out.write_all(&wide_box(b"mdat", 0))?;
        Ok(Self { out, header, room, start, sizes: Vec::new(), keys: Vec::new(), sets: Default::default() })
    }

    /// Appends a frame: its NAL units as the encoder gives them, each after a start code.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn frame<'a>(&mut self, units: impl Iterator<Item = &'a [u8]>) -> io::Result<()> {
        let mut size = 0;
        let mut key = false;
        for unit in units {
            let unit = &unit[unit.iter().position(|byte| *byte != 0).map_or(unit.len(), |one| one + 1)..];
            match unit.first().map_or(0, |head| head & 31) {
                7 => self.sets[0] = unit.to_vec(),
                8 => self.sets[1] = unit.to_vec(),
                kind @ (1..=6) => {
                    key |= kind == 5;
                    let length = u32::try_from(unit.len()).map_err(io::Error::other)?;
                    self.out.write_all(&length.to_be_bytes())?;
                    self.out.write_all(unit)?;
                    size += 4 + length;
                }
                _ => {}
            }
        }
        self.sizes.push(size);
        if key {
            self.keys.push(self.sizes.len() as u32);
        }
        Ok(())
    }

    /// Writes the description and hands back what it wrote to.
    ///
    /// # Errors
    /// Where it cannot be written, or more frames came than were announced.
    pub fn finish(mut self, run: &str) -> io::Result<W> {
        let first = self.start + 16;
        let mut head = describe(&self.header, run, &self.sizes, &self.keys, &self.sets, first);
        let rest = self.room.checked_sub(head.len() as u64).filter(|rest| *rest >= 8);
        head.extend(free(rest.ok_or_else(|| io::Error::other("the film is longer than was announced"))?));
        let bytes: u64 = self.sizes.iter().copied().map(u64::from).sum();
        self.out.seek(SeekFrom::Start(self.start - self.room))?;
        self.out.write_all(&head)?;
        self.out.write_all(&wide_box(b"mdat", bytes))?;
        self.out.seek(SeekFrom::End(0))?;
        Ok(self.out)
    }
}

/// A box: its length, its name, its content.
fn atom(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = (content.len() as u32 + 8).to_be_bytes().to_vec();
    bytes.extend_from_slice(name);
    bytes.extend_from_slice(content);
    bytes
}

/// A box with a version and flags.
fn full(name: &[u8; 4], flags: u32, content: &[u8]) -> Vec<u8> {
    atom(name, &[&flags.to_be_bytes(), content].concat())
}

/// The head of a box whose length takes eight bytes.
fn wide_box(name: &[u8; 4], content: u64) -> Vec<u8> {
    [&1u32.to_be_bytes()[..], name, &(content + 16).to_be_bytes()].concat()
}

/// Room of this many bytes, at least 8, for nothing.
fn free(bytes: u64) -> Vec<u8> {
    atom(b"free", &vec![0; bytes as usize - 8])
}

fn brand() -> Vec<u8> {
    atom(b"ftyp", b"isom\0\0\x02\0isomiso2avc1mp41")
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The box `moov`; `first` is where the first frame stands in the file.
fn describe(header: &Header, run: &str, sizes: &[u32], keys: &[u32], sets: &[Vec<u8>; 2], first: u64) -> Vec<u8> {
    let scale = header.fps * TICKS;
    let frames = sizes.len() as u32;
    let duration = frames * TICKS;
    // The unit matrix, in 16.16 and 2.30 fixed point.
    let upright = numbers(&[1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30]);
    let film = full(
        b"mvhd",
        0,
        &[numbers(&[0, 0, scale, duration, 1 << 16, 1 << 24, 0, 0]), upright.clone(), numbers(&[0, 0, 0, 0, 0, 0, 2])].concat(),
    );
    let sides = [header.width, header.height].map(u32::from);
    // Enabled, in the film and in its preview.
    let track = full(
        b"tkhd",
        7,
        &[numbers(&[0, 0, 1, 0, duration, 0, 0, 0, 0]), upright, numbers(&sides.map(|side| side << 16))].concat(),
    );
    // 'und', the language, as three letters of five bits.
    let media = full(b"mdhd", 0, &numbers(&[0, 0, scale, duration, 0x55c4 << 16]));
    let handler = full(b"hdlr", 0, b"\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0pictures\0");
    let place = atom(b"dinf", &full(b"dref", 0, &[numbers(&[1]), full(b"url ", 1, &[])].concat()));
    let tables = [
        full(b"stsd", 0, &[numbers(&[1]), coding(header, sets)].concat()),
        full(b"stts", 0, &numbers(&[1, frames, TICKS])),
        full(b"stss", 0, &[numbers(&[keys.len() as u32]), numbers(keys)].concat()),
        // One chunk with all frames.
        full(b"stsc", 0, &numbers(&[1, 1, frames, 1])),
        full(b"stsz", 0, &[numbers(&[0, frames]), numbers(sizes)].concat()),
        full(b"stco", 0, &numbers(&[1, first as u32])),
    ];
    let pictures = atom(b"minf", &[full(b"vmhd", 1, &[0; 8]), place, atom(b"stbl", &tables.concat())].concat());
    let media = atom(b"mdia", &[media, handler, pictures].concat());
    atom(b"moov", &[film, atom(b"trak", &[track, media].concat()), notes(header, run)].concat())
}

/// How frames are coded: size, parameter sets, and the colours of ITU-R BT.709 in limited range.
fn coding(header: &Header, [sequence, picture]: &[Vec<u8>; 2]) -> Vec<u8> {
    let sides = [header.width, header.height].map(u16::to_be_bytes).concat();
    let mut content = vec![0, 0, 0, 0, 0, 0, 0, 1];
    content.extend([0; 16]);
    content.extend(sides);
    // 72 dots an inch, one frame a sample, no name, 24 bits deep.
    content.extend(numbers(&[72 << 16, 72 << 16, 0]));
    content.extend([0, 1]);
    content.extend([0; 32]);
    content.extend([0, 24, 255, 255]);
    let length = |set: &[u8]| (set.len() as u16).to_be_bytes();
    let profile = [1, 2, 3].map(|at| sequence.get(at).copied().unwrap_or_default());
    let sets = [
        &[1, profile[0], profile[1], profile[2], 0xff, 0xe1][..],
        &length(sequence),
        sequence,
        &[1],
        &length(picture),
        picture,
    ];
    content.extend(atom(b"avcC", &sets.concat()));
    content.extend(atom(b"colr", b"nclx\0\x01\0\x01\0\x01\0"));
    content.extend(atom(b"pasp", &numbers(&[1, 1])));
    atom(b"avc1", &content)
}

/// What the film says of itself, in the form that players read.
fn notes(header: &Header, run: &str) -> Vec<u8> {
    let text = |text: &str| atom(b"data", &[&numbers(&[1, 0])[..], text.as_bytes()].concat());
    let list = [
        atom(b"\xa9nam", &text(&header.title)),
        atom(b"\xa9cmt", &text(&header.comment)),
        atom(b"\xa9too", &text(&header.tool)),
        atom(
            b"----",
            &[full(b"mean", 0, recipe::KEYWORD.as_bytes()), full(b"name", 0, recipe::KEYWORD.as_bytes()), text(run)].concat(),
        ),
    ];
    let handler = full(b"hdlr", 0, b"\0\0\0\0mdirappl\0\0\0\0\0\0\0\0\0");
    atom(b"udta", &full(b"meta", 0, &[handler, atom(b"ilst", &list.concat())].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn header() -> Header {
        let text = |text: &str| text.to_owned();
        Header { width: 64, height: 48, fps: 30, frames: 3, title: text("A"), comment: text("B"), tool: text("C") }
    }

    fn film() -> Vec<u8> {
        let mut writer = Writer::new(Cursor::new(Vec::new()), header(), "(run: 0)").unwrap();
        writer.frame([&b"\0\0\0\x01\x67\x42\0\x1e"[..], b"\0\0\0\x01\x68\xce", b"\0\0\x01\x65abc"].into_iter()).unwrap();
        writer.frame([&b"\0\0\0\x01\x61defg"[..]].into_iter()).unwrap();
        writer.finish("(run: 1)").unwrap().into_inner()
    }

    #[test]
    fn the_description_stands_before_the_pictures_and_points_at_them() {
        let film = film();
        let at = |name: &[u8]| film.windows(4).position(|four| four == name).unwrap();
        assert!(at(b"moov") < at(b"mdat"));
        let chunk = at(b"stco");
        let first = u32::from_be_bytes(film[chunk + 12..chunk + 16].try_into().unwrap()) as usize;
        assert_eq!(&film[first..], b"\0\0\0\x04\x65abc\0\0\0\x05\x61defg");
        assert_eq!(recipe::of(&mut Cursor::new(&film)).unwrap().as_deref(), Some("(run: 1)"));
    }

    #[test]
    fn more_frames_than_announced_are_an_error() {
        let mut writer = Writer::new(Cursor::new(Vec::new()), header(), "").unwrap();
        for _ in 0..2000 {
            writer.frame([&b"\0\0\x01\x65abc"[..]].into_iter()).unwrap();
        }
        assert!(writer.finish("").is_err());
    }
}
