//! The simulation: a world of its own, stepped headless from a scene and a journal.

use super::{
    agent::{ChannelSpec, Column, Id, Position},
    agents::Agents,
    chance::Chance,
    frame::Scale,
    hand::{FixedPlaces, Hand, Touched, disturb, touch},
    model::{AnyModel, Model, Models},
    neighbours::Neighbours,
    population::{self, Population},
    scenery::{Field, FieldSpecs, Fields, Walls},
    space::{Roaming, Space},
    state::{Checkpoint, Columns, slice_of},
    vector::Vector,
};
use crate::{
    error::{Error, Result},
    scene::{Action, Journal, Parameter, Params, Pointer, Run, Scene, Stamped, Value},
};
use bevy_ecs::{
    component::Mutable,
    resource::Resource,
    schedule::{IntoScheduleConfigs, LogLevel, Schedule, ScheduleBuildSettings, SingleThreadedExecutor, SystemSet},
    system::ScheduleSystem,
    world::{Mut, World},
};
use bevy_math::{Vec2, Vec3};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The parts of a step, in this order. State is never read and written in the same part, so an update is
/// synchronous unless a model says otherwise.
#[derive(SystemSet, Clone, Debug, Hash, PartialEq, Eq)]
pub enum Step {
    /// The hand disturbs agents.
    Disturb,
    /// The neighbour index, fields and networks are brought up to date.
    Sense,
    /// Agents read the state of this step and write their next intent.
    Interact,
    /// Intents become state; boundaries act.
    Move,
}

/// Where a run stands in time, and the seed of its chance. Part of the state.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// The seed of the run.
    pub seed: u64,
    /// The step.
    pub step: u64,
    /// Time of the step, in the model's unit.
    pub time: f64,
}

impl Clock {
    /// The draws of a purpose at this step.
    pub fn chance(&self, stream: &str) -> Chance {
        Chance::new(self.seed, self.step, stream)
    }
}

/// How time goes on, and its unit. Derived from the parameters.
#[derive(Resource)]
struct TimeStep {
    pace: Pace,
    unit: &'static str,
}

enum Pace {
    /// A step takes this long.
    Length(Box<dyn Fn(&World) -> f64 + Send + Sync>),
    /// A step begins at this time.
    Time(Box<dyn Fn(u64) -> f64 + Send + Sync>),
}

/// What whoever runs the simulation is told.
#[derive(Resource, Default)]
struct Notes(Vec<String>);

