//! What an event camera sees of the run, and what the predictor makes of it.

use super::{
    Desk, chart_view,
    theme::{self, space},
    words,
};
use crate::{
    events::{
        EventCamera, Sight, Watcher,
        predictor::{Net, Prediction},
    },
    scene::Theme,
    sim::Frame,
    view::Palette,
};
use egui::{
    Align, Align2, Color32, ColorImage, Layout, Margin, Panel, Pos2, Rect, RichText, Sense, Stroke, TextStyle, TextureHandle,
    TextureOptions, Ui, Vec2, vec2,
};
use egui_plot::{AxisHints, GridMark, Line, Plot, PlotBounds, Points};
use std::sync::{Arc, LazyLock};

/// ON and OFF, and the grey between (Okabe and Ito's vermilion and sky blue: told apart by all).
const ON: Color32 = Color32::from_rgb(0xff, 0x9a, 0x3c);
const OFF: Color32 = Color32::from_rgb(0x56, 0xb4, 0xe9);
const GREY: [u8; 2] = [0x2a, 0xd0];
/// Width of the panel.
const WIDTH: f32 = 280.0;
/// Range of strengths that the predictor knows.
const KNOWN: [f64; 2] = [0.1, 3.0];
/// Standard deviations of a band of 90 %.
const BAND: f64 = 1.645;
/// The model whose flocks the shipped predictor knows.
const LEARNT: &str = "boids";
/// The instruments that tell what is true beside a prediction: the order of that model, and since when it has held.
pub(super) const TRUTHS: [&str; 2] = ["polarisation", "hold_time"];

static NET: LazyLock<Option<Arc<Net>>> = LazyLock::new(|| Net::shipped().map(Arc::new));

/// A camera before the run, and its image.
pub struct EventView {
    watcher: Watcher,
    predicts: bool,
    texture: Option<TextureHandle>,
    /// The true strength at each step that was shown, as steps and values.
    truth: Vec<(u64, f64)>,
}

impl EventView {
    /// Puts a camera before the run that the desk shows.
    pub(super) fn new(desk: &Desk) -> crate::error::Result<Self> {
        let net = if desk.model.name() == LEARNT { NET.clone() } else { None };
        let predicts = net.is_some();
        let watcher = Watcher::new(&EventCamera::default(), desk.scene.speed, desk.seed, net)?;
        Ok(Self { watcher, predicts, texture: None, truth: Vec::new() })
    }

    /// Whether the predictor looks at this run.
    pub(super) fn predicts(&self) -> bool {
        self.predicts
    }

    /// A new frame is there.
    pub(super) fn receive(&mut self, frame: &Arc<Frame>, strength: Option<f64>) {
        self.watcher.show(Arc::clone(frame));
        if let Some(strength) = strength {
            self.truth.push((frame.step, strength));
            if self.truth.len() > 4096 {
                self.truth.drain(..1024);
            }
        }
    }

    /// The true strength at a step.
    fn truth_at(&self, step: u64) -> Option<f64> {
        let next = self.truth.partition_point(|(at, _)| *at <= step);
        next.checked_sub(1).map(|at| self.truth[at].1)
    }
}

/// Shows the camera's panel, where it is open.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let Some(view) = &mut desk.event_view else { return };
    let palette = Palette::of(desk.look.theme);
    let sight = view.watcher.sight();
    paint(ui, &mut view.texture, &sight, desk.look.theme);
    let Some(view) = &desk.event_view else { return };
    let panel = Panel::right("events").resizable(true).default_size(WIDTH).size_range(200.0..=460.0);
    let frame = egui::Frame::NONE.fill(palette.surface).inner_margin(Margin::same(space::M as i8));
    panel.frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(theme::strong("Event camera"));
            ui.with_layout(Layout::right_to_left(Align::Center), key);
        });
        // What is predicted has its place below, in a low window too.
        let tallest = 0.26 * ui.available_height();
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            if let Some(texture) = &view.texture {
                image(ui, texture, &sight, tallest);
            }
            rates(ui, &sight, ["flock", "noise"], palette);
            ui.add_space(space::XS);
            gauges(ui, view, &sight, desk, palette);
        });
    });
}

