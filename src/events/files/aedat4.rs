//! AEDAT4, the format of iniVation's cameras: FlatBuffers in packets, compressed by LZ4, and a table of the packets at the
//! end, so that a player can go to any time.

use super::{
    Sink, Source, exactly, fill,
    flat::{Table, long, word},
    truncated,
};
use crate::{
    error::{Error, Result},
    events::{Cause, Event, Sensor},
    output::{Output, broken},
};
use lz4_flex::frame::{FrameDecoder, FrameEncoder};
use std::{
    io::{Read, Seek as _, SeekFrom, Write as _},
    path::Path,
};

const MAGIC: &[u8] = b"#!AER-DAT4.0\r\n";
/// Place of the position of the table of packets: after the magic, in the header.
const TABLE_AT: u64 = MAGIC.len() as u64 + 32;
/// Bytes of an event.
const EVENT: usize = 16;
/// No packet that a camera writes is larger, compressed or not.
const LARGEST: usize = 1 << 28;
/// Numbers of the compressions.
const NONE: u32 = 0;
const LZ4: [u32; 2] = [1, 2];

/// A file that is being written.
pub struct Writer {
    out: Output,
    place: String,
    packets: Vec<Packet>,
}

/// An entry of the table of packets.
struct Packet {
    at: u64,
    size: u32,
    events: u64,
    times: [i64; 2],
}

impl Writer {
    pub fn new(path: &Path, sensor: Sensor) -> Result<Self> {
        let mut writer = Self { out: Output::new(Some(path))?, place: path.display().to_string(), packets: Vec::new() };
        writer.put(MAGIC)?;
        writer.put(&header(sensor))?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|error| broken(&self.place, &error))
    }

    fn position(&mut self) -> Result<u64> {
        self.out.stream_position().map_err(|error| broken(&self.place, &error))
    }
}

impl Sink for Writer {
    fn write(&mut self, events: &[Event]) -> Result<()> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return Ok(()) };
        let payload = compress(&packet(events));
        let size = payload.len() as u32;
        self.put(&0u32.to_le_bytes())?;
        self.put(&size.to_le_bytes())?;
        // The table points at the payload, not at the eight bytes before it.
        let at = self.position()?;
        self.packets.push(Packet { at, size, events: events.len() as u64, times: [first.t, last.t] });
        self.put(&payload)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let at = self.position()?;
        let table = compress(&table(&self.packets));
        self.put(&table)?;
        let patch = self.out.seek(SeekFrom::Start(TABLE_AT)).and_then(|_| self.out.write_all(&at.to_le_bytes()));
        patch.map_err(|error| broken(&self.place, &error))?;
        self.out.finish()
    }
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// Begins a buffer: size (to be set at the end), place of the root, identifier, and the list of the root's fields.
fn buffer(identifier: &[u8; 4], root: u32, fields: &[u16]) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    bytes.extend((root - 4).to_le_bytes());
    bytes.extend(identifier);
    bytes.extend(fields.iter().flat_map(|field| field.to_le_bytes()));
    bytes.resize(root as usize, 0);
    // From the root back to the list of its fields.
    bytes.extend((root - 12).to_le_bytes());
    bytes
}

fn sized(mut bytes: Vec<u8>) -> Vec<u8> {
    let size = bytes.len() as u32 - 4;
    bytes[..4].copy_from_slice(&size.to_le_bytes());
    bytes
}

/// `IOHeader`: compression, place of the table (to be patched), description of the streams.
fn header(sensor: Sensor) -> Vec<u8> {
    let text = description(sensor);
    let mut bytes = buffer(b"IOHE", 24, &[10, 20, 4, 8, 16]);
    bytes.extend(LZ4[0].to_le_bytes());
    bytes.extend((-1i64).to_le_bytes());
    bytes.extend(4u32.to_le_bytes());
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes.resize((bytes.len() + 1).next_multiple_of(8), 0);
    sized(bytes)
}

