//! Physarum: trail followers on a field that they feed.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Shape, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, ChannelSpec, Clock, Expected, Fact, Field, Fields, Heading, Id, Model, Position, Scale, Setting, Setup,
        Source, Space, maths, over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Agents per unit of parallel work.
const CHUNK: usize = 1024;

/// Whether two may be in one cell.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crowding {
    /// No: they move one after another, in a random order drawn afresh each step; one whose way is blocked stays, leaves no
    /// trail and looks elsewhere (Jones 2010).
    #[default]
    Exclusive,
    /// Yes: all move at once and always leave their trail; on all cores.
    Free,
}

/// Particles of a slime mould smell, ahead of them, the trail that all leave, and turn to where it is strongest. Trails
/// that are followed grow, others fade: out of nothing a network of veins arises, thins out and rearranges itself.
///
/// Each particle senses the trail at a distance SO, ahead and at angles ±SA. Where ahead is strongest it goes on; where both
/// sides are stronger it turns by ±RA at random; else by RA to the stronger side. It moves on by SS and leaves depT. Then
/// the trail takes, in each cell, the mean over three by three cells, and loses the share decayT. The order parameter is the
/// concentration of the trail, 1 − ⟨T⟩²/⟨T²⟩.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Physarum {
    /// Trail that a particle leaves in a step, depT; at 0 there is nothing to follow.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 20.0), @Symbol("depT"), @Strength::Rising, @Decoupled("0"))]
    pub deposit: f32,
    /// Share of the trail that fades in a step, decayT.
    #[reflect(@0.0..=1.0f32, @Slider(0.0, 0.3), @Symbol("decayT"), @Group("Trail"))]
    pub decay: f32,
    /// Trail below which nobody smells a difference.
    #[reflect(@0.0..=1e6f32, @Slider(0.0, 5.0), @Group("Trail"))]
    pub threshold: f32,
    /// Angle of the sensors to either side, SA.
    #[reflect(@0.0..=180.0f32, @Symbol("SA"), @Unit("°"), @Group("Senses"))]
    pub sensor_angle: f32,
    /// Distance of the sensors, SO: the scale of the pattern.
    #[reflect(@0.0..=1000.0f32, @Slider(1.0, 30.0), @Symbol("SO"), @Unit("cells"), @Group("Senses"))]
    pub sensor_distance: f32,
    /// Angle by which a particle turns, RA.
    #[reflect(@0.0..=180.0f32, @Symbol("RA"), @Unit("°"), @Group("Motion"))]
    pub turn: f32,
    /// How far a particle moves in a step, SS.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 3.0), @Symbol("SS"), @Unit("cells"), @Group("Motion"))]
    pub speed: f32,
    /// Whether two may be in one cell.
    #[reflect(@Group("Motion"), @Decoupled("free"))]
    pub crowding: Crowding,
    /// Number of places that give off the scent of food, strewn at random.
    #[reflect(@0..=1000u32, @Slider(0.0, 40.0), @Restart, @Group("Food"))]
    pub sources: u32,
    /// What each of them adds to the trail in its cell in a step.
    #[reflect(@0.0..=1e6f32, @Slider(0.0, 2000.0), @Group("Food"))]
    pub food: f32,
    /// Number of particles, N.
    #[reflect(@0..=2_000_000u32, @Slider(100.0, 100_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Side of the field, L. Opposite edges are joined.
    #[reflect(@3..=2000u32, @Slider(50.0, 1000.0), @Log, @Symbol("L"), @Unit("cells"), @Restart, @Group("Space"))]
    pub size: u32,
}

impl Default for Physarum {
    /// Jones 2010: 200 × 200 cells, 15 % of them inhabited.
    fn default() -> Self {
        Self {
            deposit: 5.0,
            decay: 0.1,
            threshold: 0.0,
            sensor_angle: 45.0,
            sensor_distance: 9.0,
            turn: 45.0,
            speed: 1.0,
            crowding: Crowding::Exclusive,
            sources: 0,
            food: 200.0,
            agents: 6000,
            size: 200,
        }
    }
}

/// What is made anew each step: the headings that particles choose, the order in which they move, how many are in each cell.
#[derive(Resource, Default)]
struct Next {
    headings: Vec<Vec2>,
    order: Vec<u32>,
    crowd: Vec<u32>,
}

/// The cells of the sources of food.
#[derive(Resource)]
struct Sources(Vec<usize>);

