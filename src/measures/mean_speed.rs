//! Mean speed, from displacements.

use super::{Dimension, Fold, Instrument, POSITIONS, When};
use crate::sim::{Agents, Id, Vectors};
use bevy_math::Vec3;

/// The mean speed.
pub const INSTRUMENT: Instrument = Instrument {
    name: "mean_speed",
    symbol: "⟨v⟩",
    dimension: Dimension::Speed,
    definition: "Mean over agents of the distance moved in the last step, divided by its time; round a torus the short \
                 way. Not a number at the first step that it sees; agents not seen in the step before are left out. Flockwork's \
                 own.",
    needs: POSITIONS,
    when: When::Each,
    make: || Box::new(Fold::new(read)),
    ..Instrument::PLAIN
};

/// Time of the last reading, and positions then, in the order of identity: identities may be any numbers.
type Last = Option<(f64, Vec<(u32, Vec3)>)>;

fn read(last: &mut Last, agents: &Agents) -> f64 {
    let ids = agents.column::<Id>().unwrap_or_default();
    let (space, now) = (agents.space(), agents.clock().time);
    let mut seen: Vec<(u32, Vec3)> = agents.with_positions(|positions| {
        let positions = positions.map(Vectors::iter).into_iter().flatten();
        ids.iter().zip(positions).map(|(id, position)| (id.0, position)).collect()
    });
    // So that the sum does not follow the rows.
    seen.sort_unstable_by_key(|(id, _)| *id);
    let mut speed = f64::NAN;
    if let Some((then, before)) = last {
        let mut before = before.iter().peekable();
        let moved: Vec<f64> = seen
            .iter()
            .filter_map(|(id, now)| {
                while before.next_if(|(other, _)| other < id).is_some() {}
                let (_, then) = before.next_if(|(other, _)| other == id)?;
                Some(space.displacement(*then, *now).as_dvec3().length())
            })
            .collect();
        speed = moved.iter().sum::<f64>() / moved.len() as f64 / (now - *then);
    }
    *last = Some((now, seen));
    speed
}
