//! When a series has come to stay.

use super::{median, quantile};

/// How far from its plateau a reading may be.
const WITHIN: f64 = 0.05;
/// Last share of a series that is its plateau, and in which none settles.
const LAST: f64 = 0.2;
/// Lowest plateau that is called order.
const LOWEST: f64 = 0.5;

/// The first reading of an order parameter from which on all stay within 0.05 of the plateau, the median of the last fifth;
/// nothing where that is below a half, where its middle half spreads wider than 0.05, or where it is reached only in that last
/// fifth. Flockwork's own definition.
pub fn settles(order: &[f64]) -> Option<usize> {
    let last = &order[order.len() - (LAST * order.len() as f64) as usize..];
    if last.is_empty() {
        return None;
    }
    let plateau = median(last);
    // Not a number is no order either.
    let is_order = plateau >= LOWEST && quantile(last, 0.75) - quantile(last, 0.25) <= WITHIN;
    let first = order.iter().rposition(|reading| (reading - plateau).abs() > WITHIN).map_or(0, |away| away + 1);
    (is_order && first as f64 <= (1.0 - LAST) * order.len() as f64).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_has_settled_and_what_does_not_has_not() {
        let rise = |until: usize| (0..1000).map(move |step| if step < until { 0.2 } else { 0.95 });
        assert_eq!(settles(&rise(300).collect::<Vec<_>>()), Some(300));
        assert_eq!(settles(&rise(850).collect::<Vec<_>>()), None);
        assert_eq!(settles(&[0.3; 1000]), None);
        let restless: Vec<f64> = (0..1000).map(|step| if step % 10 < 5 { 0.7 } else { 1.0 }).collect();
        assert_eq!(settles(&restless), None);
        assert_eq!((settles(&[]), settles(&[0.9; 3]), settles(&[f64::NAN; 100])), (None, None, None));
    }
}
