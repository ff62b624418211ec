//! What an agent is made of: plain `Copy` components, one archetype for all agents of a simulation.

use super::{frame::Scale, maths};
use bevy::{
    ecs::{
        component::{Component, Mutable},
        query::ContiguousQueryData,
        system::Query,
    },
    math::Vec2,
};
use bytemuck::{Pod, Zeroable};
use std::f32::consts::PI;

/// One value an agent that a picture can show as colour.
#[derive(Clone, Debug)]
pub struct ChannelSpec {
    /// Its name, as in `heading`.
    pub name: &'static str,
    /// Its unit, or nothing.
    pub unit: &'static str,
    /// What the numbers mean; a magnitude whose ends are equal takes them from the data.
    pub scale: Scale,
}

/// A column of the state: a value that every agent has. Registering one orders, hashes, saves, restores and
/// exports it.
pub trait Column: Component<Mutability = Mutable> + Pod + PartialEq {
    /// The names under which its parts are exported, as in `x`, `y`.
    const FIELDS: &'static [&'static str];

    /// The part `field` (an index into [`FIELDS`](Self::FIELDS)), for export.
    fn field(&self, field: usize) -> f64;

    /// The channels that it offers to a picture.
    fn channels() -> Vec<ChannelSpec> {
        Vec::new()
    }

    /// The value of channel `channel` (an index into [`channels`](Self::channels)).
    fn channel(&self, channel: usize) -> f32 {
        let _ = channel;
        f32::NAN
    }
}

/// Identity: given once, never given again. Everything that speaks of an agent uses it, never its row.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(transparent)]
pub struct Id(pub u32);

/// Position in space, in the space's unit of length.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Position(pub Vec2);

/// Heading: the direction of motion as a unit vector.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Heading(pub Vec2);

/// Velocity, in units of length per unit of time.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Velocity(pub Vec2);

/// Phase of an oscillator, in radians, unwrapped or not.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Phase(pub f64);

/// Natural frequency of an oscillator, in units of the width of its distribution.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Frequency(pub f64);

impl Column for Id {
    const FIELDS: &'static [&'static str] = &["id"];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
}

impl Column for Position {
    const FIELDS: &'static [&'static str] = &["x", "y"];
    fn field(&self, field: usize) -> f64 {
        self.0[field].into()
    }
}

fn angle_channel(name: &'static str) -> ChannelSpec {
    ChannelSpec { name, unit: "rad", scale: Scale::Angle }
}

impl Column for Heading {
    const FIELDS: &'static [&'static str] = &["heading_x", "heading_y"];
    fn field(&self, field: usize) -> f64 {
        self.0[field].into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![angle_channel("heading")]
    }
    fn channel(&self, _: usize) -> f32 {
        maths::atan2(self.0.y, self.0.x)
    }
}

impl Column for Velocity {
    const FIELDS: &'static [&'static str] = &["velocity_x", "velocity_y"];
    fn field(&self, field: usize) -> f64 {
        self.0[field].into()
    }
    fn channels() -> Vec<ChannelSpec> {
        let speed = ChannelSpec { name: "speed", unit: "", scale: Scale::Magnitude { min: 0.0, max: 0.0 } };
        vec![angle_channel("heading"), speed]
    }
    fn channel(&self, channel: usize) -> f32 {
        if channel == 0 { maths::atan2(self.0.y, self.0.x) } else { self.0.length() }
    }
}

impl Column for Phase {
    const FIELDS: &'static [&'static str] = &["phase"];
    fn field(&self, _: usize) -> f64 {
        self.0
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![angle_channel("phase")]
    }
    fn channel(&self, _: usize) -> f32 {
        (maths::wrap_angle(self.0) as f32).clamp(-PI, PI)
    }
}

impl Column for Frequency {
    const FIELDS: &'static [&'static str] = &["frequency"];
    fn field(&self, _: usize) -> f64 {
        self.0
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "frequency", unit: "", scale: Scale::Magnitude { min: -3.0, max: 3.0 } }]
    }
    fn channel(&self, _: usize) -> f32 {
        self.0 as f32
    }
}

/// The columns of all agents as slices, in the order of rows: nothing where there is no agent.
pub fn rows<'q, D>(query: &'q mut Query<'_, '_, D>) -> Option<D::Contiguous<'q, 'q>>
where
    D: ContiguousQueryData,
{
    // All agents of a simulation share one archetype, so the first table is the only one.
    query.contiguous_iter_mut().ok()?.next()
}
