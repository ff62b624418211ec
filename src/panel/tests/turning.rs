//! The strength and the parameters, dragged, clicked and keyed.

use super::*;

#[test]
fn dragging_the_strength_sets_it_and_it_does_not_snap_back() {
    let mut harness = vicsek();
    let rect = slider(&harness, "Noise").rect();
    drag(&mut harness, rect, 0.7, 0.3);
    let requests = asked(&mut harness);
    let (path, value) = *settings(&requests).last().expect("a setting was sent");
    assert_eq!(path, "noise");
    assert!((number(value) - 0.7 * std::f64::consts::TAU).abs() < 0.3, "{value}: right is order, so the left is noise");
    // The run has not answered yet, and says something older when it does.
    assert_eq!(harness.state().value("noise").as_ref(), Some(value));
    let stale = frame_with(harness.state(), "noise", &Value::Number(3.0));
    harness.state_mut().receive(stale);
    harness.run();
    assert_eq!(slider(&harness, "Noise").accesskit_node().numeric_value(), value.number());
    // Then it acknowledges, and what it says later is believed.
    let value = value.clone();
    for said in [&value, &Value::Number(1.0)] {
        let frame = frame_with(harness.state(), "noise", said);
        harness.state_mut().receive(frame);
        assert_eq!(harness.state().value("noise").as_ref(), Some(said));
    }
}

#[test]
fn the_strength_can_be_worked_with_keys_in_every_mode() {
    for mode in [Mode::Explore, Mode::Present, Mode::Picture] {
        let mut desk = desk("vicsek", 3);
        desk.mode = mode;
        let mut harness = harness(desk, HD);
        harness.key_press(Key::ArrowUp);
        harness.run();
        let requests = asked(&mut harness);
        let (path, value) = settings(&requests)[0];
        assert!(path == "noise" && number(value) < 2.0, "{mode:?}: up is order, so less noise: {value}");
    }
    let mut harness = vicsek();
    slider(&harness, "Noise").focus();
    harness.run();
    harness.key_press(Key::ArrowLeft);
    harness.run();
    let requests = asked(&mut harness);
    assert!(number(settings(&requests)[0].1) > 2.0, "left is disorder");
}

#[test]
fn what_is_typed_and_not_allowed_is_refused_in_words() {
    let mut harness = vicsek();
    for (typed, said) in [("-4", "radius: -4 is out of range; allowed:"), ("near", "radius: 'near' is not a number")] {
        harness.get_by_label("Radius value").click();
        harness.run();
        harness.event(egui::Event::Text(typed.into()));
        harness.run();
        harness.key_press(Key::Enter);
        harness.run();
        let told: Vec<&str> = harness.state().messages().map(|(_, text)| text).collect();
        assert!(told.iter().any(|text| text.starts_with(said)), "{typed}: {told:?}");
        let requests = asked(&mut harness);
        assert!(settings(&requests).is_empty(), "{typed}: {requests:?}");
    }
}

#[test]
fn a_double_click_goes_back_to_the_value_of_the_scene() {
    let mut harness = vicsek();
    harness.state_mut().set("radius", Value::Number(3.0));
    let at = slider(&harness, "Radius").rect().center();
    harness.run();
    asked(&mut harness);
    harness.hover_at(at);
    for pressed in [true, false, true, false] {
        harness.event(egui::Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    harness.run();
    let requests = asked(&mut harness);
    assert_eq!(settings(&requests).last(), Some(&("radius", &Value::Number(1.0))));
}

#[test]
fn a_choice_sets_the_name_of_its_variant() {
    let mut harness = vicsek();
    harness.get_by_label("Neighbours Topological").click();
    harness.run();
    let requests = asked(&mut harness);
    assert_eq!(settings(&requests), [("neighbours", &Value::Text("topological".into()))]);
    harness.get_by_label("Neighbours Topological").click();
    harness.run();
    assert!(asked(&mut harness).is_empty(), "it is chosen already");
}

#[test]
fn a_parameter_that_needs_a_restart_restarts_when_it_is_let_go() {
    let mut harness = harness(desk("vicsek", 3), vec2(1280.0, 1400.0));
    let rect = slider(&harness, "Agents").rect();
    drag(&mut harness, rect, 0.4, 0.8);
    assert!(asked(&mut harness).is_empty(), "nothing happens while it is held");
    let shown = harness.state().value("agents").unwrap();
    assert!(number(&shown) > 2000.0, "{shown}");
    harness.drop_at(pos2(egui::lerp(rect.x_range().min..=rect.x_range().max, 0.8), rect.center().y));
    harness.run();
    let requests = asked(&mut harness);
    let [Request::Restart(scene)] = requests.as_slice() else { panic!("{requests:?}") };
    let model = harness.state().model;
    assert_eq!(model.get(&*scene.model.params, "agents").unwrap(), shown);
    assert_eq!(harness.state().value("agents"), Some(shown), "it does not snap back either");
}
