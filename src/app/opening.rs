//! How large a window opens: large on a large screen, and never larger than its screen.

use bevy::{
    ecs::{
        query::With,
        system::{Local, Query},
    },
    math::Vec2,
    window::{Monitor, MonitorSelection, PrimaryMonitor, PrimaryWindow, Window, WindowPosition},
};

/// What a window opens with before its screen is known, and the least that it opens with where there is room; in points.
pub const LEAST: (u32, u32) = (1280, 720);

/// The part of a screen that a window takes.
const PART: f32 = 0.8;

/// Once, as soon as the screen is known, gives the window a size that suits it.
pub fn suit_screen(
    screen: Query<&Monitor, With<PrimaryMonitor>>,
    mut window: Query<&mut Window, With<PrimaryWindow>>,
    mut done: Local<bool>,
) {
    let (false, Ok(screen), Ok(mut window)) = (*done, screen.single(), window.single_mut()) else { return };
    *done = true;
    let pixels = Vec2::new(screen.physical_width as f32, screen.physical_height as f32);
    let size = suited(pixels / screen.scale_factor as f32);
    if size != window.size() {
        window.resolution.set(size.x, size.y);
        window.position = WindowPosition::Centered(MonitorSelection::Primary);
    }
}

/// The size of a window on a screen of this size.
fn suited(screen: Vec2) -> Vec2 {
    let least = Vec2::new(LEAST.0 as f32, LEAST.1 as f32);
    (screen * PART).max(least).min(screen).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_suits_its_screen() {
        let sizes = [
            ((1920.0, 1080.0), (1536.0, 864.0)),
            ((1280.0, 720.0), (1280.0, 720.0)),
            ((1366.0, 768.0), (1280.0, 720.0)),
            ((1024.0, 600.0), (1024.0, 600.0)),
            ((3840.0, 2160.0), (3072.0, 1728.0)),
        ];
        for (screen, window) in sizes {
            assert_eq!(suited(Vec2::from(screen)), Vec2::from(window), "{screen:?}");
        }
    }
}
