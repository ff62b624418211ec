//! The telling of a story: which beat it is, and what that does to the run and to what is seen of it.
//!
//! A story acts through the journal alone, so that whoever plays the journal sees the same, without a teller.

use crate::{
    error::Result,
    measures::{self, Observer, Reading},
    scene::{Action, Aim, Beat, Ease, Journal, Kind, Look, Point, Scene, Stamped, Touch, Value, ViewAction, When},
    sim::{Models, Shot, Simulation, maths},
};
use bevy_math::Vec3;

/// Seconds that a reader takes to begin, and to read a word.
const READING: (f32, f32) = (2.0, 0.32);
/// Seconds that a question stands longer, so that it can be answered.
const THINKING: f32 = 3.0;
/// Steps after which a story that nobody tells ends in any case.
const LONGEST: u64 = 1_000_000;

/// Who goes on to the next beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// A person's key.
    Key,
    /// Nobody: each beat stays as long as it takes to read.
    Alone,
}

/// What a story does at a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// What it does to the run.
    pub actions: Vec<Action>,
    /// What it does to what is seen.
    pub views: Vec<ViewAction>,
}

/// Tells the story of a scene beside a run of it. Of each step it is to be told once, by [`note`](Self::note); what it
/// does, by [`tell`](Self::tell), is to act before the next one.
pub struct Teller {
    beats: Vec<Beat>,
    pace: Pace,
    /// Steps per second, which reading is measured by.
    speed: f32,
    place: Place,
    /// Keys that were pressed and not yet heard.
    keys: u32,
    /// The instruments that are waited for, and what they read last.
    observer: Observer,
    readings: Vec<f64>,
    eases: Vec<Easing>,
    camera: Option<Panning>,
    hand: Option<u64>,
}

/// Where a story is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// It has not begun.
    Before,
    /// At a beat since a step; of a question, before or after the answer.
    At { beat: usize, revealed: bool, since: u64 },
    /// It has ended.
    Over,
}

struct Easing {
    path: String,
    from: f64,
    to: f64,
    since: u64,
    over: u64,
    log: bool,
    whole: bool,
}

struct Panning {
    from: Pose,
    to: Pose,
    since: u64,
    over: u64,
}

/// Where a camera is: what it has in its middle, the height of what it shows, and yaw and pitch where it turns.
#[derive(Clone, Copy)]
struct Pose {
    centre: Vec3,
    height: f32,
    gaze: Option<(f32, f32)>,
}

/// From 0 to 1, gently at both ends.
fn smooth(since: u64, over: u64, step: u64) -> f64 {
    let part = ((step - since + 1) as f64 / over.max(1) as f64).min(1.0);
    part * part * (3.0 - 2.0 * part)
}

fn numbers(observer: &mut Observer, simulation: &Simulation) -> Vec<f64> {
    observer.read(simulation).iter().map(Reading::number).collect()
}

impl Teller {
    /// At the place of the story that the journal of the run has come to.
    ///
    /// # Errors
    /// Where the story waits for an instrument that does not exist or cannot read the model.
    pub fn new(simulation: &Simulation, pace: Pace) -> Result<Self> {
        let scene = simulation.scene();
        let beats = scene.story.clone();
        let names = beats.iter().filter_map(|beat| Some(beat.when.as_ref()?.measure.as_str()));
        let mut observer = Observer::of(names, simulation)?;
        let readings = numbers(&mut observer, simulation);
        let told = |step: u64, beat: Option<u32>, revealed: bool| match beat {
            Some(beat) => Place::At { beat: beat as usize, revealed, since: step },
            None => Place::Over,
        };
        let track = simulation.journal().view;
        let place = track.iter().rev().find_map(|stamped| match stamped.1 {
            ViewAction::Beat { beat, revealed } => Some(told(stamped.0, beat, revealed)),
            _ => None,
        });
        Ok(Self {
            beats,
            pace,
            speed: scene.speed,
            place: place.unwrap_or(Place::Before),
            keys: 0,
            observer,
            readings,
            eases: Vec::new(),
            camera: None,
            hand: None,
        })
    }

