//! A counting sort that is parallel over fixed chunks, and stable: the same order on any number of threads.

use rayon::prelude::*;

/// Rows that are sorted as one piece of work.
const CHUNK: usize = 1 << 14;
/// Neighbouring cells that are sorted as one piece of work, at least: their counts fit a core's nearest cache.
const BAND: usize = 1 << 11;
/// Bands at most, so that the table of chunks by bands stays small.
const MOST_BANDS: usize = 1 << 10;

/// A row and its cell.
type Entry = (u32, u32);

/// Rows sorted by cell, and the room that sorting takes.
#[derive(Default)]
pub(super) struct Sorted {
    /// The rows in the order of their cells.
    pub order: Vec<u32>,
    /// Place in `order` of the first row of each cell, and the number of rows at the end.
    pub starts: Vec<u32>,
    /// Chunk by chunk, its rows sorted by band.
    entries: Vec<Entry>,
    /// Chunk by chunk, where each band begins in the chunk, and the length of the chunk at the end.
    bands: Vec<u32>,
}

impl Sorted {
    /// Sorts `rows` rows by `cell(row)`, a number below `cells`.
    pub fn sort(&mut self, rows: usize, cells: usize, cell: impl Fn(usize) -> usize + Sync) {
        if rayon::current_num_threads() == 1 {
            return self.sort_alone(rows, cells, cell);
        }
        let Self { order, starts, entries, bands } = self;
        // Cells to a band: a power of two.
        let width = cells.div_ceil(MOST_BANDS).max(BAND).next_power_of_two();
        let shift = width.trailing_zeros();
        let count = cells.div_ceil(width);
        order.resize(rows, 0);
        starts.resize(cells + 1, 0);
        starts[cells] = rows as u32;
        entries.resize(rows, (0, 0));
        bands.clear();
        bands.resize(rows.div_ceil(CHUNK) * (count + 1), 0);

        // First each chunk by itself, by band.
        let chunks = entries.par_chunks_mut(CHUNK).zip(bands.par_chunks_mut(count + 1)).enumerate();
        chunks.for_each_init(Vec::new, |scratch: &mut Vec<Entry>, (chunk, (entries, bands))| {
            let of_row = |k: usize| {
                let row = chunk * CHUNK + k;
                (row as u32, cell(row) as u32)
            };
            if count == 1 {
                bands[1] = entries.len() as u32;
                entries.iter_mut().enumerate().for_each(|(k, entry)| *entry = of_row(k));
                return;
            }
            scratch.clear();
            scratch.extend((0..entries.len()).map(of_row));
            by_key(scratch, bands, |entry| (entry.1 >> shift) as usize, |place, entry| entries[place] = *entry);
        });

        // Then each band by itself, by cell: its rows in the chunks, chunk after chunk.
        let tables: Vec<&[u32]> = bands.chunks_exact(count + 1).collect();
        let mut pieces = Vec::with_capacity(count);
        let (mut rest, mut first) = (&mut order[..], 0u32);
        for (band, starts) in starts[..cells].chunks_mut(width).enumerate() {
            let length: u32 = tables.iter().map(|table| table[band + 1] - table[band]).sum();
            let (order, later) = rest.split_at_mut(length as usize);
            pieces.push((band, first, order, starts));
            (rest, first) = (later, first + length);
        }
        let entries = &entries[..];
        pieces.into_par_iter().for_each_init(Vec::new, |scratch: &mut Vec<u32>, (band, first, order, starts)| {
            let segments = tables.iter().enumerate().map(|(chunk, table)| {
                let chunk = chunk * CHUNK;
                &entries[chunk + table[band] as usize..chunk + table[band + 1] as usize]
            });
            let low = |entry: &Entry| entry.1 as usize & (width - 1);
            scratch.clear();
            scratch.resize(starts.len() + 1, 0);
            for entry in segments.clone().flatten() {
                scratch[low(entry) + 1] += 1;
            }
            let mut sum = 0;
            for (count, start) in scratch.iter_mut().zip(starts) {
                sum += *count;
                *count = sum;
                *start = first + sum;
            }
            for entry in segments.flatten() {
                let place = &mut scratch[low(entry)];
                order[*place as usize] = entry.0;
                *place += 1;
            }
        });
    }

    /// The same without chunks and bands, which would only cost a thread that has nobody to share with.
    fn sort_alone(&mut self, rows: usize, cells: usize, cell: impl Fn(usize) -> usize) {
        let Self { order, starts, bands: of_row, .. } = self;
        order.resize(rows, 0);
        starts.clear();
        starts.resize(cells + 1, 0);
        of_row.clear();
        of_row.extend((0..rows).map(|row| cell(row) as u32));
        of_row.iter().for_each(|cell| starts[*cell as usize] += 1);
        let mut sum = 0;
        for start in starts.iter_mut() {
            sum += *start;
            *start = sum;
        }
        // From behind, so that each cell's end comes down to its start and rows keep their order.
        for (row, cell) in of_row.iter().enumerate().rev() {
            let place = &mut starts[*cell as usize];
            *place -= 1;
            order[*place as usize] = row as u32;
        }
    }
}

/// Counting sort of a few keys: fills `starts` (one more than there are keys) and puts each item in its place.
fn by_key<T>(items: &[T], starts: &mut [u32], key: impl Fn(&T) -> usize, mut put: impl FnMut(usize, &T)) {
    for item in items {
        starts[key(item) + 1] += 1;
    }
    for k in 1..starts.len() {
        starts[k] += starts[k - 1];
    }
    let mut next = starts.to_vec();
    for item in items {
        let place = &mut next[key(item)];
        put(*place as usize, item);
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Chance;

    #[test]
    fn rows_come_in_the_order_of_cells_and_keep_their_own() {
        let mut sorted = Sorted::default();
        // One chunk and one band, many of each, cells without rows, no rows.
        for (rows, cells) in [(100_000, 50_000), (0, 10), (1, 1), (CHUNK, BAND), (3 * CHUNK + 1, 3), (5000, 3_000_000)] {
            let chance = Chance::new(rows as u64, cells as u64, "cells");
            let of: Vec<usize> = (0..rows).map(|row| chance.below(row as u32, 0, cells as u32) as usize).collect();
            let mut expected: Vec<u32> = (0..rows as u32).collect();
            expected.sort_by_key(|row| of[*row as usize]);
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| sorted.sort(rows, cells, |row| of[row]));
                assert_eq!(sorted.order, expected, "{rows} rows, {cells} cells, {threads} threads");
                assert_eq!(sorted.starts.len(), cells + 1);
                for (cell, bounds) in sorted.starts.windows(2).enumerate() {
                    let rows = &expected[bounds[0] as usize..bounds[1] as usize];
                    assert!(rows.iter().all(|row| of[*row as usize] == cell), "{cell}");
                }
            }
        }
    }
}
