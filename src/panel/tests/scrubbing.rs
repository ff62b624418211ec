//! The timeline.

use super::*;

/// A desk with a run that stands at a step of its past.
fn in_the_past() -> Harness<'static, Desk> {
    let mut desk = desk("vicsek", 40);
    desk.history.mark(10, &Action::Set { path: "noise".into(), value: Value::Number(0.1) });
    desk.stand(Standing { step: 20, ..desk.standing.clone() });
    harness(desk, HD)
}

fn sought(harness: &mut Harness<'_, Desk>) -> Vec<u64> {
    let step = |request: &Request| if let Request::Seek(step) = request { Some(*step) } else { None };
    asked(harness).iter().filter_map(step).collect()
}

#[test]
fn keys_go_back_and_on_and_to_both_ends() {
    let mut harness = in_the_past();
    for (key, modifiers, step) in [
        (Key::Comma, Modifiers::NONE, 19),
        (Key::ArrowLeft, Modifiers::NONE, 18),
        (Key::Comma, Modifiers::SHIFT, 8),
        (Key::Home, Modifiers::NONE, 0),
        (Key::End, Modifiers::NONE, 40),
    ] {
        harness.key_press_modifiers(modifiers, key);
        harness.run();
        assert_eq!(sought(&mut harness), [step], "{key:?}");
    }
    // Each press counts from where the last one led, not from where the run still stands.
    assert_eq!(harness.state().standing.step, 20);
    assert!(!harness.state().playing);
    harness.key_press(Key::ArrowRight);
    harness.run();
    assert!(matches!(asked(&mut harness)[..], [Request::Step(1)]));
}

#[test]
fn a_bookmark_is_a_step_to_which_a_key_leads_back() {
    let mut harness = in_the_past();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::K);
    harness.key_press(Key::K);
    harness.key_press(Key::Home);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::K);
    harness.run();
    assert_eq!(sought(&mut harness), [0, 20]);
}

#[test]
fn a_drag_of_the_handle_goes_through_the_past_while_the_run_holds() {
    let mut harness = in_the_past();
    let rect = harness.get_by_label("Timeline").rect();
    drag(&mut harness, rect, 0.5, 0.25);
    let requests = asked(&mut harness);
    assert!(matches!(requests[0], Request::Play(false)), "{requests:?}");
    let Some(Request::Seek(step)) = requests.last() else { panic!("{requests:?}") };
    assert!((9..=11).contains(step), "{step}");
    harness.drop_at(rect.center());
    harness.run();
    assert!(matches!(asked(&mut harness).last(), Some(Request::Play(true))), "it goes on where it was left");
}

#[test]
fn a_click_on_another_branch_plays_it() {
    let mut harness = in_the_past();
    let desk = harness.state_mut();
    desk.fork(0, 20, None);
    let branches = vec![Fork { id: 0, from: None, until: 40 }, Fork { id: 1, from: Some((0, 20)), until: 30 }];
    desk.stand(Standing { step: 30, until: 30, branch: 1, branches, ..Standing::default() });
    harness.run();
    assert_eq!(harness.state().history.last().map(|(step, _)| step), Some(20));
    let rect = harness.get_by_label("Timeline").rect();
    press_and_release(&mut harness, pos2(rect.center().x, rect.bottom() - 10.0), PointerButton::Primary);
    let requests = asked(&mut harness);
    assert!(matches!(requests[..], [Request::Branch(0), Request::Seek(19..=21)]), "{requests:?}");
    let desk = harness.state_mut();
    desk.choose(1, 0);
    assert_eq!(desk.history.last().map(|(step, _)| step), Some(40), "the plots are those of the branch again");
    harness.key_press(Key::B);
    harness.run();
    assert!(matches!(asked(&mut harness)[..], [Request::Branch(0)]));
}

#[test]
fn a_replay_shows_what_was_looked_at_until_the_person_looks_elsewhere() {
    let mut harness = in_the_past();
    let desk = harness.state_mut();
    let camera = |height: f32| ViewAction::Camera { centre: (1.0, 2.0).into(), height };
    let legend = |on: bool| ViewAction::Look { path: "legend".into(), value: Value::Switch(on) };
    desk.see(true, vec![camera(3.0), legend(false), ViewAction::Select { agent: Some(7) }]);
    assert!(desk.look.legend && desk.selected.is_none(), "not unless it is asked for");
    desk.command(Command::AsSeen);
    assert!(!desk.look.legend && desk.selected == Some(7) && desk.camera.height == 3.0);
    desk.see(false, vec![camera(4.0)]);
    assert_eq!(desk.camera.height, 4.0);
    desk.see(true, vec![]);
    assert!(desk.look.legend && desk.selected.is_none(), "the start is as the scene says");
    harness.run();
    let rect = harness.get_by_label_contains("Picture of").rect();
    drag(&mut harness, rect, 0.5, 0.6);
    assert!(!harness.state().as_seen);
}
