//! Order among neighbours.

use super::{DIRECTIONS, Instrument, POSITIONS, pairs};
use crate::sim::{Agents, Id, Phase, Space, maths};
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
                 neighbours go one way, though far ones may not. Who stands, or whose motion is not known, has no direction and does \
                 not count; not defined where nobody has one. The polarisation of Vicsek et al., Phys. Rev. Lett. 75, 1226 \
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

fn nearby(agents: &Agents, vectors: &[DVec3]) -> f64 {
    agents.reach().map_or(f64::NAN, |reach| within(&pairs::positions(agents), &agents.space(), reach, vectors))
}

/// Mean over agents of |mean vector| of those within reach, among all that have one: zero is none.
fn within(positions: &[Vec3], space: &Space<Vec3>, reach: f32, vectors: &[DVec3]) -> f64 {
    let pairs = pairs::Pairs::new(positions, space, reach);
    let part = |places: std::ops::Range<usize>| {
        let of_one = |place: usize| {
            let (mut sum, mut count) = (vectors[pairs.row(place)], 1.0);
            pairs.of(place, |other, _| {
                let vector = vectors[pairs.row(other)];
                sum += vector;
                count += f64::from(u8::from(vector != DVec3::ZERO));
            });
            sum.length() / count
        };
        let known = places.filter(|place| vectors[pairs.row(*place)] != DVec3::ZERO);
        known.fold((0.0, 0.0), |(sum, count), place| (sum + of_one(place), count + 1.0))
    };
    let (sum, count) = pairs::add_up(pairs.len(), part, |a, b| (a.0 + b.0, a.1 + b.1)).unwrap_or_default();
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::Lab,
        measures::Observer,
        scene::Value,
        sim::{Boundary, Heading, Position, Simulation},
    };
    use bevy_math::Vec2;

    /// A run that has gone some steps, and what an instrument reads of it.
    fn run(scene: &str, set: &[(&str, &str)], measure: &str) -> (Simulation, f64) {
        let lab = Lab::new();
        let mut scene = lab.open(scene).unwrap().scene;
        let model = lab.model_of(&scene);
        for (path, value) in set {
            model.set(&mut *scene.model.params, path, &Value::parse(value)).unwrap();
        }
        let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        (0..20).for_each(|_| run.step().unwrap());
        let told = Observer::new([measure], &run).unwrap().numbers(&run)[0];
        (run, told)
    }

    #[test]
    fn on_a_ring_it_is_that_of_each_with_both_its_neighbours() {
        let set = [("agents", "30"), ("topology", "ring"), ("degree", "2"), ("coupling", "1")];
        let (run, told) = run("kuramoto", &set, "local_order");
        let agents = run.agents();
        let mut phases: Vec<(Id, Phase)> =
            agents.column::<Id>().unwrap().into_iter().zip(agents.column::<Phase>().unwrap()).collect();
        phases.sort_by_key(|(id, _)| *id);
        let at = |place: usize| phases[place % 30].1.0;
        let of = |place: usize| {
            // |1 + e^{ia} + e^{ib}|² of three with differences: 3 + 2 Σ cos.
            let (a, b, c) = (at(place + 29), at(place), at(place + 1));
            let cosines = [a - b, b - c, c - a].map(|turn| maths::sin_cos(turn).1).iter().sum::<f64>();
            (3.0 + 2.0 * cosines).max(0.0).sqrt() / 3.0
        };
        let exact = (0..30).map(of).sum::<f64>() / 30.0;
        assert!((told - exact).abs() < 1e-9 && exact > 0.3, "{told} {exact}");
    }

    #[test]
    fn within_a_radius_it_is_that_of_all_pairs_tried_one_by_one() {
        let (run, told) = run("vicsek", &[("agents", "80"), ("size", "5"), ("noise", "2")], "local_polarisation");
        let agents = run.agents();
        let (places, headings) = (agents.column::<Position>().unwrap(), agents.column::<Heading>().unwrap());
        let near = |a: Vec2, b: Vec2| {
            let way = (b - a).to_array().map(|part| part - 5.0 * (part / 5.0).round());
            way[0] * way[0] + way[1] * way[1] <= 1.0
        };
        let of = |own: &Position| {
            let seen = places.iter().zip(&headings).filter(|(other, _)| near(own.0, other.0));
            let (sum, count) = seen.fold((Vec2::ZERO, 0.0), |(sum, count), (_, heading)| (sum + heading.0, count + 1.0));
            f64::from(sum.length()) / count
        };
        let exact = places.iter().map(of).sum::<f64>() / 80.0;
        assert!((told - exact).abs() < 1e-5 && exact < 0.99, "{told} {exact}");
    }

    #[test]
    fn who_stands_does_not_count() {
        let space = Space::square(10.0, Boundary::Walled).in_space();
        let row = |x: f32| Vec3::new(x, 5.0, 0.0);
        // Two that go opposite ways with one who stands between them; one alone; one who stands alone.
        let positions = [1.0, 1.5, 2.0, 5.0, 8.0].map(row);
        let read = |vectors: [DVec3; 5]| within(&positions, &space, 1.2, &vectors);
        let none = DVec3::ZERO;
        assert_eq!(read([DVec3::X, none, DVec3::X, DVec3::Y, none]), 1.0);
        assert_eq!(read([DVec3::X, none, DVec3::NEG_X, DVec3::Y, none]), 1.0 / 3.0);
        assert!(read([none; 5]).is_nan() && within(&[], &space, 1.2, &[]).is_nan());
    }
}
