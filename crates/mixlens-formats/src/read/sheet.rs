//! [`Sheet`]: rows of text cells under named columns, whatever file they came from.

use std::collections::{HashMap, HashSet};

use super::pace::Pace;
use super::{NamedBytes, csv_sheet, json_sheet, text};
use crate::error::{Place, Position, quoted};
use crate::limits::{MAX_CELL_BYTES, MAX_COLUMNS, MAX_HEADER_BYTES, MAX_NAME_BYTES, MAX_ROWS};
use crate::{ImportError, Notice};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Text with a delimiter.
    Csv,
    /// One JSON object a line, or a JSON list of objects.
    Json,
    /// Apache Parquet.
    Parquet,
}

/// A table of text cells. Memory follows the cells that there are: a record need not have every
/// column.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub file: String,
    pub encoding: Encoding,
    pub header: Position,
    pub columns: Vec<String>,
    rows: Vec<RowSpan>,
    /// Rows that were left out on purpose.
    removed: Vec<RowSpan>,
    /// Row after row, in each by rising column.
    cells: Vec<Cell>,
    /// The text of all cells.
    text: String,
}

/// Where the cells of a row are.
#[derive(Clone, Copy, Debug)]
struct RowSpan {
    position: Position,
    first: usize,
    count: u32,
}

/// A cell: its column, and where its text is. Four bytes each, since there are very many.
#[derive(Clone, Copy, Debug)]
struct Cell {
    column: u32,
    start: u32,
    end: u32,
}

/// One row: where it is, and its cells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SheetRow<'a> {
    pub position: Position,
    cells: &'a [Cell],
    text: &'a str,
    is_full: bool,
}

impl<'a> SheetRow<'a> {
    /// The cell in `column`, `None` where the record does not have it.
    pub fn cell(&self, column: usize) -> Option<&'a str> {
        let index = if self.is_full {
            column
        } else {
            self.cells
                .binary_search_by_key(&column, |cell| cell.column as usize)
                .ok()?
        };
        self.cells.get(index).map(|cell| self.text_of(cell))
    }

    /// The cells that the record has, with their columns, which rise.
    pub fn cells(self) -> impl Iterator<Item = (usize, &'a str)> {
        self.cells
            .iter()
            .map(move |cell| (cell.column as usize, self.text_of(cell)))
    }

    fn text_of(&self, cell: &Cell) -> &'a str {
        self.text
            .get(cell.start as usize..cell.end as usize)
            .unwrap_or_default()
    }
}

impl Sheet {
    /// Reads a file: Parquet by its magic bytes, JSON by its first character, CSV otherwise.
    pub fn read(file: &NamedBytes, pace: &Pace<'_>) -> Result<Self, ImportError> {
        let sheet = if file.bytes.starts_with(b"PAR1") {
            read_parquet(file, pace)?
        } else {
            let text = text::decode(file)?;
            if text.trim_start().starts_with(['{', '[']) {
                json_sheet::read(&file.name, text, pace)?
            } else {
                csv_sheet::read(&file.name, text, pace)?
            }
        };
        if sheet.rows.is_empty() {
            return Err(ImportError::HeaderOnly {
                place: Place::new(&file.name, sheet.header),
            });
        }
        sheet.check_unique_columns()?;
        Ok(sheet)
    }

