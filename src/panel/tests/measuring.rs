//! Facts are measured in the window.

use super::*;
use std::{thread::sleep, time::Duration};

#[test]
fn anyone_can_measure_what_is_published() {
    let mut desk = desk("physarum", 2);
    desk.explanation = true;
    let mut harness = harness(desk, HD);
    assert!(harness.query_all_by_label("measured").next().is_none());
    harness.get_by_label("Measure now").click_accesskit();
    // The window draws on meanwhile. The first fact takes ten steps.
    for _ in 0..2000 {
        harness.step();
        if harness.query_all_by_label("measured").next().is_some() {
            break;
        }
        sleep(Duration::from_millis(10));
    }
    assert!(harness.query_all_by_label("1.46547").next().is_some());
    // Given up, it can be begun again; of another model nothing is known.
    if let Some(stop) = harness.query_by_label("Stop") {
        stop.click_accesskit();
        harness.run();
    }
    assert!(harness.query_by_label("Measure again").is_some());
    let scene = harness.state().lab.open("vicsek").unwrap().scene;
    harness.state_mut().open("vicsek", scene);
    harness.run();
    assert!(harness.query_by_label("Measure now").is_some());
}

#[test]
fn the_truth_beside_a_prediction_is_read_while_the_predictor_looks_on() {
    let measured = |desk: &mut Desk| {
        let asked = std::mem::take(&mut desk.requests).into_iter().rev().find_map(|request| match request {
            Request::Measure(all) => Some(all.iter().map(|instrument| instrument.name).collect::<Vec<_>>()),
            _ => None,
        });
        asked.unwrap_or_default()
    };
    let mut boids = desk("boids", 3);
    let plotted = boids.plots.len();
    assert!(boids.plots.iter().all(|instrument| instrument.name != "hold_time"));
    Command::Events.perform(&mut boids);
    let all = measured(&mut boids);
    assert!(all.contains(&"hold_time") && all.contains(&"polarisation") && boids.plots.len() == plotted, "{all:?}");
    Command::Events.perform(&mut boids);
    assert!(!measured(&mut boids).contains(&"hold_time"));
    // Nothing is predicted of what the predictor has not learnt.
    let mut others = desk("vicsek", 3);
    Command::Events.perform(&mut others);
    assert!(measured(&mut others).is_empty());
}
