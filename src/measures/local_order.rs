//! Order among neighbours.

use super::{DIRECTIONS, Instrument, POSITIONS, pairs};
use crate::sim::{Agents, Id, Phase, maths};
use bevy_math::{DVec3, Vec3};

/// The local order of phases.
pub const PHASES: Instrument = Instrument {
    name: "local_order",
    symbol: "r_loc",
    definition: "Mean over agents of |mean of e^{iθ}| over the agent and its neighbours: those to whom the network links it, or else \
                 those within the model's interaction radius. 1 where neighbours are in phase, though far ones may not be. Not \
                 defined where there is neither a network nor a radius; in a complete network it is the order. As the local order \
                 of Wolfrum, Omel'chenko, Yanchuk & Maistrenko, Chaos 21, 013112 (2011).",
    cost: "N n a reading",
    range: Some((0.0, 1.0)),
    needs: ("phases, and a network or an interaction radius", |agents| {
        agents.with(|phases: Option<&[Phase]>| phases.is_some()) && (agents.network().is_some() || has_radius(agents))
    }),
    make: || Box::new(phases),
    ..Instrument::PLAIN
};

/// The local order of directions.
pub const DIRECTIONS_NEARBY: Instrument = Instrument {
    name: "local_polarisation",
    symbol: "φ_loc",
    definition: "Mean over agents of |mean direction of motion| of the agent and of those within the model's interaction radius: 1 where \
                 neighbours go one way, though far ones may not. The polarisation of Vicsek et al., Phys. Rev. Lett. 75, 1226 \
                 (1995), eq. 3, taken over neighbourhoods.",
    cost: "N n a reading",
    range: Some((0.0, 1.0)),
    needs: ("headings or velocities, and an interaction radius", |agents| (DIRECTIONS.1)(agents) && has_radius(agents)),
    make: || Box::new(directions),
    ..Instrument::PLAIN
};

fn has_radius(agents: &Agents) -> bool {
    (POSITIONS.1)(agents) && agents.reach().is_some_and(f32::is_finite)
}

fn phases(agents: &Agents) -> f64 {
    let vectors: Vec<DVec3> = agents.with(|phases: Option<&[Phase]>| {
        let unit = |phase: &Phase| {
            let (sin, cos) = maths::sin_cos(phase.0);
            DVec3::new(cos, sin, 0.0)
        };
        phases.unwrap_or_default().iter().map(unit).collect()
    });
    let Some(network) = agents.network() else { return nearby(agents, &vectors) };
    if network.is_complete() {
        return vectors.iter().sum::<DVec3>().length() / vectors.len() as f64;
    }
    let ids = agents.column::<Id>().unwrap_or_default();
    let mut by_id = vec![DVec3::ZERO; network.agents() as usize];
    for (id, vector) in ids.iter().zip(&vectors) {
        if let Some(slot) = by_id.get_mut(id.0 as usize) {
            *slot = *vector;
        }
    }
    let order = |(id, vector): (usize, &DVec3)| {
        let links = network.links(id as u32);
        let sum = links.iter().map(|other| by_id[*other as usize]).sum::<DVec3>() + *vector;
        sum.length() / (links.len() + 1) as f64
    };
    by_id.iter().enumerate().map(order).sum::<f64>() / by_id.len() as f64
}

fn directions(agents: &Agents) -> f64 {
    let directions = agents.directions().unwrap_or_default();
    nearby(agents, &directions.into_iter().map(Vec3::as_dvec3).collect::<Vec<_>>())
}

/// Mean over agents of |mean vector| of those within the interaction radius.
fn nearby(agents: &Agents, vectors: &[DVec3]) -> f64 {
    let Some(reach) = agents.reach() else { return f64::NAN };
    let pairs = pairs::Pairs::new(&pairs::positions(agents), &agents.space(), reach);
    let part = |places: std::ops::Range<usize>| {
        let of_one = |place: usize| {
            let (mut sum, mut count) = (vectors[pairs.row(place)], 1.0);
            pairs.of(place, |other, _| {
                sum += vectors[pairs.row(other)];
                count += 1.0;
            });
            sum.length() / count
        };
        places.map(of_one).sum::<f64>()
    };
    pairs::add_up(pairs.len(), part, |a, b| a + b).map_or(f64::NAN, |sum| sum / pairs.len() as f64)
}