/// What the two colours mean, from right to left.
pub(super) fn key(ui: &mut Ui) {
    for (name, colour) in [("darker", OFF), ("brighter", ON)] {
        ui.label(RichText::new(name).small());
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(8.0), Sense::hover());
        ui.painter().circle_filled(rect.center(), 4.0, colour);
    }
}

/// The image, as wide as there is room, and so high at most.
pub(super) fn image(ui: &mut Ui, texture: &TextureHandle, sight: &Sight, tallest: f32) {
    let [width, height] = sight.size.map(|pixels| pixels.max(1) as f32);
    let scale = (ui.available_width() / width).min(tallest / height);
    let image = egui::Image::new((texture.id(), scale * vec2(width, height)));
    let image = ui.vertical_centered(|ui| ui.add(image)).inner;
    image.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Image, true, "What the event camera sees"));
}

/// Makes the image: ON and OFF fade to grey.
pub(super) fn paint(ui: &Ui, texture: &mut Option<TextureHandle>, sight: &Sight, theme: Theme) {
    if sight.surface.is_empty() {
        return;
    }
    let grey = GREY[usize::from(theme == Theme::Light)];
    let mix = |to: u8, share: f32| (f32::from(grey) + (f32::from(to) - f32::from(grey)) * share) as u8;
    let pixel = |shade: &f32| {
        let colour = if *shade > 0.0 { ON } else { OFF };
        let share = shade.abs().min(1.0);
        Color32::from_rgb(mix(colour.r(), share), mix(colour.g(), share), mix(colour.b(), share))
    };
    let image = ColorImage::new(sight.size, sight.surface.iter().map(pixel).collect());
    match texture {
        Some(texture) => texture.set(image, TextureOptions::NEAREST),
        None => *texture = Some(ui.ctx().load_texture("event camera", image, TextureOptions::NEAREST)),
    }
}

/// Events a second, signal and noise, by these names.
pub(super) fn rates(ui: &mut Ui, sight: &Sight, [signal_name, noise_name]: [&str; 2], palette: &Palette) {
    let line = |column: usize| -> Vec<[f64; 2]> {
        let first = sight.time - 0.1 * sight.rates.len() as f64;
        let point = |(at, rate): (usize, &[f32; 2])| [first + 0.1 * at as f64, f64::from(rate[column]) / 1000.0];
        sight.rates.iter().enumerate().map(point).collect()
    };
    let (signal, noise) = (line(0), line(1));
    let now = signal.last().zip(noise.last()).map_or([0.0; 2], |(signal, noise)| [signal[1], noise[1]]);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Thousand events/s").small().color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(format!("{noise_name} {:.1}", now[1])).small().color(palette.muted));
            ui.label(RichText::new(format!("{signal_name} {:.1}", now[0])).small().color(palette.accent));
        });
    });
    let top = signal.iter().chain(&noise).map(|point| point[1]).fold(1.0, f64::max);
    let bounds = PlotBounds::from_min_max([sight.time - 10.0, 0.0], [sight.time, 1.1 * top]);
    small(ui, "event rates", 44.0, palette).show(ui, |plot| {
        plot.set_plot_bounds(bounds);
        plot.line(Line::new(noise_name, noise).color(palette.muted).width(1.5));
        plot.line(Line::new(signal_name, signal).color(palette.accent).width(1.5));
    });
}

