//! From keys to the panel, each with the modifiers that were down when it went down.
//!
//! `bevy_egui` reads the modifiers once an update: a chord that is pressed and let go within one would lose them.

use bevy::{
    app::{App, Plugin, PreUpdate},
    ecs::{
        entity::Entity,
        message::{MessageReader, MessageWriter},
        query::With,
        schedule::IntoScheduleConfigs,
        system::{Local, ResMut, Single},
    },
    input::keyboard::{Key, KeyboardFocusLost, KeyboardInput},
};
use bevy_egui::{
    EguiClipboard, EguiGlobalSettings, PrimaryEguiContext,
    helpers::{bevy_to_egui_key, bevy_to_egui_physical_key},
    input::EguiInputEvent,
};
use egui::{Event, Modifiers};

/// Takes the place of the plugin's own reading of the keyboard.
pub struct KeysPlugin;

impl Plugin for KeysPlugin {
    fn build(&self, app: &mut App) {
        let mut settings = EguiGlobalSettings::default();
        settings.input_system_settings.run_write_keyboard_input_messages_system = false;
        app.insert_resource(settings);
        app.add_systems(PreUpdate, read.in_set(bevy_egui::EguiInputSet::ReadBevyMessages));
    }
}

fn read(
    mut down: Local<Modifiers>,
    mut keys: MessageReader<KeyboardInput>,
    mut lost: MessageReader<KeyboardFocusLost>,
    mut events: MessageWriter<EguiInputEvent>,
    mut clipboard: ResMut<EguiClipboard>,
    context: Single<Entity, With<PrimaryEguiContext>>,
) {
    // Elsewhere keys are let go unseen.
    if lost.read().count() > 0 {
        *down = Modifiers::NONE;
    }
    for key in keys.read() {
        let all = hear(&mut down, key, || clipboard.get_text());
        events.write_batch(all.into_iter().map(|event| EguiInputEvent { context: *context, event }));
    }
}

/// What one key says.
fn hear(down: &mut Modifiers, input: &KeyboardInput, pasted: impl FnOnce() -> Option<String>) -> Vec<Event> {
    const MAC: bool = cfg!(target_os = "macos");
    let pressed = input.state.is_pressed();
    match input.logical_key {
        Key::Shift => down.shift = pressed,
        Key::Control => (down.ctrl, down.command) = (pressed, if MAC { down.command } else { pressed }),
        Key::Alt => down.alt = pressed,
        Key::Super | Key::Meta if MAC => (down.mac_cmd, down.command) = (pressed, pressed),
        _ => {}
    }
    let mut events = Vec::new();
    // Together Ctrl and Alt are AltGr, which types.
    let types = !down.command && !down.ctrl || !MAC && down.ctrl && down.alt;
    if pressed && types {
        match &input.logical_key {
            Key::Character(text) if !text.chars().any(char::is_control) => events.push(Event::Text(text.to_string())),
            Key::Space => events.push(Event::Text(" ".into())),
            _ => {}
        }
    }
    let physical_key = bevy_to_egui_physical_key(&input.key_code);
    // A layout without Latin letters still has their places.
    let Some(key) = bevy_to_egui_key(&input.logical_key).or(physical_key) else { return events };
    events.push(Event::Key { key, physical_key, pressed, repeat: false, modifiers: *down });
    if pressed && down.command {
        match key {
            egui::Key::C => events.push(Event::Copy),
            egui::Key::X => events.push(Event::Cut),
            egui::Key::V => events.extend(pasted().map(Event::Paste)),
            _ => {}
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use bevy::input::{ButtonState, keyboard::KeyCode};

    fn key(code: KeyCode, logical: Key, state: ButtonState) -> KeyboardInput {
        KeyboardInput { key_code: code, logical_key: logical, state, text: None, repeat: false, window: Entity::PLACEHOLDER }
    }

    #[test]
    fn a_chord_that_is_let_go_at_once_keeps_its_modifiers() {
        let letter = |state| key(KeyCode::KeyR, Key::Character("r".into()), state);
        let control = |state| key(KeyCode::ControlLeft, Key::Control, state);
        let (down, up) = (ButtonState::Pressed, ButtonState::Released);
        let mut modifiers = Modifiers::NONE;
        let chord = [control(down), letter(down), letter(up), control(up), letter(down)];
        let events: Vec<Event> = chord.iter().flat_map(|input| hear(&mut modifiers, input, || None)).collect();
        let pressed: Vec<Modifiers> = events
            .iter()
            .filter_map(|event| match event {
                Event::Key { key: egui::Key::R, pressed: true, modifiers, .. } => Some(*modifiers),
                _ => None,
            })
            .collect();
        let control = Modifiers { ctrl: true, command: !cfg!(target_os = "macos"), ..Modifiers::NONE };
        assert_eq!(pressed, [control, Modifiers::NONE]);
        assert_eq!(events.iter().filter(|event| matches!(event, Event::Text(_))).count(), 1, "a chord types nothing");
    }

    #[test]
    fn a_paste_brings_its_text() {
        let mut modifiers = Modifiers { ctrl: true, ..Modifiers::COMMAND };
        let paste = key(KeyCode::KeyV, Key::Character("v".into()), ButtonState::Pressed);
        let events = hear(&mut modifiers, &paste, || Some("(model: …)".into()));
        assert!(events.contains(&Event::Paste("(model: …)".into())), "{events:?}");
    }
}
