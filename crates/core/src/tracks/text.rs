//! Tracks as text: columns split by commas, tabs, semicolons or blanks, with `#` before comments.

use super::{Count, Row, Sorter, Table, checked, header::Header, timeline, unreadable, wide::Wide};
use crate::error::{Error, Result};
use std::{
    borrow::Cow,
    collections::HashMap,
    io::{BufRead, Read},
};

/// Longest line: what is longer is no table of tracks, and is not read on.
const LONGEST_LINE: u64 = 1 << 16;
/// Comments before the first row beyond which no more are kept.
const MOST_COMMENTS: usize = 200;
/// Words for a number that is not there.
const LOST: [&str; 7] = ["", "nan", "na", "n/a", "none", "null", "-"];
/// Largest frame number or time that a double holds exactly.
const LATEST: f64 = 9_007_199_254_740_992.0;

/// What splits a line into fields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Split {
    /// This character.
    At(char),
    /// Any number of blanks.
    Blanks,
}

/// Fastest rate that is believed, frames per second: as the model's parameter.
const FASTEST: f64 = 1e6;

/// Reads tracks from text, line by line, with so many bytes of rows in memory. A file of one individual of several gives
/// it this number.
pub(super) fn read(memory: usize, mut reader: impl BufRead, place: &str, individual: u32) -> Result<Table> {
    let mut rate = None;
    let mut notes = Vec::new();
    let mut comments: Vec<String> = Vec::new();
    let mut columns: Option<Columns> = None;
    let mut wide: Option<Wide> = None;
    let mut bytes = Vec::new();
    let mut number = 0u32;
    loop {
        bytes.clear();
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes);
        if read.map_err(|error| unreadable(&error, place))? == 0 {
            break;
        }
        number = number.saturating_add(1);
        let here = |error: Error| error.at(format!("{place}:{number}"));
        let line = decode(&bytes, number == 1).map_err(here)?;
        // Tabs at either end are empty fields.
        let line = line.trim_matches(|letter| " \r\n".contains(letter));
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            if columns.is_none() && wide.is_none() && comments.len() < MOST_COMMENTS {
                comments.push(comment.to_owned());
                match rate_in(comment).map_err(here)? {
                    Some(Told::Rate(told)) => rate = rate.or(Some(told)),
                    Some(Told::Word(word)) => notes.push(format!(
                        "line {number} tells the frame rate as '{word}', which is no number: without --rate time is counted in frames"
                    )),
                    None => {}
                }
            }
        } else if let Some(wide) = &mut wide {
            wide.take(line, number).map_err(here)?;
        } else if let Some(columns) = &mut columns {
            columns.take(line, number).map_err(here)?;
        } else {
            let split = split_of(line);
            wide = Wide::begin(line, split, individual, memory);
            if wide.is_some() {
                continue;
            }
            let (header, is_row) = header_of(line, split, &comments).map_err(here)?;
            let columns = columns.insert(Columns::new(header, split, memory));
            if is_row {
                columns.take(line, number).map_err(here)?;
            }
        }
    }
    let mut table = match (wide, columns) {
        (Some(wide), _) => wide.done(),
        (None, Some(columns)) => columns.done(rate),
        (None, None) => {
            return Err(Error::usage("no row in it").allowed("a line of column names, then a row a line").at(place));
        }
    };
    table.rate = table.rate.or(rate);
    if table.rate.is_none() && !matches!(table.count, Count::Seconds(_)) {
        table.notes.extend(notes);
    }
    Ok(table)
}

/// Whether a line names the columns of tracks.
pub(super) fn has_names(line: &str) -> bool {
    let split = split_of(line);
    Header::of(fields(line, split)).is_ok() || Wide::begin(line, split, 0, 0).is_some()
}

fn decode(bytes: &[u8], first: bool) -> Result<Cow<'_, str>> {
    let refused = |what: String| Error::usage(what).allowed("tracks as CSV, TSV or PeTrack text in UTF-8, or as .npy");
    if bytes.contains(&0) {
        return Err(refused("not text".into()));
    }
    if bytes.len() as u64 == LONGEST_LINE {
        return Err(refused(format!("a line longer than {LONGEST_LINE} bytes")));
    }
    let text = String::from_utf8_lossy(bytes);
    // A comment may be in any encoding: rate and names are plain letters.
    if matches!(text, Cow::Owned(_)) && !bytes.starts_with(b"#") {
        return Err(refused("not text in UTF-8".into()));
    }
    match text {
        Cow::Borrowed(text) if first => Ok(text.trim_start_matches('\u{feff}').into()),
        text => Ok(text),
    }
}

