//! What each means of the tight kernel is worth: Vicsek's rule begun in the plainest way, and one means more at a time.
//!
//! All forms begin from one state and draw the same noise; after the first steps their headings must agree to rounding.

use super::{SIZES, median, work};
use flockwork::sim::{Chance, maths};
use std::f32::consts::TAU;
use wide::f32x4;

/// What a form of the kernel does beyond the plainest: an index of cells, one agent after another, every neighbour
/// looked at from both sides, angles by `libm`.
#[derive(Clone, Copy, Default)]
struct Means {
    /// Agents themselves are put in the order of cells, and stay there.
    sorted: bool,
    /// A pair is looked at once and counts for both.
    half: bool,
    /// Four agents side by side look at one candidate at a time.
    lanes: bool,
    /// Sine, cosine and arctangent of four angles side by side.
    angles: bool,
    /// No angle at all: a heading is a sum brought to length 1 and turned by the noise.
    turned: bool,
}

const FORMS: [(&str, Means); 6] = [
    ("plain", Means { sorted: false, half: false, lanes: false, angles: false, turned: false }),
    ("kept sorted", Means { sorted: true, half: false, lanes: false, angles: false, turned: false }),
    ("… and each pair once", Means { sorted: true, half: true, lanes: false, angles: false, turned: false }),
    ("kept sorted, four side by side", Means { sorted: true, half: false, lanes: true, angles: false, turned: false }),
    ("… and our sine, cosine, arctangent", Means { sorted: true, half: false, lanes: true, angles: true, turned: false }),
    ("… and no angles", Means { sorted: true, half: false, lanes: true, angles: false, turned: true }),
];

/// x, y, cos, sin.
type Particle = [f32; 4];

struct Form {
    means: Means,
    side: f32,
    cells: usize,
    step: u64,
    /// In the order of cells after [`Form::sort`] where they are kept sorted, else by number.
    particles: Vec<Particle>,
    ids: Vec<u32>,
    /// The rows of particles in the order of cells, and where each cell begins in it.
    order: Vec<u32>,
    starts: Vec<u32>,
    next: Vec<Particle>,
    /// Sums of the neighbours' headings.
    sums: Vec<[f32; 2]>,
}

impl Form {
    fn new(means: Means, agents: u32) -> Self {
        let (side, start) = ((agents as f32).sqrt(), Chance::new(1, 0, "start"));
        let particle = |id| {
            let (sin, cos) = maths::sin_cos(TAU * start.unit(id, 2));
            [side * start.unit(id, 0), side * start.unit(id, 1), cos, sin]
        };
        let (count, cells) = (agents as usize, side as usize);
        Self {
            means,
            side,
            cells,
            step: 0,
            particles: (0..agents).map(particle).collect(),
            ids: (0..agents).collect(),
            order: vec![0; count],
            starts: vec![0; cells * cells + 1],
            next: vec![[0.0; 4]; count],
            sums: vec![[0.0; 2]; count],
        }
    }

    fn step(&mut self) {
        self.sort();
        self.sums.fill([0.0; 2]);
        match self.means {
            Means { half: true, .. } => self.look_once(),
            Means { lanes: true, .. } => self.look_four(),
            Means { sorted: true, .. } => self.look(|row| row),
            _ => {
                let order = std::mem::take(&mut self.order);
                self.look(|place| order[place] as usize);
                self.order = order;
            }
        }
        self.advance();
        self.step += 1;
    }

    /// Finds the agents of each cell.
    fn sort(&mut self) {
        let Self { side, cells, particles, ids, order, starts, next, .. } = self;
        let width = f64::from(*side) / *cells as f64;
        let along = |x: f32| ((f64::from(x) / width) as i32).clamp(0, *cells as i32 - 1) as usize;
        let cell = |own: &Particle| along(own[1]) * *cells + along(own[0]);
        starts.fill(0);
        particles.iter().for_each(|own| starts[cell(own) + 1] += 1);
        (1..starts.len()).for_each(|k| starts[k] += starts[k - 1]);
        let mut ends = starts.clone();
        for (row, own) in particles.iter().enumerate() {
            let place = &mut ends[cell(own)];
            order[*place as usize] = row as u32;
            *place += 1;
        }
        if self.means.sorted {
            next.iter_mut().zip(&*order).for_each(|(next, row)| *next = particles[*row as usize]);
            *ids = order.iter().map(|row| ids[*row as usize]).collect();
            std::mem::swap(particles, next);
        }
    }

