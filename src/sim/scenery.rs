//! What surrounds agents and is drawn under them: walls, obstacles and fields; and what an agent perceives of others.
//!
//! A model offers them when it is built (`Setup::walls`, `Setup::field`) and by `Model::zones`; frames carry them and
//! pictures draw them, without a line anywhere else.

use super::agent::ChannelSpec;
use bevy_ecs::resource::Resource;
use bevy_math::Vec3;
use serde::{Deserialize, Serialize};
use std::f32::consts::PI;

/// A wall or an obstacle. In the plane z = 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wall {
    /// A straight wall between two places.
    Segment {
        /// One end.
        #[serde(with = "as_tuple")]
        from: Vec3,
        /// The other end.
        #[serde(with = "as_tuple")]
        to: Vec3,
    },
    /// A round obstacle: a disc in the plane, a ball in space.
    Disc {
        /// Its middle.
        #[serde(with = "as_tuple")]
        centre: Vec3,
        /// Its radius.
        radius: f32,
    },
}

/// The walls and obstacles of a model, beside the edge of its space. Part of the state.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Walls(pub Vec<Wall>);

/// A grid of values over the whole of a model's space, row by row from its lower left corner. Part of the state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Field {
    columns: u32,
    lines: u32,
    values: Vec<f32>,
}

impl Field {
    /// A field of this many cells that all have this value.
    pub fn new(columns: u32, lines: u32, value: f32) -> Self {
        Self { columns, lines, values: vec![value; columns as usize * lines as usize] }
    }

    /// Cells along x.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Cells along y.
    pub fn lines(&self) -> u32 {
        self.lines
    }

    /// The values: `lines` rows of `columns` each.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }
}

/// The fields of a model, in the order in which it registered them. Part of the state.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fields(pub Vec<Field>);

/// What the values of each field mean, in the same order.
#[derive(Resource, Default)]
pub(super) struct FieldSpecs(pub Vec<ChannelSpec>);

/// How far an agent perceives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// All others within this distance.
    Within(f32),
    /// So many of the nearest, however far.
    Nearest(u32),
}

/// A zone about an agent in which it perceives others: repulsion, alignment, attraction, vision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zone {
    /// Its name, as in `vision`.
    pub name: &'static str,
    /// How far it reaches.
    pub reach: Reach,
    /// Half the angle that it opens about the heading, radians; π: all round.
    pub half_angle: f32,
}

impl Zone {
    /// A zone all round the agent.
    pub fn round(name: &'static str, reach: Reach) -> Self {
        Self { name, reach, half_angle: PI }
    }
}

/// A vector in files: three numbers in brackets.
mod as_tuple {
    use super::Vec3;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub fn serialize<S: Serializer>(vector: &Vec3, serializer: S) -> Result<S::Ok, S::Error> {
        <(f32, f32, f32)>::from(*vector).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec3, D::Error> {
        <(f32, f32, f32)>::deserialize(deserializer).map(Vec3::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walls_and_fields_read_back_from_ron() {
        let walls = Walls(vec![
            Wall::Segment { from: Vec3::ZERO, to: Vec3::new(1.0, -2.5, 0.0) },
            Wall::Disc { centre: Vec3::ONE, radius: 0.1 },
        ]);
        let text = ron::to_string(&walls).unwrap();
        assert_eq!(ron::from_str::<Walls>(&text).unwrap(), walls, "{text}");
        let mut field = Field::new(2, 3, 0.5);
        field.values_mut()[5] = 0.1;
        let text = ron::to_string(&Fields(vec![field.clone()])).unwrap();
        assert_eq!(ron::from_str::<Fields>(&text).unwrap(), Fields(vec![field]), "{text}");
    }
}
