//! Follows the spots of a window, and tells how they turn: by themselves, and towards what flies beside them.

use super::{
    spots::{Images, Sums},
    window::Point,
};
use crate::sim::maths;
use bevy_math::Vec2;

/// Time between two images, s.
const PACE: f32 = 1.0 / 60.0;
/// Longest part of a window through which spots are followed from its middle, s; a longer window is cut into equal parts.
const LONGEST: f32 = 1.0;
/// Images from one heading to the next, whose angle is a turn: the small ones show jitter, the large ones slow turns.
const LAGS: [usize; 5] = [2, 4, 8, 16, 30];
/// Numbers of each: mean and quantiles of the turns, of the angles to the mean heading of those beside, and of the turns towards
/// it; and how many there are.
const EACH: usize = 16;
const QUANTILES: [f32; 4] = [0.25, 0.5, 0.75, 0.9];
/// How many numbers there are.
pub const TURNS: usize = LAGS.len() * EACH;
/// Speeds that are tried, px/s, and directions.
const SPEEDS: [f32; 7] = [19.0, 27.0, 38.0, 54.0, 76.0, 108.0, 153.0];
const DIRECTIONS: usize = 24;
/// Spots from which the speed of all is told.
const TRIED: usize = 32;
/// Images between two looks while speeds are tried, the radius of a look, px, and more filled pixels than are nearer than that to any
/// place.
const LOOKS: usize = 2;
const LOOK: f32 = 1.6;
const MOST_IN_A_LOOK: f32 = 13.0;
/// Least that lies where a spot is followed to, in filled pixels, and how far it may be from where it was awaited, px.
const LEAST: f32 = 2.0;
const ASTRAY: f32 = 1.2;
/// Share of a new step in the velocity of a spot.
const YIELD: f32 = 0.4;
/// Distance within which others fly beside, px: the flockmates of a boid.
const BESIDE: f32 = 9.0;
/// Smallest angle to the others' heading, rad, whose reduction is counted.
const ASIDE: f32 = 0.15;
/// A turn, °/s, below which logarithms of turns level off, and one above which turns towards others do.
const SLOW: f32 = 3.0;
const FAST: f32 = 30.0;

/// How what moves in a window turns, from its points as they come.
pub(super) struct Turning {
    /// Length of a part of the window, through which spots are followed from its middle, s, and how many images there are of it.
    length: f32,
    parts: usize,
    count: usize,
    /// The part that fills, and what its images are made of, once something was seen in it.
    part: usize,
    sums: Option<Sums>,
    /// The spots of that part, once they can be told from the ground.
    flock: Option<Flock>,
    angles: [Angles; LAGS.len()],
    cells: Cells,
}

impl Turning {
    /// For a window of a length, s.
    pub fn new(length: f32) -> Self {
        let parts = (length / LONGEST - 1e-3).ceil().max(1.0) as usize;
        let length = length / parts as f32;
        let count = (length / PACE + 1e-3) as usize;
        Self { length, parts, count, part: 0, sums: None, flock: None, angles: Default::default(), cells: Cells::default() }
    }

    /// Takes a point that is not earlier than all before.
    pub fn add(&mut self, point: &Point) {
        while self.part < self.parts && point.t > self.length * (self.part + 1) as f32 {
            self.end();
        }
        self.pass(|moment| moment < point.t);
        // Two headings need three images.
        if self.part < self.parts && self.count >= 3 {
            let begin = self.length * self.part as f32;
            self.sums.get_or_insert_with(|| Sums::new(begin, PACE, self.count)).add(point);
        }
    }

    /// All points until a time have come: what can be worked out of them is.
    pub fn until(&mut self, time: f32) {
        self.pass(|moment| moment <= time);
        self.angles.iter_mut().flat_map(Angles::lists).for_each(List::settle);
    }

