//! The k nearest neighbours, found in growing shells of cells.

use super::{CHUNK, Neighbours};
use crate::sim::vector::Vector;
use rayon::prelude::*;
use std::ops::{Range, RangeInclusive};

/// A row and the displacement to it.
type Found<V> = (u32, V);

impl<V: Vector> Neighbours<V> {
    /// Calls `decide(row, found, out)` for every agent with its `k` nearest, as [`nearest`](Self::nearest) finds them, in
    /// parallel; `out[row]` is its to write.
    ///
    /// # Panics
    /// Where `out` has not one entry a row.
    pub fn each_nearest<T: Send>(
        &self,
        k: usize,
        positions: &[V],
        ids: &[u32],
        out: &mut [T],
        decide: impl Fn(usize, &[(u32, V)], &mut T) + Sync,
    ) {
        assert_eq!(out.len(), self.sorted.order.len(), "one entry a row");
        out.par_chunks_mut(CHUNK).enumerate().for_each_init(Vec::new, |found, (chunk, out)| {
            for (row, out) in (chunk * CHUNK..).zip(out) {
                self.nearest(row, k, positions, ids, found);
                decide(row, found, out);
            }
        });
    }

    /// Writes the `k` agents nearest to the one at `row`, itself left out, as (row, displacement) into `found`,
    /// nearest first; equal distances go by identity (`ids`). Fewer where there are fewer.
    pub fn nearest(&self, row: usize, k: usize, positions: &[V], ids: &[u32], found: &mut Vec<(u32, V)>) {
        found.clear();
        if k == 0 {
            return;
        }
        let from = positions[row];
        let own = self.grid.cell_at(from);
        // The square of the distance beyond which nobody counts any more.
        let mut limit = f32::INFINITY;
        let mut offer = |found: &mut Vec<Found<V>>, rows: Range<u32>| {
            let first = rows.start as usize;
            for (candidate, position) in (first..).zip(&positions[first..rows.end as usize]) {
                let displacement = self.grid.space.displacement(from, *position);
                // Who is nowhere (not a number) is nobody's neighbour.
                if displacement.length_squared() <= limit && candidate != row {
                    limit = keep(found, k, ids, (candidate as u32, displacement));
                }
            }
        };
        // The cell and those next to it, then shells of cells about these, until no agent beyond them can be nearer than
        // the k-th found.
        self.runs(own, own[0], |run| offer(found, run.first..run.end));
        let [across, down, deep] = [0, 1, 2].map(|axis| self.grid.offsets(axis, own[axis]));
        let ranges = [&across, &down, &deep];
        let last = ranges.iter().map(|range| (-range.start()).max(*range.end())).max().unwrap_or(0);
        let at = |axis: usize, offset: isize| {
            let count = self.grid.counts[axis] as isize;
            let cell = own[axis] as isize + offset;
            (if cell < 0 {
                cell + count
            } else if cell >= count {
                cell - count
            } else {
                cell
            }) as usize
        };
        for shell in 1..=last {
            // Along an axis with cells left, what is in them is at least so many whole cells away.
            let sides = (0..V::DIMENSIONS).filter(|axis| *ranges[*axis].start() < -shell || *ranges[*axis].end() > shell);
            let covered = sides.map(|axis| self.grid.side(axis)).fold(f64::INFINITY, f64::min) * shell as f64;
            let enough = |(_, displacement): &Found<V>| f64::from(displacement.length_squared()) < covered * covered;
            if found.len() == k && found.last().is_some_and(enough) {
                return;
            }
            let shell = shell + 1;
            let limit = |range: &RangeInclusive<isize>| (*range.start()).max(-shell)..=(*range.end()).min(shell);
            for dz in limit(&deep) {
                for dy in limit(&down) {
                    let edge = dz.abs() == shell || dy.abs() == shell;
                    let step = if edge { 1 } else { 2 * shell as usize };
                    for dx in (-shell..=shell).step_by(step).filter(|dx| across.contains(dx)) {
                        let (x, y, z) = (at(0, dx), at(1, dy), at(2, dz));
                        offer(found, self.rows(x, x, y, z));
                    }
                }
            }
        }
    }
}

/// Puts an agent among the `k` nearest found so far, where it belongs to them, and gives the square of the distance beyond
/// which nobody counts any more.
fn keep<V: Vector>(found: &mut Vec<Found<V>>, k: usize, ids: &[u32], entry: Found<V>) -> f32 {
    let key = |entry: &Found<V>| (entry.1.length_squared(), ids[entry.0 as usize]);
    let new = key(&entry);
    if found.len() < k {
        found.push(entry);
    } else if found.last().is_some_and(|last| new < key(last)) {
        found[k - 1] = entry;
    } else {
        return key(&found[k - 1]).0;
    }
    // To its place among them.
    let mut place = found.len() - 1;
    while place > 0 && new < key(&found[place - 1]) {
        found.swap(place - 1, place);
        place -= 1;
    }
    if found.len() < k { f32::INFINITY } else { key(&found[k - 1]).0 }
}