    /// The lecturer's key: the answer, or the next beat.
    pub fn press(&mut self) {
        self.keys += 1;
    }

    /// Whether it has ended.
    pub fn is_over(&self) -> bool {
        self.place == Place::Over
    }

    /// Takes note of the step at which the run stands.
    pub fn note(&mut self, simulation: &Simulation) {
        self.readings = numbers(&mut self.observer, simulation);
    }

    /// What the story does at the step at which the run stands. Nothing is done twice.
    ///
    /// # Errors
    /// Where it sets a parameter that the model does not have.
    pub fn tell(&mut self, simulation: &Simulation) -> Result<Told> {
        let step = simulation.clock().step;
        let mut told = Told::default();
        self.go_on(step, simulation, &mut told)?;
        while self.keys > 0 && self.place != Place::Over {
            self.go_on(step, simulation, &mut told)?;
        }
        self.keys = 0;
        self.ease(step, simulation, &mut told)?;
        Ok(told)
    }

    /// Goes one place on, where it is time.
    fn go_on(&mut self, step: u64, simulation: &Simulation, told: &mut Told) -> Result<()> {
        let key = self.keys > 0;
        let (next, revealed) = match self.place {
            Place::Over => return Ok(()),
            Place::Before if key || self.is_due(0, step, 0, 0) => (0, false),
            Place::Before => return Ok(()),
            Place::At { beat, revealed, since } => {
                let now = &self.beats[beat];
                let asks = !now.ask.is_empty() && !revealed;
                let stay = self.stay(now, revealed);
                if asks && !(key || (self.pace == Pace::Alone && step >= since + stay)) {
                    return Ok(());
                }
                if !(asks || key || self.is_due(beat + 1, step, since, stay)) {
                    return Ok(());
                }
                if asks { (beat, true) } else { (beat + 1, false) }
            }
        };
        self.keys = self.keys.saturating_sub(1);
        let Some(beat) = self.beats.get(next).cloned() else {
            self.place = Place::Over;
            told.views.push(ViewAction::Beat { beat: None, revealed: false });
            return Ok(());
        };
        let asks = !beat.ask.is_empty() && !revealed;
        self.place = Place::At { beat: next, revealed: !asks, since: step };
        told.views.push(ViewAction::Beat { beat: Some(next as u32), revealed: !asks });
        if !revealed {
            self.look(&beat, step, simulation, told);
        }
        if !asks {
            self.act(&beat, step, simulation, told)?;
        }
        Ok(())
    }

    /// Whether a beat begins by itself at a step, the one before having stood since another.
    fn is_due(&self, beat: usize, step: u64, since: u64, stay: u64) -> bool {
        let alone = self.pace == Pace::Alone;
        let Some(next) = self.beats.get(beat) else { return alone && step >= since + stay };
        let read = step >= since + stay;
        match (next.at, &next.when) {
            (Some(at), _) => step >= at,
            (None, Some(when)) => read && (self.has_come(beat, when) || step >= since + when.within),
            (None, None) => beat == 0 || (alone && read),
        }
    }

    fn has_come(&self, beat: usize, when: &When) -> bool {
        let at = self.beats[..beat].iter().filter(|beat| beat.when.is_some()).count();
        let reading = self.readings[at];
        when.above.is_none_or(|level| reading > level) && when.below.is_none_or(|level| reading < level)
    }

    /// Steps that a beat stays where nobody presses a key.
    fn stay(&self, beat: &Beat, revealed: bool) -> u64 {
        let asks = !beat.ask.is_empty() && !revealed;
        if let Some(wait) = beat.wait.filter(|_| !asks) {
            return wait;
        }
        let words = beat.text(revealed).split_whitespace().count() as f32;
        let seconds = READING.0 + READING.1 * words + if asks { THINKING } else { 0.0 };
        let eased = beat.set.iter().map(|ease| ease.over).max().unwrap_or(0);
        ((seconds * self.speed).ceil() as u64).max(if asks { 0 } else { eased })
    }

