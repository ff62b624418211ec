//! A run as it was seen: a simulation that plays a journal, and what the journal's view track looked at.

use super::board::Readings;
use crate::{
    error::{Error, Result},
    measures::Observer,
    panel::Told,
    scene::{Difference, Journal, Look, Middle, Point, Run, Scene, Stamped, ViewAction},
    sim::{Frame, Models, Shot, Simulation},
    view::{Camera, middle},
};
use bevy_math::Vec3;

/// What is looked at, and how.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The look of the picture.
    pub look: Look,
    /// The camera where it was moved by hand; nothing: it keeps the whole world in view.
    pub camera: Option<Camera>,
    /// What the camera has in its middle where it follows an agent or all of them, or did last.
    pub centre: Option<Vec3>,
    /// The selected agent.
    pub selected: Option<u32>,
    /// Whether the camera follows it.
    pub follow: bool,
    /// The part of a step that a picture between two steps lies after the first.
    pub part: f64,
    /// The instruments that are plotted, where they are not those of the scene.
    pub plots: Option<Vec<String>>,
    /// Where the scene's story is.
    pub told: Told,
}

impl Seen {
    /// As a scene is seen first.
    pub fn new(look: Look) -> Self {
        Self { look, camera: None, centre: None, selected: None, follow: false, part: 0.0, plots: None, told: Told::Before }
    }

    /// What the camera has in its middle in a frame where it follows somebody who is there.
    pub fn followed(&self, frame: &Frame) -> Option<Vec3> {
        let agent = self.selected.filter(|_| self.follow);
        match agent {
            Some(agent) => {
                let place = frame.ids.binary_search(&agent).ok().and_then(|row| frame.positions.get(row));
                place.copied().filter(|place| place.is_finite())
            }
            None if self.look.middle == Middle::Agents => middle(frame),
            None => None,
        }
    }

    /// Does what an action of the view track says.
    fn turn(&mut self, action: &ViewAction) -> Result<()> {
        match action {
            ViewAction::Camera { centre, height } => {
                let Point(at) = *centre;
                if !(at.is_finite() && height.is_finite() && *height > 0.0) {
                    let found = format!("a camera cannot show {height} about ({}, {}, {})", at.x, at.y, at.z);
                    return Err(Error::usage(found).allowed("a finite place, and a height above 0"));
                }
                self.camera = Some(Camera::at(at, *height));
                self.centre = None;
            }
            ViewAction::Fit => (self.camera, self.centre, self.follow) = (None, None, false),
            ViewAction::Plots { measures } => self.plots = Some(measures.clone()),
            ViewAction::Beat { .. } => self.told = Told::of(action).unwrap_or(self.told),
            ViewAction::Select { agent } => self.selected = *agent,
            ViewAction::Follow { on } => self.follow = *on,
            ViewAction::Look { path, value } => {
                Look::schema().set(&mut self.look, path, value).map_err(|error| error.under("view"))?;
            }
        }
        Ok(())
    }
}

/// A run that is played step by step, with what was seen of it.
pub struct Reel {
    simulation: Simulation,
    shot: Shot,
    seen: Seen,
    view: std::vec::IntoIter<Stamped<ViewAction>>,
    next: Option<Stamped<ViewAction>>,
    /// From this step on it is remembered what a picture shows of the past.
    from: u64,
    observer: Option<Observer>,
    readings: Vec<Readings>,
    /// Actions of the journal that were told of.
    told: usize,
}

/// A run at its start, to be filmed from step `from` on, and beside it the one that differs by this, where there is one.
///
/// # Errors
/// Where the difference does not fit the scene, and as [`Reel::new`].
pub fn reels(
    (scene, journal): (&Scene, &Journal),
    difference: Option<&Difference>,
    models: &Models,
    threads: Option<usize>,
    from: u64,
) -> Result<Vec<Reel>> {
    let mut reels = vec![Reel::new(scene, journal, models, threads, from)?];
    if let Some(difference) = difference {
        let other = difference.scene(scene, models.find(scene.model.name)?)?;
        reels.push(Reel::new(&other, &difference.journal(journal), models, threads, from)?);
    }
    Ok(reels)
}

impl Reel {
    /// A run at its start, to be filmed from step `from` on.
    ///
    /// # Errors
    /// Where the model cannot be built, or an action does not fit.
    pub fn new(scene: &Scene, journal: &Journal, models: &Models, threads: Option<usize>, from: u64) -> Result<Self> {
        let mut simulation = Simulation::new(scene, models, threads)?;
        simulation.play(journal)?;
        let mut seen = Seen::new(scene.view.clone());
        let mut longest = scene.view.reach();
        for Stamped(_, action) in &journal.view {
            // An action that does not fit is told of when it is its turn.
            let _ = seen.turn(action);
            longest = longest.max(seen.look.reach());
        }
        let mut view = journal.view.clone().into_iter();
        let next = view.next();
        let seen = Seen::new(scene.view.clone());
        let mut reel = Self {
            simulation,
            shot: Shot::default(),
            seen,
            view,
            next,
            from: from.saturating_sub(longest),
            observer: None,
            readings: Vec::new(),
            told: 0,
        };
        reel.look_on()?;
        Ok(reel)
    }

