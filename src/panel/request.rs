//! What the panel asks for. It changes nothing itself: a request reaches the simulation, or the window, through
//! whoever drives both.

use crate::{
    chart::{Chart, Form},
    measures::Instrument,
    scene::{Action, Difference, Scene, ViewAction},
};

/// How fast a run is to go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// Steps per second of the clock on the wall.
    PerSecond(f32),
    /// As fast as the machine goes.
    Fastest,
}

impl Speed {
    /// Slowest and fastest speed of the slider, steps per second.
    pub const RANGE: (f32, f32) = (1.0, 1000.0);
    /// The speed to which a key returns, steps per second.
    pub const NORMAL: Self = Self::PerSecond(60.0);

    /// Twice as fast, within the slider's range.
    #[must_use]
    pub fn faster(self) -> Self {
        self.times(2.0)
    }

    /// Half as fast, within the slider's range.
    #[must_use]
    pub fn slower(self) -> Self {
        self.times(0.5)
    }

    fn times(self, factor: f32) -> Self {
        match self {
            Self::PerSecond(speed) => Self::PerSecond((speed * factor).clamp(Self::RANGE.0, Self::RANGE.1)),
            Self::Fastest if factor < 1.0 => Self::PerSecond(Self::RANGE.1),
            Self::Fastest => Self::Fastest,
        }
    }
}

/// A step in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It begins, or goes on.
    On,
    /// It goes back to the beat before.
    Back,
}

/// Something that a person asked for in the panel, in the order of asking.
#[derive(Clone, Debug)]
pub enum Request {
    /// Do this to the run, now, and enter it in the journal.
    Act(Action),
    /// Enter this in the journal's view track. The desk shows it already.
    View(ViewAction),
    /// Make frames with the look of the desk from now on.
    Redraw,
    /// Let the run go on, or hold it.
    Play(bool),
    /// Take this many steps and hold.
    Step(u32),
    /// Stand at this step, as far as the run has been.
    Seek(u64),
    /// Play this branch.
    Branch(usize),
    /// Go on or back in the story.
    Story(Turn),
    /// Change the speed.
    Speed(Speed),
    /// Begin anew from this scene: the open one with other parameters or another seed.
    Restart(Box<Scene>),
    /// Begin anew, with a second run beside this one that differs by this.
    Compare(Difference),
    /// Let go of the second run.
    Alone,
    /// Open the gallery scene of this name.
    Open(String),
    /// Go on with the run that an earlier window left behind, or forget it.
    Recover(bool),
    /// Open the run of the window that was closed last.
    OpenLast,
    /// Watch the run with these instruments from now on, in this order.
    Measure(Vec<&'static Instrument>),
    /// Save the picture as a PNG.
    Still,
    /// Save the run up to where it stands as a file.
    SaveRun,
    /// Make a film from this step to where the run stands, as `Desk::film` says.
    Film(u64),
    /// Give up the film of this number.
    CancelFilm(usize),
    /// Save this scene as a file.
    SaveScene(Box<Scene>),
    /// Read a scene or a run from this text; without text, from the clipboard.
    PasteScene(Option<String>),
    /// Save a chart of the run, or the table of what it shows.
    SaveChart {
        /// What it is of.
        name: String,
        /// The chart.
        chart: Box<Chart>,
        /// What it shows, as CSV.
        table: String,
        /// The kind of file.
        form: Form,
    },
    /// Fill the screen, or stop doing so.
    FullScreen,
    /// The scale of the panel is now `Desk::text_scale`.
    TextScale,
    /// Close the window.
    Quit,
}
