//! What a run keeps of its past: checkpoints within a budget of memory, and its branches.
//!
//! Checkpoints are close together where the run stands and further apart the further they are from there: when the
//! budget is spent, the one goes whose going leaves the smallest gap for its distance. To stand at any step is to restore
//! the nearest checkpoint before it and to take the steps between again.

use super::second::State;
use crate::scene::Journal;
use std::time::Duration;

/// Memory that the checkpoints of a run may take, in bytes.
pub const BUDGET: usize = 256 << 20;
/// The most checkpoints that are kept, however small.
const MOST: usize = 4096;
/// The most branches that are kept.
const BRANCHES: usize = 12;
/// Work between two checkpoints, at least: so long may going back take where checkpoints are densest.
const SPACING: Duration = Duration::from_millis(20);
/// Work between two checkpoints, in times of what one costs.
const TIMES: u32 = 20;

/// A state of the run, kept.
pub struct Saved {
    /// The branch in which it was kept.
    branch: usize,
    /// The step.
    pub step: u64,
    /// The state of the run, and of the one beside it where two are compared.
    pub states: Vec<State>,
    bytes: usize,
}

/// One way that the run has gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Its name: branches are counted as they begin.
    pub id: usize,
    /// The branch that it left, and the last step that both have.
    pub from: Option<(usize, u64)>,
    /// The last step to which it has gone, or is known to go.
    pub until: u64,
    /// What was done in it, while another one is played.
    pub journal: Journal,
    /// State hash of a step, the newest that is known.
    pub hash: Option<(u64, u64)>,
}

/// The past of a run.
pub struct Past {
    saved: Vec<Saved>,
    branches: Vec<Branch>,
    /// The branch that is played.
    current: usize,
    budget: usize,
    begun: usize,
    /// Work since the last checkpoint was kept or restored.
    work: Duration,
    /// What the last one cost.
    cost: Duration,
}

impl Past {
    /// Of a run that is known to go to this step.
    pub fn new(until: u64, budget: usize) -> Self {
        let root = Branch { id: 0, from: None, until, journal: Journal::default(), hash: None };
        let (work, cost) = (Duration::ZERO, Duration::ZERO);
        Self { saved: Vec::new(), branches: vec![root], current: 0, budget, begun: 1, work, cost }
    }

    /// The branch that is played.
    pub fn now(&self) -> &Branch {
        self.branch(self.current).expect("the branch that is played is kept")
    }

    /// The same, to be changed.
    pub fn now_mut(&mut self) -> &mut Branch {
        let current = self.current;
        self.branches.iter_mut().find(|branch| branch.id == current).expect("the branch that is played is kept")
    }

