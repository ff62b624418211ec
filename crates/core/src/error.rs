//! One kind of error for everything a person can get wrong: it names the place, the path inside it,
//! what was found, what is allowed and the nearest valid name.

use std::fmt;

/// Who has to act, which decides the exit code of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The request itself is wrong: exit code 2.
    Usage,
    /// The request is right but could not be carried out: exit code 1.
    Failure,
}

/// What went wrong, in the words that the person reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Parts>);

#[derive(Clone, Debug, PartialEq)]
struct Parts {
    blame: Blame,
    /// File, argument or action in which the mistake stands, with line and column where known.
    place: Option<String>,
    /// Path inside the place, as in `parameters.noise`.
    path: Option<String>,
    message: String,
    allowed: Option<String>,
    nearest: Option<String>,
}

/// What a fallible function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A mistake in the request.
    pub fn usage(message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Box::new(Parts { blame: Blame::Usage, place: None, path: None, message, allowed: None, nearest: None }))
    }

    /// A right request that could not be carried out.
    pub fn failure(message: impl Into<String>) -> Self {
        let mut error = Self::usage(message);
        error.0.blame = Blame::Failure;
        error
    }

    /// The file, argument or action in which it stands. The innermost place wins.
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.0.place.get_or_insert_with(|| place.to_string());
        self
    }

    /// The path inside the place.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.0.path.get_or_insert(path.into());
        self
    }

    /// What would have been right.
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.0.allowed = Some(allowed.into());
        self
    }

    /// Points at the valid name closest to what was `found`, where there are too many to list.
    pub fn near<'a>(mut self, found: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        self.0.nearest = nearest(found, valid).map(str::to_owned);
        self
    }

    /// Lists the valid names and points at the one closest to what was `found`.
    pub fn names<'a>(mut self, found: &str, valid: impl IntoIterator<Item = &'a str>) -> Self {
        let valid: Vec<&str> = valid.into_iter().collect();
        self.0.nearest = nearest(found, valid.iter().copied()).map(str::to_owned);
        self.0.allowed = (!valid.is_empty()).then(|| valid.join(", "));
        self
    }

    /// Puts a section's name before the path.
    pub fn under(mut self, section: &str) -> Self {
        self.0.path = Some(self.0.path.map_or_else(|| section.to_owned(), |path| format!("{section}.{path}")));
        self
    }

    /// Whether the path inside the place is this one.
    pub fn is_about(&self, path: &str) -> bool {
        self.0.path.as_deref() == Some(path)
    }

    /// Who has to act.
    pub fn blame(&self) -> Blame {
        self.0.blame
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.0.place, &self.0.path].into_iter().flatten() {
            write!(f, "{part}: ")?;
        }
        write!(f, "{}", self.0.message)?;
        if let Some(nearest) = &self.0.nearest {
            write!(f, "; nearest: {nearest}")?;
        }
        if let Some(allowed) = &self.0.allowed {
            write!(f, "; allowed: {allowed}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// The valid name closest to `found`, where one is close enough to have been meant.
pub fn nearest<'a>(found: &str, valid: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    valid
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&found, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len().max(found.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_place_path_nearest_and_allowed() {
        let error = Error::usage("no parameter 'nois'").names("nois", ["noise", "radius"]).path("parameters").at("a.ron:3:4");
        assert_eq!(error.to_string(), "a.ron:3:4: parameters: no parameter 'nois'; nearest: noise; allowed: noise, radius");
    }

    #[test]
    fn a_name_far_from_all_has_no_nearest() {
        assert_eq!(nearest("quux", ["noise", "radius"]), None);
        assert_eq!(nearest("radios", ["noise", "radius"]), Some("radius"));
    }
}
