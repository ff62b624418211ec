//! Records in any number within a bounded part of memory: what is more lies in a file without a name, which goes with the
//! process. The system's folder for large temporary files takes it: `TMPDIR`, or else `/var/tmp`.

use crate::error::{Error, Result};
use bytemuck::Pod;
use std::{
    borrow::Cow,
    cmp::Ordering,
    collections::BinaryHeap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    ops::Range,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// Memory that one store of records takes, bytes.
pub(super) const MEMORY: usize = 16 << 20;

/// Records in the order in which they were pushed.
pub(super) struct Store<T> {
    /// Bytes of records in memory; more go to the file.
    memory: usize,
    /// Those that are in the file, and the file.
    filed: usize,
    file: Option<Mutex<File>>,
    fresh: Vec<T>,
}

impl<T: Pod> Store<T> {
    pub fn new(memory: usize) -> Self {
        Self { memory, filed: 0, file: None, fresh: Vec::new() }
    }

    /// The most records that are in memory.
    fn most(&self) -> usize {
        (self.memory / size_of::<T>()).max(2)
    }

    pub fn len(&self) -> usize {
        self.filed + self.fresh.len()
    }

    pub fn push(&mut self, record: T) -> Result<()> {
        self.fresh.push(record);
        if self.fresh.len() >= self.most() { self.file_away() } else { Ok(()) }
    }

    /// Puts all into the file.
    fn file_away(&mut self) -> Result<()> {
        let full = |error: io::Error| {
            Error::failure(format!("there is no room for temporary files in {}: {error}", folder().display()))
                .allowed("a folder with room, named by the environment's TMPDIR")
        };
        if self.file.is_none() {
            self.file = Some(Mutex::new(tempfile::tempfile_in(folder()).map_err(full)?));
        }
        if let Some(file) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::End(0)).map_err(full)?;
            file.write_all(bytemuck::cast_slice(&self.fresh)).map_err(full)?;
        }
        self.filed += self.fresh.len();
        self.fresh.clear();
        Ok(())
    }

    /// These records.
    pub fn read(&self, range: Range<usize>) -> Result<Cow<'_, [T]>> {
        if range.start >= self.filed {
            return Ok(Cow::Borrowed(&self.fresh[range.start - self.filed..range.end - self.filed]));
        }
        let end = range.end.min(self.filed);
        let mut records: Vec<T> = vec![T::zeroed(); end - range.start];
        if let Some(file) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            let at = SeekFrom::Start((range.start * size_of::<T>()) as u64);
            let read = file.seek(at).and_then(|_| file.read_exact(bytemuck::cast_slice_mut(&mut records)));
            read.map_err(|error| Error::failure(format!("a temporary file cannot be read: {error}")))?;
        }
        records.extend_from_slice(&self.fresh[..range.end - end]);
        Ok(Cow::Owned(records))
    }

    /// Changes all of a part of the file.
    fn rewrite(&mut self, range: Range<usize>, records: &[T]) -> Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let at = SeekFrom::Start((range.start * size_of::<T>()) as u64);
        let written = file.seek(at).and_then(|_| file.write_all(bytemuck::cast_slice(records)));
        written.map_err(|error| Error::failure(format!("a temporary file cannot be written: {error}")))
    }
}

/// The folder of large temporary files.
fn folder() -> PathBuf {
    let large = PathBuf::from("/var/tmp");
    if std::env::var_os("TMPDIR").is_none() && large.is_dir() { large } else { std::env::temp_dir() }
}

/// A record that has a place in an order. No two records of one store are of the same place, but by mistake.
pub(super) trait Record: Pod {
    fn order(&self, other: &Self) -> Ordering;
}

/// Records that are pushed in any order and read in theirs: sorted in runs, which are merged on reading.
pub(super) struct Sorter<T> {
    store: Store<T>,
    /// Where the sorted runs in the file end.
    runs: Vec<usize>,
    last: Option<T>,
    /// Whether all came in their order.
    is_ordered: bool,
}

impl<T: Record> Sorter<T> {
    pub fn new(memory: usize) -> Self {
        Self { store: Store::new(memory), runs: Vec::new(), last: None, is_ordered: true }
    }

    pub fn memory(&self) -> usize {
        self.store.memory
    }

    pub fn len(&self) -> usize {
        self.store.len()
    }

    pub fn push(&mut self, record: T) -> Result<()> {
        self.is_ordered &= self.last.is_none_or(|last| last.order(&record) != Ordering::Greater);
        self.last = Some(record);
        self.store.fresh.push(record);
        if self.store.fresh.len() >= self.store.most() { self.end_run() } else { Ok(()) }
    }

    fn end_run(&mut self) -> Result<()> {
        self.sort_fresh();
        self.store.file_away()?;
        self.runs.push(self.store.filed);
        Ok(())
    }

    fn sort_fresh(&mut self) {
        if !self.is_ordered {
            self.store.fresh.sort_unstable_by(T::order);
        }
    }

    /// No more are pushed: they can be read in order.
    pub fn sealed(mut self) -> Result<Self> {
        match self.store.file {
            Some(_) if !self.store.fresh.is_empty() => self.end_run()?,
            _ => self.sort_fresh(),
        }
        if self.store.file.is_none() || self.is_ordered {
            self.runs = vec![self.len()];
            self.is_ordered = true;
        }
        Ok(self)
    }

