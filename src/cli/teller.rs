//! How far the making of a film is, told to a person or a program.

use crate::{output::say, record::Progress, scene::Film};
use indicatif::{ProgressBar, ProgressStyle};

/// Tells how far a film is: a bar on a terminal, lines for a program, else nothing.
pub struct Teller {
    lines: bool,
    film: Film,
    bar: ProgressBar,
}

impl Teller {
    /// Before it begins. `lines` are for programs.
    pub fn new(lines: bool, film: &Film) -> Self {
        let bar = if lines { ProgressBar::hidden() } else { ProgressBar::new(film.frames + film.fade) };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}, {per_sec}, {eta} left") {
            bar.set_style(style);
        }
        Self { lines, film: film.clone(), bar }
    }

    /// Tells what it is at.
    pub fn tell(&mut self, progress: Progress) {
        let frames = self.film.frames + self.film.fade;
        let (name, at, of) = match progress {
            Progress::Step(step) => ("step", step, self.film.from),
            Progress::Frame(frame) => ("frame", frame, frames),
        };
        if self.lines {
            say(format_args!("{name} {at}/{of}"));
            return;
        }
        if at == 1 || self.bar.length() != Some(of) {
            self.bar.set_length(of);
            self.bar.set_message(if name == "step" { "steps to the first frame" } else { "frames" });
            self.bar.reset_eta();
        }
        self.bar.set_position(at);
    }

    /// It is done.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
