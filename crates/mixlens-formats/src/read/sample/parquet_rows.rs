//! Parquet: a column of documents, or of words and their counts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, UInt64Type};
use bytes::Bytes;
use mixlens_core::compute::Stage;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::Counter;
use super::documents::TEXT_FIELDS;
use super::word_table::{self, Row, WordColumn};
use crate::error::quoted;
use crate::{ImportError, NamedBytes};

/// Reads a file batch by batch.
pub(super) fn read(file: &NamedBytes, counter: &mut Counter<'_>, stage: &Stage<'_>) -> Result<(), ImportError> {
    let wrong = |problem: String, advice| ImportError::Parquet { file: file.name.clone(), problem, advice };
    let unreadable = |problem: String| wrong(problem, "write it again with snappy compression or none");
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file.bytes.clone()))
        .map_err(|error| unreadable(error.to_string()))?;
    let names: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let column = [WordColumn::Word, WordColumn::Segment].into_iter().find(|column| has(column.name()) && has("count"));
    let text = match (&counter.options.text_field, column) {
        (Some(name), _) => Some(name.clone()).filter(|name| has(name)),
        (None, Some(column)) => Some(column.name().to_owned()),
        (None, None) => TEXT_FIELDS.into_iter().find(|name| has(name)).map(str::to_owned),
    };
    let Some(text) = text else {
        return Err(wrong(format!("no column of text among {}", quoted(&names)), "name the column with --text-field"));
    };
    let column = column.filter(|column| column.name() == text);
    let wanted: Vec<&str> = match column {
        Some(_) => vec![&text, "count", "group"],
        None => vec![&text],
    };
    let mask = parquet::arrow::ProjectionMask::columns(builder.parquet_schema(), wanted);
    let reader = builder.with_projection(mask).build().map_err(|error| unreadable(error.to_string()))?;
    let own_group = if column.is_some() { counter.next_group() } else { 0 };
    for batch in reader {
        let batch = batch.map_err(|error| unreadable(error.to_string()))?;
        stage.advance(0)?;
        read_batch(&batch, &text, column, own_group, counter).map_err(unreadable)?;
    }
    stage.advance(file.bytes.len() as u64)?;
    Ok(())
}

fn read_batch(
    batch: &RecordBatch,
    text: &str,
    column: Option<WordColumn>,
    own_group: usize,
    counter: &mut Counter<'_>,
) -> Result<(), String> {
    let typed = |name: &str, to: &DataType| {
        batch.column_by_name(name).map(|array| cast(array, to).map_err(|error| error.to_string())).transpose()
    };
    let texts = typed(text, &DataType::Utf8)?.ok_or("a column is missing")?;
    let texts = texts.as_string::<i32>();
    let counts = typed("count", &DataType::UInt64)?;
    let groups = typed("group", &DataType::UInt64)?;
    let number = |array: &Option<ArrayRef>, row: usize| {
        let array = array.as_ref()?.as_primitive_opt::<UInt64Type>()?;
        (row < array.len() && array.is_valid(row)).then(|| array.value(row))
    };
    for (row, text) in texts.iter().enumerate() {
        let Some(text) = text else { continue };
        match column {
            None => {
                counter.push_text(text);
                counter.finish_document();
            }
            Some(column) => {
                let count = number(&counts, row).ok_or_else(|| format!("no count for {text:?}"))?;
                let group = number(&groups, row).and_then(|group| usize::try_from(group).ok()).unwrap_or(own_group);
                word_table::add(counter, column, group, text, count);
            }
        }
    }
    Ok(())
}

/// A table of counts; writing to memory has no known way to fail.
pub(super) fn write(rows: &[Row<'_>], column: WordColumn, has_groups: bool) -> Option<Vec<u8>> {
    let words: ArrayRef = Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)));
    let counts: ArrayRef = Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.1)));
    let groups: ArrayRef = Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.2 as u64)));
    let columns = [(column.name(), words), ("count", counts), ("group", groups)];
    let batch = RecordBatch::try_from_iter(columns.into_iter().take(if has_groups { 3 } else { 2 })).ok()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).ok()?;
    writer.write(&batch).ok()?;
    writer.close().ok()?;
    Some(bytes)
}
