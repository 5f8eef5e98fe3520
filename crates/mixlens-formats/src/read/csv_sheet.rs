//! Delimited text to a [`Sheet`].

use csv_core::ReadFieldResult;

use super::json_sheet;
use super::number::has_decimal_comma;
use super::pace::Pace;
use super::sheet::{Encoding, Sheet, SheetBuilder};
use super::text::line_of;
use crate::ImportError;
use crate::error::Position;
use crate::limits::MAX_CELL_BYTES;
use crate::write::text_of_csv_cell;

/// Bytes between two reports.
const REPORTED: usize = 1 << 16;
/// Bytes of a record with too many cells that are looked at for a reason.
const LOOKED_AT: usize = 1 << 16;
/// Bytes of a cell that are read at once.
const PIECE: usize = 1 << 12;

/// Reads delimited text. The delimiter is the one of comma, semicolon and tab that the header has
/// most of.
pub(crate) fn read(file: &str, text: &str, pace: &Pace<'_>) -> Result<Sheet, ImportError> {
    let mut records = Records::new(text.as_bytes(), delimiter_of(text));
    let Some(header) = records.position() else {
        return Err(ImportError::EmptyFile {
            file: file.to_owned(),
        });
    };
    let mut builder = SheetBuilder::new(file, Encoding::Csv, header);
    while let Some(field) = records.field(&builder, header)? {
        builder.add_column(text_of_csv_cell(field.text.trim()))?;
        if field.is_last {
            break;
        }
    }
    let mut reported = 0;
    while let Some(position) = records.position() {
        if records.at() - reported > REPORTED {
            pace.read((records.at() - reported) as u64)?;
            reported = records.at();
        }
        read_row(&mut records, &mut builder, position)?;
    }
    json_sheet::expand_nested_cells(builder.finish(), pace)
}

/// Reads one record; a record of blank cells is passed over.
fn read_row(
    records: &mut Records<'_>,
    builder: &mut SheetBuilder,
    position: Position,
) -> Result<(), ImportError> {
    let record = records.rest;
    let (mut found, mut is_blank) = (0, true);
    while let Some(field) = records.field(builder, position)? {
        is_blank &= field.text.trim().is_empty();
        if found < builder.columns() {
            builder.cell(found, text_of_csv_cell(field.text), position)?;
        }
        found += 1;
        if field.is_last {
            break;
        }
    }
    if is_blank {
        builder.drop_row();
        return Ok(());
    }
    let expected = builder.columns();
    if found != expected {
        let record = record
            .get(..record.len() - records.rest.len())
            .unwrap_or_default();
        let advice = ragged_advice(record, records.delimiter, expected, found);
        return Err(ImportError::Ragged {
            place: builder.place(position),
            expected,
            found,
            advice,
        });
    }
    builder.end_row(position)
}

/// The delimiter by the first line that is not blank, quotes respected; comma on a tie.
fn delimiter_of(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
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

/// What to do about a record with the wrong number of cells.
fn ragged_advice(record: &[u8], delimiter: u8, expected: usize, found: usize) -> &'static str {
    if found < expected {
        return "fill in the missing cells (empty ones keep their delimiter)";
    }
    let head = record
        .get(..LOOKED_AT.min(record.len()))
        .unwrap_or_default();
    let text = std::str::from_utf8(head).unwrap_or_default();
    let cells = || text.split(',').map(str::trim);
    let splits = cells()
        .zip(cells().skip(1))
        .filter(|(a, b)| has_decimal_comma(&format!("{a},{b}")))
        .count();
    if delimiter == b',' && splits >= found - expected {
        return "if the numbers have decimal commas, export with decimal points; otherwise remove \
               the extra cells";
    }
    "remove the extra cells, or put quotes around text that contains the delimiter"
}

/// A cell as it is read.
struct Field<'a> {
    text: &'a str,
    /// Whether its record ends with it.
    is_last: bool,
}

/// The cells of delimited text, one after the other.
struct Records<'a> {
    reader: csv_core::Reader,
    delimiter: u8,
    lines: LineCounter<'a>,
    rest: &'a [u8],
    field: Vec<u8>,
}

impl<'a> Records<'a> {
    fn new(text: &'a [u8], delimiter: u8) -> Self {
        let reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Self {
            reader,
            delimiter,
            lines: LineCounter {
                text,
                byte: 0,
                line: 1,
            },
            rest: text,
            field: vec![0; PIECE],
        }
    }

    /// How many bytes were read.
    fn at(&self) -> usize {
        self.lines.text.len() - self.rest.len()
    }

    /// Where the next record begins; `None` at the end.
    fn position(&mut self) -> Option<Position> {
        let blank = self
            .rest
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        self.rest = self.rest.get(blank..).unwrap_or_default();
        (!self.rest.is_empty()).then(|| Position::Line(self.lines.line_at(self.at())))
    }

    /// The next cell; `None` at the end.
    fn field(
        &mut self,
        builder: &SheetBuilder,
        position: Position,
    ) -> Result<Option<Field<'_>>, ImportError> {
        let mut length = 0;
        let is_last = loop {
            if self.field.len() - length < PIECE {
                self.field.resize(self.field.len() + PIECE, 0);
            }
            let room = self.field.get_mut(length..).unwrap_or_default();
            let (result, read, written) = self.reader.read_field(self.rest, room);
            self.rest = self.rest.get(read..).unwrap_or_default();
            length += written;
            if length as u64 > MAX_CELL_BYTES {
                return Err(builder.long_cell(position, None));
            }
            match result {
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::End => return Ok(None),
                // An empty input marks the end of the text.
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            }
        };
        // A cell of text in UTF-8 is text in UTF-8: quotes and delimiters are single bytes below
        // 128.
        let text = self
            .field
            .get(..length)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default();
        Ok(Some(Field { text, is_last }))
    }
}

/// Turns growing byte offsets into line numbers in one pass.
struct LineCounter<'a> {
    text: &'a [u8],
    byte: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// The line of the record that starts at `byte`.
    fn line_at(&mut self, byte: usize) -> u64 {
        let between = self.text.get(self.byte..byte).unwrap_or_default();
        self.line += line_of(between) - 1;
        self.byte = byte;
        self.line
    }
}
