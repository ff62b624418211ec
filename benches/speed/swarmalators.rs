//! Swarmalators as a tight kernel: every pair, by Heun's method.

use super::{Kernel, sum_of};
use flockwork::sim::{Phase, Position, Setting, Simulation, maths};
use wide::f32x8;

pub fn setting(_: u32) -> Setting {
    Setting::new()
}

const K: f32 = -0.75;
const J: f32 = 1.0;
const DT: f32 = 0.1;

/// x, y, cos θ, sin θ and a weight (0 where there is nobody) of all, in columns.
#[derive(Default)]
struct Columns([Vec<f32>; 5]);

struct Tight {
    positions: Vec<[f32; 2]>,
    phases: Vec<f64>,
    columns: Columns,
    slopes: [Vec<[f32; 3]>; 2],
}

pub fn kernel(run: &Simulation) -> Box<dyn Kernel> {
    let agents = run.agents();
    let positions: Vec<[f32; 2]> =
        agents.column::<Position>().expect("all have one").iter().map(|at| at.0.to_array()).collect();
    let phases: Vec<f64> = agents.column::<Phase>().expect("all have one").iter().map(|phase| phase.0).collect();
    let count = phases.len();
    Box::new(Tight { positions, phases, columns: Columns::default(), slopes: [vec![[0.0; 3]; count], vec![[0.0; 3]; count]] })
}

impl Columns {
    fn fill(&mut self, state: impl ExactSizeIterator<Item = ([f32; 2], f64)>) {
        let count = state.len();
        self.0.iter_mut().for_each(|column| {
            column.clear();
            column.resize(count.next_multiple_of(8), 0.0);
        });
        for (i, ([x, y], phase)) in state.enumerate() {
            let (sin, cos) = maths::sin_cos(phase);
            for (column, value) in self.0.iter_mut().zip([x, y, cos as f32, sin as f32, 1.0]) {
                column[i] = value;
            }
        }
    }

    fn slopes(&self, slopes: &mut [[f32; 3]]) {
        let [x, y, cos, sin, weight] = &self.0;
        let (share, eight) =
            (1.0 / slopes.len() as f32, |column: &[f32], k: usize| f32x8::new(column[k..k + 8].try_into().expect("eight")));
        for (i, slope) in slopes.iter_mut().enumerate() {
            let own = [x[i], y[i], cos[i], sin[i]].map(f32x8::splat);
            let mut sums = [f32x8::ZERO; 3];
            for k in (0..x.len()).step_by(8) {
                let (dx, dy) = (eight(x, k) - own[0], eight(y, k) - own[1]);
                let squared = dx * dx + dy * dy;
                let inverse = eight(weight, k) / squared.fast_max(f32x8::splat(f32::MIN_POSITIVE)).sqrt();
                let inverse = squared.simd_gt(f32x8::ZERO) & inverse;
                let (cos, sin) = (eight(cos, k), eight(sin, k));
                let cos_ahead = cos * own[2] + sin * own[3];
                let sin_ahead = sin * own[2] - cos * own[3];
                let pull = inverse * (f32x8::ONE + f32x8::splat(J) * cos_ahead - inverse);
                sums = [sums[0] + dx * pull, sums[1] + dy * pull, sums[2] + sin_ahead * inverse];
            }
            let [a, b, c] = sums.map(|sums| sums.to_array().iter().sum::<f32>());
            *slope = [share * a, share * b, share * K * c];
        }
    }
}

impl Kernel for Tight {
    fn step(&mut self) {
        let Self { positions, phases, columns, slopes: [first, second] } = self;
        columns.fill(positions.iter().copied().zip(phases.iter().copied()));
        columns.slopes(first);
        let ahead = positions.iter().zip(&*phases).zip(&*first).map(|((at, phase), slope)| {
            ([at[0] + DT * slope[0], at[1] + DT * slope[1]], phase + f64::from(DT) * f64::from(slope[2]))
        });
        columns.fill(ahead);
        columns.slopes(second);
        let half = 0.5 * DT;
        for (((at, phase), first), second) in positions.iter_mut().zip(phases).zip(&*first).zip(&*second) {
            *at = [at[0] + (half * first[0] + half * second[0]), at[1] + (half * first[1] + half * second[1])];
            let change = f64::from(half) * f64::from(first[2]) + f64::from(half) * f64::from(second[2]);
            *phase = maths::wrap_angle(*phase + change);
        }
    }

    fn digest(&self) -> u64 {
        let positions = self.positions.iter().map(|at| sum_of(at)).fold(0, u64::wrapping_add);
        self.phases.iter().map(|phase| phase.to_bits()).fold(positions, u64::wrapping_add)
    }
}
