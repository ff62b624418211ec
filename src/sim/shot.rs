//! From a simulation to frames: places agents in the layout asked for and remembers where they were, for trails.

use super::{
    Axis, Channel, Extent, Frame, Grid, Past, Scale,
    agent::{Frequency, Id, Phase},
    agents::Agents,
    density::{self, Carried},
    flow, links, maths,
    network::Network,
    raster::{self, Line, Raster},
    scenery::Zone,
    simulation::Simulation,
    space::{Boundary, Space},
    state::by_identity,
    vector::Vectors,
};
use crate::scene::{Density, Layout, Links, Look};
use bevy_math::Vec3;
use std::{
    collections::VecDeque,
    f32::consts::{PI, TAU},
    sync::Arc,
};

/// How far oscillators stand off the circle at most: the fast outside, the slow inside.
const SPREAD: f32 = 0.16;

/// Width of a profile, its height being 1.
const PROFILE: f32 = 1.6;

/// What agents can stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ground {
    /// Their positions.
    Space,
    /// The circle of phases.
    Circle,
    /// A lattice of this side.
    Lattice(u32),
    /// A ring.
    Ring,
    /// Identity against value.
    Profile,
    /// The newest row of a picture of space against time.
    Raster,
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
            Layout::Profile => Some(Self::Profile),
            Layout::Raster => Some(Self::Raster),
        }
        .unwrap_or(Self::Ring)
    }

    fn beneath(layout: Layout, agents: &Agents) -> Self {
        let placed = agents.with_positions(|positions| positions.is_some());
        Self::of(layout, placed, agents.with(|phases: Option<&[Phase]>| phases.is_some()), agents.network())
    }
}

/// Where agents stand in a layout, in the order of rows. In a profile their height is left 0.
pub(super) fn place(
    layout: Layout,
    space: &Space<Vec3>,
    ids: &[Id],
    positions: Option<Vectors>,
    phases: Option<&[Phase]>,
    frequencies: Option<&[Frequency]>,
    network: Option<&Network>,
) -> Vec<Vec3> {
    let count = ids.len().max(1) as f32;
    match Ground::of(layout, positions.is_some(), phases.is_some(), network) {
        Ground::Space => positions.map(Vectors::iter).into_iter().flatten().collect(),
        Ground::Circle => {
            let place = |(row, phase): (usize, &Phase)| {
                let frequency = frequencies.map_or(0.0, |frequencies| frequencies[row].0 as f32);
                on_circle(maths::wrap_angle(phase.0) as f32) * (1.0 + SPREAD * frequency / (1.0 + frequency.abs()))
            };
            phases.unwrap_or_default().iter().enumerate().map(place).collect()
        }
        Ground::Lattice(side) => {
            let side = side.max(1);
            ids.iter().map(|id| Vec3::new((id.0 % side) as f32 + 0.5, (id.0 / side) as f32 + 0.5, 0.0)).collect()
        }
        Ground::Ring => {
            let hub = u32::from(network.is_some_and(Network::has_hub));
            let turn = TAU / (count - hub as f32).max(1.0);
            let place = |id: &Id| if id.0 < hub { Vec3::ZERO } else { on_circle(turn * (id.0 - hub) as f32) };
            ids.iter().map(place).collect()
        }
        Ground::Profile => ids.iter().map(|id| Vec3::new(PROFILE * (id.0 as f32 + 0.5) / count, 0.0, 0.0)).collect(),
        Ground::Raster => {
            let line = Line::of(space, positions.is_some(), ids.len());
            ids.iter().zip(0..).map(|(id, row)| line.place(id.0, positions.map(|all| all.get(row)))).collect()
        }
    }
}

fn on_circle(angle: f32) -> Vec3 {
    maths::unit(angle).extend(0.0)
}

