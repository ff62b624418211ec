//! From a simulation to frames: places agents in the layout asked for and remembers where they were, for trails.

use super::{
    Channel, Extent, Frame, Grid, Past, Scale,
    agent::{Frequency, Id, Phase},
    flow, links, maths,
    network::Network,
    raster::{self, Line, Raster},
    scenery::Zone,
    simulation::{Agents, Simulation},
    space::{Boundary, Space},
    vector::Vectors,
};
use crate::scene::{Layout, Links, Look};
use bevy_math::Vec3;
use std::{collections::VecDeque, sync::Arc};

/// How far oscillators stand off the circle at most: the fast outside, the slow inside.
const SPREAD: f32 = 0.16;

/// Where agents stand in a layout, in the order of rows.
pub(super) fn place(
    layout: Layout,
    space: &Space<Vec3>,
    ids: &[Id],
    positions: Option<Vectors>,
    phases: Option<&[Phase]>,
    frequencies: Option<&[Frequency]>,
    network: Option<&Network>,
) -> Vec<Vec3> {
    match (layout, positions) {
        (Layout::Natural, Some(positions)) => return positions.iter().collect(),
        (Layout::Raster, positions) => {
            let line = Line::of(space, positions.is_some(), ids.len());
            return ids.iter().zip(0..).map(|(id, row)| line.place(id.0, positions.map(|all| all.get(row)))).collect();
        }
        _ => {}
    }
    if let (Layout::Lattice, Some(side)) = (layout, network.and_then(Network::lattice_side)) {
        let side = side.max(1);
        return ids.iter().map(|id| Vec3::new((id.0 % side) as f32 + 0.5, (id.0 / side) as f32 + 0.5, 0.0)).collect();
    }
    let Some(phases) = phases else { return vec![Vec3::ZERO; ids.len()] };
    let on_circle = |(row, phase): (usize, &Phase)| {
        let (sin, cos) = maths::sin_cos(maths::wrap_angle(phase.0) as f32);
        let frequency = frequencies.map_or(0.0, |frequencies| frequencies[row].0 as f32);
        Vec3::new(cos, sin, 0.0) * (1.0 + SPREAD * frequency / (1.0 + frequency.abs()))
    };
    phases.iter().enumerate().map(on_circle).collect()
}

/// Makes the frames of one simulation.
#[derive(Default)]
pub struct Shot {
    trail: VecDeque<Past>,
    raster: Raster,
    /// Layout and colour channel of what is remembered: with others it begins anew.
    drawn: (Layout, String),
}

impl Shot {
    /// Takes note of a step. To be called after every step while trails, or a picture of space against time, are wanted.
    pub fn note(&mut self, simulation: &Simulation, look: &Look) {
        let drawn = (look.layout, look.colour.clone());
        if self.drawn != drawn {
            self.trail.clear();
            self.raster.clear();
            self.drawn = drawn;
        }
        if look.layout == Layout::Raster {
            self.trail.clear();
            self.note_row(simulation, look);
        } else {
            self.raster.clear();
            self.note_trail(simulation, look);
        }
    }

    fn note_trail(&mut self, simulation: &Simulation, look: &Look) {
        if look.trails == 0 {
            self.trail.clear();
            return;
        }
        let step = simulation.clock().step;
        match self.trail.back().map(|last| last.step) {
            Some(last) if last == step => return,
            Some(last) if last + 1 == step => {}
            _ => self.trail.clear(),
        }
        let agents = simulation.agents();
        let (ids, positions, order) = in_order(&agents, look.layout);
        let values = colour(&agents, look, &order).map_or_else(|| [].into(), |channel| channel.values);
        self.trail.push_back(Past { step, ids: ids.into(), positions: positions.into(), values });
        while self.trail.len() > look.trails as usize + 1 {
            self.trail.pop_front();
        }
    }

    fn note_row(&mut self, simulation: &Simulation, look: &Look) {
        let agents = simulation.agents();
        let ids = agents.column::<Id>().unwrap_or_default();
        let order = order_of(&ids);
        let channel = colour(&agents, look, &order);
        agents.with_positions(|positions| {
            let line = Line::of(&agents.space(), positions.is_some(), ids.len());
            let value = |at: usize| channel.as_ref().map_or(1.0, |channel| channel.values[at]);
            let row = |(at, row): (usize, &u32)| {
                let row = *row as usize;
                (ids[row].0, positions.map(|positions| positions.get(row)), value(at))
            };
            self.raster.note(line, simulation.clock(), look.rows, order.iter().enumerate().map(row));
        });
    }

