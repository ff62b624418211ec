//! Transcendental functions that give the same bits on every platform.
//!
//! They are the pure Rust functions of `libm`; the platform's own differ between systems and are banned from
//! `sim`, `models` and `measures` by `clippy.toml`.

mod lanes;

pub use lanes::{atan2_4, exp4, ln4, sin_cos2, sin_cos4};

use bevy_math::Vec2;
use wide::f32x4;

/// A floating-point number with functions that give the same bits on every platform.
pub trait Real: Copy {
    /// Sine and cosine of an angle in radians.
    fn sin_cos(self) -> (Self, Self);
    /// The angle of the point (`x`, `self`), −π to π.
    fn atan2(self, x: Self) -> Self;
    /// e to this power.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Tangent of an angle in radians.
    fn tan(self) -> Self;
    /// Cube root.
    fn cbrt(self) -> Self;
}

macro_rules! real {
    ($type:ty, $sin_cos:ident, $atan2:ident, $exp:ident, $ln:ident, $tan:ident, $cbrt:ident) => {
        impl Real for $type {
            fn sin_cos(self) -> (Self, Self) {
                libm::$sin_cos(self)
            }
            fn atan2(self, x: Self) -> Self {
                libm::$atan2(self, x)
            }
            fn exp(self) -> Self {
                libm::$exp(self)
            }
            fn ln(self) -> Self {
                libm::$ln(self)
            }
            fn tan(self) -> Self {
                libm::$tan(self)
            }
            fn cbrt(self) -> Self {
                libm::$cbrt(self)
            }
        }
    };
}

real!(f32, sincosf, atan2f, expf, logf, tanf, cbrtf);
real!(f64, sincos, atan2, exp, log, tan, cbrt);

/// Sine and cosine of an angle in radians.
pub fn sin_cos<T: Real>(angle: T) -> (T, T) {
    Real::sin_cos(angle)
}

/// The angle of the point (`x`, `y`), −π to π.
pub fn atan2<T: Real>(y: T, x: T) -> T {
    Real::atan2(y, x)
}

/// e to the power of `x`.
pub fn exp<T: Real>(x: T) -> T {
    Real::exp(x)
}

/// Natural logarithm.
pub fn ln<T: Real>(x: T) -> T {
    Real::ln(x)
}

/// Natural logarithm of 1 + `x`, exact where `x` is small.
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Tangent of an angle in radians.
pub fn tan<T: Real>(angle: T) -> T {
    Real::tan(angle)
}

/// Cube root.
pub fn cbrt<T: Real>(x: T) -> T {
    Real::cbrt(x)
}

/// Hyperbolic sine.
pub fn sinh(x: f64) -> f64 {
    libm::sinh(x)
}

/// Hyperbolic tangent.
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The zero of a function between two arguments, by bisection: below 0 before it, above 0 after it.
pub fn rising_zero(function: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if function(middle) < 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The unit vector at an angle in radians.
pub fn unit(angle: f32) -> Vec2 {
    let (sin, cos) = sin_cos(angle);
    Vec2::new(cos, sin)
}

/// The unit vectors of four vectors; along x where there is no direction.
#[inline]
pub fn unit4([x, y]: [f32x4; 2]) -> [f32x4; 2] {
    let squared = x * x + y * y;
    let none = squared.simd_eq(f32x4::ZERO);
    let inverse = f32x4::ONE / none.bitselect(f32x4::ONE, squared).sqrt();
    [none.bitselect(f32x4::ONE, x * inverse), y * inverse]
}

/// The same angle between −π (included) and π.
#[inline]
pub fn wrap_angle(angle: f64) -> f64 {
    use std::f64::consts::{PI, TAU};
    // The common case costs no division.
    if (-PI..PI).contains(&angle) {
        return angle;
    }
    let wrapped = angle - TAU * ((angle + PI) / TAU).floor();
    if wrapped >= PI { -PI } else { wrapped }
}

/// The number below which a normal variable (mean 0, standard deviation 1) lies with this probability.
pub fn normal_quantile(probability: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, TAU};
    // On the lower half the distribution function is convex, so that Newton's method from 0 falls towards the root
    // and never past it.
    let tail = probability.min(1.0 - probability);
    let mut x = 0.0;
    loop {
        let excess = libm::erfc(-x * FRAC_1_SQRT_2) / 2.0 - tail;
        let next = x - excess * (TAU.sqrt() * exp(0.5 * x * x));
        if next < x {
            x = next;
        } else {
            return if probability < 0.5 { x } else { -x };
        }
    }
}

