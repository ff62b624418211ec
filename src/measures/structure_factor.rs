//! Structure factor.

use super::{Instrument, Reading, Tells, pairs};
use crate::sim::{Agents, Boundary, Space, maths};
use bevy_math::{DVec2, DVec3, Vec3};
use std::f64::consts::TAU;

/// Waves across a side at most, in the plane and in space.
const WAVES: [i32; 2] = [32, 10];

/// The structure factor S(k).
pub const INSTRUMENT: Instrument = Instrument {
    name: "structure_factor",
    symbol: "S(k)",
    definition: "|Σ e^{−ik·x}|²/N over agents at x, for the waves k that fit the torus, averaged over shells as wide as the longest wave's \
                 number, up to 32 waves across a side (in space 10): 1 where agents are strewn at random, below it at small k where \
                 they keep apart, far above it where they clump; peaks tell of a lattice. Hansen & McDonald, Theory of Simple \
                 Liquids, 4th ed. (Academic 2013), § 4.1.",
    cost: "2100 N a reading (space: 4600 N)",
    needs: ("positions in a periodic space", |agents| {
        agents.space().boundary == Boundary::Periodic && agents.with_positions(|positions| positions.is_some())
    }),
    tells: Tells::Curve("k"),
    make: || Box::new(|agents: &Agents| Reading::Curve(of(&pairs::positions(agents), &agents.space()))),
    ..Instrument::PLAIN
};

fn of(positions: &[Vec3], space: &Space<Vec3>) -> Vec<[f64; 2]> {
    let flat = space.is_flat();
    let most = WAVES[usize::from(!flat)];
    let deep = if flat { 0 } else { most };
    // One of each pair of opposite waves: the last number that is not 0 is positive.
    let waves: Vec<[i32; 3]> = (-deep..=deep)
        .flat_map(|z| (-most..=most).flat_map(move |y| (-most..=most).map(move |x| [x, y, z])))
        .filter(|[x, y, z]| (*z, *y, *x) > (0, 0, 0))
        .collect();
    let part = |rows: std::ops::Range<usize>| {
        let mut sums = vec![DVec2::ZERO; waves.len()];
        for position in &positions[rows] {
            // e^{ikx} along each axis, for all numbers of waves.
            let along = [0, 1, 2].map(|axis| {
                let size = f64::from(space.size[axis]);
                let angle = if size > 0.0 { TAU * f64::from(position[axis] - space.min[axis]) / size } else { 0.0 };
                let (sin, cos) = maths::sin_cos(angle);
                let mut powers = vec![DVec2::X; 2 * most as usize + 1];
                for wave in 1..=most as usize {
                    let next = powers[most as usize + wave - 1].rotate(DVec2::new(cos, sin));
                    powers[most as usize + wave] = next;
                    powers[most as usize - wave] = DVec2::new(next.x, -next.y);
                }
                powers
            });
            for (sum, wave) in sums.iter_mut().zip(&waves) {
                let [x, y, z] = [0, 1, 2].map(|axis| along[axis][(wave[axis] + most) as usize]);
                *sum += x.rotate(y).rotate(z);
            }
        }
        sums
    };
    let join = |mut a: Vec<DVec2>, b: Vec<DVec2>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        a
    };
    let Some(sums) = pairs::add_up(positions.len(), part, join) else { return Vec::new() };
    let longest = TAU / pairs::sides(space).into_iter().fold(0.0, f64::max);
    let size = space.size.as_dvec3();
    let mut shells = vec![(0.0, 0.0, 0.0); most as usize + 1];
    for (sum, wave) in sums.iter().zip(&waves) {
        let along = |axis: usize| if size[axis] > 0.0 { TAU * f64::from(wave[axis]) / size[axis] } else { 0.0 };
        let k = DVec3::new(along(0), along(1), along(2)).length();
        if let Some((ks, power, count)) = shells.get_mut((k / longest).round() as usize) {
            *ks += k;
            *power += sum.length_squared() / positions.len() as f64;
            *count += 1.0;
        }
    }
    let with_waves = shells.into_iter().filter(|(_, _, count)| *count > 0.0);
    with_waves.map(|(ks, power, count)| [ks / count, power / count]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, series};

    #[test]
    fn as_numpy_finds_it() {
        let oracle = Oracle::read("order");
        let mut uniform = series::uniform(41);
        let mut next = || 10.0 * uniform.next().unwrap() as f32;
        let positions: Vec<Vec3> = (0..200).map(|_| Vec3::new(next(), next(), 0.0)).collect();
        let curve = of(&positions, &Space::square(10.0, Boundary::Periodic).in_space());
        oracle.agree("structure_factor", &curve.iter().map(|[_, s]| *s).collect::<Vec<_>>(), 1e-5);
    }

    #[test]
    fn of_a_cubic_lattice_it_is_nothing_but_peaks() {
        // Four sites along each side: nothing below four waves, all agents in step there (six of 258 waves in the shell, N each).
        let site = |at: usize| Vec3::new((at % 4) as f32, (at / 4 % 4) as f32, (at / 16) as f32);
        let curve = of(&(0..64).map(site).collect::<Vec<_>>(), &Space::cube(4.0, Boundary::Periodic));
        assert!(curve[..3].iter().all(|[_, s]| *s < 1e-9), "{curve:?}");
        assert!(curve[3][1] > 1.0 && (curve[3][0] - TAU).abs() < 0.2, "{curve:?}");
        assert_eq!(of(&[], &Space::cube(4.0, Boundary::Periodic)), Vec::<[f64; 2]>::new());
    }
}
