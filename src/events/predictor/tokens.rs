//! Patches of a window, each turned so that what moves in it moves to the right: what a net reads.

use super::{Point, Window};
use bevy_math::Vec2;

/// Patches of a window.
pub const TOKENS: usize = 64;
/// Bins along the motion (of 2 px), across it (of 1 px), in time, and signs.
const ALONG: usize = 16;
const ACROSS: usize = 14;
const TIMES: usize = 3;
/// Numbers of a patch.
pub const NUMBERS: usize = ALONG * ACROSS * TIMES * 2;
/// Half the time around the middle of the window in which patches are centred, s, and in which their motion is estimated.
const MIDDLE: f32 = 0.05;
/// Time that a patch spans, s: a longer window is looked at in its middle, a shorter one as it is.
const SPAN: f32 = 0.5;
/// What rounding may add to a time, s.
const HAIR: f32 = 1e-3;
/// Distance within which the motion of a patch is estimated, px.
const NEAR: f32 = 6.0;
/// Side of the cells by which points near a place are found, px, and cells in a row.
const CELL: f32 = 8.0;
const CELLS: usize = 64;

/// Patches of a window. Most counts of a patch are zero: only the others are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tokens {
    /// Bins that are not empty, and their counts, one patch after another.
    pub counts: Vec<(u16, u8)>,
    /// Where each patch ends in `counts`.
    pub ends: Vec<u32>,
    /// Direction of motion of each patch, a unit vector on the sensor.
    pub directions: Vec<Vec2>,
    /// The point at the centre of each patch: its place in the list of the window.
    pub centres: Vec<u32>,
}

impl Tokens {
    /// Cuts patches out of a window: as many as there is something to see, at most `TOKENS`.
    pub fn of(window: &Window) -> Self {
        let middle = window.length / 2.0;
        // Patches reach so far from the middle in time.
        let reach = MIDDLE + SPAN.min(window.length) / 2.0 + 2.0 * HAIR;
        let first = window.points.partition_point(|point| point.t < middle - reach);
        let end = window.points.partition_point(|point| point.t <= middle + reach);
        let cells = Cells::new(&window.points[first..end.max(first)]);
        let central: Vec<u32> = (0..window.points.len() as u32)
            .filter(|point| (window.points[*point as usize].t - middle).abs() <= MIDDLE)
            .collect();
        let mut tokens = Self::default();
        let mut patch = vec![0; NUMBERS];
        let count = central.len().min(TOKENS);
        for number in 0..count {
            let centre = central[(2 * number + 1) * central.len() / (2 * count)];
            tokens.cut(window, &cells, centre, &mut patch);
        }
        tokens
    }

    fn cut(&mut self, window: &Window, cells: &Cells, centre: u32, counts: &mut [u8]) {
        let at = window.points[centre as usize];
        let place = Vec2::new(at.x, at.y);
        let along = motion(cells, place, at.t);
        counts.fill(0);
        let span = SPAN.min(window.length.max(1e-6));
        cells.near(place, ALONG as f32 + 2.0, at.t, span / 2.0, |point| {
            let off = Vec2::new(point.x, point.y) - place;
            let (u, v) = (off.dot(along) / 2.0 + ALONG as f32 / 2.0, along.perp_dot(off) + ACROSS as f32 / 2.0);
            let time = ((point.t - at.t) / span + 0.5) * TIMES as f32;
            let inside = |value: f32, bins: usize| (0.0..bins as f32).contains(&value);
            if inside(u, ALONG) && inside(v, ACROSS) && inside(time, TIMES) {
                let sign = usize::from(point.weight > 0.0);
                let bin = ((sign * TIMES + time as usize) * ACROSS + v as usize) * ALONG + u as usize;
                let weight = point.weight.abs().round().max(1.0) as u8;
                counts[bin] = counts[bin].saturating_add(weight);
            }
        });
        let filled = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        self.counts.extend(filled.map(|(bin, count)| (bin as u16, *count)));
        self.ends.push(self.counts.len() as u32);
        self.directions.push(along);
        self.centres.push(centre);
    }

    /// Whether the points until a time are all that patches of a window of this length are cut from.
    pub(super) fn suffice(until: f32, length: f32) -> bool {
        until > length / 2.0 + MIDDLE + SPAN.min(length) / 2.0 + HAIR
    }

    /// The bins of a patch that are not empty, and their counts.
    pub fn patch(&self, number: usize) -> &[(u16, u8)] {
        let first = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.counts[first..self.ends[number] as usize]
    }

    /// How many patches there are.
    pub fn len(&self) -> usize {
        self.directions.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.directions.is_empty()
    }

    /// |mean direction of motion|.
    pub fn order(&self) -> f32 {
        let sum: Vec2 = self.directions.iter().sum();
        if self.is_empty() { 0.0 } else { sum.length() / self.len() as f32 }
    }
}

/// The number of a patch that a mirror along the motion puts in the place of `number`.
pub fn mirrored(number: usize) -> usize {
    let (rest, u) = (number / ALONG, number % ALONG);
    let (rest, v) = (rest / ACROSS, rest % ACROSS);
    (rest * ACROSS + ACROSS - 1 - v) * ALONG + u
}

