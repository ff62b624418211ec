//! What egui lays out, drawn onto a texture without a window.

use super::{
    Gpu,
    brush::Brush,
    layers::{Workshop, target_pass, view_of_size, view_uniform},
};
use egui::{Context, Pos2, RawInput, Rect, Ui};

/// A page of egui, in a rectangle of a texture.
pub struct Page {
    context: Context,
    brush: Brush,
    view: wgpu::Buffer,
    group: wgpu::BindGroup,
}

impl Page {
    /// For targets of this format.
    pub fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let (layout, view, group) = view_uniform(device);
        let brush = Brush::new(&Workshop { device, view_layout: &layout, format });
        let context = Context::default();
        // Nothing fades in: a frame of a film shows what is.
        context.all_styles_mut(|style| style.animation_time = 0.0);
        Self { context, brush, view, group }
    }

    /// The context, to be given fonts and a look.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Lays out a page of this place (x, y, width, height in pixels) of a texture, at some time in seconds, and draws it.
    pub fn draw(
        &mut self,
        gpu: &Gpu,
        target: &wgpu::Texture,
        [x, y, width, height]: [u32; 4],
        pixels_per_point: f32,
        time: f64,
        mut show: impl FnMut(&mut Ui),
    ) {
        let Gpu { device, queue, .. } = gpu;
        let output = self.lay_out(gpu, [width, height], pixels_per_point, time, &mut show);
        let primitives = self.context.tessellate(output.shapes, output.pixels_per_point);
        self.brush.begin();
        let strokes = self.brush.add(&primitives, output.pixels_per_point, [x, y], [width, height]);
        self.brush.send(device, queue);
        let size = [target.width(), target.height()];
        queue.write_buffer(&self.view, 0, bytemuck::bytes_of(&view_of_size(size)));
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("page") });
        {
            let mut pass = target_pass(&mut encoder, &target.create_view(&Default::default()), None);
            pass.set_bind_group(0, &self.group, &[]);
            self.brush.draw(&mut pass, 0..strokes, size);
        }
        queue.submit([encoder.finish()]);
    }

    /// Lays out a page of this width and height in pixels, and draws nothing.
    pub fn lay_out(
        &mut self,
        gpu: &Gpu,
        [width, height]: [u32; 2],
        pixels_per_point: f32,
        time: f64,
        show: &mut dyn FnMut(&mut Ui),
    ) -> egui::FullOutput {
        let Gpu { device, queue, .. } = gpu;
        let points = egui::vec2(width as f32, height as f32) / pixels_per_point;
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, points)),
            max_texture_side: Some(device.limits().max_texture_dimension_2d as usize),
            time: Some(time),
            predicted_dt: 0.0,
            focused: false,
            ..Default::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&input.viewport_id) {
            viewport.native_pixels_per_point = Some(pixels_per_point);
        }
        let mut output = self.context.run_ui(input, show);
        #[expect(clippy::iter_over_hash_type, reason = "textures do not depend on one another")]
        for (id, deltas) in output.textures_delta.set.drain() {
            for delta in deltas {
                self.brush.texture(device, queue, id, &delta);
            }
        }
        // The few textures of a page are kept.
        output.textures_delta.clear();
        output
    }
}
