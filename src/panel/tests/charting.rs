//! Plots in other forms, looked at from near, and saved; the map of two parameters.

use super::*;
use crate::{
    chart::{Form, Layer},
    measures,
    sweep::{Found as Point, Way},
};

/// The panel over Vicsek's particles, with these instruments beside the polarisation.
fn plotted(names: &[&str]) -> Harness<'static, Desk> {
    let lab = Lab::new();
    let scene = lab.open("vicsek").unwrap().scene;
    let mut desk = Desk::new(lab, "vicsek", scene.clone());
    desk.plots.truncate(1);
    desk.plots.extend(names.iter().map(|name| measures::find(name).unwrap()));
    play(&mut desk, &scene, 120);
    harness(desk, HD)
}

fn choose(harness: &mut Harness<'_, Desk>, menu: &str, entry: &str) {
    harness.get_by_label(menu).click();
    harness.run();
    harness.get_by_label(entry).click();
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
}

fn saved(harness: &mut Harness<'_, Desk>, menu: &str, entry: &str) -> (String, Form, Box<crate::chart::Chart>, String) {
    choose(harness, menu, entry);
    let saved = asked(harness).into_iter().find_map(|request| match request {
        Request::SaveChart { name, chart, table, form } => Some((name, form, chart, table)),
        _ => None,
    });
    saved.expect("a chart is to be saved")
}

#[test]
fn a_plot_turns_into_a_histogram_and_a_portrait_and_is_saved_as_it_is_seen() {
    let mut harness = plotted(&["mean_speed"]);
    let menu = "Menu of polarisation";
    let (name, form, chart, table) = saved(&mut harness, menu, "Save as CSV");
    assert_eq!((name.as_str(), form), ("polarisation", Form::Csv));
    // As a table it has a row a step.
    assert_eq!((table.lines().next(), table.lines().count()), (Some("step,time,polarisation"), 122));
    assert!(chart.layers.iter().any(|layer| matches!(layer, Layer::Theory(series) if series.name == "random")));
    choose(&mut harness, menu, "Histogram");
    assert!(harness.query_by_label("Polarisation, how often").is_some());
    let (_, form, chart, _) = saved(&mut harness, menu, "Save as SVG");
    let Layer::Bars(series, width) = &chart.layers[0] else { panic!("{:?}", chart.layers) };
    let area: f64 = series.points.iter().map(|bar| bar.y * width).sum();
    assert!(form == Form::Svg && (area - 1.0).abs() < 1e-9, "{area}");
    choose(&mut harness, menu, "Against mean speed");
    assert!(harness.query_by_label("Polarisation against mean speed").is_some());
    let (_, _, chart, table) = saved(&mut harness, menu, "Save as PNG");
    let Layer::Line(way) = &chart.layers[0] else { panic!("{:?}", chart.layers) };
    // The speed has no reading at the start.
    assert!(way.points.len() == 120 && table.starts_with("kind,series,x,y"), "{}", way.points.len());
    // Without the other one there is nothing to hold it against.
    harness.state_mut().plots.truncate(1);
    harness.run();
    assert!(harness.query_all_by_label("Polarisation").next().is_some());
}

#[test]
fn a_curve_is_shown_in_time_and_as_it_is_now() {
    let mut harness = plotted(&["pair_correlation"]);
    let menu = "Menu of pair_correlation";
    let (_, _, chart, _) = saved(&mut harness, menu, "Save as PNG");
    let Layer::Cells { x, values, .. } = &chart.layers[0] else { panic!("{:?}", chart.layers) };
    // Every tenth of 121 steps.
    assert!(x.len() == 14 && values.iter().any(|value| *value > 0.0), "{}", x.len());
    choose(&mut harness, menu, "As it is now");
    assert!(harness.query_by_label("Pair correlation now").is_some());
    let (_, _, chart, _) = saved(&mut harness, menu, "Save as PNG");
    assert!(matches!(&chart.layers[0], Layer::Line(series) if series.points.len() > 10), "{:?}", chart.layers);
}

