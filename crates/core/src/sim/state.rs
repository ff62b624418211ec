//! The one registration of state: columns of agents and state resources. It serves ordering, hash, checkpoint
//! and export; all else in a world is derived and rebuilt.

use super::{
    agent::{ChannelSpec, Column, Id, Position, ToolUse, Touch},
    chance::Chance,
    frame::Scale,
};
use crate::scene::Tool;
use bevy_ecs::{
    component::Mutable,
    entity::Entity,
    query::{QueryState, With},
    resource::Resource,
    world::{EntityWorldMut, World},
};
use bevy_math::Vec3;
use rayon::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::{any::TypeId, hash::Hasher as _, marker::PhantomData};
use twox_hash::XxHash3_64;

/// Rows that are moved as one piece of work.
const CHUNK: usize = 1 << 13;

/// A simulation's state at one step, to be restored into a simulation of the same scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    agents: usize,
    columns: Vec<Vec<u8>>,
    resources: Vec<String>,
    /// Actions of the journal that had acted.
    pub(super) acted: usize,
}

impl Checkpoint {
    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.columns.iter().map(Vec::len).sum::<usize>() + self.resources.iter().map(String::len).sum::<usize>()
    }
}

/// The registered columns and state resources of a simulation.
#[derive(Resource, Default)]
pub struct Columns {
    columns: Vec<Box<dyn AnyColumn>>,
    resources: Vec<Box<dyn AnyState>>,
    /// The model's parameters: state, but no part of the hash.
    params: Option<Box<dyn AnyState>>,
    /// Channels whose numbers mean something else in this run than their columns say.
    scales: Vec<(&'static str, Scale)>,
}

impl Columns {
    /// Registers a column. Each agent that is spawned must have it.
    pub(super) fn add<T: Column>(&mut self) {
        self.columns.push(Box::new(Typed::<T> { query: None, scratch: Vec::new() }));
    }

    /// Registers a state resource.
    pub(super) fn add_resource<R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned>(&mut self) {
        self.resources.push(Box::new(StateOf::<R>(PhantomData)));
    }

    /// Registers the model's parameters. They follow from scene and journal, which whoever compares hashes has at hand;
    /// left out of the hash, they may become more in a later version and old runs still end as they did.
    pub(super) fn add_params<R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned>(&mut self) {
        self.params = Some(Box::new(StateOf::<R>(PhantomData)));
    }

    /// Says what the numbers of a channel mean in this run.
    pub(super) fn scale(&mut self, channel: &'static str, scale: Scale) {
        self.scales.push((channel, scale));
    }

    /// Whether a column is registered.
    pub(super) fn has<T: Column>(&self) -> bool {
        self.columns.iter().any(|column| column.of() == TypeId::of::<T>())
    }

    /// Puts the rows of all columns in a new order: entry `s` of `order` is the row that comes to stand at `s`. Rows
    /// beyond the end of `order` stay as they are.
    pub(super) fn reorder(&mut self, world: &mut World, order: &[u32]) {
        for column in &mut self.columns {
            column.reorder(world, order);
        }
    }

    /// Keeps these rows (ascending) and removes all other agents.
    pub fn keep(&mut self, world: &mut World, rows: &[u32]) {
        self.reorder(world, rows);
        self.resize(world, rows.len());
    }

    /// The state hash: columns in the order of identity, then the state resources without the parameters.
    pub(super) fn hash(&mut self, world: &mut World) -> u64 {
        let order = order_of_identity(world);
        let mut hash = XxHash3_64::with_seed(0);
        for column in &mut self.columns {
            column.hash(world, &order, &mut hash);
        }
        for resource in &self.resources {
            hash.write(resource.save(world).as_bytes());
        }
        hash.finish()
    }

    /// Saves columns in the order of rows, and the state resources.
    pub(super) fn save(&self, world: &World) -> Checkpoint {
        Checkpoint {
            agents: order_of_identity(world).len(),
            columns: self.columns.iter().map(|column| column.save(world)).collect(),
            resources: self.resources.iter().chain(&self.params).map(|resource| resource.save(world)).collect(),
            acted: 0,
        }
    }

    /// Restores what [`save`](Self::save) saved.
    pub(super) fn restore(&mut self, world: &mut World, checkpoint: &Checkpoint) {
        self.resize(world, checkpoint.agents);
        for (column, bytes) in self.columns.iter_mut().zip(&checkpoint.columns) {
            column.restore(world, bytes);
        }
        for (resource, text) in self.resources.iter().chain(&self.params).zip(&checkpoint.resources) {
            resource.restore(world, text);
        }
    }