    /// The frame of the step at which the simulation stands.
    pub fn frame(&mut self, simulation: &Simulation, look: &Look) -> Frame {
        self.note(simulation, look);
        let agents = simulation.agents();
        let clock = simulation.clock();
        let (ids, positions, order) = in_order(&agents, look.layout);
        let colour = colour(&agents, look, &order);
        let lattice = (look.layout == Layout::Lattice).then(|| agents.network().and_then(Network::lattice_side)).flatten();
        let mut extent = extent(&agents, look.layout, lattice);
        let mut axes = None;
        let mut grid = lattice.zip(colour.clone()).map(|(side, channel)| Grid {
            width: side,
            height: side,
            channel: Channel { values: channel.values[..(side * side) as usize].into(), ..channel },
            sites: true,
        });
        if look.layout == Layout::Raster {
            let channel = colour.clone().unwrap_or_else(raster::presence);
            if let Some((rows, sides, measures)) = self.raster.grid(look.rows, &channel, simulation.time_unit()) {
                (grid, extent, axes) = (Some(rows), sides, Some(measures));
            }
        }
        let natural = grid.is_none() && look.layout == Layout::Natural;
        let directions = if natural { directions(&agents, &order) } else { Vec::new() };
        let zones = simulation.model().zones(simulation.params());
        let parameters = simulation.model().parameters().iter();
        let value = |path: &str| simulation.parameter(path).expect("the path is the model's own");
        let parameters = parameters.map(|parameter| (parameter.path.clone(), value(&parameter.path))).collect();
        Frame {
            step: clock.step,
            time: clock.time,
            time_unit: simulation.time_unit(),
            agents: ids.len(),
            links: links(&agents, look, &zones, &ids, &order),
            flow: (natural && look.vectors).then(|| flow(&agents, &extent)).flatten(),
            grid: grid.or_else(|| if natural { field(&agents, look) } else { None }),
            walls: if natural { agents.walls().into() } else { [].into() },
            zones: if natural { zones.into() } else { [].into() },
            directions: directions.into(),
            ids: ids.into(),
            positions: positions.into(),
            colour,
            trail: self.trail.iter().cloned().collect(),
            extent,
            axes,
            parameters,
            hand: agents.hand().down.map(|(_, _, pointer, radius)| (pointer.place(), radius)),
        }
    }
}

/// Rows in the order of identity.
fn order_of(ids: &[Id]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_unstable_by_key(|row| ids[*row as usize]);
    order
}

/// The links that the look asks for, where the model has them.
fn links(agents: &Agents, look: &Look, zones: &[Zone], ids: &[u32], order: &[u32]) -> Option<super::Links> {
    match look.links {
        _ if look.layout == Layout::Raster => None,
        Links::None => None,
        Links::Network => Some(links::of_network(agents.network()?, ids)),
        Links::Neighbours => {
            let zone = zones.last()?;
            let place = |all: Vectors| order.iter().map(|row| all.get(*row as usize)).collect::<Vec<Vec3>>();
            let places = agents.with_positions(|all| all.map(place))?;
            Some(links::of_neighbours(zone, &agents.space(), &places, &directions(agents, order)))
        }
    }
}

/// The mean velocity of agents, or else their mean heading.
fn flow(agents: &Agents, extent: &Extent) -> Option<super::Flow> {
    agents.with_positions(|places| {
        let places = places?;
        let velocity = agents.with_velocities(|velocities| flow::of("velocity", extent, places, velocities?));
        velocity.or_else(|| agents.with_headings(|headings| flow::of("mean heading", extent, places, headings?)))
    })
}

/// The field that the look asks for, or the model's first.
fn field(agents: &Agents, look: &Look) -> Option<Grid> {
    let wanted = |name: &str| look.field == name || look.field.is_empty() || look.field == "auto";
    let (spec, field) = agents.fields().find(|(spec, _)| wanted(spec.name))?;
    let values: Arc<[f32]> = field.values().into();
    let scale = from_data(&spec.scale, &values);
    let channel = Channel { name: spec.name.into(), unit: spec.unit, scale, values };
    Some(Grid { width: field.columns(), height: field.lines(), channel, sites: false })
}

/// Identities in ascending order, places in the same order, and the rows in that order.
fn in_order(agents: &Agents, layout: Layout) -> (Vec<u32>, Vec<Vec3>, Vec<u32>) {
    let ids = agents.column::<Id>().unwrap_or_default();
    let order = order_of(&ids);
    let places = agents.with_positions(|positions| {
        agents.with(|phases: Option<&[Phase]>| {
            agents.with(|frequencies: Option<&[Frequency]>| {
                place(layout, &agents.space(), &ids, positions, phases, frequencies, agents.network())
            })
        })
    });
    let at = |row: &u32| *row as usize;
    (order.iter().map(|row| ids[at(row)].0).collect(), order.iter().map(|row| places[at(row)]).collect(), order)
}

/// The directions of agents in this order of rows; empty where they have none.
fn directions(agents: &Agents, order: &[u32]) -> Vec<Vec3> {
    let directions = agents.directions().unwrap_or_default();
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
    let scale = from_data(&spec.scale, &values);
    Some(Channel { name: spec.name.into(), unit: spec.unit, scale, values })
}

/// The scale, with the end of a magnitude whose ends are equal taken from the data.
fn from_data(scale: &Scale, values: &[f32]) -> Scale {
    match *scale {
        Scale::Magnitude { min, max } if min == max => {
            let finite = values.iter().copied().filter(|value| value.is_finite());
            Scale::Magnitude { min, max: min + round_up(finite.fold(min, f32::max) - min) }
        }
        ref scale => scale.clone(),
    }
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

fn extent(agents: &Agents, layout: Layout, lattice: Option<u32>) -> Extent {
    let space = agents.space();
    let has_positions = agents.with_positions(|positions| positions.is_some());
    if let Some(side) = lattice {
        return Extent { max: Vec3::new(side as f32, side as f32, 0.0), periodic: true, ..Extent::default() };
    }
    if layout == Layout::Natural && has_positions {
        return Extent {
            min: space.min,
            max: space.max(),
            periodic: space.boundary == Boundary::Periodic,
            walled: space.boundary == Boundary::Walled,
            circle: false,
            unit: space.unit,
        };
    }
    let half = Vec3::new(1.0 + SPREAD, 1.0 + SPREAD, 0.0);
    Extent { min: -half, max: half, circle: true, ..Extent::default() }
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
