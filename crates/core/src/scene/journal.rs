//! The journal: all that a person or a script did to a run, as (step, action), on two tracks.
//!
//! The `run` track alone may change a run and alone enters its hash; the `view` track says what was looked at,
//! so that a film shows what was seen. An action at step n acts before the update from n to n+1.

use super::{Layout, Value};
use bevy_math::{Vec2, Vec3};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a pressed mouse button does to the agents near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Draws agents to the pointer.
    Attract,
    /// Drives agents from the pointer.
    Repel,
    /// Gives agents the mean direction, or phase, of those under the pointer.
    Align,
    /// Gives agents a direction, a phase or a state at random.
    Scramble,
    /// Raises what agents are in: turns spins up, infects, excites.
    Raise,
    /// Lowers what agents are in: turns spins down, heals, calms.
    Lower,
}

impl Tool {
    /// All tools, in the order of the panel.
    pub const ALL: [Self; 6] = [Self::Attract, Self::Repel, Self::Align, Self::Scramble, Self::Raise, Self::Lower];
}

/// Where a tool is: a line through the picture, as the pointer is seen. In the plane it is a point, since all lines are
/// upright.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Pointer {
    at: Vec3,
    along: Vec3,
}

/// A [`Pointer`] as it stands in files: a point of the plane, or a line.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Plane(f32, f32),
    Line { at: (f32, f32, f32), along: (f32, f32, f32) },
}

impl From<Written> for Pointer {
    fn from(written: Written) -> Self {
        match written {
            Written::Plane(x, y) => Self::on_plane(Vec2::new(x, y)),
            Written::Line { at, along } => Self::line(at.into(), along.into()),
        }
    }
}

impl From<Pointer> for Written {
    fn from(pointer: Pointer) -> Self {
        match pointer {
            Pointer { at, along: Vec3::Z } if at.z == 0.0 => Self::Plane(at.x, at.y),
            Pointer { at, along } => Self::Line { at: at.into(), along: along.into() },
        }
    }
}

impl Pointer {
    /// A point of the plane.
    pub fn on_plane(at: Vec2) -> Self {
        Self::line(at.extend(0.0), Vec3::Z)
    }

    /// The line through `at` along a direction of length 1.
    pub fn line(at: Vec3, along: Vec3) -> Self {
        Self { at, along }
    }

    /// A point of the line.
    pub fn place(&self) -> Vec3 {
        self.at
    }

    /// Its direction.
    pub fn along(&self) -> Vec3 {
        self.along
    }
}

/// A place that a camera points at: (x, y) in the plane, (x, y, z) in space.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "WrittenPoint", into = "WrittenPoint")]
pub struct Point(pub Vec3);

/// A [`Point`] as it stands in files.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenPoint {
    Plane(f32, f32),
    Space(f32, f32, f32),
}

impl From<WrittenPoint> for Point {
    fn from(written: WrittenPoint) -> Self {
        match written {
            WrittenPoint::Plane(x, y) => Self(Vec3::new(x, y, 0.0)),
            WrittenPoint::Space(x, y, z) => Self(Vec3::new(x, y, z)),
        }
    }
}

impl From<Point> for WrittenPoint {
    fn from(Point(at): Point) -> Self {
        if at.z == 0.0 { Self::Plane(at.x, at.y) } else { Self::Space(at.x, at.y, at.z) }
    }
}

impl From<(f32, f32)> for Point {
    fn from((x, y): (f32, f32)) -> Self {
        Self(Vec3::new(x, y, 0.0))
    }
}

/// What may change a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// A parameter takes a value.
    Set {
        /// The parameter's path.
        path: String,
        /// Its value from this step on.
        value: Value,
    },
    /// A tool goes down.
    Press {
        /// What it does.
        tool: Tool,
        /// Where agents stand in the picture in which it was pressed.
        layout: Layout,
        /// Where, in that picture.
        at: Pointer,
        /// How far it reaches, in the picture's unit of length.
        radius: f32,
    },
    /// The tool that is down moves.
    Drag {
        /// Where to.
        at: Pointer,
    },
    /// The tool goes up.
    Release,
    /// New agents come, at random within a radius of the pointer: in the plane a disc, in space the ball about the point of
    /// its line that is nearest to the middle.
    Add {
        /// Where agents stand in the picture that the pointer is on.
        layout: Layout,
        /// Where, in that picture.
        at: Pointer,
        /// How far from there, in the picture's unit of length.
        radius: f32,
        /// How many.
        count: u32,
    },
    /// The agents within a radius of the pointer go.
    Remove {
        /// Where agents stand in the picture that the pointer is on.
        layout: Layout,
        /// Where, in that picture.
        at: Pointer,
        /// How far from there, in the picture's unit of length.
        radius: f32,
    },
}

/// What may change what is seen of a run, never the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ViewAction {
    /// The camera moves.
    Camera {
        /// What it looks at.
        centre: Point,
        /// Height of what it shows, in the picture's unit of length.
        height: f32,
    },
    /// An agent is selected, or none.
    Select {
        /// Its identity.
        agent: Option<u32>,
    },
    /// The camera begins or ends to follow the selected agent.
    Follow {
        /// Whether it follows.
        on: bool,
    },
    /// The camera shows all.
    Fit,
    /// These instruments are plotted, the first on top.
    Plots {
        /// Their names.
        measures: Vec<String>,
    },
    /// The scene's story comes to a beat, or ends.
    Beat {
        /// Its number, from 0; none: the story has ended.
        beat: Option<u32>,
        /// Of a question, whether it is answered.
        revealed: bool,
    },
    /// The look changes.
    Look {
        /// Path of the look's parameter, without `view.`.
        path: String,
        /// Its value from this step on.
        value: Value,
    },
}

