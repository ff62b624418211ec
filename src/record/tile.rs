//! A periodic world that goes on beyond its edges.
//!
//! A torus is covered by a larger one, made of as many copies as a picture needs: an agent at p is there at p, p + L, p + 2L, …
//! Its copies go round the larger torus as it goes round its own, so that trails need no thought of their own. How often an
//! agent went round before is left out: it only decides which copy is which.

use crate::{
    sim::{Channel, Extent, Frame, Grid, Past},
    view::Camera,
};
use bevy_math::{IVec2, Vec2, Vec3};
use std::{collections::VecDeque, sync::Arc};

/// Part of a side of the world that is drawn beyond the picture, so that agents at its edge are whole.
const SPARE: f32 = 0.1;

/// Makes frames of the larger world.
#[derive(Default)]
pub struct Tile {
    cover: Option<Cover>,
    /// The steps of the trail so far, with how often each agent has gone round.
    trail: VecDeque<(Past, Vec<IVec2>, Past)>,
}

/// The larger torus.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cover {
    extent: Extent,
    side: Vec2,
    copies: [u32; 2],
}

impl Cover {
    fn of(extent: &Extent, camera: &Camera, aspect: f32) -> Option<Self> {
        let side = extent.size().truncate();
        let sight = Vec2::new(camera.height * aspect, camera.height);
        let copies = (sight / side + SPARE).ceil();
        if !(extent.periodic && extent.is_flat() && copies.is_finite() && copies.max_element() < 100.0) {
            return None;
        }
        let min = camera.centre - copies * side / 2.0;
        let extent = Extent { min: min.extend(extent.min.z), max: (min + copies * side).extend(extent.max.z), ..*extent };
        Some(Self { extent, side, copies: [copies.x as u32, copies.y as u32] })
    }

    fn count(&self) -> u32 {
        self.copies[0] * self.copies[1]
    }

    /// The copies of a place that has gone round so often.
    fn places(self, at: Vec3, turns: IVec2) -> impl Iterator<Item = Vec3> {
        let (min, whole) = (self.extent.min.truncate(), self.extent.size().truncate());
        (0..self.count()).map(move |copy| {
            let shift = turns.as_vec2() + Vec2::new((copy % self.copies[0]) as f32, (copy / self.copies[0]) as f32);
            let from = at.truncate() + shift * self.side - min;
            (min + (from - whole * (from / whole).floor())).extend(at.z)
        })
    }

    fn spread<T: Copy>(&self, values: &[T]) -> Arc<[T]> {
        values.iter().flat_map(|value| std::iter::repeat_n(*value, self.count() as usize)).collect()
    }

    /// Identities of the copies; nothing where there are too many to be told apart.
    fn ids(&self, ids: &[u32]) -> Option<Arc<[u32]>> {
        let most = ids.last().copied().unwrap_or(0);
        most.checked_add(1)?.checked_mul(self.count())?;
        Some(ids.iter().flat_map(|id| (0..self.count()).map(move |copy| id * self.count() + copy)).collect())
    }

    fn channel(&self, channel: &Channel) -> Channel {
        Channel { values: self.spread(&channel.values), ..channel.clone() }
    }

    fn past(&self, past: &Past, turns: &[IVec2]) -> Option<Past> {
        let places = past.positions.iter().zip(turns).flat_map(|(at, turns)| self.places(*at, *turns));
        Some(Past { step: past.step, ids: self.ids(&past.ids)?, positions: places.collect(), values: self.spread(&past.values) })
    }

    /// The grid, as often as there are copies, its edges where those of the world are.
    fn grid(&self, grid: &Grid, world: &Extent) -> Grid {
        let [across, up] = self.copies;
        let cells = Vec2::new(grid.width as f32, grid.height as f32);
        let shift = ((self.extent.min - world.min).truncate() / self.side * cells).round().as_ivec2();
        let (width, height) = (grid.width * across, grid.height * up);
        let values = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| {
            let place = |at: u32, shift: i32, side: u32| (at as i32 + shift).rem_euclid(side as i32) as usize;
            let row = place(y, shift.y, grid.height) * grid.width as usize;
            grid.channel.values[row + place(x, shift.x, grid.width)]
        });
        Grid { width, height, channel: Channel { values: values.collect(), ..grid.channel.clone() } }
    }
}

