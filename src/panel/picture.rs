//! The picture, and the pointer on it.

use super::{Desk, Request, desk::Touch};
use crate::{
    scene::{Action, Middle, Pointer, Value},
    view::{Camera, Gaze, Palette, halves, middle},
};
use bevy_math::{Vec2, Vec3};
use egui::{Color32, PointerButton, Pos2, Rect, Response, Sense, Stroke, TextureId, Ui, WidgetInfo, WidgetType, pos2, vec2};

/// Where the picture is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureArea {
    /// Its place in the window, in points.
    pub rect: Rect,
    /// Its size, in pixels.
    pub size: [u32; 2],
    /// Pixels a point of type in the picture: as in the panel, and larger where it is to be read from the last row.
    pub pixels_per_point: f32,
}

/// How near to an agent a click must be, in points.
const NEAR: f32 = 12.0;
/// How far space turns before the eye when it is dragged by a point, in degrees.
const TURN: f32 = 0.4;

/// Shows the picture over all that is left, and what the pointer does to it. `type_scale` is that of the panel's type.
pub fn show(ui: &mut Ui, desk: &mut Desk, picture: Option<TextureId>, type_scale: f32) -> PictureArea {
    let palette = Palette::of(desk.look.theme);
    let pixels = ui.pixels_per_point();
    let rect = ui.available_rect_before_wrap();
    let response = ui.allocate_rect(rect, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, format!("Picture of {}", desk.title())));
    ui.painter().rect_filled(rect, 0.0, palette.background);
    if let Some(texture) = picture {
        ui.painter().image(texture, rect, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)), Color32::WHITE);
    }
    let size = [rect.width(), rect.height()].map(|side| (side * pixels).round().max(1.0) as u32);
    let places = match desk.beside {
        None => vec![rect],
        Some(_) => {
            let place = |place: [u32; 4]| {
                let [x, y, width, height] = place.map(|side| side as f32 / pixels);
                Rect::from_min_size(rect.min + vec2(x, y), vec2(width, height))
            };
            halves(size, true).into_iter().map(place).collect()
        }
    };
    if let [first, second] = places[..] {
        let abreast = second.left() > first.left();
        let across =
            if abreast { [first.right_top(), second.left_bottom()] } else { [first.left_bottom(), second.right_top()] };
        ui.painter().rect_filled(Rect::from_points(&across), 0.0, palette.line);
    }
    keep_in_view(desk, places[0], type_scale);
    if let Some(place) = places.get(1) {
        keep_beside(desk, *place, type_scale);
    }
    // Whoever pressed a button in one picture is in that one until it is let go.
    if !ui.input(|input| input.pointer.any_down()) {
        let pointer = response.hover_pos();
        desk.pointed = places.iter().position(|place| pointer.is_some_and(|at| place.contains(at))).unwrap_or(0);
    }
    let place = places[desk.pointed.min(places.len() - 1)];
    if place.is_positive() {
        if desk.pointed > 0 && places.len() > 1 {
            beside(desk, |desk| react(ui, desk, &response, place));
        } else {
            react(ui, desk, &response, place);
        }
    }
    PictureArea { rect, size, pixels_per_point: pixels * type_scale }
}

/// Lets something be done to the picture of the second run. A camera that is moved there is moved for both.
fn beside(desk: &mut Desk, act: impl FnOnce(&mut Desk)) {
    let Some(second) = &mut desk.beside else { return };
    let (own, camera) = (desk.camera, second.camera);
    desk.camera = camera;
    std::mem::swap(&mut desk.frame, &mut second.frame);
    act(desk);
    if let Some(second) = &mut desk.beside {
        std::mem::swap(&mut desk.frame, &mut second.frame);
    }
    if desk.camera == camera {
        desk.camera = own;
    }
}

/// Has the second run seen like the first; where the camera shows all or follows somebody, it does so in its own picture.
fn keep_beside(desk: &mut Desk, rect: Rect, type_scale: f32) {
    let Some(second) = &mut desk.beside else { return };
    let (frame, step) = (&second.frame, second.frame.step as f64);
    let extent = frame.extent.as_large_as([&desk.frame.extent]);
    let size = Vec2::new(rect.width(), rect.height().max(1.0));
    let mut camera = if desk.fitted { Camera::of(&extent, &desk.look, step, size, type_scale) } else { desk.camera };
    camera.gaze = Gaze::of(&extent, &desk.look, step);
    let row = desk.selected.filter(|_| desk.follow).and_then(|agent| frame.ids.binary_search(&agent).ok());
    let followed = row.and_then(|row| frame.positions.get(row)).copied().filter(|place| place.is_finite());
    let all = || middle(frame).filter(|_| !desk.follow && desk.look.middle == Middle::Agents);
    if let Some(centre) = followed.or_else(all) {
        camera.centre = centre;
    }
    second.camera = camera;
}