    /// What a beat does to what is seen.
    fn look(&mut self, beat: &Beat, step: u64, simulation: &Simulation, told: &mut Told) {
        let look = |path: &str, value: &Value| ViewAction::Look { path: path.to_owned(), value: value.clone() };
        for (path, value) in &beat.look {
            if let ("orbit", Some(orbit)) = (path.as_str(), value.number()) {
                let yaw = seen(simulation).yaw_for_orbit(orbit as f32, step);
                told.views.push(look("yaw", &Value::Number(yaw.into())));
            }
            told.views.push(look(path, value));
        }
        if !beat.show.is_empty() {
            told.views.push(ViewAction::Plots { measures: beat.show.clone() });
        }
        match beat.camera {
            None => return,
            Some(Aim::Fit) => told.views.extend([ViewAction::Follow { on: false }, ViewAction::Fit]),
            Some(Aim::Follow(agent)) => {
                told.views.extend([ViewAction::Select { agent: Some(agent) }, ViewAction::Follow { on: true }]);
            }
            Some(Aim::At { centre: Point(centre), height, gaze, over }) => {
                told.views.push(ViewAction::Follow { on: false });
                let from = Pose { gaze: gaze.map(|to| turned(simulation, step, to)), ..camera(simulation) };
                self.camera = Some(Panning { from, to: Pose { centre, height, gaze }, since: step, over });
                return;
            }
        }
        self.camera = None;
    }

    /// What a beat does to the run.
    fn act(&mut self, beat: &Beat, step: u64, simulation: &Simulation, told: &mut Told) -> Result<()> {
        for Ease { path, to, over } in &beat.set {
            self.eases.retain(|easing| easing.path != *path);
            let parameter = simulation.model().parameter(path)?;
            match (simulation.parameter(path)?, to) {
                (Value::Number(from), Value::Number(to)) if *over > 0 => {
                    let whole = matches!(parameter.kind, Kind::Number { whole: true, .. });
                    let log = parameter.log && from > 0.0 && *to > 0.0;
                    let (path, to, over) = (path.clone(), *to, *over);
                    self.eases.push(Easing { path, from, to, since: step, over, log, whole });
                }
                _ => told.actions.push(Action::Set { path: path.clone(), value: to.clone() }),
            }
        }
        if let Some(Touch { tool, at, radius, over }) = beat.hand {
            let layout = simulation.scene().view.layout;
            told.actions.push(Action::Press { tool, layout, at, radius });
            self.hand = Some(step + over);
        }
        Ok(())
    }

    /// What is on its way goes on.
    fn ease(&mut self, step: u64, simulation: &Simulation, told: &mut Told) -> Result<()> {
        for easing in &self.eases {
            let part = smooth(easing.since, easing.over, step);
            let Easing { from, to, .. } = *easing;
            let value = if easing.log { from * maths::exp(part * maths::ln(to / from)) } else { from + (to - from) * part };
            let value = if part >= 1.0 { to } else { value };
            let value = Value::Number(if easing.whole { value.round() } else { value });
            if simulation.parameter(&easing.path)? != value {
                told.actions.push(Action::Set { path: easing.path.clone(), value });
            }
        }
        self.eases.retain(|easing| step + 1 < easing.since + easing.over);
        if let Some(panning) = &self.camera {
            let part = smooth(panning.since, panning.over, step) as f32;
            let between = |from: f32, to: f32| from + (to - from) * part;
            let (from, to) = (panning.from, panning.to);
            let centre = Vec3::from([0, 1, 2].map(|axis| between(from.centre[axis], to.centre[axis])));
            // In equal times the height changes by equal factors.
            let height = from.height * maths::exp(part * maths::ln(to.height / from.height));
            told.views.push(ViewAction::Camera { centre: Point(centre), height });
            if let Some(((yaw, pitch), (to_yaw, to_pitch))) = from.gaze.zip(to.gaze) {
                let yaw = between(yaw, to_yaw);
                // The short way round may lead past the back.
                let yaw = yaw - 360.0 * (yaw / 360.0).round();
                for (path, angle) in [("orbit", 0.0), ("yaw", yaw), ("pitch", between(pitch, to_pitch))] {
                    told.views.push(ViewAction::Look { path: path.into(), value: Value::Number(angle.into()) });
                }
            }
            if step + 1 >= panning.since + panning.over {
                self.camera = None;
            }
        }
        if self.hand.is_some_and(|until| step >= until) {
            self.hand = None;
            told.actions.push(Action::Release);
        }
        Ok(())
    }
}

