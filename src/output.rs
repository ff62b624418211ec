//! Where results go: standard output, or a file that appears under its name only when it is whole.

use crate::error::{Error, Result};
use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use tempfile::NamedTempFile;

/// Bytes that are gathered before they are written.
const BUFFER: usize = 1 << 16;

/// A place to write to. A file gets its name by [`finish`](Self::finish); without that, or after an error, nothing is left.
pub struct Output {
    to: BufWriter<To>,
    path: Option<PathBuf>,
    bytes: u64,
}

enum To {
    Standard(io::Stdout),
    /// Beside its name, under another: a program that is killed leaves it there.
    Beside(NamedTempFile),
    /// In the same folder without any name: a program that is killed leaves nothing.
    #[cfg(target_os = "linux")]
    Nameless(File),
    /// Somewhere, to be forgotten.
    #[cfg(feature = "window")]
    Scratch(File),
}

impl Output {
    /// Standard output, or a file.
    ///
    /// # Errors
    /// Where the file's folder cannot be written to.
    pub fn new(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::to(To::Standard(io::stdout()), None)) };
        let path = target(path)?;
        let to = open(folder(&path)).map_err(|error| unwritable(&path, &error))?;
        Ok(Self::to(to, Some(path)))
    }

    /// A file that is forgotten when it is finished: what is written can be counted.
    ///
    /// # Errors
    /// Where there is no room for temporary files.
    #[cfg(feature = "window")]
    pub fn scratch() -> Result<Self> {
        let file = tempfile::tempfile().map_err(|error| broken("a temporary file", &error))?;
        Ok(Self::to(To::Scratch(file), None))
    }

    fn to(to: To, path: Option<PathBuf>) -> Self {
        Self { to: BufWriter::with_capacity(BUFFER, to), path, bytes: 0 }
    }

    /// Its name in messages.
    pub fn place(&self) -> String {
        self.path.as_ref().map_or("standard output".into(), |path| path.display().to_string())
    }

    /// Makes what was written last, under its name.
    ///
    /// # Errors
    /// Where the disk is full, the reader has gone, or the name cannot be taken.
    pub fn finish(self) -> Result<()> {
        let place = self.place();
        let to = self.to.into_inner().map_err(|error| broken(&place, error.error()))?;
        let named = match (to, &self.path) {
            (To::Standard(mut out), _) => out.flush(),
            (To::Beside(file), Some(path)) => {
                allow_readers(&file).and_then(|()| file.persist(path).map(drop).map_err(|error| error.error))
            }
            #[cfg(target_os = "linux")]
            (To::Nameless(file), Some(path)) => christen(&file, path),
            _ => Ok(()),
        };
        named.map_err(|error| broken(&place, &error))
    }

    /// The same; tells how many bytes were written.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    #[cfg(feature = "window")]
    pub fn finish_counted(self) -> Result<u64> {
        let bytes = self.bytes;
        self.finish().map(|()| bytes)
    }

    /// Writes a whole text.
    ///
    /// # Errors
    /// As [`finish`](Self::finish).
    pub fn save(path: &Path, bytes: &[u8]) -> Result<()> {
        let mut out = Self::new(Some(path))?;
        out.write_all(bytes).map_err(|error| unwritable(path, &error))?;
        out.finish()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.to.seek(to)
    }
}

impl Write for To {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::Beside(out) => out.write(bytes),
            #[cfg(target_os = "linux")]
            Self::Nameless(out) => out.write(bytes),
            #[cfg(feature = "window")]
            Self::Scratch(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::Beside(out) => out.flush(),
            #[cfg(target_os = "linux")]
            Self::Nameless(out) => out.flush(),
            #[cfg(feature = "window")]
            Self::Scratch(out) => out.flush(),
        }
    }
}

impl Seek for To {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Standard(_) => Err(io::ErrorKind::NotSeekable.into()),
            Self::Beside(out) => out.seek(to),
            #[cfg(target_os = "linux")]
            Self::Nameless(out) => out.seek(to),
            #[cfg(feature = "window")]
            Self::Scratch(out) => out.seek(to),
        }
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(folder: &Path) -> io::Result<To> {
    NamedTempFile::with_prefix_in(".flockwork-", folder).map(To::Beside).map_err(plain)
}

