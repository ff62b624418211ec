//! NPZ, NumPy's archive of arrays: one array a column. An array's length stands before its numbers, so columns wait in
//! temporary files until they are whole.

use super::{Sink, Source, exactly, truncated};
use crate::{
    error::{Error, Result},
    events::{Cause, Event, Sensor},
    output::{Output, broken},
};
use std::{
    fs::File,
    io::{BufReader, BufWriter, Seek as _, Write as _},
    path::Path,
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// Events that are read at once.
const BATCH: usize = 8192;
/// Archives beyond this need long offsets.
const LONG: u64 = 1 << 31;

/// The kind of the numbers of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Bytes.
    U8,
    /// Whole numbers of 16 bits.
    U16,
    /// Whole numbers of 32 bits with a sign.
    I32,
    /// Whole numbers of 64 bits with a sign.
    I64,
    /// Floating-point numbers of 32 bits.
    F32,
    /// Floating-point numbers of 64 bits.
    F64,
}

impl Numbers {
    fn name(self) -> &'static str {
        match self {
            Self::U8 => "|u1",
            Self::U16 => "<u2",
            Self::I32 => "<i4",
            Self::I64 => "<i8",
            Self::F32 => "<f4",
            Self::F64 => "<f8",
        }
    }

    fn bytes(self) -> u64 {
        self.name()[2..].parse().expect("names end in a number of bytes")
    }
}

struct Column {
    name: &'static str,
    numbers: Numbers,
    /// The shape of one row; nothing for a plain list.
    row: Vec<u64>,
    waiting: BufWriter<File>,
    bytes: u64,
}

/// An archive of arrays that grow row by row.
pub struct Columns {
    out: ZipWriter<Output>,
    place: String,
    columns: Vec<Column>,
}

