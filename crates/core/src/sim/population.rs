//! Who there is: agents at the start, and those that the journal adds and removes on the way.

use super::{
    Chance, Clock, Setup,
    agent::{Frequency, Id, Phase},
    agents::Agents,
    ground::place,
    maths,
    model::Model,
    space::Space,
    state::{Columns, slice_of},
    vector::Vector,
};
use crate::{
    error::{Error, Result},
    scene::{Layout, Pointer},
};
use bevy_ecs::{
    bundle::{Bundle, NoBundleEffect},
    resource::Resource,
    world::{Mut, World},
};
use bevy_math::{Vec2, Vec3};
use serde::{Deserialize, Serialize};

/// Identities that were given. Part of the state, so that none is given twice.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Population {
    /// The next identity to be given.
    pub next: u64,
}

/// Spawns new agents of these identities at these places, by draws of this chance.
type Spawn = dyn Fn(&mut World, Chance, &[(u32, Vec3)]) + Send + Sync;

/// How new agents are made.
#[derive(Resource)]
struct Newcomers(Box<Spawn>);

impl Setup<'_> {
    /// How a new agent is made at a place: called with the parameters, draws of this agent's own (0 to 2 have made its
    /// place), its identity and the place. Of a model whose agents have no positions it is a place in the picture of
    /// the unit circle.
    ///
    /// A model that says so lets the journal add agents, and remove them.
    pub fn newcomer<M: Model, V: Vector, B: Bundle<Effect: NoBundleEffect>>(&mut self, make: fn(&M, Chance, u32, V) -> B) {
        let spawn = move |world: &mut World, chance: Chance, agents: &[(u32, Vec3)]| {
            let model = world.resource::<M>().clone();
            let agents = agents.iter().map(|(id, place)| (Id(*id), make(&model, chance, *id, V::of_space(*place))));
            world.spawn_batch(agents.collect::<Vec<_>>());
        };
        self.world.insert_resource(Newcomers(Box::new(spawn)));
    }

    /// Strews newcomers at random over a box, with the identities 0, 1, ….
    ///
    /// # Panics
    /// Where it has not been said how a [`newcomer`](Self::newcomer) is made.
    pub fn strew<V: Vector>(&mut self, agents: u32, over: &Space<V>) {
        let chance = self.chance("start");
        let agents: Vec<(u32, Vec3)> = (0..agents).map(|id| (id, over.anywhere(chance, id).in_space())).collect();
        self.world.resource_scope(|world, newcomers: Mut<Newcomers>| (newcomers.0)(world, chance, &agents));
    }

    /// Spawns agents with the identities 0, 1, ….
    pub fn spawn<B: Bundle<Effect: NoBundleEffect>>(&mut self, agents: impl IntoIterator<Item = B>) {
        self.spawn_as(agents.into_iter().enumerate().map(|(id, agent)| (Id(id as u32), agent)));
    }

    /// Spawns agents with identities of their own, each given once.
    pub fn spawn_as<B: Bundle<Effect: NoBundleEffect>>(&mut self, agents: impl IntoIterator<Item = (Id, B)>) {
        let agents: Vec<(Id, B)> = agents.into_iter().collect();
        self.world.spawn_batch(agents);
    }
}

/// Takes note of the identities that were given at the start.
pub(super) fn count(world: &mut World) {
    let next = slice_of::<Id, _>(world, |ids| ids.unwrap_or_default().iter().map(|id| u64::from(id.0) + 1).max());
    world.resource_mut::<Population>().next = next.unwrap_or(0);
}

/// Whether agents may be added and removed.
pub(super) fn is_open(world: &World) -> bool {
    world.contains_resource::<Newcomers>()
}

/// Whether places in this layout are places for new agents.
///
/// # Errors
/// Names the layouts in which they would be.
pub(super) fn is_place(world: &World, layout: Layout) -> Result<()> {
    match (layout, Agents::of(world).with_positions(|positions| positions.is_some())) {
        (Layout::Natural, _) | (Layout::Circle, false) => Ok(()),
        (_, placed) => Err(Error::usage("a place in this layout is no place for a new agent")
            .path("layout")
            .allowed(if placed { "natural" } else { "natural, circle" })),
    }
}

