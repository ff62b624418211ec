//! EVT3, the raw format of Prophesee's cameras: words of 16 bits, each of which changes one part of what is known (time,
//! row, column), and some of which make events.

use super::{Sink, Source, fill, truncated};
use crate::{
    error::{Error, Result},
    events::{Cause, Event, Sensor},
    output::{Output, broken},
};
use std::{
    io::{BufRead, Write as _},
    path::Path,
};

/// Types of words, in their four highest bits.
const ADDR_Y: u16 = 0x0;
const ADDR_X: u16 = 0x2;
const VECT_BASE_X: u16 = 0x3;
const VECT_12: u16 = 0x4;
const VECT_8: u16 = 0x5;
const TIME_LOW: u16 = 0x6;
const TIME_HIGH: u16 = 0x8;
/// Bits of the low part of the time, and of the high one.
const TIME_BITS: u32 = 12;
/// Largest header, in lines and bytes of a line.
const HEADER: usize = 100;
/// Longest time without events, in high parts of the time, each of which has to be written: 71 minutes.
const LONGEST: i64 = 1 << 20;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// A file that is being written.
pub struct Writer {
    out: Output,
    place: String,
    bytes: Vec<u8>,
    /// What a reader knows: the high part of the time with its wraps, the low part, the row.
    high: Option<i64>,
    low: Option<u16>,
    row: Option<u16>,
}

impl Writer {
    pub fn new(path: &Path, sensor: Sensor) -> Result<Self> {
        if sensor.width > 2048 || sensor.height > 2048 {
            return Err(Error::usage("the sensor is too large for this format").allowed("2048 by 2048 pixels"));
        }
        let Sensor { width, height } = sensor;
        let header = format!(
            "% camera_integrator_name flockwork\n% evt 3.0\n% format EVT3;height={height};width={width}\n\
             % geometry {width}x{height}\n% end\n"
        );
        let mut writer = Self {
            out: Output::new(Some(path))?,
            place: path.display().to_string(),
            bytes: header.into_bytes(),
            high: None,
            low: None,
            row: None,
        };
        writer.send()?;
        Ok(writer)
    }

    fn put(&mut self, kind: u16, value: u16) {
        self.bytes.extend((kind << 12 | value).to_le_bytes());
    }

    fn send(&mut self) -> Result<()> {
        self.out.write_all(&self.bytes).map_err(|error| broken(&self.place, &error))?;
        self.bytes.clear();
        Ok(())
    }
}

impl Sink for Writer {
    fn write(&mut self, events: &[Event]) -> Result<()> {
        for event in events {
            let (high, low) = (event.t >> TIME_BITS, (event.t & 0xFFF) as u16);
            // Every high part on the way, so that nobody misses a wrap.
            let next = self.high.map_or(0, |high| high + 1);
            if high - next > LONGEST {
                let message = format!("nothing was seen for {} s before an event", ((high - next) << TIME_BITS) / 1_000_000);
                return Err(Error::failure(message).allowed("71 minutes in EVT3, from 0 on").at(&self.place));
            }
            for high in next..=high {
                self.put(TIME_HIGH, (high & 0xFFF) as u16);
                (self.high, self.low) = (Some(high), None);
                if self.bytes.len() > BLOCK {
                    self.send()?;
                }
            }
            if self.low != Some(low) {
                self.put(TIME_LOW, low);
                self.low = Some(low);
            }
            if self.row != Some(event.y) {
                self.put(ADDR_Y, event.y);
                self.row = Some(event.y);
            }
            self.put(ADDR_X, event.x | u16::from(event.on) << 11);
        }
        self.send()
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        self.send()?;
        self.out.finish()
    }
}

/// A file that is being read.
pub struct Reader<R> {
    from: R,
    sensor: Option<Sensor>,
    wraps: i64,
    high: Option<u16>,
    low: u16,
    row: u16,
    base: u16,
    on: bool,
}

