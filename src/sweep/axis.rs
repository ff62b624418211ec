//! What is varied: one parameter or several in step, and the values that they take.

use crate::{
    error::{Error, Result},
    scene::{Kind, Params, Value},
    sim::{AnyModel, maths},
};

/// How a wish to vary is written, for errors.
const FORMS: &str = "PATH=FROM:TO:COUNT, PATH=log:FROM:TO:COUNT, PATH=X,Y,Z, or several paths in step: PATH/PATH=X/Y,X/Y; \
                     a random or Sobol design takes PATH=FROM:TO and PATH=log:FROM:TO";
/// Most levels of one axis.
const MOST_LEVELS: usize = 1_000_000;

/// One parameter, or several in step, and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// As it was written.
    pub text: String,
    /// The paths; several are varied in step.
    pub paths: Vec<String>,
    /// The values.
    pub values: Values,
    /// The interval over which they are evenly spaced, where they are.
    pub span: Option<Range>,
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// These, one for each path.
    Levels(Vec<Vec<Value>>),
    /// Any number between two.
    Range(Range),
}

/// An interval of one parameter, even in the number or in its logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// One end.
    pub from: f64,
    /// The other.
    pub to: f64,
    /// Whether steps along it are ratios.
    pub log: bool,
    /// Whether only whole numbers are meant.
    pub whole: bool,
}

impl Range {
    /// The number at a share of the way from the one end to the other.
    pub fn at(&self, share: f64) -> f64 {
        let between = |from: f64, to: f64| from * (1.0 - share) + to * share;
        // Ends are met exactly.
        let number = match share {
            0.0 => self.from,
            1.0 => self.to,
            _ if self.log => maths::exp(between(maths::ln(self.from), maths::ln(self.to))),
            _ => between(self.from, self.to),
        };
        if self.whole { number.round() } else { number }
    }

    /// The share of the way at which a number stands.
    pub fn share(&self, number: f64) -> f64 {
        match self.log {
            true => maths::ln(number / self.from) / maths::ln(self.to / self.from),
            false => (number - self.from) / (self.to - self.from),
        }
    }
}

impl Axis {
    /// Reads what stands after `--vary` and checks it against the model's parameters.
    ///
    /// # Errors
    /// Where there is no such parameter, a value is not allowed, or the text has another form.
    pub fn read(text: &str, model: &dyn AnyModel) -> Result<Self> {
        Self::parse(text, model).map_err(|error| error.at(format!("--vary {text}")))
    }

    /// The same, with an error that does not say where the text stands.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(text: &str, model: &dyn AnyModel) -> Result<Self> {
        let (paths, values) = text.split_once('=').ok_or_else(|| Error::usage("no values").allowed(FORMS))?;
        let paths: Vec<String> = paths.split('/').map(|path| path.trim().to_owned()).collect();
        for path in &paths {
            model.parameter(path)?;
        }
        let values = match &paths[..] {
            [path] => match model.parameter(path)?.kind {
                Kind::Number { whole, .. } if values.contains(':') => numbers(values, whole)?,
                _ => (listed(values, 1)?, None),
            },
            several => (listed(values, several.len())?, None),
        };
        let (values, span) = values;
        Ok(Self { text: text.trim().into(), paths, values: canonical(values, text, model)?, span })
    }

    /// The axis that varies a model's interaction strength over the range of its slider.
    ///
    /// # Errors
    /// Where the model has none.
    pub fn of_strength(model: &dyn AnyModel) -> Result<Self> {
        let none = || Error::usage(format!("{} has no interaction strength: what to vary is not told", model.name()));
        let strength = model.strength().ok_or_else(|| none().allowed("--vary PATH=FROM:TO:COUNT"))?;
        let range = strength.slider_range().ok_or_else(none)?;
        let log = if strength.log && *range.start() > 0.0 { "log:" } else { "" };
        Self::read(&format!("{}={log}{}:{}:11", strength.path, range.start(), range.end()), model)
    }

    /// The number of levels; nothing for a range.
    pub fn levels(&self) -> Option<&[Vec<Value>]> {
        match &self.values {
            Values::Levels(levels) => Some(levels),
            Values::Range(_) => None,
        }
    }

    /// The values at a share of the way along it, in [0, 1).
    pub fn at(&self, share: f64) -> Vec<Value> {
        match &self.values {
            Values::Levels(levels) => levels[((share * levels.len() as f64) as usize).min(levels.len() - 1)].clone(),
            Values::Range(range) => vec![Value::Number(range.at(share))],
        }
    }
}

/// `FROM:TO`, `FROM:TO:COUNT`, and both with `log:` before.
fn numbers(text: &str, whole: bool) -> Result<(Values, Option<Range>)> {
    let (log, plain) = match text.trim().strip_prefix("log:") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let wrong = |what: String| Error::usage(what).allowed(FORMS);
    let fields: Vec<&str> = plain.split(':').map(str::trim).collect();
    let number = |field: &str| -> Result<f64> {
        field.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| wrong(format!("'{field}' is not a number")))
    };
    let ends = |from: &str, to: &str| -> Result<Range> {
        let range = Range { from: number(from)?, to: number(to)?, log, whole };
        if range.from == range.to {
            return Err(wrong("both ends are the same".into()));
        }
        if log && (range.from <= 0.0 || range.to <= 0.0) {
            return Err(wrong(format!("{from}:{to} has no logarithm everywhere")));
        }
        Ok(range)
    };
    match fields[..] {
        [from, to] => {
            let range = ends(from, to)?;
            Ok((Values::Range(range), Some(range)))
        }
        [from, to, count] => {
            let many = count.parse().ok().filter(|count| (2..=MOST_LEVELS).contains(count));
            let count = many.ok_or_else(|| {
                wrong(format!("'{count}' is no number of values")).allowed(format!("a whole number from 2 to {MOST_LEVELS}"))
            })?;
            let range = ends(from, to)?;
            let shares = (0..count).map(|level| level as f64 / (count - 1) as f64);
            let levels = shares.map(|share| vec![Value::Number(range.at(share))]).collect();
            Ok((Values::Levels(levels), Some(range)))
        }
        _ => Err(wrong(format!("'{text}' is no range"))),
    }
}

