//! A table's columns, and the recipe that made it.

use crate::{
    error::{Error, Result},
    table::{fields, read_lines, recipe_of},
};
use std::path::Path;

/// A table that was read.
pub struct Table {
    /// The names of its columns.
    pub names: Vec<String>,
    /// Its rows, as text.
    pub rows: Vec<Vec<String>>,
    /// The recipe that made it; nothing where there is none.
    pub recipe: Option<String>,
    place: String,
}

impl Table {
    /// Reads a CSV or Parquet file.
    ///
    /// # Errors
    /// Where it cannot be read, or its rows are not all as long as its header.
    pub fn read(path: &Path) -> Result<Self> {
        let place = path.display().to_string();
        let mut lines = read_lines(path)?;
        let header =
            lines.next().ok_or_else(|| Error::usage("an empty file").allowed("a table with a header").at(&place))??;
        let names = fields(header.trim_start_matches('\u{feff}'));
        let mut rows = Vec::new();
        for (at, line) in lines.enumerate().filter(|(_, line)| line.as_ref().map_or(true, |line| !line.is_empty())) {
            let row = fields(&line?);
            if row.len() != names.len() {
                return Err(Error::usage(format!("{} values", row.len()))
                    .allowed(format!("{} as in the header", names.len()))
                    .at(format!("{place}, line {}", at + 2)));
            }
            rows.push(row);
        }
        Ok(Self { names, rows, recipe: recipe_of(path)?, place })
    }

    /// The same without columns and rows.
    pub(super) fn empty(&self) -> Self {
        Self { names: Vec::new(), rows: Vec::new(), recipe: self.recipe.clone(), place: self.place.clone() }
    }

    /// Whether it has a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The place of a column.
    ///
    /// # Errors
    /// Where there is none of this name.
    pub fn column(&self, name: &str) -> Result<usize> {
        self.names.iter().position(|known| known == name).ok_or_else(|| {
            Error::usage(format!("no column '{name}'")).names(name, self.names.iter().map(String::as_str)).at(&self.place)
        })
    }

    /// What stands at a row and column as a number; not a number where it is none.
    pub fn number(&self, row: usize, column: usize) -> f64 {
        self.rows[row][column].parse().unwrap_or(f64::NAN)
    }
}
