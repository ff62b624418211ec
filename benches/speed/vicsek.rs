//! Vicsek's rule as a tight kernel: metric radius, angular noise, backward update, on a torus.
//!
//! What makes it fast: agents are sorted into cells by counting sort and stay sorted from step to step; position and
//! heading of an agent are one load; four agents side by side look at one candidate at a time; no angle is ever computed,
//! a heading is a sum brought to length 1 and rotated by the noise.

use super::{Kernel, sum_of};
use flockwork::sim::{Chance, Heading, Id, Position, Setting, Simulation, maths};
use wide::f32x4;

/// Density 1, noise 1.
pub fn setting(agents: u32) -> Setting {
    Setting::new().number("noise", 1.0).number("size", f64::from(agents).sqrt())
}

#[derive(Clone, Copy, Default)]
struct Particle {
    x: f32,
    y: f32,
    cos: f32,
    sin: f32,
}

struct Tight {
    side: f32,
    /// Cells along a side.
    cells: usize,
    step: u64,
    particles: Vec<Particle>,
    ids: Vec<u32>,
    sorted: Vec<Particle>,
    sorted_ids: Vec<u32>,
    cell: Vec<u32>,
    starts: Vec<u32>,
    next: Vec<u32>,
}

const NOISE: f32 = 1.0;
const SPEED: f32 = 0.03;

pub fn kernel(run: &Simulation) -> Box<dyn Kernel> {
    let agents = run.agents();
    let side = agents.space().size.x;
    let ids: Vec<u32> = agents.column::<Id>().expect("all have one").iter().map(|id| id.0).collect();
    let positions = agents.column::<Position>().expect("all have one");
    let headings = agents.column::<Heading>().expect("all have one");
    let particle = |(at, along): (&Position, &Heading)| Particle { x: at.0.x, y: at.0.y, cos: along.0.x, sin: along.0.y };
    let particles: Vec<Particle> = positions.iter().zip(&headings).map(particle).collect();
    let (count, cells) = (ids.len(), side.floor() as usize);
    Box::new(Tight {
        side,
        cells,
        step: 0,
        sorted: particles.clone(),
        sorted_ids: ids.clone(),
        particles,
        ids,
        cell: vec![0; count],
        starts: vec![0; cells * cells + 1],
        next: Vec::new(),
    })
}

impl Tight {
    fn sort(&mut self) {
        let Self { cells, particles, ids, sorted, sorted_ids, cell, starts, next, .. } = self;
        let width = f64::from(self.side) / *cells as f64;
        let along = |x: f32| ((f64::from(x) / width) as i32).clamp(0, *cells as i32 - 1) as usize;
        starts.fill(0);
        for (particle, cell) in particles.iter().zip(&mut *cell) {
            let k = along(particle.y) * *cells + along(particle.x);
            *cell = k as u32;
            starts[k + 1] += 1;
        }
        for k in 1..starts.len() {
            starts[k] += starts[k - 1];
        }
        next.clone_from(starts);
        for ((particle, id), cell) in particles.iter().zip(&*ids).zip(&*cell) {
            let place = &mut next[*cell as usize];
            sorted[*place as usize] = *particle;
            sorted_ids[*place as usize] = *id;
            *place += 1;
        }
        std::mem::swap(ids, sorted_ids);
    }
}

impl Kernel for Tight {
    fn step(&mut self) {
        self.sort();
        let noise = Chance::new(1, self.step, "noise");
        self.step += 1;
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
                let lanes = [0, 1, 2, 3].map(|lane: usize| row + lane.min(count - 1));
                let own = lanes.map(|row| sorted[row]);
                let (own_x, own_y) = (f32x4::new(own.map(|own| own.x)), f32x4::new(own.map(|own| own.y)));
                let (mut cos, mut sin) = (f32x4::ZERO, f32x4::ZERO);
                let mut look = |from: u32, to: u32, shift_x: f32, shift_y: f32| {
                    let (shift_x, shift_y) = (f32x4::splat(shift_x), f32x4::splat(shift_y));
                    for other in &sorted[from as usize..to as usize] {
                        let along_x = f32x4::splat(other.x) - own_x + shift_x;
                        let along_y = f32x4::splat(other.y) - own_y + shift_y;
                        let inside = (along_x * along_x + along_y * along_y).simd_le(f32x4::ONE);
                        cos += inside & f32x4::splat(other.cos);
                        sin += inside & f32x4::splat(other.sin);
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
                let draw = noise.unit4(lanes.map(|row| self.ids[row]), 0) - f32x4::splat(0.5);
                let (noise_sin, noise_cos) = maths::sin_cos4(draw * f32x4::splat(NOISE));
                let [cos, sin] = maths::unit4([cos, sin]);
                let turned = maths::unit4([cos * noise_cos - sin * noise_sin, sin * noise_cos + cos * noise_sin]);
                let wrap = |at: f32x4| {
                    let side = f32x4::splat(side);
                    let at = at + (at.simd_lt(f32x4::ZERO) & side);
                    at - (at.simd_ge(side) & side)
                };
                let speed = f32x4::splat(SPEED);
                let x = wrap(own_x + speed * f32x4::new(own.map(|own| own.cos))).to_array();
                let y = wrap(own_y + speed * f32x4::new(own.map(|own| own.sin))).to_array();
                let [cos, sin] = turned.map(f32x4::to_array);
                for lane in 0..count {
                    self.particles[row + lane] = Particle { x: x[lane], y: y[lane], cos: cos[lane], sin: sin[lane] };
                }
                row += count;
                from = to;
            }
        }
    }

    fn digest(&self) -> u64 {
        self.particles.iter().map(|own| sum_of(&[own.x, own.y, own.cos, own.sin])).fold(0, u64::wrapping_add)
    }
}
