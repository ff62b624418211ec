//! A sheet as pixels, drawn by the processor: the same bytes on every machine.

use super::{
    letters,
    sheet::{Anchor, Ink, Shape, Sheet, Stroke},
};
use crate::{
    error::{Error, Result},
    recipe,
};
use tiny_skia::{
    Color, FillRule, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Stroke as Pen, StrokeDash, Transform,
};
use ttf_parser::OutlineBuilder;

/// Points of a typographer in an inch.
const INCH: f32 = 72.0;

/// The bytes of a PNG with so many pixels an inch.
///
/// # Errors
/// Where it has too many pixels.
pub fn png(sheet: &Sheet, resolution: f32, recipe: &str) -> Result<Vec<u8>> {
    let scale = resolution / INCH;
    let [width, height] = sheet.size.map(|side| (side * scale).round().max(1.0) as u32);
    let mut map =
        Pixmap::new(width, height).ok_or_else(|| Error::usage(format!("a picture of {width}×{height} pixels is too large")))?;
    map.fill(Color::WHITE);
    let brush = Brush { scale: Transform::from_scale(scale, scale) };
    sheet.shapes.iter().for_each(|shape| brush.draw(&mut map, shape, None));
    // On white ground nothing is transparent.
    let rgb: Vec<u8> = map.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    encode(&rgb, [width, height], resolution, recipe)
        .map_err(|error| Error::failure(format!("cannot write the chart as PNG: {error}")))
}

fn encode(
    rgb: &[u8],
    [width, height]: [u32; 2],
    resolution: f32,
    recipe: &str,
) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let per_metre = (resolution / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    if !recipe.is_empty() {
        encoder.add_itxt_chunk(recipe::KEYWORD.into(), recipe.into())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    writer.finish()?;
    Ok(bytes)
}

struct Brush {
    scale: Transform,
}

impl Brush {
    fn draw(&self, map: &mut Pixmap, shape: &Shape, mask: Option<&Mask>) {
        match shape {
            Shape::Path { points, closed, fill, stroke } => {
                let mut builder = PathBuilder::new();
                for (at, [x, y]) in points.iter().enumerate() {
                    if at == 0 { builder.move_to(*x, *y) } else { builder.line_to(*x, *y) }
                }
                if *closed {
                    builder.close();
                }
                self.paint(map, builder.finish(), *fill, *stroke, mask);
            }
            Shape::Disc { at: [x, y], radius, fill, stroke } => {
                self.paint(map, PathBuilder::from_circle(*x, *y, *radius), *fill, *stroke, mask);
            }
            Shape::Words { at: [x, y], text, size, anchor, turned, ink } => {
                let mut outline = Outline(PathBuilder::new());
                letters::outline(text, &mut outline);
                let width = letters::width(text);
                let start = match anchor {
                    Anchor::Start => 0.0,
                    Anchor::Middle => -width / 2.0,
                    Anchor::End => -width,
                };
                let turn = if *turned { Transform::from_rotate(-90.0) } else { Transform::identity() };
                let place = Transform::from_translate(start, 0.0)
                    .post_concat(Transform::from_scale(*size, -*size))
                    .post_concat(turn)
                    .post_translate(*x, *y);
                let path = outline.0.finish().and_then(|path| path.transform(place));
                self.paint(map, path, Some(*ink), None, mask);
            }
            Shape::Within(area, shapes) => {
                let mut own = Mask::new(map.width(), map.height());
                let rect = Rect::from_ltrb(area.min[0], area.min[1], area.max[0], area.max[1]);
                if let (Some(own), Some(rect)) = (&mut own, rect) {
                    own.fill_path(&PathBuilder::from_rect(rect), FillRule::Winding, true, self.scale);
                }
                shapes.iter().for_each(|shape| self.draw(map, shape, own.as_ref()));
            }
        }
    }

    fn paint(&self, map: &mut Pixmap, path: Option<Path>, fill: Option<Ink>, stroke: Option<Stroke>, mask: Option<&Mask>) {
        let Some(path) = path else { return };
        if let Some(ink) = fill {
            map.fill_path(&path, &paint(ink), FillRule::Winding, self.scale, mask);
        }
        if let Some(Stroke { width, ink, dashes }) = stroke {
            let dash = dashes.and_then(|lengths| StrokeDash::new(lengths.to_vec(), 0.0));
            let pen = Pen { width, dash, line_join: LineJoin::Round, ..Pen::default() };
            map.stroke_path(&path, &paint(ink), &pen, self.scale, mask);
        }
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let [r, g, b] = ink.rgb;
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(r, g, b, (255.0 * ink.cover).round() as u8);
    paint
}

/// Letters as a path.
struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
