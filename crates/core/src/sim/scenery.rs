//! What surrounds agents and is drawn under them: walls, obstacles and fields; and what an agent perceives of others.
//!
//! A model offers them when it is built (`Setup::walls`, `Setup::field`) and by `Model::zones`; frames carry them and
//! pictures draw them, without a line anywhere else.

use super::{
    agent::ChannelSpec,
    space::{Boundary, Space},
    vector::Vector,
};
use bevy_ecs::resource::Resource;
use bevy_math::{Vec2, Vec3};
use rayon::prelude::*;
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

impl Wall {
    /// A straight wall in the plane.
    pub fn between(from: Vec2, to: Vec2) -> Self {
        Self::Segment { from: from.in_space(), to: to.in_space() }
    }

    /// How far a place is from the wall, and the unit vector from the wall to it: away from the middle of a disc, within
    /// which the distance is negative. On the wall itself there is no such direction: zero.
    pub fn clearance<V: Vector>(&self, place: V) -> (f32, V) {
        let place = place.in_space();
        let (offset, less) = match *self {
            Self::Segment { from, to } => {
                let along = to - from;
                let share = (place - from).dot(along) / along.length_squared();
                // A wall without length is a post.
                let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
                (place - (from + share * along), 0.0)
            }
            Self::Disc { centre, radius } => (place - centre, radius),
        };
        (offset.length() - less, V::of_space(offset.normalize_or_zero()))
    }

    /// Whether who goes straight from one place of the plane to another meets the wall.
    pub fn blocks(&self, from: Vec2, to: Vec2) -> bool {
        match *self {
            Self::Segment { from: a, to: b } => {
                let (a, b) = (a.truncate(), b.truncate());
                let side = |place: Vec2| (b - a).perp_dot(place - a);
                let end = |end: Vec2| (to - from).perp_dot(end - from);
                // Whoever stands on it may leave.
                side(from) != 0.0 && side(from) * side(to) <= 0.0 && end(a) * end(b) <= 0.0
            }
            Self::Disc { .. } => {
                let ((before, out), (after, _)) = (self.clearance(from), self.clearance(to));
                // Whoever is within may leave.
                after < 0.0 && (before >= 0.0 || out.dot(to - from) < 0.0)
            }
        }
    }
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

    /// The cell over which a place lies; round the torus, or else the nearest at the edge.
    #[inline]
    pub fn cell(&self, space: &Space, place: Vec2) -> usize {
        let cells = (self.columns as f32, self.lines as f32);
        let share = (place - space.min) / space.size;
        let share = if space.boundary == Boundary::Periodic { share - share.floor() } else { share };
        // The cast takes what lies before the first cell, and what is no number, to 0.
        let column = ((share.x * cells.0) as u32).min(self.columns.saturating_sub(1));
        let line = ((share.y * cells.1) as u32).min(self.lines.saturating_sub(1));
        line as usize * self.columns as usize + column as usize
    }

    /// The value at a place.
    #[inline]
    pub fn at(&self, space: &Space, place: Vec2) -> f32 {
        self.values[self.cell(space, place)]
    }

