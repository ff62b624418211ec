//! Epidemics: SIR and SEIR among everyone, on random spatial networks and among agents that move.

use crate::{
    error::Result,
    scene::{Decoupled, Group, Log, Look, Restart, Shape, Slider, Strength, Symbol, Unit},
    sim::{
        Boundary, Chance, Clock, Expected, Fact, Heading, Health, Id, Model, Neighbours, Network, Position, Reach, Series,
        Setting, Setup, Source, Space, Zone, maths, over_seeds, rows,
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
use std::f32::consts::{PI, TAU};

/// Agents per unit of parallel work.
const CHUNK: usize = 1024;

/// The states that the infected go through.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// Susceptible, infectious, recovered.
    #[default]
    Sir,
    /// Susceptible, exposed, infectious, recovered: the infected do not infect others at once.
    Seir,
}

/// Who meets whom.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// Those nearer than the radius, while all walk about.
    #[default]
    Nearby,
    /// Those linked by a random spatial network; nobody moves.
    Network,
    /// Everyone with everyone, each pair with 1/N of the rate (Kermack & McKendrick 1927).
    Everyone,
}

/// How the likelihood of a link falls with distance d. The length ℓ is such that the mean number of links is as asked.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kernel {
    /// 1 for d ≤ ℓ, 0 beyond.
    #[default]
    Disc,
    /// e^{−d/ℓ}.
    Exponential,
    /// 1 / (1 + (d/ℓ)^a).
    PowerLaw,
    /// The same at any distance (Erdős–Rényi).
    Anywhere,
}

/// Where the first infected are.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Anywhere.
    #[default]
    Scattered,
    /// Nearest to the centre of the box.
    Centre,
}

/// An infection passes from agent to agent by contact; the infected recover and are immune from then on. Below a critical
/// rate every outbreak dies out; above it one case may infect most of a population, and the part that is immune protects
/// the rest.
///
/// Through each contact with an infectious agent a susceptible one is infected at the rate β; the infectious recover at the
/// rate γ, and under SEIR the exposed become infectious at the rate σ. Among everyone R₀ = β/γ, and the share z of those
/// ever infected solves z = 1 − e^{−R₀z}. The order parameter is that share, the attack rate.
///
/// In a step dt recovery acts for half of it, infection for all of it, recovery for the other half (Strang's splitting); it
/// spares those infected in this step, whose course begins at its end. So a case infects as many others as in continuous
/// time, up to a relative error of order dt².
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Epidemic {
    /// Rate of infection through one contact, β.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 5.0), @Symbol("β"), @Unit("per unit of time"), @Strength::Rising, @Decoupled("0"))]
    pub infection: f64,
    /// Rate of recovery, γ: infectious periods last 1/γ on average.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 2.0), @Symbol("γ"), @Unit("per unit of time"), @Group("Course"))]
    pub recovery: f64,
    /// The states that the infected go through.
    #[reflect(@Group("Course"))]
    pub course: Course,
    /// Rate at which the exposed become infectious, σ.
    #[reflect(@0.0..=1000.0f64, @Slider(0.0, 2.0), @Symbol("σ"), @Unit("per unit of time"), @Group("Course"))]
    pub onset: f64,
    /// Who meets whom.
    #[reflect(@Restart, @Group("Contact"))]
    pub contact: Contact,
    /// Distance of a contact, r.
    #[reflect(@0.0..=100.0f32, @Slider(0.1, 5.0), @Symbol("r"), @Group("Contact"))]
    pub radius: f32,
    /// How the likelihood of a link falls with distance.
    #[reflect(@Restart, @Group("Contact"))]
    pub kernel: Kernel,
    /// Mean number of links of one agent.
    #[reflect(@0.0..=1000.0f64, @Slider(1.0, 20.0), @Symbol("⟨k⟩"), @Restart, @Group("Contact"))]
    pub degree: f64,
    /// Exponent of the power law, a.
    #[reflect(@2.1..=20.0f64, @Slider(2.1, 6.0), @Symbol("a"), @Restart, @Group("Contact"))]
    pub exponent: f64,
    /// Speed at which agents walk, v.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 10.0), @Symbol("v"), @Group("Motion"))]
    pub speed: f32,
    /// How fast walkers lose their direction: its angle spreads by 2Dt.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 10.0), @Symbol("D"), @Unit("rad² per unit of time"), @Group("Motion"))]
    pub turning: f32,
    /// Share of agents that travel to a place anywhere in a step (Frasca et al. 2006).
    #[reflect(@0.0..=1.0f64, @Symbol("p"), @Group("Motion"))]
    pub travel: f64,
    /// Share that is vaccinated at the start.
    #[reflect(@0.0..=1.0f64, @Restart, @Group("Start"))]
    pub vaccinated: f64,
    /// Number of agents that are infectious at the start.
    #[reflect(@0..=1_000_000u32, @Slider(0.0, 100.0), @Restart, @Group("Start"))]
    pub infected: u32,
    /// Where the first infected are.
    #[reflect(@Restart, @Group("Start"))]
    pub origin: Origin,
    /// Number of agents, N.
    #[reflect(@0..=1_000_000u32, @Slider(10.0, 20_000.0), @Log, @Symbol("N"), @Restart, @Group("Space"))]
    pub agents: u32,
    /// Side of the box, L. Opposite edges are joined.
    #[reflect(@0.1..=10_000.0f32, @Slider(2.0, 200.0), @Log, @Symbol("L"), @Restart, @Group("Space"))]
    pub size: f32,
    /// Time that one step takes, dt.
    #[reflect(@0.0001..=1.0f64, @Slider(0.001, 0.2), @Log, @Symbol("dt"), @Group("Numerics"))]
    pub time_step: f64,
}