    /// Makes the agents this many, for a model whose agents come and go: new rows are all zeroes, to be written by
    /// whoever asked for them.
    pub fn resize(&mut self, world: &mut World, agents: usize) {
        let present: Vec<Entity> = world.query_filtered::<Entity, With<Id>>().iter(world).collect();
        for entity in present.iter().skip(agents) {
            world.despawn(*entity);
        }
        for _ in present.len()..agents {
            let mut entity = world.spawn_empty();
            for column in &self.columns {
                column.insert(&mut entity);
            }
        }
    }

    /// The channels that pictures may colour by, in the order of registration, without repeats.
    pub fn channels(&self) -> Vec<ChannelSpec> {
        let mut all: Vec<ChannelSpec> = Vec::new();
        for mut spec in self.columns.iter().flat_map(|column| column.channels()) {
            if all.iter().all(|other| other.name != spec.name) {
                if let Some((_, scale)) = self.scales.iter().find(|(name, _)| *name == spec.name) {
                    spec.scale = scale.clone();
                }
                all.push(spec);
            }
        }
        all
    }

    /// The tools that mean something to some column, by the words of the last that knows them.
    /// Where places are fixed, none that moves them.
    pub(super) fn tools(&self, fixed: bool) -> Vec<ToolUse> {
        let places = [TypeId::of::<Position>(), TypeId::of::<Position<Vec3>>()];
        let columns = || self.columns.iter().rev().filter(|column| !fixed || !places.contains(&column.of()));
        let known = |tool: Tool| columns().flat_map(|column| column.tools()).find(|known| known.0 == tool);
        Tool::ALL.into_iter().filter_map(known).copied().collect()
    }

    /// Lets a tool act on the agents in some rows; `chance` is that of the step.
    pub(super) fn touch(&mut self, world: &mut World, tool: Tool, rows: &[u32], chance: Chance) {
        let ids = slice_of::<Id, _>(world, |ids| ids.unwrap_or_default().to_vec());
        let agents: Vec<(usize, f64)> =
            rows.iter().map(|row| (*row as usize, chance.uniform(ids[*row as usize].0, 3))).collect();
        for column in &mut self.columns {
            column.touch(world, tool, &agents);
        }
    }

    /// The values of a channel, in the order of rows.
    pub(super) fn channel(&self, world: &World, name: &str) -> Option<Vec<f32>> {
        self.columns.iter().find_map(|column| {
            let index = column.channels().iter().position(|spec| spec.name == name)?;
            Some(column.channel(world, index))
        })
    }

    /// The names of all exported fields, in the order of registration.
    pub fn fields(&self) -> Vec<&'static str> {
        self.columns.iter().flat_map(|column| column.fields()).copied().collect()
    }

    /// The exported values: one vector a field, in the order of identity.
    pub(super) fn export(&self, world: &mut World) -> Vec<Vec<f64>> {
        let order = order_of_identity(world);
        let mut out = Vec::new();
        for column in &self.columns {
            column.export(world, &order, &mut out);
        }
        out
    }
}

/// Rows in the order of identity.
pub(super) fn order_of_identity(world: &World) -> Vec<u32> {
    slice_of::<Id, _>(world, |ids| by_identity(ids.unwrap_or_default()))
}

/// Rows in the order of the identities in them.
pub(super) fn by_identity(ids: &[Id]) -> Vec<u32> {
    const NOBODY: u32 = u32::MAX;
    let all = ids.iter().map(|id| id.0 as usize + 1).max().unwrap_or(0);
    // Identities given one after another have few gaps, and each finds its place at once.
    if all <= 4 * ids.len() + 1024 {
        let mut rows = vec![NOBODY; all];
        ids.iter().zip(0..).for_each(|(id, row)| rows[id.0 as usize] = row);
        rows.retain(|row| *row != NOBODY);
        return rows;
    }
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_unstable_by_key(|row| ids[*row as usize]);
    order
}

trait AnyColumn: Send + Sync {
    fn of(&self) -> TypeId;
    fn fields(&self) -> &'static [&'static str];
    fn channels(&self) -> Vec<ChannelSpec>;
    fn tools(&self) -> &'static [ToolUse];
    fn insert(&self, entity: &mut EntityWorldMut);
    fn touch(&mut self, world: &mut World, tool: Tool, agents: &[(usize, f64)]);
    fn reorder(&mut self, world: &mut World, order: &[u32]);
    fn hash(&mut self, world: &mut World, order: &[u32], hash: &mut XxHash3_64);
    fn save(&self, world: &World) -> Vec<u8>;
    fn restore(&mut self, world: &mut World, bytes: &[u8]);
    fn channel(&self, world: &World, channel: usize) -> Vec<f32>;
    fn export(&self, world: &World, order: &[u32], out: &mut Vec<Vec<f64>>);
}

struct Typed<T: Column> {
    query: Option<QueryState<&'static mut T>>,
    scratch: Vec<T>,
}

