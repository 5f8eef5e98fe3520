//! [`CutError`]: why a text was not cut into words.

use std::fmt::Display;

use mixlens_core::{CoreError, excerpt};

use super::budget::Stop;
use crate::ImportError;
use crate::error::{Position, malformed};

/// Why a text was not cut into words; the file is named by [`CutError::at`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CutError {
    Cancelled,
    Refused {
        expected: &'static str,
        found: String,
        advice: &'static str,
        /// Line breaks of the text before the place.
        lines: u64,
    },
}

impl CutError {
    /// A pattern, or another rule, that takes too long at byte `at` of a text.
    pub fn stopped(stop: Stop, rule: &dyn Display, text: &str, at: usize) -> Self {
        match stop {
            Stop::Cancelled => Self::Cancelled,
            Stop::Exhausted => Self::Refused {
                expected: "words after a reasonable number of steps",
                found: format!("too many for {rule} at {}", excerpt(rest(text, at))),
                advice: "simplify the rule, or leave the text out",
                lines: line_breaks(text, at),
            },
        }
    }

    /// A rule that writes too much for what it reads at byte `at` of a text.
    pub fn grown(rule: &dyn Display, text: &str, at: usize) -> Self {
        Self::Refused {
            expected: "a normaliser that makes a text at most 32 times as long",
            found: format!("that {rule} lets the text grow too much at {}", excerpt(rest(text, at))),
            advice: "use a tokenizer without this rule",
            lines: line_breaks(text, at),
        }
    }

    /// Words that memory does not hold.
    pub fn no_memory(words: usize) -> Self {
        Self::Refused {
            expected: "different words that fit into memory",
            found: format!("no room after {words} of them"),
            advice: "count a smaller sample",
            lines: 0,
        }
    }

    /// The same for a text that stands behind so many line breaks.
    #[must_use]
    pub fn behind(mut self, line_breaks: u64) -> Self {
        if let Self::Refused { lines, .. } = &mut self {
            *lines += line_breaks;
        }
        self
    }

    /// The error of a file; the line is counted from the text's beginning, unless the text itself is at a position.
    pub fn at(self, file: &str, position: Option<Position>) -> ImportError {
        match self {
            Self::Cancelled => CoreError::Cancelled.into(),
            Self::Refused { expected, found, advice, lines } => {
                malformed(file, position.unwrap_or(Position::Line(lines + 1)), expected, found, advice)
            }
        }
    }
}

fn rest(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or_default()
}

pub(super) fn line_breaks(text: &str, end: usize) -> u64 {
    memchr::memchr_iter(b'\n', text.as_bytes().get(..end).unwrap_or_default()).count() as u64
}
