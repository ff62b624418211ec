//! A frame: what a run looks like at one step, in columns. The window draws frames, a recorder writes them;
//! nobody can reach back into a simulation through one.

use super::scenery::{Wall, Zone};
use crate::scene::Value;
use bevy_math::Vec3;
use std::sync::Arc;

/// What the numbers of a channel mean, which decides their colour map.
#[derive(Clone, Debug, PartialEq)]
pub enum Scale {
    /// An angle in radians, −π to π: a cyclic map.
    Angle,
    /// A magnitude from `min` to `max`: a perceptually uniform map.
    Magnitude {
        /// The value at the map's start.
        min: f32,
        /// The value at the map's end.
        max: f32,
    },
    /// A magnitude from `min` to `max`, both above 0, by its logarithm: the map of magnitudes, below which it fades.
    Log {
        /// The value at the map's start.
        min: f32,
        /// The value at the map's end.
        max: f32,
    },
    /// Kinds, numbered from 0: a categorical map.
    Category(Vec<Kind>),
}

impl Scale {
    /// Kinds by name and colour, numbered from 0.
    pub fn kinds(kinds: &[(&str, Hue)]) -> Self {
        Self::Category(kinds.iter().map(|(name, hue)| Kind { name: (*name).into(), hue: *hue }).collect())
    }

    /// The same scale; where it is of magnitudes and its ends are equal, it ends where the data do.
    pub(super) fn of_data(&self, values: &[f32]) -> Self {
        match *self {
            Self::Magnitude { min, max } if min == max => {
                let finite = values.iter().copied().filter(|value| value.is_finite());
                Self::Magnitude { min, max: min + round_up(finite.fold(min, f32::max) - min) }
            }
            ref scale => scale.clone(),
        }
    }
}

/// A kind, and the colour that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// Its colour.
    pub hue: Hue,
}

/// Colours that everyone can tell apart (Okabe and Ito, *Color universal design*, 2008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Hue {
    Orange,
    Sky,
    Green,
    Yellow,
    Blue,
    Vermillion,
    Purple,
    Grey,
}

/// One value an agent, to be shown as colour.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its name, as in `heading`.
    pub name: String,
    /// Its unit, or nothing.
    pub unit: &'static str,
    /// What the numbers mean.
    pub scale: Scale,
    /// A value for each agent, in the order of [`Frame::ids`].
    pub values: Arc<[f32]>,
}

/// A rectangular grid of values drawn under the agents, over the whole of [`Extent`] at its floor, row 0 at the bottom.
#[derive(Clone, Debug)]
pub struct Grid {
    /// Cells in x.
    pub width: u32,
    /// Cells in y.
    pub height: u32,
    /// Its values, their meaning and name; `values` holds `width × height`, row by row. What is no number is not drawn.
    pub channel: Channel,
    /// Whether its cells are the agents themselves, which then are not drawn.
    pub sites: bool,
}

/// Who is linked to whom.
#[derive(Clone, Debug)]
pub struct Links {
    /// What links them, as in `network`.
    pub name: &'static str,
    /// Where there are too many to be told apart, only one in so many is listed.
    pub every: u32,
    /// Pairs of rows of the frame.
    pub pairs: Arc<[[u32; 2]]>,
    /// A weight for each pair, 0 to 1.
    pub weights: Arc<[f32]>,
}

/// Mean motion, coarse-grained over the cells of a grid on [`Extent`], row 0 at the bottom.
#[derive(Clone, Debug)]
pub struct Flow {
    /// What is averaged, as in `velocity`.
    pub name: &'static str,
    /// Cells in x, y and z.
    pub cells: [u32; 3],
    /// The mean over the agents in each cell, x running fastest; not a number where there is nobody.
    pub means: Arc<[Vec3]>,
}

/// What a side of the extent measures where that is not length.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Its name.
    pub name: &'static str,
    /// Its unit, or nothing.
    pub unit: &'static str,
    /// Value at the smallest coordinate.
    pub from: f64,
    /// Value at the largest coordinate.
    pub to: f64,
}

/// The part of the plane, or of space, that a picture is about. A plane is z = 0, without depth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Corner with the smallest coordinates.
    pub min: Vec3,
    /// Corner with the largest coordinates.
    pub max: Vec3,
    /// Whether opposite edges are joined: trails and links take the short way round.
    pub periodic: bool,
    /// Whether the edges are walls, to be drawn.
    pub walled: bool,
    /// The circle of radius 1 about the origin is part of the picture (phases are points on it).
    pub circle: bool,
    /// Unit of length, or nothing.
    pub unit: &'static str,
}

