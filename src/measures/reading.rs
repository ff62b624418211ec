//! What an instrument says.

/// A reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Reading {
    /// Nothing: it is not the time to tell.
    #[default]
    Nothing,
    /// A number. Not a number where the instrument is not defined here.
    Number(f64),
    /// A number and its standard error.
    Estimate(f64, f64),
    /// A number at each place along an axis, as (place, number).
    Curve(Vec<[f64; 2]>),
    /// A number at each place of a plane, as (place along the first axis, along the second, number).
    Map(Vec<[f64; 3]>),
}

/// One number of a reading, as a row of a table in long form.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Entry {
    /// Place along the first axis, where it has one.
    pub x: Option<f64>,
    /// Place along the second axis, where it has one.
    pub y: Option<f64>,
    /// The number.
    pub value: f64,
    /// Its standard error, where it is known.
    pub error: Option<f64>,
}

impl Entry {
    /// Where its number stands: along the first axis, and along the second.
    pub fn place(&self) -> (Option<f64>, Option<f64>) {
        (self.x, self.y)
    }
}

impl Reading {
    /// The number of a reading that is one; otherwise not a number.
    pub fn number(&self) -> f64 {
        match self {
            Self::Number(number) | Self::Estimate(number, _) => *number,
            _ => f64::NAN,
        }
    }

    /// Its numbers, one by one.
    pub fn entries(&self) -> Vec<Entry> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Number(value) => vec![Entry { value: *value, ..Entry::default() }],
            Self::Estimate(value, error) => vec![Entry { value: *value, error: Some(*error), ..Entry::default() }],
            Self::Curve(points) => {
                points.iter().map(|[x, value]| Entry { x: Some(*x), value: *value, ..Entry::default() }).collect()
            }
            Self::Map(points) => {
                let entry = |[x, y, value]: &[f64; 3]| Entry { x: Some(*x), y: Some(*y), value: *value, error: None };
                points.iter().map(entry).collect()
            }
        }
    }
}

impl From<f64> for Reading {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}