    /// Puts instruments before the run from this step on.
    ///
    /// # Errors
    /// Where the model lacks what one of them needs.
    pub fn observe(&mut self, instruments: &[String]) -> Result<()> {
        self.observer = Some(Observer::new(instruments.iter().map(String::as_str), &self.simulation)?);
        self.read();
        Ok(())
    }

    /// What instruments have read since this was last asked.
    pub fn take_readings(&mut self) -> Vec<Readings> {
        std::mem::take(&mut self.readings)
    }

    fn read(&mut self) {
        let Some(observer) = &mut self.observer else { return };
        let clock = self.simulation.clock();
        let acted = self.simulation.acted();
        let acted = acted[self.told.min(acted.len())..].to_vec();
        self.told += acted.len();
        let values = observer.live(&self.simulation);
        self.readings.push(Readings { step: clock.step, time: clock.time, values, acted });
    }

    /// Takes one step.
    ///
    /// # Errors
    /// Where an action of the journal does not fit.
    pub fn step(&mut self) -> Result<()> {
        self.simulation.step()?;
        self.read();
        self.look_on()
    }

    /// Brings what is seen up to the step.
    fn look_on(&mut self) -> Result<()> {
        let step = self.simulation.clock().step;
        while let Some(Stamped(at, action)) = self.next.take_if(|next| next.0 <= step) {
            self.seen.turn(&action).map_err(|error| error.at(format!("journal, step {at}")))?;
            self.next = self.view.next();
        }
        if step >= self.from {
            self.shot.note(&self.simulation, &self.seen.look);
        }
        if self.seen.follow && self.seen.selected.is_some() {
            let frame = self.shot.frame(&self.simulation, &self.seen.look);
            self.seen.centre = self.seen.followed(&frame).or(self.seen.centre);
        }
        Ok(())
    }

    /// The frame of this step.
    pub fn frame(&mut self) -> Frame {
        self.shot.frame(&self.simulation, &self.seen.look)
    }

    /// What is looked at in this step.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// The simulation.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The run so far, with what was done at this step, which a replay can check.
    ///
    /// # Errors
    /// Where an action of the journal does not fit.
    pub fn run(&mut self) -> Result<Run> {
        self.simulation.play_actions()?;
        Ok(self.simulation.run())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lab::Lab,
        scene::{Action, Value},
    };

    #[test]
    fn what_was_looked_at_is_played_with_the_run() {
        let lab = Lab::new();
        let scene = lab.open("vicsek").unwrap().scene;
        let turned = Action::Set { path: "noise".into(), value: Value::Number(0.5) };
        let mut journal = Journal { run: vec![Stamped(2, turned)], view: Vec::new() };
        journal.look(0, ViewAction::Look { path: "trails".into(), value: Value::Number(5.0) });
        journal.look(1, ViewAction::Select { agent: Some(7) });
        journal.look(1, ViewAction::Follow { on: true });
        journal.look(3, ViewAction::Camera { centre: (1.0, 2.0).into(), height: 4.0 });
        journal.look(3, ViewAction::Follow { on: false });
        let mut reel = Reel::new(&scene, &journal, lab.models(), Some(1), 3).unwrap();
        assert_eq!((reel.seen().look.trails, reel.seen().selected), (5, None));
        reel.step().unwrap();
        let frame = reel.frame();
        let row = frame.ids.iter().position(|id| *id == 7).unwrap();
        assert_eq!(reel.seen().centre, Some(frame.positions[row]));
        assert!(reel.seen().camera.is_none());
        reel.step().unwrap();
        reel.step().unwrap();
        assert_eq!(reel.seen().camera, Some(Camera::at(Vec3::new(1.0, 2.0, 0.0), 4.0)));
        assert_eq!((reel.seen().centre, reel.frame().trail.len()), (None, 4));
        assert_eq!(reel.run().unwrap().journal, journal);
        journal.look(9, ViewAction::Look { path: "trail".into(), value: Value::Number(5.0) });
        let mut wrong = Reel::new(&scene, &journal, lab.models(), Some(1), 0).unwrap();
        let error = (0..9).find_map(|_| wrong.step().err()).unwrap().to_string();
        assert!(error.contains("journal, step 9") && error.contains("trails"), "{error}");
        let nowhere = ViewAction::Camera { centre: (f32::NAN, 0.0).into(), height: 1.0 };
        let turned = ViewAction::Look { path: "yaw".into(), value: Value::Number(f64::NAN) };
        for (action, named) in [(nowhere, "finite place"), (turned, "view.yaw")] {
            let journal = Journal { run: Vec::new(), view: vec![Stamped(1, action)] };
            let error = Reel::new(&scene, &journal, lab.models(), Some(1), 0).unwrap().step().unwrap_err().to_string();
            assert!(error.contains("journal, step 1") && error.contains(named), "{error}");
        }
    }
}
