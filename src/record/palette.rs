//! The 255 colours that suit a film best, for files that have no more.

/// Bits of red, green and blue by which colours are told apart.
const BITS: u32 = 6;
/// Rounds in which colours move to the middle of those that they stand for.
const ROUNDS: usize = 6;
/// How much differences of red, green and blue are seen.
const WEIGHTS: [f32; 3] = [2.0, 4.0, 3.0];

type Colour = [f32; 3];

/// Counts colours.
pub struct Histogram {
    /// Sums of red, green and blue, and how many pixels.
    bins: Vec<[u64; 4]>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { bins: vec![[0; 4]; 1 << (3 * BITS)] }
    }
}

/// The number of a colour among those that are told apart.
fn bin(pixel: &[u8]) -> usize {
    pixel[..3].iter().fold(0, |bin, part| (bin << BITS) | usize::from(part >> (8 - BITS)))
}

impl Histogram {
    /// Counts the pixels of a picture.
    pub fn add(&mut self, rgba: &[u8]) {
        for pixel in rgba.chunks_exact(4) {
            let bin = &mut self.bins[bin(pixel)];
            bin[3] += 1;
            for (sum, part) in bin.iter_mut().zip(&pixel[..3]) {
                *sum += u64::from(*part);
            }
        }
    }

    /// The colours that suit what was counted best, at most so many.
    pub fn palette(&self, most: usize) -> Palette {
        let counted = self.bins.iter().filter(|bin| bin[3] > 0);
        // Rare colours count for more than their pixels, or the ground would take all there is.
        let colours: Vec<(Colour, f32)> =
            counted.map(|bin| ([0, 1, 2].map(|part| bin[part] as f32 / bin[3] as f32), (bin[3] as f32).sqrt())).collect();
        let mut palette = split(colours.clone(), most);
        for _ in 0..ROUNDS {
            let mut sums = vec![[0.0f32; 4]; palette.len()];
            for (colour, weight) in &colours {
                let sum = &mut sums[nearest(&palette, *colour)];
                for part in 0..3 {
                    sum[part] += colour[part] * weight;
                }
                sum[3] += weight;
            }
            for (colour, sum) in palette.iter_mut().zip(&sums).filter(|(_, sum)| sum[3] > 0.0) {
                *colour = [0, 1, 2].map(|part| sum[part] / sum[3]);
            }
        }
        Palette { colours: palette, known: vec![u16::MAX; self.bins.len()] }
    }
}

/// Cuts the box that holds the most variance until there are enough; the colours are the means of the boxes.
fn split(colours: Vec<(Colour, f32)>, most: usize) -> Vec<Colour> {
    let mut boxes = vec![(spread(&colours), colours)];
    while boxes.len() < most {
        let widest = boxes.iter().enumerate().max_by(|(_, a), (_, b)| a.0.1.total_cmp(&b.0.1));
        let Some((at, ((part, variance), _))) = widest.map(|(at, found)| (at, (found.0, ()))) else { break };
        if variance <= 0.0 {
            break;
        }
        let (_, colours) = boxes.swap_remove(at);
        let mean = mean(&colours)[part];
        let (low, high): (Vec<_>, Vec<_>) = colours.into_iter().partition(|(colour, _)| colour[part] <= mean);
        if low.is_empty() || high.is_empty() {
            boxes.push(((part, 0.0), [low, high].concat()));
            continue;
        }
        boxes.extend([(spread(&low), low), (spread(&high), high)]);
    }
    boxes.iter().map(|(_, colours)| mean(colours)).collect()
}

fn mean(colours: &[(Colour, f32)]) -> Colour {
    let weight = colours.iter().map(|(_, weight)| weight).sum::<f32>().max(f32::MIN_POSITIVE);
    [0, 1, 2].map(|part| colours.iter().map(|(colour, weight)| colour[part] * weight).sum::<f32>() / weight)
}

/// The part of colour that varies most, and how much in all.
fn spread(colours: &[(Colour, f32)]) -> (usize, f32) {
    let mean = mean(colours);
    let variance = |part: usize| {
        let off = |(colour, weight): &(Colour, f32)| weight * (colour[part] - mean[part]).powi(2);
        WEIGHTS[part] * colours.iter().map(off).sum::<f32>()
    };
    [0, 1, 2].map(|part| (part, variance(part))).into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).expect("there are three")
}

fn nearest(palette: &[Colour], colour: Colour) -> usize {
    let distance = |other: &Colour| [0, 1, 2].map(|part| WEIGHTS[part] * (colour[part] - other[part]).powi(2)).iter().sum();
    let mut best = (0, f32::INFINITY);
    for (at, other) in palette.iter().enumerate() {
        let distance: f32 = distance(other);
        if distance < best.1 {
            best = (at, distance);
        }
    }
    best.0
}

/// Colours by number.
pub struct Palette {
    colours: Vec<Colour>,
    /// The number of each colour that was looked up.
    known: Vec<u16>,
}

impl Palette {
    /// Red, green and blue of all colours.
    pub fn bytes(&self) -> Vec<u8> {
        self.colours.iter().flatten().map(|part| part.round() as u8).collect()
    }

    /// The numbers of the colours nearest to these pixels.
    pub fn numbers(&mut self, rgba: &[u8]) -> Vec<u8> {
        let number = |pixel: &[u8]| {
            let known = &mut self.known[bin(pixel)];
            if *known == u16::MAX {
                // The middle of all colours that are told apart from others as one.
                let middle = |part: u8| f32::from((part >> (8 - BITS)) << (8 - BITS)) + 1.5;
                *known = nearest(&self.colours, [0, 1, 2].map(|part| middle(pixel[part]))) as u16;
            }
            *known as u8
        };
        rgba.chunks_exact(4).map(number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_and_many_are_near() {
        let mut few = Histogram::default();
        let pixels = [[11, 14, 19, 255], [240, 10, 10, 255], [20, 200, 90, 255]];
        few.add(&pixels.concat());
        // The ground fills nearly all of the picture.
        few.add(&pixels[0].repeat(100_000));
        let mut palette = few.palette(255);
        let numbers = palette.numbers(&pixels.concat());
        for (pixel, number) in pixels.iter().zip(&numbers) {
            assert_eq!(palette.bytes()[3 * usize::from(*number)..][..3], pixel[..3]);
        }
        let mut many = Histogram::default();
        let ramp: Vec<u8> = (0..=255u8).flat_map(|n| [n, n / 2, 255 - n, 255]).collect();
        many.add(&ramp);
        let mut palette = many.palette(64);
        let numbers = palette.numbers(&ramp);
        let bytes = palette.bytes();
        assert!(bytes.len() <= 64 * 3);
        for (pixel, number) in ramp.chunks(4).zip(&numbers) {
            let found = &bytes[3 * usize::from(*number)..][..3];
            assert!(found.iter().zip(pixel).all(|(a, b)| a.abs_diff(*b) <= 5), "{found:?} {pixel:?}");
        }
    }
}
