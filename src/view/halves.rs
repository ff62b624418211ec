//! How the pictures of two runs share a picture.

/// Least number of pixels between them.
const BETWEEN: u32 = 2;

/// Where the picture of the run is drawn, or those of two runs, in a picture of this size: x, y, width and height in pixels.
/// Two stand side by side where it is wide, else one below the other. They are equally large, so that both have one scale, with
/// even sides where the picture's are even; what is left lies between them.
pub fn halves([width, height]: [u32; 2], two: bool) -> Vec<[u32; 4]> {
    let half = |side: u32| (side.saturating_sub(BETWEEN) / 4 * 2).max(1);
    match (two, width > height) {
        (false, _) => vec![[0, 0, width, height]],
        (true, true) => {
            let side = half(width);
            vec![[0, 0, side, height], [width.saturating_sub(side), 0, side, height]]
        }
        (true, false) => {
            let side = half(height);
            vec![[0, 0, width, side], [0, height.saturating_sub(side), width, side]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_share_a_picture_but_for_a_line() {
        for size in [[1920, 1080], [1080, 1920], [640, 640], [1344, 1080], [1280, 538], [701, 533]] {
            let [first, second] = halves(size, true)[..] else { panic!("{size:?}") };
            assert_eq!(first[2..], second[2..], "one scale");
            assert_eq!([second[0] + second[2], second[1] + second[3]], size);
            let between = if size[0] > size[1] { second[0] - first[2] } else { second[1] - first[3] };
            assert!((BETWEEN..BETWEEN + 4).contains(&between), "{size:?}: {between}");
            assert!(first[2..].iter().zip(size).all(|(side, of)| side % 2 == 0 || of % 2 == 1), "{first:?}");
        }
        assert_eq!(halves([7, 5], false), [[0, 0, 7, 5]]);
    }
}
