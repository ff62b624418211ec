//! Trails: where agents were during the last steps.
//!
//! The picture of the trails is a function of the frame's `trail` alone. Segments lie in a texture, each with a weight
//! that grows by the same factor every step; of two the greater stays. So a frame that follows on the last one
//! adds its own segments and shows the same as one that lays all of them anew, and how often a step is
//! drawn does not matter.

use super::{
    Palette, Picture, colour,
    layers::{Column, Recipe, View, Workshop, target_pass},
};
use crate::{
    scene::Theme,
    sim::{Extent, Past, Scale},
};
use bevy_math::{Vec2, Vec3};
use bytemuck::{Pod, Zeroable};

/// Holds linear light times the fourth power of the weight, and the weight: of two colours the older is then soon too
/// faint to tint the newer.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba16Float;
/// The weight falls by this many octaves over the length of a trail (`OCTAVES` of `trails.wgsl`). Its fourth power then
/// spans what a 16-bit number holds.
const OCTAVES: f32 = 4.0;
/// From this weight on all weights are brought down, since the largest 16-bit number is not far.
const LAST_WEIGHT: f32 = 8.0;
/// The factor by which they are: a power of two, so that none is rounded.
const FADE: f32 = 1.0 / LAST_WEIGHT;
/// Segments a draw, so that the buffer stays small.
const BATCH: usize = 1 << 17;
/// Opacity where a trail is newest.
const OPACITY_ON_DARK: f32 = 0.6;
const OPACITY_ON_LIGHT: f32 = 0.85;

/// A piece of a trail as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
struct Segment {
    start: [f32; 2],
    end: [f32; 2],
    /// sRGB bytes.
    colour: [u8; 4],
    weight: f32,
}

/// What must be equal for a trail to be continued.
#[derive(Clone, Debug, PartialEq)]
struct Setting {
    centre: [f32; 2],
    scale: [f32; 2],
    size: [f32; 2],
    half_width: f32,
    steps: u32,
    theme: Theme,
    extent: Extent,
    colours: Option<(String, Scale)>,
}

/// What the texture holds.
struct Laid {
    setting: Setting,
    /// The newest step in it.
    newest: Past,
    /// The weight of that step.
    weight: f32,
    /// The newest step to which several were laid as one.
    coarse: Option<u64>,
}

/// The layer of trails.
pub struct Trails {
    lay: wgpu::RenderPipeline,
    fade: wgpu::RenderPipeline,
    show: wgpu::RenderPipeline,
    layout: wgpu::BindGroupLayout,
    canvas: Option<Canvas>,
    column: Column,
    laid: Option<Laid>,
    /// About how many segments are laid a picture; where more are wanting, several steps are laid as one.
    pub haste: usize,
}

/// The texture in which segments lie.
struct Canvas {
    view: wgpu::TextureView,
    group: wgpu::BindGroup,
    size: [u32; 2],
}

