//! How a plot is looked at: in which form, how near, along which axes, and where the cursor is.

use crate::{chart::Scale, measures::Instrument, view::Palette};
use egui::{Align2, FontId, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, vec2};
use egui_plot::PlotTransform;

/// In what an instrument is drawn.
#[derive(Clone, Copy, Debug, Default)]
pub enum Form {
    /// A number against time; a curve as colours, time against place.
    #[default]
    Time,
    /// A number against that of another instrument.
    Against(&'static Instrument),
    /// How often which number is read.
    Spread,
    /// A curve as it is now.
    Now,
}

/// How a plot is looked at.
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// In what form.
    pub form: Form,
    /// Whether the first axis, and the second, is logarithmic.
    pub log: [bool; 2],
    /// The ends of both axes, where somebody chose them.
    pub zoom: Option<[(f64, f64); 2]>,
    /// Where a cursor was left, from which distances are told.
    pub pin: Option<[f64; 2]>,
}

/// Fewest points of a drag that mean something.
const DRAG: f32 = 6.0;

impl Sight {
    /// The axes as they are shown: those chosen, or else these.
    pub fn scales(&self, whole: [Scale; 2]) -> [Scale; 2] {
        let Some(zoom) = self.zoom else { return whole };
        [0, 1].map(|axis| {
            let ((low, high), log) = (zoom[axis], whole[axis].log);
            if log && low <= 0.0 { whole[axis] } else { Scale { low, high, log } }
        })
    }

    /// Another form: what was near in the one is nowhere in the other.
    pub fn turn(&mut self, form: Form) {
        (self.form, self.zoom, self.pin) = (form, None, None);
    }

    /// Draws a frame while the mouse is dragged, and looks nearer where it is let go; looks nearer or farther where the wheel
    /// turns with Ctrl down; at all again after a double click. Leaves the cursor, or takes it away, at a click.
    pub fn handle(&mut self, ui: &Ui, response: &Response, transform: &PlotTransform, scales: [Scale; 2], pins: bool) {
        let id = response.id.with("drag");
        let place = |at: Pos2| {
            let value = transform.value_from_position(at);
            [number(value.x, scales[0].log), number(value.y, scales[1].log)]
        };
        if response.drag_started()
            && let Some(from) = ui.input(|input| input.pointer.press_origin())
        {
            ui.data_mut(|data| data.insert_temp(id, from));
        }
        let from: Option<Pos2> = ui.data(|data| data.get_temp(id));
        let to = response.interact_pointer_pos().or(response.hover_pos());
        if let (Some(from), Some(to)) = (from, to) {
            let rect = dragged(from, to, *transform.frame());
            if response.dragged() && rect.width() > DRAG {
                let painter = ui.painter().with_clip_rect(*transform.frame());
                let ink = ui.visuals().selection.bg_fill;
                painter.rect(rect, 0.0, ink.gamma_multiply(0.15), Stroke::new(1.0, ink), StrokeKind::Inside);
            }
            if response.drag_stopped() && rect.width() > DRAG {
                let (a, b) = (place(rect.left_bottom()), place(rect.right_top()));
                self.zoom = Some([0, 1].map(|axis| (a[axis].min(b[axis]), a[axis].max(b[axis]))));
            }
        }
        if !response.dragged() {
            ui.data_mut(|data| data.remove_temp::<Pos2>(id));
        }
        let factor = ui.input(egui::InputState::zoom_delta);
        if response.contains_pointer()
            && factor != 1.0
            && let Some(at) = response.hover_pos()
        {
            let centre = transform.value_from_position(at);
            let centre = [centre.x, centre.y];
            self.zoom = Some([0, 1].map(|axis| about(scales[axis], centre[axis], 1.0 / f64::from(factor))));
        }
        // A click just before makes three of two.
        if response.double_clicked() || response.triple_clicked() {
            (self.zoom, self.pin) = (None, None);
        } else if pins && response.clicked() {
            self.pin = if self.pin.is_some() { None } else { response.interact_pointer_pos().map(place) };
        }
    }
}

/// What a drag frames: all of the height where it goes along the first axis alone.
fn dragged(from: Pos2, to: Pos2, frame: Rect) -> Rect {
    let rect = Rect::from_two_pos(from, to).intersect(frame);
    if rect.height() < 2.0 * DRAG { Rect::from_x_y_ranges(rect.x_range(), frame.y_range()) } else { rect }
}

/// The ends of an axis so many times as far apart, about a place of it that stays.
fn about(scale: Scale, centre: f64, times: f64) -> (f64, f64) {
    let end = |at: f64| number(centre + (place(at, scale.log) - centre) * times, scale.log);
    (end(scale.low), end(scale.high))
}

/// Where a number lies on an axis: its decimal logarithm where that is logarithmic.
pub fn place(number: f64, log: bool) -> f64 {
    match log {
        true if number > 0.0 => number.log10(),
        true => f64::NAN,
        false => number,
    }
}

/// The number at a place of an axis.
pub fn number(place: f64, log: bool) -> f64 {
    if log { 10f64.powf(place) } else { place }
}

/// Writes what the cursor says in the corner that is farther from it.
pub fn readout(ui: &Ui, palette: &Palette, frame: Rect, cursor: Pos2, font: FontId, lines: &[String]) {
    let left = cursor.x > frame.center().x;
    let painter = ui.painter().with_clip_rect(frame);
    let galley = painter.layout_no_wrap(lines.join("\n"), font, palette.ink);
    let size = galley.size() + vec2(8.0, 4.0);
    let anchor = if left { Align2::LEFT_TOP } else { Align2::RIGHT_TOP };
    let corner = if left { frame.left_top() + vec2(4.0, 4.0) } else { frame.right_top() + vec2(-4.0, 4.0) };
    let rect = anchor.anchor_size(corner, size);
    painter.rect_filled(rect, 3.0, palette.raised.gamma_multiply(0.94));
    painter.galley(rect.min + vec2(4.0, 2.0), galley, palette.ink);
}

/// What the pointer may do to a plot.
pub fn sense() -> Sense {
    Sense::click_and_drag()
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    #[test]
    fn the_place_under_the_pointer_stays_where_it_is() {
        let scale = Scale { low: 1.0, high: 100.0, log: true };
        let (low, high) = about(scale, 1.0, 0.5);
        assert!((low - 10f64.sqrt()).abs() < 1e-9 && (high - 10f64.powf(1.5)).abs() < 1e-9);
        assert_eq!(about(Scale { low: 0.0, high: 10.0, log: false }, 0.0, 2.0), (0.0, 20.0));
        let sight = Sight { zoom: Some([(-1.0, 5.0), (2.0, 3.0)]), ..Sight::default() };
        // What has no logarithm is not looked at.
        assert_eq!(sight.scales([scale, scale]), [scale, Scale { low: 2.0, high: 3.0, log: true }]);
    }

    #[test]
    fn a_level_drag_frames_all_of_the_height() {
        let frame = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 50.0));
        let rect = dragged(pos2(80.0, 20.0), pos2(20.0, 25.0), frame);
        assert_eq!((rect.left(), rect.right(), rect.height()), (20.0, 80.0, 50.0));
        let rect = dragged(pos2(80.0, 10.0), pos2(120.0, 45.0), frame);
        assert_eq!((rect.right(), rect.top(), rect.bottom()), (100.0, 10.0, 45.0));
        assert_eq!((place(100.0, true), number(2.0, true), place(7.0, false)), (2.0, 100.0, 7.0));
        assert!(place(-1.0, true).is_nan());
    }
}