/// Parameters that are known only when the model is built.
#[derive(Resource, Default)]
struct Settled(Vec<(&'static str, Value)>);

/// The step after which nothing new happens.
#[derive(Resource)]
pub(super) struct Length(u64);

/// The model that a world plays.
#[derive(Resource)]
pub(super) struct Played(pub &'static dyn AnyModel);

/// What a model registers when it is built.
pub struct Setup<'a> {
    pub(super) world: &'a mut World,
    schedule: &'a mut Schedule,
}

impl Setup<'_> {
    pub(super) fn insert_params<M: Model>(&mut self, params: M) {
        self.world.insert_resource(params);
        self.world.resource_mut::<Columns>().add_params::<M>();
    }

    /// The space in which agents move.
    pub fn space<V: Vector>(&mut self, space: Space<V>) {
        self.world.insert_resource(space);
        self.world.insert_resource(space.in_space());
    }

    /// The unit of time, and the time that one step takes, read from the parameters or another resource. Without it a
    /// step is the unit of time.
    pub fn time_step<R: Resource>(&mut self, unit: &'static str, length: fn(&R) -> f64) {
        let pace = Pace::Length(Box::new(move |world| length(world.resource::<R>())));
        self.world.insert_resource(TimeStep { pace, unit });
    }

    /// The unit of time, and the time of each step, where no parameter changes it on the way: it is not summed up.
    pub fn even_time(&mut self, unit: &'static str, time: impl Fn(u64) -> f64 + Send + Sync + 'static) {
        self.world.insert_resource(TimeStep { pace: Pace::Time(Box::new(time)), unit });
    }

    /// Tells whoever runs the simulation something about it.
    pub fn note(&mut self, note: String) {
        self.world.get_resource_or_init::<Notes>().0.push(note);
    }

    /// A parameter's value that was found when the model was built: saved runs have it.
    pub fn settle(&mut self, path: &'static str, value: Value) {
        self.world.get_resource_or_init::<Settled>().0.push((path, value));
    }

    /// The number of steps after which nothing new happens. Without it a run goes on for ever.
    pub fn length(&mut self, steps: u64) {
        self.world.insert_resource(Length(steps));
    }

    /// Registers a column of the state. Every agent spawned must have it.
    pub fn column<T: Column>(&mut self) {
        self.world.resource_mut::<Columns>().add::<T>();
    }

    /// What the numbers of a column's channel mean in this run, where the parameters say more than the column can: which of all
    /// kinds there are, say.
    pub fn scale(&mut self, channel: &'static str, scale: Scale) {
        self.world.resource_mut::<Columns>().scale(channel, scale);
    }

    /// Registers a resource as part of the state.
    pub fn state<R: Resource<Mutability = Mutable> + Serialize + DeserializeOwned>(&mut self, resource: R) {
        self.world.insert_resource(resource);
        self.world.resource_mut::<Columns>().add_resource::<R>();
    }

    /// Registers walls and obstacles, which pictures draw. A system reads, and may change, the resource [`Walls`].
    pub fn walls(&mut self, walls: Walls) {
        self.state(walls);
    }

    /// Registers a field over the space, which pictures draw under the agents; the first one by default. Returns its place
    /// in the resource [`Fields`], through which systems read and change it.
    pub fn field(&mut self, spec: ChannelSpec, field: Field) -> usize {
        if !self.world.contains_resource::<Fields>() {
            self.state(Fields::default());
            self.derived(FieldSpecs::default());
        }
        self.world.resource_mut::<FieldSpecs>().0.push(spec);
        let fields = &mut self.world.resource_mut::<Fields>().0;
        fields.push(field);
        fields.len() - 1
    }

    /// Agents stay where they are for good, at the sites of a network: the hand does not move them.
    pub fn fixed_places(&mut self) {
        self.world.insert_resource(FixedPlaces);
    }

    /// Agents roam over an open space: a picture goes with them, and shows a part of the space that is as large as the space
    /// says, or as the group.
    pub fn roaming(&mut self) {
        self.world.insert_resource(Roaming);
    }

    /// Adds a resource that is derived from state, and so is no part of it.
    pub fn derived<R: Resource>(&mut self, resource: R) {
        self.world.insert_resource(resource);
    }

    /// The draws of a purpose at the start.
    pub fn chance(&self, stream: &str) -> Chance {
        self.world.resource::<Clock>().chance(stream)
    }

    /// Keeps a neighbour index (`Neighbours` in the plane, `Neighbours<Vec3>` in space) for the reach that the parameters
    /// give (called with the number of agents and the space). Rows are put in its order at the beginning of each step.
    pub fn index<M: Model, V: Vector>(&mut self, reach: fn(&M, usize, &Space<V>) -> f32) {
        self.world.insert_resource(Neighbours::<V>::default());
        self.schedule.add_systems((move |world: &mut World| build_index(world, reach)).in_set(Step::Sense));
    }

    /// Adds systems that bring fields or networks up to date.
    pub fn sense<Marker>(&mut self, systems: impl IntoScheduleConfigs<ScheduleSystem, Marker>) {
        self.schedule.add_systems(systems.in_set(Step::Sense));
    }

    /// Adds systems that read the state of this step and write intents.
    pub fn interact<Marker>(&mut self, systems: impl IntoScheduleConfigs<ScheduleSystem, Marker>) {
        self.schedule.add_systems(systems.in_set(Step::Interact));
    }

    /// Adds systems that turn intents into state.
    pub fn advance<Marker>(&mut self, systems: impl IntoScheduleConfigs<ScheduleSystem, Marker>) {
        self.schedule.add_systems(systems.in_set(Step::Move));
    }
}

fn build_index<M: Model, V: Vector>(world: &mut World, reach: fn(&M, usize, &Space<V>) -> f32) {
    world.resource_scope(|world, mut index: Mut<Neighbours<V>>| {
        let space = *world.resource::<Space<V>>();
        slice_of::<Position<V>, _>(world, |positions| {
            let positions: &[V] = bytemuck::cast_slice::<Position<V>, _>(positions.unwrap_or_default());
            let reach = reach(world.resource::<M>(), positions.len(), &space);
            index.build(positions, &space, reach);
        });
        world.resource_scope(|world, mut columns: Mut<Columns>| columns.reorder(world, index.order()));
    });
}

/// Whether the caller is the only thread of a pool: then it is as good as a pool of one thread of its own, and no step has
/// to be handed to another.
fn is_alone() -> bool {
    rayon::current_thread_index().is_some() && rayon::current_num_threads() == 1
}

fn pool_of(threads: Option<usize>) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .thread_name(|thread| format!("step {thread}"))
        .build()
        .map_err(|error| Error::failure(format!("the threads of the simulation could not be started: {error}")))
}

