//! Instruments with a memory: folds over steps, whose memory is saved with the run's checkpoints.

use super::{Measure, Reading, Seen};
use crate::sim::Agents;
use bevy_math::Vec3;
use std::{any::Any, collections::VecDeque};

/// What an instrument may remember from reading to reading.
pub trait Memory: Clone + Default + Send + Sync + 'static {
    /// How many bytes it holds on the heap.
    fn bytes(&self) -> usize;
}

/// Plain numbers lie where they are.
macro_rules! plain {
    ($($plain:ty),*) => {
        $(impl Memory for $plain {
            fn bytes(&self) -> usize {
                0
            }
        })*
    };
}
plain!((), bool, u32, u64, usize, f32, f64, Vec3);

impl<T: Copy + Send + Sync + 'static> Memory for Vec<T> {
    fn bytes(&self) -> usize {
        size_of_val(self.as_slice())
    }
}

impl<T: Copy + Send + Sync + 'static> Memory for VecDeque<T> {
    fn bytes(&self) -> usize {
        self.len() * size_of::<T>()
    }
}

impl<M: Memory> Memory for Option<M> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, M::bytes)
    }
}

impl<A: Memory, B: Memory> Memory for (A, B) {
    fn bytes(&self) -> usize {
        self.0.bytes() + self.1.bytes()
    }
}

/// An instrument of agents with a memory: a function of the memory, which it may change, and of the agents.
pub struct Fold<M, R> {
    memory: M,
    read: fn(&mut M, &Agents) -> R,
    conclude: fn(&M) -> Reading,
}

impl<M: Memory, R> Fold<M, R> {
    /// With an empty memory.
    pub fn new(read: fn(&mut M, &Agents) -> R) -> Self {
        Self { memory: M::default(), read, conclude: |_| Reading::Nothing }
    }

    /// Tells this of its memory at the end of a run.
    #[must_use]
    pub fn concluding(self, conclude: fn(&M) -> Reading) -> Self {
        Self { conclude, ..self }
    }
}

impl<M: Memory, R: Into<Reading>> Measure for Fold<M, R> {
    fn read(&mut self, seen: &Seen) -> Reading {
        (self.read)(&mut self.memory, &seen.agents).into()
    }

    fn conclude(&self, _: Option<u64>) -> Reading {
        (self.conclude)(&self.memory)
    }

    fn save(&self) -> Saved {
        Saved::new(&self.memory)
    }

    fn restore(&mut self, saved: &Saved) {
        self.memory = saved.memory();
    }
}

/// An instrument of readings: a function of a memory, which it may change, of the time, and of the readings of others.
pub struct Follow<M, R> {
    memory: M,
    read: fn(&mut M, f64, &[f64]) -> R,
}

impl<M: Memory, R> Follow<M, R> {
    /// With an empty memory.
    pub fn new(read: fn(&mut M, f64, &[f64]) -> R) -> Self {
        Self { memory: M::default(), read }
    }
}

impl<M: Memory, R: Into<Reading>> Measure for Follow<M, R> {
    fn read(&mut self, seen: &Seen) -> Reading {
        (self.read)(&mut self.memory, seen.agents.clock().time, seen.readings).into()
    }

    fn save(&self) -> Saved {
        Saved::new(&self.memory)
    }

    fn restore(&mut self, saved: &Saved) {
        self.memory = saved.memory();
    }
}

/// The memory of one instrument at one step.
pub struct Saved {
    bytes: usize,
    memory: Box<dyn Any + Send + Sync>,
}

impl Saved {
    /// A copy of a memory.
    pub fn new<M: Memory>(memory: &M) -> Self {
        Self { bytes: memory.bytes(), memory: Box::new(memory.clone()) }
    }

    /// That of an instrument without memory.
    pub(super) fn nothing() -> Self {
        Self { bytes: 0, memory: Box::new(()) }
    }

    /// The memory.
    ///
    /// # Panics
    /// Where another instrument saved it.
    pub fn memory<M: Memory>(&self) -> M {
        self.memory.downcast_ref::<M>().expect("saved by the same instrument").clone()
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
