//! A periodic world that goes on beyond its edges.
//!
//! A torus is covered by a larger one, made of as many copies as a picture needs: an agent at p is there at p, p + L, p + 2L, …
//! Its copies go round the larger torus as it goes round its own, so that trails need no thought of their own. How often an
//! agent went round before is left out: it only decides which copy is which.

use crate::{
    sim::{Channel, Extent, Flow, Frame, Grid, Links, Past, Wall},
    view::Camera,
};
use bevy_math::{IVec2, Vec2, Vec3};
use std::{collections::VecDeque, iter::repeat_n, sync::Arc};

/// What may be missing of a copy at the edge of the picture, as a part of its side.
const SPARE: f32 = 1e-3;
/// Most agents with their copies where a picture goes on because of whom it follows: there, pictures are drawn while one waits.
const CROWD: usize = 400_000;
/// Most copies along a side.
const MOST: f32 = 64.0;

/// What a picture says of itself where it shows more than the world.
pub const CONTINUED: &str = "continued beyond its edges";

/// Makes frames of the larger world.
#[derive(Default)]
pub struct Tile {
    cover: Option<Cover>,
    /// The steps of the trail so far, with how often each agent has gone round.
    trail: VecDeque<(Past, Vec<IVec2>, Past)>,
}

/// The larger torus: some copies of the world side by side.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cover {
    extent: Extent,
    side: Vec2,
    copies: [u32; 2],
}

impl Cover {
    /// As much as this camera sees, in a picture of this aspect.
    fn of(world: &Extent, camera: &Camera, aspect: f32) -> Option<Self> {
        let side = world.size().truncate();
        let half = Vec2::new(camera.height * aspect, camera.height) / 2.0;
        let origin = world.min.truncate();
        let middle = camera.centre.truncate();
        let first = ((middle - half - origin) / side + SPARE).floor();
        let copies = ((middle + half - origin) / side - SPARE).ceil() - first;
        if !(world.periodic && world.is_flat() && copies.min_element() >= 1.0 && copies.max_element() <= MOST) {
            return None;
        }
        let min = origin + first * side;
        let extent = Extent { min: min.extend(world.min.z), max: (min + copies * side).extend(world.max.z), ..*world };
        Some(Self { extent, side, copies: [copies.x as u32, copies.y as u32] })
    }

    fn count(&self) -> u32 {
        self.copies[0] * self.copies[1]
    }

    /// How far each copy is from the first.
    fn shifts(self) -> impl Iterator<Item = Vec2> {
        (0..self.count()).map(move |copy| Vec2::new((copy % self.copies[0]) as f32, (copy / self.copies[0]) as f32) * self.side)
    }

    /// The copies of a place that has gone round so often.
    fn places(self, at: Vec3, turns: IVec2) -> impl Iterator<Item = Vec3> {
        let (min, whole) = (self.extent.min.truncate(), self.extent.size().truncate());
        let from = at.truncate() + turns.as_vec2() * self.side - min;
        self.shifts().map(move |shift| (min + wrapped(from + shift, whole)).extend(at.z))
    }

    /// Each value as often as there are copies.
    fn spread<T: Copy>(&self, values: &[T]) -> Arc<[T]> {
        values.iter().flat_map(|value| repeat_n(*value, self.count() as usize)).collect()
    }

    /// Identities of the copies; nothing where there are too many to be told apart.
    fn ids(&self, ids: &[u32]) -> Option<Arc<[u32]>> {
        let most = ids.last().copied().unwrap_or(0);
        most.checked_add(1)?.checked_mul(self.count())?;
        Some(ids.iter().flat_map(|id| (0..self.count()).map(move |copy| id * self.count() + copy)).collect())
    }

    fn past(&self, past: &Past, turns: &[IVec2]) -> Option<Past> {
        let places = past.positions.iter().zip(turns).flat_map(|(at, turns)| self.places(*at, *turns));
        let values = self.spread(&past.values);
        Some(Past { step: past.step, ids: self.ids(&past.ids)?, positions: places.collect(), values })
    }

    /// Cells of the world's grid, `width` in a row, as often as there are copies.
    fn cells<T: Copy>(&self, cells: &[T], width: u32) -> Arc<[T]> {
        let row = |row: &[T]| row.repeat(self.copies[0] as usize);
        let rows: Vec<T> = cells.chunks(width.max(1) as usize).flat_map(row).collect();
        rows.repeat(self.copies[1] as usize).into()
    }