/// Where the camera is, as the journal says; where nobody moved it, it sees all.
fn camera(simulation: &Simulation) -> Pose {
    let moved = simulation.journal().view.into_iter().rev().find_map(|stamped| match stamped.1 {
        ViewAction::Camera { centre: Point(centre), height } => Some(Some(Pose { centre, height, gaze: None })),
        ViewAction::Fit => Some(None),
        _ => None,
    });
    moved.flatten().unwrap_or_else(|| {
        let extent = Shot::default().frame(simulation, &simulation.scene().view).extent;
        let (centre, size) = (extent.min + 0.5 * extent.size(), extent.size());
        let height = if extent.is_flat() { size.y.max(0.56 * size.x) } else { size.max_element() } * 1.2;
        Pose { centre, height, gaze: None }
    })
}

/// The look, as the journal says.
fn seen(simulation: &Simulation) -> Look {
    let mut look = simulation.scene().view.clone();
    for Stamped(_, action) in simulation.journal().view {
        if let ViewAction::Look { path, value } = action {
            // What does not fit is told of where it is played.
            let _ = Look::schema().set(&mut look, &path, &value);
        }
    }
    look
}

/// Yaw and pitch at a step, the yaw counted so that the way to another is the short one.
fn turned(simulation: &Simulation, step: u64, (to, _): (f32, f32)) -> (f32, f32) {
    let look = seen(simulation);
    let yaw = look.yaw_at(step as f64) as f32;
    (yaw + 360.0 * ((to - yaw) / 360.0).round(), look.pitch)
}

/// The names that a scene's plots and story use.
///
/// # Errors
/// Where one is no instrument: names the beat, and the nearest valid name.
pub fn check(scene: &Scene) -> Result<()> {
    for name in &scene.plots {
        measures::find(name).map_err(|error| error.path("plots"))?;
    }
    for (number, beat) in (1..).zip(&scene.story) {
        if let Some(when) = &beat.when {
            measures::find(&when.measure).map_err(|error| error.path(format!("story.beat {number}.when.measure")))?;
        }
        for name in &beat.show {
            measures::find(name).map_err(|error| error.path(format!("story.beat {number}.show")))?;
        }
    }
    Ok(())
}

/// Plays a scene with its story, which nobody hurries, from the start to the end: what was done, and how many steps it
/// took. Whoever plays this journal sees the story.
///
/// # Errors
/// Where the model cannot be built, or the story does not fit it.
pub fn perform(scene: &Scene, models: &Models, threads: Option<usize>) -> Result<(Journal, u64)> {
    let mut simulation = Simulation::new(scene, models, threads)?;
    let mut teller = Teller::new(&simulation, Pace::Alone)?;
    loop {
        let told = teller.tell(&simulation)?;
        for action in told.actions {
            simulation.act(action)?;
        }
        told.views.into_iter().for_each(|action| simulation.look(action));
        let step = simulation.clock().step;
        if teller.is_over() || step >= LONGEST {
            return Ok((simulation.journal(), step));
        }
        simulation.step()?;
        teller.note(&simulation);
    }
}
