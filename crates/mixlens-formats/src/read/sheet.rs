//! [`Sheet`]: rows of text cells under named columns, whatever file they came from.

use super::pace::Pace;
use super::{NamedBytes, csv_sheet, json_sheet, text};
use crate::error::{Place, Position, quoted};
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

/// A table of text cells. Every row has one cell per column.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub file: String,
    pub encoding: Encoding,
    pub header: Position,
    pub columns: Vec<String>,
    pub rows: Vec<SheetRow>,
}

/// One row: where it is, and its cells. `None` where a record does not have the column at all (JSON).
#[derive(Clone, Debug)]
pub(crate) struct SheetRow {
    pub position: Position,
    pub cells: Vec<Option<String>>,
}

impl SheetRow {
    /// The cell in `column`, `None` where the record does not have it.
    pub fn cell(&self, column: usize) -> Option<&str> {
        self.cells.get(column).and_then(Option::as_deref)
    }
}

impl Sheet {
    /// Reads a file: Parquet by its magic bytes, JSON by its first character, CSV otherwise.
    pub fn read(file: &NamedBytes, pace: &Pace<'_>) -> Result<Self, ImportError> {
        let sheet = if file.bytes.starts_with(b"PAR1") {
            read_parquet(file)?
        } else {
            let text = text::decode(file)?;
            if text.trim_start().starts_with(['{', '[']) {
                json_sheet::read(&file.name, text)?
            } else {
                csv_sheet::read(&file.name, text, pace)?
            }
        };
        if sheet.rows.is_empty() {
            return Err(ImportError::HeaderOnly { place: Place::new(&file.name, sheet.header) });
        }
        sheet.check_unique_columns()?;
        Ok(sheet)
    }

    /// The place of a row.
    pub fn place(&self, row: &SheetRow) -> Place {
        Place::new(&self.file, row.position)
    }

    /// The place of a cell.
    pub fn cell_place(&self, row: &SheetRow, column: usize) -> Place {
        self.place(row).column(self.columns.get(column).map_or("", String::as_str))
    }

    /// The place of the header.
    pub fn header_place(&self) -> Place {
        Place::new(&self.file, self.header)
    }

    /// The position of the column whose header equals `name`, first exactly, then without regard to case.
    pub fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|column| column == name);
        exact.or_else(|| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name)))
    }

    /// Keeps the rows in which every filtered column that this sheet has holds the asked value.
    pub fn filter(&mut self, filters: &[(String, String)], notices: &mut Vec<Notice>) {
        let here: Vec<(usize, &str)> =
            filters.iter().filter_map(|(name, value)| Some((self.column(name)?, value.as_str()))).collect();
        if here.is_empty() {
            return;
        }
        let of = self.rows.len();
        self.rows.retain(|row| here.iter().all(|&(column, value)| same_value(row.cell(column), value)));
        notices.push(Notice::RowsFiltered { file: self.file.clone(), kept: self.rows.len(), of });
    }

    fn check_unique_columns(&self) -> Result<(), ImportError> {
        for (position, column) in self.columns.iter().enumerate() {
            if !column.is_empty() && self.columns.iter().take(position).any(|earlier| earlier == column) {
                return Err(ImportError::DuplicateColumn {
                    place: Box::new(self.header_place()),
                    name: column.clone(),
                    first: column.clone(),
                    second: column.clone(),
                });
            }
        }
        Ok(())
    }
}

/// The files of several sheets, quoted.
pub(crate) fn files_of(sheets: &[Sheet]) -> String {
    quoted(sheets.iter().map(|sheet| &sheet.file))
}

/// The columns of several sheets, quoted, each once.
pub(crate) fn columns_of(sheets: &[Sheet]) -> String {
    let mut columns: Vec<&String> = Vec::new();
    for column in sheets.iter().flat_map(|sheet| &sheet.columns) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    quoted(columns)
}

/// Equal as text, or as numbers where both are numbers (`30000` and `3e4`).
fn same_value(cell: Option<&str>, value: &str) -> bool {
    let (cell, value) = (cell.unwrap_or_default().trim(), value.trim());
    let as_number = |text: &str| text.parse::<f64>().ok();
    cell == value || matches!((as_number(cell), as_number(value)), (Some(a), Some(b)) if a.total_cmp(&b).is_eq())
}

#[cfg(feature = "parquet")]
fn read_parquet(file: &NamedBytes) -> Result<Sheet, ImportError> {
    super::parquet_sheet::read(file)
}

#[cfg(not(feature = "parquet"))]
fn read_parquet(file: &NamedBytes) -> Result<Sheet, ImportError> {
    Err(ImportError::Parquet {
        file: file.name.clone(),
        problem: "this build reads no Parquet".to_owned(),
        advice: "convert it to CSV or use the command line",
    })
}
