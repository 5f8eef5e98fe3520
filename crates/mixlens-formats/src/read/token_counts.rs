//! [`import_token_counts`]: unique tokens per domain.

use mixlens_core::compute::Control;
use serde_json::Value;

use super::pace::Pace;
use super::sheet::Sheet;
use super::{NamedBytes, text};
use crate::error::{Place, Position, quoted};
use crate::names::domain_name;
use crate::{ImportError, parse_token_count};

/// Headers of the column with domain names.
const DOMAIN_NAMES: [&str; 3] = ["domain", "name", "source"];

/// Headers of the column with counts.
const COUNT_NAMES: [&str; 6] = ["unique_tokens", "tokens", "token_count", "token_counts", "num_tokens", "count"];

/// Reads unique tokens per domain: a table with the columns `domain` and `tokens` (or one of their other names, such
/// as `source` and `unique_tokens`), or a JSON object `{"web": 1200000000000, "code": "300B"}`, also under
/// `token_counts` or `unique_tokens`.
///
/// # Errors
/// An [`ImportError`] that names the line or the key.
pub fn import_token_counts(file: &NamedBytes) -> Result<Vec<(String, u64)>, ImportError> {
    let mut counts: Vec<(String, u64, Place)> = Vec::new();
    if let Some(Value::Object(object)) = json_document(file)? {
        let inner =
            ["token_counts", "unique_tokens"].iter().find_map(|key| object.get(*key).and_then(Value::as_object));
        for (key, value) in inner.unwrap_or(&object) {
            let found = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            add(&mut counts, key, &found, Place::new(&file.name, Position::File).column(key))?;
        }
    } else {
        let control = Control::default();
        let pace = Pace::of(&control, &[]);
        let sheet = Sheet::read(file, &pace)?;
        let (domain, count) = (column(&sheet, &DOMAIN_NAMES)?, column(&sheet, &COUNT_NAMES)?);
        for row in &sheet.rows {
            let name = row.cell(domain).unwrap_or_default().trim();
            add(&mut counts, name, row.cell(count).unwrap_or_default(), sheet.cell_place(row, count))?;
        }
    }
    Ok(counts.into_iter().map(|(name, count, _)| (name, count)).collect())
}

fn json_document(file: &NamedBytes) -> Result<Option<Value>, ImportError> {
    if file.bytes.starts_with(b"PAR1") {
        return Ok(None);
    }
    Ok(serde_json::from_str(text::decode(file)?).ok())
}

fn column(sheet: &Sheet, names: &[&'static str]) -> Result<usize, ImportError> {
    names.iter().find_map(|name| sheet.column(name)).ok_or_else(|| ImportError::NoSuchColumn {
        files: format!("{:?}", sheet.file),
        column: names.first().copied().unwrap_or_default().to_owned(),
        why: "for token counts per domain",
        columns: quoted(&sheet.columns),
    })
}

fn add(counts: &mut Vec<(String, u64, Place)>, name: &str, found: &str, place: Place) -> Result<(), ImportError> {
    let name = domain_name(name);
    let count = parse_token_count(found).map_err(|_| ImportError::BadCell {
        place: Box::new(place.clone()),
        expected: "a number of tokens such as 300B, 1.2T or 1000e9",
        found: found.to_owned(),
        advice: "correct the count",
    })?;
    if let Some((_, _, first)) = counts.iter().find(|(known, _, _)| known == name) {
        return Err(ImportError::Duplicate {
            what: "each domain",
            id: name.to_owned(),
            first: Box::new(first.clone()),
            second: Box::new(place),
            advice: "remove one of the two".to_owned(),
        });
    }
    counts.push((name.to_owned(), count, place));
    Ok(())
}
