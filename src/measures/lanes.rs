//! Order of lanes in a counterflow.

use super::Instrument;
use crate::sim::{Agents, Vectors};

/// Those who walk within this distance of somebody's line, m, are in his or her lane.
const LANE: f64 = 0.3;

/// The order of lanes.
pub const INSTRUMENT: Instrument = Instrument {
    name: "lanes",
    symbol: "Φ",
    definition: "Mean over people of [(n₊ − n₋)/(n₊ + n₋)]², where n₊ of those within 0.3 m of the line along x on which \
                 somebody walks go the same way along x, oneself included, and n₋ the other: 1 where nobody walks against \
                 anybody, 1/n where n strewn at random share a line (Rex & Löwen, Phys. Rev. E 75, 051402, 2007). Who stands still \
                 is left out.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("velocities, and positions in metres", |agents| {
        metres(agents).is_some() && agents.with_velocities(|velocities| velocities.is_some())
    }),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

/// How many metres the unit of length is, if it is one.
fn metres(agents: &Agents) -> Option<f64> {
    match agents.space().unit {
        "m" => Some(1.0),
        "cm" => Some(1e-2),
        "mm" => Some(1e-3),
        "µm" => Some(1e-6),
        _ => None,
    }
}

fn read(agents: &Agents) -> f64 {
    let unit = metres(agents).unwrap_or(f64::NAN);
    let across = agents.with_positions(|all| all.map(|all| all.iter().map(|at| f64::from(at.y) * unit).collect::<Vec<_>>()));
    let sign = |along: f32| if along == 0.0 || along.is_nan() { 0.0 } else { f64::from(along.signum()) };
    let ways = agents.with_velocities(|all: Option<Vectors>| all.map(|all| all.iter().map(|v| sign(v.x)).collect::<Vec<_>>()));
    order(across.unwrap_or_default().into_iter().zip(ways.unwrap_or_default()))
}

/// The order of people at places across the stream, each going its way: 1, −1 or, standing, 0.
fn order(people: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut people: Vec<(f64, f64)> = people.filter(|(_, way)| *way != 0.0).collect();
    people.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut first, mut end, mut sum, mut total) = (0, 0, 0.0, 0.0);
    for (at, _) in &people {
        while people.get(end).is_some_and(|(other, _)| other - at <= LANE) {
            sum += people[end].1;
            end += 1;
        }
        while at - people[first].0 > LANE {
            sum -= people[first].1;
            first += 1;
        }
        let share: f64 = sum / (end - first) as f64;
        total += share * share;
    }
    total / people.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_order_and_a_mixture_is_none() {
        let lanes = (0..100).map(|k| (f64::from(k / 25), if (k / 25) % 2 == 0 { 1.0 } else { -1.0 }));
        assert_eq!(order(lanes), 1.0);
        let mixture = (0..100).map(|k| (f64::from(k / 25), if k % 2 == 0 { 1.0 } else { -1.0 }));
        // Of 25 there are 13 one way and 12 the other.
        assert!((order(mixture) - 1.0 / 625.0).abs() < 1e-12);
        // One who meets another, and one alone; one who stands does not count.
        assert_eq!(order([(0.0, 1.0), (0.25, -1.0), (0.5, 0.0), (5.0, 1.0)].into_iter()), 1.0 / 3.0);
        assert!(order(std::iter::empty()).is_nan());
    }
}
