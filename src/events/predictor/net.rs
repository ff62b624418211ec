//! A small net: every patch of a window is read by the same two layers, what they say is averaged over the patches, and two
//! further layers turn the averages, with the numbers counted by hand, into a prediction.
//!
//! Its gradients are worked out here; tests hold them against finite differences, a script against NumPy and PyTorch.

use super::{
    Filling, Tokens, Window,
    tokens::{NUMBERS, mirrored},
    turning::TURNS,
};
use crate::{
    error::{Error, Result},
    sim::{Chance, maths},
};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

/// Width of the layers.
const H: usize = 64;
/// Numbers of a window beside its patches.
pub const GLOBALS: usize = COUNTED + 2 + TURNS;
/// Those of them that are counted by hand.
pub const COUNTED: usize = 8;
/// Averages that the head reads: mean and root of the mean square of each unit, and the numbers of the window.
const POOLED: usize = 2 * H + GLOBALS;
/// What comes out: log₂ κ and log(1 + remaining steps), each with the logarithm of its spread, and the logit of converging.
pub const OUT: usize = 5;
/// Longest window, s.
pub const LONGEST: f32 = 600.0;
/// Logarithms of spreads are kept between these.
const SPREADS: (f32, f32) = (-4.0, 3.0);

/// The tensors, their shapes, and where each begins in the list of weights. A weight of the first layer stands by its input,
/// since most inputs are zero.
const LAYOUT: [(&str, &[usize]); 10] = [
    ("patch.0.weight", &[NUMBERS, H]),
    ("patch.0.bias", &[H]),
    ("patch.1.weight", &[H, H]),
    ("patch.1.bias", &[H]),
    ("turn.weight", &[1, H]),
    ("turn.bias", &[1]),
    ("head.0.weight", &[H, POOLED]),
    ("head.0.bias", &[H]),
    ("head.1.weight", &[OUT, H]),
    ("head.1.bias", &[OUT]),
];

const fn begin(tensor: usize) -> usize {
    let (mut at, mut n) = (0, 0);
    while n < tensor {
        let shape = LAYOUT[n].1;
        at += if shape.len() == 2 { shape[0] * shape[1] } else { shape[0] };
        n += 1;
    }
    at
}

const W1: usize = begin(0);
const B1: usize = begin(1);
const W2: usize = begin(2);
const B2: usize = begin(3);
const WT: usize = begin(4);
const BT: usize = begin(5);
const W3: usize = begin(6);
const B3: usize = begin(7);
const W4: usize = begin(8);
const B4: usize = begin(9);
/// How many weights there are.
pub const WEIGHTS: usize = begin(10);

/// What a net reads of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Patches.
    pub tokens: Tokens,
    /// Numbers of the window.
    pub globals: [f32; GLOBALS],
}

impl Input {
    /// Reads a window.
    pub fn of(window: &Window) -> Self {
        let mut filling = Filling::new(window.length);
        filling.add(window.points.iter().copied());
        filling.finish()
    }
}

/// What a net should say of a window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    /// log₂ κ.
    pub strength: f32,
    /// log(1 + steps to convergence), where the run converges later.
    pub remaining: Option<f32>,
    /// Whether the run converges at all.
    pub converges: bool,
    /// For each patch: log₂(0.1° + mean turn a step) of the agent at its centre; not a number where noise is.
    pub turns: Vec<f32>,
}

/// A prediction, with a band of one standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// log₂ κ, and its standard deviation.
    pub strength: (f64, f64),
    /// log(1 + steps to convergence), and its standard deviation.
    pub remaining: (f64, f64),
    /// Probability of converging.
    pub converges: f64,
}

/// The net.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// All weights, in the order of the layout.
    pub weights: Vec<f32>,
    /// Mean and spread of each number of the window, by which it is standardised.
    pub scale: [[f32; GLOBALS]; 2],
    /// By how much the spreads of strength and remaining time are widened, as a validation set asked for.
    pub widen: [f32; 2],
    /// Length of the windows that it was trained on, s.
    pub window: f32,
}

/// What a forward pass leaves for the backward one.
struct Pass {
    first: Vec<f32>,
    second: Vec<f32>,
    turns: Vec<f32>,
    pooled: Vec<f32>,
    hidden: [f32; H],
    out: [f32; OUT],
    patches: Vec<usize>,
}

