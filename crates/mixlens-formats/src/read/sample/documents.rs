//! Text and JSON lines, in parts.

use std::fmt;
use std::io::BufRead;

use mixlens_core::excerpt;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::line::LineReader;
use super::{Counter, stream_error};
use crate::ImportError;
use crate::error::{Position, malformed};

/// Names of the field with the text of a document, the first that is there.
pub(super) const TEXT_FIELDS: [&str; 3] = ["text", "content", "body"];

/// A text file as one document.
pub(super) fn read_text(
    name: &str,
    mut reader: impl BufRead,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let mut held: Vec<u8> = Vec::new();
    let mut offset = 0_u64;
    let mut is_begun = false;
    loop {
        let read = reader
            .fill_buf()
            .map_err(|error| stream_error(name, &error))?;
        let length = read.len();
        held.extend_from_slice(read);
        reader.consume(length);
        if !is_begun && held.starts_with(b"\xEF\xBB\xBF") {
            held.drain(..3);
            offset += 3;
        }
        is_begun |= length > 0;
        let whole = match std::str::from_utf8(&held) {
            Ok(text) => text.len(),
            // A character that the next part goes on with.
            Err(error) if error.error_len().is_none() && length > 0 => error.valid_up_to(),
            Err(error) => return Err(not_utf8(name, &held, offset, error.valid_up_to())),
        };
        let text = std::str::from_utf8(held.get(..whole).unwrap_or_default()).unwrap_or_default();
        if text.contains('\0') {
            return Err(malformed(
                name,
                Position::File,
                "text",
                "a file with zero bytes",
                "leave out files that are not text",
            ));
        }
        let is_over = length == 0;
        let counted = counter.push_text(text).and_then(|()| {
            if is_over {
                counter.finish_document()
            } else {
                Ok(())
            }
        });
        counted.map_err(|error| error.at(name, None))?;
        held.drain(..whole);
        offset += whole as u64;
        if is_over {
            return Ok(());
        }
    }
}

fn not_utf8(name: &str, held: &[u8], offset: u64, valid: usize) -> ImportError {
    let at = offset + valid as u64;
    let byte = held.get(valid).copied().unwrap_or_default();
    malformed(
        name,
        Position::File,
        "text in UTF-8",
        format!("the byte 0x{byte:02X} at byte {at}"),
        "save the file as UTF-8",
    )
}

/// Whether the first line begins as a JSON object with text in it does.
pub(super) fn looks_like_json_lines(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if !line.starts_with(b"{\"") && !line.starts_with(b"{ \"") {
        return false;
    }
    // A line that is longer than the head cannot be parsed yet; source code does not begin so.
    line.len() == head.len()
        || serde_json::from_slice::<Value>(line).is_ok_and(|value| value.is_object())
}

/// JSON lines: every line an object with the text of a document.
pub(super) fn read_json_lines(
    name: &str,
    reader: impl BufRead,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let mut lines = LineReader::new(name, reader);
    while let Some((number, line)) = lines.next()? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let position = Position::Line(number);
        let wrong = |found: String, advice| {
            Err(malformed(
                name,
                position,
                "a JSON object a line",
                found,
                advice,
            ))
        };
        let fields = Fields(counter.options.text_field.as_deref());
        let mut json = serde_json::Deserializer::from_slice(line);
        let found = match fields
            .deserialize(&mut json)
            .and_then(|found| json.end().map(|()| found))
        {
            Ok(found) => found,
            Err(problem) => {
                let advice = "write each document as one object on one line";
                return wrong(problem.to_string(), advice);
            }
        };
        let Some(text) = found.texts.into_iter().flatten().next() else {
            return wrong(
                format!("no text among {}", found.keys.join(", ")),
                "name the field with the text",
            );
        };
        let counted = counter
            .push_text(&text)
            .and_then(|()| counter.finish_document());
        counted.map_err(|error| error.at(name, Some(position)))?;
    }
    Ok(())
}

/// Reads the fields of an object that may hold its text: the one with this name, or each of
/// [`TEXT_FIELDS`].
#[derive(Clone, Copy)]
struct Fields<'a>(Option<&'a str>);

/// What an object holds.
struct Found {
    /// The text of each field that may hold it.
    texts: [Option<String>; TEXT_FIELDS.len()],
    /// The first keys, quoted.
    keys: Vec<String>,
}

/// Keys that a message lists.
const LISTED_KEYS: usize = 8;

impl Fields<'_> {
    fn index_of(self, key: &str) -> Option<usize> {
        match self.0 {
            Some(name) => (name == key).then_some(0),
            None => TEXT_FIELDS.iter().position(|field| *field == key),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut found = Found {
            texts: [const { None }; TEXT_FIELDS.len()],
            keys: Vec::new(),
        };
        while let Some(key) = map.next_key::<String>()? {
            match self
                .index_of(&key)
                .and_then(|index| found.texts.get_mut(index))
            {
                // Values that are no text count as none.
                Some(text) => {
                    *text = serde_json::from_str(map.next_value::<&RawValue>()?.get()).ok()
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
            if found.keys.len() < LISTED_KEYS {
                found.keys.push(excerpt(&key).to_string());
            }
        }
        Ok(found)
    }
}
