//! Twins: two runs that differ by very little, and how far they are from one another.

use super::{
    agent::{Column, Heading, Id, Phase, Position, Velocity},
    hand::FixedPlaces,
    simulation::Simulation,
    space::{Boundary, Space},
    state::{order_of_identity, slice_of},
    vector::Vector,
};
use crate::error::Result;
use bevy_ecs::world::World;
use bevy_math::{Vec2, Vec3};
use std::f64::consts::{PI, TAU};

/// A part of an agent's state that varies smoothly.
trait Smooth: Column {
    /// The square of the distance between two.
    fn apart(self, other: Self, space: &Space<Vec3>) -> f64;
    /// The place on the way from `other` to this one, at this share of it.
    fn between(self, other: Self, share: f64, space: &Space<Vec3>) -> Self;
    /// The same, shifted.
    fn shifted(self, by: [f64; 3], space: &Space<Vec3>) -> Self;
}

/// From one phase to another the short way round.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + PI).rem_euclid(TAU) - PI
}

fn vector<V: Vector>(parts: [f64; 3]) -> V {
    V::ZERO.map(|axis, _| parts[axis] as f32)
}

impl Smooth for Phase {
    fn apart(self, other: Self, _: &Space<Vec3>) -> f64 {
        let turn = turn(self.0, other.0);
        turn * turn
    }

    fn between(self, other: Self, share: f64, _: &Space<Vec3>) -> Self {
        Self(other.0 + share * turn(other.0, self.0))
    }

    fn shifted(self, by: [f64; 3], _: &Space<Vec3>) -> Self {
        Self(self.0 + by[0])
    }
}

/// Side of a space by which lengths are measured.
fn side(space: &Space<Vec3>) -> f32 {
    space.size.x.max(space.size.y).max(f32::MIN_POSITIVE)
}

impl<V: Vector> Smooth for Position<V>
where
    Self: Column,
{
    fn apart(self, other: Self, space: &Space<Vec3>) -> f64 {
        let way = Space::<V>::of_space(space).displacement(self.0, other.0) / V::splat(side(space));
        f64::from(way.dot(way))
    }

    fn between(self, other: Self, share: f64, space: &Space<Vec3>) -> Self {
        let space = Space::<V>::of_space(space);
        let place = other.0 + space.displacement(other.0, self.0) * share as f32;
        Self(if space.boundary == Boundary::Periodic { space.wrap(place) } else { place })
    }

    fn shifted(self, by: [f64; 3], space: &Space<Vec3>) -> Self {
        let place = self.0 + vector::<V>(by) * side(space);
        let space = Space::<V>::of_space(space);
        Self(if space.boundary == Boundary::Periodic { space.wrap(place) } else { place })
    }
}

impl<V: Vector> Smooth for Heading<V>
where
    Self: Column,
{
    fn apart(self, other: Self, _: &Space<Vec3>) -> f64 {
        let way = self.0 - other.0;
        f64::from(way.dot(way))
    }

    fn between(self, other: Self, share: f64, _: &Space<Vec3>) -> Self {
        Self((other.0 + (self.0 - other.0) * share as f32).normalize_or_zero())
    }

    fn shifted(self, by: [f64; 3], _: &Space<Vec3>) -> Self {
        Self((self.0 + vector::<V>(by)).normalize_or_zero())
    }
}

impl<V: Vector> Smooth for Velocity<V>
where
    Self: Column,
{
    fn apart(self, other: Self, _: &Space<Vec3>) -> f64 {
        let way = self.0 - other.0;
        f64::from(way.dot(way))
    }

    fn between(self, other: Self, share: f64, _: &Space<Vec3>) -> Self {
        Self(other.0 + (self.0 - other.0) * share as f32)
    }

    fn shifted(self, by: [f64; 3], _: &Space<Vec3>) -> Self {
        Self(self.0 + vector::<V>(by))
    }
}

/// Does the same with each kind of smooth state.
macro_rules! with_each {
    ($act:ident($($argument:expr),*)) => {{
        $act::<Phase>($($argument),*);
        $act::<Position<Vec2>>($($argument),*);
        $act::<Position<Vec3>>($($argument),*);
        $act::<Heading<Vec2>>($($argument),*);
        $act::<Heading<Vec3>>($($argument),*);
        $act::<Velocity<Vec2>>($($argument),*);
        $act::<Velocity<Vec3>>($($argument),*);
    }};
}