fn split_of(line: &str) -> Split {
    ['\t', ';', ','].into_iter().find(|at| line.contains(*at)).map_or(Split::Blanks, Split::At)
}

/// The fields of a line, without quotes about them; a splitting character inside quotes splits nothing.
pub(super) fn fields(line: &str, split: Split) -> Vec<&str> {
    let at = match split {
        Split::Blanks => return line.split_whitespace().collect(),
        Split::At(at) => at,
    };
    let mut quoted = false;
    let fields = line.split(|letter: char| {
        quoted ^= letter == '"';
        letter == at && !quoted
    });
    fields.map(|field| field.trim().trim_matches('"').trim()).collect()
}

/// The columns, and whether the line is already a row: names stand in the line itself or in a comment before it.
fn header_of(line: &str, split: Split, comments: &[String]) -> Result<(Header, bool)> {
    let named = Header::of(fields(line, split));
    let is_row = fields(line, split).iter().all(|field| number_in(field, split).is_some());
    if !is_row && named.is_ok() {
        return named.map(|header| (header, false));
    }
    let in_comment = comments.iter().rev().find_map(|comment| {
        let words = if split_of(comment) == split { fields(comment, split) } else { fields(comment, Split::Blanks) };
        Header::of(words).ok()
    });
    // PeTrack's z is the height of a head: people walk in the plane.
    let is_petrack = comments.iter().any(|comment| comment.to_lowercase().contains("petrack"));
    if is_petrack {
        return Ok((Header { z: None, ..in_comment.unwrap_or_else(Header::of_petrack) }, true));
    }
    if let Some(header) = in_comment {
        return Ok((header, true));
    }
    if is_row {
        return Err(Error::usage("no line of column names before the first row").allowed("names such as id, frame, x, y"));
    }
    named.map(|header| (header, false))
}

/// The columns at work.
struct Columns {
    header: Header,
    split: Split,
    ids: Ids,
    ends: Ends,
    table: Table,
}

impl Columns {
    fn new(header: Header, split: Split, memory: usize) -> Self {
        let table = Table::new(header.count, header.unit, memory);
        Self { header, split, ids: Ids::default(), ends: Ends::default(), table }
    }

    /// Reads a row.
    fn take(&mut self, line: &str, number: u32) -> Result<()> {
        let Self { header, split, ids, ends, table } = self;
        let (split, names) = (*split, header.names.len());
        let fields = fields(line, split);
        if fields.iter().skip(names).any(|field| !field.is_empty()) {
            return Err(Error::usage(format!("{} fields", fields.len())).allowed(format!("{names} fields")));
        }
        let of_column = |error: Error, column: usize| error.path(header.name(column));
        let field = |column: usize| {
            let short = || Error::usage(format!("{} fields only", fields.len())).allowed("a field for each name");
            fields.get(column).copied().ok_or_else(|| of_column(short(), column))
        };
        let frame = field(header.when)?;
        let whole = header.count == Count::Frames;
        let when = number_in(frame, split)
            .filter(|when| when.is_finite() && when.abs() <= LATEST && (!whole || when.fract() == 0.0))
            .ok_or_else(|| {
                let (kind, allowed) = if whole { ("a frame number", "a whole number") } else { ("a time", "a finite number") };
                of_column(Error::usage(format!("'{frame}' is not {kind}")).allowed(allowed), header.when)
            })?;
        let id = ids.of(field(header.id)?, &mut table.rows).map_err(|error| of_column(error, header.id))?;
        let coordinate = |column: usize| {
            let found = field(column)?;
            let number = number_in(found, split).ok_or_else(|| {
                let allowed = "a number, or nothing where the individual is lost";
                of_column(Error::usage(format!("'{found}' is not a number")).allowed(allowed), column)
            })?;
            checked(number).map_err(|error| of_column(error, column))
        };
        let (x, y) = (coordinate(header.x)?, coordinate(header.y)?);
        let z = header.z.map_or(Ok(f64::NAN), coordinate)?;
        if let Some((time, _)) = header.time
            && let Some(time) = fields.get(time).and_then(|field| number_in(field, split))
        {
            ends.note(when, time);
        }
        if !x.is_nan() && !y.is_nan() {
            // The sum makes a negative zero positive: both are one frame.
            table.push(Row { id, line: number, when: when + 0.0, x, y, z })?;
        }
        Ok(())
    }

