//! From red, green and blue to luminance and two differences of colour, as video has them (ITU-R BT.709, limited range).

use crate::view::Still;
use openh264::formats::YUVSlices;
use rayon::prelude::*;

/// Three planes: luminance for every pixel, differences for every two by two.
pub struct Planes {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Planes {
    /// Room for pictures of this size, whose sides are even.
    pub fn new(size: [u32; 2]) -> Self {
        let [width, height] = size.map(|side| side as usize);
        let quarter = vec![0; width * height / 4];
        Self { width, height, y: vec![0; width * height], u: quarter.clone(), v: quarter }
    }

    /// Converts a picture; its opacity is left out.
    pub fn fill(&mut self, still: &Still) {
        let width = self.width;
        let pairs = still.rgba.par_chunks_exact(8 * width);
        let planes = (self.y.par_chunks_exact_mut(2 * width), self.u.par_chunks_exact_mut(width / 2));
        let planes = planes.0.zip(planes.1).zip(self.v.par_chunks_exact_mut(width / 2));
        pairs.zip(planes).for_each(|(rows, ((y, u), v))| {
            let (upper, lower) = rows.split_at(4 * width);
            for (luminance, pixel) in y.iter_mut().zip(rows.chunks_exact(4)) {
                *luminance = luma(pixel);
            }
            for (((upper, lower), u), v) in upper.chunks_exact(8).zip(lower.chunks_exact(8)).zip(u).zip(v) {
                let sum =
                    |part: usize| [upper[part], upper[part + 4], lower[part], lower[part + 4]].map(i32::from).iter().sum();
                [*u, *v] = chroma([0, 1, 2].map(sum));
            }
        });
    }

    /// What the encoder reads.
    pub fn source(&self) -> YUVSlices<'_> {
        let half = self.width / 2;
        YUVSlices::new((&self.y, &self.u, &self.v), (self.width, self.height), (self.width, half, half))
    }
}

/// 16 for black to 235 for white; the weights of BT.709 times 219/255, in parts of 65 536.
fn luma(pixel: &[u8]) -> u8 {
    let [r, g, b] = [pixel[0], pixel[1], pixel[2]].map(u32::from);
    ((11_966 * r + 40_254 * g + 4_064 * b + (16 << 16) + (1 << 15)) >> 16) as u8
}

/// The differences of blue and of red from luminance, 16 to 240, from the sums of four pixels.
fn chroma([r, g, b]: [i32; 3]) -> [u8; 2] {
    let scaled = |red: i32, green: i32, blue: i32| ((red * r + green * g + blue * b + (128 << 18) + (1 << 17)) >> 18) as u8;
    [scaled(-6_596, -22_189, 28_785), scaled(28_785, -26_145, -2_640)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planes(colour: [u8; 3]) -> [u8; 3] {
        let [r, g, b] = colour;
        let mut planes = Planes::new([4, 2]);
        planes.fill(&Still { width: 4, height: 2, rgba: [r, g, b, 255].repeat(8) });
        assert!(planes.y.iter().all(|y| *y == planes.y[0]));
        [planes.y[0], planes.u[0], planes.v[1]]
    }

    #[test]
    fn pure_colours_are_where_the_standard_has_them() {
        for (colour, yuv) in [
            ([0, 0, 0], [16, 128, 128]),
            ([255, 255, 255], [235, 128, 128]),
            ([128, 128, 128], [126, 128, 128]),
            ([255, 0, 0], [63, 102, 240]),
            ([0, 255, 0], [173, 42, 26]),
            ([0, 0, 255], [32, 240, 118]),
        ] {
            assert_eq!(planes(colour), yuv, "{colour:?}");
        }
    }
}
