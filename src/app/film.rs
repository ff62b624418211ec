//! Films of a part of the run: each is made by a process of its own, `flockwork record`, while the person plays on.

use crate::{
    error::{Error, Result},
    panel::FilmKind,
    scene::Run,
};
use std::{
    ffi::OsString,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
};

/// What a film is at.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    /// So much of it is done, of 1.
    Part(f32),
    /// It is whole, under this name.
    Done(String),
    /// It broke off, and why; nothing where the person wanted it so.
    Failed(Option<Error>),
}

/// The films that are being made.
pub struct Films {
    program: OsString,
    begun: usize,
    running: Vec<(usize, Arc<Mutex<Running>>)>,
    news: (Sender<(usize, Progress)>, Receiver<(usize, Progress)>),
}

struct Running {
    child: Child,
    cancelled: bool,
}

impl Films {
    /// None yet. This program makes them.
    ///
    /// # Errors
    /// Where the system does not tell which program this is.
    pub fn new() -> Result<Self> {
        let program = std::env::current_exe()
            .map_err(|error| Error::failure(format!("films cannot be made: this program cannot be found: {error}")))?;
        Ok(Self::by(program.into_os_string()))
    }

    /// None yet. They are made by this program.
    pub fn by(program: OsString) -> Self {
        Self { program, begun: 0, running: Vec::new(), news: mpsc::channel() }
    }

    /// Begins to make a film of the steps from `from` to the end of the run; gives its number.
    ///
    /// # Errors
    /// Where the run cannot be put by, or the process cannot be started.
    pub fn begin(&mut self, run: &Run, from: u64, kind: &FilmKind, to: &Path) -> Result<usize> {
        let failed = |error: std::io::Error| Error::failure(format!("the film cannot be made: {error}"));
        let mut file = tempfile::Builder::new().prefix("flockwork-").suffix(".flock").tempfile().map_err(failed)?;
        file.write_all(run.write().as_bytes()).and_then(|()| file.flush()).map_err(failed)?;
        let mut command = Command::new(&self.program);
        command.arg("record").arg(file.path()).arg("-o").arg(to).args(["--from", &from.to_string()]);
        command.args(["--to", &run.steps.to_string(), "--size", &format!("{}x{}", kind.size.0, kind.size.1), "--progress"]);
        if kind.panel {
            command.arg("--panel");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        let said = child.stderr.take().expect("it was asked for");
        let running = Arc::new(Mutex::new(Running { child, cancelled: false }));
        let id = self.begun;
        self.begun += 1;
        self.running.push((id, Arc::clone(&running)));
        let news = self.news.0.clone();
        std::thread::spawn(move || {
            // The run must lie there until the process ends.
            let _file = file;
            let mut last = String::new();
            for line in BufReader::new(said).lines().map_while(std::result::Result::ok) {
                match part(&line) {
                    Some(part) => drop(news.send((id, Progress::Part(part)))),
                    None => last = line,
                }
            }
            let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = running.child.wait();
            let progress = match (ended, last.strip_prefix("done ")) {
                (Ok(status), Some(name)) if status.success() => Progress::Done(name.to_owned()),
                _ if running.cancelled => Progress::Failed(None),
                _ => {
                    let why = last.strip_prefix("flockwork: ").unwrap_or(&last);
                    let why = if why.is_empty() { "its process ended early" } else { why };
                    Progress::Failed(Some(Error::failure(format!("the film could not be made: {why}"))))
                }
            };
            drop(news.send((id, progress)));
        });
        Ok(id)
    }

    /// Gives a film up.
    pub fn cancel(&self, id: usize) {
        let found = self.running.iter().find(|(known, _)| *known == id);
        if let Some((_, running)) = found {
            let mut running = running.lock().unwrap_or_else(PoisonError::into_inner);
            running.cancelled = true;
            // One that has ended needs no end.
            let _ = running.child.kill();
        }
    }

    /// What is new of the films.
    pub fn news(&mut self) -> Vec<(usize, Progress)> {
        let news: Vec<_> = self.news.1.try_iter().collect();
        for (id, progress) in &news {
            if !matches!(progress, Progress::Part(_)) {
                self.running.retain(|(known, _)| known != id);
            }
        }
        news
    }
}

impl Drop for Films {
    /// What was begun is given up with the window: nobody would be told of it.
    fn drop(&mut self) {
        for (id, _) in &self.running {
            self.cancel(*id);
        }
    }
}

/// How much of a film a line of progress tells: to come to its first step is counted as a tenth of the way.
fn part(line: &str) -> Option<f32> {
    const LEAD: f32 = 0.1;
    let (name, count) = line.split_once(' ')?;
    let (at, of) = count.split_once('/')?;
    let part = at.parse::<f32>().ok()? / of.parse::<f32>().ok()?.max(1.0);
    match name {
        "step" => Some(LEAD * part),
        "frame" => Some(LEAD + (1.0 - LEAD) * part),
        _ => None,
    }
}
