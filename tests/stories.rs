//! The stories that come with the program: each is told to its end, by itself and by a lecturer's key, and a journal of
//! it shows the same.

use flockwork::{
    lab::Lab,
    scene::{Scene, ViewAction},
    sim::Simulation,
    story::{Pace, Teller, perform},
};

fn stories(lab: &Lab) -> Vec<(String, Scene)> {
    lab.gallery().into_iter().filter(|(_, scene)| !scene.story.is_empty()).collect()
}

/// The places of a story that a view track comes to.
fn beats(actions: impl Iterator<Item = ViewAction>) -> Vec<(Option<u32>, bool)> {
    let beat = |action| if let ViewAction::Beat { beat, revealed } = action { Some((beat, revealed)) } else { None };
    actions.filter_map(beat).collect()
}

/// All places of a story, in their order.
fn all(scene: &Scene) -> Vec<(Option<u32>, bool)> {
    let places = (0..).zip(&scene.story).flat_map(|(number, beat)| {
        let asked = (!beat.ask.is_empty()).then_some((Some(number), false));
        asked.into_iter().chain([(Some(number), true)])
    });
    places.chain([(None, false)]).collect()
}

#[test]
fn every_story_tells_itself_in_a_few_minutes_and_its_journal_plays_the_same() {
    let lab = Lab::new();
    let stories = stories(&lab);
    assert!(stories.len() >= 8, "{} stories", stories.len());
    for (name, scene) in stories {
        let (journal, steps) = perform(&scene, lab.models(), Some(2)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(beats(journal.view.iter().map(|stamped| stamped.1.clone())), all(&scene), "{name}");
        let seconds = steps as f32 / scene.speed;
        assert!((40.0..300.0).contains(&seconds), "{name}: {seconds} s");
        // A reading that is waited for comes before patience is at its end.
        let track: Vec<_> = journal.view.iter().filter(|stamped| matches!(stamped.1, ViewAction::Beat { .. })).collect();
        for pair in track.windows(2) {
            let ViewAction::Beat { beat: Some(beat), .. } = pair[1].1 else { continue };
            if let Some(when) = &scene.story[beat as usize].when {
                assert!(pair[1].0 - pair[0].0 < when.within, "{name}, beat {}: {} never came", beat + 1, when.measure);
            }
        }
        let mut replay = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
        replay.play(&journal).unwrap();
        let mut told = Simulation::new(&scene, lab.models(), Some(2)).unwrap();
        let mut teller = Teller::new(&told, Pace::Alone).unwrap();
        for _ in 0..steps.min(200) {
            let now = teller.tell(&told).unwrap();
            now.actions.into_iter().for_each(|action| told.act(action).unwrap());
            now.views.into_iter().for_each(|action| told.look(action));
            told.step().unwrap();
            teller.note(&told);
            replay.step().unwrap();
        }
        assert_eq!(told.hash(), replay.hash(), "{name}");
    }
}

#[test]
fn a_key_goes_on_at_once_and_a_story_is_taken_up_where_it_was() {
    let lab = Lab::new();
    for (name, scene) in stories(&lab) {
        let mut run = Simulation::new(&scene, lab.models(), Some(2)).unwrap();
        let mut teller = Teller::new(&run, Pace::Key).unwrap();
        let mut told = Vec::new();
        for press in 0..200 {
            if press > 0 {
                // Another teller goes on where this one was.
                teller = Teller::new(&run, Pace::Key).unwrap();
                teller.press();
            }
            let now = teller.tell(&run).unwrap();
            now.actions.into_iter().for_each(|action| run.act(action).unwrap());
            now.views.iter().for_each(|action| run.look(action.clone()));
            told.extend(beats(now.views.into_iter()));
            if teller.is_over() {
                break;
            }
        }
        assert_eq!(told, all(&scene), "{name}");
    }
}

#[test]
fn a_mistake_in_a_story_names_the_beat_and_the_path() {
    let lab = Lab::new();
    let scene = |beats: &str| format!("(model: \"vicsek\", story: [\n(say: \"a\"),\n{beats}\n])");
    for (beats, expected) in [
        ("(say: \"b\", set: [(path: \"nois\", to: 1.0)])", "s.ron:3:1: story.beat 2.set: vicsek has no parameter"),
        ("(say: \"b\", set: [(path: \"noise\", to: 99.0)])", "story.beat 2.set.noise: 99"),
        ("(say: \"b\", set: [(path: \"agents\", to: 9)])", "story.beat 2.set.agents: a change of it needs a restart"),
        ("(say: \"b\", look: [(\"trail\", 9)])", "story.beat 2.look"),
        ("(say: \"b\", when: (measure: \"polarization\", above: 1))", "story.beat 2.when.measure: no instrument"),
        ("(say: \"b\", when: (measure: \"polarisation\"))", "story.beat 2.when: no level is named"),
        ("(say: \"b\", show: [\"order\", \"ordr\"])", "story.beat 2.show: no instrument 'ordr'"),
        ("(say: \"b\", sey: 1)", "s.ron:3:12: story.beat 2: no field 'sey'; nearest: say"),
        ("(ask: \"b\")", "story.beat 2.say: a question has no answer"),
        ("(say: \"b\", at: 3, when: (measure: \"order\", below: 1))", "story.beat 2.when: a beat begins at a step or"),
        ("(say: \"b\", camera: at(centre: (0, 0), height: 0))", "story.beat 2.camera"),
        ("(say: \"b\", hand: (tool: align, at: (0, NaN), radius: 1, over: 1))", "story.beat 2.hand"),
    ] {
        let error = lab.read(&scene(beats), "s.ron").unwrap_err().to_string();
        assert!(error.contains(expected) && error.starts_with("s.ron"), "{beats}: {error}");
    }
    let error = lab.read("(model: \"vicsek\", teach: [\"radios\"])", "s.ron").unwrap_err().to_string();
    assert!(error.contains("teach") && error.contains("nearest: radius"), "{error}");
}
