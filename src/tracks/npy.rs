//! Tracks as a NumPy array of frames × individuals × 2 or 3, NaN where an individual is lost.

use super::{Count, Row, Table, checked};
use crate::error::{Error, Result};
use npyz::{DType, NpyFile, TypeChar};
use std::io::{self, Cursor, Read};

/// The first bytes of such a file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

const SHAPE: &str = "an array of frames × individuals × 2 or 3";

/// Longest header: an array of numbers needs a hundred bytes.
const LONGEST_HEADER: usize = 1 << 12;

/// Reads tracks from a NumPy file.
pub(super) fn read(mut reader: impl Read, place: &str) -> Result<Table> {
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
    let numbers = if single { collect::<f32, _>(file) } else { collect::<f64, _>(file) };
    let numbers = numbers.map_err(|(count, error)| {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            wrong(format!("it ends after {count} of {} numbers", frames * individuals * axes))
        } else {
            Error::failure(format!("cannot be read: {error}")).at(place)
        }
    })?;
    let (frames, individuals, axes) = (frames as usize, individuals as usize, axes as usize);
    let place_of = |frame: usize, individual: usize, axis: usize| {
        if fortran {
            frame + frames * (individual + individuals * axis)
        } else {
            (frame * individuals + individual) * axes + axis
        }
    };
    let mut rows = Vec::new();
    for frame in 0..frames {
        for individual in 0..individuals {
            let coordinate = |axis: usize| {
                checked(numbers[place_of(frame, individual, axis)])
                    .map_err(|error| error.path(format!("[{frame}, {individual}, {axis}]")).at(place))
            };
            let (x, y) = (coordinate(0)?, coordinate(1)?);
            let z = if axes == 3 { coordinate(2)? } else { f64::NAN };
            if !x.is_nan() && !y.is_nan() {
                rows.push(Row { id: individual as u32, line: 0, when: frame as f64, x, y, z });
            }
        }
    }
    Ok(Table { rows, count: Count::Frames, rate: None, unit: None, alone: false })
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

/// All numbers in the order of the file, or how many there were before it failed. The header's word for their count is
/// not trusted with memory.
fn collect<T: npyz::Deserialize + Into<f64>, R: Read>(file: NpyFile<R>) -> Result<Vec<f64>, (usize, io::Error)> {
    let data = file.data::<T>().map_err(|error| (0, io::Error::other(error)))?;
    let mut numbers = Vec::new();
    for number in data {
        match number {
            Ok(number) => numbers.push(number.into()),
            Err(error) => return Err((numbers.len(), error)),
        }
    }
    Ok(numbers)
}
