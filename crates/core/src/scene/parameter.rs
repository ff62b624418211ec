//! Parameters: one list, read off a struct by reflection, from which sliders, `--set`, sweeps, files and
//! error messages all derive.

use crate::error::{Error, Result};
use bevy_reflect::{
    NamedField, Reflect, ReflectMut, ReflectRef, TypeInfo, Typed,
    enums::{DynamicEnum, DynamicVariant},
    structs::Struct,
};
use serde::{Deserialize, Serialize};
use std::{fmt, ops::RangeInclusive};

/// Unit of a parameter, as in `rad`.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Unit(pub &'static str);

/// Symbol of a parameter in its paper, as in `η`.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Symbol(pub &'static str);

/// The heading under which a parameter stands in the panel.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Group(pub &'static str);

/// What the panel calls a parameter whose path is no word of its own, as `k`.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Label(pub &'static str);

/// What the left and the right end of the interaction strength's slider mean, where it is not disorder and order.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Ends(pub &'static str, pub &'static str);

/// The part of the allowed range that a slider covers, where the whole would be unhandy.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Slider(pub f64, pub f64);

/// The slider moves in decades.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Log;

/// What 0 stands for, where it is no number like the others, as in `as the file says`.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Zero(pub &'static str);

/// A change takes effect at the next restart, since agents or space are made from it.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Restart;

/// The program writes it itself, to know again what a scene was made of: the panel does not show it.
#[derive(Reflect, Clone, Copy, Debug, PartialEq)]
pub struct Kept;

/// Marks the interaction strength of a model: exactly one parameter has it, save of recorded tracks, which have none.
#[derive(Reflect, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Order grows with the value.
    Rising,
    /// Order grows as the value falls (noise): the slider is drawn reversed, so that right is order.
    Falling,
}

/// The value, as after `--set PATH=`, at which nobody acts on anybody; where several parameters have one, when all are at it.
#[derive(Reflect, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoupled(pub &'static str);

/// A number as people read it: with a true minus sign (U+2212). What is typed back and what programs read has a hyphen.
pub fn typographic(number: &str) -> String {
    number.replace('-', "\u{2212}")
}

/// A number in at most four significant digits, in as few as it has, with a true minus sign.
pub fn legible(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let magnitude = libm::log10(value.abs()).floor() as i32;
    if !(-4..7).contains(&magnitude) {
        return typographic(&format!("{value:.2e}"));
    }
    let decimals = (3 - magnitude).max(0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    typographic(text)
}

/// The value of one parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A switch.
    Switch(bool),
    /// A number; whole where the parameter is.
    Number(f64),
    /// The name of a choice, or free text.
    Text(String),
}

impl Value {
    /// Reads what a person types after `--set PATH=`: a switch, a number, or else a name.
    pub fn parse(text: &str) -> Self {
        match text.trim() {
            "true" => Self::Switch(true),
            "false" => Self::Switch(false),
            text => text.parse().map_or_else(|_| Self::Text(text.trim_matches('"').to_owned()), Self::Number),
        }
    }

    /// As few letters as bring it back: most parameters are of single precision.
    pub fn brief(&self) -> String {
        let single = self.number().map(|number| number as f32).filter(|single| self.number() == Some(f64::from(*single)));
        single.map_or_else(|| self.to_string(), |single| single.to_string())
    }

    /// As people read it: a number has the digits that count and a true minus sign, a name has spaces.
    pub fn shown(&self) -> String {
        match self {
            Self::Number(number) => legible(*number),
            Self::Text(name) => name.replace('_', " "),
            Self::Switch(_) => self.brief(),
        }
    }

    /// The number, where it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Switch(on) => write!(f, "{on}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

/// One choice of an enumerated parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name in files and on the command line.
    pub name: String,
    /// What it means.
    pub doc: String,
}

