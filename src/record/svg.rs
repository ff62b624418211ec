//! A picture as an SVG: shapes and text that a paper's figure can be made of.

use super::{compose::Composer, quick_png, reel::Reel, shoot::Take};
use crate::{
    error::{Error, Result},
    recipe::{self, SVG_ELEMENT, escaped},
    scene::{Film, Run, Shape as Form},
    view::{Cells, Drawing, Mark, Solid, Still},
};
use bevy_math::Vec2;
use egui::{Color32, Shape, epaint::StrokeKind};
use std::fmt::Write as _;

/// Most agents in one: each is a shape of its own.
pub const MOST: usize = 10_000;

/// Checks what one can hold.
///
/// # Errors
/// Where there are too many agents.
pub fn check(agents: usize) -> Result<()> {
    if agents <= MOST {
        return Ok(());
    }
    Err(Error::usage(format!("an SVG of {agents} agents is too large")).allowed(format!("up to {MOST} agents; PNG for more")))
}

/// The text of an SVG file with the step at which a run stands, and the run that led there.
///
/// # Errors
/// Where there are too many agents.
pub fn draw(film: &Film, title: &str, reel: &mut Reel) -> Result<(String, Run)> {
    let frame = reel.frame();
    check(frame.ids.len())?;
    let run = Run { film: Some(film.clone()), ..reel.run()? };
    let size = [film.size.0, film.size.1];
    let take = Take::of(reel, &frame, reel.seen());
    let text = Composer::new(film, title).compose(&take, None, size, |picture| {
        write(&Drawing::of(picture, size), size, picture.pixels_per_point, title, &run.write())
    })?;
    Ok((text, run))
}

/// The text of an SVG file with this picture and the run that made it.
fn write(drawing: &Drawing, [width, height]: [u32; 2], pixels_per_point: f32, title: &str, run: &str) -> Result<String> {
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{}</title>\n{}{}{}\n",
        escaped(title),
        SVG_ELEMENT.0,
        escaped(run),
        SVG_ELEMENT.1
    );
    let [low, high] = drawing.world;
    let area = high - low;
    let world = format!("x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"", low.x, low.y, area.x, area.y);
    let mut line = |line: String| text += &(line + "\n");
    line(format!("<rect width=\"{width}\" height=\"{height}\" {}/>", fill(drawing.background)));
    if drawing.clipped {
        line(format!("<clipPath id=\"world\"><rect {world}/></clipPath>"));
    }
    let mut shapes = String::new();
    drawing.below.iter().for_each(|shape| put(&mut shapes, shape, pixels_per_point));
    line(format!("<g id=\"below\">\n{shapes}</g>"));
    if drawing.cells.is_none()
        && let Some(ground) = drawing.ground
    {
        line(format!("<rect {world} {}/>", fill(ground)));
    }
    for (cells, style) in [(&drawing.cells, " style=\"image-rendering:pixelated\""), (&drawing.density, "")] {
        let Some(Cells { size: [width, height], rgba }) = cells else { continue };
        let picture = quick_png(&Still { width: *width, height: *height, rgba: rgba.clone() }, None)?;
        line(format!(
            "<image {world} preserveAspectRatio=\"none\"{style} href=\"data:image/png;base64,{}\"/>",
            base64(&picture)
        ));
    }
    let clip = if drawing.clipped { " clip-path=\"url(#world)\"" } else { "" };
    let [r, g, b, _] = drawing.ground.unwrap_or(drawing.background).to_array();
    let solids = drawing.solids.iter().fold(String::new(), |mut all, solid| {
        let _ = writeln!(all, "{}", body(solid, hex([r, g, b])));
        all
    });
    if !solids.is_empty() {
        line(format!("<g id=\"bodies\"{clip}>\n{solids}</g>"));
    }
    let mut shapes = String::new();
    drawing.among.iter().for_each(|shape| put(&mut shapes, shape, pixels_per_point));
    line(format!("<g id=\"among\"{clip}>\n{shapes}</g>"));
    let lines = drawing.lines.iter().fold(String::new(), |mut all, line| {
        let points: Vec<String> = line.points.iter().map(|point| format!("{:.1},{:.1}", point.x, point.y)).collect();
        let _ = writeln!(
            all,
            "<polyline points=\"{}\" stroke=\"{}\" stroke-opacity=\"{:.2}\"/>",
            points.join(" "),
            hex(line.colour),
            line.opacity
        );
        all
    });
    line(format!(
        "<g id=\"trails\" fill=\"none\" stroke-width=\"{:.2}\" stroke-linejoin=\"round\"{clip}>\n{lines}</g>",
        drawing.line_width
    ));
    let rim = if drawing.rim > 0.0 {
        format!(" stroke=\"{}\" stroke-width=\"{:.2}\" paint-order=\"stroke\"", hex([r, g, b]), 2.0 * drawing.rim)
    } else {
        String::new()
    };
    let marks = drawing.marks.iter().fold(String::new(), |mut all, mark| {
        let _ = writeln!(all, "{}", agent(mark, drawing));
        all
    });
    line(format!("<g id=\"agents\" fill-opacity=\"{:.2}\"{rim}{clip}>\n{marks}</g>", drawing.opacity));
    let mut shapes = String::new();
    drawing.above.iter().for_each(|shape| put(&mut shapes, shape, pixels_per_point));
    line(format!("<g id=\"above\">\n{shapes}</g>\n</svg>"));
    debug_assert!(recipe::can_hold(text.as_bytes()));
    Ok(text)
}

