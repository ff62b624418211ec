//! Images of a window at any moment, made of its points alone, and where the spots in them are.

use super::window::{Point, ROWS};
use crate::sim::maths;
use bevy_math::Vec2;

/// Rows of an image, and most columns.
const HEIGHT: usize = ROWS as usize;
const MOST_COLUMNS: usize = 256;
/// Sums of a pixel, in thresholds, that are told apart: so many above and below where it began.
const RANGE: usize = 8;
const SUMS: usize = 2 * RANGE + 1;
/// Change of the logarithm of brightness that a threshold stands for, and how far, in thresholds, a sum lies below the truth on
/// average: half of one at the edges of spots, where it counts most.
const THRESHOLD: f32 = 0.2;
const UNSEEN: f32 = 0.25;
/// Quantile of the sums that stand out, which is taken for a pixel that a spot fills.
const FULL: f32 = 0.9;
/// Radius in which the middle of a spot is looked for, px, and how far beyond the mean of what lies there the next guess is.
pub(super) const RADIUS: f32 = 1.5;
const OVERSHOOT: f32 = 1.3;
/// Least that lies in a spot, in filled pixels: in the weighted 3 × 3 pixels where it is found, and around its middle.
const FOUND: f32 = 2.5;
const LEAST: f32 = 1.0;
/// Spots nearer than this are one, px.
const SAME: f32 = 0.7;
/// Most spots of an image.
const MOST_SPOTS: usize = 400;

/// Images one after another: which share of each pixel stands out from what it shows most of the time.
pub(super) struct Images {
    width: usize,
    shares: Vec<f32>,
}

impl Images {
    /// The images at `from + pace`, `from + 2 pace`, … of the points in that time.
    pub fn of(points: &[Point], from: f32, pace: f32, count: usize) -> Self {
        let width = points.iter().map(|point| point.x as usize + 1).max().unwrap_or(1).clamp(HEIGHT, MOST_COLUMNS);
        let place = |point: &Point| {
            let (x, y) = (point.x as usize, point.y as usize);
            (x < width && y < HEIGHT).then_some(y * width + x)
        };
        let usual = usual(points, from, from + pace * count as f32, width * HEIGHT, place);
        let mut shares = vec![0.0; width * HEIGHT * count];
        let mut sums = usual.iter().map(|usual| -usual).collect::<Vec<f32>>();
        let mut next = 0;
        let mut full = 0.0;
        let middle = count / 2;
        // The middle image tells what a filled pixel is; the sums of all are kept until then.
        for (number, image) in shares.chunks_exact_mut(width * HEIGHT).enumerate() {
            let time = from + pace * (number + 1) as f32;
            while let Some(point) = points.get(next).filter(|point| point.t <= time) {
                if let Some(place) = place(point) {
                    sums[place] += point.weight;
                }
                next += 1;
            }
            image.copy_from_slice(&sums);
            if number == middle {
                let mut out: Vec<f32> = sums.iter().map(|sum| sum.abs()).filter(|sum| *sum >= 0.9).collect();
                let at = (FULL * out.len() as f32) as usize;
                full = if out.is_empty() { 1.0 } else { *out.select_nth_unstable_by(at, f32::total_cmp).1 };
            }
        }
        let contrast = |sum: f32| maths::exp(THRESHOLD * (sum + UNSEEN)) - 1.0;
        let whole = contrast(full.max(1.0));
        // Events leave whole sums, nearly all of them zero.
        let known: Vec<f32> = (0..=SUMS).map(|sum| (contrast(sum as f32) / whole).min(1.0)).collect();
        for share in &mut shares {
            let sum = share.abs();
            let near = sum.round();
            *share = if sum < 0.9 {
                0.0
            } else if (sum - near).abs() < 1e-3 && (near as usize) < known.len() {
                known[near as usize]
            } else {
                (contrast(sum) / whole).min(1.0)
            };
        }
        Self { width, shares }
    }

    fn image(&self, number: usize) -> &[f32] {
        &self.shares[number * self.width * HEIGHT..(number + 1) * self.width * HEIGHT]
    }

    /// Whether a place is so near to the edge that a spot there may be seen in part.
    pub fn leaves(&self, place: Vec2) -> bool {
        place.x < 2.0 || place.y < 2.0 || place.x > self.width as f32 - 2.0 || place.y > HEIGHT as f32 - 2.0
    }

