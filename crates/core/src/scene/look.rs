//! How a run is shown: the look of a picture, as parameters of their own (`view.trails`).

use super::parameter::{Group, Parameter, Params, Schema, Unit, parameters_of};
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Where an agent stands in the picture.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// At its position in space; where it has none, on the circle of phases, on its site of a lattice or on a ring.
    #[default]
    Natural,
    /// On the unit circle, at the angle of its phase.
    Circle,
    /// On its site of the lattice, the sites coloured as a field.
    Lattice,
    /// On a ring, beside the next by identity.
    Ring,
    /// By identity from left to right, by the value of its colour channel from bottom to top.
    Profile,
    /// Space against time: one row of cells a step, the newest at the bottom.
    Raster,
}

/// Which links are drawn.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Links {
    /// None.
    #[default]
    None,
    /// Those of the network.
    Network,
    /// Those between agents that perceive one another now.
    Neighbours,
}

/// Whether agents are drawn as a density.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Where there are more than 200 000, or each would be smaller than a pixel.
    #[default]
    Auto,
    /// However few there are.
    Always,
    /// However many there are.
    Never,
}

/// What stands in the middle of the picture.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Middle {
    /// What the camera was pointed at: the world, where nobody moved it.
    #[default]
    World,
    /// The agents' centre of mass.
    Agents,
}

/// The shape of an agent.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A dart where agents have a heading, else a disc.
    #[default]
    Auto,
    /// A narrow arrow head along the heading.
    Dart,
    /// A rounded bar along the heading.
    Capsule,
    /// A disc.
    Disc,
    /// A disc a third of the size.
    Dot,
}

/// Light or dark.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// For screens and film.
    #[default]
    Dark,
    /// For print and bright rooms.
    Light,
}

/// The look of a picture. Nothing in it can change a run.
#[derive(Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    /// The channel that colours the agents (`heading`, `phase`, …), or `none`; empty: the model's first.
    #[reflect(@Group("Look"))]
    pub colour: String,
    /// Shape of an agent.
    #[reflect(@Group("Look"))]
    pub shape: Shape,
    /// Size of an agent, relative to what suits their number.
    #[reflect(@0.1..=10.0f32, @super::parameter::Log, @Group("Look"))]
    pub scale: f32,
    /// Length of the trails; 0 draws none.
    #[reflect(@0..=400u32, @Unit("steps"), @super::parameter::Slider(0.0, 120.0), @Group("Look"))]
    pub trails: u32,
    /// Whether agents are drawn as a density, how many there are an area, instead of one by one; in space it lies on the floor
    /// where it is drawn always.
    #[reflect(@Group("Look"))]
    pub density: Density,
    /// Where an agent stands in the picture.
    #[reflect(@Group("Look"))]
    pub layout: Layout,
    /// Steps that the picture of space against time shows.
    #[reflect(@10..=4000u32, @Unit("steps"), @super::parameter::Slider(50.0, 1000.0), @Group("Look"))]
    pub rows: u32,
    /// The field drawn under the agents, or `none`; empty: the model's first.
    #[reflect(@Group("Look"))]
    pub field: String,
    /// Which links are drawn.
    #[reflect(@Group("Look"))]
    pub links: Links,
    /// How much light is shed by what is bright, on dark ground.
    #[reflect(@0.0..=2.0f32, @super::parameter::Zero("none"), @Group("Look"))]
    pub glow: f32,
    /// Draws the mean motion of agents as vectors.
    #[reflect(@Group("Look"))]
    pub vectors: bool,
    /// Draws the zones in which the selected agent perceives others.
    #[reflect(@Group("Look"))]
    pub zones: bool,
    /// What stands in the middle of the picture.
    #[reflect(@Group("Look"))]
    pub middle: Middle,
    /// From which side space is looked at: 0 along y, growing as the eye goes round to the right.
    #[reflect(@-180.0..=180.0f32, @Unit("°"), @Group("Look"))]
    pub yaw: f32,
    /// From how far above the horizon space is looked at: 90 is from above, −90 from below.
    #[reflect(@-90.0..=90.0f32, @Unit("°"), @Group("Look"))]
    pub pitch: f32,
    /// How far the eye goes round in each step.
    #[reflect(@-10.0..=10.0f32, @Unit("°/step"), @super::parameter::Slider(-1.0, 1.0), @Group("Look"))]
    pub orbit: f32,
    /// Draws the legend, the scale bar and the step into the picture, so that films carry them.
    #[reflect(@Group("Look"))]
    pub legend: bool,
    /// Light or dark.
    #[reflect(@Group("Look"))]
    pub theme: Theme,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            colour: String::new(),
            shape: Shape::Auto,
            scale: 1.0,
            trails: 0,
            density: Density::Auto,
            layout: Layout::Natural,
            rows: 400,
            field: String::new(),
            links: Links::None,
            glow: 0.0,
            vectors: false,
            zones: true,
            middle: Middle::World,
            yaw: 30.0,
            pitch: 25.0,
            orbit: 0.0,
            legend: true,
            theme: Theme::Dark,
        }
    }
}

