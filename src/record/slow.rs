//! Frames between two steps: what is seen on the way from one to the next, the short way round the torus.

use crate::sim::{Channel, Extent, Frame, Grid, Past, Scale};
use bevy_math::{Vec3, Vec3Swizzles as _};
use std::{collections::VecDeque, f32::consts::TAU, sync::Arc};

/// Makes the frames between steps.
pub struct Slow {
    /// Frames a step.
    parts: u64,
    /// The trail in parts of a step, the number of each being its `step`; and the record at whose end the last one was made.
    trail: VecDeque<Past>,
    done: Option<Past>,
}

impl Slow {
    /// For this many frames a step.
    pub fn new(parts: u64) -> Self {
        Self { parts: parts.max(1), trail: VecDeque::new(), done: None }
    }

    /// What is seen `part` parts after the step of `now`, on the way to `next`. Its trail is counted in parts of a step.
    pub fn between(&mut self, now: &Frame, next: &Frame, part: u64) -> Frame {
        let t = part as f32 / self.parts as f32;
        let mut frame = if alike(now, next) { mix(now, next, t) } else { now.clone() };
        self.follow(next);
        let newest = now.step * self.parts + part;
        frame.trail = self.trail.iter().filter(|past| past.step <= newest).cloned().collect();
        frame
    }

    /// Brings the trail up to the end of a frame's.
    fn follow(&mut self, frame: &Frame) {
        let known = self.done.as_ref().and_then(|done| {
            frame.trail.iter().position(|past| past.step == done.step && Arc::ptr_eq(&past.positions, &done.positions))
        });
        if known.is_none() {
            self.trail.clear();
            self.trail.extend(frame.trail.first().map(|first| Past { step: first.step * self.parts, ..first.clone() }));
        }
        let scale = frame.colour.as_ref().map(|channel| &channel.scale);
        for pair in frame.trail[known.unwrap_or(0)..].windows(2) {
            for part in 1..=self.parts {
                let step = pair[0].step * self.parts + part;
                let t = part as f32 / self.parts as f32;
                self.trail.push_back(Past { step, ..mix_past(&pair[0], &pair[1], t, &frame.extent, scale) });
            }
        }
        let oldest = frame.trail.first().map_or(u64::MAX, |past| past.step * self.parts);
        while self.trail.front().is_some_and(|past| past.step < oldest) {
            self.trail.pop_front();
        }
        self.done = frame.trail.last().cloned();
    }
}

/// Whether two frames show the same world in the same way.
fn alike(a: &Frame, b: &Frame) -> bool {
    let name = |frame: &Frame| frame.colour.as_ref().map(|channel| channel.name.clone());
    // Where agents roam the extent goes with them.
    let kind = |extent: &Extent| Extent { min: Vec3::ZERO, max: Vec3::ZERO, ..*extent };
    kind(&a.extent) == kind(&b.extent) && name(a) == name(b)
}

fn mix(now: &Frame, next: &Frame, t: f32) -> Frame {
    let rows = pairs(&now.ids, &next.ids);
    let mixed = |a: &[Vec3], b: &[Vec3], mix: &dyn Fn(Vec3, Vec3) -> Vec3| -> Arc<[Vec3]> {
        let to = |row: usize| rows[row].and_then(|other| b.get(other)).copied();
        a.iter().enumerate().map(|(row, a)| to(row).map_or(*a, |b| mix(*a, b))).collect()
    };
    let colour = now
        .colour
        .as_ref()
        .zip(next.colour.as_ref())
        .map(|(a, b)| Channel { values: mix_values(&a.values, &b.values, &rows, t, &a.scale), ..a.clone() });
    Frame {
        time: now.time + (next.time - now.time) * f64::from(t),
        positions: mixed(&now.positions, &next.positions, &|a, b| mix_place(a, b, t, &now.extent)),
        directions: mixed(&now.directions, &next.directions, &|a, b| a.lerp(b, t).try_normalize().unwrap_or(a)),
        extent: Extent {
            min: now.extent.min.lerp(next.extent.min, t),
            max: now.extent.max.lerp(next.extent.max, t),
            ..now.extent
        },
        colour: colour.or_else(|| now.colour.clone()),
        grid: mix_grid(now.grid.as_ref(), next.grid.as_ref(), t),
        density: mix_grid(now.density.as_ref(), next.density.as_ref(), t),
        ..now.clone()
    }
}

fn mix_grid(now: Option<&Grid>, next: Option<&Grid>, t: f32) -> Option<Grid> {
    let (a, b) = (now?, next.filter(|b| now.is_some_and(|a| (a.width, a.height) == (b.width, b.height))));
    let Some(b) = b else { return now.cloned() };
    let all: Vec<_> = (0..a.channel.values.len()).map(Some).collect();
    let values = mix_values(&a.channel.values, &b.channel.values, &all, t, &a.channel.scale);
    Some(Grid { channel: Channel { values, ..a.channel.clone() }, ..a.clone() })
}

