//! What the readings of one instrument tell of those of another.

use super::{Instrument, Reading, Takes, Traces, When, Whole};
use crate::statistics::{entropy_production, mutual_information, quantile, transfer_entropy};

/// Readings that are looked at: the last ones.
const MOST: usize = 3000;
/// Parts into which the range of each of two readings is divided.
const PARTS: usize = 4;

/// Mutual information.
pub const MUTUAL_INFORMATION: Instrument = Instrument {
    name: "mutual_information",
    symbol: "I",
    definition: "What the readings of one instrument tell of those of another at the same step, in nats: 0 where they are independent, \
                 −½ ln(1 − ρ²) for normal ones with correlation ρ. By the distances of the 4 nearest neighbours, over the last 3000 \
                 readings after the transient. Kraskov, Stögbauer & Grassberger, Phys. Rev. E 69, 066138 (2004).",
    cost: "T², at the end",
    when: When::End,
    takes: Takes::Readings(2),
    make: || Box::new(Whole::new(|traces, from| pair(traces, from, mutual_information))),
    ..Instrument::PLAIN
};

/// Transfer entropy.
pub const TRANSFER_ENTROPY: Instrument = Instrument {
    name: "transfer_entropy",
    symbol: "T",
    definition: "What the last reading of the first instrument tells of the next of the second beyond what the second's own last tells, in \
                 nats a reading: 0 where it tells nothing. Not alike both ways: transfer_entropy:A:B asks what A tells of B. By the \
                 distances of the 4 nearest neighbours (Frenzel & Pompe, Phys. Rev. Lett. 99, 204101, 2007), over the last 3000 \
                 readings after the transient. Schreiber, Phys. Rev. Lett. 85, 461 (2000).",
    make: || Box::new(Whole::new(|traces, from| pair(traces, from, transfer_entropy))),
    ..MUTUAL_INFORMATION
};

/// Entropy production.
pub const ENTROPY_PRODUCTION: Instrument = Instrument {
    name: "entropy_production",
    symbol: "Σ",
    definition: "Entropy production of the path of two readings, per reading and in units of Boltzmann's constant: Σ (n_ij − n_ji) ln(n_ij/n_ji) \
                 over pairs of states, n_ij counting steps from i to j, less what chance adds. States are 4 × 4, each reading being \
                 divided at its quartiles after the transient. 0, within its error, where the path could have been walked \
                 backwards; a lower bound on what the agents produce. Schnakenberg, Rev. Mod. Phys. 48, 571 (1976); Roldán & \
                 Parrondo, Phys. Rev. Lett. 105, 150607 (2010).",
    cost: "T ln T, at the end",
    make: || Box::new(Whole::new(production)),
    ..MUTUAL_INFORMATION
};

fn pair(traces: &Traces, from: Option<u64>, of: fn(&[f64], &[f64]) -> f64) -> f64 {
    let [x, y] = traces.series.as_slice() else { return f64::NAN };
    let first = traces.discard(from).max(x.len().saturating_sub(MOST));
    of(&x[first..], &y[first..])
}

fn production(traces: &Traces, from: Option<u64>) -> Reading {
    let [x, y] = traces.series.as_slice() else { return Reading::Number(f64::NAN) };
    let first = traces.discard(from);
    let (x, y) = (parts(&x[first..]), parts(&y[first..]));
    let path: Vec<usize> = x.iter().zip(y).map(|(x, y)| x * PARTS + y).collect();
    let (value, error) = entropy_production(&path);
    Reading::Estimate(value, error)
}

/// The part of its range in which each reading lies, parts being equally full.
fn parts(series: &[f64]) -> Vec<usize> {
    let edges: Vec<f64> = (1..PARTS).map(|part| quantile(series, part as f64 / PARTS as f64)).collect();
    series.iter().map(|value| edges.partition_point(|edge| edge < value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::maths};

    fn traces(x: Vec<f64>, y: Vec<f64>) -> Traces {
        let steps = 0..x.len() as u64;
        Traces { steps: steps.clone().collect(), times: steps.map(|step| step as f64).collect(), series: vec![x, y], agents: 1 }
    }

    #[test]
    fn what_turns_one_way_produces_entropy_and_what_rests_does_not() {
        let mut normal = series::normal(71);
        let mut next = || normal.next().unwrap();
        for (turn, produces) in [(0.0f64, false), (0.3, true)] {
            let (sin, cos) = maths::sin_cos(turn);
            let (mut x, mut y) = (0.0, 0.0);
            let path: Vec<(f64, f64)> = (0..20_000)
                .map(|_| {
                    (x, y) = (0.9 * (cos * x - sin * y) + next(), 0.9 * (sin * x + cos * y) + next());
                    (x, y)
                })
                .collect();
            let (x, y) = path.into_iter().unzip();
            let Reading::Estimate(value, error) = production(&traces(x, y), Some(0)) else { panic!() };
            assert_eq!(value > 5.0 * error, produces, "{turn}: {value} ± {error}");
            assert!(produces || value.abs() < 4.0 * error, "{turn}: {value} ± {error}");
        }
        assert!(production(&Traces::default(), None).number().is_nan());
    }
}