/// `X,Y,Z`, or `X/Y,X/Y` for paths in step.
fn listed(text: &str, paths: usize) -> Result<Values> {
    let level = |level: &str| {
        let values: Vec<Value> = match paths {
            1 => vec![Value::parse(level)],
            _ => level.split('/').map(Value::parse).collect(),
        };
        match values.len() == paths && !level.trim().is_empty() {
            true => Ok(values),
            false => Err(Error::usage(format!("'{level}' does not give a value for each path")).allowed(FORMS)),
        }
    };
    Ok(Values::Levels(text.split(',').map(level).collect::<Result<_>>()?))
}

/// Checks values, and brings them into the form in which the model keeps them: a table says what was run.
fn canonical(values: Values, text: &str, model: &dyn AnyModel) -> Result<Values> {
    let paths: Vec<&str> = text.split('=').next().unwrap_or_default().split('/').map(str::trim).collect();
    let mut params = model.defaults();
    let mut kept = |path: &str, value: &Value| keep(model, &mut *params, path, value);
    match values {
        Values::Range(range) => {
            for end in [range.from, range.to] {
                kept(paths[0], &Value::Number(end))?;
            }
            Ok(Values::Range(range))
        }
        Values::Levels(levels) => {
            let level = |level: &Vec<Value>| paths.iter().zip(level).map(|(path, value)| kept(path, value)).collect();
            let levels: Vec<Vec<Value>> = levels.iter().map(level).collect::<Result<_>>()?;
            let mut texts: Vec<String> = levels.iter().map(|level| spelled(level)).collect();
            texts.sort_unstable();
            if let Some([twice, _]) = texts.array_windows().find(|[a, b]| a == b) {
                return Err(Error::usage(format!("the value {twice} comes twice")).allowed("each value once"));
            }
            Ok(Values::Levels(levels))
        }
    }
}

/// Sets a parameter and reads it back: 0.30000000000000004 of an `f32` is 0.3.
///
/// # Errors
/// Where there is no such parameter, or the value is not allowed.
pub fn keep(model: &dyn AnyModel, params: &mut dyn Params, path: &str, value: &Value) -> Result<Value> {
    model.set(params, path, value)?;
    model.get(params, path)
}

/// The values of one level in a line.
pub fn spelled(level: &[Value]) -> String {
    level.iter().map(Value::to_string).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models;

    fn levels(text: &str) -> Vec<String> {
        let models = models::all();
        let axis = Axis::read(text, models.find("vicsek").unwrap()).unwrap();
        axis.levels().unwrap().iter().map(|level| spelled(level)).collect()
    }

    #[test]
    fn ranges_lists_and_paths_in_step_are_read() {
        assert_eq!(levels("noise=0:0.6:7"), ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]);
        assert_eq!(levels("radius=log:0.1:10:3"), ["0.1", "1", "10"]);
        assert_eq!(levels("agents=log:100:10000:4"), ["100", "464", "2154", "10000"]);
        assert_eq!(levels("update=forward, backward"), ["forward", "backward"]);
        assert_eq!(levels("agents/size=40/3.1,100/5"), ["40/3.1", "100/5"]);
    }

    #[test]
    fn mistakes_are_named() {
        let models = models::all();
        let error = |text: &str| Axis::read(text, models.find("vicsek").unwrap()).unwrap_err().to_string();
        assert!(error("nois=0:1:3").starts_with("--vary nois=0:1:3: vicsek has no parameter 'nois'; nearest: noise"));
        assert!(error("noise").contains("no values; allowed: PATH=FROM:TO:COUNT"));
        assert!(error("noise=0:9:3").contains("noise: 9 is out of range"));
        assert!(error("noise=0:1:1").contains("'1' is no number of values; allowed: a whole number from 2"));
        assert!(error("noise=log:0:1:3").contains("0:1 has no logarithm everywhere"));
        assert!(error("noise=1,2,1").contains("the value 1 comes twice"));
        assert!(error("agents=1:2:4").contains("comes twice"));
        assert!(error("agents/size=40,100/5").contains("'40' does not give a value for each path"));
        assert!(error("noise=0:x:3").contains("'x' is not a number"));
        assert!(error("noise=").contains("does not give a value"));
    }

    #[test]
    fn the_strength_is_varied_over_its_slider() {
        let models = models::all();
        assert_eq!(Axis::of_strength(models.find("kuramoto").unwrap()).unwrap().levels().unwrap().len(), 11);
        assert!(Axis::of_strength(models.find("tracks").unwrap()).is_err());
    }

    #[test]
    fn a_share_of_a_range_is_found_again() {
        for range in
            [Range { from: 0.5, to: 4.0, log: false, whole: false }, Range { from: 0.01, to: 100.0, log: true, whole: false }]
        {
            for share in [0.0, 0.2, 0.9, 1.0] {
                assert!((range.share(range.at(share)) - share).abs() < 1e-12);
            }
        }
    }
}
