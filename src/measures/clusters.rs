//! Number of clusters.

use super::{Instrument, nearest_distance};
use crate::sim::{Agents, Neighbours, Position};
use bevy_math::Vec2;

/// The number of clusters.
pub const INSTRUMENT: Instrument = Instrument {
    name: "clusters",
    symbol: "n",
    definition: "Number of groups of agents linked, directly or through others, by distances no longer than the \
                 model's interaction radius; where it has none, than twice the mean nearest-neighbour distance.",
    needs: ("positions", |agents| agents.with(|positions: Option<&[Position]>| positions.is_some())),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let reach = agents.reach().unwrap_or_else(|| 2.0 * nearest_distance::read(agents) as f32);
    agents.with(|positions: Option<&[Position]>| {
        let positions: &[Vec2] = bytemuck::cast_slice(positions.unwrap_or_default());
        let (index, order) = Neighbours::of(positions, &nearest_distance::plane(agents.space()), reach);
        let sorted: Vec<Vec2> = order.iter().map(|row| positions[*row as usize]).collect();
        let mut links: Vec<Vec<u32>> = vec![Vec::new(); sorted.len()];
        index.each(&mut links, |row, nearby, links| {
            nearby.within(&sorted, sorted[row], reach, |other, _| {
                if other > row {
                    links.push(other as u32);
                }
            });
        });
        let mut parents: Vec<u32> = (0..sorted.len() as u32).collect();
        let mut clusters = sorted.len();
        for (row, links) in links.iter().enumerate() {
            for other in links {
                let (a, b) = (root(&mut parents, row as u32), root(&mut parents, *other));
                if a != b {
                    parents[a.max(b) as usize] = a.min(b);
                    clusters -= 1;
                }
            }
        }
        clusters as f64
    })
}

/// The root of an agent's tree, halving the path to it on the way (union–find).
fn root(parents: &mut [u32], mut agent: u32) -> u32 {
    while parents[agent as usize] != agent {
        let above = parents[parents[agent as usize] as usize];
        parents[agent as usize] = above;
        agent = above;
    }
    agent
}
