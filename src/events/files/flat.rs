//! As much of FlatBuffers as AEDAT4 needs: a look into tables, every offset checked.

use crate::error::{Error, Result};

fn damaged() -> Error {
    Error::failure("a packet of the file is damaged")
}

/// The four bytes at a place.
pub fn word(bytes: &[u8], at: usize) -> Result<u32> {
    let word = bytes.get(at..at.saturating_add(4)).ok_or_else(damaged)?;
    Ok(u32::from_le_bytes(word.try_into().expect("four bytes")))
}

/// The eight bytes at a place.
pub fn long(bytes: &[u8], at: usize) -> Result<i64> {
    let long = bytes.get(at..at.saturating_add(8)).ok_or_else(damaged)?;
    Ok(i64::from_le_bytes(long.try_into().expect("eight bytes")))
}

fn half(bytes: &[u8], at: usize) -> Result<u16> {
    let half = bytes.get(at..at.saturating_add(2)).ok_or_else(damaged)?;
    Ok(u16::from_le_bytes(half.try_into().expect("two bytes")))
}

/// Where a reference leads.
fn follow(bytes: &[u8], at: usize) -> Result<usize> {
    Ok(at + word(bytes, at)? as usize)
}

/// A table of a buffer.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Table<'a> {
    /// The root of a buffer that begins with its size and has this identifier.
    pub fn root(bytes: &'a [u8], identifier: &[u8; 4]) -> Result<Self> {
        if bytes.get(8..12) != Some(identifier) {
            return Err(damaged());
        }
        Ok(Self { bytes, at: follow(bytes, 4)? })
    }

    /// Place of a field, where it is there.
    pub fn field(&self, number: usize) -> Result<Option<usize>> {
        let back = word(self.bytes, self.at)? as i32;
        let list = usize::try_from(self.at as i64 - i64::from(back)).map_err(|_| damaged())?;
        let place = 4 + 2 * number;
        if place + 2 > usize::from(half(self.bytes, list)?) {
            return Ok(None);
        }
        let offset = usize::from(half(self.bytes, list + place)?);
        Ok((offset > 0).then_some(self.at + offset))
    }

    /// Place of the first element of a vector, and how many there are.
    pub fn vector(&self, number: usize) -> Result<(usize, usize)> {
        let Some(field) = self.field(number)? else { return Ok((0, 0)) };
        let vector = follow(self.bytes, field)?;
        Ok((vector + 4, word(self.bytes, vector)? as usize))
    }
}
