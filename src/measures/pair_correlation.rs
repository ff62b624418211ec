//! Pair correlation.

use super::{Instrument, Reading, Tells, pairs};
use crate::sim::{Agents, Boundary, Space};
use bevy_math::Vec3;
use std::f64::consts::PI;

/// Shells.
const BINS: usize = 100;
/// Farthest distance, in mean spacings.
const FAR: f64 = 10.0;

/// The pair correlation g(r).
pub const INSTRUMENT: Instrument = Instrument {
    name: "pair_correlation",
    symbol: "g(r)",
    definition: "g(r): density of other agents at distance r from an agent, over the mean density: 1 where agents are strewn at random. \
                 In 100 shells up to ten mean spacings, or half the shortest side. Between walls a pair is weighted by the share \
                 of places at which it would fit (translation correction). Hansen & McDonald, Theory of Simple Liquids, 4th ed. \
                 (Academic 2013), § 2.5; Ohser, Math. Operationsforsch. Stat. 14, 63 (1983).",
    cost: "300 N a reading (space: 4000 N)",
    needs: pairs::BOUNDED,
    tells: Tells::Curve("r"),
    make: || Box::new(|agents: &Agents| Reading::Curve(of(&pairs::positions(agents), &agents.space()))),
    ..Instrument::PLAIN
};

fn of(positions: &[Vec3], space: &Space<Vec3>) -> Vec<[f64; 2]> {
    let sides = pairs::sides(space);
    let (count, content): (f64, f64) = (positions.len() as f64, sides.iter().product());
    let spacing = if sides.len() == 2 { (content / count).sqrt() } else { libm::cbrt(content / count) };
    let shortest = sides.iter().copied().fold(f64::INFINITY, f64::min);
    let far = (FAR * spacing).min(0.5 * shortest);
    if count < 2.0 || !far.is_finite() {
        return Vec::new();
    }
    let width = far / BINS as f64;
    let pairs = pairs::Pairs::new(positions, space, far as f32);
    let walled = space.boundary == Boundary::Walled;
    let part = |places: std::ops::Range<usize>| {
        let mut bins = vec![0.0; BINS];
        for place in places {
            pairs.of(place, |_, displacement| {
                let displacement = displacement.as_dvec3();
                let bin = (displacement.length() / width) as usize;
                let fits = |(axis, side): (usize, &f64)| 1.0 - displacement[axis].abs() / side;
                let share = if walled { sides.iter().enumerate().map(fits).product() } else { 1.0 };
                if let Some(bin) = bins.get_mut(bin) {
                    *bin += 1.0 / share;
                }
            });
        }
        bins
    };
    let bins = pairs::add_up(pairs.len(), part, pairs::together).unwrap_or_default();
    let inside = |r: f64| if sides.len() == 2 { PI * r * r } else { 4.0 / 3.0 * PI * r * r * r };
    let value = |(bin, pairs): (usize, &f64)| {
        let shell = inside((bin + 1) as f64 * width) - inside(bin as f64 * width);
        [(bin as f64 + 0.5) * width, pairs * content / (count * (count - 1.0) * shell)]
    };
    bins.iter().enumerate().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    fn strewn(seed: u64, count: usize, side: f32, flat: bool) -> Vec<Vec3> {
        let mut uniform = series::uniform(seed);
        let mut next = || uniform.next().unwrap() as f32;
        (0..count).map(|_| side * Vec3::new(next(), next(), if flat { 0.0 } else { next() })).collect()
    }

    #[test]
    fn as_freud_finds_it() {
        let oracle = Oracle::read("order");
        let flat = of(&strewn(21, 300, 10.0, true), &Space::square(10.0, Boundary::Periodic).in_space());
        // freud divides by the density of all N, not of the N − 1 others (its normalization_mode "exact").
        let all = |curve: &[[f64; 2]]| curve.iter().map(|[_, g]| g * 299.0 / 300.0).collect::<Vec<_>>();
        // A pair on the edge of two shells may be counted in either: 0.0022 of g at the distance where it is.
        oracle.agree("pair_correlation in the plane", &all(&flat), 5e-3);
        let deep = of(&strewn(22, 300, 10.0, false), &Space::cube(10.0, Boundary::Periodic));
        oracle.agree("pair_correlation in space", &all(&deep), 5e-3);
    }

    #[test]
    fn of_agents_at_random_it_is_one_between_walls_too() {
        // 4000 agents; beyond r = 2 a shell holds some 5000 pairs or more: bound 4/√5000 about 1.
        for boundary in [Boundary::Periodic, Boundary::Walled] {
            let curve = of(&strewn(23, 4000, 20.0, true), &Space::square(20.0, boundary).in_space());
            let far: Vec<f64> = curve.iter().filter(|[r, _]| *r > 2.0).map(|[_, g]| *g).collect();
            assert!(far.len() > 30 && far.iter().all(|g| (g - 1.0).abs() < 0.057), "{boundary:?}: {far:?}");
        }
        assert_eq!(of(&[Vec3::ONE], &Space::cube(2.0, Boundary::Periodic)), Vec::<[f64; 2]>::new());
    }
}
