//! Particle Life: kinds that are drawn to, or driven from, one another.

use crate::{
    error::{Error, Result},
    scene::{Decoupled, Group, Log, Look, Restart, Shape, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, Chance, ChannelSpec, Column, Expected, Fact, Hue, Id, Model, Neighbours, Position, Reach, Scale, Series,
        Setting, Setup, Source, Space, Velocity, Zone, maths, over_seeds, rows,
    },
};
use bevy_ecs::{
    component::Component,
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::Vec2;
use bevy_reflect::Reflect;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

/// The kinds, by name and colour.
const KINDS: [(&str, Hue); 8] = [
    ("orange", Hue::Orange),
    ("sky", Hue::Sky),
    ("green", Hue::Green),
    ("yellow", Hue::Yellow),
    ("blue", Hue::Blue),
    ("vermillion", Hue::Vermillion),
    ("purple", Hue::Purple),
    ("grey", Hue::Grey),
];

/// Particles of a few kinds. How much one is drawn to another, or driven from it, depends on the kinds of both, and need not
/// be mutual: one may flee what chases it. Out of such rules come cells, chains and creatures that nobody designed.
///
/// The acceleration of i by j at the distance r, in units of r_max, is r_max f F: F = r/β − 1 for r < β, where all repel all;
/// aᵢⱼ (1 − |2r − 1 − β|/(1 − β)) for β < r < 1; 0 beyond. In a step vᵢ ← vᵢ ½^{dt/t½} + aᵢ dt, then xᵢ ← xᵢ + vᵢ dt: friction
/// halves a speed in the time t½. Entry aᵢⱼ of the matrix, from −1 to 1, is what a particle of kind i (the line) feels of kind j.
/// The order parameter is the share of the space that is void.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ParticleLife {
    /// Strength of all forces, f.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 30.0), @Symbol("f"), @Strength::Rising, @Decoupled("0"))]
    pub force: f32,
    /// Distance at which particles no longer feel one another, r_max.
    #[reflect(@0.001..=100.0f32, @Slider(0.2, 3.0), @Symbol("r_max"), @Group("Interaction"))]
    pub radius: f32,
    /// Share of that distance within which all repel all, β.
    #[reflect(@0.01..=0.99f32, @Symbol("β"), @Group("Interaction"))]
    pub repulsion: f32,
    /// The attraction matrix, line by line: numbers from −1 to 1, lines apart by semicolons. Empty: uniform at random, by
    /// the seed.
    #[reflect(@Restart, @Group("Interaction"))]
    pub attraction: String,
    /// Number of kinds, for a random matrix.
    #[reflect(@1..=8u32, @Restart, @Group("Interaction"))]
    pub kinds: u32,
    /// Time in which friction halves a speed, t½.
    #[reflect(@0.001..=100.0f32, @Slider(0.01, 0.5), @Log, @Symbol("t½"), @Group("Motion"))]
    pub half_life: f32,
    /// Speed at the start, in random directions.
    #[reflect(@0.0..=100.0f32, @Slider(0.0, 5.0), @Restart, @Group("Motion"))]
    pub start_speed: f32,
    /// Number of particles, N.
    #[reflect(@0..=1_000_000u32, @Slider(10.0, 20_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Side of the box, L. Opposite edges are joined.
    #[reflect(@0.1..=10_000.0f32, @Slider(2.0, 100.0), @Log, @Symbol("L"), @Restart, @Group("Space"))]
    pub size: f32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f32, @Slider(0.001, 0.05), @Log, @Symbol("dt"), @Unit("s"), @Group("Numerics"))]
    pub time_step: f32,
}

impl Default for ParticleLife {
    fn default() -> Self {
        Self {
            force: 10.0,
            radius: 1.0,
            repulsion: 0.3,
            attraction: String::new(),
            kinds: 6,
            half_life: 0.04,
            start_speed: 0.0,
            agents: 2000,
            size: 10.0,
            time_step: 0.02,
        }
    }
}

/// The kind of a particle, from 0 on.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
struct Species(u8);

impl Column for Species {
    const FIELDS: &'static [&'static str] = &["kind"];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "kind", unit: "", scale: Scale::kinds(&KINDS) }]
    }
    fn channel(&self, _: usize) -> f32 {
        self.0.into()
    }
}

/// The attraction matrix: what each kind (outer) feels of each (inner).
#[derive(Resource, Clone, Debug, PartialEq)]
struct Matrix(Vec<Vec<f32>>);

/// The accelerations of a step, in the order of rows.
#[derive(Resource, Default)]
struct Accelerations(Vec<Vec2>);

