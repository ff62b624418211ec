//! From a simulation to frames: places agents in the layout asked for and remembers where they were, for trails.

use super::{
    Channel, Extent, Frame, Grid, Past, Scale,
    agent::{Frequency, Id, Phase},
    maths,
    network::Network,
    simulation::{Agents, Simulation},
    space::Boundary,
    vector::Vectors,
};
use crate::scene::{Layout, Look};
use bevy_math::Vec3;
use std::{collections::VecDeque, f32::consts::TAU, sync::Arc};

/// How far oscillators stand off the circle at most: the fast outside, the slow inside.
const SPREAD: f32 = 0.16;

/// Where agents can stand.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ground {
    /// At their positions.
    Space,
    /// On the circle of phases.
    Circle,
    /// On a lattice of this side.
    Lattice(u32),
    /// On a ring.
    Ring,
}

impl Ground {
    /// What a layout comes to, since not every model has all that it may ask for.
    fn of(layout: Layout, positions: bool, phases: bool, network: Option<&Network>) -> Self {
        let lattice = network.and_then(Network::lattice_side).map(Self::Lattice);
        let circle = phases.then_some(Self::Circle);
        match layout {
            Layout::Natural if positions => Some(Self::Space),
            Layout::Natural => circle.or(lattice),
            Layout::Circle => circle,
            Layout::Lattice => lattice.or(circle),
            Layout::Ring => None,
        }
        .unwrap_or(Self::Ring)
    }
}

/// Where agents stand in a layout, in the order of rows.
pub(super) fn place(
    layout: Layout,
    ids: &[Id],
    positions: Option<Vectors>,
    phases: Option<&[Phase]>,
    frequencies: Option<&[Frequency]>,
    network: Option<&Network>,
) -> Vec<Vec3> {
    match Ground::of(layout, positions.is_some(), phases.is_some(), network) {
        Ground::Space => positions.map(Vectors::iter).into_iter().flatten().collect(),
        Ground::Circle => {
            let on_circle = |(row, phase): (usize, &Phase)| {
                let frequency = frequencies.map_or(0.0, |frequencies| frequencies[row].0 as f32);
                on_circle(maths::wrap_angle(phase.0) as f32) * (1.0 + SPREAD * frequency / (1.0 + frequency.abs()))
            };
            phases.unwrap_or_default().iter().enumerate().map(on_circle).collect()
        }
        Ground::Lattice(side) => {
            let side = side.max(1);
            ids.iter().map(|id| Vec3::new((id.0 % side) as f32 + 0.5, (id.0 / side) as f32 + 0.5, 0.0)).collect()
        }
        Ground::Ring => {
            let turn = TAU / ids.len() as f32;
            ids.iter().map(|id| on_circle(turn * id.0 as f32)).collect()
        }
    }
}

fn on_circle(angle: f32) -> Vec3 {
    maths::unit(angle).extend(0.0)
}

/// Makes the frames of one simulation.
#[derive(Default)]
pub struct Shot {
    trail: VecDeque<Past>,
    /// Layout and colour channel of the trail: with others it begins anew.
    drawn: (Layout, String),
}

impl Shot {
    /// Takes note of a step. To be called after every step while trails are wanted.
    pub fn note(&mut self, simulation: &Simulation, look: &Look) {
        if look.trails == 0 {
            self.trail.clear();
            return;
        }
        let step = simulation.clock().step;
        let drawn = (look.layout, look.colour.clone());
        match self.trail.back().map(|last| last.step) {
            Some(last) if self.drawn == drawn && last == step => return,
            Some(last) if self.drawn == drawn && last + 1 == step => {}
            _ => self.trail.clear(),
        }
        self.drawn = drawn;
        let agents = simulation.agents();
        let (ids, positions, order) = in_order(&agents, look.layout);
        let values = colour(&agents, look, &order).map_or_else(|| [].into(), |channel| channel.values);
        self.trail.push_back(Past { step, ids: ids.into(), positions: positions.into(), values });
        while self.trail.len() > look.trails as usize + 1 {
            self.trail.pop_front();
        }
    }

