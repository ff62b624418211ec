//! Tables as files: CSV, whose recipe lies beside it, or Parquet, which holds it inside.

use crate::{
    error::{Error, Result},
    output::{Output, broken},
};
use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
};

mod parquet;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers from 0 on.
    Whole,
    /// Numbers.
    Number,
    /// Yes or no.
    Switch,
    /// Text.
    Text,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Column {
    /// A column of this name.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self { name: name.into(), kind }
    }
}

/// What stands in a row at one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Nothing,
    /// A whole number.
    Whole(u64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Switch(bool),
    /// Text.
    Text(String),
}

impl Cell {
    /// Reads a cell from the text that [`line()`] made of it; nothing where it is none of this kind.
    pub fn read(text: &str, kind: Kind) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Nothing);
        }
        match kind {
            Kind::Whole => text.parse().ok().map(Self::Whole),
            Kind::Number => text.parse().ok().map(Self::Number),
            Kind::Switch => text.parse().ok().map(Self::Switch),
            Kind::Text => Some(Self::Text(text.to_owned())),
        }
    }
}

/// The kinds of table, by the ending of the file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    Csv,
    /// Apache Parquet.
    Parquet,
}

impl Form {
    /// The endings of their names.
    pub const ENDINGS: [&str; 2] = ["csv", "parquet"];

    /// The form that a file's name asks for.
    ///
    /// # Errors
    /// Where its ending is that of neither.
    pub fn of(path: &Path) -> Result<Self> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("parquet") => Ok(Self::Parquet),
            _ => Err(Error::usage("this kind of file cannot be written")
                .allowed("a name that ends in .csv or .parquet")
                .at(path.display())),
        }
    }
}

/// A table that is being written.
pub struct Table {
    writer: Writer,
    columns: Vec<Column>,
    place: String,
    line: String,
}

enum Writer {
    Csv(Output, Option<PathBuf>),
    Parquet(Box<parquet::Writer>),
}

impl Table {
    /// A file of the form that its name asks for, or CSV on standard output.
    ///
    /// # Errors
    /// Where the ending is unknown or the folder cannot be written to.
    pub fn new(path: Option<&Path>, columns: Vec<Column>) -> Result<Self> {
        let place = path.map_or("standard output".into(), |path| path.display().to_string());
        let form = path.map_or(Ok(Form::Csv), Form::of)?;
        let out = Output::new(path)?;
        let writer = match form {
            Form::Csv => Writer::Csv(out, path.map(Path::to_owned)),
            Form::Parquet => Writer::Parquet(Box::new(parquet::Writer::new(out, &columns, &place)?)),
        };
        let mut table = Self { writer, columns, place, line: String::new() };
        if let Writer::Csv(..) = table.writer {
            table.line = header(&table.columns);
            table.send()?;
        }
        Ok(table)
    }

    /// Writes a row: one cell a column.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<()> {
        if let Writer::Parquet(writer) = &mut self.writer {
            return writer.row(cells).map_err(|error| error.at(&self.place));
        }
        append(&mut self.line, cells);
        self.send()
    }

    /// Writes rows that are CSV already: lines as [`line()`] makes them, of this table's columns.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn lines(&mut self, lines: &str) -> Result<()> {
        if matches!(self.writer, Writer::Csv(..)) {
            self.line.push_str(lines);
            return self.send();
        }
        for line in lines.lines() {
            let kinds: Vec<Kind> = self.columns.iter().map(|column| column.kind).collect();
            let cells =
                fields(line).into_iter().zip(kinds).map(|(field, kind)| Cell::read(&field, kind).unwrap_or(Cell::Nothing));
            self.row(cells)?;
        }
        Ok(())
    }

    fn send(&mut self) -> Result<()> {
        let Writer::Csv(out, _) = &mut self.writer else { return Ok(()) };
        let sent = out.write_all(self.line.as_bytes());
        self.line.clear();
        sent.map_err(|error| broken(&self.place, &error))
    }

    /// Makes it a whole file, with the recipe that made it: beside a CSV, inside a Parquet file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn finish(self, recipe: &str) -> Result<()> {
        match self.writer {
            Writer::Csv(out, path) => {
                if let Some(path) = path {
                    Output::save(&recipe_beside(&path), recipe.as_bytes())?;
                }
                out.finish()
            }
            Writer::Parquet(writer) => writer.finish(recipe).map_err(|error| error.at(&self.place))?.finish(),
        }
    }
}

