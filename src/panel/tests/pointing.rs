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
