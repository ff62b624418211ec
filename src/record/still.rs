//! A picture as a PNG file.

use crate::{
    error::{Error, Result},
    view::Still,
};

/// The bytes of a PNG file with this picture (8-bit RGBA, sRGB). `notes` go into it as text: keyword (1 to 79 letters of
/// Latin-1) and content, such as the scene that made it.
///
/// # Errors
/// Where the picture's bytes do not fit its size, or a keyword is not allowed.
pub fn png(still: &Still, notes: &[(&str, &str)]) -> Result<Vec<u8>> {
    let failed = |error: png::EncodingError| Error::failure(format!("cannot write the picture as PNG: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, still.width, still.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    for (keyword, content) in notes {
        encoder.add_itxt_chunk((*keyword).to_owned(), (*content).to_owned()).map_err(failed)?;
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&still.rgba).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}

/// Reads a PNG file of 8-bit RGBA, as [`png()`] writes it.
///
/// # Errors
/// Where the file is not one.
pub fn read_png(bytes: &[u8]) -> Result<Still> {
    let failed = |error: png::DecodingError| Error::usage(format!("not a whole PNG picture: {error}"));
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(failed)?;
    let info = reader.info();
    let (width, height) = (info.width, info.height);
    if info.color_type != png::ColorType::Rgba || info.bit_depth != png::BitDepth::Eight {
        return Err(Error::usage("not a picture of 8-bit RGBA"));
    }
    let mut rgba = vec![0; width as usize * height as usize * 4];
    reader.next_frame(&mut rgba).map_err(failed)?;
    Ok(Still { width, height, rgba })
}

/// The note of this keyword in a PNG file; nothing where it has none.
///
/// # Errors
/// Where the file is no whole PNG.
pub fn png_note(bytes: &[u8], keyword: &str) -> Result<Option<String>> {
    let failed = |error: png::DecodingError| Error::usage(format!("not a whole PNG picture: {error}"));
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(failed)?;
    reader.finish().map_err(failed)?;
    let note = reader.info().utf8_text.iter().find(|note| note.keyword == keyword);
    note.map(|note| note.get_text().map_err(failed)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_and_its_notes_come_back() {
        let still = Still { width: 3, height: 2, rgba: (0..24).collect() };
        let bytes = png(&still, &[("Scene", "(model: \"vicsek\", noise: 0.1) η")]).unwrap();
        assert_eq!(read_png(&bytes).unwrap(), still);
        assert_eq!(png_note(&bytes, "Scene").unwrap().as_deref(), Some("(model: \"vicsek\", noise: 0.1) η"));
        assert_eq!(png_note(&bytes, "Other").unwrap(), None);
        assert!(read_png(&bytes[..bytes.len() / 2]).is_err());
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(png(&Still { width: 3, height: 2, rgba: vec![0; 5] }, &[]).is_err());
        assert!(png(&Still { width: 1, height: 1, rgba: vec![0; 4] }, &[("", "x")]).is_err());
    }
}