impl Model for Physarum {
    const NAME: &'static str = "physarum";
    const TITLE: &'static str = "Physarum";
    const SOURCES: &'static [Source] = &[Source {
        authors: &["Jones, J."],
        title: "Characteristics of pattern formation and evolution in approximations of Physarum transport networks",
        journal: "Artif. Life",
        volume: "16",
        pages: "127",
        year: 2010,
        doi: "10.1162/artl.2010.16.2.16202",
        ..Source::NONE
    }];
    const MEASURES: &'static [&'static str] = &["concentration", "field_mean"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space { unit: "cells", ..Space::square(self.size as f32, Boundary::Periodic) };
        let trail = Field::new(self.size, self.size, 0.0);
        let chance = setup.chance("sources");
        let sources = (0..self.sources).map(|source| trail.cell(&space, space.anywhere(chance, source))).collect();
        setup.space(space);
        setup.column::<Position>();
        setup.column::<Heading>();
        setup.newcomer(|_: &Self, start, agent, place: Vec2| (Position(place), Heading(start.direction::<Vec2>(agent, 2))));
        setup.strew(self.agents, &space);
        setup.field(ChannelSpec { name: "trail", unit: "", scale: Scale::Magnitude { min: 0.0, max: 0.0 } }, trail);
        setup.derived(Next::default());
        setup.derived(Sources(sources));
        setup.interact(smell);
        setup.advance(crawl);
        Ok(())
    }

    fn look() -> Look {
        Look { colour: "none".into(), shape: Shape::Dot, scale: 0.3, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    /// The trail in a cell in the long run, where nobody is kept from leaving it.
    fn theory(&self, measure: &str) -> Option<f64> {
        let cells = f64::from(self.size) * f64::from(self.size);
        let left = f64::from(self.agents) * f64::from(self.deposit) + f64::from(self.sources) * f64::from(self.food);
        let decay = f64::from(self.decay);
        let known = measure == "field_mean" && self.crowding == Crowding::Free && decay > 0.0;
        known.then(|| left / cells * (1.0 - decay) / decay)
    }
}

/// A heading turned by an angle in degrees, to the left.
fn turned(heading: Vec2, degrees: f32) -> Vec2 {
    let (sin, cos) = maths::sin_cos(degrees.to_radians());
    Vec2::new(cos, sin).rotate(heading).normalize_or_zero()
}

/// The sensory stage: each particle turns to where the trail of this step is strongest.
fn smell(
    model: Res<Physarum>,
    clock: Res<Clock>,
    space: Res<Space>,
    fields: Res<Fields>,
    mut next: ResMut<Next>,
    mut agents: Query<(&Id, &Position, &Heading)>,
) {
    next.headings.clear();
    let Some((ids, positions, headings)) = rows(&mut agents) else { return };
    let trail = &fields.0[0];
    let chance = clock.chance("turn");
    let choose = |((id, position), heading): ((&Id, &Position), &Heading)| {
        let heading = heading.0;
        let sense = |degrees: f32| trail.at(&space, position.0 + model.sensor_distance * turned(heading, degrees));
        let (ahead, left, right) = (sense(0.0), sense(model.sensor_angle), sense(-model.sensor_angle));
        let stronger = |a: f32, b: f32| a > b && a - b >= model.threshold;
        match (stronger(left, ahead), stronger(right, ahead)) {
            (true, true) => turned(heading, if chance.bits(id.0, 0) & 1 == 0 { model.turn } else { -model.turn }),
            _ if stronger(ahead, left) && stronger(ahead, right) => heading,
            _ if stronger(left, right) => turned(heading, model.turn),
            _ if stronger(right, left) => turned(heading, -model.turn),
            _ => heading,
        }
    };
    let agents = ids.par_iter().with_min_len(CHUNK).zip(positions).zip(headings);
    next.headings.par_extend(agents.map(choose));
}

/// The motor stage, and what becomes of the trail.
fn crawl(
    model: Res<Physarum>,
    clock: Res<Clock>,
    space: Res<Space>,
    sources: Res<Sources>,
    mut fields: ResMut<Fields>,
    mut next: ResMut<Next>,
    mut agents: Query<(&Id, &mut Position, &mut Heading)>,
) {
    let trail = &mut fields.0[0];
    if let Some((ids, positions, headings)) = rows(&mut agents) {
        let Next { headings: chosen, order, crowd } = &mut *next;
        match model.crowding {
            Crowding::Free => {
                for ((position, heading), chosen) in positions.iter_mut().zip(headings.iter_mut()).zip(&*chosen) {
                    heading.0 = *chosen;
                    position.0 = space.wrap(position.0 + model.speed * *chosen);
                    let cell = trail.cell(&space, position.0);
                    trail.values_mut()[cell] += model.deposit;
                }
            }
            Crowding::Exclusive => {
                crowd.clear();
                crowd.resize(trail.values().len(), 0);
                positions.iter().for_each(|position| crowd[trail.cell(&space, position.0)] += 1);
                // Shuffled from the order of identity, so that the order of rows has no part in it.
                order.clear();
                order.extend(0..ids.len() as u32);
                order.sort_unstable_by_key(|row| ids[*row as usize]);
                clock.chance("order").shuffle(order);
                let elsewhere = clock.chance("blocked");
                for row in order.iter().map(|row| *row as usize) {
                    let moved = space.wrap(positions[row].0 + model.speed * chosen[row]);
                    let (from, to) = (trail.cell(&space, positions[row].0), trail.cell(&space, moved));
                    if from != to && crowd[to] > 0 {
                        headings[row].0 = elsewhere.direction::<Vec2>(ids[row].0, 0);
                        continue;
                    }
                    crowd[from] -= 1;
                    crowd[to] += 1;
                    (positions[row].0, headings[row].0) = (moved, chosen[row]);
                    trail.values_mut()[to] += model.deposit;
                }
            }
        }
    }
    for cell in &sources.0 {
        trail.values_mut()[*cell] += model.food;
    }
    trail.spread(space.boundary, 1.0 - model.decay);
}

fn facts() -> Vec<Fact> {
    let free = |agents: f64| Setting::new().choice("crowding", "free").number("agents", agents);
    let still = || free(1.0).number("speed", 0.0).number("size", 50.0);
    let fact = Fact {
        claim: "",
        source: "exact: M(t) = N depT (1 − d)(1 − (1 − d)ᵗ)/d",
        settings: vec![free(2000.0)],
        steps: 10,
        discard: 0,
        seeds: 1,
        measures: &["field_mean"],
        quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
        expected: Expected::AtLeast(0.0),
        tolerance: "single precision",
    };
    vec![
        Fact {
            claim: "2000 that always leave trail, 200 × 200 cells, after 10 steps: 1.465 474 a cell",
            expected: Expected::Near(1.465_473_5, 1e-5),
            ..fact.clone()
        },
        Fact {
            claim: "the same after 500 steps: N depT (1 − d)/d = 2.25 a cell",
            steps: 500,
            expected: Expected::Near(2.25, 2e-5),
            ..fact.clone()
        },
        Fact {
            claim: "one that stands still, after 200 steps: the trail about it has a concentration of 0.978 67",
            source: "exact: the sum of 200 blurred deposits (tests/oracles/physarum.py)",
            settings: vec![still()],
            steps: 200,
            measures: &["concentration"],
            expected: Expected::Near(0.978_673, 1e-5),
            ..fact.clone()
        },
        Fact {
            claim: "2000, 500 steps, SA = RA = 45°, SO = 9: a network, a concentration of 0.92",
            source: "Jones 2010, fig. 3; an independent program: 0.920 (tests/oracles/physarum.py)",
            steps: 500,
            seeds: 4,
            measures: &["concentration"],
            expected: Expected::Near(0.92, 0.045),
            tolerance: "3 standard errors of the difference of means of 6 and 4 runs with a spread of 0.022",
            ..fact.clone()
        },
        Fact {
            claim: "those who do not turn make no pattern: 0.142",
            source: "exact: deposits by chance, blurred; an independent program: 0.142 (tests/oracles/physarum.py)",
            settings: vec![free(2000.0).number("turn", 0.0)],
            steps: 500,
            measures: &["concentration"],
            expected: Expected::Near(0.142, 0.01),
            tolerance: "4 standard errors of one run with a spread of 0.0025",
            ..fact.clone()
        },
        Fact {
            claim: "a dish in which every cell is taken stands still: nobody leaves trail",
            source: "exact: who cannot move leaves none (Jones 2010)",
            settings: vec![Setting::new().number("size", 20.0).number("agents", 8000.0).number("speed", 1.5)],
            steps: 20,
            measures: &["field_mean"],
            expected: Expected::AtMost(0.0),
            tolerance: "none",
            ..fact.clone()
        },
        Fact {
            claim: "food of 200 a step at 10 places, nobody else: 200 · 10 (1 − d)/d / 40 000 = 0.45 a cell",
            source: "exact: what is fed and what fades",
            settings: vec![free(0.0).number("sources", 10.0)],
            steps: 300,
            expected: Expected::Near(0.45, 1e-5),
            ..fact
        },
    ]
}
