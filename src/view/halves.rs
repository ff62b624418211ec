//! How the pictures of two runs share a picture.

/// Pixels between them.
const BETWEEN: u32 = 2;

/// Where the picture of the run is drawn, or those of two runs, in a picture of this size: x, y, width and height in pixels.
/// Two stand side by side where it is wide, else one below the other. Of an even size both have even sides.
pub fn halves([width, height]: [u32; 2], two: bool) -> Vec<[u32; 4]> {
    let half = |side: u32| (side.saturating_sub(BETWEEN) / 4 * 2).max(1);
    let rest = |side: u32| side.saturating_sub(half(side) + BETWEEN).max(1);
    match (two, width > height) {
        (false, _) => vec![[0, 0, width, height]],
        (true, true) => vec![[0, 0, half(width), height], [half(width) + BETWEEN, 0, rest(width), height]],
        (true, false) => vec![[0, 0, width, half(height)], [0, half(height) + BETWEEN, width, rest(height)]],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_runs_share_a_picture_but_for_a_line() {
        let area = |[_, _, width, height]: [u32; 4]| width * height;
        for size in [[1920, 1080], [1080, 1920], [640, 640], [1344, 1080], [1280, 538]] {
            let [first, second] = halves(size, true)[..] else { panic!("{size:?}") };
            let line = BETWEEN * if size[0] > size[1] { size[1] } else { size[0] };
            assert_eq!(area(first) + area(second) + line, area([0, 0, size[0], size[1]]));
            assert!(first[2].abs_diff(second[2]) <= 2 && first[3].abs_diff(second[3]) <= 2, "{first:?} {second:?}");
            assert_eq!([second[0] + second[2], second[1] + second[3]], size);
            assert!(first.iter().chain(&second).all(|side| side % 2 == 0));
        }
        assert_eq!(halves([7, 5], false), [[0, 0, 7, 5]]);
    }
}
