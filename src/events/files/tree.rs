//! As much of HDF5 as DSEC's layout needs: a look for groups, contiguous lists of whole numbers and attributes, every address
//! checked (HDF5 File Format Specification, version 3.0).

use super::{exactly, truncated};
use crate::error::{Error, Result};
use std::{
    fs::File,
    io::{Seek as _, SeekFrom},
};

/// What every file begins with.
pub const MAGIC: &[u8; 8] = b"\x89HDF\r\n\x1a\n";
/// The address of nothing.
pub const NOWHERE: u64 = u64::MAX;
/// Types of messages.
pub const SPACE: u16 = 0x01;
pub const LINKS: u16 = 0x02;
pub const KIND: u16 = 0x03;
pub const FILL: u16 = 0x05;
pub const LINK: u16 = 0x06;
pub const LAYOUT: u16 = 0x08;
pub const GROUP: u16 = 0x0A;
pub const ATTRIBUTE: u16 = 0x0C;
const CONTINUATION: u16 = 0x10;
const SYMBOLS: u16 = 0x11;
/// Largest block that describes something, and most of them for one thing.
const LARGEST: u64 = 1 << 20;
const MOST: usize = 1000;

fn damaged() -> Error {
    Error::failure("the HDF5 file is damaged")
}

fn unread(what: &str) -> Error {
    Error::failure(format!("{what} is stored in a way of HDF5 that is not read"))
        .allowed("contiguous lists of whole numbers: `h5repack -l CONTI -f NONE OLD NEW` makes them")
}

