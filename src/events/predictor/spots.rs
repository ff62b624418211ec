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
/// Least sum that stands out.
const OUT: f32 = 0.9;
/// Quantile of the sums that stand out, which is taken for a pixel that a spot fills.
const FULL: f32 = 0.9;
/// Radius in which the middle of a spot is looked for, px, and how far beyond the mean of what lies there the next guess is.
const RADIUS: f32 = 1.5;
const OVERSHOOT: f32 = 1.3;
/// Least that lies in a spot, in filled pixels: in the weighted 3 × 3 pixels where it is found, and around its middle.
const FOUND: f32 = 2.5;
const LEAST: f32 = 1.0;
/// Spots nearer than this are one, px.
const SAME: f32 = 0.7;
/// Most spots of an image.
const MOST_SPOTS: usize = 400;

/// Share of the images by which it is known what each pixel shows most of the time: the last ones only have to be looked at.
const KNOWN: f32 = 0.9;

/// What a window's points add up to, pixel by pixel, as they come, and the images that have passed.
pub(super) struct Sums {
    from: f32,
    pace: f32,
    count: usize,
    /// What each pixel's points add up to by now.
    now: Vec<f32>,
    stays: Vec<Stays>,
    passed: usize,
    /// Those that have passed: sums, until the ground is known, then shares.
    images: Images,
    ground: Option<Ground>,
}

/// Since when a pixel has had its sum, and how long it was at each.
#[derive(Clone, Copy)]
struct Stays {
    since: f32,
    at: [f32; SUMS],
}

/// What each pixel shows most of the time, and what stands out from it.
struct Ground {
    usual: Vec<f32>,
    /// Contrast of a pixel that a spot fills.
    whole: f32,
    /// Shares of whole sums: events leave no others.
    known: [f32; SUMS + 1],
}

fn contrast(sum: f32) -> f32 {
    maths::exp(THRESHOLD * (sum + UNSEEN)) - 1.0
}

impl Ground {
    /// `middle` is an image of sums.
    fn new(usual: Vec<f32>, middle: &[f32]) -> Self {
        let apart = middle.iter().zip(&usual).map(|(sum, usual)| (sum - usual).abs());
        let mut out: Vec<f32> = apart.filter(|sum| *sum >= OUT).collect();
        let at = (FULL * out.len() as f32) as usize;
        let full = if out.is_empty() { 1.0 } else { *out.select_nth_unstable_by(at, f32::total_cmp).1 };
        let whole = contrast(full.max(1.0));
        Self { usual, whole, known: std::array::from_fn(|sum| (contrast(sum as f32) / whole).min(1.0)) }
    }

    /// Turns sums into shares that stand out.
    fn develop(&self, image: &mut [f32]) {
        for (share, usual) in image.iter_mut().zip(&self.usual) {
            let sum = (*share - usual).abs();
            let near = (sum + 0.5) as usize;
            *share = if sum < OUT {
                0.0
            } else if (sum - near as f32).abs() < 1e-3 && near < self.known.len() {
                self.known[near]
            } else {
                (contrast(sum) / self.whole).min(1.0)
            };
        }
    }
}

impl Sums {
    /// For images at `from + pace`, `from + 2 pace`, …, at least three.
    pub fn new(from: f32, pace: f32, count: usize) -> Self {
        let pixels = HEIGHT * HEIGHT;
        Self {
            from,
            pace,
            count,
            now: vec![0.0; pixels],
            stays: vec![Stays { since: from, at: [0.0; SUMS] }; pixels],
            passed: 0,
            images: Images { room: HEIGHT, width: HEIGHT, shares: vec![0.0; pixels * count] },
            ground: None,
        }
    }

    /// Takes a point that is not earlier than all before.
    pub fn add(&mut self, point: &Point) {
        let (x, y) = (point.x as usize, point.y as usize);
        self.images.width = self.images.width.max((x + 1).min(MOST_COLUMNS));
        if x >= MOST_COLUMNS || y >= HEIGHT {
            return;
        }
        if x >= self.images.room {
            self.widen();
        }
        let pixel = y * self.images.room + x;
        let (now, stays) = (&mut self.now[pixel], &mut self.stays[pixel]);
        stays.at[place(*now)] += point.t - stays.since;
        stays.since = point.t;
        *now += point.weight;
    }

    /// The moment of the next image; none after the last.
    pub fn next(&self) -> Option<f32> {
        (self.passed < self.count).then(|| self.moment(self.passed))
    }

    fn moment(&self, number: usize) -> f32 {
        self.from + self.pace * (number + 1) as f32
    }

    /// The next image passes: all points up to its moment have come. How many can be looked at now: none, until the ground is
    /// known.
    pub fn pass(&mut self) -> usize {
        let number = self.passed;
        self.passed += 1;
        self.images.image_mut(number).copy_from_slice(&self.now);
        match &self.ground {
            Some(ground) => ground.develop(self.images.image_mut(number)),
            // The middle image tells what a filled pixel is.
            None if self.passed >= (KNOWN * self.count as f32) as usize && number >= self.count / 2 => {
                let ground = Ground::new(self.usual(self.moment(number)), self.images.image(self.count / 2));
                (0..self.passed).for_each(|number| ground.develop(self.images.image_mut(number)));
                self.ground = Some(ground);
            }
            None => return 0,
        }
        self.passed
    }