#[test]
fn a_drag_looks_nearer_and_a_double_click_shows_all() {
    let mut harness = plotted(&[]);
    let rect = harness.get_by_label_contains("Plot of polarisation").rect();
    drag(&mut harness, rect, 0.5, 0.75);
    harness.drop_at(pos2(egui::lerp(rect.left()..=rect.right(), 0.75), rect.center().y));
    harness.run();
    let zoom = |harness: &Harness<'_, Desk>| harness.state().sights["polarisation"].zoom;
    let [(low, high), _] = zoom(&harness).expect("looked at from near");
    // 120 steps over the width of the axes.
    assert!(low > 45.0 && low < 75.0 && high > 80.0 && high < 105.0, "{low} {high}");
    let (_, _, chart, _) = saved(&mut harness, "Menu of polarisation", "Save as SVG");
    assert_eq!(chart.x.range, Some((low, high)), "what is saved is what is seen");
    harness.hover_at(rect.center());
    harness.event(egui::Event::Zoom(2.0));
    harness.run();
    let [(nearer, farther), _] = zoom(&harness).unwrap();
    assert!(((farther - nearer) - (high - low) / 2.0).abs() < 1e-6 * (high - low));
    // The click in the menu was a second ago.
    (0..60).for_each(|_| harness.step());
    for pressed in [true, false, true, false] {
        let (pos, button) = (rect.center(), PointerButton::Primary);
        harness.event(egui::Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
    }
    harness.run();
    assert_eq!(zoom(&harness), None);
}

#[test]
fn escape_closes_an_open_menu_and_nothing_else() {
    let mut harness = plotted(&[]);
    harness.state_mut().explanation = false;
    harness.state_mut().gallery = true;
    harness.run();
    harness.get_by_label("Menu of polarisation").click();
    harness.run();
    assert!(harness.query_by_label("Histogram").is_some());
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Histogram").is_none() && harness.state().gallery);
}

/// Where the map is.
fn map(harness: &Harness<'_, Desk>) -> Rect {
    harness.get(by().role(Role::Image).label_contains("Polarisation over noise")).rect()
}

#[test]
fn the_map_of_two_parameters_fills_in_and_a_click_on_a_cell_goes_there() {
    let mut harness = plotted(&[]);
    harness.get_by_label("Phase map").click();
    harness.run();
    harness.get_by_label("Fill in by background runs").click();
    harness.state_mut().phase_map.up = Some("radius".into());
    harness.run();
    let errand = harness.state_mut().errand().unwrap().unwrap();
    assert_eq!((errand.plan.axes.len(), errand.here.len()), (2, 2));
    let mut found = |value, second, mean| {
        let point =
            Point { number: errand.number, way: Way::Alone, value, second: Some(second), mean, error: f64::NAN, runs: 1 };
        harness.state_mut().found_out(Ok(point));
    };
    let at = |axis: usize, level: usize| errand.plan.axes[axis].levels().unwrap()[level][0].number().unwrap();
    found(at(0, 0), at(1, 8), 0.99);
    found(at(0, 16), at(1, 0), 0.1);
    harness.run();
    // The choices lie above the map, never over it, and Escape closes them.
    let choices = harness.get_by_label("Fill in by background runs").rect();
    let rect = map(&harness);
    assert!(choices.bottom() < rect.top());
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.query_by_label("Fill in by background runs").is_none() && harness.state().phase_map.on);
    asked(&mut harness);
    // The strength falls to the right: order, that is low noise, is there, and far sight above.
    let rect = map(&harness);
    press_and_release(&mut harness, rect.right_top() + vec2(-6.0, 6.0), PointerButton::Primary);
    let requests = asked(&mut harness);
    let set: Vec<(&str, f64)> = settings(&requests).into_iter().map(|(path, value)| (path, number(value))).collect();
    assert_eq!(set, [("noise", at(0, 0)), ("radius", at(1, 8))]);
}