/// Fits the camera while nobody has moved it, turns it, and lets it follow the selected agent or all of them.
fn keep_in_view(desk: &mut Desk, rect: Rect, type_scale: f32) {
    // Two runs are seen at one scale.
    let extent = desk.frame.extent.as_large_as(desk.beside.as_ref().map(|beside| &beside.frame.extent));
    let step = desk.frame.step as f64;
    let size = Vec2::new(rect.width(), rect.height().max(1.0));
    let gaze = Gaze::of(&extent, &desk.look, step);
    let fit = Some((extent, size, type_scale, desk.look.legend, gaze, desk.look.middle));
    if desk.fitted && desk.fit != fit {
        // In points, of which the legend takes as many as it has points of type.
        desk.camera = Camera::of(&extent, &desk.look, step, size, type_scale);
        desk.fit = fit;
    }
    desk.camera.gaze = gaze;
    if !desk.follow
        && desk.look.middle == Middle::Agents
        && let Some(centre) = middle(&desk.frame)
    {
        desk.camera.centre = centre;
    }
    if desk.follow
        && let Some(at) = desk.selected.and_then(|agent| row_of(desk, agent))
        && desk.frame.positions[at].is_finite()
    {
        desk.fitted = false;
        desk.camera.centre = desk.frame.positions[at];
    }
}

/// The row of an agent in the newest frame.
pub fn row_of(desk: &Desk, agent: u32) -> Option<usize> {
    desk.frame.ids.binary_search(&agent).ok().filter(|row| *row < desk.frame.positions.len())
}

fn react(ui: &mut Ui, desk: &mut Desk, response: &Response, rect: Rect) {
    let size = Vec2::new(rect.width(), rect.height());
    let pixel = |pointer: Pos2| Vec2::new(pointer.x - rect.left(), pointer.y - rect.top());
    wheel(ui, desk, response, rect);
    let looks = desk.tool.is_none();
    let by = |button| response.dragged_by(button);
    // Space is turned where a plane is moved; with Shift, or the right button, it is moved.
    let shift = ui.input(|input| input.modifiers.shift);
    let turns = desk.camera.gaze.is_some() && !shift;
    let moved = response.drag_delta();
    if moved != egui::Vec2::ZERO
        && (by(PointerButton::Middle) || by(PointerButton::Secondary) || (looks && by(PointerButton::Primary)))
    {
        if turns && !by(PointerButton::Secondary) {
            desk.turn_space(TURN * moved.x, TURN * moved.y);
        } else {
            desk.set_follow(false);
            if desk.look.middle != Middle::World {
                desk.set_look("middle", Value::Text("world".into()));
            }
            desk.camera.pan(Vec2::new(moved.x, moved.y), size);
            desk.camera_moved();
        }
    }
    if looks
        && response.clicked()
        && let Some(pointer) = response.interact_pointer_pos()
    {
        let agent = nearest(desk, pixel(pointer), size);
        desk.select(agent);
    }
    tool(ui, desk, response, |pointer| (pixel(pointer), size));
    if !looks && let Some(pointer) = response.hover_pos() {
        let palette = Palette::of(desk.look.theme);
        let radius = radius(desk) * size.y / desk.camera.height;
        ui.painter_at(rect).circle_stroke(pointer, radius, Stroke::new(1.5, palette.ink.gamma_multiply(0.7)));
    }
    let over_agent = looks && response.hovered();
    let cursor = if over_agent && response.dragged() { egui::CursorIcon::Grabbing } else { egui::CursorIcon::Crosshair };
    if response.hovered() {
        ui.ctx().set_cursor_icon(cursor);
    }
}

/// How far the tool reaches, in the picture's unit of length.
fn radius(desk: &Desk) -> f32 {
    let extent = desk.frame.extent.size();
    desk.reach * extent.x.max(extent.y).max(f32::MIN_POSITIVE)
}

