//! What of a picture is drawn as bodies. Space with depth: agents, trails, links, vectors, walls and the box itself, each as the
//! eye sees it, from the back to the front so that what is nearer covers what is farther. Of a flat world, the links.

use super::{
    Gaze, Palette, Picture, Sight, Solid,
    agents::{self, Body},
    colour,
    layers::View,
    overlay::round_length,
    relations::{LONGEST, way},
    trails,
};
use crate::{
    scene::Shape,
    sim::{Extent, Past, Wall},
};
use bevy_math::{Vec2, Vec3};

/// How much of its colour the farthest corner of the extent has lost to the ground.
const HAZE: f32 = 0.68;
/// Pieces into which a line of the box or of the floor is cut, so that each lies behind or before an agent.
const PIECES: u32 = 12;
/// Most links that are drawn; of more, one in so many.
const MOST_LINKS: usize = 20_000;
/// Up to so many links are drawn strongly; more are fainter, so that a mass of them stays a veil.
const FEW_LINKS: f32 = 400.0;
/// Pixels beyond which nothing is drawn.
const FARTHEST: f32 = 1e6;
/// Lines of the floor along each side, at least.
const FLOOR: f32 = 8.0;
/// Width of lines in pixels at a height of 720: links and floor, edges of the box, walls, vectors.
const THIN: f32 = 1.0;
const EDGE: f32 = 1.4;
const WALL: f32 = 2.5;
const VECTOR: f32 = 1.5;

/// The bodies of a picture from the back to the front, in space with at most about `haste` pieces of trails. There it fills in
/// the agents' part of `view`.
pub fn of(picture: &Picture, view: &mut View, haste: usize) -> Vec<Solid> {
    let size = Vec2::from(view.size);
    let palette = Palette::of(picture.look.theme);
    let mut scene = Scene { picture, palette, size, point: picture.pixels_per_point.clamp(0.2, 16.0), bodies: Vec::new() };
    let Some(gaze) = picture.camera.gaze else {
        scene.links();
        return scene.bodies.into_iter().map(|(_, solid)| solid).collect();
    };
    let ground = egui::Rgba::from(palette.background);
    let body = Body::of(picture, size);
    let rim = body.fill(view, size);
    view.rim = [ground.r(), ground.g(), ground.b(), rim];
    scene.box_and_floor();
    scene.walls();
    scene.trails(trails::width_and_opacity(view, picture.look.theme), haste);
    scene.links();
    scene.flow();
    scene.agents(&body, &gaze, view, rim);
    // Of bodies at one depth the order stays that in which they were made.
    scene.bodies.sort_by(|a, b| a.0.total_cmp(&b.0));
    scene.bodies.into_iter().map(|(_, solid)| solid).collect()
}

/// What is being drawn: bodies with their depth.
struct Scene<'a> {
    picture: &'a Picture<'a>,
    palette: &'static Palette,
    size: Vec2,
    /// Pixels of a line of width 1.
    point: f32,
    bodies: Vec<(f32, Solid)>,
}

