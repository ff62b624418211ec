//! A look at the agents of a simulation from outside.

use super::{
    agent::{ChannelSpec, Column, Heading, Id, Position, ToolUse, Velocity},
    hand::{FixedPlaces, Hand},
    neighbours::Neighbours,
    network::Network,
    scenery::{Field, FieldSpecs, Fields, Reach, Wall, Walls, Zone},
    simulation::{Clock, Length, Played},
    space::{Roaming, Space, about},
    state::{Columns, slice_of},
    vector::Vectors,
};
use bevy_ecs::world::World;
use bevy_math::Vec3;

/// A look at the agents of a simulation: columns as slices in the order of rows. It cannot change them.
#[derive(Clone, Copy)]
pub struct Agents<'w> {
    world: &'w World,
}

impl<'w> Agents<'w> {
    pub(super) fn of(world: &'w World) -> Self {
        Self { world }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.with(|ids: Option<&[Id]>| ids.map_or(0, <[Id]>::len))
    }

    /// Hands the column to `act`; nothing where the model has no such column, an empty one where it has no agents.
    pub fn with<T: Column, R>(&self, act: impl FnOnce(Option<&[T]>) -> R) -> R {
        let empty: Option<&[T]> = self.world.resource::<Columns>().has::<T>().then_some(&[]);
        slice_of::<T, R>(self.world, |column| act(column.or(empty)))
    }

    /// A copy of a column, in the order of rows; nothing where the model has no such column.
    pub fn column<T: Column>(&self) -> Option<Vec<T>> {
        self.with(|column: Option<&[T]>| column.map(<[T]>::to_vec))
    }

    /// The space in which they move.
    pub fn space(&self) -> Space<Vec3> {
        *self.world.resource::<Space<Vec3>>()
    }

    /// What a picture shows of the space: all of it, or the part about agents that roam.
    pub fn shown(&self) -> Space<Vec3> {
        let space = self.space();
        let roaming = self.world.contains_resource::<Roaming>();
        let about = |positions: Option<Vectors>| positions.filter(|_| roaming).and_then(|group| about(group, &space));
        self.with_positions(about).unwrap_or(space)
    }

    /// Hands their positions to `act`; nothing where they have none.
    pub fn with_positions<R>(&self, act: impl FnOnce(Option<Vectors>) -> R) -> R {
        self.with_vectors::<Position, Position<Vec3>, R>(act)
    }

    /// Hands their headings to `act`, as unit vectors; nothing where they have none.
    pub fn with_headings<R>(&self, act: impl FnOnce(Option<Vectors>) -> R) -> R {
        self.with_vectors::<Heading, Heading<Vec3>, R>(act)
    }

    /// Hands their velocities to `act`; nothing where they have none.
    pub fn with_velocities<R>(&self, act: impl FnOnce(Option<Vectors>) -> R) -> R {
        self.with_vectors::<Velocity, Velocity<Vec3>, R>(act)
    }

    fn with_vectors<P: Column, S: Column, R>(&self, act: impl FnOnce(Option<Vectors>) -> R) -> R {
        if self.world.resource::<Columns>().has::<S>() {
            return self.with(|column: Option<&[S]>| act(column.map(|column| Vectors::Space(bytemuck::cast_slice(column)))));
        }
        self.with(|column: Option<&[P]>| act(column.map(|column| Vectors::Plane(bytemuck::cast_slice(column)))))
    }

    /// Their directions of motion as unit vectors, in the order of rows: headings, or else velocities (zero where at
    /// rest, or where the velocity is not known); nothing where they have neither.
    pub fn directions(&self) -> Option<Vec<Vec3>> {
        let headings = self.with_headings(|headings| headings.map(|headings| headings.iter().collect()));
        let of_velocity = |velocities: Vectors| velocities.iter().map(Vec3::normalize_or_zero).collect();
        headings.or_else(|| self.with_velocities(|velocities| velocities.map(of_velocity)))
    }

    /// The directions of motion of those that have one: who stands has none.
    pub fn known_directions(&self) -> Vec<Vec3> {
        let mut directions = self.directions().unwrap_or_default();
        directions.retain(|direction| *direction != Vec3::ZERO);
        directions
    }

    /// Where the run stands.
    pub fn clock(&self) -> Clock {
        *self.world.resource::<Clock>()
    }

    /// The zones in which each perceives others at the present parameters, the innermost first.
    pub fn zones(&self) -> Vec<Zone> {
        let model = self.world.resource::<Played>().0;
        model.zones(model.params_in(self.world))
    }

    /// The interaction radius: that of the outermost zone, where it has one.
    pub fn reach(&self) -> Option<f32> {
        match self.zones().last()?.reach {
            Reach::Within(radius) => Some(radius),
            Reach::Nearest(_) => None,
        }
    }

    /// How many others each is compared with in a step by the model's neighbour index, on average.
    pub fn compared(&self) -> Option<f64> {
        let in_plane = self.world.get_resource::<Neighbours>().map(Neighbours::compared);
        in_plane.or_else(|| self.world.get_resource::<Neighbours<Vec3>>().map(Neighbours::compared))
    }

    /// What makes the next steps slow, in words, where something does: a reach that spans so many agents that every one is
    /// compared with nearly every other.
    pub fn burden(&self) -> Option<String> {
        let (agents, compared) = (self.count() as f64, self.compared()?);
        (compared > 1000.0 && agents * compared > 1e8).then(|| {
            format!("each of {agents} agents is compared with {compared:.0} others in a step, so many are within reach: steps take long")
        })
    }

    /// The network that links them, if any.
    pub fn network(&self) -> Option<&'w Network> {
        self.world.get_resource()
    }

    /// The walls and obstacles.
    pub fn walls(&self) -> &'w [Wall] {
        self.world.get_resource::<Walls>().map_or(&[], |walls| &walls.0)
    }

    /// The fields, each with what its values mean.
    pub fn fields(&self) -> impl Iterator<Item = (&'w ChannelSpec, &'w Field)> {
        let specs = self.world.get_resource::<FieldSpecs>().map_or(&[][..], |specs| &specs.0);
        let fields = self.world.get_resource::<Fields>().map_or(&[][..], |fields| &fields.0);
        specs.iter().zip(fields)
    }

    /// The hand, and whether it is down.
    pub fn hand(&self) -> Hand {
        *self.world.resource::<Hand>()
    }

    /// The tools of the hand that mean something to them; none to recorded agents, whose tracks no hand can alter.
    pub fn tools(&self) -> Vec<ToolUse> {
        if self.world.contains_resource::<Length>() {
            return Vec::new();
        }
        self.world.resource::<Columns>().tools(self.world.contains_resource::<FixedPlaces>())
    }

    /// The channels by which a picture may colour them, the most telling first.
    pub fn channels(&self) -> Vec<ChannelSpec> {
        self.world.resource::<Columns>().channels()
    }

    /// The values of a channel, in the order of rows.
    pub fn channel(&self, name: &str) -> Option<Vec<f32>> {
        self.world.resource::<Columns>().channel(self.world, name)
    }
}