/// What went wrong, without the name of a temporary file, which is nobody's.
fn plain(error: io::Error) -> io::Error {
    let Some(named) = error.get_ref().map(ToString::to_string) else { return error };
    let what = named.split_once(" at path ").map(|(what, _)| what.to_owned());
    what.map_or_else(|| error.kind().into(), |what| io::Error::new(error.kind(), what))
}

/// A file in this folder: without a name where the system has such files.
#[cfg(target_os = "linux")]
fn open(folder: &Path) -> io::Result<To> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let mode = Mode::from_raw_mode(0o666);
    match openat(CWD, folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, mode) {
        Ok(file) => Ok(To::Nameless(file.into())),
        Err(_) => beside(folder),
    }
}

#[cfg(not(target_os = "linux"))]
fn open(folder: &Path) -> io::Result<To> {
    beside(folder)
}

/// Gives a file without a name one. A name that is taken is taken over, by way of another one.
#[cfg(target_os = "linux")]
fn christen(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd as _;
    let source = format!("/proc/self/fd/{}", file.as_raw_fd());
    let link = |path: &Path| linkat(CWD, source.as_str(), CWD, path, AtFlags::SYMLINK_FOLLOW);
    match link(path) {
        Err(rustix::io::Errno::EXIST) => {
            let between =
                tempfile::Builder::new().prefix(".flockwork-").make_in(folder(path), |path| Ok(link(path)?)).map_err(plain)?;
            between.into_temp_path().persist(path).map_err(|error| error.error)
        }
        linked => Ok(linked?),
    }
}

/// Temporary files are closed to others; a result is as open as any file that a person makes.
#[cfg(unix)]
fn allow_readers(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn allow_readers(_: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// The file that a name stands for: links are followed, so that they stay links; devices and pipes are left alone, since
/// renaming a file over one would destroy it.
fn target(path: &Path) -> Result<PathBuf> {
    let wrong = |what: &str| Err(Error::failure(what).allowed("the name of a file").at(path.display()));
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => wrong("is a folder"),
        Ok(found) if !found.is_file() => wrong("is a device or a pipe, not a file"),
        Ok(_) => path.canonicalize().map_err(|error| unwritable(path, &error)),
        Err(_) if path.is_symlink() => wrong("is a link to nowhere"),
        Err(_) => Ok(path.to_owned()),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> Error {
    broken(&path.display().to_string(), error)
}

/// The error of a write to `place`.
pub fn broken(place: &str, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::BrokenPipe {
        // The reader has what it wanted (`| head`); there is nobody left to tell.
        std::process::exit(0);
    }
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    let full = matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge);
    let what = if full { "there is no room for it" } else { "cannot be written" };
    Error::failure(format!("{what}: {error}")).at(place)
}

/// Says a line on standard error. Whether anybody listens is no matter of ours.
pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints a text to standard output and ends well.
///
/// # Errors
/// Where standard output cannot be written.
pub fn print(text: &str) -> Result<ExitCode> {
    let mut out = Output::new(None)?;
    out.write_all(text.as_bytes()).map_err(|error| broken("standard output", &error))?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn names(folder: &TempDir) -> Vec<String> {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_place_that_takes_no_files_is_named_as_it_was_asked_for() {
        let refused = Output::new(Some(Path::new("/proc/a.csv"))).err().unwrap().to_string();
        assert!(refused.starts_with("/proc/a.csv: cannot be written: ") && !refused.contains(".flockwork-"), "{refused}");
    }

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole_and_takes_it_over() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a.txt");
        for text in ["first", "second"] {
            let mut out = Output::new(Some(&path)).unwrap();
            out.write_all(b"_____").unwrap();
            out.seek(SeekFrom::Start(0)).unwrap();
            out.write_all(text.as_bytes()).unwrap();
            assert_ne!(std::fs::read(&path).ok().as_deref(), Some(text.as_bytes()));
            assert_eq!(out.bytes, 5 + text.len() as u64);
            out.finish().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), text.as_bytes());
            assert_eq!(names(&folder), ["a.txt"]);
        }
        let mut dropped = Output::new(Some(&folder.path().join("b.txt"))).unwrap();
        dropped.write_all(&[0; 1 << 20]).unwrap();
        drop(dropped);
        assert_eq!(names(&folder), ["a.txt"]);
    }
}
