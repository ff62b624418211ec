//! Lines, areas and letters: tessellated by epaint, drawn here.

use super::{brush::Brush, fonts, layers::Workshop};
use egui::{
    Color32, FontId, Galley, Rect, Shape, TextureId,
    epaint::{ClippedShape, Tessellator, TextOptions, text::Fonts},
};
use std::sync::Arc;

/// Largest side of the texture of letters, pixels.
const LETTERS: u32 = 4096;

/// Lays out text and collects shapes, in points.
pub struct Sketch<'a> {
    fonts: &'a mut Fonts,
    pixels_per_point: f32,
    /// The whole picture.
    pub area: Rect,
    /// Where what lies [`among`](Self::among) field and agents is seen: within a periodic world, or everywhere.
    pub world: Rect,
    below: Vec<Shape>,
    among: Vec<Shape>,
    above: Vec<Shape>,
}

impl<'a> Sketch<'a> {
    fn new(fonts: &'a mut Fonts, pixels_per_point: f32, area: Rect) -> Self {
        Self { fonts, pixels_per_point, area, world: area, below: Vec::new(), among: Vec::new(), above: Vec::new() }
    }

    /// Adds a shape under field, trails and agents.
    pub fn below(&mut self, shape: impl Into<Shape>) {
        self.below.push(shape.into());
    }

    /// Adds a shape over ground and field, under trails and agents. Beyond a periodic world it is cut off.
    pub fn among(&mut self, shape: impl Into<Shape>) {
        self.among.push(shape.into());
    }

    /// Adds a shape over all else.
    pub fn add(&mut self, shape: impl Into<Shape>) {
        self.above.push(shape.into());
    }

    /// A text on one line, or on more where it is wider than `width` points.
    pub fn layout(&mut self, text: &str, font: FontId, colour: Color32, width: f32) -> Arc<Galley> {
        self.fonts.with_pixels_per_point(self.pixels_per_point).layout(text.to_owned(), font, colour, width)
    }

    /// Points a pixel: the finest line.
    pub fn pixel(&self) -> f32 {
        self.pixels_per_point.recip()
    }
}

/// What `draw` sketches on a picture of this size in pixels, as shapes: those under all else, those over ground and
/// field, and those above.
pub fn sketched(size: [u32; 2], pixels_per_point: f32, draw: impl FnOnce(&mut Sketch)) -> [Vec<Shape>; 3] {
    let mut fonts = Fonts::new(TextOptions::default(), fonts());
    let area = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0] as f32, size[1] as f32) / pixels_per_point);
    let mut sketch = Sketch::new(&mut fonts, pixels_per_point, area);
    draw(&mut sketch);
    [sketch.below, sketch.among, sketch.above]
}

/// The layer of lines, areas and letters.
pub struct Mesh {
    brush: Brush,
    fonts: Fonts,
    /// Strokes of what lies below all else, with those among field and agents, and of all.
    counts: [usize; 3],
    size: [u32; 2],
}

impl Mesh {
    pub fn new(workshop: &Workshop) -> Self {
        let side = workshop.device.limits().max_texture_dimension_2d.min(LETTERS) as usize;
        let options = TextOptions { max_texture_side: side, ..Default::default() };
        Self { brush: Brush::new(workshop), fonts: Fonts::new(options, fonts()), counts: [0; 3], size: [0; 2] }
    }

    /// Brings to the device what `draw` sketches on a picture of this size in pixels.
    pub fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        size: [u32; 2],
        pixels_per_point: f32,
        draw: impl FnOnce(&mut Sketch),
    ) {
        self.fonts.begin_pass(*self.fonts.options());
        let area = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(size[0] as f32, size[1] as f32) / pixels_per_point);
        let mut sketch = Sketch::new(&mut self.fonts, pixels_per_point, area);
        draw(&mut sketch);
        let Sketch { world, below, among, above, .. } = sketch;
        self.size = size;
        self.brush.begin();
        self.counts = [(below, area), (among, world.intersect(area)), (above, area)].map(|(shapes, clip_rect)| {
            let shapes = shapes.into_iter().map(|shape| ClippedShape { clip_rect, shape }).collect();
            let atlas = self.fonts.texture_atlas();
            let mut tessellator = Tessellator::new(pixels_per_point, Default::default(), atlas.size(), atlas.prepared_discs());
            self.brush.add(&tessellator.tessellate_shapes(shapes), pixels_per_point, [0, 0], size)
        });
        if let Some(delta) = self.fonts.font_image_delta() {
            self.brush.texture(device, queue, TextureId::default(), &delta);
        }
        self.brush.send(device, queue);
    }

    pub fn draw_below(&self, pass: &mut wgpu::RenderPass) {
        self.brush.draw(pass, 0..self.counts[0], self.size);
    }

    pub fn draw_among(&self, pass: &mut wgpu::RenderPass) {
        self.brush.draw(pass, self.counts[0]..self.counts[1], self.size);
    }

    pub fn draw_above(&self, pass: &mut wgpu::RenderPass) {
        self.brush.draw(pass, self.counts[1]..self.counts[2], self.size);
    }
}