/// What values a parameter takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A finite number from `min` to `max`, both allowed.
    Number {
        /// Smallest allowed.
        min: f64,
        /// Largest allowed.
        max: f64,
        /// Only whole numbers.
        whole: bool,
    },
    /// On or off.
    Switch,
    /// One of a few names.
    Choice(Vec<Variant>),
    /// Any text.
    Text,
}

impl Kind {
    /// What is allowed, in words.
    pub fn allowed(&self) -> String {
        match self {
            Self::Number { min, max, whole } => format!("{min} to {max}{}", if *whole { ", whole" } else { "" }),
            Self::Switch => "true, false".into(),
            Self::Choice(variants) => variants.iter().map(|variant| variant.name.as_str()).collect::<Vec<_>>().join(", "),
            Self::Text => "text".into(),
        }
    }
}

/// All that is known of one parameter: the one source of its slider, tooltip, `--set`, sweep and errors.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its address, as in `noise` or `view.trails`.
    pub path: String,
    /// What it means (the field's documentation).
    pub doc: String,
    /// What the panel calls it, or nothing where its path says it.
    pub name: &'static str,
    /// Its symbol in the paper, or nothing.
    pub symbol: &'static str,
    /// Its unit, or nothing where it is a pure number.
    pub unit: &'static str,
    /// The heading under which it stands, or nothing.
    pub group: &'static str,
    /// Which values it takes.
    pub kind: Kind,
    /// The part of the range that a slider covers.
    pub slider: Option<(f64, f64)>,
    /// What 0 stands for, or nothing where it is a number like the others.
    pub zero: &'static str,
    /// Whether the slider moves in decades.
    pub log: bool,
    /// Whether a change needs a restart.
    pub restart: bool,
    /// Whether the program writes it itself, so that the panel does not show it.
    pub kept: bool,
    /// Whether this is the interaction strength.
    pub strength: Option<Strength>,
    /// What the ends of its slider mean from left to right, where it is the interaction strength.
    pub ends: [&'static str; 2],
    /// The value at which nobody acts on anybody, together with those of other parameters that have one.
    pub decoupled: Option<Value>,
    /// Its default.
    pub default: Value,
}

impl Parameter {
    /// Its name, or else the path in the words of the field: `max_align_turn` reads `Max align turn`.
    pub fn label(&self) -> String {
        if !self.name.is_empty() {
            return self.name.to_owned();
        }
        let words = self.path.rsplit('.').next().unwrap_or(&self.path).replace('_', " ");
        let mut letters = words.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    /// The symbol, where it says more than the label.
    pub fn symbol_beside_label(&self) -> &'static str {
        if self.label() == self.symbol { "" } else { self.symbol }
    }

    /// The largest number allowed, where it is one.
    pub fn most(&self) -> Option<f64> {
        match self.kind {
            Kind::Number { max, .. } => Some(max),
            _ => None,
        }
    }

    /// The range that a slider covers.
    pub fn slider_range(&self) -> Option<RangeInclusive<f64>> {
        match self.kind {
            Kind::Number { min, max, .. } => {
                let (from, to) = self.slider.unwrap_or((min, max));
                Some(from..=to)
            }
            _ => None,
        }
    }

    /// Checks a value against what is allowed and brings it into the parameter's own form.
    ///
    /// # Errors
    /// Names the path, the value found and what is allowed.
    pub fn check(&self, value: &Value) -> Result<Value> {
        let wrong = |message: String| Error::usage(message).path(&self.path);
        match (&self.kind, value) {
            (Kind::Number { min, max, whole }, Value::Number(number)) => {
                if !number.is_finite() || number < min || number > max || (*whole && number.fract() != 0.0) {
                    return Err(wrong(format!("{number} is out of range")).allowed(self.kind.allowed()));
                }
                Ok(value.clone())
            }
            (Kind::Switch, Value::Switch(_)) | (Kind::Text, Value::Text(_)) => Ok(value.clone()),
            (Kind::Text, other) => Ok(Value::Text(other.to_string())),
            (Kind::Choice(variants), Value::Text(name)) => {
                let name = snake_case(name);
                if variants.iter().any(|variant| variant.name == name) {
                    return Ok(Value::Text(name));
                }
                Err(wrong(format!("'{name}' is not a choice")).names(&name, variants.iter().map(|v| v.name.as_str())))
            }
            (kind, found) => Err(wrong(format!("'{found}' does not fit")).allowed(kind.allowed())),
        }
    }
}

