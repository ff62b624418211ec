//! All pairs of many bodies, four at a time: for models in which each acts on each.

use super::integrate::Body;
use bevy_math::DVec2;
use rayon::prelude::*;
use wide::f32x4;

/// Bodies per unit of parallel work.
const CHUNK: usize = 16;

/// From one body to four others: how far they are, how much faster, and the square of the distance.
#[derive(Clone, Copy, Debug)]
pub struct Pairs {
    /// Displacements, by component.
    pub place: [f32x4; 2],
    /// Differences of velocity, by component.
    pub velocity: [f32x4; 2],
    /// Squared distances.
    pub squared: f32x4,
}

/// Bodies side by side, four in a group. They are counted from the first body, so that single precision tells near from near
/// wherever all of them are.
#[derive(Clone, Debug, Default)]
pub struct Abreast {
    first: Body<DVec2>,
    groups: Vec<[[f32; 4]; 4]>,
    /// How many lanes of the last group are taken.
    taken: usize,
}

impl Abreast {
    /// Lays out these bodies.
    pub fn arrange(&mut self, bodies: &[Body<DVec2>]) {
        self.first = bodies.first().copied().unwrap_or_default();
        self.groups.clear();
        self.taken = 0;
        for body in bodies {
            if self.taken.is_multiple_of(4) {
                self.groups.push([[0.0; 4]; 4]);
                self.taken = 0;
            }
            let group = self.groups.last_mut().expect("one was just added");
            let parts = self.first.to(*body);
            (0..4).for_each(|part| group[part][self.taken] = parts[part]);
            self.taken += 1;
        }
    }

    /// Calls `write(body, sum, slope)` for each body, in parallel, with the sum of `act` over all, itself included. Each lane adds
    /// up its partners in order, then the lanes are added in order: the same sum on any number of threads.
    pub fn each(
        &self,
        bodies: &[Body<DVec2>],
        slopes: &mut [Body<DVec2>],
        act: impl Fn(&Pairs) -> [f32x4; 2] + Sync,
        write: impl Fn(&Body<DVec2>, DVec2) -> Body<DVec2> + Sync,
    ) {
        slopes.par_chunks_mut(CHUNK).zip(bodies.par_chunks(CHUNK)).for_each(|(slopes, bodies)| {
            for (slope, body) in slopes.iter_mut().zip(bodies) {
                *slope = write(body, self.sum(body, &act));
            }
        });
    }

    fn sum(&self, body: &Body<DVec2>, act: &impl Fn(&Pairs) -> [f32x4; 2]) -> DVec2 {
        let own = self.first.to(*body).map(f32x4::splat);
        let pairs = |group: &[[f32; 4]; 4]| {
            let [x, y, u, v] = [0, 1, 2, 3].map(|part: usize| f32x4::new(group[part]) - own[part]);
            Pairs { place: [x, y], velocity: [u, v], squared: x * x + y * y }
        };
        let mut sum = [f32x4::ZERO; 2];
        let Some((last, whole)) = self.groups.split_last() else { return DVec2::ZERO };
        for group in whole {
            let acted = act(&pairs(group));
            sum = [sum[0] + acted[0], sum[1] + acted[1]];
        }
        // Lanes that nobody has taken stand where the first body is.
        let acted = act(&pairs(last)).map(f32x4::to_array);
        let total = |axis: usize| {
            let rest = acted[axis][..self.taken].iter().map(|part| f64::from(*part)).sum::<f64>();
            sum[axis].to_array().iter().map(|part| f64::from(*part)).sum::<f64>() + rest
        };
        DVec2::new(total(0), total(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::Chance;

    #[test]
    fn sums_are_those_over_all_pairs_wherever_the_bodies_are() {
        let chance = Chance::new(1, 0, "test");
        for count in [0, 1, 2, 4, 5, 33] {
            let at = |agent: u32, draw| DVec2::new(chance.uniform(agent, draw), chance.uniform(agent, draw + 1));
            let bodies: Vec<Body<DVec2>> =
                (0..count).map(|agent| Body { position: 1e5 + at(agent, 0), velocity: 1e3 + at(agent, 2) }).collect();
            let (mut abreast, mut slopes) = (Abreast::default(), vec![Body::default(); bodies.len()]);
            abreast.arrange(&bodies);
            let act = |pairs: &Pairs| [pairs.squared * pairs.velocity[0], pairs.squared * pairs.place[1]];
            abreast.each(&bodies, &mut slopes, act, |_, sum| Body { position: sum, velocity: sum });
            for (own, slope) in bodies.iter().zip(&slopes) {
                let part = |other: &Body<DVec2>| {
                    let squared = own.position.distance_squared(other.position);
                    squared * DVec2::new(other.velocity.x - own.velocity.x, other.position.y - own.position.y)
                };
                assert!(slope.position.distance(bodies.iter().map(part).sum()) < 1e-5, "{count}");
            }
        }
    }
}
