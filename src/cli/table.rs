//! Tables of readings, as CSV.

use crate::{
    error::Result,
    measures::{Instrument, Reading, When},
    output::{Output, broken},
};
use std::{
    io::{self, Write as _},
    path::Path,
};

/// A CSV table that begins with step and time. Numbers are written in the shortest form that reads back to the same bits.
pub struct Table {
    out: Output,
    place: String,
    line: Vec<u8>,
}

impl Table {
    /// A table with these further columns, in a file or on standard output.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new<'a>(path: Option<&Path>, columns: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let place = path.map_or("standard output".into(), |path| path.display().to_string());
        let mut table = Self { out: Output::new(path)?, place, line: Vec::new() };
        let header: Vec<&str> = ["step", "time"].into_iter().chain(columns).collect();
        writeln!(table.line, "{}", header.join(",")).expect("a vector takes all");
        table.send()?;
        Ok(table)
    }

    /// Writes a row of numbers.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn row(&mut self, step: u64, time: f64, values: &[f64]) -> Result<()> {
        let all = |line: &mut Vec<u8>| -> io::Result<()> {
            write!(line, "{step},{time}")?;
            values.iter().try_for_each(|value| write!(line, ",{value}"))?;
            writeln!(line)
        };
        all(&mut self.line).expect("a vector takes all");
        self.send()
    }

    /// Writes the numbers of a reading, a row each: name, places along the axes, value and error; what is not there stays
    /// empty.
    fn entries(&mut self, step: u64, time: f64, name: &str, reading: &Reading) -> Result<()> {
        let shown = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
        for entry in reading.entries() {
            let (x, y, error) = (shown(entry.x), shown(entry.y), shown(entry.error));
            writeln!(self.line, "{step},{time},{name},{x},{y},{},{error}", entry.value).expect("a vector takes all");
        }
        self.send()
    }

    fn send(&mut self) -> Result<()> {
        let sent = self.out.write_all(&self.line);
        self.line.clear();
        sent.map_err(|error| broken(&self.place, &error))
    }

    /// Makes it last.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self) -> Result<()> {
        self.out.finish()
    }
}

/// The table of a run's readings: a column an instrument where each tells a number a step, else a row a number.
pub struct Readings {
    table: Table,
    instruments: Vec<&'static Instrument>,
    long: bool,
}

impl Readings {
    /// A table for these instruments, in a file or on standard output.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn new(path: Option<&Path>, instruments: Vec<&'static Instrument>) -> Result<Self> {
        let long = instruments.iter().any(|instrument| !instrument.is_a_series());
        let table = if long {
            Table::new(path, ["measure", "x", "y", "value", "error"])?
        } else {
            Table::new(path, instruments.iter().map(|instrument| instrument.name))?
        };
        Ok(Self { table, instruments, long })
    }

    /// Writes the readings of a step.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&mut self, step: u64, time: f64, readings: &[Reading]) -> Result<()> {
        if !self.long {
            return self.table.row(step, time, &readings.iter().map(Reading::number).collect::<Vec<_>>());
        }
        self.instruments
            .iter()
            .zip(readings)
            .filter(|(instrument, _)| instrument.when != When::End)
            .try_for_each(|(instrument, reading)| self.table.entries(step, time, instrument.name, reading))
    }

    /// Writes what instruments told at the end, and makes the table last.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, step: u64, time: f64, ends: &[Reading]) -> Result<()> {
        for (instrument, reading) in self.instruments.iter().zip(ends) {
            self.table.entries(step, time, instrument.name, reading)?;
        }
        self.table.finish()
    }
}