fn description(sensor: Sensor) -> String {
    let Sensor { width, height } = sensor;
    format!(
        r#"<dv version="2.0">
<node name="outInfo" path="/mainloop/Recorder/outInfo/">
<node name="0" path="/mainloop/Recorder/outInfo/0/">
<attr key="compression" type="string">LZ4</attr>
<attr key="originalModuleName" type="string">flockwork</attr>
<attr key="originalOutputName" type="string">events</attr>
<attr key="typeDescription" type="string">Array of events (polarity ON/OFF).</attr>
<attr key="typeIdentifier" type="string">EVTS</attr>
<node name="info" path="/mainloop/Recorder/outInfo/0/info/">
<attr key="sizeX" type="int">{width}</attr>
<attr key="sizeY" type="int">{height}</attr>
<attr key="source" type="string">flockwork</attr>
<attr key="tsOffset" type="long">0</attr>
</node>
</node>
</node>
</dv>
"#
    )
}

/// `EventPacket`: one vector of events of 16 bytes.
fn packet(events: &[Event]) -> Vec<u8> {
    let mut bytes = buffer(b"EVTS", 20, &[6, 8, 4]);
    bytes.extend(4u32.to_le_bytes());
    bytes.extend((events.len() as u32).to_le_bytes());
    for event in events {
        bytes.extend(event.t.to_le_bytes());
        bytes.extend(event.x.to_le_bytes());
        bytes.extend(event.y.to_le_bytes());
        bytes.extend([u8::from(event.on), 0, 0, 0]);
    }
    sized(bytes)
}

/// `FileDataTable`: where each packet lies, and its times. All entries share one list of fields.
fn table(packets: &[Packet]) -> Vec<u8> {
    let mut bytes = buffer(b"FTAB", 20, &[6, 8, 4]);
    bytes.extend(4u32.to_le_bytes());
    bytes.extend((packets.len() as u32).to_le_bytes());
    let references = bytes.len();
    bytes.resize(references + 4 * packets.len(), 0);
    let fields = bytes.len();
    bytes.extend([14u16, 44, 4, 12, 20, 28, 36].iter().flat_map(|field| field.to_le_bytes()));
    for (number, packet) in packets.iter().enumerate() {
        // The long numbers after the first four bytes lie at multiples of eight.
        bytes.resize((bytes.len() + 4).next_multiple_of(8) - 4, 0);
        bytes.resize(if bytes.len() % 8 == 4 { bytes.len() } else { bytes.len() + 4 }, 0);
        let (entry, reference) = (bytes.len(), references + 4 * number);
        bytes[reference..reference + 4].copy_from_slice(&((entry - reference) as u32).to_le_bytes());
        bytes.extend(((entry - fields) as u32).to_le_bytes());
        bytes.extend(packet.at.to_le_bytes());
        bytes.extend(0u32.to_le_bytes());
        bytes.extend(packet.size.to_le_bytes());
        bytes.extend(packet.events.to_le_bytes());
        bytes.extend(packet.times.iter().flat_map(|time| time.to_le_bytes()));
    }
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    sized(bytes)
}

/// A file that is being read.
pub struct Reader<R> {
    from: R,
    compressed: bool,
    /// The stream of events, and its sensor.
    stream: u32,
    sensor: Sensor,
    /// Bytes of packets that are left; none where nobody tells.
    left: Option<u64>,
}

impl<R: Read> Reader<R> {
    pub fn new(mut from: R) -> Result<Self> {
        let foreign = || Error::failure("not an AEDAT4 file").allowed("a file that begins with #!AER-DAT4.0");
        let mut magic = [0; MAGIC.len()];
        if fill(&mut from, &mut magic)? < MAGIC.len() || magic != *MAGIC {
            return Err(foreign());
        }
        let size = exactly(&mut from, 4)?;
        let length = word(&size, 0)? as usize;
        if length > LARGEST {
            return Err(foreign());
        }
        let bytes = [size, exactly(&mut from, length)?].concat();
        let header = Table::root(&bytes, b"IOHE").map_err(|_| foreign())?;
        let compression = header.field(0)?.map_or(Ok(NONE), |at| word(&bytes, at))?;
        if compression != NONE && !LZ4.contains(&compression) {
            let message = "the file is compressed by Zstandard, which is not read";
            return Err(Error::failure(message).allowed("LZ4, or no compression"));
        }
        let table = header.field(1)?.map_or(Ok(-1), |at| long(&bytes, at))?;
        let begin = (MAGIC.len() + bytes.len()) as u64;
        let left = u64::try_from(table).ok().map(|table| table.saturating_sub(begin));
        let (text, length) = header.vector(2)?;
        let text = bytes.get(text..text.saturating_add(length)).ok_or_else(truncated)?;
        let (stream, sensor) = stream_of_events(&String::from_utf8_lossy(text))?;
        Ok(Self { from, compressed: compression != NONE, stream, sensor, left })
    }
}

