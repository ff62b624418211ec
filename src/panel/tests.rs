//! The panel, driven as a person drives it: without a display, by what it says of itself to a screen reader.

use super::*;
use crate::{
    lab::Lab,
    measures::Observer,
    scene::{Action, Scene, Value, ViewAction},
    sim::{Frame, Shot, Simulation},
};
use egui::{Key, Modifiers, PointerButton, Rect, Vec2, accesskit::Role, pos2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT as _, Queryable as _, by},
};
use std::{collections::HashSet, sync::Arc};

const HD: Vec2 = vec2(1280.0, 720.0);

/// What lies on a desk over which a run has gone some steps.
fn desk(name: &str, steps: u64) -> Desk {
    let lab = Lab::new();
    let scene = lab.open(name).unwrap().scene;
    let mut desk = Desk::new(lab, name, scene.clone());
    play(&mut desk, &scene, steps);
    desk
}

fn play(desk: &mut Desk, scene: &Scene, steps: u64) {
    let mut run = Simulation::new(scene, desk.lab.models(), Some(1)).unwrap();
    desk.offer = Offer::of(&run.agents());
    let mut observer = Observer::new(desk.plots.iter().map(|instrument| instrument.name), &run).unwrap();
    for step in 0..=steps {
        let clock = run.clock();
        let readings = observer.read(&run);
        desk.history.record(clock.step, clock.time, observer.instruments().zip(readings));
        if step < steps {
            run.step().unwrap();
        }
    }
    let frame = Shot::default().frame(&run, &desk.look);
    desk.receive(Arc::new(frame));
}

fn harness(desk: Desk, size: Vec2) -> Harness<'static, Desk> {
    let mut ready = false;
    let build = Harness::builder().with_size(size).with_max_steps(64).with_step_dt(1.0 / 60.0);
    let mut harness = build.build_ui_state(
        move |ui, desk: &mut Desk| {
            if !ready {
                prepare(ui.ctx());
                ready = true;
            }
            show(ui.ctx(), desk, None);
        },
        desk,
    );
    harness.run();
    harness
}

fn vicsek() -> Harness<'static, Desk> {
    harness(desk("vicsek", 20), HD)
}

/// What was asked for since the last call.
fn asked(harness: &mut Harness<'_, Desk>) -> Vec<Request> {
    std::mem::take(&mut harness.state_mut().requests)
}

fn settings(requests: &[Request]) -> Vec<(&str, &Value)> {
    let set = |request| match request {
        &Request::Act(Action::Set { ref path, ref value }) => Some((path.as_str(), value)),
        _ => None,
    };
    requests.iter().filter_map(set).collect()
}

fn number(value: &Value) -> f64 {
    value.number().unwrap()
}

fn slider<'a>(harness: &'a Harness<'_, Desk>, name: &'a str) -> Node<'a> {
    harness.get(by().role(Role::Slider).label(name))
}

/// Presses at one part of the width of a rectangle, moves to another, and stays there.
fn drag(harness: &mut Harness<'_, Desk>, rect: Rect, from: f32, to: f32) {
    let at = |part: f32| pos2(egui::lerp(rect.x_range().min..=rect.x_range().max, part), rect.center().y);
    harness.hover_at(at(from));
    harness.run();
    harness.drag_at(at(from));
    harness.run();
    harness.hover_at(at(to));
    harness.run();
}

fn press_and_release(harness: &mut Harness<'_, Desk>, at: egui::Pos2, button: PointerButton) {
    harness.hover_at(at);
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
    }
    harness.run();
}

/// The newest frame, with one parameter changed.
fn frame_with(desk: &Desk, path: &str, value: &Value) -> Arc<Frame> {
    let mut frame = (*desk.frame).clone();
    let parameters =
        frame.parameters.iter().map(|(known, old)| (known.clone(), if known == path { value.clone() } else { old.clone() }));
    frame.parameters = parameters.collect();
    Arc::new(frame)
}

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

