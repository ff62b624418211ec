//! The legend of a chart.

use super::{
    draw::{DASHES, Frame, HAIR, LINE, MUTED, TYPE, hue, mark, words},
    letters,
    sheet::{Anchor, Area, Ink, Place, Shape, Stroke},
    spec::{Chart, Layer},
};

/// Height of a line.
const ROW: f32 = TYPE * 1.45;
/// Width of the sample before a name.
const SAMPLE: f32 = 12.0;

/// A line of the legend.
pub struct Entry<'a> {
    name: &'a str,
    layer: &'a Layer,
}

/// What has a name, each name of a kind once. A single series needs no legend.
pub fn entries(chart: &Chart) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry> = Vec::new();
    for layer in &chart.layers {
        let name = match layer {
            Layer::Band(name, ..) => name,
            Layer::Rule(..) | Layer::Cells { .. } => continue,
            _ => layer.series().map_or("", |series| &series.name),
        };
        // Theory is one line of the legend, whatever it is of.
        let known =
            entries.iter().any(|entry| entry.name == name && matches!(entry.layer, Layer::Theory(_) | Layer::Reference(_)));
        if !name.is_empty() && !known {
            entries.push(Entry { name, layer });
        }
    }
    if entries.len() > 1 { entries } else { Vec::new() }
}

/// How large the legend is.
pub fn size(entries: &[Entry]) -> [f32; 2] {
    let widest = entries.iter().map(|entry| TYPE * letters::width(entry.name)).fold(0.0, f32::max);
    [widest + SAMPLE + 13.0, ROW * entries.len() as f32 + 5.0]
}

/// The upper left corner of a place for it where nothing is drawn, within the axes; nothing where there is none.
pub fn corner(chart: &Chart, frame: &Frame, entries: &[Entry]) -> Option<Place> {
    let [width, height] = size(entries);
    let inner = frame.area.grown(-4.0);
    let columns = [inner.max[0] - width, inner.min[0], (inner.min[0] + inner.max[0] - width) / 2.0];
    let rows = [inner.min[1], inner.max[1] - height];
    if chart.layers.iter().any(|layer| matches!(layer, Layer::Cells { .. })) || width > inner.width() || height > inner.height()
    {
        return entries.is_empty().then_some(inner.min);
    }
    let drawn: Vec<Place> = chart.layers.iter().flat_map(|layer| covered(frame, layer)).collect();
    let corners = columns.into_iter().flat_map(|x| rows.map(|y| [x, y]));
    corners.into_iter().find(|corner| {
        let place = Area { min: *corner, max: [corner[0] + width, corner[1] + height] }.grown(3.0);
        !drawn.iter().any(|at| place.contains(*at))
    })
}

/// Places that a layer covers, close enough to one another that no legend fits between them.
fn covered(frame: &Frame, layer: &Layer) -> Vec<Place> {
    /// Distance of places along a line.
    const STEP: f32 = 4.0;
    let along = |[from, to]: [Place; 2]| {
        let length = (to[0] - from[0]).hypot(to[1] - from[1]);
        let steps = ((length / STEP).ceil() as usize).clamp(1, 1000);
        (0..=steps).map(move |step| {
            let part = step as f32 / steps as f32;
            [0, 1].map(|axis| from[axis] + part * (to[axis] - from[axis]))
        })
    };
    let joined = |places: Vec<Place>| -> Vec<Place> {
        let single = (places.len() == 1).then(|| places[0]);
        places.windows(2).flat_map(|pair| along([pair[0], pair[1]]).collect::<Vec<_>>()).chain(single).collect()
    };
    match layer {
        Layer::Band(_, _, edges) => edges
            .iter()
            .flat_map(|[x, low, high]| along([frame.at(*x, *low), frame.at(*x, *high)]).collect::<Vec<_>>())
            .collect(),
        Layer::Bars(series, _) => {
            let tops = frame.places(&series.points).into_iter();
            tops.flat_map(|top| along([top, [top[0], frame.area.max[1]]]).collect::<Vec<_>>()).collect()
        }
        Layer::Rule(_, x) => {
            let [x, _] = frame.at(*x, frame.y.low);
            vec![[x, frame.area.min[1] + TYPE]]
        }
        Layer::Line(series) | Layer::Points(series) | Layer::Theory(series) => joined(frame.places(&series.points)),
        _ => layer.series().map_or_else(Vec::new, |series| frame.places(&series.points)),
    }
}

/// Draws the legend.
pub fn draw(entries: &[Entry], corner: Place, shapes: &mut Vec<Shape>) {
    if entries.is_empty() {
        return;
    }
    let [width, height] = size(entries);
    shapes.push(Shape::Path {
        points: Area { min: corner, max: [corner[0] + width, corner[1] + height] }.corners(),
        closed: true,
        fill: Some(Ink::new([255; 3]).thin(0.9)),
        stroke: Some(Stroke::new(0.5, HAIR)),
    });
    for (at, entry) in entries.iter().enumerate() {
        let y = corner[1] + 2.5 + ROW * (at as f32 + 0.5);
        let (from, to) = (corner[0] + 4.0, corner[0] + 4.0 + SAMPLE);
        let middle = [f32::midpoint(from, to), y];
        let line = |stroke: Stroke| Shape::line([[from, y], [to, y]], stroke);
        let block = |ink: Ink| Shape::area(Area { min: [from, y - 3.0], max: [to, y + 3.0] }.corners(), ink);
        match entry.layer {
            Layer::Line(series) => shapes.push(line(Stroke::new(LINE, hue(series.hue)))),
            Layer::Points(series) => {
                shapes.push(line(Stroke::new(0.6, hue(series.hue).thin(0.6))));
                shapes.push(mark(middle, series.hue, false));
            }
            Layer::Scatter(series) => shapes.push(mark(middle, series.hue, false)),
            Layer::Reference(series) => shapes.push(mark(middle, series.hue, true)),
            Layer::Theory(series) => {
                let several = entries.iter().filter(|entry| matches!(entry.layer, Layer::Theory(_))).count() > 1;
                let ink = if several { hue(series.hue) } else { MUTED };
                shapes.push(line(Stroke { dashes: Some(DASHES), ..Stroke::new(0.9, ink) }));
            }
            Layer::Band(_, number, _) => shapes.push(block(hue(*number).thin(0.2))),
            Layer::Bars(series, _) => shapes.push(block(hue(series.hue).thin(0.55))),
            Layer::Rule(..) | Layer::Cells { .. } => {}
        }
        shapes.push(words([to + 5.0, y + TYPE * letters::height() / 2.0], entry.name, Anchor::Start));
    }
}
