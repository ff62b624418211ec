//! Recorded tracks of real agents, played frame by frame.

use crate::{
    error::{Error, Result},
    scene::{Group, Kept, Look, Restart, Slider, Unit, Value, Zero},
    sim::{Boundary, Clock, Columns, Fact, Id, Model, Position, Setup, Source, Space, Vector, Velocity},
};
use bevy_ecs::{
    resource::Resource,
    world::{Mut, World},
};
use bevy_math::{Vec2, Vec3};
use bevy_reflect::Reflect;
use flockwork_core::tracks::{Recording, Seen};
use serde::{Deserialize, Serialize};
use std::path::Path;

// The recordings that come with the program: every file of tracks in `scenes/data/`, as (name, bytes).
include!(concat!(env!("OUT_DIR"), "/recordings.rs"));

/// What stands before the name of a recording that comes with the program.
const GALLERY: &str = "gallery:";

/// Share of the larger side that a picture leaves free around all positions.
const MARGIN: f32 = 0.05;

/// In what coordinates are measured.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// In what the file says; where it says nothing, in units of its own.
    #[default]
    Auto,
    /// Metres.
    M,
    /// Centimetres.
    Cm,
    /// Millimetres.
    Mm,
    /// Micrometres.
    Um,
    /// Pixels.
    Px,
}

/// Tracks of real agents, recorded and played back: one step is one frame. Nothing is simulated; agents come and go
/// as they were seen, with the identities of the file, and the same instruments read them as read a model.
///
/// An agent's velocity is the displacement from the frame before to the frame after, divided by the time between;
/// where it is not seen in one of them, from or to the present frame; where in neither, it is not known and not a number.
/// After the last frame the picture stands still. Where individuals are not seen on one clock, their positions are
/// interpolated to one.
#[derive(Resource, Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tracks {
    /// The file: CSV, TSV or PeTrack text with columns of individual, frame or time, x, y and perhaps z; the table of idtracker.ai,
    /// TRex, SLEAP or DeepLabCut; or a NumPy array of
    /// frames × individuals × 2 or 3. A path is taken from the folder in which Flockwork is started; where there is none such, a
    /// file of that name beside the scene is taken. A name after `gallery:` is a recording that comes with Flockwork.
    #[reflect(@Restart, @Group("Recording"))]
    pub file: String,
    /// Hash of what the file held when a run was saved or a sweep was planned (XXH3, 16 hexadecimal digits): other content is
    /// refused. Empty: whatever it holds.
    #[reflect(@Restart, @Kept, @Group("Recording"))]
    pub content: String,
    /// Frames per second; 0: what the file says. Where neither tells, time is counted in frames.
    #[reflect(@0.0..=1e6f64, @Slider(0.0, 120.0), @Unit("Hz"), @Zero("as the file says"), @Restart, @Group("Recording"))]
    pub rate: f64,
    /// Unit of the coordinates.
    #[reflect(@Restart, @Group("Recording"))]
    pub unit: Length,
}

impl Default for Tracks {
    fn default() -> Self {
        Self { file: format!("{GALLERY}corridor.txt"), content: String::new(), rate: 0.0, unit: Length::Auto }
    }
}

