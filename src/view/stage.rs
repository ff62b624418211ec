//! The stage: all layers of a picture, in their order.

use super::{
    Palette, Picture,
    agents::Agents,
    field::Field,
    glow::{Glow, glows},
    layers::{View, Workshop, target_pass, view_uniform},
    mesh::Mesh,
    overlay,
    solids::Solids,
    trails::Trails,
};
use bevy_math::Vec2;

/// Draws pictures into textures of one format. Keeps what lies on the device between pictures, among it the trails: a
/// stage that draws the frames of one run one after the other has the least to do, yet any order gives the same pictures.
pub struct Stage {
    view: wgpu::Buffer,
    group: wgpu::BindGroup,
    field: Field,
    density: Field,
    trails: Trails,
    agents: Agents,
    solids: Solids,
    mesh: Mesh,
    glow: Glow,
    /// Whether the target takes colours as bytes, rather than as linear light.
    encodes: bool,
    transparent: bool,
}

impl Stage {
    /// Makes the pipelines for targets of this format. Colours come out right in any 8-bit RGBA or BGRA format, sRGB or
    /// not; edges and transparent areas are blended as linear light in an sRGB one, which [`Studio`](super::Studio) uses.
    pub fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let (view_layout, view, group) = view_uniform(device);
        let workshop = Workshop { device, view_layout: &view_layout, format };
        Self {
            field: Field::new(&workshop),
            density: Field::new(&workshop),
            trails: Trails::new(&workshop),
            agents: Agents::new(&workshop),
            solids: Solids::new(&workshop),
            mesh: Mesh::new(&workshop),
            glow: Glow::new(&workshop),
            view,
            group,
            encodes: !format.is_srgb(),
            transparent: false,
        }
    }

    /// Leaves out the ground, so that pictures can be laid over others. Colours then hold their share of light.
    pub fn set_transparent(&mut self, transparent: bool) {
        self.transparent = transparent;
    }

    /// Bounds the work of a picture after the camera moved: at most about this many pieces of trails are then laid at once,
    /// the newest first, the others with the next pictures. A window wants this (10 000 take a software driver a few
    /// hundredths of a second), films and stills do not; without it, every picture is complete.
    pub fn hasten(&mut self, pieces: usize) {
        self.trails.haste = pieces.max(1);
        self.solids.haste = pieces.max(1);
    }

    /// Draws a picture over the whole of a target of this size in pixels, and submits it. A size of 0 draws nothing.
    pub fn draw(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        target: &wgpu::TextureView,
        size: [u32; 2],
        picture: &Picture,
    ) {
        if size.contains(&0) {
            return;
        }
        let mut view = View::new(picture, Vec2::from(size.map(|side| side as f32)));
        // In space all lies in one order, from the back to the front.
        let in_space = picture.camera.gaze.is_some();
        let density = picture.density(Vec2::from(view.size));
        self.solids.prepare(device, queue, picture, &mut view);
        if !in_space {
            self.agents.prepare(device, queue, picture, &mut view);
            self.field.prepare(device, queue, (picture, picture.frame.grid.as_ref()), &view, !self.transparent);
            self.density.prepare(device, queue, (picture, density), &view, false);
        }
        let plan = if in_space { None } else { self.trails.plan(picture, &mut view) };
        queue.write_buffer(&self.view, 0, bytemuck::bytes_of(&view));
        self.trails.lay(device, queue, &self.group, picture, plan);
        let pixels_per_point = if picture.pixels_per_point > 0.0 { picture.pixels_per_point.clamp(0.2, 16.0) } else { 1.0 };
        self.mesh.prepare(device, queue, size, pixels_per_point, |sketch| {
            overlay::draw(sketch, picture, &view, pixels_per_point, !self.transparent)
        });

        let background = Palette::of(picture.look.theme).background;
        let [r, g, b] = if self.encodes {
            [background.r(), background.g(), background.b()].map(|byte| f64::from(byte) / 255.0)
        } else {
            let linear = egui::Rgba::from(background);
            [linear.r(), linear.g(), linear.b()].map(f64::from)
        };
        let ground = if self.transparent { wgpu::Color::TRANSPARENT } else { wgpu::Color { r, g, b, a: 1.0 } };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("picture") });
        let glowing = glows(picture).then(|| self.glow.canvas(device, size));
        {
            let mut pass = target_pass(&mut encoder, glowing.as_ref().unwrap_or(target), Some(ground));
            pass.set_bind_group(0, &self.group, &[]);
            self.mesh.draw_below(&mut pass);
            let clip = clip(picture, size);
            if !in_space {
                self.field.draw(&mut pass);
            }
            if let Some([x, y, width, height]) = clip {
                pass.set_scissor_rect(x, y, width, height);
                self.solids.draw(&mut pass);
                pass.set_scissor_rect(0, 0, size[0], size[1]);
            }
            self.mesh.draw_among(&mut pass);
            if let Some([x, y, width, height]) = clip.filter(|_| !in_space) {
                pass.set_scissor_rect(x, y, width, height);
                // A field shows every site already; discs on top would only hide it.
                if density.is_some() {
                    self.density.draw(&mut pass);
                } else if picture.frame.grid.as_ref().is_none_or(|grid| !grid.sites) {
                    self.trails.draw(&mut pass);
                    self.agents.draw(&mut pass);
                }
                pass.set_scissor_rect(0, 0, size[0], size[1]);
            }
            if glowing.is_none() {
                self.mesh.draw_above(&mut pass);
            }
        }
        if glowing.is_some() {
            // What is written does not glow.
            self.glow.shed(&mut encoder, &self.group, target);
            let mut pass = target_pass(&mut encoder, target, None);
            pass.set_bind_group(0, &self.group, &[]);
            self.mesh.draw_above(&mut pass);
        }
        queue.submit([encoder.finish()]);
    }
}

/// The pixels on which agents may stand (x, y, width, height): those of the box where it is periodic. Nothing where the
/// box is out of sight.
fn clip(picture: &Picture, size: [u32; 2]) -> Option<[u32; 4]> {
    let extent = &picture.frame.extent;
    if !extent.periodic || picture.camera.gaze.is_some() {
        return Some([0, 0, size[0], size[1]]);
    }
    let whole = Vec2::from(size.map(|side| side as f32));
    let (a, b) = (picture.camera.pixel(extent.min, whole), picture.camera.pixel(extent.max, whole));
    let low = a.min(b).round().clamp(Vec2::ZERO, whole);
    let high = a.max(b).round().clamp(Vec2::ZERO, whole);
    let area = high - low;
    (area.x >= 1.0 && area.y >= 1.0).then_some([low.x as u32, low.y as u32, area.x as u32, area.y as u32])
}
