//! Share of agents that have gone.

use super::{Fold, Instrument};
use crate::sim::{Agents, Id};

/// The share that has gone.
pub const INSTRUMENT: Instrument = Instrument {
    name: "departed",
    symbol: "q",
    definition: "Share of the agents of the first reading that are no longer there: who have left a room, or the picture of a \
                 recording. Of nobody 0. Flockwork's own.",
    range: Some((0.0, 1.0)),
    baseline: None,
    needs: ("agents", |_| true),
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// The identities of the first reading, ascending.
fn read(first: &mut Option<Vec<u32>>, agents: &Agents) -> f64 {
    share(first, agents.column::<Id>().unwrap_or_default().iter().map(|id| id.0).collect())
}

fn share(first: &mut Option<Vec<u32>>, mut ids: Vec<u32>) -> f64 {
    ids.sort_unstable();
    let first = first.get_or_insert_with(|| ids.clone());
    let gone = first.iter().filter(|id| ids.binary_search(id).is_err()).count();
    // Of nobody nobody has gone.
    gone as f64 / first.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn who_comes_later_does_not_count() {
        let mut first = None;
        assert_eq!(share(&mut first, vec![7, 2, 9, 4]), 0.0);
        assert_eq!(share(&mut first, vec![9, 2, 4]), 0.25);
        assert_eq!(share(&mut first, vec![11, 12, 13, 9]), 0.75);
        assert_eq!(share(&mut first, vec![]), 1.0);
        assert_eq!(share(&mut None, vec![]), 0.0);
    }
}