/// A run: a world of its own that plays a scene and a journal.
pub struct Simulation {
    world: World,
    schedule: Schedule,
    model: &'static dyn AnyModel,
    scene: Scene,
    /// What was done, and what is still to be done.
    journal: Journal,
    /// How many actions of its run track have acted.
    acted: usize,
    /// How many of these a checkpoint counts on.
    sealed: usize,
    /// The threads of the heavy loops; nothing: those of the caller.
    pool: Option<rayon::ThreadPool>,
}

impl Simulation {
    /// Builds a scene at its start. `threads` is the number of threads of the heavy loops; none: one a core.
    /// The result does not depend on it.
    ///
    /// # Errors
    /// Where the scene names a model that is not in the list, or the model cannot be built.
    pub fn new(scene: &Scene, models: &Models, threads: Option<usize>) -> Result<Self> {
        Self::of(scene, models.find(scene.model.name)?, threads)
    }

    /// The same with the model at hand.
    pub(super) fn of(scene: &Scene, model: &'static dyn AnyModel, threads: Option<usize>) -> Result<Self> {
        let pool = if threads == Some(1) && is_alone() { None } else { Some(pool_of(threads)?) };
        let mut world = World::new();
        let mut schedule = Schedule::default();
        schedule.set_executor(SingleThreadedExecutor::new());
        schedule.set_build_settings(ScheduleBuildSettings { ambiguity_detection: LogLevel::Error, ..Default::default() });
        schedule.configure_sets((Step::Disturb, Step::Sense, Step::Interact, Step::Move).chain());
        world.insert_resource(Columns::default());
        let mut setup = Setup { world: &mut world, schedule: &mut schedule };
        setup.space(Space::<Vec2>::default());
        setup.column::<Id>();
        setup.state(Clock { seed: scene.seed, step: 0, time: 0.0 });
        setup.state(Hand::default());
        setup.state(Population::default());
        setup.derived(Touched::default());
        setup.derived(Played(model));
        model.build(&*scene.model.params, &mut setup)?;
        population::count(&mut world);
        match world.resource::<Space<Vec3>>().is_flat() {
            true => schedule.add_systems((disturb::<Vec2>, touch).chain().in_set(Step::Disturb)),
            false => schedule.add_systems((disturb::<Vec3>, touch).chain().in_set(Step::Disturb)),
        };
        let mut scene = scene.clone();
        for (path, value) in world.remove_resource::<Settled>().unwrap_or_default().0 {
            model.set(&mut *scene.model.params, path, &value)?;
        }
        Ok(Self { world, schedule, model, scene, journal: Journal::default(), acted: 0, sealed: 0, pool })
    }

    /// Gives the actions to be played: each acts when its step has come. They take the place of those that were still
    /// to be played.
    ///
    /// # Errors
    /// Where an action does not fit the model; then nothing has changed.
    pub fn play(&mut self, journal: &Journal) -> Result<()> {
        for stamped in &journal.run {
            self.check(&stamped.1).map_err(|error| error.at(format!("journal, step {}", stamped.0)))?;
        }
        self.journal.run.truncate(self.acted);
        self.journal.run.extend_from_slice(&journal.run);
        self.journal.view.clone_from(&journal.view);
        Ok(())
    }

    /// Whether an action fits the model.
    ///
    /// # Errors
    /// Where it does not.
    pub fn check(&self, action: &Action) -> Result<()> {
        let straight = |at: &Pointer| at.place().is_finite() && at.along().is_normalized();
        match action {
            Action::Set { path, value } => {
                let parameter = self.model.parameter(path)?;
                if parameter.restart {
                    return Err(Error::usage("a change of it needs a restart").path(path));
                }
                parameter.check(value).map(drop)
            }
            Action::Press { at, radius, .. } if !straight(at) || !radius.is_finite() || *radius < 0.0 => {
                Err(Error::usage("a tool needs a finite place and radius, and a direction of length 1"))
            }
            Action::Drag { at } if !straight(at) => {
                Err(Error::usage("a tool needs a finite place, and a direction of length 1"))
            }
            Action::Add { .. } | Action::Remove { .. } if !population::is_open(&self.world) => {
                Err(Error::usage(format!("the agents of this scene ('{}') neither come nor go", self.model.name())))
            }
            Action::Add { at, radius, .. } | Action::Remove { at, radius, .. }
                if !straight(at) || !radius.is_finite() || *radius < 0.0 =>
            {
                Err(Error::usage("agents come and go within a finite radius of a finite place, along a direction of length 1"))
            }
            Action::Add { layout, .. } => population::is_place(&self.world, *layout),
            _ => Ok(()),
        }
    }

