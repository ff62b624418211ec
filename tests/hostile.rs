//! States that nobody wants and somebody makes: nobody there, one alone, all on one point, at the very edge, with a reach of
//! nothing or of more than the box. Every model goes on, with positions that are numbers, alike on any number of threads.

use bevy_math::Vec3;
use flockwork::{
    lab::Lab,
    scene::{Action, Kind, Layout, Pointer, Scene, Value},
    sim::{AnyModel, Boundary, Shot, Simulation},
};

/// The scene of a model with this many agents, where it takes them.
fn scene(model: &dyn AnyModel, agents: u32) -> Scene {
    let mut scene = Scene { seed: 3, ..model.scene() };
    // Some models need a few at least.
    let least = match model.parameter("agents").unwrap().kind {
        Kind::Number { min, .. } => min,
        _ => 0.0,
    };
    let agents = f64::from(agents).max(least);
    model.set(&mut *scene.model.params, "agents", &Value::Number(agents)).unwrap();
    scene
}

/// Plays a scene with these actions at its start on one thread and on three.
fn survives(scene: &Scene, actions: &[Action], what: &str) {
    let lab = Lab::new();
    let play = |threads| {
        let mut run = Simulation::new(scene, lab.models(), Some(threads)).unwrap_or_else(|error| panic!("{what}: {error}"));
        for action in actions {
            run.act(action.clone()).unwrap_or_else(|error| panic!("{what}: {error}"));
        }
        for _ in 0..12 {
            run.step().unwrap();
        }
        let finite = run.agents().with_positions(|all| all.is_none_or(|all| all.iter().all(Vec3::is_finite)));
        assert!(finite, "{what}: positions that are no numbers");
        let space = run.agents().space();
        if space.boundary != Boundary::Open {
            let inside = |at: Vec3| at.cmpge(space.min).all() && at.cmple(space.max()).all();
            assert!(
                run.agents().with_positions(|all| all.is_none_or(|all| all.iter().all(inside))),
                "{what}: outside of the box"
            );
        }
        run.hash()
    };
    assert_eq!(play(1), play(3), "{what}: one thread and three differ");
}

fn models() -> Vec<&'static dyn AnyModel> {
    Lab::new().models().iter().filter(|model| model.strength().is_some()).collect()
}

#[test]
fn nobody_or_a_few() {
    for model in models() {
        for agents in [0, 1, 2, 3] {
            survives(&scene(model, agents), &[], &format!("{} with {agents} agents", model.name()));
        }
    }
}

#[test]
fn a_reach_of_nothing_and_of_more_than_the_box() {
    for model in models() {
        // Whatever is counted in lengths is taken at its least, at its most, and at about half of the box.
        for path in ["radius", "vision", "range", "reach", "size"] {
            let Ok(Kind::Number { min, max, whole }) = model.parameter(path).map(|parameter| parameter.kind.clone()) else {
                continue;
            };
            for value in [min, max, 0.51 * 7.0, 3.5] {
                let mut scene = scene(model, 80);
                let value = if whole { value.round() } else { value }.clamp(min, max);
                model.set(&mut *scene.model.params, path, &Value::Number(value)).unwrap();
                survives(&scene, &[], &format!("{} with {path} {value}", model.name()));
            }
        }
    }
}

#[test]
fn all_on_one_point_and_at_the_very_edge() {
    for model in models() {
        let scene = scene(model, 20);
        let lab = Lab::new();
        let run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        if !run.is_open() {
            continue;
        }
        let placed = run.agents().with_positions(|all| all.is_some());
        let layout = if placed { Layout::Natural } else { Layout::Circle };
        let extent = Shot::default().frame(&run, &flockwork::scene::Look { layout, ..scene.view.clone() }).extent;
        let corner = |x: f32, y: f32, z: f32| extent.min + extent.size() * Vec3::new(x, y, z);
        let places = [corner(0.5, 0.5, 0.5), corner(0.0, 0.0, 0.0), corner(1.0, 1.0, 1.0), corner(1.0, 0.3, 0.0)];
        let at = |place: Vec3| Pointer::line(place, Vec3::Z);
        let away = Action::Remove { layout, at: at(places[0]), radius: 1e6 };
        let heap = |place: Vec3| Action::Add { layout, at: at(place), radius: 0.0, count: 300 };
        for place in places {
            survives(&scene, &[away.clone(), heap(place)], &format!("{}, all at {place}", model.name()));
        }
        survives(&scene, &places.map(heap), &format!("{}, heaps at the edges", model.name()));
    }
}
