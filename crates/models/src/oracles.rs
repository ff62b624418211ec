//! What independent programs computed, and walks from the starts that they took, for tests.

use crate::{
    scene::Value,
    sim::{Column, Heading, Id, Phase, Position, Setting, Simulation, Vector, Velocity, maths},
};
use bevy_math::Vec3;
use std::collections::BTreeMap;

pub use flockwork_oracles::{Oracle, scattered, series};

/// A run that took some steps from such a start; velocities have the length 1, phases are the angles of the directions.
/// `prepare` may put in more before the first step.
pub fn walked<V: Vector>(
    model: &str,
    setting: &Setting,
    start: &[(Vec3, Vec3)],
    steps: u64,
    prepare: impl FnOnce(&mut Simulation),
) -> Simulation {
    let models = crate::all();
    let model = models.find(model).unwrap();
    let mut scene = model.scene();
    model.set(&mut *scene.model.params, "agents", &Value::Number(start.len() as f64)).unwrap();
    for (path, value) in &setting.0 {
        model.set(&mut *scene.model.params, path, value).unwrap();
    }
    let mut run = Simulation::new(&scene, &models, Some(1)).unwrap();
    let of = |id: &Id| start[id.0 as usize];
    let angle = |id: &Id| Phase(maths::atan2(f64::from(of(id).1.y), f64::from(of(id).1.x)));
    run.change(|ids, all: &mut [Position<V>]| ids.iter().zip(all).for_each(|(id, one)| one.0 = V::of_space(of(id).0)));
    run.change(|ids, all: &mut [Heading<V>]| ids.iter().zip(all).for_each(|(id, one)| one.0 = V::of_space(of(id).1)));
    run.change(|ids, all: &mut [Velocity<V>]| ids.iter().zip(all).for_each(|(id, one)| one.0 = V::of_space(of(id).1)));
    run.change(|ids, all: &mut [Phase]| ids.iter().zip(all).for_each(|(id, one)| *one = angle(id)));
    prepare(&mut run);
    for _ in 0..steps {
        run.step().unwrap();
    }
    run
}

/// Where agents are that took some steps from such a start, in the order of identity: coordinate after coordinate.
pub fn walk<V: Vector>(model: &str, setting: &Setting, start: &[(Vec3, Vec3)], steps: u64) -> Vec<f64> {
    places::<V>(&walked::<V>(model, setting, start, steps, |_| ()))
}

/// Coordinate after coordinate of all agents, in the order of identity.
pub fn places<V: Vector>(run: &Simulation) -> Vec<f64> {
    let coordinates = |place: Position<V>| place.0.in_space().to_array().into_iter().take(V::DIMENSIONS).map(f64::from);
    by_identity(run).into_iter().flat_map(coordinates).collect()
}

/// Cosine and sine of the phase of each agent, in the order of identity: what does not jump at a turn.
pub fn phases(run: &Simulation) -> Vec<f64> {
    let point = |phase: Phase| {
        let (sin, cos) = maths::sin_cos(phase.0);
        [cos, sin]
    };
    by_identity(run).into_iter().flat_map(point).collect()
}

/// A column in the order of identity.
fn by_identity<T: Column>(run: &Simulation) -> Vec<T> {
    let (ids, column) = (run.agents().column::<Id>().unwrap(), run.agents().column::<T>().unwrap());
    ids.into_iter().map(|id| id.0).zip(column).collect::<BTreeMap<u32, T>>().into_values().collect()
}