impl Tile {
    /// The frame as it goes on beyond its edges as far as this camera sees, in a picture of this aspect (width / height),
    /// and the copy of the selected agent that is nearest to its middle. A world that does not go on stays as it is.
    pub fn lay(&mut self, frame: &Frame, camera: &Camera, aspect: f32, selected: Option<u32>) -> Option<(Frame, Option<u32>)> {
        let mut cover = Cover::of(&frame.extent, camera, aspect)?;
        let mut ids = cover.ids(&frame.ids)?;
        if frame.grid.is_some() {
            // Cells stay where they are in the picture: the larger torus begins at the edge of one.
            let grid = frame.grid.as_ref().map(|grid| Vec2::new(grid.width as f32, grid.height as f32)).unwrap_or(Vec2::ONE);
            let cell = cover.side / grid;
            let origin = frame.extent.min.truncate();
            // One copy more, since what begins up to a cell earlier ends up to a cell earlier too.
            cover.copies = cover.copies.map(|copies| copies + 1);
            let whole = Vec2::new(cover.copies[0] as f32, cover.copies[1] as f32) * cover.side;
            let min = origin + ((camera.centre - whole / 2.0 - origin) / cell).round() * cell;
            cover.extent.min = min.extend(frame.extent.min.z);
            cover.extent.max = (min + whole).extend(frame.extent.max.z);
            ids = cover.ids(&frame.ids)?;
        }
        if self.cover.replace(cover) != Some(cover) {
            self.trail.clear();
        }
        let turns = self.follow(frame, &cover)?;
        let positions: Arc<[Vec3]> =
            frame.positions.iter().zip(&turns).flat_map(|(at, turns)| cover.places(*at, *turns)).collect();
        let nearest = selected.and_then(|id| {
            let row = frame.ids.binary_search(&id).ok()?;
            let copies = row * cover.count() as usize..(row + 1) * cover.count() as usize;
            let distance = |copy: &usize| positions[*copy].truncate().distance(camera.centre);
            copies.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|copy| ids[copy])
        });
        let laid = Frame {
            ids,
            positions,
            directions: cover.spread(&frame.directions),
            colour: frame.colour.as_ref().map(|channel| cover.channel(channel)),
            grid: frame.grid.as_ref().map(|grid| cover.grid(grid, &frame.extent)),
            trail: self.trail.iter().map(|(_, _, laid)| laid.clone()).collect(),
            extent: cover.extent,
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
    const WIDE: Camera = Camera { centre: Vec2::splat(5.0), height: 9.0 };

    #[test]
    fn copies_fill_the_picture_and_the_selected_one_is_in_its_middle() {
        let (laid, selected) = Tile::default().lay(&frame(vec![past(0, 1.0)]), &WIDE, 2.0, Some(3)).unwrap();
        let mut xs: Vec<f32> = laid.positions.iter().map(|place| place.x).collect();
        assert_eq!(selected.and_then(|id| laid.ids.binary_search(&id).ok()).map(|row| laid.positions[row].x), Some(1.0));
        xs.sort_by(f32::total_cmp);
        assert_eq!(xs, [1.0, 11.0]);
        assert_eq!((laid.extent.min.x, laid.extent.max.x), (-5.0, 15.0));
        assert!(laid.ids.is_sorted() && laid.extent.periodic);
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
                    let way = way - 20.0 * (way / 20.0).round();
                    assert!((way - 1.5).abs() < 1e-4, "{from} to {to}");
                }
            }
        }
    }

    #[test]
    fn cells_are_repeated_where_they_stand() {
        let values: Arc<[f32]> = (0..4).map(|n| n as f32).collect();
        let channel = Channel { name: "c".into(), unit: "", scale: crate::sim::Scale::Angle, values };
        let frame = Frame { grid: Some(Grid { width: 2, height: 2, channel }), ..frame(vec![past(0, 1.0)]) };
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
    fn a_world_with_walls_ends_there() {
        let frame = Frame { extent: Extent { periodic: false, ..world() }, ..frame(vec![past(0, 1.0)]) };
        assert!(Tile::default().lay(&frame, &WIDE, 2.0, None).is_none());
    }
}
