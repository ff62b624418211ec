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