    fn grid(&self, grid: &Grid) -> Grid {
        let values = self.cells(&grid.channel.values, grid.width);
        Grid {
            width: grid.width * self.copies[0],
            height: grid.height * self.copies[1],
            channel: Channel { values, ..grid.channel.clone() },
            ..*grid
        }
    }

    fn flow(&self, flow: &Flow) -> Flow {
        let [width, height, depth] = flow.cells;
        let cells = [width * self.copies[0], height * self.copies[1], depth];
        Flow { cells, means: self.cells(&flow.means, width), ..flow.clone() }
    }

    fn walls(&self, walls: &[Wall], world: &Extent) -> Arc<[Wall]> {
        let first = self.extent.min - world.min;
        let moved = |wall: &Wall, by: Vec3| match *wall {
            Wall::Segment { from, to } => Wall::Segment { from: from + by, to: to + by },
            Wall::Disc { centre, radius } => Wall::Disc { centre: centre + by, radius },
        };
        self.shifts().flat_map(|shift| walls.iter().map(move |wall| moved(wall, first + shift.extend(0.0)))).collect()
    }

    /// Each pair in every copy: with the copy of the other that is near.
    fn links(&self, links: &Links, positions: &[Vec3]) -> Links {
        let whole = self.extent.size().truncate();
        let count = self.count();
        let near = |at: u32, other: u32| {
            let distance = |copy: &u32| {
                let way = (positions[*copy as usize] - positions[at as usize]).truncate();
                (way - whole * (way / whole).round()).length_squared()
            };
            (other * count..(other + 1) * count).min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(other)
        };
        let pairs = links.pairs.iter().flat_map(|[a, b]| (a * count..(a + 1) * count).map(|a| [a, near(a, *b)]));
        Links { pairs: pairs.collect(), weights: self.spread(&links.weights), ..links.clone() }
    }
}

/// The same place of a torus whose lower corner is the origin.
fn wrapped(at: Vec2, whole: Vec2) -> Vec2 {
    at - whole * (at / whole).floor()
}

impl Tile {
    /// Whether this camera sees beyond the edges of a world that goes on there, in a picture of this aspect.
    pub fn is_needed(frame: &Frame, camera: &Camera, aspect: f32) -> bool {
        let cover = Cover::of(&frame.extent, camera, aspect).filter(|_| frame.axes.is_none());
        cover.is_some_and(|cover| cover.count() > 1 && frame.ids.len().saturating_mul(cover.count() as usize) <= CROWD)
    }

    /// The frame as it goes on beyond its edges as far as this camera sees, in a picture of this aspect (width / height),
    /// and the copy of the selected agent that is nearest to its middle. Nothing where the world does not go on.
    pub fn lay(&mut self, frame: &Frame, camera: &Camera, aspect: f32, selected: Option<u32>) -> Option<(Frame, Option<u32>)> {
        let cover = Cover::of(&frame.extent, camera, aspect).filter(|_| frame.axes.is_none())?;
        let ids = cover.ids(&frame.ids)?;
        if self.cover.replace(cover) != Some(cover) {
            self.trail.clear();
        }
        let turns = self.follow(frame, &cover)?;
        let places = frame.positions.iter().zip(&turns).flat_map(|(at, turns)| cover.places(*at, *turns));
        let positions: Arc<[Vec3]> = places.collect();
        let nearest = selected.and_then(|id| {
            let row = frame.ids.binary_search(&id).ok()?;
            let copies = row * cover.count() as usize..(row + 1) * cover.count() as usize;
            let distance = |copy: &usize| positions[*copy].truncate().distance(camera.centre.truncate());
            copies.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|copy| ids[copy])
        });
        let channel = |channel: &Channel| Channel { values: cover.spread(&channel.values), ..channel.clone() };
        let laid = Frame {
            ids,
            directions: cover.spread(&frame.directions),
            colour: frame.colour.as_ref().map(channel),
            grid: frame.grid.as_ref().map(|grid| cover.grid(grid)),
            density: frame.density.as_ref().map(|grid| cover.grid(grid)),
            trail: self.trail.iter().map(|(_, _, laid)| laid.clone()).collect(),
            links: frame.links.as_ref().map(|links| cover.links(links, &positions)),
            flow: frame.flow.as_ref().map(|flow| cover.flow(flow)),
            walls: cover.walls(&frame.walls, &frame.extent),
            extent: cover.extent,
            positions,
            ..frame.clone()
        };
        Some((laid, nearest))
    }

    /// Goes along the trail of the frame; tells how often each agent has gone round since it began.
    fn follow(&mut self, frame: &Frame, cover: &Cover) -> Option<Vec<IVec2>> {
        let oldest = frame.trail.first().map_or(u64::MAX, |past| past.step);
        while self.trail.front().is_some_and(|(past, ..)| past.step < oldest) {
            self.trail.pop_front();
        }
        let known = self.trail.iter().zip(&frame.trail).take_while(|((known, ..), past)| same(known, past)).count();
        self.trail.truncate(known);
        for past in &frame.trail[known..] {
            let turns = turns(self.trail.back().map(|(past, turns, _)| (past, &turns[..])), past, cover.side);
            let laid = cover.past(past, &turns)?;
            self.trail.push_back((past.clone(), turns, laid));
        }
        let last = self.trail.back().map(|(past, turns, _)| (past, &turns[..]));
        let now = Past { step: frame.step, ids: frame.ids.clone(), positions: frame.positions.clone(), values: [].into() };
        Some(turns(last, &now, cover.side))
    }
}