/// Direction of motion near a place at a time (from darker to brighter, and from earlier to later).
fn motion(cells: &Cells, place: Vec2, time: f32) -> Vec2 {
    let (mut on, mut off, mut all) = ((Vec2::ZERO, 0.0), (Vec2::ZERO, 0.0), (Vec2::ZERO, 0.0f32, 0.0f32));
    let (mut with_time, mut squares) = (Vec2::ZERO, 0.0);
    cells.near(place, NEAR, time, MIDDLE, |point| {
        let (place, time, weight) = (Vec2::new(point.x, point.y) - place, point.t - time, point.weight.abs());
        if place.length_squared() > NEAR * NEAR || time.abs() > MIDDLE {
            return;
        }
        let sum = if point.weight > 0.0 { &mut on } else { &mut off };
        *sum = (sum.0 + place * weight, sum.1 + weight);
        all = (all.0 + place * weight, all.1 + time * weight, all.2 + weight);
        with_time += place * time * weight;
        squares += time * time * weight;
    });
    let dipole = if on.1 > 0.0 && off.1 > 0.0 { on.0 / on.1 - off.0 / off.1 } else { Vec2::ZERO };
    let spread = squares - all.1 * all.1 / all.2.max(1.0);
    let shift = if spread > 1e-9 { (with_time - all.0 * all.1 / all.2.max(1.0)) / spread * MIDDLE } else { Vec2::ZERO };
    (dipole + shift).normalize_or(Vec2::X)
}

/// The points of a window by the cells of a grid, in each in the order of time.
struct Cells {
    starts: Vec<u32>,
    points: Vec<Point>,
}

fn cell(coordinate: f32) -> usize {
    ((coordinate / CELL).max(0.0) as usize).min(CELLS - 1)
}

impl Cells {
    fn new(points: &[Point]) -> Self {
        let mut starts = vec![0u32; CELLS * CELLS + 1];
        let of = |point: &Point| cell(point.y) * CELLS + cell(point.x);
        points.iter().for_each(|point| starts[of(point) + 1] += 1);
        (0..CELLS * CELLS).for_each(|cell| starts[cell + 1] += starts[cell]);
        let mut next = starts.clone();
        let mut sorted = vec![Point::default(); points.len()];
        for point in points {
            let place = &mut next[of(point)];
            sorted[*place as usize] = *point;
            *place += 1;
        }
        Self { starts, points: sorted }
    }

    /// Hands over the points of all cells that touch the square of this half side, in a stretch of time of this half length.
    fn near(&self, place: Vec2, reach: f32, time: f32, half: f32, mut act: impl FnMut(&Point)) {
        for y in cell(place.y - reach)..=cell(place.y + reach) {
            for x in cell(place.x - reach)..=cell(place.x + reach) {
                let at = y * CELLS + x;
                let points = &self.points[self.starts[at] as usize..self.starts[at + 1] as usize];
                let first = points.partition_point(|point| point.t < time - half - HAIR);
                points[first..].iter().take_while(|point| point.t <= time + half + HAIR).for_each(&mut act);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright dot that flies along a circle: its front brightens, its back darkens.
    fn flight(turn: f32, heading: f32) -> Window {
        let mut window = Window { length: 0.5, points: Vec::new() };
        let (mut place, mut angle) = (Vec2::new(60.0, 60.0), heading);
        for step in 0..150 {
            let along = crate::sim::maths::unit(angle);
            for (weight, off) in [(1.0, 1.3), (-1.0, -1.3)] {
                let at = place + along * off;
                window.points.push(Point { t: step as f32 / 300.0, x: at.x, y: at.y, weight });
            }
            place += along * 0.18;
            angle += turn / 10.0;
        }
        window
    }

    #[test]
    fn patches_do_not_tell_the_heading_but_tell_the_turn() {
        let dense = |tokens: &Tokens, number: usize| {
            let mut counts = vec![0.0; NUMBERS];
            tokens.patch(number).iter().for_each(|(bin, count)| counts[usize::from(*bin)] = f32::from(*count));
            counts
        };
        let distance = |a: &Tokens, b: &Tokens| {
            let of = |n| dense(a, n).iter().zip(dense(b, n)).map(|(a, b)| (a - b).abs()).sum::<f32>();
            (0..a.len().min(b.len())).map(of).sum::<f32>()
        };
        let straight = Tokens::of(&flight(0.0, 0.3));
        assert!(straight.len() > 20 && straight.order() > 0.99);
        let turned = Tokens::of(&flight(0.0, 2.0));
        let curved = Tokens::of(&flight(0.1, 0.3));
        assert!(
            distance(&straight, &curved) > 1.5 * distance(&straight, &turned),
            "{} {}",
            distance(&straight, &curved),
            distance(&straight, &turned)
        );
    }

    #[test]
    fn a_mirror_of_a_mirror_is_the_patch() {
        assert!((0..NUMBERS).all(|number| mirrored(mirrored(number)) == number && mirrored(number) < NUMBERS));
    }
}