impl Default for Extent {
    fn default() -> Self {
        Self { min: Vec3::ZERO, max: Vec3::new(1.0, 1.0, 0.0), periodic: false, walled: false, circle: false, unit: "" }
    }
}

impl Extent {
    /// Lengths of the sides.
    pub fn size(&self) -> Vec3 {
        self.max - self.min
    }

    /// As large as the largest of these, about its own middle: so all are seen at one scale.
    #[must_use]
    pub fn as_large_as<'a>(&self, others: impl IntoIterator<Item = &'a Self>) -> Self {
        let size = others.into_iter().map(Self::size).filter(|size| size.is_finite()).fold(self.size(), Vec3::max);
        if size == self.size() || !size.is_finite() {
            return *self;
        }
        let middle = (self.min + self.max) / 2.0;
        Self { min: middle - size / 2.0, max: middle + size / 2.0, ..*self }
    }

    /// Whether it is a part of the plane.
    pub fn is_flat(&self) -> bool {
        self.min.z == self.max.z
    }
}

/// Where agents were at one past step.
#[derive(Clone, Debug)]
pub struct Past {
    /// The step.
    pub step: u64,
    /// The identities, ascending.
    pub ids: Arc<[u32]>,
    /// The positions, in the order of `ids`.
    pub positions: Arc<[Vec3]>,
    /// What the frame's colour channel said then, in the order of `ids`, so that a trail tells how it changed; empty
    /// where there is no such channel, and the trail is plain.
    pub values: Arc<[f32]>,
}

/// What a run looks like at one step. Columns are in the order of `ids`; all are cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// The step.
    pub step: u64,
    /// Time of the step, in `time_unit`.
    pub time: f64,
    /// Unit of time, or nothing where a step is the unit.
    pub time_unit: &'static str,
    /// Number of agents.
    pub agents: usize,
    /// The identities of the agents, ascending.
    pub ids: Arc<[u32]>,
    /// Their positions in the picture.
    pub positions: Arc<[Vec3]>,
    /// Their headings as unit vectors, or empty where they have none.
    pub directions: Arc<[Vec3]>,
    /// The channel that colours them, if any.
    pub colour: Option<Channel>,
    /// The grid under them, if any.
    pub grid: Option<Grid>,
    /// How dense they are, to be drawn in their place where none can be seen for itself. Where there are very many, the
    /// frame holds this alone, and none of their columns.
    pub density: Option<Grid>,
    /// The positions of the last steps, oldest first, ending with this one; empty where no trails are wanted.
    pub trail: Vec<Past>,
    /// Who is linked to whom, if the look asks for it.
    pub links: Option<Links>,
    /// Mean motion, if the look asks for it.
    pub flow: Option<Flow>,
    /// Walls and obstacles, beside the edge of the extent.
    pub walls: Arc<[Wall]>,
    /// The zones in which each agent perceives others, the innermost first.
    pub zones: Arc<[Zone]>,
    /// What the picture is about.
    pub extent: Extent,
    /// What the sides of the extent measure (x, y), where that is not length.
    pub axes: Option<[Axis; 2]>,
    /// The parameters of the model at this step, by path.
    pub parameters: Arc<[(String, Value)]>,
    /// The tool that is held down: its place and radius.
    pub hand: Option<(Vec3, f32)>,
}

/// The next of 1, 2, 5, 10, … times a power of ten, so that a legend does not flicker.
pub(super) fn round_up(value: f32) -> f32 {
    if value <= 0.0 {
        return 1.0;
    }
    let mut unit = 1.0f32;
    while unit * 10.0 <= value {
        unit *= 10.0;
    }
    while unit > value && unit > 1e-30 {
        unit /= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].map(|times| times * unit).into_iter().find(|end| *end >= value).unwrap_or(unit * 10.0)
}

#[cfg(test)]
mod tests {
    use super::round_up;

    #[test]
    fn legends_end_at_round_numbers() {
        for (value, end) in [(0.03, 0.05), (1.0, 1.0), (1.2, 2.0), (4.0, 5.0), (70.0, 100.0), (0.0, 1.0)] {
            assert!((round_up(value) / end - 1.0).abs() < 1e-5, "{value}: {}", round_up(value));
        }
    }
}
