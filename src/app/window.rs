//! The window: Bevy's glue between driver, panel and picture.

use super::{
    beyond::Beyond,
    driver::{Driver, Event, Known, News, Order},
    files,
    film::{Films, Progress},
    keeper::{self, Keeper, LeftBehind},
    keys::KeysPlugin,
    opening,
    picture::{Shown, Side},
    probe,
    screen::{Panel, Place, Screen},
};
use crate::{
    error::{Error, Result},
    lab::{Lab, Opened},
    measures::Instrument,
    panel::{self, Desk, Film, Found, Level, Recording, Request},
    record,
    scene::{Journal, Run, Scene},
    sim::Frame,
    sweep::Scout,
    view::{self, Caption, PICTURE},
};
use bevy::{
    DefaultPlugins,
    app::{App, AppExit, PluginGroup, PostUpdate, PreUpdate, Startup},
    camera::{Camera, RenderTargetInfo},
    ecs::{
        message::MessageWriter,
        schedule::IntoScheduleConfigs,
        system::{Commands, NonSendMut, Query, Res, ResMut, Single},
    },
    log::{Level as LogLevel, LogPlugin},
    time::{Real, Time},
    window::{ExitCondition, MonitorSelection, RawHandleWrapper, Window, WindowMode, WindowPlugin, WindowResolution},
    winit::{DisplayHandleWrapper, UpdateMode, WinitSettings},
};
use bevy_egui::{
    EguiClipboard, EguiContexts, EguiOutput, EguiPlugin, EguiPostUpdateSet, EguiPreUpdateSet, EguiPrimaryContextPass,
    EguiRenderOutput,
};
use std::{
    cell::RefCell,
    collections::{HashMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::ExitCode,
    rc::Rc,
    sync::{
        Arc,
        mpsc::{self, Receiver, Sender},
    },
    time::{Duration, Instant},
};

/// Longest time between two updates of a window that nobody touches.
const BEAT: Duration = Duration::from_micros(16_667);

/// The two sides that the window joins, and what is on its way between them.
struct Joint {
    desk: Desk,
    driver: Driver,
    /// Keeps runs while they are played, where there is room for them.
    keeper: Option<Arc<Keeper>>,
    /// A run that an earlier window left behind.
    left: Option<LeftBehind>,
    /// Runs that were begun; news of earlier ones are stale.
    begun: u64,
    /// The instruments whose readings come now.
    measures: Vec<&'static Instrument>,
    /// What the window last was told to show.
    shown: Option<Shown>,
    /// The worlds of the run and of the one beside it, where they go on beyond their edges.
    beyond: [Beyond; 2],
    /// What the runs are for that the driver was asked to hand over, in the order of asking.
    wanted: VecDeque<Wanted>,
    /// Films that are being made, where there is a program to make them.
    films: Result<Films>,
    /// Background runs for the phase map, once they were wanted.
    scout: Option<Scout>,
    /// Files written in the background say what came of them.
    written: (Sender<Result<String>>, Receiver<Result<String>>),
    egui_ready: bool,
    /// When something new was last seen on the screen.
    seen: Instant,
    /// Why the window had to be given up.
    fatal: Rc<RefCell<Option<Error>>>,
}

/// What a run is wanted for.
enum Wanted {
    /// A picture of this, with the run in it.
    Still(Box<Shown>),
    /// A file of it.
    Run,
    /// A film from this step on.
    Film(u64),
    /// A chart, or what it shows as a table.
    Chart(Box<files::SavedChart>),
}

/// Opens the window and works until it is closed. Beside a recording the run stands still.
///
/// # Errors
/// Where there is no display or no graphics driver, or the scene cannot be built.
pub fn open(lab: Lab, opened: Opened, threads: Option<usize>, recording: Option<Recording>) -> Result<ExitCode> {
    probe::window()?;
    let mut joint = Joint::new(lab, opened, threads, keeper::folder().as_deref())?;
    if recording.is_some() {
        joint.desk.playing = false;
        joint.driver.order(Order::Play(false));
        (joint.desk.plots_open, joint.desk.recording) = (false, recording);
    }
    let window = Window {
        title: joint.desk.window_title(),
        name: Some("flockwork".into()),
        resolution: WindowResolution::new(opening::LEAST.0, opening::LEAST.1),
        ..Default::default()
    };
    // What the probe could not foresee (a library missing, a driver that gives up) panics inside the engine.
    let fatal = Rc::clone(&joint.fatal);
    let outcome = catch_unwind(AssertUnwindSafe(|| run(joint, window)));
    if let Some(error) = fatal.take() {
        return Err(error);
    }
    match outcome {
        Ok(AppExit::Success) => Ok(ExitCode::SUCCESS),
        Ok(AppExit::Error(code)) => Ok(ExitCode::from(code.get())),
        Err(_) => Err(Error::failure("the window could not be opened or had to be given up; the reason stands above")),
    }
}

fn run(joint: Joint, window: Window) -> AppExit {
    let mut app = App::new();
    app.add_plugins(
        DefaultPlugins
            .set(WindowPlugin {
                primary_window: Some(window),
                exit_condition: ExitCondition::OnPrimaryClosed,
                ..Default::default()
            })
            // The engine's own words are of use where it fails, not to a lecture.
            .set(LogPlugin { level: LogLevel::ERROR, ..Default::default() }),
    )
    .add_plugins(EguiPlugin::default())
    .add_plugins(KeysPlugin)
    .insert_resource(WinitSettings { focused_mode: UpdateMode::reactive(BEAT), unfocused_mode: UpdateMode::reactive(BEAT) })
    .insert_non_send(joint)
    .insert_non_send(Screen::new())
    .add_systems(Startup, |mut commands: Commands| {
        // The panel hangs on a camera; nothing is drawn through it.
        commands.spawn(Camera::default());
    })
    .add_systems(PreUpdate, size_panel.before(EguiPreUpdateSet::InitContexts))
    .add_systems(PostUpdate, show_screen.after(EguiPostUpdateSet::ProcessOutput))
    .add_systems(PreUpdate, (take_news, opening::suit_screen))
    .add_systems(EguiPrimaryContextPass, (show_panel, carry_out).chain());
    app.run()
}

impl Joint {
    /// Runs are kept in the folder, where there is one.
    fn new(lab: Lab, opened: Opened, threads: Option<usize>, folder: Option<&Path>) -> Result<Self> {
        let mut desk = Desk::new(lab.clone(), opened.name.clone(), opened.scene.clone());
        let left = folder.and_then(keeper::left_behind);
        let keeper = folder.and_then(|folder| match Keeper::new(folder) {
            Ok(keeper) => Some(Arc::new(keeper)),
            Err(error) => {
                desk.tell(Level::Error, error.to_string());
                None
            }
        });
        let driver = Driver::new(lab.models().clone(), threads, keeper.clone())?;
        let mut joint = Self {
            desk,
            driver,
            keeper,
            left,
            begun: 0,
            measures: Vec::new(),
            shown: None,
            beyond: Default::default(),
            wanted: VecDeque::new(),
            films: Films::new(),
            scout: None,
            written: mpsc::channel(),
            egui_ready: false,
            seen: Instant::now(),
            fatal: Rc::default(),
        };
        joint.play(opened);
        joint.driver.order(Order::Play(true));
        joint.offer_back();
        Ok(joint)
    }

    /// Offers the run that was left behind, where it can be read.
    fn offer_back(&mut self) {
        let Some(left) = &self.left else { return };
        let opened = self.desk.lab.open(&left.path().to_string_lossy());
        match opened.map(|opened| (self.desk.lab.title(&opened.scene).to_owned(), opened.run)) {
            Ok((title, Some(run))) => self.desk.found = Some(Found { title, steps: run.steps, since: left.since }),
            Ok((_, None)) => {}
            Err(error) => self.desk.tell(Level::Error, error.to_string()),
        }
    }

    /// Goes on with the run that was left behind, at its end, or forgets it.
    fn recover(&mut self, wanted: bool) {
        self.desk.found = None;
        let Some(left) = self.left.take() else { return };
        if !wanted {
            left.discard();
            return;
        }
        match self.desk.lab.open(&left.path().to_string_lossy()) {
            Ok(opened) => {
                if let Some(keeper) = &self.keeper {
                    keeper.adopt(&left);
                }
                self.open_at_end(opened);
            }
            Err(error) => self.desk.tell(Level::Error, error.to_string()),
        }
    }

    /// Opens the run of the window that was closed last.
    fn open_last(&mut self) {
        let Some(last) = keeper::folder().as_deref().and_then(keeper::last_run) else {
            self.desk.tell(Level::Info, "No window was closed yet that had a run");
            return;
        };
        match self.desk.lab.open(&last.to_string_lossy()) {
            Ok(opened) => self.open_at_end(opened),
            Err(error) => self.desk.tell(Level::Error, error.to_string()),
        }
    }

    /// Opens a saved run and holds at its end. It has the name of its model: that of its file says nothing.
    fn open_at_end(&mut self, opened: Opened) {
        let steps = opened.run.as_ref().map_or(0, |run| run.steps);
        self.desk.playing = false;
        self.open(Opened { name: opened.scene.model.name.to_owned(), ..opened });
        self.driver.order(Order::Seek(steps));
    }

    /// Lets the driver begin a run of this scene.
    fn begin(&mut self, scene: &Scene, journal: Journal, known: Option<Known>) {
        self.begun += 1;
        // What was asked of an earlier run does not come any more.
        self.wanted.clear();
        let measures = self.desk.measured().iter().map(|instrument| instrument.name.to_owned()).collect();
        let against = self.desk.beside.as_ref().map(|beside| Box::new(beside.difference.clone()));
        let known = known.map(Box::new);
        self.driver.order(Order::Begin { scene: Box::new(scene.clone()), journal, known, measures, against });
        self.driver.order(Order::Look(self.desk.look.clone()));
        self.driver.order(Order::Speed(self.desk.speed));
        self.driver.order(Order::Play(self.desk.playing));
    }

    fn open(&mut self, opened: Opened) {
        self.desk.open(opened.name.clone(), opened.scene.clone());
        self.play(opened);
    }

    /// Lets the driver begin what was opened. A saved run is shown as it was seen.
    fn play(&mut self, opened: Opened) {
        self.desk.as_seen = !opened.journal.view.is_empty();
        let against = opened.run.as_ref().and_then(|run| run.against.clone());
        let beside = against.as_ref().map(|against| against.hash);
        self.desk.compare(against.map(|against| against.difference));
        let known = opened.run.map(|run| Known { steps: run.steps, hash: run.hash, beside, version: run.version });
        self.begin(&opened.scene, opened.journal, known);
    }

    /// Puts what the driver has to say on the desk.
    fn receive(&mut self, news: News) {
        for error in &news.errors {
            self.desk.tell(Level::Error, error.to_string());
        }
        if news.run != self.begun {
            return;
        }
        for event in news.events {
            self.hear(event);
        }
        if let Some(standing) = news.standing {
            self.desk.stand(standing);
        }
        if let Some(frame) = news.beside {
            self.desk.receive_beside(frame);
        }
        if let Some(frame) = news.frame {
            self.desk.receive(frame);
        }
        self.desk.status.steps_per_second = news.steps_per_second;
        for (run, frames) in news.saved {
            match self.wanted.pop_front() {
                // The run went on since the key was pressed: the picture is that of the step at which it was saved.
                Some(Wanted::Still(shown)) => {
                    let cameras = shown.sides.iter().map(|side| side.camera);
                    let mut sides = sides(&self.desk, &frames, cameras);
                    let places = shown.places(shown.size);
                    for (side, [.., width, height]) in sides.iter_mut().zip(places) {
                        Beyond::default().go_on(side, self.desk.follows(), width as f32 / height.max(1) as f32);
                    }
                    let shown = Shown { sides, ..(*shown).clone() };
                    self.save_still(*run, shown);
                }
                Some(Wanted::Run) => self.save_run(*run),
                Some(Wanted::Film(from)) => self.film(&run, from),
                Some(Wanted::Chart(saved)) => self.save_chart(*run, *saved),
                None => {}
            }
        }
    }

    /// Puts on the desk what happened to the run.
    fn hear(&mut self, event: Event) {
        let desk = &mut self.desk;
        match event {
            Event::Offer(offer) => desk.offered(offer),
            Event::Noted(note) => desk.tell(Level::Info, note),
            Event::Measures(measures) => self.measures = measures,
            Event::Readings(readings) => {
                let values = self.measures.iter().copied().zip(readings.values);
                desk.history.record(readings.step, readings.time, values);
                if let Some((time, values)) = readings.beside {
                    desk.record_beside(readings.step, time, self.measures.iter().copied().zip(values));
                }
            }
            Event::Journal(journal) => desk.history.mark_all(&journal),
            Event::Acted(acted) => desk.history.mark(acted.0, &acted.1),
            Event::Forked { left, step, forgotten } => desk.fork(left, step, forgotten),
            Event::Chosen { left, chosen } => desk.choose(left, chosen),
            Event::Seen { whole, actions } => desk.see(whole, actions),
            Event::Held { ended } => desk.hold(ended),
        }
    }

    /// Draws the picture once more on a device of its own and writes it, while the window goes on.
    fn save_still(&self, run: Run, shown: Shown) {
        let (name, written) = (self.desk.name.clone(), self.written.0.clone());
        std::thread::spawn(move || written.send(files::save_still(&name, &run, &shown)));
    }

    /// Writes the run, while the window goes on.
    fn save_run(&self, run: Run) {
        let (name, written) = (self.desk.name.clone(), self.written.0.clone());
        std::thread::spawn(move || written.send(files::save_run(&name, &run)));
    }

    /// Writes a chart with the run that it is of, while the window goes on.
    fn save_chart(&self, run: Run, saved: files::SavedChart) {
        let (name, written) = (self.desk.name.clone(), self.written.0.clone());
        std::thread::spawn(move || written.send(files::save_chart(&name, &run, &saved)));
    }

    /// Has a film made of the end of a run.
    fn film(&mut self, run: &Run, from: u64) {
        let kind = self.desk.film;
        let begun = files::free(&format!("{}-{from}-{}", self.desk.name, run.steps), kind.ending).and_then(|path| {
            let films = self.films.as_mut().map_err(|error| error.clone())?;
            Ok((films.begin(run, from, &kind, &path)?, path))
        });
        match begun {
            Ok((id, path)) => {
                let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
                self.desk.films.push(Film { id, name, part: 0.0 });
            }
            Err(error) => self.desk.tell(Level::Error, error.to_string()),
        }
    }

    /// Sends background runs where the desk wants them, and puts on the desk what they found.
    fn send_scout(&mut self) {
        if let Some(errand) = self.desk.errand() {
            if self.scout.is_none() {
                match Scout::new(self.desk.lab.models().clone()) {
                    Ok(scout) => self.scout = Some(scout),
                    Err(error) => self.desk.tell(Level::Error, error.to_string()),
                }
            }
            if let Some(scout) = &self.scout {
                scout.send(errand);
            }
        }
        let found: Vec<_> = self.scout.iter().flat_map(Scout::take).collect();
        found.into_iter().for_each(|found| self.desk.found_out(found));
    }

    /// Puts on the desk how far the films are.
    fn receive_films(&mut self) {
        let Ok(films) = &mut self.films else { return };
        for (id, progress) in films.news() {
            match progress {
                Progress::Part(part) => {
                    self.desk.films.iter_mut().filter(|film| film.id == id).for_each(|film| film.part = part);
                    continue;
                }
                Progress::Done(name) => {
                    let whole = std::path::absolute(&name).map_or(name, |path| path.display().to_string());
                    self.desk.tell(Level::Success, format!("Saved {whole}"));
                }
                Progress::Failed(Some(error)) => self.desk.tell(Level::Error, error.to_string()),
                Progress::Failed(None) => self.desk.tell(Level::Info, "The film was given up"),
            }
            self.desk.films.retain(|film| film.id != id);
        }
    }

    /// Asks the driver for the run as it stands.
    fn want(&mut self, wanted: Wanted) {
        self.wanted.push_back(wanted);
        self.driver.order(Order::Save);
    }

    /// Carries out what the panel asked for. What only the engine can do is left to the caller.
    fn carry_out(&mut self, request: Request) -> Option<Request> {
        match request {
            Request::Act(action) => self.driver.order(Order::Act(action)),
            Request::View(action) => {
                self.driver.order(Order::View(action));
                self.driver.order(Order::Look(self.desk.look.clone()));
            }
            Request::Redraw => self.driver.order(Order::Look(self.desk.look.clone())),
            Request::Seek(step) => self.driver.order(Order::Seek(step)),
            Request::Branch(id) => self.driver.order(Order::Branch(id)),
            Request::Play(on) => self.driver.order(Order::Play(on)),
            Request::Step(steps) => self.driver.order(Order::Step(steps.into())),
            Request::Story(turn) => {
                self.desk.as_seen = true;
                self.driver.order(Order::Story(turn));
            }
            Request::Speed(speed) => self.driver.order(Order::Speed(speed)),
            Request::Restart(scene) => {
                self.desk.begin(&scene);
                self.begin(&scene, Journal::default(), None);
            }
            Request::Compare(difference) => {
                let scene = self.desk.current_scene();
                self.desk.compare(Some(difference));
                self.desk.begin(&scene);
                self.begin(&scene, Journal::default(), None);
            }
            Request::Alone => {
                self.desk.compare(None);
                self.driver.order(Order::Alone);
            }
            Request::Recover(wanted) => self.recover(wanted),
            Request::OpenLast => self.open_last(),
            Request::Open(name) => match self.desk.lab.open(&name) {
                Ok(opened) => self.open(opened),
                Err(error) => self.desk.tell(Level::Error, error.to_string()),
            },
            Request::Measure(instruments) => {
                let names = instruments.iter().map(|instrument| instrument.name.to_owned()).collect();
                self.driver.order(Order::Measure(names));
            }
            Request::Still => {
                if let Some(shown) = self.shown.clone() {
                    self.want(Wanted::Still(Box::new(shown)));
                }
            }
            Request::SaveRun => self.want(Wanted::Run),
            Request::Film(from) => self.want(Wanted::Film(from)),
            Request::SaveChart { name, chart, table, form } => {
                self.want(Wanted::Chart(Box::new(files::SavedChart { name, chart: *chart, table, form })));
            }
            Request::CancelFilm(id) => {
                if let Ok(films) = &self.films {
                    films.cancel(id);
                }
            }
            Request::SaveScene(scene) => {
                let _ = self.written.0.send(files::save_scene(&self.desk.name, &scene));
            }
            Request::PasteScene(Some(text)) => match self.desk.lab.read(&text, "pasted text") {
                Ok(opened) => self.open(opened),
                Err(error) => self.desk.tell(Level::Error, error.to_string()),
            },
            Request::PasteScene(None) | Request::FullScreen | Request::TextScale | Request::Quit => return Some(request),
        }
        None
    }
}

/// What is to be shown of each run: its frame, as its camera sees it.
fn sides(desk: &Desk, frames: &[Arc<Frame>], cameras: impl Iterator<Item = view::Camera>) -> Vec<Side> {
    let labels = desk.beside.as_ref().zip(frames.first()).map(|(beside, first)| {
        let set = |path: &str| first.parameters.iter().find(|(known, _)| known == path).map(|(_, value)| value.clone());
        beside.difference.labels(desk.model, desk.seed, |path| set(path).or_else(|| desk.value(path)))
    });
    let mut labels = labels.into_iter().flatten();
    let side = |(number, (frame, camera)): (usize, (&Arc<Frame>, view::Camera))| {
        let caption = Caption::of(desk.title(), desk.model, frame);
        let caption = match labels.next() {
            Some(label) => caption.beside(number, label),
            None => caption,
        };
        Side { frame: Arc::clone(frame), camera, selected: desk.selected, caption }
    };
    frames.iter().zip(cameras).enumerate().map(side).collect()
}

/// The small pictures of the gallery, on the window's device.
fn thumbnails(context: &egui::Context, lab: &Lab) -> HashMap<String, egui::TextureHandle> {
    let load = |(name, file): (&str, &[u8])| {
        let still = record::read_png(file).ok()?;
        let image = egui::ColorImage::from_rgba_unmultiplied([still.width as usize, still.height as usize], &still.rgba);
        Some((name.to_owned(), context.load_texture(name, image, egui::TextureOptions::LINEAR)))
    };
    lab.thumbnails().filter_map(load).collect()
}

fn take_news(mut joint: NonSendMut<Joint>, time: Res<Time<Real>>, mut window: Single<&mut Window>) {
    let news = joint.driver.take();
    joint.receive(news);
    joint.receive_films();
    joint.send_scout();
    while let Ok(written) = joint.written.1.try_recv() {
        match written {
            Ok(path) => joint.desk.tell(Level::Info, format!("Saved {path}")),
            Err(error) => joint.desk.tell(Level::Error, error.to_string()),
        }
    }
    if time.elapsed().as_secs() != (time.elapsed() - time.delta()).as_secs() {
        joint.desk.status.memory = probe::memory();
    }
    let title = joint.desk.window_title();
    if window.title != title {
        window.title = title;
    }
}

/// Tells the panel how large the window is.
fn size_panel(window: Single<&Window>, mut camera: Single<&mut Camera>) {
    let (physical_size, scale_factor) = (window.physical_size(), window.scale_factor());
    camera.computed.target_info = Some(RenderTargetInfo { physical_size, scale_factor });
}

/// Shows the panel, and gives the picture the size that the panel left for it.
fn show_panel(mut contexts: EguiContexts, mut joint: NonSendMut<Joint>) -> bevy::ecs::error::Result {
    let context = contexts.ctx_mut()?.clone();
    if !joint.egui_ready {
        panel::prepare(&context);
        joint.desk.thumbnails = thumbnails(&context, &joint.desk.lab);
        joint.egui_ready = true;
    }
    let area = panel::show(&context, &mut joint.desk, Some(PICTURE));
    let desk = &joint.desk;
    let beside = desk.beside.as_ref();
    let frames: Vec<_> = [Some(&desk.frame), beside.map(|beside| &beside.frame)].into_iter().flatten().cloned().collect();
    let cameras = [Some(desk.camera), beside.map(|beside| beside.camera)].into_iter().flatten();
    let mut sides = sides(desk, &frames, cameras);
    let (follows, look, flashes) = (desk.follows(), desk.look.clone(), desk.flashes);
    let places = view::halves(area.size, sides.len() > 1);
    for ((side, beyond), [.., width, height]) in sides.iter_mut().zip(&mut joint.beyond).zip(places) {
        beyond.go_on(side, follows, width as f32 / height.max(1) as f32);
    }
    joint.shown = Some(Shown { size: area.size, sides, look, pixels_per_point: area.pixels_per_point, flashes });
    Ok(())
}

/// Draws panel and picture onto the window, where something is to be seen that was not before.
fn show_screen(
    mut joint: NonSendMut<Joint>,
    mut screen: NonSendMut<Screen>,
    window: Single<(&Window, &RawHandleWrapper)>,
    display: Res<DisplayHandleWrapper>,
    mut output: Single<(&mut EguiRenderOutput, &EguiOutput)>,
    mut exit: MessageWriter<AppExit>,
) {
    let (window, handle) = *window;
    let (render, egui) = &mut *output;
    let textures = std::mem::take(&mut render.textures_delta);
    let place = Place {
        window: handle,
        display: &|| Box::new(display.0.clone()),
        size: [window.physical_width(), window.physical_height()],
    };
    let panel = Panel { primitives: &render.paint_jobs, textures: &textures, pixels_per_point: egui.pixels_per_point };
    let seen = screen.show(&place, &panel, joint.shown.as_ref());
    if screen.take_held() {
        joint.desk.hold_flashes();
    }
    match seen {
        Ok(true) => {
            let seconds = joint.seen.elapsed().as_secs_f32();
            joint.seen = Instant::now();
            // A still picture has no rate.
            if (1e-4..0.5).contains(&seconds) {
                let rate = &mut joint.desk.status.frames_per_second;
                *rate += (1.0 / seconds - *rate) * 0.1;
            }
        }
        Ok(false) => {}
        Err(error) => {
            *joint.fatal.borrow_mut() = Some(error);
            exit.write(AppExit::error());
        }
    }
}

fn carry_out(
    mut joint: NonSendMut<Joint>,
    mut contexts: EguiContexts,
    mut clipboard: ResMut<EguiClipboard>,
    mut windows: Query<&mut Window>,
    mut exit: MessageWriter<AppExit>,
) -> bevy::ecs::error::Result {
    let requests = std::mem::take(&mut joint.desk.requests);
    for request in requests {
        match joint.carry_out(request) {
            Some(Request::PasteScene(_)) => match clipboard.get_text() {
                Some(text) => {
                    joint.carry_out(Request::PasteScene(Some(text)));
                }
                None => joint.desk.tell(Level::Error, "The clipboard holds no text"),
            },
            Some(Request::FullScreen) => {
                for mut window in &mut windows {
                    window.mode = match window.mode {
                        WindowMode::Windowed => WindowMode::BorderlessFullscreen(MonitorSelection::Current),
                        _ => WindowMode::Windowed,
                    };
                }
            }
            Some(Request::TextScale) => contexts.ctx_mut()?.set_zoom_factor(joint.desk.text_scale),
            Some(Request::Quit) => {
                exit.write(AppExit::Success);
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
