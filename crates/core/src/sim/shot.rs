//! From a simulation to frames: takes what a look asks for, and remembers where agents were, for trails.

use super::{
    Channel, Extent, Frame, Grid, Past,
    agents::Agents,
    density::{self, Carried},
    flow,
    ground::{self, Ground},
    links,
    raster::{self, Line, Raster},
    simulation::Simulation,
    state::by_identity,
    taken::{self, Linked, Rows, Taken},
};
use crate::scene::{Density, Layout, Links, Look};
use std::{collections::VecDeque, sync::Arc};

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
        let ground = Ground::beneath(look.layout, &agents);
        if !carried(&agents, look, ground).agents {
            self.trail.clear();
            return;
        }
        let mut rows = Rows::of(&agents, look, ground);
        ground::raise(&agents, look.layout, &mut rows);
        let order = rows.order();
        let positions = rows.places.all().at_rows(&order);
        self.trail.push_back(Past { step, ids: rows.identities(&order), positions, values: rows.values(&order) });
        while self.trail.len() > look.trails as usize + 1 {
            self.trail.pop_front();
        }
    }

    fn note_row(&mut self, simulation: &Simulation, look: &Look) {
        let agents = simulation.agents();
        let ids = agents.column().unwrap_or_default();
        let order = by_identity(&ids);
        let colour = taken::colour(&agents, look);
        agents.with_positions(|positions| {
            let line = Line::of(&agents.space(), positions.is_some(), ids.len());
            let value = |row: usize| colour.as_ref().map_or(1.0, |(_, values)| values[row]);
            let row = |row: &u32| {
                let row = *row as usize;
                (ids[row].0, positions.map(|positions| positions.get(row)), value(row))
            };
            self.raster.note(line, simulation.clock(), look.rows, order.iter().map(row));
        });
    }

    /// The frame of the step at which the simulation stands.
    pub fn frame(&mut self, simulation: &Simulation, look: &Look) -> Frame {
        self.take(simulation, look).frame()
    }

    /// All that the frame of the step at which the simulation stands is made of.
    pub fn take(&mut self, simulation: &Simulation, look: &Look) -> Taken {
        self.note(simulation, look);
        let agents = simulation.agents();
        let clock = simulation.clock();
        let ground = Ground::beneath(look.layout, &agents);
        let natural = ground == Ground::Space;
        let mut extent = ground::extent(&agents, ground);
        let carried = carried(&agents, look, ground);
        // A crowd is counted where it is: that costs less than its copy.
        let crowd = natural && carried.density && !carried.agents;
        let density = if crowd { agents.with_positions(|all| density::of(&extent, all?)) } else { None };
        let mut rows = density.is_none().then(|| Rows::of(&agents, look, ground));
        let mut axes = rows.as_mut().and_then(|rows| ground::raise(&agents, look.layout, rows));
        let mut grid = if natural { field(&agents, look) } else { None };
        if ground == Ground::Raster {
            let channel = rows.as_ref().and_then(|rows| rows.channel.clone()).unwrap_or_else(raster::presence);
            if let Some((lines, sides, measures)) = self.raster.grid(look.rows, &channel, simulation.time_unit()) {
                (grid, extent, axes) = (Some(lines), sides, Some(measures));
            }
        }
        let zones = agents.zones();
        let singly = carried.agents && ground != Ground::Raster;
        let linked = match look.links {
            Links::Neighbours if singly => Linked::of(&agents, &zones),
            _ => None,
        };
        let links = match (look.links, &rows) {
            (Links::Network, Some(rows)) if singly => {
                agents.network().map(|network| links::of_network(network, &rows.identities(&rows.order())))
            }
            _ => None,
        };
        let parameters = simulation.model().parameters().iter();
        let value = |path: &str| simulation.parameter(path).expect("the path is the model's own");
        let parameters = parameters.map(|parameter| (parameter.path.clone(), value(&parameter.path))).collect();
        let frame = Frame {
            step: clock.step,
            time: clock.time,
            time_unit: simulation.time_unit(),
            agents: agents.count(),
            links,
            flow: (natural && look.vectors).then(|| flow(&agents, &extent)).flatten(),
            grid,
            density,
            walls: if natural { agents.walls().into() } else { [].into() },
            zones: if natural { zones.into() } else { [].into() },
            trail: self.trail.iter().cloned().collect(),
            extent,
            axes,
            parameters,
            hand: agents.hand().down.map(|(_, _, pointer, radius)| (pointer.place(), radius)),
            ..Frame::default()
        };
        Taken {
            directions: if natural && rows.is_some() { taken::directions(&agents) } else { None },
            lattice: if let Ground::Lattice(side) = ground { Some(side) } else { None },
            frame,
            rows,
            carried,
            linked,
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
    let scale = spec.scale.of_data(&values);
    let channel = Channel { name: spec.name.into(), unit: spec.unit, scale, values };
    Some(Grid { width: field.columns(), height: field.lines(), channel, sites: false })
}
