//! Two runs side by side.

use super::*;
use crate::{
    chart::Layer,
    panel::{graph, sight::Sight},
    scene::Difference,
};

/// A desk over which two runs have gone some steps.
fn compared(text: &str, steps: u64) -> Desk {
    let mut desk = desk("vicsek", steps);
    let difference = Difference::read(text).unwrap();
    let scene = difference.scene(&desk.scene, desk.model).unwrap();
    desk.compare(Some(difference));
    let mut run = Simulation::new(&scene, desk.lab.models(), Some(1)).unwrap();
    let mut observer = Observer::new(desk.plots.iter().map(|instrument| instrument.name), &run).unwrap();
    for step in 0..=steps {
        let clock = run.clock();
        let readings = observer.live(&run);
        desk.record_beside(clock.step, clock.time, observer.instruments().zip(readings));
        if step < steps {
            run.step().unwrap();
        }
    }
    let frame = Shot::default().frame(&run, &desk.look);
    desk.receive_beside(Arc::new(frame));
    desk
}

#[test]
fn what_differs_is_asked_for_and_the_comparison_ends_by_the_same_key() {
    let mut harness = vicsek();
    harness.key_press(Key::X);
    harness.run();
    harness.get_by_label("Compare them").click();
    harness.run();
    let requests = asked(&mut harness);
    let [Request::Compare(Difference::Parameter(path, value))] = &requests[..] else { panic!("{requests:?}") };
    assert!(path == "noise" && *value != harness.state().value("noise").unwrap(), "{value}");
    assert_eq!(harness.state().overlay, None);
    // Without a difference there is nothing to compare.
    let opened = harness.state().value("noise").unwrap();
    harness.state_mut().comparing = Some(Difference::Parameter("noise".into(), opened));
    harness.key_press(Key::X);
    harness.run();
    harness.get_by_label("Compare them").click();
    harness.run();
    assert!(asked(&mut harness).is_empty() && harness.state().overlay == Some(Overlay::Compare));
    assert!(harness.state().messages().any(|(_, text)| text.contains("both would be the same")));
    let mut both = self::harness(compared("seed=8", 20), HD);
    assert!(both.query_by_label("Seed 8").is_some(), "a legend tells them apart");
    both.key_press(Key::X);
    both.run();
    assert!(matches!(asked(&mut both)[..], [Request::Alone]));
}

#[test]
fn both_orders_stand_in_one_plot_on_shared_axes() {
    let desk = compared("noise=5", 60);
    let order = desk.plots[0];
    let chart = graph::chart(&desk, order, &Sight::default());
    let lines: Vec<_> =
        chart.layers.iter().filter_map(|layer| if let Layer::Line(line) = layer { Some(line) } else { None }).collect();
    let [first, second] = lines[..] else { panic!("{}", lines.len()) };
    assert_eq!((first.hue, second.hue), (graph::READ, graph::OTHER));
    assert!(first.name.starts_with("Noise") && second.name.contains("= 5"), "{} {}", first.name, second.name);
    assert_eq!((first.points.len(), second.points.len()), (61, 61));
    assert_eq!(second.points[60].y, desk.beside.as_ref().unwrap().history.series(order.name).unwrap().last().unwrap());
    assert!(first.points[60].y != second.points[60].y);
    let (low, high) = chart.y.range.unwrap();
    assert!(first.points.iter().chain(&second.points).all(|point| (low..=high).contains(&point.y)));
}

#[test]
fn the_hand_acts_at_the_same_place_in_both_pictures() {
    let mut harness = harness(compared("noise=5", 20), HD);
    harness.key_press(Key::Num2);
    harness.run();
    let rect = harness.get_by_label_contains("Picture of").rect();
    let pressed = |harness: &mut Harness<'_, Desk>, part: f32| {
        let at = pos2(rect.left() + part * rect.width(), rect.center().y);
        press_and_release(harness, at, PointerButton::Primary);
        let requests = asked(harness);
        let at = requests.iter().find_map(|request| match request {
            Request::Act(Action::Press { at, .. }) => Some(at.place()),
            _ => None,
        });
        at.unwrap_or_else(|| panic!("{requests:?}"))
    };
    let (left, right) = (pressed(&mut harness, 0.25), pressed(&mut harness, 0.75));
    let side = harness.state().frame.extent.size().x;
    assert!(left.distance(right) < 0.02 * side && harness.state().frame.extent.size().x > left.x, "{left} {right}");
    // What is moved in one is moved in both.
    harness.key_press(Key::Num1);
    harness.run();
    drag(&mut harness, Rect::from_x_y_ranges(rect.center().x..=rect.right(), rect.y_range()), 0.4, 0.6);
    harness.drop_at(pos2(rect.center().x + 0.3 * rect.width(), rect.center().y));
    harness.run();
    let desk = harness.state();
    assert!(!desk.fitted);
    assert_eq!(desk.camera.centre, desk.beside.as_ref().unwrap().camera.centre);
}

#[test]
fn both_runs_are_seen_at_one_scale() {
    let mut desk = compared("noise=5", 5);
    let wide = crate::sim::Extent { max: 3.0 * desk.frame.extent.max, ..desk.frame.extent };
    let frame = Frame { extent: wide, ..(*desk.beside.as_ref().unwrap().frame).clone() };
    desk.receive_beside(Arc::new(frame));
    let harness = harness(desk, HD);
    let desk = harness.state();
    let beside = desk.beside.as_ref().unwrap();
    assert!((desk.camera.height / beside.camera.height - 1.0).abs() < 1e-4, "{:?} {:?}", desk.camera, beside.camera);
    assert!(beside.camera.height > wide.max.y);
    let middle = (desk.frame.extent.max / 2.0).truncate();
    assert!(desk.camera.centre.truncate().distance(middle) < 0.1 * wide.max.y);
}

#[test]
fn numbers_beside_each_other_have_a_true_minus_and_names_stay_whole() {
    let lab = Lab::new();
    let scene = lab.open("swarmalators").unwrap().scene;
    let mut desk = Desk::new(lab, "swarmalators", scene.clone());
    play(&mut desk, &scene, 3);
    desk.compare(Some(Difference::read("k=-0.5").unwrap()));
    let [first, second] = desk.labels().unwrap();
    assert_eq!((first.text.as_str(), second.short.as_str()), ("Phase coupling K = −0.75", "K = −0.5"));
    let harness = harness(desk, HD);
    // Both fit into a line in symbols alone.
    let [first, second] = ["K = −0.75", "K = −0.5"].map(|label| harness.get_by_label(label).rect());
    assert!(first.top() == second.top() && first.right() < second.left() && first.height() < 24.0, "{first} {second}");
}

#[test]
fn a_line_parts_the_pictures_of_two_runs() {
    for (size, two) in [(HD, true), (vec2(760.0, 900.0), true), (HD, false)] {
        let desk = if two { compared("noise=5", 5) } else { desk("vicsek", 5) };
        let harness = harness(desk, size);
        let line = crate::view::Palette::of(harness.state().look.theme).line;
        let drawn = harness.output().shapes.iter().filter_map(|clipped| match &clipped.shape {
            egui::Shape::Rect(rect) if rect.fill == line => Some(rect.rect.size()),
            _ => None,
        });
        let parts = drawn.filter(|size| (2.0..6.0).contains(&size.min_elem()) && size.max_elem() > 200.0).count();
        assert_eq!(parts, usize::from(two), "{size}");
    }
}
