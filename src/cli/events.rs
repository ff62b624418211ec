//! `flockwork events`: a scene, filmed with the event camera.

use super::{arguments::whole, plan::Plan, run::progress};
use crate::{
    error::{Error, Result},
    events::{
        Cause, EventCamera, Film, Labels, Preset,
        files::{Columns, Numbers, Writer},
    },
    lab::Lab,
    measures::Observer,
    scene::Run,
};
use clap::Args;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Arguments of `events`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    plan: Plan,
    /// The file of events: AEDAT4 (.aedat4), EVT3 (.raw), HDF5 in DSEC's layout (.h5), NumPy (.npz) or text (.csv)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// How long to film, in seconds of the camera
    #[arg(long, value_name = "T", conflicts_with = "steps", value_parser = seconds)]
    seconds: Option<f64>,
    /// How many steps to film
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0..))]
    steps: Option<u64>,
    /// Columns and rows of the sensor
    #[arg(long, value_name = "WxH", allow_hyphen_values = true, value_parser = sensor)]
    sensor: Option<[u32; 2]>,
    /// Noise of the pixels; single constants are set with `--set camera.NAME=VALUE`
    #[arg(long, value_name = "NAME", default_value = "clean", value_parser = preset)]
    preset: Preset,
    /// Write what is true at each step: a table (.csv), or arrays of steps and agents (.npz)
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// Write each image that the sensor saw (.npz: brightnesses from 0 to 255, and times)
    #[arg(long, value_name = "FILE.npz")]
    images: Option<PathBuf>,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|seconds| (0.0..=1e6).contains(seconds)).ok_or_else(|| "seconds, from 0 to 1000000".into())
}

pub(super) fn preset(text: &str) -> Result<Preset, String> {
    let found = Preset::ALL.iter().find(|(name, _)| *name == text);
    found
        .map(|(_, preset)| *preset)
        .ok_or_else(|| format!("a preset is one of: {}", Preset::ALL.map(|(name, _)| name).join(", ")))
}

pub(super) fn sensor(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once(['x', '×']).map(|(width, height)| (width.parse(), height.parse()));
    match sides {
        Some((Ok(width @ 1..=2048), Ok(height @ 1..=2048))) => Ok([width, height]),
        _ => Err("WIDTHxHEIGHT in pixels, at most 2048 each, as in 346x260".into()),
    }
}

/// Films a scene.
pub fn events(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let mut camera = EventCamera::preset(options.preset);
    if let Some([width, height]) = options.sensor {
        (camera.width, camera.height) = (width, height);
    }
    let opened = options.plan.open_filmed(lab, &mut camera)?;
    let rate = f64::from(if camera.steps_per_second > 0.0 { camera.steps_per_second } else { opened.scene.speed });
    let asked = options.steps.or(options.seconds.map(|seconds| (seconds * rate).round() as u64));
    let (run, steps) = options.plan.simulation(lab, &opened, asked)?;
    let mut file = Writer::new(&options.output, camera.sensor())?;
    let mut labels = options.labels.as_deref().map(Labels::new).transpose()?;
    let mut images = options.images.as_deref().map(|path| images(path, &camera)).transpose()?;
    let mut observer = Observer::new(run.model().measures().first().copied(), &run)?;
    let mut film = Film::new(run, &camera);
    let mut tally = Tally::default();
    let mut seen = Vec::new();
    let mut image = Ok(());
    let bar = progress(steps);
    for step in 0..=steps {
        seen.clear();
        film.watch(&mut seen, |levels, t| {
            if let (Some(images), Ok(())) = (&mut images, &image) {
                let bytes: Vec<u8> = levels.iter().flat_map(|level| level.to_le_bytes()).collect();
                image = images.put(0, &bytes).and_then(|()| images.put(1, &t.to_le_bytes()));
            }
        });
        std::mem::replace(&mut image, Ok(()))?;
        file.write(&seen)?;
        tally.count(&seen);
        if let Some(labels) = &mut labels {
            labels.note(&film, &mut observer)?;
        }
        if step < steps {
            film.step()?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    let seconds = film.eye().time() as f64 * 1e-6;
    file.finish()?;
    labels.map(Labels::finish).transpose()?;
    images.map(Columns::finish).transpose()?;
    let mut run = film.into_run();
    eprintln!(
        "{}: {steps} steps, {seconds:.2} s, {} × {} px, seed {}, state hash {:016x}, flockwork {}",
        opened.name,
        camera.width,
        camera.height,
        opened.scene.seed,
        run.hash(),
        env!("CARGO_PKG_VERSION")
    );
    eprintln!("{}", tally.report(seconds));
    save_recipe(&options.output, &opened.scene, steps, &mut run)?;
    Ok(ExitCode::SUCCESS)
}

/// The recipe lies beside the events.
fn save_recipe(beside: &Path, scene: &crate::scene::Scene, steps: u64, run: &mut crate::sim::Simulation) -> Result<()> {
    let recipe = Run {
        version: env!("CARGO_PKG_VERSION").into(),
        steps,
        hash: run.hash(),
        film: None,
        against: None,
        scene: scene.clone(),
        journal: run.journal().clone(),
    };
    let mut name = beside.as_os_str().to_owned();
    name.push(".flock");
    crate::output::Output::save(Path::new(&name), recipe.write().as_bytes())
}

fn images(path: &Path, camera: &EventCamera) -> Result<Columns> {
    if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("npz")) {
        return Err(Error::usage("images cannot be written so").allowed("a name that ends in .npz").at(path.display()));
    }
    let row = [u64::from(camera.height), u64::from(camera.width)];
    Columns::new(path, &[("images", Numbers::F32, &row), ("t", Numbers::I64, &[])])
}

/// How many events of each kind there were.
#[derive(Default)]
pub(super) struct Tally {
    on: u64,
    off: u64,
    signal: u64,
}

impl Tally {
    pub(super) fn count(&mut self, events: &[crate::events::Event]) {
        for event in events {
            *if event.on { &mut self.on } else { &mut self.off } += 1;
            self.signal += u64::from(matches!(event.cause, Cause::Agent(_)));
        }
    }

    /// How many there were, in so many seconds.
    pub(super) fn counts(&self, seconds: f64) -> String {
        let all = self.on + self.off;
        let rate = if seconds > 0.0 { all as f64 / seconds / 1000.0 } else { 0.0 };
        format!("  {all} events ({} ON, {} OFF), {rate:.1} thousand a second", self.on, self.off)
    }

    fn report(&self, seconds: f64) -> String {
        let all = self.on + self.off;
        let share = if all > 0 { 100.0 * self.signal as f64 / all as f64 } else { 0.0 };
        format!("{}; {share:.1} % made by agents, the rest noise", self.counts(seconds))
    }
}