impl Scene<'_> {
    /// Where a place is seen; nothing where it is not.
    fn see(&self, place: Vec3) -> Option<Sight> {
        let flat = || place.is_finite().then(|| Sight { at: place.truncate(), depth: 0.0, scale: 1.0 });
        let sight = self.picture.camera.gaze.map_or_else(flat, |gaze| gaze.see(place))?;
        (self.pixel(&sight).abs().max_element() < FARTHEST).then_some(sight)
    }

    fn pixel(&self, sight: &Sight) -> Vec2 {
        self.picture.camera.pixel_of(sight.at, self.size)
    }

    /// A colour as it is seen through the haze at a depth.
    fn hazy(&self, [r, g, b, alpha]: [u8; 4], depth: f32) -> [u8; 4] {
        let Some(reach) = self.picture.camera.gaze.map(|gaze| gaze.reach()) else { return [r, g, b, alpha] };
        let lost = HAZE * ((reach - depth) / (2.0 * reach)).clamp(0.0, 1.0);
        let ground = self.palette.background;
        let mix = |colour: u8, ground: u8| (f32::from(colour) + lost * (f32::from(ground) - f32::from(colour))).round() as u8;
        [mix(r, ground.r()), mix(g, ground.g()), mix(b, ground.b()), alpha]
    }

    /// A line of this width in pixels at the depth of the middle.
    fn line(&mut self, ends: [Vec3; 2], width: f32, colour: [u8; 4]) {
        let [Some(a), Some(b)] = ends.map(|end| self.see(end)) else { return };
        let depth = (a.depth + b.depth) / 2.0;
        let half = |sight: &Sight| -(0.5 * width * sight.scale).max(0.35);
        let solid = Solid {
            a: self.pixel(&a).into(),
            b: self.pixel(&b).into(),
            radii: [half(&a), half(&b)],
            colour: self.hazy(colour, depth),
            rim: 0.0,
        };
        self.bodies.push((depth, solid));
    }

    /// A long line, in pieces; `opacity` is that of a place.
    fn long_line(&mut self, [from, to]: [Vec3; 2], width: f32, colour: [u8; 4], opacity: &dyn Fn(Vec3) -> f32) {
        for piece in 0..PIECES {
            let at = |n: u32| from.lerp(to, n as f32 / PIECES as f32);
            let ends = [at(piece), at(piece + 1)];
            let seen = opacity((ends[0] + ends[1]) / 2.0).clamp(0.0, 1.0);
            if seen > 0.0 {
                self.line(ends, width, faint(colour, seen));
            }
        }
    }

    /// The edges of a box that has some, and lines on its floor; in an open space the floor fades away from its middle.
    fn box_and_floor(&mut self) {
        let extent = self.picture.frame.extent;
        let (middle, side) = ((extent.min + extent.max) / 2.0, extent.size());
        let closed = extent.periodic || extent.walled;
        let radius = if closed { 0.5 * side.truncate() } else { Vec2::splat(0.75 * side.truncate().max_element()) };
        let seen = move |at: Vec3| {
            let out = ((at - middle).truncate() / radius).length_squared();
            if closed { 0.8 } else { 0.9 * (1.0 - out).max(0.0).powf(0.7) }
        };
        let colour = self.palette.line.to_array();
        let Some(spacing) = round_length(2.0 * radius.max_element() / FLOOR) else { return };
        for (axis, other) in [(0, 1), (1, 0)] {
            let [low, high] = [-1.0, 1.0].map(|sign| middle[axis] + sign * radius[axis]);
            // Lines stand where they are while the space goes with its agents.
            let (first, last) = ((low / spacing).ceil(), (high / spacing).floor());
            if !(0.0..=4.0 * FLOOR).contains(&(last - first)) {
                continue;
            }
            for n in 0..=(last - first) as u32 {
                let mut ends = [extent.min; 2];
                for (end, sign) in ends.iter_mut().zip([-1.0, 1.0]) {
                    end[axis] = (first + n as f32) * spacing;
                    end[other] = middle[other] + sign * radius[other];
                }
                self.long_line(ends, THIN * self.point, colour, &seen);
            }
        }
        if !closed {
            return;
        }
        let colour = if extent.walled { self.palette.muted } else { self.palette.line }.to_array();
        for axis in 0..3 {
            for corner in 0..4 {
                let mut from = Vec3::ZERO;
                from[axis] = extent.min[axis];
                for (bit, other) in [(axis + 1) % 3, (axis + 2) % 3].into_iter().enumerate() {
                    from[other] = if corner >> bit & 1 == 0 { extent.min[other] } else { extent.max[other] };
                }
                let mut to = from;
                to[axis] = extent.max[axis];
                self.long_line([from, to], EDGE * self.point, colour, &|_| 1.0);
            }
        }
    }

    fn walls(&mut self) {
        let colour = self.palette.muted.to_array();
        for wall in &*self.picture.frame.walls {
            match *wall {
                Wall::Segment { from, to } => self.long_line([from, to], WALL * self.point, colour, &|_| 1.0),
                Wall::Disc { centre, radius } => {
                    let Some(sight) = self.see(centre) else { continue };
                    let at = self.pixel(&sight).into();
                    let radius = radius * self.picture.camera.pixels_per_unit(self.size) * sight.scale;
                    let colour = self.hazy(self.palette.line.to_array(), sight.depth);
                    self.bodies.push((sight.depth, Solid { a: at, b: at, radii: [radius; 2], colour, rim: self.point }));
                }
            }
        }
    }

    /// Trails of this width and opacity.
    fn trails(&mut self, (width, opacity): (f32, f32), haste: usize) {
        let (frame, steps) = (self.picture.frame, self.picture.look.trails);
        let Some(newest) = frame.trail.last().filter(|_| steps > 0) else { return };
        let theme = self.picture.look.theme;
        let map = frame.colour.as_ref().map(|channel| colour::Map::of(&channel.scale, theme));
        let plain = self.palette.agent.to_array();
        let oldest = newest.step.saturating_sub(steps.into());
        let knots: Vec<&Past> = trails::knots(&frame.trail, oldest, haste).into_iter().map(|knot| &frame.trail[knot]).collect();
        for pair in knots.windows(2) {
            let age = (newest.step - pair[1].step) as f32 + (pair[1].step - pair[0].step) as f32 / 2.0 - 0.5;
            let left = (1.0 - age / steps as f32).clamp(0.0, 1.0);
            let seen = left * left.sqrt() * opacity;
            each_pair(pair[0], pair[1], |row, from, to| {
                let colour = map.as_ref().zip(pair[1].values.get(row)).map_or(plain, |(map, value)| map.rgba(*value));
                self.torus_line(&frame.extent, [from, to], width, faint(colour, seen));
            });
        }
    }

    /// A line the short way round: where it leaves the box, it comes in on the other side.
    fn torus_line(&mut self, extent: &Extent, [from, to]: [Vec3; 2], width: f32, colour: [u8; 4]) {
        let way = way(extent, from, to);
        self.line([from, from + way], width, colour);
        if (from + way).distance(to) > 0.25 * extent.size().max_element() {
            self.line([to - way, to], width, colour);
        }
    }

    fn links(&mut self) {
        let frame = self.picture.frame;
        let Some(links) = &frame.links else { return };
        let every = links.pairs.len().div_ceil(MOST_LINKS).max(1);
        let drawn = (links.pairs.len() / every).max(1) as f32;
        let strength = 0.75 * (FEW_LINKS / drawn).sqrt().clamp(0.12, 1.0);
        let colour = self.palette.muted.to_array();
        for ([a, b], weight) in links.pairs.iter().zip(&*links.weights).step_by(every) {
            if let (Some(from), Some(to)) = (frame.positions.get(*a as usize), frame.positions.get(*b as usize)) {
                let seen = strength * (0.25 + 0.75 * weight);
                self.torus_line(&frame.extent, [*from, *to], THIN * self.point, faint(colour, seen));
            }
        }
    }

    /// The mean motion in each cell as an arrow about its middle; the longest is as long as a cell.
    fn flow(&mut self) {
        let frame = self.picture.frame;
        let Some(flow) = &frame.flow else { return };
        let [columns, lines, _] = flow.cells;
        let cell = frame.extent.size() / Vec3::from(flow.cells.map(|cells| cells.max(1) as f32));
        let fastest = flow.means.iter().filter(|mean| mean.is_finite()).map(|mean| mean.length()).fold(0.0, f32::max);
        if fastest <= 0.0 {
            return;
        }
        let scale = LONGEST * cell.min_element() / fastest;
        let colour = faint(self.palette.ink.to_array(), 0.85);
        for (at, mean) in (0u32..).zip(&*flow.means).filter(|(_, mean)| mean.is_finite()) {
            let place = Vec3::new((at % columns) as f32, (at / columns % lines) as f32, (at / (columns * lines)) as f32);
            let (middle, half) = (frame.extent.min + (place + 0.5) * cell, 0.5 * scale * *mean);
            let (tail, neck, tip) = (middle - half, middle + 0.3 * half, middle + half);
            self.line([tail, neck], VECTOR * self.point, colour);
            let [Some(a), Some(b)] = [neck, tip].map(|end| self.see(end)) else { continue };
            let unit = self.picture.camera.pixels_per_unit(self.size);
            let broad = (0.3 * half.length() * unit).clamp(VECTOR * self.point, 4.5 * self.point) * a.scale;
            let head = Solid {
                a: self.pixel(&a).into(),
                b: self.pixel(&b).into(),
                radii: [broad, 0.0],
                colour: self.hazy(colour, b.depth),
                rim: 0.0,
            };
            self.bodies.push((b.depth, head));
        }
    }

    fn agents(&mut self, body: &Body, gaze: &Gaze, view: &View, rim: f32) {
        let frame = self.picture.frame;
        let colours = agents::colours(self.picture);
        let [right, up, _] = gaze.axes();
        // From the middle of an agent to the middles of its two balls along its heading, and their radii, in those of the agent.
        let (tail, tip, radii) = match body.shape {
            Shape::Dart => (-0.4, 1.35, [0.62, 0.1]),
            Shape::Capsule => (-0.8, 0.8, [0.45; 2]),
            _ => (0.0, 0.0, [1.0; 2]),
        };
        for (row, place) in frame.positions.iter().enumerate().take(frame.ids.len()) {
            let Some(sight) = self.see(*place) else { continue };
            let heading = frame.directions.get(row).map_or(Vec3::X, |along| along.normalize_or(Vec3::X));
            let ahead = Vec2::new(heading.dot(right), -heading.dot(up));
            let (at, radius) = (self.pixel(&sight), view.radius * sight.scale);
            let solid = Solid {
                a: (at + tail * radius * ahead).into(),
                b: (at + tip * radius * ahead).into(),
                radii: radii.map(|part| part * radius),
                colour: faint(self.hazy(colours(row), sight.depth), view.opacity),
                rim: rim * sight.scale,
            };
            self.bodies.push((sight.depth, solid));
        }
    }
}

