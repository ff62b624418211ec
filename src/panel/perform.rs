//! What each command does to the desk.

use super::{
    Command, Desk, Request, Speed, Standing, Told, Turn,
    desk::{Level, Mode, Overlay, Touch},
    strength,
};
use crate::{
    scene::{Theme, Value, ViewAction},
    sim::ToolUse,
};
use std::hash::{BuildHasher as _, RandomState};

impl Command {
    /// Does it.
    pub(super) fn perform(self, desk: &mut Desk) {
        match self {
            Self::PlayPause => play(desk, !desk.playing),
            Self::Step => step(desk, 1),
            Self::StepTen => step(desk, 10),
            Self::Restart => desk.restart(desk.seed),
            Self::NewSeed => desk.restart(draw_seed(desk.seed)),
            Self::Reopen => desk.requests.push(Request::Restart(Box::new(desk.scene.clone()))),
            Self::Compare if desk.beside.is_some() => desk.requests.push(Request::Alone),
            Self::Compare => open(desk, Overlay::Compare),
            Self::Slower => speed(desk, desk.speed.slower()),
            Self::Faster => speed(desk, desk.speed.faster()),
            Self::NormalSpeed => speed(desk, Speed::NORMAL),
            Self::Fastest if desk.speed == Speed::Fastest => speed(desk, Speed::PerSecond(desk.scene.speed)),
            Self::Fastest => speed(desk, Speed::Fastest),
            Self::MoreOrder => strength::turn(desk, 1.0),
            Self::LessOrder => strength::turn(desk, -1.0),
            Self::Back => back(desk, 1),
            Self::BackTen => back(desk, 10),
            Self::ToStart => desk.seek(0),
            Self::ToEnd => desk.seek(desk.standing.until),
            Self::NextBranch => next_branch(desk),
            Self::Bookmark => desk.bookmark = Some(desk.here()),
            Self::ToBookmark => to_bookmark(desk),
            Self::AsSeen => desk.set_as_seen(!desk.as_seen),
            Self::Gallery => desk.gallery = !desk.gallery,
            Self::Explanation => desk.explanation = !desk.explanation,
            Self::Plots => desk.plots_open = !desk.plots_open,
            Self::NextBeat => story(desk, Turn::On),
            Self::LastBeat => story(desk, Turn::Back),
            Self::Teach => desk.mode = if desk.mode == Mode::Teach { Mode::Explore } else { Mode::Teach },
            Self::Events => desk.watch_events(desk.event_view.is_none()),
            Self::Present => desk.mode = desk.mode.next(),
            Self::FullScreen => desk.requests.push(Request::FullScreen),
            Self::Fit => {
                desk.fitted = true;
                desk.fit = None;
                desk.set_follow(false);
                desk.requests.push(Request::View(ViewAction::Fit));
            }
            Self::Follow => desk.set_follow(!desk.follow && desk.selected.is_some()),
            Self::Unselect => let_go(desk),
            Self::Trails => {
                let trails = if desk.look.trails > 0 { 0 } else { desk.scene.view.trails.max(30) };
                desk.set_look("trails", Value::Number(trails.into()));
            }
            Self::Legend => desk.set_look("legend", Value::Switch(!desk.look.legend)),
            Self::Theme => {
                let theme = if desk.look.theme == Theme::Dark { "light" } else { "dark" };
                desk.set_look("theme", Value::Text(theme.into()));
            }
            Self::Flashes => desk.flashes = !desk.flashes,
            Self::Add | Self::Remove if !desk.offer.population => {
                desk.tell(Level::Error, "The agents of this scene neither come nor go");
            }
            Self::Inspect => desk.tool = None,
            Self::Add | Self::Remove => desk.tool = self.tool(),
            Self::Attract | Self::Repel | Self::Align | Self::Scramble | Self::Raise | Self::Lower => {
                // What means nothing to this model stays where it lies.
                let offered = |known: &ToolUse| self.tool() == Some(Touch::Hold(known.0));
                desk.tool = if desk.offer.tools.iter().any(offered) { self.tool() } else { desk.tool };
            }
            Self::Still => desk.requests.push(Request::Still),
            Self::Record => record(desk),
            Self::SaveRun => desk.requests.push(Request::SaveRun),
            Self::LastRun => desk.requests.push(Request::OpenLast),
            Self::SaveScene => desk.requests.push(Request::SaveScene(Box::new(desk.current_scene()))),
            Self::CopyScene => {
                desk.copied = Some(desk.current_scene().write());
                desk.tell(Level::Success, "Scene copied: paste it into another window");
            }
            Self::PasteScene => desk.requests.push(Request::PasteScene(None)),
            Self::LargerText => scale(desk, desk.text_scale + 0.1),
            Self::SmallerText => scale(desk, desk.text_scale - 0.1),
            Self::NormalText => scale(desk, 1.0),
            Self::Commands => open(desk, Overlay::Commands),
            Self::Keys => open(desk, Overlay::Keys),
            Self::Quit => desk.requests.push(Request::Quit),
        }
    }
}

