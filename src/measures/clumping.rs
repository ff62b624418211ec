//! How unevenly agents are spread.

use super::{Instrument, POSITIONS};
use crate::sim::{Agents, maths};
use bevy_math::Vec3;

/// Agents a cell, about.
const PER_CELL: f64 = 10.0;

/// The clumping.
pub const INSTRUMENT: Instrument = Instrument {
    name: "clumping",
    symbol: "s",
    definition: "Standard deviation over mean of the number of agents in equal cells of the space, as many as hold ten each on average: \
                 0.32 where agents are strewn at random, less where they keep apart, more where they gather. In an open space \
                 the cells cover what a picture shows. Not defined where there is one cell. After the index of dispersion of Fisher, \
                 Thornton & Mackenzie, Ann. Appl. Biol. 9, 325 (1922).",
    range: None,
    baseline: Some(|_| 0.316),
    needs: POSITIONS,
    make: || Box::new(read),
    ..Instrument::PLAIN
};

fn read(agents: &Agents) -> f64 {
    let space = agents.shown();
    let places = agents.with_positions(|positions| positions.map(|all| all.iter().collect::<Vec<_>>()).unwrap_or_default());
    let content = f64::from(space.content()) * PER_CELL / places.len() as f64;
    let side = if space.is_flat() { content.sqrt() } else { maths::cbrt(content) };
    let cells = (space.size.as_dvec3() / side).round().as_uvec3().clamp(bevy_math::UVec3::ONE, bevy_math::UVec3::splat(4096));
    let mut counts = vec![0u32; cells.element_product() as usize];
    for place in places {
        let at = (place - space.min) / space.size.max(Vec3::splat(f32::MIN_POSITIVE)) * cells.as_vec3();
        let at = at.max(Vec3::ZERO).as_uvec3().min(cells - 1);
        counts[((at.z * cells.y + at.y) * cells.x + at.x) as usize] += 1;
    }
    variation(&counts)
}

/// Standard deviation over mean; not a number of fewer than two cells, which cannot differ.
fn variation(counts: &[u32]) -> f64 {
    if counts.len() < 2 {
        return f64::NAN;
    }
    let share = 1.0 / counts.len() as f64;
    let mean = share * counts.iter().map(|count| f64::from(*count)).sum::<f64>();
    let variance = share * counts.iter().map(|count| f64::from(*count) - mean).map(|rest| rest * rest).sum::<f64>();
    variance.sqrt() / mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_spread_over_the_mean() {
        assert_eq!(variation(&[10, 10, 10, 10]), 0.0);
        assert_eq!(variation(&[0, 20]), 1.0);
        assert!(variation(&[7]).is_nan() && variation(&[0, 0]).is_nan());
    }
}