    /// Those that were pushed, in the order of their places, in one piece.
    pub fn sorted(self) -> Result<Store<T>> {
        let sealed = self.sealed()?;
        if sealed.is_ordered {
            return Ok(sealed.store);
        }
        let mut store = Store::new(sealed.memory());
        sealed.each(|record| store.push(record))?;
        Ok(store)
    }

    /// Hands all to `act`, in the order of their places. They must be sealed.
    pub fn each(&self, mut act: impl FnMut(T) -> Result<()>) -> Result<()> {
        let block = (self.store.most() / self.runs.len().max(1)).max(64);
        let starts = [0].into_iter().chain(self.runs.iter().copied());
        let mut runs: Vec<Ahead<T>> = starts
            .zip(&self.runs)
            .map(|(start, end)| Ahead { left: start..*end, block, read: Cow::default(), at: 0 })
            .collect();
        if let [run] = &mut runs[..] {
            while let Some(record) = run.next(&self.store)? {
                act(record)?;
            }
            return Ok(());
        }
        let mut heads = BinaryHeap::with_capacity(runs.len());
        for (run, ahead) in runs.iter_mut().enumerate() {
            heads.extend(ahead.next(&self.store)?.map(|record| Head { record, run }));
        }
        while let Some(Head { record, run }) = heads.pop() {
            heads.extend(runs[run].next(&self.store)?.map(|record| Head { record, run }));
            act(record)?;
        }
        Ok(())
    }

    /// Changes all that were pushed so far.
    pub fn change(&mut self, mut act: impl FnMut(&mut T)) -> Result<()> {
        self.is_ordered = false;
        let starts = [0].into_iter().chain(self.runs.iter().copied());
        for (start, end) in starts.zip(self.runs.clone()).collect::<Vec<_>>() {
            let mut records = self.store.read(start..end)?.into_owned();
            records.iter_mut().for_each(&mut act);
            records.sort_unstable_by(T::order);
            self.store.rewrite(start..end, &records)?;
        }
        self.store.fresh.iter_mut().for_each(act);
        Ok(())
    }

    /// Looks at all that were pushed so far, in no order.
    pub fn look(&self, mut act: impl FnMut(&T)) -> Result<()> {
        let starts = [0].into_iter().chain(self.runs.iter().copied());
        for (start, end) in starts.zip(&self.runs) {
            self.store.read(start..*end)?.iter().for_each(&mut act);
        }
        self.store.fresh.iter().for_each(act);
        Ok(())
    }
}

/// A run on the way.
struct Ahead<'a, T: Pod> {
    left: Range<usize>,
    block: usize,
    read: Cow<'a, [T]>,
    at: usize,
}

impl<'a, T: Pod> Ahead<'a, T> {
    fn next(&mut self, store: &'a Store<T>) -> Result<Option<T>> {
        if self.at == self.read.len() {
            let end = self.left.end.min(self.left.start + self.block);
            if self.left.start == end {
                return Ok(None);
            }
            self.read = store.read(self.left.start..end)?;
            (self.left.start, self.at) = (end, 0);
        }
        self.at += 1;
        Ok(Some(self.read[self.at - 1]))
    }
}

/// The first record of a run that was not handed on: the smallest is the greatest, as the heap has it.
struct Head<T> {
    record: T,
    run: usize,
}

impl<T: Record> Ord for Head<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.record.order(&self.record).then(other.run.cmp(&self.run))
    }
}

impl<T: Record> PartialOrd for Head<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Record> PartialEq for Head<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Record> Eq for Head<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    impl Record for u64 {
        fn order(&self, other: &Self) -> Ordering {
            self.cmp(other)
        }
    }

    /// Numbers that are all over the place.
    fn scattered(count: u64) -> Vec<u64> {
        (0..count).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20).collect()
    }

    #[test]
    fn what_is_pushed_in_any_order_is_read_in_its_order_whatever_the_memory() {
        for count in [0, 1, 7, 8, 9, 1000] {
            let numbers = scattered(count);
            let mut expected = numbers.clone();
            expected.sort_unstable();
            for (numbers, memory) in [(&numbers, 64), (&numbers, MEMORY), (&expected, 64)] {
                let mut sorter = Sorter::new(memory);
                numbers.iter().for_each(|number| sorter.push(*number).unwrap());
                let sealed = sorter.sealed().unwrap();
                let mut read = Vec::new();
                sealed
                    .each(|number| {
                        read.push(number);
                        Ok(())
                    })
                    .unwrap();
                assert_eq!(read, expected);
                assert!(sealed.store.fresh.len() <= sealed.store.most());
                let store = sealed.sorted().unwrap();
                for range in [0..store.len(), store.len() / 3..store.len() / 2, store.len()..store.len()] {
                    assert_eq!(store.read(range.clone()).unwrap(), &expected[range]);
                }
            }
        }
    }

    #[test]
    fn what_was_pushed_can_be_changed() {
        let mut sorter = Sorter::new(64);
        scattered(100).iter().for_each(|number| sorter.push(*number).unwrap());
        sorter.change(|number| *number = u64::MAX - *number).unwrap();
        sorter.push(3).unwrap();
        let mut count = 0;
        sorter.look(|_| count += 1).unwrap();
        assert_eq!(count, 101);
        let mut expected: Vec<u64> = scattered(100).iter().map(|number| u64::MAX - number).chain([3]).collect();
        expected.sort_unstable();
        assert_eq!(sorter.sorted().unwrap().read(0..101).unwrap(), expected);
    }
}
