//! The order in which a grid is run: coarse first, so that a sweep that is stopped has covered its plane.

/// The settings of a grid (their place counted with the last axis fastest), each once: every axis is halved in turn, as in
/// van der Corput's sequence.
pub fn interleaved(sizes: &[usize]) -> impl Iterator<Item = u64> + use<> {
    let bits: Vec<u32> = sizes.iter().map(|size| usize::BITS - size.saturating_sub(1).leading_zeros()).collect();
    // The counter's lowest bit is the highest of the first axis, the next that of the second, and so on.
    let deepest = bits.iter().copied().max().unwrap_or(0);
    let places: Vec<(usize, u32)> = (1..=deepest)
        .flat_map(|down| (0..bits.len()).map(move |axis| (axis, down)))
        .filter_map(|(axis, down)| Some((axis, bits[axis].checked_sub(down)?)))
        .collect();
    let sizes = sizes.to_vec();
    let end = if sizes.contains(&0) { 0 } else { 1u64 << places.len() };
    (0..end).filter_map(move |counter| {
        let mut at = vec![0usize; sizes.len()];
        for (bit, (axis, place)) in places.iter().enumerate() {
            at[*axis] |= ((counter >> bit & 1) as usize) << place;
        }
        let inside = at.iter().zip(&sizes).all(|(at, size)| at < size);
        inside.then(|| at.iter().zip(&sizes).fold(0, |setting, (at, size)| setting * *size as u64 + *at as u64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_comes_once() {
        for sizes in [&[][..], &[1], &[7], &[8], &[3, 5], &[1, 4, 6], &[10, 10], &[2, 0]] {
            let total: usize = sizes.iter().product();
            let mut order: Vec<u64> = interleaved(sizes).collect();
            order.sort_unstable();
            assert_eq!(order, (0..total as u64).collect::<Vec<_>>(), "{sizes:?}");
        }
    }

    #[test]
    fn what_is_run_first_covers_the_plane() {
        // Of 32 × 32 settings the first 64 lie one in each cell of 4 × 4.
        let mut cells: Vec<u64> = interleaved(&[32, 32]).take(64).map(|at| at / 32 / 4 * 8 + at % 32 / 4).collect();
        cells.sort_unstable();
        assert_eq!(cells, (0..64).collect::<Vec<_>>());
        assert_eq!(interleaved(&[8]).collect::<Vec<_>>(), [0, 4, 2, 6, 1, 5, 3, 7]);
    }
}
