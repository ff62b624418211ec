//! Scenes and saved runs as RON files: reading with errors that name line and field, checking, writing.

use super::{Against, Beat, Difference, Film, Journal, Look, Parameter, Params, Schema};
use crate::error::{Error, Result};
use ron::{error::SpannedError, value::RawValue};
use serde::{Deserialize, Serialize};

/// A model with values for its parameters.
#[derive(Clone, Debug)]
pub struct Model {
    /// The model's name.
    pub name: &'static str,
    /// Its parameters.
    pub params: Box<dyn Params>,
}

/// A scene: all that a run needs but the journal.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What stands above the picture.
    pub title: String,
    /// One line for the gallery.
    pub about: String,
    /// The published source of its settings.
    pub source: String,
    /// The explanation, in Markdown.
    pub text: String,
    /// The model and its parameters.
    pub model: Model,
    /// The seed of all chance.
    pub seed: u64,
    /// Speed at which it opens, steps per second.
    pub speed: f32,
    /// The look of the picture.
    pub view: Look,
    /// The instruments plotted at first; empty: the model's own.
    pub plots: Vec<String>,
    /// The parameters that a lesson shows beside the interaction strength.
    pub teach: Vec<String>,
    /// The story, beat by beat.
    pub story: Vec<Beat>,
}

/// A saved run: scene, journal and what came of them.
#[derive(Clone, Debug)]
pub struct Run {
    /// The version that made it.
    pub version: String,
    /// How many steps it has.
    pub steps: u64,
    /// State hash after the last step.
    pub hash: u64,
    /// The film or picture that shows it, where it was read from one.
    pub film: Option<Film>,
    /// The run that was played beside it, where two were compared.
    pub against: Option<Against>,
    /// The scene.
    pub scene: Scene,
    /// The journal.
    pub journal: Journal,
}

/// The fields of a scene file. Parameters and view stay raw: the model that the file names reads the former.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SceneFile<'a> {
    #[serde(default)]
    title: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    text: String,
    model: String,
    #[serde(borrow, default = "nothing")]
    parameters: &'a RawValue,
    #[serde(default = "first_seed")]
    seed: u64,
    #[serde(default = "calm_speed")]
    speed: f32,
    #[serde(borrow, default = "nothing")]
    view: &'a RawValue,
    #[serde(default)]
    plots: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    teach: Vec<String>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    story: Vec<&'a RawValue>,
}

/// The fields of a saved run.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RunFile<'a> {
    flockwork: String,
    steps: u64,
    hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    film: Option<Film>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    against: Option<AgainstFile>,
    #[serde(borrow)]
    scene: &'a RawValue,
    #[serde(default)]
    journal: Journal,
}

/// The fields of a run beside another one.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgainstFile {
    set: String,
    hash: String,
}

fn nothing() -> &'static RawValue {
    RawValue::from_ron("()").expect("the unit is RON")
}

fn first_seed() -> u64 {
    1
}

fn calm_speed() -> f32 {
    60.0
}

/// Slowest and fastest speed that a scene may ask for, steps per second.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.1..=10_000.0;

