//! Tracks as a NumPy array of frames × individuals × 2 or 3, NaN where an individual is lost.

use super::{Count, Row, Store, Table, checked};
use crate::error::{Error, Result};
use npyz::{DType, NpyFile, TypeChar};
use std::io::{self, Cursor, Read};

/// The first bytes of such a file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

const SHAPE: &str = "an array of frames × individuals × 2 or 3";

/// Longest header: an array of numbers needs a hundred bytes.
const LONGEST_HEADER: usize = 1 << 12;

/// Frames of a column that are read at once.
const BLOCK: usize = 4096;

/// Reads tracks from a NumPy file, with so many bytes of rows in memory.
pub(super) fn read(memory: usize, mut reader: impl Read, place: &str) -> Result<Table> {
    let wrong = |message: String| Error::usage(message).allowed(SHAPE).at(place);
    let header = header_bytes(&mut reader).map_err(|error| wrong(format!("its header is no NumPy header: {error}")))?;
    let file = NpyFile::new(Cursor::new(header).chain(reader))
        .map_err(|error| wrong(format!("its header is no NumPy header: {error}")))?;
    let shape = file.shape().to_vec();
    let &[frames, individuals, axes @ (2 | 3)] = &shape[..] else {
        return Err(wrong(format!("it has the shape {shape:?}")));
    };
    if frames * individuals == 0 {
        return Err(wrong(format!("it is empty: its shape is {shape:?}")));
    }
    if u32::try_from(individuals).is_err() {
        return Err(wrong(format!("{individuals} individuals are too many")));
    }
    let single = match file.dtype() {
        DType::Plain(kind) if kind.type_char() == TypeChar::Float && kind.size_field() == 4 => true,
        DType::Plain(kind) if kind.type_char() == TypeChar::Float && kind.size_field() == 8 => false,
        other => {
            return Err(Error::usage(format!("it holds {}", other.descr())).allowed("f4 or f8: plain numbers").at(place));
        }
    };
    let fortran = file.order() == npyz::Order::Fortran;
    let (frames, individuals, axes) = (frames as usize, individuals as usize, axes as usize);
    let mut table = Table::new(Count::Frames, None, memory);
    let mut push = |frame: usize, individual: usize, numbers: &[f64]| -> Result<()> {
        let coordinate = |axis: usize| {
            checked(numbers[axis]).map_err(|error| error.path(format!("[{frame}, {individual}, {axis}]")).at(place))
        };
        let (x, y) = (coordinate(0)?, coordinate(1)?);
        let z = if axes == 3 { coordinate(2)? } else { f64::NAN };
        if x.is_nan() || y.is_nan() {
            return Ok(());
        }
        table.push(Row { id: individual as u32, line: 0, when: frame as f64, x, y, z })
    };
    let whole = frames * individuals * axes;
    let count = if fortran {
        let mut columns = Store::new(memory);
        let count = each(file, single, place, |_, number| columns.push(number))?;
        if count == whole {
            for individual in 0..individuals {
                for start in (0..frames).step_by(BLOCK) {
                    let end = frames.min(start + BLOCK);
                    let column = |axis: usize| {
                        let first = frames * (individual + individuals * axis);
                        columns.read(first + start..first + end)
                    };
                    let read = (0..axes).map(column).collect::<Result<Vec<_>>>()?;
                    for frame in start..end {
                        let numbers: Vec<f64> = read.iter().map(|column| column[frame - start]).collect();
                        push(frame, individual, &numbers)?;
                    }
                }
            }
        }
        count
    } else {
        let mut numbers = [0.0; 3];
        each(file, single, place, |at, number| {
            numbers[at % axes] = number;
            if at % axes + 1 < axes { Ok(()) } else { push(at / axes / individuals, at / axes % individuals, &numbers) }
        })?
    };
    if count < whole {
        return Err(wrong(format!("it ends after {count} of {whole} numbers")));
    }
    Ok(table)
}

/// Reads up to the end of the header and refuses one that no array of numbers has: one that is long, nested, or whose
/// sizes multiply to more than a machine word holds.
fn header_bytes(reader: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 10];
    reader.read_exact(&mut bytes)?;
    let mut length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    // From version 2 on the length takes four bytes.
    if bytes[6] > 1 {
        bytes.resize(12, 0);
        reader.read_exact(&mut bytes[10..])?;
        length |= usize::from(u16::from_le_bytes([bytes[10], bytes[11]])) << 16;
    }
    let start = bytes.len();
    if length > LONGEST_HEADER {
        return Err(io::Error::other(format!("it is said to be {length} bytes long")));
    }
    bytes.resize(start + length, 0);
    reader.read_exact(&mut bytes[start..])?;
    let text = &bytes[start..];
    let count = |test: fn(&u8) -> bool| text.iter().filter(|byte| test(byte)).count();
    if count(|byte| b"([{".contains(byte)) > 16 || count(u8::is_ascii_digit) > 19 {
        return Err(io::Error::other("it is not that of a plain array"));
    }
    Ok(bytes)
}

/// Hands on all numbers in the order of the file, each with its place, and tells how many there were.
fn each<R: Read>(file: NpyFile<R>, single: bool, place: &str, act: impl FnMut(usize, f64) -> Result<()>) -> Result<usize> {
    if single { each_of::<f32, R>(file, place, act) } else { each_of::<f64, R>(file, place, act) }
}

fn each_of<T: npyz::Deserialize + Into<f64>, R: Read>(
    file: NpyFile<R>,
    place: &str,
    mut act: impl FnMut(usize, f64) -> Result<()>,
) -> Result<usize> {
    let failed = |error: &dyn std::fmt::Display| Error::failure(format!("cannot be read: {error}")).at(place);
    let data = file.data::<T>().map_err(|error| failed(&error))?;
    let mut count = 0;
    for number in data {
        match number {
            Ok(number) => act(count, number.into())?,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(failed(&error)),
        }
        count += 1;
    }
    Ok(count)
}
