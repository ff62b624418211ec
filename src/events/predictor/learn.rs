//! Training, and how good it is.

use super::{
    Net, Ridge, Statistics,
    data::Sample,
    net::{COUNTED, GLOBALS, WEIGHTS},
};
use crate::sim::{Chance, maths};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

/// Windows of a step of training, and those that one thread takes at a time.
const BATCH: usize = 32;
const CHUNK: usize = 4;
/// Largest step, and by how much weights shrink with it (Loshchilov & Hutter 2019).
const RATE: f32 = 1.5e-3;
const DECAY: f32 = 0.02;
/// Averages of the gradient and of its square (Kingma & Ba 2015).
const MOMENTS: [f32; 2] = [0.9, 0.999];
/// Longest gradient of a step.
const LONGEST: f32 = 5.0;
/// Share of patches that is read in training.
const KEPT: f32 = 0.75;
/// Standard deviations of a band of 90 %.
const BAND: f64 = 1.644_853_6;
/// Resamples of a confidence interval.
const RESAMPLES: u32 = 1000;
/// The classes of the interaction strength.
const CLASSES: [f64; 5] = [0.1, 0.25, 0.5, 1.0, 2.0];
/// Penalty of the ridge regressions.
const PENALTY: f64 = 3.0;

/// A number with its interval of 95 %, from resampled runs.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Interval {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// How good predictions are.
#[derive(Clone, Debug, Serialize)]
pub struct Score {
    /// Who predicted.
    pub name: String,
    /// R² of log₂ κ.
    pub r2: Interval,
    /// Mean absolute error of log₂ κ.
    pub error: Interval,
    /// Share of windows whose class (of 0.1, 0.25, 0.5, 1, 2) is right.
    pub classes: f64,
    /// Share of windows whose true strength lies in the band of 90 %.
    pub coverage: Option<f64>,
    /// R² of log(1 + remaining steps), and mean absolute error in steps, of windows before convergence.
    pub remaining: Option<(f64, f64)>,
    /// Share of pairs (one that converges, one that does not) that are told in the right order.
    pub converges: Option<f64>,
    /// Windows.
    pub windows: usize,
    /// Mean absolute error of each run, by which two predictors are compared.
    #[serde(skip)]
    pub by_run: BTreeMap<u64, (f64, u32)>,
}

/// Trains a net. The epoch that is best on the validation set is kept; then its spreads are widened until bands of 90 % hold
/// 90 % of that set. `report` is called after each epoch.
pub fn train(training: &[Sample], validation: &[Sample], epochs: u32, seed: u64, mut report: impl FnMut(u32, f32, f64)) -> Net {
    let mut net = Net::new(seed);
    standardise(&mut net, training);
    let mut moments = [vec![0.0f32; WEIGHTS], vec![0.0f32; WEIGHTS]];
    let (mut best, mut least) = (net.clone(), f64::INFINITY);
    let steps = (training.len() / BATCH).max(1) * epochs as usize;
    let mut step = 0;
    for epoch in 0..epochs {
        let mut order: Vec<u32> = (0..training.len() as u32).collect();
        Chance::new(seed, epoch.into(), "net: order").shuffle(&mut order);
        let mut sum = 0.0;
        for batch in order.chunks_exact(BATCH.min(order.len().max(1))) {
            let (loss, gradient) = slope(&net, training, batch, epoch, seed);
            sum += loss * batch.len() as f32;
            step += 1;
            // Up over a twentieth, then down along a cosine.
            let part = step as f64 / steps as f64;
            let rate = if part < 0.05 { part / 0.05 } else { 0.5 + 0.5 * maths::sin_cos(std::f64::consts::PI * part).1 };
            update(&mut net, &mut moments, &gradient, RATE * rate as f32, step);
        }
        let error = mean_error(&net, validation);
        if error < least {
            (best, least) = (net.clone(), error);
        }
        report(epoch + 1, sum / training.len().max(1) as f32, error);
    }
    widen(&mut best, validation);
    best
}

fn standardise(net: &mut Net, samples: &[Sample]) {
    let count = samples.len().max(1) as f64;
    for number in 0..GLOBALS {
        let values = || samples.iter().map(|sample| f64::from(sample.input.globals[number]));
        let mean = values().sum::<f64>() / count;
        let spread = (values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count).sqrt();
        net.scale[0][number] = mean as f32;
        net.scale[1][number] = if spread > 1e-6 { spread as f32 } else { 1.0 };
    }
}