impl Default for Epidemic {
    fn default() -> Self {
        Self {
            infection: 1.0,
            recovery: 1.0,
            course: Course::Sir,
            onset: 1.0,
            contact: Contact::Nearby,
            radius: 1.0,
            kernel: Kernel::Disc,
            degree: 6.0,
            exponent: 3.0,
            speed: 2.0,
            turning: 1.0,
            travel: 0.0,
            vaccinated: 0.0,
            infected: 10,
            origin: Origin::Scattered,
            agents: 2500,
            size: 50.0,
            time_step: 0.05,
        }
    }
}

/// Health within the step and at its end, in the order of rows.
#[derive(Resource, Default)]
struct Next {
    /// After the first half of recovery.
    middle: Vec<Health>,
    end: Vec<Health>,
}

impl Model for Epidemic {
    const NAME: &'static str = "epidemic";
    const TITLE: &'static str = "Epidemic";
    const SOURCES: &'static [Source] = &[
        Source {
            authors: &["Kermack, W. O.", "McKendrick, A. G."],
            title: "A contribution to the mathematical theory of epidemics",
            journal: "Proc. R. Soc. A",
            volume: "115",
            pages: "700",
            year: 1927,
            doi: "10.1098/rspa.1927.0118",
            ..Source::NONE
        },
        Source {
            authors: &["Frasca, M.", "Buscarino, A.", "Rizzo, A.", "Fortuna, L.", "Boccaletti, S."],
            title: "Dynamical network model of infective mobile agents",
            journal: "Phys. Rev. E",
            volume: "74",
            pages: "036110",
            year: 2006,
            doi: "10.1103/PhysRevE.74.036110",
            ..Source::NONE
        },
        Source {
            authors: &["Lang, J. C.", "De Sterck, H.", "Kaiser, J. L.", "Miller, J. C."],
            title: "Analytic models for SIR disease spread on random spatial networks",
            journal: "J. Complex Netw.",
            volume: "6",
            pages: "948",
            year: 2018,
            doi: "10.1093/comnet/cny004",
            ..Source::NONE
        },
    ];
    const MEASURES: &'static [&'static str] = &["attack_rate", "prevalence"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let space = Space::square(self.size, Boundary::Periodic);
        setup.space(space);
        setup.time_step("", |model: &Self| model.time_step);
        setup.column::<Health>();
        setup.column::<Position>();
        let start = setup.chance("start");
        let places: Vec<Vec2> =
            (0..self.agents).map(|agent| Vec2::new(start.unit(agent, 0), start.unit(agent, 1)) * self.size).collect();
        let health = self.first_health(&space, &places, setup.chance("health"));
        let agents = health.into_iter().zip(&places).map(|(health, place)| (health, Position(*place)));
        setup.derived(Next::default());
        if self.contact == Contact::Nearby {
            setup.column::<Heading>();
            let heading = |agent| Heading(maths::unit(start.unit(agent, 2) * TAU));
            setup.spawn((0..).zip(agents).map(|(agent, (health, place))| (health, place, heading(agent))));
            setup.newcomer(|_: &Self, start, agent, place: Vec2| {
                (Health::SUSCEPTIBLE, Position(place), Heading(start.direction::<Vec2>(agent, 2)))
            });
            setup.index(|model: &Self, _, _: &Space| model.radius);
            setup.interact(infect_nearby);
            setup.advance((walk, become_next));
        } else {
            if self.contact == Contact::Everyone {
                setup.newcomer(|_: &Self, _, _, place: Vec2| (Health::SUSCEPTIBLE, Position(place)));
            } else {
                setup.derived(self.network(&places, &space, setup.chance("network")));
            }
            setup.fixed_places();
            setup.spawn(agents);
            setup.interact(infect_linked);
            setup.advance(become_next);
        }
        Ok(())
    }

    fn look() -> Look {
        Look { shape: Shape::Disc, ..Look::default() }
    }

    fn facts() -> Vec<Fact> {
        facts()
    }

    fn zones(&self) -> Vec<Zone> {
        if self.contact == Contact::Nearby { vec![Zone::round("contact", Reach::Within(self.radius))] } else { Vec::new() }
    }

    /// The share of all who are ever infected in a large outbreak, where everyone meets everyone.
    fn theory(&self, measure: &str) -> Option<f64> {
        let reproduction = self.infection * self.contacts_when_mixed()? / self.recovery;
        let seeds = f64::from(self.infected) / f64::from(self.agents.max(1));
        let susceptible = (1.0 - self.vaccinated - seeds).max(0.0);
        // From s to s∞ = s e^{−R₀ (attacked at the end)}.
        (measure == "attack_rate" && self.recovery > 0.0).then(|| {
            let excess = |attacked: f64| attacked - seeds - susceptible * (1.0 - maths::exp(-reproduction * attacked));
            maths::rising_zero(excess, seeds.max(1e-6), 1.0)
        })
    }

    /// The rate at which one case infects one other, where everyone meets everyone.
    fn critical(&self) -> Option<f64> {
        let susceptible = 1.0 - self.vaccinated;
        self.contacts_when_mixed().filter(|_| susceptible > 0.0).map(|contacts| self.recovery / (contacts * susceptible))
    }
}

