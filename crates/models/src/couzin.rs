//! Couzin's zones: swarms, tori and parallel groups; and leaders that nobody knows.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Slider, Strength, Symbol, Tool, Unit},
    sim::{
        ChannelSpec, Clock, Column, Cone, Expected, Fact, Heading, Hue, Id, Model, Neighbours, Position, Reach, Scale, Series,
        Setting, Setup, Source, Space, ToolUse, Touch, Vector, Zone, maths, over_seeds, rows, turn,
    },
};
use bevy_ecs::{
    component::Component,
    resource::Resource,
    system::{Query, Res, ResMut},
};
use bevy_math::Vec3;
use bevy_reflect::Reflect;
use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

/// Where the group lives.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// In space, as in Couzin et al. 2002.
    #[default]
    Space,
    /// In the plane, as in Couzin et al. 2005.
    Plane,
}

/// What an individual does about others that are not too near.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zones {
    /// It aligns with those of an inner zone and is drawn to those of an outer one (Couzin et al. 2002).
    #[default]
    Nested,
    /// It aligns with and is drawn to all of one zone, and holds on to its own direction as if it were one of them
    /// (Couzin et al. 2005).
    Joint,
}

/// Animals that keep apart, align with those near them and are drawn to those farther away. As the zone in which they
/// align grows, the group turns from a swarm into a torus, then into a parallel school. On the way back it keeps what it
/// was: which of two forms it has depends on its past, although no animal remembers anything.
///
/// If anyone is within rᵣ, dᵢ = −Σ r̂ᵢⱼ; else dᵢ = ½(Σ v̂ⱼ over the zone of orientation + Σ r̂ᵢⱼ over that of attraction), of
/// which a blind volume behind is left out. Informed ones take (d̂ᵢ + ωg)/|d̂ᵢ + ωg|. Each turns towards dᵢ, with an error, by no
/// more than θτ, and moves on by sτ. The order parameters are the polarisation p = |Σ v̂ᵢ|/N and the rotation
/// m = |Σ r̂ᵢ꜀ × v̂ᵢ|/N.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Couzin {
    /// Width of the zone of orientation, Δrₒ, beyond that of repulsion.
    #[reflect(@0.0..=100.0f32, @Slider(0.0, 15.0), @Symbol("Δrₒ"), @Strength::Rising, @Decoupled("0"))]
    pub orientation: f32,
    /// Width of the zone of attraction, Δrₐ, beyond that of orientation.
    #[reflect(@0.0..=100.0f32, @Slider(0.0, 15.0), @Symbol("Δrₐ"), @Group("Interaction"), @Decoupled("0"))]
    pub attraction: f32,
    /// Radius of the zone of repulsion, rᵣ.
    #[reflect(@0.0..=100.0f32, @Slider(0.0, 5.0), @Symbol("rᵣ"), @Group("Interaction"), @Decoupled("0"))]
    pub repulsion: f32,
    /// What an individual does about others that are not too near.
    #[reflect(@Group("Interaction"))]
    pub zones: Zones,
    /// Field of perception, α: what is left, behind, is blind, save for those too near.
    #[reflect(@0.0..=360.0f32, @Slider(200.0, 360.0), @Symbol("α"), @Unit("°"), @Group("Interaction"))]
    pub perception: f32,
    /// Share of the group that is informed of a direction, p: it wants to go along x.
    #[reflect(@0.0..=1.0f32, @Symbol("p"), @Restart, @Group("Leaders"))]
    pub informed: f32,
    /// Weight of the informed ones' own direction against what the others do, ω.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 2.0), @Symbol("ω"), @Group("Leaders"))]
    pub weight: f32,
    /// Speed, s.
    #[reflect(@0.0..=100.0f32, @Slider(0.0, 5.0), @Symbol("s"), @Unit("1/s"), @Group("Motion"))]
    pub speed: f32,
    /// Largest rate of turning, θ.
    #[reflect(@0.0..=10_000.0f32, @Slider(10.0, 200.0), @Symbol("θ"), @Unit("°/s"), @Group("Motion"))]
    pub turning: f32,
    /// Error of the direction, σ: the standard deviation of an angle, about an axis at random.
    #[reflect(@0.0..=10.0f32, @Slider(0.0, 0.5), @Symbol("σ"), @Unit("rad"), @Group("Motion"))]
    pub error: f32,
    /// Where the group lives.
    #[reflect(@Restart, @Group("Start"))]
    pub medium: Medium,
    /// Number of individuals, N.
    #[reflect(@0..=1_000_000u32, @Slider(2.0, 2_000.0), @Log, @Symbol("N"), @Restart, @Group("Start"))]
    pub agents: u32,
    /// Side of the box in which they start.
    #[reflect(@0.1..=10_000.0f32, @Slider(1.0, 100.0), @Log, @Restart, @Group("Start"))]
    pub size: f32,
    /// Time that one step takes, τ.
    #[reflect(@0.001..=10.0f32, @Slider(0.01, 1.0), @Log, @Symbol("τ"), @Unit("s"), @Group("Numerics"))]
    pub time_step: f32,
}

