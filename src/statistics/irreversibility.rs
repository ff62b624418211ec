//! Whether a path could have been walked backwards.

use super::jackknife;

/// Entropy production of a path over states, per step and in units of Boltzmann's constant: Σ over pairs of states of
/// (n_ij − n_ji) ln(n_ij/n_ji) over the number of steps, n_ij counting steps from i to j (Schnakenberg, Rev. Mod. Phys. 48, 571,
/// 1976), less 2 for each pair between which steps were seen, which is what chance adds to a path that prefers no direction.
/// 0, within its error, where the path could have been walked backwards. A lower bound where states hide others (Roldán &
/// Parrondo, Phys. Rev. Lett. 105, 150607, 2010). The error is by leaving out one of 32 stretches at a time.
pub fn entropy_production(path: &[usize]) -> (f64, f64) {
    let steps: Vec<f64> = path.windows(2).map(|step| pack(step[0], step[1])).collect();
    jackknife(&steps, steps.len() / STRETCHES, production)
}

const STRETCHES: usize = 32;
/// States are numbered below this.
const STATES: usize = 1 << 20;

/// A step as one number.
fn pack(from: usize, to: usize) -> f64 {
    debug_assert!(from < STATES && to < STATES);
    (from * STATES + to) as f64
}

fn production(steps: &[f64]) -> f64 {
    // Each step with the pair that it belongs to, and whether it goes up.
    let mut moves: Vec<((usize, usize), bool)> = steps
        .iter()
        .map(|step| (*step as usize / STATES, *step as usize % STATES))
        .filter(|(from, to)| from != to)
        .map(|(from, to)| ((from.min(to), from.max(to)), from < to))
        .collect();
    moves.sort_unstable();
    let of_pair = |moves: &[((usize, usize), bool)]| {
        let up = moves.iter().filter(|(_, up)| *up).count() as f64;
        let down = moves.len() as f64 - up;
        // Half a step each way, so that a way never gone has a finite weight.
        (up - down) * crate::sim::maths::ln((up + 0.5) / (down + 0.5)) - 2.0
    };
    let sum: f64 = moves.chunk_by(|a, b| a.0 == b.0).map(of_pair).sum();
    sum / steps.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::maths};

    #[test]
    fn of_a_biased_walk_round_a_ring_it_is_known() {
        // (2p − 1) ln(p/(1 − p)) a step.
        for p in [0.5, 0.6, 0.7] {
            let mut uniform = series::uniform(4);
            let mut at = 0;
            let path: Vec<usize> = (0..40_000)
                .map(|_| {
                    at = (at + if uniform.next().unwrap() < p { 1 } else { 4 }) % 5;
                    at
                })
                .collect();
            let exact = (2.0 * p - 1.0) * maths::ln(p / (1.0 - p));
            let (found, error) = entropy_production(&path);
            assert!((found - exact).abs() < 4.0 * error && error < 0.02, "{p}: {found} ± {error} against {exact}");
        }
    }
}