/// Mean loss and gradient of a batch. Sums are made in fixed chunks, so that threads do not change them.
fn slope(net: &Net, samples: &[Sample], batch: &[u32], epoch: u32, seed: u64) -> (f32, Vec<f32>) {
    let chance = Chance::new(seed, epoch.into(), "net: mirrors and patches");
    let parts: Vec<(f32, Vec<f32>)> = batch
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut gradient = vec![0.0; WEIGHTS];
            let loss = chunk
                .iter()
                .map(|index| {
                    let sample = &samples[*index as usize];
                    let mirror = chance.bits(*index, 0) & 1 == 1;
                    let keep = |patch: usize| chance.unit(*index, 1 + patch as u32) < KEPT;
                    net.learn(&sample.input, &sample.target, mirror, keep, &mut gradient)
                })
                .sum();
            (loss, gradient)
        })
        .collect();
    let mut parts = parts.into_iter();
    let (mut loss, mut gradient) = parts.next().unwrap_or_else(|| (0.0, vec![0.0; WEIGHTS]));
    for (more, part) in parts {
        loss += more;
        gradient.iter_mut().zip(&part).for_each(|(sum, part)| *sum += part);
    }
    let count = batch.len().max(1) as f32;
    gradient.iter_mut().for_each(|slope| *slope /= count);
    (loss / count, gradient)
}

fn update(net: &mut Net, moments: &mut [Vec<f32>; 2], gradient: &[f32], rate: f32, step: usize) {
    let length = gradient.iter().map(|slope| slope * slope).sum::<f32>().sqrt();
    let shorten = if length > LONGEST { LONGEST / length } else { 1.0 };
    let power = |base: f32| 1.0 - maths::exp(step as f32 * maths::ln(base));
    let corrections = MOMENTS.map(power);
    let [first, second] = moments;
    for (((weight, slope), first), second) in net.weights.iter_mut().zip(gradient).zip(first).zip(second) {
        let slope = slope * shorten;
        *first = MOMENTS[0] * *first + (1.0 - MOMENTS[0]) * slope;
        *second = MOMENTS[1] * *second + (1.0 - MOMENTS[1]) * slope * slope;
        let step = (*first / corrections[0]) / ((*second / corrections[1]).sqrt() + 1e-8);
        *weight -= rate * (step + DECAY * *weight);
    }
}

fn mean_error(net: &Net, samples: &[Sample]) -> f64 {
    let off = |sample: &Sample| {
        let (mean, spread) = net.predict(&sample.input).strength;
        let off = (mean - f64::from(sample.target.strength)) / spread;
        0.5 * off * off + maths::ln(spread)
    };
    let all: Vec<f64> = samples.par_iter().map(off).collect();
    all.iter().sum::<f64>() / all.len().max(1) as f64
}

/// Widens the spreads so that bands of 90 % hold 90 % of these samples.
fn widen(net: &mut Net, samples: &[Sample]) {
    let factor = |offs: &mut Vec<f64>| {
        offs.sort_by(f64::total_cmp);
        offs.get((0.9 * offs.len() as f64) as usize).map_or(1.0, |off| (off / BAND).max(0.1)) as f32
    };
    let predictions: Vec<_> = samples.par_iter().map(|sample| net.predict(&sample.input)).collect();
    let off = |(mean, spread): (f64, f64), truth: f32| (mean - f64::from(truth)).abs() / spread;
    let pairs = || predictions.iter().zip(samples);
    let mut strength: Vec<f64> = pairs().map(|(said, sample)| off(said.strength, sample.target.strength)).collect();
    let mut remaining: Vec<f64> =
        pairs().filter_map(|(said, sample)| Some(off(said.remaining, sample.target.remaining?))).collect();
    net.widen = [factor(&mut strength), factor(&mut remaining)];
}

/// What one predictor says of each sample: log₂ κ with its spread, log(1 + remaining), the probability of converging.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said {
    /// log₂ κ.
    pub strength: f64,
    /// Its standard deviation.
    pub spread: Option<f64>,
    /// log(1 + remaining steps).
    pub remaining: Option<f64>,
    /// Probability of converging.
    pub converges: Option<f64>,
}

/// What a net says of samples.
pub fn say(net: &Net, samples: &[Sample]) -> Vec<Said> {
    let of = |sample: &Sample| {
        let said = net.predict(&sample.input);
        Said {
            strength: said.strength.0,
            spread: Some(said.strength.1),
            remaining: Some(said.remaining.0),
            converges: Some(said.converges),
        }
    };
    samples.par_iter().map(of).collect()
}