    #[inline(always)]
    /// The runs of places that the cells beside those from `from` to `to` of line `y` span, each with its shift.
    fn runs(&self, y: usize, from: usize, to: usize, mut act: impl FnMut(u32, u32, f32, f32)) {
        let (cells, side) = (self.cells, self.side);
        for line in 0..3 {
            let (line, shift) = match y + line {
                0 => (cells - 1, -side),
                line if line > cells => (0, side),
                line => (line - 1, 0.0),
            };
            let starts = &self.starts[line * cells..=(line + 1) * cells];
            act(starts[from.saturating_sub(1)], starts[(to + 2).min(cells)], 0.0, shift);
            if from == 0 {
                act(starts[cells - 1], starts[cells], -side, shift);
            }
            if to + 1 == cells {
                act(starts[0], starts[1], side, shift);
            }
        }
    }

    /// One agent after another; `row` finds an agent by its place in the order of cells.
    fn look(&mut self, row: impl Fn(usize) -> usize) {
        let mut sums = std::mem::take(&mut self.sums);
        for cell in 0..self.cells * self.cells {
            for place in self.starts[cell] as usize..self.starts[cell + 1] as usize {
                let [x, y, ..] = self.particles[row(place)];
                let mut sum = [0.0; 2];
                self.runs(cell / self.cells, cell % self.cells, cell % self.cells, |from, to, shift_x, shift_y| {
                    for other in from as usize..to as usize {
                        let other = self.particles[row(other)];
                        let (dx, dy) = (other[0] - x + shift_x, other[1] - y + shift_y);
                        let inside = f32::from(u8::from(dx * dx + dy * dy <= 1.0));
                        sum = [sum[0] + inside * other[2], sum[1] + inside * other[3]];
                    }
                });
                sums[row(place)] = sum;
            }
        }
        self.sums = sums;
    }

    /// One agent after another with those behind it in its cell, in the cell to the right and in the three above.
    fn look_once(&mut self) {
        let Self { side, cells, particles, starts, sums, .. } = self;
        for cell in 0..*cells * *cells {
            let (y, x) = (cell / *cells, cell % *cells);
            let beside: [(usize, f32, f32); 4] = [(1, 0), (-1, 1), (0, 1), (1, 1)].map(|(right, up)| {
                let place = |at: usize, by: isize| match at as isize + by {
                    -1 => (*cells - 1, -*side),
                    at if at == *cells as isize => (0, *side),
                    at => (at as usize, 0.0),
                };
                let ((column, shift_x), (line, shift_y)) = (place(x, right), place(y, up));
                (line * *cells + column, shift_x, shift_y)
            });
            for row in starts[cell] as usize..starts[cell + 1] as usize {
                let own = particles[row];
                let mut sum = [own[2], own[3]];
                let mut meet = |from: usize, to: usize, shift_x: f32, shift_y: f32| {
                    for other in from..to {
                        let its = particles[other];
                        let (dx, dy) = (its[0] - own[0] + shift_x, its[1] - own[1] + shift_y);
                        let inside = f32::from(u8::from(dx * dx + dy * dy <= 1.0));
                        sum = [sum[0] + inside * its[2], sum[1] + inside * its[3]];
                        let both = &mut sums[other];
                        *both = [both[0] + inside * own[2], both[1] + inside * own[3]];
                    }
                };
                meet(row + 1, starts[cell + 1] as usize, 0.0, 0.0);
                for (cell, shift_x, shift_y) in beside {
                    meet(starts[cell] as usize, starts[cell + 1] as usize, shift_x, shift_y);
                }
                sums[row] = [sums[row][0] + sum[0], sums[row][1] + sum[1]];
            }
        }
    }

    /// Four agents of a line at a time.
    fn look_four(&mut self) {
        let (cells, mut sums) = (self.cells, std::mem::take(&mut self.sums));
        for y in 0..cells {
            let (mut row, end) = (self.starts[y * cells] as usize, self.starts[(y + 1) * cells] as usize);
            let mut from = 0;
            while row < end {
                let count = (end - row).min(4);
                while self.starts[y * cells + from + 1] as usize <= row {
                    from += 1;
                }
                let mut to = from;
                while (self.starts[y * cells + to + 1] as usize) < row + count {
                    to += 1;
                }
                let own = [0, 1, 2, 3].map(|lane: usize| self.particles[row + lane.min(count - 1)]);
                let (x, y_own) = (f32x4::new(own.map(|own| own[0])), f32x4::new(own.map(|own| own[1])));
                let (mut cos, mut sin) = (f32x4::ZERO, f32x4::ZERO);
                self.runs(y, from, to, |from, to, shift_x, shift_y| {
                    for other in &self.particles[from as usize..to as usize] {
                        let dx = f32x4::splat(other[0]) - x + f32x4::splat(shift_x);
                        let dy = f32x4::splat(other[1]) - y_own + f32x4::splat(shift_y);
                        let inside = (dx * dx + dy * dy).simd_le(f32x4::ONE);
                        cos += inside & f32x4::splat(other[2]);
                        sin += inside & f32x4::splat(other[3]);
                    }
                });
                let (cos, sin) = (cos.to_array(), sin.to_array());
                (0..count).for_each(|lane| sums[row + lane] = [cos[lane], sin[lane]]);
                row += count;
                from = to;
            }
        }
        self.sums = sums;
    }

