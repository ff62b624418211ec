//! The contract of instruments: each has a definition with its source, and where it is not defined it says so instead of telling a
//! number that means nothing.

use flockwork::{
    lab::Lab,
    measures::{self, Instrument, Observer, Reading, Takes, Tells, When},
    scene::{Kind, Scene, Value},
    sim::{AnyModel, Simulation},
};

/// What may be told of nobody: numbers of groups and of agents, none; fields and a network's time of change, which need no agent.
const OF_NOBODY: [&str; 8] =
    ["clusters", "density", "departed", "direction_clusters", "opinion_clusters", "concentration", "field_mean", "last_change"];

/// What compares an agent with another, or with the middle of all: of one alone it tells no number.
const OF_SEVERAL: [&str; 17] = [
    "rotation",
    "milling",
    "s_plus",
    "s_minus",
    "s_max",
    "hexatic",
    "local_hexatic",
    "nearest_distance",
    "pair_correlation",
    "correlation_length",
    "number_exponent",
    "clumping",
    "coherent_share",
    "cross_correlation",
    "sync_error",
    "friendship_paradox",
    "velocity_correlation",
];

/// The scene of a model with this many agents; nothing where it takes no such number.
fn scene(model: &dyn AnyModel, agents: u32) -> Option<Scene> {
    let mut scene = Scene { seed: 3, ..model.scene() };
    let Kind::Number { min, .. } = model.parameter("agents").ok()?.kind else { return None };
    if f64::from(agents) < min {
        return None;
    }
    model.set(&mut *scene.model.params, "agents", &Value::Number(agents.into())).unwrap();
    Some(scene)
}

/// What all instruments that fit tell of a few steps of a model, those of others' readings left out.
fn told(model: &dyn AnyModel, agents: u32) -> Vec<(&'static Instrument, Vec<Reading>)> {
    let lab = Lab::new();
    let Some(scene) = scene(model, agents) else { return Vec::new() };
    let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
    let names: Vec<&str> = measures::all_that_fit(&run).filter(|one| one.takes == Takes::Nothing).map(|one| one.name).collect();
    let mut observer = Observer::of(names, &run).unwrap();
    let mut all: Vec<(&'static Instrument, Vec<Reading>)> = observer.instruments().map(|one| (one, Vec::new())).collect();
    for step in 0..4 {
        if step > 0 {
            run.step().unwrap();
        }
        let readings = observer.read(&run);
        all.iter_mut().zip(readings).for_each(|((_, series), reading)| series.push(reading));
    }
    let ends = observer.conclude(None);
    all.iter_mut().zip(ends).for_each(|((_, series), end)| series.push(end));
    all
}

fn models() -> Vec<&'static dyn AnyModel> {
    Lab::new().models().iter().filter(|model| model.strength().is_some()).collect()
}

#[test]
fn every_definition_names_its_source_and_every_cost_what_it_grows_with() {
    for instrument in measures::ALL {
        let digits = instrument.definition.as_bytes().windows(4).filter(|four| four.iter().all(u8::is_ascii_digit));
        let year = digits
            .filter_map(|four| std::str::from_utf8(four).ok()?.parse::<u32>().ok())
            .any(|year| (1800..2100).contains(&year));
        let own = instrument.definition.contains("Flockwork's own") || instrument.definition.contains("Flockwork's definition");
        assert!(year || own, "{}: '{}' names no source", instrument.name, instrument.definition);
        assert!(!instrument.cost.is_empty() && !instrument.symbol.is_empty(), "{}", instrument.name);
        assert!(instrument.definition.ends_with('.'), "{}: '{}'", instrument.name, instrument.definition);
    }
}

#[test]
fn what_is_told_of_few_is_a_number_in_its_range_or_none() {
    for model in models() {
        for agents in [0, 1, 2, 7, 40] {
            for (instrument, readings) in told(model, agents) {
                for entry in readings.iter().flat_map(Reading::entries).filter(|entry| !entry.value.is_nan()) {
                    let (low, high) = instrument.range.unwrap_or((f64::MIN, f64::MAX));
                    let fits = (low - 1e-6..=high + 1e-6).contains(&entry.value);
                    assert!(fits, "{} of {} {}: {entry:?}", instrument.name, agents, model.name());
                }
            }
        }
    }
}

#[test]
fn of_nobody_and_of_one_alone_nothing_is_made_up() {
    let (mut silent, mut met) = (0, 0);
    for model in models() {
        for agents in [0, 1] {
            for (instrument, readings) in told(model, agents) {
                let may =
                    if agents == 0 { OF_NOBODY.contains(&instrument.name) } else { !OF_SEVERAL.contains(&instrument.name) };
                let numbers = instrument.tells == Tells::Number || instrument.when == When::End;
                if may || !(numbers || agents == 1) {
                    met += usize::from(may);
                    continue;
                }
                silent += 1;
                let known = readings.iter().flat_map(Reading::entries).find(|entry| !entry.value.is_nan());
                assert!(known.is_none(), "{} of {} {}: {known:?}", instrument.name, agents, model.name());
            }
        }
    }
    assert!(silent > 100 && met > 100, "{silent} {met}: hardly anything was looked at");
}
