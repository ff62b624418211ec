//! Giant number fluctuations.

use super::{Instrument, Reading, Tells, pairs};
use crate::{
    sim::{Agents, Space, maths},
    statistics::Fit,
};
use bevy_math::Vec3;

/// Sides are halved so often at least and at most.
const HALVINGS: std::ops::RangeInclusive<u32> = 1..=8;
/// Halvings from which on boxes are small against the space.
const SMALL: u32 = 3;
/// Fewest agents in a box, on average.
const FEWEST: f64 = 1.0;
/// Fewest agents in a box of the fit, on average: with fewer, chance hides all else.
const FEWEST_OF_FIT: f64 = 4.0;

/// The spread of numbers in boxes.
pub const INSTRUMENT: Instrument = Instrument {
    name: "number_fluctuations",
    symbol: "Δn",
    definition: "Standard deviation Δn of the number of agents in a box against its mean, for boxes whose sides are 1/2, 1/4, … of the \
                 space's. It grows as the mean's square root where agents are strewn at random, faster in ordered active matter. \
                 Narayan, Ramaswamy & Menon, Science 317, 105 (2007).",
    needs: pairs::BOUNDED,
    tells: Tells::Curve("mean number"),
    make: || {
        Box::new(|agents: &Agents| Reading::Curve(read(agents).into_iter().map(|(_, mean, spread)| [mean, spread]).collect()))
    },
    ..Instrument::PLAIN
};

/// The exponent with which it grows.
pub const EXPONENT: Instrument = Instrument {
    name: "number_exponent",
    symbol: "α",
    definition: "α of Δn ∝ ⟨n⟩^α, by least squares through the logarithms, over boxes with sides of at most 1/8 of the space's that hold 4 \
                 agents or more: 1/2 where agents are strewn at random, about 0.8 in ordered flocks of the plane. Not defined where \
                 there are fewer than two such sizes of boxes. Chaté, Ginelli, Grégoire & Raynaud, Phys. Rev. E 77, 046113 (2008).",
    tells: Tells::Number,
    make: || Box::new(|agents: &Agents| exponent(&read(agents))),
    ..INSTRUMENT
};

fn read(agents: &Agents) -> Vec<(u32, f64, f64)> {
    of(&pairs::positions(agents), &agents.space())
}

/// Halvings, mean and standard deviation of the number in a box.
fn of(positions: &[Vec3], space: &Space<Vec3>) -> Vec<(u32, f64, f64)> {
    let spread = |halvings: u32| {
        let counts = pairs::Cells::count(positions, space, [1 << halvings; 3]).counts;
        let mean = positions.len() as f64 / counts.len() as f64;
        let square = counts.iter().map(|count| (f64::from(*count) - mean) * (f64::from(*count) - mean)).sum::<f64>();
        (halvings, mean, (square / counts.len() as f64).sqrt())
    };
    let boxes = |halvings: u32| f64::from(1u32 << (halvings * pairs::dimensions(space) as u32));
    HALVINGS.take_while(|halvings| positions.len() as f64 >= FEWEST * boxes(*halvings)).map(spread).collect()
}

fn exponent(sizes: &[(u32, f64, f64)]) -> f64 {
    let small = sizes.iter().filter(|(halvings, mean, spread)| *halvings >= SMALL && *mean >= FEWEST_OF_FIT && *spread > 0.0);
    let points: Vec<(f64, f64)> = small.map(|(_, mean, spread)| (maths::ln(*mean), maths::ln(*spread))).collect();
    Fit::through(&points).map_or(f64::NAN, |fit| fit.slope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oracles::series, sim::Boundary};

    #[test]
    fn of_agents_at_random_the_spread_is_the_square_root() {
        let mut uniform = series::uniform(51);
        let mut next = || 64.0 * uniform.next().unwrap() as f32;
        let positions: Vec<Vec3> = (0..8192).map(|_| Vec3::new(next(), next(), 0.0)).collect();
        let sizes = of(&positions, &Space::square(64.0, Boundary::Periodic).in_space());
        // A standard deviation over m boxes is known to 1/√(2m) of it; the whole number is fixed, which takes 1/m away.
        for (halvings, mean, spread) in &sizes {
            let boxes = f64::from(1u32 << (2 * halvings));
            let exact = (mean * (1.0 - 1.0 / boxes)).sqrt();
            assert!((spread / exact - 1.0).abs() < 4.0 / (2.0 * boxes).sqrt(), "{halvings}: {spread} against {exact}");
        }
        assert!((exponent(&sizes) - 0.5).abs() < 0.05, "{}", exponent(&sizes));
    }

    #[test]
    fn clumps_fluctuate_more_and_a_lattice_not_at_all() {
        let space = Space::square(64.0, Boundary::Walled).in_space();
        let lattice: Vec<Vec3> = (0..4096).map(|at| Vec3::new((at % 64) as f32 + 0.5, (at / 64) as f32 + 0.5, 0.0)).collect();
        assert!(of(&lattice, &space).iter().all(|(_, _, spread)| *spread == 0.0));
        assert!(exponent(&of(&lattice, &space)).is_nan());
        let half: Vec<Vec3> = lattice.iter().map(|at| Vec3::new(0.5 * at.x, at.y, 0.0)).collect();
        assert!((exponent(&of(&half, &space)) - 1.0).abs() < 1e-9);
    }
}