impl Default for Couzin {
    /// The torus of Couzin et al. 2002, fig. 1 (b), at the settings of fig. 3.
    fn default() -> Self {
        Self {
            orientation: 2.5,
            attraction: 14.0,
            repulsion: 1.0,
            zones: Zones::Nested,
            perception: 270.0,
            informed: 0.0,
            weight: 0.5,
            speed: 3.0,
            turning: 40.0,
            error: 0.05,
            medium: Medium::Space,
            agents: 100,
            size: 8.0,
            time_step: 0.1,
        }
    }
}

/// Whether an individual knows where to go: 1, or 0.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(transparent)]
struct Informed(u8);

impl Column for Informed {
    const FIELDS: &'static [&'static str] = &["informed"];
    const TOOLS: &'static [ToolUse] = &[
        ToolUse(Tool::Raise, "Inform", "Tell those under the pointer where to go: along x"),
        ToolUse(Tool::Lower, "Forget", "Make those under the pointer forget where to go"),
    ];
    fn field(&self, _: usize) -> f64 {
        self.0.into()
    }
    fn channels() -> Vec<ChannelSpec> {
        vec![ChannelSpec { name: "informed", unit: "", scale: Scale::kinds(&[("naive", Hue::Sky), ("informed", Hue::Orange)]) }]
    }
    fn channel(&self, _: usize) -> f32 {
        self.0.into()
    }
    fn touched(self, touch: &Touch) -> Self {
        match touch.tool {
            Tool::Raise => Self(1),
            Tool::Lower => Self(0),
            _ => self,
        }
    }
}

/// The headings of the next step, in the order of rows.
#[derive(Resource, Default)]
struct Next<V: Vector>(Vec<V>);

impl Couzin {
    /// The radii of the zones, the innermost first.
    fn radii(&self) -> [f32; 3] {
        let oriented = self.repulsion + self.orientation;
        [self.repulsion, oriented, oriented + self.attraction]
    }

    fn build_in<V: Vector>(&self, setup: &mut Setup, shown: Space<V>) {
        setup.space(shown);
        setup.roaming();
        setup.column::<Position<V>>();
        setup.column::<Heading<V>>();
        setup.column::<Informed>();
        setup.newcomer(|model: &Self, start, agent, place: V| {
            let heading = start.direction::<V>(agent, 2);
            let informed = f64::from(agent) < (f64::from(model.informed) * f64::from(model.agents)).round();
            (Position(place), Heading(heading), Informed(informed.into()))
        });
        let side = V::splat(self.size);
        setup.strew(self.agents, &Space { min: -(side * 0.5), size: side, ..shown });
        setup.derived(Next::<V>(Vec::new()));
        setup.index(|model: &Self, _, _: &Space<V>| model.radii()[2]);
        setup.interact(choose_headings::<V>);
        setup.advance(travel::<V>);
    }
}