#[test]
fn space_plays_and_pauses() {
    let mut harness = vicsek();
    for playing in [false, true] {
        harness.key_press(Key::Space);
        harness.run();
        assert!(matches!(asked(&mut harness)[..], [Request::Play(on)] if on == playing));
        assert_eq!(harness.state().playing, playing);
    }
}

#[test]
fn keys_do_nothing_while_text_is_typed() {
    let mut desk = desk("vicsek", 3);
    desk.gallery = true;
    let mut harness = harness(desk, HD);
    harness.get_by_label("Search scenes").focus();
    harness.run();
    for key in [Key::Space, Key::H, Key::R, Key::G, Key::ArrowUp] {
        harness.key_press(key);
    }
    harness.get_by_label("Search scenes").type_text("h r g");
    harness.run();
    assert!(asked(&mut harness).is_empty());
    let desk = harness.state();
    assert!(desk.mode == Mode::Explore && desk.gallery && desk.search == "h r g", "{}", desk.search);
}

#[test]
fn the_gallery_is_searched_and_opens_a_scene() {
    let mut harness = vicsek();
    harness.get_by_label_contains("Gallery, open").click();
    harness.run();
    let cards = |harness: &Harness<'_, Desk>| harness.query_all_by_label_contains("Open ").count();
    assert_eq!(cards(&harness), harness.state().scenes.len());
    harness.get_by_label("Search scenes").focus();
    harness.run();
    harness.get_by_label("Search scenes").type_text("no such scene");
    harness.run();
    assert_eq!(cards(&harness), 0);
    let (name, scene) = harness.state().scenes[0].clone();
    harness.state_mut().search = scene.title.to_uppercase();
    harness.run();
    harness.query_all_by_label_contains("Open ").next().unwrap().click();
    harness.run();
    assert!(matches!(&asked(&mut harness)[..], [Request::Open(opened)] if *opened == name));
    assert!(!harness.state().gallery);
}

#[test]
fn the_presentation_shows_picture_strength_and_one_plot() {
    let mut harness = vicsek();
    let width = |harness: &Harness<'_, Desk>| harness.get_by_label_contains("Picture of").rect().width();
    let before = width(&harness);
    harness.key_press(Key::H);
    harness.run();
    assert!(harness.query_by_label("Radius value").is_none(), "the other parameters are hidden");
    assert!(harness.query_by_label_contains("Gallery").is_none(), "and the bar");
    assert!(harness.query(by().role(Role::Slider).label("Noise")).is_some());
    assert_eq!(harness.query_all_by_label_contains("Plot of").count(), 1);
    harness.key_press(Key::H);
    harness.run();
    assert!(width(&harness) == HD.x && before < HD.x, "the picture alone");
    harness.key_press(Key::Escape);
    harness.run();
    assert_eq!(harness.state().mode, Mode::Explore);
}

#[test]
fn type_in_the_presentation_is_a_36th_of_the_height_at_least() {
    for height in [480.0, 720.0, 1080.0, 2160.0] {
        assert!(present::type_scale(height) * theme::SIZES[0] >= height / 36.0 - 1e-3);
    }
}

#[test]
fn every_command_has_words_an_icon_and_a_key_of_its_own() {
    let (mut keys, mut texts) = (HashSet::new(), HashSet::new());
    for command in Command::all() {
        for text in [command.text(), command.tooltip(), command.icon()] {
            assert!(!text.is_empty() && !text.ends_with('.'), "{command:?}: {text}");
        }
        assert!(texts.insert(command.text()), "{command:?}");
        assert!(!command.shortcuts().is_empty() && !command.shortcut().is_empty(), "{command:?}");
        for (modifiers, key) in command.shortcuts() {
            assert!(keys.insert((modifiers.command, modifiers.shift, *key)), "{command:?}: {key:?} is taken");
        }
    }
}

