//! The desk: all that the panel shows, and what it asks for.

use super::{
    Beside, Command, Film, FilmKind, Found, History, Offer, Recording, Request, Speed, Standing, Told,
    event_view::{self, EventView},
    facts::Facts,
    phase_map::PhaseMap,
    sight::Sight,
    toasts::Toasts,
    visited::Visited,
};
use crate::{
    lab::Lab,
    measures::{self, Instrument},
    scene::{Action, Difference, Look, Middle, Params, Point, Scene, Theme, Tool, Value, ViewAction},
    sim::{AnyModel, Frame},
    view::{Camera, Gaze},
};
use egui_commonmark::CommonMarkCache;
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

pub use super::toasts::Level;

/// How much of the panel is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// All of it.
    #[default]
    Explore,
    /// Large type, the story, and the few sliders that the scene names.
    Teach,
    /// Picture, interaction strength and one plot, to be read from the last row.
    Present,
    /// The picture alone.
    Picture,
}

impl Mode {
    /// The next one.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Explore | Self::Teach => Self::Present,
            Self::Present => Self::Picture,
            Self::Picture => Self::Explore,
        }
    }
}

/// What lies over the panel until it is dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// The list of keys.
    Keys,
    /// The commands, to be searched.
    Commands,
    /// In what a second run is to differ.
    Compare,
}

/// How much of a run the plots show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The newest steps.
    Last(u64),
    /// The whole run.
    All,
}

impl Window {
    /// The choices of the panel.
    pub const CHOICES: [Self; 4] = [Self::Last(200), Self::Last(1000), Self::Last(5000), Self::All];
}

/// What the mouse does to agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A tool that acts while the button is down.
    Hold(Tool),
    /// New agents come where the button goes down and the pointer is moved.
    Add,
    /// Agents go.
    Remove,
}

/// How the machine keeps up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Status {
    /// Steps of the simulation in the last second.
    pub steps_per_second: f32,
    /// Frames of the window in the last second.
    pub frames_per_second: f32,
    /// Memory that the program takes, in bytes, where the system tells.
    pub memory: Option<u64>,
}

/// All state that the panel shows. Whoever drives the simulation fills in the public fields, calls the methods when
/// something happens, and carries out the [`requests`](Self::requests) after each [`show`](super::show).
pub struct Desk {
    /// What there is to open.
    pub lab: Lab,
    /// A run that an earlier window left behind.
    pub found: Option<Found>,
    /// The step from which a film is being marked.
    pub marking: Option<u64>,
    /// What films are to be.
    pub film: FilmKind,
    /// The films that are being made.
    pub films: Vec<Film>,
    /// Name of the open scene.
    pub name: String,
    /// The open scene, as it was opened.
    pub scene: Scene,
    /// Its model.
    pub model: &'static dyn AnyModel,
    /// What the model allows.
    pub offer: Offer,
    /// The newest frame.
    pub frame: Arc<Frame>,
    /// Readings and marks of the run.
    pub history: History,
    /// The second run, where two are compared.
    pub beside: Option<Beside>,
    /// Where the run stands, and which ways it has gone.
    pub standing: Standing,
    /// Whether camera and look follow what was seen when the run was played.
    pub as_seen: bool,
    /// Where the scene's story is.
    pub told: Told,
    /// Whether the story is offered, or told, under the picture.
    pub story_open: bool,
    /// The instruments that are plotted, the order parameter first.
    pub plots: Vec<&'static Instrument>,
    /// How much of the run the plots show.
    pub window: Window,
    /// The look of the picture; its theme is the panel's too.
    pub look: Look,
    /// The part of the plane that the picture shows.
    pub camera: Camera,
    /// Whether the camera keeps the whole extent in view.
    pub fitted: bool,
    /// Identity of the selected agent.
    pub selected: Option<u32>,
    /// Whether the camera follows the selected agent.
    pub follow: bool,
    /// What the mouse does to agents; none: it looks at them.
    pub tool: Option<Touch>,
    /// How far the tool reaches, as a part of the height of the extent.
    pub reach: f32,
    /// Whether the picture may flash more than three times a second.
    pub flashes: bool,
    /// Whether the run goes on.
    pub playing: bool,
    /// How fast.
    pub speed: Speed,
    /// The seed of the run.
    pub seed: u64,
    /// How much of the panel is seen.
    pub mode: Mode,
    /// Scale of the panel that the person chose; the driver applies it.
    pub text_scale: f32,
    /// Whether the gallery is open.
    pub gallery: bool,
    /// Whether the explanation is open.
    pub explanation: bool,
    /// Whether the plots are open.
    pub plots_open: bool,
    /// What lies over the panel.
    pub overlay: Option<Overlay>,
    /// Small pictures of gallery scenes, by name.
    pub thumbnails: HashMap<String, egui::TextureHandle>,
    /// How the machine keeps up.
    pub status: Status,
    /// What was asked for since it was last emptied.
    pub requests: Vec<Request>,

