//! Boids, by the rules of NetLogo's Flocking.

use crate::{
    error::Result,
    scene::{Decoupled, Ends, Group, Log, Look, Restart, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, Clock, Expected, Fact, Four, Heading, Id, Model, Neighbours, Position, Reach, Series, Setting, Setup, Source,
        Space, Zone, maths, median_over_seeds, over_seeds, rows,
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
use wide::f32x4;

/// Birds per unit of parallel work, where they do not look at one another.
const CHUNK: usize = 1 << 12;

/// Whose turns a bird sees.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// Birds turn one after another, in a random order drawn afresh each tick; later ones see earlier ones turned.
    /// NetLogo's own.
    #[default]
    Sequential,
    /// All birds turn at once, by the headings of the last tick; on all cores.
    Synchronous,
}

/// Birds that follow three rules and no leader. One that is too close to its nearest flockmate turns away from that
/// one's heading (separation), and does nothing else. Otherwise it turns towards the mean heading of the flockmates
/// that it sees (alignment), then towards the mean bearing at which it sees them (cohesion). Each turn is limited to
/// an angle a tick. Then all fly on by one patch.
///
/// The interaction strength κ multiplies the limits of all three turns: at 0 all fly straight on; at 1 they turn as in
/// NetLogo. Order comes soonest near κ = 1: below, agreement takes longer, above, eager turns make flocks that quiver
/// and split. The order parameter is the polarisation φ = |Σ vᵢ| / (N v).
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Boids {
    /// Multiplies the limits of the three turns, so that one number tells how strongly birds interact. NetLogo has none:
    /// it is 1 there.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 3.0), @Symbol("κ"), @Strength::Rising, @Decoupled("0"), @Ends("no turning", "strong turning"))]
    pub interaction: f32,
    /// Largest turn towards the mean heading of the flockmates, in one tick (`max-align-turn`).
    #[reflect(@0.0..=180.0f32, @Slider(0.0, 20.0), @Unit("°"), @Group("Rules"))]
    pub max_align_turn: f32,
    /// Largest turn towards the mean bearing of the flockmates, in one tick (`max-cohere-turn`).
    #[reflect(@0.0..=180.0f32, @Slider(0.0, 20.0), @Unit("°"), @Group("Rules"))]
    pub max_cohere_turn: f32,
    /// Largest turn away from the heading of a nearest flockmate that is too close, in one tick (`max-separate-turn`).
    #[reflect(@0.0..=180.0f32, @Slider(0.0, 20.0), @Unit("°"), @Group("Rules"))]
    pub max_separate_turn: f32,
    /// Distance up to which a bird sees others: its flockmates (`vision`).
    #[reflect(@0.0..=50.0f32, @Slider(0.0, 10.0), @Unit("patches"), @Group("Rules"))]
    pub vision: f32,
    /// Distance below which the nearest flockmate is too close (`minimum-separation`).
    #[reflect(@0.0..=50.0f32, @Slider(0.0, 5.0), @Unit("patches"), @Group("Rules"))]
    pub minimum_separation: f32,
    /// Distance flown in one tick (in NetLogo five times 0.2).
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 2.0), @Unit("patches per tick"), @Group("Motion"))]
    pub speed: f32,
    /// Who sees whose turns.
    #[reflect(@Group("Motion"))]
    pub update: Update,
    /// Number of birds (`population`), N.
    #[reflect(@0..=4_000_000u32, @Slider(1.0, 10_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Side of the world, a torus.
    #[reflect(@1.0..=10_000.0f32, @Slider(20.0, 500.0), @Log, @Unit("patches"), @Restart, @Group("Space"))]
    pub size: f32,
}

impl Default for Boids {
    /// NetLogo's own: patches −35 … 35 in both directions make a side of 71.
    fn default() -> Self {
        Self {
            interaction: 1.0,
            max_align_turn: 5.0,
            max_cohere_turn: 3.0,
            max_separate_turn: 1.5,
            vision: 5.0,
            minimum_separation: 1.0,
            speed: 1.0,
            update: Update::Sequential,
            agents: 300,
            size: 71.0,
        }
    }
}

/// The headings of the next tick and the order of turns, both by rows.
#[derive(Resource, Default)]
struct Next {
    headings: Vec<Vec2>,
    order: Vec<u32>,
}