impl Tracks {
    fn recording(&self) -> Result<Recording> {
        let Some(name) = self.file.strip_prefix(GALLERY) else {
            if self.file.is_empty() {
                return Err(Error::usage("no file is named").allowed("a file of recorded tracks").path("parameters.file"));
            }
            let recording = Recording::open(Path::new(&self.file))?;
            let content = format!("{:016x}", recording.content());
            if !self.content.is_empty() && self.content != content {
                let message = format!("its content is not what it was: its hash is {content}, and was {}", self.content);
                let allowed = "the file as it was, or --set content= to take it as it is";
                return Err(Error::failure(message).allowed(allowed).at(&self.file));
            }
            return Ok(recording);
        };
        let known = || RECORDINGS.iter().map(|(name, _)| *name);
        let (_, bytes) = RECORDINGS.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            Error::usage(format!("no recording '{name}' comes with Flockwork")).names(name, known()).path("parameters.file")
        })?;
        Recording::read(*bytes, &self.file)
    }

    /// Builds the scene of a recording in the plane or in space.
    fn build_in<V: Vector>(&self, setup: &mut Setup, recording: Recording, unit: &'static str) {
        let (min, max) = recording.bounds();
        let side = (max - min).max_element();
        let (min, max) = (V::of_space(min), V::of_space(max));
        let margin = V::splat(if side > 0.0 { MARGIN * side } else { 1.0 });
        setup.space(Space { min: min - margin, size: max - min + margin * 2.0, boundary: Boundary::Open, unit });
        let rate = if self.rate > 0.0 { Some(self.rate) } else { recording.rate() };
        let (frames, unit) = (recording.frames_per_step(), if rate.is_some() { "s" } else { "frames" });
        let rate = rate.unwrap_or(1.0);
        setup.column::<Position<V>>();
        setup.column::<Velocity<V>>();
        setup.length(recording.length());
        recording.notes().iter().for_each(|note| setup.note(format!("{}: {note}", self.file)));
        if !self.file.starts_with(GALLERY) {
            setup.settle("content", Value::Text(format!("{:016x}", recording.content())));
        }
        let playback = Playback { recording, step: frames / rate };
        setup.spawn_as(playback.agents::<V>(0));
        setup.derived(playback);
        setup.even_time(unit, move |step| step as f64 * frames / rate);
        setup.advance(play::<V>);
    }
}

/// The recording that is played.
#[derive(Resource)]
struct Playback {
    recording: Recording,
    /// Time that one step takes.
    step: f64,
}

/// Who an agent is, where it is and how it moves.
type Tracked<V> = (Id, (Position<V>, Velocity<V>));

impl Playback {
    /// All agents of a step, in the order of identity.
    fn agents<V: Vector>(&self, step: u64) -> Vec<Tracked<V>> {
        let agent = |seen: Seen| {
            let velocity = seen.moved.map_or(V::splat(f32::NAN), |moved| V::of_space(moved / self.step as f32));
            (Id(seen.id), (Position(V::of_space(seen.at)), Velocity(velocity)))
        };
        self.recording.seen(step).into_iter().map(agent).collect()
    }
}

impl Model for Tracks {
    const NAME: &'static str = "tracks";
    const TITLE: &'static str = "Recorded tracks";
    const SOURCES: &'static [Source] = &[Source {
        authors: &["Forschungszentrum Jülich IAS-7"],
        title: "Trial bi_corr_400_b_03, demonstration data of PedPy (MIT licence)",
        url: "https://github.com/PedestrianDynamics/PedPy",
        ..Source::NONE
    }];
    const MEASURES: &'static [&'static str] = &["polarisation", "mean_speed"];

    fn build(&self, setup: &mut Setup) -> Result<()> {
        let recording = self.recording()?;
        let unit = match self.unit {
            Length::Auto => recording.unit().unwrap_or("units"),
            Length::M => "m",
            Length::Cm => "cm",
            Length::Mm => "mm",
            Length::Um => "µm",
            Length::Px => "px",
        };
        if recording.is_flat() {
            self.build_in::<Vec2>(setup, recording, unit);
        } else {
            self.build_in::<Vec3>(setup, recording, unit);
        }
        Ok(())
    }

    fn facts() -> Vec<Fact> {
        Vec::new()
    }

    fn look() -> Look {
        Look { colour: "heading".into(), trails: 12, ..Look::default() }
    }
}

/// Puts in place the agents of the next frame. They replace those of this one whole, so that a hand cannot alter a
/// record.
fn play<V: Vector>(world: &mut World) {
    world.resource_scope(|world, playback: Mut<Playback>| {
        let step = world.resource::<Clock>().step + 1;
        let agents = playback.agents(step);
        world.resource_scope(|world, mut columns: Mut<Columns>| columns.resize(world, agents.len()));
        let mut query = world.query::<(&mut Id, &mut Position<V>, &mut Velocity<V>)>();
        for (mut row, (id, (position, velocity))) in query.iter_mut(world).zip(agents) {
            *row.0 = id;
            *row.1 = position;
            *row.2 = velocity;
        }
    });
}