impl Trails {
    pub fn new(workshop: &Workshop) -> Self {
        let layout = workshop.texture_layout("trails", false);
        let shader = include_str!("../../assets/shaders/trails.wgsl");
        let attributes = wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2, 2 => Unorm8x4, 3 => Float32];
        let blend = |src_factor, dst_factor, operation| {
            let component = wgpu::BlendComponent { src_factor, dst_factor, operation };
            wgpu::BlendState { color: component, alpha: component }
        };
        let lay = workshop.pipeline(&Recipe {
            label: "lay trails",
            shader,
            entries: ("segment", "lay"),
            groups: &[],
            buffer: Some(wgpu::VertexBufferLayout {
                array_stride: size_of::<Segment>() as u64,
                step_mode: wgpu::VertexStepMode::Instance,
                attributes: &attributes,
            }),
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            blend: blend(wgpu::BlendFactor::One, wgpu::BlendFactor::One, wgpu::BlendOperation::Max),
            format: Some(FORMAT),
        });
        let fade = workshop.pipeline(&Recipe {
            label: "fade trails",
            shader,
            entries: ("whole", "nothing"),
            groups: &[],
            buffer: None,
            topology: wgpu::PrimitiveTopology::TriangleList,
            blend: blend(wgpu::BlendFactor::Zero, wgpu::BlendFactor::Constant, wgpu::BlendOperation::Add),
            format: Some(FORMAT),
        });
        let show = workshop.pipeline(&Recipe {
            label: "show trails",
            shader,
            entries: ("whole", "show"),
            groups: &[&layout],
            buffer: None,
            topology: wgpu::PrimitiveTopology::TriangleList,
            blend: wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING,
            format: None,
        });
        let column = Column::new("trails", wgpu::BufferUsages::VERTEX);
        Self { lay, fade, show, layout, canvas: None, column, laid: None, haste: usize::MAX }
    }

    /// Decides what has to be laid for this picture, and fills in the trails' part of `view`, which is final but for
    /// that. Nothing where the picture has no trails.
    pub fn plan(&self, picture: &Picture, view: &mut View) -> Option<Plan> {
        let Picture { frame, look, .. } = picture;
        let newest = frame.trail.last()?;
        if look.trails == 0 || picture.density(Vec2::from(view.size)).is_some() {
            return None;
        }
        let (width, opacity) = width_and_opacity(view, look.theme);
        (view.half_width, view.trail_opacity) = (width / 2.0, opacity);
        let setting = Setting {
            centre: view.centre,
            scale: view.scale,
            size: view.size,
            half_width: view.half_width,
            steps: look.trails,
            theme: look.theme,
            extent: frame.extent,
            colours: frame.colour.as_ref().map(|channel| (channel.name.clone(), channel.scale.clone())),
        };
        let grown = |steps: u64| (OCTAVES / look.trails as f32 * steps as f32).exp2();
        let oldest = newest.step.saturating_sub(look.trails.into());
        let continued = self.laid.as_ref().filter(|laid| {
            // With time enough, what was laid in haste is laid anew.
            let hasty = laid.coarse.is_some_and(|step| step > oldest) && self.haste == usize::MAX;
            laid.setting == setting && laid.newest.step <= newest.step && !hasty
        });
        let continued = continued.and_then(|laid| {
            frame.trail.iter().rfind(|past| same(past, &laid.newest))?;
            let weight = laid.weight * grown(newest.step - laid.newest.step);
            // After a leap so long that little of what lies there is left, all is better laid anew.
            (weight * FADE < LAST_WEIGHT).then_some((weight, laid))
        });
        let (weight, start, from, coarse) = match continued {
            Some((weight, laid)) if weight < LAST_WEIGHT => (weight, Start::Continued, laid.newest.step, laid.coarse),
            Some((weight, laid)) => (weight * FADE, Start::Faded, laid.newest.step, laid.coarse),
            None => (1.0, Start::Anew, oldest, None),
        };
        let from = from.max(oldest);
        view.trail_newest = weight;
        Some(Plan { from, weight, start, coarse, setting })
    }

    /// Lays what was planned, `group` being the uniform `view`; forgets what lies there where nothing was.
    pub fn lay(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        group: &wgpu::BindGroup,
        picture: &Picture,
        plan: Option<Plan>,
    ) {
        let Some((plan, newest)) = plan.zip(picture.frame.trail.last()) else {
            self.laid = None;
            return;
        };
        let size = plan.setting.size.map(|side| side as u32);
        let canvas = match self.canvas.take() {
            Some(canvas) if canvas.size == size => canvas,
            _ => canvas(device, &self.layout, size),
        };
        let mut first = Some(plan.start);
        let mut flush = |segments: &mut Vec<Segment>| {
            let start = first.take().unwrap_or(Start::Continued);
            if segments.is_empty() && start == Start::Continued {
                return;
            }
            self.column.write(device, queue, segments);
            let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("trails") });
            {
                let mut pass =
                    target_pass(&mut encoder, &canvas.view, (start == Start::Anew).then_some(wgpu::Color::TRANSPARENT));
                pass.set_bind_group(0, group, &[]);
                if start == Start::Faded {
                    let (a, colour) = (f64::from(FADE), f64::from(FADE.powi(4)));
                    pass.set_pipeline(&self.fade);
                    pass.set_blend_constant(wgpu::Color { r: colour, g: colour, b: colour, a });
                    pass.draw(0..3, 0..1);
                }
                if let Some(column) = self.column.filled() {
                    pass.set_pipeline(&self.lay);
                    pass.set_vertex_buffer(0, column);
                    pass.draw(0..4, 0..segments.len() as u32);
                }
            }
            queue.submit([encoder.finish()]);
            segments.clear();
        };
        let mut segments = Vec::new();
        let trail = &picture.frame.trail;
        let mut coarse = plan.coarse;
        for pair in knots(trail, plan.from, self.haste).windows(2).rev() {
            let [start, end] = [&trail[pair[0]], &trail[pair[1]]];
            let first = trail[pair[0] + 1].step;
            if first < end.step {
                coarse = coarse.max(Some(end.step));
            }
            // Of several steps that are laid as one the middle counts.
            let age = (newest.step - end.step) as f32 + (end.step - first) as f32 / 2.0;
            let weight = plan.weight * (-OCTAVES / plan.setting.steps as f32 * age).exp2();
            join(start, end, picture, weight, &mut segments);
            if segments.len() >= BATCH {
                flush(&mut segments);
            }
        }
        flush(&mut segments);
        self.canvas = Some(canvas);
        self.laid = Some(Laid { setting: plan.setting, newest: newest.clone(), weight: plan.weight, coarse });
    }

    pub fn draw(&self, pass: &mut wgpu::RenderPass) {
        if let (Some(canvas), Some(_)) = (&self.canvas, &self.laid) {
            pass.set_pipeline(&self.show);
            pass.set_bind_group(1, &canvas.group, &[]);
            pass.draw(0..3, 0..1);
        }
    }
}