    /// All rows, with the rate that a comment told, or a column of times beside that of frames tells.
    fn done(mut self, told: Option<f64>) -> Table {
        self.table.rate = told.or_else(|| self.ends.rate(self.header.time?.1));
        self.table
    }
}

/// The number in a field; NaN where it says that there is none. Where commas split nothing, one may be a decimal comma.
pub(super) fn number_in(field: &str, split: Split) -> Option<f64> {
    if LOST.iter().any(|lost| field.eq_ignore_ascii_case(lost)) {
        return Some(f64::NAN);
    }
    if split != Split::At(',') && field.contains(',') && !field.contains('.') {
        return field.replacen(',', ".", 1).parse().ok();
    }
    field.parse().ok()
}

/// What a comment says of the frame rate.
#[derive(Debug, PartialEq)]
enum Told<'a> {
    Rate(f64),
    /// No number.
    Word(&'a str),
}

/// The frame rate that a comment tells: `framerate: 25 fps`, `filmed at 25 fps`.
///
/// # Errors
/// Where it is a number that is no rate.
fn rate_in(comment: &str) -> Result<Option<Told<'_>>> {
    let small = comment.to_ascii_lowercase();
    let after = ["framerate", "frame rate", "frame_rate"].iter().find_map(|word| Some(small.find(word)? + word.len()));
    let word = match after {
        Some(start) => {
            let rest = &comment[start..];
            let told = rest.split_once([':', '=']).map_or(rest, |(_, told)| told);
            told.split_whitespace().next()
        }
        None => match small.find("fps") {
            Some(end) => comment[..end]
                .split_whitespace()
                .next_back()
                .filter(|word| word.starts_with(|letter: char| letter.is_ascii_digit())),
            None => None,
        },
    };
    let Some(word) = word else { return Ok(None) };
    let word = word.trim_end_matches([',', ';', '.']);
    let number = word.trim_end_matches(|letter: char| letter.is_alphabetic() && !matches!(letter, 'e' | 'E'));
    let number = if number.is_empty() { word } else { number };
    match number.replacen(',', ".", 1).parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= FASTEST => Ok(Some(Told::Rate(rate))),
        Ok(_) => Err(Error::usage(format!("'{word}' is no frame rate"))
            .allowed(format!("a number above 0, up to {FASTEST:e}, of frames per second"))),
        Err(_) => Ok(Some(Told::Word(word))),
    }
}

/// Identities: whole numbers as they are, or names numbered in the order of their appearance.
#[derive(Default)]
pub(super) struct Ids {
    names: Option<HashMap<String, u32>>,
}

impl Ids {
    pub fn of(&mut self, field: &str, rows: &mut Sorter<Row>) -> Result<u32> {
        if LOST.iter().any(|lost| field.eq_ignore_ascii_case(lost)) {
            return Err(Error::usage("no individual").allowed("a whole number from 0 on, or a name"));
        }
        if self.names.is_none() {
            match field.parse::<f64>() {
                Ok(number) if number.fract() == 0.0 && (0.0..=u32::MAX.into()).contains(&number) => return Ok(number as u32),
                Ok(_) => {
                    return Err(Error::usage(format!("'{field}' is no identity"))
                        .allowed(format!("a whole number from 0 to {}, or a name", u32::MAX)));
                }
                // The first name: the numbers before it were names too.
                Err(_) => {
                    let mut first: HashMap<u32, u32> = HashMap::new();
                    rows.look(|row| {
                        let line = first.entry(row.id).or_insert(row.line);
                        *line = row.line.min(*line);
                    })?;
                    let mut appeared: Vec<(u32, u32)> = first.into_iter().map(|(id, line)| (line, id)).collect();
                    appeared.sort_unstable();
                    let numbers: HashMap<u32, u32> = (0..).zip(&appeared).map(|(number, (_, id))| (*id, number)).collect();
                    rows.change(|row| row.id = numbers[&row.id])?;
                    self.names = Some((0..).zip(&appeared).map(|(number, (_, id))| (id.to_string(), number)).collect());
                }
            }
        }
        Ok(number_of(self.names.get_or_insert_default(), field))
    }
}

