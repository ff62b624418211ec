//! The making of a film: a run is played, drawn and written, each beside the other.
//!
//! Steps and drawing go on while the bytes of the last picture are fetched, and pictures are coded on a thread of their own.
//! It gets them by a queue of two, and hands their memory back: what a film takes does not grow with its length.

use super::{
    finish,
    flashes::Flashes,
    reel::{Reel, Seen},
    shoot::{Camerawork, Take},
    sink::Sink,
    slow::Slow,
    still,
};
use crate::{
    error::{Error, Result},
    scene::{Against, Difference, Film, Run},
    sim::Frame,
    view::Still,
};
use std::{
    sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel},
    thread,
    time::{Duration, Instant},
};

/// Pictures that wait for the encoder.
const QUEUE: usize = 2;

/// What came of a film.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its length in bytes.
    pub bytes: u64,
    /// How long things took.
    pub times: Times,
    /// The run that it holds.
    pub run: Run,
}

/// How long the parts of a film took. Coding goes on beside the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// From the first picture to the end.
    pub whole: Duration,
    /// Steps of the simulation, from the first picture on.
    pub steps: Duration,
    /// Drawing, and waiting for it.
    pub drawing: Duration,
    /// Copying bytes from the device.
    pub reading: Duration,
    /// Making pictures smaller, coding and writing them.
    pub coding: Duration,
}

/// What is to be filmed, and how it is written.
pub struct Order<'a> {
    /// The steps that it shows.
    pub film: Film,
    /// How the second run differs, where two are compared.
    pub difference: Option<Difference>,
    /// Whether opacity is kept, as only pictures can.
    pub transparent: bool,
    /// Whether it may flash as often as it will.
    pub allow_flashes: bool,
    /// Whether every picture holds the run up to its step.
    pub each_holds_its_run: bool,
    /// Where pictures go.
    pub sink: Box<dyn Sink + 'a>,
}

/// A picture on its way to the encoder.
struct Exposed {
    still: Still,
    run: Option<String>,
}

/// Films a run, or two side by side. `told` is told, before the first picture, of each step that leads up to it, then of each frame that is on
/// its way to the file.
///
/// # Errors
/// Where the run, the drawing or the writing fails; nothing is left under the final name then.
pub fn shoot(order: Order, reels: &mut [Reel], camera: &mut Camerawork, told: &mut dyn FnMut(Progress)) -> Result<Report> {
    let Order { film, difference, transparent, allow_flashes, each_holds_its_run, sink } = order;
    let frames = film.frames + film.fade;
    camera.begin();
    thread::scope(|scope| {
        let (pictures, inbox) = sync_channel::<Exposed>(QUEUE);
        let (back, emptied) = channel();
        let flashes = (!allow_flashes).then(|| Flashes::new(film.fps));
        let developer = Developer { film: film.clone(), transparent, flashes, sink };
        let coder = thread::Builder::new()
            .name("coding".into())
            .spawn_scoped(scope, move || developer.work(&inbox, &back))
            .map_err(|error| Error::failure(format!("no thread could be started: {error}")))?;
        let times = Times::default();
        let mut crew = Crew { reels, difference, camera, pictures: Some(pictures), emptied, times, runs: Vec::new() };
        let played = crew.play(&film, frames, each_holds_its_run, told);
        // The encoder ends when nobody sends any more.
        crew.pictures = None;
        let mut times = crew.times;
        let coded = coder.join().map_err(|_| Error::failure("coding the film broke off"))?;
        // What the encoder says is the reason why nobody took pictures any more.
        let (sink, coding) = coded?;
        let (started, mut run) = played?;
        run.film = Some(film);
        let finishing = Instant::now();
        let bytes = sink.finish(&run.write())?;
        times.coding = coding + finishing.elapsed();
        times.whole = started.elapsed();
        Ok(Report { bytes, times, run })
    })
}

