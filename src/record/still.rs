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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_and_its_notes_come_back() {
        let still = Still { width: 3, height: 2, rgba: (0..24).collect() };
        let bytes = png(&still, &[("Scene", "(model: \"vicsek\", noise: 0.1) η")]).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut rgba = vec![0; 24];
        reader.next_frame(&mut rgba).unwrap();
        assert_eq!(rgba, still.rgba);
        let note = &reader.info().utf8_text[0];
        assert_eq!((note.keyword.as_str(), note.get_text().unwrap().as_str()), ("Scene", "(model: \"vicsek\", noise: 0.1) η"));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(png(&Still { width: 3, height: 2, rgba: vec![0; 5] }, &[]).is_err());
        assert!(png(&Still { width: 1, height: 1, rgba: vec![0; 4] }, &[("", "x")]).is_err());
    }
}