impl Look {
    /// How many steps before one a picture of it tells of.
    pub fn reach(&self) -> u64 {
        u64::from(if self.layout == Layout::Raster { self.rows } else { self.trails })
    }

    /// From which side space is looked at in a step, which may lie between two: the yaw, and how far the eye went round since
    /// step 0; −180 to 180 degrees.
    pub fn yaw_at(&self, step: f64) -> f64 {
        let turned = f64::from(self.yaw) + f64::from(self.orbit) * step;
        turned - 360.0 * (turned / 360.0).round()
    }

    /// The yaw that leaves the eye where it is in this step when it begins to go round at another rate.
    pub fn yaw_for_orbit(&self, orbit: f32, step: u64) -> f32 {
        let yaw = self.yaw_at(step as f64) - f64::from(orbit) * step as f64;
        (yaw - 360.0 * (yaw / 360.0).round()) as f32
    }

    /// The look as a schema, so that the panel, `--set view.…` and files treat it as any other parameters.
    pub fn schema() -> &'static dyn Schema {
        &LookSchema
    }
}

struct LookSchema;

static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(parameters_of::<Look>);

impl Schema for LookSchema {
    fn name(&self) -> &'static str {
        "view"
    }
    fn parameters(&self) -> &[Parameter] {
        &PARAMETERS
    }
    fn defaults(&self) -> Box<dyn Params> {
        Box::new(Look::default())
    }
    fn read(&self, text: &str) -> ron::error::SpannedResult<Box<dyn Params>> {
        ron::from_str::<Look>(text).map(|look| Box::new(look) as Box<dyn Params>)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Value;

    #[test]
    fn the_eye_does_not_leap_when_it_begins_to_go_round() {
        let still = Look { yaw: 170.0, ..Look::default() };
        let orbit = 0.7;
        let turning = Look { orbit, yaw: still.yaw_for_orbit(orbit, 1234), ..still.clone() };
        assert!((turning.yaw_at(1234.0) - 170.0).abs() < 1e-4, "{}", turning.yaw_at(1234.0));
        assert!((turning.yaw_at(1244.0) - 177.0).abs() < 1e-4);
        assert!((turning.yaw_at(1254.0) + 176.0).abs() < 1e-4, "{}", turning.yaw_at(1254.0));
    }

    #[test]
    fn angles_that_are_none_are_refused() {
        for (path, value) in [("yaw", f64::NAN), ("pitch", 91.0), ("yaw", f64::INFINITY), ("orbit", f64::NAN)] {
            let error = Look::schema().set(&mut Look::default(), path, &Value::Number(value)).unwrap_err().to_string();
            assert!(error.contains(path) && error.contains("out of range") && error.contains(" to "), "{error}");
        }
    }
}
