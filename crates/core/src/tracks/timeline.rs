//! Rows into the order of time: which steps there are, how far apart, and who is in each.
//!
//! A step is the pace at which individuals are seen: the median of the gaps between one individual's rows. Rows lie on one
//! clock where frame numbers are multiples of that pace, or where every time lies within a twentieth of a step of its place. Then
//! they are taken as they are, and gaps are steps in which an individual is not seen.
//!
//! Else (each individual has a clock of its own, or the pace changes) their velocities would be wrong: positions are
//! interpolated in straight lines to an even clock of that pace, from the first row on, between rows of an individual that
//! are no farther apart than one and a half steps. Farther apart, it was lost. A note tells so.

use super::{BLOCK, Count, Place, Recording, Row, Sorter, Store, Table};
use crate::error::{Error, Result};
use bevy_math::DVec3;
use std::collections::HashMap;

/// Latest step: beyond it a frame's number would not be exact.
const LAST_STEP: u64 = 1 << 53;
/// How far from its place on a clock a time may lie, in steps: rounded times do.
const JITTER: f64 = 0.05;
/// The widest gap between two rows of an individual over which positions are interpolated, in steps.
const WIDEST: f64 = 1.5;
/// How near a row lies to a step of which it is the very position, in steps.
const NEAR: f64 = 1e-6;
/// Most numbers of which a median is taken: of more, each second, fourth, …
const MOST_SAMPLED: usize = 1 << 18;

/// Puts a file's rows in the order of time. `content` is the hash of the file.
pub(super) fn lay_out(table: Table, content: u64, place: &str) -> Result<Recording> {
    let Table { rows, heights, count, rate, unit, alone: _, mut notes } = table;
    // In the plane each z is zero; in space one without a z is lost.
    let is_flat = heights.is_none_or(|(low, high)| low == high);
    let memory = rows.memory();
    let rows = Rows { rows: rows.sealed()?, is_flat };
    let survey = rows.survey(place)?;
    survey.is_resolved(place)?;
    let mut sorter = Sorter::new(memory);
    let mut put =
        |step: u64, row: &Row| sorter.push(Place { step, id: row.id, at: [row.x as f32, row.y as f32, row.z as f32] });
    let pace = survey.pace(count);
    let unit_of_time = match count {
        Count::Seconds(seconds) => Some(seconds),
        Count::Untold if !survey.is_whole => Some(1.0),
        _ => None,
    };
    let clock = match unit_of_time {
        None if pace == survey.divisor as f64 => Some(pace),
        None => None,
        Some(_) => rows.clock(&survey, pace)?,
    };
    let step = match clock {
        Some(step) => {
            let mut ticks = Ticks::new(survey.first, pace);
            rows.each(|row| put(ticks.at(row.when), row))?;
            step
        }
        None => {
            let step = if unit_of_time.is_some() { survey.own.about(pace) } else { pace };
            if survey.own.is_empty() {
                return Err(Error::usage("its times lie on no one clock, and no individual is seen twice")
                    .allowed("times that are an even step apart, or individuals between whose positions can be interpolated")
                    .at(place));
            }
            if (survey.last - survey.first) / step > LAST_STEP as f64 {
                return Err(too_far_apart(place));
            }
            rows.interpolate(survey.first, step, put)?;
            let told = unit_of_time.map_or(format!("{step} frames"), |seconds| format!("{} s", short(step * seconds)));
            notes.push(format!(
                "individuals are not seen on one clock: each is put on one of a step every {told}, by straight lines between positions \
                 that are no more than {WIDEST} steps apart"
            ));
            step
        }
    };
    let places = sorter.sorted()?;
    let length = last_step(&places)?;
    if length == 0 {
        return Err(Error::usage("nobody is seen in two steps of one clock").allowed("at least two frames").at(place));
    }
    if length > LAST_STEP {
        return Err(too_far_apart(place));
    }
    let (frames_per_step, rate) = match unit_of_time {
        Some(seconds) => (1.0, meant_rate(1.0 / (step * seconds))),
        // Ticks of a clock of unknown pace: each is a frame.
        None if count == Count::Untold => (1.0, rate),
        None => (step, rate),
    };
    let index = (0..places.len()).step_by(BLOCK).map(|at| Ok(places.read(at..at + 1)?[0].step)).collect::<Result<_>>()?;
    Ok(Recording {
        places,
        index,
        length,
        individuals: survey.latest.len(),
        bounds: (survey.low.as_vec3(), survey.high.as_vec3()),
        is_flat,
        span: (survey.first, survey.last),
        frames_per_step,
        rate,
        unit,
        notes,
        content,
    })
}

