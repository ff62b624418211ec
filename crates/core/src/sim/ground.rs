//! Where agents stand in a picture: in their space, or as the layout puts them.

use super::{
    Axis, Extent, Scale,
    agent::{Frequency, Id, Phase},
    agents::Agents,
    maths,
    network::Network,
    raster::Line,
    space::{Boundary, Space},
    taken::{Places, Rows},
    vector::Vectors,
};
use crate::scene::Layout;
use bevy_math::Vec3;
use std::f32::consts::{PI, TAU};

/// How far oscillators stand off the circle at most: the fast outside, the slow inside.
const SPREAD: f32 = 0.16;

/// Width of a profile, its height being 1.
const PROFILE: f32 = 1.6;

/// What agents can stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Ground {
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

    /// What the agents of a simulation stand on in a layout.
    pub fn beneath(layout: Layout, agents: &Agents) -> Self {
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

/// Where agents with these identities and positions (or none) stand in a layout, in the order of rows.
pub(super) fn places(layout: Layout, agents: &Agents, ids: &[Id], positions: Option<Vectors>) -> Vec<Vec3> {
    agents.with(|phases: Option<&[Phase]>| {
        agents.with(|frequencies: Option<&[Frequency]>| {
            place(layout, &agents.space(), ids, positions, phases, frequencies, agents.network())
        })
    })
}

/// Puts agents of a profile at the height of their value, and tells what its sides measure.
pub(super) fn raise(agents: &Agents, layout: Layout, rows: &mut Rows) -> Option<[Axis; 2]> {
    let (Layout::Profile, Some(channel), Places::Space(places)) = (layout, &rows.channel, &mut rows.places) else {
        return None;
    };
    let name = agents.channels().iter().map(|spec| spec.name).find(|name| *name == channel.name)?;
    let (from, to) = match &channel.scale {
        Scale::Angle => (-PI, PI),
        Scale::Magnitude { min, max } | Scale::Log { min, max } => (*min, *max),
        Scale::Category(kinds) => (-0.5, kinds.len() as f32 - 0.5),
    };
    for (place, value) in places.iter_mut().zip(&rows.values) {
        place.y = (value - from) / (to - from);
    }
    let across = Axis { name: "agent", unit: "", from: 0.0, to: places.len() as f64 };
    Some([across, Axis { name, unit: channel.unit, from: from.into(), to: to.into() }])
}

/// What a picture of agents on this ground is about.
pub(super) fn extent(agents: &Agents, ground: Ground) -> Extent {
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