    /// The gallery, read once.
    pub(super) scenes: Arc<[(String, Scene)]>,
    /// Readings and marks of the branches that are not played.
    pub(super) branches: BTreeMap<usize, History>,
    /// A step that was asked for, and how many were.
    pub(super) sought: (Option<u64>, u64),
    /// Whether the hand is on the timeline.
    pub(super) scrubbing: bool,
    /// A step to which there is a key.
    pub(super) bookmark: Option<u64>,
    /// What was looked at when the run was played, up to where it stands.
    pub(super) seen: Vec<ViewAction>,
    /// Settings sent and not yet seen in a frame.
    pub(super) edits: BTreeMap<String, Value>,
    /// The values with which the run began, until a frame tells them.
    begun: BTreeMap<String, Value>,
    /// In what a second run is to differ, while it is asked.
    pub(super) comparing: Option<Difference>,
    /// Whether it was said of this run that its picture is held back.
    pub(super) flashes_told: bool,
    /// In which of two pictures the pointer is, counted from 0.
    pub(super) pointed: usize,
    /// A parameter that needs a restart, while its slider is being dragged.
    pub(super) draft: Option<(String, Value)>,
    /// What the camera was fitted to.
    pub(super) fit: Option<Fitted>,
    /// What the mouse last did to agents, and where in the picture, while its button is down.
    pub(super) touched: Option<(Touch, bevy_math::Vec3)>,
    /// Text to be put on the clipboard.
    pub(super) copied: Option<String>,
    /// The event camera, where it watches.
    pub(super) event_view: Option<EventView>,
    /// A recording of an event camera that is played beside the run.
    pub recording: Option<Recording>,
    /// What was measured of the model's facts.
    pub(super) facts: Facts,
    /// How each plot is looked at, by the name of its instrument.
    pub(super) sights: BTreeMap<&'static str, Sight>,
    /// What background runs found of the order against the strength.
    pub phase_map: PhaseMap,
    pub(super) visited: Visited,
    pub(super) search: String,
    pub(super) chosen: usize,
    pub(super) toasts: Toasts,
    pub(super) markdown: CommonMarkCache,
    /// Height of what the story says, as it was last shown.
    pub(super) story_height: f32,
    pub(super) styled: Option<(Theme, bool)>,
}

impl Desk {
    /// A desk with this scene open and no frame yet.
    pub fn new(lab: Lab, name: impl Into<String>, scene: Scene) -> Self {
        let model = lab.model_of(&scene);
        let scenes = lab.gallery().into();
        let mut desk = Self {
            lab,
            found: None,
            marking: None,
            film: FilmKind::default(),
            films: Vec::new(),
            name: String::new(),
            model,
            offer: Offer::default(),
            frame: Arc::default(),
            history: History::default(),
            beside: None,
            standing: Standing::default(),
            as_seen: false,
            told: Told::Before,
            story_open: true,
            branches: BTreeMap::new(),
            sought: (None, 0),
            scrubbing: false,
            bookmark: None,
            seen: Vec::new(),
            plots: Vec::new(),
            window: Window::Last(1000),
            look: scene.view.clone(),
            camera: Camera::default(),
            fitted: true,
            selected: None,
            follow: false,
            tool: None,
            reach: 0.15,
            flashes: false,
            playing: true,
            speed: Speed::NORMAL,
            seed: scene.seed,
            mode: Mode::Explore,
            text_scale: 1.0,
            gallery: false,
            explanation: false,
            plots_open: true,
            overlay: None,
            thumbnails: HashMap::new(),
            status: Status::default(),
            requests: Vec::new(),
            scenes,
            edits: BTreeMap::new(),
            begun: BTreeMap::new(),
            comparing: None,
            flashes_told: false,
            pointed: 0,
            draft: None,
            fit: None,
            touched: None,
            copied: None,
            event_view: None,
            recording: None,
            facts: Facts::default(),
            sights: BTreeMap::new(),
            phase_map: PhaseMap::default(),
            visited: Visited::default(),
            search: String::new(),
            chosen: 0,
            toasts: Toasts::default(),
            markdown: CommonMarkCache::default(),
            story_height: 32.0,
            styled: None,
            scene: scene.clone(),
        };
        desk.open(name, scene);
        desk
    }

