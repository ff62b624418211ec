//! Same scene, same journal: the same state at every step, to the last bit, on any number of threads, after a replay
//! and after a restored checkpoint.

use bevy_math::{Vec2, Vec3};
use flockwork::{
    lab::Lab,
    measures::{self, Observer},
    scene::{Action, Journal, Kind, Layout, Pointer, Scene, Tool, Value},
    sim::{AnyModel, Id, Setting, Shot, Simulation},
};

/// Steps of a run whose settings are one variant of a model's.
const STEPS: u64 = 200;

/// The scene of a model with some settings changed. 1100 agents are more than one unit of parallel work everywhere; where
/// agents may come, a few hundred begin, and so many are there only for the last steps. A model that allows few agents takes
/// long for many.
fn scene(model: &dyn AnyModel, setting: &Setting) -> Scene {
    let mut scene = Scene { seed: 7, ..model.scene() };
    let open = Simulation::new(&scene, Lab::new().models(), Some(1)).unwrap().is_open();
    let params = &mut *scene.model.params;
    let most = model.parameter("agents").unwrap().most().unwrap();
    model.set(params, "agents", &Value::Number(if open { 400.0 } else { (most / 10.0).min(1100.0) })).unwrap();
    for (path, value) in &setting.0 {
        model.set(params, path, value).unwrap();
    }
    scene
}

/// Another value for a parameter than it has now.
fn another(kind: &Kind, now: &Value, slider: Option<std::ops::RangeInclusive<f64>>) -> Value {
    match (kind, now) {
        (Kind::Number { whole, .. }, Value::Number(number)) => {
            let slider = slider.expect("numbers have a slider");
            // A quarter of the way to the middle of the slider.
            let value = number + 0.25 * (f64::midpoint(*slider.start(), *slider.end()) - number);
            Value::Number(if *whole { value.round() } else { value })
        }
        (Kind::Switch, Value::Switch(on)) => Value::Switch(!on),
        (Kind::Choice(variants), Value::Text(name)) => {
            let other = variants.iter().find(|variant| variant.name != *name).expect("a choice has alternatives");
            Value::Text(other.name.clone())
        }
        (_, other) => other.clone(),
    }
}

/// What is done to the run, by step: every parameter that acts at once is changed and, later, put back; every tool
/// goes down, is dragged, and goes up. One tool is down at half time.
fn actions(model: &dyn AnyModel, scene: &Scene, simulation: &Simulation, steps: u64) -> Vec<(u64, Action)> {
    let live = model.parameters().iter().filter(|parameter| !parameter.restart);
    let mut actions: Vec<(u64, Action)> = live
        .zip((10..).step_by(7))
        .flat_map(|(parameter, step)| {
            let path = parameter.path.clone();
            let now = model.get(&*scene.model.params, &path).unwrap();
            let other = another(&parameter.kind, &now, parameter.slider_range());
            [(step, Action::Set { path: path.clone(), value: other }), (step + 83, Action::Set { path, value: now })]
        })
        .collect();
    let extent = Shot::default().frame(simulation, &scene.view).extent;
    let (centre, radius) = (extent.min + 0.5 * extent.size(), 0.2 * extent.size().x);
    for (tool, step) in Tool::ALL.into_iter().zip((40..).step_by(25)) {
        actions.push((step, Action::Press { tool, layout: scene.view.layout, at: Pointer::line(centre, Vec3::Z), radius }));
        for k in 1..8 {
            let at = centre + 0.03 * k as f32 * extent.size();
            actions.push((step + 3 * k, Action::Drag { at: Pointer::line(at, Vec3::Z) }));
        }
        actions.push((step + 24, Action::Release));
    }
    if simulation.is_open() {
        let layout = scene.view.layout;
        let place = |part: f32| Pointer::line(extent.min + part * extent.size(), Vec3::Z);
        for (step, part, count) in [(20, 0.5, 150), (20, 0.1, 1), (110, 0.9, 300), (150, 0.3, 40), (steps - 20, 0.6, 900)] {
            actions.push((step, Action::Add { layout, at: place(part), radius, count }));
            actions.push((step + 15, Action::Remove { layout, at: place(part + 0.05), radius: 0.7 * radius }));
        }
    }
    actions.sort_by_key(|(step, _)| *step);
    actions
}

