//! All commands: buttons, keys, the list of keys and the command palette come from this one enum.

use super::{Desk, Mode, Speed, desk::Touch};
use crate::scene::Tool;
use egui::{Key, Modifiers};
use egui_phosphor::regular as icon;

/// Something that a person can ask for with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // `text` and `tooltip` say what each does.
pub enum Command {
    PlayPause,
    Step,
    StepTen,
    Restart,
    NewSeed,
    Reopen,
    Compare,
    Slower,
    Faster,
    NormalSpeed,
    Fastest,
    MoreOrder,
    LessOrder,
    Back,
    BackTen,
    ToStart,
    ToEnd,
    NextBranch,
    Bookmark,
    ToBookmark,
    AsSeen,
    Gallery,
    Explanation,
    Plots,
    NextBeat,
    LastBeat,
    Teach,
    Events,
    Present,
    FullScreen,
    Fit,
    Follow,
    Unselect,
    Trails,
    Legend,
    Theme,
    Flashes,
    Inspect,
    Attract,
    Repel,
    Align,
    Scramble,
    Add,
    Remove,
    Raise,
    Lower,
    Still,
    Record,
    SaveRun,
    LastRun,
    SaveScene,
    CopyScene,
    PasteScene,
    LargerText,
    SmallerText,
    NormalText,
    Commands,
    Keys,
    Quit,
}

/// A key with its modifiers.
pub type Shortcut = (Modifiers, Key);

/// Keys of one kind, as the list of keys shows them.
pub const GROUPS: &[(&str, &[Command])] = {
    use Command::*;
    &[
        ("Run", &[PlayPause, Step, StepTen, Restart, NewSeed, Reopen, Compare, Slower, Faster, NormalSpeed, Fastest]),
        ("Order and story", &[MoreOrder, LessOrder, NextBeat, LastBeat]),
        ("Time", &[Back, BackTen, ToStart, ToEnd, NextBranch, Bookmark, ToBookmark, AsSeen]),
        ("Mouse", &[Inspect, Attract, Repel, Align, Scramble, Raise, Lower, Add, Remove, Follow, Unselect]),
        ("Picture", &[Fit, Trails, Legend, Theme, Flashes, Still, Record]),
        (
            "Window",
            &[
                Gallery,
                Explanation,
                Plots,
                Teach,
                Events,
                Present,
                FullScreen,
                LargerText,
                SmallerText,
                NormalText,
                Commands,
                Keys,
                Quit,
            ],
        ),
        ("Share", &[CopyScene, PasteScene, SaveRun, SaveScene, LastRun]),
    ]
};