/// The models that a file may name.
pub type Schemas<'a> = &'a [&'static dyn Schema];

impl Scene {
    /// Reads a scene from RON. `place` is the file's name, for errors.
    ///
    /// # Errors
    /// Names line, column and field, what was found and what is allowed.
    pub fn read(text: &str, place: &str, models: Schemas) -> Result<Self> {
        Self::read_part(text, text, place, "", models)
    }

    /// Reads a scene that is a `part` of the file's `whole` text, so that positions are those of the file.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_part(part: &str, whole: &str, place: &str, path: &str, models: Schemas) -> Result<Self> {
        let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let file: SceneFile = ron::from_str(part).map_err(|e| explain(&e, part, whole, place, path))?;
        let names = || models.iter().map(|schema| schema.name());
        let schema = models.iter().find(|schema| schema.name() == file.model).ok_or_else(|| {
            Error::usage(format!("no model '{}'", file.model)).names(&file.model, names()).path(inside("model")).at(place)
        })?;
        let section = |name: &str, raw: &RawValue, schema: &dyn Schema| -> Result<Box<dyn Params>> {
            let text = raw.get_ron();
            let params = schema.read(text).map_err(|e| match named(&e, text, schema) {
                Some(parameter) => explain(&e, text, whole, place, &inside(&format!("{name}.{}", parameter.path)))
                    .allowed(parameter.kind.allowed()),
                None => explain(&e, text, whole, place, &inside(name)),
            })?;
            schema.check(&*params).map_err(|e| prefixed(e, &inside(name), schema, text, whole, place))?;
            Ok(params)
        };
        let params = section("parameters", file.parameters, *schema)?;
        section("view", file.view, Look::schema())?;
        let view: Look = ron::from_str(file.view.get_ron()).expect("the look was read just above");
        if !SPEEDS.contains(&file.speed) {
            return Err(Error::usage(format!("{} is out of range", file.speed))
                .allowed(format!("{} to {} steps per second", SPEEDS.start(), SPEEDS.end()))
                .path(inside("speed"))
                .at(place));
        }
        for path in &file.teach {
            schema.parameter(path).map_err(|error| error.path(inside("teach")).at(place))?;
        }
        let beats = (1..).zip(file.story).map(|(number, raw)| {
            let (text, path) = (raw.get_ron(), inside(&format!("story.beat {number}")));
            let beat: Beat = ron::from_str(text).map_err(|e| explain(&e, text, whole, place, &path))?;
            let (line, column) = position(text.trim_start(), whole, 1, 1);
            beat.check(*schema).map_err(|error| error.under(&path).at(format!("{place}:{line}:{column}")))?;
            Ok(beat)
        });
        let story = beats.collect::<Result<_>>()?;
        Ok(Self {
            title: file.title,
            about: file.about,
            source: file.source,
            text: file.text,
            model: Model { name: schema.name(), params },
            seed: file.seed,
            speed: file.speed,
            view,
            plots: file.plots,
            teach: file.teach,
            story,
        })
    }

    /// The scene as RON, with every parameter written out.
    pub fn write(&self) -> String {
        let params = self.model.params.to_ron();
        let view = self.view.to_ron();
        let beats: Vec<String> =
            self.story.iter().map(|beat| ron::to_string(beat).expect("plain data always has a RON form")).collect();
        let raw = |beat| RawValue::from_ron(beat).expect("written by RON");
        pretty(&SceneFile {
            title: self.title.clone(),
            about: self.about.clone(),
            source: self.source.clone(),
            text: self.text.clone(),
            model: self.model.name.to_owned(),
            parameters: RawValue::from_ron(&params).expect("written by RON"),
            seed: self.seed,
            speed: self.speed,
            view: RawValue::from_ron(&view).expect("written by RON"),
            plots: self.plots.clone(),
            teach: self.teach.clone(),
            story: beats.iter().map(|beat| raw(beat.as_str())).collect(),
        })
    }
}

impl Run {
    /// Whether a text is a saved run rather than a scene, judged by its first field.
    pub fn is_one(text: &str) -> bool {
        text.trim_start().trim_start_matches('(').trim_start().starts_with("flockwork:")
    }

    /// Reads a saved run from RON. `place` is the file's name, for errors.
    ///
    /// # Errors
    /// Names line, column and field, what was found and what is allowed.
    pub fn read(text: &str, place: &str, models: Schemas) -> Result<Self> {
        let file: RunFile = ron::from_str(text).map_err(|e| explain(&e, text, text, place, ""))?;
        let hash_of = |text: &str, path: &str| {
            u64::from_str_radix(text, 16).map_err(|_| {
                Error::usage(format!("'{text}' is no state hash")).allowed("16 hexadecimal digits").path(path).at(place)
            })
        };
        let hash = hash_of(&file.hash, "hash")?;
        file.journal.check().map_err(|e| e.at(place))?;
        let scene = Scene::read_part(file.scene.get_ron(), text, place, "scene", models)?;
        let against = file.against.map(|AgainstFile { set, hash }| {
            let difference = Difference::read(&set).map_err(|e| e.path("against.set").at(place))?;
            let schema = models.iter().find(|schema| schema.name() == scene.model.name).expect("the scene was read with it");
            difference.scene(&scene, *schema).map_err(|e| e.under("against.set").at(place))?;
            Ok::<_, Error>(Against { difference, hash: hash_of(&hash, "against.hash")? })
        });
        let (version, steps, film, journal) = (file.flockwork, file.steps, file.film, file.journal);
        Ok(Self { version, steps, hash, film, against: against.transpose()?, scene, journal })
    }

    /// The run as RON.
    pub fn write(&self) -> String {
        let scene = self.scene.write();
        pretty(&RunFile {
            flockwork: self.version.clone(),
            steps: self.steps,
            hash: format!("{:016x}", self.hash),
            film: self.film.clone(),
            against: self
                .against
                .as_ref()
                .map(|Against { difference, hash }| AgainstFile { set: difference.to_string(), hash: format!("{hash:016x}") }),
            scene: RawValue::from_ron(&scene).expect("written by RON"),
            journal: self.journal.clone(),
        })
    }
}

impl Journal {
    /// Reads a journal from RON. `place` is the file's name, for errors.
    ///
    /// # Errors
    /// Names line, column and field, what was found and what is allowed.
    pub fn read(text: &str, place: &str) -> Result<Self> {
        let journal: Self = ron::from_str(text).map_err(|e| explain(&e, text, text, place, ""))?;
        journal.check().map_err(|e| e.at(place))?;
        Ok(journal)
    }