fn number_of(names: &mut HashMap<String, u32>, name: &str) -> u32 {
    let next = names.len() as u32;
    match names.get(name) {
        Some(number) => *number,
        None => *names.entry(name.to_owned()).or_insert(next),
    }
}

/// The first and the last frame that have a time.
#[derive(Default)]
struct Ends {
    times: Option<[(f64, f64); 2]>,
    /// Whether any time is not whole.
    fractions: bool,
}

impl Ends {
    fn note(&mut self, frame: f64, time: f64) {
        if !time.is_finite() {
            return;
        }
        self.fractions |= time.fract() != 0.0;
        let [first, last] = self.times.get_or_insert([(frame, time); 2]);
        if frame < first.0 {
            *first = (frame, time);
        }
        if frame > last.0 {
            *last = (frame, time);
        }
    }

    /// Frames per second, where time runs with the frames and its unit is known: whole numbers of no unit may be
    /// anything.
    fn rate(&self, seconds: Option<f64>) -> Option<f64> {
        let seconds = seconds.or(self.fractions.then_some(1.0))?;
        let [first, last] = self.times?;
        timeline::meant_rate((last.0 - first.0) / ((last.1 - first.1) * seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::MEMORY, *};

    #[test]
    fn rates_are_found_in_comments() {
        for (comment, rate) in [
            (" framerate: 25 fps", Some(Told::Rate(25.0))),
            (" framerate: 25fps, filmed in 2013", Some(Told::Rate(25.0))),
            ("Framerate [fps]: 12,5", Some(Told::Rate(12.5))),
            ("frame rate of the camera: 30", Some(Told::Rate(30.0))),
            ("frame rate = 29.97", Some(Told::Rate(29.97))),
            ("frame_rate=1e3", Some(Told::Rate(1000.0))),
            (" filmed at 50 fps in 2013", Some(Told::Rate(50.0))),
            (" framerate: unknown", Some(Told::Word("unknown"))),
            (" framerate:", None),
            (" a comment of 2013", None),
        ] {
            assert_eq!(rate_in(comment).unwrap(), rate, "{comment}");
        }
        for comment in ["framerate: 0", "framerate: -25 fps", "framerate: nan", "framerate: 1e9", "at 0 fps"] {
            assert!(rate_in(comment).unwrap_err().to_string().contains("is no frame rate"), "{comment}");
        }
    }

    #[test]
    fn numbers_may_have_a_decimal_comma_where_commas_split_nothing() {
        assert_eq!(number_in("2,5", Split::At(';')), Some(2.5));
        assert_eq!(number_in("1,234.5", Split::At(';')), None);
        assert!(number_in("NA", Split::Blanks).unwrap().is_nan());
        assert_eq!(number_in("1e999", Split::Blanks), Some(f64::INFINITY));
    }

    #[test]
    fn quotes_hold_fields_together() {
        assert_eq!(fields("\"a, b\" ,1,", Split::At(',')), ["a, b", "1", ""]);
    }

    #[test]
    fn names_number_individuals_in_order_of_appearance() {
        let read = |text: &str| {
            read(MEMORY, text.as_bytes(), "a.csv", 0).map(|table| {
                let mut ids = Vec::new();
                table.rows.look(|row| ids.push(row.id)).unwrap();
                ids
            })
        };
        assert_eq!(read("id,frame,x,y\nwren,0,1,1\ntit,0,2,2\nwren,1,1,1\n").unwrap(), [0, 1, 0]);
        assert_eq!(read("id,frame,x,y\n12,0,1,1\n12A,0,2,2\n12,1,1,1\n").unwrap(), [0, 1, 0]);
        assert_eq!(read("id,frame,x,y\n12,0,1,1\n7.0,0,2,2\n").unwrap(), [12, 7]);
    }
}