impl Net {
    /// Small random weights (He et al. 2015), no bias.
    pub fn new(seed: u64) -> Self {
        let mut weights = vec![0.0; WEIGHTS];
        let chance = Chance::new(seed, 0, "net");
        for (tensor, (name, shape)) in LAYOUT.iter().enumerate().filter(|(_, (_, shape))| shape.len() == 2) {
            // A patch has some 150 bins that are not empty.
            let inputs = if tensor == 0 { 150 } else { shape[1] };
            let last = ["turn.weight", "head.1.weight"].contains(name);
            let spread = (if last { 1.0 } else { 2.0 } / inputs as f64).sqrt();
            for weight in &mut weights[begin(tensor)..begin(tensor) + shape[0] * shape[1]] {
                *weight = 0.0;
            }
            for number in 0..shape[0] * shape[1] {
                weights[begin(tensor) + number] = (spread * chance.normal(number as u32, tensor as u32)) as f32;
            }
        }
        Self { weights, scale: [[0.0; GLOBALS], [1.0; GLOBALS]], widen: [1.0; 2], window: 1.0 }
    }

    /// The net that comes with the program, trained on clean films of boids; none where this build has none.
    pub fn shipped() -> Option<Self> {
        Self::read(include_bytes!("../../../assets/predictor/boids.safetensors")).ok()
    }

    /// What the net says of a window.
    pub fn predict(&self, input: &Input) -> Prediction {
        let out = self.forward(input, false, |_| true).out;
        let spread = |logarithm: f32, widen: f32| f64::from(maths::exp(logarithm.clamp(SPREADS.0, SPREADS.1)) * widen);
        Prediction {
            strength: (out[0].into(), spread(out[1], self.widen[0])),
            remaining: (out[2].into(), spread(out[3], self.widen[1])),
            converges: f64::from(1.0 / (1.0 + maths::exp(-out[4]))),
        }
    }

    fn forward(&self, input: &Input, mirror: bool, keep: impl Fn(usize) -> bool) -> Pass {
        let w = &self.weights;
        let patches: Vec<usize> = (0..input.tokens.len()).filter(|patch| keep(*patch)).collect();
        let (mut first, mut second) = (vec![0.0; patches.len() * H], vec![0.0; patches.len() * H]);
        let mut turns = Vec::with_capacity(patches.len());
        let mut pooled = vec![0.0; POOLED];
        for ((patch, first), second) in patches.iter().zip(first.chunks_exact_mut(H)).zip(second.chunks_exact_mut(H)) {
            first.copy_from_slice(&w[B1..B1 + H]);
            for (bin, count) in input.tokens.patch(*patch) {
                let row = W1 + bin_of(*bin, mirror) * H;
                add(first, &w[row..row + H], level(*count));
            }
            rectify(first);
            dense(second, &w[W2..], &w[B2..], first);
            rectify(second);
            turns.push(w[BT] + dot(&w[WT..WT + H], second));
            for (unit, value) in second.iter().enumerate() {
                pooled[unit] += value;
                pooled[H + unit] += value * value;
            }
        }
        let count = patches.len().max(1) as f32;
        pooled[..H].iter_mut().for_each(|sum| *sum /= count);
        pooled[H..2 * H].iter_mut().for_each(|sum| *sum = (*sum / count + 1e-6).sqrt());
        for (number, value) in input.globals.iter().enumerate() {
            pooled[2 * H + number] = ((value - self.scale[0][number]) / self.scale[1][number]).clamp(-5.0, 5.0);
        }
        let mut hidden = [0.0; H];
        dense(&mut hidden, &w[W3..], &w[B3..], &pooled);
        rectify(&mut hidden);
        let mut out = [0.0; OUT];
        dense(&mut out, &w[W4..], &w[B4..], &hidden);
        Pass { first, second, turns, pooled, hidden, out, patches }
    }

