//! What a sweep has done so far: rows in the order in which runs end, appended to a file beside the one to be made.
//!
//! A row is written whole, with one call, when its run has ended, so that a sweep that is killed loses no more than the
//! runs under way. The table that people read is made of these rows at the end, in the order of the plan: so it is the
//! same, byte for byte, however often the sweep was killed and on however many threads it ran.

use super::plan::MOST_RUNS;
use crate::error::{Error, Result};
use std::{
    fs::{File, TryLockError},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// What stands before the recipe in the first line.
const MARK: &str = "# ";

/// A file of blocks of lines, one block a run.
pub(super) struct Rows {
    file: File,
    path: PathBuf,
    end: u64,
    /// Where each run's block stands, counted from 1; 0 where there is none.
    blocks: Vec<u64>,
}

impl Rows {
    /// Opens the file, or begins it. Its first line says of which plan (`recipe`) it is; a block has so many lines, each
    /// of which begins with the number of its run. What stands behind the last whole block is cut off: it was being
    /// written when the sweep was killed.
    ///
    /// # Errors
    /// Where it is of another plan, somebody is writing it, or it cannot be read or written.
    pub fn open(path: PathBuf, recipe: &str, lines: u64) -> Result<Self> {
        let unwritten = |error: io::Error| Error::failure(format!("cannot be written: {error}"));
        let failed = |error: io::Error| unwritten(error).at(path.display());
        // Where it cannot be made, it is the table that was asked for whose place is wrong.
        let table = path.with_extension("");
        let opened = File::options().read(true).append(true).create(true).open(&path);
        let mut file = opened.map_err(|error| unwritten(error).at(table.display()))?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Error::failure("another sweep is writing it").at(path.display()));
            }
            // Some network file systems have no locks.
            Err(TryLockError::Error(_)) | Ok(()) => {}
        }
        let first = format!("{MARK}{}\n", recipe.replace('\n', " "));
        let mut rows = Self { end: 0, blocks: Vec::new(), path: path.clone(), file };
        let mut reader = BufReader::new(&rows.file);
        let mut head = Vec::new();
        reader.read_until(b'\n', &mut head).map_err(failed)?;
        if head.ends_with(b"\n") && head != first.as_bytes() {
            return Err(Error::usage("it holds rows of another plan, or of another version")
                .allowed("the same command as before, another name to write to, or this file removed")
                .at(path.display()));
        }
        if head != first.as_bytes() {
            rows.file.set_len(0).map_err(failed)?;
            rows.file.write_all(first.as_bytes()).map_err(failed)?;
            rows.end = first.len() as u64;
            return Ok(rows);
        }
        rows.end = scan(&mut reader, head.len() as u64, &mut rows.blocks, lines).map_err(failed)?;
        drop(reader);
        rows.file.set_len(rows.end).map_err(failed)?;
        file = rows.file;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        rows.file = file;
        Ok(rows)
    }

    /// Whether a run's block is there.
    pub fn has(&self, run: u64) -> bool {
        self.blocks.get(run as usize).is_some_and(|block| *block > 0)
    }

    /// The runs whose blocks are there, in the order of their numbers.
    pub fn runs(&self) -> impl Iterator<Item = u64> {
        (0..).zip(&self.blocks).filter(|(_, block)| **block > 0).map(|(run, _)| run)
    }

    /// The number of runs whose blocks are there.
    pub fn count(&self) -> u64 {
        self.runs().count() as u64
    }

    /// Appends a run's block.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn append(&mut self, run: u64, block: &str) -> Result<()> {
        self.file.write_all(block.as_bytes()).map_err(|error| self.failed(&error))?;
        note(&mut self.blocks, run, self.end);
        self.end += block.len() as u64;
        Ok(())
    }

    /// Makes sure that what is written outlives a crash of the machine.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn keep(&self) -> Result<()> {
        self.file.sync_data().map_err(|error| self.failed(&error))
    }

    /// A run's block of so many lines; nothing where it has none.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn block(&self, run: u64, lines: u64) -> Result<String> {
        let Some(start) = self.blocks.get(run as usize).and_then(|block| block.checked_sub(1)) else {
            return Ok(String::new());
        };
        let read = || -> io::Result<String> {
            let mut file = &self.file;
            file.seek(SeekFrom::Start(start))?;
            let mut reader = BufReader::new(file.take(self.end - start));
            let mut block = String::new();
            for _ in 0..lines {
                reader.read_line(&mut block)?;
            }
            Ok(block)
        };
        read().map_err(|error| self.failed(&error))
    }

    /// Removes the file: the table is whole.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &io::Error) -> Error {
        Error::failure(format!("cannot be written: {error}")).at(self.path.display())
    }
}

/// Notes where whole blocks begin; gives the place behind the last.
fn scan(reader: &mut impl BufRead, start: u64, blocks: &mut Vec<u64>, lines: u64) -> io::Result<u64> {
    let mut whole = start;
    let mut line = Vec::new();
    loop {
        let (mut length, mut of_block) = (0, None);
        for _ in 0..lines {
            line.clear();
            reader.read_until(b'\n', &mut line)?;
            let run = run_of(&line);
            if run.is_none() || of_block.is_some_and(|block| Some(block) != run) {
                return Ok(whole);
            }
            of_block = run;
            length += line.len() as u64;
        }
        let Some(run) = of_block else { return Ok(whole) };
        note(blocks, run, whole);
        whole += length;
    }
}

/// Notes where the block of a run begins.
fn note(blocks: &mut Vec<u64>, run: u64, start: u64) {
    if blocks.len() <= run as usize {
        blocks.resize(run as usize + 1, 0);
    }
    blocks[run as usize] = start + 1;
}

/// The run of a whole line.
fn run_of(line: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    text.split(',').next()?.parse().ok().filter(|run| *run < MOST_RUNS)
}

/// Where the rows of a table under way stand.
pub(super) fn beside(path: &Path) -> PathBuf {
    path.with_added_extension("part")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_short_is_cut_off_and_the_rest_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.part");
        let open = |lines| Rows::open(path.clone(), "(plan\n)", lines);
        let mut rows = open(2).unwrap();
        rows.append(2, "2,a\n2,b\n").unwrap();
        rows.append(0, "0,a\n0,b\n").unwrap();
        let error = open(2).err().unwrap().to_string();
        assert!(error.contains("another sweep is writing it"), "{error}");
        drop(rows);
        for tail in ["1,a\n", "1,a\n1,", "1,a\n3,b\n", "99999999999,a\n", "\0\0\0\0", "1,a\n\u{fffd}"] {
            let whole = std::fs::read(&path).unwrap();
            std::fs::write(&path, [whole.as_slice(), tail.as_bytes()].concat()).unwrap();
            let mut rows = open(2).unwrap();
            assert_eq!((rows.has(0), rows.has(1), rows.has(2), rows.count()), (true, false, true, 2), "{tail:?}");
            assert_eq!(rows.block(2, 2).unwrap(), "2,a\n2,b\n");
            assert_eq!(rows.block(1, 2).unwrap(), "");
            rows.append(1, "1,x\n1,y\n").unwrap();
            assert_eq!(rows.block(1, 2).unwrap(), "1,x\n1,y\n");
            drop(rows);
            assert!(open(2).unwrap().has(1));
            std::fs::write(&path, whole).unwrap();
        }
        let error = Rows::open(path.clone(), "(other)", 2).err().unwrap().to_string();
        assert!(error.contains("rows of another plan"), "{error}");
        std::fs::write(&path, "# (pl").unwrap();
        assert_eq!(open(2).unwrap().count(), 0);
    }
}