    /// Hands over the pixels around a place: how far they are from it, and their share.
    fn around(&self, number: usize, place: Vec2, reach: f32, mut act: impl FnMut(Vec2, f32)) {
        let image = self.image(number);
        let range = |centre: f32, pixels: usize| {
            let first = (centre - reach).floor().clamp(0.0, pixels as f32) as usize;
            first..((centre + reach).floor() + 1.0).clamp(0.0, pixels as f32) as usize
        };
        for y in range(place.y, HEIGHT) {
            for x in range(place.x, self.width) {
                let share = image[y * self.width + x];
                if share > 0.0 {
                    act(Vec2::new(x as f32 + 0.5, y as f32 + 0.5) - place, share);
                }
            }
        }
    }

    /// What lies within a radius of a place, in filled pixels.
    pub fn mass(&self, number: usize, place: Vec2, radius: f32) -> f32 {
        let mut mass = 0.0;
        self.around(number, place, radius, |off, share| {
            if off.length_squared() < radius * radius {
                mass += share;
            }
        });
        mass
    }

    /// The middle of the spot at a place, after some steps of mean shift, and what lies there; nothing where there is no spot.
    pub fn middle(&self, number: usize, mut place: Vec2, steps: u32) -> Option<(Vec2, f32)> {
        let mut mass = 0.0;
        for _ in 0..steps {
            let mut sum = Vec2::ZERO;
            mass = 0.0;
            self.around(number, place, RADIUS + 1.0, |off, share| {
                let weight = share * (RADIUS + 0.5 - off.length()).clamp(0.0, 1.0);
                mass += weight;
                sum += weight * off;
            });
            if mass < LEAST {
                return None;
            }
            place += OVERSHOOT * sum / mass;
        }
        Some((place, mass))
    }

    /// The middles of the spots of an image.
    pub fn spots(&self, number: usize) -> Vec<Vec2> {
        let (image, width) = (self.image(number), self.width);
        let mut smooth = vec![0.0f32; image.len()];
        for y in 1..HEIGHT - 1 {
            for x in 1..width - 1 {
                let at = y * width + x;
                let cross = image[at] + image[at - 1] + image[at + 1] + image[at - width] + image[at + width];
                let corners = image[at - width - 1] + image[at - width + 1] + image[at + width - 1] + image[at + width + 1];
                smooth[at] = cross + 0.7 * corners;
            }
        }
        let mut spots: Vec<Vec2> = Vec::new();
        for y in 2..HEIGHT - 2 {
            for x in 2..width - 2 {
                let at = y * width + x;
                let here = smooth[at];
                // Of equals the first.
                let before = [at - width - 1, at - width, at - width + 1, at - 1];
                let after = [at + 1, at + width - 1, at + width, at + width + 1];
                let top = || before.iter().all(|at| smooth[*at] < here) && after.iter().all(|at| smooth[*at] <= here);
                if here < FOUND || !top() || spots.len() >= MOST_SPOTS {
                    continue;
                }
                if let Some((place, _)) = self.middle(number, Vec2::new(x as f32 + 0.5, y as f32 + 0.5), 4)
                    && spots.iter().all(|spot| spot.distance_squared(place) >= SAME * SAME)
                {
                    spots.push(place);
                }
            }
        }
        spots
    }
}

/// The sum at which each pixel stays longest between two times, from 0 at the first.
fn usual(points: &[Point], from: f32, to: f32, pixels: usize, place: impl Fn(&Point) -> Option<usize>) -> Vec<f32> {
    let mut stays = vec![0.0f32; pixels * SUMS];
    let mut last = vec![(from, 0.0f32); pixels];
    let row = |pixel: usize, sum: f32| pixel * SUMS + (sum.round() + RANGE as f32).clamp(0.0, (SUMS - 1) as f32) as usize;
    for point in points {
        let Some(pixel) = place(point) else { continue };
        let (since, sum) = &mut last[pixel];
        stays[row(pixel, *sum)] += point.t - *since;
        (*since, *sum) = (point.t, *sum + point.weight);
    }
    let of = |(pixel, (since, sum)): (usize, &(f32, f32))| {
        // Most pixels of a flock's film never change.
        if *since == from && *sum == 0.0 {
            return 0.0;
        }
        stays[row(pixel, *sum)] += to - since;
        let stays = &stays[pixel * SUMS..(pixel + 1) * SUMS];
        let longest = (0..SUMS).fold(RANGE, |best, sum| if stays[sum] > stays[best] { sum } else { best });
        longest as f32 - RANGE as f32
    };
    last.iter().enumerate().map(of).collect()
}
