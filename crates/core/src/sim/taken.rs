//! What a simulation hands over of a step: its columns, copied as they lie.

use super::{
    Channel, Frame, Grid, Links,
    agent::Id,
    agents::Agents,
    density::{self, Carried},
    ground::{self, Ground},
    links,
    scenery::Zone,
    space::Space,
    state::by_identity,
    vector::Vectors,
};
use crate::scene::Look;
use bevy_math::{Vec2, Vec3};
use std::sync::Arc;

/// A column of vectors of one's own.
#[derive(Debug)]
pub(super) enum Places {
    Plane(Vec<Vec2>),
    Space(Vec<Vec3>),
}

impl Places {
    pub fn copy(vectors: Vectors) -> Self {
        match vectors {
            Vectors::Plane(vectors) => Self::Plane(vectors.to_vec()),
            Vectors::Space(vectors) => Self::Space(vectors.to_vec()),
        }
    }

    pub fn all(&self) -> Vectors<'_> {
        match self {
            Self::Plane(vectors) => Vectors::Plane(vectors),
            Self::Space(vectors) => Vectors::Space(vectors),
        }
    }
}

/// Who stands where, and in which colour: columns in the order of rows.
#[derive(Debug)]
pub(super) struct Rows {
    pub ids: Vec<Id>,
    pub places: Places,
    /// What `values` mean: a channel that holds none.
    pub channel: Option<Channel>,
    /// A value an agent; empty where there is no channel.
    pub values: Vec<f32>,
}

impl Rows {
    pub fn of(agents: &Agents, look: &Look, ground: Ground) -> Self {
        let ids = agents.column::<Id>().unwrap_or_default();
        let places = agents.with_positions(|positions| match positions {
            Some(positions) if ground == Ground::Space => Places::copy(positions),
            _ => Places::Space(ground::places(look.layout, agents, &ids, positions)),
        });
        let (channel, values) = colour(agents, look).unzip();
        Self { ids, places, channel, values: values.unwrap_or_default() }
    }

    /// The rows in ascending order of identity.
    pub fn order(&self) -> Vec<u32> {
        by_identity(&self.ids)
    }

    pub fn identities(&self, order: &[u32]) -> Arc<[u32]> {
        order.iter().map(|row| self.ids[*row as usize].0).collect()
    }

    /// The values in this order; empty where there are none.
    pub fn values(&self, order: &[u32]) -> Arc<[f32]> {
        let order = if self.values.is_empty() { &[] } else { order };
        order.iter().map(|row| self.values[*row as usize]).collect()
    }
}

/// Agents that are to be linked to those that they perceive, in the order of rows.
#[derive(Debug)]
pub(super) struct Linked {
    zone: Zone,
    space: Space<Vec3>,
    places: Places,
    directions: Option<Places>,
}

impl Linked {
    /// Where agents have a place and the model a zone.
    pub fn of(agents: &Agents, zones: &[Zone]) -> Option<Self> {
        let places = agents.with_positions(|positions| positions.map(Places::copy))?;
        Some(Self { zone: *zones.last()?, space: agents.space(), places, directions: directions(agents) })
    }

    fn links(&self, order: &[u32]) -> Links {
        let places: Vec<Vec3> = self.places.all().at_rows(order);
        let directions: Vec<Vec3> = self.directions.as_ref().map_or_else(Vec::new, |all| all.all().at_rows(order));
        links::of_neighbours(&self.zone, &self.space, &places, &directions)
    }
}

/// The directions of agents in the order of rows, where they have any.
pub(super) fn directions(agents: &Agents) -> Option<Places> {
    let headings = agents.with_headings(|headings| headings.map(Places::copy));
    headings.or_else(|| agents.directions().map(Places::Space))
}

/// The channel that the look asks for, or the model's first, and its values in the order of rows.
pub(super) fn colour(agents: &Agents, look: &Look) -> Option<(Channel, Vec<f32>)> {
    let specs = agents.channels();
    let spec = specs.iter().find(|spec| spec.name == look.colour).or_else(|| {
        let unnamed = look.colour.is_empty() || look.colour == "auto";
        specs.first().filter(|_| unnamed)
    })?;
    let values = agents.channel(spec.name)?;
    let scale = spec.scale.of_data(&values);
    Some((Channel { name: spec.name.into(), unit: spec.unit, scale, values: [].into() }, values))
}

/// A step as a simulation hands it over. [`Taken::frame`] puts agents in the order of their identity, counts how dense they
/// are and seeks who perceives whom: it may be called on any thread, and the simulation has paid for the copy alone.
#[derive(Debug)]
pub struct Taken {
    /// All that needs no order.
    pub(super) frame: Frame,
    /// The agents, unless the frame holds all of them as a density.
    pub(super) rows: Option<Rows>,
    /// Their directions, where they have any.
    pub(super) directions: Option<Places>,
    pub(super) carried: Carried,
    /// The side of the lattice whose sites they are.
    pub(super) lattice: Option<u32>,
    /// Who is to be linked to whom they perceive.
    pub(super) linked: Option<Linked>,
}

impl Taken {
    /// The frame of that step.
    pub fn frame(self) -> Frame {
        let Self { mut frame, rows, directions, carried, lattice, linked } = self;
        let Some(rows) = rows else { return frame };
        if carried.density {
            frame.density = density::of(&frame.extent, rows.places.all());
            if frame.density.is_some() && !carried.agents {
                return frame;
            }
        }
        let order = rows.order();
        frame.ids = rows.identities(&order);
        frame.positions = rows.places.all().at_rows(&order);
        frame.directions = directions.map_or_else(|| [].into(), |all| all.all().at_rows(&order));
        let values = rows.values(&order);
        frame.colour = rows.channel.map(|channel| Channel { values, ..channel });
        if let Some((side, channel)) = lattice.zip(frame.colour.clone()) {
            let values = channel.values[..(side * side) as usize].into();
            frame.grid = Some(Grid { width: side, height: side, channel: Channel { values, ..channel }, sites: true });
        }
        frame.links = linked.map(|linked| linked.links(&order)).or(frame.links);
        frame
    }
}