/// e^{x²} erfc(x) of a number that is not negative.
pub fn scaled_erfc(x: f64) -> f64 {
    if x < 20.0 {
        return exp(x * x) * libm::erfc(x);
    }
    // The asymptotic series: its next term is below 10⁻⁹.
    let inverse = 0.5 / (x * x);
    (1.0 - inverse * (1.0 - 3.0 * inverse * (1.0 - 5.0 * inverse))) / (x * std::f64::consts::PI.sqrt())
}

/// I₁(x) / I₀(x), modified Bessel functions, of a number that is not negative: the mean of cos θ where the density of θ
/// goes as e^{x cos θ}.
pub fn bessel_ratio(x: f64) -> f64 {
    if x > 100.0 {
        // The asymptotic series: its next term is below 10⁻⁸.
        let inverse = 1.0 / x;
        return 1.0 - inverse * (0.5 + inverse * (0.125 + inverse * 0.125));
    }
    // Gauss's continued fraction 1 / (2/x + 1 / (4/x + …)), from far out inwards.
    (1..=2 * x as u32 + 40).rev().fold(0.0, |rest, n| x / (2.0 * f64::from(n) + x * rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    #[test]
    fn angles_wrap_into_one_turn() {
        for (angle, wrapped) in [(0.0, 0.0), (PI, -PI), (-PI, -PI), (3.0 * PI / 2.0, -PI / 2.0), (-7.0, -7.0 + 2.0 * PI)] {
            assert!((wrap_angle(angle) - wrapped).abs() < 1e-12, "{angle}");
        }
        assert!((-PI..PI).contains(&wrap_angle(-PI - 1e-17)));
    }

    #[test]
    fn quantiles_of_the_normal_distribution() {
        // Abramowitz & Stegun, table 26.5 and 26.6.
        for (probability, x) in [(0.5, 0.0), (0.975, 1.959_963_985), (0.1, -1.281_551_566), (1e-6, -4.753_424_309)] {
            assert!((normal_quantile(probability) - x).abs() < 1e-9, "{probability}: {}", normal_quantile(probability));
        }
        assert!(normal_quantile(f64::EPSILON / 4.0) > -9.0);
    }

    #[test]
    fn special_functions_at_known_points() {
        // SciPy 1.17: special.erfcx, and special.i1e / special.i0e.
        for (x, value) in
            [(0.0, 1.0), (0.5, 0.615_690_344_192_925_9), (5.0, 0.110_704_637_733_068_6), (30.0, 0.018_795_888_861_416_75)]
        {
            assert!((scaled_erfc(x) / value - 1.0).abs() < 1e-8, "{x}: {}", scaled_erfc(x));
        }
        for (x, value) in
            [(0.0, 0.0), (1.0, 0.446_389_965_896_534_5), (30.0, 0.983_189_555_365_336), (200.0, 0.997_496_859_251_643_6)]
        {
            assert!((bessel_ratio(x) - value).abs() < 1e-8, "{x}: {}", bessel_ratio(x));
        }
    }

    #[test]
    fn the_bits_of_a_few_values_never_change() {
        // Values of libm 0.2: any other bits on any platform would change every stored run.
        assert_eq!(sin_cos(1.0f32).0.to_bits(), 0x3f57_6aa4);
        assert_eq!(atan2(1.0f32, -2.0).to_bits(), 0x402b_6374);
        assert_eq!(exp(1.0f64).to_bits(), 0x4005_bf0a_8b14_576a);
    }
}
