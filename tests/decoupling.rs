//! Zero coupling: at the values at which a model says that nobody acts on anybody, each agent goes its way, to the last bit,
//! whatever is done to the others. At the model's own values it does not.

use bevy_math::Vec3;
use flockwork::{
    lab::Lab,
    scene::{Action, Pointer, Scene, Value},
    sim::{AnyModel, Id, Shot, Simulation},
};
use std::collections::BTreeMap;

/// The models that have no such values, and why.
const NEVER_ALONE: [(&str, &str); 4] = [
    ("swarmalators", "attraction and repulsion have the strength 1, by which lengths and times are measured"),
    ("chimeras", "the coupling has the strength 1, by which time is measured; what is turned is its lag"),
    ("attention", "each hears all others, with weights that add up to 1 at any sharpness"),
    ("ising", "the coupling of neighbours is the unit of energy; what is turned is the temperature"),
];

/// The models whose agents alone are the same but for rounding, by how much, and why.
const ROUNDED: [(&str, f64, &str); 1] = [("fireflies", 1e-6, "phases are sums of the times from any flash to the next")];

/// Steps before the others are disturbed, and after.
const BEFORE: u64 = 10;
const AFTER: u64 = 60;

/// Each agent's exported state, by identity.
type States = BTreeMap<u32, Vec<f64>>;

/// Whether an agent is there in both, and in the same state.
fn alike(one: Option<&Vec<f64>>, other: Option<&Vec<f64>>, rounding: f64) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.iter().zip(other).all(|(one, other)| (one - other).abs() <= rounding))
}

fn scene(model: &dyn AnyModel, decoupled: bool) -> Scene {
    let mut scene = Scene { seed: 5, ..model.scene() };
    let params = &mut *scene.model.params;
    // As many to an area as the model has, where that can be.
    let number = |path: &str| model.get(&*model.defaults(), path).ok().and_then(|value| value.number());
    if let Some((agents, size)) = number("agents").zip(number("size")) {
        let size = Value::Number((size * (120.0 / agents).sqrt()).round());
        if model.parameter("size").is_ok_and(|parameter| parameter.check(&size).is_ok()) {
            model.set(params, "size", &size).unwrap();
        }
    }
    model.set(params, "agents", &Value::Number(120.0)).unwrap();
    for parameter in model.parameters().iter().filter(|_| decoupled) {
        if let Some(value) = &parameter.decoupled {
            model.set(params, &parameter.path, value).unwrap();
        }
    }
    scene
}

fn states(run: &mut Simulation) -> States {
    let mut ids: Vec<u32> = run.agents().column::<Id>().unwrap().iter().map(|id| id.0).collect();
    ids.sort_unstable();
    let columns = run.export().1;
    let of = |row: usize| columns.iter().map(|column| column[row]).collect();
    ids.into_iter().enumerate().map(|(row, id)| (id, of(row))).collect()
}

/// What may be done to some agents, by name: it acts in one step, with the pointer at a place.
fn disturbances(run: &Simulation, at: Pointer, radius: f32) -> Vec<(String, Vec<Action>)> {
    let layout = run.scene().view.layout;
    let tools = run.agents().tools().into_iter();
    let mut all: Vec<(String, Vec<Action>)> =
        tools.map(|tool| (format!("{:?}", tool.0), vec![Action::Press { tool: tool.0, layout, at, radius }])).collect();
    if run.is_open() {
        all.push(("removal".into(), vec![Action::Remove { layout, at, radius }]));
    }
    all
}

/// How many agents a disturbance left alone, and how many of these it changed in the end.
fn changed(scene: &Scene, actions: &[Action], rounding: f64) -> (usize, usize) {
    let lab = Lab::new();
    let run = || {
        let mut run = Simulation::new(scene, lab.models(), Some(1)).unwrap();
        (0..BEFORE).for_each(|_| run.step().unwrap());
        run
    };
    let (mut quiet, mut disturbed) = (run(), run());
    for action in actions {
        disturbed.act(action.clone()).unwrap();
    }
    let left: Vec<u32> = {
        quiet.step().unwrap();
        disturbed.step().unwrap();
        let (quiet, disturbed) = (states(&mut quiet), states(&mut disturbed));
        quiet.iter().filter(|(id, state)| alike(Some(*state), disturbed.get(*id), rounding)).map(|(id, _)| *id).collect()
    };
    if disturbed.agents().hand().down.is_some() {
        disturbed.act(Action::Release).unwrap();
    }
    for _ in 0..AFTER {
        quiet.step().unwrap();
        disturbed.step().unwrap();
    }
    let (quiet, disturbed) = (states(&mut quiet), states(&mut disturbed));
    (left.len(), left.iter().filter(|id| !alike(quiet.get(*id), disturbed.get(*id), rounding)).count())
}

/// What does not hold for a model.
fn broken(model: &dyn AnyModel) -> Vec<String> {
    let (alone, together) = (scene(model, true), scene(model, false));
    let run = {
        let mut run = Simulation::new(&alone, Lab::new().models(), Some(1)).unwrap();
        (0..BEFORE).for_each(|_| run.step().unwrap());
        run
    };
    let frame = Shot::default().frame(&run, &alone.view);
    let at = Pointer::line(frame.positions[7], Vec3::Z);
    let rounding = ROUNDED.iter().find(|(name, ..)| *name == model.name()).map_or(0.0, |(_, rounding, _)| *rounding);
    let (mut spreads, mut broken) = (false, Vec::new());
    for (name, actions) in disturbances(&run, at, 0.2 * frame.extent.size().x) {
        let (left, changed_alone) = changed(&alone, &actions, rounding);
        if changed_alone > 0 {
            broken.push(format!("{}: {name} of some changes {changed_alone} others, of {left} left alone", model.name()));
        }
        // Some tools do nothing where nobody is in what they change. Where all act on all, a step is enough to reach everybody.
        let (untouched, changed) = changed(&together, &actions, rounding);
        spreads |= left > 0 && left < 120 && (untouched < left || changed > 0);
    }
    if !spreads {
        broken.push(format!("{}: nothing that is done to some changes others at the model's own values", model.name()));
    }
    broken
}

#[test]
fn alone_each_goes_its_way() {
    let lab = Lab::new();
    for (name, _) in NEVER_ALONE {
        let model = lab.models().find(name).unwrap();
        assert!(model.parameters().iter().all(|parameter| parameter.decoupled.is_none()), "{name} has such values");
    }
    let mut all = Vec::new();
    // Recorded tracks have no interaction.
    for model in lab.models().iter().filter(|model| model.strength().is_some()) {
        if NEVER_ALONE.iter().all(|(name, _)| *name != model.name()) {
            let says = model.parameters().iter().any(|parameter| parameter.decoupled.is_some());
            assert!(says, "{}: no parameter says at which value nobody acts on anybody (@Decoupled)", model.name());
            all.extend(broken(model));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
