//! Boids that turn all at once, as a tight kernel.

use super::{Kernel, sum_of};
use flockwork::sim::{Heading, Position, Setting, Simulation, maths};
use wide::f32x4;

/// NetLogo's own density and rules.
pub fn setting(agents: u32) -> Setting {
    let size = 71.0 * (f64::from(agents) / 300.0).sqrt();
    Setting::new().choice("update", "synchronous").number("size", size)
}

#[derive(Clone, Copy, Default)]
struct Bird {
    x: f32,
    y: f32,
    cos: f32,
    sin: f32,
}

struct Tight {
    side: f32,
    cells: usize,
    birds: Vec<Bird>,
    sorted: Vec<Bird>,
    cell: Vec<u32>,
    starts: Vec<u32>,
    next: Vec<u32>,
}

const VISION: f32 = 5.0;
const SEPARATION: f32 = 1.0;
/// Largest turns: alignment, cohesion, separation, in degrees.
const TURNS: [f32; 3] = [5.0, 3.0, 1.5];
const SPEED: f32 = 1.0;

pub fn kernel(run: &Simulation) -> Box<dyn Kernel> {
    let agents = run.agents();
    let side = agents.space().size.x;
    let positions = agents.column::<Position>().expect("all have one");
    let headings = agents.column::<Heading>().expect("all have one");
    let bird = |(at, along): (&Position, &Heading)| Bird { x: at.0.x, y: at.0.y, cos: along.0.x, sin: along.0.y };
    let birds: Vec<Bird> = positions.iter().zip(&headings).map(bird).collect();
    let cells = (side / VISION).floor() as usize;
    let (count, starts) = (birds.len(), vec![0; cells * cells + 1]);
    Box::new(Tight { side, cells, sorted: birds.clone(), birds, cell: vec![0; count], starts, next: Vec::new() })
}

impl Tight {
    fn sort(&mut self) {
        let Self { cells, birds, sorted, cell, starts, next, .. } = self;
        let width = f64::from(self.side) / *cells as f64;
        let along = |x: f32| ((f64::from(x) / width) as i32).clamp(0, *cells as i32 - 1) as usize;
        starts.fill(0);
        for (bird, cell) in birds.iter().zip(&mut *cell) {
            let k = along(bird.y) * *cells + along(bird.x);
            *cell = k as u32;
            starts[k + 1] += 1;
        }
        for k in 1..starts.len() {
            starts[k] += starts[k - 1];
        }
        next.clone_from(starts);
        for (bird, cell) in birds.iter().zip(&*cell) {
            let place = &mut next[*cell as usize];
            sorted[*place as usize] = *bird;
            *place += 1;
        }
    }
}

fn turn(from: [f32x4; 2], to: [f32x4; 2]) -> [f32x4; 2] {
    maths::unit4([from[0] * to[0] + from[1] * to[1], from[0] * to[1] - from[1] * to[0]])
}

fn at_most(heading: [f32x4; 2], [cos, sin]: [f32x4; 2], (most_sin, most_cos): (f32, f32)) -> [f32x4; 2] {
    let too_far = cos.simd_lt(f32x4::splat(most_cos));
    let cos = too_far.bitselect(f32x4::splat(most_cos), cos);
    let sin = too_far.bitselect(f32x4::splat(most_sin) | (sin & f32x4::splat(-0.0)), sin);
    maths::unit4([heading[0] * cos - heading[1] * sin, heading[0] * sin + heading[1] * cos])
}

