//! The pointer on the picture.

use super::*;

#[test]
fn a_click_on_the_picture_selects_the_nearest_agent_and_a_tool_acts_on_it() {
    let mut harness = vicsek();
    let rect = harness.get_by_label_contains("Picture of").rect();
    let size = bevy_math::Vec2::new(rect.width(), rect.height());
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
    let size = bevy_math::Vec2::new(rect.width(), rect.height());
    let pointer = bevy_math::Vec2::new(0.3, 0.4) * size;
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
fn agents_come_and_go_under_the_pointer_where_the_scene_allows_it() {
    let mut harness = vicsek();
    let rect = harness.get_by_label_contains("Picture of").rect();
    let actions = |requests: Vec<Request>| -> Vec<Action> {
        requests
            .into_iter()
            .filter_map(|request| if let Request::Act(action) = request { Some(action) } else { None })
            .collect()
    };
    harness.key_press(Key::Num6);
    harness.run();
    drag(&mut harness, rect, 0.3, 0.7);
    harness.drop_at(rect.center());
    harness.run();
    let added = actions(asked(&mut harness));
    // 300 agents on 7 × 7, a circle of radius 0.15 · 7.
    assert!(added.len() == 2 && added.iter().all(|added| matches!(added, Action::Add { count: 21, .. })), "{added:?}");
    harness.get_by_label("Remove").click();
    harness.run();
    press_and_release(&mut harness, rect.center(), PointerButton::Primary);
    let removed = actions(asked(&mut harness));
    assert!(matches!(removed[..], [Action::Remove { radius, .. }] if radius > 1.0), "{removed:?}");

    let mut harness = super::harness(desk("corridor", 0), HD);
    assert!(harness.query_by_label("Remove").is_none());
    harness.key_press(Key::Num7);
    harness.run();
    assert_eq!(harness.state().tool, None);
    assert!(harness.state().messages().any(|(_, text)| text.contains("neither come nor go")));
}

#[test]
fn a_drag_turns_space_and_the_right_button_moves_it() {
    let mut harness = super::harness(desk("couzin", 5), HD);
    let rect = harness.get_by_label_contains("Picture of").rect();
    let size = bevy_math::Vec2::new(rect.width(), rect.height());
    let seen = |harness: &Harness<'_, Desk>| (harness.state().look.yaw, harness.state().look.pitch, harness.state().camera);
    let (yaw, pitch, before) = seen(&harness);
    asked(&mut harness);
    drag(&mut harness, rect, 0.5, 0.6);
    harness.drop_at(rect.center());
    harness.run();
    let (turned, same, after) = seen(&harness);
    assert!(turned < yaw && same == pitch && after.gaze != before.gaze && harness.state().fitted, "{turned} {same}");
    let looks = |harness: &mut Harness<'_, Desk>| {
        let paths = asked(harness).into_iter().filter_map(|request| match request {
            Request::View(ViewAction::Look { path, .. }) => Some(path),
            _ => None,
        });
        paths.collect::<Vec<_>>()
    };
    assert_eq!(looks(&mut harness)[..2], ["yaw", "pitch"]);
    // The right button moves it as a plane, and what is in the middle stays there when it is turned.
    let at = |part: f32| pos2(rect.left() + part * rect.width(), rect.center().y);
    harness.hover_at(at(0.5));
    for (pressed, to) in [(true, 0.5), (false, 0.6)] {
        harness.hover_at(at(to));
        let button =
            egui::Event::PointerButton { pos: at(to), button: PointerButton::Secondary, pressed, modifiers: Modifiers::NONE };
        if !pressed {
            harness.run();
        }
        harness.event(button);
        harness.run();
    }
    let moved = seen(&harness).2;
    assert!(!harness.state().fitted && moved.centre != after.centre, "{moved:?}");
    drag(&mut harness, rect, 0.5, 0.3);
    harness.drop_at(rect.center());
    harness.run();
    let last = seen(&harness).2;
    assert!(last.centre == moved.centre && last.gaze != moved.gaze);
    assert!(last.pixel(last.centre, size).distance(size / 2.0) < 1e-2);
    // A tool reaches all along the line that is seen as a point.
    harness.key_press(Key::Num2);
    harness.run();
    asked(&mut harness);
    press_and_release(&mut harness, rect.center(), PointerButton::Primary);
    let requests = asked(&mut harness);
    let pressed = requests.iter().find_map(|request| match request {
        Request::Act(Action::Press { at, .. }) => Some(*at),
        _ => None,
    });
    let pointer = pressed.expect("the tool went down");
    assert!(pointer.along().is_normalized() && pointer.along() != bevy_math::Vec3::Z, "{pointer:?}");
}

#[test]
fn the_agents_stay_in_the_middle_until_the_picture_is_moved() {
    let mut harness = vicsek();
    harness.state_mut().set_look("middle", Value::Text("agents".into()));
    harness.run();
    let rect = harness.get_by_label_contains("Picture of").rect();
    let middle = crate::view::middle(&harness.state().frame);
    assert_eq!(Some(harness.state().camera.centre), middle);
    drag(&mut harness, rect, 0.5, 0.6);
    harness.drop_at(rect.center());
    harness.run();
    assert_eq!(harness.state().look.middle, crate::scene::Middle::World);
    assert!(Some(harness.state().camera.centre) != middle && !harness.state().fitted);
}

#[test]
fn a_click_beyond_an_edge_selects_the_agent_whose_copy_is_seen_while_one_is_followed() {
    let mut desk = desk("vicsek", 20);
    let by_x = |a: &usize, b: &usize| desk.frame.positions[*a].x.total_cmp(&desk.frame.positions[*b].x);
    let rows = || 0..desk.frame.positions.len();
    let (first, last) = (rows().min_by(by_x).unwrap(), rows().max_by(by_x).unwrap());
    let [first, last] = [first, last].map(|row| (desk.frame.ids[row], desk.frame.positions[row]));
    let world = desk.frame.extent.size();
    (desk.selected, desk.follow) = (Some(last.0), true);
    let mut harness = harness(desk, HD);
    let rect = harness.get_by_label_contains("Picture of").rect();
    let size = bevy_math::Vec2::new(rect.width(), rect.height());
    let camera = harness.state().camera;
    assert_eq!(camera.centre, last.1);
    let way = (first.1 - last.1).truncate();
    let seen = last.1.truncate() + way - world.truncate() * (way / world.truncate()).round();
    assert!(seen.x > world.x, "it is seen beyond the edge: {seen}");
    let at = camera.pixel(seen, size);
    press_and_release(&mut harness, rect.min + vec2(at.x, at.y), PointerButton::Primary);
    assert_eq!(harness.state().selected, Some(first.0));
}
