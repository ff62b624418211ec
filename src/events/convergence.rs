//! When order has come to stay.

/// How far from its plateau a converged order may be.
const WITHIN: f64 = 0.05;
/// Last share of a run that is its plateau, and in which no run converges.
const PLATEAU: f64 = 0.2;
/// Lowest plateau that is called order.
const LOWEST: f64 = 0.5;

/// First step from which on the order stays near the median of the last fifth of the run; nothing where that is below a
/// half, restless, or reached only in that last fifth. Flockwork's own definition.
pub fn convergence(order: &[f64]) -> Option<u64> {
    let last = &order[order.len() - (PLATEAU * order.len() as f64) as usize..];
    let mut sorted = last.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |share: f64| sorted.get((share * (sorted.len().saturating_sub(1)) as f64).round() as usize).copied();
    let plateau = quantile(0.5)?;
    if plateau < LOWEST || quantile(0.75)? - quantile(0.25)? > WITHIN {
        return None;
    }
    let first = order.iter().rposition(|value| (value - plateau).abs() > WITHIN).map_or(0, |away| away + 1);
    (first as f64 <= (1.0 - PLATEAU) * order.len() as f64).then_some(first as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_has_converged_and_what_does_not_has_not() {
        let rise = |until: usize| (0..1000).map(move |step| if step < until { 0.2 } else { 0.95 });
        assert_eq!(convergence(&rise(300).collect::<Vec<_>>()), Some(300));
        assert_eq!(convergence(&rise(850).collect::<Vec<_>>()), None);
        assert_eq!(convergence(&[0.3; 1000]), None);
        let restless: Vec<f64> = (0..1000).map(|step| if step % 10 < 5 { 0.7 } else { 1.0 }).collect();
        assert_eq!(convergence(&restless), None);
        assert_eq!(convergence(&[]), None);
    }
}
