//! Keys, gallery, palette and modes.

use super::*;

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
