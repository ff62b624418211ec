//! Kuramoto's oscillators as a tight kernel: classical Runge–Kutta steps of all with all, or on a network.

use super::Kernel;
use flockwork::sim::{Frequency, Network, Phase, Setting, Simulation, maths};
use wide::f64x2;

/// Everyone with everyone, near the onset of synchrony.
pub fn complete(_: u32) -> Setting {
    Setting::new().number("coupling", 2.5)
}

/// A random network of four links an oscillator.
pub fn sparse(_: u32) -> Setting {
    complete(0).choice("topology", "random").number("degree", 4.0)
}

/// The model adds up so many points at a time.
const CHUNK: usize = 1024;

struct Tight {
    coupling: f64,
    dt: f64,
    network: Network,
    phases: Vec<f64>,
    frequencies: Vec<f64>,
    points: Vec<[f64; 2]>,
    next: Vec<[f64; 2]>,
    change: Vec<f64>,
}

pub fn kernel(run: &Simulation) -> Box<dyn Kernel> {
    let agents = run.agents();
    let phases: Vec<f64> = agents.column::<Phase>().expect("all have one").iter().map(|phase| phase.0).collect();
    let frequencies = agents.column::<Frequency>().expect("all have one").iter().map(|frequency| frequency.0).collect();
    let count = phases.len();
    Box::new(Tight {
        coupling: 2.5,
        dt: 0.05,
        network: agents.network().expect("there is one").clone(),
        phases,
        frequencies,
        points: vec![[0.0; 2]; count],
        next: vec![[0.0; 2]; count],
        change: vec![0.0; count],
    })
}

/// Angles, given first, to points of the circle; returns their mean.
fn to_circle(angles: &mut [[f64; 2]]) -> [f64; 2] {
    let mut total = [0.0; 2];
    for chunk in angles.chunks_mut(CHUNK) {
        let (mut cos_sum, mut sin_sum) = (f64x2::ZERO, f64x2::ZERO);
        let mut pairs = chunk.chunks_exact_mut(2);
        for pair in &mut pairs {
            let (sin, cos) = maths::sin_cos2(f64x2::new([pair[0][0], pair[1][0]]));
            (cos_sum, sin_sum) = (cos_sum + cos, sin_sum + sin);
            let ([sin_0, sin_1], [cos_0, cos_1]) = (sin.to_array(), cos.to_array());
            (pair[0], pair[1]) = ([cos_0, sin_0], [cos_1, sin_1]);
        }
        let mut sum = [cos_sum.reduce_add(), sin_sum.reduce_add()];
        for last in pairs.into_remainder() {
            let (sin, cos) = maths::sin_cos2(f64x2::splat(last[0]));
            *last = [cos.to_array()[0], sin.to_array()[0]];
            sum = [sum[0] + last[0], sum[1] + last[1]];
        }
        total = [total[0] + sum[0], total[1] + sum[1]];
    }
    total.map(|sum| sum / angles.len() as f64)
}

impl Kernel for Tight {
    fn step(&mut self) {
        let Self { coupling, dt, network, phases, frequencies, points, next, change } = self;
        points.iter_mut().zip(&*phases).for_each(|(point, phase)| point[0] = *phase);
        let mut mean = to_circle(points);
        for (stage, (weight, ahead)) in
            [(1.0 / 6.0, 0.5), (1.0 / 3.0, 0.5), (1.0 / 3.0, 1.0), (1.0 / 6.0, 0.0)].into_iter().enumerate()
        {
            for i in 0..phases.len() {
                let field = if network.is_complete() {
                    mean
                } else {
                    network.links(i as u32).iter().fold([0.0; 2], |sum, other| {
                        let other = points[*other as usize];
                        [sum[0] + other[0], sum[1] + other[1]]
                    })
                };
                let [cos, sin] = points[i];
                let slope = frequencies[i] + *coupling * (cos * field[1] - sin * field[0]);
                let before = if stage == 0 { 0.0 } else { change[i] };
                change[i] = before + weight * *dt * slope;
                next[i][0] = phases[i] + ahead * *dt * slope;
            }
            if ahead > 0.0 {
                mean = to_circle(next);
            }
            std::mem::swap(points, next);
        }
        phases.iter_mut().zip(&*change).for_each(|(phase, change)| *phase = maths::wrap_angle(*phase + change));
    }

    fn digest(&self) -> u64 {
        self.phases.iter().map(|phase| phase.to_bits()).fold(0, u64::wrapping_add)
    }
}
