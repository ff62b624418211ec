use super::*;
use crate::{panel::PictureArea, scene::Action, sim::Simulation};
use egui::{accesskit::Role, pos2, vec2};
use egui_kittest::{
    Harness,
    kittest::{Queryable as _, by},
};

/// The window without an engine: panel and driver joined as in the window, drawn by egui's test kit.
fn window(scene: &str) -> Harness<'static, Joint> {
    window_with(scene, None)
}

/// One that keeps its runs in this folder.
fn window_with(scene: &str, folder: Option<&Path>) -> Harness<'static, Joint> {
    let lab = Lab::new();
    let opened = lab.open(scene).unwrap();
    let joint = Joint::new(lab, opened, Some(2), folder).unwrap();
    let draw = |ui: &mut egui::Ui, joint: &mut Joint| {
        if !std::mem::replace(&mut joint.egui_ready, true) {
            panel::prepare(ui.ctx());
        }
        let news = joint.driver.take();
        joint.receive(news);
        let _: PictureArea = panel::show(ui.ctx(), &mut joint.desk, None);
        for request in std::mem::take(&mut joint.desk.requests) {
            joint.carry_out(request);
        }
    };
    Harness::builder().with_size(vec2(1280.0, 720.0)).with_max_steps(16).build_ui_state(draw, joint)
}

/// Lets the window live until something is so.
fn until(harness: &mut Harness<'_, Joint>, so: impl Fn(&Joint) -> bool) {
    for _ in 0..1000 {
        harness.step();
        if so(harness.state()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it never came about");
}

#[test]
fn a_slider_dragged_in_the_panel_changes_the_run_lands_in_the_journal_and_replays_headless() {
    let mut harness = window("vicsek");
    until(&mut harness, |joint| joint.desk.frame.step > 5);
    // Right is order: the slider of the noise is reversed, so its far right is no noise.
    let rect = harness.get(by().role(Role::Slider).label("Noise")).rect();
    harness.drag_at(rect.center());
    harness.step();
    harness.hover_at(pos2(rect.right() - 1.0, rect.center().y));
    harness.step();
    harness.drop_at(pos2(rect.right() - 1.0, rect.center().y));
    let noise = |joint: &Joint| {
        let value = joint.desk.frame.parameters.iter().find(|(path, _)| path == "noise");
        value.and_then(|(_, value)| value.number()).unwrap_or(f64::NAN)
    };
    until(&mut harness, |joint| noise(joint) < 0.2);
    let turned = harness.state().desk.frame.step;
    until(&mut harness, |joint| joint.desk.frame.step > turned + 60);
    let order = harness.state().desk.history.series("polarisation").and_then(panel::Series::last).unwrap();
    assert!(order > 0.9, "one drag brings order, and the plot shows it: {order}");

    // What the window played is what a headless run of its journal gives, to the last bit.
    harness.state().driver.order(Order::Play(false));
    harness.state().driver.order(Order::Save);
    let mut saved = None;
    for _ in 0..400 {
        saved = harness.state().driver.take().saved.pop();
        if saved.is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let (saved, _) = saved.expect("the driver hands over its run");
    let sets = saved.journal.run.iter().filter(|stamped| matches!(&stamped.1, Action::Set { path, .. } if path == "noise"));
    assert!(sets.count() >= 1, "{:?}", saved.journal);
    let mut headless = Simulation::new(&saved.scene, Lab::new().models(), Some(1)).unwrap();
    headless.play(&saved.journal).unwrap();
    for _ in 0..saved.steps {
        headless.step().unwrap();
    }
    headless.play_actions().unwrap();
    assert_eq!(headless.hash(), saved.hash);
}

#[test]
fn a_restart_begins_at_the_start_with_the_parameters_as_they_stand() {
    let mut harness = window("vicsek");
    until(&mut harness, |joint| joint.desk.frame.step > 5);
    harness.state_mut().desk.requests.push(Request::Play(false));
    harness
        .state_mut()
        .desk
        .requests
        .push(Request::Act(Action::Set { path: "noise".into(), value: crate::scene::Value::Number(0.5) }));
    harness.state_mut().desk.playing = false;
    let set =
        |joint: &Joint| joint.desk.frame.parameters.iter().any(|(path, value)| path == "noise" && value.number() == Some(0.5));
    until(&mut harness, set);
    let scene = harness.state().desk.current_scene();
    harness.state_mut().desk.requests.push(Request::Restart(Box::new(scene)));
    until(&mut harness, |joint| joint.begun == 2 && joint.desk.frame.step == 0 && set(joint));
}

#[test]
fn a_run_that_was_left_behind_is_offered_and_opens_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::new();
    let mut run = Simulation::new(&lab.open("boids").unwrap().scene, lab.models(), Some(1)).unwrap();
    for _ in 0..150 {
        run.step().unwrap();
    }
    std::fs::write(folder.path().join("run-1.flock"), run.run().write()).unwrap();
    let mut harness = window_with("vicsek", Some(folder.path()));
    harness.step();
    assert_eq!(harness.state().desk.found.as_ref().map(|found| found.steps), Some(150));
    harness.get_by_label("Go on with it").click();
    until(&mut harness, |joint| joint.desk.frame.step == 150);
    let desk = &harness.state().desk;
    assert_eq!((desk.scene.model.name, desk.playing, desk.found.is_none()), ("boids", false, true));
    assert!(desk.messages().count() == 0, "{:?}", desk.messages().collect::<Vec<_>>());
    harness.state_mut().desk.requests.push(Request::Step(10));
    until(&mut harness, |joint| joint.desk.frame.step == 160);
    drop(harness);
    let last = lab.open(&folder.path().join("last.flock").to_string_lossy()).unwrap().run.unwrap();
    assert_eq!((last.steps, last.scene.model.name), (160, "boids"));
}

#[test]
fn a_scrub_back_in_the_window_shows_the_past_and_a_change_there_is_a_branch() {
    let mut harness = window("vicsek");
    until(&mut harness, |joint| joint.desk.frame.step > 60);
    harness.key_press(egui::Key::Home);
    until(&mut harness, |joint| joint.desk.frame.step < 20 && joint.desk.standing.until > 60);
    harness.key_press(egui::Key::ArrowUp);
    until(&mut harness, |joint| joint.desk.standing.branches.len() == 2);
    let first = harness.state().desk.standing.branches[0];
    until(&mut harness, |joint| joint.desk.frame.step > 30);
    harness.key_press(egui::Key::B);
    until(&mut harness, |joint| joint.desk.standing.branch == 0 && joint.desk.standing.seeking.is_none());
    assert_eq!(harness.state().desk.standing.until, first.until);
}
