//! What an agent is in, rather than where it is: spin, health, opinion, activity.

use super::{
    agent::{ChannelSpec, Column, ToolUse, Touch},
    frame::{Hue, Scale},
};
use crate::scene::Tool;
use bevy_ecs::component::Component;
use bytemuck::{Pod, Zeroable};

/// A spin: +1 (up) or −1 (down).
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Spin(pub i8);

/// A state of health.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Health(u8);

/// An opinion, from 0 to 1.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Opinion(pub f64);

/// The state of a neuron.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Neuron {
    /// How active it is: high in a spike.
    pub activation: f64,
    /// How far it has recovered.
    pub recovery: f64,
}

/// Activation that a touch adds to a neuron.
const STIMULUS: f64 = 0.5;
/// Share of the way to an end of the scale that an opinion is moved in one step under the hand.
const PERSUASION: f64 = 0.05;

impl Health {
    /// May be infected.
    pub const SUSCEPTIBLE: Self = Self(0);
    /// Infected, and not yet infectious.
    pub const EXPOSED: Self = Self(1);
    /// Infects others.
    pub const INFECTIOUS: Self = Self(2);
    /// Was infected, and is immune.
    pub const RECOVERED: Self = Self(3);
    /// Is immune without ever having been infected.
    pub const VACCINATED: Self = Self(4);

    /// Whether the agent is or has been infected.
    pub fn is_attacked(self) -> bool {
        matches!(self, Self::EXPOSED | Self::INFECTIOUS | Self::RECOVERED)
    }
}

impl Column for Spin {
    const FIELDS: &'static [&'static str] = &["spin"];
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Align, "Align", "Give the spins under the pointer the direction of their majority"),
        ToolUse(Tool::Scramble, "Scramble", "Give the spins under the pointer random directions"),
        ToolUse(Tool::Raise, "Up", "Turn the spins under the pointer up"),
        ToolUse(Tool::Lower, "Down", "Turn the spins under the pointer down"),
    ];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "spin", unit: "", scale: Scale::kinds(&[("down", Hue::Blue), ("up", Hue::Orange)]) }]
    }
    fn channel(&self, _: usize) -> f32 {
        f32::from(u8::from(self.0 > 0))
    }
    fn touched(self, touch: &Touch) -> Self {
        let up = match touch.tool {
            Tool::Raise => true,
            Tool::Lower => false,
            Tool::Align => touch.mean > 0.0,
            Tool::Scramble => touch.chance < 0.5,
            _ => return self,
        };
        Self(if up { 1 } else { -1 })
    }
}

impl Column for Health {
    const FIELDS: &'static [&'static str] = &["health"];
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Raise, "Infect", "Make the susceptible under the pointer infectious"),
        ToolUse(Tool::Lower, "Protect", "Vaccinate the susceptible under the pointer, and cure the infected"),
    ];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
    fn channels() -> Vec<ChannelSpec> {
        let kinds = [
            ("susceptible", Hue::Sky),
            ("exposed", Hue::Yellow),
            ("infectious", Hue::Vermillion),
            ("recovered", Hue::Grey),
            ("vaccinated", Hue::Green),
        ];
        vec![ChannelSpec { name: "health", unit: "", scale: Scale::kinds(&kinds) }]
    }
    fn channel(&self, _: usize) -> f32 {
        self.0.into()
    }
    fn touched(self, touch: &Touch) -> Self {
        match (touch.tool, self) {
            (Tool::Raise, Self::SUSCEPTIBLE) => Self::INFECTIOUS,
            (Tool::Lower, Self::SUSCEPTIBLE) => Self::VACCINATED,
            (Tool::Lower, Self::EXPOSED | Self::INFECTIOUS) => Self::RECOVERED,
            _ => self,
        }
    }
}

