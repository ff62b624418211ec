//! Integrators of x′ = f(x), with and without noise. Each is named, and a test below asserts its order of accuracy.

use bevy_math::{DVec2, DVec3, Vec2};
use rayon::prelude::*;

/// States per unit of parallel work.
const CHUNK: usize = 1024;

/// The state of one agent, as far as a differential equation moves it.
pub trait Moved: Copy + Default + Send + Sync {
    /// The state after moving along `slope` for `time`.
    #[must_use]
    fn along(self, slope: Self, time: f64) -> Self;
}

macro_rules! moved {
    ($($type:ty),*) => {
        $(impl Moved for $type {
            #[inline]
            fn along(self, slope: Self, time: f64) -> Self {
                self + slope * time
            }
        })*
    };
}

moved!(f64, DVec2, DVec3);

impl Moved for Vec2 {
    #[inline]
    fn along(self, slope: Self, time: f64) -> Self {
        self + slope * time as f32
    }
}

/// A body that moves by its velocity.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Body<V> {
    /// Where it is; of a slope, how fast it moves.
    pub position: V,
    /// How fast it moves; of a slope, how that changes.
    pub velocity: V,
}

impl Body<DVec2> {
    /// The body that has this position and velocity, in double precision.
    pub fn of(position: Vec2, velocity: Vec2) -> Self {
        Self { position: position.as_dvec2(), velocity: velocity.as_dvec2() }
    }

    /// How far another is from it, and how much faster, by component.
    pub fn to(self, other: Self) -> [f32; 4] {
        let (place, velocity) = (other.position - self.position, other.velocity - self.velocity);
        [place.x as f32, place.y as f32, velocity.x as f32, velocity.y as f32]
    }

    /// A position and a velocity after this change.
    pub fn after(self, position: Vec2, velocity: Vec2) -> (Vec2, Vec2) {
        ((position.as_dvec2() + self.position).as_vec2(), (velocity.as_dvec2() + self.velocity).as_vec2())
    }
}

impl<V: Moved> Moved for Body<V> {
    #[inline]
    fn along(self, slope: Self, time: f64) -> Self {
        Self { position: self.position.along(slope.position, time), velocity: self.velocity.along(slope.velocity, time) }
    }
}

/// A method of integration, in steps of fixed length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Euler's method, of first order.
    Euler,
    /// Heun's method, of second order: the mean of the slopes at the beginning and at the end that it foretells.
    Heun,
    /// The classical Runge–Kutta method, of fourth order.
    RungeKutta,
}

impl Method {
    /// The stages: how much of a step each looks ahead along the slope of the one before it, and its weight.
    const fn stages(self) -> &'static [(f64, f64)] {
        match self {
            Self::Euler => &[(0.0, 1.0)],
            Self::Heun => &[(0.0, 0.5), (1.0, 0.5)],
            Self::RungeKutta => &[(0.0, 1.0 / 6.0), (0.5, 1.0 / 3.0), (0.5, 1.0 / 3.0), (1.0, 1.0 / 6.0)],
        }
    }
}

/// The memory that an integrator needs from one stage to the next: one value an agent.
#[derive(Clone, Debug, Default)]
pub struct Integrator<S> {
    kicked: Vec<S>,
    stage: Vec<S>,
    slopes: Vec<S>,
    change: Vec<S>,
}

impl<S: Moved> Integrator<S> {
    /// What a step of length `dt` adds to each state. `slope` writes x′ of all, given the states of all.
    pub fn step(&mut self, method: Method, dt: f64, states: &[S], mut slope: impl FnMut(&[S], &mut [S])) -> &[S] {
        let Self { stage, slopes, change, .. } = self;
        stage.clear();
        stage.extend_from_slice(states);
        slopes.resize(states.len(), S::default());
        change.clear();
        change.resize(states.len(), S::default());
        for &(ahead, weight) in method.stages() {
            if ahead > 0.0 {
                let parts = stage.par_chunks_mut(CHUNK).zip(states.par_chunks(CHUNK)).zip(slopes.par_chunks(CHUNK));
                parts.for_each(|((stage, states), slopes)| {
                    for ((stage, state), slope) in stage.iter_mut().zip(states).zip(slopes) {
                        *stage = state.along(*slope, ahead * dt);
                    }
                });
            }
            slope(stage, slopes);
            change.par_chunks_mut(CHUNK).zip(slopes.par_chunks(CHUNK)).for_each(|(change, slopes)| {
                for (change, slope) in change.iter_mut().zip(slopes) {
                    *change = change.along(*slope, weight * dt);
                }
            });
        }
        change
    }

