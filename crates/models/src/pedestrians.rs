//! Pedestrians by social force: counterflow, bottlenecks and panic.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Shape, Slider, Strength, Symbol, Unit},
    sim::{
        Body, Boundary, Chance, ChannelSpec, Clock, Column, Columns, Expected, Fact, Hue, Id, Integrator, Method, Model,
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
/// The semi-minor axis below which its gradient no longer rises, m.
const NARROWEST: f32 = 0.02;
/// Share of a slip that the friction of one contact takes away within a step, at most.
const STEADIEST: f32 = 0.25;
/// The repulsion of bodies that lie in one another is no larger than that of this exponent: finite.
const LARGEST_EXPONENT: f32 = 30.0;
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
/// m dvᵢ/dt = m (v₀ᵢ eᵢ − vᵢ)/τ + Σⱼ fᵢⱼ + Σ_W fᵢ_W + ξᵢ. Of two whose bodies (radii rᵢ, rⱼ) are dᵢⱼ apart
/// fᵢⱼ = A w e^{(rᵢ + rⱼ − b)/B} ∇b + k g nᵢⱼ + κ g Δvᵗ tᵢⱼ, with g = max(0, rᵢ + rⱼ − dᵢⱼ). b is the semi-minor axis of the ellipse
/// through i whose foci are where j is and where j will be after Δt, as i sees it; at Δt = 0 it is dᵢⱼ, and the
/// force that of Helbing, Farkas & Vicsek. w = λ + (1 − λ)(1 + cos φ)/2 lets those behind count less. Walls act as bodies at
/// rest. The order parameter of a counterflow is the order of its lanes. Heun's method, under noise by Strang's splitting.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pedestrians {
    /// Strength of the repulsion between people who touch, A.
    #[reflect(@0.0..=100_000.0f32, @Slider(1.0, 5000.0), @Log, @Symbol("A"), @Unit("N"), @Strength::Rising, @Decoupled("0"))]
    pub repulsion: f32,
    /// Distance over which the repulsion falls, B.
    #[reflect(@0.01..=0.3f32, @Symbol("B"), @Unit("m"), @Group("Interaction"))]
    pub range: f32,
    /// How far ahead people foresee where others will be; 0: they keep away from where these are.
    #[reflect(@0.0..=5.0f32, @Slider(0.0, 2.0), @Symbol("Δt"), @Unit("s"), @Group("Interaction"))]
    pub foresight: f32,
    /// How much those behind count, λ: 1 as much as those ahead.
    #[reflect(@0.0..=1.0f32, @Symbol("λ"), @Group("Interaction"))]
    pub behind: f32,
    /// Stiffness of bodies that are pressed together, k.
    #[reflect(@0.0..=1e6f32, @Slider(0.0, 2e5), @Symbol("k"), @Unit("kg/s²"), @Group("Interaction"), @Decoupled("0"))]
    pub stiffness: f32,
    /// Sliding friction of bodies that are pressed together, κ.
    #[reflect(@0.0..=1e6f32, @Slider(0.0, 4e5), @Symbol("κ"), @Unit("kg/(m s)"), @Group("Interaction"), @Decoupled("0"))]
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
    #[reflect(@0.0001..=0.01f64, @Log, @Symbol("dt"), @Unit("s"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Pedestrians {
    /// Repulsion by where others will be and speeds as in Helbing & Molnár 1995, bodies as in Helbing, Farkas & Vicsek 2000.
    fn default() -> Self {
        Self {
            repulsion: 100.0,
            range: 0.3,
            foresight: 1.0,
            behind: 0.2,
            stiffness: 1.2e5,
            friction: 2.4e5,
            speed: 1.34,
            speed_spread: 0.26,
            relaxation: 0.5,
            fluctuation: 0.0,
            radius: 0.25,
            radius_spread: 0.03,
            agents: 120,
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
    now: Vec<Body<Vec2>>,
    places: Vec<Vec2>,
    change: Vec<Body<Vec2>>,
    integrator: Integrator<Body<Vec2>>,
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
        Look { colour: "way".into(), shape: Shape::Disc, trails: 120, ..Look::default() }
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

    /// How far centres are apart at which people still feel one another: those who come towards each other at what most
    /// want to walk, from as far as they foresee.
    fn reach(&self) -> f32 {
        2.0 * (self.radius + self.radius_spread) + CUT_OFF * self.range + 2.0 * self.speed * self.foresight
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

    /// The wish to keep away from what is `gap` from touch.
    fn repulsion(&self, gap: f32) -> f32 {
        self.repulsion / MASS * maths::exp((-gap / self.range).min(LARGEST_EXPONENT))
    }

    /// What bodies do to each other that are `pressed` together, of which the other is where `out` points away from, and moves
    /// past at `slip`.
    fn contact(&self, pressed: f32, out: Vec2, slip: Vec2) -> Vec2 {
        if pressed <= 0.0 {
            return Vec2::ZERO;
        }
        let along = slip - out * slip.dot(out);
        // Where many are pressed together friction is all but rigid; within a step it turns no slip round.
        let grip = (self.friction * pressed / MASS).min(STEADIEST / self.time_step as f32);
        self.stiffness * pressed / MASS * out + grip * along
    }

    /// The acceleration of one pedestrian.
    fn acceleration(&self, row: usize, at: Body<Vec2>, crowd: &Crowd, nearby: &Nearby) -> Vec2 {
        let walker = &crowd.walkers[row];
        let (body, wish) = (self.body(walker), self.wish(walker, at.position));
        let ahead = wish.normalize_or_zero();
        let mut sum = (wish - at.velocity) / self.relaxation;
        nearby.within(crowd.places, at.position, self.reach(), |other, displacement| {
            if other == row {
                return;
            }
            let distance = displacement.length();
            let out = -displacement.normalize_or_zero();
            let gap = distance - body - self.body(&crowd.walkers[other]);
            let weight = self.behind + (1.0 - self.behind) * 0.5 * (1.0 - ahead.dot(out));
            let slip = crowd.motions[other].velocity - at.velocity;
            let (axis, away) = semi_minor_axis(-displacement, slip * self.foresight);
            sum += weight * self.repulsion(axis - distance + gap) * away + self.contact(-gap, out, slip);
        });
        for wall in crowd.walls {
            let (distance, out) = wall.clearance(at.position);
            if distance < body + CUT_OFF * self.range {
                let gap = distance - body;
                sum += self.repulsion(gap) * out + self.contact(-gap, out, -at.velocity);
            }
        }
        sum
    }
}

/// The semi-minor axis b of the ellipse through a place whose foci are the origin and where somebody who is there now will
/// be, and the gradient of b by the place.
fn semi_minor_axis(place: Vec2, coming: Vec2) -> (f32, Vec2) {
    let (now, then) = (place.length(), (place - coming).length());
    let out = place.normalize_or_zero();
    if coming == Vec2::ZERO {
        return (now, out);
    }
    // Both factors of (now + then)² − coming², without the difference of squares.
    let (sum, length) = (now + then, coming.length());
    let axis = 0.5 * ((sum + length) * (sum - length).max(0.0)).sqrt();
    let gradient = (out + (place - coming).normalize_or_zero()) * (0.25 * sum / axis.max(NARROWEST));
    (axis, gradient)
}

/// All pedestrians at one stage of a step, in the order of rows.
struct Crowd<'a> {
    places: &'a [Vec2],
    motions: &'a [Body<Vec2>],
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
    now.extend(positions.iter().zip(velocities).map(|(at, velocity)| Body { position: at.0, velocity: velocity.0 }));
    let dt = model.time_step;
    let most = SPARE / (dt * dt) as f32;
    let slope = |motions: &[Body<Vec2>], slopes: &mut [Body<Vec2>]| {
        places.clear();
        places.extend(motions.iter().map(|motion| motion.position));
        let crowd = Crowd { places, motions, walkers, walls: &walls.0 };
        index.each(slopes, |row, nearby, slope| {
            let at = motions[row];
            let acceleration = model.acceleration(row, at, &crowd, nearby);
            *slope = Body { position: at.velocity, velocity: acceleration.clamp_length_max(most) };
        });
    };
    let changed = if model.fluctuation == 0.0 {
        integrator.step(Method::Heun, dt, now, slope)
    } else {
        let chance = clock.chance("fluctuation");
        let size = f64::from(model.fluctuation) * (0.5 * dt).sqrt();
        integrator.step_under_noise(Method::Heun, dt, now, slope, |row, half| {
            let normal = |axis: u32| chance.normal(ids[row].0, 2 * half + axis);
            let kick = Vec2::new((size * normal(0)) as f32, (size * normal(1)) as f32);
            Body { position: Vec2::ZERO, velocity: kick }
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
    let Some((positions, velocities)) = rows(&mut agents) else { return };
    let fastest = SPARE / model.time_step as f32;
    for ((position, velocity), change) in positions.iter_mut().zip(velocities.iter_mut()).zip(&stride.change) {
        let next = position.0 + change.position.clamp_length_max(SPARE);
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
    // The forces of Helbing, Farkas & Vicsek 2000, and people who are all alike.
    let panic = || {
        Setting::new()
            .number("repulsion", 2000.0)
            .number("range", 0.08)
            .number("foresight", 0.0)
            .number("behind", 1.0)
            .number("radius", 0.3)
            .number("radius_spread", 0.0)
            .number("speed_spread", 0.0)
    };
    let ghosts = || panic().number("repulsion", 0.0).number("stiffness", 0.0).number("friction", 0.0);
    let two = |setting: Setting, width: f64| setting.number("agents", 2.0).number("length", 10.0).number("width", width);
    // One behind the other: different speeds, one way, no room to pass.
    let file = |setting: Setting, agents: f64| {
        let setting = setting.number("speed_spread", 0.26).number("opposing", 0.0).number("agents", agents);
        setting.number("length", 4.0).number("width", 0.8)
    };
    let room = |side: f64, agents: f64, speed: f64| {
        let setting = panic().choice("place", "room").number("opposing", 0.0).number("radius_spread", 0.05);
        let setting = setting.number("length", side).number("width", side).number("agents", agents);
        setting.number("door", 1.0).number("speed", speed).number("time_step", 0.004)
    };
    let corridor = || Setting::new().number("agents", 41.0).number("length", 10.2).number("width", 4.0);
    let fact = Fact {
        claim: "",
        source: "exact: v(t) = v₀ (1 − e^{−t/τ})",
        settings: vec![],
        steps: 100,
        discard: 0,
        seeds: 1,
        measures: &["mean_speed"],
        quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
        expected: Expected::AtLeast(0.0),
        tolerance: "",
    };
    vec![
        Fact {
            claim: "one who starts at rest, v₀ = 1.34 m/s, τ = 0.5 s: v = 0.8446 m/s halfway through the step to 0.5 s",
            settings: vec![ghosts().number("agents", 1.0)],
            expected: Expected::Near(0.8446, 0.001),
            tolerance: "places in single precision: 10⁻⁶ m of 4 mm in a step",
            ..fact.clone()
        },
        Fact {
            claim: "two who meet in a narrow corridor stand 2r + B ln(Aτ/(m v₀)) = 0.7786 m apart",
            source: "exact, from Helbing, Farkas & Vicsek 2000, eq. 1; JuPedSim (tests/oracles/pedestrians.py): 0.7786",
            settings: vec![two(panic(), 0.8)],
            steps: 4000,
            seeds: 3,
            measures: &["nearest_distance"],
            expected: Expected::Near(0.7786, 0.0005),
            tolerance: "single precision, and what is left of their swing",
            ..fact.clone()
        },
        Fact {
            claim: "two who meet without repulsion are pressed together by m v₀/(τk) = 1.8 mm",
            source: "exact, from Helbing, Farkas & Vicsek 2000, eq. 1",
            settings: vec![two(panic().number("repulsion", 0.0), 0.6)],
            steps: 4000,
            seeds: 3,
            measures: &["nearest_distance"],
            expected: Expected::Near(0.598_21, 0.0002),
            tolerance: "single precision, and what is left of their swing",
            ..fact.clone()
        },
        Fact {
            claim: "one behind another, λ = 1: their mean speed is that of two who do not feel each other",
            source: "exact: forces are mutual, so that they cancel",
            settings: vec![file(panic(), 2.0), file(ghosts(), 2.0)],
            steps: 6000,
            seeds: 4,
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0)) - over_seeds(&runs[1], |run| run.last(0)),
            expected: Expected::Near(0.0, 0.002),
            tolerance: "single precision, and what is left of their approach",
            ..fact.clone()
        },
        Fact {
            claim: "one behind another, λ = 0: both go at the speed of the slower",
            source: "exact: who is not pushed from behind goes at a speed of his own",
            settings: vec![file(panic().number("behind", 0.0), 2.0), file(ghosts(), 2.0), file(ghosts(), 1.0)],
            steps: 8000,
            seeds: 4,
            quantity: |runs| {
                let excess = |seed: usize| {
                    let (mean, first) = (runs[1][seed].last(0), runs[2][seed].last(0));
                    runs[0][seed].last(0) - first.min(2.0 * mean - first)
                };
                (0..4).map(excess).sum::<f64>() / 4.0
            },
            expected: Expected::Near(0.0, 0.004),
            tolerance: "single precision, and what is left of their approach",
            ..fact.clone()
        },
        Fact {
            claim: "fluctuations of 0.5 m/s per √s: speeds of mean ξ √(πτ/4) = 0.3133 m/s",
            source: "exact: the velocity is an Ornstein–Uhlenbeck process",
            settings: vec![
                ghosts()
                    .number("speed", 0.0)
                    .number("fluctuation", 0.5)
                    .number("agents", 1000.0)
                    .number("length", 1000.0)
                    .number("width", 1000.0),
            ],
            steps: 800,
            discard: 400,
            quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)),
            expected: Expected::Near(0.3133, 0.006),
            tolerance: "3 standard errors of 1000 people and 4 memories; a step is 0.2 % of it short",
            ..fact.clone()
        },
        Fact {
            claim: "a counterflow of one a square metre sorts itself into lanes: Φ ≥ 0.7",
            source: "Helbing & Molnár 1995, fig. 2; the recorded corridor (scene corridor) has 0.74",
            settings: vec![corridor()],
            steps: 12_000,
            discard: 6000,
            seeds: 6,
            measures: &["lanes"],
            quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)),
            expected: Expected::AtLeast(0.7),
            tolerance: "the mean of six is 0.8, with a spread from run to run of 0.1",
        },
        Fact {
            claim: "the same people walk at 1.02 m/s, those of the recorded corridor at as many a square metre",
            source: "recorded: Forschungszentrum Jülich, trial bi_corr_400_b_03, t = 28–100 s (scene corridor, mean_speed)",
            settings: vec![corridor()],
            steps: 12_000,
            discard: 6000,
            seeds: 6,
            quantity: |runs| over_seeds(&runs[0], |run| run.mean(0)),
            expected: Expected::Near(1.02, 0.1),
            tolerance: "a tenth: the recorded speed varies by a twentieth with time, that of the model from run to run",
            ..fact.clone()
        },
        Fact {
            claim: "faster is slower: 180 of 200 leave a room at v₀ = 3 m/s later than at 1.5 m/s, at least 5 % later",
            source: "Helbing, Farkas & Vicsek 2000, fig. 1; an independent program: 137, 130, 143 s against 124, 129, 124 s",
            settings: vec![room(15.0, 200.0, 3.0), room(15.0, 200.0, 1.5)],
            steps: 45_000,
            seeds: 3,
            measures: &["departed"],
            quantity: |runs| {
                let time = |runs: &[Series]| over_seeds(runs, |run| run.first(0, 0.9));
                time(&runs[0]) / time(&runs[1])
            },
            expected: Expected::AtLeast(1.05),
            tolerance: "the independent program has 1.09, with a standard error of 0.03",
            ..fact.clone()
        },
        Fact {
            claim: "a room of 100, a door of 1 m, v₀ = 1.2 m/s: 90 are out after 94 s",
            source: "JuPedSim's SocialForceModel (tests/oracles/pedestrians.py): 94.5, 85.9, 97.9, 97.9 s",
            settings: vec![room(10.0, 100.0, 1.2)],
            steps: 30_000,
            seeds: 3,
            measures: &["departed"],
            quantity: |runs| over_seeds(&runs[0], |run| 0.004 * run.first(0, 0.9)),
            expected: Expected::Near(94.0, 12.0),
            tolerance: "4 standard errors of the difference of means of 4 and 3 runs with a spread of 5; 2 s more on the way",
            ..fact
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, scattered, walk};
    use bevy_math::{DVec2, Vec3};

    #[test]
    fn people_who_push_and_rub_go_where_jupedsim_takes_them() {
        let oracle = Oracle::read("jupedsim_steps");
        // Corners of triangles, a little off, four metres apart.
        let place = |(which, (off, along)): (u32, (Vec3, Vec3))| {
            let (corner, group) = (f64::from(which), f64::from(which / 3));
            let (sin, cos) = maths::sin_cos(std::f64::consts::TAU * corner / 3.0 + group);
            let at = DVec2::new(4.0 + 4.0 * group + 0.36 * cos, 4.0 + 0.36 * sin) + off.truncate().as_dvec2();
            (at.as_vec2().extend(0.0), along)
        };
        let start: Vec<(Vec3, Vec3)> = (0..).zip(scattered(131, 12, 2, 0.1)).map(place).collect();
        let alike = Setting::new().number("radius_spread", 0.0).number("speed_spread", 0.0).number("opposing", 0.0);
        let panic = alike.number("repulsion", 2000.0).number("range", 0.08).number("foresight", 0.0).number("behind", 1.0);
        let panic = panic.number("radius", 0.3).number("length", 20.0).number("width", 8.0).number("time_step", 0.0005);
        for (name, friction) in [("without friction", 0.0), ("with friction", 240_000.0)] {
            let places = walk::<Vec2>(Pedestrians::NAME, &panic.clone().number("friction", friction), &start, 600);
            // 0.2 mm of 17 m: places are rounded to a thousandth of a millimetre in each of 600 steps, and a step of 0.0005 of the
            // swing of two that are pressed together, 39 a second, is off by a ten-thousandth.
            oracle.agree(name, &places, 1.2e-5);
        }
    }
}
