//! The index against a search by brute force, in the plane and in space.

use super::*;
use crate::sim::{Boundary, maths};
use bevy_math::Vec3;
use proptest::prelude::*;
use std::f32::consts::PI;

/// Positions in the order of rows, and their identities.
struct Arranged<V: Vector> {
    index: Neighbours<V>,
    positions: Vec<V>,
    ids: Vec<u32>,
}

fn arrange<V: Vector>(points: &[V], space: &Space<V>, reach: f32) -> Arranged<V> {
    let (index, ids) = Neighbours::of(points, space, reach);
    Arranged { index, positions: ids.iter().map(|id| points[*id as usize]).collect(), ids }
}

/// For each agent by row, the identities that `counts` of a displacement, by comparing all with all.
fn by_force<V: Vector>(arranged: &Arranged<V>, space: &Space<V>, counts: impl Fn(usize, V) -> bool) -> Vec<Vec<u32>> {
    let Arranged { positions, ids, .. } = arranged;
    let row = |(row, from): (usize, &V)| {
        let others = positions.iter().zip(ids);
        let mut found: Vec<u32> =
            others.filter(|(to, _)| counts(row, space.displacement(*from, **to))).map(|(_, id)| *id).collect();
        found.sort_unstable();
        found
    };
    positions.iter().enumerate().map(row).collect()
}

/// Checks all that an index finds.
fn check<V: Vector>(points: &[V], space: &Space<V>, reach: f32, k: usize, angle: f32) {
    let arranged = arrange(points, space, reach);
    let Arranged { index, positions, ids } = &arranged;
    let looks: Vec<V> = ids.iter().map(|id| V::direction([(*id % 7) as f32 / 7.0, (*id % 5) as f32 / 5.0])).collect();
    let cones: Vec<Cone<V>> = looks.iter().map(|along| Cone::new(*along, angle)).collect();

    let mut seen = vec![(Vec::new(), Vec::new()); positions.len()];
    index.each(&mut seen, |row, nearby, (near, sighted)| {
        let from = positions[row];
        nearby.within(positions, from, reach, |other, displacement| {
            assert_eq!(displacement, space.displacement(from, positions[other]));
            near.push(ids[other]);
        });
        let mut alone = Vec::new();
        index.around(from).within(positions, from, reach, |other, _| alone.push(ids[other]));
        assert_eq!(*near, alone, "an agent by itself has the same neighbours, in the same order");
        nearby.in_sight(positions, from, reach, &cones[row], |other, _| sighted.push(ids[other]));
        near.sort_unstable();
        sighted.sort_unstable();
    });
    let mut by_four = vec![Vec::new(); positions.len()];
    index.each_four(positions, &mut by_four, |four, out| {
        let rows = four.rows();
        four.within(positions, reach, |other, displacement, inside| {
            for (lane, out) in out.iter_mut().enumerate().filter(|(lane, _)| inside.to_bitmask() & (1 << lane) != 0) {
                let along = displacement.map(|axis| axis.to_array()[lane]);
                assert_eq!(V::of_space(along.into()), space.displacement(positions[rows[lane]], positions[other]));
                assert_eq!(four.but(other).to_bitmask() & (1 << lane) == 0, rows[lane] == other);
                out.push(ids[other]);
            }
        });
    });
    for (row, by_four) in by_four.iter_mut().enumerate() {
        let mut one_by_one = Vec::new();
        index.around(positions[row]).within(positions, positions[row], reach, |other, _| one_by_one.push(ids[other]));
        assert_eq!(*by_four, one_by_one, "the same neighbours in the same order");
    }
    let near = |displacement: V| displacement.length_squared() <= reach * reach;
    let (within, in_sight): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
    assert_eq!(within, by_force(&arranged, space, |_, displacement| near(displacement)));
    let sees = |row: usize, displacement: V| near(displacement) && cones[row].holds(displacement);
    assert_eq!(in_sight, by_force(&arranged, space, sees));

    let mut nearest = vec![Vec::new(); positions.len()];
    index.each_nearest(k, positions, ids, &mut nearest, |row, found, out| {
        assert!(found.iter().all(|(other, d)| *d == space.displacement(positions[row], positions[*other as usize])));
        out.extend(found.iter().map(|(other, displacement)| (displacement.length_squared(), ids[*other as usize])));
    });
    for (row, found) in nearest.iter().enumerate() {
        let others = (0..positions.len()).filter(|other| *other != row);
        let mut all: Vec<(f32, u32)> =
            others.map(|other| (space.displacement(positions[row], positions[other]).length_squared(), ids[other])).collect();
        all.sort_by(|a, b| a.partial_cmp(b).expect("positions are finite"));
        all.truncate(k);
        assert_eq!(*found, all);
    }
}

fn boundaries() -> impl Strategy<Value = Boundary> {
    prop_oneof![Just(Boundary::Periodic), Just(Boundary::Walled), Just(Boundary::Open)]
}

/// Coordinates that are sixty-fourths of a side, so that many distances are equal and many agents at an edge.
fn coarse(agents: usize) -> impl Strategy<Value = Vec<[f32; 3]>> {
    proptest::collection::vec([0u32..=64, 0u32..=64, 0u32..=64].prop_map(|c| c.map(|c| c as f32 / 64.0)), 0..agents)
}

