//! What an agent is made of: plain `Copy` components, one archetype for all agents of a simulation.

use super::{frame::Scale, maths, vector::Vector};
use crate::scene::Tool;
use bevy_ecs::{
    change_detection::ContiguousMut,
    component::{Component, Mutable},
    query::ContiguousQueryData,
    system::Query,
};
use bevy_math::Vec2;
use bytemuck::{Pod, Zeroable};
use std::f32::consts::{FRAC_PI_2, PI};
use wide::f32x4;

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

/// What a tool of the hand means to a column: the tool, a name for it and what it does, in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToolUse(pub Tool, pub &'static str, pub &'static str);

/// A tool at work on the value of one agent.
#[derive(Clone, Copy, Debug)]
pub struct Touch {
    /// The tool.
    pub tool: Tool,
    /// The mean of the first field over all agents under the hand.
    pub mean: f64,
    /// Uniform in [0, 1), one for each agent and step.
    pub chance: f64,
}

/// The tools that act on where agents are and where they go.
const MOTION_TOOLS: &[ToolUse] = &[
    ToolUse(Tool::Attract, "Attract", "Draw agents to the pointer while the button is down"),
    ToolUse(Tool::Repel, "Repel", "Drive agents from the pointer while the button is down"),
    ToolUse(Tool::Align, "Align", "Give agents under the pointer one direction"),
    ToolUse(Tool::Scramble, "Scramble", "Give agents under the pointer random directions"),
];

/// A column of the state: a value that every agent has. Registering one orders, hashes, saves, restores and
/// exports it.
pub trait Column: Component<Mutability = Mutable> + Pod + PartialEq {
    /// The names under which its parts are exported, as in `x`, `y`.
    const FIELDS: &'static [&'static str];

    /// The part `field` (an index into [`FIELDS`](Self::FIELDS)), for export.
    fn field(&self, field: usize) -> f64;

    /// The tools that mean something to it.
    const TOOLS: &'static [ToolUse] = &[];

    /// What becomes of the value under a tool. Positions, directions and phases are left to the hand itself.
    #[must_use]
    fn touched(self, touch: &Touch) -> Self {
        let _ = touch;
        self
    }

    /// The channels that it offers to a picture.
    fn channels() -> Vec<ChannelSpec> {
        Vec::new()
    }

    /// The value of channel `channel` (an index into [`channels`](Self::channels)).
    fn channel(&self, channel: usize) -> f32 {
        let _ = channel;
        f32::NAN
    }

    /// The values of a channel for a whole column.
    fn channel_of_all(column: &[Self], channel: usize) -> Vec<f32> {
        column.iter().map(|value| value.channel(channel)).collect()
    }
}

/// Identity: given once, never given again. Everything that speaks of an agent uses it, never its row.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(transparent)]
pub struct Id(pub u32);

/// Position in space, in the space's unit of length.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Position<V = Vec2>(pub V)
where
    V: Vector;

/// Heading: the direction of motion as a unit vector.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Heading<V = Vec2>(pub V)
where
    V: Vector;

/// Velocity, in units of length per unit of time.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Velocity<V = Vec2>(pub V)
where
    V: Vector;

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

impl<V: Vector> Column for Position<V> {
    const TOOLS: &'static [ToolUse] = MOTION_TOOLS;
    const FIELDS: &'static [&'static str] = if V::DIMENSIONS == 2 { &["x", "y"] } else { &["x", "y", "z"] };
    fn field(&self, field: usize) -> f64 {
        self.0.component(field).into()
    }
}

fn angle_channel(name: &'static str) -> ChannelSpec {
    ChannelSpec { name, unit: "rad", scale: Scale::Angle }
}

/// The angle in the plane; in space, seen along z, and how far it rises out of that plane.
fn direction_channels<V: Vector>() -> Vec<ChannelSpec> {
    let inclination =
        || ChannelSpec { name: "inclination", unit: "rad", scale: Scale::Magnitude { min: -FRAC_PI_2, max: FRAC_PI_2 } };
    let mut channels = vec![angle_channel("heading")];
    channels.extend((V::DIMENSIONS == 3).then(inclination));
    channels
}

/// What [`direction_channels`] say of a vector.
fn direction_channel<V: Vector>(vector: V, channel: usize) -> f32 {
    let along = vector.in_space();
    if channel == 0 { maths::atan2(along.y, along.x) } else { maths::atan2(along.z, along.truncate().length()) }
}

