//! Mean speed, from displacements.

use super::{Instrument, Measure};
use crate::sim::{Agents, Id, Position};
use bevy::math::Vec2;

/// The mean speed.
pub const INSTRUMENT: Instrument = Instrument {
    name: "mean_speed",
    symbol: "⟨v⟩",
    definition: "Mean over agents of the distance moved since the last reading, divided by the time between; round a \
                 torus the short way. Not a number at the first reading; agents not seen then are left out.",
    range: None,
    baseline: None,
    needs: ("positions", |agents| agents.with(|positions: Option<&[Position]>| positions.is_some())),
    make: || Box::<MeanSpeed>::default(),
};

#[derive(Default)]
struct MeanSpeed {
    /// Time of the last reading, and positions then by identity.
    last: Option<(f64, Vec<Option<Vec2>>)>,
}

impl Measure for MeanSpeed {
    fn read(&mut self, agents: &Agents) -> f64 {
        let ids = agents.column::<Id>().unwrap_or_default();
        let positions = agents.column::<Position>().unwrap_or_default();
        let (space, now) = (agents.space(), agents.clock().time);
        let most = ids.iter().map(|id| id.0 as usize + 1).max().unwrap_or(0);
        let mut seen = vec![None; most];
        for (id, position) in ids.iter().zip(&positions) {
            seen[id.0 as usize] = Some(position.0);
        }
        let mut speed = f64::NAN;
        if let Some((then, before)) = &self.last {
            // In the order of identity, so that the sum does not follow the rows.
            let moved: Vec<f64> = before
                .iter()
                .zip(&seen)
                .filter_map(|(before, now)| Some(space.displacement((*before)?, (*now)?).as_dvec2().length()))
                .collect();
            speed = moved.iter().sum::<f64>() / moved.len() as f64 / (now - then);
        }
        self.last = Some((now, seen));
        speed
    }
}
