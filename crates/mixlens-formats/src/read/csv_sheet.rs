//! Delimited text to a [`Sheet`].

use super::json_sheet;
use super::number::has_decimal_comma;
use super::pace::Pace;
use super::sheet::{Encoding, Sheet, SheetRow};
use super::text::line_of;
use crate::ImportError;
use crate::error::{Place, Position};

/// Bytes between two reports.
const REPORTED: u64 = 1 << 16;

/// Reads delimited text. The delimiter is the one of comma, semicolon and tab that the header has most of.
pub(crate) fn read(file: &str, text: &str, pace: &Pace<'_>) -> Result<Sheet, ImportError> {
    let delimiter = delimiter_of(text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut lines = LineCounter { text: text.as_bytes(), byte: 0, line: 1 };
    let mut records = Vec::new();
    let mut reported = 0;
    for record in reader.records() {
        // UTF-8 in memory with a flexible record length has no known way to fail; be honest if it ever does.
        let record = record.map_err(|error| ImportError::Malformed {
            place: Box::new(Place::new(file, Position::File)),
            expected: "delimited text",
            found: error.to_string(),
            advice: "correct the file",
        })?;
        let start = record.position().map_or(0, csv::Position::byte);
        if start - reported > REPORTED {
            pace.read(start - reported)?;
            reported = start;
        }
        records.push((Position::Line(lines.line_at(start)), record));
    }
    let mut records = records.into_iter();
    let Some((header, columns)) = records.next() else {
        return Err(ImportError::EmptyFile { file: file.to_owned() });
    };
    let columns: Vec<String> = columns.iter().map(|column| column.trim().to_owned()).collect();
    let mut rows = Vec::new();
    for (position, record) in records {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() != columns.len() {
            let advice = ragged_advice(&columns, &record, delimiter);
            let (expected, found) = (columns.len(), record.len());
            return Err(ImportError::Ragged { place: Place::new(file, position), expected, found, advice });
        }
        rows.push(SheetRow { position, cells: record.iter().map(|cell| Some(cell.to_owned())).collect() });
    }
    let sheet = Sheet { file: file.to_owned(), encoding: Encoding::Csv, header, columns, rows };
    Ok(json_sheet::expand_nested_cells(sheet))
}

/// The delimiter by the first line that is not blank, quotes respected; comma on a tie.
fn delimiter_of(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut best = (b',', 0);
    for delimiter in [b',', b';', b'\t'] {
        let mut is_quoted = false;
        let mut count = 0;
        for byte in header.bytes() {
            is_quoted ^= byte == b'"';
            count += usize::from(byte == delimiter && !is_quoted);
        }
        if count > best.1 {
            best = (delimiter, count);
        }
    }
    best.0
}

/// What to do about a row with the wrong number of cells.
fn ragged_advice(columns: &[String], record: &csv::StringRecord, delimiter: u8) -> &'static str {
    let (expected, found) = (columns.len(), record.len());
    if found < expected {
        return "fill in the missing cells (empty ones keep their delimiter)";
    }
    let looks_split = |pair: &[&str]| matches!(pair, [a, b] if has_decimal_comma(&format!("{a},{b}")));
    let cells: Vec<&str> = record.iter().map(str::trim).collect();
    let splits = cells.windows(2).filter(|pair| looks_split(pair)).count();
    if delimiter == b',' && splits >= found - expected && found > expected {
        return "if the numbers have decimal commas, export with decimal points; otherwise remove the extra cells";
    }
    "remove the extra cells, or put quotes around text that contains the delimiter"
}

/// Turns growing byte offsets into line numbers in one pass.
struct LineCounter<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// The line of the record that starts at `byte`, line ends before it skipped.
    fn line_at(&mut self, byte: u64) -> u64 {
        let mut start = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        while matches!(self.text.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let between = self.text.get(self.byte..start).unwrap_or_default();
        self.line += line_of(between) - 1;
        self.byte = start;
        self.line
    }
}
