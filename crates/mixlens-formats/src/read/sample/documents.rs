//! Text and JSON lines, in parts.

use std::io::BufRead;

use serde_json::Value;

use super::{Counter, stream_error};
use crate::ImportError;
use crate::error::{Position, malformed, quoted};

/// Names of the field with the text of a document, the first that is there.
pub(super) const TEXT_FIELDS: [&str; 3] = ["text", "content", "body"];

/// A text file as one document.
pub(super) fn read_text(name: &str, mut reader: impl BufRead, counter: &mut Counter<'_>) -> Result<(), ImportError> {
    let mut held: Vec<u8> = Vec::new();
    let mut offset = 0_u64;
    let mut is_begun = false;
    loop {
        let read = reader.fill_buf().map_err(|error| stream_error(name, &error))?;
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
            return Err(malformed(name, Position::File, "text", "a file with zero bytes", "leave out what is no text"));
        }
        counter.push_text(text);
        held.drain(..whole);
        offset += whole as u64;
        if length == 0 {
            counter.finish_document();
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
    line.len() == head.len() || serde_json::from_slice::<Value>(line).is_ok_and(|value| value.is_object())
}

/// JSON lines: every line an object with the text of a document.
pub(super) fn read_json_lines(
    name: &str,
    mut reader: impl BufRead,
    counter: &mut Counter<'_>,
) -> Result<(), ImportError> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|error| stream_error(name, &error))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let wrong =
            |found: String, advice| Err(malformed(name, Position::Line(number), "a JSON object a line", found, advice));
        let value: Value = match serde_json::from_slice(&line) {
            Ok(value) => value,
            Err(problem) => return wrong(problem.to_string(), "write each document as an object on a line of its own"),
        };
        let field = |field: &str| value.get(field).and_then(Value::as_str);
        let text = match &counter.options.text_field {
            Some(name) => field(name),
            None => TEXT_FIELDS.into_iter().find_map(field),
        };
        let Some(text) = text else {
            let keys = value.as_object().into_iter().flat_map(|object| object.keys());
            return wrong(format!("no text among {}", quoted(keys)), "name the field with --text-field");
        };
        counter.push_text(text);
        counter.finish_document();
    }
    Ok(())
}
