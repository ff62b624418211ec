//! Instruments with a memory: folds over steps, whose memory is saved with the run's checkpoints.

use super::Measure;
use crate::sim::Agents;
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
plain!((), bool, u32, u64, usize, f32, f64);

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

/// An instrument with a memory: a function of the memory, which it may change, and of the agents.
pub struct Fold<M> {
    memory: M,
    read: fn(&mut M, &Agents) -> f64,
}

impl<M: Memory> Fold<M> {
    /// With an empty memory.
    pub fn new(read: fn(&mut M, &Agents) -> f64) -> Self {
        Self { memory: M::default(), read }
    }
}

impl<M: Memory> Measure for Fold<M> {
    fn read(&mut self, agents: &Agents) -> f64 {
        (self.read)(&mut self.memory, agents)
    }

    fn save(&self) -> Saved {
        Saved { bytes: self.memory.bytes(), memory: Box::new(self.memory.clone()) }
    }

    fn restore(&mut self, saved: &Saved) {
        self.memory = saved.memory.downcast_ref::<M>().expect("saved by the same instrument").clone();
    }
}

/// The memory of one instrument at one step.
pub struct Saved {
    bytes: usize,
    memory: Box<dyn Any + Send + Sync>,
}

impl Saved {
    /// That of an instrument without memory.
    pub(super) fn nothing() -> Self {
        Self { bytes: 0, memory: Box::new(()) }
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}