impl Command {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        GROUPS.iter().flat_map(|(_, commands)| commands.iter().copied())
    }

    /// What it is called.
    pub fn text(self) -> &'static str {
        match self {
            Self::PlayPause => "Play or pause",
            Self::Step => "One step",
            Self::StepTen => "Ten steps",
            Self::Restart => "Restart",
            Self::NewSeed => "New seed",
            Self::Reopen => "Reopen scene",
            Self::Compare => "Compare",
            Self::Slower => "Slower",
            Self::Faster => "Faster",
            Self::NormalSpeed => "Normal speed",
            Self::Fastest => "As fast as it goes",
            Self::MoreOrder => "More order",
            Self::LessOrder => "Less order",
            Self::Back => "One step back",
            Self::BackTen => "Ten steps back",
            Self::ToStart => "To the start",
            Self::ToEnd => "To the end",
            Self::NextBranch => "Next branch",
            Self::Bookmark => "Bookmark",
            Self::ToBookmark => "To the bookmark",
            Self::AsSeen => "As it was seen",
            Self::Gallery => "Gallery",
            Self::Explanation => "Explanation",
            Self::Plots => "Plots",
            Self::NextBeat => "Go on in the story",
            Self::LastBeat => "Back in the story",
            Self::Teach => "Teach",
            Self::Events => "Event camera",
            Self::Present => "Present",
            Self::FullScreen => "Full screen",
            Self::Fit => "Fit picture",
            Self::Follow => "Follow agent",
            Self::Unselect => "Let go",
            Self::Trails => "Trails",
            Self::Legend => "Legend",
            Self::Theme => "Light or dark",
            Self::Flashes => "Flashes",
            Self::Inspect => "Inspect",
            Self::Attract => "Attract",
            Self::Repel => "Repel",
            Self::Align => "Align",
            Self::Scramble => "Scramble",
            Self::Add => "Add",
            Self::Remove => "Remove",
            Self::Raise => "Raise",
            Self::Lower => "Lower",
            Self::Still => "Save picture",
            Self::Record => "Film",
            Self::SaveRun => "Save run",
            Self::LastRun => "Last run",
            Self::SaveScene => "Save scene",
            Self::CopyScene => "Copy scene",
            Self::PasteScene => "Paste scene",
            Self::LargerText => "Larger text",
            Self::SmallerText => "Smaller text",
            Self::NormalText => "Normal text",
            Self::Commands => "All commands",
            Self::Keys => "Keys",
            Self::Quit => "Quit",
        }
    }

    /// What it does, in a line.
    pub fn tooltip(self) -> &'static str {
        match self {
            Self::PlayPause => "Let the run go on, or hold it",
            Self::Step => "Take one step and hold",
            Self::StepTen => "Take ten steps and hold",
            Self::Restart => "Begin again with the same seed and the settings as they stand",
            Self::NewSeed => "Begin again with another seed",
            Self::Reopen => "Begin again with the settings of the scene",
            Self::Compare => "Put a second run beside this one that differs in one thing, or let go of it",
            Self::Slower => "Half the speed",
            Self::Faster => "Twice the speed",
            Self::NormalSpeed => "60 steps per second",
            Self::Fastest => "As many steps per second as this computer makes",
            Self::MoreOrder => "Turn the interaction strength towards order",
            Self::LessOrder => "Turn the interaction strength towards disorder",
            Self::Back => "Take one step back and hold",
            Self::BackTen => "Take ten steps back and hold",
            Self::ToStart => "Stand at the start of the run",
            Self::ToEnd => "Stand where the run has not been further",
            Self::NextBranch => "Play another of the ways that the run has gone",
            Self::Bookmark => "Remember this step",
            Self::ToBookmark => "Stand at the step that was remembered",
            Self::AsSeen => "Let camera and look follow what was seen when the run was played",
            Self::Gallery => "Choose another scene",
            Self::Explanation => "What is seen here, and what is published about it",
            Self::Plots => "Show or hide the plots",
            Self::NextBeat => "Begin the story, reveal an answer, or go on to the next part",
            Self::LastBeat => "Go back to the part of the story before",
            Self::Teach => "Large type, the story, and the few sliders that the scene names",
            Self::Events => "Watch the run with an event camera, and predict its strength from the events",
            Self::Present => "For the lecture hall: picture, strength and one plot; again for the picture alone",
            Self::FullScreen => "Fill the screen, or stop doing so",
            Self::Fit => "Show all agents",
            Self::Follow => "Keep the selected agent in the middle, or stop doing so",
            Self::Unselect => "Stop following, unselect, close what is open, leave the presentation",
            Self::Trails => "Show or hide where agents have been",
            Self::Legend => "Show or hide the legend in the picture",
            Self::Theme => "Dark for screens and film, light for print and bright rooms",
            Self::Flashes => "Let the picture flash more than three times a second, or not",
            Self::Inspect => "Click an agent to inspect it, drag to move the picture",
            Self::Attract => "Draw agents to the pointer while the button is down",
            Self::Repel => "Drive agents from the pointer while the button is down",
            Self::Align => "Give agents under the pointer one direction, phase or state",
            Self::Scramble => "Give agents under the pointer random directions, phases or states",
            Self::Raise => "Raise what agents under the pointer are in: turn spins up, infect, excite",
            Self::Lower => "Lower what agents under the pointer are in: turn spins down, heal, calm",
            Self::Add => "Put new agents under the pointer, as many as stand in such a circle elsewhere",
            Self::Remove => "Take agents under the pointer away",
            Self::Still => "Save the picture as a PNG file",
            Self::Record => "Begin to mark a part of the run for a film; again to make it",
            Self::SaveRun => "Save the run up to here, to be replayed",
            Self::LastRun => "Open the run of the window that was closed last",
            Self::SaveScene => "Save the settings as a scene file",
            Self::CopyScene => "Copy the settings as text, to be pasted into another window or a message",
            Self::PasteScene => "Open the scene whose text was copied",
            Self::LargerText => "Enlarge the panel",
            Self::SmallerText => "Shrink the panel",
            Self::NormalText => "The panel at its own size",
            Self::Commands => "Search all commands and scenes",
            Self::Keys => "All keys at a glance",
            Self::Quit => "Close the window",
        }
    }

    /// Its icon.
    pub fn icon(self) -> &'static str {
        match self {
            Self::PlayPause => icon::PLAY,
            Self::Step => icon::SKIP_FORWARD,
            Self::StepTen | Self::Faster => icon::FAST_FORWARD,
            Self::Restart => icon::ARROW_COUNTER_CLOCKWISE,
            Self::NewSeed => icon::DICE_FIVE,
            Self::Reopen => icon::CLOCK_CLOCKWISE,
            Self::Compare => icon::SQUARE_SPLIT_HORIZONTAL,
            Self::Slower | Self::BackTen => icon::REWIND,
            Self::NormalSpeed => icon::GAUGE,
            Self::Fastest => icon::LIGHTNING,
            Self::MoreOrder => icon::ARROW_UP,
            Self::LessOrder => icon::ARROW_DOWN,
            Self::Back => icon::SKIP_BACK,
            Self::ToStart => icon::CARET_LINE_LEFT,
            Self::ToEnd => icon::CARET_LINE_RIGHT,
            Self::NextBranch => icon::GIT_BRANCH,
            Self::Bookmark => icon::BOOKMARK_SIMPLE,
            Self::ToBookmark => icon::BOOKMARKS_SIMPLE,
            Self::AsSeen => icon::EYE,
            Self::Gallery => icon::SQUARES_FOUR,
            Self::Explanation => icon::BOOK_OPEN,
            Self::Plots => icon::CHART_LINE,
            Self::NextBeat => icon::CARET_RIGHT,
            Self::LastBeat => icon::CARET_LEFT,
            Self::Teach => icon::CHALKBOARD_TEACHER,
            Self::Events => icon::EYE,
            Self::Present => icon::PRESENTATION_CHART,
            Self::FullScreen => icon::CORNERS_OUT,
            Self::Fit => icon::FRAME_CORNERS,
            Self::Follow => icon::CROSSHAIR,
            Self::Unselect => icon::X,
            Self::Trails => icon::PATH,
            Self::Legend => icon::TAG,
            Self::Theme => icon::MOON,
            Self::Flashes => icon::LIGHTBULB,
            Self::Inspect => icon::CURSOR,
            Self::Attract => icon::ARROWS_IN_CARDINAL,
            Self::Repel => icon::ARROWS_OUT_CARDINAL,
            Self::Align => icon::COMPASS,
            Self::Scramble => icon::SHUFFLE,
            Self::Add => icon::PLUS_CIRCLE,
            Self::Remove => icon::ERASER,
            Self::Raise => icon::ARROW_FAT_UP,
            Self::Lower => icon::ARROW_FAT_DOWN,
            Self::Still => icon::CAMERA,
            Self::Record => icon::RECORD,
            Self::SaveRun => icon::FLOPPY_DISK,
            Self::LastRun => icon::CLOCK_COUNTER_CLOCKWISE,
            Self::SaveScene => icon::FILE_TEXT,
            Self::CopyScene => icon::SHARE_NETWORK,
            Self::PasteScene => icon::CLIPBOARD_TEXT,
            Self::LargerText => icon::MAGNIFYING_GLASS_PLUS,
            Self::SmallerText => icon::MAGNIFYING_GLASS_MINUS,
            Self::NormalText => icon::TEXT_AA,
            Self::Commands => icon::COMMAND,
            Self::Keys => icon::KEYBOARD,
            Self::Quit => icon::SIGN_OUT,
        }
    }

    /// The keys that give it, the one to be shown first.
    pub fn shortcuts(self) -> &'static [Shortcut] {
        const NONE: Modifiers = Modifiers::NONE;
        const SHIFT: Modifiers = Modifiers::SHIFT;
        const CTRL: Modifiers = Modifiers::COMMAND;
        const CTRL_SHIFT: Modifiers = Modifiers { shift: true, ..Modifiers::COMMAND };
        match self {
            Self::PlayPause => &[(NONE, Key::Space)],
            Self::Step => &[(NONE, Key::Period), (NONE, Key::ArrowRight)],
            Self::StepTen => &[(SHIFT, Key::Period), (SHIFT, Key::ArrowRight)],
            Self::Restart => &[(NONE, Key::R)],
            Self::NewSeed => &[(SHIFT, Key::R)],
            Self::Reopen => &[(NONE, Key::Backspace)],
            Self::Compare => &[(NONE, Key::X)],
            Self::Slower => &[(NONE, Key::OpenBracket)],
            Self::Faster => &[(NONE, Key::CloseBracket)],
            Self::NormalSpeed => &[(NONE, Key::Backslash)],
            Self::Fastest => &[(NONE, Key::W)],
            Self::MoreOrder => &[(NONE, Key::ArrowUp)],
            Self::LessOrder => &[(NONE, Key::ArrowDown)],
            Self::Back => &[(NONE, Key::Comma), (NONE, Key::ArrowLeft)],
            Self::BackTen => &[(SHIFT, Key::Comma), (SHIFT, Key::ArrowLeft)],
            Self::ToStart => &[(NONE, Key::Home)],
            Self::ToEnd => &[(NONE, Key::End)],
            Self::NextBranch => &[(NONE, Key::B)],
            Self::Bookmark => &[(NONE, Key::K)],
            Self::ToBookmark => &[(SHIFT, Key::K)],
            Self::AsSeen => &[(NONE, Key::V)],
            Self::Gallery => &[(NONE, Key::G)],
            Self::Explanation => &[(NONE, Key::E)],
            Self::Plots => &[(NONE, Key::P)],
            Self::NextBeat => &[(NONE, Key::PageDown)],
            Self::LastBeat => &[(NONE, Key::PageUp)],
            Self::Teach => &[(SHIFT, Key::H)],
            Self::Events => &[(NONE, Key::C)],
            Self::Present => &[(NONE, Key::H)],
            Self::FullScreen => &[(NONE, Key::F11)],
            Self::Fit => &[(NONE, Key::Num0), (NONE, Key::Z)],
            Self::Follow => &[(NONE, Key::F)],
            Self::Unselect => &[(NONE, Key::Escape)],
            Self::Trails => &[(NONE, Key::T)],
            Self::Legend => &[(NONE, Key::L)],
            Self::Theme => &[(NONE, Key::D)],
            Self::Flashes => &[(SHIFT, Key::L)],
            Self::Inspect => &[(NONE, Key::Num1)],
            Self::Attract => &[(NONE, Key::Num2)],
            Self::Repel => &[(NONE, Key::Num3)],
            Self::Align => &[(NONE, Key::Num4)],
            Self::Scramble => &[(NONE, Key::Num5)],
            Self::Add => &[(NONE, Key::Num6)],
            Self::Remove => &[(NONE, Key::Num7)],
            Self::Raise => &[(NONE, Key::Num8)],
            Self::Lower => &[(NONE, Key::Num9)],
            Self::Still => &[(NONE, Key::F12)],
            Self::Record => &[(CTRL, Key::R)],
            Self::SaveRun => &[(CTRL, Key::S)],
            Self::LastRun => &[(CTRL_SHIFT, Key::T)],
            Self::SaveScene => &[(CTRL_SHIFT, Key::S)],
            Self::CopyScene => &[(CTRL, Key::L)],
            Self::PasteScene => &[(CTRL, Key::V)],
            Self::LargerText => &[(CTRL, Key::Plus), (CTRL, Key::Equals)],
            Self::SmallerText => &[(CTRL, Key::Minus)],
            Self::NormalText => &[(CTRL, Key::Num0)],
            Self::Commands => &[(CTRL, Key::K)],
            Self::Keys => &[(NONE, Key::F1), (NONE, Key::Questionmark)],
            Self::Quit => &[(CTRL, Key::Q)],
        }
    }

    /// The key as it is written on a keyboard.
    pub fn shortcut(self) -> String {
        let Some((modifiers, key)) = self.shortcuts().first() else { return String::new() };
        let mut text = String::new();
        if modifiers.command {
            text += if cfg!(target_os = "macos") { "⌘ " } else { "Ctrl " };
        }
        if modifiers.shift {
            text += "Shift ";
        }
        text + match key {
            Key::ArrowUp => "↑",
            Key::ArrowDown => "↓",
            Key::Escape => "Esc",
            Key::OpenBracket => "[",
            Key::CloseBracket => "]",
            Key::Backslash => "\\",
            Key::Period => ".",
            Key::Comma => ",",
            Key::PageDown => "PgDn",
            Key::PageUp => "PgUp",
            Key::Plus => "+",
            Key::Minus => "−",
            other => other.name(),
        }
    }

    /// Whether it may come again while its key is held down.
    pub fn repeats(self) -> bool {
        matches!(
            self,
            Self::Step
                | Self::StepTen
                | Self::Back
                | Self::BackTen
                | Self::MoreOrder
                | Self::LessOrder
                | Self::Slower
                | Self::Faster
        )
    }

    /// Whether its button is drawn as pressed.
    pub fn is_on(self, desk: &Desk) -> bool {
        match self {
            Self::Fastest => desk.speed == Speed::Fastest,
            Self::Compare => desk.beside.is_some(),
            Self::Gallery => desk.gallery,
            Self::Explanation => desk.explanation,
            Self::Plots => desk.plots_open,
            Self::Events => desk.event_view.is_some(),
            Self::Follow => desk.follow,
            Self::Teach => desk.mode == Mode::Teach,
            Self::Record => desk.marking.is_some(),
            Self::AsSeen => desk.as_seen,
            Self::ToEnd => !desk.standing.is_past(),
            Self::Trails => desk.look.trails > 0,
            Self::Legend => desk.look.legend,
            Self::Flashes => desk.flashes,
            Self::Inspect => desk.tool.is_none(),
            _ if self.tool().is_some() => desk.tool == self.tool(),
            _ => false,
        }
    }

    /// The tool that it takes up.
    pub fn tool(self) -> Option<Touch> {
        match self {
            Self::Attract => Some(Touch::Hold(Tool::Attract)),
            Self::Repel => Some(Touch::Hold(Tool::Repel)),
            Self::Align => Some(Touch::Hold(Tool::Align)),
            Self::Scramble => Some(Touch::Hold(Tool::Scramble)),
            Self::Add => Some(Touch::Add),
            Self::Remove => Some(Touch::Remove),
            Self::Raise => Some(Touch::Hold(Tool::Raise)),
            Self::Lower => Some(Touch::Hold(Tool::Lower)),
            _ => None,
        }
    }

    /// The command that takes up a tool.
    pub fn of_tool(tool: Tool) -> Self {
        Self::all().find(|command| command.tool() == Some(Touch::Hold(tool))).expect("each tool has its command")
    }
}
