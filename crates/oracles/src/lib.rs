//! Values that other programs computed, for tests: `tests/oracles/NAME.csv`, written by `tests/oracles/NAME.py`, and the inputs
//! that both sides make from a seed.

use bevy_math::{DVec3, Vec3};
use std::{collections::BTreeMap, fs, path::Path};

/// The values of one script, by name.
pub struct Oracle(BTreeMap<String, Vec<f64>>);

impl Oracle {
    /// Reads the values of a script.
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/oracles/{name}.csv"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let line = |line: &str| {
            let (name, values) = line.split_once(',').unwrap_or_else(|| panic!("{line}"));
            (name.to_owned(), values.split(',').map(|value| value.parse().unwrap()).collect())
        };
        Self(text.lines().map(line).collect())
    }

    /// The numbers of this name.
    pub fn values(&self, name: &str) -> &[f64] {
        self.0.get(name).unwrap_or_else(|| panic!("no value '{name}'"))
    }

    /// Asserts that a number is the one of this name, within a tolerance relative to it.
    pub fn agrees(&self, name: &str, number: f64, tolerance: f64) {
        self.agree(name, &[number], tolerance);
    }

    /// Asserts that numbers are those of this name, within a tolerance relative to the largest of them.
    pub fn agree(&self, name: &str, numbers: &[f64], tolerance: f64) {
        let values = self.values(name);
        assert_eq!(numbers.len(), values.len(), "{name}");
        let scale = values.iter().fold(0.0f64, |scale, value| scale.max(value.abs()));
        for (number, value) in numbers.iter().zip(values) {
            assert!((number - value).abs() <= tolerance * scale, "{name}: {number} against {value}");
        }
    }
}

/// Places in a box with its corner at the origin, and directions, one pair an agent: `scattered` of `tests/oracles/inputs.py`.
pub fn scattered(seed: u64, agents: usize, axes: usize, side: f64) -> Vec<(Vec3, Vec3)> {
    let mut numbers = series::uniform(seed);
    let mut drawn = || {
        let mut place = DVec3::ZERO;
        numbers.by_ref().take(axes).enumerate().for_each(|(axis, number)| place[axis] = number);
        place
    };
    let middle = if axes == 2 { DVec3::new(0.5, 0.5, 0.0) } else { DVec3::splat(0.5) };
    (0..agents).map(|_| ((side * drawn()).as_vec3(), (drawn() - middle).normalize().as_vec3())).collect()
}

/// Series that `tests/oracles/inputs.py` makes too, with the same bits.
pub mod series {
    /// Numbers uniform in [0, 1): SplitMix64 from this seed on.
    pub fn uniform(seed: u64) -> impl Iterator<Item = f64> {
        (1u64..).map(move |count| {
            let mut z = seed.wrapping_add(count.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
        })
    }

    /// Numbers nearly normal, with mean 0 and variance 1: sums of twelve uniform ones.
    pub fn normal(seed: u64) -> impl Iterator<Item = f64> {
        let mut uniform = uniform(seed);
        std::iter::repeat_with(move || uniform.by_ref().take(12).sum::<f64>() - 6.0)
    }

    /// x ← a x + √(1 − a²) e, of variance 1, from its stationary state on.
    pub fn autoregressive(a: f64, length: usize) -> Vec<f64> {
        let mut normal = normal(1);
        let first = normal.next().unwrap();
        let width = (1.0 - a * a).sqrt();
        std::iter::successors(Some(first), |x| Some(a * x + width * normal.next().unwrap())).take(length).collect()
    }

    /// x ← r x (1 − x) from 0.3, without its first 1000 values.
    pub fn logistic(r: f64, length: usize) -> Vec<f64> {
        std::iter::successors(Some(0.3), |x| Some(r * x * (1.0 - x))).skip(1000).take(length).collect()
    }
}