    /// All branches, in the order in which they began.
    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// The branch of this name.
    pub fn branch(&self, id: usize) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.id == id)
    }

    /// Memory that the checkpoints take, in bytes.
    pub fn bytes(&self) -> usize {
        self.saved.iter().map(|saved| saved.bytes).sum()
    }

    /// How many checkpoints there are.
    pub fn len(&self) -> usize {
        self.saved.len()
    }

    /// Takes note of the work of a step; gives whether it is time for a checkpoint.
    pub fn worked(&mut self, work: Duration) -> bool {
        self.work += work;
        self.work >= SPACING.max(self.cost * TIMES)
    }

    /// Whether the step of the branch that is played is kept.
    pub fn has(&self, step: u64) -> bool {
        self.saved.iter().any(|saved| saved.step == step && self.leads_here(saved))
    }

    /// Keeps a state of the branch that is played. `cost` is the time that it took to take it.
    pub fn keep(&mut self, step: u64, states: Vec<State>, cost: Duration) {
        self.work = Duration::ZERO;
        self.cost = cost;
        let bytes = states.iter().map(|(checkpoint, memories)| checkpoint.bytes() + memories.bytes()).sum::<usize>()
            + size_of::<Saved>();
        self.saved.retain(|saved| !(saved.branch == self.current && saved.step == step));
        self.saved.push(Saved { branch: self.current, step, states, bytes });
        self.saved.sort_by_key(|saved| (saved.step, saved.branch));
        while self.saved.len() > 2 && (self.bytes() > self.budget || self.saved.len() > MOST) {
            let Some(least) = self.least(step) else { return };
            self.saved.remove(least);
        }
    }

    /// The checkpoint that is missed least by one who stands at a step. The first, from which all can be had, stays, and
    /// so does the one of that step.
    fn least(&self, step: u64) -> Option<usize> {
        let worth = |at: &usize| {
            let saved = &self.saved[*at];
            let same = |other: &&Saved| other.branch == saved.branch;
            let before = self.saved[..*at].iter().rev().find(same).map_or(0, |other| other.step);
            let after = self.saved[*at + 1..]
                .iter()
                .find(same)
                .map_or_else(|| self.branch(saved.branch).map_or(saved.step, |branch| branch.until), |other| other.step);
            (after - before) as f64 / (1 + saved.step.abs_diff(step)) as f64
        };
        let goes = |at: &usize| {
            let saved = &self.saved[*at];
            *at > 0 && !(saved.branch == self.current && saved.step == step)
        };
        (0..self.saved.len()).filter(goes).map(|at| (worth(&at), at)).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)
    }

    /// Whether a state belongs to the branch that is played. Where it left another one, more may have been done there.
    fn leads_here(&self, saved: &Saved) -> bool {
        let mut branch = self.now();
        let mut until = u64::MAX;
        loop {
            if branch.id == saved.branch {
                return saved.step < until;
            }
            let Some((parent, step)) = branch.from else { return false };
            until = until.min(step);
            let Some(parent) = self.branch(parent) else { return false };
            branch = parent;
        }
    }

    /// The nearest state at or before a step of the branch that is played, from which the work begins anew.
    pub fn before(&mut self, step: u64) -> Option<&Saved> {
        self.work = Duration::ZERO;
        self.saved.iter().rev().find(|saved| saved.step <= step && self.leads_here(saved))
    }

    /// A branch leaves the one that is played at a step; `journal` is what was done in the one that is left. Gives the
    /// name of a branch that had to be forgotten for it.
    pub fn fork(&mut self, step: u64, journal: Journal) -> Option<usize> {
        self.now_mut().journal = journal;
        let id = self.begun;
        self.begun += 1;
        let from = Some((self.current, step));
        self.branches.push(Branch { id, from, until: step, journal: Journal::default(), hash: None });
        self.current = id;
        if self.branches.len() <= BRANCHES {
            return None;
        }
        // The oldest that nobody has left, and nobody is in.
        let leaves = |branch: &&Branch| {
            branch.id != id && self.branches.iter().all(|other| other.from.is_none_or(|(parent, _)| parent != branch.id))
        };
        let forgotten = self.branches.iter().find(leaves)?.id;
        self.branches.retain(|branch| branch.id != forgotten);
        self.saved.retain(|saved| saved.branch != forgotten);
        Some(forgotten)
    }

    /// Another branch is played from now on; `journal` is what was done in the one that is left.
    pub fn choose(&mut self, id: usize, journal: Journal) -> bool {
        if id == self.current || self.branch(id).is_none() {
            return false;
        }
        self.now_mut().journal = journal;
        self.current = id;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lab::Lab, measures::Observer, sim::Simulation};

    #[test]
    fn checkpoints_stay_within_the_budget_and_are_closest_where_the_run_stands() {
        let lab = Lab::new();
        let mut run = Simulation::new(&lab.open("vicsek").unwrap().scene, lab.models(), Some(1)).unwrap();
        let observer = Observer::new([], &run).unwrap();
        let mut past = Past::new(0, 40 * (run.checkpoint().bytes() + size_of::<Saved>() + 100));
        for step in (0..=10_000).step_by(10) {
            past.now_mut().until = step;
            past.keep(step, vec![(run.checkpoint(), observer.save())], Duration::ZERO);
        }
        assert!(past.bytes() <= past.budget && past.len() >= 38, "{} of {}, {}", past.bytes(), past.budget, past.len());
        let steps: Vec<u64> = past.saved.iter().map(|saved| saved.step).collect();
        assert_eq!((steps[0], steps[steps.len() - 1]), (0, 10_000));
        // The gap to the next one grows with the distance from the end, and no step is far from one in proportion.
        for pair in steps.windows(2) {
            let (gap, distance) = (pair[1] - pair[0], 10_000 - pair[0]);
            assert!(gap <= 10 + distance / 3, "a gap of {gap} at a distance of {distance}");
        }
        assert_eq!(steps[steps.len() - 2], 9_990);
        // Going back to a place makes it dense there.
        for step in (2_000..2_200).step_by(10) {
            past.keep(step, vec![(run.checkpoint(), observer.save())], Duration::ZERO);
        }
        let near = past.saved.iter().filter(|saved| (2_000..2_200).contains(&saved.step)).count();
        assert!(near >= 12, "{near}");
        assert_eq!(past.before(1_234).map(|saved| saved.step <= 1_234), Some(true));
        assert!(past.bytes() <= past.budget);
    }

    #[test]
    fn the_oldest_branch_without_a_branch_is_forgotten_for_a_new_one() {
        let mut past = Past::new(100, BUDGET);
        for step in 1..BRANCHES {
            assert_eq!(past.fork(step as u64, Journal::default()), None);
        }
        // Each has left the one before it, so none but the last is a leaf, and that one is left now.
        assert_eq!(past.fork(50, Journal::default()), None);
        assert!(past.choose(0, Journal::default()));
        assert_eq!(past.fork(3, Journal::default()), Some(BRANCHES));
        assert!(past.branch(BRANCHES).is_none() && !past.choose(BRANCHES, Journal::default()));
    }
}
