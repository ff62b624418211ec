//! The arguments of films and pictures, and how they are made: what `record` and `replay -o` share.

use super::{arguments::whole, plan::Settings, teller::Teller};
use crate::{
    error::{Error, Result},
    lab::{Lab, Opened},
    output::{Output, say},
    record::{self, Camerawork, Kind, Order, Reel, Report},
    scene::{Against, Difference, Film, Fit, Journal, Run, Theme, ViewAction},
    story,
    view::Gpu,
};
use clap::{Args, ValueEnum, builder::PossibleValuesParser};
use indicatif::{HumanBytes, HumanDuration};
use std::{path::Path, time::Duration};

/// Arguments of films and pictures.
#[derive(Args)]
pub struct Options {
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", allow_hyphen_values = true, value_parser = size)]
    size: Option<[u32; 2]>,
    /// A film: how long it is, in seconds
    #[arg(long, value_name = "T", value_parser = seconds, conflicts_with = "to")]
    seconds: Option<f64>,
    /// A film: the step at which it begins
    #[arg(long, value_name = "STEP", value_parser = whole::<u64>(0..))]
    from: Option<u64>,
    /// A film: the last step that it shows (a saved run, or tracks: their last)
    #[arg(long, value_name = "STEP", value_parser = whole::<u64>(0..))]
    to: Option<u64>,
    /// A film: frames per second (default: as many as the scene's steps, at most 60, a GIF 30)
    #[arg(long, value_name = "F", value_parser = whole::<u32>(1..=240))]
    fps: Option<u32>,
    /// A film: steps from one frame to the next (default: as many as keep the scene's speed)
    #[arg(long, value_name = "K", value_parser = whole::<u64>(1..))]
    steps_per_frame: Option<u64>,
    /// A film: K frames a step, those between two steps interpolated
    #[arg(long, value_name = "K", value_parser = whole::<u64>(1..=1000), conflicts_with = "steps_per_frame")]
    slow: Option<u64>,
    /// Where the picture has another shape than the world: crop what does not fit, bars beside it, or a periodic world that
    /// goes on (default: tile for tall pictures of a periodic world, else bars)
    #[arg(long, value_parser = PossibleValuesParser::new(Fit::ALL.map(|(name, _)| name)))]
    fit: Option<String>,
    /// Draw K × K pixels for each one
    #[arg(long, value_name = "K", value_parser = whole::<u32>(1..=4))]
    supersample: Option<u32>,
    /// PNG: leave out the ground
    #[arg(long, conflicts_with = "panel")]
    transparent: bool,
    /// A film: let it flash more than three times a second over more than a quarter of the picture
    #[arg(long)]
    allow_flashes: bool,
    /// Draw the interaction strength and the plots beside the picture
    #[arg(long)]
    panel: bool,
    /// Tell the scene's story: its words under the picture, the strength and the plots beside it; a film lasts as long as it
    #[arg(long, conflicts_with = "transparent")]
    story: bool,
    /// Film a second run beside it, from the same scene with this one difference (`noise=3`, `seed=8`)
    #[arg(long, value_name = "PATH=VALUE", conflicts_with = "transparent")]
    against: Option<String>,
    /// A film: end with a card that names title, source, credit, and what opens the scene; for so many seconds
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "3", value_parser = seconds)]
    card: Option<f64>,
    /// Who made the film, for the card
    #[arg(long, value_name = "TEXT", requires = "card")]
    credit: Option<String>,
    /// Size, speed and look for a purpose; what else is said counts for more
    #[arg(long)]
    preset: Option<Preset>,
    /// Tell progress on standard error in lines for programs: `step N/M`, `frame N/M`, `done FILE`
    #[arg(long)]
    progress: bool,
}

/// What a film or a picture is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Preset {
    /// 1920x1080, large type
    Lecture,
    /// 1080x1920, for telephones
    Social,
    /// 1080x1080
    Square,
    /// A still of 2400x1600 on light ground
    Paper,
    /// A GIF of 6 seconds, 480x480, that goes round without a seam
    Loop,
}

impl Preset {
    fn size(self) -> [u32; 2] {
        match self {
            Self::Lecture => [1920, 1080],
            Self::Social => [1080, 1920],
            Self::Square => [1080, 1080],
            Self::Paper => [2400, 1600],
            Self::Loop => [480, 480],
        }
    }

    fn type_percent(self) -> u32 {
        match self {
            // Letters of at least a 36th of the height, so that they are read from the last row.
            Self::Lecture => 150,
            Self::Square | Self::Social => 115,
            Self::Paper => 100,
            Self::Loop => 170,
        }
    }
}

