//! Rows into the order of time: which frames there are, how far apart, and who is in each.

use super::{Count, Present, Recording, Row, Table};
use crate::error::{Error, Result};
use bevy_math::Vec3;

/// Latest step: beyond it a frame's number would not be exact.
const LAST_STEP: u64 = 1 << 53;

/// When the frames are.
struct Timeline {
    /// The step of each frame, ascending.
    steps: Vec<u64>,
    frames_per_step: f64,
    rate: Option<f64>,
}

/// Puts a file's rows in the order of time.
pub(super) fn lay_out(table: Table, place: &str) -> Result<Recording> {
    let Table { mut rows, count, rate, unit, alone: _ } = table;
    let is_flat = flatten(&mut rows);
    rows.sort_unstable_by(|a, b| a.when.total_cmp(&b.when).then(a.id.cmp(&b.id)).then(a.line.cmp(&b.line)));
    if let Some([first, again]) = rows.array_windows().find(|[a, b]| a.when == b.when && a.id == b.id) {
        return Err(Error::usage(format!("individual {} at {} again, first in line {}", again.id, again.when, first.line))
            .allowed("one row for each individual and frame")
            .at(format!("{place}:{}", again.line)));
    }
    let mut present: Vec<Present> = Vec::new();
    let mut whens: Vec<f64> = Vec::new();
    for (first, row) in rows.iter().enumerate() {
        if whens.last() != Some(&row.when) {
            whens.push(row.when);
            present.push(Present { step: 0, first });
        }
    }
    match whens[..] {
        [] => return Err(Error::usage("no row with a position").allowed("at least two frames").at(place)),
        [only] => {
            return Err(Error::usage(format!("one frame only ({only})")).allowed("at least two frames").at(place));
        }
        _ => {}
    }
    let whole = whens.iter().all(|when| when.fract() == 0.0);
    let timeline = match count {
        Count::Frames => by_number(&whens, rate),
        // Ticks of a clock of unknown pace: each is a frame.
        Count::Untold if whole => Timeline { frames_per_step: 1.0, ..by_number(&whens, rate) },
        Count::Untold => by_time(&whens, 1.0),
        Count::Seconds(seconds) => by_time(&whens, seconds),
    };
    if timeline.steps[timeline.steps.len() - 1] > LAST_STEP {
        return Err(Error::usage("frames too far apart for the step between them")
            .allowed(format!("up to {LAST_STEP} steps"))
            .at(place));
    }
    for (present, step) in present.iter_mut().zip(timeline.steps) {
        present.step = step;
    }
    let recording = Recording {
        present,
        ids: rows.iter().map(|row| row.id).collect(),
        positions: rows.iter().map(|row| Vec3::new(row.x as f32, row.y as f32, row.z as f32)).collect(),
        is_flat,
        span: (whens[0], whens[whens.len() - 1]),
        frames_per_step: timeline.frames_per_step,
        rate: timeline.rate,
        unit,
    };
    is_resolved(&rows, &recording, place)?;
    Ok(recording)
}

/// Whether all are in the plane, where no z differs from another: then each is zero. In space one without a z is lost.
fn flatten(rows: &mut Vec<Row>) -> bool {
    let mut known = rows.iter().map(|row| row.z).filter(|z| !z.is_nan());
    let first = known.next();
    let is_flat = first.is_none_or(|first| known.all(|z| z == first));
    if is_flat {
        rows.iter_mut().for_each(|row| row.z = 0.0);
    } else {
        rows.retain(|row| !row.z.is_nan());
    }
    is_flat
}

/// Frames by number: a step is the largest number of frames of which all distances are multiples.
fn by_number(numbers: &[f64], rate: Option<f64>) -> Timeline {
    let first = numbers[0];
    let numbers: Vec<u64> = numbers.iter().map(|number| (number - first) as u64).collect();
    let stride = numbers.iter().fold(0, |divisor, number| greatest_divisor(divisor, *number)).max(1);
    let steps = numbers.iter().map(|number| number / stride).collect();
    Timeline { steps, frames_per_step: stride as f64, rate }
}

fn greatest_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

/// Frames by time: a step is the median time between frames; gaps count in whole steps. Times are often rounded
/// (0.033, 0.067, …), so each gap is counted by itself and the length of a step is that of all divided by their number.
fn by_time(times: &[f64], seconds: f64) -> Timeline {
    let gaps: Vec<f64> = times.array_windows().map(|[before, after]| after - before).collect();
    let mut sorted = gaps.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let median = sorted[(sorted.len() - 1) / 2];
    let mut step = 0u64;
    let mut steps = vec![0];
    for gap in gaps {
        step = step.saturating_add(((gap / median).round() as u64).max(1));
        steps.push(step);
    }
    let rate = meant_rate(step as f64 / ((times[times.len() - 1] - times[0]) * seconds));
    Timeline { steps, frames_per_step: 1.0, rate }
}

/// A measured rate, where it is one: whole where only rounding keeps it from being whole.
pub(super) fn meant_rate(rate: f64) -> Option<f64> {
    let whole = rate.round();
    Some(if (rate - whole).abs() < 1e-6 * rate { whole } else { rate }).filter(|rate| rate.is_finite() && *rate > 0.0)
}

/// Positions are kept in single precision: refuses those so far from the origin that motion would be lost.
fn is_resolved(rows: &[Row], recording: &Recording, place: &str) -> Result<()> {
    let extremes = |coordinate: fn(&Row) -> f64| {
        let values = rows.iter().map(coordinate);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(min, max), value| (min.min(value), max.max(value)))
    };
    let extents = [extremes(|row| row.x), extremes(|row| row.y), extremes(|row| row.z)].map(|(min, max)| max - min);
    let extent = extents.into_iter().fold(0.0, f64::max);
    let (min, max) = recording.bounds();
    let farthest = min.abs().max(max.abs()).max_element();
    if extent > 0.0 && f64::from(farthest * f32::EPSILON) > extent * 1e-3 {
        return Err(Error::usage(format!("coordinates up to {farthest} that span only {}", extent as f32))
            .allowed("coordinates counted from a point near the tracks")
            .at(place));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounded_times_do_not_drift_and_gaps_count() {
        let times: Vec<f64> =
            (0..3000).filter(|step| step % 100 != 7).map(|step| (f64::from(step) / 30.0 * 1e3).round()).collect();
        let timeline = by_time(&times, 1e-3);
        assert_eq!(*timeline.steps.last().unwrap(), 2999);
        assert_eq!(timeline.steps[6..8], [6, 8]);
        assert!((timeline.rate.unwrap() - 30.0).abs() < 0.001);
    }

    #[test]
    fn numbers_with_a_common_stride_make_steps_of_it() {
        let timeline = by_number(&[-5.0, 0.0, 15.0], Some(25.0));
        assert_eq!((timeline.steps, timeline.frames_per_step), (vec![0, 1, 4], 5.0));
    }
}