/// Adds the squares of distances, agent by agent in the order of identity.
fn add_apart<T: Smooth>(worlds: [&World; 2], orders: &[Vec<u32>; 2], space: &Space<Vec3>, sum: &mut f64) {
    slice_of::<T, _>(worlds[0], |own| {
        slice_of::<T, _>(worlds[1], |other| {
            if let (Some(own), Some(other)) = (own, other) {
                let both = orders[0].iter().zip(&orders[1]);
                *sum += both.map(|(row, there)| own[*row as usize].apart(other[*there as usize], space)).sum::<f64>();
            }
        });
    });
}

/// Writes a column that is there.
fn alter<T: Smooth>(world: &mut World, act: impl FnOnce(&mut [T])) {
    let mut query = world.query::<&mut T>();
    if let Ok(mut tables) = query.contiguous_iter_mut(world)
        && let Some(mut column) = tables.next()
    {
        act(column.bypass_change_detection());
    }
}

fn bring<T: Smooth>(world: &mut World, other: &World, orders: &[Vec<u32>; 2], space: &Space<Vec3>, share: f64) {
    let Some(there) = slice_of::<T, _>(other, |column| column.map(<[T]>::to_vec)) else { return };
    alter::<T>(world, |column| {
        for (row, other) in orders[0].iter().zip(&orders[1]) {
            let own = &mut column[*row as usize];
            *own = own.between(there[*other as usize], share, space);
        }
    });
}

fn shift<T: Smooth>(world: &mut World, shifts: &[[f64; 3]], space: &Space<Vec3>) {
    if slice_of::<T, _>(world, |column| column.is_none()) {
        return;
    }
    alter::<T>(world, |column| column.iter_mut().zip(shifts).for_each(|(own, by)| *own = own.shifted(*by, space)));
}

impl Simulation {
    /// A run that stands where this one stands, and goes on as it does, on one thread.
    ///
    /// # Errors
    /// Where the model cannot be built.
    pub fn twin(&self) -> Result<Self> {
        let mut twin = Self::of(self.scene(), self.model(), Some(1))?;
        twin.play(self.whole_journal())?;
        twin.restore(&self.state());
        Ok(twin)
    }

    /// Goes on to the step at which another run stands, with all that was done to that one.
    ///
    /// # Errors
    /// Where a step goes wrong.
    pub fn follow(&mut self, other: &Self) -> Result<()> {
        while self.clock().step < other.clock().step {
            self.play_as(other);
            self.step()?;
        }
        Ok(())
    }

    /// How far the smooth state of two runs is apart: the root of the mean over agents of the squares of what differs
    /// between their phases (radians), positions (sides of the space), headings (unit vectors) and velocities. Not a number
    /// where their agents are not the same.
    pub fn apart(&self, other: &Self) -> f64 {
        let orders = [self, other].map(|run| order_of_identity(run.world()));
        let ids = |run: &Self, order: &[u32]| {
            let ids = run.agents().column::<Id>().unwrap_or_default();
            order.iter().map(|row| ids[*row as usize]).collect::<Vec<_>>()
        };
        if ids(self, &orders[0]) != ids(other, &orders[1]) {
            return f64::NAN;
        }
        let space = self.agents().space();
        let mut sum = 0.0;
        with_each!(add_apart([self.world(), other.world()], &orders, &space, &mut sum));
        (sum / orders[0].len() as f64).sqrt()
    }

    /// Brings its smooth state to a place on the way from that of another run, at this share of it.
    pub fn bring_near(&mut self, other: &Self, share: f64) {
        let orders = [self.world(), other.world()].map(order_of_identity);
        let space = self.agents().space();
        let world = self.world_mut();
        with_each!(bring(world, other.world(), &orders, &space, share));
    }

    /// Shifts the smooth state of each agent at random, by about so much in each part; positions where they can move.
    pub fn nudge(&mut self, size: f64) {
        let chance = self.clock().chance("nudge");
        let ids = self.agents().column::<Id>().unwrap_or_default();
        let shifts: Vec<[f64; 3]> = ids.iter().map(|id| [0, 1, 2].map(|part| size * chance.normal(id.0, part))).collect();
        let space = self.agents().space();
        let fixed = self.world().contains_resource::<FixedPlaces>();
        let world = self.world_mut();
        shift::<Phase>(world, &shifts, &space);
        shift::<Heading<Vec2>>(world, &shifts, &space);
        shift::<Heading<Vec3>>(world, &shifts, &space);
        shift::<Velocity<Vec2>>(world, &shifts, &space);
        shift::<Velocity<Vec3>>(world, &shifts, &space);
        if !fixed {
            shift::<Position<Vec2>>(world, &shifts, &space);
            shift::<Position<Vec3>>(world, &shifts, &space);
        }
    }
}
