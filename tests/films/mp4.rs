//! A reader of MP4: the tables of its one track, and its pictures by the decoder.

use flockwork::view::Still;
use openh264::decoder::Decoder;

/// What a film says of itself.
pub struct Film {
    bytes: Vec<u8>,
    /// Units of time in a second, in all, and of each frame.
    pub scale: u32,
    pub duration: u32,
    pub each: u32,
    pub size: [u32; 2],
    /// Place and length of each frame.
    samples: Vec<(usize, usize)>,
    /// Numbers of the frames that need no other.
    pub keys: Vec<u32>,
    sets: Vec<Vec<u8>>,
    /// Whether the description stands before the pictures.
    pub starts_fast: bool,
    /// Primaries, transfer and matrix of its colours, and whether their range is full.
    pub colours: [u8; 7],
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// The boxes in these bytes: name, and where the content begins and ends.
fn boxes(bytes: &[u8], from: usize, to: usize) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        let (head, size) = match number(bytes, at) {
            1 => (16, u64::from_be_bytes(bytes[at + 8..at + 16].try_into().unwrap()) as usize),
            size => (8, size as usize),
        };
        assert!(size >= head && at + size <= to, "a box of {size} bytes at {at} of {to}");
        found.push((String::from_utf8_lossy(&bytes[at + 4..at + 8]).into_owned(), at + head, at + size));
        at += size;
    }
    found
}

fn find(bytes: &[u8], path: &[&str]) -> (usize, usize) {
    path.iter().fold((0, bytes.len()), |(from, to), name| {
        let found = boxes(bytes, from, to).into_iter().find(|(found, ..)| found == name);
        let (_, from, to) = found.unwrap_or_else(|| panic!("no {name} of {path:?}"));
        (from, to)
    })
}

impl Film {
    pub fn read(bytes: Vec<u8>) -> Self {
        let top: Vec<String> = boxes(&bytes, 0, bytes.len()).into_iter().map(|(name, ..)| name).collect();
        let place = |name: &str| top.iter().position(|found| found == name).unwrap();
        let starts_fast = place("moov") < place("mdat");
        let (header, _) = find(&bytes, &["moov", "trak", "mdia", "mdhd"]);
        let (movie, _) = find(&bytes, &["moov", "mvhd"]);
        assert_eq!(
            [number(&bytes, movie + 12), number(&bytes, movie + 16)],
            [number(&bytes, header + 12), number(&bytes, header + 16)]
        );
        let table = |name| find(&bytes, &["moov", "trak", "mdia", "minf", "stbl", name]).0;
        let (times, sizes, chunks, keys) = (table("stts"), table("stsz"), table("stco"), table("stss"));
        assert_eq!((number(&bytes, times + 4), number(&bytes, chunks + 4)), (1, 1), "one rate, one chunk");
        let count = number(&bytes, sizes + 8) as usize;
        assert_eq!(number(&bytes, times + 8) as usize, count);
        let mut at = number(&bytes, chunks + 8) as usize;
        let mut samples = Vec::new();
        for frame in 0..count {
            let length = number(&bytes, sizes + 12 + 4 * frame) as usize;
            samples.push((at, length));
            at += length;
        }
        assert_eq!(at, find(&bytes, &["mdat"]).1, "the frames fill their box");
        let entry = table("stsd") + 8 + 8;
        let size = [24, 26].map(|at| u32::from(u16::from_be_bytes(bytes[entry + at..entry + at + 2].try_into().unwrap())));
        let inner = boxes(&bytes, entry + 78, entry - 8 + number(&bytes, entry - 8) as usize);
        let place = |name: &str| inner.iter().find(|(found, ..)| found == name).unwrap().1;
        let coding = place("avcC");
        let mut at = coding + 6;
        let mut sets = Vec::new();
        for _ in 0..2 {
            let length = usize::from(u16::from_be_bytes(bytes[at..at + 2].try_into().unwrap()));
            sets.push(bytes[at + 2..at + 2 + length].to_vec());
            at += length + 3;
        }
        let colours = place("colr") + 4;
        Self {
            scale: number(&bytes, header + 12),
            duration: number(&bytes, header + 16),
            each: number(&bytes, times + 12),
            size,
            samples,
            keys: (0..number(&bytes, keys + 4) as usize).map(|key| number(&bytes, keys + 8 + 4 * key)).collect(),
            sets,
            starts_fast,
            colours: bytes[colours..colours + 7].try_into().unwrap(),
            bytes,
        }
    }

    pub fn frames(&self) -> usize {
        self.samples.len()
    }

    /// All pictures, decoded.
    pub fn pictures(&self) -> Vec<Still> {
        let mut decoder = Decoder::new().unwrap();
        let mut pictures = Vec::new();
        for (at, length) in &self.samples {
            let mut stream = Vec::new();
            if pictures.is_empty() {
                for set in &self.sets {
                    stream.extend([0, 0, 0, 1]);
                    stream.extend(set);
                }
            }
            let sample = &self.bytes[*at..at + length];
            let mut unit = 0;
            while unit < sample.len() {
                let length = number(sample, unit) as usize;
                stream.extend([0, 0, 0, 1]);
                stream.extend(&sample[unit + 4..unit + 4 + length]);
                unit += 4 + length;
            }
            let picture = decoder.decode(&stream).unwrap().expect("a frame gives a picture");
            pictures.push(still(&picture));
        }
        pictures
    }
}

/// Back to red, green and blue, by BT.709 in limited range.
fn still(picture: &impl openh264::formats::YUVSource) -> Still {
    let (width, height) = picture.dimensions();
    let (wide, narrow, _) = picture.strides();
    let mut rgba = Vec::with_capacity(width * height * 4);
    for y in 0..height {
        for x in 0..width {
            let luminance = (f64::from(picture.y()[y * wide + x]) - 16.0) / 219.0;
            let at = y / 2 * narrow + x / 2;
            let [blue, red] = [picture.u()[at], picture.v()[at]].map(|part| (f64::from(part) - 128.0) / 224.0);
            let (r, b) = (luminance + 1.5748 * red, luminance + 1.8556 * blue);
            let g = (luminance - 0.2126 * r - 0.0722 * b) / 0.7152;
            rgba.extend([r, g, b].map(|part| (part * 255.0).round().clamp(0.0, 255.0) as u8));
            rgba.push(255);
        }
    }
    Still { width: width as u32, height: height as u32, rgba }
}