/// Any coordinates from 0 to 1.
fn fine(agents: usize) -> impl Strategy<Value = Vec<[f32; 3]>> {
    proptest::collection::vec([0.0..=1.0f32, 0.0..=1.0f32, 0.0..=1.0f32], 0..agents)
}

/// Sides of a box: whole and broken numbers, and a slab.
fn sides() -> impl Strategy<Value = [f32; 3]> {
    let side = || prop_oneof![(1u32..20).prop_map(|side| side as f32), 0.1..20.0f32];
    [side(), side(), side()]
}

proptest! {
    #[test]
    fn the_index_finds_what_brute_force_finds(
        points in prop_oneof![coarse(100), fine(100)],
        sides in sides(),
        origin in prop_oneof![Just(0.0f32), -10.0..10.0f32],
        boundary in boundaries(),
        reach in prop_oneof![(0u32..100).prop_map(|eighths| eighths as f32 / 8.0), 0.0..2.0f32, Just(f32::INFINITY)],
        k in 0usize..9,
        angle in 0.0..2.1 * PI,
    ) {
        let of = |at: &[f32; 3]| Vec3::splat(origin) + Vec3::from(*at) * Vec3::from(sides);
        let space = Space { min: Vec3::splat(origin), size: Vec3::from(sides), ..Space::cube(1.0, boundary) };
        let points: Vec<Vec3> = points.iter().map(of).map(|point| space.confine(point, Vec3::ZERO).0).collect();
        check(&points, &space, reach, k, angle);
        let plane = Space { min: space.min.truncate(), size: space.size.truncate(), boundary, unit: "" };
        check(&points.iter().map(|point| point.truncate()).collect::<Vec<Vec2>>(), &plane, reach, k, angle);
    }
}

#[test]
fn hostile_positions_do_no_harm() {
    fn survive<V: Vector>(space: &Space<V>) {
        let (one, edge, nowhere) = (V::splat(1.0), V::splat(5.0), V::splat(f32::NAN));
        for points in [vec![], vec![one], vec![one; 50], vec![edge, V::ZERO], vec![one, V::splat(1e30), -edge]] {
            for reach in [0.0, 1.0, 2.5, 2.6, 100.0, f32::INFINITY] {
                check(&points, space, reach, 3, PI);
            }
        }
        // Who is nowhere is nobody's neighbour, not even its own.
        let Arranged { index, positions, .. } = arrange(&[nowhere, one, nowhere], space, 1.0);
        let mut counts = vec![0; 3];
        index.each(&mut counts, |row, nearby, count| nearby.within(&positions, positions[row], 1.0, |_, _| *count += 1));
        assert_eq!(counts.iter().sum::<i32>(), 1);
    }
    for boundary in [Boundary::Walled, Boundary::Open] {
        survive(&Space::square(5.0, boundary));
        survive(&Space::cube(5.0, boundary));
    }
}

#[test]
fn a_cone_has_its_angle() {
    let ahead = |degrees: f32| 3.0 * maths::unit(degrees.to_radians());
    let cone = Cone::new(Vec2::X, 90f32.to_radians());
    assert!([0.0, 44.0, -44.0].iter().all(|degrees| cone.holds(ahead(*degrees))));
    assert!([46.0, -46.0, 90.0, 180.0].iter().all(|degrees| !cone.holds(ahead(*degrees))));
    assert!(cone.holds(Vec2::ZERO), "its own place");
    let round = Cone::new(Vec2::X, 2.0 * PI);
    assert!((0..360).all(|degrees| round.holds(ahead(degrees as f32))));
    assert!(Cone::new(Vec3::ZERO, 1.0).holds(-Vec3::Z), "no direction, no blind side");
}

#[test]
fn a_heap_and_a_wide_reach_are_seen_as_a_burden() {
    let torus = Space::square(100.0, Boundary::Periodic);
    let spread: Vec<Vec2> = (0..10_000).map(|k| Vec2::new((k % 100) as f32, (k / 100) as f32)).collect();
    let compared = |points: &[Vec2], reach| Neighbours::of(points, &torus, reach).0.compared();
    assert_eq!(compared(&spread, 1.0), 9.0);
    assert_eq!(compared(&spread, 60.0), 10_000.0);
    assert_eq!(compared(&vec![Vec2::ONE; 500], 1.0), 500.0);
    assert_eq!(compared(&[], 1.0), 0.0);
}

#[test]
fn a_long_or_flat_torus_is_no_quadratic_trap() {
    // Two cells' worth across and many along: only the axis across is searched whole.
    let space = Space { size: Vec2::new(1000.0, 2.0), ..Space::square(1.0, Boundary::Periodic) };
    let points: Vec<Vec2> = (0..2000).map(|k| Vec2::new(k as f32 / 2.0, (k % 4) as f32 / 2.0)).collect();
    let (index, _) = Neighbours::of(&points, &space, 1.0);
    assert!(index.grid.counts[0] > 900, "{:?}", index.grid.counts);
}