/// A colour of which less is seen.
fn faint([r, g, b, alpha]: [u8; 4], seen: f32) -> [u8; 4] {
    [r, g, b, (f32::from(alpha) * seen).round() as u8]
}

/// The agents that are in two records: their row in the later one, and their two places.
fn each_pair(from: &Past, to: &Past, mut act: impl FnMut(usize, Vec3, Vec3)) {
    let mut row = 0;
    for (n, (id, end)) in to.ids.iter().zip(to.positions.iter()).enumerate() {
        while from.ids.get(row).is_some_and(|other| other < id) {
            row += 1;
        }
        if from.ids.get(row) == Some(id)
            && let Some(start) = from.positions.get(row)
        {
            act(n, *start, *end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        scene::Look,
        sim::{Channel, Frame, Scale},
        view::{Camera, Caption},
    };

    const SIZE: Vec2 = Vec2::new(640.0, 360.0);

    fn world() -> Extent {
        Extent { min: Vec3::splat(-5.0), max: Vec3::splat(5.0), ..Extent::default() }
    }

    fn frame(places: &[Vec3]) -> Frame {
        Frame { ids: (0..places.len() as u32).collect(), positions: places.into(), extent: world(), ..Frame::default() }
    }

    fn solids(frame: &Frame, look: &Look, haste: usize) -> Vec<Solid> {
        let (camera, caption) = (Camera::of(&frame.extent, look, 0.0, SIZE, 1.0), Caption::default());
        let picture = Picture { frame, look, camera: &camera, selected: None, caption: &caption, pixels_per_point: 1.0 };
        of(&picture, &mut View::new(&picture, SIZE), haste)
    }

    /// The agents among them, which alone have the radius of discs.
    fn discs(solids: &[Solid]) -> Vec<Solid> {
        solids.iter().copied().filter(|solid| solid.radii[0] > 0.0).collect()
    }

    #[test]
    fn the_nearer_agent_is_drawn_later_larger_and_clearer() {
        // Looked at along y.
        let look = Look { yaw: 0.0, pitch: 0.0, ..Look::default() };
        let values = [0.5, 0.5].into();
        let colour = Some(Channel { name: "a".into(), unit: "", scale: Scale::Magnitude { min: 0.0, max: 1.0 }, values });
        let [near, far] = [Vec3::new(0.0, -4.0, 0.0), Vec3::new(0.0, 4.0, 0.0)];
        for places in [[near, far], [far, near]] {
            let discs = discs(&solids(&Frame { colour: colour.clone(), ..frame(&places) }, &look, usize::MAX));
            let [first, last] = discs[..] else { panic!("{discs:?}") };
            assert!(last.radii[0] > 1.2 * first.radii[0], "{first:?} {last:?}");
            let ground = Palette::of(look.theme).background;
            let contrast = |solid: &Solid| solid.colour[1].abs_diff(ground.g());
            assert!(contrast(&last) > contrast(&first).saturating_add(20), "{first:?} {last:?}");
        }
    }

    #[test]
    fn bodies_lie_from_the_back_to_the_front() {
        let places: Vec<Vec3> =
            (0..300).map(|n| 10.0 * Vec3::new(n as f32 * 0.618, n as f32 * 0.755, n as f32 * 0.57).fract() - 5.0).collect();
        let discs = discs(&solids(&frame(&places), &Look::default(), usize::MAX));
        assert_eq!(discs.len(), 300);
        assert!(discs.windows(2).all(|pair| pair[0].radii[0] <= pair[1].radii[0] + 1e-4), "the eye sees nearer ones larger");
    }

    #[test]
    fn a_heading_towards_the_eye_is_seen_from_its_tip() {
        let look = Look { yaw: 0.0, pitch: 0.0, ..Look::default() };
        let length = |heading: Vec3| {
            let frame = Frame { directions: [heading].into(), ..frame(&[Vec3::ZERO]) };
            let solid = discs(&solids(&frame, &look, usize::MAX))[0];
            Vec2::from(solid.a).distance(Vec2::from(solid.b))
        };
        assert!(length(Vec3::NEG_Y) < 1e-3 && length(Vec3::X) > 6.0);
        assert!((length(Vec3::new(0.6, 0.8, 0.0)) / length(Vec3::X) - 0.6).abs() < 1e-3);
    }

    #[test]
    fn trails_in_haste_are_coarser_and_as_long() {
        let look = Look { trails: 40, ..Look::default() };
        let past = |step: u64| Past {
            step,
            ids: (0..50).collect(),
            positions: (0..50).map(|n| Vec3::new(n as f32 / 10.0, step as f32 / 20.0, 1.0)).collect(),
            values: [].into(),
        };
        let trail: Vec<Past> = (100..=140).map(past).collect();
        let whole = Frame { step: 140, trail, extent: world(), ..Frame::default() };
        let floor = solids(&Frame { trail: Vec::new(), ..whole.clone() }, &look, usize::MAX).len();
        let lines = |haste: usize| solids(&whole, &look, haste);
        let (all, few) = (lines(usize::MAX), lines(500));
        assert_eq!((all.len() - floor, few.len() - floor), (40 * 50, 10 * 50));
        let lowest = |all: &[Solid]| all.iter().map(|solid| solid.a[1].max(solid.b[1])).fold(0.0, f32::max);
        assert!((lowest(&all) - lowest(&few)).abs() < 1e-3);
    }

    #[test]
    fn a_flat_world_has_links_alone() {
        let links = crate::sim::Links { name: "network", every: 1, pairs: [[0, 1]].into(), weights: [1.0].into() };
        let extent = Extent { max: Vec3::new(10.0, 10.0, 0.0), periodic: true, ..Extent::default() };
        let near = |a: f32, b: f32| {
            let places = [Vec3::new(a, 5.0, 0.0), Vec3::new(b, 5.0, 0.0)];
            solids(&Frame { links: Some(links.clone()), extent, ..frame(&places) }, &Look::default(), usize::MAX)
        };
        assert_eq!(near(4.0, 5.0).len(), 1);
        assert_eq!(near(9.5, 0.5).len(), 2, "one that goes round leaves at one edge and comes in at the other");
        assert!(near(f32::NAN, 1.0).is_empty());
    }
}