fn wheel(ui: &Ui, desk: &mut Desk, response: &Response, rect: Rect) {
    if !response.contains_pointer() {
        return;
    }
    let (turned, zoomed, shift, pointer) = ui.input(|input| {
        // With Shift some systems turn a wheel sideways.
        let turned = input.smooth_scroll_delta();
        (turned.x + turned.y, input.zoom_delta(), input.modifiers.shift, input.pointer.hover_pos())
    });
    let Some(pointer) = pointer else { return };
    if turned == 0.0 && zoomed == 1.0 {
        return;
    }
    let factor = (turned / 240.0).exp() * zoomed;
    if shift && desk.tool.is_some() {
        desk.reach = (desk.reach * factor).clamp(0.01, 1.0);
        return;
    }
    let size = Vec2::new(rect.width(), rect.height());
    desk.camera.zoom_at(Vec2::new(pointer.x - rect.left(), pointer.y - rect.top()), size, factor);
    desk.camera_moved();
}

/// The tool goes down, moves and goes up.
fn tool(ui: &Ui, desk: &mut Desk, response: &Response, pixel: impl Fn(Pos2) -> (Vec2, Vec2)) {
    let (primary, released) = ui.input(|input| (input.pointer.primary_down(), input.pointer.primary_released()));
    let held = response.is_pointer_button_down_on() && primary;
    let pointer = response.interact_pointer_pos().map(|pointer| {
        let (pixel, size) = pixel(pointer);
        let extent = &desk.frame.extent;
        let middle = (extent.min + extent.max) / 2.0;
        let way = desk.camera.place(pixel, size) - middle;
        let inside = nearest_way(desk, way);
        // What is done beyond an edge that the picture goes on over is done in the world.
        if inside == way { desk.camera.pointer(pixel, size) } else { Pointer::on_plane((middle + inside).truncate()) }
    });
    let (layout, radius) = (desk.look.layout, radius(desk));
    let (touch, place, action) = match (desk.touched, pointer) {
        (None, Some(at)) if held || response.clicked() => {
            let Some(touch) = desk.tool else { return };
            let action = match touch {
                Touch::Hold(tool) => Action::Press { tool, layout, at, radius },
                Touch::Add => Action::Add { layout, at, radius, count: usual_number(desk) },
                Touch::Remove => Action::Remove { layout, at, radius },
            };
            (touch, at.place(), action)
        }
        (Some((touch, last)), Some(at)) if held && !released => {
            let moved = last.distance(at.place());
            let action = match touch {
                Touch::Hold(_) if moved > 0.0 => Action::Drag { at },
                // Circles that nearly touch fill a stroke evenly.
                Touch::Add if moved > 1.5 * radius => Action::Add { layout, at, radius, count: usual_number(desk) },
                Touch::Remove if moved > 0.0 => Action::Remove { layout, at, radius },
                _ => return,
            };
            (touch, at.place(), action)
        }
        (Some((touch, _)), _) => {
            desk.touched = None;
            if matches!(touch, Touch::Hold(_)) {
                desk.requests.push(Request::Act(Action::Release));
            }
            return;
        }
        _ => return,
    };
    desk.touched = Some((touch, place));
    desk.requests.push(Request::Act(action));
}

/// How many agents stand within reach of the tool where they are spread evenly: one at least.
fn usual_number(desk: &Desk) -> u32 {
    let (size, radius) = (desk.frame.extent.size(), radius(desk));
    let share = if desk.frame.extent.is_flat() {
        std::f32::consts::PI * radius * radius / (size.x * size.y)
    } else {
        4.0 / 3.0 * std::f32::consts::PI * radius * radius * radius / (size.x * size.y * size.z)
    };
    ((share.min(1.0) * desk.frame.agents as f32).round() as u32).max(1)
}

/// A way across the world: round the torus where its picture goes on beyond its edges.
fn nearest_way(desk: &Desk, way: Vec3) -> Vec3 {
    let extent = &desk.frame.extent;
    let side = extent.size();
    if !(desk.follows() && extent.periodic && extent.is_flat() && side.truncate().min_element() > 0.0) {
        return way;
    }
    let turns = (way.truncate() / side.truncate()).round();
    way - (turns * side.truncate()).extend(0.0)
}

/// The agent that is seen nearest to a pixel of a picture of this size in points, if any is within reach.
fn nearest(desk: &Desk, pixel: Vec2, size: Vec2) -> Option<u32> {
    let agents = desk.frame.positions.iter().zip(desk.frame.ids.iter());
    let pointed = desk.camera.place(pixel, size);
    // Beyond an edge that the picture goes on over, its copy is meant.
    let seen = |at: Vec3| pointed + nearest_way(desk, at - pointed);
    let distances = agents.map(|(at, id)| (desk.camera.pixel(seen(*at), size).distance(pixel), *id));
    distances.filter(|(distance, _)| *distance <= NEAR).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, id)| id)
}
