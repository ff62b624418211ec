//! Pedestrians by social force: counterflow, bottlenecks and panic.

use crate::{
    error::Result,
    scene::{Group, Log, Look, Restart, Shape, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, Chance, ChannelSpec, Clock, Column, Columns, Expected, Fact, Hue, Id, Integrator, Method, Model, Motion,
        Nearby, Neighbours, Position, Reach, Scale, Series, Setting, Setup, Source, Space, Velocity, Wall, Walls, Zone, maths,
        over_seeds, rows,
    },
};
use bevy_ecs::{
    component::Component,
    query::QueryState,
    resource::Resource,
    schedule::IntoScheduleConfigs,
    system::{Query, Res, ResMut},
    world::{Mut, World},
};
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

/// Mass of a pedestrian, kg. Only forces by mass act.
const MASS: f32 = 80.0;
/// Beyond so many B from touch the repulsion, a three-thousandth of A, is left out.
const CUT_OFF: f32 = 8.0;
/// How far anybody moves within a step, at most, m: by so much further the index reaches.
const SPARE: f32 = 0.1;
/// Room in the picture on either side of a corridor, m: its walls are not at the edge of the space.
const MARGIN: f32 = 1.25;
/// How far those who have left a room walk on before they are gone, m.
const OUTSIDE: f32 = 4.0;
/// The pace of the slowest and of the fastest, in standard deviations.
const SLOWEST_AND_FASTEST: f64 = 2.5;

/// Where people walk.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Along a corridor whose ends are joined.
    #[default]
    Corridor,
    /// The same with a door in a wall across.
    Bottleneck,
    /// Out of a room, through a door in its right wall; who has left it is soon gone.
    Room,
}

