//! How densely agents stand.

use super::{Fold, Instrument, POSITIONS, Reading, Tells, When, pairs};
use crate::sim::{Agents, Boundary, Space, maths};
use bevy_math::Vec3;

/// Agents in a cell of the histogram, on average.
const HELD: f64 = 16.0;
/// Agents in a cell of the entropy, on average.
const HELD_OF_ENTROPY: f64 = 8.0;

/// The density.
pub const DENSITY: Instrument = Instrument {
    name: "density",
    symbol: "ρ",
    definition: "Number of agents per area (in space: volume) of the space; where that is open, of the smallest box along the axes that \
                 has held all agents since the first reading. Not defined as long as that box has no area. Steffen & Seyfried, Physica A \
                 389, 1902 (2010), on the classical density.",
    needs: POSITIONS,
    when: When::Each,
    make: || Box::new(Fold::new(|held, agents| per_area(held, &pairs::positions(agents), &agents.space()))),
    ..Instrument::PLAIN
};

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

/// Agents per area of a space, or of the box that has held them: its ends, once there were any.
fn per_area(held: &mut Option<(Vec3, Vec3)>, positions: &[Vec3], space: &Space<Vec3>) -> f64 {
    let size = if space.boundary == Boundary::Open {
        for at in positions {
            let (low, high) = held.get_or_insert((*at, *at));
            (*low, *high) = (low.min(*at), high.max(*at));
        }
        held.map_or(Vec3::ZERO, |(low, high)| high - low)
    } else {
        space.size
    };
    let area: f64 = (0..pairs::dimensions(space)).map(|axis| f64::from(size[axis])).product();
    if area > 0.0 { positions.len() as f64 / area } else { f64::NAN }
}

/// Probability density at each density that a cell can have, up to the densest, and at least to four times the mean: what is
/// averaged over steps place by place needs zeros too.
fn histogram(positions: &[Vec3], space: &Space<Vec3>) -> Vec<[f64; 2]> {
    let counts = pairs::Cells::holding(positions, space, HELD).counts;
    let mean = positions.len() as f64 / counts.len() as f64;
    let densest = counts.iter().copied().max().unwrap_or(0);
    if densest == 0 {
        return Vec::new();
    }
    let mut cells = vec![0.0; (densest as usize).max((4.0 * mean).ceil() as usize) + 1];
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
    fn in_the_open_the_box_grows_with_the_agents_and_never_shrinks() {
        let torus = Space::square(10.0, Boundary::Periodic).in_space();
        assert_eq!(per_area(&mut None, &[Vec3::ONE; 25], &torus), 0.25);
        let open = Space::square(10.0, Boundary::Open).in_space();
        let mut held = None;
        let corners = [Vec3::ZERO, Vec3::new(2.0, 4.0, 0.0)];
        assert!(per_area(&mut held, &corners[..1], &open).is_nan());
        assert_eq!(per_area(&mut held, &corners, &open), 0.25);
        assert_eq!(per_area(&mut held, &[Vec3::new(1.0, 1.0, 0.0)], &open), 0.125);
        assert_eq!(per_area(&mut held, &[], &open), 0.0);
    }

    #[test]
    fn one_cell_says_nothing_and_one_heap_has_no_entropy() {
        let space = Space::square(10.0, Boundary::Walled).in_space();
        assert!(entropy(&[Vec3::ONE; 5], &space).is_nan());
        assert_eq!(entropy(&[Vec3::ONE; 800], &space), 0.0);
        assert_eq!(histogram(&[], &space), Vec::<[f64; 2]>::new());
        // Where all is in one place, zeros are told up to four times the mean at least.
        assert_eq!(histogram(&[Vec3::ONE; 5], &space).len(), 21);
    }
}