/// The hashes of the steps from where a simulation stands on.
fn hashes(simulation: &mut Simulation, steps: u64) -> Vec<u64> {
    let mut hashes = vec![simulation.hash()];
    while simulation.clock().step < steps {
        simulation.step().unwrap();
        hashes.push(simulation.hash());
    }
    hashes
}

fn holds_for(name: &str, setting: &Setting, steps: u64, threads: &[usize]) {
    let lab = Lab::new();
    let model = lab.models().find(name).unwrap();
    let scene = scene(model, setting);
    let new = |threads| Simulation::new(&scene, lab.models(), Some(threads)).unwrap();

    // A run on one thread with somebody at the panel.
    let mut live = new(1);
    let mut coming = actions(model, &scene, &live, steps).into_iter().peekable();
    let mut expected = vec![live.hash()];
    let mut half = None;
    for step in 0..steps {
        if step == STEPS / 2 {
            half = Some(live.checkpoint());
        }
        while let Some((_, action)) = coming.next_if(|(at, _)| *at == step) {
            live.act(action).unwrap();
        }
        live.step().unwrap();
        expected.push(live.hash());
    }
    assert!(coming.next().is_none(), "{name}: all actions have acted");
    let journal: Journal = live.journal();

    for &threads in threads {
        let mut replay = new(threads);
        replay.play(&journal).unwrap();
        assert!(hashes(&mut replay, steps) == expected, "{name} {setting:?}: a replay on {threads} threads");
        assert_eq!(replay.journal(), journal, "{name}: a replay has the same journal");
    }

    let mut restored = new(2);
    restored.play(&journal).unwrap();
    restored.restore(&half.expect("the run has a half"));
    assert!(
        hashes(&mut restored, STEPS) == expected[STEPS as usize / 2..=STEPS as usize],
        "{name} {setting:?}: after a checkpoint"
    );

    let mut other = Simulation::new(&Scene { seed: 8, ..scene.clone() }, lab.models(), Some(1)).unwrap();
    other.play(&journal).unwrap();
    assert!(hashes(&mut other, STEPS).last() != expected.get(STEPS as usize), "{name}: another seed is another run");
}

#[test]
fn every_model() {
    for model in Lab::new().models().iter().filter(|model| model.strength().is_some()) {
        holds_for(model.name(), &Setting::new(), STEPS, &[2, 3, 4, 8]);
    }
}

/// The same for longer: `cargo test --release every_model_for_a_thousand_steps -- --ignored`.
#[test]
#[ignore = "takes some ten minutes"]
fn every_model_for_a_thousand_steps() {
    for model in Lab::new().models().iter().filter(|model| model.strength().is_some()) {
        holds_for(model.name(), &Setting::new(), 1000, &[2, 3, 4, 8]);
    }
}

#[test]
fn vicsek_topological_and_walled() {
    let setting = Setting::new().number("size", 20.0).choice("neighbours", "topological").choice("boundary", "walled");
    holds_for("vicsek", &setting, STEPS, &[2, 4]);
}

#[test]
fn vicsek_vectorial_in_open_space() {
    let setting = Setting::new().choice("kind", "vectorial").choice("update", "forward").choice("boundary", "open");
    holds_for("vicsek", &setting, STEPS, &[2, 4]);
}

#[test]
fn boids_synchronous() {
    holds_for("boids", &Setting::new().choice("update", "synchronous"), STEPS, &[2, 4]);
}

#[test]
fn kuramoto_on_each_network() {
    for topology in ["complete", "ring", "square_lattice", "random", "small_world", "scale_free", "spatial", "star"] {
        for frequencies in ["gaussian", "uniform"] {
            let setting = Setting::new().choice("topology", topology).choice("frequencies", frequencies);
            holds_for("kuramoto", &setting.choice("spacing", "random").number("agents", 3000.0), STEPS, &[2]);
        }
    }
}