fn agent(mark: &Mark, drawing: &Drawing) -> String {
    let Mark { at, heading, colour } = *mark;
    let colour = hex(colour);
    let place = |along: f32, across: f32| {
        let place = at + drawing.radius * (along * heading + across * heading.perp());
        format!("{:.2},{:.2}", place.x, place.y)
    };
    match drawing.form {
        // Corners and radii are those of the shader.
        Form::Dart => {
            format!(
                "<polygon points=\"{} {} {} {}\" fill=\"{colour}\"/>",
                place(1.3, 0.0),
                place(-0.85, 0.75),
                place(-0.53, 0.0),
                place(-0.85, -0.75)
            )
        }
        Form::Capsule => {
            let (radius, half) = (0.45 * drawing.radius, 0.8 * drawing.radius);
            format!(
                "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" rx=\"{radius:.2}\" fill=\"{colour}\" \
                 transform=\"rotate({:.1} {:.2} {:.2})\"/>",
                at.x - half - radius,
                at.y - radius,
                2.0 * (half + radius),
                2.0 * radius,
                heading.to_angle().to_degrees(),
                at.x,
                at.y
            )
        }
        _ => format!("<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{:.2}\" fill=\"{colour}\"/>", at.x, at.y, drawing.radius),
    }
}

/// A body in space: a line, a disc, or the hull of two discs.
fn body(solid: &Solid, ground: String) -> String {
    let ([a, b], [first, second]) = ([Vec2::from(solid.a), Vec2::from(solid.b)], solid.radii);
    let [red, green, blue, _] = solid.colour;
    let (colour, opacity) = (hex([red, green, blue]), solid.opacity());
    if first < 0.0 {
        return format!(
            "<line x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\" stroke=\"{colour}\" stroke-width=\"{:.2}\" \
             stroke-opacity=\"{opacity:.2}\"/>",
            a.x,
            a.y,
            b.x,
            b.y,
            -first - second
        );
    }
    let rim = if solid.rim > 0.0 {
        format!(" stroke=\"{ground}\" stroke-width=\"{:.2}\" paint-order=\"stroke\"", 2.0 * solid.rim)
    } else {
        String::new()
    };
    let style = format!("fill=\"{colour}\" fill-opacity=\"{opacity:.2}\"{rim}");
    let (way, slope) = (b - a, (first - second) / a.distance(b).max(1e-6));
    if slope.abs() >= 1.0 {
        let (at, radius) = if first > second { (a, first) } else { (b, second) };
        return format!("<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{radius:.2}\" {style}/>", at.x, at.y);
    }
    let axis = way.normalize();
    // Where the common tangents touch.
    let touch = |at: Vec2, radius: f32, side: f32| {
        let at = at + radius * (slope * axis + side * (1.0 - slope * slope).sqrt() * axis.perp());
        format!("{:.2} {:.2}", at.x, at.y)
    };
    format!(
        "<path d=\"M{} L{} A{second:.2} {second:.2} 0 {} 0 {} L{} A{first:.2} {first:.2} 0 {} 0 {}Z\" {style}/>",
        touch(a, first, 1.0),
        touch(b, second, 1.0),
        u8::from(slope < 0.0),
        touch(b, second, -1.0),
        touch(a, first, -1.0),
        u8::from(slope > 0.0),
        touch(a, first, 1.0)
    )
}

fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn paint(name: &str, colour: Color32) -> String {
    if colour.a() == 0 {
        return format!("{name}=\"none\"");
    }
    let [r, g, b, alpha] = colour.to_srgba_unmultiplied();
    let opacity = if alpha < 255 { format!(" {name}-opacity=\"{:.3}\"", f32::from(alpha) / 255.0) } else { String::new() };
    format!("{name}=\"{}\"{opacity}", hex([r, g, b]))
}

fn fill(colour: Color32) -> String {
    paint("fill", colour)
}

fn stroke(stroke: egui::Stroke, scale: f32) -> String {
    if stroke.width <= 0.0 {
        return String::new();
    }
    format!("{} stroke-width=\"{:.2}\"", paint("stroke", stroke.color), stroke.width * scale)
}

