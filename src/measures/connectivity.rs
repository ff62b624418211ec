//! Functional connectivity: who moves with whom.

use super::{Fold, Instrument, Memory, Reading, Tells, When, pairs};
use crate::sim::{Agents, Id, Phase, maths};
use bevy_math::DVec2;

/// Agents of the matrix at most.
const MOST: usize = 100;

/// The matrix of phase coherence.
pub const INSTRUMENT: Instrument = Instrument {
    name: "connectivity",
    symbol: "F",
    definition: "F_ij = |mean of e^{i(θ_i − θ_j)}| over the readings at which both were there, θ an agent's phase, or else its direction of motion: \
                 1 where two keep a constant angle, 0 where they drift past one another. For agents that were there at the first reading, of more than 100 for \
                 so many, evenly by identity. Mormann, Lehnertz, David & Elger, Physica D 144, 358 (2000).",
    cost: "min(N, 100)² a reading",
    range: Some((0.0, 1.0)),
    needs: ("phases, or headings or velocities in the plane", |agents| {
        let phases = agents.with(|phases: Option<&[Phase]>| phases.is_some());
        phases || (agents.space().is_flat() && agents.directions().is_some())
    }),
    tells: Tells::Map("agent", "agent"),
    when: When::End,
    make: || Box::new(Fold::new(read).concluding(matrix)),
    ..Instrument::PLAIN
};

/// Identities of the agents, and the sum of e^{i(θ_i − θ_j)} for each pair with the number of readings that it is of.
#[derive(Clone, Default)]
struct Sums {
    begun: bool,
    ids: Vec<u32>,
    sums: Vec<(DVec2, u32)>,
}

impl Memory for Sums {
    fn bytes(&self) -> usize {
        self.ids.bytes() + self.sums.bytes()
    }
}

fn read(sums: &mut Sums, agents: &Agents) -> Reading {
    let ids = agents.column::<Id>().unwrap_or_default();
    if !sums.begun {
        sums.begun = true;
        sums.ids = pairs::sample(agents, MOST).into_iter().map(|row| ids[row].0).collect();
        sums.sums = vec![(DVec2::ZERO, 0); sums.ids.len() * sums.ids.len()];
    }
    let angles = agents.with(|phases: Option<&[Phase]>| {
        let unit = |phase: &Phase| {
            let (sin, cos) = maths::sin_cos(phase.0);
            DVec2::new(cos, sin)
        };
        phases.map(|phases| phases.iter().map(unit).collect::<Vec<_>>())
    });
    let of_directions = || {
        let directions = agents.directions().unwrap_or_default();
        directions.into_iter().map(|direction| direction.truncate().as_dvec2()).collect()
    };
    let angles: Vec<DVec2> = angles.unwrap_or_else(of_directions);
    let mut known: Vec<(u32, DVec2)> = ids.iter().map(|id| id.0).zip(angles).collect();
    known.sort_unstable_by_key(|(id, _)| *id);
    let of = |id: &u32| known.binary_search_by_key(id, |(other, _)| *other).map_or(DVec2::ZERO, |place| known[place].1);
    sums.add(&sums.ids.iter().map(of).collect::<Vec<_>>());
    Reading::Nothing
}

impl Sums {
    /// Takes note of the angles of a reading, as unit vectors; zero where an agent has none.
    fn add(&mut self, angles: &[DVec2]) {
        let pairs = angles.iter().flat_map(|a| angles.iter().map(move |b| DVec2::new(a.dot(*b), a.perp_dot(*b))));
        for ((sum, count), pair) in self.sums.iter_mut().zip(pairs) {
            *sum += pair;
            *count += u32::from(pair != DVec2::ZERO);
        }
    }
}

fn matrix(sums: &Sums) -> Reading {
    let pairs = sums.ids.iter().flat_map(|a| sums.ids.iter().map(move |b| (f64::from(*a), f64::from(*b))));
    let strength = |(sum, count): &(DVec2, u32)| sum.length() / f64::from(*count);
    Reading::Map(pairs.zip(&sums.sums).map(|((a, b), pair)| [a, b, strength(pair)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_keeps_an_angle_is_connected() {
        let mut sums = Sums { begun: true, ids: vec![3, 5, 8], sums: vec![(DVec2::ZERO, 0); 9] };
        for step in 0..100 {
            let time = std::f64::consts::TAU * f64::from(step) / 100.0;
            let angle = |phase: f64| DVec2::new(maths::sin_cos(phase).1, maths::sin_cos(phase).0);
            // One is away for half of the time.
            let other = if step % 2 == 0 { angle(time + 1.0) } else { DVec2::ZERO };
            sums.add(&[angle(time), other, angle(3.0 * time)]);
        }
        let Reading::Map(map) = matrix(&sums) else { panic!() };
        let value = |a: f64, b: f64| map.iter().find(|[x, y, _]| (*x, *y) == (a, b)).unwrap()[2];
        assert!((value(3.0, 5.0) - 1.0).abs() < 1e-9 && (value(8.0, 8.0) - 1.0).abs() < 1e-9);
        assert!(value(3.0, 8.0) < 1e-9 && value(3.0, 8.0) == value(8.0, 3.0));
    }
}