impl Model for Boids {
    const NAME: &'static str = "boids";
    const TITLE: &'static str = "Boids";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Reynolds, C. W."],
            title: "Flocks, herds and schools: A distributed behavioral model",
            journal: "Computer Graphics",
            volume: "21",
            number: "4",
            pages: "25",
            year: 1987,
            doi: "10.1145/37401.37406",
            ..Source::NONE
        },
        Source {
            authors: &["Wilensky, U."],
            title: "NetLogo Flocking model",
            year: 1998,
            url: "http://ccl.northwestern.edu/netlogo/models/Flocking",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["polarisation", "clusters"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space { unit: "patches", ..Space::square(self.size, Boundary::Periodic) };
        setup.space(space);
        setup.time_step("ticks", |_: &Self| 1.0);
        setup.column::<Position>();
        setup.column::<Heading>();
        setup.newcomer(|_: &Self, start, bird, place: Vec2| {
            // New turtles head in whole degrees.
            let degrees = start.below(bird, 3, 360) as f32;
            (Position(place), Heading(maths::unit(degrees.to_radians())))
        });
        setup.strew(self.agents, &space);
        setup.derived(Next::default());
        setup.index(|model: &Self, _, _: &Space| model.vision);
        setup.interact(choose);
        setup.advance(fly);
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 12, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        let zone = |name, reach| Zone::round(name, Reach::Within(reach));
        vec![zone("minimum separation", self.minimum_separation), zone("vision", self.vision)]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// `ask turtles [flock]`: each bird chooses its next heading; nobody moves.
///
/// In NetLogo a bird turns as soon as it is asked, and those asked after it see it turned. So in the sequential
/// update a bird reads from the list of headings to which it writes, in an order drawn afresh each tick: reading
/// and writing in one pass is the published rule here, not an accident of the program. In the synchronous one all
/// read the headings of the last tick.
fn choose(
    model: Res<Boids>,
    clock: Res<Clock>,
    index: Res<Neighbours>,
    mut next: ResMut<Next>,
    mut birds: Query<(&Id, &Position, &Heading)>,
) {
    let Some((ids, positions, headings)) = rows(&mut birds) else { return };
    let positions: &[Vec2] = bytemuck::cast_slice(positions);
    let headings: &[Vec2] = bytemuck::cast_slice(headings);
    let Next { headings: next, order } = &mut *next;
    next.clear();
    next.extend_from_slice(headings);
    match model.update {
        Update::Sequential => {
            // Shuffled from the order of identity, so that the order of rows has no part in it.
            order.clear();
            order.extend(0..ids.len() as u32);
            order.sort_unstable_by_key(|row| ids[*row as usize]);
            clock.chance("order").shuffle(order);
            for row in order.iter().map(|row| *row as usize) {
                let [x, y] = flock(&model, &index.four(positions, row..row + 1), positions, next);
                next[row] = Vec2::new(x.to_array()[0], y.to_array()[0]);
            }
        }
        Update::Synchronous => {
            index.each_four(positions, next, |four, next| {
                let [x, y] = flock(&model, four, positions, headings);
                let (x, y) = (x.to_array(), y.to_array());
                for (lane, next) in next.iter_mut().enumerate() {
                    *next = Vec2::new(x[lane], y[lane]);
                }
            });
        }
    }
}

/// `flock`: the headings that up to four birds take.
fn flock(model: &Boids, four: &Four, positions: &[Vec2], headings: &[Vec2]) -> [f32x4; 2] {
    let mut nearest_squared = f32x4::splat(f32::INFINITY);
    let (mut nearest, mut mean_heading, mut mean_bearing) = ([f32x4::ZERO; 2], [f32x4::ZERO; 2], [f32x4::ZERO; 2]);
    four.within(positions, model.vision, |other, [x, y, _], inside| {
        let flockmate = inside & four.but(other);
        let heading = [f32x4::splat(headings[other].x), f32x4::splat(headings[other].y)];
        let squared = x * x + y * y;
        let nearer = flockmate & squared.simd_lt(nearest_squared);
        nearest_squared = nearer.bitselect(squared, nearest_squared);
        // `mean [sin (towards myself + 180)] of flockmates`: bearings count alike, near or far.
        let inverse = f32x4::ONE / squared.fast_max(f32x4::splat(f32::MIN_POSITIVE)).sqrt();
        for (axis, along) in [x, y].into_iter().enumerate() {
            nearest[axis] = nearer.bitselect(heading[axis], nearest[axis]);
            mean_heading[axis] += flockmate & heading[axis];
            mean_bearing[axis] += flockmate & (along * inverse);
        }
    });
    let own = [f32x4::new(four.each(|row| headings[row].x)), f32x4::new(four.each(|row| headings[row].y))];
    let aligned = turn_at_most(own, turn(own, mean_heading), model.interaction * model.max_align_turn);
    let cohered = turn_at_most(aligned, turn(aligned, mean_bearing), model.interaction * model.max_cohere_turn);
    // Away from the heading of the nearest, not from its place.
    let separated = turn_at_most(own, turn(nearest, own), model.interaction * model.max_separate_turn);
    let crowded = nearest_squared.simd_lt(f32x4::splat(model.minimum_separation * model.minimum_separation));
    [crowded.bitselect(separated[0], cohered[0]), crowded.bitselect(separated[1], cohered[1])]
}

/// `subtract-headings`: the turn from one direction to another, as its cosine and sine; none where either is zero, as
/// headings or bearings that cancel are.
fn turn(from: [f32x4; 2], to: [f32x4; 2]) -> [f32x4; 2] {
    maths::unit4([from[0] * to[0] + from[1] * to[1], from[0] * to[1] - from[1] * to[0]])
}

/// `turn-at-most`: headings turned, by no more than so many degrees either way.
fn turn_at_most(heading: [f32x4; 2], [cos, sin]: [f32x4; 2], degrees: f32) -> [f32x4; 2] {
    // A limit of nothing allows nothing, not even what rounding takes for no turn.
    if degrees == 0.0 {
        return heading;
    }
    let (most_sin, most_cos) = maths::sin_cos(degrees.to_radians());
    // Half a turn is no limit, whatever rounding says.
    let too_far = cos.simd_lt(f32x4::splat(if degrees < 180.0 { most_cos } else { -2.0 }));
    let [cos, sin] = [
        too_far.bitselect(f32x4::splat(most_cos), cos),
        too_far.bitselect(f32x4::splat(most_sin) | (sin & f32x4::splat(-0.0)), sin),
    ];
    maths::unit4([heading[0] * cos - heading[1] * sin, heading[0] * sin + heading[1] * cos])
}

/// `repeat 5 [ask turtles [fd 0.2]]`: all fly on along their new headings.
fn fly(model: Res<Boids>, space: Res<Space>, next: Res<Next>, mut birds: Query<(&mut Position, &mut Heading)>) {
    let Some((positions, headings)) = rows(&mut birds) else { return };
    let birds = (positions, headings, &next.headings);
    birds.into_par_iter().with_min_len(CHUNK).for_each(|(position, heading, next)| {
        heading.0 = *next;
        position.0 = space.wrap(position.0 + model.speed * *next);
    });
}

fn facts() -> Vec<Fact> {
    let align = |degrees: f64| Setting::new().number("max_align_turn", degrees);
    let polarisation: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let fact = Fact {
        claim: "",
        source: "Wilensky, NetLogo Flocking (1998); tests/oracles/boids.py",
        settings: vec![Setting::new()],
        steps: 1000,
        discard: 800,
        seeds: 8,
        measures: &["polarisation"],
        quantity: polarisation,
        expected: Expected::AtLeast(0.0),
        tolerance: "",
    };
    vec![
        Fact {
            claim: "defaults: runs of 8 that have φ > 0.95 in ticks 800–1000",
            quantity: |runs| runs[0].iter().filter(|run| run.mean(0) > 0.95).count() as f64,
            expected: Expected::AtLeast(7.0),
            tolerance: "the table has 0.978 with a spread of 0.005; one straggler in 8 is allowed",
            ..fact.clone()
        },
        Fact {
            claim: "vision 3, the older default: φ = 0.979, median of 8 runs",
            settings: vec![Setting::new().number("vision", 3.0)],
            // Medians, since one run in sixteen or so is still gathering.
            quantity: |runs| median_over_seeds(&runs[0], |run| run.mean(0)),
            expected: Expected::Near(0.979, 0.0075),
            tolerance: "4 standard errors of the difference of two medians of 8 runs, of which all but the stragglers spread by 0.003",
            ..fact.clone()
        },
        Fact {
            claim: "max_align_turn 2°: φ = 0.952",
            settings: vec![align(2.0)],
            expected: Expected::Near(0.952, 0.009),
            tolerance: "4 standard errors of the difference of two means of 8 runs with spread 0.0045",
            ..fact.clone()
        },
        Fact {
            claim: "max_align_turn 0°: no order, φ < 0.1",
            settings: vec![align(0.0)],
            expected: Expected::AtMost(0.1),
            tolerance: "random headings have 0.051",
            ..fact.clone()
        },
        Fact {
            claim: "κ = 0: all fly straight on and stay without order, φ < 0.1",
            settings: vec![Setting::new().number("interaction", 0.0)],
            expected: Expected::AtMost(0.1),
            tolerance: "random headings have 0.051",
            ..fact.clone()
        },
        Fact {
            claim: "time to φ = 0.9: at 1° over that at 5°, medians of 8 runs",
            settings: vec![align(1.0), align(5.0)],
            steps: 2000,
            quantity: |runs| {
                let time = |runs: &[Series]| median_over_seeds(runs, |run| run.first(0, 0.9));
                time(&runs[0]) / time(&runs[1])
            },
            expected: Expected::AtLeast(2.5),
            tolerance: "the table has 672 / 112 ticks, of which single ones vary by a fifth and by half",
            ..fact.clone()
        },
        Fact {
            claim: "turns one after another or all at once: the same φ",
            settings: vec![Setting::new(), Setting::new().choice("update", "synchronous")],
            // Medians, since one run in sixteen or so is still gathering.
            quantity: |runs| {
                let order = |runs: &[Series]| median_over_seeds(runs, |run| run.mean(0));
                order(&runs[0]) - order(&runs[1])
            },
            expected: Expected::Near(0.0, 0.011),
            tolerance: "4 standard errors of the difference of two medians of 8 runs with spreads 0.005 and 0.004",
            ..fact
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, scattered, walk};

    #[test]
    fn steps_of_all_at_once_are_those_of_an_independent_program() {
        let oracle = Oracle::read("boids");
        for (seed, side) in [(121, 20.0), (122, 8.0)] {
            let at_once = Setting::new().choice("update", "synchronous").number("size", side);
            let places = walk::<Vec2>(Boids::NAME, &at_once, &scattered(seed, 60, 2, side), 10);
            // Places and headings are rounded to 24 bits at each step.
            oracle.agree(&format!("places in a world of {side}"), &places, 1e-5);
        }
    }
}
