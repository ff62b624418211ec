//! `flockwork record`: a still of any scene, without a display.

use super::plan::Plan;
use crate::{
    error::{Error, Result},
    lab::Lab,
    output::Output,
    record,
    scene::Run,
    sim::Shot,
    view::{Camera, Caption, Gpu, Picture, Studio, suited_pixels_per_point},
};
use bevy_math::Vec2;
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

/// Arguments of `record`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    plan: Plan,
    /// The picture to make
    #[arg(short, long, value_name = "OUT.png")]
    output: PathBuf,
    /// The step to show (a saved run, or tracks: the last)
    #[arg(long, value_name = "N")]
    steps: Option<u64>,
    /// Size in pixels
    #[arg(long, value_name = "WxH", default_value = "1280x720", value_parser = size)]
    size: [u32; 2],
}

fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once(['x', '×']).map(|(width, height)| (width.parse(), height.parse()));
    match sides {
        Some((Ok(width), Ok(height))) if width > 0 && height > 0 => Ok([width, height]),
        _ => Err("a size is WIDTHxHEIGHT in pixels, as in 1920x1080".into()),
    }
}

/// Runs a scene to the step and draws it.
pub fn record(lab: &Lab, options: &Options) -> Result<ExitCode> {
    let opened = options.plan.open(lab)?;
    if options.output.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("png")) {
        return Err(Error::usage("this kind of picture cannot be made")
            .allowed("a name that ends in .png")
            .at(options.output.display()));
    }
    let mut studio = Studio::new(&Gpu::headless()?, options.size)?;
    let (mut simulation, steps) = options.plan.simulation(lab, &opened, options.steps)?;
    let look = &opened.scene.view;
    let mut shot = Shot::default();
    for _ in 0..steps {
        shot.note(&simulation, look);
        simulation.step()?;
    }
    let frame = shot.frame(&simulation, look);
    let [width, height] = options.size;
    let pixels_per_point = suited_pixels_per_point(options.size);
    let camera = Camera::of(&frame.extent, look, Vec2::new(width as f32, height as f32), pixels_per_point);
    let still = studio.shoot(&Picture {
        frame: &frame,
        look,
        camera: &camera,
        selected: None,
        caption: &Caption::of(&opened.scene.title, simulation.model(), &frame),
        pixels_per_point,
    })?;
    let run = Run {
        version: env!("CARGO_PKG_VERSION").into(),
        steps,
        hash: simulation.hash(),
        scene: opened.scene.clone(),
        journal: simulation.journal(),
    };
    Output::save(&options.output, &record::png(&still, &run.write())?)?;
    eprintln!(
        "{}: step {steps} of {}, seed {}, {width}×{height} pixels, flockwork {}",
        options.output.display(),
        opened.name,
        run.scene.seed,
        run.version
    );
    Ok(ExitCode::SUCCESS)
}