/// How broad trails are, in pixels, and their opacity where they are newest, beside agents of the size in `view`.
pub fn width_and_opacity(view: &View, theme: Theme) -> (f32, f32) {
    let half = (0.26 * view.radius).clamp(0.5, 1.3 * (view.size[1] / 720.0).max(0.5));
    let opacity = match theme {
        Theme::Dark => OPACITY_ON_DARK,
        Theme::Light => OPACITY_ON_LIGHT,
    };
    (2.0 * half, opacity)
}

/// What has to be laid for a picture.
pub struct Plan {
    /// The step from which on all is to be laid.
    from: u64,
    /// Weight of the newest step.
    weight: f32,
    start: Start,
    /// The newest step to which several lie there as one.
    coarse: Option<u64>,
    setting: Setting,
}

/// What happens to what lies there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Start {
    /// It stays.
    Continued,
    /// It stays, all weights multiplied by [`FADE`].
    Faded,
    /// It goes.
    Anew,
}

fn canvas(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, size: [u32; 2]) -> Canvas {
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("trails"),
        size: wgpu::Extent3d { width: size[0], height: size[1], depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: FORMAT,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::RENDER_ATTACHMENT,
        view_formats: &[],
    });
    let view = texture.create_view(&Default::default());
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("trails"),
        layout,
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) }],
    });
    Canvas { view, group, size }
}

/// The records of a trail, from a step on, between which segments are laid: all, or so many that there are about as few segments as
/// `haste` tells. Where some are left out, those that stay are the same as time goes on.
pub fn knots(trail: &[Past], from: u64, haste: usize) -> Vec<usize> {
    let first = trail.partition_point(|past| past.step < from);
    let segments: usize = trail.iter().skip(first + 1).map(|past| past.ids.len()).sum();
    let stride = segments.div_ceil(haste.max(1)).max(1) as u64;
    let last = trail.len().saturating_sub(1);
    (first..trail.len()).filter(|n| *n == first || *n == last || trail[*n].step.is_multiple_of(stride)).collect()
}

/// Whether two records are of the same step with the same content, bit for bit.
fn same(a: &Past, b: &Past) -> bool {
    let bits = |positions: &[Vec3]| positions.iter().flat_map(|p| p.to_array()).map(f32::to_bits).collect::<Vec<_>>();
    a.step == b.step
        && (std::sync::Arc::ptr_eq(&a.positions, &b.positions) || (a.ids == b.ids && bits(&a.positions) == bits(&b.positions)))
}

/// The segments from one step to a later one, for the agents that are in both.
fn join(from: &Past, to: &Past, picture: &Picture, weight: f32, segments: &mut Vec<Segment>) {
    let theme = picture.look.theme;
    let extent = &picture.frame.extent;
    let side = extent.size().truncate();
    let map = picture
        .frame
        .colour
        .as_ref()
        .filter(|_| to.values.len() == to.ids.len())
        .map(|channel| colour::Map::of(&channel.scale, theme));
    let plain = Palette::of(theme).agent.to_array();
    let mut row = 0;
    for (n, (id, end)) in to.ids.iter().zip(to.positions.iter()).enumerate() {
        while from.ids.get(row).is_some_and(|other| other < id) {
            row += 1;
        }
        if from.ids.get(row) != Some(id) {
            continue;
        }
        let Some(start) = from.positions.get(row).filter(|start| start.is_finite() && end.is_finite()) else { continue };
        let (start, end) = (start.truncate(), end.truncate());
        let colour = map.as_ref().map_or(plain, |map| map.rgba(to.values[n]));
        let mut add = |start: Vec2, end: Vec2| segments.push(Segment { start: start.into(), end: end.into(), colour, weight });
        let way = end - start;
        // The short way round, which enters on the other side.
        let leaps = if extent.periodic { (way / side).round() } else { Vec2::ZERO };
        if leaps.is_finite() && leaps != Vec2::ZERO {
            let way = way - leaps * side;
            add(start, start + way);
            add(end - way, end);
        } else {
            add(start, end);
        }
    }
}
