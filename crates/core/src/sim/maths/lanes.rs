//! Four numbers side by side, or two of double precision, and functions of them that are several times faster than one by
//! one. They consist of sums, products, quotients and square roots alone, which every platform rounds alike, so that they
//! give the same bits everywhere.

use std::f64::consts::FRAC_PI_2;
use wide::{f32x4, f64x2};

/// Sines and cosines of four angles in radians. The error is below 1.2·10⁻⁷.
#[inline]
pub fn sin_cos4(angle: f32x4) -> (f32x4, f32x4) {
    if !angle.abs().simd_le(f32x4::splat(8192.0)).all() {
        return far4(angle);
    }
    // Adding and taking away this number rounds to the nearest whole number, which is left in the last bits between.
    const ROUND: f32 = 12_582_912.0;
    let rounded = angle * f32x4::splat(std::f32::consts::FRAC_2_PI) + f32x4::splat(ROUND);
    let turns = rounded - f32x4::splat(ROUND);
    // Quarter turns are taken off in three parts, of which the first two lose nothing.
    let r =
        angle - turns * f32x4::splat(1.570_312_5) - turns * f32x4::splat(4.837_513e-4) - turns * f32x4::splat(7.549_789_4e-8);
    let z = r * r;
    // Taylor's series within an eighth of a turn.
    let sin = (((f32x4::splat(1.0 / 362_880.0) * z - f32x4::splat(1.0 / 5040.0)) * z + f32x4::splat(1.0 / 120.0)) * z
        - f32x4::splat(1.0 / 6.0))
        * z
        * r
        + r;
    let cos = (((f32x4::splat(1.0 / 40_320.0) * z - f32x4::splat(1.0 / 720.0)) * z + f32x4::splat(1.0 / 24.0)) * z
        - f32x4::splat(0.5))
        * z
        + f32x4::ONE;
    // In odd quarters sine and cosine change places; the signs follow from the quarter.
    let quarter: [u32; 4] = bytemuck::cast(rounded);
    let odd: f32x4 = bytemuck::cast(quarter.map(|quarter| 0u32.wrapping_sub(quarter & 1)));
    let minus_sin: f32x4 = bytemuck::cast(quarter.map(|quarter| (quarter & 2) << 30));
    let minus_cos: f32x4 = bytemuck::cast(quarter.map(|quarter| (quarter.wrapping_add(1) & 2) << 30));
    (odd.bitselect(cos, sin) ^ minus_sin, odd.bitselect(sin, cos) ^ minus_cos)
}

/// The angles of four points (`x`, `y`), −π to π; 0 of (0, 0). The error is below 3·10⁻⁷.
#[inline]
pub fn atan2_4(y: f32x4, x: f32x4) -> f32x4 {
    use std::f32::consts::{FRAC_PI_2, FRAC_PI_4, PI, SQRT_2};
    let (ax, ay) = (x.abs(), y.abs());
    let (near, far) = (ax.fast_min(ay), ax.fast_max(ay));
    // Above an eighth of a right angle, from the diagonal.
    let steep = near.simd_gt(far * f32x4::splat(SQRT_2 - 1.0));
    let divisor = steep.bitselect(near + far, far).fast_max(f32x4::splat(f32::MIN_POSITIVE));
    let t = steep.bitselect(near - far, near) / divisor;
    let z = t * t;
    // Taylor's series, its tail bent so that the error is spread evenly.
    let arc = (((f32x4::splat(8.053_745e-2) * z - f32x4::splat(1.387_768_6e-1)) * z + f32x4::splat(1.997_771_1e-1)) * z
        - f32x4::splat(3.333_295e-1))
        * z
        * t
        + t;
    let arc = arc + (steep & f32x4::splat(FRAC_PI_4));
    let arc = ay.simd_gt(ax).bitselect(f32x4::splat(FRAC_PI_2) - arc, arc);
    let arc = x.simd_lt(f32x4::ZERO).bitselect(f32x4::splat(PI) - arc, arc);
    arc ^ (y & f32x4::splat(-0.0))
}

/// The exponentials of four numbers: 0 below −87, and no more than that of 88. The relative error is below 2·10⁻⁷.
#[inline]
pub fn exp4(x: f32x4) -> f32x4 {
    const ROUND: f32 = 12_582_912.0;
    let within = x.fast_max(f32x4::splat(-87.0)).fast_min(f32x4::splat(88.0));
    let rounded = within * f32x4::splat(std::f32::consts::LOG2_E) + f32x4::splat(ROUND);
    let twos = rounded - f32x4::splat(ROUND);
    // The logarithm of 2 in two parts, the first with so few bits that its multiples are exact.
    let r = within - twos * f32x4::splat(0.693_359_4) - twos * f32x4::splat(-2.121_944_4e-4);
    // Taylor's series within half an octave.
    let sum = [1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0]
        .into_iter()
        .fold(f32x4::ZERO, |sum, next| (sum + f32x4::splat(next)) * r)
        + f32x4::ONE;
    // The whole number stands in the last bits; of it, those of an exponent.
    let bits: [u32; 4] = bytemuck::cast(rounded);
    let scale: f32x4 = bytemuck::cast(bits.map(|bits| bits.wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23));
    x.simd_lt(f32x4::splat(-87.0)).bitselect(f32x4::ZERO, sum * scale)
}

