//! [`LineReader`]: lines of a stream, none of them longer than memory should hold.

use std::io::{BufRead, Read as _};

use super::stream_error;
use crate::ImportError;
use crate::error::{Position, malformed};

/// Bytes that a line or a row of a table may have.
pub(super) const MAX_LINE_BYTES: usize = 32 << 20;

/// Reads one line after the other.
pub(super) struct LineReader<'a, R> {
    name: &'a str,
    reader: R,
    line: Vec<u8>,
    number: u64,
}

impl<'a, R: BufRead> LineReader<'a, R> {
    pub fn new(name: &'a str, reader: R) -> Self {
        Self {
            name,
            reader,
            line: Vec::new(),
            number: 0,
        }
    }

    /// The number of the next line, counted from one, and its bytes without the line break.
    pub fn next(&mut self) -> Result<Option<(u64, &[u8])>, ImportError> {
        self.line.clear();
        self.number += 1;
        let mut bounded = self.reader.by_ref().take(MAX_LINE_BYTES as u64 + 1);
        let read = bounded
            .read_until(b'\n', &mut self.line)
            .map_err(|error| stream_error(self.name, &error))?;
        if self.line.len() > MAX_LINE_BYTES {
            return Err(too_long(self.name, Position::Line(self.number)));
        }
        let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        Ok((read > 0).then_some((self.number, line)))
    }
}

/// A line, or a row, that is too long.
pub(super) fn too_long(name: &str, position: Position) -> ImportError {
    let found = format!("one of more than {} MB", MAX_LINE_BYTES >> 20);
    malformed(
        name,
        position,
        "lines that memory can hold",
        found,
        "cut long documents into several",
    )
}
