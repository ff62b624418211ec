//! One instrument against time.

use super::{
    Desk,
    desk::Window,
    history::{Bucket, Series},
    theme::{self, space},
    words,
};
use crate::{measures::Instrument, view::Palette};
use egui::{Align, Align2, Color32, FontId, Layout, Response, RichText, TextStyle, Ui};
use egui_plot::{AxisHints, GridInput, GridMark, HLine, Line, LineStyle, Plot, PlotBounds, PlotPoint, PlotPoints, VLine};

/// The first step that the plots show.
pub fn first_step(desk: &Desk) -> u64 {
    let last = desk.history.last().map_or(0, |(step, _)| step);
    match desk.window {
        Window::Last(steps) => last.saturating_sub(steps),
        Window::All => 0,
    }
}

/// Shows an instrument over the whole width, with a line of title.
pub fn show(ui: &mut Ui, desk: &Desk, instrument: &'static Instrument, height: f32) -> Response {
    let palette = Palette::of(desk.look.theme);
    let from = first_step(desk);
    let series = desk.history.series(instrument.name);
    let top = ui.cursor().top();
    let title = title(ui, desk, palette, instrument, from);
    let left = height - (ui.cursor().top() - top);
    let plot = curve(ui, desk, palette, instrument, series, from, left.max(60.0));
    title.union(plot)
}

/// Name and symbol, and mean and standard deviation (σ) over what is shown, since something was last done to the run: before
/// and after a change are two things.
fn title(ui: &mut Ui, desk: &Desk, palette: &Palette, instrument: &Instrument, from: u64) -> Response {
    let changed = desk.history.last().and_then(|(step, _)| desk.history.last_mark(step)).filter(|step| *step > from);
    let since = changed.unwrap_or(from);
    let summary = desk.history.series(instrument.name).and_then(|series| series.summary(since));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let tip = |ui: &mut Ui| {
            ui.label(theme::strong(words::label(instrument.name)));
            ui.label(words::short(instrument.definition));
        };
        ui.add(egui::Label::new(theme::strong(words::label(instrument.name))).sense(egui::Sense::click())).on_hover_ui(tip);
        ui.label(RichText::new(instrument.symbol).color(palette.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = summary.map_or_else(|| "no readings yet".into(), |(mean, spread)| format!("{mean:.3}, σ {spread:.3}"));
            let label = ui.label(RichText::new(text).monospace().color(palette.ink));
            let over = match changed {
                Some(step) => format!("since the last change, at step {}", words::whole(step)),
                None => "of what is shown".into(),
            };
            label.on_hover_text(format!("Mean and standard deviation {over}"));
        });
    })
    .response
}

fn curve(
    ui: &mut Ui,
    desk: &Desk,
    palette: &Palette,
    instrument: &'static Instrument,
    series: Option<&Series>,
    from: u64,
    height: f32,
) -> Response {
    let timed = !desk.frame.time_unit.is_empty();
    let x_of = |bucket: &Bucket| if timed { bucket.time } else { bucket.step as f64 };
    let buckets: Vec<Bucket> = series.map(|series| series.since(from).copied().collect()).unwrap_or_default();
    let (x, y) = bounds(desk, &buckets, instrument, timed, from);
    let small = TextStyle::Small.resolve(ui.style());
    let axis = |hints: AxisHints<'static>| hints.tick_label_font(small.clone()).tick_label_color(palette.muted);
    let unit = if timed { desk.frame.time_unit } else { "steps" };
    let along = axis(AxisHints::new_x()).formatter(move |mark: GridMark, _: &_| x_label(&mark, x, unit));
    let up =
        axis(AxisHints::new_y()).min_thickness(small.size * 2.6).formatter(|mark: GridMark, _: &_| words::number(mark.value));
    let response = still(Plot::new(instrument.name))
        .height(height)
        .grid_color(palette.line)
        .custom_x_axes(vec![along])
        .custom_y_axes(vec![up])
        .show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([x.0, y.0], [x.1, y.1]));
            let at = |step: u64| if timed { desk.history.time(step) } else { Some(step as f64) };
            for mark in desk.history.marks().filter(|mark| mark.until >= from) {
                let Some(at) = at(mark.step) else { continue };
                let line = VLine::new(&mark.text, at).color(palette.muted.gamma_multiply(0.6)).width(1.0);
                plot.vline(line.style(LineStyle::Dotted { spacing: 4.0 }));
            }
            let agents = desk.frame.agents as f64;
            let random = instrument.baseline.map(|baseline| baseline(agents)).filter(|level| level.is_finite());
            let theory = desk.model.theory(&*desk.params(), instrument.name).filter(|level| level.is_finite());
            let levels = [(random, "random", palette.muted, 3.0), (theory, "theory", palette.success, 8.0)];
            for (level, name, colour, dash) in levels {
                let Some(level) = level else { continue };
                plot.hline(HLine::new(name, level).color(colour).width(1.5).style(LineStyle::Dashed { length: dash }));
            }
            plot.add(Line::new(instrument.name, line(&buckets, x_of)).color(palette.accent).width(1.8).allow_hover(true));
            if let Some(here) = at(desk.here()).filter(|_| desk.standing.is_past()) {
                plot.vline(VLine::new("here", here).color(palette.ink).width(1.5));
            }
            for (level, name, colour, _) in levels {
                let Some(level) = level else { continue };
                plot.text(label(name, level, x, y, &small, colour, palette.surface));
            }
        });
    let response = response.response;
    let told = series.and_then(|series| series.at(desk.here())).map_or_else(|| "no readings".into(), words::number);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::WidgetType::Image, true, format!("Plot of {}, now {told}", instrument.name))
    });
    response
}

