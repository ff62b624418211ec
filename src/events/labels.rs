//! What is true of a filmed run at each step: the interaction strength, the order, the turning, and where every agent is on
//! the sensor, which way it heads and how fast its image moves.

use super::{
    Film,
    files::{Columns, Numbers},
};
use crate::{
    error::{Error, Result},
    measures::Observer,
    output::{Output, broken},
    sim::{Frame, maths},
};
use bevy_math::{Vec2, Vec3};
use std::{io::Write as _, path::Path};

/// The columns of one row a step.
pub const STEP_COLUMNS: [&str; 5] = ["t", "step", "interaction", "order", "turn_rate"];
/// The columns of one row an agent and step, in NPZ files alone.
pub const AGENT_COLUMNS: [&str; 7] = ["agent_step", "agent_id", "agent_x", "agent_y", "agent_heading", "agent_u", "agent_v"];

/// A file of labels that is being written: a table of steps (CSV), or arrays of steps and agents (NPZ).
pub struct Labels {
    to: To,
    last: Option<Frame>,
}

enum To {
    Table(Output, String),
    Arrays(Box<Columns>),
}

/// What is true of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Time of the camera, µs.
    pub t: i64,
    /// The step.
    pub step: u64,
    /// The interaction strength.
    pub interaction: f64,
    /// The model's order parameter.
    pub order: f64,
    /// Mean over agents of the angle by which their direction has turned since the last step, degrees a step; not a number
    /// at the first step, or where there are no directions.
    pub turn_rate: f64,
}

impl Truth {
    /// What is true of the step that was just watched; `last` is the frame of the one before.
    pub fn of(film: &Film, observer: &mut Observer, last: Option<&Frame>) -> Self {
        let run = film.run();
        let strength = run.model().strength().map(|strength| run.parameter(&strength.path).expect("its own parameter"));
        Self {
            t: film.eye().time(),
            step: run.clock().step,
            interaction: strength.and_then(|strength| strength.number()).unwrap_or(f64::NAN),
            order: observer.read(run).first().copied().unwrap_or(f64::NAN),
            turn_rate: last.map_or(f64::NAN, |last| turn_rate(last, film.frame())),
        }
    }
}

/// Mean angle between the directions of two frames, in degrees a step.
fn turn_rate(then: &Frame, now: &Frame) -> f64 {
    if then.directions.is_empty() || now.directions.is_empty() || now.step == then.step {
        return f64::NAN;
    }
    let mut before = then.ids.iter().zip(then.directions.iter()).peekable();
    let (mut sum, mut count) = (0.0, 0.0);
    for (id, direction) in now.ids.iter().zip(now.directions.iter()) {
        while before.next_if(|(other, _)| *other < id).is_some() {}
        if let Some((_, from)) = before.next_if(|(other, _)| *other == id) {
            let (from, to) = (from.as_dvec3(), direction.as_dvec3());
            sum += maths::atan2(from.cross(to).length(), from.dot(to)).to_degrees();
            count += 1.0;
        }
    }
    sum / count / (now.step - then.step) as f64
}

impl Labels {
    /// Begins a file; the ending of its name tells which.
    ///
    /// # Errors
    /// Where it is neither `.csv` nor `.npz`, or cannot be written.
    pub fn new(path: &Path) -> Result<Self> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let to = match ending.as_str() {
            "csv" => {
                let mut out = Output::new(Some(path))?;
                let place = path.display().to_string();
                writeln!(out, "{}", STEP_COLUMNS.join(",")).map_err(|error| broken(&place, &error))?;
                To::Table(out, place)
            }
            "npz" => {
                let steps =
                    STEP_COLUMNS.map(|name| (name, if name == "t" || name == "step" { Numbers::I64 } else { Numbers::F64 }));
                let whole = |name: &str| name == "agent_step" || name == "agent_id";
                let agents = AGENT_COLUMNS.map(|name| (name, if whole(name) { Numbers::I64 } else { Numbers::F32 }));
                let columns: Vec<(&'static str, Numbers, &[u64])> =
                    steps.into_iter().chain(agents).map(|(name, numbers)| (name, numbers, [].as_slice())).collect();
                To::Arrays(Box::new(Columns::new(path, &columns)?))
            }
            _ => {
                return Err(Error::usage("this kind of labels cannot be written")
                    .allowed("a name that ends in .csv or .npz")
                    .at(path.display()));
            }
        };
        Ok(Self { to, last: None })
    }

    /// Notes the step that was just watched.
    ///
    /// # Errors
    /// Where the disk is full.
    pub fn note(&mut self, film: &Film, observer: &mut Observer) -> Result<Truth> {
        let truth = Truth::of(film, observer, self.last.as_ref());
        let Truth { t, step, interaction, order, turn_rate } = truth;
        match &mut self.to {
            To::Table(out, place) => {
                writeln!(out, "{t},{step},{interaction},{order},{turn_rate}").map_err(|error| broken(place, &error))?;
            }
            To::Arrays(columns) => {
                columns.put(0, &t.to_le_bytes())?;
                columns.put(1, &(step as i64).to_le_bytes())?;
                for (column, value) in [interaction, order, turn_rate].into_iter().enumerate() {
                    columns.put(2 + column, &value.to_le_bytes())?;
                }
                agents(columns, film, self.last.as_ref())?;
            }
        }
        self.last = Some(film.frame().clone());
        Ok(truth)
    }

    /// Makes the file, under its name.
    ///
    /// # Errors
    /// Where the disk is full, or the name cannot be taken.
    pub fn finish(self) -> Result<()> {
        match self.to {
            To::Table(out, _) => out.finish(),
            To::Arrays(columns) => columns.finish(),
        }
    }
}

/// A row for each agent.
fn agents(columns: &mut Columns, film: &Film, last: Option<&Frame>) -> Result<()> {
    let (frame, eye) = (film.frame(), film.eye());
    let places = eye.on_sensor(frame);
    let flow = last.map_or_else(|| vec![Vec2::NAN; places.len()], |last| eye.flow(last, frame));
    let heading = |row: usize| {
        let direction = frame.directions.get(row).copied().unwrap_or(Vec3::NAN);
        maths::atan2(direction.y, direction.x)
    };
    for (row, id) in frame.ids.iter().enumerate() {
        columns.put(STEP_COLUMNS.len(), &(frame.step as i64).to_le_bytes())?;
        columns.put(STEP_COLUMNS.len() + 1, &i64::from(*id).to_le_bytes())?;
        let values = [places[row].x, places[row].y, heading(row), flow[row].x, flow[row].y];
        for (column, value) in values.into_iter().enumerate() {
            columns.put(STEP_COLUMNS.len() + 2 + column, &value.to_le_bytes())?;
        }
    }
    Ok(())
}