impl Kernel for Tight {
    fn step(&mut self) {
        self.sort();
        let turns = TURNS.map(|degrees| maths::sin_cos(degrees.to_radians()));
        let (cells, side, starts, sorted) = (self.cells, self.side, &self.starts[..], &self.sorted[..]);
        for y in 0..cells {
            let (mut row, end) = (starts[y * cells] as usize, starts[(y + 1) * cells] as usize);
            let mut from = 0;
            while row < end {
                let count = (end - row).min(4);
                while starts[y * cells + from + 1] as usize <= row {
                    from += 1;
                }
                let mut to = from;
                while (starts[y * cells + to + 1] as usize) < row + count {
                    to += 1;
                }
                let own = [0, 1, 2, 3].map(|lane: usize| sorted[row + lane.min(count - 1)]);
                let (own_x, own_y) = (f32x4::new(own.map(|own| own.x)), f32x4::new(own.map(|own| own.y)));
                let heading = [f32x4::new(own.map(|own| own.cos)), f32x4::new(own.map(|own| own.sin))];
                let mut nearest_squared = f32x4::splat(f32::INFINITY);
                let (mut nearest, mut mean, mut bearing) = ([f32x4::ZERO; 2], [f32x4::ZERO; 2], [f32x4::ZERO; 2]);
                let mut look = |from: u32, to: u32, shift_x: f32, shift_y: f32| {
                    let (shift_x, shift_y) = (f32x4::splat(shift_x), f32x4::splat(shift_y));
                    for (k, other) in (from as usize..).zip(&sorted[from as usize..to as usize]) {
                        let along_x = f32x4::splat(other.x) - own_x + shift_x;
                        let along_y = f32x4::splat(other.y) - own_y + shift_y;
                        let squared = along_x * along_x + along_y * along_y;
                        let lane = k.wrapping_sub(row);
                        let but = f32x4::new([0, 1, 2, 3].map(|own| f32::from_bits(if own == lane { 0 } else { u32::MAX })));
                        let mate = squared.simd_le(f32x4::splat(VISION * VISION)) & but;
                        let nearer = mate & squared.simd_lt(nearest_squared);
                        nearest_squared = nearer.bitselect(squared, nearest_squared);
                        let inverse = f32x4::ONE / squared.fast_max(f32x4::splat(f32::MIN_POSITIVE)).sqrt();
                        let (cos, sin) = (f32x4::splat(other.cos), f32x4::splat(other.sin));
                        nearest = [nearer.bitselect(cos, nearest[0]), nearer.bitselect(sin, nearest[1])];
                        mean = [mean[0] + (mate & cos), mean[1] + (mate & sin)];
                        bearing = [bearing[0] + (mate & (along_x * inverse)), bearing[1] + (mate & (along_y * inverse))];
                    }
                };
                for line in 0..3 {
                    let (line, shift) = match y + line {
                        0 => (cells - 1, -side),
                        line if line > cells => (0, side),
                        line => (line - 1, 0.0),
                    };
                    let starts = &starts[line * cells..=(line + 1) * cells];
                    look(starts[from.saturating_sub(1)], starts[(to + 2).min(cells)], 0.0, shift);
                    if from == 0 {
                        look(starts[cells - 1], starts[cells], -side, shift);
                    }
                    if to + 1 == cells {
                        look(starts[0], starts[1], side, shift);
                    }
                }
                let aligned = at_most(heading, turn(heading, mean), turns[0]);
                let cohered = at_most(aligned, turn(aligned, bearing), turns[1]);
                let apart = at_most(heading, turn(nearest, heading), turns[2]);
                let crowded = nearest_squared.simd_lt(f32x4::splat(SEPARATION * SEPARATION));
                let [cos, sin] = [0, 1].map(|axis| crowded.bitselect(apart[axis], cohered[axis]));
                let wrap = |at: f32x4| {
                    let side = f32x4::splat(side);
                    let at = at + (at.simd_lt(f32x4::ZERO) & side);
                    (at - (at.simd_ge(side) & side)).to_array()
                };
                let (x, y) = (wrap(own_x + f32x4::splat(SPEED) * cos), wrap(own_y + f32x4::splat(SPEED) * sin));
                let (cos, sin) = (cos.to_array(), sin.to_array());
                for lane in 0..count {
                    self.birds[row + lane] = Bird { x: x[lane], y: y[lane], cos: cos[lane], sin: sin[lane] };
                }
                row += count;
                from = to;
            }
        }
    }

    fn digest(&self) -> u64 {
        self.birds.iter().map(|own| sum_of(&[own.x, own.y, own.cos, own.sin])).fold(0, u64::wrapping_add)
    }
}
