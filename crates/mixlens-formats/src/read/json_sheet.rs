//! JSON records to a [`Sheet`]: nested objects become dotted columns.

use std::fmt;

use mixlens_core::brief;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::json_text::JsonText;
use super::pace::Pace;
use super::sheet::{Encoding, Sheet, SheetBuilder};
use crate::ImportError;
use crate::error::{Place, Position};
use crate::limits::MAX_CELL_BYTES;

/// Values between two looks at whether the import was cancelled.
const LOOK: u32 = 1 << 12;

/// Reads one JSON object a line, or a list of objects.
pub(crate) fn read(file: &str, text: &str, pace: &Pace<'_>) -> Result<Sheet, ImportError> {
    let mut records = Records::new(
        SheetBuilder::new(file, Encoding::Json, Position::File),
        pace,
    );
    if text.trim_start().starts_with('[') {
        records.read_list(file, text)?;
    } else {
        records.read_lines(file, text)?;
    }
    Ok(records.builder.finish())
}

/// Replaces each column of JSON objects, as Weights & Biases exports nested settings, by dotted
/// columns.
pub(crate) fn expand_nested_cells(sheet: Sheet, pace: &Pace<'_>) -> Result<Sheet, ImportError> {
    let mut is_nested = vec![false; sheet.columns.len()];
    for row in sheet.rows() {
        for (column, cell) in row.cells() {
            if let Some(is_nested) = is_nested.get_mut(column).filter(|known| !**known) {
                *is_nested = is_object(cell);
            }
        }
    }
    if !is_nested.contains(&true) {
        return Ok(sheet);
    }
    let mut records = Records::new(SheetBuilder::like(&sheet), pace);
    let mut kept = Vec::with_capacity(sheet.columns.len());
    for (name, is_nested) in sheet.columns.iter().zip(&is_nested) {
        kept.push(if *is_nested {
            None
        } else {
            Some(records.builder.add_column(name)?)
        });
    }
    for row in sheet.rows() {
        records.position = row.position;
        for (column, cell) in row.cells() {
            match (
                kept.get(column).copied().flatten(),
                sheet.columns.get(column),
            ) {
                (Some(target), _) => records.builder.cell(target, cell, row.position)?,
                (None, Some(name)) if is_object(cell) => {
                    name.clone_into(&mut records.path);
                    records.read_value(&sheet.file, cell)?;
                    records.settle()?;
                }
                _ => {}
            }
        }
        records.end()?;
    }
    Ok(records.builder.finish())
}

fn is_object(cell: &str) -> bool {
    cell.trim_start().starts_with('{') && serde_json::from_str::<IgnoredAny>(cell).is_ok()
}

/// Records on their way into a sheet.
struct Records<'p, 'c> {
    builder: SheetBuilder,
    pace: &'p Pace<'c>,
    position: Position,
    /// The dotted key of the value that is read.
    path: String,
    /// Objects around it.
    depth: usize,
    /// Values of the record whose keys no record before it has.
    fresh: Vec<(String, String)>,
    values: u32,
    /// What stopped the reader, since the errors of serde hold text alone.
    problem: Option<ImportError>,
}

impl<'p, 'c> Records<'p, 'c> {
    fn new(builder: SheetBuilder, pace: &'p Pace<'c>) -> Self {
        let (path, fresh) = (String::new(), Vec::new());
        Self {
            builder,
            pace,
            position: Position::File,
            path,
            depth: 0,
            fresh,
            values: 0,
            problem: None,
        }
    }

    fn read_lines(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let mut unreported = 0;
        for (line, number) in text.lines().zip(1..) {
            unreported += line.len() as u64 + 1;
            if line.trim().is_empty() {
                continue;
            }
            self.position = Position::Line(number);
            self.read_value(file, line)?;
            self.end()?;
            if unreported > 1 << 16 {
                self.pace.read(unreported)?;
                unreported = 0;
            }
        }
        Ok(())
    }

    fn read_list(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = reader
            .deserialize_seq(List(self))
            .and_then(|()| reader.end());
        read.map_err(|error| {
            self.problem
                .take()
                .unwrap_or_else(|| bad_list(file, text, &error))
        })
    }