    /// Takes one step: the journal's actions of this step first, then the update.
    ///
    /// # Errors
    /// Where an action of the played journal does not fit the model.
    pub fn step(&mut self) -> Result<()> {
        self.play_actions()?;
        let Self { world, schedule, pool, .. } = self;
        match pool {
            Some(pool) => pool.install(|| schedule.run(world)),
            None => schedule.run(world),
        }
        let Clock { step, time, .. } = *world.resource::<Clock>();
        let time = match world.get_resource::<TimeStep>().map(|step| &step.pace) {
            Some(Pace::Length(length)) => time + length(world),
            Some(Pace::Time(of)) => of(step + 1),
            None => time + 1.0,
        };
        let mut clock = world.resource_mut::<Clock>();
        (clock.step, clock.time) = (step + 1, time);
        Ok(())
    }

    /// Lets the actions of the played journal that belong to this step act, as [`step`](Self::step) does first: so that
    /// the run stands as it stood when they had been done.
    ///
    /// # Errors
    /// Where an action of the played journal does not fit the model.
    pub fn play_actions(&mut self) -> Result<()> {
        let now = self.clock().step;
        while let Some(next) = self.journal.run.get_mut(self.acted).filter(|next| next.0 <= now) {
            next.0 = now;
            let action = next.1.clone();
            self.apply(&action)?;
            self.acted += 1;
        }
        Ok(())
    }