    /// Lets images pass whose moments have.
    fn pass(&mut self, has_passed: impl Fn(f32) -> bool) {
        let Some(sums) = &mut self.sums else { return };
        while sums.next().is_some_and(&has_passed) {
            let seen = sums.pass();
            if seen == 0 {
                continue;
            }
            let from = match &mut self.flock {
                Some(flock) => {
                    flock.go_on(sums.images(), seen - 1);
                    seen - 1
                }
                None => {
                    self.flock = Some(Flock::new(sums.images(), self.count, seen));
                    0
                }
            };
            let Some(flock) = &self.flock else { continue };
            for last in from..seen {
                for (lag, angles) in LAGS.into_iter().zip(&mut self.angles) {
                    if let Some(first) = last.checked_sub(2 * lag).filter(|first| first % (lag / 2).max(1) == 0) {
                        measure(&flock.paths, [first, first + lag, last], flock.speed, angles, &mut self.cells);
                    }
                }
            }
        }
    }

    /// The end of a part.
    fn end(&mut self) {
        self.pass(|_| true);
        (self.sums, self.flock) = (None, None);
        self.part += 1;
    }

    /// The numbers, once all points have come.
    pub fn finish(mut self) -> [f32; TURNS] {
        self.end();
        let mut numbers = [0.0; TURNS];
        for (numbers, angles) in numbers.chunks_exact_mut(EACH).zip(&mut self.angles) {
            let [turns, apart, towards] = angles.lists();
            let bent = |turn: f32| {
                let turn = turn / FAST;
                maths::ln(turn.abs() + (turn * turn + 1.0).sqrt()).copysign(turn)
            };
            numbers[..5].copy_from_slice(&turns.summary().map(|turn| maths::ln(SLOW + turn)));
            numbers[5..9].copy_from_slice(&apart.summary().map(|angle| maths::ln(0.01 + angle))[..4]);
            numbers[9..14].copy_from_slice(&towards.summary().map(bent));
            numbers[14..].copy_from_slice(&[turns.len(), towards.len()].map(|count| maths::ln(1.0 + count as f32)));
        }
        numbers
    }
}

/// Angles of one lag, of all spots and moments.
#[derive(Default)]
struct Angles {
    turns: List,
    apart: List,
    towards: List,
}

impl Angles {
    fn lists(&mut self) -> [&mut List; 3] {
        [&mut self.turns, &mut self.apart, &mut self.towards]
    }
}

/// Numbers of which mean and quantiles are wanted: what has come is put in order while nobody waits.
#[derive(Default)]
struct List {
    sum: f32,
    values: Vec<f32>,
}

impl List {
    fn push(&mut self, value: f32) {
        self.sum += value;
        self.values.push(value);
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    fn settle(&mut self) {
        // A stable sort finds what is in order already.
        self.values.sort_by(f32::total_cmp);
    }

    /// Mean and quantiles; zero of nothing.
    fn summary(&mut self) -> [f32; 5] {
        let mut all = [0.0; 5];
        if self.values.is_empty() {
            return all;
        }
        self.settle();
        let count = self.values.len() as f32;
        all[0] = self.sum / count;
        for (number, share) in all[1..].iter_mut().zip(QUANTILES) {
            *number = self.values[(share * count) as usize];
        }
        all
    }
}

/// The spots of a part, and where they were followed to.
struct Flock {
    /// For each image where each spot was; nothing where it was not followed.
    paths: Vec<Vec<Option<Vec2>>>,
    /// Common speed, px/s.
    speed: f32,
    /// Those that are still followed.
    trails: Vec<Trail>,
}

impl Flock {
    /// Follows the spots of the middle image through all others that were seen.
    fn new(images: &Images, count: usize, seen: usize) -> Self {
        let middle = count / 2;
        let spots = images.spots(middle);
        let directions: [Vec2; DIRECTIONS] =
            std::array::from_fn(|n| maths::unit(std::f32::consts::TAU * n as f32 / DIRECTIONS as f32));
        // What lies along the way of a spot that flew with this velocity, before and after: all of it where it is more than
        // `least`.
        let along = |spot: Vec2, velocity: Vec2, least: f32| {
            let mut sum = 0.0;
            for (left, way) in [(3.0, -2), (2.0, -1), (1.0, 1), (0.0, 2)] {
                let at = middle as i32 + way * LOOKS as i32;
                let place = spot + velocity * (PACE * (way * LOOKS as i32) as f32);
                sum += if (0..seen as i32).contains(&at) { images.mass(at as usize, place, LOOK) } else { 0.0 };
                if sum + left * MOST_IN_A_LOOK < least {
                    break;
                }
            }
            sum
        };
        let best = |spot: Vec2, speed: f32| {
            directions.iter().map(|direction| *direction * speed).fold((-1.0, Vec2::ZERO), |best, velocity| {
                let sum = along(spot, velocity, best.0);
                if sum > best.0 { (sum, velocity) } else { best }
            })
        };
        let step = spots.len().div_ceil(TRIED).max(1);
        let sum = |speed: f32| spots.iter().step_by(step).map(|spot| best(*spot, speed).0).sum::<f32>();
        let (_, speed) =
            SPEEDS.iter().map(|speed| (sum(*speed), *speed)).fold((-1.0, 0.0), |a, b| if b.0 > a.0 { b } else { a });
        let mut paths = vec![vec![None; spots.len()]; count];
        let mut trails = Vec::with_capacity(spots.len());
        for (number, spot) in spots.into_iter().enumerate() {
            paths[middle][number] = Some(spot);
            trails.push(Trail { number, at: spot, velocity: best(spot, speed).1 * PACE });
        }
        let mut back: Vec<Trail> = trails.iter().map(|trail| Trail { velocity: -trail.velocity, ..*trail }).collect();
        for number in (0..middle).rev() {
            follow(images, number, &mut back, speed * PACE, &mut paths[number]);
        }
        let mut flock = Self { paths, speed, trails };
        (middle + 1..seen).for_each(|number| flock.go_on(images, number));
        flock
    }

