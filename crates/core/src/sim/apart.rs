//! Places at random for agents that have a size.

use super::{chance::Chance, space::Space};
use bevy_math::Vec2;

/// Places that are tried for one agent.
const TRIES: u32 = 200;
/// Cells of the grid along each axis, at most.
const MOST_CELLS: f32 = 1024.0;

impl Space {
    /// Places at random, no two of them nearer than `gap`, where `free` (how far a place is inside of what is allowed)
    /// is not below 0: one after the other, each tried until it fits (random sequential addition). Where none fits in 200
    /// tries, the one that fits best.
    pub fn apart(&self, chance: Chance, agents: u32, gap: f32, free: impl Fn(Vec2) -> f32) -> Vec<Vec2> {
        // Cells no smaller than the gap.
        let counts = (self.size / gap.max(f32::MIN_POSITIVE)).floor().clamp(Vec2::ONE, Vec2::splat(MOST_CELLS)).as_ivec2();
        let cell = |place: Vec2| {
            ((place - self.min) / self.size * counts.as_vec2()).as_ivec2().clamp(Vec2::ZERO.as_ivec2(), counts - 1)
        };
        let mut cells: Vec<Vec<Vec2>> = vec![Vec::new(); (counts.x * counts.y) as usize];
        let number = |x: i32, y: i32| (y.rem_euclid(counts.y) * counts.x + x.rem_euclid(counts.x)) as usize;
        (0..agents)
            .map(|agent| {
                let mut best = (f32::NEG_INFINITY, self.min);
                for at in 0..TRIES {
                    let place = self.min + self.size * Vec2::new(chance.unit(agent, 2 * at), chance.unit(agent, 2 * at + 1));
                    let at = cell(place);
                    let beside = (-1..=1).flat_map(|y| (-1..=1).map(move |x| (x, y)));
                    // Round the torus; elsewhere those on the far side are far.
                    let near = beside.flat_map(|(x, y)| &cells[number(at.x + x, at.y + y)]);
                    let nearest = near.map(|other| self.displacement(place, *other).length()).fold(f32::INFINITY, f32::min);
                    let fit = (nearest - gap).min(free(place));
                    if fit > best.0 {
                        best = (fit, place);
                    }
                    if fit >= 0.0 {
                        break;
                    }
                }
                let at = cell(best.1);
                cells[number(at.x, at.y)].push(best.1);
                best.1
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Boundary, Chance};

    #[test]
    fn nobody_stands_in_anybodys_place() {
        for boundary in [Boundary::Periodic, Boundary::Walled] {
            let space = Space { min: Vec2::new(-3.0, 1.0), size: Vec2::new(10.0, 4.0), ..Space::square(1.0, boundary) };
            let chance = Chance::new(5, 0, "test");
            // A third of the area, of 55 percent that fit.
            let places = space.apart(chance, 48, 0.6, |place| place.x + 2.0);
            assert_eq!(places.len(), 48);
            for (row, place) in places.iter().enumerate() {
                assert!(place.x >= -2.0 && place.x < 7.0 && (1.0..5.0).contains(&place.y), "{place}");
                assert!(places[..row].iter().all(|other| space.displacement(*place, *other).length() >= 0.6), "{place}");
            }
            // Where there is no room they crowd, and are as many.
            assert_eq!(space.apart(chance, 300, 0.6, |_| 0.0).len(), 300);
        }
    }
}
