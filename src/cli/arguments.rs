//! Arguments as they are read, and the words in which a wrong one is refused.

use super::Arguments;
use crate::error::{Error, nearest};
use clap::{
    Command, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, ErrorKind},
};
use std::{
    error::Error as _,
    ffi::OsString,
    ops::{Bound, RangeBounds},
};

/// Reads arguments. What looks like a negative number is one, so that it is refused for what it is.
///
/// # Errors
/// As the parser says it; [`refusal`] puts it in words. Help and version come as errors too.
pub fn parsed(words: &[OsString]) -> Result<Arguments, clap::Error> {
    Arguments::from_arg_matches(&command().try_get_matches_from(words)?)
}

fn command() -> Command {
    fn with_numbers(command: Command) -> Command {
        let signed = |argument: clap::Arg| {
            let takes_values = argument.get_action().takes_values();
            argument.allow_negative_numbers(takes_values)
        };
        command.mut_args(signed).mut_subcommands(with_numbers)
    }
    with_numbers(Arguments::command())
}

/// What was wrong with these words.
pub fn refusal(error: &clap::Error, words: &[OsString]) -> Error {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    let value = || context(ContextKind::InvalidValue).unwrap_or_default();
    let told = match (error.kind(), context(ContextKind::InvalidArg)) {
        // A value that is refused names what is allowed: parsers say it by their errors.
        (ErrorKind::ValueValidation, Some(argument)) => {
            let refused = Error::usage(format!("'{}' does not fit", value())).at(argument);
            Some(match error.source() {
                Some(allowed) => refused.allowed(allowed.to_string()),
                None => refused,
            })
        }
        (ErrorKind::InvalidValue, Some(argument)) => {
            let valid = context(ContextKind::ValidValue).unwrap_or_default();
            Some(match value().as_str() {
                "" => Error::usage("a value is missing"),
                found => Error::usage(format!("'{found}' does not fit")).near(found, valid.split(", ")),
            })
            .map(|refused| if valid.is_empty() { refused } else { refused.allowed(valid) }.at(argument))
        }
        (ErrorKind::UnknownArgument | ErrorKind::ArgumentConflict | ErrorKind::InvalidSubcommand, _) => misspelt_verb(words),
        _ => None,
    };
    told.unwrap_or_else(|| Error::usage(in_a_line(&error.to_string())))
}

/// A first word that is nearly a verb.
fn misspelt_verb(words: &[OsString]) -> Option<Error> {
    let command = command();
    let verbs = || command.get_subcommands().map(Command::get_name);
    let found = words.get(1)?.to_str().filter(|word| !word.starts_with('-') && verbs().all(|verb| verb != *word))?;
    nearest(found, verbs()).map(|_| Error::usage(format!("'{found}' is no verb")).near(found, verbs()))
}

/// What the parser says, without its hints on usage, in one line.
fn in_a_line(message: &str) -> String {
    let lines = message.lines().map(str::trim).take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let telling = lines.filter(|line| !line.is_empty() && !line.starts_with("tip: to pass"));
    let joined = telling.map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect::<Vec<_>>().join("; ");
    joined.replace(":;", ":")
}

/// A parser of whole numbers in a range, which says what is allowed.
pub fn whole<T>(range: impl RangeBounds<u64>) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static
where
    T: TryFrom<u64> + Clone + Send + Sync + 'static,
{
    let least = match range.start_bound() {
        Bound::Included(least) => *least,
        Bound::Excluded(before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let most = match range.end_bound() {
        Bound::Included(most) => Some(*most),
        Bound::Excluded(after) => Some(after.saturating_sub(1)),
        Bound::Unbounded => None,
    };
    move |text| {
        let number = text.parse().ok().filter(|number| (least..=most.unwrap_or(u64::MAX)).contains(number));
        number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| match most {
            Some(most) => format!("a whole number from {least} to {most}"),
            // A number too large for the machine has digits alone, all of them.
            None if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text != "0" => {
                format!("a smaller whole number, at least {least}")
            }
            None => format!("a whole number, at least {least}"),
        })
    }
}

/// A parser of numbers above 0, which says what is allowed.
///
/// # Errors
/// Where the text is no such number.
pub fn positive(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number: &f64| *number > 0.0 && number.is_finite()).ok_or_else(|| "a number above 0".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &str) -> String {
        let words: Vec<OsString> = std::iter::once("flockwork").chain(words.split(' ')).map(OsString::from).collect();
        match parsed(&words) {
            Ok(_) => String::new(),
            Err(error) => refusal(&error, &words).to_string(),
        }
    }

    #[test]
    fn arguments_are_refused_with_what_is_allowed() {
        for (words, expected) in [
            ("run vicsek --steps -3", "--steps <N>: '-3' does not fit; allowed: a whole number, at least 0"),
            ("run vicsek --every 0", "--every <K>: '0' does not fit; allowed: a whole number, at least 1"),
            ("run vicsek --threads -1", "--threads <T>: '-1' does not fit; allowed: a whole number from 1 to 1024"),
            ("run vicsek --threads 99999", "--threads <T>: '99999' does not fit; allowed: a whole number from 1 to 1024"),
            (
                "run vicsek --seed 99999999999999999999",
                "--seed <S>: '99999999999999999999' does not fit; allowed: a smaller whole number, at least 0",
            ),
            ("run vicsek --steps", "--steps <N>: a value is missing"),
            ("run vicsek --stepz 3", "unexpected argument '--stepz' found; tip: a similar argument exists: '--steps'"),
            ("runn vicsek", "'runn' is no verb; nearest: run"),
        ] {
            assert_eq!(said(words), expected, "{words}");
        }
    }

    #[cfg(feature = "window")]
    #[test]
    fn sizes_and_names_are_refused_with_what_is_allowed() {
        for (words, expected) in [
            (
                "record vicsek -o a.png --size -10x5",
                "--size <WxH>: '-10x5' does not fit; allowed: WIDTHxHEIGHT in pixels, as in 1920x1080",
            ),
            ("record vicsek -o a.png --fit crob", "--fit <FIT>: 'crob' does not fit; nearest: crop; allowed: crop, bars, tile"),
        ] {
            assert_eq!(said(words), expected, "{words}");
        }
    }
}
