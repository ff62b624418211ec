//! Pictures to a GIF that goes round and round.
//!
//! Its 255 colours are chosen from all pictures, so that none flickers; the pictures wait in a temporary file until then.
//! Each picture holds only what changed since the last.

use super::{
    palette::Histogram,
    sink::Sink,
    still::{quick_png, read_png},
};
use crate::{
    error::{Error, Result},
    output::{Output, broken},
    recipe,
    view::Still,
};
use ::gif::{AnyExtension, DisposalMethod, Encoder, EncodingError, Extension, Frame, Repeat};
use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
};

/// The longest side, pixels, and the most pixels of all pictures together.
pub const LARGEST: (u32, u64) = (1280, 600_000_000);
/// More frames per second no browser shows.
pub const FASTEST: u32 = 50;
/// The number that stands for "as before".
const UNCHANGED: u8 = 255;

/// Checks what a GIF can hold.
///
/// # Errors
/// Where it would be too large or too fast.
pub fn check([width, height]: [u32; 2], fps: u32, frames: u64) -> Result<()> {
    let (side, pixels) = LARGEST;
    if width.max(height) > side || u64::from(width) * u64::from(height) * frames > pixels {
        return Err(Error::usage(format!("a GIF of {frames} frames of {width}×{height} pixels is too large"))
            .allowed(format!("sides of up to {side} pixels and {} million pixels in all; MP4 for more", pixels / 1_000_000)));
    }
    if fps > FASTEST {
        return Err(Error::usage(format!("a GIF of {fps} frames per second is too fast")).allowed(format!("up to {FASTEST}")));
    }
    Ok(())
}

/// Writes a GIF.
pub struct Gif {
    out: Output,
    place: String,
    fps: u32,
    comment: String,
    histogram: Histogram,
    spool: File,
    /// Bytes of each picture in the spool.
    lengths: Vec<usize>,
    size: [u32; 2],
}

impl Gif {
    /// Begins a GIF. `comment` is what people read.
    ///
    /// # Errors
    /// Where there is no room for temporary files.
    pub fn new(out: Output, size: [u32; 2], fps: u32, comment: String) -> Result<Self> {
        let place = out.place();
        let spool = tempfile::tempfile().map_err(|error| broken("a temporary file", &error))?;
        Ok(Self { out, place, fps, comment, histogram: Histogram::default(), spool, lengths: Vec::new(), size })
    }

    fn encode(mut self, run: &str) -> Result<Output, EncodingError> {
        let palette = &mut self.histogram.palette(usize::from(UNCHANGED));
        let [width, height] = self.size.map(|side| side as u16);
        let mut encoder = Encoder::new(self.out, width, height, &palette.bytes())?;
        encoder.set_repeat(Repeat::Infinite)?;
        encoder.write_raw_extension(AnyExtension(Extension::Comment as u8), &[self.comment.as_bytes()])?;
        encoder.write_raw_extension(AnyExtension(Extension::Application as u8), &[recipe::GIF_BLOCK, run.as_bytes()])?;
        self.spool.rewind()?;
        let mut spool = io::BufReader::new(self.spool);
        let mut before: Option<Vec<u8>> = None;
        // Hundredths of a second until the end of a picture: rounded so that they never drift.
        let end = |picture: usize| (picture as u64 * 100 + u64::from(self.fps) / 2) / u64::from(self.fps);
        for (at, length) in self.lengths.iter().enumerate() {
            let mut bytes = vec![0; *length];
            spool.read_exact(&mut bytes)?;
            let still = read_png(&bytes).map_err(io::Error::other)?;
            let numbers = palette.numbers(&still.rgba);
            let mut frame = changed(before.as_deref(), &numbers, self.size);
            frame.delay = (end(at + 1) - end(at)) as u16;
            encoder.write_frame(&frame)?;
            before = Some(numbers);
        }
        encoder.into_inner()
    }
}

/// The rectangle in which a picture differs from the one before, and in it only what differs.
fn changed(before: Option<&[u8]>, now: &[u8], [width, height]: [u32; 2]) -> Frame<'static> {
    let row = width as usize;
    let dispose = DisposalMethod::Keep;
    let Some(before) = before else {
        let (width, height) = (width as u16, height as u16);
        return Frame { width, height, dispose, buffer: now.to_vec().into(), ..Frame::default() };
    };
    let differs = |y: usize| before[y * row..][..row] != now[y * row..][..row];
    let rows = (0..height as usize).find(|y| differs(*y)).zip((0..height as usize).rfind(|y| differs(*y)));
    // Something must stand there for the time of the picture to pass.
    let (top, bottom) = rows.unwrap_or((0, 0));
    let lines =
        || (top..=bottom).flat_map(|y| (0..row).map(move |x| (x, y))).filter(|(x, y)| before[y * row + x] != now[y * row + x]);
    let left = lines().map(|(x, _)| x).min().unwrap_or(0);
    let right = lines().map(|(x, _)| x).max().unwrap_or(0);
    let buffer: Vec<u8> = (top..=bottom)
        .flat_map(|y| y * row + left..=y * row + right)
        .map(|at| if before[at] == now[at] { UNCHANGED } else { now[at] })
        .collect();
    Frame {
        left: left as u16,
        top: top as u16,
        width: (right - left + 1) as u16,
        height: (bottom - top + 1) as u16,
        transparent: Some(UNCHANGED),
        dispose,
        buffer: buffer.into(),
        ..Frame::default()
    }
}

impl Sink for Gif {
    fn frame(&mut self, still: &Still, _: Option<&str>) -> Result<()> {
        self.histogram.add(&still.rgba);
        let bytes = quick_png(still, None)?;
        self.spool.write_all(&bytes).map_err(|error| broken("a temporary file", &error))?;
        self.lengths.push(bytes.len());
        Ok(())
    }

    fn finish(self: Box<Self>, run: &str) -> Result<u64> {
        let place = self.place.clone();
        let out = self.encode(run).map_err(|error| match error {
            EncodingError::Io(error) => broken(&place, &error),
            other => Error::failure(format!("cannot be written as GIF: {other}")).at(&place),
        })?;
        out.finish_counted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_holds_what_changed() {
        let before = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        let now = [1, 1, 1, 1, 1, 2, 1, 3, 1, 1, 1, 1];
        let frame = changed(Some(&before), &now, [4, 3]);
        assert_eq!((frame.left, frame.top, frame.width, frame.height), (1, 1, 3, 1));
        assert_eq!(frame.buffer[..], [2, UNCHANGED, 3]);
        let still = changed(Some(&now), &now, [4, 3]);
        assert_eq!((still.width, still.height, &still.buffer[..]), (1, 1, &[UNCHANGED][..]));
    }

    #[test]
    fn what_is_too_large_says_what_is_not() {
        assert!(check([640, 360], 30, 300).is_ok());
        let said = |size, fps, frames| check(size, fps, frames).unwrap_err().to_string();
        assert!(said([1920, 1080], 30, 10).contains("1280"));
        assert!(said([1280, 720], 30, 900).contains("600 million"));
        assert!(said([64, 64], 60, 9).contains("50"));
    }
}