    /// The rows in file order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = SheetRow<'_>> {
        self.rows.iter().map(|span| self.row_of(span))
    }

    /// A row by its number among those that are left.
    pub fn row(&self, number: usize) -> Option<SheetRow<'_>> {
        self.rows.get(number).map(|span| self.row_of(span))
    }

    /// Whether no row is left.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Keeps the rows for which `is_kept` is true.
    pub fn retain(&mut self, mut is_kept: impl FnMut(SheetRow<'_>) -> bool) {
        let rows = std::mem::take(&mut self.rows);
        let (kept, removed): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|span| is_kept(self.row_of(span)));
        self.rows = kept;
        self.removed.extend(removed);
    }

    /// The ids in `column` of rows that were left out, but for those that rows that are left have
    /// too.
    pub fn dropped(&self, column: usize) -> HashSet<&str> {
        let id = |span: &RowSpan| self.row_of(span).cell(column).map(str::trim);
        let mut ids: HashSet<&str> = self.removed.iter().filter_map(id).collect();
        if !ids.is_empty() {
            self.rows.iter().filter_map(id).for_each(|id| {
                ids.remove(id);
            });
        }
        ids
    }

    /// The location of a row.
    pub fn place(&self, row: SheetRow<'_>) -> Place {
        Place::new(&self.file, row.position)
    }

    /// The location of a cell.
    pub fn cell_place(&self, row: SheetRow<'_>, column: usize) -> Place {
        self.place(row)
            .column(self.columns.get(column).map_or("", String::as_str))
    }

    /// The location of the header.
    pub fn header_place(&self) -> Place {
        Place::new(&self.file, self.header)
    }

    /// The position of the column whose header equals `name`, first exactly, then without regard to
    /// case.
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| {
            self.columns
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
        })
    }

    /// Keeps the rows in which every filtered column that this sheet has holds the given value.
    pub fn filter(&mut self, filters: &[(String, String)], notices: &mut Vec<Notice>) {
        let here: Vec<(usize, &str)> = filters
            .iter()
            .filter_map(|(name, value)| Some((self.column(name)?, value.as_str())))
            .collect();
        if here.is_empty() {
            return;
        }
        let of = self.rows.len();
        self.retain(|row| {
            here.iter()
                .all(|&(column, value)| same_value(row.cell(column), value))
        });
        notices.push(Notice::RowsFiltered {
            file: self.file.clone(),
            kept: self.rows.len(),
            of,
        });
    }

    fn row_of(&self, span: &RowSpan) -> SheetRow<'_> {
        let cells = self
            .cells
            .get(span.first..span.first + span.count as usize)
            .unwrap_or_default();
        SheetRow {
            position: span.position,
            cells,
            text: &self.text,
            is_full: cells.len() == self.columns.len(),
        }
    }

    fn check_unique_columns(&self) -> Result<(), ImportError> {
        let mut seen = HashSet::with_capacity(self.columns.len());
        match self
            .columns
            .iter()
            .find(|column| !column.is_empty() && !seen.insert(column.as_str()))
        {
            None => Ok(()),
            Some(column) => Err(ImportError::DuplicateColumn {
                place: Box::new(self.header_place()),
                name: column.clone(),
                first: column.clone(),
                second: column.clone(),
            }),
        }
    }
}

/// A [`Sheet`] that grows cell by cell and refuses to grow beyond what is read.
pub(crate) struct SheetBuilder {
    sheet: Sheet,
    index: HashMap<String, usize>,
    header_bytes: u64,
    /// Where the cells and the text of the row that is not ended begin.
    open: (usize, usize),
}

impl SheetBuilder {
    pub fn new(file: &str, encoding: Encoding, header: Position) -> Self {
        let sheet = Sheet {
            file: file.to_owned(),
            encoding,
            header,
            columns: Vec::new(),
            rows: Vec::new(),
            removed: Vec::new(),
            cells: Vec::new(),
            text: String::new(),
        };
        Self {
            sheet,
            index: HashMap::new(),
            header_bytes: 0,
            open: (0, 0),
        }
    }

    /// A builder for the rows of `sheet` under other columns.
    pub fn like(sheet: &Sheet) -> Self {
        Self::new(&sheet.file, sheet.encoding, sheet.header)
    }

    /// How many columns there are so far.
    pub fn columns(&self) -> usize {
        self.sheet.columns.len()
    }