impl Epidemic {
    /// How many contacts an agent has, where all who meet are strangers.
    fn contacts_when_mixed(&self) -> Option<f64> {
        match self.contact {
            Contact::Everyone => Some(1.0),
            Contact::Nearby if self.travel == 1.0 => Some(f64::from(self.density() * PI * self.radius * self.radius)),
            _ => None,
        }
    }

    fn density(&self) -> f32 {
        self.agents as f32 / (self.size * self.size)
    }

    /// Who is infectious and who vaccinated at the start.
    fn first_health(&self, space: &Space, places: &[Vec2], chance: Chance) -> Vec<Health> {
        let mut anyone: Vec<u32> = (0..self.agents).collect();
        chance.shuffle(&mut anyone);
        let mut first = anyone.clone();
        if self.origin == Origin::Centre {
            let centre = space.min + space.size / 2.0;
            let distance = |agent: &u32| places[*agent as usize].distance_squared(centre);
            first.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        }
        let mut health = vec![Health::SUSCEPTIBLE; anyone.len()];
        first.iter().take(self.infected as usize).for_each(|agent| health[*agent as usize] = Health::INFECTIOUS);
        anyone.retain(|agent| health[*agent as usize] == Health::SUSCEPTIBLE);
        let vaccinated = (self.vaccinated * f64::from(self.agents)).round() as usize;
        anyone.iter().take(vaccinated).for_each(|agent| health[*agent as usize] = Health::VACCINATED);
        health
    }

