//! The hand: mouse tools that disturb agents, through the journal alone.

use super::{
    Chance, Clock,
    agent::{Frequency, Heading, Id, Phase, Position, Velocity, rows},
    maths,
    network::Network,
    shot::place,
    space::Space,
};
use crate::scene::{Layout, Tool};
use bevy::{
    ecs::{
        resource::Resource,
        system::{Query, Res},
    },
    math::Vec2,
};
use serde::{Deserialize, Serialize};
use std::f32::consts::TAU;

/// Share of the way to its target that a heading turns in one step under the hand.
const GRIP: f32 = 0.2;
/// Share of the radius by which an agent without heading is moved in one step.
const PULL: f32 = 0.03;

/// The tool that is down, if any. Part of the state.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Hand {
    /// Tool, layout in which it was pressed, place and radius.
    pub down: Option<(Tool, Layout, (f32, f32), f32)>,
}

/// The columns that a tool may change; a model has some of them.
type Touched<'w, 's> = Query<
    'w,
    's,
    (
        &'static Id,
        Option<&'static mut Position>,
        Option<&'static mut Heading>,
        Option<&'static mut Velocity>,
        Option<&'static mut Phase>,
        Option<&'static Frequency>,
    ),
>;

/// Lets the tool that is down act on the agents within its radius.
pub(super) fn disturb(
    hand: Res<Hand>,
    clock: Res<Clock>,
    space: Res<Space>,
    network: Option<Res<Network>>,
    mut agents: Touched,
) {
    let Some((tool, layout, (x, y), radius)) = hand.down else { return };
    let Some((ids, mut positions, mut headings, mut velocities, mut phases, frequencies)) = rows(&mut agents) else { return };
    let at = Vec2::new(x, y);
    let places = place(layout, ids, positions.as_deref(), phases.as_deref(), frequencies, network.as_deref());
    let to_hand = |row: usize| match layout {
        Layout::Natural => space.displacement(places[row], at),
        _ => at - places[row],
    };
    let touched: Vec<(usize, Vec2)> = (0..ids.len())
        .map(|row| (row, to_hand(row)))
        .filter(|(_, displacement)| displacement.length_squared() <= radius * radius)
        .collect();
    let chance = Chance::new(clock.seed, clock.step, "hand");
    let direction = |row: usize, displacement: Vec2, mean: Vec2| match tool {
        Tool::Attract => displacement,
        Tool::Repel => -displacement,
        Tool::Align => mean,
        Tool::Scramble => maths::unit(chance.unit(ids[row].0, 0) * TAU),
    };
    // A tool at once replaces what it scrambles, and turns the rest gently.
    let grip = if tool == Tool::Scramble { 1.0 } else { GRIP };
    if let Some(headings) = &mut headings {
        let mean = touched.iter().map(|(row, _)| headings[*row].0).sum::<Vec2>();
        for (row, displacement) in &touched {
            let target = direction(*row, *displacement, mean);
            headings[*row].0 = turn(headings[*row].0, target, grip);
        }
    }
    if let Some(velocities) = &mut velocities {
        let mean = touched.iter().map(|(row, _)| velocities[*row].0).sum::<Vec2>();
        for (row, displacement) in &touched {
            let velocity = velocities[*row].0;
            velocities[*row].0 = turn(velocity, direction(*row, *displacement, mean), grip);
        }
    }
    if let Some(phases) = &mut phases {
        let mean = touched.iter().map(|(row, _)| maths::unit(maths::wrap_angle(phases[*row].0) as f32)).sum::<Vec2>();
        for (row, displacement) in &touched {
            let target = match (layout, tool) {
                (_, Tool::Scramble) => f64::from(chance.unit(ids[*row].0, 1) * TAU),
                (_, Tool::Align) => f64::from(maths::atan2(mean.y, mean.x)),
                // On the circle the hand itself stands at a phase.
                (Layout::Circle, _) => {
                    f64::from(maths::atan2(at.y, at.x)) + if tool == Tool::Repel { std::f64::consts::PI } else { 0.0 }
                }
                _ if positions.is_none() => f64::from(maths::atan2(displacement.y, displacement.x)),
                _ => continue,
            };
            let phase = &mut phases[*row].0;
            *phase += f64::from(grip) * maths::wrap_angle(target - *phase);
        }
    }
    if let (Some(positions), None, None) = (&mut positions, &headings, &velocities) {
        for (row, displacement) in &touched {
            let step = match tool {
                Tool::Attract => displacement.normalize_or_zero() * (PULL * radius).min(displacement.length()),
                Tool::Repel => -displacement.normalize_or_zero() * PULL * radius,
                Tool::Align => Vec2::ZERO,
                Tool::Scramble => {
                    let step = maths::unit(chance.unit(ids[*row].0, 2) * TAU);
                    step * (4.0 * PULL * radius)
                }
            };
            positions[*row].0 = space.confine(positions[*row].0 + step, Vec2::ZERO).0;
        }
    }
}

/// A vector of the same length, turned by `share` of the angle to `target`.
fn turn(vector: Vec2, target: Vec2, share: f32) -> Vec2 {
    if target == Vec2::ZERO || vector == Vec2::ZERO {
        return vector;
    }
    let (sin, cos) = maths::sin_cos(share * maths::atan2(vector.perp_dot(target), vector.dot(target)));
    Vec2::new(cos, sin).rotate(vector)
}
