//! Event files: AEDAT4, EVT3, HDF5, NPZ and CSV, written and read as streams of bounded memory.

mod aedat4;
mod csv;
mod evt3;
mod flat;
mod hdf5;
mod npz;
#[cfg(test)]
mod tests;
mod tree;

use super::{Event, Sensor};
use crate::error::{Error, Result};
use std::{
    fs::File,
    io::{BufReader, Read as _},
    path::Path,
};

pub use npz::{Columns, Numbers, read_array, read_bytes};

/// How many events are gathered before they are written.
const PACKET: usize = 8192;

/// The formats, by the endings of their names.
pub const ENDINGS: [&str; 5] = ["aedat4", "raw", "h5", "npz", "csv"];

/// A format that takes events.
trait Sink {
    /// Takes events that follow all before.
    fn write(&mut self, events: &[Event]) -> Result<()>;
    /// Makes the file, under its name.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// A file of events that is being written. It has its name once [`finish`](Self::finish) has been called, and leaves
/// nothing behind without.
pub struct Writer {
    sink: Box<dyn Sink>,
    sensor: Sensor,
    place: String,
    packet: Vec<Event>,
    last: i64,
    events: u64,
}

impl Writer {
    /// Begins a file; the ending of its name tells the format.
    ///
    /// # Errors
    /// Where the ending is none of [`ENDINGS`], or the file cannot be written.
    pub fn new(path: &Path, sensor: Sensor) -> Result<Self> {
        let sink: Box<dyn Sink> = match ending(path)? {
            "aedat4" => Box::new(aedat4::Writer::new(path, sensor)?),
            "raw" => Box::new(evt3::Writer::new(path, sensor)?),
            "h5" => Box::new(hdf5::Writer::new(path, sensor)?),
            "npz" => Box::new(npz::Writer::new(path, sensor)?),
            _ => Box::new(csv::Writer::new(path)?),
        };
        Ok(Self { sink, sensor, place: path.display().to_string(), packet: Vec::new(), last: 0, events: 0 })
    }

    /// Adds events. They must come in the order of time, from 0 on, and lie on the sensor.
    ///
    /// # Errors
    /// Where they do not, or the disk is full.
    pub fn write(&mut self, events: &[Event]) -> Result<()> {
        for event in events {
            check(event, self.last, self.sensor).map_err(|error| error.at(&self.place))?;
            self.last = event.t;
            self.packet.push(*event);
            if self.packet.len() == PACKET {
                self.send()?;
            }
        }
        Ok(())
    }

    /// How many events were written.
    pub fn events(&self) -> u64 {
        self.events + self.packet.len() as u64
    }

    fn send(&mut self) -> Result<()> {
        self.events += self.packet.len() as u64;
        self.sink.write(&self.packet)?;
        self.packet.clear();
        Ok(())
    }