#[test]
fn every_command_works_by_its_key() {
    for command in Command::all() {
        let mut by_key = vicsek();
        let (modifiers, key) = command.shortcuts()[0];
        by_key.state_mut().select(Some(3));
        asked(&mut by_key);
        by_key.key_press_modifiers(modifiers, key);
        by_key.run();
        let mut by_call = desk("vicsek", 20);
        by_call.select(Some(3));
        by_call.requests.clear();
        by_call.command(command);
        let kinds = |requests: &[Request]| requests.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        assert_eq!(kinds(&asked(&mut by_key)), kinds(&by_call.requests), "{command:?}");
        let seen =
            |desk: &Desk| (desk.mode, desk.overlay, desk.gallery, desk.explanation, desk.plots_open, desk.tool, desk.follow);
        assert_eq!(seen(by_key.state()), seen(&by_call), "{command:?}");
    }
}

#[test]
fn the_palette_finds_a_command_and_carries_it_out() {
    let mut harness = vicsek();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run();
    harness.get_by_label("Search commands and scenes").type_text("one step");
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert!(matches!(asked(&mut harness)[..], [Request::Step(1)]));
    assert_eq!(harness.state().overlay, None);
}

#[test]
fn a_click_on_the_picture_selects_the_nearest_agent_and_a_tool_acts_on_it() {
    let mut harness = vicsek();
    let rect = harness.get_by_label_contains("Picture of").rect();
    let size = bevy::math::Vec2::new(rect.width(), rect.height());
    let desk = harness.state();
    let at = desk.camera.pixel(desk.frame.positions[5], size);
    let at = rect.min + vec2(at.x + 2.0, at.y);
    press_and_release(&mut harness, at, PointerButton::Primary);
    let selected = harness.state().selected.expect("an agent is near");
    assert!(matches!(asked(&mut harness)[..], [Request::View(ViewAction::Select { agent: Some(agent) })] if agent == selected));
    assert!(harness.query_by_label(&format!("Agent {selected}")).is_some(), "the inspector tells of it");
    harness.key_press(Key::F);
    harness.run();
    assert!(harness.state().follow);
    harness.key_press(Key::Escape);
    harness.key_press(Key::Escape);
    harness.key_press(Key::Num2);
    harness.run();
    assert_eq!((harness.state().selected, harness.state().follow), (None, false));
    asked(&mut harness);
    let rect = harness.get_by_label_contains("Picture of").rect();
    drag(&mut harness, rect, 0.5, 0.6);
    harness.drop_at(rect.center());
    harness.run();
    let requests = asked(&mut harness);
    let actions: Vec<&Action> =
        requests.iter().filter_map(|request| if let Request::Act(action) = request { Some(action) } else { None }).collect();
    assert!(
        matches!(actions[0], Action::Press { tool: crate::scene::Tool::Attract, radius, .. } if *radius > 0.0),
        "{actions:?}"
    );
    assert!(matches!(actions[1], Action::Drag { .. }), "{actions:?}");
    assert!(matches!(actions.last(), Some(Action::Release)), "{actions:?}");
}

#[test]
fn the_wheel_zooms_to_the_pointer_and_a_drag_moves_the_picture() {
    let mut harness = vicsek();
    let rect = harness.get_by_label_contains("Picture of").rect();
    let size = bevy::math::Vec2::new(rect.width(), rect.height());
    let pointer = bevy::math::Vec2::new(0.3, 0.4) * size;
    let before = harness.state().camera;
    harness.hover_at(rect.min + vec2(pointer.x, pointer.y));
    harness.run();
    harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 120.0),
        phase: egui::TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    harness.run();
    let after = harness.state().camera;
    assert!(after.height < before.height);
    assert!(after.place(pointer, size).distance(before.place(pointer, size)) < 1e-3 * before.height);
    assert!(!harness.state().fitted);
    drag(&mut harness, rect, 0.5, 0.6);
    assert!(harness.state().camera.centre.x < after.centre.x, "the paper moves with the hand");
    harness.drop_at(rect.center());
    harness.key_press(Key::Z);
    harness.run();
    assert_eq!(harness.state().camera, before, "fitted again");
}

