//! Parquet to a [`Sheet`].

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::NamedBytes;
use super::sheet::{Encoding, Sheet, SheetRow};
use crate::ImportError;
use crate::error::Position;

/// Reads a Parquet table. Nulls become empty cells, numbers keep their value, structs become dotted columns.
pub(crate) fn read(file: &NamedBytes) -> Result<Sheet, ImportError> {
    let unreadable = |problem: String| ImportError::Parquet {
        file: file.name.clone(),
        problem,
        advice: "write it again with snappy compression or none, or export it as CSV",
    };
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file.bytes.clone()))
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .map_err(|error| unreadable(error.to_string()))?;
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<SheetRow> = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|error| unreadable(error.to_string()))?;
        let mut texts: Vec<(String, Vec<String>)> = Vec::new();
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            push_cells(field.name(), column, &mut texts).map_err(|error| unreadable(error.to_string()))?;
        }
        for row in 0..batch.num_rows() {
            let cells = texts.iter().map(|(_, cells)| cells.get(row).cloned()).collect();
            rows.push(SheetRow { position: Position::Row(rows.len() as u64 + 1), cells });
        }
        columns = texts.into_iter().map(|(name, _)| name).collect();
    }
    Ok(Sheet { file: file.name.clone(), encoding: Encoding::Parquet, header: Position::File, columns, rows })
}

/// The texts of a column, or of each field of a struct column.
fn push_cells(name: &str, column: &ArrayRef, texts: &mut Vec<(String, Vec<String>)>) -> Result<(), ArrowError> {
    if let Some(fields) = column.as_struct_opt() {
        for (field, inner) in fields.fields().iter().zip(fields.columns()) {
            push_cells(&format!("{name}.{}", field.name()), inner, texts)?;
        }
        return Ok(());
    }
    let cells = if column.data_type().is_floating() {
        let numbers = cast(column, &DataType::Float64)?;
        let text = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
        numbers.as_primitive::<Float64Type>().iter().map(text).collect()
    } else {
        let options = FormatOptions::default();
        let formatter = ArrayFormatter::try_new(column, &options)?;
        let text = |row: usize| if column.is_null(row) { String::new() } else { formatter.value(row).to_string() };
        (0..column.len()).map(text).collect()
    };
    texts.push((name.to_owned(), cells));
    Ok(())
}
