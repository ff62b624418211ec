//! A model of one's own, with window, command line and verification: `cargo run --release --example own_model`.

use bevy_ecs::prelude::*;
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use flockwork::scene::{Restart, Strength, Symbol};
use flockwork::{error::Result, lab::Lab, sim::maths::unit, sim::*};
use serde::{Deserialize, Serialize};
use std::process::ExitCode;

/// Walkers that turn a share of the way to the mean heading of those within reach.
#[derive(Resource, Reflect, Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Walkers {
    /// Share of the way that a walker turns in one step.
    #[reflect(@0.0..=1.0f32, @Symbol("a"), @Strength::Rising)]
    coupling: f32,
    /// Distance at which walkers see one another.
    #[reflect(@0.0..=50.0f32)]
    radius: f32,
    /// Number of walkers.
    #[reflect(@1..=100_000u32, @Restart)]
    agents: u32,
}

impl Default for Walkers {
    fn default() -> Self {
        Self { coupling: 0.05, radius: 1.0, agents: 500 }
    }
}

#[derive(Resource, Default)]
struct Next(Vec<Vec2>);

impl Model for Walkers {
    const NAME: &'static str = "walkers";
    const TITLE: &'static str = "Walkers of one's own";
    const SOURCES: &'static [Source] = &[Source { title: "this file", ..Source::NONE }];
    const MEASURES: &'static [&'static str] = &["polarisation"];
    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space::square(10.0, Boundary::Periodic);
        setup.space(space);
        setup.column::<Position>();
        setup.column::<Heading>();
        setup.newcomer(|_: &Self, start, agent, at: Vec2| (Position(at), Heading(start.direction::<Vec2>(agent, 2))));
        setup.strew(self.agents, &space);
        setup.derived(Next::default());
        setup.index(|model: &Self, _, _: &Space| model.radius);
        setup.interact(
            |model: Res<Self>, index: Res<Neighbours>, mut next: ResMut<Next>, mut agents: Query<(&Position, &Heading)>| {
                let Some((places, headings)) = rows(&mut agents) else { return };
                let places: Vec<Vec2> = places.iter().map(|place| place.0).collect();
                next.0.resize(places.len(), Vec2::ZERO);
                index.each(&mut next.0, |row, nearby, next| {
                    let (mut sum, own) = (Vec2::ZERO, headings[row].0);
                    nearby.within(&places, places[row], model.radius, |other, _| sum += headings[other].0);
                    *next = unit(model.coupling * maths::atan2(own.perp_dot(sum), own.dot(sum))).rotate(own);
                });
            },
        );
        setup.advance(|space: Res<Space>, next: Res<Next>, mut agents: Query<(&mut Position, &mut Heading)>| {
            for ((mut place, mut heading), next) in agents.iter_mut().zip(&next.0) {
                (place.0, heading.0) = (space.wrap(place.0 + 0.03 * *next), *next);
            }
        });
        Ok(())
    }

    fn facts() -> Vec<Fact> {
        let settings = vec![Setting::new().number("coupling", 1.0).number("radius", 50.0)];
        let (source, tolerance, expected) = ("exact: all take one mean heading", "rounding", Expected::Near(1.0, 1e-5));
        let quantity: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.last(0));
        let (claim, measures) = ("all see all, a = 1: φ = 1 after a step", &["polarisation"][..]);
        vec![Fact { claim, source, settings, steps: 1, discard: 0, seeds: 3, measures, quantity, expected, tolerance }]
    }
}

fn main() -> ExitCode {
    flockwork::cli::main(Lab::new().with::<Walkers>())
}