    /// Each cell takes `keep` times the mean of the three by three cells about it: the field spreads and decays. Round the
    /// torus what it holds in all is then `keep` times what it was; at an edge what would leave stays in the cell.
    pub fn spread(&mut self, boundary: Boundary, keep: f32) {
        let (columns, lines) = (self.columns as usize, self.lines as usize);
        if columns == 0 || lines == 0 {
            return;
        }
        let next = |at: usize, count: usize| match boundary {
            Boundary::Periodic => [(at + count - 1) % count, at, (at + 1) % count],
            _ => [at.saturating_sub(1), at, (at + 1).min(count - 1)],
        };
        let before = std::mem::take(&mut self.values);
        self.values = vec![0.0; before.len()];
        self.values.par_chunks_mut(columns).enumerate().for_each(|(line, values)| {
            // First the sums of three lines, then of three of these.
            let above = next(line, lines).map(|line| &before[line * columns..][..columns]);
            let sums: Vec<f32> = (0..columns).map(|at| above[0][at] + above[1][at] + above[2][at]).collect();
            let share = keep / 9.0;
            for (at, value) in values.iter_mut().enumerate() {
                let [a, b, c] = next(at, columns);
                *value = share * (sums[a] + sums[b] + sums[c]);
            }
        });
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

    #[test]
    fn walls_are_as_far_as_their_nearest_point() {
        let wall = Wall::between(Vec2::new(1.0, 2.0), Vec2::new(5.0, 2.0));
        assert_eq!(wall.clearance(Vec2::new(3.0, 5.0)), (3.0, Vec2::Y));
        assert_eq!(wall.clearance(Vec2::new(3.0, -1.0)), (3.0, -Vec2::Y));
        let (distance, out) = wall.clearance(Vec2::new(8.0, 6.0));
        assert!(distance == 5.0 && out.distance(Vec2::new(0.6, 0.8)) < 1e-6, "beyond an end: {distance} {out}");
        assert_eq!(wall.clearance(Vec2::new(2.0, 2.0)), (0.0, Vec2::ZERO));
        let post = Wall::between(Vec2::ONE, Vec2::ONE);
        assert_eq!(post.clearance(Vec2::new(1.0, 3.0)), (2.0, Vec2::Y));
        let disc = Wall::Disc { centre: Vec3::new(1.0, 1.0, 0.0), radius: 2.0 };
        assert_eq!(disc.clearance(Vec2::new(4.0, 1.0)), (1.0, Vec2::X));
        assert_eq!(disc.clearance(Vec2::new(0.0, 1.0)), (-1.0, -Vec2::X));
        assert_eq!(disc.clearance(Vec3::new(1.0, 1.0, 5.0)), (3.0, Vec3::Z));
    }

    #[test]
    fn nobody_goes_through_a_wall() {
        let wall = Wall::between(Vec2::new(1.0, 2.0), Vec2::new(5.0, 2.0));
        let blocks = |from: (f32, f32), to: (f32, f32)| wall.blocks(from.into(), to.into());
        assert!(blocks((2.0, 1.0), (3.0, 3.0)) && blocks((3.0, 3.0), (2.0, 1.0)) && blocks((2.0, 1.0), (2.0, 2.0)));
        assert!(!blocks((2.0, 1.0), (3.0, 1.9)), "short of it");
        assert!(!blocks((0.0, 1.0), (0.5, 3.0)) && !blocks((6.0, 1.0), (6.0, 3.0)), "past its ends");
        assert!(!blocks((2.0, 1.0), (2.0, 1.0)), "standing still");
        let disc = Wall::Disc { centre: Vec3::ZERO, radius: 1.0 };
        assert!(disc.blocks(Vec2::new(2.0, 0.0), Vec2::new(0.5, 0.0)));
        assert!(!disc.blocks(Vec2::new(0.5, 0.0), Vec2::new(0.9, 0.0)), "whoever is within may leave");
        assert!(!disc.blocks(Vec2::new(2.0, 0.0), Vec2::new(0.0, 2.0)));
    }

    #[test]
    fn places_have_cells() {
        let field = Field::new(4, 2, 0.0);
        let torus = Space { min: Vec2::new(-2.0, 0.0), size: Vec2::new(4.0, 4.0), ..Space::square(4.0, Boundary::Periodic) };
        let room = Space { boundary: Boundary::Walled, ..torus };
        for (place, on_torus, in_room) in
            [((-2.0, 0.0), 0, 0), ((1.9, 0.0), 3, 3), ((0.0, 2.0), 6, 6), ((-2.1, 0.0), 3, 0), ((2.0, 4.0), 0, 7)]
        {
            assert_eq!(field.cell(&torus, place.into()), on_torus, "{place:?}");
            assert_eq!(field.cell(&room, place.into()), in_room, "{place:?}");
        }
        assert_eq!(field.cell(&torus, Vec2::NAN), 0);
    }

    #[test]
    fn a_field_spreads_over_nine_cells_and_keeps_its_sum() {
        let mut field = Field::new(5, 4, 0.0);
        field.values_mut()[0] = 9.0;
        let mut room = field.clone();
        field.spread(Boundary::Periodic, 0.5);
        for (cell, value) in field.values().iter().enumerate() {
            let (column, line) = (cell % 5, cell / 5);
            let near = [0, 1, 4].contains(&column) && [0, 1, 3].contains(&line);
            assert_eq!(*value, if near { 0.5 } else { 0.0 }, "{column}, {line}");
        }
        room.spread(Boundary::Walled, 1.0);
        assert_eq!(room.values().iter().sum::<f32>(), 9.0);
        assert_eq!(room.values()[..3], [4.0, 2.0, 0.0]);
        let (mut small, mut none) = (Field::new(1, 1, 2.0), Field::new(0, 3, 0.0));
        small.spread(Boundary::Periodic, 0.5);
        none.spread(Boundary::Periodic, 0.5);
        assert_eq!((small.values(), none.values()), (&[1.0][..], &[][..]));
    }
}