fn small(ui: &Ui, name: &'static str, height: f32, palette: &Palette) -> Plot<'static> {
    let font = TextStyle::Small.resolve(ui.style());
    let label = |mark: GridMark, _: &std::ops::RangeInclusive<f64>| words::number(mark.value);
    let axis = AxisHints::new_y().tick_label_font(font.clone()).tick_label_color(palette.muted).formatter(label);
    chart_view::still(Plot::new(name))
        .height(height)
        .grid_color(palette.line)
        .show_axes([false, true])
        .custom_y_axes(vec![axis.min_thickness(font.size * 2.6)])
}

/// True and predicted strength and time to convergence.
fn gauges(ui: &mut Ui, view: &EventView, sight: &Sight, desk: &Desk, palette: &Palette) {
    let Some((step, _, said)) = sight.predictions.last() else {
        let told = match (NET.as_ref(), desk.model.name() == LEARNT) {
            (None, _) => "This build comes without a trained predictor.".into(),
            (Some(net), true) => format!("The predictor looks at {} s of events: not so much time has passed yet.", net.window),
            (Some(_), false) => "The predictor has learnt from boids alone.".to_owned(),
        };
        ui.label(RichText::new(told).small().color(palette.muted));
        return;
    };
    let strengths = |said: &Prediction| band(said.strength).map(f64::exp2);
    let truth = view.truth_at(*step);
    let [low, middle, high] = strengths(said);
    ui.label(theme::strong("Interaction strength κ"));
    STRENGTHS.gauge(ui, "strength", truth, [low, middle, high], palette);
    let true_value = truth.map_or_else(String::new, |truth| format!("true {}, ", words::number(truth)));
    told(ui, format!("{true_value}predicted {middle:.2} ({low:.2}–{high:.2})"), "");
    STRENGTHS.trace(ui, "strengths", sight, strengths, |step| view.truth_at(step), palette);
    ui.add_space(space::XS);
    let steps = |said: &Prediction| band(said.remaining).map(|log| (log.min(15.0).exp() - 1.0).max(0.0));
    // Known from the moment on at which order has held for long enough, for all steps before.
    let held = desk.history.series("hold_time").and_then(|series| Some(series.first() as f64 + series.last()?));
    let left = |step: u64| held.map(|held| held - step as f64).filter(|left| *left >= 0.0);
    let [low, middle, high] = steps(said);
    ui.label(theme::strong("Steps to convergence")).on_hover_text(
        "The truth: until the step from which on order (polarisation) stays at 0.9 or more for 100 steps. It is known only once it \
         has; then the trace shows it for all steps before.",
    );
    STEPS.gauge(ui, "steps to convergence", left(*step), [low, middle, high], palette);
    let (true_value, more) = match held {
        Some(held) => {
            (format!("{:.0}", left(*step).unwrap_or_default()), format!(" By the truth order holds since step {held:.0}."))
        }
        None => ("?".into(), " The truth is not known yet.".into()),
    };
    told(ui, format!("true {true_value}, predicted {middle:.0} ({low:.0}–{high:.0})"), &more);
    STEPS.trace(ui, "steps to convergence", sight, steps, left, palette);
    ui.label(RichText::new(format!("converges at all: {:.0} %", 100.0 * said.converges)).small());
    if let Some(level) = desk.history.series("polarisation").and_then(super::Series::last) {
        ui.label(RichText::new(format!("true order now: {level:.2}")).small());
    }
    let mut latencies = sight.latencies.clone();
    latencies.sort_by(f64::total_cmp);
    if let (Some(median), Some(worst)) = (latencies.get(latencies.len() / 2), latencies.last()) {
        let missed = if sight.missed > 0 { format!(", {} frames missed", sight.missed) } else { String::new() };
        let told = format!("{median:.1} ms after the last event (at most {worst:.1}{missed})");
        ui.label(RichText::new(told).small().color(palette.muted)).on_hover_text(
            "From the last event of a window until its prediction is there to be shown: median and worst of the last hundred.",
        );
    }
}

/// Truth and prediction in a line, and more where the pointer is.
fn told(ui: &mut Ui, line: String, more: &str) {
    let band = "In brackets the band that holds the truth nine times of ten.";
    ui.label(RichText::new(line).small()).on_hover_text(format!("{band}{more}"));
}

/// The middle of what is predicted, and the ends of the band that holds 90 % of the truth.
fn band((mean, spread): (f64, f64)) -> [f64; 3] {
    [-BAND, 0.0, BAND].map(|off| mean + off * spread)
}

/// A scale in ratios, for what is predicted.
struct Scale {
    ends: [f64; 2],
    marks: &'static [f64],
}

const STRENGTHS: Scale = Scale { ends: KNOWN, marks: &[0.1, 0.3, 1.0, 3.0] };
const STEPS: Scale = Scale { ends: [1.0, 2000.0], marks: &[1.0, 10.0, 100.0, 1000.0] };

impl Scale {
    /// The band, the prediction in it, and the truth above.
    fn gauge(&self, ui: &mut Ui, name: &str, truth: Option<f64>, [low, middle, high]: [f64; 3], palette: &Palette) {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
        let painter = ui.painter_at(rect);
        let bar = Rect::from_min_max(Pos2::new(rect.left(), rect.center().y), rect.right_bottom());
        let [from, to] = self.ends;
        let at = |value: f64| bar.left() + bar.width() * ((value.clamp(from, to) / from).log2() / (to / from).log2()) as f32;
        painter.rect_filled(bar, 3.0, palette.raised);
        let band = Rect::from_min_max(Pos2::new(at(low), bar.top()), Pos2::new(at(high), bar.bottom()));
        painter.rect_filled(band, 3.0, palette.accent.gamma_multiply(0.4));
        painter.vline(at(middle), bar.y_range(), Stroke::new(2.0, palette.accent));
        if let Some(truth) = truth {
            let tip = Pos2::new(at(truth), bar.top());
            let mark = [tip, tip + Vec2::new(-5.0, -8.0), tip + Vec2::new(5.0, -8.0)].to_vec();
            painter.add(egui::Shape::convex_polygon(mark, palette.ink, Stroke::NONE));
        }
        for value in self.marks {
            let align = if *value <= from {
                Align2::LEFT_CENTER
            } else if *value >= to {
                Align2::RIGHT_CENTER
            } else {
                Align2::CENTER_CENTER
            };
            let font = egui::FontId::proportional(10.0);
            painter.text(Pos2::new(at(*value), bar.center().y), align, words::number(*value), font, palette.muted);
        }
        let told = format!("predicted {name} {middle:.2}, from {low:.2} to {high:.2}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::ProgressIndicator, true, &told));
    }

    /// The last ten seconds of the predictions, their bands, and the truth where it is known.
    fn trace(
        &self,
        ui: &mut Ui,
        name: &'static str,
        sight: &Sight,
        said: impl Fn(&Prediction) -> [f64; 3],
        truth: impl Fn(u64) -> Option<f64>,
        palette: &Palette,
    ) {
        let height = |value: f64| value.clamp(self.ends[0] / 10.0, self.ends[1] * 10.0).log2();
        let line = |pick: usize| -> Vec<[f64; 2]> {
            sight.predictions.iter().map(|(_, time, all)| [*time, height(said(all)[pick])]).collect()
        };
        let known: Vec<[f64; 2]> =
            sight.predictions.iter().filter_map(|(step, time, _)| Some([*time, height(truth(*step)?)])).collect();
        let [from, to] = self.ends.map(f64::log2);
        let bounds = PlotBounds::from_min_max([sight.time - 10.0, from - 0.5], [sight.time, to + 0.5]);
        let powers = |mark: GridMark, _: &std::ops::RangeInclusive<f64>| words::number(mark.value.exp2());
        let font = TextStyle::Small.resolve(ui.style());
        let axis = AxisHints::new_y().tick_label_font(font.clone()).tick_label_color(palette.muted).formatter(powers);
        small(ui, name, 50.0, palette).custom_y_axes(vec![axis.min_thickness(font.size * 2.6)]).show(ui, |plot| {
            plot.set_plot_bounds(bounds);
            for pick in [0, 2] {
                plot.line(Line::new("band", line(pick)).color(palette.accent.gamma_multiply(0.45)).width(1.0));
            }
            plot.line(Line::new("true", known).color(palette.ink).width(1.5));
            plot.points(Points::new("predicted", line(1)).color(palette.accent).radius(2.0));
        });
    }
}
