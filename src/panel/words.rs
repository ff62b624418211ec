//! Numbers and names as the panel writes them.

use crate::scene::Value;

/// A number in at most four significant digits, in as few as it has.
pub use crate::scene::legible as number;

/// A number that a person typed, with either minus.
pub fn parse_number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '−' { '-' } else { c }).collect();
    plain.replace(',', ".").parse().ok()
}

/// A whole number with thin spaces between thousands.
pub fn whole(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    text
}

/// A size of memory or of a file.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let power = (0..UNITS.len() - 1).find(|power| bytes < 1000u64.pow(*power as u32 + 1)).unwrap_or(UNITS.len() - 1);
    let value = bytes as f64 / 1000f64.powi(power as i32);
    let digits = usize::from(power > 0 && value < 10.0);
    format!("{value:.digits$} {}", UNITS[power])
}

/// How long ago something was.
pub fn ago(since: std::time::Duration) -> String {
    let minutes = since.as_secs() / 60;
    let of = |count: u64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    match minutes {
        0 => "a moment ago".into(),
        1..60 => of(minutes, "minute"),
        60..1440 => of(minutes / 60, "hour"),
        _ => of(minutes / 1440, "day"),
    }
}

/// A name in files as a name in the panel: `one_by_one` reads `One by one`.
pub fn label(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A value as the panel writes it.
pub fn value(value: &Value) -> String {
    match value {
        Value::Number(value) => number(*value),
        Value::Switch(on) => if *on { "on" } else { "off" }.into(),
        Value::Text(name) => label(name),
    }
}

/// A short text as it stands in a tooltip or label: without a full stop, and without marks of code.
pub fn short(text: &str) -> String {
    text.strip_suffix('.').unwrap_or(text).replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_more_digits_than_they_need() {
        for (value, text) in [
            (0.0, "0"),
            (0.03, "0.03"),
            (2.0, "2"),
            (std::f64::consts::TAU, "6.283"),
            (20_000.0, "20000"),
            (-1.5, "−1.5"),
            (0.000_001, "1.00e−6"),
            (f64::NAN, "–"),
            (123.456, "123.5"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(whole(12_345_678), "12\u{2009}345\u{2009}678");
        assert_eq!(whole(7), "7");
        assert_eq!(
            [0, 999, 1_000, 25_300, 268_435_456, 7_100_000_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "25 kB", "268 MB", "7.1 GB"]
        );
        let ago = |minutes: u64| ago(std::time::Duration::from_secs(60 * minutes));
        assert_eq!(
            [0, 1, 59, 60, 3000].map(ago),
            ["a moment ago", "1 minute ago", "59 minutes ago", "1 hour ago", "2 days ago"]
        );
        assert_eq!(short("The `size`."), "The size");
        assert_eq!(parse_number(" −1,5 "), Some(-1.5));
    }
}
