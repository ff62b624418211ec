//! What is kept of a run of any length: all of it at first, and every second of what there is each time that it is too much.

use std::collections::VecDeque;

/// Values of evenly spaced steps, never more than so many.
#[derive(Clone, Debug)]
pub struct Thinned<T> {
    most: usize,
    /// The steps that are kept are multiples of this one.
    every: u64,
    kept: VecDeque<(u64, T)>,
}

impl<T> Thinned<T> {
    /// Nothing yet, and never more than this.
    pub fn new(most: usize) -> Self {
        Self { most, every: 1, kept: VecDeque::new() }
    }

    /// Takes note of the value of a step that is later than all others.
    pub fn push(&mut self, step: u64, value: T) {
        if !step.is_multiple_of(self.every) {
            return;
        }
        self.kept.push_back((step, value));
        while self.kept.len() > self.most {
            self.every *= 2;
            self.kept.retain(|(step, _)| step.is_multiple_of(self.every));
        }
    }

    /// What is kept from a step on, oldest first.
    pub fn since(&self, step: u64) -> impl Iterator<Item = &(u64, T)> + Clone {
        self.kept.range(self.kept.partition_point(|(at, _)| *at < step)..)
    }

    /// Forgets what came after a step.
    pub fn cut(&mut self, step: u64) {
        self.kept.truncate(self.kept.partition_point(|(at, _)| *at <= step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_evenly_spaced_and_reaches_over_the_whole_run() {
        let mut thinned = Thinned::new(100);
        (0..1000).map(|at| 10 * at).for_each(|step| thinned.push(step, step));
        let steps: Vec<u64> = thinned.since(0).map(|(step, _)| *step).collect();
        assert!((50..=100).contains(&steps.len()), "{}", steps.len());
        assert!(steps.windows(2).all(|pair| pair[1] - pair[0] == steps[1] - steps[0]) && steps[0] == 0);
        assert!(*steps.last().unwrap() > 9800 && thinned.since(5000).all(|(step, value)| step == value && *step >= 5000));
        thinned.cut(5000);
        assert_eq!(thinned.since(0).last(), Some(&(4960, 4960)));
    }
}