/// Whether runs look the same after the frames of a film as at its beginning, so that it goes round of itself.
///
/// # Errors
/// Where a run fails.
pub fn is_periodic(reels: &mut [Reel], film: &Film) -> Result<bool> {
    for reel in reels {
        if !comes_back(reel, film)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn comes_back(reel: &mut Reel, film: &Film) -> Result<bool> {
    let mut at = |step: u64| {
        while reel.simulation().clock().step < step {
            reel.step()?;
        }
        Ok(reel.frame())
    };
    let first = at(film.step(0).0)?;
    let (step, part) = film.step(film.frames);
    if part > 0 {
        return Ok(false);
    }
    let last = at(step)?;
    // A hundredth of a per cent of the world is less than a pixel.
    let near = 1e-4 * first.extent.size().max_element();
    let places = first.ids == last.ids
        && first.positions.iter().zip(last.positions.iter()).all(|(a, b)| {
            let way = (*a - *b).abs();
            way.min((first.extent.size() - way).abs()).max_element() <= near || way.max_element() <= near
        });
    let values = |frame: &Frame| frame.colour.as_ref().map(|channel| channel.values.clone());
    let (a, b) = (values(&first).unwrap_or_default(), values(&last).unwrap_or_default());
    Ok(places && a.iter().zip(b.iter()).all(|(a, b)| (a - b).abs() < 1e-3))
}

/// What a film is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// On its way to the first step that it shows.
    Step(u64),
    /// At the frame of this number, counted from 1.
    Frame(u64),
}

/// The thread that plays and draws.
struct Crew<'a> {
    /// One run, or two side by side.
    reels: &'a mut [Reel],
    difference: Option<Difference>,
    camera: &'a mut Camerawork,
    pictures: Option<SyncSender<Exposed>>,
    /// Memory that the encoder has done with.
    emptied: Receiver<Vec<u8>>,
    times: Times,
    /// The runs of the pictures that wait to be fetched.
    runs: Vec<Option<String>>,
}

/// Where a run is: a step, what was seen of it, and the next step where frames lie between.
struct Here {
    step: u64,
    frame: Frame,
    seen: Seen,
    next: Option<Frame>,
}

impl Here {
    fn of(reel: &mut Reel) -> Self {
        let step = reel.simulation().clock().step;
        Self { step, frame: reel.frame(), seen: reel.seen().clone(), next: None }
    }

    /// Plays on to a step, and to the one after it where frames lie between.
    fn go(&mut self, reel: &mut Reel, step: u64, between: bool) -> Result<()> {
        while self.step < step {
            match self.next.take() {
                // The simulation stands there already.
                Some(frame) => *self = Self { step: self.step + 1, frame, seen: reel.seen().clone(), next: None },
                None => {
                    while reel.simulation().clock().step < step {
                        reel.step()?;
                    }
                    *self = Self::of(reel);
                }
            }
        }
        if between && self.next.is_none() {
            reel.step()?;
            self.next = Some(reel.frame());
        }
        Ok(())
    }

    /// What is shown so many parts of a step after it, and how it is seen.
    fn shown(&self, slow: Option<&mut Slow>, film: &Film, part: u64) -> (Option<Frame>, Seen) {
        let mut seen = self.seen.clone();
        let Some(slow) = slow else { return (None, seen) };
        // The trail is counted in parts of a step.
        seen.look.trails *= film.slow as u32;
        seen.part = part as f64 / film.slow as f64;
        (Some(slow.between(&self.frame, self.next.as_ref().unwrap_or(&self.frame), part)), seen)
    }
}

