//! Clusters of opinion.

use super::Instrument;
use crate::sim::{Agents, Opinion};

/// Opinions further apart than this, with none between them, are of two clusters.
const GAP: f64 = 0.01;
/// Share of all agents from which on a cluster counts: those that were left over between the large ones are smaller.
const MAJOR: f64 = 0.02;

const NEEDS: (&str, fn(&Agents) -> bool) = ("opinions", |agents| agents.with(|all: Option<&[Opinion]>| all.is_some()));

/// The share of the largest cluster.
pub const CONSENSUS: Instrument = Instrument {
    name: "consensus",
    symbol: "c",
    definition: "Share of agents in the largest cluster of opinion; clusters are what gaps wider than 0.01 divide. 1 where all \
                 agree; not defined without agents. Hegselmann & Krause, J. Artif. Soc. Soc. Simul. 5 (3), 2 (2002).",
    range: Some((0.0, 1.0)),
    needs: NEEDS,
    make: || Box::new(|agents: &Agents| clusters(agents).into_iter().fold(f64::NAN, f64::max)),
    ..Instrument::PLAIN
};

/// The number of major clusters.
pub const CLUSTERS: Instrument = Instrument {
    name: "opinion_clusters",
    symbol: "n",
    definition: "Number of clusters of opinion that at least 2 % of all agents belong to; clusters are what gaps wider than \
                 0.01 divide. Ben-Naim, Krapivsky & Redner, Physica D 183, 190 (2003) tell major from minor ones.",
    range: None,
    make: || Box::new(|agents: &Agents| clusters(agents).into_iter().filter(|share| *share >= MAJOR).count() as f64),
    ..CONSENSUS
};

/// Shares of all agents that belong to each cluster, in the order of opinion.
fn clusters(agents: &Agents) -> Vec<f64> {
    agents.with(|opinions: Option<&[Opinion]>| shares(opinions.unwrap_or_default().iter().map(|opinion| opinion.0).collect()))
}

fn shares(mut opinions: Vec<f64>) -> Vec<f64> {
    opinions.sort_unstable_by(f64::total_cmp);
    let count = opinions.len() as f64;
    opinions.chunk_by(|a, b| b - a <= GAP).map(|cluster| cluster.len() as f64 / count).collect()
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn gaps_divide_and_chains_do_not() {
        assert_eq!(shares(vec![0.9, 0.305, 0.31, 0.1, 0.317, 0.9, 0.326, 0.3]), [0.125, 0.625, 0.25]);
        assert_eq!(shares(vec![0.5; 4]), [1.0]);
        assert!(shares(vec![]).is_empty());
    }
}