/// Where a version gives other results than the one before, `tests/hashes.csv` takes the new hashes and the changelog
/// tells why they changed.
#[test]
fn the_scenes_end_in_the_stored_states() {
    let lab = Lab::new();
    let stored = include_str!("hashes.csv").lines().skip(1);
    let now = stored.clone().map(|line| {
        let mut cells = line.split(',');
        let (name, steps) = (cells.next().unwrap(), cells.next().unwrap());
        let mut run = Simulation::new(&lab.open(name).unwrap().scene, lab.models(), Some(2)).unwrap();
        (0..steps.parse::<u64>().unwrap()).for_each(|_| run.step().unwrap());
        format!("{name},{steps},{:016x}", run.hash())
    });
    assert_eq!(now.collect::<Vec<_>>(), stored.collect::<Vec<_>>());
}

/// Everything that can be told of the steps from where a run stands on: the state of each, readings of some of them, and
/// what instruments of whole runs say now and then, since all of them together take long.
fn told(run: &mut Simulation, observer: &mut Observer, steps: u64) -> Vec<(u64, Vec<u64>)> {
    let mut told = Vec::new();
    for _ in 0..steps {
        run.step().unwrap();
        let now = run.clock().step;
        let mut readings = Vec::new();
        if now.is_multiple_of(5) {
            readings = observer.read(run);
        } else {
            observer.pass(run);
        }
        if now.is_multiple_of(20) {
            readings.extend(observer.conclude(None));
        }
        let numbers = readings.iter().flat_map(|reading| reading.entries());
        let bits = numbers.map(|number| number.value.to_bits()).collect();
        told.push((run.hash(), bits));
    }
    told
}

/// Going back to a checkpoint and on again gives the same hashes and readings, and leaves the same journal, in the run
/// that saved it and in another one of the same scene and journal.
#[test]
fn a_run_and_its_instruments_come_back_from_a_checkpoint() {
    let lab = Lab::new();
    for model in lab.models().iter() {
        let name = model.name();
        let recorded = model.strength().is_none();
        let scene = if recorded { model.scene() } else { scene(model, &Setting::new()) };
        let mut live = Simulation::new(&scene, lab.models(), Some(2)).unwrap();
        let fitting: Vec<&str> = measures::all_that_fit(&live).map(|instrument| instrument.name).collect();
        let mut observer = Observer::new(fitting.iter().copied(), &live).unwrap();
        observer.read(&live);
        let actions: Vec<(u64, Action)> = if recorded { vec![] } else { actions(model, &scene, &live, 160) };
        let mut coming = actions.into_iter().peekable();
        let mut play = |live: &mut Simulation, observer: &mut Observer, until: u64| {
            let mut all = Vec::new();
            while live.clock().step < until {
                let now = live.clock().step;
                while let Some((_, action)) = coming.next_if(|(step, _)| *step <= now) {
                    live.act(action).unwrap();
                }
                all.extend(told(live, observer, 1));
            }
            all
        };
        play(&mut live, &mut observer, 60);
        // The hand acts before and after the checkpoint of one step.
        let space = live.agents().space();
        let drag = |part: f32| Action::Drag { at: Pointer::line(space.min + part * space.size, Vec3::Z) };
        let press = |part: f32| Action::Press {
            tool: Tool::Scramble,
            layout: scene.view.layout,
            at: Pointer::line(space.min + part * space.size, Vec3::Z),
            radius: 0.3 * space.size.x,
        };
        live.act(press(0.3)).unwrap();
        live.act(drag(0.4)).unwrap();
        let (checkpoint, memories) = (live.checkpoint(), observer.save());
        let (before, hash) = (live.journal(), live.hash());
        live.act(drag(0.5)).unwrap();
        let expected = play(&mut live, &mut observer, 160);
        let journal = live.journal();

        live.restore(&checkpoint);
        observer.restore(&memories);
        assert_eq!((live.journal(), live.hash()), (before, hash), "{name}: back at the checkpoint");
        assert!(told(&mut live, &mut observer, 100) == expected, "{name}: back and on again");
        assert_eq!(live.journal(), journal, "{name}");

        let mut other = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        other.play(&journal).unwrap();
        let mut observer = Observer::new(fitting.iter().copied(), &other).unwrap();
        other.restore(&checkpoint);
        observer.restore(&memories);
        assert!(told(&mut other, &mut observer, 100) == expected, "{name}: another run of the scene");

        // Without what was done after the checkpoint it is another run.
        live.restore(&checkpoint);
        live.branch();
        live.act(Action::Release).unwrap();
        let length = live.journal().run.len();
        told(&mut live, &mut Observer::new([], &other).unwrap(), 100);
        assert_eq!(live.journal().run.len(), length, "{name}: nothing more was played");
        assert!(recorded || live.hash() != expected[99].0, "{name}: another branch");
    }
}