fn play(desk: &mut Desk, on: bool) {
    desk.playing = on;
    desk.requests.push(Request::Play(on));
}

fn step(desk: &mut Desk, steps: u32) {
    desk.playing = false;
    desk.requests.push(Request::Step(steps));
}

fn back(desk: &mut Desk, steps: u64) {
    desk.playing = false;
    desk.requests.push(Request::Play(false));
    desk.seek(desk.here().saturating_sub(steps));
}

/// Goes on or back in the story. It begins with the scene as it was opened, at its start: so it was written.
fn story(desk: &mut Desk, turn: Turn) {
    if desk.scene.story.is_empty() {
        desk.tell(Level::Info, "This scene tells no story");
        return;
    }
    let begins = matches!(desk.told, Told::Before | Told::Over) && !desk.standing.is_past();
    desk.story_open = true;
    if turn == Turn::On && begins {
        desk.requests.push(Request::Restart(Box::new(desk.scene.clone())));
    }
    play(desk, true);
    desk.requests.push(Request::Story(turn));
}

/// Begins to mark a part of the run, or has a film made of it.
fn record(desk: &mut Desk) {
    let step = desk.standing.step;
    match desk.marking.take() {
        None => desk.marking = Some(step),
        Some(from) if from < step => desk.requests.push(Request::Film(from)),
        Some(_) => desk.tell(Level::Info, "Nothing to film: the run has not gone on since"),
    }
}

fn next_branch(desk: &mut Desk) {
    let Standing { branch, branches, .. } = &desk.standing;
    let after = branches.iter().find(|fork| fork.id > *branch).or(branches.first());
    match after.filter(|fork| fork.id != *branch) {
        Some(fork) => desk.requests.push(Request::Branch(fork.id)),
        None => desk.tell(Level::Info, "The run has gone one way only: change something in its past, and it has gone two"),
    }
}

fn to_bookmark(desk: &mut Desk) {
    match desk.bookmark {
        Some(step) => desk.seek(step),
        None => desk.tell(Level::Info, format!("No step is remembered yet: {} remembers one", Command::Bookmark.shortcut())),
    }
}

pub(super) fn speed(desk: &mut Desk, speed: Speed) {
    if desk.speed != speed {
        desk.speed = speed;
        desk.requests.push(Request::Speed(speed));
    }
}

fn scale(desk: &mut Desk, scale: f32) {
    let scale = ((scale * 10.0).round() / 10.0).clamp(0.7, 2.0);
    if desk.text_scale != scale {
        desk.text_scale = scale;
        desk.requests.push(Request::TextScale);
    }
}

fn open(desk: &mut Desk, overlay: Overlay) {
    desk.overlay = if desk.overlay == Some(overlay) { None } else { Some(overlay) };
    desk.chosen = 0;
    desk.search.clear();
}

/// Gives up one thing at a time, the one that was taken up last.
fn let_go(desk: &mut Desk) {
    if desk.overlay.is_some() {
        desk.overlay = None;
    } else if desk.phase_map.open {
        desk.phase_map.open = false;
    } else if desk.mode != Mode::Explore {
        desk.mode = Mode::Explore;
    } else if desk.follow {
        desk.set_follow(false);
    } else if desk.selected.is_some() {
        desk.select(None);
    } else if desk.tool.is_some() {
        desk.tool = None;
    } else if desk.gallery {
        desk.gallery = false;
    } else {
        desk.explanation = false;
    }
}

/// A seed that is short enough to be read out, and another one than `now`.
fn draw_seed(now: u64) -> u64 {
    let drawn = RandomState::new().hash_one(now) % 9999 + 1;
    if drawn == now { drawn % 9999 + 1 } else { drawn }
}
