//! Sobol's sequence, with the direction numbers of Joe & Kuo, SIAM J. Sci. Comput. 30, 2635 (2008).

/// For each dimension but the first: degree and coefficients of the primitive polynomial, and the first direction numbers.
const DIRECTIONS: [(u32, u32, &[u32]); 15] = [
    (1, 0, &[1]),
    (2, 1, &[1, 3]),
    (3, 1, &[1, 3, 1]),
    (3, 2, &[1, 1, 1]),
    (4, 1, &[1, 1, 3, 3]),
    (4, 4, &[1, 3, 5, 13]),
    (5, 2, &[1, 1, 5, 5, 17]),
    (5, 4, &[1, 1, 5, 5, 5]),
    (5, 7, &[1, 1, 7, 11, 19]),
    (5, 11, &[1, 1, 5, 1, 1]),
    (5, 13, &[1, 1, 1, 3, 11]),
    (5, 14, &[1, 3, 5, 5, 31]),
    (6, 1, &[1, 3, 3, 9, 7, 49]),
    (6, 13, &[1, 1, 1, 15, 21, 21]),
    (6, 16, &[1, 3, 1, 13, 27, 49]),
];

/// Number of dimensions.
pub const DIMENSIONS: usize = DIRECTIONS.len() + 1;
/// Binary digits of a coordinate, and so of a point's number.
pub const BITS: u32 = 32;

/// A coordinate of a point, in [0, 1).
pub fn coordinate(point: u64, dimension: usize) -> f64 {
    let point = point ^ (point >> 1);
    let bits = directions(dimension);
    let sum = (0..BITS as usize).filter(|bit| point >> bit & 1 == 1).fold(0, |sum, bit| sum ^ bits[bit]);
    f64::from(sum) / (1u64 << BITS) as f64
}

fn directions(dimension: usize) -> [u32; BITS as usize] {
    let mut numbers = [0; BITS as usize];
    let Some((degree, coefficients, first)) = dimension.checked_sub(1).map(|at| DIRECTIONS[at]) else {
        return std::array::from_fn(|bit| 1 << (BITS as usize - 1 - bit));
    };
    let degree = degree as usize;
    for bit in 0..BITS as usize {
        numbers[bit] = match first.get(bit) {
            Some(first) => first << (BITS as usize - 1 - bit),
            None => {
                let mut number = numbers[bit - degree] ^ (numbers[bit - degree] >> degree);
                for term in 1..degree {
                    if coefficients >> (degree - 1 - term) & 1 == 1 {
                        number ^= numbers[bit - term];
                    }
                }
                number
            }
        };
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_those_of_an_independent_program() {
        // tests/oracles/sobol.py: SciPy's sequence, without scrambling.
        const POINTS: [(u64, [f64; DIMENSIONS]); 3] = [
            (1, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]),
            (
                6,
                [
                    0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125, 0.125, 0.375, 0.125, 0.625, 0.125, 0.875, 0.625,
                    0.625,
                ],
            ),
            (
                1000,
                [
                    0.2197265625,
                    0.0966796875,
                    0.5185546875,
                    0.6767578125,
                    0.2802734375,
                    0.9072265625,
                    0.0458984375,
                    0.8994140625,
                    0.5009765625,
                    0.0693359375,
                    0.0849609375,
                    0.2548828125,
                    0.1611328125,
                    0.3837890625,
                    0.1435546875,
                    0.3701171875,
                ],
            ),
        ];
        for (point, expected) in POINTS {
            let found: [f64; DIMENSIONS] = std::array::from_fn(|dimension| coordinate(point, dimension));
            assert_eq!(found, expected, "{point}");
        }
    }

    #[test]
    fn each_dimension_is_even() {
        for dimension in 0..DIMENSIONS {
            let mut cells: Vec<u32> = (0..256).map(|point| (coordinate(point, dimension) * 256.0) as u32).collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..256).collect::<Vec<_>>(), "{dimension}");
        }
    }
}
