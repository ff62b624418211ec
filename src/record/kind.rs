//! The kinds of files that a run can be recorded as.

use super::{
    gif::{self, Gif},
    h264, mp4,
    sequence::{self, Pattern, Sequence},
    sink::Sink,
};
use crate::{
    error::{Error, Result},
    output::{Output, broken},
    scene::{Film, Run},
};
use std::{io::Write as _, path::Path};

/// A kind of file, told by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One picture.
    Png,
    /// One picture, as shapes.
    Svg,
    /// Numbered pictures.
    Sequence(Pattern),
    /// A film that goes round and round.
    Gif,
    /// A film.
    Mp4,
}

impl Kind {
    /// What a name asks for.
    ///
    /// # Errors
    /// Where it asks for nothing that can be made.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        match (ending.as_str(), Pattern::of(path)) {
            ("png", Some(pattern)) => Ok(Self::Sequence(pattern)),
            ("png", None) => Ok(Self::Png),
            ("svg", _) => Ok(Self::Svg),
            ("gif", _) => Ok(Self::Gif),
            ("mp4", _) => Ok(Self::Mp4),
            _ => Err(Error::usage("this kind of file cannot be made")
                .allowed("a name that ends in .mp4, .gif, .png or .svg, or DIR/%05d.png")
                .at(path.display())),
        }
    }

    /// Whether it is one picture rather than many.
    pub fn is_still(&self) -> bool {
        matches!(self, Self::Png | Self::Svg)
    }

    /// Its name for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Png | Self::Sequence(_) => "PNG",
            Self::Svg => "SVG",
            Self::Gif => "GIF",
            Self::Mp4 => "MP4",
        }
    }

    /// Whether it can hold pictures without a ground.
    pub fn has_opacity(&self) -> bool {
        matches!(self, Self::Png | Self::Sequence(_))
    }

    /// Checks what it can hold.
    ///
    /// # Errors
    /// Where the film is too large, too fast, or of a size that cannot be coded.
    pub fn check(&self, film: &Film) -> Result<()> {
        let size = [film.size.0, film.size.1];
        match self {
            Self::Png | Self::Svg | Self::Sequence(_) => sequence::check(size),
            Self::Gif => gif::check(size, film.fps, film.length()),
            Self::Mp4 => h264::check(size),
        }
    }

    /// The film as it is to be made where coding it as it is would take this many bytes, and how many it then takes.
    #[must_use]
    pub fn moderated(&self, film: Film, bytes: u64) -> (Film, u64) {
        let quantiser = if *self == Self::Mp4 { h264::quantiser(&film, bytes) } else { film.quantiser };
        let halvings = f64::from(quantiser - film.quantiser) / 6.0;
        (Film { quantiser, ..film }, (bytes as f64 / halvings.exp2()) as u64)
    }

    /// Begins a file of this kind. `run` is the recipe as it will be, but for its hash.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn sink<'a>(&self, path: &Path, film: &Film, title: &str, run: &Run) -> Result<Box<dyn Sink + 'a>> {
        match self {
            Self::Sequence(pattern) => Ok(Box::new(Sequence::new(pattern.clone())?)),
            _ => self.write(Output::new(Some(path))?, film, title, run),
        }
    }

    /// The same, to be forgotten.
    ///
    /// # Errors
    /// Where there is no room for temporary files.
    pub fn scratch<'a>(&self, film: &Film, title: &str, run: &Run) -> Result<Box<dyn Sink + 'a>> {
        match self {
            Self::Sequence(_) => Ok(Box::new(Sequence::scratch())),
            _ => self.write(Output::scratch()?, film, title, run),
        }
    }

    fn write<'a>(&self, out: Output, film: &Film, title: &str, run: &Run) -> Result<Box<dyn Sink + 'a>> {
        let size = [film.size.0, film.size.1];
        let comment = comment(film, title, run);
        match self {
            Self::Mp4 => {
                let header = mp4::Header {
                    width: film.size.0 as u16,
                    height: film.size.1 as u16,
                    fps: film.fps,
                    frames: film.length() as u32,
                    title: title.to_owned(),
                    comment,
                    tool: format!("Flockwork {}", run.version),
                };
                Ok(Box::new(h264::Film::new(out, header, film.quantiser.min(51), &run.write())?))
            }
            Self::Gif => Ok(Box::new(Gif::new(out, size, film.fps, format!("{title}. {comment}"))?)),
            Self::Png | Self::Svg | Self::Sequence(_) => Ok(Box::new(Still { out })),
        }
    }
}

/// What a film says of itself in a line.
fn comment(film: &Film, title: &str, run: &Run) -> String {
    let mut text = format!("Steps {} to {}, seed {}", film.step(film.fade).0, film.last_step(), run.scene.seed);
    if film.slow > 1 {
        text += &format!("; slowed: {} frames a step, interpolated", film.slow);
    }
    if film.fade > 0 {
        text += &format!("; its end fades into its beginning over {} frames", film.fade);
    }
    if !run.scene.source.is_empty() && run.scene.source != title {
        text += &format!(". {}", run.scene.source);
    }
    text + ". It holds its run: flockwork opens it"
}

/// The one picture of a PNG file.
struct Still {
    out: Output,
}

impl Sink for Still {
    fn frame(&mut self, still: &crate::view::Still, run: Option<&str>) -> Result<()> {
        let place = self.out.place();
        let bytes = super::png(still, run.unwrap_or_default())?;
        self.out.write_all(&bytes).map_err(|error| broken(&place, &error))
    }

    fn finish(self: Box<Self>, _: &str) -> Result<u64> {
        self.out.finish_counted()
    }
}