    /// The column of this name, the first where several have it.
    pub fn position_of(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Appends a column.
    pub fn add_column(&mut self, name: &str) -> Result<usize, ImportError> {
        let position = self.columns();
        self.check_columns(position as u64 + 1)?;
        self.check_name(name.len())?;
        self.header_bytes += name.len() as u64;
        if self.header_bytes > MAX_HEADER_BYTES {
            let (what, advice) = (
                "bytes in the names of all columns",
                "leave out columns, or shorten their names",
            );
            return Err(self.too_much(self.sheet.header, what, MAX_HEADER_BYTES, None, advice));
        }
        self.sheet.columns.push(name.to_owned());
        self.index.entry(name.to_owned()).or_insert(position);
        Ok(position)
    }

    /// Refuses more columns than are read.
    pub fn check_columns(&self, count: u64) -> Result<(), ImportError> {
        if count <= MAX_COLUMNS {
            return Ok(());
        }
        let advice = "leave out the columns that are neither ids nor domains nor metrics";
        Err(self.too_much(self.sheet.header, "columns", MAX_COLUMNS, None, advice))
    }

    /// Refuses a longer name than is read.
    pub fn check_name(&self, bytes: usize) -> Result<(), ImportError> {
        if bytes as u64 <= MAX_NAME_BYTES {
            return Ok(());
        }
        let what = "bytes in the name of a column";
        Err(self.too_much(
            self.sheet.header,
            what,
            MAX_NAME_BYTES,
            Some(bytes as u64),
            "shorten the name",
        ))
    }

    /// Adds a cell to the row that is not ended; of several cells of a column the last counts.
    pub fn cell(
        &mut self,
        column: usize,
        text: &str,
        position: Position,
    ) -> Result<(), ImportError> {
        let start = self.sheet.text.len();
        if text.len() as u64 > MAX_CELL_BYTES {
            return Err(self.long_cell(position, Some(text.len() as u64)));
        }
        let bounds = (
            u32::try_from(column),
            u32::try_from(start),
            u32::try_from(start + text.len()),
        );
        let (Ok(column), Ok(start), Ok(end)) = bounds else {
            let advice = "split the table into several files";
            return Err(self.too_much(
                Position::File,
                "bytes of text",
                u64::from(u32::MAX),
                None,
                advice,
            ));
        };
        self.sheet.text.push_str(text);
        self.sheet.cells.push(Cell { column, start, end });
        Ok(())
    }

    /// The error for a cell that is longer than is read.
    pub fn long_cell(&self, position: Position, found: Option<u64>) -> ImportError {
        let advice = "shorten it or leave out the column; a quote that is never closed takes all \
                     that follows into its cell";
        self.too_much(position, "bytes in a cell", MAX_CELL_BYTES, found, advice)
    }

    /// Ends a row.
    pub fn end_row(&mut self, position: Position) -> Result<(), ImportError> {
        if self.sheet.rows.len() as u64 >= MAX_ROWS {
            let advice = "keep one row a run, and leave out runs that are not needed";
            return Err(self.too_much(position, "rows", MAX_ROWS, None, advice));
        }
        let (first, _) = self.open;
        let cells = self.sheet.cells.get_mut(first..).unwrap_or_default();
        if !cells.is_sorted_by(|a, b| a.column < b.column) {
            cells.sort_by_key(|cell| cell.column); // stable: the last of a column stays the last
            let mut row = self.sheet.cells.split_off(first);
            row.reverse();
            row.dedup_by_key(|cell| cell.column);
            row.reverse();
            self.sheet.cells.append(&mut row);
        }
        let count = (self.sheet.cells.len() - first) as u32;
        self.sheet.rows.push(RowSpan {
            position,
            first,
            count,
        });
        self.open = (self.sheet.cells.len(), self.sheet.text.len());
        Ok(())
    }

    /// Forgets the cells of the row that is not ended.
    pub fn drop_row(&mut self) {
        let (cells, text) = self.open;
        self.sheet.cells.truncate(cells);
        self.sheet.text.truncate(text);
    }

    /// A location in the file.
    pub fn place(&self, position: Position) -> Place {
        Place::new(&self.sheet.file, position)
    }

    pub fn finish(self) -> Sheet {
        self.sheet
    }

    fn too_much(
        &self,
        position: Position,
        what: &'static str,
        max: u64,
        found: Option<u64>,
        advice: &'static str,
    ) -> ImportError {
        let place = Box::new(self.place(position));
        ImportError::TooMuch {
            place,
            what,
            max,
            found,
            advice,
        }
    }
}

/// The files of several sheets, quoted.
pub(crate) fn files_of(sheets: &[Sheet]) -> String {
    quoted(sheets.iter().map(|sheet| &sheet.file))
}

/// The columns of several sheets, quoted, each once.
pub(crate) fn columns_of(sheets: &[Sheet]) -> String {
    let mut seen: HashSet<&str> = HashSet::new();
    quoted(
        sheets
            .iter()
            .flat_map(|sheet| &sheet.columns)
            .filter(|column| seen.insert(column)),
    )
}

/// Equal as text, or as numbers where both are numbers (`30000` and `3e4`).
fn same_value(cell: Option<&str>, value: &str) -> bool {
    let (cell, value) = (cell.unwrap_or_default().trim(), value.trim());
    let as_number = |text: &str| text.parse::<f64>().ok();
    let numbers = as_number(cell).zip(as_number(value));
    cell == value || numbers.is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
}

#[cfg(feature = "parquet")]
fn read_parquet(file: &NamedBytes, pace: &Pace<'_>) -> Result<Sheet, ImportError> {
    super::parquet_sheet::read(file, pace)
}

#[cfg(not(feature = "parquet"))]
fn read_parquet(file: &NamedBytes, _: &Pace<'_>) -> Result<Sheet, ImportError> {
    Err(ImportError::Parquet {
        file: file.name.clone(),
        problem: "this build cannot read Parquet".to_owned(),
        advice: "convert it to CSV or use the command line",
    })
}
