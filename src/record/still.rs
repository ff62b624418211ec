//! A picture as a PNG file.

use crate::{
    error::{Error, Result},
    recipe,
    view::Still,
};

/// The bytes of a PNG file with this picture (8-bit RGBA, sRGB) and the run that made it, as text.
///
/// # Errors
/// Where the picture's bytes do not fit its size.
pub fn png(still: &Still, run: &str) -> Result<Vec<u8>> {
    encode(still, Some(run), png::Compression::Balanced)
}

/// The same, coded in less time and more bytes; the run where there is one.
///
/// # Errors
/// As [`png()`].
pub fn quick_png(still: &Still, run: Option<&str>) -> Result<Vec<u8>> {
    encode(still, run, png::Compression::Fast)
}

fn encode(still: &Still, run: Option<&str>, compression: png::Compression) -> Result<Vec<u8>> {
    let failed = |error: png::EncodingError| Error::failure(format!("cannot write the picture as PNG: {error}"));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, still.width, still.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(compression);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    if let Some(run) = run {
        encoder.add_itxt_chunk(recipe::KEYWORD.into(), run.into()).map_err(failed)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_and_its_run_come_back() {
        let still = Still { width: 3, height: 2, rgba: (0..24).collect() };
        let bytes = png(&still, "(model: \"vicsek\", noise: 0.1) η").unwrap();
        assert_eq!(read_png(&bytes).unwrap(), still);
        assert_eq!(
            recipe::of(&mut std::io::Cursor::new(&bytes)).unwrap().as_deref(),
            Some("(model: \"vicsek\", noise: 0.1) η")
        );
        assert!(read_png(&bytes[..bytes.len() / 2]).is_err());
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(png(&Still { width: 3, height: 2, rgba: vec![0; 5] }, "").is_err());
    }
}