/// The natural logarithms of four normal positive numbers. The error is below 2·10⁻⁷, absolute or relative.
#[inline]
pub fn ln4(x: f32x4) -> f32x4 {
    // Of the square root of one half, so that what is left is near 1 on both sides.
    const HALF_ROOT: u32 = 0x3f35_04f3;
    let bits: [u32; 4] = bytemuck::cast(x);
    let octave = bits.map(|bits| bits.wrapping_sub(HALF_ROOT) & 0xff80_0000);
    let twos = f32x4::new(octave.map(|octave| (octave as i32 >> 23) as f32));
    let mantissa: f32x4 = bytemuck::cast([0, 1, 2, 3].map(|lane: usize| bits[lane].wrapping_sub(octave[lane])));
    let s = (mantissa - f32x4::ONE) / (mantissa + f32x4::ONE);
    let z = s * s;
    // ln m = 2 artanh s.
    let series =
        ((f32x4::splat(2.0 / 9.0) * z + f32x4::splat(2.0 / 7.0)) * z + f32x4::splat(2.0 / 5.0)) * z + f32x4::splat(2.0 / 3.0);
    twos * f32x4::splat(0.693_359_4) + (s * f32x4::splat(2.0) + (s * z * series + twos * f32x4::splat(-2.121_944_4e-4)))
}

/// Angles of many turns, or not finite.
#[cold]
fn far4(angle: f32x4) -> (f32x4, f32x4) {
    let each = angle.to_array().map(super::sin_cos);
    (f32x4::new(each.map(|(sin, _)| sin)), f32x4::new(each.map(|(_, cos)| cos)))
}

/// Sines and cosines of two angles in radians. The error is below 1.2·10⁻¹⁶.
#[inline]
pub fn sin_cos2(angle: f64x2) -> (f64x2, f64x2) {
    if !angle.abs().simd_le(f64x2::splat(1e6)).all() {
        return far2(angle);
    }
    const ROUND: f64 = 6_755_399_441_055_744.0;
    // A quarter turn in two parts, the first with so few bits that its multiples are exact.
    const FIRST: f64 = 1.570_796_326_734_125_6;
    const SECOND: f64 = 6.077_100_506_506_192e-11;
    let rounded = angle * f64x2::splat(1.0 / FRAC_PI_2) + f64x2::splat(ROUND);
    let turns = rounded - f64x2::splat(ROUND);
    let r = angle - turns * f64x2::splat(FIRST) - turns * f64x2::splat(SECOND);
    let z = r * r;
    let series = |coefficients: [f64; 7]| {
        coefficients[1..].iter().fold(f64x2::splat(coefficients[0]), |sum, next| sum * z + f64x2::splat(*next))
    };
    // Taylor's series within an eighth of a turn: reciprocals of factorials.
    let sin = series([
        -7.647_163_731_819_816e-13,
        1.605_904_383_682_161_5e-10,
        -2.505_210_838_544_172e-8,
        2.755_731_922_398_589e-6,
        -1.984_126_984_126_984e-4,
        8.333_333_333_333_333e-3,
        -1.666_666_666_666_666_6e-1,
    ]) * z
        * r
        + r;
    let cos = series([
        4.779_477_332_387_385e-14,
        -1.147_074_559_772_972_5e-11,
        2.087_675_698_786_81e-9,
        -2.755_731_922_398_589e-7,
        2.480_158_730_158_73e-5,
        -1.388_888_888_888_889e-3,
        4.166_666_666_666_666_4e-2,
    ]) * z
        * z
        - z * f64x2::splat(0.5)
        + f64x2::ONE;
    let quarter: [u64; 2] = bytemuck::cast(rounded);
    let odd: f64x2 = bytemuck::cast(quarter.map(|quarter| 0u64.wrapping_sub(quarter & 1)));
    let minus_sin: f64x2 = bytemuck::cast(quarter.map(|quarter| (quarter & 2) << 62));
    let minus_cos: f64x2 = bytemuck::cast(quarter.map(|quarter| (quarter.wrapping_add(1) & 2) << 62));
    (odd.bitselect(cos, sin) ^ minus_sin, odd.bitselect(sin, cos) ^ minus_cos)
}