    /// A scene was opened: everything begins anew but the theme, the mode and the drawers.
    pub fn open(&mut self, name: impl Into<String>, scene: Scene) {
        self.name = name.into();
        self.model = self.lab.model_of(&scene);
        self.offer = Offer::default();
        self.plots = plots_of(&scene, self.model);
        self.sights.clear();
        self.visited.forget();
        self.phase_map.forget_axes();
        self.look = Look { theme: self.look.theme, ..scene.view.clone() };
        self.speed = Speed::PerSecond(scene.speed);
        self.fitted = true;
        self.story_open = true;
        self.scene = scene.clone();
        (self.beside, self.comparing) = (None, None);
        (self.flashes, self.flashes_told) = (false, false);
        self.begin(&scene);
    }

    /// The open model told what it allows. A tool that means nothing to it is laid down.
    pub fn offered(&mut self, offer: Offer) {
        self.tool = self.tool.filter(|tool| match tool {
            Touch::Hold(tool) => offer.tools.iter().any(|known| known.0 == *tool),
            Touch::Add | Touch::Remove => offer.population,
        });
        self.offer = offer;
    }

    /// A run began from the open scene with these settings: a first one, or a restart.
    pub fn begin(&mut self, scene: &Scene) {
        self.seed = scene.seed;
        self.frame = Arc::default();
        self.history.clear();
        if let Some(beside) = self.beside.take() {
            match beside.difference.scene(scene, self.model) {
                Ok(_) => self.compare(Some(beside.difference)),
                Err(_) => self.tell(Level::Info, "Both runs would be the same now: the comparison ends"),
            }
        }
        self.visited.go_on_from(0);
        // What was near in another run is nowhere in this one.
        self.sights.values_mut().for_each(|sight| (sight.zoom, sight.pin) = (None, None));
        self.standing = Standing::default();
        self.branches.clear();
        self.sought = (None, 0);
        self.bookmark = None;
        self.marking = None;
        self.seen.clear();
        self.as_seen = false;
        self.told = Told::Before;
        self.edits.clear();
        self.draft = None;
        self.selected = None;
        self.follow = false;
        self.touched = None;
        let value = |path: &String| Some((path.clone(), self.model.get(&*scene.model.params, path).ok()?));
        self.begun = self.model.parameters().iter().filter_map(|parameter| value(&parameter.path)).collect();
        if self.event_view.is_some() {
            self.watch_events(true);
        }
    }

    /// Puts an event camera before the run, or takes it away.
    pub(super) fn watch_events(&mut self, on: bool) {
        let before = self.measured();
        self.event_view = None;
        if on {
            match EventView::new(self) {
                Ok(view) => self.event_view = Some(view),
                Err(error) => self.tell(Level::Error, error.to_string()),
            }
        }
        let now = self.measured();
        for begun in now.iter().filter(|instrument| !before.iter().any(|known| known.name == instrument.name)) {
            // It counts from its first reading, which is one of those to come.
            self.history.forget(begun.name);
        }
        if now.len() != before.len() {
            self.requests.push(Request::Measure(now));
        }
    }

