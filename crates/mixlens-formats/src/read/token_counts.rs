//! [`import_token_counts`]: unique tokens per domain.

use std::collections::HashMap;

use mixlens_core::compute::Control;
use mixlens_core::excerpt;
use serde_json::{Map, Value};

use super::pace::Pace;
use super::sheet::Sheet;
use super::{NamedBytes, text};
use crate::error::{Place, Position, quoted};
use crate::names::domain_name;
use crate::{ImportError, parse_token_count};

/// Headers of the column with domain names.
const DOMAIN_NAMES: [&str; 3] = ["domain", "name", "source"];

/// Headers of the column with counts.
const COUNT_NAMES: [&str; 6] = [
    "unique_tokens",
    "tokens",
    "token_count",
    "token_counts",
    "num_tokens",
    "count",
];

/// Reads unique tokens per domain: a table with the columns `domain` and `tokens` (or one of their
/// other names, such as `source` and `unique_tokens`), or a JSON object
/// `{"web": 1200000000000, "code": "300B"}`, also under `token_counts` or `unique_tokens`.
///
/// # Errors
/// An [`ImportError`] that names the line or the key.
pub fn import_token_counts(file: &NamedBytes) -> Result<Vec<(String, u64)>, ImportError> {
    let mut counts = Counts {
        file: &file.name,
        list: Vec::new(),
        seen: HashMap::new(),
    };
    if let Some(object) = json_object(file)? {
        let inner = ["token_counts", "unique_tokens"]
            .iter()
            .find_map(|key| object.get(*key).and_then(Value::as_object));
        for (key, value) in inner.unwrap_or(&object) {
            let found = value
                .as_str()
                .map_or_else(|| value.to_string(), ToOwned::to_owned);
            counts.add(key, &found, (Position::File, key))?;
        }
    } else {
        let control = Control::default();
        let pace = Pace::of(&control, &[]);
        let sheet = Sheet::read(file, &pace)?;
        let (domain, count) = (
            column(&sheet, &DOMAIN_NAMES)?,
            column(&sheet, &COUNT_NAMES)?,
        );
        let header = sheet.columns.get(count).map_or("", String::as_str);
        for row in sheet.rows() {
            let name = row.cell(domain).unwrap_or_default().trim();
            counts.add(
                name,
                row.cell(count).unwrap_or_default(),
                (row.position, header),
            )?;
        }
    }
    Ok(counts.list)
}

fn json_object(file: &NamedBytes) -> Result<Option<Map<String, Value>>, ImportError> {
    if file.bytes.starts_with(b"PAR1") {
        return Ok(None);
    }
    Ok(text::json_object(text::decode(file)?))
}

fn column(sheet: &Sheet, names: &[&'static str]) -> Result<usize, ImportError> {
    names
        .iter()
        .find_map(|name| sheet.column(name))
        .ok_or_else(|| ImportError::NoSuchColumn {
            files: excerpt(&sheet.file).to_string(),
            column: names.first().copied().unwrap_or_default().to_owned(),
            why: "for token counts per domain",
            columns: quoted(&sheet.columns),
        })
}

/// Counts so far, each name once.
struct Counts<'a> {
    file: &'a str,
    list: Vec<(String, u64)>,
    /// Where each name stands: its position and column.
    seen: HashMap<String, (Position, String)>,
}

impl Counts<'_> {
    fn add(
        &mut self,
        name: &str,
        found: &str,
        (position, column): (Position, &str),
    ) -> Result<(), ImportError> {
        let name = domain_name(name);
        let place = |(position, column): (Position, &str)| {
            Box::new(Place::new(self.file, position).column(column))
        };
        let count = parse_token_count(found).map_err(|_| ImportError::BadCell {
            place: place((position, column)),
            expected: "a number of tokens such as 300B, 1.2T or 1000e9",
            found: found.to_owned(),
            advice: "correct the count",
        })?;
        if let Some((first, in_column)) = self
            .seen
            .insert(name.to_owned(), (position, column.to_owned()))
        {
            return Err(ImportError::Duplicate {
                what: "each domain",
                id: name.to_owned(),
                first: place((first, &in_column)),
                second: place((position, column)),
                advice: "remove one of the two".to_owned(),
                choice: None,
            });
        }
        self.list.push((name.to_owned(), count));
        Ok(())
    }
}
