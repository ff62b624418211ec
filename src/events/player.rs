//! Plays a recording of events on a thread of its own, as fast as it was recorded or slower or faster, and keeps an image of it. Whatever its
//! length, no more of it is held than a packet.

use super::{Event, Sight, files::Reader, surface::Surface};
use crate::error::{Error, Result};
use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// Time between two images.
const BEAT: Duration = Duration::from_millis(16);
/// Longest time that is spent reading between two images; where the recording asks for more, it is played slower.
const PATIENCE: Duration = Duration::from_millis(40);

/// What is seen of a recording.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The image, and how many events came lately; times are counted from the first event.
    pub sight: Sight,
    /// Events so far.
    pub events: u64,
    /// Whether it is being played.
    pub playing: bool,
    /// Whether its end, or a place that cannot be read, was reached.
    pub ended: bool,
    /// Why no more of it can be read.
    pub error: Option<Error>,
}

enum Order {
    Play(bool),
    Speed(f64),
    Rewind,
}

/// A recording that is played. Dropping it ends the thread.
pub struct Player {
    orders: Option<Sender<Order>>,
    played: Arc<Mutex<Played>>,
    thread: Option<JoinHandle<()>>,
}

impl Player {
    /// Opens a recording and plays it.
    ///
    /// # Errors
    /// Where it is no file of events, or the system gives no thread.
    pub fn open(path: &Path) -> Result<Self> {
        let reader = Reader::open(path)?;
        let (orders, inbox) = mpsc::channel();
        let played = Arc::new(Mutex::new(Played { playing: true, ..Played::default() }));
        let mut work = Work::new(path.to_owned(), reader, Arc::clone(&played));
        let thread = std::thread::Builder::new()
            .name("recording".into())
            .spawn(move || work.play(&inbox))
            .map_err(|error| Error::failure(format!("the thread of the recording could not be started: {error}")))?;
        Ok(Self { orders: Some(orders), played, thread: Some(thread) })
    }

    /// Plays it, or holds.
    pub fn set_playing(&self, playing: bool) {
        self.order(Order::Play(playing));
    }

    /// Plays it so many times as fast as it was recorded.
    pub fn set_speed(&self, speed: f64) {
        self.order(Order::Speed(speed));
    }

    /// Begins again.
    pub fn rewind(&self) {
        self.order(Order::Rewind);
    }

    /// What is seen now.
    pub fn played(&self) -> Played {
        lock(&self.played).clone()
    }