/// Adds so many agents, at random within a radius of the pointer. `most` is the largest number of agents in all.
///
/// # Errors
/// Where agents do not stand in this layout, or there would be too many; then nothing has changed.
pub(super) fn add(
    world: &mut World,
    layout: Layout,
    pointer: &Pointer,
    radius: f32,
    count: u32,
    most: Option<f64>,
) -> Result<()> {
    is_place(world, layout)?;
    let agents = Agents::of(world);
    let placed = agents.with_positions(|positions| positions.is_some());
    let (next, present) = (world.resource::<Population>().next, agents.count() as u64);
    let most = most.map_or(u32::MAX, |most| most as u32);
    if present + u64::from(count) > u64::from(most) {
        return Err(Error::usage(format!("{count} agents beside the {present} there are would be too many"))
            .path("count")
            .allowed(format!("{} at most", u64::from(most).saturating_sub(present))));
    }
    if next + u64::from(count) > u64::from(u32::MAX) {
        return Err(Error::usage("no identity is left for a new agent").path("count"));
    }
    let (space, shown) = (agents.space(), agents.shown());
    let at = middle(pointer, if placed { shown.min + 0.5 * shown.size } else { Vec3::ZERO });
    let chance = world.resource::<Clock>().chance("newcomers");
    let newcomers: Vec<(u32, Vec3)> = (next as u32..)
        .take(count as usize)
        .map(|id| {
            let share = chance.unit(id, 2);
            let offset = if space.is_flat() || !placed {
                chance.direction::<Vec2>(id, 0).in_space() * share.sqrt()
            } else {
                chance.direction::<Vec3>(id, 0) * maths::cbrt(share)
            };
            let place = at + radius * offset;
            (id, if placed { space.confine(place, Vec3::ZERO).0 } else { place })
        })
        .collect();
    world.resource_scope(|world, spawn: Mut<Newcomers>| (spawn.0)(world, chance, &newcomers));
    world.resource_mut::<Population>().next += u64::from(count);
    Ok(())
}

/// Removes the agents within a radius of the pointer.
pub(super) fn remove(world: &mut World, layout: Layout, pointer: &Pointer, radius: f32) {
    let agents = Agents::of(world);
    let ids = agents.column::<Id>().unwrap_or_default();
    let space = agents.space();
    let places = agents.with_positions(|positions| {
        agents.with(|phases: Option<&[Phase]>| {
            agents.with(|frequencies: Option<&[Frequency]>| {
                place(layout, &space, &ids, positions, phases, frequencies, agents.network())
            })
        })
    });
    let near = |place: &Vec3| from_hand(pointer, layout, &space, *place).length_squared() <= radius * radius;
    let kept: Vec<u32> = (0..).zip(&places).filter(|(_, place)| !near(place)).map(|(row, _)| row).collect();
    world.resource_scope(|world, mut columns: Mut<Columns>| columns.keep(world, &kept));
}

/// From a place in a layout to the pointer, at a right angle to the pointer's line: what is far from the line is far, not
/// what is far from the point of it that happens to be written down.
pub(super) fn from_hand(pointer: &Pointer, layout: Layout, space: &Space<Vec3>, place: Vec3) -> Vec3 {
    let displacement = match layout {
        Layout::Natural => space.displacement(place, pointer.place()),
        // In a profile the hand reaches all above and below it.
        Layout::Profile => Vec3::new(pointer.place().x - place.x, 0.0, 0.0),
        _ => pointer.place() - place,
    };
    displacement - pointer.along() * displacement.dot(pointer.along())
}

/// The point of the pointer's line that is nearest to a centre.
fn middle(pointer: &Pointer, centre: Vec3) -> Vec3 {
    pointer.place() + pointer.along() * (centre - pointer.place()).dot(pointer.along())
}