/// The unit vector along x.
fn along_x<V: Vector>() -> V {
    V::of_space(Vec3::X)
}

impl Model for Couzin {
    const NAME: &'static str = "couzin";
    const TITLE: &'static str = "Couzin's zones";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Couzin, I. D.", "Krause, J.", "James, R.", "Ruxton, G. D.", "Franks, N. R."],
            title: "Collective memory and spatial sorting in animal groups",
            journal: "J. Theor. Biol.",
            volume: "218",
            pages: "1",
            year: 2002,
            doi: "10.1006/jtbi.2002.3065",
            ..Source::NONE
        },
        Source {
            authors: &["Couzin, I. D.", "Krause, J.", "Franks, N. R.", "Levin, S. A."],
            title: "Effective leadership and decision-making in animal groups on the move",
            journal: "Nature",
            volume: "433",
            pages: "513",
            year: 2005,
            doi: "10.1038/nature03236",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["polarisation", "rotation"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        setup.time_step("s", |model: &Self| model.time_step.into());
        // About the width of a torus at these settings.
        let shown = 3.0 * self.size;
        match self.medium {
            Medium::Space => self.build_in(setup, Space::open_cube(shown)),
            Medium::Plane => self.build_in(setup, Space::open(shown)),
        }
        Ok(())
    }

    fn look() -> Look {
        Look { trails: 24, ..Look::default() }
    }

    fn zones(&self) -> Vec<Zone> {
        let [repulsion, orientation, attraction] = self.radii();
        let ahead = |name, radius| Zone { name, reach: Reach::Within(radius), half_angle: 0.5 * self.perception.to_radians() };
        vec![
            Zone::round("repulsion", Reach::Within(repulsion)),
            ahead("orientation", orientation),
            ahead("attraction", attraction),
        ]
    }

    fn facts() -> Vec<Fact> {
        facts()
    }
}

/// What an individual perceives of the others.
#[derive(Default)]
struct Others<V: Vector> {
    /// Whether anyone is too near.
    too_near: bool,
    /// The sum of the directions to those too near.
    near: V,
    /// The sum of the headings of those with whom it aligns.
    headings: V,
    /// The sum of the directions to those to whom it is drawn.
    far: V,
}

/// Eqs. 1 to 3: each individual's next heading, from the places and headings of this step.
fn choose_headings<V: Vector>(
    model: Res<Couzin>,
    clock: Res<Clock>,
    index: Res<Neighbours<V>>,
    mut next: ResMut<Next<V>>,
    mut agents: Query<(&Id, &Position<V>, &Heading<V>, &Informed)>,
) {
    let Some((ids, positions, headings, informed)) = rows(&mut agents) else { return };
    let positions: &[V] = bytemuck::cast_slice(positions);
    let headings: &[V] = bytemuck::cast_slice(headings);
    let [repulsion, orientation, attraction] = model.radii();
    let error = clock.chance("error");
    let most = model.turning.to_radians() * model.time_step;
    next.0.resize(ids.len(), V::ZERO);
    index.each(&mut next.0, |row, nearby, next| {
        let heading = headings[row];
        let sight = Cone::new(heading, model.perception.to_radians());
        let mut others = Others::<V>::default();
        nearby.within(positions, positions[row], attraction, |other, displacement| {
            let squared = displacement.length_squared();
            if other == row {
            } else if squared <= repulsion * repulsion {
                others.too_near = true;
                others.near += displacement.normalize_or_zero();
            } else if sight.holds(displacement) {
                let aligns = model.zones == Zones::Joint || squared <= orientation * orientation;
                if aligns {
                    others.headings += headings[other];
                }
                if !aligns || model.zones == Zones::Joint {
                    others.far += displacement.normalize_or_zero();
                }
            }
        });
        let mut wanted = if others.too_near { -others.near } else { others.headings + others.far };
        if model.zones == Zones::Joint && !others.too_near && wanted != V::ZERO {
            wanted += heading;
        }
        // Who perceives nobody, or as much on one side as on the other, goes on.
        wanted = if wanted == V::ZERO { heading } else { wanted.normalize_or_zero() };
        if informed[row].0 != 0 {
            wanted = (wanted + along_x::<V>() * model.weight).normalize_or_zero();
        }
        // An axis at random is one to which a direction at random lies across.
        let erring = turn(wanted, error.direction(ids[row].0, 0), |_| model.error * error.normal(ids[row].0, 1) as f32);
        *next = turn(heading, erring, |angle| angle.min(most)).normalize_or_zero();
    });
}

