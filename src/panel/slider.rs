//! The slider: a track from one value to another, in whichever direction, with marks on it.

use super::theme;
use crate::view::Palette;
use egui::{
    EventFilter, Key, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit, emath, lerp, pos2, remap_clamp,
    vec2,
};

/// A place on the track that deserves a mark.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Where.
    pub value: f64,
    /// Drawn through the track in the accent's colour, not as a tick below it.
    pub strong: bool,
}

/// A slider, to be shown.
#[derive(Clone, Debug)]
pub struct Slider<'a> {
    /// Its name for those who cannot see it.
    pub name: &'a str,
    /// The value at its left end; may be larger than that at its right end.
    pub left: f64,
    /// The value at its right end.
    pub right: f64,
    /// Whether it moves in decades.
    pub log: bool,
    /// Whether only whole numbers are taken.
    pub whole: bool,
    /// Marks on the track.
    pub marks: &'a [Mark],
    /// Radius of the handle.
    pub handle: f32,
}

impl Slider<'_> {
    /// Whether decades make sense of this range.
    fn decades(&self) -> bool {
        self.log && self.left > 0.0 && self.right > 0.0
    }

    /// The value at a part of the way from left to right.
    pub fn value(&self, part: f64) -> f64 {
        let part = part.clamp(0.0, 1.0);
        let value =
            if self.decades() { self.left * (self.right / self.left).powf(part) } else { lerp(self.left..=self.right, part) };
        if self.whole { value.round() } else { value }
    }

    /// The part of the way from left to right at which a value stands; not a number stands at the left.
    pub fn part(&self, value: f64) -> f64 {
        let part = if self.decades() {
            (value.max(f64::MIN_POSITIVE) / self.left).ln() / (self.right / self.left).ln()
        } else {
            (value - self.left) / (self.right - self.left)
        };
        if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Shows it over the available width. The response has changed when the person changed `value`.
    pub fn show(&self, ui: &mut Ui, palette: &Palette, value: &mut f64) -> Response {
        let size = vec2(ui.available_width(), 2.0 * self.handle + 4.0);
        let mut response = ui.allocate_response(size, Sense::click_and_drag());
        let before = *value;
        self.react(ui, &response, value);
        if *value != before {
            response.mark_changed();
        }
        let now = *value;
        response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), now, self.name));
        ui.ctx().accesskit_node_builder(response.id, |node| {
            node.set_min_numeric_value(self.left.min(self.right));
            node.set_max_numeric_value(self.left.max(self.right));
            node.add_action(accesskit::Action::SetValue);
            node.add_action(accesskit::Action::Increment);
            node.add_action(accesskit::Action::Decrement);
        });
        if ui.is_rect_visible(response.rect) {
            self.paint(ui, palette, &response, now);
        }
        response
    }

    /// The span over which the middle of the handle moves.
    fn span(&self, rect: Rect) -> egui::Rangef {
        rect.x_range().shrink(self.handle)
    }

    fn react(&self, ui: &Ui, response: &Response, value: &mut f64) {
        if response.is_pointer_button_down_on()
            && let Some(pointer) = response.interact_pointer_pos()
        {
            let span = self.span(response.rect);
            let at = |x: f32| self.value(remap_clamp(f64::from(x), f64::from(span.min)..=f64::from(span.max), 0.0..=1.0));
            // Among the values of a pixel, the one with the fewest digits.
            *value = emath::smart_aim::best_in_range_f64(at(pointer.x - 0.5), at(pointer.x + 0.5));
            if self.whole {
                *value = value.round();
            }
        }
        let mut steps = 0i32;
        if response.has_focus() {
            ui.memory_mut(|memory| {
                let filter = EventFilter { horizontal_arrows: true, ..Default::default() };
                memory.set_focus_lock_filter(response.id, filter);
            });
            ui.input(|input| steps += input.num_presses(Key::ArrowRight) as i32 - input.num_presses(Key::ArrowLeft) as i32);
        }
        ui.input(|input| {
            let asked = |action| input.num_accesskit_action_requests(response.id, action) as i32;
            steps += asked(accesskit::Action::Increment) - asked(accesskit::Action::Decrement);
            for request in input.accesskit_action_requests(response.id, accesskit::Action::SetValue) {
                if let Some(accesskit::ActionData::NumericValue(asked)) = request.data {
                    *value = asked.clamp(self.left.min(self.right), self.left.max(self.right));
                }
            }
        });
        if steps != 0 {
            *value = self.stepped(*value, f64::from(steps));
        }
    }

    /// The value some hundredths of the track further to the right: round, and never the same one.
    pub fn stepped(&self, value: f64, steps: f64) -> f64 {
        let part = self.part(value) + steps / 100.0;
        let moved = emath::smart_aim::best_in_range_f64(self.value(part - 0.002), self.value(part + 0.002));
        let (low, high) = (self.left.min(self.right), self.left.max(self.right));
        if !self.whole {
            return moved.clamp(low, high);
        }
        let towards = if (self.right > self.left) == (steps > 0.0) { 1.0 } else { -1.0 };
        let moved = moved.round();
        let moved = if moved == value { value + towards } else { moved };
        moved.clamp(low, high)
    }

    fn paint(&self, ui: &Ui, palette: &Palette, response: &Response, value: f64) {
        let painter = ui.painter();
        let (span, y) = (self.span(response.rect), response.rect.center().y);
        let x = |value: f64| lerp(span.min..=span.max, self.part(value) as f32);
        let thick = (self.handle * 0.55).round().max(3.0);
        let track = Rect::from_x_y_ranges(response.rect.x_range(), y - thick / 2.0..=y + thick / 2.0);
        let round = thick / 2.0;
        let enabled = ui.is_enabled();
        painter.rect_filled(track, round, theme::mix(palette.raised, palette.ink, 0.12));
        let filled = Rect::from_min_max(track.min, pos2(x(value), track.max.y));
        painter.rect_filled(filled, round, if enabled { palette.accent.gamma_multiply(0.75) } else { palette.line });
        for mark in self.marks {
            let at = x(mark.value);
            if mark.strong {
                painter.vline(at, y - self.handle - 2.0..=y + self.handle + 2.0, Stroke::new(2.0, palette.ink));
            } else {
                painter.vline(at, y + thick / 2.0 + 2.0..=y + self.handle + 2.0, Stroke::new(1.5, palette.muted));
            }
        }
        let active = response.is_pointer_button_down_on() || response.hovered();
        let radius = if active { self.handle } else { self.handle - 1.0 };
        let centre = pos2(x(value), y);
        painter.circle(centre, radius, if enabled { palette.ink } else { palette.muted }, Stroke::new(2.0, palette.surface));
        painter.circle_filled(centre, radius * 0.45, if enabled { palette.accent } else { palette.line });
        if response.has_focus() {
            let ring = Rect::from_center_size(centre, vec2(2.0, 2.0) * (radius + 3.0));
            painter.rect_stroke(ring, radius + 3.0, Stroke::new(2.0, palette.accent), StrokeKind::Middle);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slider(left: f64, right: f64, log: bool, whole: bool) -> Slider<'static> {
        Slider { name: "", left, right, log, whole, marks: &[], handle: 7.0 }
    }

    #[test]
    fn values_and_places_are_inverse_in_either_direction() {
        for slider in [slider(0.0, 6.0, false, false), slider(6.0, 0.0, false, false), slider(10.0, 20_000.0, true, false)] {
            for part in [0.0, 0.25, 0.5, 1.0] {
                assert!((slider.part(slider.value(part)) - part).abs() < 1e-9, "{slider:?}");
            }
        }
        assert_eq!(slider(6.0, 0.0, false, false).value(1.0), 0.0, "reversed: the right end is the lowest value");
    }

    #[test]
    fn what_makes_no_sense_stands_at_the_left() {
        assert_eq!(slider(0.0, 1.0, false, false).part(f64::NAN), 0.0);
        assert_eq!(slider(1.0, 1.0, false, false).part(1.0), 0.0);
        assert_eq!(slider(1.0, 100.0, true, false).part(0.0), 0.0);
        assert_eq!(slider(0.0, 100.0, true, false).value(0.5), 50.0, "no decades from 0");
    }

    #[test]
    fn a_step_moves_to_a_round_value_and_never_stands_still() {
        let noise = slider(6.0, 0.0, false, false);
        let next = noise.stepped(2.0, 1.0);
        assert!(next < 2.0 && (2.0 - next - 0.06).abs() < 0.02, "{next}");
        assert_eq!(next, (next * 100.0).round() / 100.0);
        assert_eq!(slider(1.0, 10.0, false, true).stepped(3.0, 1.0), 4.0);
        assert_eq!(slider(10.0, 1.0, false, true).stepped(3.0, 1.0), 2.0);
        assert_eq!(slider(0.0, 1.0, false, false).stepped(1.0, 1.0), 1.0);
    }
}