/// An action and the step at which it acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamped<A>(pub u64, pub A);

/// The journal of a run. Both tracks are in the order of their steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Journal {
    /// What changed the run.
    pub run: Vec<Stamped<Action>>,
    /// What changed the view.
    pub view: Vec<Stamped<ViewAction>>,
}

impl Journal {
    /// Enters an action into the run track behind those of `acted`, and gives how many have acted then. Moves of a drag
    /// within one step are one, the last, where both are in `acted`.
    pub fn insert(&mut self, acted: Range<usize>, step: u64, action: Action) -> usize {
        let last = self.run[acted.clone()].last_mut();
        if let (Action::Drag { at }, Some(Stamped(known, Action::Drag { at: previous }))) = (&action, last)
            && *known == step
        {
            *previous = *at;
            return acted.end;
        }
        self.run.insert(acted.end, Stamped(step, action));
        acted.end + 1
    }

    /// Enters an action into the view track. Camera moves within one step are one, the last, and so are changes of one
    /// parameter of the look.
    pub fn look(&mut self, step: u64, action: ViewAction) {
        let at = self.view.partition_point(|stamped| stamped.0 <= step);
        if let ViewAction::Look { path, .. } = &action {
            let known = self.view[..at].iter_mut().rev().take_while(|stamped| stamped.0 == step);
            let same = |stamped: &&mut Stamped<ViewAction>| matches!(&stamped.1, ViewAction::Look { path: other, .. } if other == path);
            if let Some(Stamped(_, previous)) = known.into_iter().find(same) {
                *previous = action;
                return;
            }
        }
        if let (ViewAction::Camera { .. }, Some(Stamped(last, previous @ ViewAction::Camera { .. }))) =
            (&action, self.view[..at].last_mut())
            && *last == step
        {
            *previous = action;
            return;
        }
        self.view.insert(at, Stamped(step, action));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_within_a_step_are_one() {
        let mut journal = Journal::default();
        let drag = |x: f32| Action::Drag { at: Pointer::on_plane(Vec2::new(x, 0.0)) };
        let press =
            Action::Press { tool: Tool::Attract, layout: Layout::Natural, at: Pointer::on_plane(Vec2::ZERO), radius: 1.0 };
        let mut acted = journal.insert(0..0, 3, press);
        for x in 0..5 {
            acted = journal.insert(0..acted, 4, drag(x as f32));
        }
        acted = journal.insert(0..acted, 5, drag(9.0));
        acted = journal.insert(0..acted, 5, Action::Release);
        let steps: Vec<u64> = journal.run.iter().map(|stamped| stamped.0).collect();
        assert_eq!((steps.as_slice(), acted), ([3, 4, 5, 5].as_slice(), 4));
        assert_eq!(journal.run[1].1, drag(4.0));
        // What somebody counts on stays as it was, and what is still to come stays behind.
        assert_eq!(journal.insert(2..2, 4, drag(7.0)), 3);
        assert_eq!(journal.run[1..4], [Stamped(4, drag(4.0)), Stamped(4, drag(7.0)), Stamped(5, drag(9.0))]);
    }

    #[test]
    fn turns_of_the_eye_within_a_step_are_one() {
        let mut journal = Journal::default();
        let turn = |path: &str, to: f64| ViewAction::Look { path: path.into(), value: Value::Number(to) };
        for to in [1.0, 2.0, 3.0] {
            journal.look(4, turn("yaw", to));
            journal.look(4, turn("pitch", -to));
        }
        journal.look(5, turn("yaw", 9.0));
        let last = [Stamped(4, turn("yaw", 3.0)), Stamped(4, turn("pitch", -3.0)), Stamped(5, turn("yaw", 9.0))];
        assert_eq!(journal.view, last);
    }

    #[test]
    fn places_have_two_numbers_in_the_plane_and_three_in_space() {
        for (text, point) in [("(1.0,2.0)", Point::from((1.0, 2.0))), ("(1.0,2.0,3.0)", Point(Vec3::new(1.0, 2.0, 3.0)))] {
            assert_eq!(ron::from_str::<Point>(text).unwrap(), point);
            assert_eq!(ron::to_string(&point).unwrap(), text);
        }
        assert!(ron::from_str::<Point>("(1.0)").is_err());
    }

    #[test]
    fn a_journal_reads_back_from_ron() {
        let mut journal = Journal::default();
        let actions = [
            (0, Action::Set { path: "noise".into(), value: Value::Number(0.1) }),
            (2, Action::Set { path: "update".into(), value: Value::Text("sequential".into()) }),
            (3, Action::Drag { at: Pointer::on_plane(Vec2::new(0.5, -2.0)) }),
            (4, Action::Drag { at: Pointer::line(Vec3::new(0.5, -2.0, 1.0), Vec3::X) }),
            (7, Action::Release),
        ];
        journal.run.extend(actions.map(|(step, action)| Stamped(step, action)));
        journal.look(7, ViewAction::Select { agent: Some(4) });
        journal.look(5, ViewAction::Follow { on: false });
        assert_eq!(journal.view[0].0, 5);
        let text = ron::to_string(&journal).unwrap();
        assert!(text.contains("(0.5,-2.0)"), "{text}");
        assert_eq!(ron::from_str::<Journal>(&text).unwrap(), journal, "{text}");
    }
}
