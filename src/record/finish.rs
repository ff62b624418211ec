//! What is done to pictures between drawing and writing: made smaller, given their opacity, faded into others.

use crate::view::Still;
use rayon::prelude::*;
use std::sync::LazyLock;

/// Linear light of an sRGB byte, in parts of 65 535.
static LINEAR: LazyLock<[u16; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f64 / 255.0;
        let light = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        (light * 65_535.0).round() as u16
    })
});

/// The sRGB byte of linear light in parts of 65 535.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| (0..=u16::MAX).map(|light| byte(f64::from(light) / 65_535.0)).collect());

fn byte(light: f64) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round() as u8
}

/// Averages squares of `times` by `times` pixels, as light does.
pub fn reduced(still: &Still, times: u32, mut rgba: Vec<u8>) -> Still {
    let (width, height) = (still.width / times, still.height / times);
    let times = times as usize;
    let row = still.width as usize * 4;
    rgba.resize(width as usize * height as usize * 4, 0);
    let rows = rgba.par_chunks_exact_mut(width as usize * 4).zip(still.rgba.par_chunks_exact(row * times));
    rows.for_each(|(out, rows)| {
        for (x, pixel) in out.chunks_exact_mut(4).enumerate() {
            let mut sums = [0u32; 4];
            for y in 0..times {
                for from in rows[y * row + x * times * 4..][..times * 4].chunks_exact(4) {
                    for part in 0..3 {
                        sums[part] += u32::from(LINEAR[from[part] as usize]);
                    }
                    sums[3] += u32::from(from[3]);
                }
            }
            let count = (times * times) as u32;
            for part in 0..3 {
                pixel[part] = BYTES[((sums[part] + count / 2) / count) as usize];
            }
            pixel[3] = ((sums[3] + count / 2) / count) as u8;
        }
    });
    Still { width, height, rgba }
}

/// From colours that hold their share of light to colours with an opacity beside them, as files have them.
pub fn unmultiplied(still: &mut Still) {
    still.rgba.par_chunks_exact_mut(4).filter(|pixel| pixel[3] < 255).for_each(|pixel| {
        let opacity = f64::from(pixel[3]) / 255.0;
        for part in 0..3 {
            let light = f64::from(LINEAR[pixel[part] as usize]) / 65_535.0;
            pixel[part] = if opacity > 0.0 { byte((light / opacity).min(1.0)) } else { 0 };
        }
    });
}

/// Lets a picture give way to another of the same size: `share` of it is the other.
pub fn fade(still: &mut Still, other: &Still, share: f32) {
    let share = (share.clamp(0.0, 1.0) * 256.0) as i32;
    let pixels = still.rgba.par_iter_mut().zip(&other.rgba);
    pixels.for_each(|(byte, other)| {
        let (from, to) = (i32::from(*byte), i32::from(*other));
        *byte = (from + (((to - from) * share + 128) >> 8)) as u8;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_is_averaged_rather_than_bytes() {
        let rows = [[255u8, 255, 255, 255], [0, 0, 0, 255]].concat().repeat(2);
        let small = reduced(&Still { width: 2, height: 2, rgba: rows }, 2, Vec::new());
        assert_eq!((small.width, small.height), (1, 1));
        // Half the light of white is the byte 188 of sRGB.
        assert_eq!(small.rgba, [188, 188, 188, 255]);
        for byte in 0..=255u8 {
            let flat = Still { width: 2, height: 2, rgba: [byte, byte, byte, byte].repeat(4) };
            let kept = reduced(&flat, 2, Vec::new()).rgba[0];
            assert!(kept.abs_diff(byte) <= 1, "{byte}: {kept}");
        }
    }

    #[test]
    fn opacity_is_taken_out_of_the_colour() {
        // Half covered by full red: half its light, half opaque.
        let mut still = Still { width: 2, height: 1, rgba: vec![188, 0, 0, 128, 9, 9, 9, 0] };
        unmultiplied(&mut still);
        assert!(still.rgba[0] >= 254 && still.rgba[1..4] == [0, 0, 128] && still.rgba[4..] == [0; 4], "{:?}", still.rgba);
    }

    #[test]
    fn a_fade_goes_from_one_to_the_other() {
        let start = Still { width: 1, height: 1, rgba: vec![0, 100, 200, 255] };
        let end = Still { width: 1, height: 1, rgba: vec![200, 100, 0, 255] };
        let at = |share| {
            let mut still = start.clone();
            fade(&mut still, &end, share);
            still.rgba
        };
        assert_eq!((at(0.0), at(1.0)), (start.rgba.clone(), end.rgba.clone()));
        assert_eq!(at(0.5), [100, 100, 100, 255]);
    }
}
