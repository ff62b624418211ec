//! The story of a scene, as a lecturer goes through it.

use super::*;

fn told(harness: &mut Harness<'_, Desk>, beat: u32, revealed: bool) {
    harness.state_mut().see(false, vec![ViewAction::Beat { beat: Some(beat), revealed }]);
    harness.run();
}

#[test]
fn the_key_begins_the_story_anew_and_goes_on_in_it() {
    let mut harness = vicsek();
    harness.key_press(Key::PageDown);
    harness.run();
    let asked_for = asked(&mut harness);
    assert!(matches!(
        &asked_for[..],
        [Request::Restart(scene), Request::Play(true), Request::Story(Turn::On)] if scene.write() == harness.state().scene.write()
    ));
    told(&mut harness, 0, true);
    assert!(harness.query_by_label_contains("1 of 7").is_some());
    for (key, turn) in [(Key::PageDown, Turn::On), (Key::PageUp, Turn::Back)] {
        harness.key_press(key);
        harness.run();
        let asked = asked(&mut harness);
        assert!(matches!(&asked[..], [Request::Play(true), Request::Story(asked)] if *asked == turn), "{asked:?}");
    }
}

#[test]
fn what_a_story_sets_before_the_first_frame_is_what_the_panel_shows() {
    let mut harness = vicsek();
    let scene = harness.state().scene.clone();
    let first = frame_with(harness.state(), "noise", &Value::Number(5.0));
    harness.state_mut().begin(&scene);
    assert_eq!(harness.state().value("noise"), Some(Value::Number(2.0)), "the scene's own, until there is a frame");
    harness.state_mut().receive(first);
    assert_eq!(harness.state().value("noise"), Some(Value::Number(5.0)));
}

#[test]
fn a_question_hides_its_answer_until_it_is_told() {
    let mut harness = vicsek();
    let question = harness.state().scene.story.iter().position(|beat| !beat.ask.is_empty()).unwrap();
    told(&mut harness, question as u32, false);
    assert!(harness.query_by_label_contains("what do you think?").is_some());
    let height = |harness: &Harness<'_, Desk>| harness.get_by_label_contains("Picture of").rect().height();
    assert!(height(&harness) > 300.0, "the picture has room beside the words");
    harness.get_by_label("Answer").click();
    harness.run();
    assert!(matches!(&asked(&mut harness)[..], [.., Request::Story(Turn::On)]));
    told(&mut harness, question as u32, true);
    assert!(harness.query_by_label_contains("the answer").is_some() && harness.query_by_label("Next").is_some());
}

#[test]
fn the_layout_for_teaching_has_the_story_and_the_sliders_that_the_scene_names() {
    let mut harness = vicsek();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::H);
    harness.run();
    assert_eq!(harness.state().mode, Mode::Teach);
    told(&mut harness, 0, true);
    assert!(harness.query_by_label_contains("1 of 7").is_some());
    let named = |harness: &Harness<'_, Desk>, label: &str| harness.query_all_by_label(label).count() > 0;
    assert!(named(&harness, "Radius") && named(&harness, "Speed") && !named(&harness, "Size"));
    harness.key_press_modifiers(Modifiers::SHIFT, Key::H);
    harness.run();
    assert_eq!(harness.state().mode, Mode::Explore);
}

#[test]
fn a_scene_without_a_story_says_so() {
    let mut desk = desk("vicsek", 3);
    desk.scene.story.clear();
    let mut harness = harness(desk, HD);
    harness.key_press(Key::PageDown);
    harness.run();
    assert!(asked(&mut harness).is_empty());
    assert!(harness.state().messages().any(|(_, text)| text.contains("no story")));
}

#[test]
fn words_take_no_more_of_a_film_than_they_need() {
    let ctx = Context::default();
    prepare(&ctx);
    // A page of the width of a film, and of any height.
    let screen = Rect::from_min_size(pos2(0.0, 0.0), vec2(1280.0, 2560.0));
    let lab = Lab::new();
    for (name, scene) in lab.gallery().into_iter().filter(|(_, scene)| !scene.story.is_empty()) {
        let mut desk = Desk::new(lab.clone(), name.as_str(), scene);
        let height = |desk: &mut Desk| {
            let input = || egui::RawInput { screen_rect: Some(screen), ..Default::default() };
            let mut height = 0.0;
            // Fonts come with the second frame.
            for _ in 0..2 {
                let _ = ctx.run_ui(input(), |ui| height = story_words(ui.ctx(), desk));
            }
            height
        };
        for beat in 0..desk.scene.story.len() {
            desk.told = Told::At { beat, revealed: true };
            let high = height(&mut desk);
            assert!((50.0..240.0).contains(&high), "{name}, beat {}: {high} points", beat + 1);
        }
    }
}
