//! Values that other programs computed, for tests: `tests/oracles/NAME.csv`, written by `tests/oracles/NAME.py`.

use crate::{
    lab::Lab,
    scene::Value,
    sim::{Column, Heading, Id, Phase, Position, Setting, Simulation, Vector, Velocity, maths},
};
use bevy_math::{DVec3, Vec3};
use std::{collections::BTreeMap, fs, path::Path};

/// The values of one script, by name.
pub struct Oracle(BTreeMap<String, Vec<f64>>);

impl Oracle {
    /// Reads the values of a script.
    pub fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/oracles/{name}.csv"));
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

/// A run that took some steps from such a start; velocities have the length 1, phases are the angles of the directions.
/// `prepare` may put in more before the first step.
pub fn walked<V: Vector>(
    model: &str,
    setting: &Setting,
    start: &[(Vec3, Vec3)],
    steps: u64,
    prepare: impl FnOnce(&mut Simulation),
) -> Simulation {
    let lab = Lab::new();
    let model = lab.models().find(model).unwrap();
    let mut scene = model.scene();
    model.set(&mut *scene.model.params, "agents", &Value::Number(start.len() as f64)).unwrap();
    for (path, value) in &setting.0 {
        model.set(&mut *scene.model.params, path, value).unwrap();
    }
    let mut run = Simulation::new(&scene, lab.models(), Some(1)).unwrap();
    let of = |id: &Id| start[id.0 as usize];
    let angle = |id: &Id| Phase(maths::atan2(f64::from(of(id).1.y), f64::from(of(id).1.x)));
    run.change(|ids, all: &mut [Position<V>]| ids.iter().zip(all).for_each(|(id, one)| one.0 = V::of_space(of(id).0)));
    run.change(|ids, all: &mut [Heading<V>]| ids.iter().zip(all).for_each(|(id, one)| one.0 = V::of_space(of(id).1)));
    run.change(|ids, all: &mut [Velocity<V>]| ids.iter().zip(all).for_each(|(id, one)| one.0 = V::of_space(of(id).1)));
    run.change(|ids, all: &mut [Phase]| ids.iter().zip(all).for_each(|(id, one)| *one = angle(id)));
    prepare(&mut run);
    for _ in 0..steps {
        run.step().unwrap();
    }
    run
}

/// Where agents are that took some steps from such a start, in the order of identity: coordinate after coordinate.
pub fn walk<V: Vector>(model: &str, setting: &Setting, start: &[(Vec3, Vec3)], steps: u64) -> Vec<f64> {
    places::<V>(&walked::<V>(model, setting, start, steps, |_| ()))
}

/// Coordinate after coordinate of all agents, in the order of identity.
pub fn places<V: Vector>(run: &Simulation) -> Vec<f64> {
    let coordinates = |place: Position<V>| place.0.in_space().to_array().into_iter().take(V::DIMENSIONS).map(f64::from);
    by_identity(run).into_iter().flat_map(coordinates).collect()
}

/// Cosine and sine of the phase of each agent, in the order of identity: what does not jump at a turn.
pub fn phases(run: &Simulation) -> Vec<f64> {
    let point = |phase: Phase| {
        let (sin, cos) = maths::sin_cos(phase.0);
        [cos, sin]
    };
    by_identity(run).into_iter().flat_map(point).collect()
}

/// A column in the order of identity.
fn by_identity<T: Column>(run: &Simulation) -> Vec<T> {
    let (ids, column) = (run.agents().column::<Id>().unwrap(), run.agents().column::<T>().unwrap());
    ids.into_iter().map(|id| id.0).zip(column).collect::<BTreeMap<u32, T>>().into_values().collect()
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
