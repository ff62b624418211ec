//! The run that a picture or a film holds: each file made here carries the scene and journal that made it.

use crate::error::{Error, Result};
use std::io::{self, Read, Seek, SeekFrom};

/// Name of the note in a picture or a film that holds its run.
pub const KEYWORD: &str = "flockwork";

/// Name of the block in a GIF that holds its run: eleven letters.
pub const GIF_BLOCK: &[u8; 11] = b"flockworkrn";

/// The element of an SVG that holds its run.
pub const SVG_ELEMENT: (&str, &str) = ("<metadata id=\"flockwork\">", "</metadata>");

/// The longest recipe that is believed, bytes.
const LONGEST: u64 = 1 << 28;

/// Kinds of files that can hold a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Png,
    Gif,
    Mp4,
    Svg,
}

impl Kind {
    fn of(head: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(&head[..head.len().min(256)]).unwrap_or_default().trim_start();
        match head {
            _ if head.starts_with(b"\x89PNG") => Some(Self::Png),
            _ if head.starts_with(b"GIF8") => Some(Self::Gif),
            _ if head.get(4..8) == Some(b"ftyp") => Some(Self::Mp4),
            _ if text.starts_with("<svg") || (text.starts_with("<?xml") && text.contains("<svg")) => Some(Self::Svg),
            _ => None,
        }
    }
}

/// Whether these first bytes are those of a kind of file that can hold a run.
pub fn can_hold(head: &[u8]) -> bool {
    Kind::of(head).is_some()
}

/// The run that a picture or a film holds, as text; nothing where it holds none.
///
/// # Errors
/// Where the file is of a kind that holds none, is not whole, or cannot be read.
pub fn of(file: &mut (impl Read + Seek)) -> Result<Option<String>> {
    let mut head = [0; 4096];
    let read = fill(file, &mut head).and_then(|read| file.rewind().map(|()| read)).map_err(|error| broken(&error))?;
    match Kind::of(&head[..read]) {
        Some(Kind::Png) => of_png(file),
        Some(Kind::Gif) => of_gif(&mut Bytes(file)).map_err(|error| broken(&error)),
        Some(Kind::Mp4) => of_mp4(file).map_err(|error| broken(&error)),
        Some(Kind::Svg) => of_svg(file),
        None => Err(Error::usage("neither a picture nor a film").allowed("PNG, SVG, GIF or MP4")),
    }
}

fn broken(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Error::usage("not a whole picture or film"),
        _ => Error::failure(format!("cannot be read: {error}")),
    }
}

fn wrong() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn of_png(file: &mut (impl Read + Seek)) -> Result<Option<String>> {
    let failed = |error: png::DecodingError| Error::usage(format!("not a whole PNG picture: {error}"));
    let mut reader = png::Decoder::new(io::BufReader::new(file)).read_info().map_err(failed)?;
    reader.finish().map_err(failed)?;
    let note = reader.info().utf8_text.iter().find(|note| note.keyword == KEYWORD);
    note.map(|note| note.get_text().map_err(failed)).transpose()
}

/// A file read in small pieces.
struct Bytes<'a, R>(&'a mut R);

impl<R: Read + Seek> Bytes<'_, R> {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, bytes: i64) -> io::Result<()> {
        self.0.seek_relative(bytes)
    }

    /// A chain of blocks, each after its length, ended by an empty one.
    fn blocks(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let mut block = [0; 255];
        loop {
            let [length] = self.take()?;
            if length == 0 {
                return Ok(());
            }
            let block = &mut block[..length.into()];
            self.0.read_exact(block)?;
            each(block);
        }
    }
}

