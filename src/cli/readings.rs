//! Tables of a run: its readings, and its agents.

use crate::{
    error::Result,
    measures::{Entry, Instrument, Reading, When},
    table::{Cell, Column, Kind, Table},
};
use std::path::Path;

/// A table whose rows begin with step and time.
///
/// # Errors
/// Where it cannot be written.
pub fn table(path: Option<&Path>, columns: impl IntoIterator<Item = Column>) -> Result<Table> {
    let first = [Column::new("step", Kind::Whole), Column::new("time", Kind::Number)];
    Table::new(path, first.into_iter().chain(columns).collect())
}

/// A row of such a table.
pub fn row(step: u64, time: f64, cells: impl IntoIterator<Item = Cell>) -> impl Iterator<Item = Cell> {
    [Cell::Whole(step), Cell::Number(time)].into_iter().chain(cells)
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
        let number = |name: &'static str| Column::new(name, Kind::Number);
        let table = if long {
            let numbers = ["x", "y", "value", "error"].map(number);
            table(path, std::iter::once(Column::new("measure", Kind::Text)).chain(numbers))?
        } else {
            table(path, instruments.iter().map(|instrument| number(instrument.name)))?
        };
        Ok(Self { table, instruments, long })
    }

    /// Writes the readings of a step.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn write(&mut self, step: u64, time: f64, readings: &[Reading]) -> Result<()> {
        if !self.long {
            return self.table.row(row(step, time, readings.iter().map(|reading| Cell::Number(reading.number()))));
        }
        for (instrument, reading) in self.instruments.iter().zip(readings) {
            if instrument.when != When::End {
                entries(&mut self.table, step, time, instrument.name, reading)?;
            }
        }
        Ok(())
    }

    /// Writes what instruments told at the end, and makes the table last, with the recipe that made it.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(mut self, step: u64, time: f64, ends: &[Reading], recipe: &str) -> Result<()> {
        for (instrument, reading) in self.instruments.iter().zip(ends) {
            entries(&mut self.table, step, time, instrument.name, reading)?;
        }
        self.table.finish(recipe)
    }
}

/// Writes the numbers of a reading, a row each: name, places along the axes, value and error; what is not there stays
/// empty.
fn entries(table: &mut Table, step: u64, time: f64, name: &str, reading: &Reading) -> Result<()> {
    let shown = |number: Option<f64>| number.map_or(Cell::Nothing, Cell::Number);
    reading.entries().into_iter().try_for_each(|Entry { x, y, value, error }| {
        table.row(row(step, time, [Cell::Text(name.into()), shown(x), shown(y), Cell::Number(value), shown(error)]))
    })
}
