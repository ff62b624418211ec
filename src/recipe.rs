//! The run that a picture holds: each file made here carries the scene and journal that made it.

use crate::error::{Error, Result};

/// Keyword of the text in a picture that holds its run.
pub const KEYWORD: &str = "flockwork";

/// Whether these first bytes are those of a kind of file that can hold a run.
pub fn can_hold(head: &[u8]) -> bool {
    head.starts_with(b"\x89PNG")
}

/// The run that a PNG file holds, as text; nothing where it holds none.
///
/// # Errors
/// Where the file is no whole PNG.
pub fn of_png(bytes: &[u8]) -> Result<Option<String>> {
    let failed = |error: png::DecodingError| Error::usage(format!("not a whole PNG picture: {error}"));
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(failed)?;
    reader.finish().map_err(failed)?;
    let note = reader.info().utf8_text.iter().find(|note| note.keyword == KEYWORD);
    note.map(|note| note.get_text().map_err(failed)).transpose()
}