fn too_far_apart(place: &str) -> Error {
    Error::usage("frames too far apart for the step between them").allowed(format!("up to {LAST_STEP} steps")).at(place)
}

/// A number to four digits.
fn short(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

fn last_step(places: &Store<Place>) -> Result<u64> {
    let end = places.len();
    Ok(if end == 0 { 0 } else { places.read(end - 1..end)?[0].step })
}

/// Rows in the order of time.
struct Rows {
    rows: Sorter<Row>,
    is_flat: bool,
}

impl Rows {
    fn each(&self, mut act: impl FnMut(&Row) -> Result<()>) -> Result<()> {
        self.rows.each(|mut row| {
            if self.is_flat {
                row.z = 0.0;
            }
            if row.z.is_nan() { Ok(()) } else { act(&row) }
        })
    }

    /// Goes through all rows once.
    fn survey(&self, place: &str) -> Result<Survey> {
        let mut survey = Survey::default();
        self.each(|row| survey.take(row).map_err(|error| error.at(format!("{place}:{}", row.line))))?;
        let wrong = |what: String| Error::usage(what).allowed("at least two frames").at(place);
        match survey.frames {
            0 => Err(wrong("no row with a position".into())),
            1 => Err(wrong(format!("one frame only ({})", survey.first))),
            _ => Ok(survey),
        }
    }

    /// The length of a step where all times lie on one clock of about this pace: nothing where one does not, or where it
    /// would have an individual twice in one step.
    fn clock(&self, survey: &Survey, pace: f64) -> Result<Option<f64>> {
        let mut ticks = Ticks::new(survey.first, pace);
        self.each(|row| {
            ticks.at(row.when);
            Ok(())
        })?;
        if ticks.step == 0 {
            return Ok(None);
        }
        let step = (survey.last - survey.first) / ticks.step as f64;
        let mut ticks = Ticks::new(survey.first, pace);
        let mut latest: HashMap<u32, u64> = HashMap::new();
        let mut fits = true;
        self.each(|row| {
            let at = ticks.at(row.when);
            let off = (row.when - survey.first) / step - at as f64;
            fits &= off.abs() <= JITTER && latest.insert(row.id, at) != Some(at);
            Ok(())
        })?;
        Ok(fits.then_some(step))
    }

    /// Hands on positions at an even clock.
    fn interpolate(&self, first: f64, step: f64, mut put: impl FnMut(u64, &Row) -> Result<()>) -> Result<()> {
        let mut latest: HashMap<u32, Row> = HashMap::new();
        self.each(|row| {
            let now = (row.when - first) / step;
            let before = latest.insert(row.id, *row).map(|before| (before, (before.when - first) / step));
            match before.filter(|(_, then)| now - then <= WIDEST + NEAR) {
                Some((before, then)) => {
                    let mut tick = (then + NEAR).floor() + 1.0;
                    while tick <= now + NEAR {
                        let share = ((tick - then) / (now - then)).clamp(0.0, 1.0);
                        let between = |from: f64, to: f64| from + share * (to - from);
                        let (x, y, z) = (between(before.x, row.x), between(before.y, row.y), between(before.z, row.z));
                        put(tick as u64, &Row { x, y, z, ..*row })?;
                        tick += 1.0;
                    }
                    Ok(())
                }
                None if (now - now.round()).abs() <= NEAR => put(now.round() as u64, row),
                None => Ok(()),
            }
        })
    }
}

/// Counts steps gap by gap, so that rounded times do not drift.
struct Ticks {
    pace: f64,
    step: u64,
    /// When the step began.
    when: f64,
}

impl Ticks {
    fn new(first: f64, pace: f64) -> Self {
        Self { pace, step: 0, when: first }
    }

    /// The step of the next time.
    fn at(&mut self, when: f64) -> u64 {
        let passed = ((when - self.when) / self.pace).round() as u64;
        if passed > 0 {
            self.step = self.step.saturating_add(passed);
            self.when = when;
        }
        self.step
    }
}

/// What rows are like.
struct Survey {
    frames: u64,
    first: f64,
    last: f64,
    /// Whether all frame numbers, or times, are whole.
    is_whole: bool,
    /// The largest number of which all distances between frames are multiples, where they are whole.
    divisor: u64,
    /// Gaps between frames.
    apart: Sample,
    /// Gaps between rows of one individual.
    own: Sample,
    /// When each individual was seen last, and in which line.
    latest: HashMap<u32, (f64, u32)>,
    low: DVec3,
    high: DVec3,
}

impl Default for Survey {
    fn default() -> Self {
        Self {
            frames: 0,
            first: f64::NAN,
            last: f64::NAN,
            is_whole: true,
            divisor: 0,
            apart: Sample::default(),
            own: Sample::default(),
            latest: HashMap::new(),
            low: DVec3::INFINITY,
            high: DVec3::NEG_INFINITY,
        }
    }
}

impl Survey {
    fn take(&mut self, row: &Row) -> Result<()> {
        if let Some((before, line)) = self.latest.insert(row.id, (row.when, row.line)) {
            if before == row.when {
                return Err(Error::usage(format!("individual {} at {} again, first in line {line}", row.id, row.when))
                    .allowed("one row for each individual and frame"));
            }
            self.own.push(row.when - before);
        }
        if self.frames == 0 {
            self.first = row.when;
        } else if row.when != self.last {
            self.apart.push(row.when - self.last);
        }
        self.frames += u64::from(row.when != self.last);
        self.last = row.when;
        self.is_whole &= row.when.fract() == 0.0;
        self.divisor = greatest_divisor(self.divisor, (row.when - self.first) as u64);
        let at = DVec3::new(row.x, row.y, row.z);
        (self.low, self.high) = (self.low.min(at), self.high.max(at));
        Ok(())
    }

    /// The pace of steps, in frames or units of time.
    fn pace(&self, count: Count) -> f64 {
        let own = self.own.median();
        match count {
            Count::Frames | Count::Untold if self.is_whole => own.unwrap_or(0.0).max(self.divisor as f64),
            _ => own.or(self.apart.median()).unwrap_or(f64::NAN),
        }
    }

    /// Positions are kept in single precision: refuses those so far from the origin that motion would be lost.
    fn is_resolved(&self, place: &str) -> Result<()> {
        let extent = (self.high - self.low).max_element();
        let farthest = self.low.as_vec3().abs().max(self.high.as_vec3().abs()).max_element();
        if extent > 0.0 && f64::from(farthest * f32::EPSILON) > extent * 1e-3 {
            return Err(Error::usage(format!("coordinates up to {farthest} that span only {}", extent as f32))
                .allowed("coordinates counted from a point near the tracks")
                .at(place));
        }
        Ok(())
    }
}

fn greatest_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { greatest_divisor(b, a % b) }
}