    fn order(&self, order: Order) {
        // A thread that has ended takes no order any more.
        let _ = self.orders.as_ref().map(|orders| orders.send(order));
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(played: &Mutex<Played>) -> MutexGuard<'_, Played> {
    played.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
struct Work {
    path: PathBuf,
    reader: Reader,
    played: Arc<Mutex<Played>>,
    surface: Surface,
    /// Events that were read and are still to come.
    waiting: VecDeque<Event>,
    /// Time of the first event, µs: cameras count from when they were switched on.
    first: Option<i64>,
    /// Where the recording stands, µs since the first event.
    now: f64,
    speed: f64,
}

impl Work {
    fn new(path: PathBuf, reader: Reader, played: Arc<Mutex<Played>>) -> Self {
        let surface = Surface::new(reader.sensor());
        Self { path, reader, played, surface, waiting: VecDeque::new(), first: None, now: 0.0, speed: 1.0 }
    }

    fn play(&mut self, inbox: &Receiver<Order>) {
        let mut last = Instant::now();
        loop {
            match inbox.recv_timeout(BEAT.saturating_sub(last.elapsed())) {
                Ok(Order::Play(playing)) => {
                    let ended = lock(&self.played).ended;
                    lock(&self.played).playing = playing;
                    if playing && ended {
                        self.rewind();
                    }
                    continue;
                }
                Ok(Order::Speed(speed)) => {
                    self.speed = speed;
                    continue;
                }
                Ok(Order::Rewind) => {
                    self.rewind();
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let passed = last.elapsed().min(2 * PATIENCE);
            last = Instant::now();
            let goes_on = {
                let played = lock(&self.played);
                played.playing && !played.ended
            };
            if goes_on {
                self.go_on(passed.as_secs_f64() * 1e6 * self.speed);
            }
        }
    }

    /// Goes on by so many µs of the recording, or as far as it can be read in time.
    fn go_on(&mut self, by: f64) {
        let (begun, goal) = (Instant::now(), self.now + by);
        let (mut seen, mut end) = (0, None);
        loop {
            let first = self.first.unwrap_or_default();
            let due = self.waiting.partition_point(|event| (event.t - first) as f64 <= goal);
            let due: Vec<Event> = self.waiting.drain(..due).map(|event| Event { t: event.t - first, ..event }).collect();
            self.surface.note(&due);
            seen += due.len() as u64;
            if !self.waiting.is_empty() {
                self.now = goal;
                break;
            }
            self.now = due.last().map_or(self.now, |event| event.t as f64);
            if begun.elapsed() > PATIENCE {
                break;
            }
            match self.reader.read() {
                Ok(events) if events.is_empty() => end = Some(None),
                Ok(events) => {
                    self.first = self.first.or(Some(events[0].t));
                    self.waiting.extend(events);
                }
                Err(error) => end = Some(Some(error)),
            }
            if end.is_some() {
                break;
            }
        }
        let now = self.now.round() as i64;
        self.surface.reach(now);
        let mut played = lock(&self.played);
        played.events += seen;
        played.sight.size = self.surface.size();
        played.sight.surface = self.surface.shades(now);
        played.sight.rates = self.surface.rates();
        played.sight.time = self.now * 1e-6;
        if let Some(error) = end {
            (played.ended, played.playing, played.error) = (true, false, error);
        }
    }

    fn rewind(&mut self) {
        match Reader::open(&self.path) {
            Ok(reader) => {
                let mut again = Self::new(self.path.clone(), reader, Arc::clone(&self.played));
                again.speed = self.speed;
                *self = again;
                *lock(&self.played) = Played { playing: true, ..Played::default() };
            }
            Err(error) => lock(&self.played).error = Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::{Cause, Sensor, files::Writer};

    /// A recording that begins late, a second long.
    fn recording(path: &Path) {
        let mut writer = Writer::new(path, Sensor { width: 20, height: 10 }).unwrap();
        let event = |n: i64| Event { t: 5_000_000 + 100 * n, x: (n % 20) as u16, y: 3, on: n % 2 == 0, cause: Cause::Unknown };
        writer.write(&(0..=10_000).map(event).collect::<Vec<_>>()).unwrap();
        writer.finish().unwrap();
    }

    fn wait(player: &Player, until: impl Fn(&Played) -> bool) -> Played {
        let begun = Instant::now();
        loop {
            let played = player.played();
            if until(&played) || begun.elapsed() > Duration::from_secs(60) {
                return played;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_recording_is_played_to_its_end_and_again() {
        let folder = tempfile::tempdir().unwrap();
        for ending in crate::events::files::ENDINGS {
            let path = folder.path().join(format!("film.{ending}"));
            recording(&path);
            let player = Player::open(&path).unwrap();
            player.set_speed(20.0);
            let played = wait(&player, |played| played.ended);
            assert_eq!((played.events, played.playing, played.error), (10_001, false, None), "{ending}");
            assert!((played.sight.time - 1.0).abs() < 1e-6, "{ending}: {} s since the first event", played.sight.time);
            assert!(played.sight.size[1] >= 4 && played.sight.surface.iter().any(|shade| *shade > 0.9), "{ending}");
            assert!(played.sight.rates.iter().all(|[known, noise]| *known == 10_000.0 && *noise == 0.0), "{ending}");
            player.set_playing(true);
            let again = wait(&player, |played| played.ended && played.events > 0);
            assert_eq!(again.events, 10_001, "{ending}");
        }
    }

    #[test]
    fn it_holds_and_says_where_a_file_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.raw");
        recording(&path);
        let player = Player::open(&path).unwrap();
        player.set_playing(false);
        let held = wait(&player, |played| !played.playing);
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(player.played().events, held.events);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        player.set_speed(1000.0);
        player.rewind();
        let cut = wait(&player, |played| played.ended);
        assert!(cut.error.is_some_and(|error| error.to_string().contains("film.raw")));
    }
}