/// People who want to get on, each at a speed of their own, keep away from one another and from walls as if by a force.
/// Those who walk against each other sort themselves into lanes although nobody looks for one; at a door those who hurry
/// get in each other's way.
///
/// m dvᵢ/dt = m (v₀ᵢ eᵢ − vᵢ)/τ + Σⱼ fᵢⱼ + Σ_W fᵢ_W + ξᵢ, where of two whose bodies (radii rᵢ, rⱼ) are dᵢⱼ apart
/// fᵢⱼ = [A w e^{(rᵢ + rⱼ − dᵢⱼ)/B} + k g] nᵢⱼ + κ g Δvᵗ tᵢⱼ, with g = max(0, rᵢ + rⱼ − dᵢⱼ), from j to i along nᵢⱼ; walls act
/// likewise. w = λ + (1 − λ)(1 + cos φ)/2 lets those behind count less (Helbing et al. 2005). The order parameter of a counterflow is the
/// order of its lanes.
///
/// Heun's method, under noise by Strang's splitting.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pedestrians {
    /// Strength of the repulsion between people who touch, A.
    #[reflect(@0.0..=100_000.0f32, @Slider(0.0, 5000.0), @Symbol("A"), @Unit("N"), @Strength::Rising)]
    pub repulsion: f32,
    /// Distance over which the repulsion falls, B.
    #[reflect(@0.01..=0.3f32, @Symbol("B"), @Unit("m"), @Group("Interaction"))]
    pub range: f32,
    /// How much those behind count, λ: 1 as much as those ahead.
    #[reflect(@0.0..=1.0f32, @Symbol("λ"), @Group("Interaction"))]
    pub behind: f32,
    /// Stiffness of bodies that are pressed together, k.
    #[reflect(@0.0..=1e6f32, @Slider(0.0, 2e5), @Symbol("k"), @Unit("kg/s²"), @Group("Interaction"))]
    pub stiffness: f32,
    /// Sliding friction of bodies that are pressed together, κ.
    #[reflect(@0.0..=1e6f32, @Slider(0.0, 4e5), @Symbol("κ"), @Unit("kg/(m s)"), @Group("Interaction"))]
    pub friction: f32,
    /// Speed at which people want to walk, v₀, on average.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 5.0), @Symbol("v₀"), @Unit("m/s"), @Group("Motion"))]
    pub speed: f32,
    /// Standard deviation of that speed from one to the other.
    #[reflect(@0.0..=2.0f32, @Slider(0.0, 0.5), @Unit("m/s"), @Group("Motion"))]
    pub speed_spread: f32,
    /// Time in which people take on the speed that they want, τ.
    #[reflect(@0.01..=10.0f32, @Slider(0.1, 2.0), @Symbol("τ"), @Unit("s"), @Group("Motion"))]
    pub relaxation: f32,
    /// Strength of the fluctuations: by so much velocities spread in a second, if nothing else acts.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 2.0), @Symbol("ξ"), @Unit("m/s per √s"), @Group("Motion"))]
    pub fluctuation: f32,
    /// Mean radius of a body, r.
    #[reflect(@0.05..=1.0f32, @Slider(0.1, 0.5), @Symbol("r"), @Unit("m"), @Restart, @Group("People"))]
    pub radius: f32,
    /// Radii lie within so much of the mean, uniformly.
    #[reflect(@0.0..=0.5f32, @Slider(0.0, 0.1), @Unit("m"), @Restart, @Group("People"))]
    pub radius_spread: f32,
    /// Number of people, N.
    #[reflect(@0..=100_000u32, @Slider(1.0, 1000.0), @Log, @Symbol("N"), @Restart, @Group("People"))]
    pub agents: u32,
    /// Share of people who walk the other way; out of a room all go one way.
    #[reflect(@0.0..=1.0f32, @Restart, @Group("People"))]
    pub opposing: f32,
    /// Where people walk.
    #[reflect(@Restart, @Group("Place"))]
    pub place: Place,
    /// Length of the corridor or the room, along x.
    #[reflect(@1.0..=1000.0f32, @Slider(5.0, 100.0), @Unit("m"), @Restart, @Group("Place"))]
    pub length: f32,
    /// Width of the corridor or the room.
    #[reflect(@0.2..=1000.0f32, @Slider(1.0, 30.0), @Unit("m"), @Restart, @Group("Place"))]
    pub width: f32,
    /// Width of the door.
    #[reflect(@0.0..=1000.0f32, @Slider(0.5, 5.0), @Unit("m"), @Restart, @Group("Place"))]
    pub door: f32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=0.02f64, @Log, @Symbol("dt"), @Unit("s"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Pedestrians {
    /// The forces of Helbing, Farkas & Vicsek 2000; the speeds of Helbing & Molnár 1995.
    fn default() -> Self {
        Self {
            repulsion: 2000.0,
            range: 0.08,
            behind: 1.0,
            stiffness: 1.2e5,
            friction: 2.4e5,
            speed: 1.34,
            speed_spread: 0.26,
            relaxation: 0.5,
            fluctuation: 0.0,
            radius: 0.3,
            radius_spread: 0.05,
            agents: 80,
            opposing: 0.5,
            place: Place::Corridor,
            length: 20.0,
            width: 6.0,
            door: 1.2,
            time_step: 0.005,
        }
    }
}

/// What stays the same of a pedestrian.
#[derive(Component, Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Walker {
    /// Which way: 1 to the right, −1 to the left.
    way: f32,
    /// How fast, in standard deviations from the mean.
    pace: f32,
    /// How stout, from −1 to 1.
    build: f32,
}

impl Column for Walker {
    const FIELDS: &'static [&'static str] = &["way", "pace", "build"];
    fn field(&self, field: usize) -> f64 {
        [self.way, self.pace, self.build][field].into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec {
            name: "way",
            unit: "",
            scale: Scale::kinds(&[("to the left", Hue::Orange), ("to the right", Hue::Sky)]),
        }]
    }
    fn channel(&self, _: usize) -> f32 {
        f32::from(u8::from(self.way > 0.0))
    }
}

