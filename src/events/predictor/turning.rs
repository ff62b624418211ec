//! Follows the spots of a window, and tells how they turn: by themselves, and towards what flies beside them.

use super::{Window, spots::Images};
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
/// Images between two looks while speeds are tried.
const LOOKS: usize = 2;
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

/// Angles of one lag, of all spots and moments.
#[derive(Default)]
struct Angles {
    turns: Vec<f32>,
    apart: Vec<f32>,
    towards: Vec<f32>,
}

/// Where a spot was at each image; nothing where it was not followed.
type Path = Vec<Option<Vec2>>;

/// How what moves in a window turns.
pub fn turning(window: &Window) -> [f32; TURNS] {
    let mut angles: [Angles; LAGS.len()] = Default::default();
    let parts = (window.length / LONGEST - 1e-3).ceil().max(1.0) as usize;
    let length = window.length / parts as f32;
    let count = (length / PACE + 1e-3) as usize;
    for part in 0..parts {
        let (from, to) = (length * part as f32, length * (part + 1) as f32);
        let first = window.points.partition_point(|point| point.t <= from);
        let end = window.points.partition_point(|point| point.t <= to);
        let points = if part == 0 { &window.points[..end] } else { &window.points[first..end] };
        if points.is_empty() || count < 3 {
            continue;
        }
        let images = Images::of(points, from, PACE, count);
        let (paths, speed) = follow(&images, count);
        for (lag, angles) in LAGS.into_iter().zip(&mut angles) {
            measure(&paths, lag, count, speed, angles);
        }
    }
    let mut numbers = [0.0; TURNS];
    for (numbers, angles) in numbers.chunks_exact_mut(EACH).zip(&mut angles) {
        let Angles { turns, apart, towards } = angles;
        let counts = [turns.len(), towards.len()].map(|count| maths::ln(1.0 + count as f32));
        let bent = |turn: f32| {
            let turn = turn / FAST;
            maths::ln(turn.abs() + (turn * turn + 1.0).sqrt()).copysign(turn)
        };
        numbers[..5].copy_from_slice(&summary(turns).map(|turn| maths::ln(SLOW + turn)));
        numbers[5..9].copy_from_slice(&summary(apart).map(|angle| maths::ln(0.01 + angle))[..4]);
        numbers[9..14].copy_from_slice(&summary(towards).map(bent));
        numbers[14..].copy_from_slice(&counts);
    }
    numbers
}

/// Mean and quantiles; zero of nothing.
fn summary(values: &mut [f32]) -> [f32; 5] {
    let mut all = [0.0; 5];
    if values.is_empty() {
        return all;
    }
    all[0] = values.iter().sum::<f32>() / values.len() as f32;
    for (number, share) in all[1..].iter_mut().zip(QUANTILES) {
        let at = (share * values.len() as f32) as usize;
        *number = *values.select_nth_unstable_by(at, f32::total_cmp).1;
    }
    all
}

/// Follows the spots of the middle image through all others, and tells their common speed, px/s.
fn follow(images: &Images, count: usize) -> (Vec<Path>, f32) {
    let middle = count / 2;
    let spots = images.spots(middle);
    let directions: [Vec2; DIRECTIONS] =
        std::array::from_fn(|n| maths::unit(std::f32::consts::TAU * n as f32 / DIRECTIONS as f32));
    // What lies along the way of a spot that flew with this velocity, before and after.
    let along = |spot: Vec2, velocity: Vec2| {
        let look = |way: i32| {
            let at = middle as i32 + way * LOOKS as i32;
            let place = spot + velocity * (PACE * (way * LOOKS as i32) as f32);
            if (0..count as i32).contains(&at) { images.mass(at as usize, place, 1.6) } else { 0.0 }
        };
        [-2, -1, 1, 2].into_iter().map(look).sum::<f32>()
    };
    let best = |spot: Vec2, speed: f32| {
        let tries = directions.iter().map(|direction| (along(spot, *direction * speed), *direction * speed));
        tries.fold((-1.0, Vec2::ZERO), |best, next| if next.0 > best.0 { next } else { best })
    };
    let step = spots.len().div_ceil(TRIED).max(1);
    let sum = |speed: f32| spots.iter().step_by(step).map(|spot| best(*spot, speed).0).sum::<f32>();
    let (_, speed) = SPEEDS.iter().map(|speed| (sum(*speed), *speed)).fold((-1.0, 0.0), |a, b| if b.0 > a.0 { b } else { a });
    let paths = spots.into_iter().map(|spot| {
        let (_, velocity) = best(spot, speed);
        let mut path: Path = vec![None; count];
        path[middle] = Some(spot);
        let after = middle + 1..count;
        trail(images, spot, velocity * PACE, speed * PACE, after, &mut path);
        trail(images, spot, -velocity * PACE, speed * PACE, (0..middle).rev(), &mut path);
        path
    });
    (paths.collect(), speed)
}

/// Follows a spot through images, with a velocity a step that it may change slowly.
fn trail(images: &Images, mut at: Vec2, mut velocity: Vec2, usual: f32, numbers: impl Iterator<Item = usize>, path: &mut Path) {
    for number in numbers {
        let awaited = at + velocity;
        let Some((place, mass)) = images.middle(number, awaited, 3) else { return };
        if mass < LEAST || place.distance_squared(awaited) > ASTRAY * ASTRAY {
            return;
        }
        velocity = velocity.lerp(place - at, YIELD);
        let speed = velocity.length();
        if speed > 0.0 {
            velocity *= 0.5 + 0.5 * usual / speed;
        }
        at = place;
        path[number] = Some(place);
        if images.leaves(place) {
            return;
        }
    }
}

/// Adds the angles of all paths at one lag.
fn measure(paths: &[Path], lag: usize, count: usize, speed: f32, angles: &mut Angles) {
    let seconds = lag as f32 * PACE;
    let usual = speed * seconds;
    let flies = |step: Vec2| (0.5 * usual..=1.5 * usual).contains(&step.length());
    let mut first = 0;
    while first + 2 * lag < count {
        // Place, heading and turn of each spot that was followed all the time.
        let moves = paths.iter().filter_map(|path| {
            let [a, b, c] = [path[first]?, path[first + lag]?, path[first + 2 * lag]?];
            let (then, now) = (b - a, c - b);
            let turn = maths::atan2(then.perp_dot(now), then.dot(now)).to_degrees() / seconds;
            (flies(then) && flies(now)).then(|| (b, then / then.length(), turn))
        });
        let moves: Vec<(Vec2, Vec2, f32)> = moves.collect();
        angles.turns.extend(moves.iter().map(|(_, _, turn)| turn.abs()));
        for (number, (place, heading, turn)) in moves.iter().enumerate() {
            let beside = |(other, (there, ..)): &(usize, &(Vec2, Vec2, f32))| {
                *other != number && there.distance_squared(*place) < BESIDE * BESIDE
            };
            let mean: Vec2 = moves.iter().enumerate().filter(beside).map(|(_, (_, heading, _))| *heading).sum();
            if mean != Vec2::ZERO {
                let apart = maths::atan2(heading.perp_dot(mean), heading.dot(mean));
                angles.apart.push(apart.abs());
                if apart.abs() > ASIDE {
                    angles.towards.push(if apart > 0.0 { *turn } else { -*turn });
                }
            }
        }
        first += (lag / 2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Sensor;

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