impl<V: Vector> Column for Heading<V> {
    const TOOLS: &'static [ToolUse] = MOTION_TOOLS;
    const FIELDS: &'static [&'static str] =
        if V::DIMENSIONS == 2 { &["heading_x", "heading_y"] } else { &["heading_x", "heading_y", "heading_z"] };
    fn field(&self, field: usize) -> f64 {
        self.0.component(field).into()
    }
    fn channels() -> Vec<ChannelSpec> {
        direction_channels::<V>()
    }
    fn channel(&self, channel: usize) -> f32 {
        direction_channel(self.0, channel)
    }
    fn channel_of_all(column: &[Self], channel: usize) -> Vec<f32> {
        if channel > 0 {
            return column.iter().map(|heading| heading.channel(channel)).collect();
        }
        // Every picture asks for it: four angles side by side.
        let (fours, rest) = column.as_chunks::<4>();
        let mut angles = Vec::with_capacity(column.len());
        for four in fours {
            let [x, y] = [0, 1].map(|axis| f32x4::new(four.each_ref().map(|heading| heading.0.component(axis))));
            angles.extend(maths::atan2_4(y, x).to_array());
        }
        angles.extend(rest.iter().map(|heading| heading.channel(channel)));
        angles
    }
}

impl<V: Vector> Column for Velocity<V> {
    const TOOLS: &'static [ToolUse] = MOTION_TOOLS;
    const FIELDS: &'static [&'static str] =
        if V::DIMENSIONS == 2 { &["velocity_x", "velocity_y"] } else { &["velocity_x", "velocity_y", "velocity_z"] };
    fn field(&self, field: usize) -> f64 {
        self.0.component(field).into()
    }
    fn channels() -> Vec<ChannelSpec> {
        let mut channels = direction_channels::<V>();
        channels.push(ChannelSpec { name: "speed", unit: "", scale: Scale::Magnitude { min: 0.0, max: 0.0 } });
        channels
    }
    fn channel(&self, channel: usize) -> f32 {
        // The speed comes last.
        if channel + 1 < V::DIMENSIONS { direction_channel(self.0, channel) } else { self.0.length_squared().sqrt() }
    }
}

impl Column for Phase {
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Attract, "Attract", "Draw the phases under the pointer to its own"),
        ToolUse(Tool::Repel, "Repel", "Drive the phases under the pointer from its own"),
        ToolUse(Tool::Align, "Align", "Give agents under the pointer one phase"),
        ToolUse(Tool::Scramble, "Scramble", "Give agents under the pointer random phases"),
    ];
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
pub fn rows<'q, D>(query: &'q mut Query<'_, '_, D>) -> Option<<D::Contiguous<'q, 'q> as Table>::Slices>
where
    D: ContiguousQueryData<Contiguous<'q, 'q>: Table>,
{
    // All agents of a simulation share one archetype, so the first table is the only one.
    query.contiguous_iter_mut().ok()?.next().map(Table::slices)
}

/// Columns of a table of the world, one or several together.
///
/// The world notes of each agent when it was last changed, and does so for a whole column whenever it is handed out to be
/// changed. Nobody here asks for that, and a rule that changes agents one after another would pay for all of them each time.
pub trait Table {
    /// The same as slices.
    type Slices;

    /// Hands them out without a note of any change.
    fn slices(self) -> Self::Slices;
}

impl<T> Table for &[T] {
    type Slices = Self;

    fn slices(self) -> Self {
        self
    }
}

impl<'w, T> Table for ContiguousMut<'w, T> {
    type Slices = &'w mut [T];

    fn slices(self) -> &'w mut [T] {
        Self::bypass_change_detection_split(self).0
    }
}

/// Columns that not every model has.
impl<T: Table> Table for Option<T> {
    type Slices = Option<T::Slices>;

    fn slices(self) -> Self::Slices {
        self.map(T::slices)
    }
}

/// Implements [`Table`] for columns together.
macro_rules! together {
    ($($column:ident)+) => {
        impl<$($column: Table),+> Table for ($($column,)+) {
            type Slices = ($($column::Slices,)+);

            #[allow(non_snake_case)] // The columns' types name their values.
            fn slices(self) -> Self::Slices {
                let ($($column,)+) = self;
                ($($column.slices(),)+)
            }
        }
    };
}

together!(A B);
together!(A B C);
together!(A B C D);
together!(A B C D E);
together!(A B C D E F);