impl Column for Opinion {
    const FIELDS: &'static [&'static str] = &["opinion"];
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Align, "Reconcile", "Give those under the pointer their mean opinion"),
        ToolUse(Tool::Scramble, "Scramble", "Give those under the pointer opinions at random"),
        ToolUse(Tool::Raise, "Raise", "Draw the opinions under the pointer up, to 1"),
        ToolUse(Tool::Lower, "Lower", "Draw the opinions under the pointer down, to 0"),
    ];
    fn field(&self, _: usize) -> f64 {
        self.0
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "opinion", unit: "", scale: Scale::Magnitude { min: 0.0, max: 1.0 } }]
    }
    fn channel(&self, _: usize) -> f32 {
        self.0 as f32
    }
    fn touched(self, touch: &Touch) -> Self {
        Self(match touch.tool {
            Tool::Align => touch.mean,
            Tool::Scramble => touch.chance,
            Tool::Raise => self.0 + PERSUASION * (1.0 - self.0),
            Tool::Lower => self.0 - PERSUASION * self.0,
            _ => self.0,
        })
    }
}

impl Column for Neuron {
    const FIELDS: &'static [&'static str] = &["activation", "recovery"];
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Align, "Align", "Give the neurons under the pointer their mean activation"),
        ToolUse(Tool::Scramble, "Scramble", "Give the neurons under the pointer activations at random"),
        ToolUse(Tool::Raise, "Excite", "Stimulate the neurons under the pointer"),
        ToolUse(Tool::Lower, "Calm", "Hold the neurons under the pointer at rest"),
    ];
    fn field(&self, field: usize) -> f64 {
        if field == 0 { self.activation } else { self.recovery }
    }
    fn channels() -> Vec<ChannelSpec> {
        // Spikes of chaotic neurons that reach higher are rare.
        let channel = |name| ChannelSpec { name, unit: "", scale: Scale::Magnitude { min: 0.0, max: 2.0 } };
        vec![channel("activation"), channel("recovery")]
    }
    fn channel(&self, channel: usize) -> f32 {
        self.field(channel) as f32
    }
    fn touched(self, touch: &Touch) -> Self {
        let activation = match touch.tool {
            Tool::Align => touch.mean,
            Tool::Scramble => touch.chance,
            Tool::Raise => self.activation + STIMULUS,
            Tool::Lower => 0.0,
            _ => self.activation,
        };
        Self { activation, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(tool: Tool, mean: f64, chance: f64) -> Touch {
        Touch { tool, mean, chance }
    }

    #[test]
    fn each_tool_does_what_it_says_and_no_other_does_anything() {
        assert_eq!(Spin(-1).touched(&touch(Tool::Raise, 0.0, 0.0)), Spin(1));
        assert_eq!(Spin(1).touched(&touch(Tool::Align, -0.1, 0.0)), Spin(-1));
        assert_eq!(Spin(1).touched(&touch(Tool::Scramble, 0.0, 0.7)), Spin(-1));
        assert_eq!(Health::SUSCEPTIBLE.touched(&touch(Tool::Raise, 0.0, 0.0)), Health::INFECTIOUS);
        assert_eq!(Health::VACCINATED.touched(&touch(Tool::Raise, 0.0, 0.0)), Health::VACCINATED);
        assert_eq!(Health::INFECTIOUS.touched(&touch(Tool::Lower, 0.0, 0.0)), Health::RECOVERED);
        assert_eq!(Opinion(0.2).touched(&touch(Tool::Align, 0.6, 0.0)), Opinion(0.6));
        assert!(Opinion(0.2).touched(&touch(Tool::Raise, 0.0, 0.0)).0 > 0.2);
        fn idle<T: Column + std::fmt::Debug>(value: T) {
            for tool in Tool::ALL.into_iter().filter(|tool| T::TOOLS.iter().all(|known| known.0 != *tool)) {
                assert_eq!(value.touched(&touch(tool, 0.3, 0.4)), value, "{tool:?}");
            }
        }
        idle(Spin(1));
        idle(Health::SUSCEPTIBLE);
        idle(Opinion(0.2));
        idle(Neuron { activation: 0.1, recovery: 0.2 });
    }
}
