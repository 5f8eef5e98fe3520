//! From bytes to text: byte-order marks, and naming what is not UTF-8.

use serde_json::{Map, Value};

use super::NamedBytes;
use crate::ImportError;
use crate::error::{Place, Position};
use crate::limits::MAX_CONFIG_BYTES;

/// The file's text without a byte-order mark; CRLF is left to the readers, which all accept it.
pub(crate) fn decode(file: &NamedBytes) -> Result<&str, ImportError> {
    let bytes = file
        .bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(&file.bytes);
    if let Some((found, advice)) = foreign_encoding(bytes) {
        return Err(ImportError::NotUtf8 {
            place: Place::new(&file.name, Position::File),
            found,
            advice,
        });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        ImportError::NotUtf8 {
            place: Place::new(&file.name, Position::Line(line_of(before))),
            found: "bytes of another encoding",
            advice: "save the file as UTF-8",
        }
    })?;
    if text.trim().is_empty() {
        Err(ImportError::EmptyFile {
            file: file.name.clone(),
        })
    } else {
        Ok(text)
    }
}

/// The one JSON object that a text is, if it is no longer than a config: as a tree of values it
/// takes many times the room.
pub(crate) fn json_object(text: &str) -> Option<Map<String, Value>> {
    let is_wanted = text.len() as u64 <= MAX_CONFIG_BYTES && text.trim_start().starts_with('{');
    if is_wanted {
        serde_json::from_str(text).ok()
    } else {
        None
    }
}

/// The number of the line that follows `before`, counting `\n`, `\r\n` and lone `\r` as an editor
/// does.
pub(crate) fn line_of(before: &[u8]) -> u64 {
    let feeds = before.iter().filter(|&&byte| byte == b'\n').count();
    let lone_returns = before
        .windows(2)
        .filter(|pair| matches!(pair, [b'\r', next] if *next != b'\n'))
        .count();
    let ends_in_return = usize::from(before.last() == Some(&b'\r'));
    (feeds + lone_returns + ends_in_return + 1) as u64
}

/// The format of a file that is not UTF-8 text, by its first bytes.
fn foreign_encoding(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"\xFF\xFE")
        || bytes.starts_with(b"\xFE\xFF")
        || has_alternating_nulls(bytes)
    {
        return Some((
            "UTF-16",
            "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")",
        ));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(("a zip archive or a spreadsheet", "export the table as CSV"));
    }
    if bytes.starts_with(b"\x1F\x8B") {
        return Some(("a gzip archive", "unpack it first"));
    }
    None
}

/// UTF-16 without a mark: every second byte of the beginning is null.
fn has_alternating_nulls(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let nulls_at = |parity: usize| {
        head.iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let half = head.len() / 2;
    half >= 2 && (nulls_at(0) >= half || nulls_at(1) >= half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        for (before, line) in [
            ("", 1),
            ("a\n", 2),
            ("a\r\nb\r\n", 3),
            ("a\rb", 2),
            ("a\r", 2),
            ("a\n\nb", 3),
        ] {
            assert_eq!(line_of(before.as_bytes()), line, "{before:?}");
        }
    }
}