    /// The frame of the step at which the simulation stands.
    pub fn frame(&mut self, simulation: &Simulation, look: &Look) -> Frame {
        self.note(simulation, look);
        let agents = simulation.agents();
        let clock = simulation.clock();
        let (ids, positions, order) = in_order(&agents, look.layout);
        let colour = colour(&agents, look, &order);
        let ground = ground(&agents, look.layout);
        let extent = extent(&agents, ground);
        let lattice = if let Ground::Lattice(side) = ground { Some(side) } else { None };
        let parameters = simulation.model().parameters().iter();
        let value = |path: &str| simulation.parameter(path).expect("the path is the model's own");
        let parameters = parameters.map(|parameter| (parameter.path.clone(), value(&parameter.path))).collect();
        let grid = lattice.zip(colour.clone()).map(|(side, channel)| Grid {
            width: side,
            height: side,
            channel: Channel { values: channel.values[..(side * side) as usize].into(), ..channel },
        });
        Frame {
            step: clock.step,
            time: clock.time,
            time_unit: simulation.time_unit(),
            directions: directions(&agents, ground, &order).into(),
            ids: ids.into(),
            positions: positions.into(),
            colour,
            grid,
            trail: self.trail.iter().cloned().collect(),
            extent,
            parameters,
            hand: agents.hand().down.map(|(_, _, pointer, radius)| (pointer.place(), radius)),
        }
    }
}

/// Identities in ascending order, places in the same order, and the rows in that order.
fn in_order(agents: &Agents, layout: Layout) -> (Vec<u32>, Vec<Vec3>, Vec<u32>) {
    let ids = agents.column::<Id>().unwrap_or_default();
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_unstable_by_key(|row| ids[*row as usize]);
    let places = agents.with_positions(|positions| {
        agents.with(|phases: Option<&[Phase]>| {
            agents
                .with(|frequencies: Option<&[Frequency]>| place(layout, &ids, positions, phases, frequencies, agents.network()))
        })
    });
    let at = |row: &u32| *row as usize;
    (order.iter().map(|row| ids[at(row)].0).collect(), order.iter().map(|row| places[at(row)]).collect(), order)
}

fn ground(agents: &Agents, layout: Layout) -> Ground {
    let placed = agents.with_positions(|positions| positions.is_some());
    Ground::of(layout, placed, agents.with(|phases: Option<&[Phase]>| phases.is_some()), agents.network())
}

fn directions(agents: &Agents, ground: Ground, order: &[u32]) -> Vec<Vec3> {
    let directions = if ground == Ground::Space { agents.directions() } else { None }.unwrap_or_default();
    if directions.is_empty() { directions } else { order.iter().map(|row| directions[*row as usize]).collect() }
}

/// The channel that the look asks for, or the model's first.
fn colour(agents: &Agents, look: &Look, order: &[u32]) -> Option<Channel> {
    let specs = agents.channels();
    let spec = specs.iter().find(|spec| spec.name == look.colour).or_else(|| {
        let unnamed = look.colour.is_empty() || look.colour == "auto";
        specs.first().filter(|_| unnamed)
    })?;
    let values = agents.channel(spec.name)?;
    let values: Arc<[f32]> = order.iter().map(|row| values[*row as usize]).collect();
    let scale = match spec.scale {
        // Ends that are equal are to be taken from the data.
        Scale::Magnitude { min, max } if min == max => {
            let finite = values.iter().copied().filter(|value| value.is_finite());
            let top = finite.fold(min, f32::max);
            Scale::Magnitude { min, max: round_up(top) }
        }
        ref scale => scale.clone(),
    };
    Some(Channel { name: spec.name.into(), unit: spec.unit, scale, values })
}

/// The next of 1, 2, 5, 10, … times a power of ten, so that a legend does not flicker.
fn round_up(value: f32) -> f32 {
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

fn extent(agents: &Agents, ground: Ground) -> Extent {
    match ground {
        Ground::Lattice(side) => Extent { max: Vec3::new(side as f32, side as f32, 0.0), periodic: true, ..Extent::default() },
        Ground::Space => {
            let space = agents.space();
            Extent {
                min: space.min,
                max: space.max(),
                periodic: space.boundary == Boundary::Periodic,
                walled: space.boundary == Boundary::Walled,
                circle: false,
                unit: space.unit,
            }
        }
        Ground::Circle | Ground::Ring => {
            let half = Vec3::new(1.0 + SPREAD, 1.0 + SPREAD, 0.0);
            Extent { min: -half, max: half, circle: true, ..Extent::default() }
        }
    }
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
