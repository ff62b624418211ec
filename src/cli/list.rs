//! `flockwork scenes`, `models` and `measures`: what there is, one line each.

use crate::{
    error::Result,
    lab::Lab,
    measures::{self, Takes, Tells, When},
    output::print,
    scene::{Parameter, Strength},
};
use std::{fmt::Write as _, process::ExitCode};

/// The gallery.
pub fn scenes(lab: &Lab) -> Result<ExitCode> {
    let gallery = lab.gallery();
    let width = gallery.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, scene) in &gallery {
        let about = if scene.about.is_empty() { &scene.title } else { &scene.about };
        let _ = writeln!(text, "{name:width$}  {about}");
    }
    print(&text)
}

/// All models, or the parameters of one.
pub fn models(lab: &Lab, name: Option<&str>) -> Result<ExitCode> {
    let Some(name) = name else {
        let width = lab.models().iter().map(|model| model.name().len()).max().unwrap_or(0);
        let line = |text: String, model: &'static dyn crate::sim::AnyModel| {
            text + &format!("{:width$}  {} ({})\n", model.name(), model.title(), model.source())
        };
        return print(&lab.models().iter().fold(String::new(), line));
    };
    let model = lab.models().find(name)?;
    let mut text = format!("{}: {}\n{}\n\n{}\n\n", model.name(), model.title(), model.source(), model.explanation());
    for parameter in model.parameters() {
        text += &describe(parameter);
    }
    let _ = writeln!(text, "instruments: {}", model.measures().join(", "));
    print(&text)
}

fn describe(parameter: &Parameter) -> String {
    let mut marks = Vec::new();
    match parameter.strength {
        Some(Strength::Rising) => marks.push("interaction strength"),
        Some(Strength::Falling) => marks.push("interaction strength, order grows as it falls"),
        None => {}
    }
    if parameter.restart {
        marks.push("needs a restart");
    }
    let mut text = format!("{} = {}", parameter.path, parameter.default);
    for part in [parameter.unit, parameter.symbol] {
        if !part.is_empty() {
            let _ = write!(text, "  {part}");
        }
    }
    let _ = write!(text, "  [{}]", parameter.kind.allowed());
    if !marks.is_empty() {
        let _ = write!(text, "  ({})", marks.join("; "));
    }
    text + &format!("\n    {}\n", parameter.doc)
}

/// All instruments, or the definition of one.
pub fn measures(name: Option<&str>) -> Result<ExitCode> {
    let Some(name) = name else {
        let width = measures::ALL.iter().map(|instrument| instrument.name.len()).max().unwrap_or(0);
        let line = |text: String, instrument: &measures::Instrument| {
            let ends = [": ", ". "].map(|end| instrument.definition.find(end));
            let first = ends.into_iter().flatten().min().map_or(instrument.definition, |end| &instrument.definition[..end]);
            text + &format!("{:width$}  {}  {first}\n", instrument.name, instrument.symbol)
        };
        return print(&measures::ALL.iter().fold(String::new(), line));
    };
    let instrument = measures::find(name)?;
    let range = instrument.range.map_or("any".into(), |(low, high)| format!("{low} to {high}"));
    let needs = match instrument.takes {
        Takes::Nothing => instrument.needs.0.into(),
        Takes::Readings(1) => {
            format!("the readings of another, as in {}:polarisation, or of the model's first", instrument.name)
        }
        Takes::Readings(count) => format!("the readings of {count} others, as in {}:polarisation:rotation", instrument.name),
        Takes::Many => format!("the readings of others, as in {}:polarisation:rotation, or of all beside it", instrument.name),
    };
    let tells = match instrument.tells {
        Tells::Number => "a number".into(),
        Tells::Curve(x) => format!("a number at each {x}"),
        Tells::Map(x, y) => format!("a number at each {x} and {y}"),
    };
    let when = match instrument.when {
        When::Sampled => "of any step",
        When::Each => "of any step, having seen every one before",
        When::End => "of a whole run, at its end",
    };
    print(&format!(
        "{} {}\n{}\ntells: {tells} {when}\nrange: {range}\nneeds: {needs}\ncost: {} (N agents, n neighbours of each, T readings)\n",
        instrument.name, instrument.symbol, instrument.definition, instrument.cost
    ))
}
