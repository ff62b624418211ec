//! How densely agents stand.

use super::{Instrument, Reading, Tells, pairs};
use crate::sim::{Agents, Space, maths};
use bevy_math::Vec3;

/// Agents in a cell of the histogram, on average.
const HELD: f64 = 16.0;
/// Agents in a cell of the entropy, on average.
const HELD_OF_ENTROPY: f64 = 8.0;

/// The histogram of densities.
pub const HISTOGRAM: Instrument = Instrument {
    name: "density_histogram",
    symbol: "P(ρ)",
    definition: "Distribution of the density in cells that hold 16 agents on average, over the mean density; the area under it is 1. One peak \
                 about 1 where agents are strewn evenly, two where they part into a dense and a thin phase: Redner, Hagan & \
                 Baskaran, Phys. Rev. Lett. 110, 055701 (2013).",
    needs: pairs::BOUNDED,
    tells: Tells::Curve("ρ/⟨ρ⟩"),
    make: || Box::new(|agents: &Agents| Reading::Curve(histogram(&pairs::positions(agents), &agents.space()))),
    ..Instrument::PLAIN
};

/// The entropy of places.
pub const ENTROPY: Instrument = Instrument {
    name: "spatial_entropy",
    symbol: "H_x",
    definition: "Shannon's entropy of the shares of agents in cells that hold 8 on average, over that of equal shares: 1 where all cells \
                 hold the same, 0 where all agents are in one. Not defined where there is one cell. Batty, Geogr. Anal. 6, 1 (1974).",
    range: Some((0.0, 1.0)),
    tells: Tells::Number,
    make: || Box::new(|agents: &Agents| entropy(&pairs::positions(agents), &agents.space())),
    ..HISTOGRAM
};

/// Probability density at each density that a cell can have, up to the densest.
fn histogram(positions: &[Vec3], space: &Space<Vec3>) -> Vec<[f64; 2]> {
    let counts = pairs::Cells::holding(positions, space, HELD).counts;
    let mean = positions.len() as f64 / counts.len() as f64;
    let densest = counts.iter().copied().max().unwrap_or(0);
    if densest == 0 {
        return Vec::new();
    }
    let mut cells = vec![0.0; densest as usize + 1];
    counts.iter().for_each(|count| cells[*count as usize] += 1.0);
    // A cell can hold whole numbers only: they are 1/mean apart.
    cells.iter().enumerate().map(|(count, cells)| [count as f64 / mean, cells / counts.len() as f64 * mean]).collect()
}

fn entropy(positions: &[Vec3], space: &Space<Vec3>) -> f64 {
    let counts = pairs::Cells::holding(positions, space, HELD_OF_ENTROPY).counts;
    shannon(&counts) / maths::ln(counts.len() as f64)
}

/// Shannon's entropy of shares, in nats.
pub fn shannon(counts: &[u32]) -> f64 {
    let whole: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let of_one = |count: &u32| {
        let share = f64::from(*count) / whole;
        if share > 0.0 { -share * maths::ln(share) } else { 0.0 }
    };
    if whole > 0.0 { counts.iter().map(of_one).sum() } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::Boundary};

    #[test]
    fn of_agents_at_random_counts_are_poissonian() {
        let space = Space::square(100.0, Boundary::Periodic).in_space();
        let mut uniform = series::uniform(61);
        let mut next = || 100.0 * uniform.next().unwrap() as f32;
        let positions: Vec<Vec3> = (0..160_000).map(|_| Vec3::new(next(), next(), 0.0)).collect();
        let curve = histogram(&positions, &space);
        let area: f64 = curve.iter().map(|[_, p]| p / 16.0).sum();
        assert!((area - 1.0).abs() < 1e-9);
        // Poisson's chance of 16 at a mean of 16: e^{−16} 16^{16}/16! = 0.0992; over 10⁴ cells to within 4·0.003.
        let [x, p] = curve[16];
        assert!((x - 1.0).abs() < 1e-9 && (p / 16.0 - 0.0992).abs() < 0.012, "{x} {p}");
        // Entropy of shares n/N with n Poissonian of mean 8: about 1 − 1/(2·8)/ln 20000.
        let exact = 1.0 - 1.0 / 16.0 / maths::ln(20_000.0);
        assert!((entropy(&positions, &space) - exact).abs() < 1e-3, "{}", entropy(&positions, &space));
    }

    #[test]
    fn one_cell_says_nothing_and_one_heap_has_no_entropy() {
        let space = Space::square(10.0, Boundary::Walled).in_space();
        assert!(entropy(&[Vec3::ONE; 5], &space).is_nan());
        assert_eq!(entropy(&[Vec3::ONE; 800], &space), 0.0);
        assert_eq!(histogram(&[], &space), Vec::<[f64; 2]>::new());
    }
}
