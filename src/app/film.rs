//! Films of a part of the run: each is made by a process of its own, `flockwork record`, while the person plays on.

use crate::{
    error::{Error, Result},
    panel::FilmKind,
    scene::{Run, ViewAction},
};
use std::{
    ffi::OsString,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
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

/// Which film, and what it is at.
pub type News = (usize, Progress);

/// The films that are being made.
pub struct Films {
    program: OsString,
    begun: usize,
    running: Vec<(usize, Arc<Mutex<Running>>)>,
    news: Receiver<News>,
    teller: Sender<News>,
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
        let (teller, news) = mpsc::channel();
        Self { program, begun: 0, running: Vec::new(), news, teller }
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
        if tells(run) {
            command.arg("--story");
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        let said = child.stderr.take().expect("it was asked for");
        let running = Arc::new(Mutex::new(Running { child, cancelled: false }));
        let id = self.begun;
        self.begun += 1;
        self.running.push((id, Arc::clone(&running)));
        let news = self.teller.clone();
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
    pub fn news(&mut self) -> Vec<News> {
        let news: Vec<_> = self.news.try_iter().collect();
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

/// Whether the story is told in a run.
fn tells(run: &Run) -> bool {
    run.journal.view.iter().any(|action| matches!(action.1, ViewAction::Beat { beat: Some(_), .. }))
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{lab::Lab, sim::Simulation};
    use std::os::unix::fs::PermissionsExt as _;

    /// Films made by a program of these lines, which has `$2` the run, `$4` the film.
    fn films(folder: &Path, lines: &str) -> Films {
        let program = folder.join("program");
        std::fs::write(&program, format!("#!/bin/sh\n{lines}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Films::by(program.into_os_string())
    }

    fn run() -> Run {
        let lab = Lab::new();
        let mut run = Simulation::new(&lab.open("vicsek").unwrap().scene, lab.models(), Some(1)).unwrap();
        for _ in 0..30 {
            run.step().unwrap();
        }
        run.run()
    }

    /// All news up to the end of a film.
    fn told(films: &mut Films) -> Vec<Progress> {
        let mut told = Vec::new();
        for _ in 0..6000 {
            told.extend(films.news().into_iter().map(|(_, progress)| progress));
            if told.last().is_some_and(|last| !matches!(last, Progress::Part(_))) {
                return told;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("it never ended: {told:?}");
    }

    #[test]
    fn a_film_is_asked_of_a_process_that_tells_how_far_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let told_of = folder.path().join("told");
        let lines = "echo \"$@\" > TOLD; grep -q flockwork \"$2\" || exit 3\n\
                     echo 'step 5/10' >&2; echo 'frame 10/20' >&2; echo \"done $4\" >&2";
        let mut films = films(folder.path(), &lines.replace("TOLD", &told_of.to_string_lossy()));
        let kind = FilmKind { panel: true, ..FilmKind::default() };
        films.begin(&run(), 10, &kind, Path::new("clip.mp4")).unwrap();
        let told = told(&mut films);
        assert_eq!(told, [Progress::Part(0.05), Progress::Part(0.55), Progress::Done("clip.mp4".into())]);
        let asked = std::fs::read_to_string(told_of).unwrap();
        let asked: Vec<&str> = asked.split_whitespace().collect();
        assert_eq!(
            (asked[0], &asked[2..]),
            (
                "record",
                ["-o", "clip.mp4", "--from", "10", "--to", "30", "--size", "1920x1080", "--progress", "--panel"].as_slice()
            )
        );
        assert!(!Path::new(asked[1]).exists(), "what was put by is gone");
    }

    #[test]
    fn a_film_that_fails_says_why_and_one_that_is_given_up_says_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut failing = films(folder.path(), "echo 'frame 1/20' >&2; echo 'flockwork: the disk is full' >&2; exit 1");
        failing.begin(&run(), 10, &FilmKind::default(), Path::new("clip.mp4")).unwrap();
        let told_of = told(&mut failing);
        assert!(
            matches!(&told_of[1], Progress::Failed(Some(why)) if why.to_string().contains("the disk is full")),
            "{told_of:?}"
        );
        let mut endless = films(folder.path(), "echo 'frame 1/20' >&2; exec sleep 600");
        let id = endless.begin(&run(), 10, &FilmKind::default(), Path::new("clip.mp4")).unwrap();
        endless.cancel(id);
        assert_eq!(told(&mut endless).last(), Some(&Progress::Failed(None)));
    }
}
