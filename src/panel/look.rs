//! The look of the picture as controls: those of its parameters, with the channels and layouts that the model has.

use super::{
    Desk,
    parameter::{self, Change},
    words,
};
use crate::{scene::Look, view::Palette};
use egui::Ui;

/// Shows the look.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let schema = Look::schema();
    for parameter in schema.parameters() {
        let get = |look: &Look| schema.get(look, &parameter.path).unwrap_or_else(|_| parameter.default.clone());
        let (value, opened) = (get(&desk.look), get(&desk.scene.view));
        let change = match parameter.path.as_str() {
            "colour" => {
                let names: Vec<&str> = desk.offer.channels.iter().copied().chain(["none"]).collect();
                // Without a name the model's first channel is meant.
                let shown = value.to_string();
                let shown = if shown.is_empty() || shown == "auto" { names[0] } else { shown.as_str() };
                parameter::choice_row(ui, palette, parameter, &names, shown, |_| String::new(), &opened)
            }
            "layout" => {
                if desk.offer.layouts.len() < 2 {
                    continue;
                }
                let names: Vec<String> = desk.offer.layouts.iter().map(|layout| format!("{layout:?}").to_lowercase()).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let crate::scene::Kind::Choice(variants) = &parameter.kind else { continue };
                let doc =
                    |at: usize| variants.iter().find(|variant| variant.name == names[at]).map_or("", |variant| &variant.doc);
                let tip = |at: usize| words::short(doc(at));
                // Without positions the natural layout is the circle.
                let shown = value.to_string();
                let shown = if names.contains(&shown.as_str()) { shown.as_str() } else { names[0] };
                parameter::choice_row(ui, palette, parameter, &names, shown, tip, &opened)
            }
            _ => parameter::show(ui, palette, parameter, &value, &opened),
        };
        if let Some(Change::Held(value) | Change::Done(value)) = change
            && value != get(&desk.look)
        {
            desk.set_look(&parameter.path, value);
        }
    }
}
