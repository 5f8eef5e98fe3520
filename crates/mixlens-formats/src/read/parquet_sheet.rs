//! Parquet to a [`Sheet`].

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use mixlens_core::brief;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::NamedBytes;
use super::pace::Pace;
use super::parquet_pages::Pages;
use super::sheet::{Encoding, Sheet, SheetBuilder};
use crate::ImportError;
use crate::error::{Place, Position};
use crate::limits::MAX_UNPACKED_BYTES;

/// Bytes that a row and a cell take in memory beside the text, until the run table is made.
const ROW_BYTES: u64 = 400;
const CELL_BYTES: u64 = 45;
/// Bytes for every byte of the file.
const BYTES_PER_BYTE: u64 = 40;

/// Reads a Parquet table. Nulls become empty cells, numbers keep their value, structs become dotted
/// columns, lists are passed over.
pub(crate) fn read(file: &NamedBytes, pace: &Pace<'_>) -> Result<Sheet, ImportError> {
    let unreadable = |problem: String| ImportError::Parquet {
        file: file.name.clone(),
        problem,
        advice: "write it again with snappy compression or none, or export it as CSV",
    };
    let pages = Pages::of(&file.bytes).map_err(unreadable)?;
    let mut builder = SheetBuilder::new(&file.name, Encoding::Parquet, Position::File);
    builder.check_columns(pages.columns as u64)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file.bytes.clone()))
        .map_err(|error| unreadable(brief(error)))?;
    let schema = reader.parquet_schema();
    let single = (0..schema.num_columns()).filter(|&leaf| schema.column(leaf).max_rep_level() == 0);
    let mask = ProjectionMask::leaves(schema, single);
    let batches = reader
        .with_projection(mask)
        .with_batch_size(pages.batch_rows())
        .build();
    let mut allowance = Allowance::of(file);
    for batch in batches.map_err(|error| unreadable(brief(error)))? {
        pace.check()?;
        let batch = batch.map_err(|error| unreadable(brief(error)))?;
        let columns = columns_of(&batch, &mut builder).map_err(|problem| match problem {
            Unread::Arrow(error) => unreadable(brief(error)),
            Unread::Refused(problem) => *problem,
        })?;
        read_rows(&columns, batch.num_rows(), &mut builder, &mut allowance)?;
    }
    Ok(builder.finish())
}

/// Memory that is left for rows.
struct Allowance<'a> {
    file: &'a NamedBytes,
    rows: u64,
    left: u64,
}

impl<'a> Allowance<'a> {
    fn of(file: &'a NamedBytes) -> Self {
        Self {
            file,
            rows: 0,
            left: MAX_UNPACKED_BYTES + BYTES_PER_BYTE * file.bytes.len() as u64,
        }
    }

    /// Takes a row; an error when memory would grow beyond what a file of this size may take.
    fn take(&mut self, cells: usize, text: u64) -> Result<(), ImportError> {
        self.rows += 1;
        match self
            .left
            .checked_sub(ROW_BYTES + CELL_BYTES * cells as u64 + text)
        {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(ImportError::TooMuch {
                place: Box::new(Place::new(&self.file.name, Position::Row(self.rows))),
                what: "bytes of rows in memory beyond 40 for every byte of the file",
                max: MAX_UNPACKED_BYTES,
                found: None,
                advice: "the table repeats equal values very often; leave out rows or columns",
            }),
        }
    }
}

/// A column of a batch as text.
enum Column<'a> {
    Number(Float64Array),
    Other(&'a ArrayRef, ArrayFormatter<'a>),
}

/// Why columns cannot be read.
enum Unread {
    Arrow(ArrowError),
    Refused(Box<ImportError>),
}

fn read_rows(
    columns: &[Column<'_>],
    rows: usize,
    builder: &mut SheetBuilder,
    allowance: &mut Allowance<'_>,
) -> Result<(), ImportError> {
    let mut text = String::new();
    for row in 0..rows {
        let position = Position::Row(allowance.rows + 1);
        let mut bytes = 0;
        for (index, column) in columns.iter().enumerate() {
            text.clear();
            column.write(row, &mut text);
            bytes += text.len() as u64;
            builder.cell(index, &text, position)?;
        }
        allowance.take(columns.len(), bytes)?;
        builder.end_row(position)?;
    }
    Ok(())
}

impl Column<'_> {
    /// The text of a cell; nothing for null.
    fn write(&self, row: usize, text: &mut String) {
        use std::fmt::Write;
        // Writing to memory does not fail; a value that cannot be shown is an empty cell.
        let _ = match self {
            Self::Number(numbers) if numbers.is_valid(row) => {
                write!(text, "{}", numbers.value(row))
            }
            Self::Other(array, formatter) if array.is_valid(row) => {
                write!(text, "{}", formatter.value(row))
            }
            _ => Ok(()),
        };
    }
}

/// The columns of a batch; the first batch names those of the sheet.
fn columns_of<'a>(
    batch: &'a RecordBatch,
    builder: &mut SheetBuilder,
) -> Result<Vec<Column<'a>>, Unread> {
    let mut found = Vec::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        push_columns(field.name(), column, &mut found)?;
    }
    if builder.columns() == 0 {
        for (name, _) in &found {
            builder
                .add_column(name)
                .map_err(|problem| Unread::Refused(Box::new(problem)))?;
        }
    }
    Ok(found.into_iter().map(|(_, column)| column).collect())
}

/// A column, or each field of a struct column.
fn push_columns<'a>(
    name: &str,
    column: &'a ArrayRef,
    found: &mut Vec<(String, Column<'a>)>,
) -> Result<(), Unread> {
    /// As in `{}` of every type.
    const OPTIONS: FormatOptions<'static> = FormatOptions::new();
    if let Some(fields) = column.as_struct_opt() {
        return fields
            .fields()
            .iter()
            .zip(fields.columns())
            .try_for_each(|(field, inner)| {
                push_columns(&format!("{name}.{}", field.name()), inner, found)
            });
    }
    let column = if column.data_type().is_floating() {
        let numbers = cast(column, &DataType::Float64).map_err(Unread::Arrow)?;
        Column::Number(numbers.as_primitive::<Float64Type>().clone())
    } else {
        Column::Other(
            column,
            ArrayFormatter::try_new(column, &OPTIONS).map_err(Unread::Arrow)?,
        )
    };
    found.push((name.to_owned(), column));
    Ok(())
}
