//! Every scene of the gallery opens, runs and explains itself; every model says all that others build on.

use flockwork::{
    lab::Lab,
    measures::{self, Observer},
    scene::{Kind, Layout, Look, Scene, Value},
    sim::{Shot, Simulation},
};

#[test]
fn every_scene_runs_and_can_be_seen() {
    let lab = Lab::new();
    let gallery = lab.gallery();
    assert!(gallery.len() >= 14, "{} scenes", gallery.len());
    for (name, scene) in gallery {
        let mut simulation = Simulation::new(&scene, lab.models(), Some(2)).unwrap();
        let mut observer = Observer::new(scene.plots.iter().map(String::as_str), &simulation).unwrap();
        let mut shot = Shot::default();
        for step in 0..=20 {
            let readings = observer.numbers(&simulation);
            assert!(step == 0 || readings.iter().all(|reading| reading.is_finite()), "{name}, step {step}: {readings:?}");
            let frame = shot.frame(&simulation, &scene.view);
            assert_eq!(frame.step, step);
            assert!(frame.positions.iter().all(|position| position.is_finite()), "{name}, step {step}");
            assert_eq!(frame.positions.len(), frame.ids.len(), "{name}");
            let colours = frame.colour.map(|colour| colour.values.len());
            let plain = scene.view.colour == "none";
            assert_eq!(colours, (!plain).then_some(frame.ids.len()), "{name}: colour '{}'", scene.view.colour);
            simulation.step().unwrap();
        }
    }
}

#[test]
fn every_scene_explains_itself() {
    for (name, scene) in Lab::new().gallery() {
        assert!((1..=32).contains(&scene.title.chars().count()), "{name}: title '{}'", scene.title);
        assert!((1..=110).contains(&scene.about.chars().count()), "{name}: about '{}'", scene.about);
        assert!(!scene.source.is_empty(), "{name}: no source");
        let words = scene.text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
        assert!((80..=150).contains(&words), "{name}: {words} words");
        let headings: Vec<&str> = scene.text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, ["What is it", "How it works", "Things to notice", "Things to try"], "{name}");
    }
}

#[test]
fn every_scene_reads_back_as_it_was_written() {
    let lab = Lab::new();
    for (name, scene) in lab.gallery() {
        let text = scene.write();
        let again = Scene::read(&text, &name, &lab.models().schemas()).unwrap();
        assert_eq!(again.write(), text, "{name}");
    }
}

#[test]
fn every_model_has_a_scene_of_its_name_with_its_defaults() {
    let lab = Lab::new();
    for model in lab.models().iter() {
        let scene = lab.open(model.name()).unwrap().scene;
        assert_eq!(scene.model.params.to_ron(), model.defaults().to_ron(), "{}", model.name());
        assert_eq!(scene.view, model.scene().view, "{}", model.name());
    }
}

#[test]
fn every_model_documents_its_parameters() {
    for model in Lab::new().models().iter() {
        let name = model.name();
        assert!(!model.explanation().is_empty() && !model.source().is_empty(), "{name}");
        let strengths = model.parameters().iter().filter(|parameter| parameter.strength.is_some()).count();
        // Only a record of what has happened has nothing to turn.
        assert_eq!(strengths, usize::from(name != "tracks"), "{name}: interaction strengths");
        model.check(&*model.defaults()).unwrap();
        for parameter in model.parameters() {
            let path = &parameter.path;
            assert!(parameter.doc.ends_with('.'), "{name}.{path}: '{}'", parameter.doc);
            match &parameter.kind {
                Kind::Number { min, max, .. } => {
                    let slider = parameter.slider_range().unwrap();
                    assert!(min <= slider.start() && slider.start() < slider.end() && slider.end() <= max, "{name}.{path}");
                    assert!(!parameter.log || *slider.start() > 0.0, "{name}.{path}: decades from {}", slider.start());
                }
                Kind::Choice(variants) => {
                    assert!(variants.iter().all(|variant| variant.doc.ends_with('.')), "{name}.{path}: {variants:?}");
                }
                Kind::Switch | Kind::Text => {}
            }
        }
    }
}

#[test]
fn every_model_reads_its_instruments() {
    let lab = Lab::new();
    for model in lab.models().iter() {
        let name = model.name();
        let mut simulation = Simulation::new(&model.scene(), lab.models(), Some(2)).unwrap();
        let mut observer = Observer::new([], &simulation).unwrap();
        assert!(observer.instruments().count() > 0, "{name}");
        assert!(measures::find(model.measures()[0]).unwrap().range.is_some(), "{name}: the order parameter has a range");
        for step in 0..5 {
            let readings = observer.numbers(&simulation);
            for (instrument, reading) in observer.instruments().zip(readings) {
                assert!(step == 0 || reading.is_finite(), "{name}, {}, step {step}: {reading}", instrument.name);
                let range = instrument.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
                let inside = (range.0..=range.1 + 1e-6).contains(&reading);
                assert!(inside || reading.is_nan(), "{name}, {}, step {step}: {reading}", instrument.name);
            }
            simulation.step().unwrap();
        }
    }
}

#[test]
fn every_fact_can_be_measured() {
    for model in Lab::new().models().iter().filter(|model| model.strength().is_some()) {
        let facts = model.facts();
        assert!(!facts.is_empty(), "{}", model.name());
        for fact in facts {
            let texts = [fact.claim, fact.source, fact.tolerance];
            assert!(texts.iter().all(|text| !text.is_empty()), "{}: {fact:?}", model.name());
            assert!(!fact.settings.is_empty() && fact.seeds > 0 && fact.discard <= fact.steps, "{}", fact.claim);
            let starts = fact.settings.iter().flat_map(|setting| &setting.0).map(|(path, value)| (path, value));
            let turns = fact.settings.iter().flat_map(|setting| &setting.1).map(|(_, path, value)| (path, value));
            for (path, value) in starts.chain(turns) {
                model.set(&mut *model.defaults(), path, value).unwrap();
            }
            for measure in fact.measures {
                measures::find(measure).unwrap();
            }
        }
    }
}

#[test]
fn any_number_of_agents_runs_with_every_choice() {
    let lab = Lab::new();
    for model in lab.models().iter().filter(|model| model.strength().is_some()) {
        let mut choices = vec![None];
        for parameter in model.parameters() {
            if let Kind::Choice(variants) = &parameter.kind {
                choices.extend(variants.iter().map(|variant| Some((&parameter.path, variant.name.clone()))));
            }
        }
        for choice in choices {
            for agents in [0, 1, 2, 3, 17] {
                let mut scene = model.scene();
                let params = &mut *scene.model.params;
                model.set(params, "agents", &Value::Number(agents.into())).unwrap();
                if let Some((path, name)) = &choice {
                    model.set(params, path, &Value::Text(name.clone())).unwrap();
                }
                let mut simulation = Simulation::new(&scene, lab.models(), Some(2)).unwrap();
                let mut observer = Observer::new([], &simulation).unwrap();
                for layout in [Layout::Natural, Layout::Circle, Layout::Lattice] {
                    let view = Look { layout, ..scene.view.clone() };
                    let mut shot = Shot::default();
                    for _ in 0..3 {
                        observer.read(&simulation);
                        let frame = shot.frame(&simulation, &view);
                        let place = frame.positions.iter().find(|position| !position.is_finite());
                        assert_eq!(place, None, "{}, {choice:?}, {agents} agents, {layout:?}", model.name());
                        simulation.step().unwrap();
                    }
                }
            }
        }
    }
}