    /// The loss of a window; its gradient is added to `gradient`. `mirror` reads it in a mirror, `keep` tells which patches
    /// are read.
    pub fn learn(
        &self,
        input: &Input,
        target: &Target,
        mirror: bool,
        keep: impl Fn(usize) -> bool,
        gradient: &mut [f32],
    ) -> f32 {
        let w = &self.weights;
        let pass = self.forward(input, mirror, keep);
        let (mut loss, mut outer) = (0.0, [0.0; OUT]);
        gauss(pass.out[0], pass.out[1], target.strength, &mut loss, &mut outer[..2]);
        if let Some(remaining) = target.remaining {
            gauss(pass.out[2], pass.out[3], remaining, &mut loss, &mut outer[2..4]);
        }
        let wanted = f32::from(u8::from(target.converges));
        let said = 1.0 / (1.0 + maths::exp(-pass.out[4]));
        loss -= maths::ln(if target.converges { said } else { 1.0 - said }.max(1e-7));
        outer[4] = said - wanted;

        let mut hidden = [0.0; H];
        back_dense(&mut hidden, W4, B4, &pass.hidden, &outer, w, gradient);
        hidden.iter_mut().zip(&pass.hidden).for_each(|(slope, value)| *slope *= f32::from(u8::from(*value > 0.0)));
        let mut pooled = vec![0.0; POOLED];
        back_dense(&mut pooled, W3, B3, &pass.pooled, &hidden, w, gradient);

        let count = pass.patches.len().max(1) as f32;
        let known = |patch: &usize| target.turns.get(*patch).is_some_and(|turn| turn.is_finite());
        let told = pass.patches.iter().filter(|patch| known(patch)).count().max(1) as f32;
        for (number, patch) in pass.patches.iter().enumerate() {
            let first = &pass.first[number * H..(number + 1) * H];
            let second = &pass.second[number * H..(number + 1) * H];
            let mut turn = 0.0;
            if known(patch) {
                turn = (pass.turns[number] - target.turns[*patch]) / told;
                loss += 0.5 * turn * (pass.turns[number] - target.turns[*patch]);
                gradient[BT] += turn;
                add(&mut gradient[WT..WT + H], second, turn);
            }
            let mut slope = [0.0; H];
            for unit in 0..H {
                if second[unit] > 0.0 {
                    let square = pooled[H + unit] * second[unit] / (pass.pooled[H + unit] * count);
                    slope[unit] = pooled[unit] / count + square + turn * w[WT + unit];
                }
            }
            let mut below = [0.0; H];
            back_dense(&mut below, W2, B2, first, &slope, w, gradient);
            below.iter_mut().zip(first).for_each(|(slope, value)| *slope *= f32::from(u8::from(*value > 0.0)));
            add(&mut gradient[B1..B1 + H], &below, 1.0);
            for (bin, count) in input.tokens.patch(*patch) {
                let row = W1 + bin_of(*bin, mirror) * H;
                add(&mut gradient[row..row + H], &below, level(*count));
            }
        }
        loss
    }

    /// The net as a safetensors file; `notes` are its metadata.
    pub fn write(&self, notes: &[(String, String)]) -> Vec<u8> {
        let bytes = |numbers: &[f32]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
        let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
        for (tensor, (name, shape)) in LAYOUT.iter().enumerate() {
            let length: usize = shape.iter().product();
            tensors.push(((*name).into(), shape.to_vec(), bytes(&self.weights[begin(tensor)..begin(tensor) + length])));
        }
        tensors.push(("scale".into(), vec![2, GLOBALS], bytes(self.scale.as_flattened())));
        tensors.push(("widen".into(), vec![2], bytes(&self.widen)));
        tensors.push(("window".into(), vec![1], bytes(&[self.window])));
        let views = tensors.iter().map(|(name, shape, bytes)| {
            (name.clone(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("shapes fit their numbers"))
        });
        let notes = notes.iter().cloned().collect();
        safetensors::serialize(views, Some(notes)).expect("names are plain")
    }

    /// Reads what [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// Where the file is damaged, or of another net.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let file = SafeTensors::deserialize(bytes)
            .map_err(|error| Error::failure(format!("not a whole safetensors file: {error}")))?;
        let take = |name: &str, shape: &[usize]| {
            let tensor = file.tensor(name).map_err(|_| Error::failure(format!("the model has no tensor '{name}'")))?;
            if tensor.shape() != shape || tensor.dtype() != Dtype::F32 {
                return Err(Error::failure(format!("tensor '{name}' has shape {:?}", tensor.shape()))
                    .allowed(format!("{shape:?} of 32-bit numbers: another version's model must be trained again")));
            }
            let numbers = tensor.data().chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().expect("four bytes")));
            let numbers: Vec<f32> = numbers.collect();
            match numbers.iter().all(|number| number.is_finite()) {
                true => Ok(numbers),
                false => Err(Error::failure(format!("tensor '{name}' holds what is no number"))),
            }
        };
        let mut weights = Vec::with_capacity(WEIGHTS);
        for (name, shape) in LAYOUT {
            weights.extend(take(name, shape)?);
        }
        let mut scale = [[0.0; GLOBALS]; 2];
        scale.as_flattened_mut().copy_from_slice(&take("scale", &[2, GLOBALS])?);
        let mut widen = [0.0; 2];
        widen.copy_from_slice(&take("widen", &[2])?);
        let window = take("window", &[1])?[0];
        if !(window > 0.0 && window <= LONGEST) {
            return Err(
                Error::failure(format!("tensor 'window' says {window} s")).allowed(format!("above 0, at most {LONGEST} s"))
            );
        }
        Ok(Self { weights, scale, widen, window })
    }
}

/// The input that a count makes.
fn level(count: u8) -> f32 {
    f32::from(count).sqrt() * 0.5
}

fn bin_of(bin: u16, mirror: bool) -> usize {
    if mirror { mirrored(bin.into()) } else { bin.into() }
}

