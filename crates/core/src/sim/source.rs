//! Published works that a model follows: said in a line to people, in full to `flockwork cite`.

use std::fmt;

/// A published work. [`Display`](fmt::Display) says it in a line: surnames, where, year.
///
/// ```
/// # use flockwork_core::sim::Source;
/// let source = Source {
///     authors: &["O'Keeffe, K. P.", "Hong, H.", "Strogatz, S. H."],
///     title: "Oscillators that sync and swarm",
///     journal: "Nat. Commun.",
///     volume: "8",
///     pages: "1504",
///     year: 2017,
///     doi: "10.1038/s41467-017-01190-3",
///     ..Source::NONE
/// };
/// assert_eq!(source.to_string(), "O'Keeffe, Hong, Strogatz, Nat. Commun. 8, 1504 (2017)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The authors, as `Surname, I. N.`; an institution has its name alone, without a comma.
    pub authors: &'static [&'static str],
    /// The title.
    pub title: &'static str,
    /// The journal, as it is abbreviated; nothing where it appeared in none.
    pub journal: &'static str,
    /// The volume.
    pub volume: &'static str,
    /// The number within the volume.
    pub number: &'static str,
    /// First page, or the article's number.
    pub pages: &'static str,
    /// The year; 0 where it has none.
    pub year: u16,
    /// The digital object identifier, without `https://doi.org/`.
    pub doi: &'static str,
    /// Where it is to be had, where it has no such identifier.
    pub url: &'static str,
}

impl Source {
    /// A work of which nothing is known: what a literal leaves out.
    pub const NONE: Self =
        Self { authors: &[], title: "", journal: "", volume: "", number: "", pages: "", year: 0, doi: "", url: "" };

    /// The authors' surnames.
    pub fn surnames(&self) -> impl Iterator<Item = &'static str> {
        self.authors.iter().map(|author| author.split(',').next().unwrap_or(author))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.surnames().map(str::to_owned).collect();
        if self.journal.is_empty() {
            parts.push(self.title.into());
        } else {
            let number = if self.number.is_empty() { String::new() } else { format!(" ({})", self.number) };
            parts.push(format!("{} {}{number}", self.journal, self.volume));
            parts.push(self.pages.into());
        }
        parts.retain(|part| !part.trim().is_empty());
        write!(f, "{}", parts.join(", "))?;
        if self.year > 0 { write!(f, " ({})", self.year) } else { Ok(()) }
    }
}
