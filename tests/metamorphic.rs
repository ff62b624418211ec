//! What must not matter does not, for every model of the list: where the plane's origin is, which way it is turned, and in
//! which order agents stand in memory. A step from a start that is moved, turned or reordered is the moved, turned or reordered
//! step, to rounding.

use bevy_math::{Vec2, Vec3};
use flockwork::{
    lab::Lab,
    scene::{Scene, Value},
    sim::{AnyModel, Boundary, Chance, Heading, Position, Simulation, Vector, Velocity},
};

/// How far apart two places or velocities may be, in units of the largest coordinate: single precision has 6·10⁻⁸, and a step
/// sums up some dozens of terms.
const ROUNDING: f64 = 2e-5;

/// A few agents of a model after some steps, its noise off where it has such a parameter.
fn start(model: &'static dyn AnyModel, seed: u64) -> Simulation {
    let lab = Lab::new();
    let mut scene = Scene { seed, ..model.scene() };
    model.set(&mut *scene.model.params, "agents", &Value::Number(80.0)).unwrap();
    for path in ["noise", "error"] {
        if model.parameter(path).is_ok() {
            model.set(&mut *scene.model.params, path, &Value::Number(0.0)).unwrap();
        }
    }
    Simulation::new(&scene, lab.models(), Some(1)).unwrap()
}

/// The models whose agents move in the plane or in space.
fn moving() -> impl Iterator<Item = &'static dyn AnyModel> {
    let models: Vec<&'static dyn AnyModel> = Lab::new().models().iter().filter(|model| model.strength().is_some()).collect();
    models.into_iter().filter(|model| {
        let mut run = start(*model, 1);
        let before = places(&run);
        run.step().unwrap();
        !before.is_empty() && before != places(&run)
    })
}

/// Where all are, in the order of identity.
fn places(run: &Simulation) -> Vec<Vec3> {
    let agents = run.agents();
    let mut all: Vec<(u32, Vec3)> = agents.with_positions(|positions| {
        let ids = agents.column::<flockwork::sim::Id>().unwrap();
        positions.map_or(Vec::new(), |positions| ids.iter().map(|id| id.0).zip(positions.iter()).collect())
    });
    all.sort_unstable_by_key(|(id, _)| *id);
    all.into_iter().map(|(_, place)| place).collect()
}

/// Whether something stands at places of its own: walls, or the cells of a field.
fn is_anchored(run: &Simulation) -> bool {
    let agents = run.agents();
    agents.space().boundary == Boundary::Walled || !agents.walls().is_empty() || agents.fields().next().is_some()
}

/// Changes all places and directions of a run.
fn change(run: &mut Simulation, place: impl Fn(Vec3) -> Vec3, along: impl Fn(Vec3) -> Vec3) {
    fn each<V: Vector>(run: &mut Simulation, place: &dyn Fn(Vec3) -> Vec3, along: &dyn Fn(Vec3) -> Vec3) {
        run.change(|_, all: &mut [Position<V>]| all.iter_mut().for_each(|p| p.0 = V::of_space(place(p.0.in_space()))));
        run.change(|_, all: &mut [Heading<V>]| all.iter_mut().for_each(|h| h.0 = V::of_space(along(h.0.in_space()))));
        run.change(|_, all: &mut [Velocity<V>]| all.iter_mut().for_each(|v| v.0 = V::of_space(along(v.0.in_space()))));
    }
    each::<Vec2>(run, &place, &along);
    each::<Vec3>(run, &place, &along);
}

/// The largest distance between two runs, the short way round, in units of the largest coordinate.
fn apart(run: &Simulation, expected: &[Vec3]) -> f64 {
    let space = run.agents().space();
    let largest = expected.iter().map(|place| place.abs().max_element()).fold(space.size.max_element(), f32::max);
    let distance = |(a, b): (&Vec3, &Vec3)| f64::from(space.displacement(*a, *b).length());
    places(run).iter().zip(expected).map(distance).fold(0.0, f64::max) / f64::from(largest)
}

#[test]
fn a_moved_start_makes_the_moved_step() {
    for model in moving() {
        let (mut one, mut other) = (start(model, 1), start(model, 1));
        let space = one.agents().space();
        let shift = if space.is_flat() { Vec3::new(2.125, -3.25, 0.0) } else { Vec3::new(2.125, -3.25, 1.5) };
        let there = |place: Vec3| space.confine(place + shift, Vec3::ZERO).0;
        if is_anchored(&one) {
            continue;
        }
        change(&mut other, there, |along| along);
        one.step().unwrap();
        other.step().unwrap();
        let expected: Vec<Vec3> = places(&one).into_iter().map(there).collect();
        assert!(apart(&other, &expected) < ROUNDING, "{}: {}", model.name(), apart(&other, &expected));
    }
}

#[test]
fn a_turned_start_makes_the_turned_step() {
    let mut turned = 0;
    for model in moving() {
        let (mut one, mut other, mut chance) = (start(model, 1), start(model, 1), start(model, 2));
        let space = one.agents().space();
        let centre = space.min + 0.5 * space.size;
        // A quarter of a turn about z.
        let turn = |v: Vec3| Vec3::new(-v.y, v.x, v.z);
        let there = |place: Vec3| space.confine(centre + turn(place - centre), Vec3::ZERO).0;
        // The same state under another seed: what differs after a step has chance in it, which does not turn with the plane.
        let (now, along) = (places(&one), one.agents().directions());
        change(&mut other, there, turn);
        if along.is_some() {
            copy(&one, &mut chance);
        }
        one.step().unwrap();
        other.step().unwrap();
        chance.step().unwrap();
        if along.is_some() && apart(&chance, &places(&one)) > ROUNDING || now.is_empty() {
            continue;
        }
        if is_anchored(&one) {
            continue;
        }
        turned += 1;
        let expected: Vec<Vec3> = places(&one).into_iter().map(there).collect();
        assert!(apart(&other, &expected) < ROUNDING, "{}: {}", model.name(), apart(&other, &expected));
    }
    assert!(turned >= 5, "{turned} models were turned");
}

/// Gives one run the places and directions of another.
fn copy(from: &Simulation, to: &mut Simulation) {
    fn each<T: flockwork::sim::Column>(from: &Simulation, to: &mut Simulation) {
        let Some(column) = from.agents().column::<T>() else { return };
        to.change(|_, all: &mut [T]| all.copy_from_slice(&column));
    }
    each::<Position>(from, to);
    each::<Heading>(from, to);
    each::<Velocity>(from, to);
    each::<Position<Vec3>>(from, to);
    each::<Heading<Vec3>>(from, to);
    each::<Velocity<Vec3>>(from, to);
}

#[test]
fn another_order_of_rows_makes_the_same_step() {
    for model in moving().filter(|model| start(*model, 1).agents().reach().is_some()) {
        let (mut one, mut other) = (start(model, 1), start(model, 1));
        let mut order: Vec<u32> = (0..80).collect();
        Chance::new(3, 0, "order").shuffle(&mut order);
        other.reorder(&order);
        assert_eq!(one.hash(), other.hash(), "{}: the same state", model.name());
        one.step().unwrap();
        other.step().unwrap();
        assert!(apart(&other, &places(&one)) < ROUNDING, "{}: {}", model.name(), apart(&other, &places(&one)));
    }
}
