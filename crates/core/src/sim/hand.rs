//! The hand: mouse tools that disturb agents, through the journal alone.

use super::{
    Clock,
    agent::{Frequency, Heading, Id, Phase, Position, Velocity, rows},
    ground::place,
    maths,
    network::Network,
    population::from_hand,
    space::Space,
    state::Columns,
    vector::{Vector, turn},
};
use crate::scene::{Layout, Pointer, Tool};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
    world::{Mut, World},
};
use bevy_math::{Vec2, Vec3};
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
    pub down: Option<(Tool, Layout, Pointer, f32)>,
}

/// Says that agents stay where they are.
#[derive(Resource)]
pub(super) struct FixedPlaces;

/// The rows of the agents under the hand. Derived.
#[derive(Resource, Default)]
pub(super) struct Touched(Vec<u32>);

/// Lets the tool that is down act on what the agents under it are in.
pub(super) fn touch(world: &mut World) {
    let Some((tool, ..)) = world.resource::<Hand>().down else { return };
    let rows = std::mem::take(&mut world.resource_mut::<Touched>().0);
    if rows.is_empty() {
        return;
    }
    let chance = world.resource::<Clock>().chance("hand");
    world.resource_scope(|world, mut columns: Mut<Columns>| columns.touch(world, tool, &rows, chance));
}

/// The columns that a tool may change; a model has some of them.
type Changeable<'w, 's, V> = Query<
    'w,
    's,
    (
        &'static Id,
        Option<&'static mut Position<V>>,
        Option<&'static mut Heading<V>>,
        Option<&'static mut Velocity<V>>,
        Option<&'static mut Phase>,
        Option<&'static Frequency>,
    ),
>;

/// Lets the tool that is down act on the agents within its radius.
pub(super) fn disturb<V: Vector>(
    hand: Res<Hand>,
    clock: Res<Clock>,
    space: Res<Space<V>>,
    network: Option<Res<Network>>,
    fixed: Option<Res<FixedPlaces>>,
    mut under: ResMut<Touched>,
    mut agents: Changeable<V>,
) {
    let Some((tool, layout, pointer, radius)) = hand.down else { return };
    let Some((ids, mut positions, mut headings, mut velocities, mut phases, frequencies)) = rows(&mut agents) else { return };
    let at = pointer.place();
    let in_space = space.in_space();
    let touched: Vec<(usize, Vec3)> = {
        let positions = positions.as_deref().map(|positions| V::column(bytemuck::cast_slice(positions)));
        let places = place(layout, &in_space, ids, positions, phases.as_deref(), frequencies, network.as_deref());
        let displacements = places.into_iter().map(|place| from_hand(&pointer, layout, &in_space, place)).enumerate();
        displacements.filter(|(_, displacement)| displacement.length_squared() <= radius * radius).collect()
    };
    under.0.clear();
    under.0.extend(touched.iter().map(|(row, _)| *row as u32));
    if matches!(tool, Tool::Raise | Tool::Lower) {
        return;
    }
    let chance = clock.chance("hand");
    let random = |row: usize| chance.direction::<V>(ids[row].0, 0);
    let direction = |row: usize, displacement: Vec3, mean: V| match tool {
        Tool::Attract => V::of_space(displacement),
        Tool::Repel => V::of_space(-displacement),
        Tool::Align => mean,
        Tool::Scramble => random(row),
        Tool::Raise | Tool::Lower => V::ZERO,
    };
    // A tool at once replaces what it scrambles, and turns the rest gently.
    let grip = if tool == Tool::Scramble { 1.0 } else { GRIP };
    if let Some(headings) = &mut headings {
        let mean = touched.iter().map(|(row, _)| headings[*row].0).sum::<V>();
        for (row, displacement) in &touched {
            let target = direction(*row, *displacement, mean);
            headings[*row].0 = turn(headings[*row].0, target, |angle| grip * angle);
        }
    }
    if let Some(velocities) = &mut velocities {
        let mean = touched.iter().map(|(row, _)| velocities[*row].0).sum::<V>();
        for (row, displacement) in &touched {
            let velocity = velocities[*row].0;
            velocities[*row].0 = turn(velocity, direction(*row, *displacement, mean), |angle| grip * angle);
        }
    }
    if let Some(phases) = &mut phases {
        let mean = touched.iter().map(|(row, _)| maths::unit(maths::wrap_angle(phases[*row].0) as f32)).sum::<Vec2>();
        for (row, displacement) in &touched {
            let target = match (layout, tool) {
                (_, Tool::Scramble) => f64::from(chance.unit(ids[*row].0, 2) * TAU),
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
    if let (Some(positions), None, None, None) = (&mut positions, &headings, &velocities, fixed) {
        for (row, displacement) in &touched {
            let step = match tool {
                Tool::Attract => displacement.normalize_or_zero() * (PULL * radius).min(displacement.length()),
                Tool::Repel => -displacement.normalize_or_zero() * PULL * radius,
                Tool::Align | Tool::Raise | Tool::Lower => Vec3::ZERO,
                Tool::Scramble => random(*row).in_space() * (4.0 * PULL * radius),
            };
            positions[*row].0 = space.confine(positions[*row].0 + V::of_space(step), V::ZERO).0;
        }
    }
}
