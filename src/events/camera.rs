//! The parameters of the event camera. Their list serves `--set camera.…`, the panel and the labels.

use super::Sensor;
use crate::scene::{Group, Log, Parameter, Params, Schema, Slider, Symbol, Unit, parameters_of};
use bevy_reflect::Reflect;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What an agent looks like to the camera.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Silhouette {
    /// A disc.
    #[default]
    Disc,
    /// A triangle that points along its direction of motion; a disc where it has none.
    Dart,
}

/// How the low-pass of the photoreceptor is integrated.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Exactly, for an input that stands still between two frames.
    #[default]
    Exact,
    /// By one Euler step a frame, as v2e does.
    Euler,
}

/// When, between two frames, a pixel's events are placed.
#[derive(Reflect, Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stamping {
    /// Where the straight line between the two brightnesses crosses the thresholds.
    #[default]
    Linear,
    /// In equal slots that all pixels share, each pixel's first event in the first, as v2e does.
    V2e,
}

/// Noise presets, with the numbers of v2e (`set_dvs_params`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Hardly any mismatch, no noise, no limit to speed.
    Clean,
    /// A dark room: mismatch, slow pixels, leak and shot noise.
    Noisy,
}

impl Preset {
    /// All presets with their names.
    pub const ALL: [(&'static str, Self); 2] = [("clean", Self::Clean), ("noisy", Self::Noisy)];
}

/// An event camera that looks at a run from above. The pixel is that of v2e (Hu, Liu, Delbruck, CVPR Workshops 2021).
#[derive(Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventCamera {
    /// Columns of the sensor.
    #[reflect(@1..=2048u32, @Slider(32.0, 1280.0), @Unit("px"), @Group("Sensor"))]
    pub width: u32,
    /// Rows of the sensor.
    #[reflect(@1..=2048u32, @Slider(32.0, 1280.0), @Unit("px"), @Group("Sensor"))]
    pub height: u32,
    /// How much nearer than the whole box the camera looks; above 1 agents leave and enter its view.
    #[reflect(@1.0..=100.0f32, @Slider(1.0, 4.0), @Group("Optics"))]
    pub zoom: f32,
    /// Steps of the run in a second of the camera's time; 0: the scene's own speed.
    #[reflect(@0.0..=10_000.0f32, @Slider(0.0, 120.0), @Unit("1/s"), @Group("Optics"))]
    pub steps_per_second: f32,
    /// Frames drawn in one step of the run; 0: so many that no agent shifts by more than `largest_shift`.
    #[reflect(@0..=1000u32, @Slider(0.0, 20.0), @Group("Optics"))]
    pub frames_per_step: u32,
    /// Largest shift of an agent from one frame to the next, so that no pixel jumps many thresholds at once.
    #[reflect(@0.01..=10.0f32, @Slider(0.1, 1.0), @Unit("px"), @Group("Optics"))]
    pub largest_shift: f32,
    /// Brightness where there is no agent, in levels of 8 bit.
    #[reflect(@0.0..=255.0f32, @Group("Optics"))]
    pub background: f32,
    /// Brightness of an agent, in levels of 8 bit.
    #[reflect(@0.0..=255.0f32, @Group("Optics"))]
    pub brightness: f32,
    /// Width of an agent, as a share of the shorter side of the box. 1.5 of NetLogo's 71 patches by default.
    #[reflect(@0.0001..=1.0f32, @Slider(0.002, 0.1), @Log, @Group("Optics"))]
    pub agent_size: f32,
    /// What an agent looks like.
    #[reflect(@Group("Optics"))]
    pub silhouette: Silhouette,
    /// Change of the logarithm of brightness that makes an ON event.
    #[reflect(@0.01..=5.0f32, @Slider(0.05, 0.5), @Symbol("θ⁺"), @Group("Pixel"))]
    pub threshold_on: f32,
    /// Change of the logarithm of brightness that makes an OFF event.
    #[reflect(@0.01..=5.0f32, @Slider(0.05, 0.5), @Symbol("θ⁻"), @Group("Pixel"))]
    pub threshold_off: f32,
    /// Standard deviation of the thresholds from pixel to pixel; none falls below 0.01.
    #[reflect(@0.0..=1.0f32, @Slider(0.0, 0.1), @Symbol("σ_θ"), @Group("Pixel"))]
    pub mismatch: f32,
    /// Cut-off of the photoreceptor's low-pass in full light (level 255); it falls with the brightness. 0: none.
    #[reflect(@0.0..=100_000.0f32, @Slider(0.0, 300.0), @Symbol("f_c"), @Unit("Hz"), @Group("Pixel"))]
    pub cutoff: f32,
    /// Time for which a pixel is blind after an event.
    #[reflect(@0.0..=1.0f32, @Slider(0.0, 0.01), @Unit("s"), @Group("Pixel"))]
    pub refractory: f32,
    /// Rate of the ON events that a pixel makes by leaking.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 1.0), @Symbol("R_leak"), @Unit("Hz"), @Group("Noise"))]
    pub leak_rate: f32,
    /// Fluctuation of the leak from frame to frame, as a share of it.
    #[reflect(@0.0..=1.0f32, @Group("Noise"))]
    pub leak_jitter: f32,
    /// Spread of the leak from pixel to pixel, in decades.
    #[reflect(@0.0..=2.0f32, @Slider(0.0, 0.5), @Group("Noise"))]
    pub leak_spread: f32,
    /// Rate of the events, ON and OFF together, that shot noise makes in a dark pixel; at level 255 a quarter of it.
    #[reflect(@0.0..=1000.0f32, @Slider(0.0, 10.0), @Symbol("R_shot"), @Unit("Hz"), @Group("Noise"))]
    pub shot_rate: f32,
    /// Share of pixels that are hot: each fires ON events at a rate of its own, between 10 and 1000 Hz.
    #[reflect(@0.0..=1.0f32, @Slider(0.0, 0.01), @Group("Noise"))]
    pub hot_share: f32,
    /// When, between two frames, events are placed.
    #[reflect(@Group("Model"))]
    pub stamping: Stamping,
    /// How the low-pass is integrated.
    #[reflect(@Group("Model"))]
    pub response: Response,
    /// Part of a frame's time for which the frame camera beside it keeps its shutter open.
    #[reflect(@0.0..=1.0f32, @Group("Frames"))]
    pub exposure: f32,
}

impl Default for EventCamera {
    /// The clean preset on 128 × 128 pixels.
    fn default() -> Self {
        Self {
            width: 128,
            height: 128,
            zoom: 1.0,
            steps_per_second: 0.0,
            frames_per_step: 0,
            largest_shift: 0.4,
            background: 80.0,
            brightness: 200.0,
            agent_size: 1.5 / 71.0,
            silhouette: Silhouette::Disc,
            threshold_on: 0.2,
            threshold_off: 0.2,
            mismatch: 0.02,
            cutoff: 0.0,
            refractory: 0.0,
            leak_rate: 0.0,
            leak_jitter: 0.0,
            leak_spread: 0.0,
            shot_rate: 0.0,
            hot_share: 0.0,
            stamping: Stamping::Linear,
            response: Response::Exact,
            exposure: 0.0,
        }
    }
}

impl EventCamera {
    /// The camera with the noise of a preset.
    pub fn preset(preset: Preset) -> Self {
        match preset {
            Preset::Clean => Self::default(),
            Preset::Noisy => Self {
                mismatch: 0.05,
                cutoff: 30.0,
                leak_rate: 0.1,
                leak_jitter: 0.1,
                leak_spread: 0.1,
                shot_rate: 5.0,
                ..Self::default()
            },
        }
    }

    /// Columns and rows.
    pub fn sensor(&self) -> Sensor {
        Sensor { width: self.width as u16, height: self.height as u16 }
    }

    /// The camera as a schema.
    pub fn schema() -> &'static dyn Schema {
        &CameraSchema
    }
}

struct CameraSchema;

static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(parameters_of::<EventCamera>);

impl Schema for CameraSchema {
    fn name(&self) -> &'static str {
        "camera"
    }
    fn parameters(&self) -> &[Parameter] {
        &PARAMETERS
    }
    fn defaults(&self) -> Box<dyn Params> {
        Box::new(EventCamera::default())
    }
    fn read(&self, text: &str) -> ron::error::SpannedResult<Box<dyn Params>> {
        ron::from_str::<EventCamera>(text).map(|camera| Box::new(camera) as Box<dyn Params>)
    }
}