/// Walks the blocks of a GIF.
fn of_gif(file: &mut Bytes<impl Read + Seek>) -> io::Result<Option<String>> {
    let table = |flags: u8| if flags & 128 == 0 { 0 } else { 3 * (2 << (flags & 7)) };
    let head: [u8; 13] = file.take()?;
    file.skip(table(head[10]))?;
    let mut note = None;
    loop {
        match file.take()? {
            [0x21] => {
                let [kind]: [u8; 1] = file.take()?;
                let mut ours = false;
                let mut bytes = Vec::new();
                let mut first = kind == 0xff;
                file.blocks(|block| {
                    if std::mem::take(&mut first) {
                        ours = block == GIF_BLOCK;
                    } else if ours {
                        bytes.extend_from_slice(block);
                    }
                })?;
                if ours {
                    note = Some(String::from_utf8(bytes).map_err(|_| wrong())?);
                }
            }
            [0x2c] => {
                let head: [u8; 9] = file.take()?;
                file.skip(table(head[8]))?;
                file.take::<1>()?;
                file.blocks(|_| ())?;
            }
            [0x3b] => return Ok(note),
            _ => return Err(wrong()),
        }
    }
}

/// Goes down the boxes of an MP4 to the note.
fn of_mp4(file: &mut (impl Read + Seek)) -> io::Result<Option<String>> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut at = 0;
    let mut found = None;
    // What stands at the top is walked to the end, so that a file cut short is found out.
    while at < end {
        file.seek(SeekFrom::Start(at))?;
        let mut file = Bytes(file);
        let [size, name]: [[u8; 4]; 2] = [file.take()?, file.take()?];
        let (head, size) = match u32::from_be_bytes(size) {
            0 => (8, end - at),
            1 => (16, u64::from_be_bytes(file.take()?)),
            size => (8, size.into()),
        };
        if size < head || size > end - at {
            return Err(wrong());
        }
        if &name == b"moov" {
            if size > LONGEST {
                return Err(wrong());
            }
            let mut moov = vec![0; (size - head) as usize];
            file.0.read_exact(&mut moov)?;
            found = Some(moov);
        }
        at += size;
    }
    let moov = found.ok_or_else(wrong)?;
    let list = inside(&moov, b"udta").and_then(|udta| inside(udta, b"meta")?.get(4..)).and_then(|meta| inside(meta, b"ilst"));
    let notes = boxes(list.unwrap_or_default()).filter(|(name, _)| name == b"----").map(|(_, note)| note);
    let ours = notes.filter(|note| inside(note, b"name").and_then(|name| name.get(4..)) == Some(KEYWORD.as_bytes()));
    let text = ours.filter_map(|note| inside(note, b"data")?.get(8..)).next();
    text.map(|text| String::from_utf8(text.to_vec()).map_err(|_| wrong())).transpose()
}

/// The boxes in the content of one: name and content. Ends where something does not fit.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_at_checked(8)?;
        let size = u32::from_be_bytes(head[..4].try_into().ok()?) as usize;
        let (content, rest) = rest.split_at_checked(size.checked_sub(8)?)?;
        bytes = rest;
        Some((head[4..].try_into().ok()?, content))
    })
}

fn inside<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(found, _)| found == name).map(|(_, content)| content)
}

fn of_svg(file: &mut (impl Read + Seek)) -> Result<Option<String>> {
    let mut text = String::new();
    let read = file.take(LONGEST).read_to_string(&mut text).map_err(|error| broken(&error))?;
    if !text[..read].trim_end().ends_with("</svg>") {
        return Err(Error::usage("not a whole SVG picture"));
    }
    let (open, close) = SVG_ELEMENT;
    let note = text.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(note, _)| note);
    Ok(note.map(plain))
}

/// A text as it may stand in XML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The same text as it was.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn xml_gives_back_what_it_was_given() {
        let text = "(title: \"a < b && c > d\", text: \"&amp;lt;\")";
        let svg = format!("<svg xmlns=\"x\">{}{}{}</svg>\n", SVG_ELEMENT.0, escaped(text), SVG_ELEMENT.1);
        assert_eq!(of(&mut Cursor::new(svg.as_bytes())).unwrap().as_deref(), Some(text));
        assert!(of(&mut Cursor::new(&svg.as_bytes()[..svg.len() - 10])).is_err());
    }

    #[test]
    fn what_is_cut_short_or_of_another_kind_is_an_error() {
        for bytes in [&b""[..], b"(model: \"vicsek\")", b"GIF89a", b"\0\0\0\x10ftypisom\0\0\0\0", b"\0\0\0\xffftypisom"] {
            assert!(of(&mut Cursor::new(bytes)).is_err(), "{bytes:?}");
        }
    }
}
