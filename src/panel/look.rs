//! The look of the picture as controls: those of its parameters that mean something for the open model.

use super::{
    Desk, Level,
    parameter::{self, Change},
    words,
};
use crate::{
    scene::{Kind, Layout, Look, Parameter},
    view::Palette,
};
use egui::Ui;
use std::fmt::Debug;

/// Shows the look.
pub fn show(ui: &mut Ui, desk: &mut Desk) {
    let palette = Palette::of(desk.look.theme);
    let schema = Look::schema();
    for parameter in schema.parameters() {
        let get = |look: &Look| schema.get(look, &parameter.path).unwrap_or_else(|_| parameter.default.clone());
        let (value, opened) = (get(&desk.look), get(&desk.scene.view));
        let change = match offered(desk, &parameter.path) {
            Offered::Nothing => continue,
            Offered::All => parameter::show(ui, palette, parameter, &value, &opened),
            Offered::These(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                // What names nothing means the first.
                let shown = value.to_string();
                let shown = if names.contains(&shown.as_str()) { shown.as_str() } else { names[0] };
                parameter::choice_row(ui, palette, parameter, &names, shown, |at| tip(parameter, names[at]), &opened)
            }
        };
        match change {
            Some(Change::Held(value) | Change::Done(value)) if value != get(&desk.look) => {
                desk.set_look(&parameter.path, value)
            }
            Some(Change::Refused(reason)) => desk.tell(Level::Error, reason),
            _ => {}
        }
    }
}

/// Which values of a parameter mean something for the open model.
enum Offered {
    Nothing,
    All,
    /// These names, the first of which is meant where none is named.
    These(Vec<String>),
}

fn offered(desk: &Desk, path: &str) -> Offered {
    let offer = &desk.offer;
    let only = |so: bool| if so { Offered::All } else { Offered::Nothing };
    let or_none = |names: &[&str]| match names {
        [] => Offered::Nothing,
        names => Offered::These(names.iter().chain(&["none"]).map(|name| (*name).to_owned()).collect()),
    };
    match path {
        "colour" => or_none(&offer.channels),
        "field" => or_none(&offer.fields),
        "layout" => choices(&offer.layouts),
        "links" => choices(&offer.links),
        "zones" => only(offer.zones),
        "density" => only(!matches!(desk.look.layout, Layout::Lattice | Layout::Raster)),
        "vectors" => only(offer.vectors),
        "yaw" | "pitch" | "orbit" => only(!desk.frame.extent.is_flat()),
        "rows" => only(desk.look.layout == Layout::Raster),
        "trails" => only(desk.look.layout != Layout::Raster),
        _ => Offered::All,
    }
}

/// The names of these variants, where there is a choice.
fn choices(variants: &[impl Debug]) -> Offered {
    if variants.len() < 2 {
        return Offered::Nothing;
    }
    Offered::These(variants.iter().map(|variant| format!("{variant:?}").to_lowercase()).collect())
}

/// What a choice means, where it is one of the parameter's own.
fn tip(parameter: &Parameter, name: &str) -> String {
    let Kind::Choice(variants) = &parameter.kind else { return String::new() };
    variants.iter().find(|variant| variant.name == name).map_or_else(String::new, |variant| words::short(&variant.doc))
}