/// The motion of a step, in the order of rows.
#[derive(Resource, Default)]
struct Stride {
    now: Vec<Motion<Vec2>>,
    places: Vec<Vec2>,
    change: Vec<Motion<Vec2>>,
    integrator: Integrator<Motion<Vec2>>,
}

impl Model for Pedestrians {
    const NAME: &'static str = "pedestrians";
    const TITLE: &'static str = "Pedestrians";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Helbing, D.", "Farkas, I.", "Vicsek, T."],
            title: "Simulating dynamical features of escape panic",
            journal: "Nature",
            volume: "407",
            pages: "487",
            year: 2000,
            doi: "10.1038/35035023",
            ..Source::NONE
        },
        Source {
            authors: &["Helbing, D.", "Molnár, P."],
            title: "Social force model for pedestrian dynamics",
            journal: "Phys. Rev. E",
            volume: "51",
            pages: "4282",
            year: 1995,
            doi: "10.1103/PhysRevE.51.4282",
            ..Source::NONE
        },
        Source {
            authors: &["Helbing, D.", "Buzna, L.", "Johansson, A.", "Werner, T."],
            title: "Self-organized pedestrian crowd dynamics: Experiments, simulations, and design solutions",
            journal: "Transp. Sci.",
            volume: "39",
            pages: "1",
            year: 2005,
            doi: "10.1287/trsc.1040.0108",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["lanes", "mean_speed"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = self.space();
        let walls = self.walls();
        setup.space(space);
        setup.time_step("s", |model: &Self| model.time_step);
        setup.column::<Position>();
        setup.column::<Velocity>();
        setup.column::<Walker>();
        let inside = Space { min: Vec2::ZERO, size: Vec2::new(self.length, self.width), ..space };
        let most = self.radius + self.radius_spread;
        let free = |place: Vec2| {
            let clear = walls.0.iter().map(|wall| wall.clearance(place).0 - most);
            clear.fold(f32::INFINITY, f32::min)
        };
        let start = setup.chance("start");
        let places = inside.apart(setup.chance("places"), self.agents, 2.0 * most, free);
        setup.newcomer(|model: &Self, chance, id, place: Vec2| model.walker(chance, id, place));
        setup.spawn((0..).zip(places).map(|(id, place)| self.walker(start, id, place)));
        setup.walls(walls);
        setup.derived(Stride::default());
        setup.index(|model: &Self, _, _: &Space| model.reach() + SPARE);
        setup.interact(push);
        setup.advance((walk, leave).chain());
        Ok(())
    }

    fn look() -> Look {
        Look { shape: Shape::Disc, trails: 40, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        vec![Zone::round("repulsion", Reach::Within(2.0 * self.radius + self.range))]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

impl Pedestrians {
    fn space(&self) -> Space {
        let (boundary, beyond) = if self.place == Place::Room { (Boundary::Open, OUTSIDE) } else { (Boundary::Periodic, 0.0) };
        // Round the torus neighbours across the margins are out of reach.
        let min = Vec2::new(if self.place == Place::Room { -MARGIN } else { 0.0 }, -MARGIN);
        let size = Vec2::new(self.length + beyond - min.x, self.width + 2.0 * MARGIN);
        Space { min, size, boundary, unit: "m" }
    }

    fn walls(&self) -> Walls {
        let (length, width) = (self.length, self.width);
        let wall = |a: (f32, f32), b: (f32, f32)| Wall::between(a.into(), b.into());
        let mut walls = vec![wall((0.0, 0.0), (length, 0.0)), wall((0.0, width), (length, width))];
        if self.place == Place::Room {
            walls.push(wall((0.0, 0.0), (0.0, width)));
        }
        if let Some(at) = self.door_at() {
            let (low, high) = self.opening();
            walls.extend([wall((at, 0.0), (at, low)), wall((at, high), (at, width))]);
        }
        Walls(walls)
    }

    /// Where along x the door is, if there is one.
    fn door_at(&self) -> Option<f32> {
        match self.place {
            Place::Corridor => None,
            Place::Bottleneck => Some(0.5 * self.length),
            Place::Room => Some(self.length),
        }
    }

    /// From where to where along y the door is open.
    fn opening(&self) -> (f32, f32) {
        let half = 0.5 * self.door.min(self.width);
        (0.5 * self.width - half, 0.5 * self.width + half)
    }

    /// How far centres are apart at which people still feel one another.
    fn reach(&self) -> f32 {
        2.0 * (self.radius + self.radius_spread) + CUT_OFF * self.range
    }

    /// A pedestrian at rest.
    fn walker(&self, chance: Chance, id: u32, place: Vec2) -> (Position, Velocity, Walker) {
        // Every so many of a hundred, as evenly as can be, so that shares are exact.
        let opposing = if self.place == Place::Room { 0.0 } else { f64::from(self.opposing) };
        let turns = |n: u32| (f64::from(n) * opposing).floor();
        let way = if turns(id + 1) > turns(id) { -1.0 } else { 1.0 };
        let pace = chance.normal(id, 2).clamp(-SLOWEST_AND_FASTEST, SLOWEST_AND_FASTEST) as f32;
        let walker = Walker { way, pace, build: 2.0 * chance.unit(id, 6) - 1.0 };
        (Position(place), Velocity(Vec2::ZERO), walker)
    }

    fn body(&self, walker: &Walker) -> f32 {
        self.radius + self.radius_spread * walker.build
    }

    /// The velocity that a pedestrian wants to have.
    fn wish(&self, walker: &Walker, place: Vec2) -> Vec2 {
        let speed = (self.speed + self.speed_spread * walker.pace).max(0.0);
        let straight = Vec2::new(walker.way, 0.0);
        let direction = self.door_at().map_or(straight, |door| {
            let ahead = (door - place.x) * walker.way;
            let ahead = if self.place == Place::Bottleneck { ahead.rem_euclid(self.length) } else { ahead };
            // Beyond the door, or with it behind, straight on.
            if ahead <= 0.0 || (self.place == Place::Bottleneck && ahead > 0.5 * self.length) {
                return straight;
            }
            let (low, high) = self.opening();
            let body = self.body(walker).min(0.5 * (high - low));
            let aside = place.y.clamp(low + body, high - body) - place.y;
            Vec2::new(ahead * walker.way, aside).normalize_or_zero()
        });
        speed * direction
    }

    /// What acts on a body at a distance of `gap` from touch, from where `out` points away, moving past at `slip`.
    fn push(&self, gap: f32, out: Vec2, slip: Vec2, weight: f32) -> Vec2 {
        let pressed = (-gap).max(0.0);
        let along = slip - out * slip.dot(out);
        let repulsion = self.repulsion * weight * maths::exp(-gap / self.range);
        ((repulsion + self.stiffness * pressed) * out + self.friction * pressed * along) / MASS
    }

    /// The acceleration of one pedestrian.
    fn acceleration(&self, row: usize, at: Motion<Vec2>, crowd: &Crowd, nearby: &Nearby) -> Vec2 {
        let walker = &crowd.walkers[row];
        let (body, wish) = (self.body(walker), self.wish(walker, at.place));
        let ahead = wish.normalize_or_zero();
        let mut sum = (wish - at.velocity) / self.relaxation;
        nearby.within(crowd.places, at.place, self.reach(), |other, displacement| {
            if other == row {
                return;
            }
            let distance = displacement.length();
            let out = -displacement.normalize_or_zero();
            let gap = distance - body - self.body(&crowd.walkers[other]);
            let weight = self.behind + (1.0 - self.behind) * 0.5 * (1.0 - ahead.dot(out));
            sum += self.push(gap, out, crowd.motions[other].velocity - at.velocity, weight);
        });
        for wall in crowd.walls {
            let (distance, out) = wall.clearance(at.place);
            if distance < body + CUT_OFF * self.range {
                sum += self.push(distance - body, out, -at.velocity, 1.0);
            }
        }
        sum
    }
}

/// All pedestrians at one stage of a step, in the order of rows.
struct Crowd<'a> {
    places: &'a [Vec2],
    motions: &'a [Motion<Vec2>],
    walkers: &'a [Walker],
    walls: &'a [Wall],
}

/// The motion of each pedestrian in this step, from the state of this step.
fn push(
    model: Res<Pedestrians>,
    clock: Res<Clock>,
    index: Res<Neighbours>,
    walls: Res<Walls>,
    mut stride: ResMut<Stride>,
    mut agents: Query<(&Id, &Position, &Velocity, &Walker)>,
) {
    let stride = &mut *stride;
    stride.change.clear();
    let Some((ids, positions, velocities, walkers)) = rows(&mut agents) else { return };
    let Stride { now, places, change, integrator } = stride;
    now.clear();
    now.extend(positions.iter().zip(velocities).map(|(at, velocity)| Motion { place: at.0, velocity: velocity.0 }));
    let slope = |motions: &[Motion<Vec2>], slopes: &mut [Motion<Vec2>]| {
        places.clear();
        places.extend(motions.iter().map(|motion| motion.place));
        let crowd = Crowd { places, motions, walkers, walls: &walls.0 };
        index.each(slopes, |row, nearby, slope| {
            let at = motions[row];
            *slope = Motion { place: at.velocity, velocity: model.acceleration(row, at, &crowd, nearby) };
        });
    };
    let dt = model.time_step;
    let changed = if model.fluctuation == 0.0 {
        integrator.step(Method::Heun, dt, now, slope)
    } else {
        let chance = clock.chance("fluctuation");
        let size = f64::from(model.fluctuation) * (0.5 * dt).sqrt();
        integrator.step_under_noise(Method::Heun, dt, now, slope, |row, half| {
            let normal = |axis: u32| chance.normal(ids[row].0, 2 * half + axis);
            let kick = Vec2::new((size * normal(0)) as f32, (size * normal(1)) as f32);
            Motion { place: Vec2::ZERO, velocity: kick }
        })
    };
    change.extend_from_slice(changed);
}

/// All move. Nobody gets through a wall, however hard the others push, or farther than the index reaches beyond those who
/// feel one another: which happens only where people were put into one another's place.
fn walk(
    model: Res<Pedestrians>,
    space: Res<Space>,
    walls: Res<Walls>,
    stride: Res<Stride>,
    mut agents: Query<(&mut Position, &mut Velocity)>,
) {
    let Some((mut positions, mut velocities)) = rows(&mut agents) else { return };
    let fastest = SPARE / model.time_step as f32;
    for ((position, velocity), change) in positions.iter_mut().zip(velocities.iter_mut()).zip(&stride.change) {
        let next = position.0 + change.place.clamp_length_max(SPARE);
        if walls.0.iter().any(|wall| wall.blocks(position.0, next)) {
            velocity.0 = Vec2::ZERO;
        } else {
            position.0 = space.confine(next, Vec2::ZERO).0;
            velocity.0 = (velocity.0 + change.velocity).clamp_length_max(fastest);
        }
    }
}

/// Who has left, or was never inside, is gone.
fn leave(world: &mut World, agents: &mut QueryState<&Position>) {
    let model = world.resource::<Pedestrians>();
    let (end, width, room) = (model.length + OUTSIDE, model.width, model.place == Place::Room);
    let away = |place: Vec2| !(0.0..=width).contains(&place.y) || (room && !(0.0..=end).contains(&place.x));
    let present: Vec<Vec2> = agents.iter(world).map(|position| position.0).collect();
    if present.iter().any(|place| away(*place)) {
        let kept: Vec<u32> = (0..).zip(&present).filter(|(_, place)| !away(**place)).map(|(row, _)| row).collect();
        world.resource_scope(|world, mut columns: Mut<Columns>| columns.keep(world, &kept));
    }
}

fn facts() -> Vec<Fact> {
    Vec::new()
}
