//! What an agent is in, rather than where it is: spin, opinion, state of health, activity.

use super::{
    agent::{ChannelSpec, Column, ToolUse, Touch},
    frame::Scale,
};
use crate::scene::Tool;
use bevy_ecs::component::Component;
use bytemuck::{Pod, Zeroable};

/// A spin: +1 (up) or −1 (down).
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
pub struct Spin(pub i8);

impl Column for Spin {
    const FIELDS: &'static [&'static str] = &["spin"];
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Raise, "Up", "Turn the spins under the pointer up"),
        ToolUse(Tool::Lower, "Down", "Turn the spins under the pointer down"),
        ToolUse(Tool::Align, "Align", "Give the spins under the pointer the direction of their majority"),
        ToolUse(Tool::Scramble, "Scramble", "Give the spins under the pointer random directions"),
    ];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "spin", unit: "", scale: Scale::Category(vec!["down".into(), "up".into()]) }]
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
            Tool::Attract | Tool::Repel => return self,
        };
        Self(if up { 1 } else { -1 })
    }
}