    /// Follows spots into the next image.
    fn go_on(&mut self, images: &Images, number: usize) {
        follow(images, number, &mut self.trails, self.speed * PACE, &mut self.paths[number]);
    }
}

/// A spot that is followed, with a velocity a step that it may change slowly.
struct Trail {
    number: usize,
    at: Vec2,
    velocity: Vec2,
}

/// Follows spots into an image; those that are lost are no longer followed.
fn follow(images: &Images, number: usize, trails: &mut Vec<Trail>, usual: f32, places: &mut [Option<Vec2>]) {
    trails.retain_mut(|trail| {
        let awaited = trail.at + trail.velocity;
        let Some((place, mass)) = images.middle(number, awaited, 3) else { return false };
        if mass < LEAST || place.distance_squared(awaited) > ASTRAY * ASTRAY {
            return false;
        }
        trail.velocity = trail.velocity.lerp(place - trail.at, YIELD);
        let speed = trail.velocity.length();
        if speed > 0.0 {
            trail.velocity *= 0.5 + 0.5 * usual / speed;
        }
        trail.at = place;
        places[trail.number] = Some(place);
        !images.leaves(place)
    });
}

/// A spot at a moment: its place, heading, and turn, °/s.
struct Move {
    place: Vec2,
    heading: Vec2,
    turn: f32,
}

/// Adds the angles of all spots at the middle one of three images, as far apart as a lag.
fn measure(paths: &[Vec<Option<Vec2>>], [first, middle, last]: [usize; 3], speed: f32, angles: &mut Angles, cells: &mut Cells) {
    let seconds = (middle - first) as f32 * PACE;
    let usual = speed * seconds;
    let flies = |step: Vec2| (0.5 * usual..=1.5 * usual).contains(&step.length());
    // Those that were followed all the time.
    let places = paths[first].iter().zip(&paths[middle]).zip(&paths[last]);
    let moves = places.filter_map(|((a, b), c)| {
        let (a, place, c) = ((*a)?, (*b)?, (*c)?);
        let (then, now) = (place - a, c - place);
        if !(flies(then) && flies(now)) {
            return None;
        }
        let turn = maths::atan2(then.perp_dot(now), then.dot(now)).to_degrees() / seconds;
        Some(Move { place, heading: then / then.length(), turn })
    });
    let moves: Vec<Move> = moves.collect();
    cells.fill(&moves);
    for (number, Move { place, heading, turn }) in moves.iter().enumerate() {
        angles.turns.push(turn.abs());
        let mean: Vec2 = cells.beside(&moves, number, *place).map(|other| moves[other].heading).sum();
        if mean != Vec2::ZERO {
            let apart = maths::atan2(heading.perp_dot(mean), heading.dot(mean));
            angles.apart.push(apart.abs());
            if apart.abs() > ASIDE {
                angles.towards.push(if apart > 0.0 { *turn } else { -*turn });
            }
        }
    }
}

/// Which spots lie in which cell of a grid, as wide as neighbours are far: a chain a cell.
#[derive(Default)]
struct Cells {
    firsts: Vec<u32>,
    nexts: Vec<u32>,
    found: Vec<u32>,
}

/// Cells in a row and in a column: more than any image spans.
const GRID: usize = 32;
/// The end of a chain.
const NOBODY: u32 = u32::MAX;

fn cell(coordinate: f32) -> usize {
    ((coordinate / BESIDE).max(0.0) as usize).min(GRID - 1)
}

impl Cells {
    fn fill(&mut self, moves: &[Move]) {
        self.firsts.clear();
        self.firsts.resize(GRID * GRID, NOBODY);
        self.nexts.clear();
        for (number, Move { place, .. }) in moves.iter().enumerate() {
            let first = &mut self.firsts[cell(place.y) * GRID + cell(place.x)];
            self.nexts.push(std::mem::replace(first, number as u32));
        }
    }

