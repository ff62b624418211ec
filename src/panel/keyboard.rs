//! From keys to commands.

use super::{Command, Desk, Request};
use egui::{Event, Key, Modifiers, Ui};

/// Carries out the commands whose keys were pressed, unless text is being typed.
pub fn listen(ui: &Ui, desk: &mut Desk) {
    let ctx = ui.ctx();
    if ctx.text_edit_focused() {
        return;
    }
    // A control that was reached with the keyboard keeps the keys that work it.
    let busy = ctx.egui_wants_keyboard_input();
    // Escape closes an open menu, and nothing else with it.
    let menu = egui::Popup::is_any_open(ctx);
    let events = ui.input(|input| input.events.clone());
    let mut done = Vec::new();
    for event in &events {
        let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { continue };
        if (busy && belongs_to_control(*key, *modifiers)) || (menu && *key == Key::Escape) {
            continue;
        }
        let meant = Command::all()
            .find(|command| command.shortcuts().iter().any(|(wanted, known)| known == key && fits(*modifiers, *wanted, *key)));
        if let Some(command) = meant
            && (!repeat || command.repeats())
        {
            done.push(command);
        }
    }
    for command in done {
        if command == Command::PasteScene {
            // The text comes with the key where the window brings it.
            let text = events.iter().find_map(|event| match event {
                Event::Paste(text) | Event::Text(text) if text.len() > 1 => Some(text.clone()),
                _ => None,
            });
            desk.requests.push(Request::PasteScene(text));
        } else {
            desk.command(command);
        }
    }
}

fn belongs_to_control(key: Key, modifiers: Modifiers) -> bool {
    use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Backspace, Enter, Escape, Space};
    modifiers.is_none() && matches!(key, Space | Enter | Escape | Backspace | ArrowUp | ArrowDown | ArrowLeft | ArrowRight)
}

/// Whether the modifiers that are down are those of a shortcut. A question mark or a plus needs Shift on some
/// keyboards and not on others.
fn fits(down: Modifiers, wanted: Modifiers, key: Key) -> bool {
    let typed = matches!(key, Key::Questionmark | Key::Plus);
    down.matches_exact(wanted) || (typed && down.matches_exact(wanted | Modifiers::SHIFT))
}