    /// Does something to the run, now, and enters it in the journal. What was still to be played stays so.
    ///
    /// # Errors
    /// Where the action does not fit the model; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<()> {
        self.apply(&action)?;
        let now = self.clock().step;
        self.acted = self.journal.insert(self.sealed..self.acted, now, action);
        Ok(())
    }

    fn apply(&mut self, action: &Action) -> Result<()> {
        self.check(action)?;
        match action {
            Action::Set { path, value } => {
                let model = self.model;
                model.set(model.params_in_mut(&mut self.world), path, value)?;
            }
            Action::Press { tool, layout, at, radius } => {
                self.world.resource_mut::<Hand>().down = Some((*tool, *layout, *at, *radius));
            }
            Action::Drag { at } => {
                if let Some(down) = &mut self.world.resource_mut::<Hand>().down {
                    down.2 = *at;
                }
            }
            Action::Release => self.world.resource_mut::<Hand>().down = None,
            Action::Add { at, layout, radius, count } => {
                let most = self.model.parameter("agents").ok().and_then(Parameter::most);
                population::add(&mut self.world, *layout, at, *radius, *count, most)?;
            }
            Action::Remove { at, layout, radius } => population::remove(&mut self.world, *layout, at, *radius),
        }
        Ok(())
    }

    /// Enters an action in the journal's view track. It cannot change the run.
    pub fn look(&mut self, action: crate::scene::ViewAction) {
        let step = self.clock().step;
        self.journal.look(step, action);
    }

    /// Where the run stands.
    pub fn clock(&self) -> Clock {
        *self.world.resource::<Clock>()
    }

    /// The unit of time, or nothing where a step is the unit.
    pub fn time_unit(&self) -> &'static str {
        self.world.get_resource::<TimeStep>().map_or("", |step| step.unit)
    }

    /// The number of steps after which nothing new happens (the length of recorded tracks); nothing where it goes on
    /// for ever.
    pub fn length(&self) -> Option<u64> {
        self.world.get_resource::<Length>().map(|length| length.0)
    }

    /// What whoever runs it should know.
    pub fn notes(&self) -> &[String] {
        self.world.get_resource::<Notes>().map_or(&[], |notes| &notes.0)
    }

    /// The scene from which it began, with what was settled when its model was built.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The model.
    pub fn model(&self) -> &'static dyn AnyModel {
        self.model
    }

    /// All that was done to it so far.
    pub fn journal(&self) -> Journal {
        let now = self.clock().step;
        let seen = self.journal.view.partition_point(|stamped| stamped.0 <= now);
        Journal { run: self.acted().to_vec(), view: self.journal.view[..seen].to_vec() }
    }

    /// All that was done to it, and all that is still to be played.
    pub fn whole_journal(&self) -> &Journal {
        &self.journal
    }

    /// The run so far, to be saved.
    pub fn run(&mut self) -> Run {
        Run {
            version: env!("CARGO_PKG_VERSION").into(),
            steps: self.clock().step,
            hash: self.hash(),
            film: None,
            against: None,
            scene: self.scene.clone(),
            journal: self.journal(),
        }
    }

    /// The actions that have acted so far.
    pub fn acted(&self) -> &[Stamped<Action>] {
        &self.journal.run[..self.acted]
    }

    /// Forgets what was still to be played: from here on the run is another one.
    pub fn branch(&mut self) {
        self.journal = self.journal();
    }

    /// Whether the journal may add and remove agents.
    pub fn is_open(&self) -> bool {
        population::is_open(&self.world)
    }

    /// The parameters as they stand now.
    pub fn params(&self) -> &dyn Params {
        self.model.params_in(&self.world)
    }

    /// The value of one parameter now.
    ///
    /// # Errors
    /// Where there is no such parameter.
    pub fn parameter(&self, path: &str) -> Result<Value> {
        self.model.get(self.params(), path)
    }

    /// The state hash: equal for equal states, whatever the number of threads.
    pub fn hash(&mut self) -> u64 {
        self.world.resource_scope(|world, mut columns: Mut<Columns>| columns.hash(world))
    }

    /// Saves the state.
    pub fn checkpoint(&mut self) -> Checkpoint {
        self.sealed = self.acted;
        self.state()
    }

    /// The state as it stands, to be looked at or taken over by a [`twin`](Self::twin).
    pub fn state(&self) -> Checkpoint {
        let mut saved = self.world.resource::<Columns>().save(&self.world);
        saved.acted = self.acted;
        saved
    }

    /// Plays from here on what another run of the same journal did and is still to do.
    pub(super) fn play_as(&mut self, other: &Self) {
        self.journal.run.truncate(self.acted);
        self.journal.run.extend_from_slice(other.journal.run.get(self.acted..).unwrap_or_default());
    }

    pub(super) fn world(&self) -> &World {
        &self.world
    }

    pub(super) fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// Restores a state that this simulation saved, or one of the same scene that was given the same journal. What was
    /// done after it is to be played again, until [`branch`](Self::branch) forgets it.
    pub fn restore(&mut self, checkpoint: &Checkpoint) {
        self.world.resource_scope(|world, mut columns: Mut<Columns>| columns.restore(world, checkpoint));
        self.acted = checkpoint.acted.min(self.journal.run.len());
        self.sealed = self.acted;
    }

    /// Restores a state of a run of this scene with another journal, which is played from there on.
    ///
    /// # Errors
    /// Where an action of the journal does not fit the model; then nothing has changed.
    pub fn retrace(&mut self, journal: &Journal, checkpoint: &Checkpoint) -> Result<()> {
        let acted = std::mem::take(&mut self.acted);
        self.play(journal).inspect_err(|_| self.acted = acted)?;
        self.restore(checkpoint);
        Ok(())
    }

    /// Hands a column to `act`, to be changed, with the identities of its rows: for starts of one's own. Such a start is no part
    /// of scene or journal. Whether the model has such a column, and somebody who has it.
    pub fn change<T: Column>(&mut self, act: impl FnOnce(&[Id], &mut [T])) -> bool {
        let mut query = self.world.query::<(&Id, &mut T)>();
        let rows = query.contiguous_iter_mut(&mut self.world).ok().and_then(|mut tables| tables.next());
        rows.map(|(ids, mut column)| act(ids, column.bypass_change_detection())).is_some()
    }

    /// Puts the rows in another order: entry `s` of `order` is the row that comes to stand at `s`. The state is the same; only
    /// models with a neighbour index take rows in any order.
    pub fn reorder(&mut self, order: &[u32]) {
        self.world.resource_scope(|world, mut columns: Mut<Columns>| columns.reorder(world, order));
    }

    /// The agents as they stand now, to be looked at.
    pub fn agents(&self) -> Agents<'_> {
        Agents::of(&self.world)
    }

    /// The names of the exported fields, and their values in the order of identity.
    pub fn export(&mut self) -> (Vec<&'static str>, Vec<Vec<f64>>) {
        self.world.resource_scope(|world, columns: Mut<Columns>| (columns.fields(), columns.export(world)))
    }
}