    /// The images, of which those may be looked at that have passed.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// Makes room for the widest sensor.
    fn widen(&mut self) {
        let room = self.images.room;
        self.now = wide(&self.now, room, 0.0);
        self.stays = wide(&self.stays, room, Stays { since: self.from, at: [0.0; SUMS] });
        self.images.shares = wide(&self.images.shares, room, 0.0);
        if let Some(ground) = &mut self.ground {
            ground.usual = wide(&ground.usual, room, 0.0);
        }
        self.images.room = MOST_COLUMNS;
    }

    /// The sum at which each pixel stayed longest until a moment.
    fn usual(&self, to: f32) -> Vec<f32> {
        let of = |(now, stays): (&f32, &Stays)| {
            // Most pixels of a flock's film never change.
            if stays.since == self.from && *now == 0.0 {
                return 0.0;
            }
            let mut at = stays.at;
            at[place(*now)] += to - stays.since;
            let longest = (0..SUMS).fold(RANGE, |best, sum| if at[sum] > at[best] { sum } else { best });
            longest as f32 - RANGE as f32
        };
        self.now.iter().zip(&self.stays).map(of).collect()
    }
}

/// Rows of so many columns, widened to as many as there may be.
fn wide<T: Copy>(list: &[T], room: usize, fill: T) -> Vec<T> {
    let mut wide = vec![fill; list.len() / room * MOST_COLUMNS];
    for (to, from) in wide.chunks_exact_mut(MOST_COLUMNS).zip(list.chunks_exact(room)) {
        to[..room].copy_from_slice(from);
    }
    wide
}

/// The place of a sum, rounded, among those that are told apart.
fn place(sum: f32) -> usize {
    ((sum + RANGE as f32 + 0.5).max(0.0) as usize).min(SUMS - 1)
}

/// Images one after another: which share of each pixel stands out from what it shows most of the time.
pub(super) struct Images {
    /// Columns for which there is room, and those in which something was seen: at least as many as rows.
    room: usize,
    width: usize,
    shares: Vec<f32>,
}

/// The pixels that a stretch about a place touches, of so many.
fn range(centre: f32, reach: f32, pixels: usize) -> std::ops::Range<usize> {
    let end = if centre + reach < 0.0 { 0 } else { (centre + reach) as usize + 1 };
    ((centre - reach).max(0.0) as usize).min(pixels)..end.min(pixels)
}

impl Images {
    fn image(&self, number: usize) -> &[f32] {
        &self.shares[number * self.room * HEIGHT..(number + 1) * self.room * HEIGHT]
    }

    fn image_mut(&mut self, number: usize) -> &mut [f32] {
        &mut self.shares[number * self.room * HEIGHT..(number + 1) * self.room * HEIGHT]
    }

    /// Whether a place is so near to the edge that a spot there may be seen in part.
    pub fn leaves(&self, place: Vec2) -> bool {
        place.x < 2.0 || place.y < 2.0 || place.x > self.width as f32 - 2.0 || place.y > HEIGHT as f32 - 2.0
    }

    /// Hands over the pixels nearer to a place than a radius: how far they are from it (and that squared), and their share.
    fn around(&self, number: usize, place: Vec2, radius: f32, mut act: impl FnMut(Vec2, f32, f32)) {
        let image = self.image(number);
        let columns = range(place.x, radius, self.width);
        for y in range(place.y, radius, HEIGHT) {
            let down = y as f32 + 0.5 - place.y;
            let row = &image[y * self.room..(y + 1) * self.room];
            for x in columns.clone() {
                let off = Vec2::new(x as f32 + 0.5 - place.x, down);
                let square = off.length_squared();
                if square < radius * radius {
                    act(off, square, row[x]);
                }
            }
        }
    }

    /// What lies within a radius of a place, in filled pixels.
    pub fn mass(&self, number: usize, place: Vec2, radius: f32) -> f32 {
        let mut mass = 0.0;
        self.around(number, place, radius, |_, _, share| mass += share);
        mass
    }

    /// The middle of the spot at a place, after some steps of mean shift, and what lies there; nothing where there is no spot.
    pub fn middle(&self, number: usize, mut place: Vec2, steps: u32) -> Option<(Vec2, f32)> {
        let mut mass = 0.0;
        for _ in 0..steps {
            let mut sum = Vec2::ZERO;
            mass = 0.0;
            self.around(number, place, RADIUS + 0.5, |off, square, share| {
                // Within the inner pixel all counts, and no root is needed to say so.
                let edge = RADIUS - 0.5;
                let weight = if square <= edge * edge { share } else { share * (RADIUS + 0.5 - square.sqrt()).clamp(0.0, 1.0) };
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
        let (image, room) = (self.image(number), self.room);
        let mut smooth = vec![0.0f32; image.len()];
        for y in 1..HEIGHT - 1 {
            for x in 1..self.width - 1 {
                let at = y * room + x;
                let cross = image[at] + image[at - 1] + image[at + 1] + image[at - room] + image[at + room];
                let corners = image[at - room - 1] + image[at - room + 1] + image[at + room - 1] + image[at + room + 1];
                smooth[at] = cross + 0.7 * corners;
            }
        }
        let mut spots: Vec<Vec2> = Vec::new();
        for y in 2..HEIGHT - 2 {
            for x in 2..self.width - 2 {
                let at = y * room + x;
                let here = smooth[at];
                // Of equals the first.
                let before = [at - room - 1, at - room, at - room + 1, at - 1];
                let after = [at + 1, at + room - 1, at + room, at + room + 1];
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
