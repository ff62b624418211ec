//! Boids, by the rules of AgentPy's example: forces that are added, rather than turns that are limited.

use crate::{
    error::Result,
    scene::{Decoupled, Ends, Group, Log, Look, Restart, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, Expected, Fact, Heading, Id, Model, Neighbours, Position, Reach, Series, Setting, Setup, Source, Space, Zone,
        over_seeds, rows,
    },
};
use bevy_ecs::{
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};

/// Birds between four walls, by other rules than NetLogo's: each adds to its velocity a pull to the middle of the
/// flockmates that it sees, a push from those too near, a share of the difference to their mean velocity, and a push
/// from walls that are near; then the velocity is brought back to length 1. Birds do so one after another, in the same
/// order each step, and later ones see the new velocities of earlier ones.
///
/// The interaction strength κ multiplies pull, push and share together, and leaves the walls as they are. Unlike
/// NetLogo's turns nothing limits a bird's change of heading. The order parameter is the polarisation; walls keep it
/// from lasting.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentpyBoids {
    /// Multiplies cohesion, separation and alignment. AgentPy has none: it is 1 there.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 3.0), @Symbol("κ"), @Strength::Rising, @Decoupled("0"), @Ends("no turning", "strong turning"))]
    pub interaction: f32,
    /// Share of the way to the middle of the flockmates that is added to the velocity (`cohesion_strength`).
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 0.1), @Symbol("c"), @Group("Rules"))]
    pub cohesion: f32,
    /// Share of the way from each bird too near that is added to the velocity (`seperation_strength`).
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 1.0), @Symbol("s"), @Group("Rules"))]
    pub separation: f32,
    /// Share of the difference to the mean velocity of the flockmates (`alignment_strength`).
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 1.0), @Symbol("a"), @Group("Rules"))]
    pub alignment: f32,
    /// Distance up to which others are too near (`inner_radius`).
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 20.0), @Group("Rules"))]
    pub inner_radius: f32,
    /// Distance up to which a bird sees others: its flockmates (`outer_radius`).
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 20.0), @Group("Rules"))]
    pub outer_radius: f32,
    /// Push from a wall that is near, along each axis (`border_strength`).
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 1.0), @Group("Walls"))]
    pub border: f32,
    /// Distance below which a wall is near (`border_distance`).
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 25.0), @Group("Walls"))]
    pub border_distance: f32,
    /// Distance flown in one step. AgentPy's birds have 1.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 2.0), @Unit("per step"), @Group("Motion"))]
    pub speed: f32,
    /// Number of birds (`population`), N.
    #[reflect(@0..=4_000_000u32, @Slider(1.0, 10_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Side of the room.
    #[reflect(@1.0..=10_000.0f32, @Slider(20.0, 500.0), @Log, @Restart, @Group("Space"))]
    pub size: f32,
}

impl Default for AgentpyBoids {
    fn default() -> Self {
        Self {
            interaction: 1.0,
            cohesion: 0.005,
            separation: 0.1,
            alignment: 0.3,
            inner_radius: 3.0,
            outer_radius: 10.0,
            border: 0.5,
            border_distance: 10.0,
            speed: 1.0,
            agents: 200,
            size: 50.0,
        }
    }
}

/// The headings of the next step and the order of identity, both by rows.
#[derive(Resource, Default)]
struct Next {
    headings: Vec<Vec2>,
    order: Vec<u32>,
}