impl<R: BufRead> Reader<R> {
    pub fn new(mut from: R) -> Result<Self> {
        let (mut sensor, mut is_one) = (None, false);
        for _ in 0..HEADER {
            let next = from.fill_buf().map_err(|error| Error::failure(format!("cannot be read: {error}")))?;
            if next.first() != Some(&b'%') {
                break;
            }
            let mut line = Vec::new();
            from.read_until(b'\n', &mut line).map_err(|error| Error::failure(format!("cannot be read: {error}")))?;
            let line = String::from_utf8_lossy(&line).into_owned();
            let words: Vec<&str> = line.trim_start_matches('%').trim().splitn(2, ' ').collect();
            match words[..] {
                ["evt", version] if version.trim() != "3.0" => return Err(other(&format!("EVT {version}"))),
                ["evt", _] => is_one = true,
                ["format", format] => {
                    let mut parts = format.split(';').map(str::trim);
                    let name = parts.next().unwrap_or_default();
                    if name != "EVT3" {
                        return Err(other(name));
                    }
                    is_one = true;
                    let side = |key: &str, part: &str| part.strip_prefix(key).and_then(|side| side.parse().ok());
                    let (mut width, mut height) = (None, None);
                    for part in parts {
                        width = width.or_else(|| side("width=", part));
                        height = height.or_else(|| side("height=", part));
                    }
                    sensor = sensor.or(width.zip(height));
                }
                ["geometry", geometry] => {
                    let sides = geometry.trim().split_once('x');
                    sensor = sides.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?))).or(sensor);
                }
                ["end"] => break,
                _ => {}
            }
        }
        if !is_one {
            return Err(Error::failure("not an EVT3 file").allowed("a raw file whose header says % evt 3.0"));
        }
        let sensor = sensor.map(|(width, height)| Sensor { width, height });
        Ok(Self { from, sensor, wraps: 0, high: None, low: 0, row: 0, base: 0, on: false })
    }

    /// Takes one word; what it makes is appended.
    fn word(&mut self, word: u16, events: &mut Vec<Event>) {
        let (kind, value) = (word >> 12, word & 0xFFF);
        match kind {
            TIME_HIGH => {
                // Only a wrap makes it fall by more than half its range.
                self.wraps += i64::from(self.high.is_some_and(|high| value + 0x800 < high));
                self.high = Some(value);
                self.low = 0;
            }
            TIME_LOW => self.low = value,
            ADDR_Y => self.row = value & 0x7FF,
            ADDR_X => self.event(value & 0x7FF, value & 0x800 != 0, events),
            VECT_BASE_X => (self.base, self.on) = (value & 0x7FF, value & 0x800 != 0),
            VECT_12 | VECT_8 => {
                let length = if kind == VECT_12 { 12 } else { 8 };
                for bit in (0..length).filter(|bit| value >> bit & 1 != 0) {
                    self.event(self.base + bit, self.on, events);
                }
                self.base = (self.base + length) & 0x7FF;
            }
            // Triggers and what a camera says of itself.
            _ => {}
        }
    }

    fn event(&mut self, x: u16, on: bool, events: &mut Vec<Event>) {
        // Before the first high part of the time nobody knows when.
        if let Some(high) = self.high {
            let t = (self.wraps << (2 * TIME_BITS)) + (i64::from(high) << TIME_BITS) + i64::from(self.low);
            events.push(Event { t, x, y: self.row, on, cause: Cause::Unknown });
        }
    }
}

fn other(format: &str) -> Error {
    Error::failure(format!("the file is of format {format}")).allowed("EVT3")
}

impl<R: BufRead + Send> Source for Reader<R> {
    fn sensor(&self) -> Option<Sensor> {
        self.sensor
    }

    fn next(&mut self) -> Result<Vec<Event>> {
        let mut block = vec![0; BLOCK];
        let mut events = Vec::new();
        while events.is_empty() {
            let read = fill(&mut self.from, &mut block)?;
            if read == 0 {
                break;
            }
            if read % 2 != 0 {
                return Err(truncated());
            }
            for word in block[..read].chunks_exact(2) {
                self.word(u16::from_le_bytes([word[0], word[1]]), &mut events);
            }
        }
        Ok(events)
    }
}
