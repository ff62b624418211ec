//! Hexatic order: whether the nearest neighbours stand at the corners of a hexagon.

use super::{Instrument, pairs};
use crate::sim::{Agents, Neighbours, Space, Vectors};
use bevy_math::{DVec2, Vec2};

/// Neighbours of an agent.
const CORNERS: usize = 6;

const NEEDS: (&str, fn(&Agents) -> bool) =
    ("positions in the plane", |agents| agents.with_positions(|positions| matches!(positions, Some(Vectors::Plane(_)))));

/// The global hexatic order.
pub const INSTRUMENT: Instrument = Instrument {
    name: "hexatic",
    symbol: "Ψ₆",
    definition: "|mean over agents of ψ₆|, ψ₆ the mean of e^{6iα} over the six nearest others, α the angle at which one stands: 1 for a \
                 triangular lattice in one piece, about 0 where orientations of its grains cancel. Not defined for fewer than \
                 seven agents. Nelson & Halperin, Phys. Rev. B 19, 2457 (1979).",
    cost: "N n a reading",
    range: Some((0.0, 1.0)),
    needs: NEEDS,
    make: || Box::new(|agents: &Agents| read(agents, |psi| psi.iter().sum::<DVec2>().length())),
    ..Instrument::PLAIN
};

/// The local hexatic order.
pub const LOCAL: Instrument = Instrument {
    name: "local_hexatic",
    symbol: "⟨|ψ₆|⟩",
    definition: "Mean over agents of |ψ₆|, ψ₆ the mean of e^{6iα} over the six nearest others, α the angle at which one stands: 1 where \
                 each is the middle of a hexagon, whatever the orientation of its grain; about 0.37 where agents are strewn at \
                 random. Not defined for fewer than seven agents. Nelson & Halperin, Phys. Rev. B 19, 2457 (1979).",
    make: || Box::new(|agents: &Agents| read(agents, |psi| psi.iter().map(|psi| psi.length()).sum::<f64>())),
    ..INSTRUMENT
};

fn read(agents: &Agents, sum: fn(&[DVec2]) -> f64) -> f64 {
    let positions: Vec<Vec2> = pairs::positions(agents).iter().map(|position| position.truncate()).collect();
    let psi = psi(&positions, &Space::of_space(&agents.space()));
    sum(&psi) / psi.len() as f64
}

/// ψ₆ of each agent, sorted by place; none where there are too few.
fn psi(positions: &[Vec2], space: &Space) -> Vec<DVec2> {
    if positions.len() <= CORNERS {
        return Vec::new();
    }
    let (index, order) = Neighbours::of(positions, space, 0.0);
    let sorted: Vec<Vec2> = order.iter().map(|row| positions[*row as usize]).collect();
    let mut psi = vec![DVec2::ZERO; sorted.len()];
    index.each_nearest(CORNERS, &sorted, &order, &mut psi, |_, found, psi| {
        let turned = |displacement: Vec2| {
            let along = displacement.as_dvec2().normalize_or_zero();
            let square = times(along, along);
            times(times(square, square), square)
        };
        *psi = found.iter().map(|(_, displacement)| turned(*displacement)).sum::<DVec2>() / found.len().max(1) as f64;
    });
    psi
}

/// The product of two complex numbers.
fn times(a: DVec2, b: DVec2) -> DVec2 {
    DVec2::new(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oracles::{Oracle, series},
        sim::Boundary,
    };

    #[test]
    fn a_triangular_lattice_is_one_and_a_turned_half_cancels() {
        // 8 × 8 sites, rows √3/2 apart, on the torus that fits them.
        let height = 3f32.sqrt() / 2.0;
        let site = |at: usize| Vec2::new((at % 8) as f32 + 0.5 * (at / 8 % 2) as f32, (at / 8) as f32 * height);
        let space = Space { min: Vec2::ZERO, size: Vec2::new(8.0, 8.0 * height), boundary: Boundary::Periodic, unit: "" };
        let psi = psi(&(0..64).map(site).collect::<Vec<_>>(), &space);
        assert!(psi.iter().all(|psi| (*psi - DVec2::X).length() < 1e-4), "{psi:?}");
        assert!(super::psi(&[Vec2::ZERO; 6], &space).is_empty());
    }

    #[test]
    fn as_freud_finds_it() {
        let oracle = Oracle::read("order");
        let mut uniform = series::uniform(9);
        let mut next = || 10.0 * uniform.next().unwrap() as f32;
        let positions: Vec<Vec2> = (0..200).map(|_| Vec2::new(next(), next())).collect();
        let psi = psi(&positions, &Space::square(10.0, Boundary::Periodic));
        let global = psi.iter().sum::<DVec2>().length() / 200.0;
        oracle.agrees("hexatic", global, 1e-4);
        oracle.agrees("local_hexatic", psi.iter().map(|psi| psi.length()).sum::<f64>() / 200.0, 1e-4);
    }
}