/// Puts agents of a profile at the height of their value, and tells what its sides measure.
fn raise(agents: &Agents, positions: &mut [Vec3], channel: Option<&Channel>) -> Option<[Axis; 2]> {
    let channel = channel?;
    let name = agents.channels().iter().map(|spec| spec.name).find(|name| *name == channel.name)?;
    let (from, to) = match &channel.scale {
        Scale::Angle => (-PI, PI),
        Scale::Magnitude { min, max } | Scale::Log { min, max } => (*min, *max),
        Scale::Category(kinds) => (-0.5, kinds.len() as f32 - 0.5),
    };
    for (place, value) in positions.iter_mut().zip(&*channel.values) {
        place.y = (value - from) / (to - from);
    }
    let across = Axis { name: "agent", unit: "", from: 0.0, to: positions.len() as f64 };
    Some([across, Axis { name, unit: channel.unit, from: from.into(), to: to.into() }])
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
        if !carried(&agents, look, Ground::beneath(look.layout, &agents)).agents {
            self.trail.clear();
            return;
        }
        let (ids, mut positions, order) = in_order(&agents, look.layout);
        let channel = colour(&agents, look, &order);
        if look.layout == Layout::Profile {
            raise(&agents, &mut positions, channel.as_ref());
        }
        let values = channel.map_or_else(|| [].into(), |channel| channel.values);
        self.trail.push_back(Past { step, ids: ids.into(), positions: positions.into(), values });
        while self.trail.len() > look.trails as usize + 1 {
            self.trail.pop_front();
        }
    }

    fn note_row(&mut self, simulation: &Simulation, look: &Look) {
        let agents = simulation.agents();
        let ids = agents.column::<Id>().unwrap_or_default();
        let order = by_identity(&ids);
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
        let ground = Ground::beneath(look.layout, &agents);
        let mut extent = extent(&agents, ground);
        let carried = carried(&agents, look, ground);
        // In their place in space agents need not be put in order to be counted.
        let placed = if carried.density && ground == Ground::Space {
            agents.with_positions(|all| density::of(&extent, all?))
        } else {
            None
        };
        let alone = placed.is_some() && !carried.agents;
        let (mut ids, mut positions, order) = if alone { Default::default() } else { in_order(&agents, look.layout) };
        let mut colour = if alone { None } else { colour(&agents, look, &order) };
        let mut axes = if ground == Ground::Profile { raise(&agents, &mut positions, colour.as_ref()) } else { None };
        let density = if carried.density { placed.or_else(|| density::of(&extent, Vectors::Space(&positions))) } else { None };
        if density.is_some() && !carried.agents {
            (ids, positions, colour) = Default::default();
        }
        let lattice = if let Ground::Lattice(side) = ground { Some(side) } else { None };
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
        let natural = ground == Ground::Space;
        let directions = if natural && !alone { directions(&agents, &order) } else { Vec::new() };
        let zones = agents.zones();
        let parameters = simulation.model().parameters().iter();
        let value = |path: &str| simulation.parameter(path).expect("the path is the model's own");
        let parameters = parameters.map(|parameter| (parameter.path.clone(), value(&parameter.path))).collect();
        Frame {
            step: clock.step,
            time: clock.time,
            time_unit: simulation.time_unit(),
            agents: agents.count(),
            links: links(&agents, look, &zones, &ids, &order),
            flow: (natural && look.vectors).then(|| flow(&agents, &extent)).flatten(),
            grid: grid.or_else(|| if natural { field(&agents, look) } else { None }),
            density,
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

/// What a frame of agents on this ground carries.
fn carried(agents: &Agents, look: &Look, ground: Ground) -> Carried {
    let space = agents.space();
    // Agents in space are seen one by one; how many there are over each part of the floor is shown where it is asked for.
    if ground == Ground::Space && space.size.z > 0.0 {
        return Carried { agents: true, density: look.density == Density::Always };
    }
    // Sites show themselves.
    let counted = match ground {
        Ground::Space => true,
        Ground::Circle | Ground::Ring | Ground::Profile => true,
        Ground::Lattice(_) | Ground::Raster => false,
    };
    if counted { Carried::of(look, agents.count()) } else { Carried { agents: true, density: false } }
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
    let order = by_identity(&ids);
    let in_space = Ground::beneath(layout, agents) == Ground::Space;
    let places = agents.with_positions(|positions| match positions {
        // The common case takes each place once.
        Some(positions) if in_space => positions.at_rows(&order),
        _ => agents.with(|phases: Option<&[Phase]>| {
            agents.with(|frequencies: Option<&[Frequency]>| {
                let places = place(layout, &agents.space(), &ids, positions, phases, frequencies, agents.network());
                order.iter().map(|row| places[*row as usize]).collect()
            })
        }),
    });
    (order.iter().map(|row| ids[*row as usize].0).collect(), places, order)
}

/// The directions of agents in this order of rows; empty where they have none.
fn directions(agents: &Agents, order: &[u32]) -> Vec<Vec3> {
    let headings = agents.with_headings(|headings| headings.map(|headings| headings.at_rows(order)));
    headings.unwrap_or_else(|| {
        let directions = agents.directions().unwrap_or_default();
        if directions.is_empty() { directions } else { order.iter().map(|row| directions[*row as usize]).collect() }
    })
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

fn extent(agents: &Agents, ground: Ground) -> Extent {
    match ground {
        Ground::Lattice(side) => Extent { max: Vec3::new(side as f32, side as f32, 0.0), periodic: true, ..Extent::default() },
        Ground::Space => {
            let space = agents.shown();
            Extent {
                min: space.min,
                max: space.max(),
                periodic: space.boundary == Boundary::Periodic,
                walled: space.boundary == Boundary::Walled,
                circle: false,
                unit: space.unit,
            }
        }
        // The sides of a raster are those of its grid.
        Ground::Profile | Ground::Raster => Extent { max: Vec3::new(PROFILE, 1.0, 0.0), walled: true, ..Extent::default() },
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