impl Model for ParticleLife {
    const NAME: &'static str = "particle_life";
    const TITLE: &'static str = "Particle Life";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Ventrella, J."],
            title: "Clusters",
            year: 2009,
            url: "https://www.ventrella.com/Clusters/",
            ..Source::NONE
        },
        Source {
            authors: &["Mohr, T."],
            title: "Particle Life",
            year: 2022,
            url: "https://particle-life.com/framework",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["voids", "mean_speed"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space::square(self.size, Boundary::Periodic);
        let matrix = self.matrix(setup.chance("attraction"))?;
        setup.space(space);
        setup.time_step("s", |model: &Self| model.time_step.into());
        setup.column::<Position>();
        setup.column::<Velocity>();
        setup.column::<Species>();
        setup.scale("kind", Scale::kinds(&KINDS[..matrix.0.len()]));
        setup.derived(matrix);
        setup.derived(Accelerations::default());
        setup.newcomer(|model: &Self, start, id, place: Vec2| {
            let velocity = model.start_speed * start.direction::<Vec2>(id, 2);
            (Position(place), Velocity(velocity), Species((id % model.count()) as u8))
        });
        setup.strew(self.agents, &space);
        setup.index(|model: &Self, _, _: &Space| model.radius);
        setup.interact(attract);
        setup.advance(drift);
        Ok(())
    }

    fn look() -> Look {
        Look { colour: "kind".into(), shape: Shape::Disc, scale: 0.7, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        let zone = |name, reach| Zone::round(name, Reach::Within(reach));
        vec![zone("repulsion", self.repulsion * self.radius), zone("attraction", self.radius)]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

impl ParticleLife {
    /// The number of kinds: that of the lines of the matrix, if it is written.
    fn count(&self) -> u32 {
        if self.attraction.trim().is_empty() { self.kinds } else { self.lines().count() as u32 }
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.attraction.split([';', '\n']).map(str::trim).filter(|line| !line.is_empty())
    }

    /// The matrix as it is written, or drawn by chance.
    fn matrix(&self, chance: Chance) -> Result<Matrix> {
        if self.attraction.trim().is_empty() {
            let line = |kind| (0..self.kinds).map(|other| 2.0 * chance.unit(kind, other) - 1.0).collect();
            return Ok(Matrix((0..self.kinds).map(line).collect()));
        }
        let wrong = |message: String| Error::usage(message).path("parameters.attraction");
        let entry = |word: &str| {
            let number = word.parse::<f32>().ok().filter(|number| (-1.0..=1.0).contains(number));
            number.ok_or_else(|| wrong(format!("'{word}' does not fit")).allowed("numbers from -1 to 1"))
        };
        let line = |line: &str| line.split([' ', ',', '\t']).filter(|word| !word.is_empty()).map(entry).collect();
        let lines: Vec<Vec<f32>> = self.lines().map(line).collect::<Result<_>>()?;
        if lines.len() > KINDS.len() {
            return Err(wrong(format!("{} kinds are too many", lines.len())).allowed(format!("{} at most", KINDS.len())));
        }
        match lines.iter().find(|line| line.len() != lines.len()) {
            Some(line) => Err(wrong(format!("a line has {} numbers, and there are {} lines", line.len(), lines.len()))
                .allowed("as many numbers in each line as lines")),
            None => Ok(Matrix(lines)),
        }
    }

    /// The force at a distance, in units of the radius, by a kind that attracts this much.
    fn force(&self, distance: f32, attraction: f32) -> f32 {
        let beta = self.repulsion;
        if distance < beta {
            distance / beta - 1.0
        } else if distance < 1.0 {
            attraction * (1.0 - (2.0 * distance - 1.0 - beta).abs() / (1.0 - beta))
        } else {
            0.0
        }
    }
}

/// What each particle feels of those within its radius.
fn attract(
    model: Res<ParticleLife>,
    matrix: Res<Matrix>,
    index: Res<Neighbours>,
    mut next: ResMut<Accelerations>,
    mut agents: Query<(&Position, &Species)>,
) {
    let Some((positions, species)) = rows(&mut agents) else { return };
    let positions: &[Vec2] = bytemuck::cast_slice(positions);
    next.0.resize(positions.len(), Vec2::ZERO);
    index.each(&mut next.0, |row, nearby, acceleration| {
        let mut sum = Vec2::ZERO;
        let feels = &matrix.0[usize::from(species[row].0)];
        nearby.within(positions, positions[row], model.radius, |other, displacement| {
            let distance = displacement.length();
            // Itself, or one at its very place, has no direction.
            if distance > 0.0 {
                let force = model.force(distance / model.radius, feels[usize::from(species[other].0)]);
                sum += displacement * (force / distance);
            }
        });
        *acceleration = model.radius * model.force * sum;
    });
}

/// Friction, then forces, then motion.
fn drift(
    model: Res<ParticleLife>,
    space: Res<Space>,
    next: Res<Accelerations>,
    mut agents: Query<(&Id, &mut Position, &mut Velocity)>,
) {
    let Some((_, positions, velocities)) = rows(&mut agents) else { return };
    let kept = maths::exp(-std::f32::consts::LN_2 * model.time_step / model.half_life);
    for ((position, velocity), acceleration) in positions.iter_mut().zip(velocities.iter_mut()).zip(&next.0) {
        velocity.0 = velocity.0 * kept + *acceleration * model.time_step;
        position.0 = space.wrap(position.0 + velocity.0 * model.time_step);
    }
}

fn facts() -> Vec<Fact> {
    let still = |path: &'static str, value: f64| Setting::new().number("force", 0.0).number(path, value);
    let pair = |matrix: &str| Setting::new().choice("attraction", matrix).number("agents", 2.0).number("size", 1.25);
    let fact = Fact {
        claim: "",
        source: "exact: v(t + t½) = v(t)/2",
        settings: vec![still("start_speed", 1.0)],
        steps: 3,
        discard: 0,
        seeds: 1,
        measures: &["mean_speed"],
        quantity: |runs| over_seeds(&runs[0], |run| run.values[0][3] / run.values[0][1]),
        expected: Expected::AtLeast(0.0),
        tolerance: "single precision",
    };
    vec![
        Fact { claim: "without forces speeds are halved in t½ = 0.04 s", expected: Expected::Near(0.5, 1e-4), ..fact.clone() },
        Fact {
            claim: "two that attract each other rest at β r_max = 0.3",
            source: "exact: there the force changes its sign",
            settings: vec![pair("1")],
            steps: 2000,
            seeds: 5,
            measures: &["nearest_distance"],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
            expected: Expected::Near(0.3, 1e-5),
            ..fact.clone()
        },
        Fact {
            claim: "two that repel each other part until nothing acts, at r_max = 1",
            source: "exact: the force ends there",
            settings: vec![pair("-1").number("size", 1.6)],
            steps: 2000,
            seeds: 5,
            measures: &["nearest_distance"],
            quantity: |runs| runs[0].iter().map(|run| run.last(0)).fold(f64::INFINITY, f64::min),
            expected: Expected::Near(1.0, 1e-4),
            tolerance: "what is left of the way",
            ..fact.clone()
        },
        Fact {
            claim: "one that chases one that flees: both at r_max f F(r) dt/(1 − ½^{dt/t½}), r the distance that they keep",
            source: "exact: force and friction in balance",
            settings: vec![pair("0 1; -1 0")],
            steps: 400,
            seeds: 6,
            measures: &["mean_speed", "nearest_distance"],
            quantity: |runs| {
                // At the defaults; where they started nearer than β they have come to stand there.
                let model = ParticleLife::default();
                let kept = 1.0 - maths::exp(-std::f64::consts::LN_2 * f64::from(model.time_step / model.half_life));
                let force = |run: &Series| f64::from(model.radius * model.force * model.force(run.last(1) as f32, 1.0));
                let speed = |run: &Series| force(run) * f64::from(model.time_step) / kept;
                over_seeds(&runs[0], |run| run.last(0) - speed(run))
            },
            expected: Expected::Near(0.0, 2e-4),
            ..fact.clone()
        },
        Fact {
            claim: "without forces places are those of chance: voids e⁻² = 0.135",
            source: "exact: Poisson's law",
            settings: vec![still("start_speed", 1.0)],
            steps: 1,
            seeds: 8,
            measures: &["voids"],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
            expected: Expected::Near(0.1353, 0.012),
            tolerance: "4 standard errors of 8 runs with a spread of 0.008",
            ..fact.clone()
        },
        Fact {
            claim: "one kind that attracts itself gathers: most of the space is void",
            source: "Mohr, Particle Life (2022): clusters of like kinds",
            settings: vec![Setting::new().choice("attraction", "1").number("agents", 1000.0)],
            steps: 1500,
            seeds: 2,
            measures: &["voids"],
            quantity: |runs| over_seeds(&runs[0], |run| run.last(0)),
            expected: Expected::AtLeast(0.5),
            tolerance: "strewn at random they leave 0.135 void",
            ..fact
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Models, Simulation};

    #[test]
    fn the_legend_has_the_kinds_that_there_are() {
        let models = Models::default().with::<ParticleLife>();
        let kinds = |model: ParticleLife| {
            let mut scene = models.find("particle_life").unwrap().scene();
            scene.model.params = Box::new(model);
            let run = Simulation::new(&scene, &models, Some(1)).unwrap();
            let spec = run.agents().channels().into_iter().find(|spec| spec.name == "kind").unwrap();
            let Scale::Category(kinds) = spec.scale else { panic!() };
            kinds.into_iter().map(|kind| kind.name).collect::<Vec<_>>()
        };
        let few = ParticleLife { agents: 10, ..ParticleLife::default() };
        assert_eq!(kinds(few.clone()), ["orange", "sky", "green", "yellow", "blue", "vermillion"]);
        assert_eq!(kinds(ParticleLife { attraction: "0 1; -1 0".into(), ..few.clone() }), ["orange", "sky"]);
        assert_eq!(kinds(ParticleLife { kinds: 8, ..few }).len(), 8);
    }
}