fn add(to: &mut [f32], from: &[f32], factor: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Eight sums side by side, in an order that no machine changes.
    let mut sums = [0.0; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum()
}

fn rectify(values: &mut [f32]) {
    values.iter_mut().for_each(|value| *value = value.max(0.0));
}

fn dense(to: &mut [f32], weights: &[f32], biases: &[f32], from: &[f32]) {
    for (unit, to) in to.iter_mut().enumerate() {
        *to = biases[unit] + dot(&weights[unit * from.len()..(unit + 1) * from.len()], from);
    }
}

/// Slopes by the inputs of a layer, from those by its outputs; its own gradient is added.
fn back_dense(below: &mut [f32], weights: usize, biases: usize, from: &[f32], slopes: &[f32], w: &[f32], gradient: &mut [f32]) {
    for (unit, slope) in slopes.iter().enumerate().filter(|(_, slope)| **slope != 0.0) {
        let row = weights + unit * from.len();
        add(below, &w[row..row + from.len()], *slope);
        add(&mut gradient[row..row + from.len()], from, *slope);
        gradient[biases + unit] += slope;
    }
}

/// Negative logarithm of a normal density, and its slopes by mean and logarithm of the spread.
fn gauss(mean: f32, spread: f32, value: f32, loss: &mut f32, slopes: &mut [f32]) {
    let clamped = spread.clamp(SPREADS.0, SPREADS.1);
    let off = (mean - value) * maths::exp(-clamped);
    *loss += 0.5 * off * off + clamped;
    slopes[0] = off * maths::exp(-clamped);
    slopes[1] = if clamped == spread { 1.0 - off * off } else { 0.0 };
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec2;

    fn example() -> (Net, Input, Target) {
        let net = Net::new(3);
        let chance = Chance::new(1, 0, "example");
        let mut tokens = Tokens::default();
        for patch in 0..5 {
            for bin in 0..40 {
                tokens
                    .counts
                    .push((chance.below(bin, 2 * patch, NUMBERS as u32) as u16, 1 + chance.below(bin, 2 * patch + 1, 9) as u8));
            }
            tokens.ends.push(tokens.counts.len() as u32);
            tokens.directions.push(Vec2::X);
            tokens.centres.push(0);
        }
        // As large as numbers of a window are once they are scaled.
        let input = Input { tokens, globals: std::array::from_fn(|n| (n % 13) as f32 * 0.1) };
        let target =
            Target { strength: 0.7, remaining: Some(3.0), converges: true, turns: vec![0.5, f32::NAN, 1.0, -1.0, 0.0] };
        (net, input, target)
    }

    #[test]
    fn gradients_are_finite_differences() {
        let (mut net, input, target) = example();
        for mirror in [false, true] {
            let mut gradient = vec![0.0; WEIGHTS];
            net.learn(&input, &target, mirror, |patch| patch != 3, &mut gradient);
            let mut scratch = vec![0.0; WEIGHTS];
            let (mut checked, mut worst) = (0, 0.0f32);
            let biggest = |from: usize, to: usize| {
                let mut all: Vec<usize> = (from..to).collect();
                all.sort_by(|a, b| gradient[*b].abs().total_cmp(&gradient[*a].abs()));
                all.truncate(6);
                all
            };
            let places: Vec<usize> = (0..LAYOUT.len()).flat_map(|tensor| biggest(begin(tensor), begin(tensor + 1))).collect();
            for place in places.into_iter().filter(|place| gradient[*place] != 0.0) {
                let (weight, step) = (net.weights[place], 2e-3);
                let mut at = |value: f32| {
                    net.weights[place] = value;
                    net.learn(&input, &target, mirror, |patch| patch != 3, &mut scratch)
                };
                let slope = (at(weight + step) - at(weight - step)) / (2.0 * step);
                net.weights[place] = weight;
                worst = worst.max((slope - gradient[place]).abs() / (0.02 + gradient[place].abs()));
                checked += 1;
            }
            assert!(checked > 40 && worst < 0.05, "{checked} {worst}");
        }
    }

    #[test]
    fn a_model_reads_back_and_a_damaged_one_does_not() {
        let (net, input, _) = example();
        let bytes = net.write(&[("made_by".into(), "a test".into())]);
        let again = Net::read(&bytes).unwrap();
        assert_eq!(again, net);
        assert_eq!(again.predict(&input), net.predict(&input));
        assert!(Net::read(&bytes[..bytes.len() / 2]).unwrap_err().to_string().contains("not a whole safetensors file"));
        let mut damaged = bytes.clone();
        let last = damaged.len() - 4;
        damaged[last..].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(Net::read(&damaged).unwrap_err().to_string().contains("no number"));
        let no_window = Net { window: -1.0, ..net };
        assert!(Net::read(&no_window.write(&[])).unwrap_err().to_string().contains("'window' says -1 s"));
    }
}