/// What each baseline that needs no training by descent says of the test set.
pub fn baselines(training: &[Sample], test: &[Sample]) -> Vec<(&'static str, Vec<Said>)> {
    let strengths: Vec<f64> = training.iter().map(|sample| sample.target.strength.into()).collect();
    let mean = strengths.iter().sum::<f64>() / strengths.len().max(1) as f64;
    let ridge = |quadratic: bool, numbers: &dyn Fn(&Sample) -> Vec<f64>| {
        let rows: Vec<Vec<f64>> = training.iter().map(numbers).collect();
        let fitted = Ridge::fit(&rows, &strengths, PENALTY, quadratic);
        let later: Vec<&Sample> = training.iter().filter(|sample| sample.target.remaining.is_some()).collect();
        let left: Vec<f64> = later.iter().filter_map(|sample| sample.target.remaining.map(f64::from)).collect();
        let rest = Ridge::fit(&later.iter().map(|sample| numbers(sample)).collect::<Vec<_>>(), &left, PENALTY, quadratic);
        test.iter()
            .map(|sample| Said {
                strength: fitted.predict(&numbers(sample)),
                remaining: Some(rest.predict(&numbers(sample))),
                ..Said::default()
            })
            .collect::<Vec<Said>>()
    };
    let statistics = |sample: &Sample| -> Statistics { sample.statistics };
    vec![
        ("mean", vec![Said { strength: mean, ..Said::default() }; test.len()]),
        ("count", ridge(true, &|sample| vec![statistics(sample).rate])),
        (
            "flow",
            ridge(true, &|sample| {
                vec![statistics(sample).order, statistics(sample).turning, statistics(sample).common_turning]
            }),
        ),
        ("ridge", ridge(true, &|sample| statistics(sample).list().to_vec())),
        ("ridge and paths", {
            // Too many numbers for all their products.
            ridge(false, &|sample| {
                let paths = sample.input.globals[COUNTED..].iter().map(|number| f64::from(*number));
                statistics(sample).list().into_iter().chain(paths).collect()
            })
        }),
        ("oracle: κ alone", ridge(true, &|sample| vec![sample.target.strength.into()])),
        ("oracle: turn", ridge(true, &|sample| vec![maths::ln(0.01 + sample.oracle[0])])),
        ("oracle: turn and order", ridge(true, &|sample| vec![maths::ln(0.01 + sample.oracle[0]), sample.oracle[1]])),
    ]
}

/// How good it is.
pub fn score(name: &str, said: &[Said], samples: &[Sample]) -> Score {
    let pairs: Vec<(u64, f64, f64)> =
        said.iter().zip(samples).map(|(said, sample)| (sample.run, said.strength, sample.target.strength.into())).collect();
    let mut by_run: BTreeMap<u64, Vec<(f64, f64)>> = BTreeMap::new();
    pairs.iter().for_each(|(run, said, truth)| by_run.entry(*run).or_default().push((*said, *truth)));
    let right = pairs.iter().filter(|(_, said, truth)| class(*said) == class(*truth)).count();
    let inside = said.iter().zip(samples).filter(|(said, sample)| {
        said.spread.is_some_and(|spread| (said.strength - f64::from(sample.target.strength)).abs() <= BAND * spread)
    });
    let has_band = said.iter().any(|said| said.spread.is_some());
    let later: Vec<(f64, f64)> = said
        .iter()
        .zip(samples)
        .filter_map(|(said, sample)| Some((said.remaining?, f64::from(sample.target.remaining?))))
        .collect();
    let steps = |logarithm: f64| maths::exp(logarithm) - 1.0;
    let remaining = (!later.is_empty()).then(|| {
        let error = later.iter().map(|(said, truth)| (steps(*said) - steps(*truth)).abs()).sum::<f64>() / later.len() as f64;
        (r2(&later), error)
    });
    let told: Vec<(f64, bool)> =
        said.iter().zip(samples).filter_map(|(said, sample)| Some((said.converges?, sample.target.converges))).collect();
    let (value, low, high) = interval(&by_run, r2);
    let (error, error_low, error_high) = interval(&by_run, mean_absolute);
    Score {
        name: name.into(),
        r2: Interval { value, low, high },
        error: Interval { value: error, low: error_low, high: error_high },
        classes: right as f64 / pairs.len().max(1) as f64,
        coverage: has_band.then(|| inside.count() as f64 / pairs.len().max(1) as f64),
        remaining,
        converges: right_order(&told),
        windows: pairs.len(),
        by_run: by_run
            .iter()
            .map(|(run, pairs)| (*run, (pairs.iter().map(|(a, b)| (a - b).abs()).sum(), pairs.len() as u32)))
            .collect(),
    }
}

