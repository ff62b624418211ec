//! A film as a folder of numbered pictures, each whole as soon as it is there.

use super::{sink::Sink, still::quick_png};
use crate::{
    error::{Error, Result},
    output::{Output, broken},
    view::Still,
};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// Longer and shorter side of the largest picture, pixels.
pub const LARGEST: [u32; 2] = [7680, 4320];

/// A name with a number in it, as in `folder/%05d.png`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    folder: PathBuf,
    before: String,
    after: String,
    digits: usize,
}

impl Pattern {
    /// The pattern in a name; nothing where there is none.
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (before, rest) = name.split_once('%')?;
        let (digits, after) = rest.split_once('d')?;
        let digits =
            if digits.is_empty() { 1 } else { digits.strip_prefix('0')?.parse().ok().filter(|digits| *digits < 20)? };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(Self { folder: folder.to_owned(), before: before.into(), after: after.into(), digits })
    }

    /// The name of a number.
    pub fn name(&self, number: u64) -> PathBuf {
        self.folder.join(format!("{}{number:0digits$}{}", self.before, self.after, digits = self.digits))
    }

    fn number(&self, name: &str) -> Option<u64> {
        name.strip_prefix(&self.before)?.strip_suffix(&self.after)?.parse().ok()
    }
}

/// Checks the size of a picture.
///
/// # Errors
/// Where it is too large.
pub fn check([width, height]: [u32; 2]) -> Result<()> {
    let [long, short] = LARGEST;
    if width.max(height) <= long && width.min(height) <= short {
        return Ok(());
    }
    Err(Error::usage(format!("a picture of {width}×{height} pixels is too large"))
        .allowed(format!("up to {long}x{short} or {short}x{long}")))
}

/// Writes numbered pictures.
pub struct Sequence {
    pattern: Pattern,
    next: u64,
    bytes: u64,
    scratch: bool,
}

impl Sequence {
    /// Begins a sequence in its folder, which is made where it is missing.
    ///
    /// # Errors
    /// Where the folder cannot be made, or holds pictures of this pattern already, which would mix with the new ones.
    pub fn new(pattern: Pattern) -> Result<Self> {
        let place = || pattern.folder.display();
        let failed = |error: std::io::Error| Error::failure(format!("cannot be used: {error}")).at(place());
        fs::create_dir_all(&pattern.folder).map_err(failed)?;
        for entry in fs::read_dir(&pattern.folder).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if name.to_str().and_then(|name| pattern.number(name)).is_some() {
                return Err(Error::failure(format!("holds '{}', a picture of another film", name.display()))
                    .allowed("a folder without pictures of this name")
                    .at(place()));
            }
        }
        Ok(Self { pattern, next: 0, bytes: 0, scratch: false })
    }

    /// A sequence that is counted and forgotten.
    pub fn scratch() -> Self {
        let pattern = Pattern { folder: PathBuf::new(), before: String::new(), after: String::new(), digits: 0 };
        Self { pattern, next: 0, bytes: 0, scratch: true }
    }
}

impl Sink for Sequence {
    fn frame(&mut self, still: &Still, run: Option<&str>) -> Result<()> {
        let bytes = quick_png(still, run)?;
        if !self.scratch {
            let path = self.pattern.name(self.next);
            let mut out = Output::new(Some(&path))?;
            let place = out.place();
            out.write_all(&bytes).and_then(|()| out.flush()).map_err(|error| broken(&place, &error))?;
            out.finish()?;
        }
        self.next += 1;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn finish(self: Box<Self>, _: &str) -> Result<u64> {
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_where_the_pattern_says() {
        let pattern = |text: &str| Pattern::of(Path::new(text));
        assert_eq!(pattern("a/%05d.png").unwrap().name(42), Path::new("a/00042.png"));
        assert_eq!(pattern("f%d.png").unwrap().name(7), Path::new("./f7.png"));
        assert_eq!(pattern("f%d.png").unwrap().number("f12.png"), Some(12));
        for wrong in ["a.png", "%5x.png", "a/%.png", "%99999d.png"] {
            assert_eq!(pattern(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn two_films_are_not_mixed_in_a_folder() {
        let folder = tempfile::TempDir::new().unwrap();
        let pattern = Pattern::of(&folder.path().join("new/%03d.png")).unwrap();
        let mut first = Sequence::new(pattern.clone()).unwrap();
        first.frame(&Still { width: 1, height: 1, rgba: vec![1, 2, 3, 255] }, Some("()")).unwrap();
        assert!(Box::new(first).finish("").unwrap() > 0 && pattern.name(0).exists());
        assert!(Sequence::new(pattern).err().unwrap().to_string().contains("000.png"));
    }
}
