//! What must hold whatever is on the desk.

use super::*;

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
        let positions: Vec<_> = desk.frame.positions.iter().map(|_| bevy_math::Vec3::NAN).collect();
        desk.receive(Arc::new(Frame { positions: positions.into(), time: f64::NAN, ..(*desk.frame).clone() }));
        desk.selected = Some(3);
        desk.follow = true;
        let mut harness = harness(desk, HD);
        let extent = crate::sim::Extent { min: bevy_math::Vec3::NAN, ..Default::default() };
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
    let states: [(&str, Change); 8] = [
        ("explore", |_| {}),
        ("selected", |desk| desk.selected = Some(3)),
        ("explanation", |desk| desk.explanation = true),
        ("present", |desk| desk.mode = Mode::Present),
        ("keys", |desk| desk.overlay = Some(Overlay::Keys)),
        ("commands", |desk| desk.overlay = Some(Overlay::Commands)),
        ("compare", |desk| desk.overlay = Some(Overlay::Compare)),
        ("compared", |desk| desk.compare(Some(crate::scene::Difference::Seed(77)))),
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

#[test]
fn all_numbers_of_the_run_stand_in_the_bar_of_a_small_window() {
    let mut desk = desk("swarmalators", 30);
    desk.status.memory = Some(268_000_000);
    let harness = harness(desk, HD);
    for said in ["Step 30", "Time 3.00", "Agents 300", "Steps/s", "Frames/s", "Memory 268 MB", "Seed 1"] {
        assert!(harness.query_by_label_contains(said).is_some(), "{said}");
    }
}

#[test]
fn recorded_tracks_show_what_a_person_can_set_and_units() {
    let harness = harness(desk("corridor", 30), HD);
    assert!(harness.query_all_by_label("File").next().is_some() && harness.query_all_by_label("Content").next().is_none());
    // Nothing is left free above the first group, where models have their interaction strength.
    assert!(harness.get_by_label("Recording").rect().top() < 90.0);
    let desk = harness.state();
    let speed = desk.plots.iter().find(|instrument| instrument.name == "mean_speed").unwrap();
    assert_eq!(graph::measured_in(desk, speed), "cm/s");
    assert!(graph::chart(desk, speed, &sight::Sight::default()).y.label.ends_with("(cm/s)"));
}

#[test]
fn no_title_of_the_gallery_is_cut_in_a_wide_window() {
    let harness = harness(desk("kuramoto", 1), vec2(1536.0, 864.0));
    let button = harness.get_by_label_contains("Gallery, open").rect();
    let font = theme::named(theme::STRONG).resolve(&harness.ctx.global_style());
    let room = button.width() - 62.0;
    let lab = Lab::new();
    for (_, scene) in lab.gallery() {
        let title = lab.title(&scene).to_owned();
        let name = harness.ctx.fonts_mut(|fonts| fonts.layout_no_wrap(title.clone(), font.clone(), egui::Color32::WHITE));
        assert!(name.size().x <= room, "{title}: {} of {room}", name.size().x);
    }
}