    /// The instruments that the run is read with: those that are plotted, and those that tell the truth beside a prediction.
    pub fn measured(&self) -> Vec<&'static Instrument> {
        let mut all = self.plots.clone();
        if self.event_view.as_ref().is_some_and(EventView::predicts) {
            let truths = event_view::TRUTHS.into_iter().filter_map(|name| measures::find(name).ok());
            all.extend(truths.filter(|truth| !self.plots.iter().any(|plotted| plotted.name == truth.name)));
        }
        all
    }

    /// A new frame is there.
    pub fn receive(&mut self, frame: Arc<Frame>) {
        let said = |path: &str| frame.parameters.iter().find(|(known, _)| known == path).map(|(_, value)| value);
        self.edits.retain(|path, value| said(path).is_some_and(|said| !same(said, value)));
        self.frame = frame;
        if let Some(view) = &mut self.event_view {
            let strength = self.model.strength().and_then(|strength| {
                let known = self.frame.parameters.iter().find(|(path, _)| *path == strength.path);
                known.and_then(|(_, value)| value.number())
            });
            view.receive(&self.frame, strength);
        }
        if let Some((order, along)) = self.order().zip(self.along()) {
            let params = self.params();
            self.visited.note(&self.lab, (self.model, &*params), along, &self.frame, &self.history, order);
        }
    }

    /// The run stands here now.
    pub fn stand(&mut self, standing: Standing) {
        if standing.seeking.is_none() && standing.sought >= self.sought.1 {
            self.sought.0 = None;
        }
        self.standing = standing;
    }

    /// The run has left the branch that was played for a new one, after a step that both have.
    pub fn fork(&mut self, left: usize, step: u64, forgotten: Option<usize>) {
        self.branches.insert(left, self.history.clone());
        self.history.cut(step);
        if let Some(beside) = &mut self.beside {
            beside.fork(left, step);
        }
        self.visited.go_on_from(step + 1);
        let mut text = format!("From step {} on the run goes another way; the way before is kept", super::words::whole(step));
        if let Some(forgotten) = forgotten {
            self.branches.remove(&forgotten);
            text += &format!(", branch {} was forgotten", forgotten + 1);
        }
        self.tell(Level::Info, text);
    }

    /// Another branch is played.
    pub fn choose(&mut self, left: usize, chosen: usize) {
        let history = self.branches.remove(&chosen).unwrap_or_default();
        self.visited.go_on_from(history.last().map_or(0, |(step, _)| step + 1));
        self.branches.insert(left, std::mem::replace(&mut self.history, history));
        if let Some(beside) = &mut self.beside {
            beside.choose(left, chosen);
        }
    }

    /// What was looked at when the run was played, up to where it stands: all of it, or what has come since.
    pub fn see(&mut self, whole: bool, actions: Vec<ViewAction>) {
        if whole {
            self.seen = actions;
            self.follow_seen();
            self.told = Told::Before;
            let told = self.seen.iter().rev().find_map(Told::of);
            self.told = told.unwrap_or_default();
        } else {
            self.told = actions.iter().rev().find_map(Told::of).unwrap_or(self.told);
            if self.as_seen {
                actions.iter().for_each(|action| self.apply(action));
            }
            self.seen.extend(actions);
        }
    }

    /// The run stands still by itself, since nothing new will happen (`ended`) or something went wrong.
    pub fn hold(&mut self, ended: bool) {
        self.playing = false;
        if !ended {
            return;
        }
        self.tell(Level::Info, format!("The recording ends here: {} plays it again", Command::PlayPause.shortcut()));
    }

    /// The picture was held back, since it would have flashed too often: it is said once a run.
    pub fn hold_flashes(&mut self) {
        if !std::mem::replace(&mut self.flashes_told, true) {
            let key = Command::Flashes.shortcut();
            self.tell(
                Level::Info,
                format!("The picture is held back where it would flash more than three times a second. Fewer steps a second help; {key} lets it flash"),
            );
        }
    }

    /// The run refused a setting: the panel shows what the run has.
    pub fn refuse(&mut self, path: &str) {
        self.edits.remove(path);
    }

    /// Shows a message for a while.
    pub fn tell(&mut self, level: Level, text: impl Into<String>) {
        self.toasts.add(level, text.into());
    }

    /// The messages that are shown, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = (Level, &str)> {
        self.toasts.iter()
    }

    /// The value of a parameter as the person sees it: that of the newest frame, or what was set since.
    pub fn value(&self, path: &str) -> Option<Value> {
        let drafted = self.draft.as_ref().filter(|(known, _)| known == path).map(|(_, value)| value.clone());
        let said = || self.frame.parameters.iter().find(|(known, _)| known == path).map(|(_, value)| value.clone());
        let begun = || self.begun.get(path).cloned();
        let opened = || self.model.get(&*self.scene.model.params, path).ok();
        drafted.or_else(|| self.edits.get(path).cloned()).or_else(said).or_else(begun).or_else(opened)
    }

    /// The value to which a double click returns: that of the scene as it was opened.
    pub fn opened_value(&self, path: &str) -> Option<Value> {
        self.model.get(&*self.scene.model.params, path).ok()
    }

    /// The parameters as the person sees them.
    pub fn params(&self) -> Box<dyn Params> {
        let mut params = self.scene.model.params.clone();
        for parameter in self.model.parameters() {
            if let Some(value) = self.value(&parameter.path) {
                // What does not fit cannot have come from a control, and the scene's own value stands.
                let _ = self.model.set(&mut *params, &parameter.path, &value);
            }
        }
        params
    }

    /// The order parameter: the first number that is plotted.
    pub(super) fn order(&self) -> Option<&'static Instrument> {
        self.plots.iter().copied().find(|instrument| instrument.is_a_series())
    }

    /// The open scene with parameters, look, seed, speed and plots as they stand now.
    pub fn current_scene(&self) -> Scene {
        let mut scene = self.scene.clone();
        scene.model.params = self.params();
        scene.view = self.look.clone();
        scene.seed = self.seed;
        if let Speed::PerSecond(speed) = self.speed {
            scene.speed = speed;
        }
        scene.plots = self.plots.iter().map(|instrument| instrument.name.to_owned()).collect();
        scene
    }

    /// The name that stands above the picture.
    pub fn title(&self) -> &str {
        if self.scene.title.is_empty() { self.model.title() } else { &self.scene.title }
    }

    /// The title of the window.
    pub fn window_title(&self) -> String {
        format!("{} – Flockwork", self.title())
    }

    /// Does what a command says.
    pub fn command(&mut self, command: Command) {
        command.perform(self);
    }

    /// Sets a parameter: at once, or by a restart where it needs one.
    pub(super) fn set(&mut self, path: &str, value: Value) {
        self.draft = None;
        let Ok(parameter) = self.model.parameter(path) else { return };
        if self.value(path).is_some_and(|now| same(&now, &value)) {
            return;
        }
        let restart = parameter.restart;
        self.edits.insert(path.to_owned(), value.clone());
        if restart {
            self.restart(self.seed);
        } else {
            self.requests.push(Request::Act(Action::Set { path: path.to_owned(), value }));
        }
    }

    /// Goes to a place of the map: what needs a restart comes last, with all else as it stands then.
    pub(super) fn jump(&mut self, place: &[(Option<String>, Option<f64>)]) {
        let known = |(path, value): &(Option<String>, Option<f64>)| Some((path.clone()?, (*value)?));
        let mut settings: Vec<(String, f64)> = place.iter().filter_map(known).collect();
        settings.sort_by_key(|(path, _)| self.model.parameter(path).is_ok_and(|parameter| parameter.restart));
        for (path, value) in settings {
            self.set(&path, Value::Number(value));
        }
    }

    /// The step at which the person wants to stand, or stands.
    pub(super) fn here(&self) -> u64 {
        self.sought.0.or(self.standing.seeking).unwrap_or(self.standing.step)
    }

    /// Asks for a step.
    pub(super) fn seek(&mut self, step: u64) {
        let step = step.min(self.standing.until);
        if step != self.here() {
            self.sought = (Some(step), self.sought.1 + 1);
            self.requests.push(Request::Seek(step));
        }
    }

    /// What was done first in a branch after a step.
    pub(super) fn first_of(&self, branch: usize, step: u64) -> Option<&str> {
        let history = if branch == self.standing.branch { &self.history } else { self.branches.get(&branch)? };
        history.marks().find(|mark| mark.step >= step).map(|mark| mark.text.as_str())
    }

    /// Begins or ends to show what was seen when the run was played.
    pub(super) fn set_as_seen(&mut self, on: bool) {
        self.as_seen = on;
        self.follow_seen();
    }

    /// Shows what had been looked at up to here.
    fn follow_seen(&mut self) {
        if !self.as_seen {
            return;
        }
        self.look = Look { theme: self.look.theme, ..self.scene.view.clone() };
        (self.fitted, self.fit, self.selected, self.follow) = (true, None, None, false);
        if self.seen.iter().any(|action| matches!(action, ViewAction::Plots { .. })) {
            self.plots = plots_of(&self.scene, self.model);
        }
        for action in std::mem::take(&mut self.seen) {
            self.apply(&action);
            self.seen.push(action);
        }
        self.requests.push(Request::Redraw);
    }

    /// Shows what somebody looked at. The theme is that of the room.
    fn apply(&mut self, action: &ViewAction) {
        match action {
            ViewAction::Camera { centre, height } => {
                self.camera = Camera { centre: centre.0, height: *height, ..self.camera };
                self.fitted = false;
            }
            ViewAction::Fit => (self.fitted, self.fit, self.follow) = (true, None, false),
            ViewAction::Plots { measures: names } => {
                // What this version cannot read is left out.
                self.plots = names.iter().filter_map(|name| measures::find(name).ok()).collect();
                self.requests.push(Request::Measure(self.measured()));
            }
            // It is told whether or not the rest is looked at.
            ViewAction::Beat { .. } => {}
            ViewAction::Select { agent } => self.selected = *agent,
            ViewAction::Follow { on } => self.follow = *on,
            ViewAction::Look { path, .. } if path == "theme" => {}
            ViewAction::Look { path, value } => {
                // What this version cannot show is left as it is.
                if Look::schema().set(&mut self.look, path, value).is_ok() {
                    self.requests.push(Request::Redraw);
                }
            }
        }
    }

    /// Asks for a new run of the scene as it stands.
    pub(super) fn restart(&mut self, seed: u64) {
        let scene = Scene { seed, ..self.current_scene() };
        self.requests.push(Request::Restart(Box::new(scene)));
    }

    /// Sets a parameter of the look.
    pub(super) fn set_look(&mut self, path: &str, value: Value) {
        if let ("orbit", Some(orbit)) = (path, value.number()) {
            // The eye goes on from where it is.
            let yaw = self.look.yaw_for_orbit(orbit as f32, self.frame.step);
            self.set_look("yaw", Value::Number(yaw.into()));
        }
        if Look::schema().set(&mut self.look, path, &value).is_ok() {
            self.requests.push(Request::View(ViewAction::Look { path: path.to_owned(), value }));
            if path == "middle" && !self.fitted {
                // It stays where it went, until somebody moves it.
                self.camera_moved();
            }
        }
    }

    /// Turns space before the eye by these angles, in degrees: to the right, and down.
    pub(super) fn turn_space(&mut self, right: f32, down: f32) {
        self.as_seen = false;
        let yaw = self.look.yaw - right;
        self.set_look("yaw", Value::Number((yaw - 360.0 * (yaw / 360.0).round()).into()));
        self.set_look("pitch", Value::Number((self.look.pitch + down).clamp(-90.0, 90.0).into()));
    }

    /// Selects an agent, or none.
    pub(super) fn select(&mut self, agent: Option<u32>) {
        if self.selected != agent {
            self.selected = agent;
            self.requests.push(Request::View(ViewAction::Select { agent }));
        }
        if agent.is_none() {
            self.set_follow(false);
        }
    }

    /// Begins or ends to follow the selected agent.
    pub(super) fn set_follow(&mut self, on: bool) {
        if self.follow != on {
            self.follow = on;
            self.requests.push(Request::View(ViewAction::Follow { on }));
        }
    }

    /// Whether the camera follows the selected agent, or all of them.
    pub fn follows(&self) -> bool {
        (self.follow && self.selected.is_some()) || self.look.middle == Middle::Agents
    }

    /// The camera was moved by hand.
    pub(super) fn camera_moved(&mut self) {
        self.fitted = false;
        self.as_seen = false;
        let Camera { centre, height, .. } = self.camera;
        self.requests.push(Request::View(ViewAction::Camera { centre: Point(centre), height }));
    }

    /// Changes what is plotted.
    pub(super) fn set_plots(&mut self, plots: Vec<&'static Instrument>) {
        self.plots = plots;
        let measures = self.plots.iter().map(|instrument| instrument.name.to_owned()).collect();
        self.requests.push(Request::View(ViewAction::Plots { measures }));
        self.requests.push(Request::Measure(self.measured()));
    }
}

/// The instruments that a scene plots at first.
fn plots_of(scene: &Scene, model: &'static dyn AnyModel) -> Vec<&'static Instrument> {
    let names: Vec<&str> =
        if scene.plots.is_empty() { model.measures().to_vec() } else { scene.plots.iter().map(String::as_str).collect() };
    names.into_iter().filter_map(|name| measures::find(name).ok()).collect()
}

/// What a camera was fitted to: extent, size in points, scale of type, legend, direction of view, and what is in the middle.
pub(super) type Fitted = (crate::sim::Extent, bevy_math::Vec2, f32, bool, Option<Gaze>, Middle);

/// Whether two values are the same to a parameter, which may hold a number in single precision.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => *a as f32 == *b as f32,
        (a, b) => a == b,
    }
}