    /// Reads one value at the path.
    fn read_value(&mut self, file: &str, text: &str) -> Result<(), ImportError> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = ValueAt(self)
            .deserialize(&mut reader)
            .and_then(|()| reader.end());
        self.path.clear();
        read.map_err(|error| {
            self.problem
                .take()
                .unwrap_or_else(|| bad_json(file, self.position, text, &error))
        })
    }

    /// Takes in a value that is no object.
    fn leaf(&mut self, text: &str) -> Result<(), ImportError> {
        self.values = self.values.wrapping_add(1);
        if self.values.is_multiple_of(LOOK) {
            self.pace.check()?;
        }
        if self.depth == 0 && self.path.is_empty() {
            return Err(not_an_object(self.builder.place(self.position), text));
        }
        if text.len() as u64 > MAX_CELL_BYTES {
            return Err(self
                .builder
                .long_cell(self.position, Some(text.len() as u64)));
        }
        match self.builder.position_of(&self.path) {
            Some(column) => self.builder.cell(column, text, self.position),
            None => {
                self.builder
                    .check_columns((self.builder.columns() + self.fresh.len()) as u64 + 1)?;
                self.fresh.push((self.path.clone(), text.to_owned()));
                Ok(())
            }
        }
    }

    /// Makes columns of new keys, in the order of their parts.
    fn settle(&mut self) -> Result<(), ImportError> {
        let mut fresh = std::mem::take(&mut self.fresh);
        // The sort is stable, so the last of equal keys counts.
        fresh.sort_by(|a, b| a.0.split('.').cmp(b.0.split('.')));
        for (key, text) in fresh.drain(..) {
            let column = self
                .builder
                .position_of(&key)
                .map_or_else(|| self.builder.add_column(&key), Ok)?;
            self.builder.cell(column, &text, self.position)?;
        }
        self.fresh = fresh;
        Ok(())
    }

    fn end(&mut self) -> Result<(), ImportError> {
        self.settle()?;
        self.builder.end_row(self.position)
    }

    /// Remembers what stopped the reader, if anything did.
    fn kept<T, E: serde::de::Error>(&mut self, result: Result<T, ImportError>) -> Result<T, E> {
        result.map_err(|problem| {
            self.problem = Some(problem);
            E::custom("refused")
        })
    }
}

/// The value at the path, whatever it is; null is an empty cell.
struct ValueAt<'r, 'p, 'c>(&'r mut Records<'p, 'c>);

impl<'de> DeserializeSeed<'de> for ValueAt<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueAt<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.visit_str(if value { "true" } else { "false" })
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.visit_str(
            &Number::from_f64(value).map_or_else(String::new, |number| number.to_string()),
        )
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        let taken = self.0.leaf(value);
        self.0.kept(taken)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.visit_str("")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let mut text = JsonText::default();
        match (&mut text).visit_seq(list) {
            Ok(()) => self.visit_str(&text.0),
            Err(_) if text.is_full() => {
                let long = self.0.builder.long_cell(self.0.position, None);
                self.0.kept(Err(long))
            }
            Err(error) => Err(error),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let before = self.0.path.len();
        self.0.depth += 1;
        while object.next_key_seed(Key(self.0))?.is_some() {
            object.next_value_seed(ValueAt(self.0))?;
            self.0.path.truncate(before);
        }
        self.0.depth -= 1;
        Ok(())
    }
}

/// A key of an object, which the path goes on with.
struct Key<'r, 'p, 'c>(&'r mut Records<'p, 'c>);

impl<'de> DeserializeSeed<'de> for Key<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<(), E> {
        let length = self.0.builder.check_name(self.0.path.len() + key.len());
        self.0.kept(length)?;
        if !self.0.path.is_empty() {
            self.0.path.push('.');
        }
        self.0.path.push_str(key);
        Ok(())
    }
}

/// A list of records.
struct List<'r, 'p, 'c>(&'r mut Records<'p, 'c>);

impl<'de> Visitor<'de> for List<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for number in 1.. {
            self.0.position = Position::Row(number);
            self.0.path.clear();
            if list.next_element_seed(ValueAt(self.0))?.is_none() {
                break;
            }
            let ended = self.0.end();
            self.0.kept(ended)?;
        }
        Ok(())
    }
}

fn not_an_object(place: Place, value: &str) -> ImportError {
    ImportError::Malformed {
        place: Box::new(place),
        expected: "a JSON object for each run",
        found: value.chars().take(40).collect(),
        advice: "write one object a line",
    }
}

fn bad_list(file: &str, text: &str, error: &serde_json::Error) -> ImportError {
    bad_json(file, Position::Line(error.line() as u64), text, error)
}

/// The error for JSON that does not parse; Python's `NaN` is named.
pub(crate) fn bad_json(
    file: &str,
    position: Position,
    text: &str,
    error: &serde_json::Error,
) -> ImportError {
    let advice = if ["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        "JSON has no NaN or Infinity, write null for a missing value"
    } else {
        "write one complete object a line"
    };
    ImportError::Malformed {
        place: Box::new(Place::new(file, position)),
        expected: "JSON",
        found: brief(error),
        advice,
    }
}