    /// Noise, turn and step of all, four at a time.
    fn advance(&mut self) {
        let noise = Chance::new(1, self.step, "noise");
        let rows = self.particles.len();
        for row in (0..rows).step_by(4) {
            let lanes = [0, 1, 2, 3].map(|lane| (row + lane).min(rows - 1));
            let draw = noise.unit4(lanes.map(|row| self.ids[row]), 0) - f32x4::splat(0.5);
            let sum = [0, 1].map(|axis| f32x4::new(lanes.map(|row| self.sums[row][axis])));
            let (sin, cos) = if self.means.turned {
                let (sin, cos) = maths::sin_cos4(draw);
                let [along_x, along_y] = maths::unit4(sum);
                let [cos, sin] = maths::unit4([along_x * cos - along_y * sin, along_y * cos + along_x * sin]);
                (sin, cos)
            } else if self.means.angles {
                maths::sin_cos4(maths::atan2_4(sum[1], sum[0]) + draw)
            } else {
                let (draw, cos, sin) = (draw.to_array(), sum[0].to_array(), sum[1].to_array());
                let both = [0, 1, 2, 3].map(|lane| maths::sin_cos(maths::atan2(sin[lane], cos[lane]) + draw[lane]));
                (f32x4::new(both.map(|(sin, _)| sin)), f32x4::new(both.map(|(_, cos)| cos)))
            };
            let (cos, sin) = (cos.to_array(), sin.to_array());
            for (lane, row) in lanes.into_iter().enumerate().take(rows - row) {
                let [x, y, before_cos, before_sin] = self.particles[row];
                let wrap =
                    |at: f32| at + if at < 0.0 { self.side } else { 0.0 } - if at >= self.side { self.side } else { 0.0 };
                self.particles[row] = [wrap(x + 0.03 * before_cos), wrap(y + 0.03 * before_sin), cos[lane], sin[lane]];
            }
        }
    }

    /// The headings, by number.
    fn headings(&self) -> Vec<[f32; 2]> {
        let mut headings = vec![[0.0; 2]; self.ids.len()];
        self.ids.iter().zip(&self.particles).for_each(|(id, own)| headings[*id as usize] = [own[2], own[3]]);
        headings
    }
}

/// Times all forms in turns and tells them beside one another.
pub fn tell(most: u32) {
    println!("\n### What each means is worth (Vicsek's rule as a kernel, one thread, density 1)\n");
    println!("| form | agents | ns per agent-step | of the plain form |\n| --- | ---: | ---: | ---: |");
    for agents in SIZES.iter().copied().filter(|size| (10_000..=most).contains(size)) {
        let mut forms = FORMS.map(|(_, means)| Form::new(means, agents));
        forms.iter_mut().for_each(Form::step);
        let first = forms[0].headings();
        for (form, (name, _)) in forms.iter().zip(FORMS) {
            let apart = |(a, b): (&[f32; 2], &[f32; 2])| (a[0] - b[0]).abs().max((a[1] - b[1]).abs());
            let alike = form.headings().iter().zip(&first).filter(|pair| apart(*pair) < 1e-3).count();
            // A sum near zero has a direction that rounding decides; hardly any is.
            assert!(alike as f64 > 0.999 * f64::from(agents), "{name}: {alike} of {agents} agree with the plain form");
        }
        let steps = (5_000_000 / agents).max(2);
        let mut times = FORMS.map(|_| Vec::new());
        for _ in 0..super::BATCHES {
            for (form, times) in forms.iter_mut().zip(&mut times) {
                times.push(work(|| (0..steps).for_each(|_| form.step())) / f64::from(steps) / f64::from(agents));
            }
        }
        let times = times.map(median);
        for ((name, _), own) in FORMS.iter().zip(times) {
            println!("| {name} | {agents} | {own:.1} | {:.2} |", own / times[0]);
        }
    }
}
