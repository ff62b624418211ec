//! Active Brownian particles that repel one another.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Shape, Slider, Strength, Symbol},
    sim::{
        Boundary, Clock, Expected, Fact, Heading, Id, Model, Partners, Position, Reach, Series, Setting, Setup, Source, Space,
        Zone, maths, over_seeds, rows,
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
use std::f32::consts::PI;

/// Particles per unit of parallel work.
const CHUNK: usize = 256;
/// Distance from which on particles repel, 2^(1/6) diameters.
const REACH: f32 = 1.122_462;
/// How much farther lists of partners reach, in diameters.
const SKIN: f32 = 0.4;
/// Distance below which repulsion no longer grows, in diameters: none come so near but where somebody has put them there.
const CORE: f32 = 0.85;
/// Length of a part of a step, in units of what a contact needs to relax.
const STIFF: f32 = 2.2e-4;
/// Largest angle of turning in a part of a step, squared.
const TURN: f32 = 0.05;
/// Share of a slab that discs cover at the start: as many as fit side by side.
const DENSE: f32 = 0.9;

/// Where discs are at the start.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Anywhere, at random.
    #[default]
    Strewn,
    /// In a dense slab across the middle of the box, from edge to edge: where both phases can be, both are there from the
    /// start, and nobody need wait for a first crowd to form by chance.
    Slab,
}

/// Discs that drive themselves along a heading that diffuses, and only repel one another. Slow ones fill the plane as a gas.
/// Fast ones block each other where they meet, and a crowd grows faster than it dissolves: without any attraction they part
/// into a dense and a thin phase.
///
/// ẋᵢ = v₀ e(θᵢ) − μ ∇ᵢ Σⱼ U(|xⱼ − xᵢ|) + √(2Dₜ) ξ and θ̇ᵢ = ω + √(2Dᵣ) ζ, with U = 4ε[(σ/r)¹² − (σ/r)⁶] + ε below 2^(1/6) σ. Units are the
/// diameter σ, the time σ²/Dₜ and kT = Dₜ/μ, so that v₀ is the Péclet number Pe = v₀σ/Dₜ. The order parameter is the share of
/// the largest cluster. Integrated by the Euler–Maruyama method in parts of a step, as many as the contacts need.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Active {
    /// Activity: the Péclet number, Pe = v₀σ/Dₜ.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 200.0), @Symbol("Pe"), @Strength::Rising)]
    pub peclet: f32,
    /// Strength of repulsion, ε, in units of kT + v₀σ/24μ: at 1 two that drive against each other stay about σ apart; at 0 they
    /// pass through.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 2.0), @Symbol("ε"), @Group("Interaction"), @Decoupled("0"))]
    pub repulsion: f32,
    /// Diffusion of the heading, Dᵣ, in units of Dₜ/σ²: 3 of a ball in a liquid.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 10.0), @Symbol("Dᵣ"), @Group("Motion"))]
    pub diffusion: f32,
    /// Turning of the heading, ω: circle swimmers.
    #[reflect(@-1000.0..=1000.0f32, @Slider(-20.0, 20.0), @Symbol("ω"), @Group("Motion"))]
    pub turning: f32,
    /// Share of the plane that the discs cover, φ.
    #[reflect(@0.001..=0.9f32, @Slider(0.01, 0.85), @Symbol("φ"), @Restart, @Group("Space"))]
    pub packing: f32,
    /// Where discs are at the start.
    #[reflect(@Restart, @Group("Space"))]
    pub start: Start,
    /// Number of discs, N.
    #[reflect(@0..=1_000_000u32, @Slider(2.0, 20_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Time that one step takes, dt.
    #[reflect(@0.00001..=0.1f32, @Slider(0.0001, 0.02), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f32,
}

impl Default for Active {
    /// Well inside the region in which phases part.
    fn default() -> Self {
        Self {
            peclet: 120.0,
            repulsion: 1.0,
            diffusion: 3.0,
            turning: 0.0,
            packing: 0.5,
            start: Start::Strewn,
            agents: 2000,
            time_step: 0.001,
        }
    }
}

/// Where all are at the end of the step, and what leads there, in the order of rows.
#[derive(Resource, Default)]
struct Motion {
    partners: Partners<Vec2>,
    positions: Vec<Vec2>,
    next: Vec<Vec2>,
    headings: Vec<Vec2>,
}

impl Active {
    /// Side of the box.
    fn side(&self) -> f32 {
        (self.agents.max(1) as f32 * PI / (4.0 * self.packing)).sqrt()
    }