impl Crew<'_> {
    fn play(
        &mut self,
        film: &Film,
        frames: u64,
        each_holds_its_run: bool,
        told: &mut dyn FnMut(Progress),
    ) -> Result<(Instant, Run)> {
        let mut slow: Vec<Option<Slow>> = self.reels.iter().map(|_| (film.slow > 1).then(|| Slow::new(film.slow))).collect();
        while self.now() < film.from {
            self.reels.iter_mut().try_for_each(Reel::step)?;
            told(Progress::Step(self.now()));
        }
        let started = Instant::now();
        let mut here: Vec<Here> = self.reels.iter_mut().map(Here::of).collect();
        for frame in 0..frames {
            let (step, part) = film.step(frame);
            let stepping = Instant::now();
            for (here, reel) in here.iter_mut().zip(self.reels.iter_mut()) {
                here.go(reel, step, film.slow > 1 && part > 0)?;
            }
            self.times.steps += stepping.elapsed();
            let run = each_holds_its_run.then(|| self.recipe(film)).transpose()?;
            let drawing = Instant::now();
            for (side, reel) in self.reels.iter_mut().enumerate() {
                reel.take_readings().iter().for_each(|readings| self.camera.note(side, readings));
            }
            let shown: Vec<_> = here.iter().zip(&mut slow).map(|(here, slow)| here.shown(slow.as_mut(), film, part)).collect();
            let takes = here.iter().zip(&shown).zip(self.reels.iter());
            let takes =
                takes.map(|((here, (between, seen)), reel)| Take::of(reel, between.as_ref().unwrap_or(&here.frame), seen));
            self.camera.expose(&takes.collect::<Vec<_>>())?;
            self.times.drawing += drawing.elapsed();
            self.runs.push(run);
            if self.runs.len() > 1 {
                self.deliver()?;
            }
            told(Progress::Frame(frame + 1));
        }
        while !self.runs.is_empty() {
            self.deliver()?;
        }
        if film.card > 0 {
            self.camera.expose_card()?;
            let still = self.camera.develop(Vec::new())?;
            let run = each_holds_its_run.then(|| self.recipe(film)).transpose()?;
            for _ in 0..film.card {
                self.send(Exposed { still: still.clone(), run: run.clone() })?;
            }
        }
        Ok((started, self.run()?))
    }

    /// The step at which the runs stand.
    fn now(&self) -> u64 {
        self.reels[0].simulation().clock().step
    }

    /// The run so far, with the one beside it.
    fn run(&mut self) -> Result<Run> {
        let run = self.reels[0].run()?;
        let against = match (&self.difference, self.reels.get_mut(1)) {
            (Some(difference), Some(second)) => Some(Against { difference: difference.clone(), hash: second.run()?.hash }),
            _ => None,
        };
        Ok(Run { against, ..run })
    }

    fn recipe(&mut self, film: &Film) -> Result<String> {
        Ok(Run { film: Some(film.clone()), ..self.run()? }.write())
    }

    /// Fetches the oldest picture and sends it to the encoder.
    fn deliver(&mut self) -> Result<()> {
        let started = Instant::now();
        self.camera.wait()?;
        self.times.drawing += started.elapsed();
        let reading = Instant::now();
        let still = self.camera.develop(self.emptied.try_recv().unwrap_or_default())?;
        self.times.reading += reading.elapsed();
        let run = self.runs.remove(0);
        self.send(Exposed { still, run })
    }

    fn send(&self, picture: Exposed) -> Result<()> {
        let sent = self.pictures.as_ref().map(|pictures| pictures.send(picture));
        // An encoder that has gone says why when it is joined.
        if matches!(sent, Some(Ok(()))) { Ok(()) } else { Err(Error::failure("the film could not be written")) }
    }
}

/// The thread that codes.
struct Developer<'a> {
    film: Film,
    transparent: bool,
    flashes: Option<Flashes>,
    sink: Box<dyn Sink + 'a>,
}

impl<'a> Developer<'a> {
    fn work(mut self, inbox: &Receiver<Exposed>, back: &Sender<Vec<u8>>) -> Result<(Box<dyn Sink + 'a>, Duration)> {
        let mut coding = Duration::ZERO;
        let mut small = Vec::new();
        // The first pictures, into which the last ones fade: coded, since there may be many.
        let mut first: Vec<Vec<u8>> = Vec::new();
        for (at, Exposed { mut still, run }) in inbox.iter().enumerate() {
            let started = Instant::now();
            if self.film.supersample > 1 {
                let reduced = finish::reduced(&still, self.film.supersample, std::mem::take(&mut small));
                let _ = back.send(std::mem::replace(&mut still, reduced).rgba);
            }
            if self.transparent {
                finish::unmultiplied(&mut still);
            }
            let (at, frames, fade) = (at as u64, self.film.frames, self.film.fade);
            if at < fade {
                first.push(still::quick_png(&still, None)?);
            } else {
                if (frames..frames + fade).contains(&at) {
                    let other = still::read_png(&first[(at - frames) as usize])?;
                    finish::fade(&mut still, &other, (at - frames + 1) as f32 / (fade + 1) as f32);
                }
                if let Some(flashes) = &mut self.flashes {
                    flashes.note(&still)?;
                }
                self.sink.frame(&still, run.as_deref())?;
            }
            coding += started.elapsed();
            // What is as small as the film is used for that again, what is as large as it was drawn for drawing.
            if self.film.supersample > 1 {
                small = still.rgba;
            } else {
                let _ = back.send(still.rgba);
            }
        }
        Ok((self.sink, coding))
    }
}
