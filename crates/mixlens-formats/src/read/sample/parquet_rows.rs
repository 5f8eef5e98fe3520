//! Parquet: a column of documents, or of words and their counts.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, UInt64Type};
use mixlens_core::compute::Stage;
use mixlens_core::{brief, excerpt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::Compression;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;

use super::Counter;
use super::checked_chunks::CheckedChunks;
use super::documents::TEXT_FIELDS;
use super::word_table::{self, Row, WordColumn};
use crate::ImportError;
use crate::error::{Position, quoted};

/// Bytes of text that are held at a time; a column may name one text in all rows.
const BATCH_BYTES: u64 = 64 << 20;

/// The maximum number of rows read at a time.
const MAX_ROWS: u64 = 1024;

/// Reads a file batch by batch.
pub(super) fn read<R: ChunkReader + 'static>(
    name: &str,
    reader: R,
    counter: &mut Counter<'_>,
    stage: &Stage<'_>,
) -> Result<(), ImportError> {
    let wrong = |problem: String, advice| ImportError::Parquet {
        file: name.to_owned(),
        problem,
        advice,
    };
    let unreadable = |problem: &dyn Display| {
        wrong(
            brief(problem),
            "write it again with snappy compression or none",
        )
    };
    let total = reader.len();
    let chunks = CheckedChunks::new(reader).map_err(|problem| unreadable(&problem))?;
    let page_limit = chunks.page_limit();
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(chunks).map_err(|error| unreadable(&error))?;
    let names: Vec<&str> = builder
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
    let (text, column) =
        text_column(&names, counter.options.text_field.as_deref()).ok_or_else(|| {
            wrong(
                format!("no column of text among {}", quoted(&names)),
                "name the column with the text",
            )
        })?;
    let text = text.to_owned();
    let wanted: Vec<&str> = match column {
        Some(_) => vec![&text, "count", "group"],
        None => vec![&text],
    };
    let mask = ProjectionMask::columns(builder.parquet_schema(), wanted);
    let longest = longest_text(builder.metadata(), &mask);
    page_limit.store(longest, Ordering::Relaxed);
    // So many rows that their text fits even if all of them name the longest text of the file.
    let rows = usize::try_from((BATCH_BYTES / longest.max(1)).clamp(1, MAX_ROWS)).unwrap_or(1);
    let batches = builder
        .with_projection(mask)
        .with_batch_size(rows)
        .build()
        .map_err(|error| unreadable(&error))?;
    let file_group = if column.is_some() {
        counter.next_group()
    } else {
        0
    };
    let mut rows = Rows {
        name,
        text: &text,
        column,
        file_group,
        read: 0,
    };
    for batch in batches {
        let batch = batch.map_err(|error| unreadable(&error))?;
        stage.advance(0)?;
        rows.read(&batch, counter, &unreadable)?;
    }
    stage.advance(total)?;
    Ok(())
}

/// The column with the text, and what its rows count where it is one of a table of counts.
fn text_column<'a>(
    names: &[&'a str],
    asked: Option<&'a str>,
) -> Option<(&'a str, Option<WordColumn>)> {
    let has = |name: &str| names.contains(&name);
    let column = [WordColumn::Word, WordColumn::Segment]
        .into_iter()
        .find(|column| has(column.name()) && has("count"));
    let text = match (asked, column) {
        (Some(name), _) => has(name).then_some(name)?,
        (None, Some(column)) => column.name(),
        (None, None) => TEXT_FIELDS.into_iter().find(|name| has(name))?,
    };
    Some((text, column.filter(|column| column.name() == text)))
}

/// Bytes that the largest chunk of a column unpacks to, as the metadata claim: no text of it is
/// longer.
fn longest_text(metadata: &ParquetMetaData, mask: &ProjectionMask) -> u64 {
    let columns = metadata
        .row_groups()
        .iter()
        .flat_map(|group| group.columns().iter().enumerate());
    let sizes = columns
        .filter(|(leaf, _)| mask.leaf_included(*leaf))
        .map(|(_, column)| column.uncompressed_size());
    sizes
        .max()
        .and_then(|size| u64::try_from(size).ok())
        .unwrap_or_default()
}

/// The rows of a file as they are read.
struct Rows<'a> {
    name: &'a str,
    text: &'a str,
    column: Option<WordColumn>,
    /// The group of rows that name none.
    file_group: usize,
    read: u64,
}

impl Rows<'_> {
    fn read(
        &mut self,
        batch: &RecordBatch,
        counter: &mut Counter<'_>,
        unreadable: &dyn Fn(&dyn Display) -> ImportError,
    ) -> Result<(), ImportError> {
        let typed = |name: &str, to: &DataType| {
            let array = batch.column_by_name(name).map(|array| cast(array, to));
            array.transpose().map_err(|error| unreadable(&error))
        };
        let texts =
            typed(self.text, &DataType::Utf8)?.ok_or_else(|| unreadable(&"a column is missing"))?;
        let counts = typed("count", &DataType::UInt64)?;
        let groups = typed("group", &DataType::UInt64)?;
        let number = |array: &Option<ArrayRef>, row: usize| {
            let array = array.as_ref()?.as_primitive_opt::<UInt64Type>()?;
            (row < array.len() && array.is_valid(row)).then(|| array.value(row))
        };
        for (row, text) in texts.as_string::<i32>().iter().enumerate() {
            self.read += 1;
            let Some(text) = text else { continue };
            let counted = match self.column {
                None => counter
                    .push_text(text)
                    .and_then(|()| counter.finish_document()),
                Some(column) => {
                    let count = number(&counts, row);
                    let count = count
                        .ok_or_else(|| unreadable(&format!("no count for {}", excerpt(text))))?;
                    let group = number(&groups, row).and_then(|group| usize::try_from(group).ok());
                    word_table::add(
                        counter,
                        column,
                        group.unwrap_or(self.file_group),
                        text,
                        count,
                    )
                }
            };
            counted.map_err(|error| error.at(self.name, Some(Position::Row(self.read))))?;
        }
        Ok(())
    }
}

/// A table of counts; writing to memory has no known way to fail.
pub(super) fn write(rows: &[Row<'_>], column: WordColumn, has_groups: bool) -> Option<Vec<u8>> {
    let words: ArrayRef = Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0)));
    let counts: ArrayRef = Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.1)));
    let groups: ArrayRef = Arc::new(UInt64Array::from_iter_values(
        rows.iter().map(|row| row.2 as u64),
    ));
    let columns = [(column.name(), words), ("count", counts), ("group", groups)];
    let batch =
        RecordBatch::try_from_iter(columns.into_iter().take(if has_groups { 3 } else { 2 }))
            .ok()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).ok()?;
    writer.write(&batch).ok()?;
    writer.close().ok()?;
    Some(bytes)
}