/// Appends what a shape is, its points times `scale`.
fn put(out: &mut String, shape: &Shape, scale: f32) {
    let point = |at: egui::Pos2| format!("{:.2},{:.2}", at.x * scale, at.y * scale);
    let _ = match shape {
        Shape::Vec(shapes) => {
            shapes.iter().for_each(|shape| put(out, shape, scale));
            Ok(())
        }
        Shape::Circle(circle) => writeln!(
            out,
            "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{:.2}\" {} {}/>",
            circle.center.x * scale,
            circle.center.y * scale,
            circle.radius * scale,
            fill(circle.fill),
            stroke(circle.stroke, scale)
        ),
        Shape::LineSegment { points, stroke: line } => {
            writeln!(out, "<polyline points=\"{} {}\" {}/>", point(points[0]), point(points[1]), stroke(*line, scale))
        }
        Shape::Path(path) => {
            let points: Vec<String> = path.points.iter().map(|at| point(*at)).collect();
            let name = if path.closed { "polygon" } else { "polyline" };
            let colour = match path.stroke.color {
                egui::epaint::ColorMode::Solid(colour) => colour,
                egui::epaint::ColorMode::UV(_) => Color32::TRANSPARENT,
            };
            let line = egui::Stroke::new(path.stroke.width, colour);
            writeln!(out, "<{name} points=\"{}\" {} {}/>", points.join(" "), fill(path.fill), stroke(line, scale))
        }
        Shape::Rect(rect) => {
            let shift = match rect.stroke_kind {
                StrokeKind::Inside => -0.5,
                StrokeKind::Middle => 0.0,
                StrokeKind::Outside => 0.5,
            };
            let edge = rect.rect.expand(shift * rect.stroke.width);
            writeln!(
                out,
                "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" rx=\"{:.2}\" {} {}/>",
                edge.left() * scale,
                edge.top() * scale,
                edge.width() * scale,
                edge.height() * scale,
                f32::from(rect.corner_radius.nw) * scale,
                fill(rect.fill),
                stroke(rect.stroke, scale)
            )
        }
        Shape::Text(words) => {
            write_text(out, words, scale);
            Ok(())
        }
        Shape::Mesh(mesh) => {
            for corners in mesh.indices.chunks_exact(3) {
                let corners: Vec<_> = corners.iter().map(|corner| mesh.vertices[*corner as usize]).collect();
                // A triangle of three colours becomes one of their mean: those of legends are narrow.
                let seen = corners.iter().filter(|corner| corner.color.a() == 255).count();
                if seen == 3 {
                    let mean = |part: usize| corners.iter().map(|corner| u32::from(corner.color[part])).sum::<u32>() / 3;
                    let colour = hex([0, 1, 2].map(|part| mean(part) as u8));
                    let points: Vec<String> = corners.iter().map(|corner| point(corner.pos)).collect();
                    // A hair line of the same colour closes the seams between them.
                    let _ = writeln!(
                        out,
                        "<polygon points=\"{}\" fill=\"{colour}\" stroke=\"{colour}\" stroke-width=\"0.5\"/>",
                        points.join(" ")
                    );
                }
            }
            Ok(())
        }
        _ => Ok(()),
    };
}

/// Appends a text, row by row.
fn write_text(out: &mut String, words: &egui::epaint::TextShape, scale: f32) {
    let Some(section) = words.galley.job.sections.first() else { return };
    let format = &section.format;
    let colour = if format.color == Color32::PLACEHOLDER { words.fallback_color } else { format.color };
    let weight = if matches!(format.font_id.family, egui::FontFamily::Name(_)) { " font-weight=\"600\"" } else { "" };
    for row in &words.galley.rows {
        let text: String = row.row.glyphs.iter().map(|glyph| glyph.chr).collect();
        let (Some(first), Some(last)) = (row.row.glyphs.first(), row.row.glyphs.last()) else { continue };
        if text.trim().is_empty() {
            continue;
        }
        let at = words.pos + row.pos.to_vec2() + first.pos.to_vec2();
        let length = last.pos.x + last.advance_width - first.pos.x;
        // Where the typeface is another one, the text is as long as it was all the same.
        let _ = writeln!(
            out,
            "<text x=\"{:.2}\" y=\"{:.2}\" font-family=\"Inter, Helvetica, Arial, sans-serif\" font-size=\"{:.2}\"{weight} \
             textLength=\"{:.2}\" lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\" {}>{}</text>",
            at.x * scale,
            at.y * scale,
            format.font_id.size * scale,
            length * scale,
            fill(colour),
            escaped(&text)
        );
    }
}

/// Three bytes as four letters.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number =
            [0, 1, 2].map(|at| u32::from(three.get(at).copied().unwrap_or(0))).iter().fold(0, |all, byte| all << 8 | byte);
        for at in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= three.len() { letter.into() } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_letters_as_the_standard_has_them() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn too_many_agents_are_too_many() {
        assert!(check(10_000).is_ok());
        assert!(check(10_001).unwrap_err().to_string().contains("PNG"));
    }
}