    fn network(&self, places: &[Vec2], space: &Space, chance: Chance) -> Network {
        // ⟨k⟩ = ρ ∫ likelihood(d) 2πd dd, over an endless plane.
        let (exponent, pi) = (self.exponent, f64::from(PI));
        let area = self.degree / f64::from(self.density()).max(f64::MIN_POSITIVE);
        let sin = maths::sin_cos(2.0 * pi / exponent).0;
        let length = match self.kernel {
            Kernel::Disc => area / pi,
            Kernel::Exponential => area / (2.0 * pi),
            Kernel::PowerLaw => area * exponent * sin / (2.0 * pi * pi),
            Kernel::Anywhere => 1.0,
        }
        .sqrt();
        let share = self.degree / f64::from(self.agents.max(2) - 1);
        let likelihood = |distance: f32| {
            let distance = f64::from(distance) / length;
            match self.kernel {
                Kernel::Disc => f64::from(u8::from(distance <= 1.0)),
                Kernel::Exponential => maths::exp(-distance),
                Kernel::PowerLaw => 1.0 / (1.0 + maths::exp(exponent * maths::ln(distance))),
                Kernel::Anywhere => share,
            }
        };
        Network::spatial(places, space, likelihood, chance)
    }
}

/// The probabilities of one step.
struct Odds {
    /// That an infectious agent is so still after half a step.
    ill: f64,
    /// That an exposed one is so still.
    latent: f64,
    /// That an exposed one is infectious; in continuous time it may even have recovered.
    fallen_ill: f64,
    /// β dt.
    infection: f64,
    course: Course,
    chance: Chance,
}

impl Odds {
    fn of(model: &Epidemic, chance: Chance) -> Self {
        let (time, onset, recovery) = (0.5 * model.time_step, model.onset, model.recovery);
        let (ill, latent, apart) = (maths::exp(-recovery * time), maths::exp(-onset * time), recovery - onset);
        let fallen_ill = if apart.abs() * time < 1e-6 { onset * time * latent } else { onset * (latent - ill) / apart };
        Self { ill, latent, fallen_ill, infection: model.infection * model.time_step, course: model.course, chance }
    }

    /// The health of an agent after half a step of onset and recovery; `draw` is 0 for the first half, 1 for the second.
    fn half_recovered(&self, health: Health, id: u32, draw: u32) -> Health {
        match health {
            Health::INFECTIOUS if self.chance.uniform(id, draw) < self.ill => Health::INFECTIOUS,
            Health::INFECTIOUS => Health::RECOVERED,
            Health::EXPOSED => match self.chance.uniform(id, draw) {
                chance if chance < self.latent => Health::EXPOSED,
                chance if chance < self.latent + self.fallen_ill => Health::INFECTIOUS,
                _ => Health::RECOVERED,
            },
            other => other,
        }
    }

    /// The probability of being infected in a step with so many contacts.
    fn of_infection(&self, contacts: f64) -> f64 {
        if contacts > 0.0 { 1.0 - maths::exp(-self.infection * contacts) } else { 0.0 }
    }

    /// The health at the end of a step of an agent that is infected with this probability, if it can be.
    fn at_end(&self, health: Health, id: u32, infection: f64) -> Health {
        match (health, self.course) {
            (Health::SUSCEPTIBLE, _) if infection == 0.0 || self.chance.uniform(id, 2) >= infection => Health::SUSCEPTIBLE,
            (Health::SUSCEPTIBLE, Course::Sir) => Health::INFECTIOUS,
            (Health::SUSCEPTIBLE, Course::Seir) => Health::EXPOSED,
            (infected, _) => self.half_recovered(infected, id, 1),
        }
    }
}

/// The first half of recovery.
fn recover(odds: &Odds, ids: &[Id], health: &[Health], middle: &mut Vec<Health>) {
    middle.clear();
    middle.extend(ids.iter().zip(health).map(|(id, health)| odds.half_recovered(*health, id.0, 0)));
}

/// A step of contagion among those within the radius.
fn infect_nearby(
    model: Res<Epidemic>,
    clock: Res<Clock>,
    index: Res<Neighbours>,
    mut next: ResMut<Next>,
    mut agents: Query<(&Id, &Health, &Position)>,
) {
    let Some((ids, health, positions)) = rows(&mut agents) else { return };
    let Next { middle, end } = &mut *next;
    let odds = Odds::of(&model, clock.chance("contagion"));
    recover(&odds, ids, health, middle);
    let (middle, positions): (&[Health], &[Vec2]) = (middle, bytemuck::cast_slice(positions));
    end.resize(ids.len(), Health::SUSCEPTIBLE);
    index.each(end, |row, nearby, end| {
        let mut contacts = 0u32;
        if middle[row] == Health::SUSCEPTIBLE {
            nearby.within(positions, positions[row], model.radius, |other, _| {
                contacts += u32::from(middle[other] == Health::INFECTIOUS);
            });
        }
        *end = odds.at_end(middle[row], ids[row].0, odds.of_infection(contacts.into()));
    });
}