#[test]
fn agents_come_with_new_identities_and_go_for_good() {
    let lab = Lab::new();
    for (name, layout) in [("vicsek", Layout::Natural), ("swarmalators", Layout::Natural), ("kuramoto", Layout::Circle)] {
        let scene = lab.open(name).unwrap().scene;
        let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        let ids = |run: &Simulation| -> Vec<u32> {
            let mut ids: Vec<u32> = run.agents().column::<Id>().unwrap().iter().map(|id| id.0).collect();
            ids.sort_unstable();
            ids
        };
        let first = ids(&run).len() as u32;
        // In the box, and on the circle of phases.
        let at = Pointer::on_plane(Vec2::splat(std::f32::consts::FRAC_1_SQRT_2));
        run.act(Action::Add { layout, at, radius: 0.1, count: 5 }).unwrap();
        assert_eq!(ids(&run).last(), Some(&(first + 4)), "{name}");
        // They stand where they were put, and a checkpoint knows them.
        let before = run.checkpoint();
        let hash = run.hash();
        run.act(Action::Remove { layout, at, radius: 0.5 }).unwrap();
        assert!(ids(&run).iter().all(|id| *id < first), "{name}: {:?}", ids(&run));
        run.act(Action::Add { layout, at, radius: 0.1, count: 1 }).unwrap();
        assert_eq!(ids(&run).last(), Some(&(first + 5)), "{name}: an identity is given once");
        run.restore(&before);
        assert_eq!(run.hash(), hash, "{name}");
        assert_eq!(ids(&run).last(), Some(&(first + 4)), "{name}");

        // All go, and the run goes on without any, and with one that comes.
        run.branch();
        run.act(Action::Remove { layout, at, radius: 1e6 }).unwrap();
        assert!(ids(&run).is_empty(), "{name}");
        for count in [0, 1] {
            run.act(Action::Add { layout, at, radius: 0.0, count }).unwrap();
            (0..3).for_each(|_| run.step().unwrap());
            assert_eq!(ids(&run).len(), count as usize, "{name}");
        }
    }
}

#[test]
fn who_may_not_come_is_told_why() {
    let lab = Lab::new();
    let at = Pointer::on_plane(Vec2::ZERO);
    let refused = |name: &str, path: &str, value: &str, action: Action| {
        let mut scene = lab.open(name).unwrap().scene;
        if !path.is_empty() {
            lab.models().find(name).unwrap().set(&mut *scene.model.params, path, &Value::Text(value.into())).unwrap();
        }
        let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        let before = run.hash();
        let error = run.act(action).unwrap_err().to_string();
        assert!(run.hash() == before && run.journal().run.is_empty(), "{error}");
        error
    };
    let add = |layout, count| Action::Add { layout, at, radius: 1.0, count };
    let error = refused("kuramoto", "topology", "ring", add(Layout::Circle, 1));
    assert_eq!(error, "the agents of this scene ('kuramoto') neither come nor go");
    let error = refused("corridor", "", "", Action::Remove { layout: Layout::Natural, at, radius: 1.0 });
    assert_eq!(error, "the agents of this scene ('tracks') neither come nor go");
    let error = refused("vicsek", "", "", add(Layout::Circle, 1));
    assert_eq!(error, "layout: a place in this layout is no place for a new agent; allowed: natural");
    let error = refused("swarmalators", "", "", add(Layout::Natural, 20_000));
    assert_eq!(error, "count: 20000 agents beside the 300 there are would be too many; allowed: 19700 at most");
    let error = refused("vicsek", "", "", Action::Remove { layout: Layout::Natural, at, radius: f32::NAN });
    assert!(error.starts_with("agents come and go within a finite radius"), "{error}");
}