#[cold]
fn far2(angle: f64x2) -> (f64x2, f64x2) {
    let each = angle.to_array().map(super::sin_cos);
    (f64x2::new(each.map(|(sin, _)| sin)), f64x2::new(each.map(|(_, cos)| cos)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::maths::{atan2, exp, ln, sin_cos};

    #[test]
    fn sines_and_cosines_have_their_precision() {
        for (range, steps) in [(4.0f64, 200_000), (8192.0, 400_000), (1e6, 10_000)] {
            for step in -steps..=steps {
                let angle = (range * f64::from(step) / f64::from(steps)) as f32;
                let (sin, cos) = sin_cos4(f32x4::splat(angle));
                let (exact_sin, exact_cos) = sin_cos(f64::from(angle));
                let error =
                    (f64::from(sin.to_array()[0]) - exact_sin).abs().max((f64::from(cos.to_array()[0]) - exact_cos).abs());
                assert!(error < 1.2e-7, "{angle}: {error:e}");
            }
        }
        for (range, steps) in [(4.0f64, 200_000), (1e6, 400_000), (1e9, 10_000)] {
            for step in -steps..=steps {
                let angle = range * f64::from(step) / f64::from(steps);
                let (sin, cos) = sin_cos2(f64x2::splat(angle));
                let (exact_sin, exact_cos) = sin_cos(angle);
                let error = (sin.to_array()[1] - exact_sin).abs().max((cos.to_array()[1] - exact_cos).abs());
                assert!(error < 1.2e-16, "{angle}: {error:e}");
            }
        }
    }

    #[test]
    fn angles_have_their_precision() {
        for step in 0..400_000 {
            let (sin, cos) = sin_cos(f64::from(step) * 1.6e-5);
            for length in [1e-20, 1.0, 3e15] {
                let (y, x) = ((sin * length) as f32, (cos * length) as f32);
                let angle = f64::from(atan2_4(f32x4::splat(y), f32x4::splat(x)).to_array()[2]);
                let error = (angle - atan2(f64::from(y), f64::from(x))).abs();
                assert!(error < 3e-7, "{y} {x}: {error:e}");
            }
        }
        let at = |y: f32, x: f32| atan2_4(f32x4::splat(y), f32x4::splat(x)).to_array()[0];
        assert_eq!([at(0.0, 0.0), at(0.0, 2.0), at(1.0, 0.0), at(-1.0, 0.0)], [0.0, 0.0, atan2(1.0, 0.0), atan2(-1.0, 0.0)]);
        assert_eq!(at(0.0, -1.0), std::f32::consts::PI);
    }

    #[test]
    fn exponentials_and_logarithms_have_their_precision() {
        for step in -86_999..88_000 {
            let x = step as f32 * 1e-3;
            let error = f64::from(exp4(f32x4::splat(x)).to_array()[0]) / exp(f64::from(x)) - 1.0;
            assert!(error.abs() < 2e-7, "{x}: {error:e}");
            let x = exp(f64::from(x) * 0.99) as f32;
            let logarithm = ln(f64::from(x));
            let error = (f64::from(ln4(f32x4::splat(x)).to_array()[3]) - logarithm).abs();
            assert!(error < 2e-7 * logarithm.abs().max(1.0), "{x}: {error:e}");
        }
        assert_eq!(exp4(f32x4::new([0.0, -90.0, f32::NEG_INFINITY, -1e30])).to_array(), [1.0, 0.0, 0.0, 0.0]);
        assert!(exp4(f32x4::splat(1e9)).to_array()[0].is_finite());
    }

    #[test]
    fn the_bits_of_a_few_values_never_change() {
        let (sin, cos) = sin_cos4(f32x4::new([1.0, -2.5, 100.0, 3.0]));
        assert_eq!(sin.to_array().map(f32::to_bits), [0x3f57_6aa4, 0xbf19_3579, 0xbf01_a12e, 0x3e10_81c3]);
        assert_eq!(cos.to_array().map(f32::to_bits), [0x3f0a_5140, 0xbf4d_17bf, 0x3f5c_c0ee, 0xbf7d_7026]);
        let (sin, cos) = sin_cos2(f64x2::new([1.0, -250.0]));
        assert_eq!(sin.to_array().map(f64::to_bits), [0x3fea_ed54_8f09_0cee, 0x3fef_0e90_c6f9_1418]);
        assert_eq!(cos.to_array().map(f64::to_bits), [0x3fe1_4a28_0fb5_068c, 0x3fce_d8b4_6cf5_9651]);
        let arc = atan2_4(f32x4::new([1.0, -2.5, 1e-3, 3.0]), f32x4::new([-2.0, 0.1, 5.0, 3.0]));
        assert_eq!(arc.to_array().map(f32::to_bits), [0x402b_6374, 0xbfc3_f1d5, 0x3951_b718, 0x3f49_0fdb]);
    }
}
