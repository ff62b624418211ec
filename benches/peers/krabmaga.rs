//! The Vicsek rule in krABMaga, at density 1, radius 1, speed 0.03, noise 1, from a disordered start, on one thread.
//!
//! In a cargo project of its own (`krabmaga = "=0.6.2"`, `rand = "0.9"`), as `src/main.rs`:
//!     cargo run --release -- AGENTS STEPS
//!
//! Prints nanoseconds per agent-step. The field hands out the agents of the cells nearby; it is given the same torus,
//! and cells of the size of the radius.

use krabmaga::{
    engine::{
        agent::Agent,
        fields::{
            field::Field,
            field_2d::{Field2D, Location2D, toroidal_distance, toroidal_transform},
        },
        location::Real2D,
        schedule::Schedule,
        state::State,
    },
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    any::Any,
    f32::consts::PI,
    fmt,
    hash::{Hash, Hasher},
    time::Instant,
};

const RADIUS: f32 = 1.0;
const SPEED: f32 = 0.03;
const NOISE: f32 = 1.0;

#[derive(Clone, Copy)]
struct Particle {
    id: u32,
    at: Real2D,
    angle: f32,
}

impl PartialEq for Particle {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Particle {}
impl Hash for Particle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
impl fmt::Display for Particle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)
    }
}
impl Location2D<Real2D> for Particle {
    fn get_location(self) -> Real2D {
        self.at
    }
    fn set_location(&mut self, at: Real2D) {
        self.at = at;
    }
}

impl Agent for Particle {
    fn step(&mut self, state: &mut dyn State) {
        let flock = state.as_any_mut().downcast_mut::<Flock>().unwrap();
        let side = flock.side;
        let (mut cos, mut sin) = (0.0, 0.0);
        for other in flock.field.get_neighbors_within_relax_distance(self.at, RADIUS) {
            let dx = toroidal_distance(self.at.x, other.at.x, side);
            let dy = toroidal_distance(self.at.y, other.at.y, side);
            if dx * dx + dy * dy <= RADIUS * RADIUS {
                cos += other.angle.cos();
                sin += other.angle.sin();
            }
        }
        self.angle = sin.atan2(cos) + NOISE * (flock.chance.random::<f32>() - 0.5);
        self.at = Real2D {
            x: toroidal_transform(self.at.x + SPEED * self.angle.cos(), side),
            y: toroidal_transform(self.at.y + SPEED * self.angle.sin(), side),
        };
        flock.field.set_object_location(*self, self.at);
    }
}

struct Flock {
    agents: u32,
    side: f32,
    field: Field2D<Particle>,
    chance: StdRng,
}

impl Flock {
    fn new(agents: u32) -> Self {
        let side = (agents as f32).sqrt();
        Self { agents, side, field: Field2D::new(side, side, RADIUS, true), chance: StdRng::seed_from_u64(1) }
    }
}

impl State for Flock {
    fn reset(&mut self) {
        *self = Self::new(self.agents);
    }
    fn init(&mut self, schedule: &mut Schedule) {
        for id in 0..self.agents {
            let at = Real2D { x: self.chance.random::<f32>() * self.side, y: self.chance.random::<f32>() * self.side };
            let particle = Particle { id, at, angle: self.chance.random_range(-PI..PI) };
            self.field.set_object_location(particle, at);
            schedule.schedule_repeating(Box::new(particle), 0.0, 0);
        }
    }
    fn update(&mut self, _: u64) {
        self.field.lazy_update();
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
    fn as_state(&self) -> &dyn State {
        self
    }
    fn as_state_mut(&mut self) -> &mut dyn State {
        self
    }
}

fn main() {
    let args: Vec<u32> = std::env::args().skip(1).map(|arg| arg.parse().unwrap()).collect();
    let (agents, steps) = (args[0], args[1]);
    let mut flock = Flock::new(agents);
    let mut schedule = Schedule::new();
    flock.init(&mut schedule);
    schedule.step(&mut flock);
    let start = Instant::now();
    for _ in 0..steps {
        schedule.step(&mut flock);
    }
    println!("krABMaga {agents}: {:.0} ns per agent-step", start.elapsed().as_secs_f64() * 1e9 / (agents as f64 * steps as f64));
}