/// Each individual turns, then moves along its new heading.
fn travel<V: Vector>(model: Res<Couzin>, next: Res<Next<V>>, mut agents: Query<(&mut Position<V>, &mut Heading<V>)>) {
    let Some((positions, headings)) = rows(&mut agents) else { return };
    for ((position, heading), next) in positions.iter_mut().zip(headings.iter_mut()).zip(&next.0) {
        heading.0 = *next;
        position.0 += *next * (model.speed * model.time_step);
    }
}

fn facts() -> Vec<Fact> {
    let couzin = Setting::new;
    let alone = || {
        let all = couzin().number("orientation", 0.0).number("attraction", 0.0).number("repulsion", 0.0);
        all.number("agents", 2000.0).number("turning", 10_000.0)
    };
    let at = |orientation: f64| couzin().number("orientation", orientation);
    // From a parallel group down to 2.5, a quarter every 2000 steps.
    let down = || (1..=6u64).fold(at(4.0), |setting, k| setting.turned(2000 * k, "orientation", 4.0 - 0.25 * k as f64));
    // The settings of Couzin et al. 2005.
    let led = |informed: f64| {
        let zones = at(5.0).number("attraction", 0.0).choice("zones", "joint").number("perception", 360.0);
        let motion = zones.number("speed", 1.0).number("turning", 114.591_56).number("error", 0.01).number("time_step", 0.2);
        motion.choice("medium", "plane").number("agents", 30.0).number("size", 5.0).number("informed", informed)
    };
    let mean: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.mean(0));
    let fact = Fact {
        claim: "",
        source: "Couzin et al. 2002, fig. 3; tests/oracles/couzin.py: the same rule in an independent program",
        settings: vec![],
        steps: 4000,
        discard: 2000,
        seeds: 4,
        measures: &["polarisation"],
        quantity: mean,
        expected: Expected::AtLeast(0.0),
        tolerance: "4 standard errors of the difference of two means of 4 runs each with the oracle's spread",
    };
    let rotation = Fact { measures: &["rotation"], ..fact.clone() };
    let lasting = Fact {
        source: "exact: each turn is normal with σ = 0.05 about an axis at random",
        steps: 400,
        discard: 400,
        measures: &["persistence"],
        expected: Expected::Near(0.6065, 0.02),
        tolerance: "4 standard errors of 8000 individuals: 0.45/√8000 in the plane, 0.34/√8000 in space",
        ..fact.clone()
    };
    // Two that do not err, hardly move and see all round.
    let two = |size: f64| {
        let steady = couzin().number("agents", 2.0).number("size", size).number("error", 0.0).number("perception", 360.0);
        steady.number("turning", 10_000.0).number("speed", 0.1)
    };
    let attracted = || two(8.0).number("orientation", 0.0).number("repulsion", 0.0);
    // How much farther apart two are at the end.
    fn parted(run: &Series) -> f64 {
        run.last(0) - run.values[0][0]
    }
    let pair = Fact {
        source: "exact: eq. 1 for two",
        steps: 10,
        discard: 0,
        measures: &["nearest_distance"],
        quantity: |runs| over_seeds(&runs[0], parted),
        tolerance: "rounding of places to 24 bits",
        ..fact.clone()
    };
    // Cosine of the angle between where the group goes and where the informed want to go.
    fn course(run: &Series) -> f64 {
        run.mean(0) / run.mean(1)
    }
    let leaders = Fact {
        source: "Couzin et al. 2005, fig. 1; tests/oracles/couzin.py: the same rule in an independent program",
        steps: 1000,
        discard: 750,
        seeds: 30,
        measures: &["eastward", "polarisation"],
        quantity: |runs| over_seeds(&runs[0], course),
        ..fact.clone()
    };
    vec![
        Fact {
            claim: "alone in space: after 400 steps a direction lasts by e^{−400 σ²/2} = 0.6065",
            settings: vec![alone()],
            ..lasting.clone()
        },
        Fact {
            claim: "alone in the plane: after 400 steps a direction lasts by e^{−400 σ²/2} = 0.6065",
            settings: vec![alone().choice("medium", "plane")],
            ..lasting.clone()
        },
        Fact {
            claim: "all informed, ω → ∞: after θt = 90° the mean of cos(angle to x) is ½(1 + π/4) = 0.8927",
            source: "exact: directions uniform on the sphere that turn at 40 °/s until they face x",
            settings: vec![
                alone()
                    .number("informed", 1.0)
                    .number("weight", 1000.0)
                    .number("error", 0.0)
                    .number("turning", 40.0)
                    .number("time_step", 0.25),
            ],
            steps: 9,
            discard: 9,
            measures: &["eastward"],
            expected: Expected::Near(0.8927, 0.0085),
            tolerance: "4 standard errors of 8000 individuals: 0.19/√8000",
            ..fact.clone()
        },
        Fact {
            claim: "two within rᵣ turn their backs on each other, whatever else they would do: they part at 2s, by 0.2",
            settings: vec![two(0.1)],
            expected: Expected::Near(0.2, 1e-4),
            ..pair.clone()
        },
        Fact {
            claim: "two in the zone of attraction turn to each other: they approach at 2s, by 0.2",
            settings: vec![attracted()],
            expected: Expected::Near(-0.2, 1e-4),
            ..pair.clone()
        },
        Fact {
            claim: "two in the zone of orientation: the angle between them closes by 2θτ a step, 24° in three",
            settings: vec![
                two(0.5).number("repulsion", 0.0).number("orientation", 10.0).number("attraction", 0.0).number("turning", 40.0),
            ],
            steps: 3,
            measures: &["polarisation"],
            // p = cos(half of the angle).
            quantity: |runs| {
                let between = |p: f64| 2.0 * maths::atan2((1.0 - p * p).max(0.0).sqrt(), p).to_degrees();
                over_seeds(&runs[0], |run| between(run.values[0][0]) - between(run.last(0)))
            },
            expected: Expected::Near(24.0, 0.01),
            tolerance: "rounding of directions to 24 bits",
            ..pair.clone()
        },
        Fact {
            claim: "two attracted, α = 270°: those to whom the other is hidden go on: mean approach over 2sτ is ½(1 + √½) − ⅛ = 0.7286",
            source: "exact: directions uniform on the sphere, of which ½(1 − √½) are turned away by more than 135°",
            settings: vec![attracted().number("perception", 270.0).number("speed", 0.01)],
            steps: 1,
            seeds: 400,
            quantity: |runs| over_seeds(&runs[0], |run| -parted(run) / 0.002),
            expected: Expected::Near(0.7286, 0.093),
            tolerance: "4 standard errors of 400 pairs with a spread of 0.464",
            ..pair.clone()
        },
        Fact {
            claim: "Δrₒ = 0, a swarm: p = 0.16",
            settings: vec![at(0.0)],
            expected: Expected::Near(0.161, 0.042),
            ..fact.clone()
        },
        Fact {
            claim: "Δrₒ = 0, a swarm: m = 0.18",
            settings: vec![at(0.0)],
            expected: Expected::Near(0.183, 0.134),
            ..rotation.clone()
        },
        Fact {
            claim: "Δrₒ = 2.5, a torus: m = 0.75",
            settings: vec![at(2.5)],
            expected: Expected::Near(0.751, 0.051),
            ..rotation.clone()
        },
        Fact {
            claim: "Δrₒ = 2.5, a torus: p = 0.21",
            settings: vec![at(2.5)],
            expected: Expected::Near(0.214, 0.144),
            ..fact.clone()
        },
        Fact {
            claim: "Δrₒ = 6, highly parallel: p = 0.999",
            settings: vec![at(6.0)],
            expected: Expected::Near(0.9990, 0.0004),
            ..fact.clone()
        },
        Fact {
            claim: "collective memory: a parallel group stays so as Δrₒ falls to 2.5, where others mill: p = 0.997",
            source: "Couzin et al. 2002, fig. 4; tests/oracles/couzin.py: the same rule in an independent program",
            settings: vec![down()],
            steps: 14_000,
            discard: 13_000,
            expected: Expected::Near(0.9974, 0.0012),
            tolerance: "4 standard errors of the difference of means of 2 and 4 runs with the oracle's spread, 0.00034",
            ..fact.clone()
        },
        Fact {
            claim: "12 of 30 informed: they lead the group, cosine of its course 0.983",
            settings: vec![led(0.4)],
            expected: Expected::Near(0.9827, 0.0074),
            tolerance: "4 standard errors of the difference of two means of 30 runs with the oracle's spread, 0.0072",
            ..leaders.clone()
        },
        Fact {
            claim: "nobody informed: the group goes anywhere, |mean cosine| < 0.4",
            settings: vec![led(0.0)],
            quantity: |runs| over_seeds(&runs[0], course).abs(),
            expected: Expected::AtMost(0.4),
            tolerance: "3 standard errors of 30 groups: 0.71/√30",
            ..leaders.clone()
        },
        Fact {
            claim: "the more are informed, the better: cosine at p = 0.2 less that at p = 0.05, 0.354",
            settings: vec![led(0.2), led(0.05)],
            quantity: |runs| over_seeds(&runs[0], course) - over_seeds(&runs[1], course),
            // Two of thirty lead badly, and each group differently: spreads are 0.063 at p = 0.2 (30 runs of the oracle) and 0.393
            // at p = 0.05 (240), so that √(0.393² (1/240 + 1/240) + 0.063² (1/30 + 1/240)) = 0.038.
            seeds: 240,
            expected: Expected::Near(0.354, 0.152),
            tolerance: "4 standard errors of the difference of the oracle's and this one, with the oracle's spreads",
            ..leaders
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracles::{Oracle, scattered, walk};
    use bevy_math::Vec2;

    #[test]
    fn steps_are_those_of_an_independent_program() {
        let oracle = Oracle::read("couzin");
        let nested = |orientation: f64, attraction: f64| {
            let steady = Setting::new().number("error", 0.0);
            steady.number("orientation", orientation).number("attraction", attraction)
        };
        let joint = || {
            let zones = nested(5.0, 0.0).choice("zones", "joint").choice("medium", "plane").number("perception", 360.0);
            let motion = zones.number("speed", 1.0).number("turning", 114.591_56).number("time_step", 0.2);
            motion.number("repulsion", 0.6)
        };
        let in_space = [
            ("nested", 4.0, nested(1.0, 2.0)),
            ("a wide blind volume", 4.0, nested(2.0, 2.0).number("perception", 200.0).number("repulsion", 0.5)),
            ("quick turns", 6.0, nested(2.0, 4.0).number("turning", 400.0).number("repulsion", 0.5)),
            ("informed", 4.0, nested(1.0, 2.0).number("informed", 0.25)),
        ];
        // Places are rounded to 24 bits at each step.
        for (seed, (name, side, setting)) in (61..).zip(in_space) {
            oracle.agree(name, &walk::<Vec3>(Couzin::NAME, &setting, &scattered(seed, 20, 3, side), 10), 1e-5);
        }
        for (seed, (name, setting)) in
            (65..).zip([("joint in the plane", joint()), ("joint and informed", joint().number("informed", 0.25))])
        {
            oracle.agree(name, &walk::<Vec2>(Couzin::NAME, &setting, &scattered(seed, 20, 2, 6.0), 10), 1e-5);
        }
    }
}