/// A step of contagion along the links of the network, or among everyone where there is none. Without a neighbour index
/// rows keep the order of identity, so the network's identities are rows.
fn infect_linked(
    model: Res<Epidemic>,
    clock: Res<Clock>,
    network: Option<Res<Network>>,
    mut next: ResMut<Next>,
    mut agents: Query<(&Id, &Health)>,
) {
    let Some((ids, health)) = rows(&mut agents) else { return };
    let Next { middle, end } = &mut *next;
    let odds = Odds::of(&model, clock.chance("contagion"));
    recover(&odds, ids, health, middle);
    let middle: &[Health] = middle;
    let infectious = |health: &Health| *health == Health::INFECTIOUS;
    let share = middle.iter().filter(|health| infectious(health)).count() as f64 / middle.len() as f64;
    let by_anyone = odds.of_infection(share);
    end.resize(ids.len(), Health::SUSCEPTIBLE);
    end.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, end)| {
        for (row, end) in (chunk * CHUNK..).zip(end) {
            let infection = match &network {
                None => by_anyone,
                Some(_) if middle[row] != Health::SUSCEPTIBLE => 0.0,
                Some(network) => {
                    let linked = network.links(ids[row].0).iter();
                    odds.of_infection(linked.filter(|other| infectious(&middle[**other as usize])).count() as f64)
                }
            };
            *end = odds.at_end(middle[row], ids[row].0, infection);
        }
    });
}

fn become_next(next: Res<Next>, mut agents: Query<&mut Health>) {
    if let Some(health) = rows(&mut agents) {
        health.copy_from_slice(&next.end);
    }
}

/// All walk on, each in its direction, which wanders; some travel far.
fn walk(model: Res<Epidemic>, clock: Res<Clock>, space: Res<Space>, mut agents: Query<(&Id, &mut Position, &mut Heading)>) {
    let Some((ids, positions, headings)) = rows(&mut agents) else { return };
    let chance = clock.chance("walk");
    let dt = model.time_step as f32;
    let spread = (2.0 * model.turning * dt).sqrt();
    for ((id, position), heading) in ids.iter().zip(positions.iter_mut()).zip(headings.iter_mut()) {
        if spread > 0.0 {
            heading.0 = maths::unit(spread * chance.normal(id.0, 0) as f32).rotate(heading.0).normalize();
        }
        position.0 = if chance.uniform(id.0, 2) < model.travel {
            space.min + Vec2::new(chance.unit(id.0, 3), chance.unit(id.0, 4)) * space.size
        } else {
            space.wrap(position.0 + model.speed * dt * heading.0)
        };
    }
}