impl Columns {
    /// Begins an archive of these arrays: name, kind of number, shape of a row.
    ///
    /// # Errors
    /// Where the file, or a temporary one, cannot be written.
    pub fn new(path: &Path, columns: &[(&'static str, Numbers, &[u64])]) -> Result<Self> {
        let place = path.display().to_string();
        let out = ZipWriter::new(Output::new(Some(path))?);
        let column = |(name, numbers, row): &(&'static str, Numbers, &[u64])| {
            let file = tempfile::tempfile().map_err(|error| broken("a temporary file", &error))?;
            Ok(Column { name, numbers: *numbers, row: row.to_vec(), waiting: BufWriter::new(file), bytes: 0 })
        };
        Ok(Self { out, place, columns: columns.iter().map(column).collect::<Result<_>>()? })
    }

    /// Adds numbers, little end first, to an array.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn put(&mut self, column: usize, bytes: &[u8]) -> Result<()> {
        let column = &mut self.columns[column];
        column.bytes += bytes.len() as u64;
        column.waiting.write_all(bytes).map_err(|error| broken("a temporary file", &error))
    }

    /// Makes the archive, under its name.
    ///
    /// # Errors
    /// Where the disk is full, or the name cannot be taken.
    pub fn finish(self) -> Result<()> {
        let Self { mut out, place, columns } = self;
        for mut column in columns {
            let row: u64 = column.row.iter().product::<u64>() * column.numbers.bytes();
            let shape: Vec<u64> = std::iter::once(column.bytes / row).chain(column.row).collect();
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(column.bytes > LONG);
            let failed = |error: zip::result::ZipError| Error::failure(format!("cannot be written: {error}")).at(&place);
            out.start_file(format!("{}.npy", column.name), options).map_err(failed)?;
            let copied = out.write_all(&header(column.numbers, &shape)).and_then(|()| {
                column.waiting.flush()?;
                let mut file = column.waiting.into_inner().map_err(std::io::IntoInnerError::into_error)?;
                file.rewind()?;
                std::io::copy(&mut file, &mut out)
            });
            copied.map_err(|error| broken(&place, &error))?;
        }
        out.finish().map_err(|error| Error::failure(format!("cannot be written: {error}")).at(&place))?.finish()
    }
}

/// What stands before the numbers in NumPy's format, version 1.0.
fn header(numbers: Numbers, shape: &[u64]) -> Vec<u8> {
    let sides: String = shape.iter().map(|side| format!("{side},")).collect();
    let mut text = format!("{{'descr': '{}', 'fortran_order': False, 'shape': ({sides}), }}", numbers.name());
    // Numbers begin at a multiple of 64 bytes, after ten bytes before the text and a line end behind it.
    let padded = (10 + text.len() + 1).next_multiple_of(64) - 10;
    text += &" ".repeat(padded - text.len() - 1);
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((text.len() as u16).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

/// A file of events that is being written: arrays `t` (µs), `x`, `y`, `p` (1 ON, 0 OFF), `cause`, and `sensor`.
pub struct Writer(Columns);

impl Writer {
    pub fn new(path: &Path, sensor: Sensor) -> Result<Self> {
        let mut columns = Columns::new(
            path,
            &[
                ("t", Numbers::I64, &[]),
                ("x", Numbers::U16, &[]),
                ("y", Numbers::U16, &[]),
                ("p", Numbers::U8, &[]),
                ("cause", Numbers::I32, &[]),
                ("sensor", Numbers::U16, &[]),
            ],
        )?;
        for side in [sensor.width, sensor.height] {
            columns.put(5, &side.to_le_bytes())?;
        }
        Ok(Self(columns))
    }
}

impl Sink for Writer {
    fn write(&mut self, events: &[Event]) -> Result<()> {
        let bytes = |bytes: &dyn Fn(&Event) -> Vec<u8>| events.iter().flat_map(bytes).collect::<Vec<u8>>();
        self.0.put(0, &bytes(&|event| event.t.to_le_bytes().to_vec()))?;
        self.0.put(1, &bytes(&|event| event.x.to_le_bytes().to_vec()))?;
        self.0.put(2, &bytes(&|event| event.y.to_le_bytes().to_vec()))?;
        self.0.put(3, &bytes(&|event| vec![u8::from(event.on)]))?;
        self.0.put(4, &bytes(&|event| event.cause.number().to_le_bytes().to_vec()))
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.0.finish()
    }
}

/// One array of an archive, unpacked into a temporary file.
struct Array {
    from: BufReader<File>,
    /// Kind (`i`, `u`, `b`, `f`) and bytes of a number.
    kind: char,
    bytes: usize,
    left: u64,
    shape: Vec<u64>,
}

impl Array {
    fn open(archive: &mut ZipArchive<File>, name: &str) -> Result<Option<Self>> {
        let wrong = |what: &str| Error::failure(format!("array '{name}' {what}"));
        let mut packed = match archive.by_name(&format!("{name}.npy")) {
            Ok(packed) => packed,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(wrong(&format!("cannot be read: {error}"))),
        };
        let mut file = tempfile::tempfile().map_err(|error| broken("a temporary file", &error))?;
        std::io::copy(&mut packed, &mut file).map_err(|error| wrong(&format!("is damaged: {error}")))?;
        file.rewind().map_err(|error| broken("a temporary file", &error))?;
        let mut from = BufReader::new(file);
        let header = npyz::NpyHeader::from_reader(&mut from).map_err(|error| wrong(&format!("is damaged: {error}")))?;
        let kind = header.dtype().descr().trim_matches(['\'', '"']).to_owned();
        let mut letters = kind.trim_start_matches(['<', '|', '=']).chars();
        let (kind, bytes) = (letters.next().unwrap_or(' '), letters.as_str().parse().unwrap_or(0));
        let known = if kind == 'f' { [4, 8].contains(&bytes) } else { "iub".contains(kind) && [1, 2, 4, 8].contains(&bytes) };
        if !known {
            return Err(wrong("is of a kind that is not read").allowed("numbers, little end first"));
        }
        let shape = header.shape().to_vec();
        let left = shape.iter().try_fold(1u64, |left, side| left.checked_mul(*side));
        let fits = |left: &u64| left.checked_mul(bytes as u64).is_some();
        let left = left.filter(fits).ok_or_else(|| wrong("is damaged"))?;
        Ok(Some(Self { from, kind, bytes, left, shape }))
    }

    fn take(&mut self, count: usize) -> Result<Vec<i64>> {
        let count = self.left.min(count as u64) as usize;
        self.left -= count as u64;
        let bytes = exactly(&mut self.from, count * self.bytes)?;
        let number = |bytes: &[u8]| whole(self.kind, bytes);
        Ok(bytes.chunks_exact(self.bytes).map(number).collect())
    }
}

/// Opens one array of an archive: its shape, and its numbers to be read.
fn array(path: &Path, name: &str) -> Result<Array> {
    let place = path.display();
    let file = File::open(path).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(place.to_string()))?;
    let mut archive = ZipArchive::new(file)
        .map_err(|error| Error::failure(format!("not a whole NPZ archive: {error}")).at(place.to_string()))?;
    let found = Array::open(&mut archive, name).map_err(|error| error.at(place.to_string()))?;
    found.ok_or_else(|| Error::failure(format!("there is no array '{name}'")).at(place.to_string()))
}

/// All numbers of an array of an archive.
///
/// # Errors
/// Where it is missing or damaged.
pub fn read_array(path: &Path, name: &str) -> Result<Vec<f64>> {
    let mut array = array(path, name)?;
    let bytes = exactly(&mut array.from, array.left as usize * array.bytes)?;
    let number = |bytes: &[u8]| match (array.kind, bytes) {
        ('f', &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]).into(),
        ('f', bytes) => f64::from_le_bytes(bytes.try_into().expect("numbers of 4 or 8 bytes")),
        (kind, bytes) => whole(kind, bytes) as f64,
    };
    Ok(bytes.chunks_exact(array.bytes).map(number).collect())
}

/// The shape and all bytes of an array of bytes of an archive.
///
/// # Errors
/// Where it is missing or damaged.
pub fn read_bytes(path: &Path, name: &str) -> Result<(Vec<u64>, Vec<u8>)> {
    let mut array = array(path, name)?;
    let bytes = exactly(&mut array.from, array.left as usize * array.bytes)?;
    Ok((array.shape, bytes))
}

/// A whole number of any width.
pub(super) fn whole(kind: char, bytes: &[u8]) -> i64 {
    let negative = kind == 'i' && bytes[bytes.len() - 1] >= 0x80;
    let mut long = [if negative { 0xFF } else { 0 }; 8];
    long[..bytes.len()].copy_from_slice(bytes);
    i64::from_le_bytes(long)
}

/// A file that is being read.
pub struct Reader {
    /// `t`, `x`, `y`, `p`, and `cause` where it is there.
    arrays: Vec<Array>,
    sensor: Sensor,
}

impl Reader {
    pub fn new(file: File) -> Result<Self> {
        let mut archive = ZipArchive::new(file).map_err(|error| Error::failure(format!("not a whole NPZ archive: {error}")))?;
        let mut arrays = Vec::new();
        for name in ["t", "x", "y", "p", "cause"] {
            match Array::open(&mut archive, name)? {
                Some(array) => arrays.push(array),
                None if name == "cause" => {}
                None => return Err(Error::failure(format!("there is no array '{name}'")).allowed("arrays t, x, y, p")),
            }
        }
        if arrays.iter().any(|array| array.kind == 'f') {
            return Err(Error::failure("its arrays are not of whole numbers"));
        }
        if arrays.iter().any(|array| array.left != arrays[0].left) {
            return Err(Error::failure("its arrays are not of one length"));
        }
        let sides = Array::open(&mut archive, "sensor")?.map(|mut array| array.take(2)).transpose()?;
        let sensor = match sides.as_deref() {
            Some(&[width, height]) => Sensor { width: width as u16, height: height as u16 },
            _ => Sensor { width: 2048, height: 2048 },
        };
        Ok(Self { arrays, sensor })
    }
}

impl Source for Reader {
    fn sensor(&self) -> Option<Sensor> {
        Some(self.sensor)
    }

    fn next(&mut self) -> Result<Vec<Event>> {
        let columns: Vec<Vec<i64>> = self.arrays.iter_mut().map(|array| array.take(BATCH)).collect::<Result<_>>()?;
        let event = |row: usize| {
            let side = |column: usize| {
                u16::try_from(columns[column][row]).map_err(|_| Error::failure("a pixel lies outside of any sensor"))
            };
            let cause = columns.get(4).map_or(Cause::Unknown, |causes| Cause::of_number(causes[row] as i32));
            Ok(Event { t: columns[0][row], x: side(1)?, y: side(2)?, on: columns[3][row] > 0, cause })
        };
        if columns.iter().any(|column| column.len() != columns[0].len()) {
            return Err(truncated());
        }
        (0..columns[0].len()).map(event).collect()
    }
}