impl<T: Column> Typed<T> {
    /// The whole column, to be written. The scratch is handed out too, since both are needed at once.
    fn with<R>(&mut self, world: &mut World, act: impl FnOnce(&mut [T], &mut Vec<T>) -> R) -> R {
        let query = self.query.get_or_insert_with(|| world.query::<&'static mut T>());
        let table = query.contiguous_iter_mut(world).ok().and_then(|mut tables| tables.next());
        match table {
            Some(mut column) => act(column.bypass_change_detection(), &mut self.scratch),
            None => act(&mut [], &mut self.scratch),
        }
    }

    fn read<R>(world: &World, act: impl FnOnce(&[T]) -> R) -> R {
        slice_of::<T, R>(world, |column| act(column.unwrap_or_default()))
    }
}

/// Hands a column's slice to `act`, or nothing where no agent has it.
pub(super) fn slice_of<T: Column, R>(world: &World, act: impl FnOnce(Option<&[T]>) -> R) -> R {
    let Some(mut query) = world.try_query::<&T>() else { return act(None) };
    let column = query.contiguous_iter(world).ok().and_then(|mut tables| tables.next());
    act(column)
}

impl<T: Column> AnyColumn for Typed<T> {
    fn of(&self) -> TypeId {
        TypeId::of::<T>()
    }
    fn fields(&self) -> &'static [&'static str] {
        T::FIELDS
    }
    fn channels(&self) -> Vec<ChannelSpec> {
        T::channels()
    }
    fn tools(&self) -> &'static [ToolUse] {
        T::TOOLS
    }
    fn touch(&mut self, world: &mut World, tool: Tool, agents: &[(usize, f64)]) {
        if T::TOOLS.iter().all(|known| known.0 != tool) {
            return;
        }
        self.with(world, |column, _| {
            let mean = agents.iter().map(|(row, _)| column[*row].field(0)).sum::<f64>() / agents.len() as f64;
            for (row, chance) in agents {
                column[*row] = column[*row].touched(&Touch { tool, mean, chance: *chance });
            }
        });
    }
    fn insert(&self, entity: &mut EntityWorldMut) {
        entity.insert(T::zeroed());
    }
    fn reorder(&mut self, world: &mut World, order: &[u32]) {
        self.with(world, |column, scratch| {
            scratch.resize(order.len(), T::zeroed());
            let pieces = scratch.par_chunks_mut(CHUNK).zip(order.par_chunks(CHUNK));
            pieces.for_each(|(new, order)| {
                new.iter_mut().zip(order).for_each(|(new, row)| *new = column[*row as usize]);
            });
            let pieces = column.par_chunks_mut(CHUNK).zip(scratch.par_chunks(CHUNK));
            pieces.for_each(|(column, new)| column[..new.len()].copy_from_slice(new));
        });
    }
    fn hash(&mut self, world: &mut World, order: &[u32], hash: &mut XxHash3_64) {
        self.with(world, |column, scratch| {
            scratch.clear();
            scratch.extend(order.iter().map(|row| column[*row as usize]));
            hash.write(bytemuck::cast_slice(scratch));
        });
    }
    fn save(&self, world: &World) -> Vec<u8> {
        Self::read(world, |column| bytemuck::cast_slice(column).to_vec())
    }
    fn restore(&mut self, world: &mut World, bytes: &[u8]) {
        self.with(world, |column, _| bytemuck::cast_slice_mut(column).copy_from_slice(bytes));
    }
    fn channel(&self, world: &World, channel: usize) -> Vec<f32> {
        Self::read(world, |column| T::channel_of_all(column, channel))
    }
    fn export(&self, world: &World, order: &[u32], out: &mut Vec<Vec<f64>>) {
        Self::read(world, |column| {
            out.extend((0..T::FIELDS.len()).map(|field| order.iter().map(|row| column[*row as usize].field(field)).collect()));
        });
    }
}

trait AnyState: Send + Sync {
    fn save(&self, world: &World) -> String;
    fn restore(&self, world: &mut World, text: &str);
}

struct StateOf<R>(PhantomData<fn() -> R>);

impl<R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned> AnyState for StateOf<R> {
    fn save(&self, world: &World) -> String {
        ron::to_string(world.resource::<R>()).expect("plain state always has a RON form")
    }
    fn restore(&self, world: &mut World, text: &str) {
        let value: R = ron::from_str(text).expect("written by `save`");
        *world.resource_mut::<R>() = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_identity_with_gaps_or_without() {
        for ids in [vec![], vec![0], vec![2, 0, 1], vec![7, 3, 900, 4], vec![u32::MAX, 0, 4_000_000_000, 17]] {
            let ids: Vec<Id> = ids.into_iter().map(Id).collect();
            let order = by_identity(&ids);
            assert!(order.len() == ids.len() && order.windows(2).all(|rows| ids[rows[0] as usize] < ids[rows[1] as usize]));
        }
    }
}
