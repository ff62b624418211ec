//! The panel, driven as a person drives it: without a display, by what it says of itself to a screen reader.

use super::*;
use crate::{
    lab::Lab,
    measures::Observer,
    scene::{Action, Scene, Value, ViewAction},
    sim::{Frame, Shot, Simulation},
};
use egui::{Key, Modifiers, PointerButton, Rect, Vec2, accesskit::Role, pos2, vec2};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT as _, Queryable as _, by},
};
use std::{collections::HashSet, sync::Arc};

mod charting;
mod commanding;
mod comparing;
mod measuring;
mod pointing;
mod scrubbing;
mod standing;
mod telling;
mod turning;

const HD: Vec2 = vec2(1280.0, 720.0);

/// What lies on a desk over which a run has gone some steps.
fn desk(name: &str, steps: u64) -> Desk {
    let lab = Lab::new();
    let scene = lab.open(name).unwrap().scene;
    let mut desk = Desk::new(lab, name, scene.clone());
    play(&mut desk, &scene, steps);
    desk
}

fn play(desk: &mut Desk, scene: &Scene, steps: u64) {
    let mut run = Simulation::new(scene, desk.lab.models(), Some(1)).unwrap();
    desk.offer = Offer::of(&run);
    let mut observer = Observer::new(desk.plots.iter().map(|instrument| instrument.name), &run).unwrap();
    for step in 0..=steps {
        let clock = run.clock();
        let readings = observer.live(&run);
        desk.history.record(clock.step, clock.time, observer.instruments().zip(readings));
        if step < steps {
            run.step().unwrap();
        }
    }
    desk.stand(Standing {
        step: steps,
        until: steps,
        branches: vec![Fork { until: steps, ..Fork::default() }],
        ..Standing::default()
    });
    let frame = Shot::default().frame(&run, &desk.look);
    desk.receive(Arc::new(frame));
}

fn harness(desk: Desk, size: Vec2) -> Harness<'static, Desk> {
    let mut ready = false;
    let build = Harness::builder().with_size(size).with_max_steps(64).with_step_dt(1.0 / 60.0);
    let mut harness = build.build_ui_state(
        move |ui, desk: &mut Desk| {
            if !ready {
                prepare(ui.ctx());
                ready = true;
            }
            show(ui.ctx(), desk, None);
        },
        desk,
    );
    harness.run();
    harness
}

fn vicsek() -> Harness<'static, Desk> {
    harness(desk("vicsek", 20), HD)
}

/// What was asked for since the last call.
fn asked(harness: &mut Harness<'_, Desk>) -> Vec<Request> {
    std::mem::take(&mut harness.state_mut().requests)
}

fn settings(requests: &[Request]) -> Vec<(&str, &Value)> {
    let set = |request| match request {
        &Request::Act(Action::Set { ref path, ref value }) => Some((path.as_str(), value)),
        _ => None,
    };
    requests.iter().filter_map(set).collect()
}

fn number(value: &Value) -> f64 {
    value.number().unwrap()
}

fn slider<'a>(harness: &'a Harness<'_, Desk>, name: &'a str) -> Node<'a> {
    harness.get(by().role(Role::Slider).label(name))
}

/// Presses at one part of the width of a rectangle, moves to another, and stays there.
fn drag(harness: &mut Harness<'_, Desk>, rect: Rect, from: f32, to: f32) {
    let at = |part: f32| pos2(egui::lerp(rect.x_range().min..=rect.x_range().max, part), rect.center().y);
    harness.hover_at(at(from));
    harness.run();
    harness.drag_at(at(from));
    harness.run();
    harness.hover_at(at(to));
    harness.run();
}

fn press_and_release(harness: &mut Harness<'_, Desk>, at: egui::Pos2, button: PointerButton) {
    harness.hover_at(at);
    for pressed in [true, false] {
        harness.event(egui::Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE });
    }
    harness.run();
}

/// The newest frame, with one parameter changed.
fn frame_with(desk: &Desk, path: &str, value: &Value) -> Arc<Frame> {
    let mut frame = (*desk.frame).clone();
    let parameters =
        frame.parameters.iter().map(|(known, old)| (known.clone(), if known == path { value.clone() } else { old.clone() }));
    frame.parameters = parameters.collect();
    Arc::new(frame)
}