/// A plot that shows what it is told to show: the wheel scrolls the panel, not the plot.
pub fn still(plot: Plot<'_>) -> Plot<'_> {
    plot.show_background(false)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .x_grid_spacer(|input| marks(input, 4.0))
        .y_grid_spacer(|input| marks(input, 4.0))
        .set_margin_fraction(egui::Vec2::ZERO)
}

/// A mark of the x axis: the last one that has room for it bears the unit.
fn x_label(mark: &GridMark, (first, last): (f64, f64), unit: &str) -> String {
    let left = (last - mark.value) / (last - first);
    let next = (last - mark.value - mark.step_size) / (last - first);
    match words::number(mark.value) {
        // No room beside the edge, nor beside the 0 of the other axis.
        _ if !(0.04..=0.97).contains(&left) => String::new(),
        text if left >= 0.14 && next < 0.14 => format!("{text} {unit}"),
        text => text,
    }
}

/// A word at the right end of a level, above it where there is room.
fn label(
    name: &str,
    level: f64,
    x: (f64, f64),
    y: (f64, f64),
    font: &FontId,
    colour: Color32,
    ground: Color32,
) -> egui_plot::Text {
    let above = level < y.0 + 0.85 * (y.1 - y.0);
    let text = RichText::new(format!(" {name} ")).font(font.clone()).color(colour).background_color(ground);
    let anchor = if above { Align2::RIGHT_BOTTOM } else { Align2::RIGHT_TOP };
    egui_plot::Text::new(format!("{name} level"), PlotPoint::new(x.1, level), text).anchor(anchor)
}

/// What is drawn of the buckets: each lowest and highest reading in the order in which a line needs them.
fn line(buckets: &[Bucket], x_of: impl Fn(&Bucket) -> f64) -> PlotPoints<'static> {
    let mut points = Vec::with_capacity(2 * buckets.len());
    for (at, bucket) in buckets.iter().enumerate() {
        let x = x_of(bucket);
        if bucket.steps == 1 || bucket.min == bucket.max {
            points.push([x, bucket.mean()]);
        } else {
            let rises = at % 2 == 0;
            let (first, second) = if rises { (bucket.min, bucket.max) } else { (bucket.max, bucket.min) };
            points.extend([[x, first], [x, second]]);
        }
    }
    points.retain(|point| point.iter().all(|number| number.is_finite()));
    points.into()
}

/// The ends of both axes: the instrument's own range upwards, or what fits the readings.
fn bounds(desk: &Desk, buckets: &[Bucket], instrument: &Instrument, timed: bool, from: u64) -> ((f64, f64), (f64, f64)) {
    let last = desk.history.last().map_or(0.0, |(step, time)| if timed { time } else { step as f64 });
    let first = if timed { buckets.first().map_or(0.0, |bucket| bucket.time) } else { from as f64 };
    let first = if first.is_finite() { first } else { 0.0 };
    // A run that has just begun draws from the left into a hundred empty steps.
    let step = if timed && desk.frame.step > 0 { desk.frame.time / desk.frame.step as f64 } else { 1.0 };
    let x = (first, last.max(first + 100.0 * if step > 0.0 { step } else { 1.0 }));
    let y = instrument.range.map(|(low, high)| (low, high + 0.02 * (high - low))).unwrap_or_else(|| {
        let finite = |number: &f64| number.is_finite();
        let low = buckets.iter().map(|bucket| bucket.min).filter(finite).fold(f64::INFINITY, f64::min);
        let high = buckets.iter().map(|bucket| bucket.max).filter(finite).fold(f64::NEG_INFINITY, f64::max);
        if low > high {
            return (0.0, 1.0);
        }
        let room = (0.1 * (high - low)).max(1e-9 + 1e-3 * high.abs());
        // Close to 0 the axis begins there.
        let low = if low >= 0.0 && low < 0.5 * high { 0.0 } else { low - room };
        (low, high + room)
    });
    (x, y)
}

/// About so many marks, at 1, 2 or 5 times a power of ten.
fn marks(input: GridInput, wanted: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let rough = (high - low) / wanted;
    if !(rough.is_finite() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= rough).unwrap_or(10.0 * power);
    let first = (low / step).ceil() as i64;
    let end = (high / step).floor() as i64;
    (first..=end.min(first + 50)).map(|at| GridMark { value: at as f64 * step, step_size: step }).collect()
}
