//! When the network of neighbours last changed.

use super::{Fold, Instrument, POSITIONS};
use crate::sim::{Agents, Chance, Id, Neighbours, Space, Vector, Vectors};
use bevy_math::Vec3;

/// The time of the last change.
pub const INSTRUMENT: Instrument = Instrument {
    name: "last_change",
    symbol: "t*",
    definition: "Time at which the network of neighbours, pairs no farther apart than the model's interaction radius, last \
                 changed from one reading to the next; that of the first reading until it does. Chazelle, J. ACM 61, 21 (2014).",
    range: None,
    baseline: None,
    needs: ("positions and an interaction radius", |agents| (POSITIONS.1)(agents) && agents.reach().is_some()),
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// What the network was at the last reading, and since when.
type Last = Option<(u64, f64)>;

fn read(last: &mut Last, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let (space, reach) = (agents.space(), agents.reach().unwrap_or(0.0));
    let network = agents.with_positions(|positions| match positions {
        Some(Vectors::Plane(positions)) => digest(positions, &ids, &space, reach),
        Some(Vectors::Space(positions)) => digest(positions, &ids, &space, reach),
        None => 0,
    });
    let now = agents.clock().time;
    match last {
        Some((before, since)) if *before == network => *since,
        _ => {
            *last = Some((network, now));
            now
        }
    }
}

/// A number that stands for the set of pairs, in whatever order they are found.
fn digest<V: Vector>(positions: &[V], ids: &[Id], space: &Space<Vec3>, reach: f32) -> u64 {
    let (index, order) = Neighbours::of(positions, &Space::of_space(space), reach);
    let sorted: Vec<V> = order.iter().map(|row| positions[*row as usize]).collect();
    let id = |row: usize| ids[order[row] as usize].0;
    // As a hash, so that no two sets of pairs are likely to have one sum.
    let hash = Chance::new(0, 0, "pairs");
    let mut sums = vec![0u64; sorted.len()];
    index.each(&mut sums, |row, nearby, sum| {
        nearby.within(&sorted, sorted[row], reach, |other, _| {
            if id(other) > id(row) {
                *sum = sum.wrapping_add(hash.bits(id(row), id(other)));
            }
        });
    });
    sums.into_iter().fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec2;

    #[test]
    fn pairs_are_told_apart_whatever_the_order_of_rows() {
        let space = Space::open(1.0).in_space();
        let places = [0.0, 1.0, 2.0, 5.0].map(|x| Vec2::new(x, 0.0));
        let ids = [4, 2, 9, 7].map(Id);
        let of = |rows: [usize; 4], reach| digest(&rows.map(|row| places[row]), &rows.map(|row| ids[row]), &space, reach);
        let chain = of([0, 1, 2, 3], 1.0);
        assert_eq!(chain, of([3, 1, 0, 2], 1.0));
        assert_ne!(chain, of([0, 1, 2, 3], 0.9));
        assert_ne!(chain, of([0, 1, 2, 3], 2.0));
        assert_eq!(of([0, 1, 2, 3], 0.9), 0, "no pair");
        // The same chain of others.
        assert_ne!(chain, digest(&places, &[4, 2, 7, 9].map(Id), &space, 1.0));
    }
}