    /// Whether its steps are in order.
    ///
    /// # Errors
    /// Where they fall.
    pub fn check(&self) -> Result<()> {
        let ordered = self.run.is_sorted_by_key(|stamped| stamped.0) && self.view.is_sorted_by_key(|stamped| stamped.0);
        if ordered { Ok(()) } else { Err(Error::usage("its steps fall").allowed("steps in ascending order").path("journal")) }
    }
}

/// A value as RON that people read.
pub fn pretty(value: &impl Serialize) -> String {
    let config = ron::ser::PrettyConfig::new().depth_limit(3);
    ron::ser::to_string_pretty(value, config).expect("plain data always has a RON form") + "\n"
}

/// Turns RON's error inside `part` of the `whole` text into ours, with the position in the file.
pub fn explain(error: &SpannedError, part: &str, whole: &str, place: &str, path: &str) -> Error {
    use ron::Error as Ron;
    let ours = match &error.code {
        Ron::NoSuchStructField { expected, found, .. } => {
            Error::usage(format!("no field '{found}'")).names(found, expected.iter().copied())
        }
        Ron::NoSuchEnumVariant { expected, found, .. } => {
            Error::usage(format!("'{found}' is not a choice")).names(found, expected.iter().copied())
        }
        other if whole.trim().is_empty() => Error::usage(format!("the file is empty ({other})")),
        other if is_cut(other) && (*other == Ron::ExpectedStringEnd || ends_at(part, error)) => {
            Error::usage(format!("it ends here, too early ({other})")).allowed("a whole file: each bracket and quote is closed")
        }
        other => Error::usage(other.to_string()),
    };
    let (line, column) = position(part, whole, error.span.start.line, error.span.start.col);
    let ours = if path.is_empty() { ours } else { ours.path(path) };
    ours.at(format!("{place}:{line}:{column}"))
}

/// Whether an error may come of a text that was cut short, rather than of what it says.
fn is_cut(error: &ron::Error) -> bool {
    use ron::Error as Ron;
    !matches!(
        error,
        Ron::IntegerOutOfBounds
            | Ron::InvalidIntegerDigit { .. }
            | Ron::InvalidValueForType { .. }
            | Ron::ExpectedDifferentLength { .. }
            | Ron::ExpectedDifferentStructName { .. }
            | Ron::MissingStructField { .. }
            | Ron::DuplicateStructField { .. }
            | Ron::Message(_)
    )
}

/// The parameter whose value an error of its section is about, if it is about one.
fn named<'a>(error: &SpannedError, part: &str, schema: &'a dyn Schema) -> Option<&'a Parameter> {
    use ron::Error as Ron;
    let value = matches!(
        error.code,
        Ron::IntegerOutOfBounds
            | Ron::InvalidValueForType { .. }
            | Ron::ExpectedInteger
            | Ron::ExpectedFloat
            | Ron::ExpectedBoolean
            | Ron::ExpectedString
            | Ron::ExpectedComma
    );
    let line = part.split_inclusive('\n').take(error.span.end.line.saturating_sub(1)).map(str::len).sum::<usize>();
    let rest = part.get(line..)?;
    let offset = line + rest.char_indices().nth(error.span.end.col.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let before = |parameter: &&Parameter| find_field(part, &parameter.path).is_some_and(|at| at < offset);
    let last = schema.parameters().iter().filter(before).max_by_key(|parameter| find_field(part, &parameter.path));
    last.filter(|_| value)
}

/// Whether an error stands at the very end of a text.
fn ends_at(part: &str, error: &SpannedError) -> bool {
    let lines = part.trim_end().lines().count();
    let last = part.trim_end().lines().last().map_or(0, |line| line.chars().count());
    (error.span.end.line, error.span.end.col) >= (lines, last)
}

/// The error of a checked value, with the section's name before its path and the field's position in the file.
fn prefixed(error: Error, section: &str, schema: &dyn Schema, part: &str, whole: &str, place: &str) -> Error {
    let named = schema.parameters().iter().find_map(|parameter| {
        let field = parameter.path.as_str();
        error.is_about(field).then_some(field)
    });
    let Some(field) = named else { return error.path(section).at(place) };
    let offset = find_field(part, field).unwrap_or(0);
    let line = part[..offset].matches('\n').count() + 1;
    let column = offset - part[..offset].rfind('\n').map_or(0, |newline| newline + 1) + 1;
    let (line, column) = position(part, whole, line, column);
    error.under(section).at(format!("{place}:{line}:{column}"))
}

/// Byte offset of a field's name in a struct's text.
fn find_field(text: &str, field: &str) -> Option<usize> {
    text.match_indices(field).map(|(at, _)| at).find(|at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + field.len()..].trim_start().chars().next();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_') && after == Some(':')
    })
}

/// Line and column in `whole` of a line and column in `part`, a slice of it.
fn position(part: &str, whole: &str, line: usize, column: usize) -> (usize, usize) {
    let offset = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
    let Some(before) = whole.get(..offset) else { return (line, column) };
    let lines = before.matches('\n').count();
    let columns = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
    (lines + line, if line == 1 { columns + column } else { column })
}
