//! Where results go: standard output, or a file that appears under its name only when it is whole.

use crate::error::{Error, Result};
use std::{
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use tempfile::NamedTempFile;

/// A place to write to. A file is written beside its name and renamed by [`finish`](Self::finish); without that, or
/// after an error, nothing is left.
pub enum Output {
    /// Standard output.
    Standard(BufWriter<io::Stdout>),
    /// A file still under a temporary name.
    File(BufWriter<NamedTempFile>, PathBuf),
}

impl Output {
    /// Standard output, or a file.
    ///
    /// # Errors
    /// Where the file's folder cannot be written to.
    pub fn new(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::Standard(BufWriter::new(io::stdout()))) };
        let path = &target(path)?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = NamedTempFile::with_prefix_in(".flockwork-", folder).map_err(|error| unwritable(path, &error))?;
        Ok(Self::File(BufWriter::new(file), path.to_owned()))
    }

    /// Makes what was written last, under its name.
    ///
    /// # Errors
    /// Where the disk is full, the reader has gone, or the name cannot be taken.
    pub fn finish(self) -> Result<()> {
        match self {
            Self::Standard(mut out) => out.flush().map_err(|error| broken("standard output", &error)),
            Self::File(mut out, path) => {
                out.flush().map_err(|error| unwritable(&path, &error))?;
                let file = out.into_inner().map_err(|error| unwritable(&path, error.error()))?;
                allow_readers(&file).map_err(|error| unwritable(&path, &error))?;
                file.persist(&path).map_err(|error| unwritable(&path, &error.error))?;
                Ok(())
            }
        }
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

impl Seek for Output {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Standard(_) => Err(io::ErrorKind::NotSeekable.into()),
            Self::File(out, _) => out.seek(to),
        }
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

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, _) => out.flush(),
        }
    }
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
    Error::failure(format!("cannot be written: {error}")).at(place)
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
