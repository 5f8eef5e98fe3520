//! JSON records to a [`Sheet`]: nested objects become dotted columns.

use std::collections::HashMap;

use serde_json::Value;

use super::sheet::{Encoding, Sheet, SheetRow};
use crate::ImportError;
use crate::error::{Place, Position};

/// Reads one JSON object a line, or a list of objects.
pub(crate) fn read(file: &str, text: &str) -> Result<Sheet, ImportError> {
    let records =
        if text.trim_start().starts_with('[') { records_of_list(file, text)? } else { records_of_lines(file, text)? };
    let mut columns = Columns::default();
    let mut rows = Vec::with_capacity(records.len());
    for (position, record) in records {
        let mut cells = Vec::new();
        flatten("", &record, &mut |path, text| {
            let column = columns.position_of(path);
            if cells.len() <= column {
                cells.resize(column + 1, None);
            }
            if let Some(cell) = cells.get_mut(column) {
                *cell = Some(text);
            }
        });
        rows.push(SheetRow { position, cells });
    }
    for row in &mut rows {
        row.cells.resize(columns.names.len(), None);
    }
    let header = Position::File;
    Ok(Sheet { file: file.to_owned(), encoding: Encoding::Json, header, columns: columns.names, rows })
}

/// Replaces each column of JSON objects, as Weights & Biases exports nested settings, by dotted columns.
pub(crate) fn expand_nested_cells(sheet: Sheet) -> Sheet {
    let nested: Vec<bool> = (0..sheet.columns.len())
        .map(|column| sheet.rows.iter().any(|row| row.cell(column).and_then(object_from_cell).is_some()))
        .collect();
    if !nested.contains(&true) {
        return sheet;
    }
    let mut columns = Columns::default();
    let kept: Vec<Option<usize>> = sheet
        .columns
        .iter()
        .zip(&nested)
        .map(|(name, &is_nested)| (!is_nested).then(|| columns.append(name)))
        .collect();
    let mut rows = Vec::with_capacity(sheet.rows.len());
    for row in sheet.rows {
        let mut cells: Vec<Option<String>> = vec![None; columns.names.len()];
        for ((cell, name), target) in row.cells.into_iter().zip(&sheet.columns).zip(&kept) {
            match (target, cell) {
                (Some(target), cell) => put(&mut cells, *target, cell),
                (None, Some(cell)) => {
                    let Some(object) = object_from_cell(&cell) else { continue };
                    flatten(name, &object, &mut |path, text| {
                        let column = columns.position_of(path);
                        put(&mut cells, column, Some(text));
                    });
                }
                (None, None) => {}
            }
        }
        rows.push(SheetRow { position: row.position, cells });
    }
    for row in &mut rows {
        row.cells.resize(columns.names.len(), None);
    }
    Sheet { columns: columns.names, rows, ..sheet }
}

/// The column names seen so far, in order of appearance.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Columns {
    fn position_of(&mut self, name: &str) -> usize {
        match self.index.get(name) {
            Some(&position) => position,
            None => self.append(name),
        }
    }

    fn append(&mut self, name: &str) -> usize {
        let position = self.names.len();
        self.names.push(name.to_owned());
        self.index.entry(name.to_owned()).or_insert(position);
        position
    }
}

fn put(cells: &mut Vec<Option<String>>, column: usize, text: Option<String>) {
    if cells.len() <= column {
        cells.resize(column + 1, None);
    }
    if let Some(cell) = cells.get_mut(column) {
        *cell = text;
    }
}

fn object_from_cell(cell: &str) -> Option<Value> {
    let cell = cell.trim();
    if !cell.starts_with('{') {
        return None;
    }
    serde_json::from_str::<Value>(cell).ok().filter(Value::is_object)
}

/// Calls `emit` with the dotted path and the text of every leaf; null is an empty cell.
fn flatten(path: &str, value: &Value, emit: &mut dyn FnMut(&str, String)) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, inner, emit);
            }
        }
        Value::Null => emit(path, String::new()),
        Value::String(text) => emit(path, text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => emit(path, value.to_string()),
    }
}

fn records_of_lines(file: &str, text: &str) -> Result<Vec<(Position, Value)>, ImportError> {
    let mut records = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let position = Position::Line(number);
        match serde_json::from_str::<Value>(line) {
            Ok(value) if value.is_object() => records.push((position, value)),
            Ok(value) => return Err(not_an_object(file, position, &value)),
            Err(error) => return Err(bad_json(file, position, line, &error)),
        }
    }
    Ok(records)
}

fn records_of_list(file: &str, text: &str) -> Result<Vec<(Position, Value)>, ImportError> {
    let values: Vec<Value> = serde_json::from_str(text)
        .map_err(|error| bad_json(file, Position::Line(error.line() as u64), text, &error))?;
    let mut records = Vec::with_capacity(values.len());
    for (value, number) in values.into_iter().zip(1..) {
        let position = Position::Row(number);
        if !value.is_object() {
            return Err(not_an_object(file, position, &value));
        }
        records.push((position, value));
    }
    Ok(records)
}

fn not_an_object(file: &str, position: Position, value: &Value) -> ImportError {
    ImportError::Malformed {
        place: Place::new(file, position),
        expected: "a JSON object for each run",
        found: value.to_string().chars().take(40).collect(),
        advice: "write one object a line",
    }
}

/// The error for JSON that does not parse; Python's `NaN` is named.
pub(crate) fn bad_json(file: &str, position: Position, text: &str, error: &serde_json::Error) -> ImportError {
    let advice = if ["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        "JSON has no NaN or Infinity, write null for a missing value"
    } else {
        "write one complete object a line"
    };
    ImportError::Malformed { place: Place::new(file, position), expected: "JSON", found: error.to_string(), advice }
}