/// Mean absolute error of one predictor less that of another on the same runs, with the interval of resampled runs.
pub fn difference(a: &Score, b: &Score) -> Interval {
    let runs: Vec<(f64, f64)> = a
        .by_run
        .iter()
        .filter_map(|(run, (sum, count))| {
            let (other, _) = b.by_run.get(run)?;
            Some((sum - other, f64::from(*count)))
        })
        .collect();
    let mean = |pick: &dyn Fn(usize) -> usize| {
        let (sum, count) = (0..runs.len()).map(|n| runs[pick(n)]).fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        sum / f64::max(count, 1.0)
    };
    let (low, high) = resampled(runs.len(), mean);
    Interval { value: mean(&|n| n), low, high }
}

fn class(logarithm: f64) -> usize {
    let off = |class: &usize| (maths::ln(CLASSES[*class]) / std::f64::consts::LN_2 - logarithm).abs();
    (0..CLASSES.len()).min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0)
}

fn r2(pairs: &[(f64, f64)]) -> f64 {
    let mean = pairs.iter().map(|(_, truth)| truth).sum::<f64>() / pairs.len() as f64;
    let left = pairs.iter().map(|(said, truth)| (said - truth) * (said - truth)).sum::<f64>();
    1.0 - left / pairs.iter().map(|(_, truth)| (truth - mean) * (truth - mean)).sum::<f64>()
}

fn mean_absolute(pairs: &[(f64, f64)]) -> f64 {
    pairs.iter().map(|(said, truth)| (said - truth).abs()).sum::<f64>() / pairs.len() as f64
}

/// A number of all pairs, and its interval over resampled runs.
fn interval(by_run: &BTreeMap<u64, Vec<(f64, f64)>>, number: fn(&[(f64, f64)]) -> f64) -> (f64, f64, f64) {
    let runs: Vec<&Vec<(f64, f64)>> = by_run.values().collect();
    let of = |pick: &dyn Fn(usize) -> usize| {
        number(&(0..runs.len()).flat_map(|n| runs[pick(n)].iter().copied()).collect::<Vec<_>>())
    };
    let (low, high) = resampled(runs.len(), of);
    (of(&|n| n), low, high)
}

fn resampled(count: usize, number: impl Fn(&dyn Fn(usize) -> usize) -> f64 + Sync) -> (f64, f64) {
    if count == 0 {
        return (f64::NAN, f64::NAN);
    }
    let draw = |resample: u32| {
        let chance = Chance::new(1, resample.into(), "resampled runs");
        number(&|n| chance.below(n as u32, 0, count as u32) as usize)
    };
    let mut values: Vec<f64> = (0..RESAMPLES).into_par_iter().map(draw).collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

/// Area under the curve of true against false positives.
fn right_order(told: &[(f64, bool)]) -> Option<f64> {
    let (yes, no): (Vec<_>, Vec<_>) = told.iter().partition(|(_, truth)| *truth);
    if yes.is_empty() || no.is_empty() {
        return None;
    }
    let mut sum = 0.0;
    for (a, _) in &yes {
        for (b, _) in &no {
            sum += if a > b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            };
        }
    }
    Some(sum / (yes.len() * no.len()) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::predictor::{
        Tokens,
        net::{Input, Target},
    };

    /// Windows whose one patch bin tells the strength.
    fn samples(count: u32, seed: u64) -> Vec<Sample> {
        let chance = Chance::new(seed, 0, "samples");
        let make = |n: u32| {
            let level = chance.below(n, 0, 100) as u8;
            let mut tokens = Tokens::default();
            for patch in 0..4u16 {
                tokens.counts.extend([(7, level), (100 + patch, 30)]);
                tokens.ends.push(tokens.counts.len() as u32);
                tokens.directions.push(bevy_math::Vec2::X);
                tokens.centres.push(0);
            }
            let strength = f32::from(level).sqrt() * 0.3 - 1.0;
            Sample {
                run: u64::from(n / 4),
                input: Input { tokens, globals: [0.0; GLOBALS] },
                statistics: Statistics::default(),
                target: Target { strength, remaining: Some(1.0), converges: level > 50, turns: vec![strength; 4] },
                oracle: [1.0, 1.0],
            }
        };
        (0..count).map(make).collect()
    }

    #[test]
    fn a_net_learns_what_a_patch_tells_the_same_on_any_number_of_threads() {
        let (training, test) = (samples(512, 1), samples(128, 2));
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| train(&training, &test, 24, 1, |_, _, _| ()))
        };
        let net = run(1);
        assert_eq!(net, run(3));
        let score = score("net", &say(&net, &test), &test);
        assert!(score.r2.value > 0.85 && score.converges.unwrap() > 0.9, "{score:?}");
        assert!((0.8..=1.0).contains(&score.coverage.unwrap()));
        let mean = &baselines(&training, &test)[0];
        let mean = super::score(mean.0, &mean.1, &test);
        assert!(mean.r2.value < 0.05);
        assert!(difference(&mean, &score).low > 0.0);
    }
}