    /// The others who are beside, in their order.
    fn beside(&mut self, moves: &[Move], number: usize, place: Vec2) -> impl Iterator<Item = usize> {
        self.found.clear();
        let near = |middle: f32| cell(middle - BESIDE)..=cell(middle + BESIDE);
        for y in near(place.y) {
            for x in near(place.x) {
                let mut at = self.firsts[y * GRID + x];
                while at != NOBODY {
                    let other = at as usize;
                    if other != number && moves[other].place.distance_squared(place) < BESIDE * BESIDE {
                        self.found.push(at);
                    }
                    at = self.nexts[other];
                }
            }
        }
        self.found.sort_unstable();
        self.found.iter().map(|other| *other as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Sensor, predictor::Window};

    fn turning(window: &Window) -> [f32; TURNS] {
        let mut turning = Turning::new(window.length);
        window.points.iter().for_each(|point| turning.add(point));
        turning.finish()
    }

    /// A second of discs that fly on circles at 54 px/s, seen in 150 frames.
    fn flight(turn: f32) -> Window {
        let sensor = Sensor { width: 128, height: 128 };
        let mut spots: Vec<(Vec2, f32)> =
            (0..9).map(|n| (Vec2::new(28.0 + 36.0 * (n % 3) as f32, 28.0 + 36.0 * (n / 3) as f32), n as f32)).collect();
        let mut frames = Vec::new();
        for frame in 0..=150 {
            let mut levels = vec![80u8; 128 * 128];
            for (place, angle) in &mut spots {
                for (pixel, level) in levels.iter_mut().enumerate() {
                    let off = Vec2::new((pixel % 128) as f32 + 0.5, (pixel / 128) as f32 + 0.5) - *place;
                    *level = (*level).max((80.0 + 120.0 * (1.85 - off.length()).clamp(0.0, 1.0)) as u8);
                }
                *angle += turn.to_radians() / 150.0;
                *place += maths::unit(*angle) * (54.0 / 150.0);
            }
            frames.push((frame * 1_000_000 / 150, levels));
        }
        let frames = frames.iter().map(|(time, levels)| (*time, levels.as_slice()));
        Window::of_frames(frames, sensor, 1_000_000, 1_000_000)
    }

    #[test]
    fn the_turn_of_a_circle_is_found() {
        // The median at the third lag; half a degree in the two tenths of a second of its headings is 4 °/s.
        let median = |turn: f32| maths::exp(turning(&flight(turn))[2 * EACH + 2]) - SLOW;
        for turn in [90.0, 180.0, 270.0] {
            assert!((median(turn) - turn).abs() < 0.05 * turn + 4.0, "{turn} {}", median(turn));
        }
        assert!(median(180.0) > 1.8 * median(90.0));
    }

    #[test]
    fn an_empty_window_has_finite_numbers() {
        let numbers = turning(&Window { length: 1.0, points: Vec::new() });
        assert!(numbers.iter().all(|number| number.is_finite()));
    }
}