impl Model for AgentpyBoids {
    const NAME: &'static str = "agentpy_boids";
    const TITLE: &'static str = "Boids of AgentPy";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Foramitti, J."],
            title: "AgentPy: A package for agent-based modeling in Python",
            journal: "J. Open Source Softw.",
            volume: "6",
            number: "62",
            pages: "3065",
            year: 2021,
            doi: "10.21105/joss.03065",
            ..Source::NONE
        },
        Source {
            authors: &["Parker, C."],
            title: "Boids Pseudocode",
            year: 2007,
            url: "http://www.vergenet.net/~conrad/boids/pseudocode.html",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["polarisation", "nearest_distance"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.space(Space::square(self.size, Boundary::Walled));
        setup.column::<Position>();
        setup.column::<Heading>();
        let start = setup.chance("start");
        setup.spawn((0..self.agents).map(|bird| {
            let position = Vec2::new(start.unit(bird, 0), start.unit(bird, 1)) * self.size;
            let velocity = Vec2::new(start.unit(bird, 2), start.unit(bird, 3)) - 0.5;
            (Position(position), Heading(velocity.normalize_or(Vec2::X)))
        }));
        setup.derived(Next::default());
        setup.index(|model: &Self, _, _: &Space| model.outer_radius.max(model.inner_radius));
        setup.interact(turn);
        setup.advance(fly);
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 12, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        let zone = |name, reach| Zone::round(name, Reach::Within(reach));
        vec![zone("inner radius", self.inner_radius), zone("outer radius", self.outer_radius)]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// `update_velocity`, one bird after another in the order of identity, as the list of agents is walked.
fn turn(
    model: Res<AgentpyBoids>,
    index: Res<Neighbours>,
    mut next: ResMut<Next>,
    mut birds: Query<(&Id, &Position, &Heading)>,
) {
    let Some((ids, positions, headings)) = rows(&mut birds) else { return };
    let positions: &[Vec2] = bytemuck::cast_slice(positions);
    let Next { headings: next, order } = &mut *next;
    next.clear();
    next.extend_from_slice(bytemuck::cast_slice(headings));
    order.clear();
    order.extend(0..ids.len() as u32);
    order.sort_unstable_by_key(|row| ids[*row as usize]);
    let outer = model.outer_radius.max(model.inner_radius);
    for row in order.iter().map(|row| *row as usize) {
        let (mut seen, mut way, mut velocities, mut away) = (0.0, Vec2::ZERO, Vec2::ZERO, Vec2::ZERO);
        index.around(positions[row]).within(positions, positions[row], outer, |other, displacement| {
            if other == row {
                return;
            }
            let distance = displacement.length();
            if distance <= model.outer_radius {
                seen += 1.0;
                way += displacement;
                velocities += next[other];
            }
            if distance <= model.inner_radius {
                away -= displacement;
            }
        });
        let mut change = model.separation * away;
        if seen > 0.0 {
            change += model.cohesion * way / seen + model.alignment * (velocities / seen - next[row]);
        }
        let velocity = next[row] + model.interaction * change + walls(&model, positions[row]);
        next[row] = velocity.normalize_or(next[row]);
    }
}

/// The push of walls that are near.
fn walls(model: &AgentpyBoids, position: Vec2) -> Vec2 {
    let along = |x: f32| {
        if x < model.border_distance {
            model.border
        } else if x > model.size - model.border_distance {
            -model.border
        } else {
            0.0
        }
    };
    Vec2::new(along(position.x), along(position.y))
}

/// `update_position`: all fly on; who meets a wall stays at it.
fn fly(model: Res<AgentpyBoids>, next: Res<Next>, mut birds: Query<(&mut Position, &mut Heading)>) {
    let Some((positions, headings)) = rows(&mut birds) else { return };
    for ((position, heading), next) in positions.iter_mut().zip(headings.iter_mut()).zip(&next.headings) {
        heading.0 = *next;
        position.0 = (position.0 + model.speed * *next).clamp(Vec2::ZERO, Vec2::splat(model.size));
    }
}

fn facts() -> Vec<Fact> {
    let polarisation: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let nearest: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(1));
    let fact = |claim, interaction, quantity, expected| Fact {
        claim,
        source: "AgentPy 0.1.5 with the same rules: tests/oracles/agentpy_boids.py",
        settings: vec![Setting::new().number("interaction", interaction)],
        steps: 200,
        discard: 100,
        seeds: 8,
        measures: &["polarisation", "nearest_distance"],
        quantity,
        expected,
        tolerance: "4 standard errors of the difference of two means of 8 runs each with AgentPy's spread",
    };
    vec![
        fact("κ = 0.3: polarisation in steps 100–200", 0.3, polarisation, Expected::Near(0.338, 0.244)),
        fact("κ = 0.3: distance to the nearest", 0.3, nearest, Expected::Near(1.235, 0.055)),
        fact("defaults: polarisation in steps 100–200", 1.0, polarisation, Expected::Near(0.772, 0.123)),
        fact("defaults: distance to the nearest", 1.0, nearest, Expected::Near(1.057, 0.089)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, scattered, walk};

    #[test]
    fn steps_are_those_of_agentpy() {
        let oracle = Oracle::read("agentpy_boids");
        let walk = |setting: &Setting| walk::<Vec2>(AgentpyBoids::NAME, setting, &scattered(91, 60, 2, 50.0), 10);
        // Places are rounded to 24 bits at each step.
        oracle.agree("places after 10 steps", &walk(&Setting::new()), 1e-5);
        // Cohesion, which no fact notices, is part of them: without it somebody is elsewhere by much more.
        let without = walk(&Setting::new().number("cohesion", 0.0));
        let pairs = without.iter().zip(oracle.values("places after 10 steps"));
        let apart = pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
        assert!(apart > 0.1, "{apart}");
    }
}