/// Numbers of which a median is wanted, thinned evenly where they are many.
struct Sample {
    kept: Vec<f64>,
    every: u64,
    seen: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self { kept: Vec::new(), every: 1, seen: 0 }
    }
}

impl Sample {
    fn push(&mut self, number: f64) {
        if self.seen.is_multiple_of(self.every) {
            self.kept.push(number);
        }
        self.seen += 1;
        if self.kept.len() == MOST_SAMPLED {
            let mut place = 0;
            self.kept.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.every *= 2;
        }
    }

    fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The lower median.
    fn median(&self) -> Option<f64> {
        let mut sorted = self.kept.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.get(sorted.len().saturating_sub(1) / 2).copied()
    }

    /// The mean of those that differ from a number by no more than its half: what a median of rounded times was before
    /// they were rounded.
    fn about(&self, number: f64) -> f64 {
        let near: Vec<f64> = self.kept.iter().copied().filter(|other| (other - number).abs() <= 0.5 * number).collect();
        if near.is_empty() { number } else { near.iter().sum::<f64>() / near.len() as f64 }
    }
}

/// A measured rate, where it is one: whole where only rounding keeps it from being whole.
pub(super) fn meant_rate(rate: f64) -> Option<f64> {
    let whole = rate.round();
    Some(if (rate - whole).abs() < 1e-6 * rate { whole } else { rate }).filter(|rate| rate.is_finite() && *rate > 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::Recording;

    fn read(text: &str) -> Recording {
        Recording::read(text.as_bytes(), "a.csv").unwrap()
    }

    #[test]
    fn rounded_times_do_not_drift_and_gaps_count() {
        let rows =
            (0..3000).filter(|step| step % 100 != 7).map(|step| format!("1,{:.0},{step},0\n", f64::from(step) / 30.0 * 1e3));
        let tracks = read(&format!("id,time/ms,x,y\n{}", rows.collect::<String>()));
        assert_eq!(tracks.length(), 2999);
        assert!(tracks.at(7).0.is_empty() && tracks.at(8).1[0].x == 8.0);
        assert!((tracks.rate().unwrap() - 30.0).abs() < 0.001 && tracks.notes().is_empty());
    }

    #[test]
    fn numbers_with_a_common_stride_make_steps_of_it() {
        let tracks = read("id,frame,x,y\n1,-5,0,0\n1,0,1,0\n1,15,2,0\n");
        assert_eq!((tracks.length(), tracks.frames_per_step()), (4, 5.0));
        assert_eq!([0, 1, 2, 4].map(|step| tracks.at(step).0.len()), [1, 1, 0, 1]);
    }

    /// Two walk at 1 m/s, each with a clock of its own; a third is away for a second.
    #[test]
    fn individuals_with_clocks_of_their_own_are_put_on_one() {
        let mut text = String::from("id,time/s,x/m,y/m\n");
        for tick in 0..50 {
            let time = 0.1 * f64::from(tick);
            text += &format!("1,{time},{time},0\n2,{},{},1\n", time + 0.03, time + 0.03);
            if !(20..30).contains(&tick) {
                text += &format!("3,{},{},2\n", time + 0.05, time + 0.05);
            }
        }
        let tracks = read(&text);
        assert!((tracks.rate().unwrap() - 10.0).abs() < 1e-9);
        assert!(tracks.notes()[0].contains("a step every 0.1 s"), "{:?}", tracks.notes());
        for step in 0..=tracks.length() {
            for seen in tracks.seen(step) {
                assert!((seen.at.x - 0.1 * step as f32).abs() < 1e-5, "{step}: {seen:?}");
                assert!((seen.moved.unwrap().x - 0.1).abs() < 1e-5, "{step}: {seen:?}");
            }
        }
        let present = |step| tracks.at(step).0;
        assert_eq!((present(0), present(1), present(10), present(25)), (vec![1], vec![1, 2, 3], vec![1, 2, 3], vec![1, 2]));
    }

    #[test]
    fn frames_that_individuals_share_among_them_are_put_on_one_clock() {
        let rows = (0..20).map(|frame| format!("{},{frame},{frame},0\n", frame % 2));
        let tracks = read(&format!("id,frame,x,y\n{}", rows.collect::<String>()));
        assert_eq!((tracks.frames_per_step(), tracks.length(), tracks.notes().len()), (2.0, 9, 1));
        assert_eq!(tracks.seen(4).iter().map(|seen| (seen.at.x, seen.moved.unwrap().x)).collect::<Vec<_>>(), [(8.0, 2.0); 2]);
    }

    #[test]
    fn a_pace_that_changes_is_made_even() {
        let times = [0.0, 1.0, 2.0, 3.0, 3.7, 4.9, 6.0, 7.0, 8.0];
        let rows: String = times.iter().map(|time| format!("1,{time},{},0\n", 2.0 * time)).collect();
        let tracks = read(&format!("id,time/s,x,y\n{rows}"));
        assert_eq!(tracks.notes().len(), 1);
        for step in 0..=tracks.length() {
            let time = step as f32 / tracks.rate().unwrap() as f32;
            assert!((tracks.at(step).1[0].x - 2.0 * time).abs() < 1e-4, "{step}");
        }
    }

    #[test]
    fn times_on_no_clock_of_individuals_that_are_seen_once_are_refused() {
        let error = Recording::read(&b"id,time/s,x,y\n1,0,0,0\n2,1,0,0\n3,2.4,0,0\n4,3,0,0\n"[..], "a.csv").err().unwrap();
        assert!(error.to_string().starts_with("a.csv: its times lie on no one clock"), "{error}");
    }
}
