//! Share of the space that is void.

use super::{Instrument, POSITIONS};
use crate::sim::{Agents, Boundary, Neighbours, Space, Vector, Vectors};
use bevy_math::Vec3;
use std::f32::consts::PI;

/// How many agents a void would hold on average if they were strewn at random.
const HELD: f32 = 2.0;
/// Places that are looked at along each side, in the plane and in space.
const PLACES: [usize; 2] = [64, 24];

/// The share of voids.
pub const INSTRUMENT: Instrument = Instrument {
    name: "voids",
    symbol: "ν",
    definition: "Share of places, of a square grid over the space, without anybody within the distance within which two are to be \
                 expected: e⁻² = 0.135 where agents are strewn at random, less where they keep apart, nearly 1 where all are in one heap. \
                 Not defined without agents. White, Mon. Not. R. Astron. Soc. 186, 145 (1979), on voids.",
    range: Some((0.0, 1.0)),
    baseline: Some(|_| 0.135_335_283_236_612_7),
    needs: POSITIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let space = agents.space();
    agents.with_positions(|positions| match positions {
        Some(Vectors::Plane(positions)) => share(positions, &space),
        Some(Vectors::Space(positions)) => share(positions, &space),
        None => f64::NAN,
    })
}

fn share<V: Vector>(positions: &[V], space: &Space<Vec3>) -> f64 {
    if positions.is_empty() {
        return f64::NAN;
    }
    let room = space.content() * HELD / positions.len() as f32;
    let radius = if V::DIMENSIONS == 2 { (room / PI).sqrt() } else { crate::sim::maths::cbrt(room * 0.75 / PI) };
    let space = Space::<V>::of_space(space);
    let wrapped: Vec<V> = match space.boundary {
        Boundary::Periodic => positions.iter().map(|place| space.wrap(*place)).collect(),
        _ => positions.to_vec(),
    };
    let (index, order) = Neighbours::of(&wrapped, &space, radius);
    let sorted: Vec<V> = order.iter().map(|row| wrapped[*row as usize]).collect();
    let side = PLACES[V::DIMENSIONS - 2];
    let count = side.pow(V::DIMENSIONS as u32);
    let void = (0..count).filter(|number| {
        let place = space.min
            + space.size.map(|axis, size| size * ((number / side.pow(axis as u32) % side) as f32 + 0.5) / side as f32);
        let mut anybody = false;
        index.around(place).within(&sorted, place, radius, |_, _| anybody = true);
        !anybody
    });
    void.count() as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Chance;
    use bevy_math::Vec2;

    #[test]
    fn at_random_voids_are_rare_and_in_a_heap_common() {
        fn strewn<V: Vector>(space: &Space<V>) -> f64 {
            let chance = Chance::new(3, 0, "test");
            share(&(0..8000).map(|agent| space.anywhere(chance, agent)).collect::<Vec<V>>(), &space.in_space())
        }
        // Voids are correlated over a tenth of the places; spread about 0.005.
        let plane = strewn(&Space::square(10.0, Boundary::Periodic));
        assert!((plane - 0.1353).abs() < 0.02, "{plane}");
        let space = strewn(&Space::cube(10.0, Boundary::Periodic));
        assert!((space - 0.1353).abs() < 0.02, "{space}");
        let box_of = Space::square(1.0, Boundary::Periodic).in_space();
        let lattice: Vec<Vec2> = (0..400).map(|k| Vec2::new((k % 20) as f32, (k / 20) as f32) / 20.0).collect();
        assert_eq!(share(&lattice, &box_of), 0.0);
        assert!(share(&vec![Vec2::splat(0.5); 400], &box_of) > 0.99);
    }
}