    /// Makes the file, under its name.
    ///
    /// # Errors
    /// Where the disk is full, or the name cannot be taken.
    pub fn finish(mut self) -> Result<()> {
        self.send()?;
        self.sink.finish()
    }
}

/// Whether an event may follow one at the time `last` on this sensor.
fn check(event: &Event, last: i64, sensor: Sensor) -> Result<()> {
    if event.t < last {
        let message = format!("an event at {} µs follows one at {last} µs", event.t);
        return Err(Error::failure(message).allowed("events in the order of time, from 0 on"));
    }
    if event.x >= sensor.width || event.y >= sensor.height {
        let message = format!("an event at pixel ({}, {}) lies outside of the sensor", event.x, event.y);
        return Err(Error::failure(message).allowed(format!("{} by {} pixels", sensor.width, sensor.height)));
    }
    Ok(())
}

/// A format that gives events.
trait Source: Send {
    /// The next events, at most some thousands; none at the end.
    fn next(&mut self) -> Result<Vec<Event>>;
    /// Columns and rows, where the file tells.
    fn sensor(&self) -> Option<Sensor>;
}

/// A file of events that is being read.
pub struct Reader {
    source: Box<dyn Source>,
    place: String,
    sensor: Sensor,
    last: i64,
}

impl Reader {
    /// Opens a file of events, a recording of a real camera or one written here.
    ///
    /// # Errors
    /// Where it is none, or does not tell the size of its sensor.
    pub fn open(path: &Path) -> Result<Self> {
        let place = path.display().to_string();
        let kind = ending(path)?;
        let unreadable = |error: std::io::Error| Error::failure(format!("cannot be read: {error}")).at(&place);
        let file = File::open(path).map_err(unreadable)?;
        let source: Result<Box<dyn Source>> = match kind {
            "aedat4" => aedat4::Reader::new(BufReader::new(file)).map(|reader| Box::new(reader) as Box<dyn Source>),
            "raw" => evt3::Reader::new(BufReader::new(file)).map(|reader| Box::new(reader) as Box<dyn Source>),
            "h5" => hdf5::Reader::new(file).map(|reader| Box::new(reader) as Box<dyn Source>),
            "npz" => npz::Reader::new(file).map(|reader| Box::new(reader) as Box<dyn Source>),
            _ => csv::Reader::new(BufReader::new(file)).map(|reader| Box::new(reader) as Box<dyn Source>),
        };
        let source = source.map_err(|error| error.at(&place))?;
        let sensor = source.sensor().ok_or_else(|| Error::failure("the size of the sensor is not told").at(&place))?;
        Ok(Self { source, place, sensor, last: 0 })
    }

    /// Columns and rows.
    pub fn sensor(&self) -> Sensor {
        self.sensor
    }

    /// The next events; none at the end.
    ///
    /// # Errors
    /// Where the file is damaged or ends too early, an event lies outside of the sensor, or before the last one.
    pub fn read(&mut self) -> Result<Vec<Event>> {
        let events = self.source.next().map_err(|error| error.at(&self.place))?;
        for event in &events {
            check(event, self.last, self.sensor).map_err(|error| error.at(&self.place))?;
            self.last = event.t;
        }
        Ok(events)
    }

    /// All events that are left.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn rest(&mut self) -> Result<Vec<Event>> {
        let mut all = Vec::new();
        loop {
            let events = self.read()?;
            if events.is_empty() {
                return Ok(all);
            }
            all.extend(events);
        }
    }
}

/// Whether a file is meant as a recording of events: by the ending of its name or, where other files end so too, by what is in it.
pub fn is_recording(path: &Path) -> bool {
    ending(path).is_ok_and(|ending| !["npz", "csv"].contains(&ending) || Reader::open(path).is_ok())
}

/// The ending of a name, where it is one of a format of events.
fn ending(path: &Path) -> Result<&'static str> {
    let found = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    ENDINGS.into_iter().find(|ending| *ending == found).ok_or_else(|| {
        let all = ENDINGS.map(|ending| format!(".{ending}")).join(", ");
        Error::usage("this kind of event file is not known").allowed(format!("a name that ends in {all}")).at(path.display())
    })
}

/// Fills a buffer; fewer bytes only where the file ends.
fn fill(from: &mut impl std::io::Read, buffer: &mut [u8]) -> Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match from.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::failure(format!("cannot be read: {error}"))),
        }
    }
    Ok(filled)
}

/// The error of a file that ends too early.
fn truncated() -> Error {
    Error::failure("the file ends in the middle of its data")
}

/// Reads exactly so many bytes.
fn exactly(from: &mut impl std::io::Read, length: usize) -> Result<Vec<u8>> {
    // A damaged length is not believed before the bytes are there.
    let mut bytes = Vec::new();
    from.take(length as u64).read_to_end(&mut bytes).map_err(|error| Error::failure(format!("cannot be read: {error}")))?;
    if bytes.len() == length { Ok(bytes) } else { Err(truncated()) }
}
