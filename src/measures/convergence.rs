//! When order has come to stay.

use super::{Follow, Instrument, Takes, Traces, When, Whole};
use crate::statistics::settles;

/// Level above which an order parameter is called ordered.
const ORDERED: f64 = 0.9;
/// Readings for which it has to stay there.
const HOLD: u32 = 100;

/// The time from which order has held.
pub const HOLD_TIME: Instrument = Instrument {
    name: "hold_time",
    symbol: "T_h",
    definition: "Time from which on the order parameter has been at least 0.9 for 100 readings, counted from the first \
                 reading; known as soon as it has. Flockwork's own causal companion of the convergence time.",
    cost: "1 a reading",
    takes: Takes::Readings(1),
    make: || Box::new(Follow::new(hold)),
    ..Instrument::PLAIN
};

/// The convergence time.
pub const CONVERGENCE_TIME: Instrument = Instrument {
    name: "convergence_time",
    symbol: "T_c",
    definition: "First time, counted from the first reading, from which on the order parameter stays within 0.05 of its \
                 plateau, the median of the last fifth of the run. Not defined where the plateau lies below 0.5, where \
                 the middle half of the last fifth spreads wider than 0.05, or where it comes only in that last fifth: \
                 such a run has not converged. Flockwork's definition; others set other thresholds.",
    cost: "T ln T, at the end",
    when: When::End,
    takes: Takes::Readings(1),
    make: || Box::new(Whole::new(convergence)),
    ..Instrument::PLAIN
};

/// Time of the first reading, time since which the level has held, for how many readings, and the time found.
type Held = (Option<f64>, ((f64, u32), Option<f64>));

fn hold(held: &mut Held, time: f64, readings: &[f64]) -> f64 {
    let (start, ((since, count), found)) = held;
    let start = *start.get_or_insert(time);
    if readings.first().is_some_and(|reading| *reading >= ORDERED) {
        if *count == 0 {
            *since = time;
        }
        *count += 1;
    } else {
        *count = 0;
    }
    if *count >= HOLD {
        found.get_or_insert(*since - start);
    }
    found.unwrap_or(f64::NAN)
}

fn convergence(traces: &Traces, _: Option<u64>) -> f64 {
    settles(traces.first()).map_or(f64::NAN, |reading| traces.times[reading] - traces.times[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces(order: impl Fn(f64) -> f64) -> Traces {
        let times: Vec<f64> = (0..=1000).map(|at| 5.0 + 0.1 * f64::from(at)).collect();
        let series = vec![times.iter().map(|time| order(time - 5.0)).collect()];
        Traces { steps: (0..=1000).collect(), times, series, agents: 10 }
    }

    #[test]
    fn of_an_exponential_rise_it_is_known() {
        // 1 − e^{−t/10} is within 0.05 of its plateau (1 to 0.0001) from t = 10 ln 20 on.
        let time = convergence(&traces(|t| 1.0 - crate::sim::maths::exp(-t / 10.0)), None);
        assert!((time - 10.0 * crate::sim::maths::ln(20.0)).abs() < 0.2, "{time}");
    }

    #[test]
    fn what_does_not_stay_has_not_converged() {
        // Disordered, restless, late.
        assert!(convergence(&traces(|_| 0.3), None).is_nan());
        assert!(convergence(&traces(|t| if (t * 7.0).fract() < 0.5 { 1.0 } else { 0.8 }), None).is_nan());
        assert!(convergence(&traces(|t| if t < 85.0 { 0.2 } else { 1.0 }), None).is_nan());
        assert!(convergence(&Traces::default(), None).is_nan());
        // A lapse puts it off.
        let time = convergence(&traces(|t| if (30.0..40.0).contains(&t) { 0.5 } else { 1.0 }), None);
        assert!((time - 40.0).abs() < 0.2, "{time}");
    }

    #[test]
    fn order_that_held_is_told_at_once_and_a_lapse_begins_anew() {
        let mut held = Held::default();
        let mut told = Vec::new();
        for step in 0..400 {
            let order = if (50..300).contains(&step) && step != 60 { 0.95 } else { 0.5 };
            told.push(hold(&mut held, f64::from(step), &[order]));
        }
        assert!(told[..160].iter().all(|told| told.is_nan()));
        assert!(told[160..].iter().all(|told| *told == 61.0));
    }
}
