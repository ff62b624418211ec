//! The mean motion of agents, coarse-grained over a grid.

use super::{
    frame::{Extent, Flow},
    vector::Vectors,
};
use bevy_math::{UVec3, Vec3};

/// Cells along the longest side: in the plane, and in space, where more would hide one another.
const PLANE: f32 = 24.0;
const SPACE: f32 = 8.0;

/// The mean of `vectors` in each cell; `places` are those of the same agents, in any order.
pub(super) fn of(name: &'static str, extent: &Extent, places: Vectors, vectors: Vectors) -> Option<Flow> {
    let size = extent.size();
    let longest = size.max_element();
    if !longest.is_finite() || longest <= 0.0 {
        return None;
    }
    let cell = longest / if extent.is_flat() { PLANE } else { SPACE };
    let cells = (size / cell).round().max(Vec3::ONE);
    let count = cells.as_uvec3();
    let mut sums = vec![(Vec3::ZERO, 0u32); count.element_product() as usize];
    let scale = Vec3::select(size.cmpgt(Vec3::ZERO), cells / size, Vec3::ZERO);
    for (place, vector) in places.iter().zip(vectors.iter()) {
        let at = ((place - extent.min) * scale).floor();
        if !at.is_finite() || at.cmplt(Vec3::ZERO).any() {
            continue;
        }
        let UVec3 { x, y, z } = at.as_uvec3();
        if x < count.x && y < count.y && z < count.z && vector.is_finite() {
            let sum = &mut sums[((z * count.y + y) * count.x + x) as usize];
            *sum = (sum.0 + vector, sum.1 + 1);
        }
    }
    let means = sums.into_iter().map(|(sum, count)| if count == 0 { Vec3::NAN } else { sum / count as f32 });
    Some(Flow { name, cells: count.into(), means: means.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy_math::Vec2;

    #[test]
    fn cells_hold_the_mean_of_those_in_them() {
        let extent = Extent { max: Vec3::new(24.0, 12.0, 0.0), ..Extent::default() };
        let places = [Vec2::new(0.5, 0.5), Vec2::new(0.6, 0.1), Vec2::new(23.9, 11.9), Vec2::new(30.0, 1.0), Vec2::NAN];
        let vectors = [Vec2::X, Vec2::Y, Vec2::X, Vec2::X, Vec2::X];
        let flow = of("velocity", &extent, Vectors::Plane(&places), Vectors::Plane(&vectors)).unwrap();
        assert_eq!(flow.cells, [24, 12, 1]);
        assert_eq!(flow.means[0], Vec3::new(0.5, 0.5, 0.0));
        assert_eq!(flow.means[24 * 12 - 1], Vec3::X);
        assert!(flow.means[1].is_nan());
        assert!(of("velocity", &Extent { max: Vec3::ZERO, ..extent }, Vectors::Plane(&[]), Vectors::Plane(&[])).is_none());
    }
}