/// A number of so many bytes, little end first.
fn number(bytes: &[u8], at: usize, length: usize) -> Result<u64> {
    let part = bytes.get(at..at.saturating_add(length)).ok_or_else(damaged)?;
    Ok(part.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// A list of whole numbers in a file.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Where it begins.
    pub at: u64,
    /// How many numbers there are.
    pub length: u64,
    /// Bytes of a number, and whether it has a sign.
    pub bytes: usize,
    pub signed: bool,
}

/// A file, and where its root is described.
pub struct Tree {
    file: File,
    end: u64,
    base: u64,
    root: u64,
}

impl Tree {
    /// Opens a file.
    pub fn open(mut file: File) -> Result<Self> {
        let foreign = || Error::failure("not an HDF5 file").allowed("a file that begins with the signature of HDF5");
        let end = file.seek(SeekFrom::End(0)).map_err(|error| Error::failure(format!("cannot be read: {error}")))?;
        let mut tree = Self { file, end, base: 0, root: 0 };
        let head = tree.read(0, end.min(96)).map_err(|_| foreign())?;
        if head.get(..8) != Some(MAGIC) {
            return Err(foreign());
        }
        let version = number(&head, 8, 1)?;
        let (sizes, base, end_at, root) = match version {
            0 => (13, 24, 40, 64),
            1 => (13, 28, 44, 68),
            2 | 3 => (9, 12, 28, 36),
            _ => return Err(unread("the file")),
        };
        if number(&head, sizes, 2)? != 0x0808 {
            return Err(unread("the file"));
        }
        (tree.base, tree.root) = (number(&head, base, 8)?, number(&head, root, 8)?);
        if number(&head, end_at, 8)?.saturating_add(tree.base) > end {
            return Err(truncated());
        }
        Ok(tree)
    }

    /// Bytes at an address.
    pub fn read(&mut self, at: u64, length: u64) -> Result<Vec<u8>> {
        let at = at.checked_add(self.base).ok_or_else(damaged)?;
        if at.checked_add(length).is_none_or(|end| end > self.end) {
            return Err(truncated());
        }
        self.file.seek(SeekFrom::Start(at)).map_err(|error| Error::failure(format!("cannot be read: {error}")))?;
        exactly(&mut self.file, length as usize)
    }

    fn block(&mut self, at: u64, length: u64) -> Result<Vec<u8>> {
        if length > LARGEST { Err(damaged()) } else { self.read(at, length) }
    }

    /// What is said of something: types of messages, and what stands in them.
    fn messages(&mut self, at: u64) -> Result<Vec<(u16, Vec<u8>)>> {
        let head = self.block(at, 16)?;
        let new = head.starts_with(b"OHDR");
        let (mut blocks, tracked) = if new {
            let flags = number(&head, 5, 1)?;
            let skipped = 6 + if flags & 0x20 != 0 { 16 } else { 0 } + if flags & 0x10 != 0 { 4 } else { 0 };
            let wide = 1u64 << (flags & 3);
            let size = self.block(at + skipped, wide)?;
            (vec![(at + skipped + wide, number(&size, 0, wide as usize)?)], flags & 4 != 0)
        } else if head[0] == 1 {
            (vec![(at + 16, number(&head, 8, 4)?)], false)
        } else {
            return Err(damaged());
        };
        let mut messages = Vec::new();
        let mut next = 0;
        while let Some((at, length)) = blocks.get(next).copied() {
            let block = self.block(at, length)?;
            next += 1;
            let before = if new { 4 + if tracked { 2 } else { 0 } } else { 8 };
            let mut at = 0;
            while at + before <= block.len() {
                let (kind, size) = if new {
                    (number(&block, at, 1)? as u16, number(&block, at + 1, 2)? as usize)
                } else {
                    (number(&block, at, 2)? as u16, number(&block, at + 2, 2)? as usize)
                };
                let body = block.get(at + before..at + before + size).ok_or_else(damaged)?;
                if kind == CONTINUATION {
                    let (at, length) = (number(body, 0, 8)?, number(body, 8, 8)?);
                    // In the new form between four letters and a checksum.
                    let frame = if new { 4 } else { 0 };
                    blocks.push((at.saturating_add(frame), length.checked_sub(2 * frame).ok_or_else(damaged)?));
                } else {
                    messages.push((kind, body.to_vec()));
                }
                if messages.len() > MOST || blocks.len() > MOST {
                    return Err(damaged());
                }
                at += before + size;
            }
        }
        Ok(messages)
    }

    /// Where something is described that lies on a path, as in `events/t`; nothing where there is none.
    pub fn find(&mut self, path: &str) -> Result<Option<u64>> {
        let mut at = self.root;
        for name in path.split('/') {
            match self.child(at, name)? {
                Some(child) => at = child,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    fn child(&mut self, group: u64, name: &str) -> Result<Option<u64>> {
        for (kind, body) in self.messages(group)? {
            match kind {
                LINK => {
                    if let Some((_, at)) = link(&body)?.filter(|(known, _)| known == name) {
                        return Ok(Some(at));
                    }
                }
                SYMBOLS => {
                    let heap = self.block(number(&body, 8, 8)?, 32)?;
                    if !heap.starts_with(b"HEAP") {
                        return Err(damaged());
                    }
                    let names = self.block(number(&heap, 24, 8)?, number(&heap, 8, 8)?)?;
                    return self.symbol(number(&body, 0, 8)?, &names, name);
                }
                LINKS => {
                    let ordered = number(&body, 1, 1)? & 1 != 0;
                    if number(&body, if ordered { 10 } else { 2 }, 8)? != NOWHERE {
                        return Err(unread("the list of names"));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Looks a name up in the tree of an old group.
    fn symbol(&mut self, root: u64, names: &[u8], name: &str) -> Result<Option<u64>> {
        let mut nodes = vec![root];
        let mut next = 0;
        while let Some(at) = nodes.get(next).copied() {
            next += 1;
            let head = self.block(at, 8)?;
            let count = number(&head, 6, 2)?;
            if head.starts_with(b"SNOD") {
                let entries = self.block(at + 8, 40 * count)?;
                for entry in entries.chunks_exact(40) {
                    let begin = number(entry, 0, 8)? as usize;
                    let known = names.get(begin..).ok_or_else(damaged)?.split(|byte| *byte == 0).next();
                    if known == Some(name.as_bytes()) {
                        return Ok(Some(number(entry, 8, 8)?));
                    }
                }
            } else if head.starts_with(b"TREE") {
                // After two neighbours, keys and children by turns.
                let children = self.block(at + 24, 16 * count)?;
                for child in children.chunks_exact(16) {
                    nodes.push(number(child, 8, 8)?);
                }
            } else {
                return Err(damaged());
            }
            if nodes.len() > MOST {
                return Err(damaged());
            }
        }
        Ok(None)
    }

    /// A list of whole numbers, or one of them alone; `name` for messages.
    pub fn list(&mut self, at: u64, name: &str) -> Result<List> {
        let messages = self.messages(at)?;
        let body = |kind: u16| messages.iter().find(|(known, _)| *known == kind).map(|(_, body)| body.as_slice());
        let (space, kind, layout) = match (body(SPACE), body(KIND), body(LAYOUT)) {
            (Some(space), Some(kind), Some(layout)) => (space, kind, layout),
            _ => return Err(Error::failure(format!("'{name}' is no list of numbers"))),
        };
        let length = extent(space)?.ok_or_else(|| Error::failure(format!("'{name}' is not a plain list")))?;
        let (bytes, signed) = whole(kind)?.ok_or_else(|| Error::failure(format!("'{name}' is not of whole numbers")))?;
        // Versions 3 and 4 say where a contiguous list is in the same way.
        if !(3..=4).contains(&number(layout, 0, 1)?) || number(layout, 1, 1)? != 1 {
            return Err(unread(&format!("'{name}'")));
        }
        let (at, size) = (number(layout, 2, 8)?, number(layout, 10, 8)?);
        if length > 0 && (at == NOWHERE || length.checked_mul(bytes as u64).is_none_or(|needed| needed > size)) {
            return Err(damaged());
        }
        Ok(List { at, length, bytes, signed })
    }

    /// An attribute that is one whole number; nothing where there is none.
    pub fn attribute(&mut self, at: u64, name: &str) -> Result<Option<u64>> {
        for (kind, body) in self.messages(at)? {
            if kind != ATTRIBUTE || number(&body, 0, 1)? != 3 {
                continue;
            }
            let sizes = [2, 4, 6].map(|at| number(&body, at, 2).map(|size| size as usize));
            let [names, kinds, spaces] = sizes;
            let (names, kinds, spaces) = (names?, kinds?, spaces?);
            if body.get(9..9 + names).is_some_and(|known| known.strip_suffix(b"\0") == Some(name.as_bytes())) {
                let kind = body.get(9 + names..).ok_or_else(damaged)?;
                let Some((bytes, _)) = whole(kind)? else { return Ok(None) };
                return number(&body, 9 + names + kinds + spaces, bytes).map(Some);
            }
        }
        Ok(None)
    }
}

/// Name and address of a link to something in the same file.
fn link(body: &[u8]) -> Result<Option<(String, u64)>> {
    let flags = number(body, 1, 1)?;
    let mut at = 2;
    if flags & 8 != 0 {
        if number(body, at, 1)? != 0 {
            return Ok(None);
        }
        at += 1;
    }
    at += if flags & 4 != 0 { 8 } else { 0 } + usize::from(flags & 16 != 0);
    let wide = 1usize << (flags & 3);
    let length = number(body, at, wide)? as usize;
    let name = body.get(at + wide..(at + wide).saturating_add(length)).ok_or_else(damaged)?;
    Ok(Some((String::from_utf8_lossy(name).into_owned(), number(body, at + wide + length, 8)?)))
}

/// How many numbers there are in a list, one where there is a single one; nothing where it has rows and columns.
fn extent(space: &[u8]) -> Result<Option<u64>> {
    let first = if number(space, 0, 1)? == 1 { 8 } else { 4 };
    match number(space, 1, 1)? {
        0 => Ok(Some(1)),
        1 => number(space, first, 8).map(Some),
        _ => Ok(None),
    }
}

/// Bytes of a whole number, little end first, and whether it has a sign; nothing of other kinds.
fn whole(kind: &[u8]) -> Result<Option<(usize, bool)>> {
    let (class, bits, bytes) = (number(kind, 0, 1)? & 0xF, number(kind, 1, 1)?, number(kind, 4, 4)? as usize);
    Ok((class == 0 && bits & 1 == 0 && [1, 2, 4, 8].contains(&bytes)).then_some((bytes, bits & 8 != 0)))
}
