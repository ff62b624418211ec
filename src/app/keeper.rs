//! Runs are kept while they are played, so that a crash or a kill loses a second at most.
//!
//! Each window has a slot in the folder where the platform keeps the state of programs: a run, and a lock that the system
//! lets go when the window's process ends in whatever way. A run without a living owner was left behind, and is offered
//! back. A window that is closed well leaves its run as the last one.

use crate::{
    error::{Error, Result},
    output::Output,
    scene::Run,
};
use std::{
    env,
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

/// The most runs that are left behind; the oldest is forgotten for a newer one.
const MOST: usize = 8;

/// The folder for the state of this program, where the platform has one.
pub fn folder() -> Option<PathBuf> {
    let named = |variable: &str| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = if cfg!(target_os = "windows") {
        named("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        named("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        named("XDG_STATE_HOME").or_else(|| named("HOME").map(|home| home.join(".local/state")))
    };
    state.map(|state| state.join("flockwork"))
}

/// A run that nobody closed.
#[derive(Clone, Debug)]
pub struct LeftBehind {
    slot: Slot,
    /// When it was last kept.
    pub since: Duration,
}

impl LeftBehind {
    /// Its file.
    pub fn path(&self) -> PathBuf {
        self.slot.run()
    }

    /// Forgets it.
    pub fn discard(&self) {
        // What cannot be removed will be offered again.
        let _ = fs::remove_file(self.path());
    }
}

/// The newest run that nobody closed, where there is one.
pub fn left_behind(folder: &Path) -> Option<LeftBehind> {
    let mut left: Vec<(SystemTime, Slot)> = Slot::all(folder)
        .filter_map(|slot| Some((fs::metadata(slot.run()).and_then(|found| found.modified()).ok()?, slot)))
        .filter(|(_, slot)| slot.lock().is_some())
        .collect();
    left.sort_by_key(|(kept, _)| std::cmp::Reverse(*kept));
    for (_, slot) in left.iter().skip(MOST) {
        let _ = fs::remove_file(slot.run());
    }
    let (kept, slot) = left.into_iter().next()?;
    Some(LeftBehind { slot, since: kept.elapsed().unwrap_or_default() })
}

/// The run of the last window that was closed well, where there is one.
pub fn last_run(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("last.flock");
    path.exists().then_some(path)
}

/// A place for the run of one window.
#[derive(Clone, Debug)]
struct Slot {
    folder: PathBuf,
    number: u32,
}

impl Slot {
    /// All that are taken, in whatever order.
    fn all(folder: &Path) -> impl Iterator<Item = Self> {
        let number = |name: &str| name.strip_prefix("run-")?.strip_suffix(".flock")?.parse().ok();
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter_map(move |entry| {
            let number = number(entry.file_name().to_str()?)?;
            Some(Self { folder: folder.to_owned(), number })
        })
    }

    fn run(&self) -> PathBuf {
        self.folder.join(format!("run-{}.flock", self.number))
    }

    /// The lock, where no living window holds it.
    fn lock(&self) -> Option<File> {
        let path = self.folder.join(format!("run-{}.lock", self.number));
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).ok()?;
        file.try_lock().ok()?;
        Some(file)
    }
}

/// Keeps the run of a window, on a thread of its own: a slow disk holds nobody up.
pub struct Keeper {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

/// What the keeper shares with its thread.
struct Desk {
    slot: Mutex<(Slot, File)>,
    inbox: Mutex<Inbox>,
    came: Condvar,
}

#[derive(Default)]
struct Inbox {
    /// The newest run, not yet written.
    run: Option<Box<Run>>,
    closed: bool,
    /// What went wrong with the last one.
    error: Option<Error>,
}

impl Keeper {
    /// With a slot of its own in this folder.
    ///
    /// # Errors
    /// Where the folder cannot be made or written to.
    pub fn new(folder: &Path) -> Result<Self> {
        let failed =
            |error: &dyn std::fmt::Display| Error::failure(format!("runs cannot be kept: {error}")).at(folder.display());
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        let free = |number: u32| {
            let slot = Slot { folder: folder.to_owned(), number };
            let lock = slot.lock()?;
            (!slot.run().exists()).then_some((slot, lock))
        };
        let slot = (1..1000).find_map(free).ok_or_else(|| failed(&"it cannot be written to"))?;
        let desk = Arc::new(Desk { slot: Mutex::new(slot), inbox: Mutex::default(), came: Condvar::new() });
        let shared = Arc::clone(&desk);
        let thread =
            std::thread::Builder::new().name("keeper".into()).spawn(move || work(&shared)).map_err(|error| failed(&error))?;
        Ok(Self { desk, thread: Some(thread) })
    }

    /// Keeps a run. Where the last one is not yet written, this one takes its place.
    pub fn keep(&self, run: Box<Run>) {
        lock(&self.desk.inbox).run = Some(run);
        self.desk.came.notify_one();
    }

    /// What went wrong since it was last asked.
    pub fn error(&self) -> Option<Error> {
        lock(&self.desk.inbox).error.take()
    }

    /// Goes on with the file of a run that was left behind, which stays as it is until there is more of it.
    pub fn adopt(&self, left: &LeftBehind) {
        if let Some(file) = left.slot.lock() {
            *lock(&self.desk.slot) = (left.slot.clone(), file);
        }
    }
}

impl Drop for Keeper {
    /// The window is closed: its run is the last one. After a panic it is left behind.
    fn drop(&mut self) {
        lock(&self.desk.inbox).closed = true;
        self.desk.came.notify_one();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        if !std::thread::panicking() {
            let (slot, _) = &*lock(&self.desk.slot);
            let _ = fs::rename(slot.run(), slot.folder.join("last.flock"));
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(desk: &Desk) {
    let mut inbox = lock(&desk.inbox);
    loop {
        match inbox.run.take() {
            Some(run) => {
                drop(inbox);
                let (slot, _) = &*lock(&desk.slot);
                let written = Output::save(&slot.run(), run.write().as_bytes());
                inbox = lock(&desk.inbox);
                inbox.error = written.err();
            }
            None if inbox.closed => return,
            None => inbox = desk.came.wait(inbox).unwrap_or_else(PoisonError::into_inner),
        }
    }
}

#[cfg(test)]
#[path = "keeper_tests.rs"]
mod tests;
