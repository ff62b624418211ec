//! Counter-based chance: a draw is a pure function of (seed, step, stream, agent, number).
//!
//! No generator is stored or shared, so the order of updates, the number of threads and whoever looks on
//! cannot move a draw.

use super::{maths, vector::Vector};
use std::f64::consts::{PI, TAU};
use wide::f32x4;

/// All draws of one purpose at one step.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    key: u64,
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input reaches every bit of the output.
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Chance {
    /// The draws of `stream` (a purpose, such as `"noise"`) at `step` of a run with this seed.
    pub fn new(seed: u64, step: u64, stream: &str) -> Self {
        let stream =
            stream.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        Self { key: mix(mix(mix(seed) ^ stream) ^ step) }
    }

    /// 64 random bits: the `draw`-th of this agent.
    #[inline]
    pub fn bits(self, agent: u32, draw: u32) -> u64 {
        mix(self.key ^ mix((u64::from(draw) << 32) | u64::from(agent)))
    }

    /// Uniform in [0, 1), with 24 bits.
    #[inline]
    pub fn unit(self, agent: u32, draw: u32) -> f32 {
        (self.bits(agent, draw) >> 40) as f32 * (1.0 / (1u64 << 24) as f32)
    }

    /// The same for four agents.
    #[inline]
    pub fn unit4(self, agents: [u32; 4], draw: u32) -> f32x4 {
        let [a, b, c, d] = agents;
        f32x4::new([self.unit(a, draw), self.unit(b, draw), self.unit(c, draw), self.unit(d, draw)])
    }

    /// Uniform in [0, 1), with 53 bits.
    pub fn uniform(self, agent: u32, draw: u32) -> f64 {
        (self.bits(agent, draw) >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform among 0 … `n` − 1; `n` must not be 0. The bias is below n/2⁶⁴.
    pub fn below(self, agent: u32, draw: u32, n: u32) -> u32 {
        ((u128::from(self.bits(agent, draw)) * u128::from(n)) >> 64) as u32
    }

    /// Normal with mean 0 and standard deviation 1 (Box–Muller; uses the draws 2·`draw` and 2·`draw` + 1).
    pub fn normal(self, agent: u32, draw: u32) -> f64 {
        let radius = (-2.0 * maths::ln(1.0 - self.uniform(agent, 2 * draw))).sqrt();
        radius * maths::sin_cos(TAU * self.uniform(agent, 2 * draw + 1)).1
    }

    /// Lorentzian (Cauchy) with median 0 and half width 1.
    pub fn lorentzian(self, agent: u32, draw: u32) -> f64 {
        maths::tan(PI * (self.uniform(agent, draw) - 0.5))
    }

    /// A unit vector uniform over all directions (uses the draws 2·`draw` and 2·`draw` + 1).
    pub fn direction<V: Vector>(self, agent: u32, draw: u32) -> V {
        V::direction([self.unit(agent, 2 * draw), self.unit(agent, 2 * draw + 1)])
    }

    /// A permutation of 0 … n − 1 (Fisher–Yates), to be written over `order`.
    pub fn shuffle(self, order: &mut [u32]) {
        for i in (1..order.len()).rev() {
            let j = self.below(i as u32, 0, i as u32 + 1) as usize;
            order.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_each_of_its_five_coordinates_alone() {
        let draw = |seed, step, stream, agent, number| Chance::new(seed, step, stream).bits(agent, number);
        let first = draw(1, 2, "noise", 3, 4);
        assert_eq!(first, draw(1, 2, "noise", 3, 4));
        for other in [
            draw(2, 2, "noise", 3, 4),
            draw(1, 3, "noise", 3, 4),
            draw(1, 2, "start", 3, 4),
            draw(1, 2, "noise", 4, 4),
            draw(1, 2, "noise", 3, 5),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        // 10⁵ draws: standard errors are 0.0009 (uniform), 0.0032 (normal) and 0.0045 (its variance); bounds are 4 of them.
        let chance = Chance::new(7, 0, "test");
        let mean = |f: &dyn Fn(u32) -> f64| (0..100_000).map(f).sum::<f64>() / 1e5;
        assert!((mean(&|i| chance.uniform(i, 0)) - 0.5).abs() < 0.0037);
        assert!((mean(&|i| f64::from(chance.unit(i, 1))) - 0.5).abs() < 0.0037);
        assert!(mean(&|i| chance.normal(i, 2)).abs() < 0.0127);
        assert!((mean(&|i| chance.normal(i, 3) * chance.normal(i, 3)) - 1.0).abs() < 0.018);
        // Half of a Lorentzian lies within ±1.
        assert!((mean(&|i| f64::from(u8::from(chance.lorentzian(i, 4).abs() < 1.0))) - 0.5).abs() < 0.0064);
    }

    #[test]
    fn a_shuffle_is_a_permutation_without_favourites() {
        let mut counts = [0u32; 5];
        for seed in 0..10_000 {
            let mut order: Vec<u32> = (0..5).collect();
            Chance::new(seed, 0, "order").shuffle(&mut order);
            counts[order[0] as usize] += 1;
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4]);
        }
        // Binomial(10⁴, 1/5): standard deviation 40; bound 4 of them.
        assert!(counts.iter().all(|count| count.abs_diff(2000) < 160), "{counts:?}");
    }
}