#[test]
fn nothing_fails_without_agents_readings_or_numbers() {
    let lab = Lab::new();
    for mode in [Mode::Explore, Mode::Present, Mode::Picture] {
        for model in lab.models().iter() {
            let mut desk = Desk::new(Lab::new(), model.name(), model.scene());
            desk.mode = mode;
            desk.explanation = true;
            desk.selected = Some(7);
            harness(desk, HD);
        }
        let mut desk = desk("vicsek", 3);
        desk.mode = mode;
        for step in 4..40 {
            desk.history.record(step, f64::NAN, desk.plots.clone().into_iter().map(|instrument| (instrument, f64::NAN)));
        }
        let positions: Vec<_> = desk.frame.positions.iter().map(|_| bevy::math::Vec2::NAN).collect();
        desk.receive(Arc::new(Frame { positions: positions.into(), time: f64::NAN, ..(*desk.frame).clone() }));
        desk.selected = Some(3);
        desk.follow = true;
        let mut harness = harness(desk, HD);
        let extent = crate::sim::Extent { min: bevy::math::Vec2::NAN, ..Default::default() };
        let empty = Frame { extent, ids: Arc::default(), positions: Arc::default(), ..(*harness.state().frame).clone() };
        harness.state_mut().receive(Arc::new(empty));
        harness.run();
    }
}

/// All controls that are seen, and where.
fn controls<'a>(node: Node<'a>, into: &mut Vec<(String, Rect)>) {
    for child in node.children() {
        let said = child.accesskit_node();
        if said.raw_bounds().is_some() && !matches!(said.role(), Role::GenericContainer | Role::Window) {
            let name = said.label().or_else(|| said.value()).unwrap_or_default();
            into.push((format!("{:?} {name}", said.role()), child.rect()));
        }
        controls(child, into);
    }
}

#[test]
fn nothing_lies_outside_the_window_or_lacks_a_name() {
    let with = |change: fn(&mut Desk)| {
        let mut desk = desk("vicsek", 30);
        change(&mut desk);
        desk
    };
    type Change = fn(&mut Desk);
    let states: [(&str, Change); 6] = [
        ("explore", |_| {}),
        ("selected", |desk| desk.selected = Some(3)),
        ("explanation", |desk| desk.explanation = true),
        ("present", |desk| desk.mode = Mode::Present),
        ("keys", |desk| desk.overlay = Some(Overlay::Keys)),
        ("commands", |desk| desk.overlay = Some(Overlay::Commands)),
    ];
    // The last is what the panel at twice its size leaves of the first.
    for size in [HD, vec2(1920.0, 1080.0), vec2(1024.0, 600.0), HD / 2.0] {
        for (state, change) in states {
            let harness = harness(with(change), size);
            let window = Rect::from_min_size(pos2(0.0, 0.0), size).expand(1.0);
            let mut seen = Vec::new();
            controls(harness.root(), &mut seen);
            assert!(seen.len() > 3, "{state}: {}", seen.len());
            for (name, rect) in seen {
                // What is scrolled away is reached by scrolling: only its sides count.
                let sides = Rect::from_x_y_ranges(rect.x_range(), window.y_range());
                assert!(window.contains_rect(sides), "{state} at {size}: {name} at {rect}");
                let nameless = ["Button ", "Slider ", "CheckBox ", "RadioButton ", "TextInput ", "SpinButton ", "ComboBox "];
                assert!(!nameless.contains(&name.as_str()), "{state}: a {name}without a name at {rect}");
            }
        }
    }
}

#[test]
fn a_desk_can_be_sent_between_threads() {
    fn sent<T: Send>() {}
    sent::<Desk>();
}
