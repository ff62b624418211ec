//! Tables as Apache Parquet: plain columns, each of which may have gaps, and the recipe among the file's own metadata.

use super::{Cell, Column, Kind, line};
use crate::{
    error::{Error, Result},
    output::Output,
    recipe::KEYWORD,
};
use parquet::{
    basic::{LogicalType, Repetition, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::WriterProperties,
        reader::{FileReader, SerializedFileReader},
        writer::SerializedFileWriter,
    },
    record::Field,
    schema::types::Type,
};
use std::{fs::File, path::Path, sync::Arc};

/// Rows that are written at once.
const ROWS: usize = 1 << 16;

/// A file that is being written.
pub(super) struct Writer {
    file: SerializedFileWriter<Output>,
    columns: Vec<Values>,
    rows: usize,
}

/// The values of a column that wait to be written, and for each row whether there is one.
struct Values {
    there: Vec<i16>,
    values: Kept,
}

enum Kept {
    Whole(Vec<i64>),
    Number(Vec<f64>),
    Switch(Vec<bool>),
    Text(Vec<ByteArray>),
}

impl Writer {
    pub(super) fn new(out: Output, columns: &[Column], place: &str) -> Result<Self> {
        let schema = schema(columns).map_err(|error| failed(&error).at(place))?;
        let properties = WriterProperties::builder().set_created_by(concat!("flockwork ", env!("CARGO_PKG_VERSION")).into());
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build()))
            .map_err(|error| failed(&error).at(place))?;
        let empty = |column: &Column| Values {
            there: Vec::new(),
            values: match column.kind {
                Kind::Whole => Kept::Whole(Vec::new()),
                Kind::Number => Kept::Number(Vec::new()),
                Kind::Switch => Kept::Switch(Vec::new()),
                Kind::Text => Kept::Text(Vec::new()),
            },
        };
        Ok(Self { file, columns: columns.iter().map(empty).collect(), rows: 0 })
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<()> {
        for (Values { there, values }, cell) in self.columns.iter_mut().zip(cells) {
            there.push(i16::from(cell != Cell::Nothing));
            match (values, cell) {
                (Kept::Whole(values), Cell::Whole(number)) => values.push(number as i64),
                (Kept::Number(values), Cell::Number(number)) => values.push(number),
                (Kept::Number(values), Cell::Whole(number)) => values.push(number as f64),
                (Kept::Switch(values), Cell::Switch(on)) => values.push(on),
                (Kept::Text(values), Cell::Text(text)) => values.push(text.as_str().into()),
                (_, Cell::Nothing) => {}
                (_, cell) => unreachable!("{cell:?} stands in a column of another kind"),
            }
        }
        self.rows += 1;
        if self.rows == ROWS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<()> {
        if std::mem::take(&mut self.rows) == 0 {
            return Ok(());
        }
        let Self { file, columns, .. } = self;
        write_group(file, columns).map_err(|error| failed(&error))
    }

    /// Writes what is left, the recipe and the end of the file.
    pub(super) fn finish(mut self, recipe: &str) -> Result<Output> {
        self.send()?;
        self.file.append_key_value_metadata(KeyValue::new(KEYWORD.to_owned(), recipe.to_owned()));
        self.file.into_inner().map_err(|error| failed(&error))
    }
}

fn write_group(file: &mut SerializedFileWriter<Output>, columns: &mut [Values]) -> Result<(), ParquetError> {
    let mut group = file.next_row_group()?;
    for Values { there, values } in columns {
        let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("a column too many".into()))?;
        match values {
            Kept::Whole(values) => column.typed::<Int64Type>().write_batch(values, Some(there), None).map(|_| values.clear()),
            Kept::Number(values) => column.typed::<DoubleType>().write_batch(values, Some(there), None).map(|_| values.clear()),
            Kept::Switch(values) => column.typed::<BoolType>().write_batch(values, Some(there), None).map(|_| values.clear()),
            Kept::Text(values) => {
                column.typed::<ByteArrayType>().write_batch(values, Some(there), None).map(|_| values.clear())
            }
        }?;
        there.clear();
        column.close()?;
    }
    group.close().map(drop)
}

fn schema(columns: &[Column]) -> Result<Type, ParquetError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            Kind::Whole => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Switch => (Physical::BOOLEAN, None),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        Type::primitive_type_builder(&column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<_, _>>()?;
    Type::group_type_builder("table").with_fields(fields).build()
}

fn open(path: &Path) -> Result<SerializedFileReader<File>> {
    let place = path.display();
    let file = File::open(path).map_err(|error| Error::failure(format!("cannot be read: {error}")).at(place.to_string()))?;
    SerializedFileReader::new(file).map_err(|error| Error::usage(format!("not a whole Parquet file: {error}")).at(place))
}

/// The recipe among a file's metadata.
pub(super) fn recipe(path: &Path) -> Result<Option<String>> {
    let file = open(path)?;
    let pairs = file.metadata().file_metadata().key_value_metadata();
    Ok(pairs.and_then(|pairs| pairs.iter().find(|pair| pair.key == KEYWORD)?.value.clone()))
}

/// Header and rows as lines of CSV.
pub(super) fn lines(path: &Path) -> Result<Box<dyn Iterator<Item = Result<String>>>> {
    let place = path.display().to_string();
    let file = open(path)?;
    let names = file.metadata().file_metadata().schema().get_fields().iter().map(|field| Cell::Text(field.name().to_owned()));
    let header = line(names);
    let wrong = move |error: ParquetError| Error::usage(format!("not a whole Parquet file: {error}")).at(&place);
    let rows = file.into_iter().map(move |row| {
        let row = row.map_err(&wrong)?;
        Ok(line(row.get_column_iter().map(|(_, field)| cell(field))))
    });
    let all = std::iter::once(Ok(header)).chain(rows);
    Ok(Box::new(all.map(|line| line.map(|line| line.trim_end().to_owned()))))
}

fn cell(field: &Field) -> Cell {
    match field {
        Field::Long(number) => Cell::Whole(*number as u64),
        Field::Double(number) => Cell::Number(*number),
        Field::Bool(on) => Cell::Switch(*on),
        Field::Str(text) => Cell::Text(text.clone()),
        _ => Cell::Nothing,
    }
}

fn failed(error: &ParquetError) -> Error {
    Error::failure(format!("cannot be written: {error}"))
}