/// A struct whose fields are parameters, of whatever model.
pub trait Params: Reflect + Struct + Send + Sync + fmt::Debug {
    /// A copy.
    fn copy(&self) -> Box<dyn Params>;
    /// The fields as RON, in full.
    fn to_ron(&self) -> String;
}

impl<T: Reflect + Struct + Clone + Serialize + Send + Sync + fmt::Debug> Params for T {
    fn copy(&self) -> Box<dyn Params> {
        Box::new(self.clone())
    }
    fn to_ron(&self) -> String {
        ron::to_string(self).expect("plain fields always have a RON form")
    }
}

impl Clone for Box<dyn Params> {
    fn clone(&self) -> Self {
        (**self).copy()
    }
}

/// Whatever has a parameters struct: a model, or the look of a picture.
pub trait Schema: Send + Sync {
    /// Its name in files and on the command line.
    fn name(&self) -> &'static str;
    /// Its parameters, in the order of the fields.
    fn parameters(&self) -> &[Parameter];
    /// The struct with every default.
    fn defaults(&self) -> Box<dyn Params>;
    /// Reads the struct from RON.
    ///
    /// # Errors
    /// RON's own, with the position inside `text`.
    fn read(&self, text: &str) -> ron::error::SpannedResult<Box<dyn Params>>;

    /// The parameter of this path.
    ///
    /// # Errors
    /// Names the valid paths and the nearest.
    fn parameter(&self, path: &str) -> Result<&Parameter> {
        self.parameters().iter().find(|parameter| parameter.path == path).ok_or_else(|| {
            Error::usage(format!("{} has no parameter '{path}'", self.name()))
                .names(path, self.parameters().iter().map(|parameter| parameter.path.as_str()))
        })
    }

    /// The one interaction strength, where there is one.
    fn strength(&self) -> Option<&Parameter> {
        self.parameters().iter().find(|parameter| parameter.strength.is_some())
    }

    /// The value of one parameter.
    ///
    /// # Errors
    /// Where there is no such parameter.
    fn get(&self, params: &dyn Params, path: &str) -> Result<Value> {
        self.parameter(path)?;
        Ok(value_of(params, path))
    }

    /// Sets one parameter, after checking it.
    ///
    /// # Errors
    /// Where there is no such parameter, or the value is not allowed.
    fn set(&self, params: &mut dyn Params, path: &str, value: &Value) -> Result<()> {
        let value = self.parameter(path)?.check(value)?;
        put(params, path, &value);
        Ok(())
    }

    /// Checks every field: finite, in range, a whole number where it must be.
    ///
    /// # Errors
    /// The first field that is not allowed.
    fn check(&self, params: &dyn Params) -> Result<()> {
        self.parameters().iter().try_for_each(|parameter| parameter.check(&value_of(params, &parameter.path)).map(drop))
    }
}

/// Reads the list of parameters off a struct.
///
/// # Panics
/// Where a field is of a type that is no parameter, or a number has no range: a mistake of the model's author,
/// which the first use of the model shows.
pub fn parameters_of<T: Params + Typed + Default>() -> Vec<Parameter> {
    let TypeInfo::Struct(info) = T::type_info() else { panic!("{} is not a struct with named fields", T::type_path()) };
    let defaults = T::default();
    info.iter().map(|field| describe(field, &defaults)).collect()
}