/// Seconds over which the end of a loop fades into its beginning.
const FADE: f64 = 0.5;
/// Seconds that a loop lasts.
const LOOP: f64 = 6.0;
/// Most frames per second that a scene gets of itself.
const FASTEST: u32 = 60;
const FASTEST_GIF: u32 = 30;

fn size(text: &str) -> Result<[u32; 2], String> {
    let sides = text.split_once(['x', '×']).map(|(width, height)| (width.parse(), height.parse()));
    match sides {
        Some((Ok(width), Ok(height))) if width > 0 && height > 0 => Ok([width, height]),
        _ => Err("WIDTHxHEIGHT in pixels, as in 1920x1080".into()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    let fits = |seconds: &f64| *seconds > 0.0 && *seconds <= 36_000.0;
    text.parse().ok().filter(fits).ok_or_else(|| "seconds, more than 0 and up to 36000".into())
}

impl Options {
    /// Records a run as this kind of file; the still of step `steps`, where it is one.
    ///
    /// # Errors
    /// Where something asked for does not fit, cannot be drawn or cannot be written.
    pub fn record(
        &self,
        lab: &Lab,
        mut opened: Opened,
        settings: &Settings,
        output: &Path,
        steps: Option<u64>,
    ) -> Result<Report> {
        let kind = Kind::of(output)?;
        if self.preset == Some(Preset::Paper) && !settings.sets("view.theme") {
            opened.scene.view.theme = Theme::Light;
        }
        let told = if self.story { self.told(lab, &mut opened, settings)? } else { None };
        let difference = self.difference(lab, &opened)?;
        let reels =
            |from| record::reels((&opened.scene, &opened.journal), difference.as_ref(), lab.models(), settings.threads(), from);
        let mut tried = reels(0)?;
        let reel = &mut tried[0];
        let own = opened.run.as_ref().map(|run| run.steps).or(told).or(reel.simulation().length());
        let mut film = self.film(&kind, &opened, own, steps)?;
        let extent = reel.frame().extent;
        let size = [film.size.0, film.size.1];
        let told = opened.run.as_ref().and_then(|run| run.film.as_ref()).map(|film| film.fit);
        // Each of two is about as high as it is wide, whatever the film is.
        let shape = if difference.is_some() { [1, 1] } else { size };
        film.fit = record::fit(self.fit()?.or(told.filter(|_| self.size.is_none())), shape, &extent)?;
        kind.check(&film)?;
        if kind == Kind::Svg && difference.is_some() {
            return Err(Error::usage("an SVG shows one run").allowed("two runs in .mp4, .gif or .png").at(output.display()));
        }
        if self.transparent && !kind.has_opacity() {
            return Err(Error::usage(format!("a film as {} has no opacity", kind.name()))
                .allowed("--transparent with .png or DIR/%05d.png")
                .at(output.display()));
        }
        if let Some(length) = reel.simulation().length().filter(|length| film.last_step() > *length) {
            say(format_args!("{}: the tracks end at step {length}; beyond it nobody moves", opened.name));
        }
        if film.fade > 0 && record::is_periodic(&mut tried, &film)? {
            film.fade = 0;
            say("The run comes back to where it begins: it goes round without a cross-fade");
        }
        let title = lab.title(&opened.scene);
        if kind == Kind::Svg {
            return self.draw(&film, title, &opened, output, &mut tried[0]);
        }
        let again = |from, camera: &Camerawork| {
            let mut reels = reels(from)?;
            let instruments = camera.instruments();
            if !instruments.is_empty() {
                reels.iter_mut().try_for_each(|reel| reel.observe(&instruments))?;
            }
            Ok::<Vec<Reel>, Error>(reels)
        };
        let played = (&opened.scene, &opened.journal, difference.as_ref());
        let mut camera = Camerawork::new(&Gpu::headless()?, lab, played, &film, self.transparent)?;
        // As long as the recipe will be.
        let mut draft = Run {
            version: env!("CARGO_PKG_VERSION").into(),
            steps: film.last_step(),
            hash: 0,
            film: Some(film.clone()),
            against: difference.clone().map(|difference| Against { difference, hash: 0 }),
            scene: opened.scene.clone(),
            journal: opened.journal.clone(),
        };
        // What cannot be written is said before anything is tried.
        drop(kind.sink(output, &film, title, &draft)?);
        if !kind.is_still() {
            let mut scratch = || kind.scratch(&film, title, &draft);
            let expected = record::expect(&film, &mut again(0, &camera)?, &mut camera, &mut scratch)?;
            let mut bytes = expected.bytes;
            if opened.run.as_ref().and_then(|run| run.film.as_ref()).is_none_or(|film| film.frames == 1) {
                (film, bytes) = kind.moderated(film, bytes);
            }
            say(format_args!(
                "{}: {} frames of {}×{} pixels, {} a second, {} s of {}; about {} and {} to expect",
                output.display(),
                film.length(),
                size[0],
                size[1],
                film.fps,
                (1e3 * film.seconds()).round() / 1e3,
                kind.name(),
                HumanDuration(expected.time.max(Duration::from_secs(1))),
                HumanBytes(bytes),
            ));
            draft.film = Some(film.clone());
        }
        let sink = kind.sink(output, &film, title, &draft)?;
        let mut reels = again(film.from, &camera)?;
        let mut teller = Teller::new(self.progress, &film);
        let order = Order {
            film,
            difference,
            transparent: self.transparent,
            allow_flashes: self.allow_flashes || kind.is_still(),
            each_holds_its_run: kind.has_opacity(),
            sink,
        };
        let report = record::shoot(order, &mut reels, &mut camera, &mut |progress| teller.tell(progress))?;
        teller.finish();
        self.report(&kind, &opened, output, &report);
        Ok(report)
    }

    /// How a second run beside this one is to differ: as asked, or as in the film that was opened.
    fn difference(&self, lab: &Lab, opened: &Opened) -> Result<Option<Difference>> {
        let Some(text) = &self.against else {
            let before = opened.run.as_ref().and_then(|run| run.against.as_ref());
            return Ok(before.map(|against| against.difference.clone()));
        };
        let place = || format!("--against {text}");
        let difference = Difference::read(text).map_err(|error| error.at(place()))?;
        difference.scene(&opened.scene, lab.model_of(&opened.scene)).map_err(|error| error.at(place()))?;
        Ok(Some(difference))
    }

    /// Has the scene's story told where the journal does not tell it, and gives how many steps that takes.
    fn told(&self, lab: &Lab, opened: &mut Opened, settings: &Settings) -> Result<Option<u64>> {
        let tells = |journal: &Journal| journal.view.iter().any(|action| matches!(action.1, ViewAction::Beat { .. }));
        if opened.scene.story.is_empty() {
            let tellers: Vec<String> =
                lab.gallery().into_iter().filter(|(_, scene)| !scene.story.is_empty()).map(|(name, _)| name).collect();
            return Err(Error::usage("this scene tells no story").allowed(tellers.join(", ")).at("--story"));
        }
        if tells(&opened.journal) {
            return Ok(None);
        }
        if opened.run.is_some() || opened.journal != Journal::default() {
            let other = Error::usage("this run was played without its story").allowed("a scene, or a run in which it was told");
            return Err(other.at("--story"));
        }
        let (journal, steps) = story::perform(&opened.scene, lab.models(), settings.threads())?;
        opened.journal = journal;
        Ok(Some(steps))
    }

    /// Draws a step as shapes, which needs no graphics device.
    fn draw(&self, film: &Film, title: &str, opened: &Opened, output: &Path, reel: &mut Reel) -> Result<Report> {
        while reel.simulation().clock().step < film.from {
            reel.step()?;
        }
        let (text, run) = record::svg(film, title, reel)?;
        Output::save(output, text.as_bytes())?;
        let report = Report { bytes: text.len() as u64, times: record::Times::default(), run };
        self.report(&Kind::Svg, opened, output, &report);
        Ok(report)
    }

    fn fit(&self) -> Result<Option<Fit>> {
        let named = |name: &String| Fit::ALL.iter().find(|(known, _)| known == name).map(|(_, fit)| *fit);
        Ok(self.fit.as_ref().and_then(named))
    }

    /// Which steps are shown, how fast and how large: as asked, else as in the film that was opened, else as suits.
    fn film(&self, kind: &Kind, opened: &Opened, own: Option<u64>, steps: Option<u64>) -> Result<Film> {
        let size = |suited: [u32; 2]| {
            let [width, height] = self.size.or(self.preset.map(Preset::size)).unwrap_or(suited);
            (width, height)
        };
        if kind.is_still() {
            let asked = steps.or(self.to).or(own);
            let from = asked.ok_or_else(|| Error::usage("which step to show is not told").allowed("--steps N"))?;
            if self.seconds.is_some() || self.from.is_some() {
                return Err(Error::usage("a still shows one step").allowed("--steps N, or a film: .mp4, .gif, DIR/%05d.png"));
            }
            return Ok(Film { from, size: size([1280, 720]), ..self.looks(None) });
        }
        if steps.is_some() {
            return Err(Error::usage("--steps is for stills").allowed("--seconds T or --to STEP for a film"));
        }
        let gif = *kind == Kind::Gif;
        // What was recorded before is recorded alike.
        let before = opened.run.as_ref().and_then(|run| run.film.as_ref()).filter(|film| film.frames > 1);
        let speed = opened.scene.speed;
        let suited = (speed.round() as u32).clamp(1, if gif { FASTEST_GIF } else { FASTEST });
        let fps = self.fps.or(before.map(|film| film.fps)).unwrap_or(suited);
        let told = self.fps.is_none() && self.slow.is_none() && self.steps_per_frame.is_none();
        let rhythm = before.filter(|_| told);
        let slow = self.slow.or(rhythm.map(|film| film.slow)).unwrap_or(1);
        let suited = if slow > 1 { 1 } else { ((speed / fps as f32).round() as u64).max(1) };
        let steps_per_frame = self.steps_per_frame.or(rhythm.map(|film| film.steps_per_frame)).unwrap_or(suited);
        let from = self.from.or(before.map(|film| film.from)).unwrap_or(0);
        let looped = self.preset == Some(Preset::Loop);
        let until = |to: u64| {
            let beyond =
                || Error::usage(format!("a film from step {from} to step {to} has no frame")).allowed("--from before --to");
            Ok(to.checked_sub(from).ok_or_else(beyond)? * slow / steps_per_frame + 1)
        };
        let frames = match (self.seconds.or(looped.then_some(LOOP).filter(|_| self.to.is_none())), self.to) {
            (Some(seconds), _) => ((seconds * f64::from(fps)).round() as u64).max(1),
            (None, Some(to)) => until(to)?,
            (None, None) => match (before.filter(|_| rhythm.is_some() && self.from.is_none()), own) {
                (Some(film), _) => film.frames,
                (None, Some(steps)) => until(steps)?,
                (None, None) => {
                    return Err(Error::usage("how long the film is, is not told").allowed("--seconds T or --to STEP"));
                }
            },
        };
        let fade = if looped { ((FADE * f64::from(fps)).round() as u64).min(frames / 2) } else { 0 };
        let suited =
            before.filter(|_| !gif).map_or(if gif { [640, 360] } else { [1920, 1080] }, |film| [film.size.0, film.size.1]);
        let seconds = self.card.or(before.is_none().then_some(0.0));
        let card = seconds.map(|seconds| (seconds * f64::from(fps)).round() as u64);
        let card = card.or(before.map(|film| film.card)).unwrap_or(0);
        let size = size(suited);
        Ok(Film { from, frames, fps, steps_per_frame, slow, fade, size, card, ..self.looks(before) })
    }

    /// What a film has beside its steps and its size.
    fn looks(&self, before: Option<&Film>) -> Film {
        let before = before.cloned().unwrap_or_default();
        Film {
            supersample: self.supersample.unwrap_or(before.supersample),
            type_percent: self.preset.map_or(before.type_percent, Preset::type_percent),
            quantiser: before.quantiser,
            panel: self.panel || self.story || before.panel,
            story: self.story || before.story,
            credit: self.credit.clone().unwrap_or(before.credit),
            ..Film::default()
        }
    }

    /// Says what was made.
    fn report(&self, kind: &Kind, opened: &Opened, output: &Path, report: &Report) {
        let Report { run, times, bytes } = report;
        let film = run.film.clone().unwrap_or_default();
        let against = run.against.as_ref().map(|against| format!(" against {}", against.difference)).unwrap_or_default();
        let name = format!("{}{against}", opened.name);
        if self.progress {
            say(format_args!("done {}", output.display()));
            return;
        }
        let (width, height) = film.size;
        if kind.is_still() {
            say(format_args!(
                "{}: step {} of {name}, seed {}, {width}×{height} pixels, flockwork {}",
                output.display(),
                run.steps,
                run.scene.seed,
                run.version
            ));
            return;
        }
        let share = |part: Duration| 100.0 * part.as_secs_f64() / times.whole.as_secs_f64().max(1e-9);
        say(format_args!(
            "{}: steps {} to {} of {name}, seed {}, {}, flockwork {}",
            output.display(),
            film.step(film.fade).0,
            film.last_step(),
            run.scene.seed,
            HumanBytes(*bytes),
            run.version
        ));
        say(format_args!(
            "  {:.1} s, {:.0} ms a frame: steps {:.0} %, drawing {:.0} %, reading back {:.0} %; beside them coding {:.0} %",
            times.whole.as_secs_f64(),
            1e3 * times.whole.as_secs_f64() / (film.frames + film.fade) as f64,
            share(times.steps),
            share(times.drawing),
            share(times.reading),
            share(times.coding)
        ));
    }
}