fn same(a: &Past, b: &Past) -> bool {
    a.step == b.step && Arc::ptr_eq(&a.positions, &b.positions)
}

/// How often agents have gone round, from how often they had one step before.
fn turns(before: Option<(&Past, &[IVec2])>, now: &Past, side: Vec2) -> Vec<IVec2> {
    let Some((past, turns)) = before else { return vec![IVec2::ZERO; now.ids.len()] };
    let mut row = 0;
    let after = now.ids.iter().zip(now.positions.iter()).map(|(id, at)| {
        while past.ids.get(row).is_some_and(|other| other < id) {
            row += 1;
        }
        if past.ids.get(row) != Some(id) {
            return IVec2::ZERO;
        }
        let leap = ((*at - past.positions[row]).truncate() / side).round();
        turns[row] - if leap.is_finite() { leap.as_ivec2() } else { IVec2::ZERO }
    });
    after.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> Extent {
        Extent { max: Vec3::new(10.0, 10.0, 0.0), periodic: true, ..Extent::default() }
    }

    fn past(step: u64, x: f32) -> Past {
        Past { step, ids: [3].into(), positions: [Vec3::new(x, 5.0, 0.0)].into(), values: [].into() }
    }

    fn frame(trail: Vec<Past>) -> Frame {
        let last = trail.last().unwrap();
        let (step, ids, positions) = (last.step, last.ids.clone(), last.positions.clone());
        Frame { step, ids, positions, trail, extent: world(), ..Frame::default() }
    }

    /// Shows the world twice over its width.
    const WIDE: Camera = Camera { centre: Vec3::new(5.0, 5.0, 0.0), height: 9.0, gaze: None };

    #[test]
    fn copies_fill_the_picture_and_the_selected_one_is_in_its_middle() {
        let frame = frame(vec![past(0, 1.0)]);
        let (laid, selected) = Tile::default().lay(&frame, &WIDE, 2.0, Some(3)).unwrap();
        let mut xs: Vec<f32> = laid.positions.iter().map(|place| place.x).collect();
        assert_eq!(selected.and_then(|id| laid.ids.binary_search(&id).ok()).map(|row| laid.positions[row].x), Some(1.0));
        xs.sort_by(f32::total_cmp);
        assert_eq!(xs, [-9.0, 1.0, 11.0]);
        assert_eq!((laid.extent.min.x, laid.extent.max.x), (-10.0, 20.0));
        assert!(laid.ids.is_sorted() && laid.extent.periodic);
        // A picture of the world's own shape needs no copy.
        let whole = Camera::at(Vec2::splat(5.0), 10.0);
        assert_eq!(Tile::default().lay(&frame, &whole, 1.0, None).unwrap().0.positions, frame.positions);
    }

    #[test]
    fn links_across_an_edge_lead_to_the_next_copy() {
        let pairs: Arc<[[u32; 2]]> = [[0, 1]].into();
        let links = Links { name: "neighbours", every: 1, pairs, weights: [0.5].into() };
        let positions: Arc<[Vec3]> = [Vec3::new(9.5, 5.0, 0.0), Vec3::new(0.5, 5.0, 0.0)].into();
        let frame = Frame { ids: [0, 1].into(), positions, links: Some(links), ..frame(vec![past(0, 1.0)]) };
        let (laid, _) = Tile::default().lay(&Frame { trail: vec![], ..frame }, &WIDE, 2.0, None).unwrap();
        let links = laid.links.unwrap();
        assert_eq!((links.pairs.len(), links.weights.len()), (3, 3));
        for [a, b] in links.pairs.iter() {
            let way = laid.positions[*b as usize].x - laid.positions[*a as usize].x;
            assert_eq!(way - 30.0 * (way / 30.0).round(), 1.0);
        }
    }

    #[test]
    fn a_trail_across_an_edge_of_the_world_goes_on_in_the_next_copy() {
        let mut tile = Tile::default();
        let way: Vec<Past> = [8.0, 9.5, 1.0, 2.5].into_iter().enumerate().map(|(step, x)| past(step as u64, x)).collect();
        for newest in 1..=way.len() {
            let (laid, _) = tile.lay(&frame(way[..newest].to_vec()), &WIDE, 2.0, None).unwrap();
            assert_eq!(laid.trail.len(), newest);
            assert_eq!(laid.trail.last().unwrap().positions, laid.positions);
            for pair in laid.trail.windows(2) {
                for (from, to) in pair[0].positions.iter().zip(pair[1].positions.iter()) {
                    let way = to.x - from.x;
                    let way = way - 30.0 * (way / 30.0).round();
                    assert!((way - 1.5).abs() < 1e-4, "{from} to {to}");
                }
            }
        }
    }

    #[test]
    fn cells_are_repeated_where_they_stand() {
        let values: Arc<[f32]> = (0..4).map(|n| n as f32).collect();
        let channel = Channel { name: "c".into(), unit: "", scale: crate::sim::Scale::Angle, values };
        let frame = Frame { grid: Some(Grid { width: 2, height: 2, channel, sites: false }), ..frame(vec![past(0, 1.0)]) };
        let (laid, _) = Tile::default().lay(&frame, &WIDE, 2.0, None).unwrap();
        let grid = laid.grid.unwrap();
        let extent = laid.extent;
        let at = |x: f32, y: f32| {
            let cell = |at: f32, min: f32, max: f32, cells: u32| ((at - min) / (max - min) * cells as f32) as u32;
            let (column, row) =
                (cell(x, extent.min.x, extent.max.x, grid.width), cell(y, extent.min.y, extent.max.y, grid.height));
            grid.channel.values[(row * grid.width + column) as usize]
        };
        for (x, y) in [(2.0, 2.0), (7.0, 2.0), (2.0, 7.0), (7.0, 7.0)] {
            assert_eq!(at(x, y), (x / 5.0).floor() + 2.0 * (y / 5.0).floor());
            assert_eq!((at(x + 10.0, y), at(x - 5.0, y)), (at(x, y), at(x + 5.0, y)));
        }
    }

    #[test]
    fn whoever_is_followed_near_an_edge_has_the_world_about_it() {
        let frame = frame(vec![past(0, 9.5)]);
        let about = |x: f32, height: f32| Camera::at(Vec2::new(x, 5.0), height);
        assert!(Tile::is_needed(&frame, &about(9.5, 4.0), 1.0) && !Tile::is_needed(&frame, &about(5.0, 4.0), 1.0));
        let (laid, selected) = Tile::default().lay(&frame, &about(9.5, 4.0), 1.0, Some(3)).unwrap();
        assert_eq!((laid.extent.min.x, laid.extent.max.x), (0.0, 20.0));
        let row = laid.ids.binary_search(&selected.unwrap()).unwrap();
        assert_eq!(laid.positions[row].x, 9.5);
        let room = Frame { extent: Extent { periodic: false, ..world() }, ..frame };
        assert!(!Tile::is_needed(&room, &about(9.5, 4.0), 1.0));
    }

    #[test]
    fn a_world_with_walls_ends_there() {
        let frame = Frame { extent: Extent { periodic: false, ..world() }, ..frame(vec![past(0, 1.0)]) };
        assert!(Tile::default().lay(&frame, &WIDE, 2.0, None).is_none());
    }
}
