//! Lists of those near each agent that outlast small moves (Verlet 1967), for models that take many small steps within one.

use super::Neighbours;
use crate::sim::{space::Space, vector::Vector};
use rayon::prelude::*;

/// Agents per unit of parallel work.
const CHUNK: usize = 1024;

/// For each agent by row, the rows of all others within a reach of it, and of some more. The lists are brought up to date when
/// anyone has moved so far that they might miss somebody.
#[derive(Default)]
pub struct Partners<V: Vector> {
    lists: Vec<Vec<u32>>,
    sorted: Vec<Vec<u32>>,
    /// The positions for which the lists were made.
    made_for: Vec<V>,
    reach: f32,
    skin: f32,
}

impl<V: Vector> Partners<V> {
    /// Makes the lists anew for agents at these positions (on a torus inside of it, as [`Space::wrap`] leaves them): of all within
    /// `reach`, and of those within `skin` beyond it.
    pub fn make(&mut self, positions: &[V], space: &Space<V>, reach: f32, skin: f32) {
        (self.reach, self.skin) = (reach, skin);
        let (index, order) = Neighbours::of(positions, space, reach + skin);
        let places: Vec<V> = order.iter().map(|row| positions[*row as usize]).collect();
        self.sorted.resize_with(positions.len(), Vec::new);
        self.lists.resize_with(positions.len(), Vec::new);
        index.each(&mut self.sorted, |place, nearby, list| {
            list.clear();
            nearby.within(&places, places[place], reach + skin, |other, _| {
                if other != place {
                    list.push(order[other]);
                }
            });
        });
        for (row, list) in order.iter().zip(&mut self.sorted) {
            std::mem::swap(&mut self.lists[*row as usize], list);
        }
        self.made_for.clear();
        self.made_for.extend_from_slice(positions);
    }

    /// Makes the lists anew where agents have moved, to these positions, so far that the lists might miss somebody.
    pub fn keep_up(&mut self, positions: &[V], space: &Space<V>) {
        let allowed = 0.25 * self.skin * self.skin;
        let pairs = positions.par_chunks(CHUNK).zip(self.made_for.par_chunks(CHUNK));
        let far = pairs.any(|(now, then)| {
            now.iter().zip(then).any(|(now, then)| space.displacement(*then, *now).length_squared() > allowed)
        });
        if far {
            self.make(positions, space, self.reach, self.skin);
        }
    }

    /// The rows near the agent in a row.
    #[inline]
    pub fn of(&self, row: usize) -> &[u32] {
        &self.lists[row]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Boundary, Chance};
    use bevy_math::Vec2;

    #[test]
    fn lists_hold_all_that_are_near_however_far_they_move() {
        let space = Space::square(10.0, Boundary::Periodic);
        let chance = Chance::new(5, 0, "test");
        let mut positions: Vec<Vec2> = (0..200).map(|agent| space.anywhere(chance, agent)).collect();
        let mut partners = Partners::default();
        partners.make(&positions, &space, 1.0, 0.3);
        for step in 0..40 {
            partners.keep_up(&positions, &space);
            for (row, from) in positions.iter().enumerate() {
                let near = |other: &usize| *other != row && space.displacement(*from, positions[*other]).length() <= 1.0;
                for other in (0..positions.len()).filter(near) {
                    assert!(partners.of(row).contains(&(other as u32)), "step {step}: {row} and {other}");
                }
                assert!(!partners.of(row).contains(&(row as u32)) && partners.of(row).len() < 40);
            }
            let moves = Chance::new(5, step + 1, "test");
            for (agent, position) in (0..).zip(&mut positions) {
                *position = space.wrap(*position + 0.04 * moves.direction::<Vec2>(agent, 0));
            }
        }
    }
}