fn facts() -> Vec<Fact> {
    let everyone =
        |infection: f64| Setting::new().choice("contact", "everyone").number("infection", infection).number("agents", 1e4);
    let network = |kernel: &str, degree: f64| {
        Setting::new().choice("contact", "network").choice("kernel", kernel).number("degree", degree)
    };
    let plane = |kernel: &str| {
        let plane = network(kernel, 8.0).number("agents", 1e4).number("size", 100.0).number("infection", 2.0);
        plane.number("infected", 20.0).choice("origin", "centre").number("time_step", 0.01)
    };
    let dense = |degree: f64| network("disc", degree).number("agents", 1e4).number("size", 100.0).number("infection", 50.0);
    let moving = |speed: f64| {
        let box_side = 4000f64.sqrt();
        let moving = Setting::new().number("agents", 4000.0).number("size", box_side).number("speed", speed);
        moving.number("infection", std::f64::consts::FRAC_2_PI).number("infected", 20.0)
    };
    let measles = |vaccinated: f64| everyone(15.0).number("vaccinated", vaccinated).number("infected", 1.0);
    let last: fn(&[Vec<Series>]) -> f64 = |runs| over_seeds(&runs[0], |run| run.last(0));
    let fact = Fact {
        claim: "",
        source: "exact for N → ∞: z = 1 − e^{−R₀z} (Kermack & McKendrick 1927)",
        settings: vec![],
        steps: 800,
        discard: 0,
        seeds: 20,
        measures: &["attack_rate"],
        quantity: last,
        expected: Expected::AtLeast(0.0),
        tolerance: "4 standard errors: an independent program has a spread of 0.0097 over runs",
    };
    vec![
        Fact {
            claim: "everyone, R₀ = 2, N = 10⁴: z = 0.797",
            settings: vec![everyone(2.0)],
            expected: Expected::Near(0.7968, 0.009),
            ..fact.clone()
        },
        Fact {
            claim: "everyone, R₀ = 3, N = 10⁴: z = 0.9405",
            settings: vec![everyone(3.0)],
            steps: 600,
            expected: Expected::Near(0.9405, 0.0036),
            tolerance: "4 standard errors: an independent program has a spread of 0.004 over runs",
            ..fact.clone()
        },
        Fact {
            claim: "everyone, SEIR, σ = 0.5, R₀ = 2: z = 0.797, whatever the latent period",
            settings: vec![everyone(2.0).choice("course", "seir").number("onset", 0.5)],
            steps: 1500,
            expected: Expected::Near(0.7968, 0.009),
            ..fact.clone()
        },
        Fact {
            claim: "everyone, R₀ = 3, N = 10⁵: largest prevalence 1 − (1 + ln R₀)/R₀ = 0.300",
            source: "exact for N → ∞ (Kermack & McKendrick 1927)",
            settings: vec![everyone(3.0).number("agents", 1e5).number("infected", 100.0).number("time_step", 0.01)],
            steps: 1000,
            seeds: 2,
            measures: &["prevalence"],
            quantity: |runs| over_seeds(&runs[0], |run| run.values[0].iter().copied().fold(0.0, f64::max)),
            expected: Expected::Near(0.3005, 0.004),
            tolerance: "half a step's change of R₀ (0.0015) and 4 spreads of a run (0.0006)",
            ..fact.clone()
        },
        Fact {
            claim: "everyone, from one case, R₀ = 2: outbreaks stay small with probability 1/R₀ = 0.5",
            source: "exact for N → ∞: a branching process with exponential lifetimes",
            settings: vec![everyone(2.0).number("agents", 2000.0).number("infected", 1.0)],
            steps: 500,
            seeds: 400,
            quantity: |runs| over_seeds(&runs[0], |run| f64::from(u8::from(run.last(0) < 0.2))),
            expected: Expected::Near(0.5, 0.1),
            tolerance: "4 standard errors of 400 runs",
            ..fact.clone()
        },
        Fact {
            claim: "measles, R₀ = 15, 90 % vaccinated: an outbreak infects z = 0.0583 of all",
            source: "exact for N → ∞: z/s = 1 − e^{−R₀z}, s = 0.1",
            settings: vec![measles(0.9).number("agents", 1e5).number("infected", 50.0)],
            steps: 800,
            seeds: 6,
            expected: Expected::Near(0.0584, 0.0025),
            tolerance: "4 standard errors of 6 runs with a spread of 0.0015",
            ..fact.clone()
        },
        Fact {
            claim: "measles, R₀ = 15, 97 % vaccinated, from one case: 1/(1 − 0.45) = 1.82 cases on average",
            source: "exact for N → ∞: a branching process below 1; herd immunity begins at 1 − 1/R₀ = 93.3 %",
            settings: vec![measles(0.97)],
            steps: 300,
            seeds: 300,
            quantity: |runs| over_seeds(&runs[0], |run| 1e4 * run.last(0)),
            expected: Expected::Near(1.818, 0.46),
            tolerance: "4 standard errors of 300 runs with a spread of 1.98",
            ..fact.clone()
        },
        Fact {
            claim: "Erdős–Rényi network, ⟨k⟩ = 4, β = γ: S = 1 − e^{−4S/2} = 0.797",
            source: "exact for N → ∞: bond percolation, T = β/(β + γ) (Newman, Phys. Rev. E 66, 016128, 2002)",
            settings: vec![network("anywhere", 4.0).number("agents", 1e4)],
            steps: 800,
            seeds: 10,
            expected: Expected::Near(0.7968, 0.012),
            tolerance: "4 standard errors of 10 runs with a spread of 0.009",
            ..fact.clone()
        },
        Fact {
            claim: "disc network, everyone linked is infected, ⟨k⟩ = 3.5 < 4.51: outbreaks stay local",
            source: "continuum percolation: ⟨k⟩c = 4.512 (Quintanilla, Torquato, Ziff, J. Phys. A 33, L399, 2000)",
            settings: vec![dense(3.5)],
            steps: 3000,
            seeds: 4,
            expected: Expected::AtMost(0.1),
            tolerance: "ten clusters of the largest that 10⁴ agents have there",
            ..fact.clone()
        },
        Fact {
            claim: "disc network, everyone linked is infected, ⟨k⟩ = 6 > 4.51: most are reached",
            source: "continuum percolation: ⟨k⟩c = 4.512 (Quintanilla, Torquato, Ziff, J. Phys. A 33, L399, 2000)",
            settings: vec![dense(6.0)],
            steps: 3000,
            seeds: 4,
            expected: Expected::AtLeast(0.85),
            tolerance: "share of the giant cluster well above the threshold",
            ..fact.clone()
        },
        Fact {
            claim: "exponential kernel: the infected disc grows with nearly constant speed",
            source: "Lang, De Sterck, Kaiser, Miller, J. Complex Netw. 6 (2018): travelling wave; of this size: tests/oracles/epidemic.py",
            settings: vec![plane("exponential")],
            steps: 300,
            seeds: 16,
            quantity: |runs| over_seeds(&runs[0], growth_ratio),
            expected: Expected::Near(0.858, 0.147),
            tolerance: "4 standard errors of 16 runs less 40 of another program, with a spread of 0.124",
            ..fact.clone()
        },
        Fact {
            claim: "power-law kernel, a = 3: the infection hops ahead of itself and grows ever faster",
            source: "Lang, De Sterck, Kaiser, Miller, J. Complex Netw. 6 (2018): hop and spread; of this size: tests/oracles/epidemic.py",
            settings: vec![plane("power_law")],
            steps: 300,
            seeds: 16,
            quantity: |runs| over_seeds(&runs[0], growth_ratio),
            expected: Expected::Near(0.580, 0.065),
            tolerance: "4 standard errors of 16 runs less 40 of another program in continuous time, with a spread of 0.055",
            ..fact.clone()
        },
        Fact {
            claim: "moving agents, all travel each step, βρπr²/γ = 2: z = 0.797",
            source: "exact for N → ∞: strangers at each step",
            settings: vec![moving(0.0).number("travel", 1.0)],
            steps: 600,
            seeds: 8,
            expected: Expected::Near(0.798, 0.02),
            tolerance: "4 standard errors of 8 runs with a spread of 0.014",
            ..fact.clone()
        },
        Fact {
            claim: "walkers, D = 1: a direction lasts by e^{−Dt} = 0.3679 at t = 1",
            source: "exact: an angle that diffuses",
            settings: vec![moving(2.0).number("infected", 0.0)],
            steps: 20,
            seeds: 4,
            measures: &["persistence"],
            expected: Expected::Near(0.3679, 0.021),
            tolerance: "4 standard errors of 16000: 0.65/√16000",
            ..fact.clone()
        },
        Fact {
            claim: "walkers, v = 2, D = 1: mean squared displacement (2v²/D²)(Dt − 1 + e^{−Dt}) = 32.05 at t = 5",
            source: "exact: a walk of constant speed whose direction diffuses",
            settings: vec![moving(2.0).number("infected", 0.0)],
            steps: 100,
            seeds: 4,
            measures: &["displacement"],
            expected: Expected::Near(32.05, 1.03),
            tolerance: "4 standard errors of 16000 (the spread of a square is at most its mean: 0.8 %)",
            ..fact.clone()
        },
        Fact {
            claim: "moving agents, v = 5, same contacts: z = 0.63",
            source: "tests/oracles/epidemic.py: the same rule in an independent program",
            settings: vec![moving(5.0)],
            steps: 800,
            seeds: 8,
            expected: Expected::Near(0.634, 0.05),
            tolerance: "4 standard errors of 8 runs with a spread of 0.036",
            ..fact.clone()
        },
        Fact {
            claim: "moving agents, v = 1, same contacts: outbreaks stay local",
            source: "tests/oracles/epidemic.py: the same rule in an independent program",
            settings: vec![moving(1.0)],
            steps: 600,
            seeds: 8,
            expected: Expected::Near(0.045, 0.025),
            tolerance: "4 standard errors of 8 runs with a spread of 0.016",
            ..fact
        },
    ]
}