    /// The part of the box in which discs are at the start.
    fn first(&self, space: &Space) -> Space {
        match self.start {
            Start::Strewn => *space,
            Start::Slab => {
                let share = (self.packing / DENSE).min(1.0);
                let size = Vec2::new(share * space.size.x, space.size.y);
                Space { min: space.min + Vec2::new(0.5 * (space.size.x - size.x), 0.0), size, ..*space }
            }
        }
    }

    /// The factor ε of the potential, in units of kT.
    fn strength(&self) -> f32 {
        self.repulsion * (1.0 + self.peclet / 24.0)
    }

    /// How many parts a step has, and the length of each.
    fn parts(&self) -> (u32, f32) {
        let turn = self.diffusion + self.turning.abs();
        let needed = (self.time_step * self.strength() / STIFF).max(self.time_step * turn / TURN);
        let parts = needed.ceil().clamp(1.0, 10_000.0);
        (parts as u32, self.time_step / parts)
    }
}

impl Model for Active {
    const NAME: &'static str = "active";
    const TITLE: &'static str = "Active Brownian particles";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Redner, G. S.", "Hagan, M. F.", "Baskaran, A."],
            title: "Structure and dynamics of a phase-separating active colloidal fluid",
            journal: "Phys. Rev. Lett.",
            volume: "110",
            pages: "055701",
            year: 2013,
            doi: "10.1103/PhysRevLett.110.055701",
            ..Source::NONE
        },
        Source {
            authors: &["Siebert, J. T.", "Dittrich, F.", "Schmid, F.", "Binder, K.", "Speck, T.", "Virnau, P."],
            title: "Critical behavior of active Brownian particles",
            journal: "Phys. Rev. E",
            volume: "98",
            pages: "030601",
            year: 2018,
            doi: "10.1103/PhysRevE.98.030601",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["largest_cluster", "clumping"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space::square(self.side(), Boundary::Periodic);
        setup.space(space);
        setup.time_step("", |model: &Self| model.time_step.into());
        setup.column::<Heading>();
        setup.column::<Position>();
        setup.newcomer(|_: &Self, start, agent, place: Vec2| (Position(place), Heading(start.direction::<Vec2>(agent, 2))));
        setup.strew(self.agents, &self.first(&space));
        setup.derived(Motion::default());
        setup.index(|_: &Self, _, _: &Space| REACH);
        setup.interact(drive);
        setup.advance(advance);
        Ok(())
    }

    fn look() -> Look {
        Look { shape: Shape::Disc, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        vec![Zone::round("contact", Reach::Within(REACH))]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// Force of a particle on another at this displacement from it, for ε = 1.
#[inline]
fn push(displacement: Vec2) -> Vec2 {
    let squared = displacement.length_squared();
    if squared >= REACH * REACH || squared == 0.0 {
        return Vec2::ZERO;
    }
    let inverse = 1.0 / squared.max(CORE * CORE);
    let sixth = inverse * inverse * inverse;
    let over_distance = 24.0 * (2.0 * sixth - 1.0) * sixth * inverse;
    if squared < CORE * CORE { displacement * (over_distance * CORE / squared.sqrt()) } else { displacement * over_distance }
}

/// Three numbers of mean 0 and variance 1, uniform, from one draw. Of many small parts of a way they make the same diffusion
/// as normal ones do (Dünweg & Paul, Int. J. Mod. Phys. C 2, 817, 1991).
#[inline]
fn noise(bits: u64) -> [f32; 3] {
    // √12 times what is uniform in ±½, of 21 bits each.
    [bits >> 43, (bits >> 22) & 0x1F_FFFF, (bits >> 1) & 0x1F_FFFF]
        .map(|bits| ((bits as f32 + 0.5) * (1.0 / (1u32 << 21) as f32) - 0.5) * 3.464_101_6)
}

/// All parts of a step: x by the heading before it turns.
fn drive(
    model: Res<Active>,
    clock: Res<Clock>,
    space: Res<Space>,
    mut motion: ResMut<Motion>,
    mut particles: Query<(&Id, &Position, &Heading)>,
) {
    let Some((ids, positions_now, headings_now)) = rows(&mut particles) else { return };
    let Motion { partners, positions, next, headings } = &mut *motion;
    positions.clear();
    positions.extend_from_slice(bytemuck::cast_slice(positions_now));
    headings.clear();
    headings.extend_from_slice(bytemuck::cast_slice(headings_now));
    next.resize(positions.len(), Vec2::ZERO);
    let chance = clock.chance("noise");
    let (parts, length) = model.parts();
    let strength = model.strength() * length;
    let (kick, turn) = ((2.0 * length).sqrt(), (2.0 * model.diffusion * length).sqrt());
    if strength > 0.0 {
        partners.make(positions, &space, REACH, SKIN);
    }
    for part in 0..parts {
        if strength > 0.0 && part > 0 {
            partners.keep_up(positions, &space);
        }
        let chunks = next.par_chunks_mut(CHUNK).zip(headings.par_chunks_mut(CHUNK)).enumerate();
        chunks.for_each(|(chunk, (next, headings))| {
            for ((row, next), heading) in (chunk * CHUNK..).zip(next).zip(headings) {
                let place = positions[row];
                let mut force = Vec2::ZERO;
                if strength > 0.0 {
                    for other in partners.of(row) {
                        force += push(space.displacement(positions[*other as usize], place));
                    }
                }
                let [x, y, angle] = noise(chance.bits(ids[row].0, part));
                let moved = *heading * (model.peclet * length) + force * strength + kick * Vec2::new(x, y);
                *next = space.wrap(place + moved);
                *heading = maths::unit(model.turning * length + turn * angle).rotate(*heading);
            }
        });
        std::mem::swap(positions, next);
    }
}

/// All are where the last part has taken them.
fn advance(motion: Res<Motion>, mut particles: Query<(&mut Position, &mut Heading)>) {
    let Some((positions, headings)) = rows(&mut particles) else { return };
    let ends = motion.positions.iter().zip(&motion.headings);
    for ((position, heading), (end, along)) in positions.iter_mut().zip(headings.iter_mut()).zip(ends) {
        position.0 = *end;
        heading.0 = along.normalize();
    }
}

fn facts() -> Vec<Fact> {
    // 4000 that pass through each other, Dᵣ = 1.
    let free = |peclet: f64, turning: f64| {
        let alone = Setting::new().number("repulsion", 0.0).number("agents", 4000.0).number("packing", 0.01);
        let motion = alone.number("peclet", peclet).number("diffusion", 1.0).number("turning", turning);
        motion.number("time_step", 0.01)
    };
    let at = |peclet: f64| Setting::new().number("peclet", peclet).number("packing", 0.6).number("agents", 800.0);
    let mean: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let last: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.last(0));
    let fact = Fact {
        claim: "",
        source: "exact; Howse et al., Phys. Rev. Lett. 99, 048102 (2007), eq. 2; tests/oracles/active.py",
        settings: vec![],
        steps: 100,
        discard: 0,
        seeds: 4,
        measures: &["displacement"],
        quantity: last,
        expected: Expected::AtLeast(0.0),
        tolerance: "4 standard errors",
    };
    let crowd = Fact {
        source: "Siebert et al. 2018: phases part above Pe = 40 ± 2; Redner et al. 2013",
        measures: &["clumping"],
        quantity: mean,
        seeds: 1,
        ..fact.clone()
    };
    let few =
        |peclet: f64, packing: f64| Setting::new().number("agents", 200.0).number("peclet", peclet).number("packing", packing);
    let crowded = Fact {
        source: "tests/oracles/active_lammps.py: the same by LAMMPS",
        steps: 4000,
        discard: 1500,
        measures: &["nearest_distance"],
        quantity: mean,
        tolerance: "4 standard errors of a mean of 4 runs less another of 4, with LAMMPS' spread of 0.0009 (at Pe = 40, where its four runs lie closer than a run's own error, that: 0.0012)",
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "free, Pe = 10, Dᵣ = 1: mean squared displacement 4t + 2Pe²(t − 1 + e^{−t}) = 77.58 at t = 1",
            settings: vec![free(10.0, 0.0)],
            expected: Expected::Near(77.58, 1.9),
            tolerance: "4 standard errors of 16000 (spread of a square is about its mean: 0.8 %), less than 2.5 %",
            ..fact.clone()
        },
        Fact {
            claim: "the same at t = 5: 821.3",
            settings: vec![free(10.0, 0.0)],
            steps: 500,
            expected: Expected::Near(821.3, 26.0),
            tolerance: "4 standard errors of 16000: 3.2 %",
            ..fact.clone()
        },
        Fact {
            claim: "the heading lasts by e^{−Dᵣt} = 0.3679 at t = 1",
            source: "exact: a heading that diffuses",
            settings: vec![free(10.0, 0.0)],
            measures: &["persistence"],
            expected: Expected::Near(0.3679, 0.021),
            tolerance: "4 standard errors of 16000: 0.65/√16000",
            ..fact.clone()
        },
        Fact {
            claim: "circle swimmers, ω = 2: mean squared displacement 244.3 at t = 5",
            settings: vec![free(10.0, 2.0)],
            steps: 500,
            expected: Expected::Near(244.25, 7.8),
            tolerance: "4 standard errors of 16000: 3.2 %",
            ..fact.clone()
        },
        Fact {
            claim: "200 that push one another, Pe = 20, φ = 0.4: 1.083 to the nearest",
            settings: vec![few(20.0, 0.4)],
            expected: Expected::Near(1.0826, 0.0025),
            ..crowded.clone()
        },
        Fact {
            claim: "200 that push one another, Pe = 40, φ = 0.3: 1.124 to the nearest",
            settings: vec![few(40.0, 0.3)],
            expected: Expected::Near(1.1235, 0.0034),
            ..crowded
        },
        Fact {
            claim: "two at rest in a small box: mean distance 1.349, by Boltzmann's law",
            source: "exact: weights e^{−U/kT} over the torus; tests/oracles/active.py",
            settings: vec![
                Setting::new().number("agents", 2.0).number("peclet", 0.0).number("packing", 0.2).number("time_step", 0.005),
            ],
            steps: 40_000,
            seeds: 8,
            measures: &["nearest_distance"],
            quantity: mean,
            expected: Expected::Near(1.349, 0.02),
            tolerance: "4 standard errors: 0.37/√5000, of some 3 independent places a unit of time in 1600",
            ..fact.clone()
        },
        Fact {
            claim: "Pe = 100, φ = 0.6: phases part",
            settings: vec![at(100.0)],
            steps: 12_000,
            discard: 6000,
            expected: Expected::AtLeast(0.316),
            tolerance: "more clumped than particles strewn at random, 0.316",
            ..crowd.clone()
        },
        Fact {
            claim: "Pe = 20, φ = 0.6: one phase",
            settings: vec![at(20.0)],
            steps: 12_000,
            discard: 6000,
            expected: Expected::AtMost(0.316),
            tolerance: "less clumped than particles strewn at random, 0.316",
            ..crowd
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_turn_with_the_first_order_of_the_method() {
        // By how much less than e^{−Dt} a heading lasts at Dt = 1: the mean over all that chance may give in a part, evenly
        // taken, so that no sample is drawn.
        let error = |parts: i32| {
            let turn = (2.0 / parts as f32).sqrt();
            let angle = |k: u64| noise((2 * k + 1) << 10)[2];
            let lasts = (0..2048u64).map(|k| f64::from(maths::unit(turn * angle(k)).x)).sum::<f64>() / 2048.0;
            maths::exp(-1.0) - (0..parts).fold(1.0, |all, _| all * lasts)
        };
        let order = maths::ln(error(20) / error(40)) / maths::ln(2.0);
        assert!((order - 1.0).abs() < 0.1, "{order}");
    }

    #[test]
    fn two_that_touch_part_with_the_first_order_of_the_method() {
        // ẋ = 2 × 24 (2 r⁻¹³ − r⁻⁷) from a distance of 0.95 on; the distance at t = 0.002.
        let distance = |parts: u32| {
            let length = 0.002 / parts as f32;
            (0..parts).fold(Vec2::new(0.95, 0.0), |away, _| away + 2.0 * length * push(away)).x
        };
        let order = maths::ln(f64::from((distance(20) - distance(40)) / (distance(40) - distance(80)))) / maths::ln(2.0);
        assert!((order - 1.0).abs() < 0.15, "{order}");
    }

    #[test]
    fn a_slab_lies_in_the_middle_and_is_dense() {
        let slab = Active { packing: 0.45, start: Start::Slab, ..Active::default() };
        let space = Space::square(slab.side(), Boundary::Periodic);
        let first = slab.first(&space);
        assert_eq!((first.size.y, first.min.y), (space.size.y, space.min.y));
        assert!((first.size.x / space.size.x - 0.5).abs() < 1e-6 && (first.min.x / space.size.x - 0.25).abs() < 1e-6);
        // What is denser than a slab fills the box.
        assert_eq!(Active { packing: 0.9, ..slab }.first(&space), space);
        assert_eq!(Active::default().first(&space), space);
    }
}