fn describe(field: &NamedField, defaults: &dyn Params) -> Parameter {
    let name = field.name();
    let kind = match field.type_path_table().short_path() {
        "f32" => number(
            field,
            field.get_attribute::<RangeInclusive<f32>>().map(|r| (shortest(*r.start()), shortest(*r.end()))),
            false,
        ),
        "f64" => number(field, field.get_attribute::<RangeInclusive<f64>>().map(|r| (*r.start(), *r.end())), false),
        "u32" => {
            number(field, field.get_attribute::<RangeInclusive<u32>>().map(|r| ((*r.start()).into(), (*r.end()).into())), true)
        }
        "bool" => Kind::Switch,
        "String" => Kind::Text,
        other => match field.type_info() {
            Some(TypeInfo::Enum(info)) => Kind::Choice(
                info.iter().map(|v| Variant { name: snake_case(v.name()), doc: documentation(v.docs()) }).collect(),
            ),
            _ => panic!("field {name}: {other} is no parameter type; use f32, f64, u32, bool, String or an enum without data"),
        },
    };
    Parameter {
        path: name.to_owned(),
        doc: documentation(field.docs()),
        name: field.get_attribute::<Label>().map_or("", |label| label.0),
        symbol: field.get_attribute::<Symbol>().map_or("", |symbol| symbol.0),
        unit: field.get_attribute::<Unit>().map_or("", |unit| unit.0),
        group: field.get_attribute::<Group>().map_or("", |group| group.0),
        slider: field.get_attribute::<Slider>().map(|slider| (slider.0, slider.1)),
        zero: field.get_attribute::<Zero>().map_or("", |zero| zero.0),
        log: field.has_attribute::<Log>(),
        restart: field.has_attribute::<Restart>(),
        kept: field.has_attribute::<Kept>(),
        strength: field.get_attribute::<Strength>().copied(),
        ends: field.get_attribute::<Ends>().map_or(["disorder", "order"], |ends| [ends.0, ends.1]),
        decoupled: field.get_attribute::<Decoupled>().map(|at| Value::parse(at.0)),
        default: value_of(defaults, name),
        kind,
    }
}

fn number(field: &NamedField, range: Option<(f64, f64)>, whole: bool) -> Kind {
    let (min, max) = range.unwrap_or_else(|| panic!("field {} needs a range of its own type", field.name()));
    Kind::Number { min, max, whole }
}

/// The decimal number that a person means by an `f32`: 0.1, not 0.100000001490116.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().expect("an f32 prints as a number")
}

fn documentation(docs: Option<&str>) -> String {
    docs.unwrap_or_default().lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// `LightBlue` and `light blue` read `light_blue`.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for letter in name.trim().chars() {
        if letter.is_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.extend(if letter == ' ' || letter == '-' { '_' } else { letter }.to_lowercase());
    }
    out
}

fn value_of(params: &dyn Params, path: &str) -> Value {
    let field = params.field(path).expect("paths come from the struct itself");
    if let Some(number) = field.try_downcast_ref::<f32>() {
        Value::Number(shortest(*number))
    } else if let Some(number) = field.try_downcast_ref::<f64>() {
        Value::Number(*number)
    } else if let Some(number) = field.try_downcast_ref::<u32>() {
        Value::Number((*number).into())
    } else if let Some(on) = field.try_downcast_ref::<bool>() {
        Value::Switch(*on)
    } else if let Some(text) = field.try_downcast_ref::<String>() {
        Value::Text(text.clone())
    } else if let ReflectRef::Enum(choice) = field.reflect_ref() {
        Value::Text(snake_case(choice.variant_name()))
    } else {
        unreachable!("{path}: `describe` lets only the types above through")
    }
}