/// The stream of events that the description names, and its sensor.
fn stream_of_events(description: &str) -> Result<(u32, Sensor)> {
    let wrong = |what: &str| Error::failure(format!("the file's description {what}"));
    let document = roxmltree::Document::parse(description).map_err(|error| wrong(&format!("is damaged: {error}")))?;
    let attribute = |node: roxmltree::Node, key: &str| {
        let mut found = node.children().filter(|child| child.attribute("key") == Some(key));
        found.next().and_then(|child| child.text()).map(str::to_owned)
    };
    let is_events = |node: &roxmltree::Node| attribute(*node, "typeIdentifier").as_deref() == Some("EVTS");
    let node = document.descendants().find(is_events).ok_or_else(|| wrong("names no stream of events"))?;
    let stream = node.attribute("name").and_then(|name| name.parse().ok()).ok_or_else(|| wrong("gives it no number"))?;
    let info = node.children().find(|child| child.attribute("name") == Some("info"));
    let side = |key: &str| info.and_then(|info| attribute(info, key)?.trim().parse().ok());
    match (side("sizeX"), side("sizeY")) {
        (Some(width), Some(height)) => Ok((stream, Sensor { width, height })),
        _ => Err(wrong("does not tell the size of the sensor")),
    }
}

impl<R: Read + Send> Source for Reader<R> {
    fn sensor(&self) -> Option<Sensor> {
        Some(self.sensor)
    }

    fn next(&mut self) -> Result<Vec<Event>> {
        loop {
            if self.left == Some(0) {
                return Ok(Vec::new());
            }
            let mut head = [0; 8];
            match fill(&mut self.from, &mut head)? {
                // A file whose writer was stopped has no table, and ends where its data end.
                0 if self.left.is_none() => return Ok(Vec::new()),
                8 => {}
                _ => return Err(truncated()),
            }
            let (stream, size) = (word(&head, 0)?, word(&head, 4)? as usize);
            if size > LARGEST {
                return Err(Error::failure("a packet of the file is damaged"));
            }
            let payload = exactly(&mut self.from, size)?;
            if let Some(left) = &mut self.left {
                let taken = 8 + size as u64;
                *left = left.checked_sub(taken).ok_or_else(|| Error::failure("a packet of the file is damaged"))?;
            }
            if stream != self.stream {
                continue;
            }
            let events = unpack(&if self.compressed { decompress(&payload)? } else { payload })?;
            if !events.is_empty() {
                return Ok(events);
            }
        }
    }
}

fn decompress(payload: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    FrameDecoder::new(payload)
        .take(LARGEST as u64)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::failure(format!("a packet of the file is damaged: {error}")))?;
    Ok(bytes)
}

fn unpack(bytes: &[u8]) -> Result<Vec<Event>> {
    let (first, count) = Table::root(bytes, b"EVTS")?.vector(0)?;
    let end = count.checked_mul(EVENT).and_then(|length| length.checked_add(first));
    let rows = end.and_then(|end| bytes.get(first..end)).ok_or_else(truncated)?;
    let event = |row: &[u8]| {
        let half = |at: usize| u16::from_le_bytes([row[at], row[at + 1]]);
        Ok(Event { t: long(row, 0)?, x: half(8), y: half(10), on: row[12] != 0, cause: Cause::Unknown })
    };
    rows.chunks_exact(EVENT).map(event).collect()
}
