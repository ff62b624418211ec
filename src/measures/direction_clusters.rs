//! Number of clusters of direction.

use super::{Instrument, resultant};
use crate::sim::{Agents, maths};
use bevy_math::DVec3;

/// Angle up to which two are linked, radians.
const NEAR: f64 = 0.02;

/// The number of clusters of direction.
pub const INSTRUMENT: Instrument = Instrument {
    name: "direction_clusters",
    symbol: "n",
    definition: "Number of groups of agents linked, directly or through others, by angles of no more than 0.02 rad between \
                 their phases or, where they have none, their places as seen from the origin. Flockwork's own threshold; clusters as of Geshkovski, Letrouit, Polyanskiy & \
                 Rigollet, Bull. Amer. Math. Soc. 62, 427 (2025).",
    needs: resultant::NEEDS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    count(resultant::directions(agents)) as f64
}

fn count(mut directions: Vec<DVec3>) -> usize {
    // Points that are near are near in x too: each is compared with the few that follow it in that order.
    directions.sort_unstable_by(|a, b| a.x.total_cmp(&b.x));
    let chord = 2.0 * maths::sin_cos(NEAR / 2.0).0;
    let mut parents: Vec<usize> = (0..directions.len()).collect();
    let mut groups = directions.len();
    for (row, own) in directions.iter().enumerate() {
        for (other, next) in directions.iter().enumerate().skip(row + 1).take_while(|(_, next)| next.x - own.x <= chord) {
            if own.distance_squared(*next) <= chord * chord {
                let (a, b) = (root(&mut parents, row), root(&mut parents, other));
                if a != b {
                    parents[a.max(b)] = a.min(b);
                    groups -= 1;
                }
            }
        }
    }
    groups
}

/// The root of a group's tree, halving the path to it on the way (union–find).
fn root(parents: &mut [usize], mut member: usize) -> usize {
    while parents[member] != member {
        parents[member] = parents[parents[member]];
        member = parents[member];
    }
    member
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_are_one_cluster_and_gaps_divide() {
        let at = |angle: f64| {
            let (sin, cos) = maths::sin_cos(angle);
            DVec3::new(cos, sin, 0.0)
        };
        assert_eq!(count([0.0, 0.015, 0.03, 0.06, 3.0, -3.0].map(at).to_vec()), 4);
        // Round the circle at −π and π.
        assert_eq!(count([3.135, -3.135].map(at).to_vec()), 1);
        assert_eq!(count([DVec3::Z, DVec3::new(0.01, 0.0, 1.0).normalize(), DVec3::NEG_Z].to_vec()), 2);
        assert_eq!(count(vec![]), 0);
    }
}
