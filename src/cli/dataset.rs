//! `flockwork dataset`: labelled runs for training.

use super::{arguments::whole, plan::Plan as Scene};
use crate::{
    error::{Error, Result},
    events::{
        EventCamera, Preset,
        dataset::{Plan, size},
        files::ENDINGS,
    },
    lab::Lab,
};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `dataset`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    scene: Scene,
    /// The folder to make, or to go on with
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Number of runs
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = whole::<u64>(1..))]
    runs: u64,
    /// How often each run is filmed
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = whole::<u32>(1..=100))]
    segments: u32,
    /// Seconds of each film
    #[arg(long, value_name = "T", default_value_t = 1.0)]
    seconds: f64,
    /// Steps of a run: what has not converged by then is said not to
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = whole::<u64>(0..))]
    horizon: u64,
    /// First and last step at which a film may begin
    #[arg(long, value_name = "A:B", default_value = "20:400", value_parser = pair::<u64>)]
    begin: [u64; 2],
    /// Range of the interaction strength, drawn evenly in its logarithm
    #[arg(long, value_name = "A:B", default_value = "0.1:3", value_parser = pair::<f64>)]
    strength: [f64; 2],
    /// Numbers of agents, one of which is drawn for each run (default: the scene's)
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = whole::<u32>(0..))]
    agents: Vec<u32>,
    /// Let the strength jump in the middle of each film
    #[arg(long)]
    stepped: bool,
    /// Noise of the pixels; single constants are set with `--set camera.NAME=VALUE`
    #[arg(long, value_name = "NAME", default_value = "clean", value_parser = super::events::preset)]
    preset: Preset,
    /// Format of the events
    #[arg(long, value_name = "ENDING", default_value = "npz", value_parser = ENDINGS)]
    format: String,
    /// Make only the I-th of N parts of the runs
    #[arg(long, value_name = "I/N", default_value = "1/1", value_parser = shard)]
    shard: [u64; 2],
    /// Say what it comes to, and make nothing
    #[arg(long)]
    dry_run: bool,
}

fn pair<T: std::str::FromStr>(text: &str) -> Result<[T; 2], String> {
    let ends = text.split_once(':').and_then(|(low, high)| Some([low.parse().ok()?, high.parse().ok()?]));
    ends.ok_or_else(|| "LOW:HIGH, as in 0.1:3".into())
}

fn shard(text: &str) -> Result<[u64; 2], String> {
    let parts = text.split_once('/').and_then(|(part, parts)| Some([part.parse().ok()?, parts.parse().ok()?]));
    parts.filter(|[part, parts]| (1..=*parts).contains(part)).ok_or_else(|| "I/N, from 1/N to N/N, as in 2/8".into())
}

/// Makes a data set, or what is missing of it.
pub fn dataset(lab: &Lab, options: &Options) -> Result<ExitCode> {
    // Five frames in a step, so that there is one every thirtieth of a second and five times as many.
    let mut camera = EventCamera { frames_per_step: 5, ..EventCamera::preset(options.preset) };
    let opened = options.scene.open_filmed(lab, &mut camera)?;
    let plan = Plan {
        scene: opened.scene,
        camera,
        runs: options.runs,
        segments: options.segments,
        seconds: options.seconds,
        horizon: options.horizon,
        begin: options.begin,
        strength: options.strength,
        agents: options.agents.clone(),
        stepped: options.stepped,
        format: options.format.clone(),
    };
    if !(options.seconds > 0.0 && options.seconds <= 3600.0) {
        return Err(Error::usage("a film of that length cannot be made").allowed("more than 0 seconds, at most 3600"));
    }
    plan.check(lab)?;
    if options.dry_run {
        let estimate = plan.estimate(lab)?;
        eprintln!(
            "{} runs, {:.3} hours of film, about {:.0} million events, {:.0} MB, {:.0} minutes of one core",
            plan.runs,
            estimate.hours,
            estimate.events / 1e6,
            estimate.bytes / 1e6,
            estimate.work / 60.0
        );
        return Ok(ExitCode::SUCCESS);
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} runs, {eta} left") {
        bar.set_style(style);
    }
    let segments = plan.carry_out(lab, &options.output, options.shard, |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let count = |split: &str| segments.iter().filter(|segment| segment.split == split).count();
    eprintln!(
        "{}: {} films ({} train, {} validation, {} test), {:.1} million events, {:.0} MB",
        options.output.display(),
        segments.len(),
        count("train"),
        count("validation"),
        count("test"),
        segments.iter().map(|segment| segment.event_count).sum::<u64>() as f64 / 1e6,
        size(&options.output) as f64 / 1e6
    );
    Ok(ExitCode::SUCCESS)
}
