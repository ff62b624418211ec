//! Events as text: a header, then time in µs, column, row, polarity (1 ON, 0 OFF) and cause.

use super::{Sink, Source};
use crate::{
    error::{Error, Result},
    events::{Cause, Event, Sensor},
    output::{Output, broken},
};
use std::{
    io::{BufRead, Write as _},
    path::Path,
};

/// Events that are read at once.
const BATCH: usize = 8192;
/// Side of a sensor of which nothing is told.
const UNTOLD: u16 = 2048;

/// A file that is being written.
pub struct Writer {
    out: Output,
    place: String,
}

impl Writer {
    pub fn new(path: &Path) -> Result<Self> {
        let mut writer = Self { out: Output::new(Some(path))?, place: path.display().to_string() };
        writer.put("t,x,y,p,cause\n")?;
        Ok(writer)
    }

    fn put(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).map_err(|error| broken(&self.place, &error))
    }
}

impl Sink for Writer {
    fn write(&mut self, events: &[Event]) -> Result<()> {
        use std::fmt::Write as _;
        let mut text = String::new();
        for Event { t, x, y, on, cause } in events {
            let _ = writeln!(text, "{t},{x},{y},{},{}", u8::from(*on), cause.number());
        }
        self.put(&text)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.out.finish()
    }
}

/// A file that is being read.
pub struct Reader<R> {
    from: R,
    line: u64,
    has_cause: bool,
}

impl<R: BufRead> Reader<R> {
    pub fn new(mut from: R) -> Result<Self> {
        let mut header = String::new();
        let unreadable = |error: std::io::Error| Error::failure(format!("not a text file: {error}"));
        // A file that is no text may have no line end for long.
        std::io::Read::take(&mut from, 1024).read_line(&mut header).map_err(unreadable)?;
        let has_cause = match header.trim_end() {
            "t,x,y,p,cause" => true,
            "t,x,y,p" => false,
            found => {
                let found: String = found.chars().take(40).flat_map(char::escape_debug).collect();
                return Err(Error::failure(format!("the first line is '{found}'")).allowed("t,x,y,p or t,x,y,p,cause"));
            }
        };
        Ok(Self { from, line: 1, has_cause })
    }

    fn event(&self, text: &str) -> Result<Event> {
        let wrong = |what: &str| {
            Error::failure(format!("line {}: {what}", self.line))
                .allowed("time in µs, column, row, polarity (0, 1 or −1), as in 1200,31,7,1")
        };
        let fields: Vec<&str> = text.trim_end().split(',').map(str::trim).collect();
        if fields.len() != 4 + usize::from(self.has_cause) {
            return Err(wrong(&format!("{} fields", fields.len())));
        }
        let number = |field: usize| {
            fields[field].parse::<i64>().map_err(|_| wrong(&format!("'{}' is no whole number", fields[field].escape_debug())))
        };
        let side =
            |field| number(field).and_then(|side| u16::try_from(side).map_err(|_| wrong("a pixel outside of any sensor")));
        let cause =
            if self.has_cause { Cause::of_number(number(4)?.clamp(-4, i32::MAX.into()) as i32) } else { Cause::Unknown };
        Ok(Event { t: number(0)?, x: side(1)?, y: side(2)?, on: number(3)? > 0, cause })
    }
}

impl<R: BufRead + Send> Source for Reader<R> {
    fn sensor(&self) -> Option<Sensor> {
        Some(Sensor { width: UNTOLD, height: UNTOLD })
    }

    fn next(&mut self) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        let mut text = String::new();
        while events.len() < BATCH {
            text.clear();
            let read = self.from.read_line(&mut text).map_err(|error| Error::failure(format!("cannot be read: {error}")))?;
            if read == 0 {
                break;
            }
            self.line += 1;
            events.push(self.event(&text)?);
        }
        Ok(events)
    }
}
