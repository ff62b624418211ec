//! Degrees: how many others each agent is linked with.

use super::{Instrument, POSITIONS, Reading, Tells, pairs};
use crate::sim::Agents;

/// What a network, or else a model's radius, makes of agents.
const NEEDS: (&str, fn(&Agents) -> bool) = ("a network, or positions and an interaction radius", |agents| {
    agents.network().is_some() || ((POSITIONS.1)(agents) && agents.reach().is_some_and(f32::is_finite))
});

/// The mean degree.
pub const MEAN: Instrument = Instrument {
    name: "mean_degree",
    symbol: "⟨k⟩",
    definition: "Mean number of others to whom the network links an agent; where there is no network, of others within the model's \
                 interaction radius. Newman, Networks, 2nd ed. (Oxford 2018), § 6.10.",
    cost: "N n a reading",
    needs: NEEDS,
    make: || Box::new(|agents: &Agents| mean(&degrees(agents))),
    ..Instrument::PLAIN
};

/// The friendship paradox.
pub const PARADOX: Instrument = Instrument {
    name: "friendship_paradox",
    symbol: "κ",
    definition: "Mean degree at the other end of a link over the mean degree, ⟨k²⟩/⟨k⟩²: how many more friends one's friends have than one has \
                 oneself; 1 where all have as many. Not defined where nobody has a link. Feld, Am. J. Sociol. 96, 1464 (1991).",
    make: || Box::new(|agents: &Agents| paradox(&degrees(agents))),
    ..MEAN
};

/// The distribution of degrees.
pub const DISTRIBUTION: Instrument = Instrument {
    name: "degree_distribution",
    symbol: "p_k",
    definition: "Share of agents with each number k of links: to whom the network links them, or, where there is none, to those within the \
                 model's interaction radius. Newman, Networks, 2nd ed. (Oxford 2018), § 10.3.",
    range: Some((0.0, 1.0)),
    tells: Tells::Curve("k"),
    make: || Box::new(|agents: &Agents| Reading::Curve(distribution(&degrees(agents)))),
    ..MEAN
};

fn degrees(agents: &Agents) -> Vec<usize> {
    if let Some(network) = agents.network() {
        let others = (network.agents() as usize).saturating_sub(1);
        let of = |agent: u32| if network.is_complete() { others } else { network.links(agent).len() };
        return (0..network.agents()).map(of).collect();
    }
    let Some(reach) = agents.reach() else { return Vec::new() };
    let pairs = pairs::Pairs::new(&pairs::positions(agents), &agents.space(), reach);
    let of = |place: usize| {
        let mut count = 0;
        pairs.of(place, |_, _| count += 1);
        count
    };
    let join = |a: Vec<usize>, b: Vec<usize>| [a, b].concat();
    pairs::add_up(pairs.len(), |places| places.map(of).collect(), join).unwrap_or_default()
}

fn mean(degrees: &[usize]) -> f64 {
    degrees.iter().map(|degree| *degree as f64).sum::<f64>() / degrees.len() as f64
}

fn paradox(degrees: &[usize]) -> f64 {
    let square = degrees.iter().map(|degree| (degree * degree) as f64).sum::<f64>() / degrees.len() as f64;
    square / (mean(degrees) * mean(degrees))
}

fn distribution(degrees: &[usize]) -> Vec<[f64; 2]> {
    let Some(most) = degrees.iter().max() else { return Vec::new() };
    let mut counts = vec![0.0; most + 1];
    degrees.iter().for_each(|degree| counts[*degree] += 1.0);
    // What nobody has is told too: means over steps are taken number by number.
    counts.iter().enumerate().map(|(k, count)| [k as f64, count / degrees.len() as f64]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_star_it_is_a_paradox() {
        // One hub with nine others: ⟨k⟩ = 1.8, ⟨k²⟩ = 9.
        let star: Vec<usize> = [9].into_iter().chain([1; 9]).collect();
        assert!((mean(&star) - 1.8).abs() < 1e-12 && (paradox(&star) - 9.0 / 3.24).abs() < 1e-12);
        let shares = distribution(&star);
        assert_eq!((shares.len(), shares[1], shares[9]), (10, [1.0, 0.9], [9.0, 0.1]));
        assert!(shares.iter().filter(|[k, _]| *k != 1.0 && *k != 9.0).all(|[_, share]| *share == 0.0));
        assert!(distribution(&[]).is_empty());
        assert_eq!(paradox(&[4; 7]), 1.0);
        assert!(paradox(&[0; 3]).is_nan() && mean(&[]).is_nan());
    }
}