/// Where the recipe of a CSV lies.
pub fn recipe_beside(path: &Path) -> PathBuf {
    path.with_added_extension("flock")
}

/// The recipe of a table that was made here; nothing where it has none.
///
/// # Errors
/// Where it cannot be read.
pub fn recipe_of(path: &Path) -> Result<Option<String>> {
    if Form::of(path)? == Form::Parquet {
        return parquet::recipe(path);
    }
    let beside = recipe_beside(path);
    match std::fs::read_to_string(&beside) {
        Ok(recipe) => Ok(Some(recipe)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::failure(format!("cannot be read: {error}")).at(beside.display())),
    }
}

/// The rows of a table that was made here, as CSV lines behind its header.
///
/// # Errors
/// Where it cannot be read.
pub fn read_lines(path: &Path) -> Result<Box<dyn Iterator<Item = Result<String>>>> {
    let unreadable =
        |place: &Path, error: std::io::Error| Error::failure(format!("cannot be read: {error}")).at(place.display());
    match Form::of(path)? {
        Form::Parquet => parquet::lines(path),
        Form::Csv => {
            let file = std::fs::File::open(path).map_err(|error| unreadable(path, error))?;
            let place = path.to_owned();
            let lines = std::io::BufRead::lines(std::io::BufReader::new(file));
            Ok(Box::new(lines.map(move |line| line.map_err(|error| unreadable(&place, error)))))
        }
    }
}

/// The first line of a CSV.
pub fn header(columns: &[Column]) -> String {
    let mut line = String::new();
    append(&mut line, columns.iter().map(|column| Cell::Text(column.name.clone())));
    line
}

/// A row as a line of CSV.
pub fn line(cells: impl IntoIterator<Item = Cell>) -> String {
    let mut line = String::new();
    append(&mut line, cells);
    line
}

/// Numbers are written in the shortest form that reads back to the same bits.
fn append(line: &mut String, cells: impl IntoIterator<Item = Cell>) {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let written = match cell {
            Cell::Nothing => Ok(()),
            Cell::Whole(number) => write!(line, "{number}"),
            Cell::Number(number) => write!(line, "{number}"),
            Cell::Switch(on) => write!(line, "{on}"),
            Cell::Text(text) => {
                append_text(line, &text);
                Ok(())
            }
        };
        written.expect("strings take all");
    }
    line.push('\n');
}

/// Text stands in quotes where it holds a comma or a quote; lines are joined.
fn append_text(line: &mut String, text: &str) {
    let text = text.replace(['\n', '\r'], " ");
    if text.contains([',', '"']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&text);
    }
}

/// The fields of a line of CSV.
pub fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.trim_end_matches(['\n', '\r']).chars().peekable();
    while let Some(letter) = letters.next() {
        let last = fields.len() - 1;
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                fields[last].push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => fields[last].push(other),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back() {
        let kinds = [Kind::Whole, Kind::Number, Kind::Number, Kind::Switch, Kind::Text, Kind::Text];
        let cells = [
            Cell::Whole(u64::MAX),
            Cell::Number(0.1 + 0.2),
            Cell::Number(f64::NEG_INFINITY),
            Cell::Switch(true),
            Cell::Text("a \"b\", c".into()),
            Cell::Nothing,
        ];
        let line = line(cells.clone());
        assert_eq!(line, "18446744073709551615,0.30000000000000004,-inf,true,\"a \"\"b\"\", c\",\n");
        let read: Vec<Cell> = fields(&line).iter().zip(kinds).map(|(field, kind)| Cell::read(field, kind).unwrap()).collect();
        assert_eq!(read, cells);
    }

    #[test]
    fn a_parquet_file_reads_back_with_its_recipe() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let columns = vec![
            Column::new("run", Kind::Whole),
            Column::new("x", Kind::Number),
            Column::new("on", Kind::Switch),
            Column::new("word", Kind::Text),
        ];
        let lines = "0,0.1,true,a\n1,NaN,false,\"b, c\"\n2,,,\n";
        let mut table = Table::new(Some(&path), columns).unwrap();
        table.lines(lines).unwrap();
        table.finish("(recipe)").unwrap();
        assert_eq!(recipe_of(&path).unwrap().unwrap(), "(recipe)");
        let read: Vec<String> = read_lines(&path).unwrap().collect::<Result<_>>().unwrap();
        assert_eq!(read.join("\n") + "\n", format!("run,x,on,word\n{lines}"));
    }
}