    /// The same under additive noise, by Strang's splitting: noise of half a step, the step, noise of half a step.
    /// `kick(row, half)` is that of the first (0) or second (1) half: of variance σ² dt/2 where a whole step has σ² dt.
    ///
    /// A kick after the whole step would leave the noise of the last step undamped, an error of first order; so halved
    /// it is of second. With [`Method::Euler`] this is the Euler–Maruyama method, seen half a kick later.
    pub fn step_under_noise(
        &mut self,
        method: Method,
        dt: f64,
        states: &[S],
        slope: impl FnMut(&[S], &mut [S]),
        kick: impl Fn(usize, u32) -> S,
    ) -> &[S] {
        let mut kicked = std::mem::take(&mut self.kicked);
        kicked.clear();
        kicked.extend(states.iter().enumerate().map(|(row, state)| state.along(kick(row, 0), 1.0)));
        self.step(method, dt, &kicked, slope);
        self.kicked = kicked;
        for (row, change) in self.change.iter_mut().enumerate() {
            *change = change.along(kick(row, 0), 1.0).along(kick(row, 1), 1.0);
        }
        &self.change
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::maths;
    use bevy_math::Vec2;

    /// The order that halving the step shows.
    fn order(error: impl Fn(f64) -> f64) -> f64 {
        maths::ln(error(0.1) / error(0.05)) / maths::ln(2.0)
    }

    #[test]
    fn each_method_has_its_order() {
        // A nonlinear equation: x′ = −sin x from 2 to tan(x/2) = tan 1 e^{−t} at t = 2. (At t = 1 Euler's errors before and
        // after π/2 nearly cancel, which hides its order.)
        let error = |method, dt: f64| {
            let (mut x, mut integrator) = (2.0, Integrator::default());
            for _ in 0..(2.0 / dt).round() as u32 {
                x += integrator.step(method, dt, &[x], |x: &[f64], slope| slope[0] = -maths::sin_cos(x[0]).0)[0];
            }
            (x - 2.0 * maths::atan2(maths::tan(1.0) * maths::exp(-2.0), 1.0)).abs()
        };
        for (method, expected) in [(Method::Euler, 1.0), (Method::Heun, 2.0), (Method::RungeKutta, 4.0)] {
            let order = order(|dt| error(method, dt));
            assert!((order - expected).abs() < 0.15, "{method:?}: {order}");
        }
    }

    #[test]
    fn coupled_states_move_together() {
        // x′ = y, y′ = −x goes round a circle; agent 1 reads agent 0 at the same stage.
        let (mut state, mut integrator) = ([1.0, 0.0], Integrator::default());
        for _ in 0..100 {
            let slope = |x: &[f64], slope: &mut [f64]| (slope[0], slope[1]) = (x[1], -x[0]);
            let change = integrator.step(Method::RungeKutta, 0.01, &state, slope).to_vec();
            state = [state[0] + change[0], state[1] + change[1]];
        }
        let (sin, cos) = maths::sin_cos(1.0);
        assert!((state[0] - cos).abs() < 1e-9 && (state[1] + sin).abs() < 1e-9, "{state:?}");
    }

    #[test]
    fn a_body_has_the_order_of_its_method() {
        // A pendulum: x″ = −sin x from 1 at rest keeps v²/2 − cos x. Steps are as long as single precision asks for.
        let error = |method, dt: f64| {
            let (mut at, mut integrator) = (Body { position: Vec2::X, velocity: Vec2::ZERO }, Integrator::default());
            for _ in 0..(4.0 / dt).round() as u32 {
                let slope = |all: &[Body<Vec2>], slope: &mut [Body<Vec2>]| {
                    let pull = -maths::sin_cos(f64::from(all[0].position.x)).0;
                    slope[0] = Body { position: all[0].velocity, velocity: Vec2::X * pull as f32 };
                };
                at = at.along(integrator.step(method, dt, &[at], slope)[0], 1.0);
            }
            let energy =
                |position: f32, velocity: f32| f64::from(0.5 * velocity * velocity) - maths::sin_cos(f64::from(position)).1;
            (energy(at.position.x, at.velocity.x) - energy(1.0, 0.0)).abs()
        };
        for (method, expected) in [(Method::Euler, 1.0), (Method::RungeKutta, 4.0)] {
            let order = maths::ln(error(method, 0.4) / error(method, 0.2)) / maths::ln(2.0);
            assert!(order > expected - 0.3, "{method:?}: {order}");
        }
    }

    #[test]
    fn split_noise_is_of_second_order() {
        // dx = −x dt + √2 dW has variance 1. Each scheme is x → a x + b₀ ξ₀ + b₁ ξ₁, with ξ of variance dt, and so has
        // (b₀² + b₁²) dt / (1 − a²) exactly: no sample is drawn.
        let error = |split: bool, dt: f64| {
            let next = |x: f64, kicks: [f64; 2]| {
                let slope = |x: &[f64], slope: &mut [f64]| slope[0] = -x[0];
                let kick = |_: usize, half: u32| kicks[half as usize];
                x + Integrator::default().step_under_noise(Method::Heun, dt, &[x], slope, kick)[0]
            };
            let (a, first, second) = (next(1.0, [0.0; 2]), next(0.0, [1.0, 0.0]), next(0.0, [0.0, 1.0]));
            // The noise of a whole step in the second half alone is what the splitting is there to avoid.
            let squares = if split { first * first + second * second } else { 2.0 * second * second };
            (squares * dt / (1.0 - a * a) - 1.0).abs()
        };
        let split = order(|dt| error(true, dt));
        assert!((split - 2.0).abs() < 0.1, "{split}");
        let late = order(|dt| error(false, dt));
        assert!((late - 1.0).abs() < 0.1, "{late}");
        assert!(error(true, 0.05) < 0.05 * error(false, 0.05));
    }
}
