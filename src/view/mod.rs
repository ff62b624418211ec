//! Frames to pixels: one stage that draws a picture with plain `wgpu`, the same in a window, for a film and
//! for a still, on a graphics card or a software driver.
//!
//! A [`Picture`] is a frame with a look, a camera and a caption. A [`Stage`] draws it into a texture, in layers:
//! ground, field, density or trails and agents, marks, legend. A [`Studio`] is a stage with a texture of its own, to be read back.
//!
//! Colours are sRGB bytes everywhere on this side of the shaders; they are blended as linear light, and the byte
//! that [`colour::rgb`] names is the byte that a fully covered pixel holds.

#![allow(clippy::disallowed_methods, reason = "what a picture computes is seen, never fed back into a run")]

mod agents;
mod axes;
mod bodies;
mod brush;
pub mod camera;
mod caption;
mod drawing;
mod field;
mod floor;
mod fonts;
mod gaze;
mod glow;
mod gpu;
mod halves;
mod layers;
mod legend;
mod mesh;
mod middle;
mod overlay;
mod page;
mod painter;
mod palette;
mod relations;
mod solids;
mod stage;
mod still;
#[cfg(test)]
mod tests;
mod trails;

pub use camera::Camera;
pub use drawing::{Cells, Drawing, Line, Mark};
pub use fonts::{ICONS, SEMIBOLD, fonts};
pub use gaze::{Gaze, Sight};
pub use gpu::{Gpu, backends};
pub use halves::halves;
pub use middle::middle;
pub use page::Page;
pub use painter::{Images, PICTURE, Painter};
pub use palette::Palette;
pub use solids::Solid;
pub use stage::Stage;
pub use still::{Still, Studio, still};

use crate::{colour, scene::Look, sim::Frame};

/// What the picture says about itself, beside legend, scale bar, step and time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caption {
    /// The name of the scene, or nothing.
    pub title: String,
    /// The same in fewer letters, for a narrow picture; or nothing.
    pub short: String,
    /// What is written under it, as many to a line as there is room for: the parameters that matter.
    pub facts: Vec<String>,
    /// Lines of their own: where the picture shows the run otherwise than it went.
    pub remarks: Vec<String>,
    /// Which of two runs that are compared it is, counted from 0: it bears the colour that the run has in plots.
    pub side: Option<usize>,
}

/// All that a picture shows.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Agents, field and trails.
    pub frame: &'a Frame,
    /// Shapes, sizes, theme, legend.
    pub look: &'a Look,
    /// The part of the plane, or of space, that is seen.
    pub camera: &'a Camera,
    /// The identity of the agent that is marked.
    pub selected: Option<u32>,
    /// Title and lines, drawn where the look asks for a legend.
    pub caption: &'a Caption,
    /// Pixels a point of type and of line width: 1 at a height of 720 pixels reads well in a window.
    pub pixels_per_point: f32,
}

/// Pixels a point that suit a film or a still of this size in pixels.
pub fn suited_pixels_per_point(size: [u32; 2]) -> f32 {
    let [width, height] = size.map(|side| side as f32);
    (width.min(height) * width.max(height)).sqrt().min(1.4 * width.min(height)) / 960.0
}