fn mix_past(now: &Past, next: &Past, t: f32, extent: &Extent, scale: Option<&Scale>) -> Past {
    let rows = pairs(&now.ids, &next.ids);
    let places = now
        .positions
        .iter()
        .zip(&rows)
        .map(|(a, row)| row.and_then(|row| next.positions.get(row)).map_or(*a, |b| mix_place(*a, *b, t, extent)));
    let values = scale.map_or_else(|| now.values.clone(), |scale| mix_values(&now.values, &next.values, &rows, t, scale));
    Past { step: now.step, ids: now.ids.clone(), positions: places.collect(), values }
}

/// For each of these identities its row among the others.
fn pairs(ids: &[u32], others: &[u32]) -> Vec<Option<usize>> {
    let mut row = 0;
    ids.iter()
        .map(|id| {
            while others.get(row).is_some_and(|other| other < id) {
                row += 1;
            }
            (others.get(row) == Some(id)).then_some(row)
        })
        .collect()
}

/// A place on the short way round.
fn mix_place(a: Vec3, b: Vec3, t: f32, extent: &Extent) -> Vec3 {
    if !extent.periodic {
        return a.lerp(b, t);
    }
    let side = extent.size();
    let turned = |way: Vec3| {
        let turns = (way / side).round();
        // A plane has no way round along z.
        way - if extent.is_flat() { (turns.xy() * side.xy()).extend(0.0) } else { turns * side }
    };
    let place = a + t * turned(b - a) - extent.min;
    let inside = place - side * (place / side).floor();
    extent.min + if extent.is_flat() { inside.xy().extend(place.z) } else { inside }
}

fn mix_values(a: &[f32], b: &[f32], rows: &[Option<usize>], t: f32, scale: &Scale) -> Arc<[f32]> {
    let mix = |a: f32, b: f32| match scale {
        Scale::Category(_) => a,
        Scale::Magnitude { .. } | Scale::Log { .. } => a + t * (b - a),
        Scale::Angle => {
            let way = b - a;
            let angle = a + t * (way - TAU * (way / TAU).round());
            angle - TAU * (angle / TAU).round()
        }
    };
    let to = |row: usize| rows.get(row).copied().flatten().and_then(|other| b.get(other)).copied();
    a.iter().enumerate().map(|(row, a)| to(row).map_or(*a, |b| mix(*a, b))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::PI;

    fn past(step: u64, x: f32, angle: f32) -> Past {
        Past { step, ids: [3].into(), positions: [Vec3::new(x, 5.0, 0.0)].into(), values: [angle].into() }
    }

    fn frame(trail: &[Past]) -> Frame {
        let last = trail.last().unwrap();
        Frame {
            step: last.step,
            time: last.step as f64,
            ids: last.ids.clone(),
            positions: last.positions.clone(),
            directions: [Vec3::X].into(),
            colour: Some(Channel { name: "a".into(), unit: "", scale: Scale::Angle, values: last.values.clone() }),
            extent: Extent { max: Vec3::new(10.0, 10.0, 0.0), periodic: true, ..Extent::default() },
            trail: trail.to_vec(),
            ..Frame::default()
        }
    }

    #[test]
    fn between_two_steps_agents_take_the_short_way_round() {
        let way = [past(7, 8.0, 3.0), past(8, 9.0, PI - 0.1), past(9, 1.0, 0.1 - PI)];
        let (now, next) = (frame(&way[..2]), frame(&way));
        let mut slow = Slow::new(4);
        let half = slow.between(&now, &next, 2);
        assert!(half.positions[0].x.abs() < 1e-5 || (half.positions[0].x - 10.0).abs() < 1e-5, "{}", half.positions[0]);
        assert!((half.colour.as_ref().unwrap().values[0].abs() - PI).abs() < 1e-5);
        assert_eq!((half.step, half.time), (8, 8.5));
        // The trail ends where the agent is, and goes back as far as it did.
        assert_eq!(half.trail.iter().map(|past| past.step).collect::<Vec<_>>(), (28..=34).collect::<Vec<_>>());
        assert_eq!(half.trail.last().unwrap().positions, half.positions);
        let start = slow.between(&now, &next, 0);
        assert_eq!((&start.positions, &start.trail[4].positions), (&now.positions, &now.positions));
    }

    #[test]
    fn who_goes_or_comes_between_two_steps_stays_where_it_was() {
        let (mut now, mut next) = (frame(&[past(0, 1.0, 0.0)]), frame(&[past(0, 1.0, 0.0), past(1, 2.0, 1.0)]));
        now.ids = [3, 5].into();
        now.positions = [Vec3::X, Vec3::Y].into();
        next.ids = [5, 9].into();
        next.positions = [Vec3::Y * 2.0, Vec3::ZERO].into();
        let half = Slow::new(2).between(&now, &next, 1);
        assert_eq!(half.positions[..], [Vec3::X, Vec3::Y * 1.5]);
    }
}