/// Time in which the radius of the attacked area grows from 0.3 to 0.5 of the box's, over that from 0.1 to 0.3.
fn growth_ratio(run: &Series) -> f64 {
    let time = |radius: f64| run.first(0, radius * radius);
    (time(0.5) - time(0.3)) / (time(0.3) - time(0.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_infects_as_many_as_in_continuous_time() {
        // A case that begins at the end of a step meets its contact in the middle of each later one. With the probabilities
        // of half a recovery (h) and of infection (q) it infects it with h q / (1 − h² (1 − q)); in continuous time with
        // β/(β + γ).
        let error = |time_step: f64| {
            let model = Epidemic { infection: 1.5, recovery: 0.7, time_step, ..Epidemic::default() };
            let odds = Odds::of(&model, Chance::new(1, 0, "test"));
            let (h, q) = (odds.ill, odds.of_infection(1.0));
            (h * q / (1.0 - h * h * (1.0 - q)) - 1.5 / 2.2).abs()
        };
        let order = maths::ln(error(0.1) / error(0.05)) / maths::ln(2.0);
        assert!((order - 2.0).abs() < 0.05 && error(0.05) < 2e-4, "{order}");
    }

    #[test]
    fn an_exposed_agent_falls_ill_and_recovers_as_in_continuous_time() {
        // Half steps one after the other: the exposed at a time t are e^{−σt}, the infectious σ(e^{−σt} − e^{−γt})/(γ − σ).
        for (onset, recovery) in [(0.8, 1.3), (1.0, 1.0)] {
            let model = Epidemic { onset, recovery, time_step: 0.5, ..Epidemic::default() };
            let agents = 40_000;
            let at = |half: u64, health: Vec<Health>| -> Vec<Health> {
                let odds = Odds::of(&model, Chance::new(9, half, "test"));
                health.into_iter().zip(0..).map(|(health, id)| odds.half_recovered(health, id, 0)).collect()
            };
            let ends = (0..8).fold(vec![Health::EXPOSED; agents], |health, half| at(half, health));
            let share = |health| ends.iter().filter(|end| **end == health).count() as f64 / agents as f64;
            let (exposed, ill) = (maths::exp(-2.0 * onset), maths::exp(-2.0 * recovery));
            let infectious = if onset == recovery { 2.0 * ill } else { onset * (exposed - ill) / (recovery - onset) };
            // Standard errors are below 0.0025; bounds are 4 of them.
            assert!((share(Health::EXPOSED) - exposed).abs() < 0.01, "{onset} {recovery}");
            assert!((share(Health::INFECTIOUS) - infectious).abs() < 0.01, "{onset} {recovery}");
        }
    }

    #[test]
    fn theory_solves_the_final_size() {
        let model = Epidemic { contact: Contact::Everyone, infection: 2.0, infected: 0, ..Epidemic::default() };
        assert!((model.theory("attack_rate").unwrap() - 0.796_812).abs() < 1e-6);
        assert_eq!(model.critical(), Some(1.0));
        let protected = Epidemic { vaccinated: 0.6, ..model.clone() };
        assert!(protected.theory("attack_rate").unwrap() < 1e-5);
        assert_eq!(protected.critical(), Some(2.5));
        let below = Epidemic { infection: 0.5, infected: 25, ..model };
        // From 1 % of infected, z = 0.01 + 0.99 (1 − e^{−z/2}).
        let z = below.theory("attack_rate").unwrap();
        assert!((z - 0.01 - 0.99 * (1.0 - maths::exp(-0.5 * z))).abs() < 1e-12 && z < 0.03, "{z}");
        assert_eq!(Epidemic::default().theory("attack_rate"), None);
    }

    #[test]
    fn networks_have_the_mean_degree_that_is_asked() {
        let chance = Chance::new(3, 0, "network");
        let space = Space::square(60.0, Boundary::Periodic);
        let places: Vec<Vec2> = (0..3600).map(|agent| Vec2::new(chance.unit(agent, 7), chance.unit(agent, 8)) * 60.0).collect();
        for kernel in [Kernel::Disc, Kernel::Exponential, Kernel::PowerLaw, Kernel::Anywhere] {
            let model = Epidemic { kernel, degree: 7.0, exponent: 4.0, agents: 3600, size: 60.0, ..Epidemic::default() };
            let mean = 2.0 * model.network(&places, &space, chance).link_count() as f64 / 3600.0;
            assert!((mean - 7.0).abs() < 0.3, "{kernel:?}: {mean}");
        }
    }
}
