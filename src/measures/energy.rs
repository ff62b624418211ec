//! Energy of spins.

use super::Instrument;
use crate::sim::{Agents, Id, Spin};

/// The energy per spin.
pub const INSTRUMENT: Instrument = Instrument {
    name: "energy",
    symbol: "e",
    definition: "−Σ sᵢsⱼ / N over the links of a network of spins, without what an outer field adds; on a complete network \
                 each link counts 1/N. On a square lattice −2 where all agree, 0 where spins are random. Onsager, Phys. Rev. 65, 117 (1944).",
    needs: ("spins on a network", |agents| agents.with(|spins: Option<&[Spin]>| spins.is_some()) && agents.network().is_some()),
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let Some(network) = agents.network() else { return f64::NAN };
    agents.with(|spins: Option<&[Spin]>| {
        agents.with(|ids: Option<&[Id]>| {
            let (spins, ids) = (spins.unwrap_or_default(), ids.unwrap_or_default());
            let count = spins.len() as f64;
            if network.is_complete() {
                let sum = spins.iter().map(|spin| f64::from(spin.0)).sum::<f64>();
                return -(sum * sum - count) / (2.0 * count * count);
            }
            // Spins have no place in space, so that rows stay in the order of identity.
            let both_ways = ids.iter().zip(spins).map(|(id, spin)| {
                let around: i64 = network.links(id.0).iter().map(|other| i64::from(spins[*other as usize].0)).sum();
                i64::from(spin.0) * around
            });
            -0.5 * both_ways.sum::<i64>() as f64 / count
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        lab::Lab,
        measures::Observer,
        scene::Value,
        sim::{Id, Simulation, Spin},
    };

    #[test]
    fn of_spins_that_agree_and_of_a_chequerboard() {
        let read = |topology: &str, spin: fn(u32) -> i8| {
            let lab = Lab::new();
            let mut scene = lab.open("ising").unwrap().scene;
            let model = lab.model_of(&scene);
            for (path, value) in [("agents", "64"), ("topology", topology)] {
                model.set(&mut *scene.model.params, path, &Value::parse(value)).unwrap();
            }
            let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
            assert!(
                run.change(|ids: &[Id], spins: &mut [Spin]| ids.iter().zip(spins).for_each(|(id, one)| one.0 = spin(id.0)))
            );
            Observer::new(["energy"], &run).unwrap().numbers(&run)[0]
        };
        let chequered = |id: u32| if (id / 8 + id % 8).is_multiple_of(2) { 1 } else { -1 };
        let striped = |id: u32| if (id / 8).is_multiple_of(2) { 1 } else { -1 };
        assert_eq!(
            [read("square_lattice", |_| -1), read("square_lattice", chequered), read("square_lattice", striped)],
            [-2.0, 2.0, 0.0]
        );
        // All with all: −(M² − N)/2N², M = 64 and 0.
        assert_eq!([read("complete", |_| 1), read("complete", striped)], [-63.0 / 128.0, 1.0 / 128.0]);
    }
}