/// Puts a checked value in its field.
fn put(params: &mut dyn Params, path: &str, value: &Value) {
    let field = params.field_mut(path).expect("paths come from the struct itself");
    match value {
        Value::Number(number) => {
            if let Some(field) = field.try_downcast_mut::<f32>() {
                *field = *number as f32;
            } else if let Some(field) = field.try_downcast_mut::<f64>() {
                *field = *number;
            } else if let Some(field) = field.try_downcast_mut::<u32>() {
                *field = *number as u32;
            }
        }
        Value::Switch(on) => {
            if let Some(field) = field.try_downcast_mut::<bool>() {
                *field = *on;
            }
        }
        Value::Text(text) => {
            if let Some(field) = field.try_downcast_mut::<String>() {
                text.clone_into(field);
            } else if let ReflectMut::Enum(choice) = field.reflect_mut() {
                let Some(TypeInfo::Enum(info)) = choice.get_represented_type_info() else { return };
                if let Some(variant) = info.iter().find(|variant| snake_case(variant.name()) == *text) {
                    choice.apply(&DynamicEnum::new(variant.name(), DynamicVariant::Unit));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Order {
        /// All at once.
        AllAtOnce,
        OneByOne,
    }

    #[derive(Reflect, Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Sample {
        /// Amplitude of
        /// the noise.
        #[reflect(@0.0..=0.7f32, @Symbol("η"), @Unit("rad"), @Strength::Falling)]
        noise: f32,
        #[reflect(@1..=10u32, @Restart)]
        agents: u32,
        order: Order,
    }

    impl Default for Sample {
        fn default() -> Self {
            Self { noise: 0.1, agents: 3, order: Order::AllAtOnce }
        }
    }

    struct SampleSchema(Vec<Parameter>);
    impl Schema for SampleSchema {
        fn name(&self) -> &'static str {
            "sample"
        }
        fn parameters(&self) -> &[Parameter] {
            &self.0
        }
        fn defaults(&self) -> Box<dyn Params> {
            Box::new(Sample::default())
        }
        fn read(&self, text: &str) -> ron::error::SpannedResult<Box<dyn Params>> {
            ron::from_str::<Sample>(text).map(|s| Box::new(s) as Box<dyn Params>)
        }
    }

    fn schema() -> SampleSchema {
        SampleSchema(parameters_of::<Sample>())
    }

    #[test]
    fn a_field_tells_all_of_its_parameter() {
        let schema = schema();
        let noise = schema.parameter("noise").unwrap();
        assert_eq!((noise.doc.as_str(), noise.symbol, noise.unit), ("Amplitude of the noise.", "η", "rad"));
        assert_eq!(noise.kind, Kind::Number { min: 0.0, max: 0.7, whole: false });
        assert_eq!(noise.default, Value::Number(0.1));
        assert_eq!(schema.strength().unwrap().path, "noise");
        assert!(schema.parameter("agents").unwrap().restart);
    }

    #[test]
    fn values_are_set_by_path_and_read_back() {
        let schema = schema();
        let mut params = schema.defaults();
        for (path, value) in [("noise", "0.3"), ("agents", "7"), ("order", "one_by_one")] {
            schema.set(&mut *params, path, &Value::parse(value)).unwrap();
            assert_eq!(schema.get(&*params, path).unwrap().to_string(), value);
        }
        assert_eq!(params.to_ron(), "(noise:0.3,agents:7,order:one_by_one)");
    }

    #[test]
    fn wrong_values_are_named() {
        let schema = schema();
        let mut params = schema.defaults();
        let mut error = |path: &str, value: &str| schema.set(&mut *params, path, &Value::parse(value)).unwrap_err().to_string();
        assert_eq!(error("noise", "0.8"), "noise: 0.8 is out of range; allowed: 0 to 0.7");
        assert_eq!(error("noise", "NaN"), "noise: NaN is out of range; allowed: 0 to 0.7");
        assert_eq!(error("agents", "2.5"), "agents: 2.5 is out of range; allowed: 1 to 10, whole");
        assert_eq!(
            error("order", "one_by_on"),
            "order: 'one_by_on' is not a choice; nearest: one_by_one; allowed: all_at_once, one_by_one"
        );
        assert_eq!(error("nois", "1"), "sample has no parameter 'nois'; nearest: noise; allowed: noise, agents, order");
        assert_eq!(error("agents", "many"), "agents: 'many' does not fit; allowed: 1 to 10, whole");
    }
}
